//! The program's words in Japanese and English.
//!
//! All visible text lives in `assets/strings/<language>/*.ftl` (Fluent) and is reached by key. A key
//! that is missing in a language is shown as the key itself in angle brackets, so that a fault is
//! seen and nothing panics; a test compares the keys and placeholders of both languages and looks
//! up every key that the sources name.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use voxel::{Figure, Phrase};

/// A language of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// 日本語
    #[default]
    Ja,
    /// English
    En,
}

impl Language {
    /// Both languages, Japanese first.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// `ja` or `en`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language of a code such as `ja`, `ja_JP.UTF-8` or `en-GB`; `None` for any other.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        match code.get(..2)? {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language that the system asks for; Japanese where it asks for none that we have.
    #[must_use]
    pub fn of_system() -> Self {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find_map(|value| Self::of_code(&value))
            .unwrap_or_default()
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ja => Self::En,
            Self::En => Self::Ja,
        }
    }

    /// The language's own name, as its speakers write it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Ja => "日本語",
            Self::En => "English",
        }
    }

    const fn sources(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Ja => JA,
            Self::En => EN,
        }
    }
}

macro_rules! sources {
    ($language:literal: $($file:literal),+ $(,)?) => {
        &[$(($file, include_str!(concat!("../../assets/strings/", $language, "/", $file, ".ftl")))),+]
    };
}

const JA: &[(&str, &str)] = sources!("ja": "common", "actions", "manual", "start", "sign_in", "import", "worklist", "reading", "tools", "adjudication", "agreement", "export", "errors", "images", "refusals", "protocol", "statistics", "commands", "settings", "palette");
const EN: &[(&str, &str)] = sources!("en": "common", "actions", "manual", "start", "sign_in", "import", "worklist", "reading", "tools", "adjudication", "agreement", "export", "errors", "images", "refusals", "protocol", "statistics", "commands", "settings", "palette");

/// The words of one language. Cheap to share; switching language makes a new one.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

/// An argument of a text: a number keeps its digits, anything else its characters.
pub type Argument<'a> = (&'a str, FluentValue<'a>);

impl Words {
    /// Loads a language. A faulty line is logged and left out; the others stay.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let identifier = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Bidirectional isolation marks would be drawn as boxes and break copied text.
        bundle.set_use_isolating(false);
        for (file, source) in language.sources() {
            let resource = match FluentResource::try_new((*source).to_owned()) {
                Ok(resource) => resource,
                Err((resource, faults)) => {
                    tracing::error!(file, ?faults, "a string file has faults");
                    resource
                }
            };
            if let Err(faults) = bundle.add_resource(resource) {
                tracing::error!(file, ?faults, "a string file repeats keys");
            }
        }
        Self { language, bundle }
    }

    /// Words without a text: what stands in while the real ones are lent out.
    pub(crate) fn empty() -> Self {
        Self {
            language: Language::Ja,
            bundle: FluentBundle::new_concurrent(Vec::new()),
        }
    }

    /// The language of these words.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// `ja` or `en`, as protocols and reports name it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.language.code()
    }

    /// The text of a key without arguments.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.f(key, &[])
    }

    /// The text of a key with arguments, such as `words.f("cases-count", &[("n", 3.into())])`.
    #[must_use]
    pub fn f(&self, key: &str, arguments: &[Argument<'_>]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            tracing::error!(key, "a text is missing");
            return format!("⟨{key}⟩");
        };
        let mut values = FluentArgs::new();
        for (name, value) in arguments {
            values.set(*name, value.clone());
        }
        let mut faults = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&values), &mut faults);
        if !faults.is_empty() {
            tracing::error!(key, ?faults, "a text could not be filled in");
        }
        Cow::into_owned(text)
    }

    /// What a room below says, in this language; in its own English words where the string files lack
    /// the text or the phrase (stored by an older version) lacks a figure.
    #[must_use]
    pub fn say(&self, phrase: &Phrase) -> String {
        let values: Vec<Argument<'_>> = phrase
            .figures
            .iter()
            .map(|(name, figure)| (name.as_str(), self.value_of(figure)))
            .collect();
        self.fill(&phrase.key, &values)
            .unwrap_or_else(|| phrase.message.clone())
    }

    fn value_of<'a>(&self, figure: &'a Figure) -> FluentValue<'a> {
        match figure {
            Figure::Phrase(inner) => self.say(inner).into(),
            // A number chooses the plural; identifiers with leading zeros are none.
            Figure::Text(text) => match text.parse::<i64>() {
                Ok(number) if number.to_string() == *text => number.into(),
                _ => text.as_str().into(),
            },
        }
    }

    /// The text of a key, if it is there and nothing is missing in it.
    fn fill(&self, key: &str, arguments: &[Argument<'_>]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut values = FluentArgs::new();
        for (name, value) in arguments {
            values.set(*name, value.clone());
        }
        let mut faults = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&values), &mut faults);
        faults.is_empty().then(|| Cow::into_owned(text))
    }

    /// Whether a key exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle
            .get_message(key)
            .is_some_and(|m| m.value().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Key to its placeholders, of one language.
    fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (file, source) in language.sources() {
            let mut current = String::new();
            for line in source.lines() {
                if let Some((key, _)) = line.split_once('=')
                    && line.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    key.trim().clone_into(&mut current);
                    assert!(
                        found.insert(current.clone(), BTreeSet::new()).is_none(),
                        "{file}: {current} twice"
                    );
                }
                for part in line.split('$').skip(1) {
                    let name: String = part
                        .chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                        .collect();
                    if let Some(names) = found.get_mut(&current) {
                        names.insert(name);
                    }
                }
            }
        }
        found
    }

    impl Words {
        /// The names of the figures that a text asks for.
        pub(crate) fn placeholders(&self, key: &str) -> BTreeSet<String> {
            keys(self.language).remove(key).unwrap_or_default()
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        assert_eq!(keys(Language::Ja), keys(Language::En));
    }

    #[test]
    fn every_string_file_parses_without_a_fault() {
        for language in Language::ALL {
            for (file, source) in language.sources() {
                let parsed = FluentResource::try_new((*source).to_owned());
                assert!(
                    parsed.is_ok(),
                    "{} {file}: {:?}",
                    language.code(),
                    parsed.err().map(|e| e.1)
                );
            }
        }
    }

    #[test]
    fn every_key_named_in_the_sources_exists() {
        let words = Words::new(Language::En);
        let mut missing = BTreeSet::new();
        let mut folders = vec![std::path::PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src"
        ))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)
                .expect("the sources are there")
                .flatten()
            {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    let text = std::fs::read_to_string(&path).expect("a source file is text");
                    for opening in [".t(\"", ".f(\"", "text_key!(\""] {
                        for part in text.split(opening).skip(1) {
                            let key = part.split('"').next().unwrap_or_default();
                            if !key.contains('{')
                                && !words.has(key)
                                && !path.ends_with("language.rs")
                            {
                                missing.insert(format!("{}: {key}", path.display()));
                            }
                        }
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn an_unknown_key_is_shown_and_does_not_panic() {
        assert_eq!(Words::new(Language::Ja).t("no-such-key"), "⟨no-such-key⟩");
    }
}
