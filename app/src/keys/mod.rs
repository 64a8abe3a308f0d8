//! The table of keys: which act each chord means where, as delivered (`assets/keys.toml`) and as a person
//! has changed it.

mod action;
mod chart;
mod chord;
mod reading;
mod recording;

pub use action::{Action, Context};
pub use chart::{Chart, ChartGroup, ChartRow};
pub use chord::Chord;
pub use recording::{Conflict, Heard, Recording};

use crate::language::{Language, Words};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The table as delivered.
const DEFAULTS: &str = include_str!("../../../assets/keys.toml");

/// A row of the table: an act and the chord that means it. An act may have two rows; the second one's id
/// ends in `_alt`.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// Its id, by which the settings keep it.
    pub id: String,
    /// What it does.
    pub action: Action,
    /// Its chord; none where the person has taken it away.
    pub chord: Option<Chord>,
    /// The chord as delivered.
    pub default: Option<Chord>,
    /// Whether it acts as long as the key is held.
    pub is_held: bool,
    text: String,
}

impl Binding {
    /// Its keys as the screen shows them; empty where it has none.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is the second row of its act.
    #[must_use]
    pub fn is_second(&self) -> bool {
        self.id.ends_with("_alt")
    }

    /// What it is called: as its act, the second row of an act told apart.
    #[must_use]
    pub fn name(&self, words: &Words) -> String {
        let name = self.action.name(words);
        if self.is_second() {
            return words.f("keys-second", &[("name", name.into())]);
        }
        name
    }
}

/// The table of keys.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
    language: Language,
}

#[derive(Deserialize)]
struct File {
    bind: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    key: Option<String>,
    id: String,
    #[serde(default)]
    hold: bool,
}

impl Keymap {
    /// The table as delivered, with what a person has changed: chords by id, empty for none. What cannot be
    /// read is as delivered.
    #[must_use]
    pub fn new(changed: &BTreeMap<String, String>, language: Language) -> Self {
        let rows = toml::from_str::<File>(DEFAULTS).map_or_else(
            |error| {
                tracing::error!(%error, "the table of keys");
                Vec::new()
            },
            |file| file.bind,
        );
        let binding = |row: Row| {
            let action = Action::of_id(row.id.strip_suffix("_alt").unwrap_or(&row.id))?;
            let default = row.key.as_deref().and_then(Chord::parse);
            let chord = match changed.get(&row.id).map(String::as_str) {
                Some("") => None,
                Some(code) => Chord::parse(code).or(default),
                None => default,
            };
            Some(Binding {
                id: row.id,
                action,
                chord,
                default,
                is_held: row.hold,
                text: String::new(),
            })
        };
        let mut map = Self {
            bindings: rows.into_iter().filter_map(binding).collect(),
            language,
        };
        map.tell_in(language);
        map
    }

    /// Names the keys as the boards of a language do.
    pub fn tell_in(&mut self, language: Language) {
        self.language = language;
        for binding in &mut self.bindings {
            let text = binding.chord.map(|chord| chord.text(language));
            binding.text = text.unwrap_or_default();
        }
    }

    /// The rows.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// What a person has changed, for the settings.
    #[must_use]
    pub fn changed(&self) -> BTreeMap<String, String> {
        let rows = self.bindings.iter();
        rows.filter(|row| row.chord != row.default)
            .map(|row| {
                (
                    row.id.clone(),
                    row.chord.map_or_else(String::new, Chord::code),
                )
            })
            .collect()
    }

    /// The keys of an act as the screen shows them; empty where it has none.
    #[must_use]
    pub fn text(&self, action: Action) -> &str {
        let row = self.bindings.iter().find(|row| row.action == action);
        row.map_or("", |row| row.text.as_str())
    }

    /// What a chord means where these contexts count, the first before the others. With Shift alone held,
    /// a chord that means nothing is not taken for the one without: Shift is a state of the hand.
    #[must_use]
    pub fn meant(&self, chord: Chord, contexts: &[Context]) -> Option<&Binding> {
        contexts.iter().find_map(|context| {
            self.bindings
                .iter()
                .find(|row| row.chord == Some(chord) && row.action.context() == *context)
        })
    }

    /// The chord of a row.
    #[must_use]
    pub fn chord(&self, id: &str) -> Option<Chord> {
        self.bindings.iter().find(|row| row.id == id)?.chord
    }

    /// Gives a row another chord, or none.
    pub fn give(&mut self, id: &str, chord: Option<Chord>) {
        if let Some(row) = self.bindings.iter_mut().find(|row| row.id == id) {
            row.chord = chord;
        }
        self.tell_in(self.language);
    }

    /// All rows as delivered.
    pub fn reset(&mut self) {
        for row in &mut self.bindings {
            row.chord = row.default;
        }
        self.tell_in(self.language);
    }

    /// The rows whose chord is that of another row where both count.
    #[must_use]
    pub fn conflicts(&self, id: &str) -> Vec<&Binding> {
        let Some(row) = self.bindings.iter().find(|row| row.id == id) else {
            return Vec::new();
        };
        let others = self.bindings.iter().filter(|other| other.id != id);
        others
            .filter(|other| {
                row.chord.is_some()
                    && other.chord == row.chord
                    && other.action != row.action
                    && other.action.context().overlaps(row.action.context())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivered() -> Keymap {
        Keymap::new(&BTreeMap::new(), Language::En)
    }

    #[test]
    fn the_delivered_table_is_read_whole_and_has_no_conflict() {
        let map = delivered();
        assert_eq!(map.bindings().len(), DEFAULTS.matches("id = \"").count());
        for row in map.bindings() {
            assert!(row.chord.is_none_or(Chord::may_be_given), "{row:?}");
            let others = map.conflicts(&row.id);
            assert!(others.is_empty(), "{row:?}: {others:?}");
        }
        let by_list: Vec<_> = Action::all()
            .filter(|action| map.bindings().iter().all(|row| row.action != *action))
            .collect();
        assert_eq!(by_list, [], "every act can be given a key");
    }

    #[test]
    fn a_changed_key_is_kept_by_id_and_the_rest_is_as_delivered() {
        let mut map = delivered();
        map.give("submit", Chord::parse("F9"));
        map.give("link", None);
        let again = Keymap::new(&map.changed(), Language::Ja);
        let f9 = Chord::parse("F9").expect("a chord");
        let meant = again.meant(f9, &[Context::Viewport, Context::Global]);
        assert_eq!(meant.map(|row| row.action), Some(Action::Submit));
        assert_eq!(again.text(Action::Link), "");
        assert_eq!(again.text(Action::Undo), "Ctrl Z");
    }

    #[test]
    fn a_conflict_names_the_other_row_and_the_delivered_table_ends_it() {
        let mut map = delivered();
        map.give("tool_brush", Chord::parse("KeyE"));
        let others: Vec<_> = map
            .conflicts("tool_brush")
            .iter()
            .map(|row| row.id.clone())
            .collect();
        assert_eq!(others, ["tool_eraser"]);
        map.reset();
        assert!(map.conflicts("tool_brush").is_empty());
    }

    #[test]
    fn adjudication_takes_the_place_of_the_viewport_for_its_keys() {
        let map = delivered();
        let one = Chord::parse("Digit1").expect("a chord");
        let meant = |contexts: &[Context]| map.meant(one, contexts).map(|row| row.action);
        assert_eq!(
            meant(&[Context::Viewport, Context::Global]),
            Some(Action::Label(1))
        );
        assert_eq!(
            meant(&[Context::Adjudicate, Context::Viewport, Context::Global]),
            Some(Action::TakeA)
        );
    }
}
