//! What belongs to one frame: in the per-frame groups, then the shared ones, then the top level
//! (PS3.3 C.7.6.16; conformance §2.7).

use super::data_set::{DataSet, Tag};
use super::frame_marks::{Marks, marks_of};
use super::nuclear::Vectors;
use super::rescale::{rescale_of, unit_of, unit_of_lut};
use super::windows::windows_of;
use crate::entry::Window;
use voxel::Rescale;

const PER_FRAME: Tag = Tag(0x5200, 0x9230);
const SHARED: Tag = Tag(0x5200, 0x9229);
/// Plane Position (Volume) and Plane Orientation (Volume) of ultrasound volumes.
const VOLUME_POSITION: Tag = Tag(0x0020, 0x930E);
const VOLUME_ORIENTATION: Tag = Tag(0x0020, 0x930F);

/// One frame's place, values and distinguishing marks.
#[derive(Debug, Clone)]
pub(crate) struct FrameInfo {
    /// Frame in its file, from 0.
    pub(crate) frame: u32,
    /// Tile of a mosaic frame, from 0.
    pub(crate) tile: u32,
    /// Image Position (Patient): centre of the first pixel, LPS mm.
    pub(crate) position: Option<[f64; 3]>,
    /// Image Orientation (Patient): row direction, column direction.
    pub(crate) orientation: Option<[f64; 6]>,
    /// True where position and orientation are those of an ultrasound volume (PS3.3 C.8.24.3), not
    /// of the patient.
    pub(crate) is_in_volume_frame: bool,
    /// Row spacing, column spacing in mm, as written (not checked).
    pub(crate) spacing: Option<[f64; 2]>,
    /// Slice Thickness in mm.
    pub(crate) thickness: Option<f64>,
    /// Spacing Between Slices in mm.
    pub(crate) step: Option<f64>,
    /// Stored to modality values.
    pub(crate) rescale: Rescale,
    /// Unit of the modality values, if said.
    pub(crate) unit: Option<String>,
    /// Windows.
    pub(crate) windows: Vec<Window>,
    /// Marks by which frames at one place differ.
    pub(crate) marks: Marks,
}

/// Looks up attributes of one frame in its groups.
pub(crate) struct FrameLookup<'a> {
    own: Option<&'a DataSet>,
    shared: Option<&'a DataSet>,
    /// The whole data set.
    pub(crate) root: &'a DataSet,
}

impl<'a> FrameLookup<'a> {
    /// The lookup of frames without groups of their own, and those of the frames that have some.
    pub(crate) fn all(root: &'a DataSet) -> (Self, Vec<Self>) {
        let shared = root.item(SHARED);
        let with = |own| FrameLookup { own, shared, root };
        let own = root.items(PER_FRAME).iter();
        (with(None), own.map(|set| with(Some(set))).collect())
    }

    /// The item of group `group` that is this frame's alone.
    pub(crate) fn own_group(&self, group: Tag) -> Option<&'a DataSet> {
        self.own.and_then(|set| set.item(group))
    }

    /// All items of group `group` that are this frame's alone.
    pub(crate) fn own_items(&self, group: Tag) -> &'a [DataSet] {
        self.own.map(|set| set.items(group)).unwrap_or_default()
    }

    /// All items of sequence `group` that hold for frames without their own: shared, else top level.
    pub(crate) fn items(&self, group: Tag) -> &'a [DataSet] {
        let shared = self.shared.map(|set| set.items(group)).unwrap_or_default();
        if shared.is_empty() {
            self.root.items(group)
        } else {
            shared
        }
    }

    /// The item of functional group `group` for this frame.
    pub(crate) fn group(&self, group: Tag) -> Option<&'a DataSet> {
        self.own
            .and_then(|set| set.item(group))
            .or_else(|| self.shared.and_then(|set| set.item(group)))
    }

    /// The data set to ask for an attribute of `group`: its item if that has the attribute, else
    /// the top level.
    pub(crate) fn holder(&self, group: Tag, attribute: Tag) -> &'a DataSet {
        self.group(group)
            .filter(|set| set.get(attribute).is_some())
            .unwrap_or(self.root)
    }
}

/// Frames `0..count` of a data set.
pub(crate) fn frames_of(root: &DataSet, count: u32) -> Vec<FrameInfo> {
    let own = root.items(PER_FRAME);
    let shared = root.item(SHARED);
    let offsets = frame_offsets(root, count);
    let vectors = Vectors::read(root, count);
    (0..count)
        .map(|frame| {
            let lookup = FrameLookup {
                own: own.get(frame as usize),
                shared,
                root,
            };
            let mut info = frame_info(&lookup, frame);
            if let (Some(offset), Some(position), Some(orientation)) = (
                offsets.get(frame as usize),
                &mut info.position,
                info.orientation,
            ) {
                let normal = super::geometry::normal_of(orientation);
                for (coordinate, direction) in position.iter_mut().zip(normal) {
                    *coordinate += direction * offset;
                }
            }
            // several frames at the one position of the top level have no known place
            if count > 1 && offsets.is_empty() && !has_own_position(&lookup) {
                info.position = None;
            }
            if let Some(vectors) = &vectors {
                vectors.place(&mut info);
            }
            info
        })
        .collect()
}

fn has_own_position(lookup: &FrameLookup<'_>) -> bool {
    lookup
        .group(Tag(0x0020, 0x9113))
        .is_some_and(|set| set.get(Tag(0x0020, 0x0032)).is_some())
        || lookup.group(VOLUME_POSITION).is_some()
}

/// Grid Frame Offset Vector of RT Dose (PS3.3 C.8.8.3.2), as distances from the first frame.
fn frame_offsets(root: &DataSet, count: u32) -> Vec<f64> {
    let offsets = root.numbers(Tag(0x3004, 0x000C));
    let Some(first) = offsets.first().copied() else {
        return Vec::new();
    };
    if offsets.len() != count as usize || offsets.iter().any(|offset| !offset.is_finite()) {
        return Vec::new();
    }
    offsets.iter().map(|offset| offset - first).collect()
}

fn frame_info(lookup: &FrameLookup<'_>, frame: u32) -> FrameInfo {
    let (position, orientation, is_in_volume_frame) = place_of(lookup);
    let measures = Tag(0x0028, 0x9110);
    let number = |attribute: Tag| lookup.holder(measures, attribute).number(attribute);
    let spacing_tag = Tag(0x0028, 0x0030);
    let spacing = lookup.holder(measures, spacing_tag).numbers(spacing_tag);
    let transformation = lookup.holder(Tag(0x0028, 0x9145), Tag(0x0028, 0x1053));
    let voi = lookup.holder(Tag(0x0028, 0x9132), Tag(0x0028, 0x1050));
    FrameInfo {
        frame,
        tile: 0,
        position,
        orientation,
        is_in_volume_frame,
        spacing: <[f64; 2]>::try_from(spacing).ok(),
        thickness: number(Tag(0x0018, 0x0050)),
        step: number(Tag(0x0018, 0x0088)),
        rescale: rescale_of(transformation),
        unit: unit_in(lookup, transformation),
        windows: windows_of(voi),
        marks: marks_of(lookup),
    }
}

/// Unit of what the frame's Modality LUT gives, else of its rescale.
fn unit_in(lookup: &FrameLookup<'_>, transformation: &DataSet) -> Option<String> {
    let sequence = Tag(0x0028, 0x3000);
    let holder = lookup.holder(Tag(0x0028, 0x9145), sequence);
    if holder.item(sequence).is_some() {
        return unit_of_lut(holder);
    }
    unit_of(transformation, lookup.root)
}

/// Position and orientation of a frame: in the patient, else in the volume of an ultrasound scan.
fn place_of(lookup: &FrameLookup<'_>) -> (Option<[f64; 3]>, Option<[f64; 6]>, bool) {
    let position = Tag(0x0020, 0x0032);
    let orientation = Tag(0x0020, 0x0037);
    let in_volume = lookup
        .group(VOLUME_POSITION)
        .and_then(|set| set.array(Tag(0x0020, 0x9301)));
    if in_volume.is_some() {
        let directions = lookup
            .group(VOLUME_ORIENTATION)
            .and_then(|set| set.array(Tag(0x0020, 0x9302)));
        return (in_volume, directions, true);
    }
    let position = lookup.holder(Tag(0x0020, 0x9113), position).array(position);
    let orientation = lookup
        .holder(Tag(0x0020, 0x9116), orientation)
        .array(orientation);
    (position, orientation, false)
}
