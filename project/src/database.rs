//! The connection: settings, identity of the file, checks by SQLite, copies of the whole.

use std::fs::File;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::error::{Error, Result};
use crate::migration::{self, SCHEMA_VERSION};
use crate::statement::statements;

statements! { "connection.sql":
    SETTINGS = "settings",
    WRITE_AHEAD_LOG = "write_ahead_log",
    APPLICATION_ID = "application_id",
    USER_VERSION = "user_version",
    QUICK_CHECK = "quick_check",
    INTEGRITY_CHECK = "integrity_check",
    FOREIGN_KEY_CHECK = "foreign_key_check",
    WRITE_BACK = "write_back",
    COPY_INTO = "copy_into",
}

/// `DOKU` in the file's header.
const APPLICATION: i64 = 0x444F_4B55;

/// First SQLite without the WAL-reset corruption of 2026, as `sqlite3_libversion_number` counts.
const SQLITE_FLOOR: i32 = 3_053_000;

/// How a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Create,
    Write,
    Read,
}

/// Opens the database of a project and checks that it is one of ours; one of an older schema is
/// brought up, or where it is only read gets what it lacks as empty tables in memory.
pub(crate) fn open(path: &Path, mode: Mode) -> Result<Connection> {
    if rusqlite::version_number() < SQLITE_FLOOR {
        return Err(Error::Damaged(format!(
            "SQLite {} is too old",
            rusqlite::version()
        )));
    }
    let connection = connect(path, mode)?;
    if mode == Mode::Create {
        migration::make(&connection)?;
    }
    let found = identified(&connection)?;
    migration::check(&connection, found)?;
    if found < SCHEMA_VERSION {
        match mode {
            Mode::Read => migration::stand_in(&connection, found)?,
            Mode::Create | Mode::Write => migration::bring_up(&connection, path, found)?,
        }
    }
    Ok(connection)
}

fn connect(path: &Path, mode: Mode) -> Result<Connection> {
    let shared = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let flags = match mode {
        Mode::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    if mode == Mode::Read {
        return read_only(path, flags | shared);
    }
    let connection = settled(Connection::open_with_flags(path, flags | shared)?)?;
    connection.query_row(WRITE_AHEAD_LOG, [], |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// A connection with every setting of ours.
fn settled(connection: Connection) -> Result<Connection> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

/// A medium that cannot be written has no place for the shared-memory file that WAL needs: there
/// the database is read as it lies, which is right as long as no other process writes to it. Some
/// settings read the file, so they fail there as the first query would.
fn read_only(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let usual = Connection::open_with_flags(path, flags)?;
    if let Ok(connection) = settled(usual)
        && connection.query_row(USER_VERSION, [], |_| Ok(())).is_ok()
    {
        return Ok(connection);
    }
    let log_is_empty = path
        .with_extension("sqlite-wal")
        .metadata()
        .map_or(true, |log| log.len() == 0);
    if !log_is_empty {
        return Err(Error::ReadOnly);
    }
    let uri = format!("file:{}?immutable=1", uri_path(path));
    settled(Connection::open_with_flags(
        uri,
        flags | OpenFlags::SQLITE_OPEN_URI,
    )?)
}

fn uri_path(path: &Path) -> String {
    path.to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23")
}

/// The number of the schema, of a file that is one of ours and not too new.
fn identified(connection: &Connection) -> Result<i64> {
    let application: i64 = connection.query_row(APPLICATION_ID, [], |row| row.get(0))?;
    if application != APPLICATION {
        return Err(Error::Damaged("not the database of a project".to_owned()));
    }
    let found: i64 = connection.query_row(USER_VERSION, [], |row| row.get(0))?;
    if found > SCHEMA_VERSION {
        return Err(Error::NewerSchema {
            found,
            known: SCHEMA_VERSION,
        });
    }
    if found < 1 {
        return Err(Error::Damaged(format!("schema {found} was never released")));
    }
    Ok(found)
}

/// Whether tables, triggers, indexes and views are those of the schema that the file names.
pub(crate) fn check_schema(connection: &Connection) -> Result<()> {
    migration::check(connection, identified(connection)?)
}

/// A transaction that takes SQLite's write lock at once; rolled back unless committed.
pub(crate) fn immediate(connection: &Connection) -> Result<Transaction<'_>> {
    Ok(Transaction::new_unchecked(
        connection,
        TransactionBehavior::Immediate,
    )?)
}

/// SQLite's quick check, run before unsaved edits go to a re-opened database.
pub(crate) fn quick_check(connection: &Connection) -> Result<()> {
    match check_lines(connection, QUICK_CHECK)?.into_iter().next() {
        None => Ok(()),
        Some(line) => Err(Error::Damaged(line)),
    }
}

/// Faults that SQLite finds: page structure, STRICT types, references.
pub(crate) fn integrity_faults(connection: &Connection) -> Result<Vec<String>> {
    let mut faults = check_lines(connection, INTEGRITY_CHECK)?;
    let mut select = connection.prepare(FOREIGN_KEY_CHECK)?;
    let rows = select.query_map([], |row| {
        Ok(format!(
            "{} → {}",
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?
        ))
    })?;
    for row in rows {
        faults.push(format!("a reference leads nowhere: {}", row?));
    }
    Ok(faults)
}

fn check_lines(connection: &Connection, pragma: &str) -> Result<Vec<String>> {
    let mut select = connection.prepare(pragma)?;
    let lines = select.query_map([], |row| row.get::<_, String>(0))?;
    let mut faults = Vec::new();
    for line in lines {
        let line = line?;
        if line != "ok" {
            faults.push(line);
        }
    }
    Ok(faults)
}

/// Writes the log back into the main file, so that the folder can be copied as it lies.
pub(crate) fn write_back(connection: &Connection) -> Result<()> {
    Ok(connection.query_row(WRITE_BACK, [], |_| Ok(()))?)
}

/// Writes the database as this connection sees it into a new file, which holds no free pages; other
/// connections may go on writing. The file is on disc when this returns.
pub(crate) fn copy_into(connection: &Connection, target: &Path) -> Result<()> {
    let what = || Error::io("copy of the database");
    let text = target
        .to_str()
        .ok_or_else(|| what()(std::io::ErrorKind::InvalidFilename.into()))?;
    connection.execute(COPY_INTO, [text])?;
    let copy = File::options().write(true).open(target).map_err(what())?;
    copy.sync_all().map_err(what())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_database_is_opened_again_and_a_foreign_trigger_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("project.sqlite");
        drop(open(&path, Mode::Create).unwrap());
        let connection = open(&path, Mode::Write).unwrap();
        connection
            .execute_batch("CREATE TRIGGER evil AFTER INSERT ON meta BEGIN SELECT 1; END;")
            .unwrap();
        drop(connection);
        assert_eq!(open(&path, Mode::Write).unwrap_err().code(), "damaged");
    }

    #[test]
    fn a_newer_schema_is_not_opened_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("project.sqlite");
        let connection = open(&path, Mode::Create).unwrap();
        connection
            .execute_batch("PRAGMA user_version = 3;")
            .unwrap();
        drop(connection);
        for mode in [Mode::Write, Mode::Read] {
            assert_eq!(open(&path, mode).unwrap_err().code(), "newer_schema");
        }
    }

    #[test]
    fn the_settings_hold_on_every_connection() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("project.sqlite");
        let connection = open(&path, Mode::Create).unwrap();
        let get =
            |pragma: &str| -> i64 { connection.query_row(pragma, [], |row| row.get(0)).unwrap() };
        assert_eq!(get("PRAGMA synchronous"), 2);
        assert_eq!(get("PRAGMA foreign_keys"), 1);
        assert_eq!(get("PRAGMA trusted_schema"), 0);
        assert_eq!(get("PRAGMA secure_delete"), 1);
        let mode: String = connection
            .query_row("PRAGMA journal_mode", [], |row| row.get(0))
            .unwrap();
        assert_eq!(mode, "wal");
    }
}
