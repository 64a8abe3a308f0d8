//! Figures of the case, answers and notes of both readers.

use crate::court::{Court, Row};
use crate::widgets::{Look, label, meter, section, separator};
use egui::{Color32, Ui, vec2};

pub(super) fn figures_ui(ui: &mut Ui, look: Look<'_>, court: &Court) {
    let theme = look.theme;
    section(ui, look, &look.t("adjudication-labels"), "");
    let pairs = court
        .rows
        .iter()
        .filter(|row| row.a.is_some() && row.b.is_some())
        .count();
    let all = court.rows.len();
    let missed = all - pairs;
    let f1 = if all == 0 {
        None
    } else {
        Some(2.0 * pairs as f64 / (2.0 * pairs as f64 + missed as f64))
    };
    figure(
        ui,
        look,
        &look.t("adjudication-detection"),
        f1,
        theme.color.ok,
    );
    for row in &court.labels {
        ui.add_space(4.0);
        label(ui, &row.name, theme.type_sizes().body, theme.color.text1);
        figure(
            ui,
            look,
            &look.t("agreement-dice"),
            row.dice,
            theme.color.ok,
        );
        figure(ui, look, &look.t("agreement-iou"), row.iou, theme.color.ok);
        figure(
            ui,
            look,
            &look.t("agreement-kappa"),
            row.voxel_kappa,
            theme.color.ok,
        );
    }
}

fn figure(ui: &mut Ui, look: Look<'_>, name: &str, value: Option<f64>, color: Color32) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        ui.allocate_ui(vec2(150.0, 18.0), |ui| {
            ui.set_min_width(150.0);
            label(ui, name, theme.type_sizes().body, theme.color.text2);
        });
        let width = ui.available_width() - 60.0;
        meter(ui, look, name, value.unwrap_or(0.0) as f32, width, color);
        let text = value.map_or_else(|| "—".to_owned(), |v| format!("{v:.2}"));
        label(ui, text, theme.type_sizes().body, theme.color.text1);
    });
}

pub(super) fn attributes_ui(ui: &mut Ui, look: Look<'_>, row: &Row) {
    let theme = look.theme;
    section(
        ui,
        look,
        &look.f(
            "adjudication-attributes",
            &[("finding", row.name.clone().into())],
        ),
        "",
    );
    egui::Grid::new("court-attributes")
        .num_columns(3)
        .spacing(vec2(18.0, 6.0))
        .show(ui, |ui| {
            for attribute in &row.attributes {
                let is_same = attribute.a == attribute.b;
                let (a, b) = if is_same {
                    (theme.color.text2, theme.color.text2)
                } else {
                    (theme.color.a, theme.color.b)
                };
                label(
                    ui,
                    &attribute.name,
                    theme.type_sizes().body,
                    theme.color.text2,
                );
                label(ui, &attribute.a, theme.type_sizes().body, a);
                label(ui, &attribute.b, theme.type_sizes().body, b);
                ui.end_row();
            }
        });
}

pub(super) fn notes_ui(ui: &mut Ui, look: Look<'_>, row: &Row) {
    let theme = look.theme;
    let notes = [("A", &row.a, theme.color.a), ("B", &row.b, theme.color.b)];
    let has_notes = notes
        .iter()
        .any(|(_, side, _)| side.as_ref().is_some_and(|s| !s.comment.is_empty()));
    if !has_notes {
        return;
    }
    separator(ui, look);
    section(ui, look, &look.t("adjudication-notes"), "");
    for (name, side, color) in notes {
        if let Some(side) = side.as_ref().filter(|side| !side.comment.is_empty()) {
            ui.horizontal_top(|ui| {
                label(ui, name, theme.type_sizes().body, color);
                ui.add(
                    egui::Label::new(
                        egui::RichText::new(&side.comment)
                            .size(theme.type_sizes().body)
                            .color(theme.color.text1),
                    )
                    .wrap(),
                );
            });
        }
    }
}
