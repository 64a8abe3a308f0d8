//! Tables `assignment`, `work`, `submission`, `reopen`.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use super::{many, one, run};
use crate::error::Result;
use crate::ids::{AssignmentId, CaseId, PersonId, ProtocolVersionId, VersionId, WorkId, fresh_id};
use crate::seal::{Place, Seal};
use crate::statement::statements;

statements! { "assignments.sql":
    ASSIGNMENT_INSERT = "assignment_insert",
    LAST_ORD = "last_ord",
    STATES = "states",
    STATES_OF_CASE = "states_of_case",
    STATES_OF_READER = "states_of_reader",
    STATE_OF = "state_of",
    WORK_INSERT = "work_insert",
    LAST_WORK = "last_work",
    WORKS_OF = "works_of",
    WORKS = "works",
    SUBMISSION_INSERT = "submission_insert",
    SUBMISSIONS_OF = "submissions_of",
    LAST_SUBMISSIONS = "last_submissions",
    REOPEN_INSERT = "reopen_insert",
    REOPENED_UNBLINDED = "reopened_unblinded",
    OF_WORK = "of_work",
    LAST_REOPEN = "last_reopen",
}

/// An assignment with how far it has come.
#[derive(Clone, Debug)]
pub(crate) struct AssignmentState {
    pub(crate) id: AssignmentId,
    pub(crate) case: CaseId,
    pub(crate) reader: PersonId,
    pub(crate) protocol: ProtocolVersionId,
    /// Last revision that was opened.
    pub(crate) rev: Option<i64>,
    /// Last revision that was submitted.
    pub(crate) submitted_rev: Option<i64>,
}

impl AssignmentState {
    /// Whether the last revision is locked.
    pub(crate) fn is_submitted(&self) -> bool {
        self.rev.is_some() && self.rev == self.submitted_rev
    }
}

fn state(row: &Row<'_>) -> rusqlite::Result<AssignmentState> {
    Ok(AssignmentState {
        id: row.get(0)?,
        case: row.get(1)?,
        reader: row.get(2)?,
        protocol: row.get(3)?,
        rev: row.get(4)?,
        submitted_rev: row.get(5)?,
    })
}

pub(crate) struct NewAssignment<'a> {
    pub(crate) id: &'a AssignmentId,
    pub(crate) set: &'a str,
    pub(crate) case: &'a CaseId,
    pub(crate) reader: &'a PersonId,
    pub(crate) protocol: &'a ProtocolVersionId,
    pub(crate) ord: i64,
    pub(crate) alias: &'a str,
}

pub(crate) fn insert(db: &Connection, new: &NewAssignment<'_>, ev: &str) -> Result<()> {
    let NewAssignment {
        id,
        set,
        case,
        reader,
        protocol,
        ord,
        alias,
    } = new;
    run(
        db,
        ASSIGNMENT_INSERT,
        params![id, set, case, reader, protocol, ord, alias, ev],
    )?;
    Ok(())
}

pub(crate) fn last_ord(db: &Connection, reader: &PersonId) -> Result<i64> {
    Ok(one(db, LAST_ORD, [reader], |row| row.get(0))?.unwrap_or(0))
}

pub(crate) fn states(db: &Connection) -> Result<Vec<AssignmentState>> {
    many(db, STATES, [], state)
}

pub(crate) fn states_of_case(db: &Connection, case: &CaseId) -> Result<Vec<AssignmentState>> {
    many(db, STATES_OF_CASE, [case], state)
}

/// The assignment that a work belongs to.
pub(crate) fn of_work(db: &Connection, work: &WorkId) -> Result<Option<AssignmentState>> {
    one(db, OF_WORK, [work], state)
}

/// A reader's assignments in their reading order.
pub(crate) fn states_of_reader(db: &Connection, reader: &PersonId) -> Result<Vec<AssignmentState>> {
    many(db, STATES_OF_READER, [reader], state)
}

/// A reader's assignment to a case.
pub(crate) fn state_of(
    db: &Connection,
    case: &CaseId,
    reader: &PersonId,
) -> Result<Option<AssignmentState>> {
    one(db, STATE_OF, params![case, reader], state)
}

/// One revision of a reader's document.
#[derive(Clone, Debug)]
pub(crate) struct WorkRow {
    pub(crate) id: WorkId,
    pub(crate) rev: i64,
    pub(crate) from_version: Option<VersionId>,
}

fn work(row: &Row<'_>) -> rusqlite::Result<WorkRow> {
    Ok(WorkRow {
        id: row.get(0)?,
        rev: row.get(1)?,
        from_version: row.get(2)?,
    })
}

pub(crate) fn insert_work(
    db: &Connection,
    row: &WorkRow,
    assignment: &AssignmentId,
    ev: &str,
) -> Result<()> {
    run(
        db,
        WORK_INSERT,
        params![row.id, assignment, row.rev, row.from_version, ev],
    )?;
    Ok(())
}

pub(crate) fn last_work(db: &Connection, assignment: &AssignmentId) -> Result<Option<WorkRow>> {
    one(db, LAST_WORK, [assignment], work)
}

pub(crate) fn works_of(db: &Connection, assignment: &AssignmentId) -> Result<Vec<WorkRow>> {
    many(db, WORKS_OF, [assignment], work)
}

/// Every work with the protocol it is made under.
pub(crate) fn works(db: &Connection) -> Result<Vec<(WorkRow, ProtocolVersionId)>> {
    many(db, WORKS, [], |row| Ok((work(row)?, row.get(3)?)))
}

/// A lock on one revision.
#[derive(Clone, Debug)]
pub(crate) struct SubmissionRow {
    pub(crate) id: String,
    pub(crate) rev: i64,
    pub(crate) version: VersionId,
    /// Whether the reader had not seen the other reading.
    pub(crate) blinded: bool,
}

pub(crate) fn insert_submission(
    db: &Connection,
    assignment: &AssignmentId,
    row: &SubmissionRow,
    ev: &str,
) -> Result<()> {
    let blind = if row.blinded { "blinded" } else { "unblinded" };
    run(
        db,
        SUBMISSION_INSERT,
        params![row.id, assignment, row.rev, row.version, blind, ev],
    )?;
    Ok(())
}

pub(crate) fn submissions_of(
    db: &Connection,
    assignment: &AssignmentId,
) -> Result<Vec<SubmissionRow>> {
    many(db, SUBMISSIONS_OF, [assignment], |row| {
        Ok(SubmissionRow {
            id: row.get(0)?,
            rev: row.get(1)?,
            version: row.get(2)?,
            blinded: row.get::<_, String>(3)? == "blinded",
        })
    })
}

/// The version of each assignment's last submission.
pub(crate) fn last_submissions(db: &Connection) -> Result<BTreeMap<AssignmentId, VersionId>> {
    let rows = many(db, LAST_SUBMISSIONS, [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.into_iter().collect())
}

pub(crate) struct NewReopen<'a> {
    pub(crate) submission: &'a str,
    pub(crate) by: &'a PersonId,
    pub(crate) code: &'a str,
    pub(crate) text: &'a str,
    pub(crate) unblinded: bool,
}

pub(crate) fn insert_reopen(
    db: &Connection,
    seal: Seal,
    new: &NewReopen<'_>,
    ev: &str,
) -> Result<String> {
    let id = fresh_id();
    let NewReopen {
        submission,
        by,
        code,
        text,
        unblinded,
    } = new;
    let text = seal.close_text(
        Place {
            table: "reopen",
            row: &id,
        },
        text,
    );
    let values = params![id, submission, by, code, text, seal.scheme(), unblinded, ev];
    run(db, REOPEN_INSERT, values)?;
    Ok(id)
}

/// Whether any reopening of this assignment came after a comparison had been seen.
pub(crate) fn reopened_unblinded(db: &Connection, assignment: &AssignmentId) -> Result<bool> {
    Ok(one(db, REOPENED_UNBLINDED, [assignment], |row| row.get(0))?.unwrap_or(false))
}

/// What the lead said when the assignment was last reopened.
pub(crate) fn last_reopen_text(
    db: &Connection,
    seal: Seal,
    assignment: &AssignmentId,
) -> Result<Option<String>> {
    let found = one(db, LAST_REOPEN, [assignment], |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
    })?;
    found
        .map(|(id, text, scheme)| {
            seal.open_text(
                Place {
                    table: "reopen",
                    row: &id,
                },
                scheme,
                text,
            )
        })
        .transpose()
}
