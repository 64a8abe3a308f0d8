//! Person names: three groups, five parts (PS3.5 6.2.1.2).

use super::charset::{Decoded, TextKind, decode};
use super::data_set::{DataSet, Tag};
use crate::entry::PersonName;
use crate::problem::{Problem, push_once};

/// Longest group that is shown; the standard allows 64 characters.
const SHOWN_CHARACTERS: usize = 256;

/// The person name in `tag`, with remarks on its text.
pub(crate) fn person_name(set: &DataSet, tag: Tag, problems: &mut Vec<Problem>) -> PersonName {
    let Some(bytes) = set.bytes(tag) else {
        return PersonName::default();
    };
    let decoded = decode(bytes, &set.charset, TextKind::Name);
    tell_text(&decoded, problems);
    let first = decoded.text.split('\\').next().unwrap_or_default();
    let mut groups = first.split('=').map(|group| {
        let group = group
            .trim_matches(['\0', ' ', '\r', '\n'])
            .trim_end_matches('^');
        group.chars().take(SHOWN_CHARACTERS).collect::<String>()
    });
    let name = PersonName {
        alphabetic: groups.next().unwrap_or_default(),
        ideographic: groups.next().unwrap_or_default(),
        phonetic: groups.next().unwrap_or_default(),
    };
    if first.chars().count() > SHOWN_CHARACTERS {
        push_once(
            problems,
            Problem::new(
                "text_too_long",
                format!(
                    "the patient name has {} characters; the first {SHOWN_CHARACTERS} of each writing are shown",
                    first.chars().count()
                ),
            )
            .with("count", first.chars().count())
            .with("shown", SHOWN_CHARACTERS),
        );
    }
    name
}

/// Says what was wrong with the bytes of a text.
pub(crate) fn tell_text(decoded: &Decoded, problems: &mut Vec<Problem>) {
    if decoded.guessed {
        push_once(
            problems,
            Problem::new(
                "text_guessed",
                "the character set of the texts is not the declared one; the most plausible one was taken",
            ),
        );
    }
    if decoded.damaged {
        push_once(
            problems,
            Problem::new(
                "text_invalid",
                "some bytes of a text have no meaning in its character set; they are shown as \u{FFFD}",
            ),
        );
    }
    if decoded.unclosed {
        push_once(
            problems,
            Problem::new(
                "text_unclosed",
                "a text ends inside a two-byte character set, which its writer should have left",
            ),
        );
    }
}
