//! What a page says in words: its keys as the person has them.

use super::Span;
use crate::keys::{Action, Keymap};
use crate::language::Words;

/// The words and the keys in which pages are told.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    /// The words of the chosen language.
    pub words: &'a Words,
    /// The table of keys as it is now.
    pub keys: &'a Keymap,
}

impl Said<'_> {
    /// The key of a row of the table by its id; what its act is called where it has none.
    #[must_use]
    pub fn key(&self, id: &str) -> String {
        let row = self.keys.bindings().iter().find(|row| row.id == id);
        match row.and_then(|row| row.chord) {
            Some(chord) => chord.text(self.words.language()),
            None => {
                let action = row.map(|row| row.action).or_else(|| Action::of_id(id));
                let name = action.map_or_else(String::new, |action| action.name(self.words));
                self.words.f("manual-no-key", &[("act", name.into())])
            }
        }
    }

    /// A line without its marks.
    #[must_use]
    pub fn line(&self, line: &[Span]) -> String {
        let mut text = String::new();
        for span in line {
            match span {
                Span::Plain(words) | Span::Strong(words) | Span::Code(words) => {
                    text.push_str(words);
                }
                Span::Key(id) => text.push_str(&self.key(id)),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Chord;
    use crate::language::Language;
    use std::collections::BTreeMap;

    #[test]
    fn a_page_tells_the_keys_that_the_person_has_given() {
        let words = Words::new(Language::En);
        let mut keys = Keymap::new(&BTreeMap::new(), Language::En);
        keys.give("undo", Chord::parse("F9"));
        keys.give("redo", None);
        let said = Said {
            words: &words,
            keys: &keys,
        };
        assert_eq!(said.key("undo"), "F9");
        assert_eq!(said.key("redo"), "“Redo” (no key)");
        assert_eq!(said.key("redo_alt"), "Ctrl ⇧ Z");
    }
}
