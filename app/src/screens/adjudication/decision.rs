//! The bar of the decision: which side, and why.

use crate::court::{Court, Row, Take};
use crate::desk::Command;
use crate::widgets::{Button, Look, label, meter, text_field};
use egui::{Ui, vec2};

pub(super) fn decision_ui(ui: &mut Ui, look: Look<'_>, court: &mut Court, out: &mut Vec<Command>) {
    let theme = look.theme;
    let Some(row) = court.row().cloned() else {
        return;
    };
    ui.horizontal_top(|ui| {
        let width = (ui.available_width() - 300.0).max(420.0);
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
                if ui
                    .add(Button::new(look, look.t("adjudication-next")).keys("N"))
                    .clicked()
                    && let Some(next) = court.next_open()
                {
                    court.select(next);
                }
                let decide = Button::new(look, look.t("adjudication-decide"))
                    .primary()
                    .icon("check")
                    .keys("Enter");
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
        let volume = |side: &Option<crate::court::Side>| {
            side.as_ref().and_then(|s| s.volume_mm3).unwrap_or(0.0)
        };
        let difference = (volume(&row.a) - volume(&row.b)).abs();
        label(
            ui,
            look.f(
                "adjudication-volume-difference",
                &[("mm3", format!("{difference:.0}").into())],
            ),
            theme.type_sizes().body,
            theme.color.text3,
        );
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
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
            if let Some((keys, _)) = take.keys() {
                button = button.keys(keys);
            }
            button = match take {
                Take::A => button.coloured(theme.color.a),
                Take::B => button.coloured(theme.color.b),
                _ => button,
            };
            if ui.add(button).clicked() {
                court.choice = Some(take);
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
    let (text, color) = court.fault.as_ref().map_or_else(
        || (look.t("adjudication-kept"), theme.color.text3),
        |fault| (fault.clone(), theme.color.warn),
    );
    label(ui, text, theme.type_sizes().small, color);
}
