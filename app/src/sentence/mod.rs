//! Errors as sentences in the chosen language: what happened, what is safe, what to do.
//!
//! The one place where the refusals and faults of the rooms below become words: the window says
//! them in notices and beside what they concern, commands print them and put them into `message`.
//! The codes of JSON never come from here.

mod document;
mod files;
mod project;
mod script;
mod stack;
#[cfg(test)]
mod tests;

pub(crate) use document::in_protocol;
pub(crate) use files::UnreadableText;
pub(crate) use stack::stack_words;

use crate::language::Words;
use std::fmt::Debug;
use voxel::Phrase;

/// Something that is told to a person in a sentence.
pub(crate) trait Sentence: Debug {
    /// The sentence.
    fn sentence(&self, words: &Words) -> String;
}

impl Sentence for Phrase {
    fn sentence(&self, words: &Words) -> String {
        words.say(self)
    }
}

impl Sentence for agreement::Error {
    fn sentence(&self, words: &Words) -> String {
        words.f(
            "agree-refused",
            &[("why", words.say(&self.phrase()).into())],
        )
    }
}

impl Sentence for render::Error {
    fn sentence(&self, words: &Words) -> String {
        use render::Error;
        match self {
            Error::PlaneIndex { index, count } => words.f(
                "picture-plane",
                &[("index", (*index).into()), ("count", (*count).into())],
            ),
            Error::PictureSize { width, height } => words.f(
                "picture-size",
                &[("width", (*width).into()), ("height", (*height).into())],
            ),
            Error::Directions => words.t("picture-directions"),
            Error::Length { name, value } => words.f(
                "picture-length",
                &[("name", (*name).into()), ("value", (*value).into())],
            ),
            Error::NoAdapter => words.t("picture-no-adapter"),
            Error::AboveLimit { needed, limit, .. } => words.f(
                "picture-above-limit",
                &[("needed", (*needed).into()), ("limit", (*limit).into())],
            ),
            _ => words.t("picture-device"),
        }
    }
}

/// Work that several rooms share ends in an error of any of them; the first that has a sentence of
/// its own is told. What has none is told in its own words.
impl Sentence for anyhow::Error {
    fn sentence(&self, words: &Words) -> String {
        fn of<E: Sentence + std::error::Error + 'static>(
            cause: &(dyn std::error::Error + 'static),
            words: &Words,
        ) -> Option<String> {
            cause.downcast_ref::<E>().map(|error| error.sentence(words))
        }
        self.chain()
            .find_map(|cause| {
                of::<::project::Error>(cause, words)
                    .or_else(|| of::<imaging::Error>(cause, words))
                    .or_else(|| of::<annotation_format::write::Error>(cause, words))
                    .or_else(|| of::<annotation_format::Error>(cause, words))
                    .or_else(|| of::<agreement::Error>(cause, words))
                    .or_else(|| of::<render::Error>(cause, words))
                    .or_else(|| of::<Phrase>(cause, words))
                    .or_else(|| of::<std::io::Error>(cause, words))
            })
            .unwrap_or_else(|| words.f("error-other", &[("what", format!("{self:#}").into())]))
    }
}
