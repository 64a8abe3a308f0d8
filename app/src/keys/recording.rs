//! Giving an act another key: the next chord that is pressed is taken, asked about where it already means
//! something, or refused.

use super::{Chord, Keymap};
use egui::Key;

/// A row of the table of keys that waits for its new chord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The row's id.
    pub id: String,
}

/// A chord that means something else already, and is to be swapped or left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The row that was to get it.
    pub id: String,
    /// The chord.
    pub chord: Chord,
    /// The row that has it.
    pub other: String,
}

/// What came of a chord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing was changed.
    Left,
    /// The row has another chord now, or none.
    Changed,
    /// The system, the menus or the input of Japanese keep this one.
    Refused,
    /// It means something else where both count.
    Taken(Conflict),
}

impl Recording {
    /// Takes the chord that was pressed: `Esc` leaves the row as it is, `Backspace` takes its key away.
    #[must_use]
    pub fn hear(&self, chord: Chord, keys: &mut Keymap) -> Heard {
        let is_bare = !(chord.ctrl || chord.shift || chord.alt);
        match chord.key {
            Key::Escape if is_bare => return Heard::Left,
            Key::Backspace if is_bare => {
                keys.give(&self.id, None);
                return Heard::Changed;
            }
            _ => {}
        }
        if !chord.may_be_given() {
            return Heard::Refused;
        }
        self.offer(chord, keys)
    }

    /// Gives the row its delivered chord again.
    #[must_use]
    pub fn reset(&self, keys: &mut Keymap) -> Heard {
        let row = keys.bindings().iter().find(|row| row.id == self.id);
        match row.and_then(|row| row.default) {
            Some(default) => self.offer(default, keys),
            None => {
                keys.give(&self.id, None);
                Heard::Changed
            }
        }
    }

    fn offer(&self, chord: Chord, keys: &mut Keymap) -> Heard {
        let before = keys.chord(&self.id);
        keys.give(&self.id, Some(chord));
        let other = keys.conflicts(&self.id).first().map(|row| row.id.clone());
        let Some(other) = other else {
            return Heard::Changed;
        };
        keys.give(&self.id, before);
        Heard::Taken(Conflict {
            id: self.id.clone(),
            chord,
            other,
        })
    }
}

impl Conflict {
    /// Gives the chord to the row that asked for it. Every row that had it gets the chord of that row; where
    /// that would be a conflict again, none.
    pub fn swap(&self, keys: &mut Keymap) {
        let before = keys.chord(&self.id);
        keys.give(&self.id, Some(self.chord));
        let others: Vec<String> = keys
            .conflicts(&self.id)
            .iter()
            .map(|row| row.id.clone())
            .collect();
        for other in others {
            keys.give(&other, before);
            if !keys.conflicts(&other).is_empty() {
                keys.give(&other, None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use std::collections::BTreeMap;

    fn delivered() -> Keymap {
        Keymap::new(&BTreeMap::new(), Language::En)
    }

    fn chord(code: &str) -> Chord {
        Chord::parse(code).expect("a chord")
    }

    fn hear(keys: &mut Keymap, id: &str, code: &str) -> Heard {
        let recording = Recording { id: id.to_owned() };
        recording.hear(chord(code), keys)
    }

    #[test]
    fn a_free_chord_is_given_escape_leaves_and_backspace_takes_away() {
        let mut keys = delivered();
        assert_eq!(hear(&mut keys, "submit", "F9"), Heard::Changed);
        assert_eq!(keys.chord("submit"), Some(chord("F9")));
        assert_eq!(hear(&mut keys, "submit", "Escape"), Heard::Left);
        assert_eq!(keys.chord("submit"), Some(chord("F9")));
        assert_eq!(hear(&mut keys, "submit", "Backspace"), Heard::Changed);
        assert_eq!(keys.chord("submit"), None);
        assert_eq!(hear(&mut keys, "submit", "Ctrl+Backspace"), Heard::Changed);
        assert_eq!(keys.chord("submit"), Some(chord("Ctrl+Backspace")));
    }

    #[test]
    fn keys_of_the_system_the_menus_and_the_input_of_japanese_are_refused() {
        for code in ["F10", "Alt+KeyF", "Backtick"] {
            let mut keys = delivered();
            assert_eq!(hear(&mut keys, "submit", code), Heard::Refused, "{code}");
            assert!(keys.changed().is_empty());
        }
    }

    #[test]
    fn a_chord_that_means_something_is_asked_about_and_swapped_only_then() {
        let mut keys = delivered();
        let heard = hear(&mut keys, "tool_brush", "KeyE");
        let Heard::Taken(conflict) = heard else {
            panic!("{heard:?}");
        };
        assert_eq!(conflict.other, "tool_eraser");
        assert!(
            keys.changed().is_empty(),
            "nothing changes before the answer"
        );
        conflict.swap(&mut keys);
        assert_eq!(keys.chord("tool_brush"), Some(chord("KeyE")));
        assert_eq!(keys.chord("tool_eraser"), Some(chord("KeyB")));
        assert!(
            keys.bindings()
                .iter()
                .all(|row| keys.conflicts(&row.id).is_empty())
        );
    }

    #[test]
    fn a_row_is_as_delivered_again_or_asks_where_another_has_its_key() {
        let mut keys = delivered();
        let brush = Recording {
            id: "tool_brush".into(),
        };
        keys.give("tool_brush", Some(chord("F9")));
        assert_eq!(brush.reset(&mut keys), Heard::Changed);
        assert!(keys.changed().is_empty());
        keys.give("tool_brush", Some(chord("F9")));
        keys.give("tool_eraser", Some(chord("KeyB")));
        assert!(matches!(brush.reset(&mut keys), Heard::Taken(_)));
        assert_eq!(keys.chord("tool_brush"), Some(chord("F9")));
    }

    #[test]
    fn the_same_key_means_something_else_in_adjudication_without_a_conflict() {
        let mut keys = delivered();
        assert_eq!(hear(&mut keys, "diff_next", "KeyE"), Heard::Changed);
        assert_eq!(hear(&mut keys, "diff_next", "KeyE"), Heard::Changed);
    }

    #[test]
    fn any_chord_of_any_row_leaves_a_table_without_conflicts_after_swapping() {
        let codes: Vec<_> = delivered()
            .bindings()
            .iter()
            .filter_map(|row| row.chord)
            .collect();
        let ids: Vec<_> = delivered()
            .bindings()
            .iter()
            .map(|row| row.id.clone())
            .collect();
        for (step, id) in ids.iter().enumerate() {
            let mut keys = delivered();
            let chord = codes[(step * 37 + 11) % codes.len()];
            let recording = Recording { id: id.clone() };
            if let Heard::Taken(conflict) = recording.hear(chord, &mut keys) {
                conflict.swap(&mut keys);
                assert_eq!(keys.chord(id), Some(chord));
            }
            for row in keys.bindings() {
                assert!(keys.conflicts(&row.id).is_empty(), "{id} {chord:?} {row:?}");
            }
        }
    }
}
