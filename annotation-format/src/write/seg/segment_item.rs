//! Segmentation Image module: the object's label and its segments (PS3.3 C.8.20.2).

use dicom_core::VR;
use dicom_dictionary_std::tags;

use super::super::coded::code_item;
use super::super::dicom_text::{clean, code_string, person_name};
use super::super::elements::{Item, item_with, put_sequence, put_shorts, put_text, put_text_if};
use super::{Algorithm, Description, Segment, cielab};
use crate::code::Code;

/// Puts what the object is called and the segments, numbered from 1.
pub(super) fn put_segments(data: &mut Item, segments: &[&Segment], description: &Description) {
    put_text(data, tags::SEGMENTATION_TYPE, VR::CS, "BINARY");
    let label = code_string(&description.content_label);
    put_text(
        data,
        tags::CONTENT_LABEL,
        VR::CS,
        if label.is_empty() {
            "SEGMENTATION".to_owned()
        } else {
            label
        },
    );
    put_text(
        data,
        tags::CONTENT_DESCRIPTION,
        VR::LO,
        clean(&description.content_description, 64),
    );
    put_text(
        data,
        tags::CONTENT_CREATOR_NAME,
        VR::PN,
        person_name(&description.creator, "", ""),
    );
    let items = segments
        .iter()
        .enumerate()
        .map(|(index, segment)| item(segment, index as u16 + 1))
        .collect();
    put_sequence(data, tags::SEGMENT_SEQUENCE, items);
}

/// One item of the Segment Sequence.
fn item(segment: &Segment, number: u16) -> Item {
    item_with(|item| {
        put_shorts(item, tags::SEGMENT_NUMBER, &[number]);
        let label = clean(&segment.label, 64);
        put_text(
            item,
            tags::SEGMENT_LABEL,
            VR::LO,
            if label.is_empty() {
                format!("Segment {number}")
            } else {
                label
            },
        );
        put_text_if(
            item,
            tags::SEGMENT_DESCRIPTION,
            VR::ST,
            &clean(&segment.description, 1024),
        );
        put_algorithm(item, &segment.algorithm);
        put_codes(item, segment);
        put_shorts(
            item,
            tags::RECOMMENDED_DISPLAY_CIE_LAB_VALUE,
            &cielab::of_srgb(segment.color),
        );
        put_text(
            item,
            tags::TRACKING_ID,
            VR::UT,
            clean(&segment.tracking_id, 64),
        );
        put_text(
            item,
            tags::TRACKING_UID,
            VR::UI,
            segment.tracking_uid.as_str(),
        );
    })
}

/// What the segment is: category, type with its modifier, region.
fn put_codes(item: &mut Item, segment: &Segment) {
    put_sequence(
        item,
        tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE,
        vec![code_item(&segment.category)],
    );
    let mut property = code_item(&segment.property);
    if let Some(modifier) = &segment.modifier {
        put_sequence(
            &mut property,
            tags::SEGMENTED_PROPERTY_TYPE_MODIFIER_CODE_SEQUENCE,
            vec![code_item(modifier)],
        );
    }
    put_sequence(
        item,
        tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE,
        vec![property],
    );
    if let Some(region) = &segment.region {
        put_sequence(
            item,
            tags::ANATOMIC_REGION_SEQUENCE,
            vec![code_item(region)],
        );
    }
}

/// Algorithm type, and the name that goes with all but MANUAL.
fn put_algorithm(item: &mut Item, algorithm: &Algorithm) {
    let (kind, name) = match algorithm {
        Algorithm::Manual => ("MANUAL", ""),
        Algorithm::Semiautomatic(name) => ("SEMIAUTOMATIC", name.as_str()),
        Algorithm::Automatic(name) => ("AUTOMATIC", name.as_str()),
    };
    put_text(item, tags::SEGMENT_ALGORITHM_TYPE, VR::CS, kind);
    let name = clean(name, 64);
    put_text_if(item, tags::SEGMENT_ALGORITHM_NAME, VR::LO, &name);
    let family = match algorithm {
        Algorithm::Manual => return,
        Algorithm::Semiautomatic(_) => Code::new("DCM", "123109", "Manual Processing"),
        Algorithm::Automatic(_) => Code::new("DCM", "123110", "Artificial Intelligence"),
    };
    let identification = item_with(|own| {
        put_sequence(
            own,
            tags::ALGORITHM_FAMILY_CODE_SEQUENCE,
            vec![code_item(&family)],
        );
        put_text(own, tags::ALGORITHM_NAME, VR::LO, name.as_str());
        put_text(
            own,
            tags::ALGORITHM_VERSION,
            VR::LO,
            env!("CARGO_PKG_VERSION"),
        );
    });
    put_sequence(
        item,
        tags::SEGMENTATION_ALGORITHM_IDENTIFICATION_SEQUENCE,
        vec![identification],
    );
}
