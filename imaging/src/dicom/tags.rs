//! Every element of a DICOM file as a row: tag, name, decoded value (PS3.5 6, 7; PS3.6).
//!
//! The data set is the pre-scan's, so its depth and its lengths are bounded already; the walk over nested items
//! keeps its own stack all the same, as nothing of a stranger's file decides how deep this program calls itself.

use super::charset::{TextKind, decode};
use super::data_set::{DataSet, Element, Tag, Value};
use super::part10::{Opened, open};
use super::prescan::PixelElement;
use crate::error::Fault;
use crate::tags::TagRow;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::StandardDataDictionary;
use std::path::Path;
use voxel::Phrase;

/// Most numbers that are listed of one value.
const SHOWN_NUMBERS: usize = 256;
/// Bytes of unknown representation are shown as text up to this length, if they are text.
const TEXT_LIKE_BYTES: usize = 1024;

/// Rows of meta group, data set and pixel element.
///
/// # Errors
/// As [`open`].
pub(crate) fn rows(path: &Path) -> Result<Vec<TagRow>, Fault> {
    let Opened {
        meta, root, pixel, ..
    } = open(path)?;
    let mut rows = Vec::new();
    walk(&meta, &mut rows);
    walk(&root, &mut rows);
    rows.extend(pixel.map(|pixel| pixel_row(&pixel)));
    Ok(rows)
}

/// What remains to be listed of one sequence or data set.
enum Rest<'a> {
    Elements(&'a DataSet, std::slice::Iter<'a, Element>),
    Items(usize, std::slice::Iter<'a, DataSet>),
}

fn walk(root: &DataSet, rows: &mut Vec<TagRow>) {
    let mut stack = vec![Rest::Elements(root, root.elements.iter())];
    while let Some(rest) = stack.last_mut() {
        match rest {
            Rest::Items(number, items) => match items.next() {
                Some(item) => {
                    *number += 1;
                    let number = *number;
                    let depth = depth_of(&stack);
                    rows.push(item_row(number, depth));
                    stack.push(Rest::Elements(item, item.elements.iter()));
                }
                None => {
                    stack.pop();
                }
            },
            Rest::Elements(set, elements) => match elements.next() {
                Some(element) => {
                    let set = *set;
                    let depth = depth_of(&stack);
                    rows.push(element_row(set, element, depth));
                    if let Value::Items(items) = &element.value {
                        stack.push(Rest::Items(0, items.iter()));
                    }
                }
                None => {
                    stack.pop();
                }
            },
        }
    }
}

/// Sequences around the row that is listed next.
fn depth_of(stack: &[Rest<'_>]) -> usize {
    let is_sequence = |rest: &&Rest<'_>| matches!(rest, Rest::Items(..));
    stack.iter().filter(is_sequence).count()
}

fn item_row(number: usize, depth: usize) -> TagRow {
    TagRow {
        depth,
        tag: Tag(0xFFFE, 0xE000).to_string(),
        keyword: "Item".to_owned(),
        name: "Item".to_owned(),
        value: number.to_string(),
        ..TagRow::default()
    }
}

fn pixel_row(pixel: &PixelElement) -> TagRow {
    let said = match pixel.length {
        Some(length) => bytes_said(length),
        None => Phrase::new("tag-encapsulated", "encapsulated"),
    };
    let row = TagRow {
        tag: pixel.tag.to_string(),
        vr: vr_text(pixel.vr),
        ..named_as(pixel.tag)
    };
    named(row).with_words(said)
}

fn element_row(set: &DataSet, element: &Element, depth: usize) -> TagRow {
    let tag = element.tag;
    let row = TagRow {
        depth,
        tag: tag.to_string(),
        vr: vr_text(element.vr),
        private_creator: creator_of(set, tag),
        ..named_as(tag)
    };
    let row = named(row);
    match value_of(set, element) {
        Shown::Text(text) => row.with_value(text),
        Shown::Words(said) => row.with_words(said),
    }
}

fn vr_text(vr: [u8; 2]) -> String {
    vr.iter().map(|byte| char::from(*byte)).collect()
}

/// The dictionary's keyword of a tag; private creators and group lengths by their rules (PS3.5 7.2, 7.8.1).
fn named_as(tag: Tag) -> TagRow {
    let keyword = match tag {
        Tag(group, 0x0010..=0x00FF) if group % 2 == 1 => "PrivateCreator".to_owned(),
        Tag(group, _) if group % 2 == 1 => String::new(),
        Tag(_, 0) => "GroupLength".to_owned(),
        Tag(group, element) => StandardDataDictionary
            .by_tag(dicom_core::Tag(group, element))
            .map_or_else(String::new, |entry| entry.alias().to_owned()),
    };
    TagRow {
        keyword,
        ..TagRow::default()
    }
}

fn named(mut row: TagRow) -> TagRow {
    row.name = words_of(&row.keyword);
    row
}

/// `PatientID` as `Patient ID`, `SOPClassUID` as `SOP Class UID`.
fn words_of(keyword: &str) -> String {
    let letters: Vec<char> = keyword.chars().collect();
    let mut words = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let begins_word = letter.is_ascii_uppercase()
            && (before.is_some_and(|b| !b.is_ascii_uppercase())
                || before.is_some() && after.is_some_and(|a| a.is_ascii_lowercase() && *a != 's'));
        if begins_word {
            words.push(' ');
        }
        words.push(*letter);
    }
    words
}

/// Who made a private element: the text of (gggg,00bb) that reserves its block (PS3.5 7.8.1). `Some("")` for a
/// private element whose block nobody reserved, `None` for public elements and for the reservation itself.
fn creator_of(set: &DataSet, tag: Tag) -> Option<String> {
    if tag.0.is_multiple_of(2) || tag.1 <= 0x00FF {
        return None;
    }
    let creator = set.bytes(Tag(tag.0, tag.1 >> 8)).unwrap_or_default();
    Some(trimmed(
        &decode(creator, &set.charset, TextKind::Short).text,
    ))
}

fn trimmed(text: &str) -> String {
    text.trim_matches(['\0', ' ', '\r', '\n']).to_owned()
}

/// What is listed of a value.
enum Shown {
    Text(String),
    Words(Phrase),
}

fn bytes_said(length: u64) -> Phrase {
    Phrase::new("tag-bytes", format!("{length} bytes")).with("count", length)
}

fn value_of(set: &DataSet, element: &Element) -> Shown {
    let bytes = match &element.value {
        Value::Items(items) => {
            let count = items.len();
            let said = Phrase::new("tag-items", format!("{count} items"));
            return Shown::Words(said.with("count", count));
        }
        Value::Passed(length) => return Shown::Words(bytes_said(*length)),
        Value::Bytes(bytes) => bytes,
    };
    Shown::Text(match &element.vr {
        b"PN" => trimmed(&decode(bytes, &set.charset, TextKind::Name).text),
        b"LO" | b"SH" | b"LT" | b"ST" | b"UC" | b"UT" => {
            trimmed(&decode(bytes, &set.charset, TextKind::Short).text)
        }
        b"AE" | b"AS" | b"CS" | b"DA" | b"DS" | b"DT" | b"IS" | b"TM" | b"UI" | b"UR" => {
            trimmed(&String::from_utf8_lossy(bytes))
        }
        b"AT" => tags_text(set, element.tag),
        b"US" | b"SS" | b"UL" | b"SL" | b"FL" | b"FD" | b"UV" | b"SV" => {
            numbers_text(set, element.tag)
        }
        _ if is_text_like(bytes, element) => {
            trimmed(&decode(bytes, &set.charset, TextKind::Short).text)
        }
        _ => return Shown::Words(bytes_said(bytes.len() as u64)),
    })
}

/// Private elements written without representation are mostly short texts.
fn is_text_like(bytes: &[u8], element: &Element) -> bool {
    let content = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    element.vr == *b"UN"
        && !content.is_empty()
        && content.len() <= TEXT_LIKE_BYTES
        && content
            .iter()
            .all(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\r' | b'\n' | b'\t'))
}

fn numbers_text(set: &DataSet, tag: Tag) -> String {
    let numbers = set.numbers(tag);
    // a single-precision number has no more digits than it was written with
    let is_single = set.get(tag).is_some_and(|element| element.vr == *b"FL");
    let text = |number: &f64| {
        if is_single {
            (*number as f32).to_string()
        } else {
            number.to_string()
        }
    };
    let mut texts: Vec<String> = numbers.iter().take(SHOWN_NUMBERS).map(text).collect();
    if numbers.len() > SHOWN_NUMBERS {
        texts.push(format!("… ({})", numbers.len()));
    }
    texts.join("\\")
}

fn tags_text(set: &DataSet, tag: Tag) -> String {
    let words = set.words(tag);
    let tags: Vec<String> = words
        .chunks_exact(2)
        .take(SHOWN_NUMBERS)
        .filter_map(|pair| match pair {
            [group, element] => Some(Tag(*group, *element).to_string()),
            _ => None,
        })
        .collect();
    tags.join("\\")
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn keywords_become_words_and_abbreviations_stay_whole() {
        for (keyword, words) in [
            ("PatientID", "Patient ID"),
            ("SOPClassUID", "SOP Class UID"),
            ("PatientName", "Patient Name"),
            ("RescaleSlope", "Rescale Slope"),
            ("ReferencedSOPInstanceUID", "Referenced SOP Instance UID"),
            ("KVP", "KVP"),
            ("", ""),
        ] {
            assert_eq!(words_of(keyword), words);
        }
    }
}
