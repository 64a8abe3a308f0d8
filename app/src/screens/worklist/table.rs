//! The list of cases.

use super::{CaseRow, Scope, State, View, open_command};
use crate::desk::Command;
use crate::widgets::{Column, Look, Table, chip, meter};
use egui::Ui;

pub(super) fn table_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    shown: &[&CaseRow],
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let mut columns = vec![
        Column::new(look.t("worklist-col-case"), 88.0),
        Column::new(look.t("worklist-col-study"), 0.0),
        Column::new(look.t("worklist-col-state"), 164.0),
        Column::new(look.t("worklist-col-progress"), 96.0),
    ];
    let scope = state.scope(view);
    let is_narrow = super::is_narrow(ui);
    if !is_narrow {
        if scope == Scope::Own {
            columns.push(Column::number(look.t("worklist-col-time"), 76.0));
        }
        columns.push(Column::number(look.t("worklist-col-series"), 76.0));
        columns.push(Column::number(look.t("worklist-col-protocol"), 84.0));
    }
    if scope == Scope::All && !is_narrow {
        columns.push(Column::new(look.t("worklist-col-readers"), 0.0));
    }
    let selected = shown
        .iter()
        .position(|case| Some(&case.id) == state.selected.as_ref());
    let size = theme.type_sizes().body;
    let pressed = Table::new(look, columns).show(
        ui,
        shown.len(),
        selected,
        |row| {
            shown
                .get(row)
                .map_or_else(String::new, |case| case.number.clone())
        },
        |ui, row, cells| {
            let Some(case) = shown.get(row) else { return };
            cells.text(ui, 0, &case.number, size, theme.color.text1);
            let study = if case.study.is_empty() {
                "—"
            } else {
                &case.study
            };
            cells.text(ui, 1, study, size, theme.color.text1);
            cells.place(ui, 2, |ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                chip(ui, look, &look.t(case.state.key()), case.state.color(look));
                if let Some(note) = &case.hold {
                    chip(ui, look, &look.t("hold-chip"), theme.color.warn).on_hover_text(note);
                }
            });
            let share = case.share();
            let color = if share >= 1.0 {
                theme.color.ok
            } else {
                theme.color.accent
            };
            cells.place(ui, 3, |ui| {
                let meter = meter(ui, look, &case.number, share, 74.0, color);
                if let Some(text) = case.share_text(look) {
                    meter.on_hover_text(text);
                }
            });
            if is_narrow {
                return;
            }
            let mut column = 4;
            let mut text = |text: &str, color| {
                cells.text(ui, column, text, size, color);
                column += 1;
            };
            if scope == Scope::Own {
                text(&case.time_text().unwrap_or_default(), theme.color.text1);
            }
            text(&case.series.to_string(), theme.color.text2);
            text(&case.protocol, theme.color.text1);
            if scope == Scope::All {
                let names = if case.readers.is_empty() {
                    look.t("worklist-nobody")
                } else {
                    case.readers.join(&look.t("list-comma"))
                };
                text(&names, theme.color.text2);
            }
        },
    );
    if let Some((row, response)) = pressed
        && let Some(case) = shown.get(row)
    {
        state.selected = Some(case.id.clone());
        if response.double_clicked() {
            out.extend(open_command(case, scope));
        }
    }
}
