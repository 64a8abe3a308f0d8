//! Adjudication: one decision per difference, with its reason.

mod decision;
mod figures;
mod list;
mod panes;

use crate::court::{Court, Take};
use crate::desk::Command;
use crate::keys::Action;
use crate::widgets::{Button, Look, chip, label, segments, segments_width};
use decision::decision_ui;
use egui::{Frame, Margin, Panel, Ui, vec2};
use list::list_ui;
use panes::panes_ui;

/// Draws the screen.
pub fn adjudication_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, out: &mut Vec<Command>) {
    let theme = look.theme;
    let panel = |margin: Margin| Frame::new().fill(theme.color.bg2).inner_margin(margin);
    Panel::left("court-side")
        .exact_size((ui.available_width() * 0.3).clamp(440.0, 480.0))
        .resizable(false)
        .frame(panel(Margin::symmetric(10, 6)))
        .show(ui, |ui| list_ui(ui, look, court));
    Panel::bottom("court-decision")
        .exact_size(176.0)
        .resizable(false)
        .frame(panel(Margin::symmetric(12, 10)))
        .show(ui, |ui| decision_ui(ui, look, court, out));
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg0))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            bar_ui(ui, look, court);
            panes_ui(ui, look, court);
        });
    keys(look, court, out);
}

/// The screen while no case is compared.
pub fn no_court_ui(
    ui: &mut Ui,
    look: Look<'_>,
    waiting: &[(String, String)],
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    egui::CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.color.bg1))
        .show(ui, |ui| {
            ui.vertical_centered(|ui| {
                ui.add_space(ui.available_height() * 0.35);
                if waiting.is_empty() {
                    label(
                        ui,
                        look.t("adjudication-none"),
                        theme.type_sizes().head,
                        theme.color.text2,
                    );
                    return;
                }
                label(
                    ui,
                    look.f("adjudication-waiting", &[("count", waiting.len().into())]),
                    theme.type_sizes().head,
                    theme.color.text1,
                );
                ui.add_space(8.0);
                for (id, number) in waiting.iter().take(12) {
                    if ui
                        .add(Button::new(look, number).icon("adjudicate").width(200.0))
                        .clicked()
                    {
                        out.push(Command::Compare(id.clone()));
                    }
                }
            });
        });
}

fn keys(look: Look<'_>, court: &mut Court, out: &mut Vec<Command>) {
    for take in Take::ALL {
        if take.action().is_some_and(|action| look.asks(action)) {
            court.choose(take);
        }
    }
    for (action, is_forward) in [
        (Action::NextDifference, true),
        (Action::PreviousDifference, false),
    ] {
        if look.asks(action)
            && let Some(next) = court.neighbour_open(is_forward)
        {
            court.select(next);
        }
    }
    if look.asks(Action::Decide) {
        out.push(Command::Decide);
    }
}

fn bar_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court) {
    let theme = look.theme;
    let bar = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 1));
    bar.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            ui.set_min_width(ui.available_width());
            ui.set_min_height(28.0);
            ui.label(
                egui::RichText::new(&court.number)
                    .size(theme.type_sizes().head)
                    .strong()
                    .color(theme.color.text1),
            );
            label(ui, &court.study, theme.type_sizes().body, theme.color.text2);
            chip(
                ui,
                look,
                &look.t("adjudication-both-submitted"),
                theme.color.ok,
            );
            let choices = [look.t("adjudication-side"), look.t("adjudication-both")];
            let width = segments_width(ui, look, &choices) + 1.0;
            ui.allocate_ui(vec2(width, 26.0), |ui| {
                if let Some(chosen) = segments(
                    ui,
                    look,
                    &look.t("reading-display"),
                    &choices,
                    Some(usize::from(court.is_overlaid)),
                ) {
                    court.is_overlaid = chosen == 1;
                    court.panes[0].mark_overlay();
                }
            });
        });
    });
}
