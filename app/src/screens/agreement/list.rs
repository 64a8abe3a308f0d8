//! The findings on which the readers agree least; a press opens the case there.

use super::{Ask, State};
use crate::agreement_view::{Difference, Row, View};
use crate::desk::Command;
use crate::widgets::{Button, Cells, Column, Look, Table, chip, label, section};
use egui::Ui;

/// Rows of a list that does not scroll by itself; the least agreed come first.
pub(super) const MOST_FLAT: usize = 200;

/// Whether the list has an item and the values of both readers only, and fits beside a panel.
pub(super) fn is_narrow(view: &View) -> bool {
    let further = [
        Cell::Finding,
        Cell::Label,
        Cell::Dice,
        Cell::Hd95,
        Cell::Kind,
    ];
    !further.iter().any(|cell| cell.is_used(&view.rows))
}

/// Draws the list.
/// `is_flat`: it lies in what scrolls already, and shows no more rows than [`MOST_FLAT`].
pub(super) fn list_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    is_flat: bool,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let is_project = state.files.is_empty();
    let hint = if is_project {
        look.t("agreement-list-hint")
    } else {
        String::new()
    };
    section(ui, look, &look.t("agreement-list"), &hint);
    let shown: Vec<usize> = state
        .view
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| state.cell.is_none_or(|cell| row.cell == Some(cell)))
        .map(|(place, _)| place)
        .take(if is_flat { MOST_FLAT } else { usize::MAX })
        .collect();
    if state.cell.is_some() {
        ui.horizontal(|ui| {
            let said = look.f("agreement-cell-rows", &[("count", shown.len().into())]);
            label(ui, said, theme.type_sizes().small, theme.color.text2);
            if ui
                .add(Button::new(look, look.t("agreement-all-rows")))
                .clicked()
            {
                state.cell = None;
            }
        });
    }
    let selected = state
        .selected
        .and_then(|row| shown.iter().position(|n| *n == row));
    let row_at = |place: usize| shown.get(place).and_then(|n| state.view.rows.get(*n));
    let wanted = Cell::ALL
        .into_iter()
        .filter(|cell| cell.is_used(&state.view.rows));
    let used: Vec<Cell> = wanted.collect();
    let has_label = used.contains(&Cell::Label);
    let mut columns: Vec<Column> = used
        .iter()
        .map(|cell| cell.column(look, is_project, has_label))
        .collect();
    // so that the scroll bar covers no figure
    columns.push(Column::new("", 14.0));
    let pressed = Table::new(look, columns)
        .row_height(theme.density.table)
        .flat(is_flat)
        .reveal(selected.filter(|_| ui.input(|input| input.pointer.any_released())))
        .show(
            ui,
            shown.len(),
            selected,
            |place| row_at(place).map_or_else(String::new, name_of),
            |ui, place, cells| {
                let Some(row) = row_at(place) else { return };
                for (column, cell) in used.iter().enumerate() {
                    cell.draw(ui, look, row, (cells, column));
                }
            },
        );
    if let Some((place, _)) = pressed
        && let Some(&index) = shown.get(place)
    {
        state.selected = Some(index);
        if let Some(spot) = state.view.rows.get(index).and_then(|row| row.spot.clone()) {
            out.push(Command::Agreement(Ask::Open(spot)));
        }
    }
}

/// The accessible name of a row.
fn name_of(row: &Row) -> String {
    format!("{} {}", row.case, row.finding)
        .trim_end()
        .to_owned()
}

/// A column of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Case,
    Finding,
    Label,
    A,
    B,
    Dice,
    Hd95,
    Kind,
}

impl Cell {
    const ALL: [Self; 8] = [
        Self::Case,
        Self::Finding,
        Self::Label,
        Self::A,
        Self::B,
        Self::Dice,
        Self::Hd95,
        Self::Kind,
    ];

    /// Whether a row has something in it.
    fn is_used(self, rows: &[Row]) -> bool {
        rows.iter().any(|row| match self {
            Self::Finding => !row.finding.is_empty(),
            Self::Dice => row.dice.is_some(),
            Self::Hd95 => row.hd95_mm.is_some(),
            Self::Kind => row.difference.is_some(),
            Self::Label => !row.label.is_empty(),
            Self::Case | Self::A | Self::B => true,
        })
    }

    /// The column; the case's takes the room of the label's where there is none.
    fn column(self, look: Look<'_>, is_project: bool, has_label: bool) -> Column {
        let case = if is_project {
            "worklist-col-case"
        } else {
            "agreement-item"
        };
        match self {
            Self::Case => Column::new(look.t(case), if has_label { 112.0 } else { 0.0 }),
            Self::Finding => Column::new(look.t("agreement-finding"), 84.0),
            Self::Label => Column::new(look.t("agreement-label"), 0.0),
            Self::A => Column::number("A", 96.0),
            Self::B => Column::number("B", 96.0),
            Self::Dice => Column::number("Dice", 60.0),
            Self::Hd95 => Column::number(look.t("agreement-hd95"), 92.0),
            Self::Kind => Column::new(look.t("agreement-kind"), 118.0),
        }
    }

    fn draw(self, ui: &mut Ui, look: Look<'_>, row: &Row, (cells, column): (&Cells<'_>, usize)) {
        let theme = look.theme;
        let number = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "—".to_owned(), |v| format!("{v:.digits$}"))
        };
        let (text, color) = match self {
            Self::Case => (row.case.clone(), theme.color.text1),
            Self::Finding => (row.finding.clone(), theme.color.text1),
            Self::Label => (row.label.clone(), theme.color.text1),
            Self::A => (row.a.clone(), theme.color.a),
            Self::B => (row.b.clone(), theme.color.b),
            Self::Dice => (number(row.dice, 2), theme.color.text1),
            Self::Hd95 => (number(row.hd95_mm, 1), theme.color.text1),
            Self::Kind => {
                if let Some(difference) = row.difference {
                    let color = match difference {
                        Difference::Answer => theme.color.warn,
                        Difference::OnlyA | Difference::OnlyB => theme.color.text1,
                        Difference::Shape | Difference::ShapeAndAnswer => theme.color.danger,
                    };
                    cells.place(ui, column, |ui| {
                        chip(ui, look, &look.t(difference.key()), color)
                    });
                }
                return;
            }
        };
        cells.text(ui, column, &text, theme.type_sizes().body, color);
    }
}
