//! Private attributes: found by their creator, not by a fixed block (PS3.5 7.8.1), and read from
//! raw bytes where an implicit data set names no representation.

use super::data_set::{DataSet, Tag};

/// The tag of private element `element` (its low byte) in the block of `group` that `creator`
/// reserved; the comparison looks at the beginning of the creator's name only.
pub(crate) fn private_tag(root: &DataSet, group: u16, creator: &str, element: u8) -> Option<Tag> {
    root.elements
        .iter()
        .filter(|candidate| candidate.tag.0 == group && (0x10..=0xFF).contains(&candidate.tag.1))
        .map(|candidate| candidate.tag)
        .find(|tag| root.plain(*tag).starts_with(creator))
        .map(|tag| Tag(group, tag.1 << 8 | u16::from(element)))
}

/// First number of a private attribute: text, or binary of the width that `binary` reads where
/// the file says nothing about its kind.
pub(crate) fn private_number(
    root: &DataSet,
    tag: Tag,
    binary: fn(&[u8]) -> Option<f64>,
) -> Option<f64> {
    if let Some(number) = root.number(tag) {
        return Some(number);
    }
    let element = root.get(tag)?;
    let bytes = root.bytes(tag)?;
    (element.vr == *b"UN" && !root.big_endian)
        .then(|| binary(bytes))
        .flatten()
        .filter(|number| number.is_finite())
}

/// A little-endian 32-bit floating point number.
pub(crate) fn float32(bytes: &[u8]) -> Option<f64> {
    let bytes = bytes.get(..4)?.try_into().ok()?;
    Some(f64::from(f32::from_le_bytes(bytes)))
}

/// A little-endian 64-bit floating point number.
pub(crate) fn float64(bytes: &[u8]) -> Option<f64> {
    let bytes = bytes.get(..8)?.try_into().ok()?;
    Some(f64::from_le_bytes(bytes))
}

/// A little-endian unsigned 16-bit number.
pub(crate) fn unsigned16(bytes: &[u8]) -> Option<f64> {
    let bytes = bytes.get(..2)?.try_into().ok()?;
    Some(f64::from(u16::from_le_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dicom::data_set::{Element, Value};

    fn set(elements: &[(u16, u16, &[u8; 2], &[u8])]) -> DataSet {
        DataSet {
            elements: elements
                .iter()
                .map(|(group, element, vr, bytes)| Element {
                    tag: Tag(*group, *element),
                    vr: **vr,
                    value: Value::Bytes(bytes.to_vec()),
                })
                .collect(),
            ..DataSet::default()
        }
    }

    #[test]
    fn the_block_is_the_one_that_the_creator_reserved() {
        let root = set(&[
            (0x2001, 0x0010, b"LO", b"Someone else"),
            (0x2001, 0x0011, b"LO", b"Philips Imaging DD 001"),
        ]);
        let tag = private_tag(&root, 0x2001, "Philips Imaging DD 001", 0x03);
        assert_eq!(tag, Some(Tag(0x2001, 0x1103)));
        assert_eq!(private_tag(&root, 0x2001, "GEMS", 0x03), None);
    }

    #[test]
    fn unknown_bytes_are_read_by_their_documented_width() {
        let bytes = 800.5_f32.to_le_bytes();
        let root = set(&[(0x2001, 0x1003, b"UN", &bytes)]);
        let number = private_number(&root, Tag(0x2001, 0x1003), float32);
        assert_eq!(number, Some(800.5));
    }
}
