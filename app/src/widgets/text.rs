//! Labels, icons, chips, key caps, section titles and progress meters.

use super::{Look, icon_family};
use egui::{
    Align2, Color32, CornerRadius, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, vec2,
};

/// A line of text in a size and colour.
pub fn label(ui: &mut Ui, text: impl Into<String>, size: f32, color: Color32) -> Response {
    ui.add(egui::Label::new(egui::RichText::new(text).size(size).color(color)).selectable(false))
}

/// An icon of the theme.
pub fn icon(ui: &mut Ui, look: Look<'_>, name: &str, size: f32, color: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size + 2.0), Sense::hover());
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        look.theme.icon(name),
        FontId::new(size, icon_family()),
        color,
    );
    response
}

/// A word on a small coloured ground: a state.
pub fn chip(ui: &mut Ui, look: Look<'_>, text: &str, color: Color32) -> Response {
    let theme = look.theme;
    let galley = ui.painter().layout_no_wrap(
        text.to_owned(),
        FontId::proportional(theme.type_sizes().small),
        color,
    );
    let size = galley.size() + vec2(12.0, 4.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().rect(
        rect,
        CornerRadius::same(2),
        theme.color.bg4,
        // on a ground of the same lightness the rim alone shows the chip
        Stroke::new(1.0, theme.color.line),
        StrokeKind::Inside,
    );
    ui.painter()
        .galley(rect.center() - galley.size() / 2.0, galley, color);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// The width and height of a key cap.
pub(super) fn key_cap_size(ui: &Ui, look: Look<'_>, keys: &str) -> Vec2 {
    let galley = ui.painter().layout_no_wrap(
        keys.to_owned(),
        FontId::proportional(look.theme.type_sizes().caption),
        Color32::WHITE,
    );
    galley.size() + vec2(8.0, 3.0)
}

/// Paints a key cap into a rectangle.
pub(super) fn paint_key_cap(
    ui: &Ui,
    look: Look<'_>,
    rect: Rect,
    keys: &str,
    text: Color32,
    ground: Color32,
) {
    ui.painter()
        .rect_filled(rect, CornerRadius::same(2), ground);
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        keys,
        FontId::proportional(look.theme.type_sizes().caption),
        text,
    );
}

/// Paints a key whose right edge is in the middle of a line at a place. Returns its width.
pub fn paint_keys(ui: &Ui, look: Look<'_>, right: egui::Pos2, keys: &str) -> f32 {
    let size = key_cap_size(ui, look, keys);
    let place = Rect::from_min_size(right - vec2(size.x, size.y / 2.0), size);
    let color = &look.theme.color;
    // seen on the ground of tables in both modes
    paint_key_cap(ui, look, place, keys, color.text2, color.bg5);
    size.x
}

/// A key, as it stands on the keyboard.
pub fn key_cap(ui: &mut Ui, look: Look<'_>, keys: &str) {
    let size = key_cap_size(ui, look, keys);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    paint_key_cap(
        ui,
        look,
        rect,
        keys,
        look.theme.color.text2,
        look.theme.color.bg5,
    );
}

/// Names a box that lies over the screen, for readers of the screen; to be called when it is filled.
pub fn dialog(ui: &Ui, name: &str) {
    let name = name.to_owned();
    ui.response()
        .widget_info(|| WidgetInfo::labeled(Role::Dialog, true, &name));
}

/// The title of a part of a panel, with a remark at the right.
pub fn section(ui: &mut Ui, look: Look<'_>, title: &str, remark: &str) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        ui.set_min_height(22.0);
        label(ui, title, theme.type_sizes().body, theme.color.text2);
        if !remark.is_empty() {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                label(ui, remark, theme.type_sizes().small, theme.color.text3);
            });
        }
    });
}

/// A hair line across a panel.
pub fn separator(ui: &mut Ui, look: Look<'_>) {
    let line = ui.max_rect().expand(10.0).intersect(ui.clip_rect());
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 9.0), Sense::hover());
    ui.painter().hline(
        line.x_range(),
        rect.center().y,
        Stroke::new(1.0, look.theme.color.line),
    );
}

/// How far something has come, 0 to 1, as a bar with a name for readers of the screen.
pub fn meter(
    ui: &mut Ui,
    look: Look<'_>,
    name: &str,
    share: f32,
    width: f32,
    color: Color32,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 12.0), Sense::hover());
    let bar = Rect::from_center_size(rect.center(), vec2(width, 4.0));
    let share = share.clamp(0.0, 1.0);
    ui.painter()
        .rect_filled(bar, CornerRadius::same(2), look.theme.color.bg5);
    if share > 0.0 {
        let done = Rect::from_min_size(bar.min, vec2(width * share, 4.0));
        ui.painter().rect_filled(done, CornerRadius::same(2), color);
    }
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, name);
        info.value = Some(f64::from(share) * 100.0);
        info
    });
    response
}

/// Paints the border of a control.
pub(super) fn border(ui: &Ui, rect: Rect, color: Color32) {
    ui.painter().rect_stroke(
        rect,
        CornerRadius::same(3),
        Stroke::new(1.0, color),
        StrokeKind::Inside,
    );
}
