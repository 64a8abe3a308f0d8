//! Multi-frame modules: dimensions (PS3.3 C.7.6.17) and functional groups (C.7.6.16).

use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;

use super::super::coded::code_item;
use super::super::elements::{
    Item, item_with, put_decimals, put_integer, put_longs, put_pointer, put_sequence, put_shorts,
    put_text,
};
use super::super::source::{PlaneGeometry, SourceSeries};
use super::super::uid;
use super::Description;
use super::frames::{Frame, Frames};
use crate::code::Code;

/// Puts the two dimensions: segment, and the plane's position (its place in the stack where there is no position).
pub(super) fn put_dimensions(data: &mut Item, source: &SourceSeries, description: &Description) {
    let organization = uid::of_seed(&format!("dimensions of {}", description.sop_instance_uid));
    let own = item_with(|item| {
        put_text(
            item,
            tags::DIMENSION_ORGANIZATION_UID,
            VR::UI,
            organization.as_str(),
        );
    });
    put_sequence(data, tags::DIMENSION_ORGANIZATION_SEQUENCE, vec![own]);
    let (pointer, group, name) = if source.in_patient_space {
        (
            tags::IMAGE_POSITION_PATIENT,
            tags::PLANE_POSITION_SEQUENCE,
            "Image Position Patient",
        )
    } else {
        (
            tags::IN_STACK_POSITION_NUMBER,
            tags::FRAME_CONTENT_SEQUENCE,
            "In-Stack Position",
        )
    };
    let segment = (
        tags::REFERENCED_SEGMENT_NUMBER,
        tags::SEGMENT_IDENTIFICATION_SEQUENCE,
        "Segment Number",
    );
    let index = |(pointer, group, name): (Tag, Tag, &str)| {
        item_with(|item| {
            put_text(
                item,
                tags::DIMENSION_ORGANIZATION_UID,
                VR::UI,
                organization.as_str(),
            );
            put_pointer(item, tags::DIMENSION_INDEX_POINTER, pointer);
            put_pointer(item, tags::FUNCTIONAL_GROUP_POINTER, group);
            put_text(item, tags::DIMENSION_DESCRIPTION_LABEL, VR::LO, name);
        })
    };
    put_sequence(
        data,
        tags::DIMENSION_INDEX_SEQUENCE,
        vec![index(segment), index((pointer, group, name))],
    );
}

/// Puts the shared and the per-frame functional groups.
pub(super) fn put_groups(data: &mut Item, source: &SourceSeries, frames: &Frames) {
    let shared = shared_geometry(source, frames);
    let shared_item = item_with(|item| {
        if let Some(geometry) = shared {
            put_measures(item, source, &geometry);
            put_orientation(item, &geometry);
        }
    });
    put_sequence(
        data,
        tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
        vec![shared_item],
    );
    let per_frame = frames
        .list
        .iter()
        .map(|frame| frame_item(source, frames, *frame, shared.is_none()))
        .collect();
    put_sequence(data, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, per_frame);
}

/// Orientation and spacing where all used planes have the same.
fn shared_geometry(source: &SourceSeries, frames: &Frames) -> Option<PlaneGeometry> {
    if !source.in_patient_space {
        return None;
    }
    let first = source.geometry(*frames.planes.first()?);
    let same = frames.planes.iter().all(|&k| {
        let other = source.geometry(k);
        other.orientation == first.orientation && other.pixel_spacing == first.pixel_spacing
    });
    same.then_some(first)
}

/// The groups of one frame.
fn frame_item(source: &SourceSeries, frames: &Frames, frame: Frame, own_geometry: bool) -> Item {
    let number = frame.segment as u32 + 1;
    let rank = frames.rank(frame.plane);
    item_with(|item| {
        put_sequence(
            item,
            tags::DERIVATION_IMAGE_SEQUENCE,
            vec![derivation(source, frame.plane)],
        );
        let content = item_with(|content| {
            put_longs(content, tags::DIMENSION_INDEX_VALUES, &[number, rank]);
            if !source.in_patient_space {
                put_text(content, tags::STACK_ID, VR::SH, "1");
                put_longs(content, tags::IN_STACK_POSITION_NUMBER, &[rank]);
            }
        });
        put_sequence(item, tags::FRAME_CONTENT_SEQUENCE, vec![content]);
        if source.in_patient_space {
            let geometry = source.geometry(frame.plane);
            let position = item_with(|place| {
                put_decimals(place, tags::IMAGE_POSITION_PATIENT, &geometry.position);
            });
            put_sequence(item, tags::PLANE_POSITION_SEQUENCE, vec![position]);
            if own_geometry {
                put_measures(item, source, &geometry);
                put_orientation(item, &geometry);
            }
        }
        let segment =
            item_with(|own| put_shorts(own, tags::REFERENCED_SEGMENT_NUMBER, &[number as u16]));
        put_sequence(item, tags::SEGMENT_IDENTIFICATION_SEQUENCE, vec![segment]);
    })
}

/// Derivation Image: the source plane that the frame was drawn on.
fn derivation(source: &SourceSeries, plane: usize) -> Item {
    let plane = &source.planes[plane];
    let image = item_with(|image| {
        put_text(
            image,
            tags::REFERENCED_SOP_CLASS_UID,
            VR::UI,
            plane.sop_class_uid.as_str(),
        );
        put_text(
            image,
            tags::REFERENCED_SOP_INSTANCE_UID,
            VR::UI,
            plane.sop_instance_uid.as_str(),
        );
        if let Some(frame) = plane.frame {
            put_integer(image, tags::REFERENCED_FRAME_NUMBER, u64::from(frame));
        }
        put_text(image, tags::SPATIAL_LOCATIONS_PRESERVED, VR::CS, "YES");
        let purpose = Code::new(
            "DCM",
            "121322",
            "Source image for image processing operation",
        );
        put_sequence(
            image,
            tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE,
            vec![code_item(&purpose)],
        );
    });
    item_with(|item| {
        put_sequence(item, tags::SOURCE_IMAGE_SEQUENCE, vec![image]);
        let code = Code::new("DCM", "113076", "Segmentation");
        put_sequence(item, tags::DERIVATION_CODE_SEQUENCE, vec![code_item(&code)]);
    })
}

/// Pixel Measures; Spacing Between Slices only where it is the same between all planes.
fn put_measures(item: &mut Item, source: &SourceSeries, geometry: &PlaneGeometry) {
    let measures = item_with(|measures| {
        let distance = source.plane_distance_mm();
        let thickness = source
            .slice_thickness_mm
            .filter(|&mm| mm > 0.0)
            .or(distance);
        put_decimals(
            measures,
            tags::SLICE_THICKNESS,
            &[thickness.unwrap_or(source.grid.spacing_mm()[2])],
        );
        if let Some(distance) = distance {
            put_decimals(measures, tags::SPACING_BETWEEN_SLICES, &[distance]);
        }
        put_decimals(measures, tags::PIXEL_SPACING, &geometry.pixel_spacing);
    });
    put_sequence(item, tags::PIXEL_MEASURES_SEQUENCE, vec![measures]);
}

/// Plane Orientation.
fn put_orientation(item: &mut Item, geometry: &PlaneGeometry) {
    let orientation =
        item_with(|own| put_decimals(own, tags::IMAGE_ORIENTATION_PATIENT, &geometry.orientation));
    put_sequence(item, tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation]);
}
