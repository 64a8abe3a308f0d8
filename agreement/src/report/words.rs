//! Words and numbers of the report in both languages.

use crate::figure::Reason;
use serde::Serialize;

/// Language of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Japanese.
    #[default]
    Japanese,
    /// English.
    English,
}

impl Language {
    /// The language of a code such as `ja`, `en` or `en-GB`; Japanese if unknown.
    ///
    /// ```
    /// use agreement::report::Language;
    /// assert_eq!(Language::from_code("en-GB"), Language::English);
    /// ```
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        if code.to_ascii_lowercase().starts_with("en") {
            Self::English
        } else {
            Self::Japanese
        }
    }

    /// The code for the page's `lang` attribute.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::English => "en",
        }
    }

    /// One of two texts.
    pub(crate) fn say<'a>(self, japanese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Japanese => japanese,
            Self::English => english,
        }
    }
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Bilingual {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// A name from both languages.
    #[must_use]
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ja: ja.into(),
            en: en.into(),
        }
    }

    /// One text for both languages, such as a number.
    #[must_use]
    pub fn same(text: &str) -> Self {
        Self::new(text, text)
    }

    /// The text in a language, the other one if it is empty.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        let (first, second) = match language {
            Language::Japanese => (&self.ja, &self.en),
            Language::English => (&self.en, &self.ja),
        };
        if first.is_empty() { second } else { first }
    }
}

/// Why a figure is undefined, as a sentence without full stop.
pub(crate) fn reason_text(reason: Reason, language: Language) -> &'static str {
    let (japanese, english) = match reason {
        Reason::BothEmpty => (
            "両者とも描画なし（不在で一致）",
            "drawn by neither (agreed absent)",
        ),
        Reason::AEmpty => ("A の描画なし", "not drawn by A"),
        Reason::BEmpty => ("B の描画なし", "not drawn by B"),
        Reason::AllEmpty => ("全員の描画なし", "drawn by nobody"),
        Reason::ReferenceEmpty => ("基準の領域なし", "the reference is empty"),
        Reason::NoBackground => ("背景なし", "no background"),
        Reason::SingleCategory => (
            "全員が同じ分類のため計算できません",
            "not computable: everyone used one category",
        ),
        Reason::ZeroVariance => ("値がすべて同じ", "all values are equal"),
        Reason::ZeroErrorVariance => ("残差なし", "no residual variance"),
        Reason::ZeroDenominator => ("分母が 0", "the denominator is 0"),
        Reason::PerfectAgreement => ("完全一致のため区間なし", "identical readings: no interval"),
        Reason::TooFewItems => ("件数不足", "too few items"),
        Reason::UnequalRatings => ("評価数が不揃い", "unequal numbers of ratings"),
        Reason::RepeatedItems => ("同じ項目が複数行", "items in several rows"),
        Reason::NoMatch => ("対応する所見なし", "no finding was matched"),
        Reason::NoReference => ("基準の所見なし", "the reference has no finding"),
        Reason::ShearedAffine => ("斜交格子のため距離なし", "sheared grid: no distances"),
        Reason::TooManyValues => (
            "値の種類が多く区間なし",
            "too many different values: no interval",
        ),
    };
    language.say(japanese, english)
}

/// A share or coefficient with three decimals.
pub(crate) fn share(value: f64) -> String {
    unsigned_zero(format!("{value:.3}"))
}

/// A rounded number without the sign of a zero.
fn unsigned_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        _ => text,
    }
}

/// A value with three decimals, or a dash.
pub(crate) fn share_or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), share)
}

/// A length or volume with two decimals, or a dash.
pub(crate) fn measure_or_dash(value: Option<f64>) -> String {
    value.map_or_else(
        || "–".to_owned(),
        |value| unsigned_zero(format!("{value:.2}")),
    )
}

/// Two limits in brackets, or nothing.
pub(crate) fn interval(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("[{}, {}]", share(low), share(high)),
        _ => String::new(),
    }
}

/// Limits of a coefficient between -1 and 1; what a symmetric interval has beyond means nothing.
pub(crate) fn coefficient_interval(low: Option<f64>, high: Option<f64>) -> String {
    interval(low.map(|v| v.max(-1.0)), high.map(|v| v.min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_zero_has_no_sign() {
        assert_eq!(share(-0.0001), "0.000");
        assert_eq!(share(-0.01), "-0.010");
        assert_eq!(measure_or_dash(Some(-0.0)), "0.00");
    }

    #[test]
    fn a_missing_translation_falls_back_to_the_other_language() {
        let name = Bilingual::new("", "lung");
        assert_eq!(name.get(Language::Japanese), "lung");
    }
}
