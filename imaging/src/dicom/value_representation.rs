//! Value representations: which are known, how their lengths are written, which the dictionary
//! gives to a tag (PS3.5 6.2, 7.1; PS3.6).

use super::data_set::Tag;
use dicom_core::VR;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::StandardDataDictionary;

/// Representations with a reserved field and a 32-bit length (PS3.5 7.1.2).
pub(crate) fn has_long_length(vr: [u8; 2]) -> bool {
    matches!(
        &vr,
        b"OB"
            | b"OD"
            | b"OF"
            | b"OL"
            | b"OV"
            | b"OW"
            | b"SQ"
            | b"SV"
            | b"UC"
            | b"UN"
            | b"UR"
            | b"UT"
            | b"UV"
    )
}

/// Whether two bytes are a value representation of the standard.
pub(crate) fn is_known_vr(vr: [u8; 2]) -> bool {
    has_long_length(vr)
        || matches!(
            &vr,
            b"AE"
                | b"AS"
                | b"AT"
                | b"CS"
                | b"DA"
                | b"DS"
                | b"DT"
                | b"FD"
                | b"FL"
                | b"IS"
                | b"LO"
                | b"LT"
                | b"PN"
                | b"SH"
                | b"SL"
                | b"SS"
                | b"ST"
                | b"TM"
                | b"UI"
                | b"UL"
                | b"US"
        )
}

/// The dictionary's representation of a public tag.
pub(crate) fn standard_vr(tag: Tag) -> Option<[u8; 2]> {
    if tag.0 % 2 == 1 {
        return None;
    }
    let entry = StandardDataDictionary.by_tag(dicom_core::Tag(tag.0, tag.1))?;
    let vr: VR = entry.vr().relaxed();
    Some(vr.to_bytes())
}

/// Representation of an element that is written without one.
pub(crate) fn dictionary_vr(tag: Tag, length: u32) -> [u8; 2] {
    match standard_vr(tag) {
        Some(vr) => vr,
        None if length == u32::MAX => *b"SQ",
        None => *b"UN",
    }
}
