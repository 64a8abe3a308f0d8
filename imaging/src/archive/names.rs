//! Names of members: raw bytes to text, text to addresses.
//!
//! A member's name is UTF-8 where its flag or its bytes say so. All others are written in the code
//! page of the machine that made the archive: CP932 on Japanese Windows, else CP437 (APPNOTE 6.3.10
//! appendix D).

use encoding_rs::SHIFT_JIS;

/// Upper half of code page 437.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// In which code page names without a mark are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodePage {
    /// DOS, Latin.
    Cp437,
    /// Japanese Windows.
    Cp932,
}

impl CodePage {
    /// The code page of an archive with these unmarked names: CP932 if all of them decode and one of
    /// them shows Japanese.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut is_japanese = false;
        for name in names.filter(|name| std::str::from_utf8(name).is_err()) {
            match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(name) {
                Some(text) => is_japanese |= shows_japanese(&text),
                None => return CodePage::Cp437,
            }
        }
        if is_japanese {
            CodePage::Cp932
        } else {
            CodePage::Cp437
        }
    }

    /// A name without a mark as text.
    pub(super) fn decode(self, name: &[u8]) -> String {
        if let Ok(text) = std::str::from_utf8(name) {
            return text.to_owned();
        }
        match self {
            CodePage::Cp932 => SHIFT_JIS.decode_without_bom_handling(name).0.into_owned(),
            CodePage::Cp437 => name
                .iter()
                .map(|byte| match byte {
                    0..128 => char::from(*byte),
                    _ => CP437.chars().nth(usize::from(byte - 128)).unwrap_or('_'),
                })
                .collect(),
        }
    }
}

/// Whether a text holds two Japanese characters in a row, or one that touches no Latin letter: an
/// umlaut of CP437 and the letter after it make one kanji in CP932, between letters.
fn shows_japanese(text: &str) -> bool {
    let is_japanese = |c: char| matches!(c, 'ぁ'..='ヿ' | '々' | '一'..='鿿');
    let characters: Vec<char> = text.chars().collect();
    (0..characters.len()).any(|at| {
        let here = characters.get(at).copied().is_some_and(is_japanese);
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(at + 1);
        let touches_latin = [before, after]
            .into_iter()
            .flatten()
            .any(char::is_ascii_alphabetic);
        here && (after.copied().is_some_and(is_japanese) || !touches_latin)
    })
}

/// The address of a member below its archive, parts separated by `/`; `None` for folders. What could
/// lead out of the archive (`..`, a root, a drive) is only a name here.
pub(super) fn address(name: &str) -> Option<String> {
    let is_separator = |c: char| c == '/' || c == '\\';
    if name.ends_with(is_separator) {
        return None;
    }
    let parts = name
        .split(is_separator)
        .filter(|part| !part.is_empty() && *part != ".")
        .map(|part| {
            if part == ".." {
                return "__".to_owned();
            }
            part.replace(|c: char| c.is_control() || (cfg!(windows) && c == ':'), "_")
        });
    let address = parts.collect::<Vec<_>>().join("/");
    (!address.is_empty()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_names_without_a_mark_are_read_as_cp932_and_german_ones_as_cp437() {
        // 画像/胸部.dcm by Python: '画像/胸部.dcm'.encode('cp932')
        let japanese = b"\x89\xe6\x91\x9c/\x8b\xb9\x95\x94.dcm".as_slice();
        let page = CodePage::of([japanese, b"plain.dcm".as_slice()].into_iter());
        assert_eq!(page, CodePage::Cp932);
        assert_eq!(page.decode(japanese), "画像/胸部.dcm");
        // 'Ärzte/Größe.dcm'.encode('cp437')
        let german = b"\x8erzte/Gr\x94\xe1e.dcm".as_slice();
        let page = CodePage::of([german].into_iter());
        assert_eq!(page, CodePage::Cp437);
        assert_eq!(page.decode(german), "Ärzte/Größe.dcm");
        assert_eq!(CP437.chars().count(), 128);
    }

    #[test]
    fn utf8_without_a_mark_is_seen_by_its_bytes() {
        assert_eq!(CodePage::Cp437.decode("画像.dcm".as_bytes()), "画像.dcm");
    }

    #[test]
    fn a_name_never_leads_out_of_its_archive() {
        assert_eq!(address("../../x").as_deref(), Some("__/__/x"));
        assert_eq!(address("/etc/passwd").as_deref(), Some("etc/passwd"));
        assert_eq!(address("a\\.\\b.dcm").as_deref(), Some("a/b.dcm"));
        assert_eq!(address("a\0b").as_deref(), Some("a_b"));
        assert_eq!(address("CT/"), None);
        assert_eq!(address("//"), None);
    }
}
