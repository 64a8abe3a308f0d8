//! The protocol of a project: frozen versions; one of them is current for new assignments.

use annotation_format::Protocol;

use crate::digest::sha256;
use crate::error::{Error, Result};
use crate::ids::ProtocolVersionId;
use crate::project::Project;
use crate::session::{Act, Session};
use crate::store::audit::{self, Recorder};
use crate::store::meta;
use crate::store::protocols::{self, NewVersion};

impl Project {
    /// Freezes a protocol and makes it current. Work already assigned keeps its version; the same
    /// protocol again changes nothing.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead asks; [`Error::ProtocolVersionTaken`] if another content
    /// carries the same id and version.
    pub fn set_protocol(&self, session: &Session, protocol: &Protocol) -> Result<()> {
        let grant = self.authorise(session, Act::SetProtocol)?;
        let current = self.current_protocol()?;
        self.write(grant.person(), |recorder| {
            insert_version(recorder, protocol, Some(&current)).map(|_| ())
        })
    }
}

/// Reads a frozen protocol.
pub(crate) fn parse(json: &str) -> Result<Protocol> {
    Protocol::from_json(json)
        .map_err(|fault| Error::Damaged(format!("a frozen protocol cannot be read: {fault:?}")))
}

/// Inserts a version unless its content is there, and makes it current.
pub(crate) fn insert_version(
    recorder: &mut Recorder<'_>,
    protocol: &Protocol,
    parent: Option<&ProtocolVersionId>,
) -> Result<ProtocolVersionId> {
    let db = recorder.db();
    // SHA-256 of the canonical JSON is the protocol's name everywhere.
    let json = protocol.canonical_json();
    let sha = sha256(json.as_bytes());
    let id = match protocols::of_sha(db, &sha)? {
        Some(id) => id,
        None => {
            if protocols::of_name(db, &protocol.id, &protocol.version)?.is_some() {
                return Err(Error::ProtocolVersionTaken {
                    id: protocol.id.clone(),
                    version: protocol.version.clone(),
                });
            }
            let id = ProtocolVersionId::fresh();
            let version = NewVersion {
                id: &id,
                protocol: &protocol.id,
                semver: &protocol.version,
                parent,
                json: &json,
                sha,
            };
            protocols::insert(db, &version, &recorder.ev())?;
            recorder.row("protocol_freeze", &audit::PROTOCOL_VERSION, id.as_str())?;
            id
        }
    };
    meta::put(db, meta::PROTOCOL, id.as_str())?;
    recorder.note(
        "protocol_current",
        &serde_json::json!({"protocol_version": id}),
    )?;
    Ok(id)
}
