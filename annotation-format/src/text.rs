//! A text in the two languages of the program.

use serde::{Deserialize, Serialize};

/// The same text in Japanese and English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text from its Japanese and English wording.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ja: ja.into(),
            en: en.into(),
        }
    }

    /// The wording for a language tag: Japanese for `ja` and `ja-JP`, else English.
    pub fn get(&self, lang: &str) -> &str {
        let language = lang.split(['-', '_']).next().unwrap_or(lang);
        if language.eq_ignore_ascii_case("ja") {
            &self.ja
        } else {
            &self.en
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_tag_with_a_region_chooses_its_language() {
        let text = Text::new("肺結節", "Pulmonary nodule");
        assert_eq!(text.get("ja"), "肺結節");
        assert_eq!(text.get("ja-JP"), "肺結節");
        assert_eq!(text.get("en"), "Pulmonary nodule");
        assert_eq!(text.get("fr"), "Pulmonary nodule");
    }
}
