//! The key chart over the screen: every key with what it does.

use crate::desk::Command;
use crate::keys::{Chart, ChartGroup};
use crate::widgets::{Button, Look, dialog, label, paint_keys};
use egui::{Align, CornerRadius, FontId, Frame, Layout, Margin, Role, Sense, Stroke, Ui};
use egui::{WidgetInfo, pos2, vec2};

/// Least width of a column, points.
const COLUMN: f32 = 310.0;
/// Most columns.
const MOST_COLUMNS: usize = 4;
/// Heights of a row, and of the title of a group with the room above it, points.
const ROW: f32 = 21.0;
const TITLE: f32 = 34.0;

/// Draws the chart. Returns whether it is to be closed.
pub(in crate::desk) fn key_chart_ui(
    ctx: &egui::Context,
    look: Look<'_>,
    out: &mut Vec<Command>,
) -> bool {
    let theme = look.theme;
    let screen = ctx.content_rect();
    let frame = Frame::new()
        .fill(theme.color.bg2)
        .stroke(Stroke::new(1.0, theme.color.line_strong))
        .corner_radius(CornerRadius::same(theme.radius().card))
        .inner_margin(Margin::same(16));
    let chart = Chart::new(look.keys, look.words);
    let room = screen.width() - 64.0 - 32.0;
    let columns = ((room / COLUMN) as usize).clamp(1, MOST_COLUMNS);
    let width = room.min(columns as f32 * (COLUMN + 30.0));
    let parts = in_columns(&chart.groups, columns);
    let tall = parts.iter().map(|part| tall(part)).fold(0.0, f32::max);
    let mut closes = false;
    let shown = egui::Modal::new(egui::Id::unique("key-chart"))
        .frame(frame)
        .backdrop_color(egui::Color32::from_black_alpha(110))
        .show(ctx, |ui| {
            ui.set_width(width);
            closes = head_ui(ui, look, out);
            let height = screen.height() - 64.0 - 110.0;
            egui::ScrollArea::vertical()
                .max_height(height)
                .min_scrolled_height(tall.min(height))
                .auto_shrink([false, true])
                .show(ui, |ui| columns_ui(ui, look, &parts));
            ui.add_space(8.0);
            let small = theme.type_sizes().small;
            label(ui, look.t("chart-note"), small, theme.color.text2);
            dialog(ui, &look.t("chart-title"));
        });
    closes || shown.should_close()
}

fn head_ui(ui: &mut Ui, look: Look<'_>, out: &mut Vec<Command>) -> bool {
    let theme = look.theme;
    let mut closes = false;
    ui.horizontal(|ui| {
        let size = theme.type_sizes().title;
        label(ui, look.t("chart-title"), size, theme.color.text1);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = Button::new(look, look.t("close")).keys("Esc");
            closes = ui.add(close.named(look.t("close"))).clicked();
            let save = Button::new(look, look.t("chart-print")).icon("export");
            if ui.add(save).clicked() {
                out.push(Command::SaveKeyChart);
            }
        });
    });
    closes
}

/// Height of groups below each other, points.
fn tall(groups: &[&ChartGroup]) -> f32 {
    let rows: usize = groups.iter().map(|group| group.rows.len()).sum();
    TITLE * groups.len() as f32 + ROW * rows as f32
}

/// The groups in columns of about the same height, in their order.
fn in_columns(groups: &[ChartGroup], columns: usize) -> Vec<Vec<&ChartGroup>> {
    let height = |group: &ChartGroup| tall(&[group]);
    let fits = |most: f32| {
        let mut parts: Vec<Vec<&ChartGroup>> = vec![Vec::new()];
        let mut used = 0.0;
        for group in groups {
            let is_full = used > 0.0 && used + height(group) > most;
            if is_full {
                parts.push(Vec::new());
                used = 0.0;
            }
            used += height(group);
            if let Some(part) = parts.last_mut() {
                part.push(group);
            }
        }
        parts
    };
    let whole: f32 = groups.iter().map(height).sum();
    // the least height at which the columns are enough
    let mut most = whole / columns as f32;
    loop {
        let parts = fits(most);
        if parts.len() <= columns || most >= whole {
            return parts;
        }
        most += ROW;
    }
}

fn columns_ui(ui: &mut Ui, look: Look<'_>, parts: &[Vec<&ChartGroup>]) {
    ui.spacing_mut().item_spacing = vec2(28.0, 0.0);
    ui.columns(parts.len().max(1), |columns| {
        for (ui, groups) in columns.iter_mut().zip(parts) {
            for group in groups {
                group_ui(ui, look, group);
            }
        }
    });
}

fn group_ui(ui: &mut Ui, look: Look<'_>, group: &ChartGroup) {
    let theme = look.theme;
    let body = theme.type_sizes().body;
    let (title, _) = ui.allocate_exact_size(vec2(ui.available_width(), TITLE), Sense::hover());
    let at = pos2(title.left(), title.bottom() - 14.0);
    let head = look.t(group.title_key);
    let font = FontId::proportional(body);
    let paint = ui.painter();
    paint.text(
        at,
        egui::Align2::LEFT_CENTER,
        head,
        font,
        theme.color.accent,
    );
    let strong = Stroke::new(1.0, theme.color.line_strong);
    paint.hline(title.x_range(), title.bottom() - 0.5, strong);
    for row in &group.rows {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let told = format!("{}　{}", row.name, row.keys);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &told));
        let right = pos2(rect.right(), rect.center().y);
        let taken = paint_keys(ui, look, right, &row.keys);
        let font = FontId::proportional(theme.type_sizes().small);
        let ink = theme.color.text1;
        let mut job = egui::text::LayoutJob::simple_singleline(row.name.clone(), font, ink);
        job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - taken - 8.0);
        let galley = ui.painter().layout_job(job);
        let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, ink);
        let line = Stroke::new(1.0, theme.color.line);
        ui.painter()
            .hline(rect.x_range(), rect.bottom() - 0.5, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::ChartRow;

    #[test]
    fn groups_stay_whole_and_in_order_in_columns_of_about_one_height() {
        let group = |rows: usize| ChartGroup {
            title_key: "chart-global",
            rows: (0..rows)
                .map(|at| ChartRow {
                    keys: at.to_string(),
                    name: at.to_string(),
                })
                .collect(),
        };
        let groups: Vec<ChartGroup> = [20, 3, 12, 16, 2, 22, 8].map(group).into();
        for columns in 1..=5 {
            let parts = in_columns(&groups, columns);
            assert!(parts.len() <= columns);
            let again: Vec<usize> = parts.iter().flatten().map(|g| g.rows.len()).collect();
            assert_eq!(again, [20, 3, 12, 16, 2, 22, 8]);
            assert!(parts.iter().all(|part| !part.is_empty()));
        }
    }
}
