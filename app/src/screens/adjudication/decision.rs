//! The bar of the decision: which side, and why.

use crate::court::{Court, Row, Side, Take};
use crate::desk::{Command, grouped_text};
use crate::keys::Action;
use crate::widgets::{Button, Look, Tone, label, meter, said, text_field};
use egui::{Ui, vec2};

pub(super) fn decision_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, out: &mut Vec<Command>) {
    let theme = look.theme;
    let Some(row) = court.row().cloned() else {
        return;
    };
    ui.horizontal_top(|ui| {
        let width = ui.available_width() - 400.0;
        ui.allocate_ui(vec2(width, 130.0), |ui| {
            ui.set_min_width(width);
            ui.vertical(|ui| choice_ui(ui, look, court, &row, out));
        });
        ui.vertical(|ui| {
            let (done, all) = court.progress();
            ui.horizontal(|ui| {
                label(
                    ui,
                    look.t("adjudication-progress"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
                label(
                    ui,
                    format!("{done} / {all}"),
                    theme.type_sizes().body,
                    theme.color.text1,
                );
                meter(
                    ui,
                    look,
                    &look.t("adjudication-progress"),
                    done as f32 / all.max(1) as f32,
                    110.0,
                    theme.color.accent,
                );
            });
            ui.horizontal(|ui| {
                label(
                    ui,
                    look.t("adjudication-names"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
                label(
                    ui,
                    look.t("adjudication-names-hidden"),
                    theme.type_sizes().body,
                    theme.color.text1,
                );
            });
            if done == all {
                label(
                    ui,
                    look.t("adjudication-done-case"),
                    theme.type_sizes().body,
                    theme.color.ok,
                );
            }
            ui.add_space(10.0);
            ui.horizontal(|ui| {
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
                if ui.add(decide.enabled(!row.is_agreed)).clicked() {
                    out.push(Command::Decide);
                }
            });
        });
    });
}

fn choice_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, row: &Row, out: &mut Vec<Command>) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        label(
            ui,
            look.f("adjudication-of", &[("finding", row.name.clone().into())]),
            theme.type_sizes().head,
            theme.color.text1,
        );
        let text = difference_text(look, row);
        let text = egui::RichText::new(text)
            .size(theme.type_sizes().body)
            .color(theme.color.text2);
        ui.add(egui::Label::new(text).truncate().selectable(false));
    });
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
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        label(
            ui,
            look.t("adjudication-reason"),
            theme.type_sizes().body,
            theme.color.text2,
        );
        label(
            ui,
            look.t("required"),
            theme.type_sizes().body,
            theme.color.warn,
        );
        let width = ui.available_width() - 12.0;
        let field = text_field(
            ui,
            look,
            &look.t("adjudication-reason"),
            &look.t("adjudication-reason-hint"),
            &mut court.reason,
            width,
            false,
        );
        if field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter)) {
            out.push(Command::Decide);
        }
    });
    let small = theme.type_sizes().small;
    match &court.fault {
        Some(fault) => said(ui, look, Tone::Warn, fault),
        None if row.is_agreed => {
            let text = look.t("adjudication-agreed-row");
            label(ui, text, small, theme.color.text2);
        }
        None => {
            let text = look.t("adjudication-kept");
            label(ui, text, small, theme.color.text3);
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
