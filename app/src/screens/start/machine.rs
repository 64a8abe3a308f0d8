//! The side: state of the machine, and how to begin.

use super::{NewProject, State, View};
use crate::desk::Command;
use crate::screens::settings::Change;
use crate::settings::MouseProfile;
use crate::widgets::{Button, Look, Tone, fact, icon, label, paragraph, section, separator};
use egui::{Align, Layout, Ui};

/// A row of the machine's state.
pub struct MachineRow {
    /// Key of its name.
    pub name: &'static str,
    /// What was found.
    pub value: String,
    /// Whether it is fit.
    pub is_fit: bool,
}

pub(super) fn side_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    if view.asks_mouse {
        mouse_ui(ui, look, out);
        separator(ui, look);
    }
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
        ui.horizontal_top(|ui| {
            ui.set_min_height(24.0);
            let tone = if row.is_fit { Tone::Good } else { Tone::Warn };
            let (mark, color) = tone.mark(look);
            icon(ui, look, mark, 15.0, color);
            fact(ui, look, &look.t(row.name), &row.value, 84.0);
        });
    }
    if state.new.is_none() {
        begin_ui(ui, look, state);
    }
    ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
        label(
            ui,
            look.f("app-about", &[("version", view.version.to_owned().into())]),
            theme.type_sizes().small,
            theme.color.text3,
        );
    });
}

/// The ways to begin; while a project is being described there is nothing else to begin.
fn begin_ui(ui: &mut Ui, look: Look<'_>, state: &mut State) {
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
}

/// At the first start: which habits of the mouse a person brings along. OsiriX's stand chosen; nothing
/// waits for an answer.
fn mouse_ui(ui: &mut Ui, look: Look<'_>, out: &mut Vec<Command>) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    section(ui, look, &look.t("mouse-profile"), "");
    paragraph(ui, look, look.t("start-mouse"), sizes.body, color.text1);
    ui.add_space(4.0);
    let width = ui.available_width();
    for profile in MouseProfile::ALL {
        let is_first = profile == MouseProfile::default();
        let name = look.t(profile.text_key());
        let button = Button::new(look, name).width(width).selected(is_first);
        if ui.add(button).clicked() {
            out.push(Command::Settings(Change::Mouse(profile)));
        }
    }
    ui.add_space(4.0);
    paragraph(
        ui,
        look,
        look.t("start-mouse-hint"),
        sizes.small,
        color.text2,
    );
}
