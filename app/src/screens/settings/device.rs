//! This machine: by what the window is drawn, memory, and the file of settings.

use super::{Change, State, View, head};
use crate::desk::{Command, size_text};
use crate::widgets::{Button, Look, fact, paragraph, separator, text_field};
use egui::Ui;
use std::path::PathBuf;

/// Width of the column of names, points.
const NAMES: f32 = 96.0;

pub(super) fn device_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let small = theme.type_sizes().small;
    ui.spacing_mut().item_spacing.y = 6.0;
    head(ui, look, "settings-renderer", "");
    if let Some([name, why]) = &view.renderer {
        fact(ui, look, &look.t("settings-renderer-name"), name, NAMES);
        fact(ui, look, &look.t("settings-renderer-why"), why, NAMES);
    }
    if let Some((_, bytes)) = state.memory {
        separator(ui, look);
        head(ui, look, "settings-memory", "");
        let used = size_text(bytes);
        fact(ui, look, &look.t("settings-memory-used"), &used, NAMES);
    }
    separator(ui, look);
    head(ui, look, "settings-file", "");
    paragraph(ui, look, &view.home, small, theme.color.text2);
    separator(ui, look);
    head(ui, look, "settings-carry", "");
    paragraph(
        ui,
        look,
        look.t("settings-carry-note"),
        small,
        theme.color.text2,
    );
    let name = look.t("settings-carry-file");
    let width = ui.available_width();
    text_field(ui, look, &name, &name, &mut state.file, width, false);
    let path = PathBuf::from(state.file.trim());
    let is_named = !state.file.trim().is_empty();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let mut press = |ui: &mut Ui, key: &str, at_once: Change, asked: Change| {
            if ui.add(Button::new(look, look.t(key))).clicked() {
                out.push(Command::Settings(if is_named { at_once } else { asked }));
            }
        };
        let write = Change::WriteTo(path.clone());
        press(ui, "settings-write", write, Change::ChooseTarget);
        press(
            ui,
            "settings-read",
            Change::ReadFrom(path),
            Change::ChooseSource,
        );
    });
}
