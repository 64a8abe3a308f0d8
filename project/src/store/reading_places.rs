//! Table `reading_place`: where a reader was in a case; the one table of a project that is overwritten.

use rusqlite::{Connection, params};

use super::{many, one, run};
use crate::error::Result;
use crate::ids::{AssignmentId, CaseId, PersonId};
use crate::seal::{Place, Seal};
use crate::statement::statements;

statements! { "reading_places.sql":
    PUT = "put",
    PLACE = "place",
    CASES_BY_TURN = "cases_by_turn",
}

fn place_of(assignment: &AssignmentId) -> Place<'_> {
    Place {
        table: "reading_place",
        row: assignment.as_str(),
    }
}

/// Writes the place anew; it is the last one of all from then on.
pub(crate) fn put(
    db: &Connection,
    seal: Seal,
    assignment: &AssignmentId,
    body: &[u8],
) -> Result<()> {
    let body = seal.close(place_of(assignment), body);
    run(db, PUT, params![assignment, body, seal.scheme()])?;
    Ok(())
}

pub(crate) fn get(
    db: &Connection,
    seal: Seal,
    assignment: &AssignmentId,
) -> Result<Option<Vec<u8>>> {
    let found = one(db, PLACE, [assignment], |row| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?))
    })?;
    found
        .map(|(body, scheme)| seal.open(place_of(assignment), scheme, body))
        .transpose()
}

/// Cases of a reader, the one whose place was kept last first.
pub(crate) fn cases_by_turn(db: &Connection, reader: &PersonId) -> Result<Vec<CaseId>> {
    many(db, CASES_BY_TURN, [reader], |row| row.get(0))
}
