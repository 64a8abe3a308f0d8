//! Tables `protocol_version` and `annotation_set`.

use rusqlite::{Connection, params};

use super::{many, one, run};
use crate::digest::Sha;
use crate::error::Result;
use crate::ids::{ProtocolVersionId, fresh_id};
use crate::statement::statements;

statements! { "protocols.sql":
    VERSION_INSERT = "version_insert",
    VERSION = "version",
    VERSION_OF_SHA = "version_of_sha",
    VERSION_OF_NAME = "version_of_name",
    VERSIONS = "versions",
    SET_INSERT = "set_insert",
}

/// A frozen protocol on its way into the table.
pub(crate) struct NewVersion<'a> {
    pub(crate) id: &'a ProtocolVersionId,
    pub(crate) protocol: &'a str,
    pub(crate) semver: &'a str,
    pub(crate) parent: Option<&'a ProtocolVersionId>,
    pub(crate) json: &'a str,
    pub(crate) sha: Sha,
}

pub(crate) fn insert(db: &Connection, version: &NewVersion<'_>, ev: &str) -> Result<()> {
    let NewVersion {
        id,
        protocol,
        semver,
        parent,
        json,
        sha,
    } = version;
    run(
        db,
        VERSION_INSERT,
        params![id, protocol, semver, parent, json, sha.as_slice(), ev],
    )?;
    Ok(())
}

pub(crate) fn json(db: &Connection, id: &ProtocolVersionId) -> Result<Option<String>> {
    one(db, VERSION, [id], |row| row.get(0))
}

pub(crate) fn of_sha(db: &Connection, sha: &Sha) -> Result<Option<ProtocolVersionId>> {
    one(db, VERSION_OF_SHA, [sha.as_slice()], |row| row.get(0))
}

pub(crate) fn of_name(
    db: &Connection,
    protocol: &str,
    semver: &str,
) -> Result<Option<ProtocolVersionId>> {
    one(db, VERSION_OF_NAME, [protocol, semver], |row| row.get(0))
}

/// Every frozen protocol: id, JSON, stated hash.
pub(crate) fn all(db: &Connection) -> Result<Vec<(ProtocolVersionId, String, Vec<u8>)>> {
    many(db, VERSIONS, [], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// The project's first annotation set; gives its id.
pub(crate) fn insert_set(
    db: &Connection,
    purpose: &str,
    protocol: &str,
    design_json: &str,
    ev: &str,
) -> Result<String> {
    let id = fresh_id();
    run(
        db,
        SET_INSERT,
        params![id, purpose, protocol, design_json, ev],
    )?;
    Ok(id)
}
