//! The side: state of the machine, and how to begin.

use super::{NewProject, State, View};
use crate::widgets::{Button, Look, icon, label, section, separator};
use egui::{Align, Layout, Ui, vec2};

/// A row of the machine's state.
pub struct MachineRow {
    /// Key of its name.
    pub name: &'static str,
    /// What was found.
    pub value: String,
    /// Whether it is fit.
    pub is_fit: bool,
}

pub(super) fn side_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, view: &View<'_>) {
    let theme = look.theme;
    section(
        ui,
        look,
        &look.t("start-machine"),
        &look.f(
            "start-machine-checked",
            &[("time", view.checked_at.to_owned().into())],
        ),
    );
    for row in view.machine {
        ui.horizontal(|ui| {
            ui.set_min_height(24.0);
            let (name, color) = if row.is_fit {
                ("save_ok", theme.color.ok)
            } else {
                ("warning", theme.color.warn)
            };
            icon(ui, look, name, 15.0, color);
            ui.allocate_ui(vec2(84.0, 22.0), |ui| {
                ui.set_min_width(84.0);
                label(
                    ui,
                    look.t(row.name),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
            });
            ui.add(
                egui::Label::new(
                    egui::RichText::new(&row.value)
                        .size(theme.type_sizes().body)
                        .color(theme.color.text1),
                )
                .wrap(),
            );
        });
    }
    separator(ui, look);
    section(ui, look, &look.t("start-begin"), "");
    let half = (ui.available_width() - 8.0) / 2.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        if ui
            .add(
                Button::new(look, look.t("start-open-folder"))
                    .icon("open")
                    .width(half),
            )
            .clicked()
        {
            state.is_path_shown = true;
            state.new = None;
        }
        let name = look.t("start-new");
        if ui
            .add(
                Button::new(look, &name)
                    .icon("add")
                    .width(half)
                    .named(format!("{name} 2")),
            )
            .clicked()
        {
            state.new = Some(NewProject::default());
        }
    });
    ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
        label(
            ui,
            look.f("app-about", &[("version", view.version.to_owned().into())]),
            theme.type_sizes().small,
            theme.color.text3,
        );
    });
}
