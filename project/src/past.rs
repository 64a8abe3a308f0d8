//! The past of a work: the document as it was after any row of its journal, and the way back to it.
//!
//! Every row is reachable, also those that are undone now: what the work was after a row is the fold
//! of the rows up to it. The way back is one new row, an ordinary edit named `restore`, so that one
//! undo takes it back and nothing is destroyed.

use annotation_format::{Document, Edit};

use crate::clock::now_text;
use crate::error::{Error, Result};
use crate::ids::WorkId;
use crate::journal::{OpenWork, PlannedRow, decode_edit};
use crate::project::Project;
use crate::session::{Act, Session};
use crate::store::assignments::{self, AssignmentState, WorkRow};
use crate::store::{cases, journal};
use crate::work::TakenBack;

/// Reading a checkpoint costs about as much as so many rows.
const CHECKPOINT_COST: i64 = 32;

/// Where the fold to a row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// Before the first row.
    Beginning,
    /// The checkpoint after this row.
    Checkpoint(i64),
    /// The work as it is in memory.
    Present,
}

impl Project {
    /// The document as it was after a row of own work (0: before the first), to be looked at. Also of
    /// a locked work and of an earlier revision.
    ///
    /// # Errors
    /// [`Error::Refused`] for works of others; [`Error::Excluded`]; [`Error::NoSuchRow`];
    /// [`Error::Damaged`] if the journal cannot be folded.
    pub fn document_at(&self, session: &Session, work: &WorkId, seq: i64) -> Result<Document> {
        let grant = self.authorise(session, Act::Read)?;
        let assigned = assignments::of_work(&self.db, work)?;
        let own = assigned.filter(|state| state.reader == *grant.person());
        let assigned = own.ok_or_else(|| self.refuse(&grant))?;
        let case = cases::find(&self.db, self.seal, assigned.case.as_str())?;
        if let Some(case) = case.filter(|case| case.excluded) {
            return Err(Error::Excluded(case.number));
        }
        self.document_after(&assigned, work, seq)
    }

    /// Brings own work back to the state that it had after a row (0: before the first) by one new row,
    /// which one undo takes back. If it is in that state, no row is written and the edit is empty.
    ///
    /// # Errors
    /// [`Error::NoSuchRow`]; else as [`Project::append`].
    pub fn go_to(&self, session: &Session, case: &str, seq: i64) -> Result<TakenBack> {
        let work = self.writable_work_of(session, case)?;
        self.require_saved(&work)?;
        match self.plan_go_to(&work, seq)? {
            Some(row) => {
                let saved = self.write_planned(&row)?;
                Ok(TakenBack {
                    seq: saved.seq,
                    at: saved.at,
                    edit: row.edit,
                })
            }
            None => Ok(TakenBack {
                seq: self.last_planned(&work),
                at: now_text(),
                edit: Edit::new(annotation_format::EditName::Restore, Vec::new()),
            }),
        }
    }

    /// Plans the row that brings an open work to the state after row `seq`; none if it is there.
    pub(crate) fn plan_go_to(&self, work: &WorkId, seq: i64) -> Result<Option<PlannedRow>> {
        let assigned = assignments::of_work(&self.db, work)?
            .ok_or_else(|| Error::Damaged(format!("work {work} belongs to no assignment")))?;
        let target = self.document_after(&assigned, work, seq)?;
        let edit = {
            let works = self.works.borrow();
            let open = works.get(work).ok_or_else(|| not_open(work))?;
            Edit::between(&open.document, &target)?
        };
        if edit.is_empty() {
            return Ok(None);
        }
        let row = self.plan(work, |open, _, _| open.plan_edit(work, &edit))?;
        Ok(Some(row))
    }

    /// Number of the last row of an open work, written or not.
    pub(crate) fn last_planned(&self, work: &WorkId) -> i64 {
        self.works.borrow().get(work).map_or(0, |open| open.seq)
    }

    fn document_after(
        &self,
        assigned: &AssignmentState,
        work: &WorkId,
        seq: i64,
    ) -> Result<Document> {
        let works = self.works.borrow();
        let open = works.get(work);
        let last = match open {
            Some(open) => open.seq,
            None => journal::head(&self.db, work)?.0,
        };
        if !(0..=last).contains(&seq) {
            return Err(Error::NoSuchRow(seq));
        }
        let near = journal::checkpoint_near(&self.db, work, seq)?;
        let start = nearest(seq, near, open.map(|open| open.seq));
        let (mut at, mut document) = self.document_of(start, assigned, work, open)?;
        let edit_of = |row: i64| match open {
            Some(open) => open.edit_at(&self.db, self.seal, work, row),
            None => {
                let body = journal::body(&self.db, self.seal, work, row)?;
                decode_edit(&self.db, self.seal, &body)
            }
        };
        while at < seq {
            at += 1;
            document.apply(&edit_of(at)?)?;
        }
        while at > seq {
            document.apply(&edit_of(at)?.inverse())?;
            at -= 1;
        }
        Ok(document)
    }

    /// The document at the start of a fold, and the row it stands after.
    fn document_of(
        &self,
        start: Start,
        assigned: &AssignmentState,
        work: &WorkId,
        open: Option<&OpenWork>,
    ) -> Result<(i64, Document)> {
        let protocol = self.protocol_version(&assigned.protocol)?;
        let known = match (start, open) {
            (Start::Present, Some(open)) => Some((open.seq, open.document.clone())),
            (Start::Checkpoint(seq), _) => {
                let kept = self.checkpoint(work, seq, &protocol)?;
                kept.map(|document| (seq, document))
            }
            (Start::Beginning | Start::Present, _) => None,
        };
        match known {
            Some(known) => Ok(known),
            None => {
                let row = self.row_of_work(assigned, work)?;
                Ok((0, self.first_document(&row, protocol)?))
            }
        }
    }

    fn row_of_work(&self, assigned: &AssignmentState, work: &WorkId) -> Result<WorkRow> {
        let rows = assignments::works_of(&self.db, &assigned.id)?;
        let found = rows.into_iter().find(|row| row.id == *work);
        found.ok_or_else(|| Error::Damaged(format!("work {work} is missing")))
    }
}

fn not_open(work: &WorkId) -> Error {
    Error::Damaged(format!("work {work} is not open"))
}

/// The cheapest start on the way to a row; rows are walked in both directions.
fn nearest(seq: i64, checkpoint: Option<i64>, present: Option<i64>) -> Start {
    let from_checkpoint =
        checkpoint.map(|at| (CHECKPOINT_COST + (seq - at).abs(), Start::Checkpoint(at)));
    let from_present = present.map(|at| ((seq - at).abs(), Start::Present));
    [from_present, from_checkpoint]
        .into_iter()
        .flatten()
        .fold((seq, Start::Beginning), |best, next| {
            if next.0 < best.0 { next } else { best }
        })
        .1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_begins_at_the_nearest_state_that_is_known() {
        assert_eq!(nearest(10, Some(64), Some(1000)), Start::Beginning);
        assert_eq!(nearest(990, Some(960), Some(1000)), Start::Present);
        assert_eq!(nearest(500, Some(512), Some(1000)), Start::Checkpoint(512));
        assert_eq!(nearest(500, None, Some(600)), Start::Present);
        assert_eq!(nearest(500, None, None), Start::Beginning);
    }
}
