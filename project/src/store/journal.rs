//! Tables `edit`, `brick`, `checkpoint`, `annotation_version`.

use rusqlite::{Connection, params};

use super::{many, one, run, sha};
use crate::digest::{FieldHash, Sha, sha256};
use crate::error::{Error, Result};
use crate::ids::{PersonId, ProtocolVersionId, VersionId, WorkId};
use crate::seal::{Place, Scheme, Seal};
use crate::statement::statements;

statements! { "journal.sql":
    EDIT_INSERT = "edit_insert",
    MARKS = "marks",
    BODY = "body",
    BODIES_AFTER = "bodies_after",
    HEAD = "head",
    LINKS = "links",
    BRICK_INSERT = "brick_insert",
    BRICK = "brick",
    BRICK_KNOWN = "brick_known",
    BRICKS = "bricks",
    CHECKPOINT_PUT = "checkpoint_put",
    CHECKPOINT_DROP = "checkpoint_drop",
    CHECKPOINT_ROWS = "checkpoint_rows",
    CHECKPOINT = "checkpoint",
    CHECKPOINT_NEAR = "checkpoint_near",
    VERSION_INSERT = "version_insert",
    VERSION = "version",
    VERSION_IDS = "version_ids",
}

/// A row of the journal as it lies on disc (the body sealed).
#[derive(Clone, Debug)]
pub(crate) struct EditRow {
    pub(crate) work: WorkId,
    pub(crate) seq: i64,
    /// The row that this one takes back; pointing to an undo it is a redo.
    pub(crate) undo_of: Option<i64>,
    pub(crate) name: String,
    pub(crate) body: Vec<u8>,
    pub(crate) scheme: Scheme,
    pub(crate) mono: i64,
    pub(crate) wall: String,
    pub(crate) prev: Sha,
}

/// What the first row of a work links to.
pub(crate) fn beginning(work: &WorkId) -> Sha {
    FieldHash::new("dokuei-edit-0")
        .field(work.as_str().as_bytes())
        .finish()
}

impl EditRow {
    /// The hash that the row must carry.
    pub(crate) fn computed_hash(&self) -> Sha {
        FieldHash::new("dokuei-edit-1")
            .field(self.work.as_str().as_bytes())
            .number(self.seq)
            .optional(self.undo_of)
            .field(self.name.as_bytes())
            .field(&self.body)
            .number(self.scheme)
            .number(self.mono)
            .field(self.wall.as_bytes())
            .field(&self.prev)
            .finish()
    }
}

/// Inserts a row and gives its hash, the new head of the work.
pub(crate) fn insert(db: &Connection, row: &EditRow) -> Result<Sha> {
    let hash = row.computed_hash();
    let EditRow {
        work,
        seq,
        undo_of,
        name,
        body,
        scheme,
        mono,
        wall,
        prev,
    } = row;
    let values = params![
        work,
        seq,
        undo_of,
        name,
        body,
        scheme,
        mono,
        wall,
        prev.as_slice(),
        hash.as_slice()
    ];
    run(db, EDIT_INSERT, values)?;
    Ok(hash)
}

/// A row without its body.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) seq: i64,
    pub(crate) undo_of: Option<i64>,
    pub(crate) name: String,
    pub(crate) wall: String,
}

pub(crate) fn marks(db: &Connection, work: &WorkId) -> Result<Vec<Mark>> {
    many(db, MARKS, [work], |row| {
        Ok(Mark {
            seq: row.get(0)?,
            undo_of: row.get(1)?,
            name: row.get(2)?,
            wall: row.get(3)?,
        })
    })
}

fn edit_place(work: &WorkId) -> Place<'_> {
    Place {
        table: "edit",
        row: work.as_str(),
    }
}

pub(crate) fn body(db: &Connection, seal: Seal, work: &WorkId, seq: i64) -> Result<Vec<u8>> {
    let (body, scheme) = one(db, BODY, params![work, seq], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?
    .ok_or_else(|| Error::Damaged(format!("row {seq} of work {work} is missing")))?;
    seal.open(edit_place(work), scheme, body)
}

/// Opened bodies of the rows after `seq`, in order.
pub(crate) fn bodies_after(
    db: &Connection,
    seal: Seal,
    work: &WorkId,
    seq: i64,
) -> Result<Vec<(i64, Vec<u8>)>> {
    let rows = many(db, BODIES_AFTER, params![work, seq], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, Vec<u8>>(1)?,
            row.get(2)?,
        ))
    })?;
    rows.into_iter()
        .map(|(seq, body, scheme)| Ok((seq, seal.open(edit_place(work), scheme, body)?)))
        .collect()
}

/// Sequence number and hash of the last row; of an empty work 0 and what row 1 links to.
pub(crate) fn head(db: &Connection, work: &WorkId) -> Result<(i64, Sha)> {
    match one(db, HEAD, [work], |row| {
        Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))
    })? {
        Some((seq, hash)) => Ok((seq, sha(&hash)?)),
        None => Ok((0, beginning(work))),
    }
}

/// Visits every row of every journal with its stored hash, work by work in order.
pub(crate) fn each_link(
    db: &Connection,
    mut visit: impl FnMut(EditRow, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut select = db.prepare(LINKS)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let prev: Vec<u8> = row.get(8)?;
        let hash: Vec<u8> = row.get(9)?;
        let edit = EditRow {
            work: row.get(0)?,
            seq: row.get(1)?,
            undo_of: row.get(2)?,
            name: row.get(3)?,
            body: row.get(4)?,
            scheme: row.get(5)?,
            mono: row.get(6)?,
            wall: row.get(7)?,
            prev: sha(&prev)?,
        };
        visit(edit, &hash)?;
    }
    Ok(())
}

/// Opens the body of a row that was visited.
pub(crate) fn open_body(seal: Seal, row: &EditRow) -> Result<Vec<u8>> {
    seal.open(edit_place(&row.work), row.scheme, row.body.clone())
}

/// Seals the body of a row that will be inserted.
pub(crate) fn close_body(seal: Seal, work: &WorkId, body: &[u8]) -> Vec<u8> {
    seal.close(edit_place(work), body)
}

/// Stores a brick unless it is there.
pub(crate) fn put_brick(db: &Connection, seal: Seal, hash: &Sha, data: &[u8]) -> Result<()> {
    let data = seal.close(
        Place {
            table: "brick",
            row: "",
        },
        data,
    );
    run(
        db,
        BRICK_INSERT,
        params![hash.as_slice(), data, seal.scheme()],
    )?;
    Ok(())
}

pub(crate) fn brick(db: &Connection, seal: Seal, hash: &Sha) -> Result<Option<Vec<u8>>> {
    let found = one(db, BRICK, [hash.as_slice()], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    found
        .map(|(data, scheme)| {
            seal.open(
                Place {
                    table: "brick",
                    row: "",
                },
                scheme,
                data,
            )
        })
        .transpose()
}

/// Whether a brick is stored; on any doubt it is not, and will be written again without harm.
pub(crate) fn knows_brick(db: &Connection, hash: &Sha) -> bool {
    one(db, BRICK_KNOWN, [hash.as_slice()], |_| Ok(())).is_ok_and(|found| found.is_some())
}

/// Visits every brick with its opened data.
pub(crate) fn each_brick(
    db: &Connection,
    seal: Seal,
    mut visit: impl FnMut(&[u8], Result<Vec<u8>>),
) -> Result<()> {
    let mut select = db.prepare(BRICKS)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let hash: Vec<u8> = row.get(0)?;
        visit(
            &hash,
            seal.open(
                Place {
                    table: "brick",
                    row: "",
                },
                row.get(2)?,
                row.get(1)?,
            ),
        );
    }
    Ok(())
}

/// A checkpoint: the document after row `seq`, whose hash is `head`.
pub(crate) struct Checkpoint {
    pub(crate) seq: i64,
    pub(crate) body: Vec<u8>,
    pub(crate) head: Sha,
}

/// Writes a checkpoint.
pub(crate) fn put_checkpoint(
    db: &Connection,
    seal: Seal,
    work: &WorkId,
    checkpoint: &Checkpoint,
) -> Result<()> {
    let place = Place {
        table: "checkpoint",
        row: work.as_str(),
    };
    let body = seal.close(place, &checkpoint.body);
    let values = params![
        work,
        checkpoint.seq,
        body,
        seal.scheme(),
        checkpoint.head.as_slice()
    ];
    run(db, CHECKPOINT_PUT, values)?;
    Ok(())
}

/// Drops a checkpoint: it can be computed again.
pub(crate) fn drop_checkpoint(db: &Connection, work: &WorkId, seq: i64) -> Result<()> {
    run(db, CHECKPOINT_DROP, params![work, seq])?;
    Ok(())
}

/// The rows after which a work has checkpoints, in order.
pub(crate) fn checkpoint_rows(db: &Connection, work: &WorkId) -> Result<Vec<i64>> {
    many(db, CHECKPOINT_ROWS, [work], |row| row.get(0))
}

/// The row of the checkpoint nearest to a row, on either side.
pub(crate) fn checkpoint_near(db: &Connection, work: &WorkId, seq: i64) -> Result<Option<i64>> {
    one(db, CHECKPOINT_NEAR, params![work, seq], |row| row.get(0))
}

/// The checkpoint after a row.
pub(crate) fn checkpoint(
    db: &Connection,
    seal: Seal,
    work: &WorkId,
    seq: i64,
) -> Result<Option<Checkpoint>> {
    let found = one(db, CHECKPOINT, params![work, seq], sealed_checkpoint)?;
    found.map(|kept| kept.opened(seal, work)).transpose()
}

struct SealedCheckpoint {
    seq: i64,
    body: Vec<u8>,
    scheme: Scheme,
    head: Vec<u8>,
}

fn sealed_checkpoint(row: &rusqlite::Row<'_>) -> rusqlite::Result<SealedCheckpoint> {
    Ok(SealedCheckpoint {
        seq: row.get(0)?,
        body: row.get(1)?,
        scheme: row.get(2)?,
        head: row.get(3)?,
    })
}

impl SealedCheckpoint {
    fn opened(self, seal: Seal, work: &WorkId) -> Result<Checkpoint> {
        let place = Place {
            table: "checkpoint",
            row: work.as_str(),
        };
        Ok(Checkpoint {
            seq: self.seq,
            body: seal.open(place, self.scheme, self.body)?,
            head: sha(&self.head)?,
        })
    }
}

/// A snapshot that is kept for ever.
pub(crate) struct NewVersion<'a> {
    pub(crate) id: &'a VersionId,
    pub(crate) work: &'a WorkId,
    pub(crate) seq: i64,
    pub(crate) author: &'a PersonId,
    pub(crate) protocol: &'a ProtocolVersionId,
    pub(crate) payload: &'a [u8],
    pub(crate) content: Sha,
}

pub(crate) fn insert_version(
    db: &Connection,
    seal: Seal,
    new: &NewVersion<'_>,
    ev: &str,
) -> Result<()> {
    let NewVersion {
        id,
        work,
        seq,
        author,
        protocol,
        payload,
        content,
    } = new;
    let place = Place {
        table: "annotation_version",
        row: id.as_str(),
    };
    let sealed = seal.close(place, payload);
    let payload_sha = sha256(payload);
    let values = params![
        id,
        work,
        seq,
        author,
        protocol,
        sealed,
        seal.scheme(),
        payload_sha.as_slice(),
        content.as_slice(),
        env!("CARGO_PKG_VERSION"),
        ev
    ];
    run(db, VERSION_INSERT, values)?;
    Ok(())
}

/// A stored snapshot, opened and checked against its hash.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) protocol: ProtocolVersionId,
    pub(crate) payload: Vec<u8>,
    pub(crate) content: Sha,
}

pub(crate) fn version(db: &Connection, seal: Seal, id: &VersionId) -> Result<Version> {
    let (protocol, payload, scheme, payload_sha, content) = one(db, VERSION, [id], |row| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get::<_, Vec<u8>>(3)?,
            row.get::<_, Vec<u8>>(4)?,
        ))
    })?
    .ok_or_else(|| Error::Damaged(format!("version {id} is missing")))?;
    let place = Place {
        table: "annotation_version",
        row: id.as_str(),
    };
    let payload = seal.open(place, scheme, payload)?;
    if sha256(&payload).as_slice() != payload_sha {
        return Err(Error::Damaged(format!(
            "version {id} has another content than its hash"
        )));
    }
    Ok(Version {
        protocol,
        payload,
        content: sha(&content)?,
    })
}

/// Every version with the work and row that it snapshots.
pub(crate) fn version_ids(db: &Connection) -> Result<Vec<(VersionId, WorkId, i64)>> {
    many(db, VERSION_IDS, [], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}
