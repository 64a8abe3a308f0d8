//! The line at the top: what is compared, what may be chosen, and what can be done; then the tiles.

use super::{Ask, State};
use crate::agreement_view::{Chosen, Tile};
use crate::desk::Command;
use crate::widgets::{Button, Look, combo, label, text_field};
use egui::{Align, Frame, Layout, Margin, Ui};
use std::path::PathBuf;

/// Draws the line.
pub(super) fn head_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let sizes = theme.type_sizes();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        label(
            ui,
            look.t("agreement-title"),
            sizes.title,
            theme.color.text1,
        );
        if state.is_there {
            label(ui, &state.view.summary, sizes.body, theme.color.text2);
            label_combo(ui, look, state, out);
            field_combo(ui, look, state, out);
        }
    });
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        buttons(ui, look, state, out);
        report_ui(ui, look, state, out);
    });
    ui.add_space(6.0);
}

fn label_combo(ui: &mut Ui, look: Look<'_>, state: &State, out: &mut Vec<Command>) {
    let labels = &state.view.labels;
    if labels.len() < 2 {
        return;
    }
    let mut choices = vec![look.t("agreement-all-labels")];
    choices.extend(labels.iter().map(|(_, name)| name.clone()));
    let chosen = state.chosen.label.as_ref();
    let taken = chosen.and_then(|id| labels.iter().position(|(known, _)| known == id));
    let taken = taken.map_or(0, |place| place + 1);
    let name = look.t("agreement-label");
    if let Some(index) = combo(ui, look, &name, &choices, Some(taken), 170.0) {
        let label = index.checked_sub(1).and_then(|n| labels.get(n));
        out.push(Command::Agreement(Ask::Choose(Chosen {
            label: label.map(|(id, _)| id.clone()),
            ..state.chosen.clone()
        })));
    }
}

fn field_combo(ui: &mut Ui, look: Look<'_>, state: &State, out: &mut Vec<Command>) {
    let fields = &state.view.fields;
    if fields.len() < 2 {
        return;
    }
    let choices: Vec<String> = fields.iter().map(|(_, name)| name.clone()).collect();
    let taken = fields.iter().position(|(id, _)| *id == state.view.field);
    let key = if state.files.is_empty() {
        "agreement-field"
    } else {
        "agreement-scale"
    };
    if let Some(index) = combo(ui, look, &look.t(key), &choices, taken, 170.0)
        && let Some((id, _)) = fields.get(index)
    {
        out.push(Command::Agreement(Ask::Choose(Chosen {
            field: Some(id.clone()),
            ..state.chosen.clone()
        })));
    }
}

/// The files to be compared, typed or chosen; they can be dropped here, too.
pub(super) fn typed_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let Some(typed) = &mut state.typed else {
        return;
    };
    let mut is_done = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let name = look.t("agreement-files-path");
        let width = (ui.available_width() - 300.0).max(180.0);
        let changed = text_field(ui, look, &name, &name, typed, width, false);
        let entered = changed.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        if ui
            .add(Button::new(look, look.t("agreement-files-choose")))
            .clicked()
        {
            out.push(Command::Agreement(Ask::ChooseFiles));
        }
        let files: Vec<PathBuf> = typed
            .split(';')
            .map(str::trim)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
            .collect();
        let compare = Button::new(look, look.t("agreement-files-compare"));
        let compare = compare.primary().enabled(!files.is_empty());
        if ui.add(compare).clicked() || entered && !files.is_empty() {
            out.push(Command::Agreement(Ask::Files(files)));
            is_done = true;
        }
    });
    if is_done {
        state.typed = None;
    }
    ui.add_space(6.0);
}

fn buttons(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let again = Button::new(look, look.t("agreement-recompute")).enabled(!state.is_busy);
    if ui.add(again).clicked() {
        out.push(Command::Agreement(Ask::Recompute));
    }
    let files = Button::new(look, look.t("agreement-files")).enabled(!state.is_busy);
    if ui.add(files).clicked() {
        state.typed = match state.typed {
            None => Some(String::new()),
            Some(_) => None,
        };
    }
    if !state.files.is_empty()
        && ui
            .add(Button::new(look, look.t("agreement-project")))
            .clicked()
    {
        out.push(Command::Agreement(Ask::CloseFiles));
    }
    let theme = look.theme;
    if let Some((at, seconds)) = &state.computed {
        let at = ("at", at.as_str().into());
        let said = if *seconds < 1.0 {
            look.f("agreement-computed-soon", &[at])
        } else {
            let seconds = format!("{seconds:.1}");
            look.f("agreement-computed", &[at, ("seconds", seconds.into())])
        };
        label(ui, said, theme.type_sizes().small, theme.color.text3);
    }
}

/// Where the report goes, and the button that writes it.
fn report_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let may = state.is_there && !state.report_path.trim().is_empty();
        let report = Button::new(look, look.t("agreement-report"))
            .primary()
            .enabled(may);
        if ui.add(report).clicked() {
            out.push(Command::Report(state.report_path.trim().into()));
        }
        let name = look.t("agreement-report-path");
        let width = (ui.available_width() - 12.0).clamp(140.0, 300.0);
        text_field(ui, look, &name, &name, &mut state.report_path, width, false);
    });
}

/// Width of the narrowest tile.
const TILE: f32 = 168.0;

/// Draws the tiles, as many beside each other as fit.
pub(super) fn tiles_ui(ui: &mut Ui, look: Look<'_>, tiles: &[Tile]) {
    let theme = look.theme;
    let sizes = theme.type_sizes();
    let gap = 8.0;
    let width = ui.available_width();
    let beside = (((width + gap) / (TILE + gap)).floor() as usize).clamp(1, tiles.len().max(1));
    let each = (width - gap * (beside as f32 - 1.0)) / beside as f32;
    for row in tiles.chunks(beside) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for tile in row {
                let card = Frame::new()
                    .fill(theme.color.bg2)
                    .inner_margin(Margin::symmetric(12, 7));
                card.show(ui, |ui| {
                    ui.set_width(each - 24.0);
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 3.0;
                        label(ui, &tile.name, sizes.body, theme.color.text2);
                        label(ui, &tile.value, sizes.figure, theme.color.text1);
                        label(ui, line(&tile.beside), sizes.small, theme.color.text2);
                        label(ui, line(&tile.basis), sizes.small, theme.color.text3);
                    });
                });
            }
        });
        ui.add_space(gap);
    }
}

/// A text that keeps its line where it is empty.
fn line(text: &str) -> &str {
    if text.is_empty() { " " } else { text }
}
