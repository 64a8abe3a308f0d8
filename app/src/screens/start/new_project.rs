//! The form for a new project.

use super::{State, View};
use crate::desk::Command;
use crate::widgets::{Button, Look, label, text_field};
use egui::Ui;

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

pub(super) fn new_project_ui(
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
