//! Schemas of the database: one step from each to the next, and how an older project is brought up.
//!
//! Before a step touches a project, a whole copy of its database is put into `backup/`. The step
//! itself and its number are one transaction of SQLite in the database that readers may have open:
//! ended at any moment, the project has the old schema or the new one. A project that is only read
//! is left as it is; the tables that it lacks stand there empty, in memory.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::json;

use crate::clock::name_time;
use crate::database::{copy_into, immediate};
use crate::digest::{FieldHash, Sha, hex};
use crate::error::{Error, Result};
use crate::ids::fresh_id;
use crate::objects::{hash_file, sync_folder};
use crate::statement::statements;
use crate::store::meta;

statements! { "connection.sql":
    SCHEMA = "schema",
    TEMPORARY_IN_MEMORY = "temporary_in_memory",
}

/// Newest schema that this program knows; one step leads to each.
pub(crate) const SCHEMA_VERSION: i64 = 2;

/// The way from one schema to the next.
struct Step {
    /// `CREATE TABLE` and nothing else, so that the same text makes empty stand-ins for reading
    /// (the first step, which is never stood in for, holds its guards as well).
    tables: &'static str,
    /// Indexes and triggers.
    guards: &'static str,
    /// Identity and number in the file's header.
    identity: &'static str,
}

const STEPS: [Step; 2] = [
    Step {
        tables: include_str!("sql/schema_1.sql"),
        guards: "",
        identity: include_str!("sql/identify_1.sql"),
    },
    Step {
        tables: include_str!("sql/schema_2_tables.sql"),
        guards: include_str!("sql/schema_2_guards.sql"),
        identity: include_str!("sql/identify_2.sql"),
    },
];

/// Steps that lead from a schema to another; 0 is an empty database.
fn steps(from: i64, to: i64) -> impl Iterator<Item = &'static Step> {
    let place = |version: i64| usize::try_from(version).unwrap_or(0);
    STEPS.iter().take(place(to)).skip(place(from))
}

/// Makes all tables in an empty database.
pub(crate) fn make(connection: &Connection) -> Result<()> {
    let whole = immediate(connection)?;
    take(&whole, steps(0, SCHEMA_VERSION))?;
    whole.commit()?;
    Ok(())
}

/// Runs the scripts of steps; the caller has begun a transaction where others could look.
fn take(connection: &Connection, steps: impl Iterator<Item = &'static Step>) -> Result<()> {
    for step in steps {
        for script in [step.tables, step.guards, step.identity] {
            connection.execute_batch(script)?;
        }
    }
    Ok(())
}

/// Brings a database of an older schema up, after a copy of it lies in the project's `backup/`.
/// What was done waits in `meta` for the next person who signs in, whose chain tells it.
pub(crate) fn bring_up(connection: &Connection, path: &Path, found: i64) -> Result<()> {
    let copy = keep_copy(connection, path, found)?;
    let (sha, _) = hash_file(&copy)?;
    let whole = immediate(connection)?;
    take(&whole, steps(found, SCHEMA_VERSION))?;
    check(&whole, SCHEMA_VERSION)?;
    let told = json!({"from": found, "to": SCHEMA_VERSION, "copy_sha256": hex(&sha)});
    meta::put(&whole, meta::MIGRATED, &told.to_string())?;
    whole.commit()?;
    Ok(())
}

/// Puts `backup/schema-<n>-<time>.sqlite` beside the database: whole, or not there.
fn keep_copy(connection: &Connection, path: &Path, found: i64) -> Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let backup = folder.join("backup");
    let temporary = folder.join("tmp").join(fresh_id());
    for needed in [&backup, &folder.join("tmp")] {
        fs::create_dir_all(needed).map_err(Error::io("project folder"))?;
    }
    let copy = backup.join(format!("schema-{found}-{}.sqlite", name_time()));
    let made = copy_into(connection, &temporary)
        .and_then(|()| fs::rename(&temporary, &copy).map_err(Error::io("copy of the database")))
        .and_then(|()| sync_folder(&backup));
    if made.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    made.map(|()| copy)
}

/// Puts the tables that an older project lacks beside it, empty and in memory, for a connection that
/// only reads.
pub(crate) fn stand_in(connection: &Connection, found: i64) -> Result<()> {
    connection.execute_batch(TEMPORARY_IN_MEMORY)?;
    for step in steps(found, SCHEMA_VERSION) {
        let tables = step.tables.replace("CREATE TABLE ", "CREATE TEMP TABLE ");
        connection.execute_batch(&tables)?;
    }
    Ok(())
}

/// A table, trigger, index or view that is not ours, changed or missing is refused: no SQL of a
/// stranger's file ever runs.
pub(crate) fn check(connection: &Connection, version: i64) -> Result<()> {
    let model = Connection::open_in_memory()?;
    take(&model, steps(0, version))?;
    if schema_hash(&model)? == schema_hash(connection)? {
        Ok(())
    } else {
        Err(Error::Damaged(
            "foreign or missing tables, triggers or views".to_owned(),
        ))
    }
}

fn schema_hash(connection: &Connection) -> Result<Sha> {
    let mut select = connection.prepare(SCHEMA)?;
    let mut rows = select.query([])?;
    let mut hash = FieldHash::new("dokuei-schema");
    while let Some(row) = rows.next()? {
        for column in 0..4 {
            hash = hash.field(row.get::<_, String>(column)?.as_bytes());
        }
    }
    Ok(hash.finish())
}
