//! How edits and checkpoints are kept: journal bodies and bricks.
//!
//! A body is JSON with a version; bricks of masks stand in it by the BLAKE3 hash of their 4096 raw bytes and are kept
//! apart, compressed with zstd, so that equal bricks are stored once. Reading is bounded: a body's size and depth, the
//! size of every brick, and every hash are checked, and bad bytes are an [`Error`](crate::Error), never a panic.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

mod body;
mod brick;
mod snapshot;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub use brick::{BrickHash, pack_brick, unpack_brick};
pub use snapshot::{decode_snapshot, encode_snapshot, encode_snapshot_without};

use crate::document::Document;
use crate::edit::Edit;
use crate::error::Error;

/// Version of the bodies written.
pub const VERSION: u32 = 1;
/// Largest body that is read, bytes.
pub const LARGEST_BODY: usize = 64 << 20;

/// A body and the bricks it names, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// Versioned JSON, UTF-8.
    pub body: Vec<u8>,
    /// Hash and compressed bytes.
    pub bricks: Vec<(BrickHash, Vec<u8>)>,
}

/// Gives the compressed bytes of a brick, if the store has it.
pub type FindBrick<'a> = dyn FnMut(&BrickHash) -> Option<Vec<u8>> + 'a;

/// An edit as a body and all its bricks.
pub fn encode(edit: &Edit) -> Encoded {
    encode_without(edit, &|_| false)
}

/// An edit as a body and those of its bricks that the store does not have yet; the others are not compressed again.
pub fn encode_without(edit: &Edit, is_stored: &dyn Fn(&BrickHash) -> bool) -> Encoded {
    let mut bricks = brick::Pack::new(is_stored);
    let body = body::WireEdit::from_edit(edit, &mut bricks);
    Encoded {
        body: to_bytes(&body),
        bricks: bricks.into_bricks(),
    }
}

/// The edit of a body.
///
/// # Errors
/// [`Error::Body`] for bytes that are no body of this version, [`Error::Brick`] for a brick that is missing or
/// damaged, [`Error::Voxel`] for bricks that no grid of that size has.
pub fn decode(body: &[u8], find: &mut FindBrick) -> Result<Edit, Error> {
    let wire: body::WireEdit = from_bytes(body, "edit")?;
    wire.into_edit(&mut brick::Unpack::new(find))
}

/// The hashes of all bricks that a body of an edit or a checkpoint names, each once: what a journal row refers to.
///
/// # Errors
/// [`Error::Body`] for bytes that are no body.
pub fn bricks_of(body: &[u8]) -> Result<Vec<BrickHash>, Error> {
    let json: Json = from_bytes(body, "body")?;
    let mut found = std::collections::BTreeSet::new();
    let mut left = vec![&json];
    while let Some(value) = left.pop() {
        match value {
            Json::Array(items) => left.extend(items),
            Json::Object(map) => {
                let bricks = map.get("bricks").and_then(Json::as_array);
                for cell in bricks
                    .into_iter()
                    .flatten()
                    .filter_map(Json::as_array)
                    .flatten()
                {
                    found.extend(cell.as_str().and_then(BrickHash::parse));
                }
                left.extend(map.values());
            }
            _ => {}
        }
    }
    Ok(found.into_iter().collect())
}

/// What a document says, without what led there: the content that its hash covers.
pub(crate) fn content_value(document: &Document) -> Json {
    let mut bricks = brick::Pack::new(&|_| true);
    let content = snapshot::Content::of(document, &mut bricks);
    serde_json::to_value(content).unwrap_or_default()
}

fn to_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    // Bodies hold strings, numbers and lists of them: nothing that JSON cannot write.
    serde_json::to_vec(value).unwrap_or_default()
}

fn from_bytes<'a, T: Deserialize<'a>>(bytes: &'a [u8], what: &'static str) -> Result<T, Error> {
    if bytes.len() > LARGEST_BODY {
        return Err(body_error(what, "it is too large"));
    }
    serde_json::from_slice(bytes).map_err(|error| body_error(what, error))
}

fn body_error(what: &'static str, why: impl std::fmt::Display) -> Error {
    Error::Body {
        what,
        why: why.to_string(),
    }
}

fn check_version(version: u32, what: &'static str) -> Result<(), Error> {
    if version == VERSION {
        Ok(())
    } else {
        Err(body_error(
            what,
            format_args!("it has version {version}, this program reads {VERSION}"),
        ))
    }
}
