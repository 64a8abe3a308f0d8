//! What a room below the window has to say: the key of the sentence in the string files, its figures,
//! and the same in English for JSON and logs.
//!
//! It lives in the lowest room because every room speaks: a fault of a file, a rule of a protocol, a
//! statistic's refusal. Only `app` knows the string files; a test of it finds every key that is
//! made here or above and asks for its text in each language.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Figures of a sentence by name.
pub type Figures = BTreeMap<String, Figure>;

/// One figure of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Figure {
    /// A number, a name or a path: the same in every language.
    Text(String),
    /// Words that are themselves said in the language of the sentence.
    Phrase(Box<Phrase>),
}

/// Words that can be said in every language.
///
/// ```
/// use voxel::Phrase;
/// let said = Phrase::new("said-limit", "at most 5 labels").with("limit", 5);
/// assert_eq!(said.to_string(), "at most 5 labels");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// Key in the string files.
    pub key: Cow<'static, str>,
    /// The words in English, figures filled in.
    pub message: String,
    /// The figures.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: Figures,
}

impl Phrase {
    /// Words without figures.
    pub fn new(key: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
            figures: Figures::new(),
        }
    }

    /// The same with one more figure.
    #[must_use]
    pub fn with(mut self, name: &str, figure: impl Into<Figure>) -> Self {
        self.figures.insert(name.to_owned(), figure.into());
        self
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A phrase can be an error by itself, where several rooms' work ends in one.
impl std::error::Error for Phrase {}

impl From<Phrase> for Figure {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(Box::new(phrase))
    }
}

macro_rules! figure_of_text {
    ($($kind:ty),+ $(,)?) => {
        $(impl From<$kind> for Figure {
            fn from(value: $kind) -> Self {
                Self::Text(value.to_string())
            }
        })+
    };
}

figure_of_text!(
    String, &str, char, u8, u16, u32, u64, usize, i16, i32, i64, f32, f64
);
