//! Export: what others can read.

use crate::desk::Command;
use crate::sentence::Sentence;
use crate::widgets::{
    Button, Look, Tone, check, label, paragraph, said, section, segments, separator, text_field,
};
use annotation_format::write::manifest::Loss;
use egui::{Frame, Margin, Panel, Ui};

/// Width of the panel with the choices.
const CHOICES: f32 = 560.0;

/// The formats, with the key of their name.
pub const FORMATS: [(&str, &str); 4] = [
    ("seg", "export-format-seg"),
    ("nifti", "export-format-nifti"),
    ("csv", "export-format-csv"),
    ("json", "export-format-json"),
];

/// What the screen keeps.
pub struct State {
    /// Target folder.
    pub folder: String,
    /// Chosen formats, in the order of [`FORMATS`].
    pub chosen: [bool; 4],
    /// Only the consensus.
    pub only_consensus: bool,
    /// Whether it is being written.
    pub is_busy: bool,
    /// Files written last.
    pub files: Vec<String>,
    /// What a format could not hold.
    pub losses: Vec<Loss>,
    /// What was done, or what went wrong.
    pub said: Option<Result<String, String>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            folder: String::new(),
            chosen: [true; 4],
            only_consensus: false,
            is_busy: false,
            files: Vec::new(),
            losses: Vec::new(),
            said: None,
        }
    }
}

/// Draws the screen.
pub fn export_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    let panel = Frame::new()
        .fill(theme.color.bg2)
        .inner_margin(Margin::symmetric(10, 14));
    Panel::left("export-choices")
        .exact_size(CHOICES)
        .resizable(false)
        .frame(panel)
        .show(ui, |ui| {
            label(
                ui,
                look.t("export-title"),
                theme.type_sizes().title,
                theme.color.text1,
            );
            ui.add_space(8.0);
            choices_ui(ui, look, state, out);
        });
    let results = Frame::new()
        .fill(theme.color.bg1)
        .inner_margin(Margin::symmetric(16, 14));
    egui::CentralPanel::no_frame()
        .frame(results)
        .show(ui, |ui| results_ui(ui, look, state));
}

fn choices_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, out: &mut Vec<Command>) {
    let theme = look.theme;
    section(ui, look, &look.t("export-target"), "");
    ui.horizontal(|ui| {
        text_field(
            ui,
            look,
            &look.t("export-target"),
            &look.t("export-target-hint"),
            &mut state.folder,
            CHOICES - 40.0 - 104.0,
            false,
        );
        if ui
            .add(Button::new(look, look.t("export-choose")).icon("open"))
            .clicked()
        {
            out.push(Command::ChooseExportFolder);
        }
    });
    separator(ui, look);
    section(ui, look, &look.t("export-what"), "");
    let what = [look.t("export-what-all"), look.t("export-what-consensus")];
    if let Some(chosen) = segments(
        ui,
        look,
        &look.t("export-what"),
        &what,
        Some(usize::from(state.only_consensus)),
    ) {
        state.only_consensus = chosen == 1;
    }
    ui.add_space(4.0);
    separator(ui, look);
    section(ui, look, &look.t("export-formats"), "");
    for (chosen, (_, key)) in state.chosen.iter_mut().zip(FORMATS) {
        check(ui, look, &look.t(key), chosen);
    }
    ui.add_space(6.0);
    let small = theme.type_sizes().small;
    paragraph(
        ui,
        look,
        look.t("export-names-note"),
        small,
        theme.color.text3,
    );
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let is_chosen = state.chosen.contains(&true);
        let may = !state.folder.trim().is_empty() && is_chosen && !state.is_busy;
        let key = if state.is_busy {
            "export-doing"
        } else {
            "export-do"
        };
        if ui
            .add(
                Button::new(look, look.t(key))
                    .primary()
                    .tall()
                    .icon("export")
                    .enabled(may),
            )
            .clicked()
        {
            out.push(Command::Export);
        }
        // What keeps the button from being pressed stands beside it.
        let missing = match (state.folder.trim().is_empty(), is_chosen) {
            (true, _) => Some("export-needs-folder"),
            (false, false) => Some("export-choose-format"),
            (false, true) => None,
        };
        if let Some(key) = missing {
            label(ui, look.t(key), small, theme.color.text2);
        }
    });
    ui.add_space(8.0);
    match &state.said {
        Some(Ok(text)) => said(ui, look, Tone::Good, text),
        Some(Err(text)) => said(ui, look, Tone::Fault, text),
        None => {}
    }
}

fn results_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let theme = look.theme;
    let (small, color) = (theme.type_sizes().small, &theme.color);
    if state.files.is_empty() {
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() * 0.35);
            let size = theme.type_sizes().head;
            paragraph(ui, look, look.t("export-nothing-yet"), size, color.text2);
        });
        return;
    }
    let count = [("count", state.files.len().into())];
    section(
        ui,
        look,
        &look.t("export-files"),
        &look.f("export-files-count", &count),
    );
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            if !state.losses.is_empty() {
                label(
                    ui,
                    look.t("export-losses"),
                    theme.type_sizes().body,
                    color.warn,
                );
                for loss in &state.losses {
                    paragraph(ui, look, loss.sentence(look.words), small, color.warn);
                }
                ui.add_space(8.0);
            }
            for file in &state.files {
                label(ui, file, small, color.text2);
            }
        });
}
