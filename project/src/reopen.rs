//! Reopening: a lead unlocks a submitted work as a new revision.

use crate::error::{Error, Result};
use crate::ids::WorkId;
use crate::project::Project;
use crate::session::{Act, Grant, Session};
use crate::state::AssignmentStage;
use crate::store::assignments::{self, AssignmentState, NewReopen, WorkRow};
use crate::store::{audit, comparisons};
use crate::work::CaseStage;

impl Project {
    /// Unlocks a submitted work as a new revision that starts from the submitted version; without a
    /// reader's name, the works of all readers of the case who have submitted.
    ///
    /// A reopening after the comparison was seen marks the new revision as unblinded: statistics
    /// keep the revision before.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead asks; [`Error::NoSuchCase`], [`Error::NoSuchPerson`],
    /// [`Error::ReasonRequired`], [`Error::NotSubmitted`].
    pub fn reopen(
        &self,
        session: &Session,
        case: &str,
        reader: Option<&str>,
        reason: &str,
    ) -> Result<CaseStage> {
        let grant = self.authorise(session, Act::Reopen)?;
        let case = self.require_case(case)?;
        let reader = reader.map(|name| self.require_person(name)).transpose()?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::ReasonRequired);
        }
        let states = assignments::states_of_case(&self.db, &case.id)?;
        let locked: Vec<AssignmentState> = states
            .into_iter()
            .filter(AssignmentState::is_submitted)
            .filter(|state| reader.as_ref().is_none_or(|row| row.id == state.reader))
            .collect();
        if locked.is_empty() {
            return Err(Error::NotSubmitted);
        }
        let seen = comparisons::last_of_case(&self.db, &case.id)?.is_some();
        self.write(grant.person(), |recorder| {
            for state in &locked {
                self.reopen_one(recorder, &grant, state, (reason, seen))?;
            }
            Ok(())
        })?;
        Ok(CaseStage {
            case: case.id,
            state: AssignmentStage::InProgress,
        })
    }

    fn reopen_one(
        &self,
        recorder: &mut audit::Recorder<'_>,
        grant: &Grant,
        state: &AssignmentState,
        (reason, seen): (&str, bool),
    ) -> Result<()> {
        let db = recorder.db();
        let submissions = assignments::submissions_of(db, &state.id)?;
        let last = submissions.last().ok_or(Error::NotSubmitted)?;
        let new = NewReopen {
            submission: &last.id,
            by: grant.person(),
            code: "other",
            text: reason,
            unblinded: seen,
        };
        let id = assignments::insert_reopen(db, self.seal, &new, &recorder.ev())?;
        recorder.row("reopen", &audit::REOPEN, &id)?;
        let work = WorkRow {
            id: WorkId::fresh(),
            rev: last.rev + 1,
            from_version: Some(last.version.clone()),
        };
        assignments::insert_work(db, &work, &state.id, &recorder.ev())?;
        recorder.row("open", &audit::WORK, work.id.as_str())
    }
}
