//! The side: progress, the selected case, assignment.

use super::{CaseRow, CaseState, State, View};
use crate::desk::Command;
use crate::widgets::{Button, Look, check, label, meter, section, separator, text_field};
use egui::{Ui, vec2};

pub(super) fn side_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    section(ui, look, &look.t("worklist-progress"), "");
    let mine: Vec<&CaseRow> = if view.is_lead {
        view.cases.iter().collect()
    } else {
        view.cases.iter().filter(|c| c.is_mine).collect()
    };
    let done = mine.iter().filter(|case| case.state.is_submitted()).count();
    ui.horizontal(|ui| {
        label(
            ui,
            done.to_string(),
            theme.type_sizes().figure,
            theme.color.text1,
        );
        label(
            ui,
            look.f("worklist-submitted", &[("total", mine.len().into())]),
            theme.type_sizes().body,
            theme.color.text2,
        );
    });
    let share = done as f32 / mine.len().max(1) as f32;
    meter(
        ui,
        look,
        &look.t("worklist-progress"),
        share,
        ui.available_width(),
        theme.color.accent,
    );
    if !mine.is_empty() && done == mine.len() && !view.is_lead {
        label(
            ui,
            look.t("worklist-all-done"),
            theme.type_sizes().body,
            theme.color.ok,
        );
    }
    separator(ui, look);
    if let Some(case) = view
        .cases
        .iter()
        .find(|case| Some(&case.id) == state.selected.as_ref())
    {
        case_ui(ui, look, state, case, view, out);
        separator(ui, look);
    }
    if view.is_lead {
        assign_ui(ui, look, state, view, out);
    }
}

fn case_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    case: &CaseRow,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    label(ui, &case.number, theme.type_sizes().head, theme.color.text1);
    if let Some(picture) = view.preview {
        let width = ui.available_width();
        ui.add(egui::Image::new(picture).fit_to_exact_size(vec2(width, width * 0.72)));
    }
    label(ui, &case.study, theme.type_sizes().body, theme.color.text2);
    let width = ui.available_width();
    if case.is_mine {
        let key = match case.state {
            CaseState::Submitted => "worklist-read-again",
            CaseState::InProgress | CaseState::Reopened => "worklist-continue",
            _ => "worklist-open",
        };
        if ui
            .add(
                Button::new(look, look.t(key))
                    .primary()
                    .tall()
                    .icon("reading")
                    .width(width),
            )
            .clicked()
        {
            out.push(Command::OpenCase(case.id.clone()));
        }
    } else if matches!(
        case.state,
        CaseState::Ready | CaseState::Discordant | CaseState::Settled
    ) {
        if ui
            .add(
                Button::new(look, look.t("worklist-compare"))
                    .primary()
                    .tall()
                    .icon("adjudicate")
                    .width(width),
            )
            .clicked()
        {
            out.push(Command::Compare(case.id.clone()));
        }
        let name = look.t("worklist-reopen-reason");
        text_field(
            ui,
            look,
            &name,
            &name,
            &mut state.reopen_reason,
            width,
            false,
        );
        let may = !state.reopen_reason.trim().is_empty();
        if ui
            .add(
                Button::new(look, look.t("worklist-reopen"))
                    .width(width)
                    .enabled(may),
            )
            .clicked()
        {
            out.push(Command::Reopen {
                case: case.id.clone(),
                reason: std::mem::take(&mut state.reopen_reason),
            });
        }
    }
}

fn assign_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    section(ui, look, &look.t("worklist-assign"), "");
    if view.is_admin
        && ui
            .add(
                Button::new(look, look.t("people-new"))
                    .icon("add")
                    .width(ui.available_width()),
            )
            .clicked()
    {
        out.push(Command::AskPerson);
    }
    for (id, name) in view.readers {
        let mut is_chosen = state.chosen_readers.contains(id);
        if check(ui, look, name, &mut is_chosen).changed() {
            state.chosen_readers.retain(|known| known != id);
            if is_chosen {
                state.chosen_readers.push(id.clone());
            }
        }
    }
    ui.add(
        egui::Label::new(
            egui::RichText::new(look.t("worklist-assign-hint"))
                .size(theme.type_sizes().small)
                .color(theme.color.text3),
        )
        .wrap(),
    );
    let may = !state.chosen_readers.is_empty()
        && view
            .cases
            .iter()
            .any(|case| case.state == CaseState::Unassigned);
    let width = ui.available_width();
    if ui
        .add(
            Button::new(look, look.t("worklist-assign-do"))
                .width(width)
                .enabled(may),
        )
        .clicked()
    {
        out.push(Command::Assign(state.chosen_readers.clone()));
    }
}
