//! The status bar, and notices at the edge of the window.

use crate::desk::Notice;
use crate::widgets::{Look, icon, label};
use egui::{
    Align, Align2, CornerRadius, Frame, Layout, Margin, Panel, Role, Stroke, Ui, WidgetInfo, vec2,
};

/// Draws the status bar: what is at the left, what is at the right.
pub(in crate::desk) fn status_ui(ui: &mut Ui, look: Look<'_>, left: &str, right: &[String]) {
    let theme = look.theme;
    let frame = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 0));
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
            ui.horizontal_centered(|ui| {
                label(ui, left, theme.type_sizes().small, theme.color.text2);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = 16.0;
                    for text in right.iter().rev() {
                        label(ui, text, theme.type_sizes().small, theme.color.text2);
                    }
                });
            });
        });
}

/// Draws notices at the bottom right, never over a viewport. Returns the index of one that was closed.
pub(in crate::desk) fn notices_ui(
    ctx: &egui::Context,
    look: Look<'_>,
    notices: &[Notice],
) -> Option<usize> {
    let theme = look.theme;
    let mut closed = None;
    for (place, (index, notice)) in notices.iter().enumerate().rev().take(3).enumerate() {
        let offset = vec2(-12.0, -36.0 - place as f32 * 72.0);
        egui::Area::new(egui::Id::unique(("notice", index)))
            .anchor(Align2::RIGHT_BOTTOM, offset)
            .show(ctx, |ui| {
                let color = if notice.is_error {
                    theme.color.danger
                } else {
                    theme.color.accent
                };
                let card = Frame::new()
                    .fill(theme.color.bg3)
                    .stroke(Stroke::new(1.0, color))
                    .corner_radius(CornerRadius::same(4))
                    .inner_margin(Margin::same(10));
                card.show(ui, |ui| {
                    ui.set_width(300.0);
                    ui.horizontal_top(|ui| {
                        icon(
                            ui,
                            look,
                            if notice.is_error { "warning" } else { "info" },
                            16.0,
                            color,
                        );
                        let text = egui::RichText::new(&notice.text)
                            .size(theme.type_sizes().body)
                            .color(theme.color.text1);
                        ui.allocate_ui(vec2(230.0, 20.0), |ui| {
                            let response = ui.add(egui::Label::new(text).wrap());
                            response.widget_info(|| {
                                WidgetInfo::labeled(Role::Label, true, &notice.text)
                            });
                        });
                        if crate::screens::icon_act(ui, look, "close", &look.t("close")) {
                            closed = Some(index);
                        }
                    });
                });
            });
    }
    closed
}
