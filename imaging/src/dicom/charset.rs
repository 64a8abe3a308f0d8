//! Text bytes to text: single-byte sets, ISO 2022 code extensions, UTF-8, GB18030, and what is
//! found under the wrong label (PS3.5 6.1.2, annex H; PS3.3 C.12.1.1.2).
//!
//! Values are cut at `\`, `^`, `=` only after decoding, because those bytes occur inside the
//! characters of two-byte sets.

use super::iso2022::{decode_iso2022, has_escape};
use encoding_rs::Encoding;

/// One character set that value 1 of (0008,0005) can name.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum FirstSet {
    /// ISO 646, the default.
    #[default]
    Ascii,
    /// ISO 8859-1: a byte is its code point.
    Latin1,
    /// Another single-byte set in G1.
    Single(&'static Encoding),
    /// JIS X 0201: Roman in G0, half-width katakana in G1.
    JisX0201,
    /// Korean KS X 1001 in G1.
    KsX1001,
    /// Chinese GB 2312 in G1.
    Gb2312,
    /// UTF-8, GB18030 or GBK for the whole text, without extensions.
    Whole(&'static Encoding),
}

/// The value of (0008,0005), understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct CharacterSets {
    /// Value 1.
    pub(crate) first: FirstSet,
    /// Whether code extensions are declared.
    pub(crate) extensions: bool,
    /// Whether a name was not understood.
    pub(crate) unknown: bool,
}

/// How the delimiters of a text behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKind {
    /// LO, SH, UC: `\` separates values.
    Short,
    /// PN: `\`, `^` and `=` as well.
    Name,
}

/// A decoded text and how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decoded {
    /// The text, delimiters still in it.
    pub(crate) text: String,
    /// The declared set did not fit; another was taken.
    pub(crate) guessed: bool,
    /// Bytes without a meaning became U+FFFD.
    pub(crate) damaged: bool,
    /// The value ends inside a two-byte set, which no writer may leave open.
    pub(crate) unclosed: bool,
}

impl CharacterSets {
    /// Understands the raw value of (0008,0005).
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut names = text.split('\\').map(normal_name);
        let first_name = names.next().unwrap_or_default();
        let first = first_set(&first_name);
        CharacterSets {
            first: first.unwrap_or_default(),
            extensions: first_name.contains("2022") || names.any(|name| !name.is_empty()),
            unknown: first.is_none(),
        }
    }
}

/// Upper case, single spaces, `ISO 2022 IR 87` and `ISO_IR 100` alike.
fn normal_name(name: &str) -> String {
    name.trim_matches(['\0', ' '])
        .to_ascii_uppercase()
        .replace(['_', '-'], " ")
}

fn first_set(name: &str) -> Option<FirstSet> {
    if name.is_empty() {
        return Some(FirstSet::Ascii);
    }
    let number = name.rsplit(' ').next().unwrap_or_default();
    Some(match number {
        "6" | "87" | "159" => FirstSet::Ascii,
        "100" => FirstSet::Latin1,
        "13" => FirstSet::JisX0201,
        "149" => FirstSet::KsX1001,
        "58" => FirstSet::Gb2312,
        "192" | "UTF8" => FirstSet::Whole(encoding_rs::UTF_8),
        "GB18030" => FirstSet::Whole(encoding_rs::GB18030),
        "GBK" => FirstSet::Whole(encoding_rs::GBK),
        other => FirstSet::Single(single_byte(other)?),
    })
}

/// The right half of the ISO 8859 part with this ISO-IR registration number.
fn single_byte(number: &str) -> Option<&'static Encoding> {
    Some(match number {
        "101" => encoding_rs::ISO_8859_2,
        "109" => encoding_rs::ISO_8859_3,
        "110" => encoding_rs::ISO_8859_4,
        "144" => encoding_rs::ISO_8859_5,
        "127" => encoding_rs::ISO_8859_6,
        "126" => encoding_rs::ISO_8859_7,
        "138" => encoding_rs::ISO_8859_8,
        "148" => encoding_rs::WINDOWS_1254,
        "166" => encoding_rs::WINDOWS_874,
        "203" => encoding_rs::ISO_8859_15,
        _ => return None,
    })
}

/// Decodes one value (all its parts) by the sets in force; falls back by conformance §6.7 where
/// the declared set cannot be meant.
pub(crate) fn decode(bytes: &[u8], sets: &CharacterSets, kind: TextKind) -> Decoded {
    if bytes.is_ascii() && !has_escape(bytes) && sets.first != FirstSet::JisX0201 {
        return Decoded {
            text: bytes.iter().map(|byte| char::from(*byte)).collect(),
            guessed: false,
            damaged: false,
            unclosed: false,
        };
    }
    if let FirstSet::Whole(encoding) = sets.first {
        let (text, damaged) = encoding.decode_without_bom_handling(bytes);
        if !damaged && !has_escape(bytes) {
            return Decoded {
                text: text.into_owned(),
                guessed: false,
                damaged,
                unclosed: false,
            };
        }
        return guess(bytes).unwrap_or(Decoded {
            text: text.into_owned(),
            guessed: false,
            damaged,
            unclosed: false,
        });
    }
    let declared = if sets.extensions || !has_escape(bytes) {
        decode_iso2022(bytes, sets.first, kind)
    } else {
        // escapes without a declaration: Japanese files do this
        let mut decoded = decode_iso2022(bytes, sets.first, kind);
        decoded.guessed = true;
        decoded
    };
    if is_plausible(bytes, sets, &declared) {
        return declared;
    }
    guess(bytes).unwrap_or(declared)
}

/// Whether the declared sets can be what the writer meant.
fn is_plausible(bytes: &[u8], sets: &CharacterSets, decoded: &Decoded) -> bool {
    if has_escape(bytes) {
        return true;
    }
    let has_c1 = bytes.iter().any(|byte| (0x80..0xA0).contains(byte));
    match sets.first {
        FirstSet::Ascii => false, // a byte above 7F has no meaning there
        FirstSet::Latin1 => !has_c1 && std::str::from_utf8(bytes).is_err(),
        FirstSet::Single(_) | FirstSet::JisX0201 => !has_c1 && !decoded.damaged,
        FirstSet::KsX1001 | FirstSet::Gb2312 | FirstSet::Whole(_) => !decoded.damaged,
    }
}

/// What else the bytes may be: UTF-8, then CP932 with at least one kana or kanji.
fn guess(bytes: &[u8]) -> Option<Decoded> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Decoded {
            text: text.to_owned(),
            guessed: true,
            damaged: false,
            unclosed: false,
        });
    }
    let (text, damaged) = encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes);
    let is_japanese = text
        .chars()
        .any(|c| matches!(c, '\u{3041}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}'));
    (!damaged && is_japanese).then(|| Decoded {
        text: text.into_owned(),
        guessed: true,
        damaged: false,
        unclosed: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8], charset: &str) -> String {
        decode(
            bytes,
            &CharacterSets::from_bytes(charset.as_bytes()),
            TextKind::Name,
        )
        .text
    }

    #[test]
    fn kanji_whose_second_byte_is_a_delimiter_stay_whole() {
        // 2140, 4E5C and 3B3D; the last two hold the bytes of `\\` and `=`
        let value = b"\x1b$B\x21\x40\x4e\x5c\x3b\x3d\x1b(B";
        let (independent, _, _) = encoding_rs::ISO_2022_JP.decode(value);
        assert_eq!(text_of(value, "\\ISO 2022 IR 87"), independent);
        assert_eq!(independent.chars().count(), 3);
    }

    #[test]
    fn escapes_are_understood_where_no_set_is_declared() {
        assert_eq!(
            text_of(b"\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", ""),
            "山田^太郎"
        );
    }

    #[test]
    fn shift_jis_under_latin_1_is_recognised() {
        let decoded = decode(
            b"\x95\x5c\x8e\xa6\x94\x5c\x97\xcd\x83\x5c",
            &CharacterSets::from_bytes(b"ISO_IR 100"),
            TextKind::Short,
        );
        assert_eq!(decoded.text, "表示能力ソ");
        assert!(decoded.guessed);
    }

    #[test]
    fn utf_8_under_no_declaration_is_recognised() {
        assert_eq!(text_of("山田^太郎".as_bytes(), ""), "山田^太郎");
    }

    #[test]
    fn latin_1_stays_latin_1() {
        assert_eq!(text_of(b"Buc^J\xe9r\xf4me", "ISO_IR 100"), "Buc^Jérôme");
    }

    #[test]
    fn an_escape_that_is_never_closed_ends_with_the_value() {
        assert_eq!(text_of(b"\x1b$B;3ED", "\\ISO 2022 IR 87"), "山田");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_under_any_set_give_some_text(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
            set in proptest::sample::select(vec!["", "ISO_IR 13", "\\ISO 2022 IR 87", "\\ISO 2022 IR 149",
                "\\ISO 2022 IR 58", "ISO_IR 192", "GB18030", "ISO_IR 138", "nonsense"]),
        ) {
            let _ = text_of(&bytes, set);
        }
    }
}
