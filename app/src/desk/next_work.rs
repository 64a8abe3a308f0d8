//! From a case to the next one: after it was submitted, by key, or because a person asks for work.

use super::{Desk, Screen};
use crate::room::Closed;
use crate::screens::worklist::CaseState;

impl Desk {
    /// Goes on with the next case that is open, or back to the worklist; not where the person has opened
    /// another case meanwhile.
    pub(super) fn after_submission(&mut self, case: &str) {
        if let Some(row) = self.own.iter_mut().find(|row| row.id == case) {
            row.state = CaseState::Submitted;
        }
        if let Some(room) = self.room.as_mut().filter(|room| room.case == case) {
            room.closed = Closed::Submitted;
            self.go_on_after(case);
        }
    }

    /// Leaves a case and goes on with the next that is open, or back to the worklist.
    pub(super) fn go_on_after(&mut self, case: &str) {
        self.leave_case();
        self.open_next_after(Some(project::CaseId::from_text(case)));
    }

    /// Opens the case that the project gives to be read next; without one the worklist is shown.
    pub(super) fn open_next_after(&mut self, after: Option<project::CaseId>) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let place = |desk: &Self| {
            (
                desk.screen,
                desk.room.as_ref().map(|room| room.case.clone()),
            )
        };
        let asked_at = place(self);
        open.ask(
            &self.background,
            move |project| project.next_case(&session, after.as_ref()),
            move |desk, next| {
                // the person has gone elsewhere meanwhile
                if place(desk) != asked_at {
                    return;
                }
                match next {
                    Ok(Some(next)) => desk.read(next.as_str()),
                    Ok(None) => desk.go(Screen::Worklist),
                    Err(error) => {
                        desk.say_error(&error);
                        if desk.room.is_none() {
                            desk.go(Screen::Worklist);
                        }
                    }
                }
            },
        );
    }

    /// Shows a case to be read: the open one as it is, any other one anew.
    fn read(&mut self, case: &str) {
        self.worklist.selected = Some(case.to_owned());
        if self.room.as_ref().is_some_and(|room| room.case == case) {
            self.go(Screen::Reading);
        } else {
            self.open_case(case.to_owned());
        }
    }

    pub(super) fn open_next_case(&mut self) {
        let present = self.room.as_ref().map(|room| room.case.clone());
        if present.is_some() {
            self.open_neighbour(1);
        } else {
            self.open_next_after(None);
        }
    }

    pub(super) fn open_previous_case(&mut self) {
        self.open_neighbour(-1);
    }

    fn open_neighbour(&mut self, step: i64) {
        let Some(present) = self.room.as_ref().map(|room| room.case.clone()) else {
            return;
        };
        let mine: Vec<String> = self.own.iter().map(|row| row.id.clone()).collect();
        let Some(at) = mine.iter().position(|id| *id == present) else {
            return;
        };
        let next = at as i64 + step;
        if let Some(id) = usize::try_from(next)
            .ok()
            .and_then(|next| mine.get(next))
            .cloned()
        {
            self.worklist.selected = Some(id.clone());
            self.open_case(id);
        }
    }
}
