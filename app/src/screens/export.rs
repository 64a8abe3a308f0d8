//! Export: what others can read.

use crate::desk::Command;
use crate::sentence::Sentence;
use crate::widgets::{Button, Look, check, icon, label, section, segments, separator, text_field};
use annotation_format::write::manifest::Loss;
use egui::{Frame, Margin, Ui};

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
    let frame = Frame::new().fill(theme.color.bg1).inner_margin(Margin {
        left: 24,
        right: 24,
        top: 16,
        bottom: 10,
    });
    egui::CentralPanel::no_frame().frame(frame).show(ui, |ui| {
        label(
            ui,
            look.t("export-title"),
            theme.type_sizes().title,
            theme.color.text1,
        );
        ui.add_space(8.0);
        let card = Frame::new()
            .fill(theme.color.bg2)
            .inner_margin(Margin::same(16));
        card.show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            choices_ui(ui, look, state, out);
        });
        ui.add_space(12.0);
        results_ui(ui, look, state);
    });
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
            560.0,
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
    ui.add(
        egui::Label::new(
            egui::RichText::new(look.t("export-names-note"))
                .size(theme.type_sizes().small)
                .color(theme.color.text3),
        )
        .wrap(),
    );
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let may = !state.folder.trim().is_empty() && state.chosen.contains(&true) && !state.is_busy;
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
        match &state.said {
            Some(Ok(text)) => {
                icon(ui, look, "save_ok", 15.0, theme.color.ok);
                label(ui, text, theme.type_sizes().body, theme.color.ok);
            }
            Some(Err(text)) => {
                icon(ui, look, "warning", 15.0, theme.color.danger);
                label(ui, text, theme.type_sizes().body, theme.color.danger);
            }
            None => {}
        }
    });
}

fn results_ui(ui: &mut Ui, look: Look<'_>, state: &State) {
    let theme = look.theme;
    if state.files.is_empty() {
        return;
    }
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            section(ui, look, &look.t("export-files"), "");
            for file in &state.files {
                label(ui, file, theme.type_sizes().small, theme.color.text2);
            }
            if !state.losses.is_empty() {
                separator(ui, look);
                section(ui, look, &look.t("export-losses"), "");
                for loss in &state.losses {
                    label(
                        ui,
                        loss.sentence(look.words),
                        theme.type_sizes().small,
                        theme.color.warn,
                    );
                }
            }
        });
}
