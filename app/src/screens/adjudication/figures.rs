//! Figures of the case, answers and notes of both readers.

use crate::court::{Court, Row};
use crate::widgets::{Look, label, meter, paragraph, section, separator};
use egui::{Align, Color32, Layout, Ui, vec2};

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
        ui.add_space(6.0);
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
    let size = theme.type_sizes().body;
    ui.horizontal(|ui| {
        ui.set_min_height(20.0);
        ui.allocate_ui(vec2(150.0, 18.0), |ui| {
            ui.set_min_width(150.0);
            label(ui, name, size, theme.color.text2);
        });
        let text = value.map_or_else(|| "—".to_owned(), |v| format!("{v:.2}"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.allocate_ui_with_layout(
                vec2(44.0, 18.0),
                Layout::right_to_left(Align::Center),
                |ui| {
                    ui.set_min_width(44.0);
                    label(ui, text, size, theme.color.text1);
                },
            );
            let width = ui.available_width();
            meter(ui, look, name, value.unwrap_or(0.0) as f32, width, color);
        });
    });
}

pub(super) fn attributes_ui(ui: &mut Ui, look: Look<'_>, row: &Row) {
    let theme = look.theme;
    let (size, color) = (theme.type_sizes().body, &theme.color);
    let finding = [("finding", row.name.clone().into())];
    section(ui, look, &look.f("adjudication-attributes", &finding), "");
    let [name, side, word] = [0.28, 0.26, 0.14].map(|share| ui.available_width() * share);
    let line = |ui: &mut Ui, texts: [(&str, Color32); 4]| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            for ((text, color), width) in texts.into_iter().zip([name, side, side, word]) {
                ui.allocate_ui(vec2(width, 20.0), |ui| {
                    ui.set_min_size(vec2(width, 20.0));
                    let text = egui::RichText::new(text).size(size).color(color);
                    ui.add(egui::Label::new(text).truncate().selectable(false));
                });
            }
        });
    };
    let heads = [look.t("adjudication-item"), look.t("adjudication-same")];
    line(
        ui,
        [
            (&heads[0], color.text2),
            ("A", color.a),
            ("B", color.b),
            ("", color.text2),
        ],
    );
    let different = look.t("adjudication-differs");
    for attribute in row.attributes.iter().filter(|row| row.is_answered()) {
        let is_same = attribute.a == attribute.b;
        let (a, b, word) = if is_same {
            (color.text2, color.text2, (heads[1].as_str(), color.text3))
        } else {
            (color.a, color.b, (different.as_str(), color.warn))
        };
        let cells = [
            (attribute.name.as_str(), color.text2),
            (attribute.a.as_str(), a),
            (attribute.b.as_str(), b),
            word,
        ];
        line(ui, cells);
    }
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
                let size = theme.type_sizes().body;
                paragraph(ui, look, &side.comment, size, theme.color.text1);
            });
        }
    }
}
