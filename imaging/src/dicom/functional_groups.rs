//! What belongs to one frame: in the per-frame groups, then the shared ones, then the top level
//! (PS3.3 C.7.6.16; conformance §2.7).

use super::data_set::{DataSet, Tag};
use super::rescale::{rescale_of, unit_of, unit_of_lut};
use super::windows::windows_of;
use crate::entry::Window;
use voxel::Rescale;

const PER_FRAME: Tag = Tag(0x5200, 0x9230);
const SHARED: Tag = Tag(0x5200, 0x9229);

/// One frame's place, values and distinguishing marks.
#[derive(Debug, Clone)]
pub(crate) struct FrameInfo {
    /// Frame in its file, from 0.
    pub(crate) frame: u32,
    /// Image Position (Patient): centre of the first pixel, LPS mm.
    pub(crate) position: Option<[f64; 3]>,
    /// Image Orientation (Patient): row direction, column direction.
    pub(crate) orientation: Option<[f64; 6]>,
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

/// What can distinguish frames at the same place (conformance §1.3), each as the text by which it
/// is compared; empty where unknown.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Marks {
    /// Referenced Segment Number.
    pub(crate) segment: String,
    /// Stack ID.
    pub(crate) stack: String,
    /// Image or frame type, values 3 and on.
    pub(crate) kind: String,
    /// Echo number and time.
    pub(crate) echo: String,
    /// Diffusion b-value.
    pub(crate) b_value: String,
    /// Temporal position.
    pub(crate) temporal: String,
    /// Acquisition Number.
    pub(crate) acquisition: String,
    /// Trigger time in ms.
    pub(crate) trigger: String,
    /// Acquisition and content time.
    pub(crate) time: String,
    /// Instance Number, for the order only.
    pub(crate) instance: i64,
}

/// Looks up attributes of one frame in its groups.
pub(crate) struct FrameLookup<'a> {
    own: Option<&'a DataSet>,
    shared: Option<&'a DataSet>,
    root: &'a DataSet,
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
            info
        })
        .collect()
}

fn has_own_position(lookup: &FrameLookup<'_>) -> bool {
    lookup
        .group(Tag(0x0020, 0x9113))
        .is_some_and(|set| set.get(Tag(0x0020, 0x0032)).is_some())
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
    let position_holder = lookup.holder(Tag(0x0020, 0x9113), Tag(0x0020, 0x0032));
    let orientation_holder = lookup.holder(Tag(0x0020, 0x9116), Tag(0x0020, 0x0037));
    let measures = Tag(0x0028, 0x9110);
    let number = |attribute: Tag| lookup.holder(measures, attribute).number(attribute);
    let spacing_tag = Tag(0x0028, 0x0030);
    let spacing = lookup.holder(measures, spacing_tag).numbers(spacing_tag);
    let transformation = lookup.holder(Tag(0x0028, 0x9145), Tag(0x0028, 0x1053));
    let voi = lookup.holder(Tag(0x0028, 0x9132), Tag(0x0028, 0x1050));
    FrameInfo {
        frame,
        position: position_holder.array(Tag(0x0020, 0x0032)),
        orientation: orientation_holder.array(Tag(0x0020, 0x0037)),
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

fn marks_of(lookup: &FrameLookup<'_>) -> Marks {
    let plain = |group: Tag, attribute: Tag| lookup.holder(group, attribute).plain(attribute);
    let number = |group: Tag, attribute: Tag| {
        lookup
            .holder(group, attribute)
            .number(attribute)
            .map(|value| format!("{value}"))
            .unwrap_or_default()
    };
    let root = lookup.root;
    let content = Tag(0x0020, 0x9111);
    let mut types = root.plain_values(Tag(0x0008, 0x0008));
    for group in [Tag(0x0018, 0x9226), Tag(0x0018, 0x9329)] {
        if let Some(set) = lookup.group(group) {
            types = set.plain_values(Tag(0x0008, 0x9007));
        }
    }
    let first_of = |values: [String; 2]| {
        values
            .into_iter()
            .find(|value| !value.is_empty())
            .unwrap_or_default()
    };
    let echo_time = first_of([
        number(Tag(0x0018, 0x9114), Tag(0x0018, 0x9082)),
        number(Tag(0x0018, 0x9114), Tag(0x0018, 0x0081)),
    ]);
    let echo_number = root.plain(Tag(0x0018, 0x0086));
    Marks {
        segment: number(Tag(0x0062, 0x000A), Tag(0x0062, 0x000B)),
        stack: plain(content, Tag(0x0020, 0x9056)),
        kind: types.get(2..).unwrap_or_default().join(" "),
        echo: [echo_number, echo_time].join(" ").trim().to_owned(),
        b_value: first_of([
            number(Tag(0x0018, 0x9117), Tag(0x0018, 0x9087)),
            siemens_b_value(root),
        ]),
        temporal: first_of([
            number(content, Tag(0x0020, 0x9128)),
            root.plain(Tag(0x0020, 0x0100)),
        ]),
        acquisition: root.plain(Tag(0x0020, 0x0012)),
        trigger: first_of([
            number(Tag(0x0018, 0x9118), Tag(0x0020, 0x9153)),
            root.plain(Tag(0x0018, 0x1060)),
        ]),
        time: [
            root.plain(Tag(0x0008, 0x0032)),
            root.plain(Tag(0x0008, 0x0033)),
        ]
        .join(" "),
        instance: root.integer(Tag(0x0020, 0x0013)).unwrap_or(0),
    }
}

/// Siemens' private b-value (0019,100C) of single-frame diffusion images.
fn siemens_b_value(root: &DataSet) -> String {
    if root.plain(Tag(0x0019, 0x0010)).starts_with("SIEMENS") {
        root.plain(Tag(0x0019, 0x100C))
    } else {
        String::new()
    }
}
