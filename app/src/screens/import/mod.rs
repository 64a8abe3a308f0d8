//! Import: bring series in; never write to the medium.

mod head;
mod side;
mod state;
mod table;
mod tags;

use crate::desk::Command;
use crate::widgets::{Button, Look, Tone, icon, label, meter};
use egui::{Align, Frame, Layout, Margin, Panel, Stroke, Ui};
use head::{filters_ui, head_ui, list_ui};
use side::side_ui;
pub use state::{ListFacts, Picture, PlannedCase, SeriesRow, SeriesState, Skipped, State};
use std::path::PathBuf;
use table::table_ui;
pub use tags::TagView;
use tags::tags_ui;

/// Draws the screen.
pub fn import_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let side = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 10));
    Panel::right("import-side")
        .exact_size((ui.available_width() * 0.28).clamp(320.0, 392.0))
        .resizable(false)
        .frame(side)
        .show(ui, |ui| side_ui(ui, look, state, out));
    let foot = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(16, 10));
    Panel::bottom("import-foot")
        .exact_size(52.0)
        .resizable(false)
        .frame(foot)
        .show(ui, |ui| foot_ui(ui, look, state, out));
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg1))
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin {
                    left: 16,
                    right: 16,
                    top: 14,
                    bottom: 8,
                })
                .show(ui, |ui| {
                    head_ui(ui, look, state, out);
                    list_ui(ui, look, state);
                });
            if state.tags.is_some() {
                tags_ui(ui, look, state, out);
                return;
            }
            filters_ui(ui, look, state);
            if state.rows.is_empty() {
                empty_ui(ui, look, state);
            } else {
                table_ui(ui, look, state);
            }
        });
    let dropped: Vec<PathBuf> = ui.input(|i| {
        i.raw
            .dropped_files
            .iter()
            .map(|f| f.path().to_path_buf())
            .collect()
    });
    if !dropped.is_empty() {
        out.push(Command::Scan(dropped));
    }
    if state.scanning.is_some() && ui.input(|i| i.key_pressed(egui::Key::Escape)) {
        out.push(Command::StopScan);
    }
    if ui.input(|i| i.modifiers.command && i.key_pressed(egui::Key::Enter)) && state.can_import() {
        out.push(Command::ImportChosen);
    }
}

fn empty_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let theme = look.theme;
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.35);
        let text = if state.scanning.is_some() {
            look.t("import-scanning")
        } else if state.files > 0 {
            look.f("import-nothing", &[("files", state.files.into())])
        } else {
            look.t("import-drop")
        };
        label(ui, text, theme.type_sizes().head, theme.color.text2);
    });
}

fn foot_ui(ui: &mut Ui, look: Look<'_>, state: &State, out: &mut Vec<Command>) {
    let theme = look.theme;
    ui.painter().hline(
        ui.max_rect().expand(16.0).x_range(),
        ui.max_rect().top() - 10.0,
        Stroke::new(1.0, theme.color.line),
    );
    ui.horizontal_centered(|ui| {
        let chosen: Vec<&SeriesRow> = state.rows.iter().filter(|row| row.is_chosen).collect();
        let images: usize = chosen.iter().map(|row| row.images).sum();
        let counts = [("count", chosen.len().into()), ("images", images.into())];
        label(
            ui,
            look.f("import-selected", &counts),
            theme.type_sizes().body,
            theme.color.text1,
        );
        if let Some((done, total)) = state.importing {
            meter(
                ui,
                look,
                &look.t("import-do"),
                done as f32 / total.max(1) as f32,
                160.0,
                theme.color.accent,
            );
            label(
                ui,
                look.f(
                    "import-doing",
                    &[("done", done.into()), ("total", total.into())],
                ),
                theme.type_sizes().body,
                theme.color.text1,
            );
        } else if let Some(done) = &state.said {
            let (mark, color) = Tone::Good.mark(look);
            ui.add_space(8.0);
            icon(ui, look, mark, 15.0, color);
            label(ui, look.say(done), theme.type_sizes().body, color);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = Button::new(look, look.t("import-do"))
                .named(look.t("import-do"))
                .primary()
                .tall()
                .icon("import")
                .keys("Ctrl Enter");
            if ui.add(button.enabled(state.can_import())).clicked() {
                out.push(Command::ImportChosen);
            }
        });
    });
}
