//! The table of keys: searched, changed by pressing the new key, with what it is the same as.

use super::{Change, State, head};
use crate::desk::Command;
use crate::keys::Binding;
use crate::language::{Language, Words};
use crate::search::{Entry, Index};
use crate::widgets::{Button, Column, Look, Table, chip, icon, label, text_field};
use egui::{Align, Layout, Ui, vec2};

pub(super) fn keys_ui(
    ui: &mut Ui,
    look: Look<'_>,
    height: f32,
    state: &mut State,
    out: &mut Vec<Command>,
) {
    let size = vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.set_min_size(size);
        ui.set_max_height(height);
        bar_ui(ui, look, state, out);
        say_ui(ui, look, state, out);
        let rows = shown(look, state);
        if rows.is_empty() {
            let none = look.t("settings-keys-none");
            label(
                ui,
                none,
                look.theme.type_sizes().body,
                look.theme.color.text2,
            );
            return;
        }
        table_ui(ui, look, state, &rows, out);
    });
}

fn bar_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        head(ui, look, "settings-keys", "");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let is_changed = !look.keys.changed().is_empty();
            let button = Button::new(look, look.t("settings-keys-reset"));
            if ui.add(button.enabled(is_changed)).clicked() {
                out.push(Command::Settings(Change::ResetKeys));
            }
            let hint = look.t("settings-keys-filter");
            let width = 200.0_f32.min(ui.available_width());
            text_field(ui, look, &hint, &hint, &mut state.key_filter, width, false);
        });
    });
}

/// One line above the table: what to do, what is asked, what was refused.
fn say_ui(ui: &mut Ui, look: Look<'_>, state: &State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let name_of = |id: &str| {
        let row = look.keys.bindings().iter().find(|row| row.id == id);
        row.map_or_else(String::new, |row| row.name(look.words))
    };
    let mut press = |ui: &mut Ui, key: &str, change: Change, keys: &str| {
        let button = Button::new(look, look.t(key));
        let button = match keys {
            "" => button,
            "Enter" => button.primary().keys(keys),
            keys => button.keys(keys),
        };
        if ui.add(button).clicked() {
            out.push(Command::Settings(change));
        }
    };
    ui.horizontal_wrapped(|ui| {
        ui.set_min_height(theme.density.control + 4.0);
        ui.spacing_mut().item_spacing.x = 8.0;
        let say = |ui: &mut Ui, text: String, color| {
            label(ui, text, theme.type_sizes().body, color);
        };
        if let Some(conflict) = &state.conflict {
            icon(ui, look, "warning", 15.0, theme.color.warn);
            let keys = conflict.chord.text(look.words.language());
            let told = [
                ("keys", keys.into()),
                ("other", name_of(&conflict.other).into()),
            ];
            say(ui, look.f("settings-keys-same", &told), theme.color.text1);
            press(ui, "settings-keys-swap", Change::Swap, "Enter");
            press(ui, "cancel", Change::KeepKey, "Esc");
        } else if let Some(recording) = &state.recording {
            if state.is_refused {
                icon(ui, look, "warning", 15.0, theme.color.warn);
                say(ui, look.t("settings-keys-refused"), theme.color.text1);
            } else {
                let told = [("name", name_of(&recording.id).into())];
                say(ui, look.f("settings-keys-press", &told), theme.color.text1);
            }
            let id = recording.id.clone();
            press(ui, "settings-keys-clear", Change::ClearKey(id), "Backspace");
            press(ui, "cancel", Change::StopRecording, "Esc");
        } else {
            say(ui, look.t("settings-keys-how"), theme.color.text2);
            let row = look.keys.bindings().iter();
            let changed = row
                .filter(|row| row.chord != row.default)
                .find(|row| state.row.as_ref() == Some(&row.id));
            if let Some(row) = changed {
                press(
                    ui,
                    "settings-keys-reset-one",
                    Change::ResetKey(row.id.clone()),
                    "",
                );
            }
        }
    });
}

/// The rows that are shown: all, or those that are looked for.
fn shown<'a>(look: Look<'a>, state: &mut State) -> Vec<&'a Binding> {
    let rows: Vec<&Binding> = look.keys.bindings().iter().collect();
    let filter = state.key_filter.trim().to_owned();
    if filter.is_empty() {
        return rows;
    }
    // a sign is looked for as it stands on the key
    let by_sign = |row: &&&Binding| row.text().eq_ignore_ascii_case(&filter);
    let signs: Vec<&Binding> = rows.iter().filter(by_sign).copied().collect();
    let other = &state.finder(look).other;
    let entries: Vec<Entry> = rows
        .iter()
        .map(|row| entry_of(row, look.words, other))
        .collect();
    let hits = Index::new(&entries).find(&filter, rows.len(), |_| true);
    let named = hits.iter().filter_map(|hit| rows.get(hit.entry).copied());
    let named = named.filter(|row| !signs.iter().any(|sign| sign.id == row.id));
    signs.iter().copied().chain(named).collect()
}

fn entry_of(row: &Binding, words: &Words, other: &Words) -> Entry {
    let name_in = |language| {
        row.action.name(if words.language() == language {
            words
        } else {
            other
        })
    };
    Entry {
        ja: name_in(Language::Ja),
        en: name_in(Language::En),
        kana: row.action.reading().to_owned(),
        codes: vec![row.text().to_owned()],
        ..Entry::default()
    }
}

/// What is said of a row at the right, and whether it is a warning.
fn state_of(look: Look<'_>, state: &State, row: &Binding) -> (String, bool) {
    let same = |other: &Binding| {
        let name = [("other", other.name(look.words).into())];
        (look.f("settings-keys-same-as", &name), true)
    };
    let asked = state.conflict.as_ref().filter(|c| c.id == row.id);
    let other = asked.and_then(|c| look.keys.bindings().iter().find(|b| b.id == c.other));
    if let Some(other) = other.or_else(|| look.keys.conflicts(&row.id).first().copied()) {
        return same(other);
    }
    let key = match (row.chord, row.chord == row.default) {
        (_, true) => "settings-keys-default",
        (None, false) => "settings-keys-away",
        (Some(_), false) => "settings-keys-changed",
    };
    (look.t(key), false)
}

fn table_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    rows: &[&Binding],
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let selected = rows
        .iter()
        .position(|row| Some(&row.id) == state.row.as_ref());
    let reveals = std::mem::take(&mut state.reveals_row);
    let columns = vec![
        Column::new(look.t("settings-keys-act"), 0.0),
        Column::new(look.t("settings-keys-key"), 150.0),
        Column::new(look.t("settings-keys-where"), 110.0),
        Column::new(look.t("settings-keys-state"), 250.0),
    ];
    let spoken = |at: usize| {
        let Some(row) = rows.get(at) else {
            return String::new();
        };
        let name = row.name(look.words);
        format!("{name}　{}　{}", row.text(), state_of(look, state, row).0)
    };
    let table = Table::new(look, columns)
        .row_height(theme.density.table_tight)
        .reveal(selected.filter(|_| reveals));
    let pressed = table.show(ui, rows.len(), selected, spoken, |ui, at, cells| {
        let Some(row) = rows.get(at) else { return };
        let body = theme.type_sizes().body;
        let (text1, text2) = (theme.color.text1, theme.color.text2);
        cells.text(ui, 0, &row.name(look.words), body, text1);
        cells.place(ui, 1, |ui| key_ui(ui, look, state, row));
        let place = look.t(row.action.context().text_key());
        cells.text(ui, 2, &place, body, text2);
        let (said, is_warning) = state_of(look, state, row);
        if is_warning {
            cells.place(ui, 3, |ui| chip(ui, look, &said, theme.color.warn));
        } else {
            let is_default = row.chord == row.default;
            cells.text(ui, 3, &said, body, if is_default { text2 } else { text1 });
        }
    });
    if let Some((at, response)) = pressed
        && let Some(row) = rows.get(at)
    {
        response.request_focus();
        out.push(Command::Settings(Change::Record(row.id.clone())));
    }
}

fn key_ui(ui: &mut Ui, look: Look<'_>, state: &State, row: &Binding) {
    let theme = look.theme;
    let waits = state.recording.as_ref().is_some_and(|r| r.id == row.id);
    if waits {
        let small = theme.type_sizes().small;
        label(ui, look.t("settings-keys-waits"), small, theme.color.text1);
        return;
    }
    if row.chord.is_none() {
        label(ui, "—", theme.type_sizes().body, theme.color.text2);
        return;
    }
    let text = if row.is_held {
        look.f("settings-keys-held", &[("keys", row.text().into())])
    } else {
        row.text().to_owned()
    };
    crate::widgets::key_cap(ui, look, &text);
}
