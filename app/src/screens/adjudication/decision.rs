//! The bar of the decision: which side, and why.

use crate::court::{Court, Row, Side, Take};
use crate::desk::{Command, grouped_text};
use crate::keys::Action;
use crate::widgets::{Button, Look, Tone, label, meter, said, text_field};
use egui::{Ui, vec2};

/// Width of the part that tells how far the case is and goes on.
const PROGRESS: f32 = 400.0;
/// Width below which that part stands among the others instead of beside them.
const NARROW: f32 = 860.0;

pub(super) fn decision_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, out: &mut Vec<Command>) {
    let Some(row) = court.row().cloned() else {
        return;
    };
    if ui.available_width() < NARROW {
        ui.horizontal(|ui| {
            title_ui(ui, look, &row, 150.0);
            count_ui(ui, look, court, 40.0);
        });
        takes_ui(ui, look, court, &row);
        reason_ui(ui, look, court, out);
        ui.horizontal(|ui| {
            next_ui(ui, look, court, &row, out);
            // what becomes of a decision is told by its button
            if court.fault.is_some() || row.is_agreed {
                remark_ui(ui, look, court, &row);
            }
        });
        return;
    }
    ui.horizontal_top(|ui| {
        let width = ui.available_width() - PROGRESS;
        ui.allocate_ui(vec2(width, 130.0), |ui| {
            ui.set_min_width(width);
            ui.vertical(|ui| {
                ui.horizontal(|ui| title_ui(ui, look, &row, 0.0));
                takes_ui(ui, look, court, &row);
                ui.add_space(4.0);
                reason_ui(ui, look, court, out);
                remark_ui(ui, look, court, &row);
            });
        });
        ui.vertical(|ui| {
            progress_ui(ui, look, court);
            ui.add_space(10.0);
            ui.horizontal(|ui| next_ui(ui, look, court, &row, out));
        });
    });
}

/// How many of the case's differences are decided.
fn count_ui(ui: &mut Ui, look: Look<'_>, court: &Court, width: f32) {
    let (body, color) = (look.theme.type_sizes().body, &look.theme.color);
    let (done, all) = court.progress();
    let name = look.t("adjudication-progress");
    label(ui, name.clone(), body, color.text2);
    label(ui, format!("{done} / {all}"), body, color.text1);
    let share = done as f32 / all.max(1) as f32;
    meter(ui, look, &name, share, width, color.accent);
}

fn progress_ui(ui: &mut Ui, look: Look<'_>, court: &Court) {
    let (body, color) = (look.theme.type_sizes().body, &look.theme.color);
    ui.horizontal(|ui| count_ui(ui, look, court, 110.0));
    ui.horizontal(|ui| {
        label(ui, look.t("adjudication-names"), body, color.text2);
        label(ui, look.t("adjudication-names-hidden"), body, color.text1);
    });
    let (done, all) = court.progress();
    if done == all {
        label(ui, look.t("adjudication-done-case"), body, color.ok);
    }
}

/// To the next difference, and the decision.
fn next_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, row: &Row, out: &mut Vec<Command>) {
    let (done, all) = court.progress();
    let next = Button::new(look, look.t("adjudication-next"))
        .keys(look.key(Action::NextDifference))
        .enabled(done < all);
    if ui.add(next).clicked()
        && let Some(next) = court.next_open()
    {
        court.select(next);
    }
    let decide = Button::new(look, look.t("adjudication-decide"))
        .primary()
        .icon("check")
        .keys(look.key(Action::Decide));
    let decide = ui.add(decide.enabled(!row.is_agreed));
    if decide.on_hover_text(look.t("adjudication-kept")).clicked() {
        out.push(Command::Decide);
    }
}

/// What is decided, and how far the readers are apart; so much width is left free.
fn title_ui(ui: &mut Ui, look: Look<'_>, row: &Row, free: f32) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    let title = look.f("adjudication-of", &[("finding", row.name.clone().into())]);
    label(ui, title, sizes.head, color.text1);
    let text = egui::RichText::new(difference_text(look, row))
        .size(sizes.body)
        .color(color.text2);
    let text = egui::Label::new(text).truncate().selectable(false);
    let width = (ui.available_width() - free).max(0.0);
    ui.allocate_ui(vec2(width, 20.0), |ui| {
        ui.add(text);
    });
}

/// The possible decisions.
fn takes_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, row: &Row) {
    let theme = look.theme;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
        for take in Take::ALL {
            let is_possible = match take {
                Take::A => row.a.is_some(),
                Take::B => row.b.is_some(),
                Take::Intersection | Take::Union => [&row.a, &row.b]
                    .iter()
                    .all(|s| s.as_ref().is_some_and(|s| s.mask.is_some())),
                Take::Reject | Take::Unresolved => true,
            };
            let mut button = Button::new(look, look.t(take.text_key()))
                .selected(court.choice == Some(take))
                .enabled(is_possible && !row.is_agreed);
            if let Some(action) = take.action() {
                button = button.keys(look.key(action));
            }
            button = match take {
                Take::A => button.coloured(theme.color.a),
                Take::B => button.coloured(theme.color.b),
                Take::Intersection => button.icon("intersect"),
                Take::Union => button.icon("logical"),
                Take::Reject => button.icon("prohibit"),
                Take::Unresolved => button,
            };
            if ui.add(button).clicked() {
                court.choose(take);
                court.fault = None;
            }
        }
    });
}

fn reason_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, out: &mut Vec<Command>) {
    let (body, color) = (look.theme.type_sizes().body, &look.theme.color);
    ui.horizontal(|ui| {
        let (name, hint) = (
            look.t("adjudication-reason"),
            look.t("adjudication-reason-hint"),
        );
        label(ui, name.clone(), body, color.text2);
        label(ui, look.t("required"), body, color.warn);
        let width = ui.available_width() - 12.0;
        let field = text_field(ui, look, &name, &hint, &mut court.reason, width, false);
        if field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter)) {
            out.push(Command::Decide);
        }
    });
}

/// What stands in the way, or what becomes of the decision.
fn remark_ui(ui: &mut Ui, look: Look<'_>, court: &Court, row: &Row) {
    let (small, color) = (look.theme.type_sizes().small, &look.theme.color);
    match &court.fault {
        Some(fault) => said(ui, look, Tone::Warn, fault),
        None if row.is_agreed => {
            let text = look.t("adjudication-agreed-row");
            label(ui, text, small, color.text2);
        }
        None => {
            let text = look.t("adjudication-kept");
            label(ui, text, small, color.text3);
        }
    }
}

/// How far the volumes lie apart, and which reader alone holds most of the difference.
fn difference_text(look: Look<'_>, row: &Row) -> String {
    let volume = |side: &Option<Side>| side.as_ref().and_then(|s| s.volume_mm3).unwrap_or(0.0);
    let apart = (volume(&row.a) - volume(&row.b)).abs();
    let volumes = [("mm3", grouped_text(apart).into())];
    let mut text = look.f("adjudication-volume-difference", &volumes);
    if let Some([a, b]) = row.alone.filter(|[a, b]| a + b > 0) {
        let (side, most) = if a >= b { ("A", a) } else { ("B", b) };
        let percent = (most as f64 / (a + b) as f64 * 100.0).round();
        let share = [("percent", percent.into()), ("side", side.into())];
        text.push_str(&look.f("adjudication-difference-mostly", &share));
    }
    text
}
