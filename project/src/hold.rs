//! On hold: a reader puts an own case aside with a note. Its state stays what it is; the next case is
//! another one, and the lead sees why.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::flags::said;
use crate::ids::{AssignmentId, CaseId};
use crate::project::Project;
use crate::session::{Act, Session};
use crate::state::AssignmentStage;
use crate::store::assignments::{self, AssignmentState};
use crate::store::holds::{self, HoldRow, NewHold};
use crate::store::{audit, cases};

impl AssignmentState {
    /// Whether a hold counts: of this revision, and not submitted since. A work that a lead reopens
    /// is not on hold for what was said of the revision before.
    pub(crate) fn is_held_by(&self, hold: Option<&HoldRow>) -> bool {
        !self.is_submitted() && hold.is_some_and(|hold| hold.rev == self.rev.unwrap_or(1))
    }

    /// The note of a hold that counts.
    pub(crate) fn held_note(&self, holds: &BTreeMap<AssignmentId, HoldRow>) -> Option<String> {
        let hold = holds
            .get(&self.id)
            .filter(|hold| self.is_held_by(Some(hold)));
        hold.map(|hold| hold.note.clone())
    }
}

impl Project {
    /// Puts an own open case on hold with a note; on a case that is on hold, the new note counts.
    /// Submitting ends the hold.
    ///
    /// # Errors
    /// [`Error::Refused`] for cases of others and submitted ones; [`Error::Excluded`];
    /// [`Error::ReasonRequired`] without a note; [`Error::TooLong`].
    pub fn hold(&self, session: &Session, case: &str, note: &str) -> Result<()> {
        self.set_held(session, case, Some(note))
    }

    /// Takes an own case off hold; one that is not on hold stays as it is.
    ///
    /// # Errors
    /// As [`Project::hold`].
    pub fn release_hold(&self, session: &Session, case: &str) -> Result<()> {
        self.set_held(session, case, None)
    }

    fn set_held(&self, session: &Session, case: &str, note: Option<&str>) -> Result<()> {
        let grant = self.authorise(session, Act::Read)?;
        let (case, assigned) = self.own_assignment(&grant, case)?;
        if assigned.is_submitted() {
            return Err(self.refuse(&grant));
        }
        if case.excluded {
            return Err(Error::Excluded(case.number));
        }
        let note = note.map(said).transpose()?;
        let held = holds::of_reader(&self.db, self.seal, grant.person())?;
        if assigned.held_note(&held).as_deref() == note {
            return Ok(());
        }
        let kind = if note.is_some() {
            "hold"
        } else {
            "release_hold"
        };
        self.write(grant.person(), |recorder| {
            let new = NewHold {
                assignment: &assigned.id,
                rev: assigned.rev.unwrap_or(1),
                note,
                mono: recorder.mono(),
            };
            let id = holds::insert(recorder.db(), self.seal, &new, &recorder.ev())?;
            recorder.row(kind, &audit::HOLD, &id)
        })
    }

    /// The own case to read next after another one: the first in progress, then the first that was
    /// reopened, then the first not begun, each in reading order; never one that is submitted, on
    /// hold or taken out.
    ///
    /// # Errors
    /// [`Error::Refused`] without the role reader; errors of the database.
    pub fn next_case(&self, session: &Session, after: Option<&CaseId>) -> Result<Option<CaseId>> {
        let grant = self.authorise(session, Act::Read)?;
        let held = holds::of_reader(&self.db, self.seal, grant.person())?;
        let mut open: Vec<AssignmentState> =
            assignments::states_of_reader(&self.db, grant.person())?
                .into_iter()
                .filter(|state| !state.is_submitted() && Some(&state.case) != after)
                .filter(|state| !state.is_held_by(held.get(&state.id)))
                .collect();
        // The sort keeps the reading order among equals.
        open.sort_by_key(|state| match AssignmentStage::of(state) {
            AssignmentStage::InProgress => i64::from(state.rev > Some(1)),
            AssignmentStage::Assigned | AssignmentStage::Submitted => 2,
        });
        for state in open {
            let case = cases::find(&self.db, self.seal, state.case.as_str())?;
            if case.is_some_and(|case| !case.excluded) {
                return Ok(Some(state.case));
            }
        }
        Ok(None)
    }
}
