//! One module per table group: the only places that bind values to SQL. Texts are in `src/sql/`.

pub(crate) mod assignments;
pub(crate) mod audit;
pub(crate) mod backups;
pub(crate) mod cases;
pub(crate) mod comparisons;
pub(crate) mod effort;
pub(crate) mod holds;
pub(crate) mod journal;
pub(crate) mod meta;
pub(crate) mod notes;
pub(crate) mod people;
pub(crate) mod protocols;
pub(crate) mod reading_places;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::digest::Sha;
use crate::error::{Error, Result};

/// Runs a statement of which one row or none is expected.
fn one<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>> {
    Ok(db.prepare_cached(sql)?.query_row(params, read).optional()?)
}

/// Runs a statement and collects its rows.
fn many<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params, read)?;
    Ok(rows.collect::<rusqlite::Result<Vec<T>>>()?)
}

/// Runs a statement that changes rows.
fn run(db: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    Ok(db.prepare_cached(sql)?.execute(params)?)
}

/// A stored SHA-256 or BLAKE3 value.
pub(crate) fn sha(bytes: &[u8]) -> Result<Sha> {
    Sha::try_from(bytes).map_err(|_| Error::Damaged("a hash without 32 bytes".to_owned()))
}
