//! Text values as DICOM allows them: lengths in characters, no delimiters, decimal strings of 16 characters.

/// The longest decimal string (VR DS).
const DECIMAL_LIMIT: usize = 16;

/// Text for LO, SH, ST and the like: control characters become spaces, a backslash (the delimiter of values)
/// its full-width form, surrounding space goes, and what is over `limit` characters is cut.
pub fn clean(text: &str, limit: usize) -> String {
    let cleaned: String = text
        .chars()
        .map(|letter| match letter {
            '\\' => '＼',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect();
    cleaned
        .trim()
        .chars()
        .take(limit)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// A person name (VR PN) of up to three component groups, each `family^given^…`; empty groups at the end are left out.
///
/// ```
/// use annotation_format::write::dicom_text::person_name;
/// assert_eq!(person_name("Yamada^Taro", "山田^太郎", "やまだ^たろう"), "Yamada^Taro=山田^太郎=やまだ^たろう");
/// assert_eq!(person_name("Smith^John", "", ""), "Smith^John");
/// ```
pub fn person_name(alphabetic: &str, ideographic: &str, phonetic: &str) -> String {
    let groups =
        [alphabetic, ideographic, phonetic].map(|group| clean(&group.replace('=', " "), 64));
    groups.join("=").trim_end_matches('=').to_owned()
}

/// A code string (VR CS): upper case letters, digits, `_` and space, at most 16 characters.
pub fn code_string(text: &str) -> String {
    let upper = text.to_ascii_uppercase();
    let kept = upper.chars().map(|letter| {
        if letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == ' ' {
            letter
        } else {
            '_'
        }
    });
    kept.take(16).collect::<String>().trim().to_owned()
}

/// A number as a decimal string (VR DS): the shortest that reads back as the same `f64`, else the nearest of 16
/// characters (relative error below 1e-9 for every number that a DS can express).
///
/// ```
/// use annotation_format::write::dicom_text::decimal;
/// assert_eq!(decimal(0.859375), "0.859375");
/// assert_eq!(decimal(-123.456789012345678), "-123.45678901235");
/// assert_eq!(decimal(-0.0), "0");
/// ```
pub fn decimal(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return "0".to_owned();
    }
    let plain = format!("{number}");
    if plain.len() <= DECIMAL_LIMIT {
        return plain;
    }
    let scientific = format!("{number:e}");
    if scientific.len() <= DECIMAL_LIMIT {
        return scientific;
    }
    let fixed = (0..DECIMAL_LIMIT)
        .rev()
        .map(|digits| format!("{number:.digits$}"));
    let exponent = (0..DECIMAL_LIMIT)
        .rev()
        .map(|digits| format!("{number:.digits$e}"));
    let error = |text: &String| {
        text.parse::<f64>()
            .map_or(f64::INFINITY, |read| (read - number).abs())
    };
    let best = [
        fixed.into_iter().find(|text| fits(text)),
        exponent.into_iter().find(|text| fits(text)),
    ];
    best.into_iter()
        .flatten()
        .min_by(|a, b| error(a).total_cmp(&error(b)))
        .unwrap_or(scientific)
}

/// Whether a text fits the VR DS.
fn fits(text: &str) -> bool {
    text.len() <= DECIMAL_LIMIT
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_loses_delimiters_and_control_characters_and_what_is_too_long() {
        assert_eq!(clean(" a\\b\nc ", 64), "a＼b c");
        assert_eq!(clean("表示能力", 2), "表示");
    }

    #[test]
    fn a_code_string_keeps_to_its_letters() {
        assert_eq!(code_string("lung-nodule-ct"), "LUNG_NODULE_CT");
        assert_eq!(code_string("肺"), "_");
        assert_eq!(code_string("abcdefghijklmnopqrstuvwxyz").len(), 16);
    }

    #[test]
    fn tiny_and_huge_numbers_keep_their_size() {
        for number in [
            1.234_567_890_123_45e-15,
            -9.876_543_210_123e200,
            1.0 / 3.0,
            -1_234.567_890_123_4,
            f64::MIN_POSITIVE,
        ] {
            let read: f64 = decimal(number).parse().unwrap();
            assert!(
                decimal(number).len() <= 16 && ((read - number) / number).abs() < 1e-8,
                "{number}"
            );
        }
    }

    proptest! {
        #[test]
        fn positions_come_back_within_a_billionth(number in -5000.0_f64..5000.0) {
            let text = decimal(number);
            let read: f64 = text.parse().unwrap();
            prop_assert!(text.len() <= 16);
            prop_assert!((read - number).abs() <= 1e-9 * number.abs().max(1e-6));
        }
    }
}
