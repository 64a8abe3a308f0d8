//! The series that were found.

use super::{SeriesState, State};
use crate::widgets::{Column, Look, Table, check_without_text, chip};
use egui::Ui;

pub(super) fn table_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let theme = look.theme;
    let shown = state.shown();
    let columns = vec![
        Column::new("", 34.0),
        Column::new(look.t("import-col-patient"), 140.0),
        Column::new(look.t("import-col-modality"), 60.0),
        Column::new(look.t("import-col-study"), 0.0),
        Column::new(look.t("import-col-series"), 0.0),
        Column::number(look.t("import-col-images"), 70.0),
        Column::number(look.t("import-col-thickness"), 104.0),
        Column::number(look.t("import-col-size"), 110.0),
        Column::new(look.t("import-col-state"), 130.0),
    ];
    let selected = state
        .selected
        .and_then(|s| shown.iter().position(|i| *i == s));
    let rows = &mut state.rows;
    let names: Vec<String> = shown
        .iter()
        .filter_map(|i| rows.get(*i))
        .map(|r| format!("{} {}", r.modality, r.series))
        .collect();
    let size = theme.type_sizes().body;
    let pressed = Table::new(look, columns).row_height(32.0).show(
        ui,
        shown.len(),
        selected,
        |row| names.get(row).cloned().unwrap_or_default(),
        |ui, row, cells| {
            let Some(series) = shown.get(row).and_then(|i| rows.get_mut(*i)) else {
                return;
            };
            cells.place(ui, 0, |ui| {
                if series.state != SeriesState::Other {
                    let name = format!("{} {}", look.t("import-take"), series.series);
                    check_without_text(ui, look, &name, &mut series.is_chosen);
                }
            });
            let patient = or_dash(&series.patient);
            cells.text(ui, 1, patient, size, theme.color.text1);
            cells.text(ui, 2, &series.modality, size, theme.color.text1);
            cells.text(ui, 3, or_dash(&series.study), size, theme.color.text1);
            cells.text(ui, 4, &series.series, size, theme.color.text1);
            cells.text(ui, 5, &series.images.to_string(), size, theme.color.text1);
            cells.text(ui, 6, &series.thickness, size, theme.color.text1);
            cells.text(ui, 7, &series.size, size, theme.color.text1);
            let (key, color) = match series.state {
                SeriesState::Ready => ("import-ready", theme.color.ok),
                SeriesState::Check => ("import-check", theme.color.warn),
                SeriesState::Other => ("import-not-image", theme.color.text2),
            };
            cells.place(ui, 8, |ui| chip(ui, look, &look.t(key), color));
        },
    );
    if let Some((row, _)) = pressed {
        state.selected = shown.get(row).copied();
    }
}

/// A text, or the sign that there is none.
fn or_dash(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}
