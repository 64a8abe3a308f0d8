//! Tool scripts and files given to commands.

use super::{Sentence, UnreadableText};
use crate::act::{agree, annotate};
use crate::language::Words;

impl Sentence for annotate::Fault {
    fn sentence(&self, words: &Words) -> String {
        match self {
            Self::Line(why) => words.f("script-line", &[("why", why.to_string().into())]),
            Self::Tool(name) => words.f("script-tool", &[("name", name.as_str().into())]),
            Self::Option(why) | Self::SeriesKept(why) => words.say(why),
            Self::Image(error) => error.sentence(words),
            Self::Series(ids) => words.f(
                "cli-series-needed",
                &[("ids", ids.join(&words.t("list-joint")).into())],
            ),
            Self::Geometry(why) => words.f("script-geometry", &[("why", words.say(why).into())]),
            Self::Rule(rule) => rule.sentence(words),
        }
    }
}

impl Sentence for agree::Fault {
    fn sentence(&self, words: &Words) -> String {
        match self {
            Self::Text { path, why } => UnreadableText {
                path: path.clone(),
                kind: why.kind(),
            }
            .sentence(words),
            Self::Images(error) => error.sentence(words),
            Self::Input(error) => error.sentence(words),
        }
    }
}
