//! Table `hold`: assignments put on hold and released.

use std::collections::BTreeMap;

use rusqlite::{Connection, Params, Row, params};

use super::{many, run};
use crate::error::Result;
use crate::ids::{AssignmentId, PersonId, fresh_id};
use crate::seal::{Place, Scheme, Seal};
use crate::statement::statements;

statements! { "holds.sql":
    INSERT = "insert",
    LAST_OF_EACH = "last_of_each",
    LAST_OF_READER = "last_of_reader",
}

/// An assignment that is held.
#[derive(Clone, Debug)]
pub(crate) struct HoldRow {
    /// The revision that was held.
    pub(crate) rev: i64,
    pub(crate) note: String,
}

/// A hold, or without a note its release.
pub(crate) struct NewHold<'a> {
    pub(crate) assignment: &'a AssignmentId,
    pub(crate) rev: i64,
    pub(crate) note: Option<&'a str>,
    pub(crate) mono: i64,
}

pub(crate) fn insert(db: &Connection, seal: Seal, new: &NewHold<'_>, ev: &str) -> Result<String> {
    let id = fresh_id();
    let NewHold {
        assignment,
        rev,
        note,
        mono,
    } = new;
    let place = Place {
        table: "hold",
        row: &id,
    };
    let text = seal.close_text(place, note.unwrap_or_default());
    let held = note.is_some();
    let values = params![id, assignment, rev, held, text, seal.scheme(), mono, ev];
    run(db, INSERT, values)?;
    Ok(id)
}

type Held = BTreeMap<AssignmentId, HoldRow>;

/// Every assignment whose last row is a hold.
pub(crate) fn all(db: &Connection, seal: Seal) -> Result<Held> {
    read(db, seal, LAST_OF_EACH, [])
}

/// The same of one reader.
pub(crate) fn of_reader(db: &Connection, seal: Seal, reader: &PersonId) -> Result<Held> {
    read(db, seal, LAST_OF_READER, [reader])
}

type Raw = (String, AssignmentId, i64, Vec<u8>, Scheme);

fn read(db: &Connection, seal: Seal, sql: &str, params: impl Params) -> Result<Held> {
    let raw = |row: &Row<'_>| -> rusqlite::Result<Raw> {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
        ))
    };
    let opened = |(id, assignment, rev, note, scheme): Raw| {
        let place = Place {
            table: "hold",
            row: &id,
        };
        let note = seal.open_text(place, scheme, note)?;
        Ok((assignment, HoldRow { rev, note }))
    };
    many(db, sql, params, raw)?
        .into_iter()
        .map(opened)
        .collect()
}
