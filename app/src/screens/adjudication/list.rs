//! Findings that belong together, as a table.

use super::figures::{attributes_ui, figures_ui, notes_ui};
use crate::court::{Court, Row};
use crate::widgets::{Column, Look, Table, chip, label, segments, segments_width, separator};
use egui::{Align, Color32, Layout, Ui, vec2};

pub(super) fn list_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court) {
    let theme = look.theme;
    let (_, differences) = court.progress();
    ui.horizontal(|ui| {
        label(
            ui,
            look.t("adjudication-title"),
            theme.type_sizes().head,
            theme.color.text1,
        );
        label(
            ui,
            look.f("adjudication-groups", &[("count", court.rows.len().into())]),
            theme.type_sizes().body,
            theme.color.text3,
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let choices = [
                look.t("adjudication-all"),
                look.f("adjudication-differences", &[("count", differences.into())]),
            ];
            let size = vec2(segments_width(ui, look, &choices) + 1.0, 26.0);
            let layout = Layout::left_to_right(Align::Center);
            ui.allocate_ui_with_layout(size, layout, |ui| {
                let taken = Some(usize::from(court.only_differences));
                let name = look.t("adjudication-title");
                if let Some(chosen) = segments(ui, look, &name, &choices, taken) {
                    court.only_differences = chosen == 1;
                }
            });
        });
    });
    let listed = court.listed();
    let height = 32.0 + theme.density.table * listed.len().clamp(1, 10) as f32;
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        rows_ui(ui, look, court, &listed);
    });
    separator(ui, look);
    egui::ScrollArea::vertical()
        .id_salt("court-figures")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            figures_ui(ui, look, court);
            separator(ui, look);
            if let Some(row) = court.row() {
                attributes_ui(ui, look, row);
                notes_ui(ui, look, row);
            }
        });
}

fn rows_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, listed: &[usize]) {
    let theme = look.theme;
    let columns = vec![
        Column::new(look.t("adjudication-col-finding"), 46.0),
        Column::new("A", 0.0),
        Column::new("B", 0.0),
        Column::number(look.t("agreement-dice"), 54.0),
        Column::number("HD95", 60.0),
        Column::new(look.t("adjudication-col-state"), 142.0),
    ];
    let selected = listed.iter().position(|index| *index == court.selected);
    let rows = &court.rows;
    let size = theme.type_sizes().body;
    let number = |value: Option<f64>, digits: usize| {
        value.map_or_else(|| "—".to_owned(), |v| format!("{v:.digits$}"))
    };
    let pressed = Table::new(look, columns)
        .row_height(theme.density.table)
        .show(
            ui,
            listed.len(),
            selected,
            |row| {
                listed
                    .get(row)
                    .and_then(|i| rows.get(*i))
                    .map_or_else(String::new, |r| r.name.clone())
            },
            |ui, row, cells| {
                let Some(row) = listed.get(row).and_then(|i| rows.get(*i)) else {
                    return;
                };
                cells.text(ui, 0, &row.name, size, theme.color.text1);
                let side = |side: &Option<crate::court::Side>| {
                    side.as_ref()
                        .map_or_else(|| look.t("none"), |s| s.label.clone())
                };
                cells.text(ui, 1, &side(&row.a), size, theme.color.a);
                cells.text(ui, 2, &side(&row.b), size, theme.color.b);
                cells.text(ui, 3, &number(row.dice, 2), size, theme.color.text1);
                cells.text(ui, 4, &number(row.hd95_mm, 1), size, theme.color.text1);
                let (text, color) = state_of(look, row);
                cells.place(ui, 5, |ui| chip(ui, look, &text, color));
            },
        );
    if let Some((row, _)) = pressed
        && let Some(index) = listed.get(row)
    {
        court.select(*index);
    }
}

fn state_of(look: Look<'_>, row: &Row) -> (String, Color32) {
    let color = &look.theme.color;
    if let Some(decided) = &row.decided {
        return (decided.clone(), color.ok);
    }
    if row.is_agreed {
        return (look.t("adjudication-same"), color.ok);
    }
    match (&row.a, &row.b) {
        (Some(_), None) => (look.t("adjudication-only-a"), color.danger),
        (None, Some(_)) => (look.t("adjudication-only-b"), color.danger),
        _ => {
            let mut parts = Vec::new();
            if row.is_label_different {
                parts.push(look.t("adjudication-label"));
            }
            if row.is_shape_different {
                parts.push(look.t("adjudication-shape"));
            }
            if row
                .attributes
                .iter()
                .any(|attribute| attribute.a != attribute.b)
            {
                parts.push(look.t("adjudication-attribute"));
            }
            (parts.join(&look.t("list-dot")), color.warn)
        }
    }
}
