//! One DICOM file as the grouping needs it: identity, layout, frames. Nothing of the data set
//! itself is kept.

use super::data_set::{DataSet, Tag};
use super::directory::named_files;
use super::functional_groups::{FrameInfo, frames_of};
use super::layout::Layout;
use super::lossy::lossy_of;
use super::mosaic::{Mosaic, whole_mosaic};
use super::name::person_name;
use super::part10::{Opened, open_reader};
use super::projection::Measures;
use super::regions::regions_of;
use super::remarks::remark;
use crate::entry::{Lossy, Patient};
use crate::error::Fault;
use crate::handle::Handle;
use crate::problem::{Problem, push_once};
use crate::region::Region;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Media Storage Directory: an index, not an image.
const DICOMDIR: &str = "1.2.840.10008.1.3.10";

/// What one file says before its pixels are touched.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// The file.
    pub(crate) path: PathBuf,
    /// SOP Class UID.
    pub(crate) class: String,
    /// SOP Instance UID.
    pub(crate) uid: String,
    /// Study Instance UID.
    pub(crate) study: String,
    /// Series Instance UID.
    pub(crate) series: String,
    /// Frame of Reference UID.
    pub(crate) frame_of_reference: String,
    /// Transfer Syntax UID.
    pub(crate) syntax: String,
    /// Modality.
    pub(crate) modality: String,
    /// Series Description.
    pub(crate) description: String,
    /// Study Description.
    pub(crate) study_description: String,
    /// Study Date.
    pub(crate) study_date: String,
    /// Body Part Examined.
    pub(crate) body_part: String,
    /// Series Number.
    pub(crate) series_number: Option<i64>,
    /// Image Type, all values.
    pub(crate) image_type: Vec<String>,
    /// Who was imaged.
    pub(crate) patient: Patient,
    /// Photometric Interpretation as written.
    pub(crate) photometric: String,
    /// What is said of the size of pixels beside Pixel Spacing.
    pub(crate) measures: Measures,
    /// Calibrated ultrasound regions.
    pub(crate) regions: Vec<Region>,
    /// Patient Orientation, if both directions are said.
    pub(crate) patient_orientation: Option<[String; 2]>,
    /// Time from frame to frame in ms.
    pub(crate) frame_time_ms: Option<f64>,
    /// Concatenation UID: files that are parts of one object.
    pub(crate) concatenation: String,
    /// Columns and rows of a picture: of the frame, or of a mosaic's tile.
    pub(crate) picture_size: [usize; 2],
    /// How it was compressed with loss.
    pub(crate) lossy: Option<Lossy>,
    /// Columns and rows of the whole slide of which the frames are tiles.
    pub(crate) total_matrix: Option<[i64; 2]>,
    /// Layout of the pixels; `None` where there are none.
    pub(crate) layout: Option<Layout>,
    /// Frames; empty where there are no pixels.
    pub(crate) frames: Vec<FrameInfo>,
    /// What was noticed.
    pub(crate) problems: Vec<Problem>,
}

/// What a DICOM file turned out to be.
pub(crate) enum Content {
    /// An object to list.
    Instance(Box<Instance>),
    /// An index of other files, each as the parts of its path.
    Directory(Vec<Vec<String>>),
}

/// Reads the header of the file at `path`, whose bytes `reader` gives from the first on.
///
/// # Errors
/// Everything with which the file can be neither listed nor shown.
pub(crate) fn read(path: &Path, reader: BufReader<Handle>) -> Result<Content, Fault> {
    let opened = open_reader(reader)?;
    let class = first_text([
        opened.root.plain(Tag(0x0008, 0x0016)),
        opened.media_class.clone(),
    ]);
    if class == DICOMDIR || opened.root.get(Tag(0x0004, 0x1220)).is_some() {
        return Ok(Content::Directory(named_files(&opened.root)));
    }
    instance(path, &opened, class).map(|instance| Content::Instance(Box::new(instance)))
}

/// The first text that is not empty.
pub(crate) fn first_text(candidates: [String; 2]) -> String {
    candidates
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

fn instance(path: &Path, opened: &Opened, class: String) -> Result<Instance, Fault> {
    let mut problems = opened.problems.clone();
    let root = &opened.root;
    let modality = root.plain(Tag(0x0008, 0x0060));
    let layout = Layout::read(opened, &mut problems)?;
    if layout.is_none() {
        reject_cut_image(root, &class, opened.is_bare)?;
        if root.get(Tag(0x0028, 0x0010)).is_some() {
            problems.push(Problem::new(
                "pixel_data_missing",
                "the object describes an image but holds no pixels",
            ));
        }
    }
    let mut regions = Vec::new();
    let mut frames = Vec::new();
    let mut picture_size = [0; 2];
    if let Some(layout) = &layout {
        remark(root, layout, &mut problems);
        frames = frames_of(root, layout.frames);
        picture_size = [layout.columns, layout.rows].map(usize::from);
        let size = [layout.columns, layout.rows].map(u32::from);
        regions = regions_of(root, size, &mut problems);
        tell_unusable_place(root, &mut problems);
        let mosaic = Mosaic::of(root, layout);
        problems.extend(whole_mosaic(root, mosaic));
        if let (Some(mosaic), [whole]) = (mosaic, frames.as_slice()) {
            frames = mosaic.slices(root, whole);
            picture_size = mosaic.size;
        }
    }
    tell_unknown_charset(root, &mut problems);
    Ok(Instance {
        path: path.to_path_buf(),
        class,
        uid: uid(root, Tag(0x0008, 0x0018), &mut problems),
        study: uid(root, Tag(0x0020, 0x000D), &mut problems),
        series: uid(root, Tag(0x0020, 0x000E), &mut problems),
        frame_of_reference: frame_of_reference(root, &frames),
        syntax: opened.syntax.clone(),
        modality,
        description: root.text(Tag(0x0008, 0x103E)),
        study_description: root.text(Tag(0x0008, 0x1030)),
        study_date: root.plain(Tag(0x0008, 0x0020)),
        body_part: root.plain(Tag(0x0018, 0x0015)),
        series_number: root.integer(Tag(0x0020, 0x0011)),
        image_type: root.plain_values(Tag(0x0008, 0x0008)),
        patient: patient(root, &mut problems),
        photometric: root.plain(Tag(0x0028, 0x0004)),
        measures: Measures::read(root),
        regions,
        patient_orientation: patient_orientation(root),
        frame_time_ms: frame_time(root),
        concatenation: root.plain(Tag(0x0020, 0x9161)),
        picture_size,
        lossy: lossy_of(root, &opened.syntax),
        total_matrix: root
            .integer(Tag(0x0048, 0x0006))
            .zip(root.integer(Tag(0x0048, 0x0007)))
            .map(<[i64; 2]>::from),
        layout,
        frames,
        problems,
    })
}

/// Says that the declared character set is not known.
pub(crate) fn tell_unknown_charset(root: &DataSet, problems: &mut Vec<Problem>) {
    if !root.charset.unknown {
        return;
    }
    let name = root.plain(Tag(0x0008, 0x0005));
    push_once(
        problems,
        Problem::new(
            "charset_unknown",
            format!("the character set “{name}” is not known; texts are read as ASCII"),
        )
        .with("name", name.as_str()),
    );
}

/// The Frame of Reference of the places that are used: the patient's or that of an ultrasound
/// volume.
fn frame_of_reference(root: &DataSet, frames: &[FrameInfo]) -> String {
    if frames.iter().any(|frame| frame.is_in_volume_frame) {
        return root.plain(Tag(0x0020, 0x9312));
    }
    root.plain(Tag(0x0020, 0x0052))
}

/// Patient Orientation, where both directions are said.
fn patient_orientation(root: &DataSet) -> Option<[String; 2]> {
    let values = <[String; 2]>::try_from(root.plain_values(Tag(0x0020, 0x0020))).ok()?;
    values
        .iter()
        .all(|value| !value.is_empty())
        .then_some(values)
}

/// Time between frames in ms: Frame Time, the mean of the Frame Time Vector (whose first value is
/// that of the first frame, 0), or from the rate (PS3.3 C.7.6.5).
fn frame_time(root: &DataSet) -> Option<f64> {
    let vector = root.numbers(Tag(0x0018, 0x1065));
    let steps = vector.get(1..).unwrap_or_default();
    let mean = steps.iter().sum::<f64>() / steps.len() as f64;
    let rate = |tag: Tag| root.number(tag).map(|rate| 1000.0 / rate);
    [
        root.number(Tag(0x0018, 0x1063)),
        Some(mean),
        rate(Tag(0x0018, 0x0040)),
        rate(Tag(0x0008, 0x2144)),
    ]
    .into_iter()
    .flatten()
    .find(|time| time.is_finite() && *time > 0.0)
}

/// Says that a position or an orientation is there and is not three or six numbers.
fn tell_unusable_place(root: &DataSet, problems: &mut Vec<Problem>) {
    let place = (Tag(0x0020, 0x0032), "Image Position", 3);
    let directions = (Tag(0x0020, 0x0037), "Image Orientation", 6);
    for (tag, name, count) in [place, directions] {
        let numbers = root.numbers(tag);
        let is_usable = numbers.len() == count && numbers.iter().all(|n| n.is_finite());
        if !numbers.is_empty() && !is_usable {
            push_once(
                problems,
                Problem::new(
                    "position_invalid",
                    format!("{name} is not {count} numbers; the image has no place in the patient"),
                )
                .with("name", name)
                .with("count", count as u64),
            );
        }
    }
}

/// Refuses what is no object: a bare data set of a few unknown elements, and an image that was cut
/// before its pixels. The latter ends right after the attributes of the image; an object that goes
/// on past them was written without pixels and is listed.
fn reject_cut_image(root: &DataSet, class: &str, is_bare: bool) -> Result<(), Fault> {
    let has_matrix =
        root.get(Tag(0x0028, 0x0010)).is_some() && root.get(Tag(0x0028, 0x0100)).is_some();
    let stops_there = root
        .elements
        .last()
        .is_some_and(|last| last.tag.0 == 0x0028);
    if has_matrix && stops_there {
        return Err(Fault::missing("Pixel Data"));
    }
    let names_no_object = class.is_empty() && root.get(Tag(0x0008, 0x0060)).is_none();
    if is_bare && names_no_object && root.elements.len() < 4 {
        return Err(Fault::UnknownFormat);
    }
    Ok(())
}

/// A UID; one with characters other than digits and dots is kept as text, told, and never used as
/// a file name.
fn uid(root: &DataSet, tag: Tag, problems: &mut Vec<Problem>) -> String {
    let text = root.plain(tag);
    let is_valid = text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_valid {
        push_once(
            problems,
            Problem::new(
                "uid_invalid",
                format!("{tag} holds a unique identifier with characters that are not allowed"),
            )
            .with("tag", tag.to_string()),
        );
    }
    text
}

fn patient(root: &DataSet, problems: &mut Vec<Problem>) -> Patient {
    Patient {
        id: root.text(Tag(0x0010, 0x0020)),
        issuer: root.text(Tag(0x0010, 0x0021)),
        name: person_name(root, Tag(0x0010, 0x0010), problems),
        sex: root.plain(Tag(0x0010, 0x0040)),
        birth_date: root.plain(Tag(0x0010, 0x0030)),
        age: root.plain(Tag(0x0010, 0x1010)),
    }
}
