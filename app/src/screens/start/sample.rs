//! The card of the sample.

use super::{State, View};
use crate::desk::Command;
use crate::widgets::{Button, Look, label, meter};
use egui::{CornerRadius, Frame, Margin, Rect, Sense, Stroke, Ui, pos2, vec2};

pub(super) fn sample_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let card = Frame::new()
        .fill(theme.color.bg2)
        .stroke(Stroke::new(1.0, theme.color.line))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::same(14));
    card.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal(|ui| {
            // The place is kept while the picture is made, so that the button does not move.
            let (place, _) = ui.allocate_exact_size(vec2(150.0, 114.0), Sense::hover());
            ui.painter()
                .rect_filled(place, CornerRadius::same(2), theme.color.bg0);
            if let Some(picture) = view.sample_picture {
                // The body without the black round it.
                let body = Rect::from_min_max(pos2(0.04, 0.15), pos2(0.96, 0.85));
                egui::Image::new(picture)
                    .uv(body)
                    .corner_radius(CornerRadius::same(2))
                    .paint_at(ui, place);
            }
            ui.add_space(10.0);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 6.0;
                ui.add_space(18.0);
                label(
                    ui,
                    look.t("start-sample-title"),
                    theme.type_sizes().head,
                    theme.color.text1,
                );
                label(
                    ui,
                    look.t("start-sample-text"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
                ui.add_space(4.0);
                ui.horizontal(|ui| open_ui(ui, look, state, out));
                label(
                    ui,
                    look.t("start-sample-size"),
                    theme.type_sizes().small,
                    theme.color.text3,
                );
            });
        });
    });
}

/// The buttons, or how far the sample is while it is made.
fn open_ui(ui: &mut Ui, look: Look<'_>, state: &State, out: &mut Vec<Command>) {
    let theme = look.theme;
    if let Some(share) = state.sample {
        let name = look.t("start-sample-title");
        meter(ui, look, &name, share, 160.0, theme.color.accent);
        let percent = (share * 100.0).round();
        let text = look.f("start-sample-making", &[("percent", percent.into())]);
        label(ui, text, theme.type_sizes().body, theme.color.text1);
        return;
    }
    let open = Button::new(look, look.t("start-sample-open"))
        .primary()
        .icon("play");
    if ui.add(open).clicked() {
        out.push(Command::OpenSample);
    }
    let tour = Button::new(look, look.t("start-sample-tour"));
    if ui.add(tour).clicked() {
        out.extend([Command::Tour, Command::OpenSample]);
    }
}
