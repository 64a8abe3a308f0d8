//! ISO 2022 code extensions as DICOM uses them (PS3.5 6.1.2.5, table C.12-3 and C.12-4 of PS3.3).

use super::charset::{Decoded, FirstSet, TextKind};
use encoding_rs::Encoding;

const ESC: u8 = 0x1B;

/// What the lower half (21–7E) means.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Lower {
    Ascii,
    JisRoman,
    HalfKatakana,
    JisX0208,
    JisX0212,
}

/// What the upper half (A1–FE) means.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Upper {
    None,
    Latin1,
    Single(&'static Encoding),
    HalfKatakana,
    KsX1001,
    Gb2312,
}

/// Both halves; the state that returns to its first value at every delimiter.
#[derive(Debug, Clone, Copy, PartialEq)]
struct State {
    lower: Lower,
    upper: Upper,
}

/// Whether an escape sequence may be in `bytes`.
pub(crate) fn has_escape(bytes: &[u8]) -> bool {
    bytes.contains(&ESC)
}

/// Decodes by escapes, starting from what value 1 of the character sets says. Escapes are followed
/// even where they were not declared.
pub(crate) fn decode_iso2022(bytes: &[u8], first: FirstSet, kind: TextKind) -> Decoded {
    let initial = initial_state(first);
    let mut state = initial;
    let mut decoder = Decoder {
        text: String::with_capacity(bytes.len()),
        damaged: false,
    };
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == ESC {
            match designation(after) {
                Some((length, change)) => {
                    change.apply(&mut state);
                    rest = after.get(length..).unwrap_or_default();
                }
                None => {
                    decoder.damage();
                    rest = after;
                }
            }
            continue;
        }
        if byte < 0x20 {
            if matches!(byte, b'\r' | b'\n' | 0x0C | b'\t') {
                state = initial;
            }
            decoder.text.push(char::from(byte));
            rest = after;
            continue;
        }
        rest = if byte < 0x80 {
            let used = decoder.lower(byte, after, state.lower);
            if used == 1 && is_delimiter(byte, kind) && !is_two_byte(state.lower) {
                state = initial;
            }
            rest.get(used..).unwrap_or_default()
        } else {
            let used = decoder.upper(byte, after, state.upper);
            rest.get(used..).unwrap_or_default()
        };
    }
    Decoded {
        text: decoder.text,
        guessed: false,
        damaged: decoder.damaged,
        unclosed: is_two_byte(state.lower),
    }
}

fn initial_state(first: FirstSet) -> State {
    let (lower, upper) = match first {
        FirstSet::Ascii | FirstSet::Whole(_) => (Lower::Ascii, Upper::None),
        FirstSet::Latin1 => (Lower::Ascii, Upper::Latin1),
        FirstSet::Single(encoding) => (Lower::Ascii, Upper::Single(encoding)),
        FirstSet::JisX0201 => (Lower::JisRoman, Upper::HalfKatakana),
        FirstSet::KsX1001 => (Lower::Ascii, Upper::KsX1001),
        FirstSet::Gb2312 => (Lower::Ascii, Upper::Gb2312),
    };
    State { lower, upper }
}

fn is_two_byte(lower: Lower) -> bool {
    matches!(lower, Lower::JisX0208 | Lower::JisX0212)
}

fn is_delimiter(byte: u8, kind: TextKind) -> bool {
    byte == b'\\' || (kind == TextKind::Name && matches!(byte, b'^' | b'='))
}

/// What an escape sequence changes.
enum Change {
    Lower(Lower),
    Upper(Upper),
}

impl Change {
    fn apply(self, state: &mut State) {
        match self {
            Change::Lower(lower) => state.lower = lower,
            Change::Upper(upper) => state.upper = upper,
        }
    }
}

/// The escape sequence after ESC: its length and meaning.
fn designation(after: &[u8]) -> Option<(usize, Change)> {
    Some(match after {
        [b'(', b'B', ..] => (2, Change::Lower(Lower::Ascii)),
        [b'(', b'J', ..] => (2, Change::Lower(Lower::JisRoman)),
        [b'(', b'I', ..] => (2, Change::Lower(Lower::HalfKatakana)),
        [b')', b'I', ..] => (2, Change::Upper(Upper::HalfKatakana)),
        [b'$', b'B' | b'@', ..] => (2, Change::Lower(Lower::JisX0208)),
        [b'$', b'(', b'B' | b'@', ..] => (3, Change::Lower(Lower::JisX0208)),
        [b'$', b'(', b'D', ..] => (3, Change::Lower(Lower::JisX0212)),
        [b'$', b')', b'C', ..] => (3, Change::Upper(Upper::KsX1001)),
        [b'$', b')', b'A', ..] => (3, Change::Upper(Upper::Gb2312)),
        [b'-', b'A', ..] => (2, Change::Upper(Upper::Latin1)),
        [b'-', final_byte, ..] => (2, Change::Upper(Upper::Single(right_half(*final_byte)?))),
        _ => return None,
    })
}

/// The ISO 8859 part that `ESC - F` designates to G1.
fn right_half(final_byte: u8) -> Option<&'static Encoding> {
    Some(match final_byte {
        b'B' => encoding_rs::ISO_8859_2,
        b'C' => encoding_rs::ISO_8859_3,
        b'D' => encoding_rs::ISO_8859_4,
        b'L' => encoding_rs::ISO_8859_5,
        b'G' => encoding_rs::ISO_8859_6,
        b'F' => encoding_rs::ISO_8859_7,
        b'H' => encoding_rs::ISO_8859_8,
        b'M' => encoding_rs::WINDOWS_1254,
        b'T' => encoding_rs::WINDOWS_874,
        b'b' => encoding_rs::ISO_8859_15,
        _ => return None,
    })
}

struct Decoder {
    text: String,
    damaged: bool,
}

impl Decoder {
    fn damage(&mut self) {
        self.text.push(char::REPLACEMENT_CHARACTER);
        self.damaged = true;
    }

    /// Decodes one character of the lower half; returns the bytes used.
    fn lower(&mut self, byte: u8, after: &[u8], lower: Lower) -> usize {
        match lower {
            Lower::Ascii => self.text.push(char::from(byte)),
            Lower::JisRoman => self.text.push(match byte {
                0x7E => '\u{203E}',
                _ => char::from(byte),
            }),
            Lower::HalfKatakana if (0x21..=0x5F).contains(&byte) => {
                self.text.push(half_katakana(byte.wrapping_add(0x80)));
            }
            Lower::HalfKatakana => self.text.push(char::from(byte)),
            Lower::JisX0208 | Lower::JisX0212 => match after.first() {
                Some(&second) if byte > 0x20 && (0x21..0x7F).contains(&second) => {
                    let (a, b) = (byte | 0x80, second | 0x80);
                    if lower == Lower::JisX0208 {
                        self.foreign(encoding_rs::EUC_JP, &[a, b]);
                    } else {
                        self.foreign(encoding_rs::EUC_JP, &[0x8F, a, b]);
                    }
                    return 2;
                }
                _ => self.text.push(char::from(byte)),
            },
        }
        1
    }

    /// Decodes one character of the upper half; returns the bytes used.
    fn upper(&mut self, byte: u8, after: &[u8], upper: Upper) -> usize {
        match upper {
            Upper::None => self.damage(),
            Upper::Latin1 => self.text.push(char::from(byte)),
            Upper::Single(encoding) => self.foreign(encoding, &[byte]),
            Upper::HalfKatakana if (0xA1..=0xDF).contains(&byte) => {
                self.text.push(half_katakana(byte));
            }
            Upper::HalfKatakana => self.damage(),
            Upper::KsX1001 | Upper::Gb2312 => match after.first() {
                Some(&second) if second >= 0xA1 => {
                    let encoding = if upper == Upper::KsX1001 {
                        encoding_rs::EUC_KR
                    } else {
                        encoding_rs::GBK
                    };
                    self.foreign(encoding, &[byte, second]);
                    return 2;
                }
                _ => self.damage(),
            },
        }
        1
    }

    fn foreign(&mut self, encoding: &'static Encoding, bytes: &[u8]) {
        let (text, damaged) = encoding.decode_without_bom_handling(bytes);
        self.damaged |= damaged;
        let is_jis = encoding == encoding_rs::EUC_JP;
        self.text
            .extend(text.chars().map(|c| if is_jis { jis_form(c) } else { c }));
    }
}

/// Half-width katakana of JIS X 0201, bytes A1–DF.
fn half_katakana(byte: u8) -> char {
    char::from_u32(0xFF61 + u32::from(byte.saturating_sub(0xA1))).unwrap_or('?')
}

/// JIS X 0208 as registered, where the web's table follows Microsoft's (conformance §6.8).
fn jis_form(c: char) -> char {
    match c {
        '\u{FF5E}' => '\u{301C}',
        '\u{2225}' => '\u{2016}',
        '\u{FF0D}' => '\u{2212}',
        '\u{FFE0}' => '\u{00A2}',
        '\u{FFE1}' => '\u{00A3}',
        '\u{FFE2}' => '\u{00AC}',
        other => other,
    }
}
