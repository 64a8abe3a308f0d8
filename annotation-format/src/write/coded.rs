//! Coded terms as DICOM writes them (PS3.3 table 8.8-1).

use dicom_core::VR;
use dicom_dictionary_std::tags;

use super::dicom_text::clean;
use super::elements::{Item, item_with, put_text};
use super::uid;
use crate::code::{Code, LOCAL_IN_DICOM};

/// The longest Code Meaning (VR LO).
const CODE_MEANING_LIMIT: usize = 64;

/// The item of a code sequence. Values of more than 16 characters become Long Code Values.
pub(crate) fn code_item(code: &Code) -> Item {
    item_with(|item| {
        if code.needs_long_value() {
            put_text(item, tags::LONG_CODE_VALUE, VR::UC, code.value.as_str());
        } else {
            put_text(item, tags::CODE_VALUE, VR::SH, code.value.as_str());
        }
        put_text(
            item,
            tags::CODING_SCHEME_DESIGNATOR,
            VR::SH,
            code.dicom_scheme(),
        );
        let meaning = clean(&code.meaning, CODE_MEANING_LIMIT);
        let meaning = if meaning.is_empty() {
            clean(&code.value, CODE_MEANING_LIMIT)
        } else {
            meaning
        };
        put_text(item, tags::CODE_MEANING, VR::LO, meaning);
    })
}

/// The item of Coding Scheme Identification Sequence (0008,0110) that explains the private scheme.
pub(crate) fn scheme_identification() -> Item {
    item_with(|item| {
        put_text(item, tags::CODING_SCHEME_DESIGNATOR, VR::SH, LOCAL_IN_DICOM);
        put_text(item, tags::CODING_SCHEME_UID, VR::UI, uid::LOCAL_SCHEME_UID);
        put_text(item, tags::CODING_SCHEME_NAME, VR::ST, "Dokuei terms");
        put_text(
            item,
            tags::CODING_SCHEME_RESPONSIBLE_ORGANIZATION,
            VR::ST,
            "Dokuei",
        );
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(item: &Item, tag: dicom_core::Tag) -> String {
        item.element(tag).unwrap().to_str().unwrap().into_owned()
    }

    #[test]
    fn local_codes_take_the_private_designator() {
        let item = code_item(&Code::new("LOCAL", "lung-nodule", "Lung nodule"));
        assert_eq!(text(&item, tags::CODING_SCHEME_DESIGNATOR), "99DOKUEI");
        assert_eq!(text(&item, tags::CODE_VALUE), "lung-nodule");
    }

    #[test]
    fn values_over_sixteen_characters_are_long_code_values() {
        let short = code_item(&Code::new("LOCAL", "sixteen-letters-", "x"));
        assert!(
            short.get(tags::CODE_VALUE).is_some() && short.get(tags::LONG_CODE_VALUE).is_none()
        );
        let long = code_item(&Code::new("LOCAL", "seventeen-letters", "x"));
        assert!(long.get(tags::CODE_VALUE).is_none() && long.get(tags::LONG_CODE_VALUE).is_some());
    }

    #[test]
    fn a_code_without_meaning_is_written_with_its_value_as_meaning() {
        assert_eq!(
            text(
                &code_item(&Code::new("LOCAL", "abc", "")),
                tags::CODE_MEANING
            ),
            "abc"
        );
    }
}
