//! A data set as read: elements with their raw bytes, and typed looks at them.
//!
//! Text stays bytes until its character sets are known, because a value can only be cut at its
//! delimiters after decoding (PS3.5 6.1.2.5).

use super::charset::{CharacterSets, TextKind, decode};
use std::sync::Arc;

/// Group and element number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Tag(pub(crate) u16, pub(crate) u16);

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "({:04X},{:04X})", self.0, self.1)
    }
}

/// What an element holds.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Bytes as in the file.
    Bytes(Vec<u8>),
    /// The items of a sequence.
    Items(Vec<DataSet>),
    /// Too long to be kept while reading headers: its bytes in the file.
    Passed(u64),
}

/// One element.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    /// Its tag.
    pub(crate) tag: Tag,
    /// Its value representation, two letters.
    pub(crate) vr: [u8; 2],
    /// Its value.
    pub(crate) value: Value,
}

/// Elements in file order, with what is needed to understand their bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct DataSet {
    /// The elements.
    pub(crate) elements: Vec<Element>,
    /// Byte order of binary numbers.
    pub(crate) big_endian: bool,
    /// Character sets in force here (own or inherited).
    pub(crate) charset: Arc<CharacterSets>,
}

impl DataSet {
    /// The element `tag`, if present.
    pub(crate) fn get(&self, tag: Tag) -> Option<&Element> {
        self.elements.iter().find(|element| element.tag == tag)
    }

    /// Raw bytes of `tag`.
    pub(crate) fn bytes(&self, tag: Tag) -> Option<&[u8]> {
        match &self.get(tag)?.value {
            Value::Bytes(bytes) => Some(bytes),
            Value::Items(_) | Value::Passed(_) => None,
        }
    }

    /// Items of the sequence `tag`, empty if absent.
    pub(crate) fn items(&self, tag: Tag) -> &[DataSet] {
        match self.get(tag).map(|element| &element.value) {
            Some(Value::Items(items)) => items,
            _ => &[],
        }
    }

    /// First item of the sequence `tag`.
    pub(crate) fn item(&self, tag: Tag) -> Option<&DataSet> {
        self.items(tag).first()
    }

    /// 16-bit words of `tag` in the machine's order.
    pub(crate) fn words(&self, tag: Tag) -> Vec<u16> {
        let Some(bytes) = self.bytes(tag) else {
            return Vec::new();
        };
        bytes
            .chunks_exact(2)
            .map(|pair| {
                let pair = <[u8; 2]>::try_from(pair).unwrap_or_default();
                if self.big_endian {
                    u16::from_be_bytes(pair)
                } else {
                    u16::from_le_bytes(pair)
                }
            })
            .collect()
    }

    /// First value of `tag` as unsigned 16-bit number, binary or (misplaced) text.
    pub(crate) fn us(&self, tag: Tag) -> Option<u16> {
        let value = self.numbers(tag).into_iter().next()?;
        // a signed value representation shows the same 16 bits
        let value = if (-32768.0..0.0).contains(&value) {
            value + 65536.0
        } else {
            value
        };
        ((0.0..=65535.0).contains(&value) && value.fract() == 0.0).then_some(value as u16)
    }

    /// All values of `tag` as numbers: DS and IS text, or binary by value representation. Values
    /// that are no numbers become NaN, so that positions in a list stay right.
    pub(crate) fn numbers(&self, tag: Tag) -> Vec<f64> {
        let Some(element) = self.get(tag) else {
            return Vec::new();
        };
        let Value::Bytes(bytes) = &element.value else {
            return Vec::new();
        };
        match &element.vr {
            b"US" | b"OW" | b"SS" | b"UL" | b"SL" | b"FL" | b"FD" | b"OF" | b"OD" | b"UV"
            | b"SV" => self.binary_numbers(element.vr, bytes),
            _ => {
                let text = String::from_utf8_lossy(bytes);
                let text = text.trim_matches(['\0', ' ']);
                if text.is_empty() {
                    return Vec::new();
                }
                text.split('\\').map(parse_number).collect()
            }
        }
    }

    fn binary_numbers(&self, vr: [u8; 2], bytes: &[u8]) -> Vec<f64> {
        let width = match &vr {
            b"US" | b"SS" | b"OW" => 2,
            b"UL" | b"SL" | b"FL" | b"OF" => 4,
            _ => 8,
        };
        bytes
            .chunks_exact(width)
            .map(|chunk| {
                let mut wide = [0_u8; 8];
                for (place, byte) in wide.iter_mut().zip(chunk) {
                    *place = *byte;
                }
                if self.big_endian {
                    wide = [0; 8];
                    for (place, byte) in wide.iter_mut().zip(chunk.iter().rev()) {
                        *place = *byte;
                    }
                }
                let bits = u64::from_le_bytes(wide);
                match &vr {
                    b"SS" => f64::from(bits as u16 as i16),
                    b"SL" => f64::from(bits as u32 as i32),
                    b"FL" | b"OF" => f64::from(f32::from_bits(bits as u32)),
                    b"FD" | b"OD" => f64::from_bits(bits),
                    b"SV" => bits as i64 as f64,
                    _ => bits as f64,
                }
            })
            .collect()
    }

    /// First number of `tag`, if finite.
    pub(crate) fn number(&self, tag: Tag) -> Option<f64> {
        let value = self.numbers(tag).into_iter().next()?;
        value.is_finite().then_some(value)
    }

    /// First number of `tag` as integer.
    pub(crate) fn integer(&self, tag: Tag) -> Option<i64> {
        let value = self.number(tag)?;
        (value.abs() < 9.0e15).then_some(value as i64)
    }

    /// Exactly `N` finite numbers of `tag`.
    pub(crate) fn array<const N: usize>(&self, tag: Tag) -> Option<[f64; N]> {
        let values = <[f64; N]>::try_from(self.numbers(tag)).ok()?;
        values
            .iter()
            .all(|value| value.is_finite())
            .then_some(values)
    }

    /// Plain ASCII text of `tag` (CS, UI, DA, …), without padding; empty if absent.
    pub(crate) fn plain(&self, tag: Tag) -> String {
        let bytes = self.bytes(tag).unwrap_or_default();
        String::from_utf8_lossy(bytes)
            .trim_matches(['\0', ' ', '\t', '\r', '\n'])
            .to_owned()
    }

    /// The values of a plain multi-valued text.
    pub(crate) fn plain_values(&self, tag: Tag) -> Vec<String> {
        let text = self.plain(tag);
        if text.is_empty() {
            return Vec::new();
        }
        text.split('\\')
            .map(|value| value.trim().to_owned())
            .collect()
    }

    /// All values of a human text, decoded before they are separated.
    pub(crate) fn text_values(&self, tag: Tag) -> Vec<String> {
        let Some(bytes) = self.bytes(tag) else {
            return Vec::new();
        };
        let decoded = decode(bytes, &self.charset, TextKind::Short);
        decoded
            .text
            .split('\\')
            .map(|value| value.trim_matches(['\0', ' ', '\r', '\n']).to_owned())
            .collect()
    }

    /// Human text of `tag`, decoded by the character sets in force; first value only.
    pub(crate) fn text(&self, tag: Tag) -> String {
        self.text_values(tag).into_iter().next().unwrap_or_default()
    }
}

/// A decimal or integer string as number; NaN where it is none. A decimal comma and the unit mm are
/// against the standard and have one meaning only, so they are read.
fn parse_number(text: &str) -> f64 {
    let text = text.trim_matches(['\0', ' ', '\t', '\r', '\n']);
    let text = text
        .strip_suffix("mm")
        .or_else(|| text.strip_suffix("MM"))
        .unwrap_or(text)
        .trim_end();
    text.parse::<f64>()
        .or_else(|_| text.replace(',', ".").parse::<f64>())
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::parse_number;

    #[test]
    fn decimal_strings_with_comma_exponent_or_unit_are_numbers_and_others_none() {
        let numbers = [
            "0,5",
            "5.0E-1",
            " 0.5 mm",
            "+0.50000000000000000000",
            "0.5\0",
        ];
        assert_eq!(numbers.map(parse_number), [0.5; 5]);
        for text in ["0.05cm", "1.234,5", "half", "0.5.0", ""] {
            assert!(parse_number(text).is_nan(), "{text}");
        }
    }
}
