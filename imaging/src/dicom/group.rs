//! Files to series to stacks (conformance §1.2, §1.3, §1.5).

use super::copies::same_pixels;
use super::geometry::{StackGeometry, of_stack};
use super::header::Instance;
use super::layout::{Kind, Photometric};
use super::stack_words::tell_apart;
use super::stacks::{FrameRef, Order, Stack, split};
use crate::entry::{Format, PlaneSource, SeriesEntry};
use crate::hash::stable_hash;
use crate::problem::{Problem, push_once};
use crate::stack_part::{SplitRule, StackPart, text_of};
use std::collections::BTreeMap;

/// Orientations within this per cosine are the same.
const SAME_COSINE: f64 = 1e-3;
/// Spacings within this share are the same.
const SAME_SPACING: f64 = 1e-4;

/// What must be equal in all frames of a stack, apart from orientation and spacing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    class: String,
    matrix: ([usize; 2], u16),
    sample: (u16, bool, u8),
    photometric: String,
    frame_of_reference: String,
    kind: (bool, bool),
    /// Instances that must not be joined with others carry their own index, parts of one object
    /// its identifier.
    alone: (Option<usize>, String),
}

/// Entries of all instances, in order of series number and path.
pub(crate) fn entries(instances: Vec<Instance>) -> Vec<SeriesEntry> {
    let mut series: BTreeMap<(String, String, String), Vec<Instance>> = BTreeMap::new();
    for instance in instances {
        // files without a series belong together if they lie together
        let fallback = match instance.path.parent() {
            Some(folder) if instance.series.is_empty() => folder.to_string_lossy().into_owned(),
            _ => String::new(),
        };
        let key = (instance.study.clone(), instance.series.clone(), fallback);
        series.entry(key).or_default().push(instance);
    }
    let mut all = Vec::new();
    for mut members in series.into_values() {
        drop_scattered_frames_of_reference(&mut members);
        all.extend(series_entries(&members));
    }
    all
}

/// A series in which every image has a Frame of Reference of its own was pseudonymised carelessly:
/// the identifiers then say nothing, and the images are one stack if their places say so.
fn drop_scattered_frames_of_reference(members: &mut [Instance]) {
    let mut uids: Vec<&str> = members
        .iter()
        .filter(|instance| instance.layout.is_some())
        .map(|instance| instance.frame_of_reference.as_str())
        .filter(|uid| !uid.is_empty())
        .collect();
    let images = uids.len();
    uids.sort_unstable();
    uids.dedup();
    if images < 3 || uids.len() < images {
        return;
    }
    for instance in members {
        instance.frame_of_reference.clear();
        push_once(
            &mut instance.problems,
            Problem::new(
                "frame_of_reference_scattered",
                "every image of the series has a Frame of Reference of its own; they were ignored",
            ),
        );
    }
}

/// Entries of one series.
fn series_entries(members: &[Instance]) -> Vec<SeriesEntry> {
    let mut entries = Vec::new();
    let mut alike: BTreeMap<Likeness, Vec<FrameRef<'_>>> = BTreeMap::new();
    for (index, instance) in members.iter().enumerate() {
        match likeness(instance, index) {
            Some(key) => alike
                .entry(key)
                .or_default()
                .extend(instance.frames.iter().map(|info| FrameRef {
                    instance: index,
                    info,
                })),
            None => entries.push(without_image(instance)),
        }
    }
    let mut stacks = Vec::new();
    for frames in alike.into_values() {
        for cluster in by_geometry(frames) {
            stacks.extend(split(cluster, &|a, b| same_pixels(members, a, b)));
        }
    }
    tell_apart(members, &mut stacks);
    entries.extend(stacks.iter().filter_map(|stack| entry_of(members, stack)));
    entries
}

fn likeness(instance: &Instance, index: usize) -> Option<Likeness> {
    let layout = instance.layout.as_ref()?;
    let kind = match layout.kind {
        Kind::Integer => 0,
        Kind::Float32 => 1,
        Kind::Float64 => 2,
    };
    let has_type = |name: &str| instance.image_type.iter().any(|value| value.contains(name));
    let has_places = instance.frames.iter().all(|frame| frame.position.is_some());
    let is_whole = layout.frames > 1 || !has_places;
    let is_alone = is_whole && instance.concatenation.is_empty();
    Some(Likeness {
        class: instance.class.clone(),
        matrix: (instance.picture_size, layout.samples),
        sample: (layout.allocated, layout.signed, kind),
        photometric: instance.photometric.clone(),
        frame_of_reference: instance.frame_of_reference.clone(),
        kind: (
            has_type("LOCALIZER"),
            has_type("MPR") || has_type("PROJECTION"),
        ),
        alone: (is_alone.then_some(index), instance.concatenation.clone()),
    })
}

/// Frames of equal orientation and spacing together.
fn by_geometry(frames: Vec<FrameRef<'_>>) -> Vec<Vec<FrameRef<'_>>> {
    let mut clusters: Vec<Vec<FrameRef<'_>>> = Vec::new();
    for frame in frames {
        let home = clusters.iter_mut().find(|cluster| {
            cluster.first().is_some_and(|first| {
                same(first.info.orientation, frame.info.orientation, |a, b| {
                    (a - b).abs() <= SAME_COSINE
                }) && same(first.info.spacing, frame.info.spacing, |a, b| {
                    a == b || (a - b).abs() <= SAME_SPACING * a.abs() || (a.is_nan() && b.is_nan())
                })
            })
        });
        match home {
            Some(cluster) => cluster.push(frame),
            None => clusters.push(vec![frame]),
        }
    }
    clusters
}

fn same<const N: usize>(
    a: Option<[f64; N]>,
    b: Option<[f64; N]>,
    close: impl Fn(f64, f64) -> bool,
) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.iter().zip(&b).all(|(a, b)| close(*a, *b)),
        (None, None) => true,
        _ => false,
    }
}

/// The part of an entry that one instance tells.
fn head(instance: &Instance) -> SeriesEntry {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let is_plain = |uid: &&String| {
        !uid.is_empty()
            && uid.len() <= 64
            && uid
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let id = Some(&instance.series).filter(is_plain).map_or_else(
        || {
            format!(
                "dicom-{}",
                stable_hash(instance.path.to_string_lossy().as_bytes())
            )
        },
        Clone::clone,
    );
    SeriesEntry {
        modality: instance.modality.clone(),
        description: instance.description.clone(),
        series_uid: known(&instance.series),
        study_uid: known(&instance.study),
        frame_of_reference_uid: known(&instance.frame_of_reference),
        study_description: instance.study_description.clone(),
        study_date: instance.study_date.clone(),
        body_part: instance.body_part.clone(),
        series_number: instance.series_number,
        patient: instance.patient.clone(),
        files: vec![instance.path.clone()],
        sop_class_uid: known(&instance.class),
        sop_instance_uids: vec![instance.uid.clone()],
        transfer_syntax: instance.syntax.clone(),
        photometric: instance.photometric.clone(),
        lossy: instance.lossy.clone(),
        problems: instance.problems.clone(),
        ..SeriesEntry::new(id, Format::Dicom)
    }
}

fn without_image(instance: &Instance) -> SeriesEntry {
    head(instance)
}

fn entry_of(members: &[Instance], stack: &Stack<'_>) -> Option<SeriesEntry> {
    let instances = stack.frames.iter().map(|frame| members.get(frame.instance));
    let first = instances.clone().flatten().next()?;
    let mut entry = head(first);
    entry.problems = Vec::new();
    entry.files = Vec::new();
    entry.sop_instance_uids = Vec::new();
    let parts: Vec<StackPart> = slide_parts(first)
        .into_iter()
        .chain(stack.parts.clone())
        .collect();
    entry.stack = text_of(&parts);
    entry.stack_parts = parts;
    let mut known: BTreeMap<usize, u32> = BTreeMap::new();
    for (frame, instance) in stack.frames.iter().zip(instances) {
        let Some(instance) = instance else { continue };
        let next = known.len() as u32;
        let file = *known.entry(frame.instance).or_insert(next);
        if file == next {
            entry.files.push(instance.path.clone());
            for problem in &instance.problems {
                push_once(&mut entry.problems, problem.clone().in_file(&instance.path));
            }
        }
        if entry.lossy.is_none() {
            entry.lossy.clone_from(&instance.lossy);
        }
        entry.sop_instance_uids.push(instance.uid.clone());
        entry.planes.push(PlaneSource {
            file,
            frame: frame.info.frame,
            tile: frame.info.tile,
        });
    }
    tell_copies(&mut entry, members, stack);
    fill_image(&mut entry, first, stack);
    Some(entry)
}

/// Files that are told by name; more would fill the screen.
const TOLD_FILES: usize = 5;

/// Says which images were left out because they show again what another shows, and that a volume
/// is shorter than its sisters.
fn tell_copies(entry: &mut SeriesEntry, members: &[Instance], stack: &Stack<'_>) {
    let copies = stack.copies.len();
    if copies > 0 {
        let mut names: Vec<String> = stack
            .copies
            .iter()
            .filter_map(|copy| members.get(copy.instance)?.path.file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .take(TOLD_FILES)
            .collect();
        if copies > names.len() {
            names.push("…".to_owned());
        }
        let names = names.join(", ");
        entry.problems.push(
            Problem::new(
                "duplicate_slices",
                format!("{copies} images show the same pixels at the same place as another and are left out: {names}"),
            )
            .with("count", copies as u64)
            .with("files", names),
        );
    }
    if let Some(places) = stack.of_places {
        let here = stack.frames.len();
        entry.problems.push(
            Problem::new(
                "volume_incomplete",
                format!("this volume has images at {here} of the {places} places of its series"),
            )
            .with("count", here as u64)
            .with("places", places as u64),
        );
    }
}

/// Which level of a slide, or which picture beside it, an instance of tiles is (PS3.3 C.8.12.4.1.1:
/// the third value of Image Type; C.8.12.4: Total Pixel Matrix).
fn slide_parts(instance: &Instance) -> Vec<StackPart> {
    let Some([columns, rows]) = instance.total_matrix else {
        return Vec::new();
    };
    let size = format!("{columns} × {rows}");
    let beside = match instance.image_type.get(2).map(String::as_str) {
        Some("LABEL") => "label",
        Some("OVERVIEW") => "overview",
        Some("THUMBNAIL") => "thumbnail",
        _ => return vec![StackPart::new(SplitRule::Slide, size)],
    };
    vec![
        StackPart::new(SplitRule::SlidePicture, beside),
        StackPart::new(SplitRule::Matrix, size),
    ]
}

fn fill_image(entry: &mut SeriesEntry, first: &Instance, stack: &Stack<'_>) {
    let Some(layout) = &first.layout else { return };
    entry.is_image = true;
    entry.frames = stack.frames.len();
    let [columns, rows] = first.picture_size;
    entry.size = [columns, rows, stack.frames.len()];
    entry.regions = first.regions.clone();
    entry.calibration = first.measures.calibration.clone();
    entry.patient_orientation = first.patient_orientation.clone();
    entry.axes_are_not_the_patients = stack.frames.iter().any(|f| f.info.is_in_volume_frame);
    entry.frame_time_ms = frame_time(first, stack);
    entry.bits_stored = u32::from(layout.stored);
    entry.channels = if layout.photometric.is_colour() { 3 } else { 1 };
    // where every plane has its own, the first is often one beyond the body
    entry.windows = stack
        .frames
        .get(stack.frames.len() / 2)
        .map(|frame| frame.info.windows.clone())
        .unwrap_or_default();
    if layout.photometric == Photometric::Palette {
        entry.windows.clear();
    }
    if stack
        .frames
        .iter()
        .any(|frame| frame.info.rescale.slope == 0.0)
    {
        push_once(
            &mut entry.problems,
            Problem::new(
                "slope_zero",
                "Rescale Slope is 0: every value of such a plane is the same",
            ),
        );
    }
    match geometry(entry.size, first, stack) {
        Ok(geometry) => {
            entry.affine_lps = geometry
                .reason
                .is_none()
                .then(|| geometry.grid.affine().to_4x4());
            entry.affine_reason = geometry.reason;
            entry.spacing_mm = geometry.spacing_mm;
            entry.spacing_origin = geometry.spacing_origin;
            entry.pixel_aspect = geometry.aspect;
            entry.worst_step_deviation_mm = geometry.worst_step_deviation_mm;
            entry.grid = Some(geometry.grid);
            for problem in geometry.problems {
                push_once(&mut entry.problems, problem);
            }
        }
        Err(error) => {
            entry.problems.push(Problem::new(
                "geometry_unusable",
                format!("no grid can be formed: {error}"),
            ));
        }
    }
}

/// Time from plane to plane where planes are moments: of the file, or from the trigger times.
fn frame_time(first: &Instance, stack: &Stack<'_>) -> Option<f64> {
    if stack.order == Order::ByPlace || stack.frames.len() < 2 {
        return None;
    }
    if first.frames.len() > 1 && first.frame_time_ms.is_some() {
        return first.frame_time_ms;
    }
    let trigger = |frame: Option<&FrameRef<'_>>| -> Option<f64> {
        frame?.info.marks.get(SplitRule::Trigger).parse().ok()
    };
    let whole = trigger(stack.frames.last())? - trigger(stack.frames.first())?;
    let steps = (stack.frames.len() - 1) as f64;
    (stack.order == Order::Moments && whole > 0.0).then_some(whole / steps)
}

fn geometry(
    size: [usize; 3],
    first: &Instance,
    stack: &Stack<'_>,
) -> Result<StackGeometry, voxel::Error> {
    let mut frames: Vec<_> = stack.frames.iter().map(|frame| frame.info).collect();
    if stack.order == Order::ByPlace {
        return of_stack(&frames, size, &first.measures);
    }
    // planes without a common geometry keep their spacing alone
    let mut lone = frames.first().map(|frame| (*frame).clone());
    if let Some(frame) = &mut lone {
        frame.position = None;
        frames = vec![frame];
    }
    let mut geometry = of_stack(&frames, size, &first.measures)?;
    if stack.order == Order::Repeating && size[2] > 1 {
        geometry.problems.push(Problem::new(
            "positions_repeat",
            "several images lie at the same place and nothing tells them apart; they are shown as single planes in order of time",
        ));
    }
    Ok(geometry)
}
