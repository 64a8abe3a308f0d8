//! Table `backup`: what generations were made, where, and the hash of each one's manifest.

use rusqlite::{Connection, params};

use super::{one, run, sha};
use crate::digest::Sha;
use crate::error::Result;
use crate::ids::fresh_id;
use crate::seal::{Place, Seal};
use crate::statement::statements;

statements! { "backups.sql": INSERT = "insert", LAST = "last" }

/// A generation as the project remembers it.
#[derive(Clone, Debug)]
pub(crate) struct BackupRow {
    /// When it was made, UTC.
    pub(crate) made: String,
    /// Name of its folder.
    pub(crate) generation: String,
    /// The folder that its folder lies in.
    pub(crate) place: String,
    /// SHA-256 of its manifest.
    pub(crate) manifest_sha: Sha,
    /// Bytes of everything that it names.
    pub(crate) bytes: i64,
}

pub(crate) fn insert(
    db: &Connection,
    seal: Seal,
    row: &BackupRow,
    mono: i64,
    ev: &str,
) -> Result<String> {
    let id = fresh_id();
    let sealed = Place {
        table: "backup",
        row: &id,
    };
    let values = params![
        id,
        row.made,
        row.generation,
        seal.close_text(sealed, &row.place),
        seal.scheme(),
        row.manifest_sha.as_slice(),
        row.bytes,
        mono,
        ev
    ];
    run(db, INSERT, values)?;
    Ok(id)
}

pub(crate) fn last(db: &Connection, seal: Seal) -> Result<Option<BackupRow>> {
    let found = one(db, LAST, [], |row| {
        Ok((
            (row.get::<_, String>(0)?, row.get(1)?, row.get(2)?),
            (row.get::<_, Vec<u8>>(3)?, row.get(4)?),
            (row.get::<_, Vec<u8>>(5)?, row.get(6)?),
        ))
    })?;
    let Some(((id, made, generation), (place, scheme), (manifest, bytes))) = found else {
        return Ok(None);
    };
    let sealed = Place {
        table: "backup",
        row: &id,
    };
    Ok(Some(BackupRow {
        made,
        generation,
        place: seal.open_text(sealed, scheme, place)?,
        manifest_sha: sha(&manifest)?,
        bytes,
    }))
}
