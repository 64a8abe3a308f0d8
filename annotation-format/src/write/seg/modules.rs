//! The modules around the segments: patient to equipment, image and references (PS3.3 A.51.3).

use std::collections::BTreeSet;

use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};

use super::super::coded::scheme_identification;
use super::super::dicom_text::clean;
use super::super::elements::{
    Item, item_with, put_decimals, put_integer, put_sequence, put_shorts, put_text, put_text_if,
    put_texts,
};
use super::super::source::SourceSeries;
use super::Description;
use super::frames::Frames;

/// Puts SOP Common, Patient, General Study, Segmentation Series, Frame of Reference and Equipment.
pub(super) fn put_identity(data: &mut Item, source: &SourceSeries, description: &Description) {
    put_text(data, tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192");
    put_text(
        data,
        tags::SOP_CLASS_UID,
        VR::UI,
        uids::SEGMENTATION_STORAGE,
    );
    put_text(
        data,
        tags::SOP_INSTANCE_UID,
        VR::UI,
        description.sop_instance_uid.as_str(),
    );
    put_text_if(
        data,
        tags::INSTANCE_CREATION_DATE,
        VR::DA,
        &description.date,
    );
    put_text_if(
        data,
        tags::INSTANCE_CREATION_TIME,
        VR::TM,
        &description.time,
    );
    put_sequence(
        data,
        tags::CODING_SCHEME_IDENTIFICATION_SEQUENCE,
        vec![scheme_identification()],
    );
    put_patient_and_study(data, source);
    put_series(data, source, description);
    put_text(data, tags::MANUFACTURER, VR::LO, "Dokuei");
    put_text(data, tags::MANUFACTURER_MODEL_NAME, VR::LO, "Dokuei");
    put_text(data, tags::DEVICE_SERIAL_NUMBER, VR::LO, "NONE");
    put_text(
        data,
        tags::SOFTWARE_VERSIONS,
        VR::LO,
        env!("CARGO_PKG_VERSION"),
    );
}

/// The object's own series, in the source's frame of reference.
fn put_series(data: &mut Item, source: &SourceSeries, description: &Description) {
    put_text(data, tags::MODALITY, VR::CS, "SEG");
    put_text(
        data,
        tags::SERIES_INSTANCE_UID,
        VR::UI,
        description.series_uid.as_str(),
    );
    put_integer(
        data,
        tags::SERIES_NUMBER,
        u64::from(description.series_number),
    );
    put_text_if(
        data,
        tags::SERIES_DESCRIPTION,
        VR::LO,
        &clean(&description.series_description, 64),
    );
    put_text_if(data, tags::SERIES_DATE, VR::DA, &description.date);
    put_text_if(data, tags::SERIES_TIME, VR::TM, &description.time);
    put_text_if(data, tags::BODY_PART_EXAMINED, VR::CS, &source.body_part);
    if let Some(frame_of_reference) = source.frame_of_reference() {
        put_text(
            data,
            tags::FRAME_OF_REFERENCE_UID,
            VR::UI,
            frame_of_reference,
        );
        put_text(
            data,
            tags::POSITION_REFERENCE_INDICATOR,
            VR::LO,
            clean(&source.position_reference_indicator, 64),
        );
    }
}

/// Patient and study exactly as the source has them.
fn put_patient_and_study(data: &mut Item, source: &SourceSeries) {
    let patient = &source.patient;
    put_text(data, tags::PATIENT_NAME, VR::PN, patient.name.as_str());
    put_text(data, tags::PATIENT_ID, VR::LO, patient.id.as_str());
    put_text_if(data, tags::ISSUER_OF_PATIENT_ID, VR::LO, &patient.id_issuer);
    put_text(
        data,
        tags::PATIENT_BIRTH_DATE,
        VR::DA,
        patient.birth_date.as_str(),
    );
    put_text(data, tags::PATIENT_SEX, VR::CS, patient.sex.as_str());
    put_text_if(data, tags::PATIENT_AGE, VR::AS, &patient.age);
    let study = &source.study;
    put_text(data, tags::STUDY_INSTANCE_UID, VR::UI, study.uid.as_str());
    put_text(data, tags::STUDY_ID, VR::SH, study.id.as_str());
    put_text(data, tags::STUDY_DATE, VR::DA, study.date.as_str());
    put_text(data, tags::STUDY_TIME, VR::TM, study.time.as_str());
    put_text(
        data,
        tags::ACCESSION_NUMBER,
        VR::SH,
        study.accession_number.as_str(),
    );
    put_text_if(data, tags::STUDY_DESCRIPTION, VR::LO, &study.description);
    put_text(
        data,
        tags::REFERRING_PHYSICIAN_NAME,
        VR::PN,
        study.referring_physician.as_str(),
    );
}

/// Puts General Image, Image Pixel and the frame count.
pub(super) fn put_image(data: &mut Item, source: &SourceSeries, frames: &Frames) {
    put_integer(data, tags::INSTANCE_NUMBER, 1);
    // The date of the content is the date of writing; both are set from the same description.
    for (from, to, vr) in [
        (tags::INSTANCE_CREATION_DATE, tags::CONTENT_DATE, VR::DA),
        (tags::INSTANCE_CREATION_TIME, tags::CONTENT_TIME, VR::TM),
    ] {
        let value = data
            .get(from)
            .and_then(|element| element.to_str().ok())
            .unwrap_or_default()
            .into_owned();
        put_text(data, to, vr, value);
    }
    put_texts(data, tags::IMAGE_TYPE, VR::CS, &["DERIVED", "PRIMARY"]);
    if !source.in_patient_space {
        let orientation: Vec<&str> = source
            .patient_orientation
            .iter()
            .map(String::as_str)
            .collect();
        match orientation.as_slice() {
            [] => super::super::elements::put_empty(data, tags::PATIENT_ORIENTATION, VR::CS),
            both => put_texts(data, tags::PATIENT_ORIENTATION, VR::CS, both),
        }
    }
    put_lossy(data, source);
    put_shorts(data, tags::SAMPLES_PER_PIXEL, &[1]);
    put_text(
        data,
        tags::PHOTOMETRIC_INTERPRETATION,
        VR::CS,
        "MONOCHROME2",
    );
    put_shorts(data, tags::ROWS, &[frames.size[1] as u16]);
    put_shorts(data, tags::COLUMNS, &[frames.size[0] as u16]);
    put_shorts(data, tags::BITS_ALLOCATED, &[1]);
    put_shorts(data, tags::BITS_STORED, &[1]);
    put_shorts(data, tags::HIGH_BIT, &[0]);
    put_shorts(data, tags::PIXEL_REPRESENTATION, &[0]);
    put_integer(data, tags::NUMBER_OF_FRAMES, frames.list.len() as u64);
    put_text(
        data,
        tags::SEGMENTS_OVERLAP,
        VR::CS,
        if frames.overlap { "YES" } else { "NO" },
    );
}

/// Lossy Image Compression of the source goes on into what is derived from it.
fn put_lossy(data: &mut Item, source: &SourceSeries) {
    let Some(lossy) = &source.lossy else {
        return put_text(data, tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "00");
    };
    put_text(data, tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "01");
    put_decimals(data, tags::LOSSY_IMAGE_COMPRESSION_RATIO, &lossy.ratios);
    let methods: Vec<&str> = lossy.methods.iter().map(String::as_str).collect();
    put_texts(data, tags::LOSSY_IMAGE_COMPRESSION_METHOD, VR::CS, &methods);
}

/// Puts Common Instance Reference: every instance of the source series among the planes, each once.
pub(super) fn put_references(data: &mut Item, source: &SourceSeries, planes: &[usize]) {
    let mut seen = BTreeSet::new();
    let once = planes
        .iter()
        .map(|&k| &source.planes[k])
        .filter(|plane| seen.insert(plane.sop_instance_uid.as_str()));
    let instances = once.map(|plane| {
        item_with(|item| {
            put_text(
                item,
                tags::REFERENCED_SOP_CLASS_UID,
                VR::UI,
                plane.sop_class_uid.as_str(),
            );
            put_text(
                item,
                tags::REFERENCED_SOP_INSTANCE_UID,
                VR::UI,
                plane.sop_instance_uid.as_str(),
            );
        })
    });
    let instances = instances.collect();
    let series = item_with(|item| {
        put_sequence(item, tags::REFERENCED_INSTANCE_SEQUENCE, instances);
        put_text(item, tags::SERIES_INSTANCE_UID, VR::UI, source.uid.as_str());
    });
    put_sequence(data, tags::REFERENCED_SERIES_SEQUENCE, vec![series]);
}
