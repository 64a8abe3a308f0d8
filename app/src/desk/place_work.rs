//! What is kept around a reading: the place it is left at, the time it takes, holds, questions to the lead.

use super::{Desk, Screen, frame};
use crate::room::{Place, Room};
use project::{EffortSpan, FlagAbout};
use serde_json::Value;

/// Seconds between two looks at whether the place has changed: as much is lost at most in a crash.
const KEPT_EVERY_S: f64 = 1.0;
/// Seconds worked after which they are noted.
const NOTED_EVERY_S: f64 = 60.0;

/// What was kept of the open case so far.
#[derive(Debug, Default)]
pub(super) struct Kept {
    place: Option<Value>,
    looked_at: f64,
    is_stale: bool,
    noted_s: f64,
    edits: usize,
}

impl Desk {
    /// Begins to keep the place of a case that is opened, at where it was left.
    pub(super) fn begin_place(&mut self, room: &mut Room, left: Option<&Value>, worked_ms: u64) {
        if let Some(place) = left.and_then(Place::read) {
            room.stand_as(&place);
        }
        room.worked_s = worked_ms as f64 / 1000.0;
        self.kept = Kept {
            place: left.cloned(),
            noted_s: room.worked_s,
            edits: room.history.rows().len(),
            ..Kept::default()
        };
    }

    /// Keeps the place now and then while the hand moves.
    pub(super) fn follow_place(&mut self, ui: &egui::Ui) {
        if !self.room.as_ref().is_some_and(Room::is_kept) {
            return;
        }
        let (now, has_input) = ui.input(|i| (i.time, !i.raw.events.is_empty()));
        self.kept.is_stale |= has_input;
        if !self.kept.is_stale {
            return;
        }
        let rest = KEPT_EVERY_S - (now - self.kept.looked_at);
        if rest > 0.0 {
            let wait = std::time::Duration::from_secs_f64(rest);
            ui.ctx().request_repaint_after(wait);
            return;
        }
        (self.kept.looked_at, self.kept.is_stale) = (now, false);
        self.keep_place();
        let worked_s = self.room.as_ref().map_or(0.0, |room| room.worked_s);
        if worked_s - self.kept.noted_s >= NOTED_EVERY_S {
            self.note_effort();
        }
    }

    fn keep_place(&mut self) {
        let Some(room) = self.room.as_ref().filter(|room| room.is_kept()) else {
            return;
        };
        let place = room.place_now().written();
        if self.kept.place.as_ref() == Some(&place) {
            return;
        }
        let case = room.case.clone();
        self.kept.place = Some(place.clone());
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| project.keep_place(&session, &case, &place),
            |_, result| {
                if let Err(error) = result {
                    // nothing is lost but where one was
                    tracing::warn!(%error, "the place in a case was not kept");
                }
            },
        );
    }

    fn note_effort(&mut self) {
        let Some(room) = self.room.as_ref().filter(|room| room.is_kept()) else {
            return;
        };
        let edits = room.history.rows().len();
        let span = EffortSpan {
            active_ms: ((room.worked_s - self.kept.noted_s).max(0.0) * 1000.0) as u64,
            idle_ms: 0,
            edits: edits.saturating_sub(self.kept.edits) as u64,
        };
        let case = room.case.clone();
        (self.kept.noted_s, self.kept.edits) = (room.worked_s, edits);
        if span.active_ms == 0 {
            return;
        }
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| project.note_effort(&session, &case, span),
            |_, result| {
                if let Err(error) = result {
                    tracing::warn!(%error, "the time of a case was not noted");
                }
            },
        );
    }

    /// Keeps everything of the case that is left.
    pub(super) fn end_place(&mut self) {
        if let Some(room) = self.room.as_ref().filter(|room| room.is_in_project()) {
            self.settings.brushes.extend(room.brushes());
        }
        self.keep_place();
        self.note_effort();
    }

    /// Who comes back goes on where they left off; whoever has nothing open comes to the worklist.
    pub(super) fn resume(&mut self) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        if !session.roles().contains(&project::Role::Reader) {
            self.screen = Screen::Worklist;
            return;
        }
        open.ask(
            &self.background,
            move |project| project.case_to_resume(&session),
            |desk, result| match result {
                Ok(Some(case)) => {
                    let case = case.to_string();
                    desk.worklist.selected = Some(case.clone());
                    desk.open_case(case);
                }
                Ok(None) => desk.screen = Screen::Worklist,
                Err(error) => {
                    desk.screen = Screen::Worklist;
                    desk.say_error(&error);
                }
            },
        );
    }

    /// Opens the form in which a case is put on hold, or takes it off.
    pub(super) fn ask_hold(&mut self) {
        let Some(room) = self.room.as_ref().filter(|room| room.is_kept()) else {
            return;
        };
        if self
            .own
            .iter()
            .any(|row| row.id == room.case && row.hold.is_some())
        {
            let case = room.case.clone();
            self.release_hold(case);
        } else {
            self.form = Some(frame::Form::Hold(String::new()));
        }
    }

    /// Puts the open case on hold and goes on with the next.
    pub(super) fn hold(&mut self, note: String) {
        self.form = None;
        let Some(case) = self.room.as_ref().map(|room| room.case.clone()) else {
            return;
        };
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let held = case.clone();
        open.ask(
            &self.background,
            move |project| project.hold(&session, &held, &note),
            move |desk, result| match result {
                Ok(()) => {
                    let text = desk.t("hold-done");
                    desk.say(text);
                    desk.go_on_after(&case);
                }
                Err(error) => desk.say_error(&error),
            },
        );
    }

    /// Takes a case off hold.
    pub(super) fn release_hold(&mut self, case: String) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| project.release_hold(&session, &case),
            |desk, result| match result {
                Ok(()) => {
                    let text = desk.t("hold-released");
                    desk.say(text);
                    desk.refresh_cases();
                }
                Err(error) => desk.say_error(&error),
            },
        );
    }

    /// Opens the form in which the lead is asked.
    pub(super) fn ask_flag(&mut self) {
        if let Some(room) = self.room.as_ref().filter(|room| room.is_in_project()) {
            let about = room.selected_finding();
            let about = about.map(|finding| room.name_of(finding, self.words.code()));
            self.form = Some(frame::Form::Flag {
                text: String::new(),
                about: about.unwrap_or_default(),
            });
        }
    }

    /// Asks the lead about the open case, and about the selected finding.
    pub(super) fn raise_flag(&mut self, text: String) {
        self.form = None;
        let Some(room) = &self.room else { return };
        let case = room.case.clone();
        let looks_at = room.pane().view().map(|view| view.centre.0);
        let about = FlagAbout {
            finding: room.selected.as_ref().map(ToString::to_string),
            position: looks_at.map(|mm| serde_json::json!({ "mm": mm })),
        };
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| project.raise_flag(&session, &case, &text, Some(&about)),
            |desk, result| match result {
                Ok(_) => {
                    let text = desk.t("flag-sent");
                    desk.say(text);
                    desk.refresh_cases();
                }
                Err(error) => desk.say_error(&error),
            },
        );
    }

    /// The lead answers a question, or its reader takes it back.
    pub(super) fn settle_flag(&mut self, flag: String, answer: Option<String>) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| match answer {
                Some(text) => project.answer_flag(&session, &flag, &text),
                None => project.withdraw_flag(&session, &flag),
            },
            |desk, result| match result {
                Ok(()) => desk.refresh_cases(),
                Err(error) => desk.say_error(&error),
            },
        );
    }
}
