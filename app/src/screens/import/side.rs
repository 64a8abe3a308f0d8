//! What is to be known before importing, and the selected series.

use super::{Picture, PlannedCase, SeriesState, Skipped, State};
use crate::desk::Command;
use crate::widgets::{Button, Look, fact, icon, label, paragraph, section, separator, text_field};
use egui::{Align, Color32, Layout, Ui, vec2};

/// Most entries of each kind that are shown; all of them stand in the saved list.
const MOST_TOLD: usize = 200;
/// Height of the selected series' part.
const DETAIL: f32 = 288.0;

pub(super) fn side_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let count = state.with_problems().count() + state.skipped.len();
    ui.horizontal(|ui| {
        ui.set_min_height(30.0);
        let told = look.f("import-problems-count", &[("count", count.into())]);
        let theme = look.theme;
        label(
            ui,
            look.t("import-problems"),
            theme.type_sizes().head,
            theme.color.text1,
        );
        label(ui, told, theme.type_sizes().body, theme.color.text2);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = Button::new(look, look.t("import-save-list")).icon("export");
            if ui.add(button.enabled(count > 0)).clicked() {
                out.push(Command::AskRefusalFile);
            }
        });
    });
    save_ui(ui, look, state, out);
    let height = (ui.available_height() - DETAIL).max(120.0);
    egui::ScrollArea::vertical()
        .id_salt("problems")
        .max_height(height)
        .auto_shrink([false, false])
        .show(ui, |ui| problems_ui(ui, look, state));
    separator(ui, look);
    detail_ui(ui, look, state, out);
}

/// Where the list is to be saved: a path to be typed or chosen.
fn save_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let Some(path) = &mut state.save_to else {
        return;
    };
    let mut closes = false;
    ui.horizontal(|ui| {
        let name = look.t("import-save-path");
        ui.set_min_height(30.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            closes = ui.add(Button::new(look, look.t("cancel"))).clicked();
            let is_named = !path.trim().is_empty();
            let save = Button::new(look, look.t("import-save")).primary();
            if ui.add(save.enabled(is_named)).clicked() {
                out.push(Command::SaveRefusals(path.trim().into()));
            }
            let width = ui.available_width();
            text_field(ui, look, &name, &name, path, width, false);
        });
    });
    if closes {
        state.save_to = None;
    }
}

fn problems_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    // before a look nothing can be said
    if state.scanning.is_some() || state.files == 0 {
        return;
    }
    if state.skipped.is_empty() && state.with_problems().next().is_none() {
        label(
            ui,
            look.t("import-no-problems"),
            theme.type_sizes().body,
            theme.color.text3,
        );
        return;
    }
    let mut selected = None;
    for (index, row) in state.with_problems().take(MOST_TOLD) {
        let title = format!("{}  {}", row.patient, row.series);
        let color = theme.color.warn;
        if problem_ui(ui, look, ("warning", color), title.trim(), |ui| {
            for problem in &row.problems {
                let size = theme.type_sizes().small;
                paragraph(ui, look, look.say(problem), size, theme.color.text2);
            }
        }) {
            selected = Some(index);
        }
    }
    more_ui(ui, look, state.with_problems().count());
    if let Some(index) = selected {
        state.go_to(index);
    }
    if state.skipped.is_empty() {
        return;
    }
    let title = look.f("import-skipped", &[("count", state.skipped.len().into())]);
    section(ui, look, &title, "");
    for skipped in state.skipped.iter().take(MOST_TOLD) {
        let size = theme.type_sizes().small;
        paragraph(
            ui,
            look,
            skipped_name(look, skipped),
            size,
            theme.color.text1,
        );
        let reason = look.say(&skipped.reason);
        paragraph(ui, look, reason, size, theme.color.text2);
        ui.add_space(4.0);
    }
    more_ui(ui, look, state.skipped.len());
}

/// How many entries more there are than are shown.
fn more_ui(ui: &mut Ui, look: Look<'_>, count: usize) {
    let more = count.saturating_sub(MOST_TOLD);
    if more > 0 {
        let told = look.f("import-more", &[("count", more.into())]);
        let theme = look.theme;
        paragraph(ui, look, told, theme.type_sizes().small, theme.color.text1);
    }
}

/// A file, or a line of the list with what it names.
fn skipped_name(look: Look<'_>, skipped: &Skipped) -> String {
    let Some(line) = skipped.line else {
        return skipped.name.clone();
    };
    let told = [("line", line.into()), ("text", skipped.name.clone().into())];
    let key = match skipped.name.is_empty() {
        true => "import-list-line-only",
        false => "import-list-line",
    };
    look.f(key, &told)
}

/// The case that a list makes of a series.
fn planned_text(look: Look<'_>, planned: &PlannedCase) -> String {
    let number = match planned.number {
        Some(number) => crate::desk::case_number_text(number),
        None => look.t("import-case-next"),
    };
    match &planned.group {
        None => number,
        Some(group) => {
            let told = [("number", number.into()), ("group", group.clone().into())];
            look.f("import-case-of-group", &told)
        }
    }
}

/// One entry of the list with its mark; whether its action was pressed.
fn problem_ui(
    ui: &mut Ui,
    look: Look<'_>,
    (mark, color): (&str, Color32),
    title: &str,
    body: impl FnOnce(&mut Ui),
) -> bool {
    let theme = look.theme;
    let mut pressed = false;
    ui.add_space(4.0);
    ui.horizontal_top(|ui| {
        icon(ui, look, mark, 15.0, color);
        ui.vertical(|ui| {
            let height = theme.density.control_small;
            let line = vec2(ui.available_width() - 12.0, height);
            let place = Layout::right_to_left(Align::Center);
            ui.allocate_ui_with_layout(line, place, |ui| {
                let named = format!("{} {title}", look.t("import-show"));
                let show = Button::new(look, look.t("import-show")).named(named);
                pressed = ui.add(show).clicked();
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let text = egui::RichText::new(title)
                        .size(theme.type_sizes().body)
                        .color(theme.color.text1);
                    ui.add(egui::Label::new(text).truncate().selectable(false));
                });
            });
            body(ui);
        });
    });
    separator(ui, look);
    pressed
}

fn detail_ui(ui: &mut Ui, look: Look<'_>, state: &State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let Some((index, row)) = state.selected.and_then(|i| Some((i, state.rows.get(i)?))) else {
        return;
    };
    section(
        ui,
        look,
        &look.f("import-detail", &[("name", row.series.clone().into())]),
        "",
    );
    ui.horizontal_top(|ui| {
        let side = (ui.available_width() * 0.34).min(132.0);
        if row.state != SeriesState::Other {
            let (rect, _) = ui.allocate_exact_size(vec2(side, side), egui::Sense::hover());
            ui.painter()
                .rect_filled(rect, egui::CornerRadius::ZERO, theme.color.bg0);
            if let Picture::Made(texture) = &row.picture {
                super::table::picture_in(ui, rect, texture);
            }
        }
        let planned = row.planned.as_ref().map(|case| planned_text(look, case));
        ui.vertical(|ui| {
            let facts = [
                ("import-detail-case", planned.as_deref()),
                ("import-detail-name", Some(row.patient_name.as_str())),
                ("import-detail-date", Some(&row.date)),
                ("import-detail-spacing", Some(&row.spacing)),
                (row.syntax_key, Some(&row.syntax)),
            ];
            let told = facts.into_iter();
            for (key, value) in told.filter_map(|(key, value)| Some((key, value?))) {
                let value = if value.is_empty() { "—" } else { value };
                fact(ui, look, &look.t(key), value, 76.0);
            }
        });
    });
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        let tags = Button::new(look, look.t("import-tags")).icon("search");
        if ui.add(tags).clicked() {
            out.push(Command::ShowTags {
                series: index,
                file: 0,
            });
        }
    });
}
