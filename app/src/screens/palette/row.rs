//! A row of the palette: icon, name, reading or effect, kind, key.

use super::{Item, Kind};
use crate::widgets::{Look, icon_family, paint_keys, swatch};
use egui::{Align2, Color32, CornerRadius, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// Width of the column of keys, and of the kinds before it, points.
const KEYS: f32 = 76.0;
const KINDS: f32 = 92.0;

/// Draws a row; whether it was pressed.
pub(super) fn row_ui(
    ui: &mut Ui,
    look: Look<'_>,
    height: f32,
    item: &Item,
    is_in_hand: bool,
) -> bool {
    let theme = look.theme;
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let can = item.deed.is_some();
    let told = spoken(item);
    response.widget_info(|| WidgetInfo::selected(Role::Row, can, is_in_hand, &told));
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    let color = &theme.color;
    let ground = if is_in_hand {
        Some(color.selection)
    } else if response.hovered() {
        Some(color.bg4)
    } else {
        None
    };
    let paint = ui.painter();
    if let Some(ground) = ground {
        paint.rect_filled(rect, CornerRadius::ZERO, ground);
    }
    if is_in_hand {
        let mark = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        paint.rect_filled(mark, CornerRadius::ZERO, color.accent);
    }
    let at = pos2(rect.left() + 24.0, rect.center().y);
    let dim = if can { color.text1 } else { color.text2 };
    match item.color {
        Some(of) => {
            let square = Rect::from_center_size(at, vec2(14.0, 14.0));
            swatch(paint, square, 2, of);
        }
        None => {
            let font = FontId::new(17.0, icon_family());
            let icon = theme.icon(item.icon);
            paint.text(at, Align2::CENTER_CENTER, icon, font, color.text2);
        }
    }
    texts_ui(ui, look, item, rect, dim);
    right_ui(ui, look, item, rect);
    response.clicked()
}

fn spoken(item: &Item) -> String {
    let parts = [&item.name, &item.group, &item.effect, &item.keys];
    let told: Vec<&str> = parts
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    told.join("　")
}

/// The name with what stands beside it, and the effect below.
fn texts_ui(ui: &Ui, look: Look<'_>, item: &Item, rect: Rect, ink: Color32) {
    let theme = look.theme;
    let (body, small) = (theme.type_sizes().body, theme.type_sizes().small);
    let left = rect.left() + 48.0;
    let right = rect.right() - KEYS - KINDS - 8.0;
    let line = |text: &str, size: f32, color: Color32, width: f32| {
        let font = FontId::proportional(size);
        let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(8.0));
        ui.painter().layout_job(job)
    };
    let second = theme.color.text2;
    let has_effect = !item.effect.is_empty();
    let first_y = if has_effect {
        rect.top() + rect.height() * 0.31
    } else {
        rect.center().y
    };
    let name = line(&item.name, body, ink, right - left);
    let ends = left + name.size().x;
    let at = pos2(left, first_y - name.size().y / 2.0);
    ui.painter().galley(at, name, ink);
    // what is beside the name gives way to it whole
    if !item.beside.is_empty() && right - ends > 60.0 {
        let beside = line(&item.beside, small, second, right - ends - 12.0);
        let at = pos2(ends + 12.0, first_y - beside.size().y / 2.0);
        ui.painter().galley(at, beside, second);
    }
    if has_effect {
        let effect = line(&item.effect, small, second, right - left);
        let y = rect.top() + rect.height() * 0.72;
        let at = pos2(left, y - effect.size().y / 2.0);
        ui.painter().galley(at, effect, second);
    }
}

/// The kind, the code below it, and the keys at the edge.
fn right_ui(ui: &Ui, look: Look<'_>, item: &Item, rect: Rect) {
    let theme = look.theme;
    let right = rect.right() - KEYS;
    let font = |size: f32| FontId::proportional(size);
    let second = theme.color.text2;
    let paint = ui.painter();
    let is_coded = matches!(item.kind, Kind::Label | Kind::Term) && !item.code.is_empty();
    let share = if is_coded { 0.31 } else { 0.5 };
    let at = pos2(right, rect.top() + rect.height() * share);
    let small = theme.type_sizes().small;
    paint.text(at, Align2::RIGHT_CENTER, &item.group, font(small), second);
    if is_coded {
        let at = pos2(right, rect.top() + rect.height() * 0.72);
        let caption = font(theme.type_sizes().caption);
        let mut job = egui::text::LayoutJob::simple_singleline(item.code.clone(), caption, second);
        job.wrap = egui::text::TextWrapping::truncate_at_width(KINDS);
        let galley = paint.layout_job(job);
        let at = at - vec2(galley.size().x, galley.size().y / 2.0);
        paint.galley(at, galley, second);
    }
    if !item.keys.is_empty() {
        paint_keys(
            ui,
            look,
            pos2(rect.right() - 12.0, rect.center().y),
            &item.keys,
        );
    }
}
