//! The list of cases.

use super::{CaseRow, Scope, State, View, open_command};
use crate::desk::Command;
use crate::widgets::{Cells, Column, Look, Table, chip, meter};
use egui::Ui;

/// What the columns depend on.
#[derive(Clone, Copy)]
struct Width {
    scope: Scope,
    is_narrow: bool,
}

pub(super) fn table_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    shown: &[&CaseRow],
    out: &mut Vec<Command>,
) {
    let width = Width {
        scope: state.scope(view),
        is_narrow: super::is_narrow(ui),
    };
    let selected = shown
        .iter()
        .position(|case| Some(&case.id) == state.selected.as_ref());
    let pressed = Table::new(look, columns(look, width)).show(
        ui,
        shown.len(),
        selected,
        |row| {
            shown
                .get(row)
                .map_or_else(String::new, |case| case.number.clone())
        },
        |ui, row, cells| {
            if let Some(case) = shown.get(row) {
                row_ui(ui, look, width, case, cells);
            }
        },
    );
    if let Some((row, response)) = pressed
        && let Some(case) = shown.get(row)
    {
        state.selected = Some(case.id.clone());
        if response.double_clicked() {
            out.extend(open_command(case, width.scope));
        }
    }
}

fn columns(look: Look<'_>, Width { scope, is_narrow }: Width) -> Vec<Column> {
    let mut columns = vec![
        Column::new(look.t("worklist-col-case"), 88.0),
        Column::new(look.t("worklist-col-study"), 0.0),
        Column::new(look.t("worklist-col-state"), 164.0),
        Column::new(look.t("worklist-col-progress"), 96.0),
    ];
    if is_narrow {
        return columns;
    }
    if scope == Scope::Own {
        columns.push(Column::number(look.t("worklist-col-time"), 76.0));
    }
    columns.push(Column::number(look.t("worklist-col-series"), 76.0));
    columns.push(Column::number(look.t("worklist-col-protocol"), 84.0));
    if scope == Scope::All {
        columns.push(Column::new(look.t("worklist-col-readers"), 0.0));
    }
    columns
}

fn row_ui(
    ui: &mut Ui,
    look: Look<'_>,
    Width { scope, is_narrow }: Width,
    case: &CaseRow,
    cells: &Cells<'_>,
) {
    let theme = look.theme;
    let size = theme.type_sizes().body;
    let study = if case.study.is_empty() {
        "—"
    } else {
        &case.study
    };
    cells.text(ui, 0, &case.number, size, theme.color.text1);
    cells.text(ui, 1, study, size, theme.color.text1);
    state_ui(ui, look, case, cells);
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
}

/// State and how far it has come: the third and the fourth column.
fn state_ui(ui: &mut Ui, look: Look<'_>, case: &CaseRow, cells: &Cells<'_>) {
    let color = &look.theme.color;
    cells.place(ui, 2, |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        chip(ui, look, &look.t(case.state.key()), case.state.color(look));
        if let Some(note) = &case.hold {
            chip(ui, look, &look.t("hold-chip"), color.warn).on_hover_text(note);
        }
    });
    let share = case.share();
    let ink = if case.state.is_submitted() {
        color.ok
    } else {
        color.accent
    };
    cells.place(ui, 3, |ui| {
        let meter = meter(ui, look, &case.number, share, 74.0, ink);
        if let Some(text) = case.share_text(look) {
            meter.on_hover_text(text);
        }
    });
}
