//! Where a reader was in a case, so that each case reopens as it was left.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::ids::{AssignmentId, CaseId};
use crate::project::Project;
use crate::session::{Act, Session};
use crate::state::AssignmentStage;
use crate::store::{cases, holds, reading_places};

/// Largest place that is kept, bytes of its JSON.
pub const PLACE_LIMIT: usize = 256 * 1024;

impl Project {
    /// Keeps where the person is in an own case (slice, zoom, window, tool, layout, slices seen), in
    /// whatever form the window chose; an earlier place is overwritten. The case is from now on the one
    /// that [`Project::case_to_resume`] goes on with.
    ///
    /// A place says nothing about findings: it is no part of the journal, of the audit chain or of
    /// what a lead sees. Each call is one synchronised write: call it when a view comes to rest.
    ///
    /// # Errors
    /// [`Error::Refused`] unless the case is assigned to the person; [`Error::TooLong`] above
    /// [`PLACE_LIMIT`]; [`Error::ReadOnly`]; errors of the disc.
    pub fn keep_place(&self, session: &Session, case: &str, place: &Value) -> Result<()> {
        let grant = self.authorise(session, Act::Read)?;
        let (_, assigned) = self.own_assignment(&grant, case)?;
        let body = serde_json::to_vec(place)?;
        if body.len() > PLACE_LIMIT {
            return Err(Error::TooLong(PLACE_LIMIT));
        }
        if !self.is_writable() {
            return Err(Error::ReadOnly);
        }
        reading_places::put(&self.db, self.seal, &assigned.id, &body)
    }

    /// The place that was kept last for an own case.
    ///
    /// # Errors
    /// [`Error::Refused`] unless the case is assigned to the person; errors of the database.
    pub fn place(&self, session: &Session, case: &str) -> Result<Option<Value>> {
        let grant = self.authorise(session, Act::Read)?;
        let (_, assigned) = self.own_assignment(&grant, case)?;
        self.place_of(&assigned.id)
    }

    pub(crate) fn place_of(&self, assignment: &AssignmentId) -> Result<Option<Value>> {
        let body = reading_places::get(&self.db, self.seal, assignment)?;
        Ok(body.map(|body| serde_json::from_slice(&body)).transpose()?)
    }

    /// The own case to go on with after signing in: the one whose place was kept last, as long as its work
    /// has begun, is not submitted and not on hold.
    ///
    /// # Errors
    /// [`Error::Refused`] without the role reader; errors of the database.
    pub fn case_to_resume(&self, session: &Session) -> Result<Option<CaseId>> {
        let Some(case) = self.last_case(session)? else {
            return Ok(None);
        };
        let grant = self.authorise(session, Act::Read)?;
        let (_, assigned) = self.own_assignment(&grant, case.as_str())?;
        let held = holds::of_reader(&self.db, self.seal, grant.person())?;
        let goes_on = AssignmentStage::of(&assigned) == AssignmentStage::InProgress
            && !assigned.is_held_by(held.get(&assigned.id));
        Ok(goes_on.then_some(case))
    }

    /// The own case whose place was kept last. A case that a lead has taken out of the worklist meanwhile
    /// is passed over.
    pub(crate) fn last_case(&self, session: &Session) -> Result<Option<CaseId>> {
        let grant = self.authorise(session, Act::Read)?;
        for id in reading_places::cases_by_turn(&self.db, grant.person())? {
            let case = cases::find(&self.db, self.seal, id.as_str())?;
            if case.is_some_and(|case| !case.excluded) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}
