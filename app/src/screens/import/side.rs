//! What is to be known before importing, and the selected series.

use super::{SeriesRow, State};
use crate::widgets::{Look, fact, label, paragraph, section, separator};
use egui::Ui;

pub(super) fn side_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let theme = look.theme;
    let checks: Vec<&SeriesRow> = state
        .rows
        .iter()
        .filter(|row| !row.problems.is_empty())
        .collect();
    let count = checks.len() + state.skipped.len();
    section(
        ui,
        look,
        &look.t("import-problems"),
        &look.f("import-problems-count", &[("count", count.into())]),
    );
    let height = (ui.available_height() - 270.0).max(120.0);
    egui::ScrollArea::vertical()
        .id_salt("problems")
        .max_height(height)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            if count == 0 {
                label(
                    ui,
                    look.t("import-no-problems"),
                    theme.type_sizes().body,
                    theme.color.text3,
                );
            }
            for row in checks {
                ui.add_space(4.0);
                label(
                    ui,
                    format!("{}  {}", row.patient, row.series),
                    theme.type_sizes().body,
                    theme.color.text1,
                );
                for problem in &row.problems {
                    paragraph(
                        ui,
                        look,
                        look.say(problem),
                        theme.type_sizes().small,
                        theme.color.warn,
                    );
                }
                separator(ui, look);
            }
            if !state.skipped.is_empty() {
                label(
                    ui,
                    look.t("import-skipped"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
            }
            for (file, reason) in &state.skipped {
                paragraph(ui, look, file, theme.type_sizes().small, theme.color.text1);
                paragraph(
                    ui,
                    look,
                    look.say(reason),
                    theme.type_sizes().small,
                    theme.color.text3,
                );
            }
        });
    separator(ui, look);
    let Some(row) = state.selected.and_then(|i| state.rows.get(i)) else {
        return;
    };
    section(
        ui,
        look,
        &look.f("import-detail", &[("name", row.series.clone().into())]),
        "",
    );
    let facts = [
        ("import-detail-name", row.patient_name.as_str()),
        ("import-detail-date", &row.date),
        ("import-detail-spacing", &row.spacing),
        ("import-detail-syntax", &row.syntax),
    ];
    for (key, value) in facts {
        let value = if value.is_empty() { "—" } else { value };
        fact(ui, look, &look.t(key), value, 110.0);
    }
}
