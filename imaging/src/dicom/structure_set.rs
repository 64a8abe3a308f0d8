//! The RT Structure Set's attributes (PS3.3 C.8.8.5, C.8.8.6, C.8.8.8).
//!
//! What a structure is stands in three sequences that refer to each other by number: its name, its contours,
//! its interpretation. Contours are believed as far as their numbers go: the count that a file claims for them
//! is only compared.

use super::charset::{TextKind, decode};
use super::data_set::{DataSet, Tag, Value};
use super::header::{first_text, tell_unknown_charset};
use super::name::tell_text;
use super::part10::open;
use crate::error::Fault;
use crate::problem::{Problem, push_once};
use crate::structure_set::{Contour, ContourKind, Structure, StructureSet};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// RT Structure Set Storage.
const STRUCTURE_SET: &str = "1.2.840.10008.5.1.4.1.1.481.3";
/// Points in one file at most: some 120 MB here, and as much again for a mask of them.
const MAX_POINTS: usize = 5_000_000;
/// Longest name that is shown; the standard allows 64 characters.
const SHOWN_CHARACTERS: usize = 256;

const ROIS: Tag = Tag(0x3006, 0x0020);
const ROI_CONTOURS: Tag = Tag(0x3006, 0x0039);
const OBSERVATIONS: Tag = Tag(0x3006, 0x0080);
const REFERENCED_ROI: Tag = Tag(0x3006, 0x0084);
const CONTOUR_IMAGES: Tag = Tag(0x3006, 0x0016);
const CONTOUR_DATA: Tag = Tag(0x3006, 0x0050);

/// Reads the file at `path`.
///
/// # Errors
/// As [`open`]; [`Fault::Invalid`] for another object, [`Fault::Missing`] without any list of structures.
pub(crate) fn read(path: &Path) -> Result<StructureSet, Fault> {
    let opened = open(path)?;
    let root = &opened.root;
    let class = first_text([root.plain(Tag(0x0008, 0x0016)), opened.media_class]);
    let is_named_so = class.is_empty() && root.plain(Tag(0x0008, 0x0060)) == "RTSTRUCT";
    if class != STRUCTURE_SET && !is_named_so {
        return Err(Fault::Invalid {
            attribute: "SOP Class UID",
            value: class.chars().take(SHOWN_CHARACTERS).collect(),
        });
    }
    if root.get(ROIS).is_none() {
        return Err(Fault::missing("Structure Set ROI Sequence"));
    }
    let mut problems = opened.problems;
    tell_unknown_charset(root, &mut problems);
    let mut set = StructureSet {
        label: text(root, Tag(0x3006, 0x0002), &mut problems),
        problems,
        ..StructureSet::default()
    };
    read_references(root, &mut set);
    read_structures(root, &mut set);
    let numbers = Numbers::of(&mut set.rois);
    read_contours(root, &numbers, &mut set);
    read_observations(root, &numbers, &mut set);
    Ok(set)
}

/// A text and remarks on its character set.
fn text(set: &DataSet, tag: Tag, problems: &mut Vec<Problem>) -> String {
    let Some(bytes) = set.bytes(tag) else {
        return String::new();
    };
    let decoded = decode(bytes, &set.charset, TextKind::Short);
    tell_text(&decoded, problems);
    let first = decoded.text.split('\\').next().unwrap_or_default();
    let first = first.trim_matches(['\0', ' ', '\r', '\n']);
    first.chars().take(SHOWN_CHARACTERS).collect()
}

/// A unique identifier that can be one.
fn uid(set: &DataSet, tag: Tag) -> Option<String> {
    let text = set.plain(tag);
    let is_digits = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let is_valid = !text.is_empty() && text.len() <= 64 && text.bytes().all(is_digits);
    is_valid.then_some(text)
}

/// Frames of reference and series that the structures were drawn on.
fn read_references(root: &DataSet, set: &mut StructureSet) {
    let frames = root.items(Tag(0x3006, 0x0010));
    let mut seen = BTreeSet::new();
    for frame in frames {
        let frame_uid = uid(frame, Tag(0x0020, 0x0052));
        let new = frame_uid.filter(|uid| seen.insert(uid.clone()));
        set.frame_of_reference_uids.extend(new);
    }
    let studies = frames
        .iter()
        .flat_map(|frame| frame.items(Tag(0x3006, 0x0012)));
    let mut seen = BTreeSet::new();
    for series in studies.flat_map(|study| study.items(Tag(0x3006, 0x0014))) {
        let series_uid = uid(series, Tag(0x0020, 0x000E));
        let new = series_uid.filter(|uid| seen.insert(uid.clone()));
        set.series_uids.extend(new);
    }
}

/// Numbers, names and frames of reference of the structures.
fn read_structures(root: &DataSet, set: &mut StructureSet) {
    let only_frame = match set.frame_of_reference_uids.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    for item in root.items(ROIS) {
        let own_frame = uid(item, Tag(0x3006, 0x0024));
        set.rois.push(Structure {
            number: item.integer(Tag(0x3006, 0x0022)).unwrap_or(0),
            name: text(item, Tag(0x3006, 0x0026), &mut set.problems),
            frame_of_reference_uid: own_frame.or_else(|| only_frame.cloned()),
            ..Structure::default()
        });
    }
}

/// Which structure a number means.
struct Numbers {
    places: BTreeMap<i64, usize>,
    /// Structures that share a number: what refers to it could mean any of them.
    shared: BTreeMap<i64, Vec<usize>>,
}

impl Numbers {
    fn of(rois: &mut [Structure]) -> Numbers {
        let mut all: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (place, structure) in rois.iter().enumerate() {
            all.entry(structure.number).or_default().push(place);
        }
        let mut numbers = Numbers {
            places: BTreeMap::new(),
            shared: BTreeMap::new(),
        };
        for (number, places) in all {
            if let [only] = places.as_slice() {
                numbers.places.insert(number, *only);
                continue;
            }
            let problem = Problem::new(
                "structure_number_shared",
                format!("several structures have the number {number}; none gets its contours"),
            )
            .with("number", number);
            for place in &places {
                if let Some(structure) = rois.get_mut(*place) {
                    structure.problems.push(problem.clone());
                }
            }
            numbers.shared.insert(number, places);
        }
        numbers
    }
}

/// Colours and contours.
fn read_contours(root: &DataSet, numbers: &Numbers, set: &mut StructureSet) {
    let mut room = MAX_POINTS;
    let mut unlisted = 0_usize;
    let mut ambiguous: BTreeMap<i64, usize> = BTreeMap::new();
    for item in root.items(ROI_CONTOURS) {
        let contours = item.items(Tag(0x3006, 0x0040));
        let number = item.integer(REFERENCED_ROI);
        let place = number.and_then(|number| numbers.places.get(&number));
        let shared = number.filter(|number| numbers.shared.contains_key(number));
        if let Some(structure) = place.and_then(|place| set.rois.get_mut(*place)) {
            structure.color = structure.color.or_else(|| color(item));
            read_lines(contours, structure, &mut room);
        } else if let Some(number) = shared {
            *ambiguous.entry(number).or_default() += contours.len();
        } else {
            unlisted += contours.len();
        }
    }
    for (number, count) in ambiguous {
        for place in numbers.shared.get(&number).into_iter().flatten() {
            if let Some(structure) = set.rois.get_mut(*place) {
                structure.unread_contours += count;
            }
        }
    }
    if unlisted > 0 {
        let problem = Problem::new(
            "structure_unlisted",
            format!("{unlisted} contours belong to structures that the file does not list"),
        );
        set.problems.push(problem.with("count", unlisted));
    }
}

/// ROI Display Color, if it is one.
fn color(item: &DataSet) -> Option<[u8; 3]> {
    let channel = |value: f64| (0.0..=255.0).contains(&value).then_some(value as u8);
    let [red, green, blue] = item.array::<3>(Tag(0x3006, 0x002A))?.map(channel);
    Some([red?, green?, blue?])
}

/// What was wrong with the contours of one structure, each as often as it was seen.
#[derive(Default)]
struct Seen {
    bad_points: usize,
    no_room: usize,
    other_count: usize,
    unknown_kind: usize,
    /// The first kind that is not known.
    kind: String,
}

/// The contours of one structure; `room` is how many points may still come.
fn read_lines(items: &[DataSet], structure: &mut Structure, room: &mut usize) {
    let mut seen = Seen::default();
    for item in items {
        let contour = contour(item, *room, &mut seen);
        let points = contour
            .as_ref()
            .map_or(0, |contour| contour.points_mm.len());
        *room = room.saturating_sub(points);
        structure.contours.extend(contour);
    }
    structure.unread_contours += seen.bad_points + seen.no_room + seen.unknown_kind;
    tell(&seen, &mut structure.problems);
}

fn tell(seen: &Seen, problems: &mut Vec<Problem>) {
    if seen.bad_points > 0 {
        let problem = Problem::new(
            "contour_points_invalid",
            format!(
                "{} contours have points that are not three numbers each",
                seen.bad_points
            ),
        );
        push_once(problems, problem.with("count", seen.bad_points));
    }
    if seen.unknown_kind > 0 {
        let problem = Problem::new(
            "contour_kind_unknown",
            format!(
                "{} contours are of a kind that is not known ({})",
                seen.unknown_kind, seen.kind
            ),
        );
        let problem = problem.with("count", seen.unknown_kind);
        push_once(problems, problem.with("kind", seen.kind.as_str()));
    }
    if seen.no_room > 0 {
        let problem = Problem::new(
            "contour_points_beyond_limit",
            format!(
                "{} contours are left out: the file has more than {MAX_POINTS} points",
                seen.no_room
            ),
        );
        let problem = problem.with("count", seen.no_room);
        push_once(problems, problem.with("limit", MAX_POINTS));
    }
    if seen.other_count > 0 {
        let problem = Problem::new(
            "contour_count_differs",
            format!(
                "{} contours have another number of points than they say; those that are there were read",
                seen.other_count
            ),
        );
        push_once(problems, problem.with("count", seen.other_count));
    }
}

fn contour(item: &DataSet, room: usize, seen: &mut Seen) -> Option<Contour> {
    let name = item.plain(Tag(0x3006, 0x0042));
    let Some(kind) = kind_of(&name) else {
        if seen.unknown_kind == 0 {
            seen.kind = name.chars().take(SHOWN_CHARACTERS).collect();
        }
        seen.unknown_kind += 1;
        return None;
    };
    // counted before any is read: a number of a text has a delimiter
    let bytes = match item.get(CONTOUR_DATA).map(|element| &element.value) {
        Some(Value::Bytes(bytes)) => bytes.as_slice(),
        Some(Value::Passed(_)) => {
            seen.no_room += 1;
            return None;
        }
        Some(Value::Items(_)) | None => &[],
    };
    let delimiters = bytes.iter().filter(|byte| **byte == b'\\').count();
    if delimiters / 3 >= room {
        seen.no_room += 1;
        return None;
    }
    let numbers = item.numbers(CONTOUR_DATA);
    let (points, rest) = numbers.as_chunks::<3>();
    let is_whole = rest.is_empty() && numbers.iter().all(|number| number.is_finite());
    if points.is_empty() || !is_whole {
        seen.bad_points += 1;
        return None;
    }
    let claimed = item.integer(Tag(0x3006, 0x0046));
    let is_as_claimed = claimed.is_none_or(|count| usize::try_from(count) == Ok(points.len()));
    seen.other_count += usize::from(!is_as_claimed);
    let image = item.item(CONTOUR_IMAGES);
    Some(Contour {
        kind,
        points_mm: points.to_vec(),
        referenced_image: image.and_then(|image| uid(image, Tag(0x0008, 0x1155))),
    })
}

/// Contour Geometric Type; the kind with XOR is also written with a second underscore.
fn kind_of(name: &str) -> Option<ContourKind> {
    Some(match name {
        "POINT" => ContourKind::Point,
        "OPEN_PLANAR" => ContourKind::OpenPlanar,
        "OPEN_NONPLANAR" => ContourKind::OpenNonplanar,
        "CLOSED_PLANAR" => ContourKind::ClosedPlanar,
        "CLOSEDPLANAR_XOR" | "CLOSED_PLANAR_XOR" => ContourKind::ClosedPlanarXor,
        _ => return None,
    })
}

/// Interpreted types, and labels for structures without a name.
fn read_observations(root: &DataSet, numbers: &Numbers, set: &mut StructureSet) {
    for item in root.items(OBSERVATIONS) {
        let number = item.integer(REFERENCED_ROI);
        let place = number.and_then(|number| numbers.places.get(&number));
        let Some(structure) = place.and_then(|place| set.rois.get_mut(*place)) else {
            continue;
        };
        let kind = item.plain(Tag(0x3006, 0x00A4));
        if structure.interpreted_type.is_none() && !kind.is_empty() {
            structure.interpreted_type = Some(kind.chars().take(SHOWN_CHARACTERS).collect());
        }
        if structure.name.is_empty() {
            structure.name = text(item, Tag(0x3006, 0x0085), &mut set.problems);
        }
    }
}
