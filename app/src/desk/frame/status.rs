//! The status bar, and notices in it: there they cover no button, no field and no picture, and
//! nothing moves when one comes or goes.

use crate::desk::Notice;
use crate::screens::icon_act_in;
use crate::widgets::{Look, Tone, chip, icon, label, paragraph};
use egui::{
    Align, Color32, CornerRadius, Frame, Layout, Margin, Panel, Popup, Role, Sense, Stroke, Ui,
    WidgetInfo,
};

/// Draws the status bar: what is at the left, what is at the right, and in place of the left what is to
/// be noticed. Returns the index of a notice that was closed.
pub(in crate::desk) fn status_ui(
    ui: &mut Ui,
    look: Look<'_>,
    left: &str,
    right: &[String],
    notices: &[Notice],
) -> Option<usize> {
    let theme = look.theme;
    let frame = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 0));
    let mut closed = None;
    Panel::bottom("status")
        .exact_size(theme.density.status)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            let line = ui.max_rect();
            ui.painter().hline(
                line.expand(10.0).x_range(),
                line.top() + 0.5,
                Stroke::new(1.0, theme.color.line),
            );
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                for text in right.iter().rev() {
                    label(ui, text, theme.type_sizes().small, theme.color.text2);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    if let Some((index, notice)) = most_urgent(notices) {
                        if notice_ui(ui, look, notice, notices.len() - 1) {
                            closed = Some(index);
                        }
                        return;
                    }
                    let text = egui::RichText::new(left)
                        .size(theme.type_sizes().small)
                        .color(theme.color.text2);
                    ui.add(egui::Label::new(text).truncate().selectable(false));
                });
            });
        });
    closed
}

/// The latest fault, else the latest notice.
fn most_urgent(notices: &[Notice]) -> Option<(usize, &Notice)> {
    let latest = || notices.iter().enumerate().rev();
    latest()
        .find(|(_, notice)| notice.is_error)
        .or_else(|| latest().next())
}

/// Draws a notice in one line; pressed, it shows its whole text. Returns whether it was closed.
fn notice_ui(ui: &mut Ui, look: Look<'_>, notice: &Notice, others: usize) -> bool {
    let theme = look.theme;
    let (mark, ground, text_color, mark_color) = if notice.is_error {
        let (mark, _) = Tone::Fault.mark(look);
        let white = Color32::WHITE;
        (mark, theme.color.danger_fill, white, white)
    } else {
        let color = &theme.color;
        ("info", color.bg4, color.text1, color.accent)
    };
    let ground_at = ui.painter().add(egui::Shape::Noop);
    ui.spacing_mut().item_spacing.x = theme.space().s;
    let left = ui.cursor().left();
    icon(ui, look, mark, 15.0, mark_color);
    let most = ui.available_width() - 80.0;
    let text = egui::RichText::new(&notice.text)
        .size(theme.type_sizes().body)
        .color(text_color);
    let response = ui
        .scope(|ui| {
            ui.set_max_width(most);
            let line = egui::Label::new(text).truncate().selectable(false);
            ui.add(line.sense(Sense::click()))
        })
        .inner;
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &notice.text));
    Popup::menu(&response).show(|ui| {
        ui.set_max_width(460.0);
        let size = theme.type_sizes().body;
        paragraph(ui, look, &notice.text, size, theme.color.text1);
    });
    let is_closed = icon_act_in(ui, look, "close", &look.t("close"), [text_color; 2]);
    let end = ui.min_rect().right();
    if others > 0 {
        chip(ui, look, &format!("+{others}"), theme.color.text2);
    }
    let bar = ui.max_rect();
    let rect = egui::Rect::from_x_y_ranges(left - 6.0..=end + 4.0, bar.top() + 2.0..=bar.bottom());
    let shape = egui::Shape::rect_filled(rect, CornerRadius::same(2), ground);
    ui.painter().set(ground_at, shape);
    is_closed
}
