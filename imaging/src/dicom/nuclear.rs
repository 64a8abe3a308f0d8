//! Frames of nuclear medicine: vectors instead of functional groups (PS3.3 C.8.4.8), and the place
//! of reconstructed slices (C.8.4.15).

use super::data_set::{DataSet, Tag};
use super::functional_groups::FrameInfo;
use super::geometry::{is_orthonormal, normal_of};
use crate::stack_part::SplitRule;

/// Nuclear Medicine Image Storage.
const CLASS: &str = "1.2.840.10008.5.1.4.1.1.20";
/// Vectors that tell frames apart, and what each tells.
const MARKS: [(Tag, SplitRule); 6] = [
    (Tag(0x0054, 0x0010), SplitRule::EnergyWindow),
    (Tag(0x0054, 0x0020), SplitRule::Detector),
    (Tag(0x0054, 0x0030), SplitRule::Phase),
    (Tag(0x0054, 0x0050), SplitRule::Rotation),
    (Tag(0x0054, 0x0060), SplitRule::RrInterval),
    (Tag(0x0054, 0x0070), SplitRule::TimeSlot),
];
const SLICES: Tag = Tag(0x0054, 0x0080);
const DETECTORS: Tag = Tag(0x0054, 0x0020);
const DETECTOR_ITEMS: Tag = Tag(0x0054, 0x0022);

/// The frame vectors of one file.
pub(crate) struct Vectors<'a> {
    root: &'a DataSet,
    marks: Vec<(SplitRule, Vec<u16>)>,
    detectors: Vec<u16>,
    slices: Vec<u16>,
}

impl<'a> Vectors<'a> {
    /// The vectors of `root`; `None` for other objects. A vector that does not name each of the
    /// `count` frames says nothing.
    pub(crate) fn read(root: &'a DataSet, count: u32) -> Option<Self> {
        if root.plain(Tag(0x0008, 0x0016)) != CLASS {
            return None;
        }
        let vector = |tag: Tag| {
            let words = root.words(tag);
            if words.len() == count as usize {
                words
            } else {
                Vec::new()
            }
        };
        Some(Vectors {
            root,
            marks: MARKS
                .into_iter()
                .map(|(tag, rule)| (rule, vector(tag)))
                .collect(),
            detectors: vector(DETECTORS),
            slices: vector(SLICES),
        })
    }

    /// Sets the marks of a frame and, for reconstructed slices, its place: Spacing Between Slices
    /// counts along the normal of the first slice, and its sign tells to which side.
    pub(crate) fn place(&self, info: &mut FrameInfo) {
        let frame = info.frame as usize;
        for (rule, vector) in &self.marks {
            if let Some(number) = vector.get(frame) {
                info.marks.set(*rule, number.to_string());
            }
        }
        let Some(slice) = self.slices.get(frame) else {
            return;
        };
        let detector = self.detectors.get(frame).copied().unwrap_or(1).max(1);
        let items = self.root.items(DETECTOR_ITEMS);
        let Some(item) = items.get(usize::from(detector) - 1).or(items.first()) else {
            return;
        };
        let orientation = item.array(Tag(0x0020, 0x0037)).or(info.orientation);
        let position: Option<[f64; 3]> = item.array(Tag(0x0020, 0x0032));
        let step = self.root.number(Tag(0x0018, 0x0088));
        let (Some(orientation), Some(position), Some(step)) = (
            orientation.filter(|o| is_orthonormal(*o)),
            position,
            step.filter(|step| *step != 0.0),
        ) else {
            return;
        };
        let along = (f64::from(*slice) - 1.0) * step;
        let mut place = position;
        for (coordinate, direction) in place.iter_mut().zip(normal_of(orientation)) {
            *coordinate += direction * along;
        }
        info.orientation = Some(orientation);
        info.position = Some(place);
    }
}
