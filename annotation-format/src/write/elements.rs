//! Short ways to put elements into a data set.

use dicom_core::value::{DataSetSequence, PrimitiveValue};
use dicom_core::{DataElement, Tag, VR};
use dicom_object::InMemDicomObject;

use super::dicom_text::decimal;

/// A data set or an item of a sequence.
pub(crate) type Item = InMemDicomObject;

/// Puts one text value; an empty one is an element without value (type 2).
pub(crate) fn put_text(item: &mut Item, tag: Tag, vr: VR, value: impl Into<String>) {
    let value = value.into();
    if value.is_empty() {
        put_empty(item, tag, vr);
    } else {
        item.put(DataElement::new(tag, vr, PrimitiveValue::from(value)));
    }
}

/// Puts one text value unless it is empty (type 3).
pub(crate) fn put_text_if(item: &mut Item, tag: Tag, vr: VR, value: &str) {
    if !value.is_empty() {
        put_text(item, tag, vr, value);
    }
}

/// Puts an element without value.
pub(crate) fn put_empty(item: &mut Item, tag: Tag, vr: VR) {
    item.put(DataElement::new(tag, vr, PrimitiveValue::Empty));
}

/// Puts several text values.
pub(crate) fn put_texts(item: &mut Item, tag: Tag, vr: VR, values: &[&str]) {
    let values: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
    item.put(DataElement::new(
        tag,
        vr,
        PrimitiveValue::Strs(values.into()),
    ));
}

/// Puts numbers as decimal strings (VR DS).
pub(crate) fn put_decimals(item: &mut Item, tag: Tag, values: &[f64]) {
    let values: Vec<String> = values.iter().map(|&value| decimal(value)).collect();
    item.put(DataElement::new(
        tag,
        VR::DS,
        PrimitiveValue::Strs(values.into()),
    ));
}

/// Puts one whole number as a string (VR IS).
pub(crate) fn put_integer(item: &mut Item, tag: Tag, value: u64) {
    item.put(DataElement::new(
        tag,
        VR::IS,
        PrimitiveValue::from(value.to_string()),
    ));
}

/// Puts 16-bit numbers (VR US).
pub(crate) fn put_shorts(item: &mut Item, tag: Tag, values: &[u16]) {
    item.put(DataElement::new(
        tag,
        VR::US,
        PrimitiveValue::U16(values.to_vec().into()),
    ));
}

/// Puts 32-bit numbers (VR UL).
pub(crate) fn put_longs(item: &mut Item, tag: Tag, values: &[u32]) {
    item.put(DataElement::new(
        tag,
        VR::UL,
        PrimitiveValue::U32(values.to_vec().into()),
    ));
}

/// Puts one pointer to an attribute (VR AT).
pub(crate) fn put_pointer(item: &mut Item, tag: Tag, target: Tag) {
    item.put(DataElement::new(
        tag,
        VR::AT,
        PrimitiveValue::Tags(vec![target].into()),
    ));
}

/// Puts bytes.
pub(crate) fn put_bytes(item: &mut Item, tag: Tag, vr: VR, bytes: Vec<u8>) {
    item.put(DataElement::new(tag, vr, PrimitiveValue::U8(bytes.into())));
}

/// Puts a sequence.
pub(crate) fn put_sequence(item: &mut Item, tag: Tag, items: Vec<Item>) {
    item.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
}

/// A sequence's single item, filled by a closure.
pub(crate) fn item_with(fill: impl FnOnce(&mut Item)) -> Item {
    let mut item = Item::new_empty();
    fill(&mut item);
    item
}
