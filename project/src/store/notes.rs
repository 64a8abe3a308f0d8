//! Table `note`: questions of readers, their withdrawals, and answers.

use rusqlite::{Connection, Params, Row, params};

use super::{many, run};
use crate::error::{Error, Result};
use crate::ids::{AssignmentId, FlagId, PersonId};
use crate::seal::{Place, Scheme, Seal};
use crate::statement::statements;

statements! { "notes.sql":
    INSERT = "insert",
    ALL = "all",
    OF_READER = "of_reader",
}

/// What a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoteKind {
    Question,
    Answer,
    Withdrawal,
}

impl NoteKind {
    fn word(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Withdrawal => "withdrawal",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        [Self::Question, Self::Answer, Self::Withdrawal]
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| Error::Damaged(format!("note kind {word}")))
    }
}

/// A note, opened.
#[derive(Clone, Debug)]
pub(crate) struct NoteRow {
    pub(crate) id: FlagId,
    pub(crate) kind: NoteKind,
    pub(crate) assignment: AssignmentId,
    /// Of an answer or withdrawal: the question.
    pub(crate) about: Option<FlagId>,
    pub(crate) author: PersonId,
    pub(crate) text: String,
    pub(crate) view_json: Option<String>,
    pub(crate) wall: String,
}

pub(crate) fn insert(
    db: &Connection,
    seal: Seal,
    row: &NoteRow,
    mono: i64,
    ev: &str,
) -> Result<()> {
    let place = Place {
        table: "note",
        row: row.id.as_str(),
    };
    let text = seal.close_text(place, &row.text);
    let view = row
        .view_json
        .as_ref()
        .map(|view| seal.close_text(place, view));
    let values = params![
        row.id,
        row.kind.word(),
        row.assignment,
        row.about,
        row.author,
        text,
        view,
        seal.scheme(),
        mono,
        row.wall,
        ev
    ];
    run(db, INSERT, values)?;
    Ok(())
}

/// Every note, in the order in which they were written.
pub(crate) fn all(db: &Connection, seal: Seal) -> Result<Vec<NoteRow>> {
    read(db, seal, ALL, [])
}

/// Notes on the assignments of a reader.
pub(crate) fn of_reader(db: &Connection, seal: Seal, reader: &PersonId) -> Result<Vec<NoteRow>> {
    read(db, seal, OF_READER, [reader])
}

fn read(db: &Connection, seal: Seal, sql: &str, params: impl Params) -> Result<Vec<NoteRow>> {
    let raw = |row: &Row<'_>| {
        let sealed = (row.get(5)?, row.get(6)?, row.get(7)?);
        let plain = NoteRow {
            id: row.get(0)?,
            kind: NoteKind::Question,
            assignment: row.get(2)?,
            about: row.get(3)?,
            author: row.get(4)?,
            text: String::new(),
            view_json: None,
            wall: row.get(8)?,
        };
        Ok((plain, row.get::<_, String>(1)?, sealed))
    };
    many(db, sql, params, raw)?
        .into_iter()
        .map(|(plain, kind, sealed)| opened(seal, plain, &kind, sealed))
        .collect()
}

fn opened(
    seal: Seal,
    plain: NoteRow,
    kind: &str,
    (text, view, scheme): (Vec<u8>, Option<Vec<u8>>, Scheme),
) -> Result<NoteRow> {
    let place = Place {
        table: "note",
        row: plain.id.as_str(),
    };
    let text = seal.open_text(place, scheme, text)?;
    let view_json = view
        .map(|view| seal.open_text(place, scheme, view))
        .transpose()?;
    Ok(NoteRow {
        kind: NoteKind::from_word(kind)?,
        text,
        view_json,
        ..plain
    })
}
