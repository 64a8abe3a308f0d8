//! Where to look, how far the look has come, and what is listed.

use super::{SeriesState, State};
use crate::desk::Command;
use crate::widgets::{Button, Look, Tone, check, combo, label, meter, said, segments, text_field};
use egui::{Align, Frame, Layout, Margin, Ui};
use std::path::PathBuf;

pub(super) fn head_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        label(
            ui,
            look.t("import-title"),
            theme.type_sizes().title,
            theme.color.text1,
        );
        ui.add_space(8.0);
        // what the four buttons leave
        let width = (ui.available_width() - 470.0).clamp(140.0, 440.0);
        let field = text_field(
            ui,
            look,
            &look.t("import-path"),
            &look.t("import-path-hint"),
            &mut state.path,
            width,
            false,
        );
        let entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        let pressed = ui
            .add(Button::new(look, look.t("import-scan")).icon("search"))
            .clicked();
        if (entered || pressed) && !state.path.trim().is_empty() {
            out.push(Command::Scan(vec![PathBuf::from(state.path.trim())]));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if state.scanning.is_some() {
                if ui
                    .add(
                        Button::new(look, look.t("import-stop"))
                            .icon("close")
                            .keys("Esc"),
                    )
                    .clicked()
                {
                    out.push(Command::StopScan);
                }
                return;
            }
            if ui
                .add(Button::new(look, look.t("import-add-files")))
                .clicked()
            {
                out.push(Command::ChooseImportFiles);
            }
            if ui
                .add(Button::new(look, look.t("import-add-list")))
                .clicked()
            {
                out.push(Command::ChooseImportList);
            }
            if ui
                .add(Button::new(look, look.t("import-add")).icon("open"))
                .clicked()
            {
                out.push(Command::ChooseImportFolder);
            }
        });
    });
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.set_min_height(16.0);
        let width = (ui.available_width() - 420.0).max(120.0);
        if let Some((done, total)) = state.scanning {
            let share = done as f32 / total.max(1) as f32;
            meter(
                ui,
                look,
                &look.t("import-title"),
                share,
                width,
                theme.color.accent,
            );
            let rate = done as f32 / state.seconds.max(0.1);
            let left = (total.saturating_sub(done)) as f32 / rate.max(1.0);
            let told = [
                ("done", done.into()),
                ("total", total.into()),
                ("rate", f64::from(rate.round()).into()),
                ("left", f64::from(left.ceil()).into()),
            ];
            label(
                ui,
                look.f("import-progress", &told),
                theme.type_sizes().body,
                theme.color.text1,
            );
        } else if state.files > 0 {
            meter(
                ui,
                look,
                &look.t("import-title"),
                1.0,
                width,
                theme.color.ok,
            );
            let [patients, studies] = state.counts();
            let counts = [
                ("files", state.files.into()),
                ("patients", patients.into()),
                ("studies", studies.into()),
                ("series", state.rows.len().into()),
            ];
            label(
                ui,
                look.f("import-scanned", &counts),
                theme.type_sizes().body,
                theme.color.text1,
            );
        }
    });
}

/// What the list says, before anything comes in.
pub(super) fn list_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let Some(list) = &state.list else { return };
    let told = [
        ("name", list.name.clone().into()),
        ("lines", list.lines.into()),
        ("taken", (list.lines - list.refused).into()),
        ("refused", list.refused.into()),
    ];
    let tone = match list.refused {
        0 => Tone::Good,
        _ => Tone::Warn,
    };
    said(ui, look, tone, &look.f("import-list-facts", &told));
}

pub(super) fn filters_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    let bar = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 4));
    bar.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_width(ui.available_width());
            ui.set_min_height(26.0);
            let mut all = !state.rows.is_empty()
                && state
                    .rows
                    .iter()
                    .filter(|r| r.state != SeriesState::Other)
                    .all(|r| r.is_chosen);
            if check(ui, look, &look.t("import-all"), &mut all).changed() {
                for row in &mut state.rows {
                    row.is_chosen = all && row.state != SeriesState::Other;
                }
            }
            ui.add_space(10.0);
            let with = |key: &str, count: usize| look.f(key, &[("count", count.into())]);
            let choices = [
                with("import-filter-all", state.rows.len()),
                with("import-filter-ready", state.count(SeriesState::Ready)),
                with("import-filter-check", state.count(SeriesState::Check)),
                with("import-filter-other", state.count(SeriesState::Other)),
            ];
            if let Some(chosen) = segments(
                ui,
                look,
                &look.t("import-col-state"),
                &choices,
                Some(state.filter),
            ) {
                state.filter = chosen;
            }
            ui.add_space(8.0);
            let name = look.t("import-search");
            text_field(ui, look, &name, &name, &mut state.search, 180.0, false);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let orders = [
                    "import-order-patient",
                    "import-order-modality",
                    "import-order-images",
                    "import-order-state",
                ]
                .map(|key| look.t(key));
                let name = look.t("import-order");
                if let Some(order) = combo(ui, look, &name, &orders, Some(state.order), 150.0) {
                    state.order = order;
                }
                label(ui, name, theme.type_sizes().body, theme.color.text2);
            });
        });
    });
}
