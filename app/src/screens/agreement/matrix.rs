//! Matrices: categories of two readers, and a figure of each pair of readers.

use super::State;
use crate::agreement_view::{Confusion, View};
use crate::widgets::{Look, section};
use egui::{
    Align2, Color32, FontId, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Draws the matrix of categories; a press lists the findings of the cell alone.
pub(super) fn confusion_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
    let Some(confusion) = &state.view.confusion else {
        return;
    };
    let fields = &state.view.fields;
    let field = fields.iter().find(|(id, _)| *id == state.view.field);
    let name = field
        .filter(|_| state.files.is_empty())
        .map(|(_, name)| name.as_str());
    let title = match name {
        Some(name) => look.f("agreement-confusion-of", &[("what", name.into())]),
        None => look.t("agreement-confusion"),
    };
    section(ui, look, &title, &look.t("agreement-confusion-hint"));
    let names = names_of(look, confusion);
    let most = confusion
        .counts
        .iter()
        .flatten()
        .copied()
        .max()
        .unwrap_or(0)
        .max(1);
    let text = |row: usize, column: usize| confusion.counts[row][column].to_string();
    let shade = |row: usize, column: usize| confusion.counts[row][column] as f32 / most as f32;
    let pressed = grid_ui(
        ui,
        look,
        &Grid {
            names: &names,
            color: look.theme.color.a,
            chosen: state.cell,
            is_pressable: true,
            shades: &|row, column| Some((text(row, column), shade(row, column))),
        },
    );
    if let Some(cell) = pressed {
        state.cell = (state.cell != Some(cell)).then_some(cell);
        state.selected = None;
    }
}

fn names_of(look: Look<'_>, confusion: &Confusion) -> Vec<String> {
    let mut names = confusion.names.clone();
    if confusion.has_none {
        names.push(look.t("agreement-none"));
    }
    names
}

/// Draws the figure of each pair of readers.
pub(super) fn pairs_ui(ui: &mut Ui, look: Look<'_>, view: &View) {
    let Some(pairs) = &view.pairs else { return };
    let title = look.f(
        "agreement-of-pairs",
        &[("what", pairs.title.as_str().into())],
    );
    section(ui, look, &title, "");
    let shades = |row: usize, column: usize| {
        let value = pairs.values.get(row)?.get(column).copied().flatten()?;
        Some((format!("{value:.2}"), value.clamp(0.0, 1.0) as f32))
    };
    let grid = Grid {
        names: &pairs.names,
        color: look.theme.color.ok,
        chosen: None,
        is_pressable: false,
        shades: &shades,
    };
    grid_ui(ui, look, &grid);
}

/// Names of rows and columns, and the text and shade of each cell.
struct Grid<'a> {
    names: &'a [String],
    color: Color32,
    chosen: Option<[usize; 2]>,
    is_pressable: bool,
    shades: &'a dyn Fn(usize, usize) -> Option<(String, f32)>,
}

/// Draws a grid over what is left of the panel; the cell that was pressed.
fn grid_ui(ui: &mut Ui, look: Look<'_>, grid: &Grid<'_>) -> Option<[usize; 2]> {
    let theme = look.theme;
    let font = FontId::proportional(theme.type_sizes().small);
    let n = grid.names.len();
    let area = ui.available_rect_before_wrap();
    let width_of = |text: &str| {
        let galley = ui
            .painter()
            .layout_no_wrap(text.to_owned(), font.clone(), theme.color.text2);
        galley.size().x
    };
    let longest = grid
        .names
        .iter()
        .map(|name| width_of(name))
        .fold(0.0, f32::max);
    let left = (longest + 12.0).min(area.width() * 0.34);
    let top = 24.0;
    let cell = vec2(
        ((area.width() - left) / n as f32).min(110.0),
        ((area.height() - top) / n as f32).clamp(18.0, 72.0),
    );
    let at = |row: usize, column: usize| {
        let corner = area.min + vec2(left + cell.x * column as f32, top + cell.y * row as f32);
        Rect::from_min_size(corner, cell).shrink(1.0)
    };
    ui.allocate_rect(area, Sense::hover());
    for (number, name) in grid.names.iter().enumerate() {
        let head = Rect::from_min_size(
            pos2(at(0, number).left(), area.top()),
            vec2(cell.x - 2.0, top),
        );
        fitted(ui, look, head, name, Align2::CENTER_CENTER);
        let side = Rect::from_min_max(
            pos2(area.left(), at(number, 0).top()),
            pos2(area.left() + left - 8.0, at(number, 0).bottom()),
        );
        fitted(ui, look, side, name, Align2::RIGHT_CENTER);
    }
    let mut pressed = None;
    for (row, column) in (0..n).flat_map(|row| (0..n).map(move |column| (row, column))) {
        let rect = at(row, column);
        let Some((text, shade)) = (grid.shades)(row, column) else {
            ui.painter().rect_filled(rect, 0.0, theme.color.bg1);
            continue;
        };
        let ground = theme
            .color
            .bg1
            .lerp_to_gamma(grid.color, 0.12 + 0.68 * shade);
        ui.painter().rect_filled(rect, 0.0, ground);
        if grid.chosen == Some([row, column]) {
            let line = Stroke::new(2.0, theme.color.accent);
            ui.painter()
                .rect_stroke(rect, 0.0, line, StrokeKind::Inside);
        }
        let ink = readable_on(ground);
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            &text,
            font.clone(),
            ink,
        );
        if grid.is_pressable {
            let name = format!("A {} · B {}: {text}", grid.names[row], grid.names[column]);
            let response = ui.interact(
                rect,
                ui.scope_id().with(("cell", row, column)),
                Sense::click(),
            );
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if response.clicked() {
                pressed = Some([row, column]);
            }
            response.on_hover_text(name);
        }
    }
    pressed
}

/// Black or white, whichever is farther from the ground.
fn readable_on(ground: Color32) -> Color32 {
    let [r, g, b, _] = ground.to_array().map(f32::from);
    if 0.299 * r + 0.587 * g + 0.114 * b > 140.0 {
        Color32::from_gray(16)
    } else {
        Color32::from_gray(240)
    }
}

/// A text that ends in dots where it is longer than its place.
fn fitted(ui: &Ui, look: Look<'_>, rect: Rect, text: &str, align: Align2) {
    let theme = look.theme;
    let font = FontId::proportional(theme.type_sizes().small);
    let mut job =
        egui::text::LayoutJob::simple_singleline(text.to_owned(), font, theme.color.text2);
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width());
    let galley = ui.painter().layout_job(job);
    let place = align.align_size_within_rect(galley.size(), rect);
    ui.painter().galley(place.min, galley, theme.color.text2);
}
