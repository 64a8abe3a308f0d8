//! Texts as they are compared: NFKC, small letters, hiragana, without spaces, points and strokes.

use unicode_normalization::UnicodeNormalization;

/// A text as it is compared, and where in it words begin (in characters).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The characters that count.
    pub text: String,
    /// The first characters of its words; the first word's is 0.
    pub words: Vec<usize>,
}

/// Folds a text: what differs only in width, case, kana or marks between words becomes the same.
#[must_use]
pub fn fold(text: &str) -> Folded {
    let mut folded = Folded::default();
    let mut count = 0;
    let mut begins = true;
    for c in plain(text) {
        if !c.is_alphanumeric() {
            begins = true;
            continue;
        }
        if std::mem::take(&mut begins) {
            folded.words.push(count);
        }
        folded.text.push(c);
        count += 1;
    }
    folded
}

/// The characters of a text without differences of width, case, accent and kana: NFKC, small letters, hiragana.
pub fn plain(text: &str) -> impl Iterator<Item = char> {
    let small = text.nfkc().flat_map(char::to_lowercase);
    small.flat_map(bare).map(hiragana)
}

/// A letter without its accent: `ō` is `o`. Voiced kana stay what they are.
fn bare(c: char) -> Option<char> {
    if c.is_ascii() || c as u32 >= 0x2000 {
        return Some(c);
    }
    let first = std::iter::once(c).nfd().next()?;
    (!unicode_normalization::char::is_combining_mark(first)).then_some(first)
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヴ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_kana_and_marks_between_words_do_not_count() {
        for (one, other) in [
            ("スリガラス影", "すりがらす影"),
            ("ｽﾘｶﾞﾗｽ", "すりがらす"),
            ("Ground-glass opacity", "GROUND GLASS　OPACITY"),
            ("左・右", "左右"),
            ("LN-03", "ｌｎ０３"),
            ("Tōkyō", "tokyo"),
            ("ヴァ", "ゔぁ"),
        ] {
            assert_eq!(fold(one).text, fold(other).text, "{one}");
        }
    }

    #[test]
    fn words_begin_after_what_is_left_out() {
        let folded = fold("  Ground-glass opacity");
        assert_eq!(folded.text, "groundglassopacity");
        assert_eq!(folded.words, [0, 6, 11]);
        assert_eq!(fold("肺結節：充実性").words, [0, 3]);
        assert_eq!(fold("・-").text, "");
    }
}
