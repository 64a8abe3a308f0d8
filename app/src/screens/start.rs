//! Start: choose or make a project; see that the machine is fit.

use crate::desk::Command;
use crate::settings::RecentProject;
use crate::widgets::{
    Button, Column, Look, Table, chip, icon, label, meter, section, separator, text_field,
};
use egui::{Align, CornerRadius, Frame, Layout, Margin, Panel, Stroke, Ui, vec2};
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

/// The form for a new project.
#[derive(Default)]
pub struct NewProject {
    /// Title.
    pub title: String,
    /// Its folder.
    pub folder: String,
    /// Name of the lead.
    pub lead: String,
    /// Passphrase and its repetition.
    pub passphrase: [String; 2],
    /// Index into the protocols that the program brings; 0 is the built-in one.
    pub protocol: usize,
    /// What is wrong with it, said beside the button.
    pub fault: Option<String>,
}

/// A row of the machine's state.
pub struct MachineRow {
    /// Key of its name.
    pub name: &'static str,
    /// What was found.
    pub value: String,
    /// Whether it is fit.
    pub is_fit: bool,
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
    /// A picture of the sample.
    pub sample_picture: Option<&'a egui::TextureHandle>,
    /// Version of the program.
    pub version: &'a str,
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
        .exact_size(362.0)
        .resizable(false)
        .frame(
            Frame::new()
                .fill(theme.color.bg2)
                .inner_margin(Margin::symmetric(10, 10)),
        )
        .show(ui, |ui| side_ui(ui, look, state, view));
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
                        .keys("Ctrl N"),
                )
                .clicked()
            {
                state.new = Some(NewProject::default());
            }
            if ui
                .add(
                    Button::new(look, look.t("start-open"))
                        .icon("open")
                        .keys("Ctrl O"),
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

fn projects_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let wanted = state.filter.to_lowercase();
    let shown: Vec<&RecentProject> = view
        .projects
        .iter()
        .filter(|p| {
            wanted.is_empty()
                || p.title.to_lowercase().contains(&wanted)
                || p.about.to_lowercase().contains(&wanted)
        })
        .collect();
    let card = Frame::new()
        .fill(theme.color.bg2)
        .stroke(Stroke::new(1.0, theme.color.line))
        .corner_radius(CornerRadius::same(4));
    card.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        if shown.is_empty() {
            ui.add_space(18.0);
            ui.horizontal(|ui| {
                ui.add_space(16.0);
                label(
                    ui,
                    look.t("start-empty"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
            });
            ui.add_space(18.0);
            return;
        }
        let height = 28.0 + 48.0 * shown.len().min(9) as f32;
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            project_table(ui, look, state, &shown, out);
        });
    });
}

fn project_table(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    shown: &[&RecentProject],
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let columns = vec![
        Column::new(look.t("start-col-name"), 0.0),
        Column::new(look.t("start-col-cases"), 100.0),
        Column::new(look.t("start-col-readers"), 90.0),
        Column::new(look.t("start-col-stage"), 100.0),
        Column::new(look.t("start-col-progress"), 190.0),
        Column::new(look.t("start-col-used"), 130.0),
        Column::new(look.t("start-col-size"), 90.0),
    ];
    let selected = state.selected.min(shown.len().saturating_sub(1));
    let pressed = Table::new(look, columns).row_height(48.0).show(
        ui,
        shown.len(),
        Some(selected),
        |row| shown.get(row).map_or_else(String::new, |p| p.title.clone()),
        |ui, row, cells| {
            let Some(project) = shown.get(row) else {
                return;
            };
            let second = format!(
                "{}  {}",
                project.about,
                look.f(
                    "start-protocol",
                    &[("version", project.protocol_version.clone().into())]
                )
            );
            cells.text_at(
                ui,
                0,
                0.32,
                &project.title,
                theme.type_sizes().head,
                theme.color.text1,
            );
            cells.text_at(
                ui,
                0,
                0.72,
                second.trim(),
                theme.type_sizes().small,
                theme.color.text2,
            );
            cells.text(
                ui,
                1,
                &look.f("start-cases", &[("count", project.cases.into())]),
                theme.type_sizes().body,
                theme.color.text1,
            );
            cells.text(
                ui,
                2,
                &look.f("start-readers", &[("count", project.readers.into())]),
                theme.type_sizes().body,
                theme.color.text1,
            );
            cells.place(ui, 3, |ui| {
                let (key, color) = stage(project, look);
                chip(ui, look, &look.t(key), color)
            });
            cells.place(ui, 4, |ui| {
                meter(
                    ui,
                    look,
                    &project.title,
                    project.progress,
                    108.0,
                    theme.color.accent,
                );
                label(
                    ui,
                    format!("{:.0} %", project.progress * 100.0),
                    theme.type_sizes().body,
                    theme.color.text1,
                )
            });
            cells.text(
                ui,
                5,
                &used(look, &project.used_at),
                theme.type_sizes().body,
                theme.color.text1,
            );
            cells.text(
                ui,
                6,
                &crate::desk::size_text(project.bytes),
                theme.type_sizes().body,
                theme.color.text1,
            );
        },
    );
    if let Some((row, response)) = pressed {
        let again = state.selected == row;
        state.selected = row;
        if (response.double_clicked() || again)
            && let Some(project) = shown.get(row)
        {
            out.push(Command::OpenProject(project.folder.clone()));
        }
    }
    let no_field_has_focus = ui.memory(|m| m.focused().is_none());
    if no_field_has_focus
        && ui.input(|i| i.key_pressed(egui::Key::Enter))
        && let Some(project) = shown.get(selected)
    {
        out.push(Command::OpenProject(project.folder.clone()));
    }
}

fn stage(project: &RecentProject, look: Look<'_>) -> (&'static str, egui::Color32) {
    if !project.folder.is_dir() {
        ("start-missing", look.theme.color.danger)
    } else if project.cases == 0 {
        ("start-stage-new", look.theme.color.text2)
    } else if project.progress >= 1.0 {
        ("start-stage-adjudication", look.theme.color.warn)
    } else {
        ("start-stage-reading", look.theme.color.accent)
    }
}

fn used(look: Look<'_>, at: &str) -> String {
    let Ok(zoned) = at
        .parse::<jiff::Timestamp>()
        .map(|t| t.to_zoned(jiff::tz::TimeZone::system()))
    else {
        return String::new();
    };
    let now = jiff::Zoned::now();
    if zoned.date() == now.date() {
        let time = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
        look.f("start-today", &[("time", time.into())])
    } else {
        format!(
            "{:04}-{:02}-{:02}",
            zoned.year(),
            zoned.month(),
            zoned.day()
        )
    }
}

fn sample_ui(ui: &mut Ui, look: Look<'_>, state: &State, view: &View<'_>, out: &mut Vec<Command>) {
    let theme = look.theme;
    let card = Frame::new()
        .fill(theme.color.bg2)
        .stroke(Stroke::new(1.0, theme.color.line))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::same(14));
    card.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal(|ui| {
            if let Some(picture) = view.sample_picture {
                ui.add(egui::Image::new(picture).fit_to_exact_size(vec2(150.0, 112.0)));
                ui.add_space(10.0);
            }
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 6.0;
                label(
                    ui,
                    look.t("start-sample-title"),
                    theme.type_sizes().head,
                    theme.color.text1,
                );
                label(
                    ui,
                    look.t("start-sample-text"),
                    theme.type_sizes().body,
                    theme.color.text2,
                );
                ui.add_space(4.0);
                ui.horizontal(|ui| {
                    if let Some(share) = state.sample {
                        let percent = (share * 100.0).round();
                        meter(
                            ui,
                            look,
                            &look.t("start-sample-title"),
                            share,
                            160.0,
                            theme.color.accent,
                        );
                        label(
                            ui,
                            look.f("start-sample-making", &[("percent", percent.into())]),
                            theme.type_sizes().body,
                            theme.color.text1,
                        );
                    } else if ui
                        .add(
                            Button::new(look, look.t("start-sample-open"))
                                .primary()
                                .icon("play"),
                        )
                        .clicked()
                    {
                        out.push(Command::OpenSample);
                    }
                    label(
                        ui,
                        look.t("start-sample-size"),
                        theme.type_sizes().small,
                        theme.color.text3,
                    );
                });
            });
        });
    });
}

fn side_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, view: &View<'_>) {
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

fn new_project_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    let Some(new) = &mut state.new else { return };
    label(
        ui,
        look.t("start-new-title"),
        theme.type_sizes().title,
        theme.color.text1,
    );
    ui.add_space(12.0);
    let width = 420.0;
    let row = |ui: &mut Ui, key: &str, text: &mut String, hint: &str, secret: bool| {
        crate::widgets::labelled(ui, look, &look.t(key), false, 150.0, |ui| {
            text_field(ui, look, &look.t(key), hint, text, width, secret);
        });
        ui.add_space(6.0);
    };
    row(
        ui,
        "start-new-name",
        &mut new.title,
        &look.t("start-new-name-hint"),
        false,
    );
    crate::widgets::labelled(ui, look, &look.t("start-new-folder"), false, 150.0, |ui| {
        ui.horizontal(|ui| {
            text_field(
                ui,
                look,
                &look.t("start-new-folder"),
                &look.t("start-path-hint"),
                &mut new.folder,
                width,
                false,
            );
            if ui
                .add(Button::new(look, look.t("start-new-choose")))
                .clicked()
            {
                out.push(Command::ChooseNewFolder);
            }
        });
    });
    ui.add_space(6.0);
    row(ui, "start-new-lead", &mut new.lead, "", false);
    row(
        ui,
        "start-new-pass",
        &mut new.passphrase[0],
        &look.t("start-new-pass-hint"),
        true,
    );
    row(ui, "start-new-pass-again", &mut new.passphrase[1], "", true);
    crate::widgets::labelled(
        ui,
        look,
        &look.t("start-new-protocol"),
        false,
        150.0,
        |ui| {
            let name = look.t("start-new-protocol");
            if let Some(chosen) =
                crate::widgets::combo(ui, look, &name, view.protocols, Some(new.protocol), width)
            {
                new.protocol = chosen;
            }
        },
    );
    ui.add_space(16.0);
    ui.horizontal(|ui| {
        ui.add_space(156.0);
        if ui
            .add(Button::new(look, look.t("start-new-make")).primary())
            .clicked()
        {
            new.fault = new.check(look);
            if new.fault.is_none() {
                out.push(Command::CreateProject);
            }
        }
        if ui.add(Button::new(look, look.t("cancel"))).clicked() {
            out.push(Command::CancelNewProject);
        }
        if let Some(fault) = &new.fault {
            label(ui, fault, theme.type_sizes().body, theme.color.danger);
        }
    });
}

impl NewProject {
    fn check(&self, look: Look<'_>) -> Option<String> {
        let is_empty = |text: &str| text.trim().is_empty();
        if is_empty(&self.title)
            || is_empty(&self.folder)
            || is_empty(&self.lead)
            || self.passphrase[0].is_empty()
        {
            return Some(look.t("start-new-incomplete"));
        }
        (self.passphrase[0] != self.passphrase[1]).then(|| look.t("start-new-mismatch"))
    }
}
