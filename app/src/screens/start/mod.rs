//! Start: choose or make a project; see that the machine is fit.

mod machine;
mod new_project;
mod recent;
mod sample;

pub use machine::MachineRow;
pub use new_project::NewProject;

use crate::desk::Command;
use crate::keys::Action;
use crate::settings::RecentProject;
use crate::widgets::{Button, Look, label, text_field};
use egui::{Align, Frame, Layout, Margin, Panel, Ui};
use machine::side_ui;
use new_project::new_project_ui;
use recent::projects_ui;
use sample::sample_ui;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is typed on the start screen.
#[derive(Default)]
pub struct State {
    filter: String,
    selected: usize,
    path: String,
    is_path_shown: bool,
    /// The form for a new project, while it is open.
    pub new: Option<NewProject>,
    /// Progress of making the sample, 0 to 1, while it is made.
    pub sample: Option<f32>,
}

/// What the screen shows.
pub struct View<'a> {
    /// Projects used before.
    pub projects: &'a [RecentProject],
    /// State of the machine.
    pub machine: &'a [MachineRow],
    /// When the machine was checked.
    pub checked_at: &'a str,
    /// Titles of the protocols that can be chosen.
    pub protocols: &'a [String],
    /// Pictures of the projects, by their folders.
    pub thumbnails: &'a BTreeMap<PathBuf, egui::TextureHandle>,
    /// A picture of the sample.
    pub sample_picture: Option<&'a egui::TextureHandle>,
    /// Version of the program.
    pub version: &'a str,
    /// Whether the person has not said yet how the mouse is to behave.
    pub asks_mouse: bool,
}

/// Draws the screen.
pub fn start_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    Panel::right("start-side")
        .exact_size((ui.available_width() * 0.26).clamp(300.0, 362.0))
        .resizable(false)
        .frame(
            Frame::new()
                .fill(theme.color.bg2)
                .inner_margin(Margin::symmetric(10, 10)),
        )
        .show(ui, |ui| side_ui(ui, look, state, view, out));
    let frame = Frame::new().fill(theme.color.bg1).inner_margin(Margin {
        left: 24,
        right: 24,
        top: 20,
        bottom: 12,
    });
    egui::CentralPanel::no_frame().frame(frame).show(ui, |ui| {
        if state.new.is_some() {
            new_project_ui(ui, look, state, view, out);
            return;
        }
        head_ui(ui, look, state, view, out);
        ui.add_space(10.0);
        projects_ui(ui, look, state, view, out);
        ui.add_space(16.0);
        sample_ui(ui, look, state, view, out);
    });
}

fn head_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        label(
            ui,
            look.t("start-title"),
            theme.type_sizes().title,
            theme.color.text1,
        );
        label(
            ui,
            look.f("start-count", &[("count", view.projects.len().into())]),
            theme.type_sizes().body,
            theme.color.text3,
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui
                .add(
                    Button::new(look, look.t("start-new"))
                        .primary()
                        .icon("add")
                        .keys(look.key(Action::New)),
                )
                .clicked()
            {
                state.new = Some(NewProject::default());
            }
            if ui
                .add(
                    Button::new(look, look.t("start-open"))
                        .icon("open")
                        .keys(look.key(Action::Open)),
                )
                .clicked()
            {
                state.is_path_shown = true;
                out.push(Command::ChooseProject);
            }
            text_field(
                ui,
                look,
                &look.t("start-filter"),
                &look.t("start-filter"),
                &mut state.filter,
                240.0,
                false,
            );
        });
    });
    if state.is_path_shown {
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            label(
                ui,
                look.t("start-path"),
                theme.type_sizes().body,
                theme.color.text2,
            );
            let field = text_field(
                ui,
                look,
                &look.t("start-path"),
                &look.t("start-path-hint"),
                &mut state.path,
                460.0,
                false,
            );
            let go = ui
                .add(Button::new(look, look.t("start-open")).named(look.t("start-open-folder")))
                .clicked();
            let entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
            if (go || entered) && !state.path.trim().is_empty() {
                out.push(Command::OpenProject(PathBuf::from(state.path.trim())));
            }
        });
    }
}
