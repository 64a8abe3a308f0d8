//! The card of the tour: a line above the viewports, so that it covers nothing of the image.

use crate::desk::Command;
use crate::keys::Action;
use crate::room::{TOUR_SLICES, TourCard, TourStep};
use crate::widgets::{Button, Look, chip, icon};
use egui::{Align, Frame, Label, Layout, Margin, RichText, Ui};

/// Draws it.
pub(super) fn tour_ui(ui: &mut Ui, look: Look<'_>, card: TourCard, out: &mut Vec<Command>) {
    let theme = look.theme;
    let steps = [
        ("at", card.step.number().into()),
        ("total", TourStep::ALL.len().into()),
    ];
    let band = Frame::new()
        .fill(theme.color.selection)
        .inner_margin(Margin::symmetric(12, 4));
    band.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_width(ui.available_width());
            ui.set_min_height(theme.density.control);
            ui.spacing_mut().item_spacing.x = theme.space().m;
            chip(ui, look, &look.f("tour-step", &steps), theme.color.text1);
            icon(ui, look, mark(card.step), 15.0, theme.color.text1);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.add(Button::new(look, look.t("tour-skip"))).clicked() {
                    out.push(Command::SkipTour);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let text = RichText::new(words(look, card))
                        .size(theme.type_sizes().body)
                        .color(theme.color.text1);
                    ui.add(Label::new(text).truncate().selectable(false));
                });
            });
        });
    });
}

const fn mark(step: TourStep) -> &'static str {
    match step {
        TourStep::Scroll => "mouse",
        TourStep::Paint => "brush",
        TourStep::Submit => "lock",
    }
}

fn words(look: Look<'_>, card: TourCard) -> String {
    let key = |action| look.key(action).to_owned();
    match card.step {
        TourStep::Scroll => {
            let slices = [("done", card.slices.into()), ("total", TOUR_SLICES.into())];
            look.f("tour-scroll", &slices)
        }
        TourStep::Paint => look.f("tour-paint", &[("key", key(Action::Label(1)).into())]),
        TourStep::Submit => look.f("tour-submit", &[("key", key(Action::Submit).into())]),
    }
}
