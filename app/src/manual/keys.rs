//! The table of keys as a page shows it: made of the keymap, so that it tells the keys of this person.

use super::Said;
use crate::keys::{Action, Context};

/// A row: the keys of an act and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Its keys; a dash where it has none.
    pub keys: String,
    /// What they do.
    pub act: String,
}

/// The keys that count in one place of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTable {
    /// The place in words.
    pub title: String,
    /// Its rows, in the order of the settings.
    pub rows: Vec<KeyRow>,
}

/// Every act with its keys, by where they count.
#[must_use]
pub fn key_tables(said: &Said<'_>) -> Vec<KeyTable> {
    let table = |context: Context| KeyTable {
        title: said.words.t(context.text_key()),
        rows: Action::all()
            .filter(|action| action.context() == context)
            .map(|action| row(said, action))
            .collect(),
    };
    Context::ALL.into_iter().map(table).collect()
}

fn row(said: &Said<'_>, action: Action) -> KeyRow {
    let language = said.words.language();
    let rows = said.keys.bindings();
    let of_act = || rows.iter().filter(move |row| row.action == action);
    let keys: Vec<String> = of_act()
        .filter_map(|binding| Some(binding.chord?.text(language)))
        .collect();
    let keys = if keys.is_empty() {
        "—".to_owned()
    } else {
        keys.join(" / ")
    };
    let act = action.name(said.words);
    let act = if of_act().any(|binding| binding.is_held) {
        said.words.f("manual-held", &[("act", act.into())])
    } else {
        act
    };
    KeyRow { keys, act }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Chord, Keymap};
    use crate::language::{Language, Words};
    use std::collections::BTreeMap;

    #[test]
    fn the_table_has_every_act_once_and_tells_the_keys_that_were_given() {
        let words = Words::new(Language::En);
        let mut keys = Keymap::new(&BTreeMap::new(), Language::En);
        keys.give("submit", Chord::parse("F9"));
        let said = Said {
            words: &words,
            keys: &keys,
        };
        let tables = key_tables(&said);
        let rows: usize = tables.iter().map(|table| table.rows.len()).sum();
        assert_eq!(rows, Action::all().count());
        let keys_of = |act: Action| {
            let name = act.name(&words);
            let rows = tables.iter().flat_map(|table| &table.rows);
            let mut of_act = rows.filter(|row| row.act.starts_with(&name));
            of_act.next().map(|row| row.keys.clone())
        };
        assert_eq!(keys_of(Action::Submit).as_deref(), Some("F9"));
        assert_eq!(keys_of(Action::Redo).as_deref(), Some("Ctrl Y / Ctrl ⇧ Z"));
        assert_eq!(keys_of(Action::Hold).as_deref(), Some("—"));
    }
}
