//! What was done to a case, row by row.

use annotation_format::Gist;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::ids::{AssignmentId, WorkId};
use crate::journal::{Stacks, decode_edit};
use crate::project::Project;
use crate::session::{Act, Session};
use crate::store::assignments;
use crate::store::journal;

/// Kinds of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// An edit.
    Edit,
    /// Takes an edit back.
    Undo,
    /// Takes an undo back.
    Redo,
}

/// A row of the journal as history shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryRow {
    /// Revision of the work.
    pub revision: i64,
    /// Number within the revision.
    pub seq: i64,
    /// Name of the edit (of an undo: of the edit it is about).
    pub name: String,
    /// When, UTC.
    pub at: String,
    /// Whether the edit is undone now.
    pub undone: bool,
    /// Edit, undo or redo.
    pub kind: RowKind,
    /// Of an undo or redo: the row it takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo_of: Option<i64>,
}

/// What a row of the journal is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowGist {
    /// Revision of the work.
    pub revision: i64,
    /// Number within the revision.
    pub seq: i64,
    /// Its findings, and what becomes of their voxels.
    pub gist: Gist,
}

impl Project {
    /// The journal of a case: own, or with a reader's name that of a reader, for a lead once all
    /// readers have submitted.
    ///
    /// # Errors
    /// [`Error::Refused`], before case and name are looked at; then [`Error::NoSuchCase`],
    /// [`Error::NoSuchPerson`].
    pub fn history(
        &self,
        session: &Session,
        case: &str,
        reader: Option<&str>,
    ) -> Result<Vec<HistoryRow>> {
        let named = reader
            .map(|name| self.find_person(name))
            .transpose()?
            .flatten();
        let own = reader.is_none()
            || named
                .as_ref()
                .is_some_and(|row| row.id == *session.person());
        if own {
            let grant = self.authorise(session, Act::Read)?;
            let (_, assigned) = self.own_assignment(&grant, case)?;
            return self.rows_of(&assigned.id);
        }
        let grant = self.authorise(session, Act::Compare)?;
        let (_, states) = self.complete_case(&grant, case)?;
        let state = named.and_then(|row| states.into_iter().find(|state| state.reader == row.id));
        match state {
            Some(state) => self.rows_of(&state.id),
            None => Err(Error::NoSuchPerson(reader.unwrap_or_default().to_owned())),
        }
    }

    fn rows_of(&self, assignment: &AssignmentId) -> Result<Vec<HistoryRow>> {
        let mut history = Vec::new();
        for work in assignments::works_of(&self.db, assignment)? {
            let marks = journal::marks(&self.db, &work.id)?;
            let stacks = Stacks::of(&marks);
            history.extend(marks.into_iter().map(|mark| HistoryRow {
                revision: work.rev,
                seq: mark.seq,
                name: mark.name,
                at: mark.wall,
                undone: stacks.undone_edits.contains(&mark.seq),
                kind: match mark.undo_of {
                    None => RowKind::Edit,
                    Some(_) if stacks.redos.contains(&mark.seq) => RowKind::Redo,
                    Some(_) => RowKind::Undo,
                },
                undo_of: mark.undo_of,
            }));
        }
        Ok(history)
    }

    /// What rows of own work are about: of revisions and numbers as [`Project::history`] lists them. A row
    /// that is not there or cannot be read is left out; [`Project::verify`] tells of damage.
    ///
    /// # Errors
    /// As [`Project::history`].
    pub fn gists(
        &self,
        session: &Session,
        case: &str,
        rows: &[(i64, i64)],
    ) -> Result<Vec<RowGist>> {
        let grant = self.authorise(session, Act::Read)?;
        let (_, assigned) = self.own_assignment(&grant, case)?;
        let mut gists = Vec::new();
        for work in assignments::works_of(&self.db, &assigned.id)? {
            let (last, _) = journal::head(&self.db, &work.id)?;
            let of_work = rows
                .iter()
                .filter(|(revision, seq)| *revision == work.rev && (1..=last).contains(seq));
            for (revision, seq) in of_work {
                match self.gist_of(&work.id, *seq) {
                    Ok(gist) => gists.push(RowGist {
                        revision: *revision,
                        seq: *seq,
                        gist,
                    }),
                    Err(fault) => {
                        tracing::warn!(code = fault.code(), seq, "a row cannot be read");
                    }
                }
            }
        }
        Ok(gists)
    }

    fn gist_of(&self, work: &WorkId, seq: i64) -> Result<Gist> {
        let body = journal::body(&self.db, self.seal, work, seq)?;
        Ok(decode_edit(&self.db, self.seal, &body)?.gist())
    }
}
