//! The side: progress, the selected case, assignment.

use super::questions::questions_ui;
use super::{CaseRow, CaseState, Scope, State, View};
use crate::desk::Command;
use crate::keys::Action;
use crate::widgets::{
    Button, Look, Tone, check, chip, fact, label, meter, paragraph, said, section, separator,
    text_field,
};
use egui::{CornerRadius, Rect, Sense, Ui, Vec2, vec2};

pub(super) fn side_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    let theme = look.theme;
    section(ui, look, &look.t("worklist-progress"), "");
    let scope = state.scope(view);
    let listed = state.rows(view);
    let done = listed
        .iter()
        .filter(|case| case.state.is_submitted())
        .count();
    ui.horizontal(|ui| {
        label(
            ui,
            done.to_string(),
            theme.type_sizes().figure,
            theme.color.text1,
        );
        label(
            ui,
            look.f("worklist-submitted", &[("total", listed.len().into())]),
            theme.type_sizes().body,
            theme.color.text2,
        );
    });
    let share = done as f32 / listed.len().max(1) as f32;
    meter(
        ui,
        look,
        &look.t("worklist-progress"),
        share,
        ui.available_width(),
        theme.color.accent,
    );
    if !listed.is_empty() && done == listed.len() && scope == Scope::Own {
        label(
            ui,
            look.t("worklist-all-done"),
            theme.type_sizes().body,
            theme.color.ok,
        );
    }
    if let Some(progress) = view.progress.filter(|_| scope == Scope::Own) {
        pace_ui(ui, look, progress);
    }
    separator(ui, look);
    if let Some(case) = listed
        .iter()
        .find(|case| Some(&case.id) == state.selected.as_ref())
    {
        case_ui(ui, look, state, case, view, out);
        questions_ui(ui, look, state, (view, case), out);
        separator(ui, look);
    }
    if view.is_lead && scope == Scope::All {
        assign_ui(ui, look, state, view, out);
    }
}

/// Today's cases, the usual time of one, and what is left: own figures alone.
fn pace_ui(ui: &mut Ui, look: Look<'_>, progress: &project::OwnProgress) {
    ui.add_space(4.0);
    let cases = |count: usize| look.f("worklist-cases-count", &[("count", count.into())]);
    let today = cases(progress.submitted_today);
    fact(ui, look, &look.t("worklist-today"), &today, FACT);
    fact(
        ui,
        look,
        &look.t("worklist-left"),
        &cases(progress.remaining),
        FACT,
    );
    if let Some(seconds) = progress.median_active_s {
        let text = format!("{:02}:{:02}", seconds as u64 / 60, seconds as u64 % 60);
        fact(ui, look, &look.t("worklist-median"), &text, FACT);
    }
    if let Some(seconds) = progress.remaining_s.filter(|_| progress.remaining > 0) {
        let minutes = (seconds / 60.0).ceil() as u64;
        let told = [
            ("hours", (minutes / 60).into()),
            ("minutes", (minutes % 60).into()),
        ];
        let text = look.f("worklist-estimate-time", &told);
        fact(ui, look, &look.t("worklist-estimate"), &text, FACT);
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
    // The place is kept while the picture is made, so that nothing below it jumps.
    let width = ui.available_width();
    let (place, _) = ui.allocate_exact_size(vec2(width, width * 0.66), Sense::hover());
    ui.painter()
        .rect_filled(place, CornerRadius::ZERO, theme.color.bg0);
    if let Some(picture) = view.preview {
        let square = Rect::from_center_size(place.center(), Vec2::splat(place.height()));
        egui::Image::new(picture).paint_at(ui, square);
    }
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        fact_name(ui, look, "worklist-col-state");
        chip(ui, look, &look.t(case.state.key()), case.state.color(look));
    });
    let study = if case.study.is_empty() {
        "—"
    } else {
        &case.study
    };
    fact(ui, look, &look.t("worklist-col-study"), study, FACT);
    let series = case.series.to_string();
    fact(ui, look, &look.t("worklist-col-series"), &series, FACT);
    if let Some(time) = case.time_text() {
        fact(ui, look, &look.t("worklist-col-time"), &time, FACT);
    }
    if let Some(share) = case.share_text(look) {
        fact(ui, look, &look.t("worklist-col-progress"), &share, FACT);
    }
    let readers = case.readers.join(&look.t("list-comma"));
    if !readers.is_empty() {
        fact(ui, look, &look.t("worklist-col-readers"), &readers, FACT);
    }
    if let Some(note) = &case.hold {
        fact(ui, look, &look.t("hold-chip"), note, FACT);
    }
    ui.add_space(4.0);
    if state.scope(view) == Scope::Own {
        read_ui(ui, look, case, out);
        if case.hold.is_some() {
            ui.add_space(4.0);
            let width = ui.available_width();
            let release = Button::new(look, look.t("hold-release")).width(width);
            if ui.add(release).clicked() {
                out.push(Command::ReleaseHold(case.id.clone()));
            }
        }
    } else if case.state.is_submitted() {
        compare_ui(ui, look, state, case, view, out);
    }
}

/// Width of the names of facts.
const FACT: f32 = 84.0;

fn fact_name(ui: &mut Ui, look: Look<'_>, key: &str) {
    ui.allocate_ui(vec2(FACT, look.theme.density.control_small), |ui| {
        ui.set_min_width(FACT);
        let size = look.theme.type_sizes().body;
        label(ui, look.t(key), size, look.theme.color.text2);
    });
}

fn read_ui(ui: &mut Ui, look: Look<'_>, case: &CaseRow, out: &mut Vec<Command>) {
    let key = match case.state {
        CaseState::Submitted => "worklist-read-again",
        CaseState::InProgress | CaseState::Reopened => "worklist-continue",
        _ => "worklist-open",
    };
    let button = Button::new(look, look.t(key))
        .primary()
        .tall()
        .icon("reading")
        .keys(look.key(Action::OpenRow))
        .width(ui.available_width());
    if ui.add(button).clicked() {
        out.push(Command::OpenCase(case.id.clone()));
    }
}

fn compare_ui(
    ui: &mut Ui,
    look: Look<'_>,
    state: &mut State,
    case: &CaseRow,
    view: &View<'_>,
    out: &mut Vec<Command>,
) {
    if case.is_mine {
        said(ui, look, Tone::Warn, &look.t("adjudication-own"));
        return;
    }
    if !view.is_lead {
        return;
    }
    let width = ui.available_width();
    let compare = Button::new(look, look.t("worklist-compare"))
        .primary()
        .tall()
        .icon("adjudicate")
        .keys(look.key(Action::OpenRow))
        .width(width);
    if ui.add(compare).clicked() {
        out.push(Command::Compare(case.id.clone()));
    }
    ui.add_space(4.0);
    let (name, text) = (look.t("worklist-reopen-reason"), &mut state.reopen_reason);
    text_field(ui, look, &name, &name, text, width, false);
    let may = !state.reopen_reason.trim().is_empty();
    let reopen = Button::new(look, look.t("worklist-reopen")).width(width);
    if ui.add(reopen.enabled(may)).clicked() {
        out.push(Command::Reopen {
            case: case.id.clone(),
            reason: std::mem::take(&mut state.reopen_reason),
        });
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
    let has_free = view
        .cases
        .iter()
        .any(|case| case.state == CaseState::Unassigned);
    // What keeps the button from being pressed stands beside it.
    let hint = match (has_free, state.chosen_readers.len()) {
        (false, _) => "worklist-assign-none",
        (true, 0) => "worklist-assign-choose",
        (true, _) => "worklist-assign-hint",
    };
    let size = theme.type_sizes().small;
    paragraph(ui, look, look.t(hint), size, theme.color.text2);
    let may = !state.chosen_readers.is_empty() && has_free;
    let assign = Button::new(look, look.t("worklist-assign-do")).width(ui.available_width());
    if ui.add(assign.enabled(may)).clicked() {
        out.push(Command::Assign(state.chosen_readers.clone()));
    }
}
