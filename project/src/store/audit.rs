//! Tables `chain` and `event`: every row of an append-only table has one event that holds the row's
//! hash, events of one person on one device form a chain, each linked to the one before.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use serde_json::json;

use super::{many, meta, one, run, sha};
use crate::clock::{Sequence, now_text};
use crate::digest::{FieldHash, Sha, hex};
use crate::error::{Error, Result};
use crate::ids::{PersonId, fresh_id};
use crate::statement::statements;

statements! { "audit.sql":
    CHAIN_OF = "chain_of",
    CHAIN_INSERT = "chain_insert",
    CHAIN_HEAD = "chain_head",
    EVENT_INSERT = "event_insert",
    EVENTS = "events",
    LAST_SEQUENCE = "last_sequence",
    CHAIN_ROW = "chain_row",
    CHAIN_ALL = "chain_all",
    PERSON_ROW = "person_row",
    PERSON_ALL = "person_all",
    ROLE_GRANT_ROW = "role_grant_row",
    ROLE_GRANT_ALL = "role_grant_all",
    QUALIFICATION_ROW = "qualification_row",
    QUALIFICATION_ALL = "qualification_all",
    PROTOCOL_VERSION_ROW = "protocol_version_row",
    PROTOCOL_VERSION_ALL = "protocol_version_all",
    ANNOTATION_SET_ROW = "annotation_set_row",
    ANNOTATION_SET_ALL = "annotation_set_all",
    PATIENT_ROW = "patient_row",
    PATIENT_ALL = "patient_all",
    CASE_ROW = "case__row",
    CASE_ALL = "case__all",
    CASE_EXCLUSION_ROW = "case_exclusion_row",
    CASE_EXCLUSION_ALL = "case_exclusion_all",
    SERIES_ROW = "series_row",
    SERIES_ALL = "series_all",
    ASSIGNMENT_ROW = "assignment_row",
    ASSIGNMENT_ALL = "assignment_all",
    WORK_ROW = "work_row",
    WORK_ALL = "work_all",
    ANNOTATION_VERSION_ROW = "annotation_version_row",
    ANNOTATION_VERSION_ALL = "annotation_version_all",
    SUBMISSION_ROW = "submission_row",
    SUBMISSION_ALL = "submission_all",
    REOPEN_ROW = "reopen_row",
    REOPEN_ALL = "reopen_all",
    COMPARISON_ROW = "comparison_row",
    COMPARISON_ALL = "comparison_all",
    ADJUDICATION_ROW = "adjudication_row",
    ADJUDICATION_ALL = "adjudication_all",
    EFFORT_SPAN_ROW = "effort_span_row",
    EFFORT_SPAN_ALL = "effort_span_all",
    HOLD_ROW = "hold_row",
    HOLD_ALL = "hold_all",
    NOTE_ROW = "note_row",
    NOTE_ALL = "note_all",
    BACKUP_ROW = "backup_row",
    BACKUP_ALL = "backup_all",
}

/// An append-only table whose rows are covered by events.
#[derive(Debug)]
pub(crate) struct Covered {
    pub(crate) table: &'static str,
    row: &'static str,
    all: &'static str,
}

pub(crate) static CHAIN: Covered = Covered {
    table: "chain",
    row: CHAIN_ROW,
    all: CHAIN_ALL,
};
pub(crate) static PERSON: Covered = Covered {
    table: "person",
    row: PERSON_ROW,
    all: PERSON_ALL,
};
pub(crate) static ROLE_GRANT: Covered = Covered {
    table: "role_grant",
    row: ROLE_GRANT_ROW,
    all: ROLE_GRANT_ALL,
};
pub(crate) static QUALIFICATION: Covered = Covered {
    table: "qualification",
    row: QUALIFICATION_ROW,
    all: QUALIFICATION_ALL,
};
pub(crate) static PROTOCOL_VERSION: Covered = Covered {
    table: "protocol_version",
    row: PROTOCOL_VERSION_ROW,
    all: PROTOCOL_VERSION_ALL,
};
pub(crate) static ANNOTATION_SET: Covered = Covered {
    table: "annotation_set",
    row: ANNOTATION_SET_ROW,
    all: ANNOTATION_SET_ALL,
};
pub(crate) static PATIENT: Covered = Covered {
    table: "patient",
    row: PATIENT_ROW,
    all: PATIENT_ALL,
};
pub(crate) static CASE: Covered = Covered {
    table: "case_",
    row: CASE_ROW,
    all: CASE_ALL,
};
pub(crate) static CASE_EXCLUSION: Covered = Covered {
    table: "case_exclusion",
    row: CASE_EXCLUSION_ROW,
    all: CASE_EXCLUSION_ALL,
};
pub(crate) static SERIES: Covered = Covered {
    table: "series",
    row: SERIES_ROW,
    all: SERIES_ALL,
};
pub(crate) static ASSIGNMENT: Covered = Covered {
    table: "assignment",
    row: ASSIGNMENT_ROW,
    all: ASSIGNMENT_ALL,
};
pub(crate) static WORK: Covered = Covered {
    table: "work",
    row: WORK_ROW,
    all: WORK_ALL,
};
pub(crate) static ANNOTATION_VERSION: Covered = Covered {
    table: "annotation_version",
    row: ANNOTATION_VERSION_ROW,
    all: ANNOTATION_VERSION_ALL,
};
pub(crate) static SUBMISSION: Covered = Covered {
    table: "submission",
    row: SUBMISSION_ROW,
    all: SUBMISSION_ALL,
};
pub(crate) static REOPEN: Covered = Covered {
    table: "reopen",
    row: REOPEN_ROW,
    all: REOPEN_ALL,
};
pub(crate) static COMPARISON: Covered = Covered {
    table: "comparison",
    row: COMPARISON_ROW,
    all: COMPARISON_ALL,
};
pub(crate) static ADJUDICATION: Covered = Covered {
    table: "adjudication",
    row: ADJUDICATION_ROW,
    all: ADJUDICATION_ALL,
};
pub(crate) static EFFORT_SPAN: Covered = Covered {
    table: "effort_span",
    row: EFFORT_SPAN_ROW,
    all: EFFORT_SPAN_ALL,
};
pub(crate) static HOLD: Covered = Covered {
    table: "hold",
    row: HOLD_ROW,
    all: HOLD_ALL,
};
pub(crate) static NOTE: Covered = Covered {
    table: "note",
    row: NOTE_ROW,
    all: NOTE_ALL,
};
pub(crate) static BACKUP: Covered = Covered {
    table: "backup",
    row: BACKUP_ROW,
    all: BACKUP_ALL,
};

/// Every covered table; the journal has its own links.
pub(crate) static COVERED: [&Covered; 21] = [
    &CHAIN,
    &PERSON,
    &ROLE_GRANT,
    &QUALIFICATION,
    &PROTOCOL_VERSION,
    &ANNOTATION_SET,
    &PATIENT,
    &CASE,
    &CASE_EXCLUSION,
    &SERIES,
    &ASSIGNMENT,
    &WORK,
    &ANNOTATION_VERSION,
    &SUBMISSION,
    &REOPEN,
    &COMPARISON,
    &ADJUDICATION,
    &EFFORT_SPAN,
    &HOLD,
    &NOTE,
    &BACKUP,
];

/// Writes the events of one transaction into the chain of the acting person.
pub(crate) struct Recorder<'a> {
    db: &'a Connection,
    sequence: &'a Sequence,
    chain: String,
    last: i64,
    head: Sha,
}

impl<'a> Recorder<'a> {
    /// Continues the chain of a person on this device, or begins it.
    pub(crate) fn of(
        db: &'a Connection,
        sequence: &'a Sequence,
        person: &PersonId,
        device: &str,
    ) -> Result<Self> {
        if let Some(chain) = one(db, CHAIN_OF, params![person, device], |row| row.get(0))? {
            let chain: String = chain;
            let (last, head) = one(db, CHAIN_HEAD, [&chain], |row| {
                Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))
            })?
            .ok_or_else(|| Error::Damaged(format!("chain {chain} has no event")))?;
            return Ok(Self {
                db,
                sequence,
                chain,
                last,
                head: sha(&head)?,
            });
        }
        let chain = fresh_id();
        run(db, CHAIN_INSERT, params![chain, person, device])?;
        let head = beginning(&chain);
        let mut recorder = Self {
            db,
            sequence,
            chain,
            last: 0,
            head,
        };
        let id = recorder.chain.clone();
        recorder.row("chain", &CHAIN, &id)?;
        Ok(recorder)
    }

    /// The connection inside the act's transaction.
    pub(crate) fn db(&self) -> &'a Connection {
        self.db
    }

    /// Place of the next event, `chain:seq`, for the column `ev` of the row that it will cover.
    pub(crate) fn ev(&self) -> String {
        format!("{}:{}", self.chain, self.last + 1)
    }

    /// The next number of the project's counter.
    pub(crate) fn mono(&self) -> i64 {
        self.sequence.next()
    }

    /// Covers a row that was just inserted with [`Recorder::ev`].
    pub(crate) fn row(&mut self, kind: &str, covered: &Covered, id: &str) -> Result<()> {
        let hash = row_sha(self.db, covered, id)?
            .ok_or_else(|| Error::Damaged(format!("{} {id} was not written", covered.table)))?;
        let body = json!({"table": covered.table, "id": id, "row_sha256": hex(&hash)});
        self.note(kind, &body)
    }

    /// Adds an event without a row. The body holds ids, codes and hashes only: no name, no free
    /// text, nothing that may have to be erased.
    pub(crate) fn note(&mut self, kind: &str, body: &serde_json::Value) -> Result<()> {
        let event = Event {
            chain: self.chain.clone(),
            seq: self.last + 1,
            prev: self.head.to_vec(),
            lamport: self.sequence.next(),
            wall: now_text(),
            kind: kind.to_owned(),
            body: body.to_string(),
            hash: Vec::new(),
        };
        let hash = event.computed_hash();
        let Event {
            chain,
            seq,
            prev,
            lamport,
            wall,
            kind,
            body,
            ..
        } = &event;
        let values = params![chain, seq, prev, lamport, wall, kind, body, hash.as_slice()];
        run(self.db, EVENT_INSERT, values)?;
        meta::put(
            self.db,
            &head_key(&self.chain),
            &head_text(event.seq, &hash),
        )?;
        self.last = event.seq;
        self.head = hash;
        Ok(())
    }
}

/// Key in `meta` that repeats the head of a chain: a chain cut off at its end is noticed.
pub(crate) fn head_key(chain: &str) -> String {
    format!("head:{chain}")
}

/// The value beside it.
pub(crate) fn head_text(seq: i64, hash: &[u8]) -> String {
    format!("{seq}:{}", hex(hash))
}

/// What the first event of a chain links to.
pub(crate) fn beginning(chain: &str) -> Sha {
    FieldHash::new("dokuei-event-0")
        .field(chain.as_bytes())
        .finish()
}

/// One event as stored.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) chain: String,
    pub(crate) seq: i64,
    pub(crate) prev: Vec<u8>,
    pub(crate) lamport: i64,
    pub(crate) wall: String,
    pub(crate) kind: String,
    pub(crate) body: String,
    pub(crate) hash: Vec<u8>,
}

impl Event {
    /// The hash that the event must carry.
    pub(crate) fn computed_hash(&self) -> Sha {
        FieldHash::new("dokuei-event-1")
            .field(self.chain.as_bytes())
            .number(self.seq)
            .field(&self.prev)
            .number(self.lamport)
            .field(self.wall.as_bytes())
            .field(self.kind.as_bytes())
            .field(self.body.as_bytes())
            .finish()
    }
}

/// All events, chain by chain, in order.
pub(crate) fn events(db: &Connection) -> Result<Vec<Event>> {
    many(db, EVENTS, [], |row| {
        Ok(Event {
            chain: row.get(0)?,
            seq: row.get(1)?,
            prev: row.get(2)?,
            lamport: row.get(3)?,
            wall: row.get(4)?,
            kind: row.get(5)?,
            body: row.get(6)?,
            hash: row.get(7)?,
        })
    })
}

/// The highest number that the project's counter has given.
pub(crate) fn last_sequence(db: &Connection) -> Result<i64> {
    Ok(one(db, LAST_SEQUENCE, [], |row| row.get(0))?.unwrap_or(0))
}

/// Ids and hashes of every row of a covered table.
pub(crate) fn row_shas(db: &Connection, covered: &Covered) -> Result<Vec<(String, Sha)>> {
    many(db, covered.all, [], |row| {
        Ok((row.get("id")?, hash_of_row(row)?))
    })
}

fn row_sha(db: &Connection, covered: &Covered, id: &str) -> Result<Option<Sha>> {
    one(db, covered.row, [id], hash_of_row)
}

/// Every column with its type; a number and the text of that number differ.
fn hash_of_row(row: &Row<'_>) -> rusqlite::Result<Sha> {
    let mut hash = FieldHash::new("dokuei-row-1");
    for column in 0..row.as_ref().column_count() {
        hash = match row.get_ref(column)? {
            ValueRef::Null => hash.field(b"0"),
            ValueRef::Integer(value) => hash.field(b"i").number(value),
            ValueRef::Real(value) => hash.field(b"r").field(&value.to_le_bytes()),
            ValueRef::Text(text) => hash.field(b"t").field(text),
            ValueRef::Blob(bytes) => hash.field(b"b").field(bytes),
        };
    }
    Ok(hash.finish())
}
