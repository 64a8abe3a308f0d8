//! Agreement: where do readers differ. Figures, matrices, plots and the least agreed findings, of the
//! project's compared cases or of files; a click leads to the case at the spot.

mod head;
mod list;
mod matrix;
mod plots;

use crate::agreement_view::{Chosen, Spot, View};
use crate::desk::Command;
use crate::widgets::{Look, Tone, label, said};
use egui::{Frame, Margin, Rect, Sense, Ui, UiBuilder, vec2};
use std::path::PathBuf;

/// What was asked of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Look at one label, or the matrix of another field.
    Choose(Chosen),
    /// Compute again from what is submitted now.
    Recompute,
    /// Let the person choose files to compare.
    ChooseFiles,
    /// Compare these files.
    Files(Vec<PathBuf>),
    /// Back to the project.
    CloseFiles,
    /// Open a case at a row of its comparison.
    Open(Spot),
}

/// What the screen keeps.
#[derive(Default)]
pub struct State {
    /// What is shown.
    pub view: View,
    /// Whether something was computed.
    pub is_there: bool,
    /// Files that are compared instead of the project.
    pub files: Vec<PathBuf>,
    /// Paths of files as they are typed, with semicolons between; `None`: not asked for.
    pub typed: Option<String>,
    /// What the person chose to look at.
    pub chosen: Chosen,
    /// Cell of the matrix whose findings alone are listed.
    pub cell: Option<[usize; 2]>,
    /// Row of the list that was pressed last.
    pub selected: Option<usize>,
    /// When it was computed, and in how many seconds.
    pub computed: Option<(String, f64)>,
    /// Whether it is being computed.
    pub is_busy: bool,
    /// Where the report goes.
    pub report_path: String,
    /// What was done last.
    pub said: Option<String>,
    /// Why files cannot be compared.
    pub fault: Option<String>,
}

/// A part of the screen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Panel {
    Confusion,
    Differences,
    Pairs,
    Groups,
    Dice,
}

/// Width below which panels stand in two columns, and in one.
const THREE_COLUMNS: f32 = 1120.0;
const TWO_COLUMNS: f32 = 720.0;
/// Least height of a panel.
const PANEL_HEIGHT: f32 = 286.0;

/// Draws the screen.
pub fn agreement_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let frame = Frame::new().fill(theme.color.bg1).inner_margin(Margin {
        left: 14,
        right: 14,
        top: 8,
        bottom: 8,
    });
    egui::CentralPanel::no_frame().frame(frame).show(ui, |ui| {
        head::head_ui(ui, look, state, out);
        head::typed_ui(ui, look, state, out);
        if let Some(text) = &state.said {
            said(ui, look, Tone::Good, text);
        }
        if let Some(text) = &state.fault {
            said(ui, look, Tone::Fault, text);
        }
        if !state.is_there {
            ui.add_space(ui.available_height() * 0.3);
            let key = if state.is_busy {
                "agreement-busy"
            } else {
                "agreement-empty"
            };
            ui.vertical_centered(|ui| {
                label(ui, look.t(key), theme.type_sizes().head, theme.color.text2)
            });
            return;
        }
        let area = egui::ScrollArea::vertical().auto_shrink([false, false]);
        area.show(ui, |ui| {
            head::tiles_ui(ui, look, &state.view.tiles);
            for warning in &state.view.warnings {
                said(ui, look, Tone::Warn, warning);
            }
            panels_ui(ui, look, state, out);
        });
    });
}

/// The panels that have something to show.
fn panels(view: &View) -> Vec<Panel> {
    let has = [
        (Panel::Confusion, view.confusion.is_some()),
        (
            Panel::Differences,
            view.differences
                .as_ref()
                .is_some_and(|d| !d.points.is_empty()),
        ),
        (
            Panel::Pairs,
            view.pairs.as_ref().is_some_and(|p| p.names.len() > 1),
        ),
        (Panel::Groups, !view.groups.is_empty()),
        (Panel::Dice, !view.dice.is_empty()),
    ];
    has.into_iter()
        .filter(|(_, has)| *has)
        .map(|(panel, _)| panel)
        .collect()
}

/// Between panels.
const GAP: f32 = 8.0;

/// Width of one of several panels side by side.
fn cell_width(width: f32, columns: usize) -> f32 {
    (width - GAP * (columns as f32 - 1.0)) / columns as f32
}

/// Panels in rows; the list takes what is left of the last row, or a row of its own below them.
fn panels_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let panels = panels(&state.view);
    let width = ui.available_width();
    let columns = match width {
        w if w >= THREE_COLUMNS => 3,
        w if w >= TWO_COLUMNS => 2,
        _ => 1,
    };
    let in_last = panels.len() % columns;
    let room_for_list = columns == 3 || (columns == 2 && list::is_narrow(&state.view));
    let list_is_beside = room_for_list && in_last == 1;
    let list_width = (columns - 1) as f32 * (cell_width(width, columns) + GAP) - GAP;
    let rows = panels.len().div_ceil(columns) + usize::from(!list_is_beside);
    ui.spacing_mut().item_spacing = vec2(GAP, GAP);
    let left = ui.available_height() - GAP * rows as f32;
    let height = (left / rows as f32).max(PANEL_HEIGHT);
    let cell = cell_width(width, columns);
    let n_rows = panels.chunks(columns).len();
    for (number, row) in panels.chunks(columns).enumerate() {
        ui.horizontal(|ui| {
            for panel in row {
                framed(ui, look, vec2(cell, height), |ui| {
                    panel_ui(ui, look, *panel, state);
                });
            }
            if list_is_beside && number + 1 == n_rows {
                framed(ui, look, vec2(list_width, height), |ui| {
                    list::list_ui(ui, look, state, false, out);
                });
            }
        });
    }
    if !list_is_beside {
        // as high as its rows, so that there is one thing that scrolls
        let rows = state.view.rows.len().min(list::MOST_FLAT) as f32;
        let height = look.theme.density.table * (rows + 2.0) + 64.0;
        framed(ui, look, vec2(width, height), |ui| {
            list::list_ui(ui, look, state, true, out);
        });
    }
}

/// A part of the screen on its own ground.
fn framed(ui: &mut Ui, look: Look<'_>, size: egui::Vec2, content: impl FnOnce(&mut Ui)) {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().rect_filled(rect, 0.0, look.theme.color.bg2);
    let inner = Rect::from_min_max(rect.min + vec2(10.0, 6.0), rect.max - vec2(10.0, 8.0));
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(inner)
            .layout(egui::Layout::top_down(egui::Align::Min)),
    );
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    content(&mut child);
}

fn panel_ui(ui: &mut Ui, look: Look<'_>, panel: Panel, state: &mut State) {
    ui.spacing_mut().item_spacing = vec2(4.0, 2.0);
    match panel {
        Panel::Confusion => matrix::confusion_ui(ui, look, state),
        Panel::Differences => plots::differences_ui(ui, look, state),
        Panel::Pairs => matrix::pairs_ui(ui, look, &state.view),
        Panel::Groups => plots::groups_ui(ui, look, &state.view.groups),
        Panel::Dice => plots::dice_ui(ui, look, &state.view.dice),
    }
}
