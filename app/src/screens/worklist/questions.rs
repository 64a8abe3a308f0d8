//! Questions to the lead and their answers.

use super::{CaseRow, State, View};
use crate::desk::{Command, clock_text};
use crate::widgets::{Button, Look, label, paragraph, section, separator, text_field};
use egui::Ui;
use project::Flag;

/// Draws the questions about a case: the own ones with their answers, for the lead those of the readers.
pub(super) fn questions_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    (view, case): (&View<'_>, &CaseRow),
    out: &mut Vec<Command>,
) {
    let about = |flag: &&Flag| flag.case.to_string() == case.id;
    let mut flags = view.flags.iter().filter(about).peekable();
    if flags.peek().is_none() {
        return;
    }
    separator(ui, look);
    section(ui, look, &look.t("flag-questions"), "");
    for flag in flags {
        question_ui(ui, look, state, flag, out);
    }
}

fn question_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    flag: &Flag,
    out: &mut Vec<Command>,
) {
    let (sizes, color) = (look.theme.type_sizes(), &look.theme.color);
    let from = flag.reader.clone().unwrap_or_default();
    let head = format!("{}　{from}", clock_text(&flag.at));
    label(ui, head.trim(), sizes.small, color.text3);
    paragraph(ui, look, flag.text.clone(), sizes.body, color.text1);
    for answer in &flag.answers {
        let by = format!("{}　{}", answer.by, clock_text(&answer.at));
        label(ui, by, sizes.small, color.text3);
        paragraph(ui, look, answer.text.clone(), sizes.body, color.ok);
    }
    if flag.withdrawn.is_some() {
        label(ui, look.t("flag-withdrawn"), sizes.small, color.text3);
    } else if flag.mine && flag.answers.is_empty() {
        ui.horizontal(|ui| {
            label(ui, look.t("flag-waiting"), sizes.small, color.warn);
            let back = Button::new(look, look.t("flag-withdraw")).link();
            if ui.add(back).clicked() {
                out.push(Command::SettleFlag {
                    flag: flag.id.to_string(),
                    answer: None,
                });
            }
        });
    } else if !flag.mine {
        answer_ui(ui, look, state, flag, out);
    }
    ui.add_space(6.0);
}

fn answer_ui(ui: &mut Ui, look: Look<'_>, state: &mut State, flag: &Flag, out: &mut Vec<Command>) {
    let id = flag.id.to_string();
    let text = state.answers.entry(id.clone()).or_default();
    let name = look.t("flag-answer");
    let width = ui.available_width();
    text_field(ui, look, &name, &name, text, width, false);
    let may = !text.trim().is_empty();
    let send = Button::new(look, look.t("flag-answer-do")).enabled(may);
    if ui.add(send).clicked() {
        let answer = std::mem::take(text);
        out.push(Command::SettleFlag {
            flag: id,
            answer: Some(answer),
        });
    }
}
