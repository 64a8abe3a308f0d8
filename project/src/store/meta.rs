//! Table `meta`: facts about the project as a whole.

use rusqlite::{Connection, params};

use super::{one, run};
use crate::error::{Error, Result};
use crate::statement::statements;

statements! { "meta.sql": GET = "get", PUT = "put" }

/// Keys of the table.
pub(crate) const PROJECT_ID: &str = "project_id";
pub(crate) const TITLE: &str = "title";
pub(crate) const PRESET: &str = "preset";
pub(crate) const DEVICE: &str = "device";
pub(crate) const HASH_COST: &str = "hash_cost";
pub(crate) const PROTOCOL: &str = "protocol";
pub(crate) const ANNOTATION_SET: &str = "annotation_set";
pub(crate) const CREATED: &str = "created";
/// Random text from which the order of a, b, … is drawn per case.
pub(crate) const ORDER_SEED: &str = "order_seed";
/// A change of schema that no chain tells yet, as JSON; empty once told.
pub(crate) const MIGRATED: &str = "migrated";

pub(crate) fn get(db: &Connection, key: &str) -> Result<Option<String>> {
    one(db, GET, [key], |row| row.get(0))
}

pub(crate) fn require(db: &Connection, key: &str) -> Result<String> {
    get(db, key)?.ok_or_else(|| Error::Damaged(format!("no {key} in meta")))
}

pub(crate) fn put(db: &Connection, key: &str, value: &str) -> Result<()> {
    run(db, PUT, params![key, value])?;
    Ok(())
}
