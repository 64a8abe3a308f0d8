//! What a command answers instead of a result: code, sentence, exit status.

use crate::language::Words;
use crate::sentence::{Sentence, UnreadableText};
use serde_json::{Map, Value, json};

/// Role, lock or blinding.
const REFUSED: u8 = 4;
/// The call is wrong or the input is not usable.
pub(crate) const USAGE: u8 = 2;
/// The answer is no, or something was not done.
pub(crate) const NOT_DONE: u8 = 1;

/// Why a command has no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The project says no.
    Project(project::Error),
    /// The input is not usable.
    Input {
        code: String,
        error: Box<dyn Sentence>,
    },
    /// A sentence of the string files.
    Said {
        code: &'static str,
        exit: u8,
        key: &'static str,
        arguments: Vec<(&'static str, String)>,
    },
    /// A failure at a line of a script.
    AtLine(Box<Failure>, usize),
    /// As another failure, with further keys in the error's object.
    With(Box<Failure>, Map<String, Value>),
    /// Something that has no code of its own.
    Other(anyhow::Error),
}

/// A failure, ready to be written.
pub(crate) struct Told {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) exit: u8,
    pub(crate) extra: Map<String, Value>,
}

impl Failure {
    /// The call is wrong: exit 2 with a sentence of the string files.
    pub(crate) fn usage(
        code: &'static str,
        key: &'static str,
        arguments: &[(&'static str, &str)],
    ) -> Self {
        Self::saying(USAGE, code, key, arguments)
    }

    /// The answer is no: exit 1 with a sentence of the string files.
    pub(crate) fn not_done(
        code: &'static str,
        key: &'static str,
        arguments: &[(&'static str, &str)],
    ) -> Self {
        Self::saying(NOT_DONE, code, key, arguments)
    }

    fn saying(
        exit: u8,
        code: &'static str,
        key: &'static str,
        arguments: &[(&'static str, &str)],
    ) -> Self {
        let owned = |(name, value): &(&'static str, &str)| (*name, (*value).to_owned());
        Self::Said {
            code,
            exit,
            key,
            arguments: arguments.iter().map(owned).collect(),
        }
    }

    /// The input is not usable: exit 2.
    pub(crate) fn input(code: &str, error: impl Sentence + 'static) -> Self {
        Self::Input {
            code: code.to_owned(),
            error: Box::new(error),
        }
    }

    /// A text file that cannot be read.
    pub(crate) fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Self {
        let (path, kind) = (path.to_path_buf(), error.kind());
        Self::input("unreadable", UnreadableText { path, kind })
    }

    /// The one refusal.
    pub(crate) fn refused() -> Self {
        Self::Project(project::Error::Refused)
    }

    /// With a further key in the error's object.
    pub(crate) fn with(self, key: &str, value: Value) -> Self {
        Self::With(Box::new(self), Map::from_iter([(key.to_owned(), value)]))
    }

    /// The failure in words.
    pub(crate) fn told(&self, words: &Words) -> Told {
        match self {
            Self::Project(error) => of_project(error, words),
            Self::Input { code, error } => told(code, error.sentence(words), USAGE),
            Self::AtLine(inner, line) => {
                let mut told = inner.told(words);
                told.message = words.f(
                    "cli-at-line",
                    &[
                        ("line", (*line).into()),
                        ("message", told.message.as_str().into()),
                    ],
                );
                told
            }
            Self::Said {
                code,
                exit,
                key,
                arguments,
            } => {
                let arguments: Vec<_> = arguments
                    .iter()
                    .map(|(name, value)| (*name, value.clone().into()))
                    .collect();
                told(code, words.f(key, &arguments), *exit)
            }
            Self::With(inner, extra) => {
                let mut told = inner.told(words);
                told.extra.extend(extra.clone());
                told
            }
            Self::Other(error) => told("not_done", error.sentence(words), NOT_DONE),
        }
    }
}

impl Told {
    /// The JSON of the contract.
    pub(crate) fn json(&self) -> Value {
        let mut error = self.extra.clone();
        error.insert("code".to_owned(), json!(self.code));
        error.insert("message".to_owned(), json!(self.message));
        error.insert("hint".to_owned(), json!(self.hint));
        json!({ "error": error })
    }
}

fn told(code: &str, message: String, exit: u8) -> Told {
    Told {
        code: code.to_owned(),
        message,
        hint: None,
        exit,
        extra: Map::new(),
    }
}

fn of_project(error: &project::Error, words: &Words) -> Told {
    use project::{Error, SignInError};
    let exit = match error {
        Error::Refused => REFUSED,
        other => other.class().exit_code(),
    };
    let message = error.sentence(words);
    let mut told = told(error.code(), message, exit);
    match error {
        Error::Incomplete(items) => {
            let lines: Vec<&str> = items
                .iter()
                .map(|item| {
                    if words.code() == "ja" {
                        item.sentence_ja.as_str()
                    } else {
                        item.sentence_en.as_str()
                    }
                })
                .collect();
            told.hint = Some(lines.join("\n"));
            told.extra.insert("missing".to_owned(), json!(items));
        }
        Error::Undecided(rows) => {
            told.extra.insert("to_decide".to_owned(), json!(rows));
        }
        Error::NoSuchCase(_) => told.hint = Some(words.t("cli-hint-cases")),
        Error::NotAProject(_) => told.hint = Some(words.t("cli-hint-project")),
        Error::SignIn(SignInError::PassphraseMissing) => {
            told.hint = Some(words.t("cli-hint-passphrase"));
        }
        _ => {}
    }
    told
}

impl From<project::Error> for Failure {
    fn from(error: project::Error) -> Self {
        Self::Project(error)
    }
}

impl From<imaging::Error> for Failure {
    fn from(error: imaging::Error) -> Self {
        Self::input(error.code(), error)
    }
}

impl From<agreement::Error> for Failure {
    fn from(error: agreement::Error) -> Self {
        Self::input(error.code(), error)
    }
}

impl From<annotation_format::Error> for Failure {
    fn from(error: annotation_format::Error) -> Self {
        Self::input(error.code(), error)
    }
}

impl From<render::Error> for Failure {
    fn from(error: render::Error) -> Self {
        Self::input("bad_view", error)
    }
}

impl From<annotation_format::write::Error> for Failure {
    fn from(error: annotation_format::write::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<project::Error>() {
            Ok(error) => Self::Project(error),
            Err(error) => Self::Other(error),
        }
    }
}
