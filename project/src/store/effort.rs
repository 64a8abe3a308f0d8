//! Table `effort_span`: how long an assignment took.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::{many, one, run};
use crate::error::Result;
use crate::ids::{AssignmentId, PersonId, fresh_id};
use crate::statement::statements;

statements! { "effort.sql":
    INSERT = "insert",
    OF_ASSIGNMENT = "of_assignment",
    ACTIVE_OF_READER = "active_of_reader",
    SUBMITTED_OF_READER = "submitted_of_reader",
}

/// Sums of an assignment's spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) active_ms: i64,
    pub(crate) idle_ms: i64,
    pub(crate) edits: i64,
    pub(crate) spans: i64,
}

/// A span on its way into the table.
pub(crate) struct NewSpan<'a> {
    pub(crate) assignment: &'a AssignmentId,
    pub(crate) started: &'a str,
    pub(crate) active_ms: i64,
    pub(crate) idle_ms: i64,
    pub(crate) edits: i64,
}

pub(crate) fn insert(db: &Connection, new: &NewSpan<'_>, ev: &str) -> Result<String> {
    let id = fresh_id();
    let NewSpan {
        assignment,
        started,
        active_ms,
        idle_ms,
        edits,
    } = new;
    let values = params![id, assignment, started, active_ms, idle_ms, edits, ev];
    run(db, INSERT, values)?;
    Ok(id)
}

pub(crate) fn of_assignment(db: &Connection, assignment: &AssignmentId) -> Result<Sums> {
    let sums = one(db, OF_ASSIGNMENT, [assignment], |row| {
        Ok(Sums {
            active_ms: row.get(0)?,
            idle_ms: row.get(1)?,
            edits: row.get(2)?,
            spans: row.get(3)?,
        })
    })?;
    Ok(sums.unwrap_or_default())
}

/// Active milliseconds of each assignment of a reader that has any span.
pub(crate) fn active_of_reader(
    db: &Connection,
    reader: &PersonId,
) -> Result<BTreeMap<AssignmentId, i64>> {
    let rows = many(db, ACTIVE_OF_READER, [reader], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.into_iter().collect())
}

/// When each assignment of a reader was submitted last, UTC.
pub(crate) fn submitted_of_reader(
    db: &Connection,
    reader: &PersonId,
) -> Result<BTreeMap<AssignmentId, String>> {
    let rows = many(db, SUBMITTED_OF_READER, [reader], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.into_iter().collect())
}
