//! The journal: a work is the fold of its rows, undo and redo are rows, checkpoints shorten the fold.
//!
//! A row is planned first (applied to the document in memory, numbered) and written then; between
//! the two it waits, if the disc fails, without being lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use annotation_format::wire::{self, BrickHash};
use annotation_format::{Document, Edit, Protocol, Step};
use rusqlite::Connection;

use crate::clock::now_text;
use crate::database;
use crate::digest::{Sha, hex};
use crate::error::{Error, Result};
use crate::ids::{PersonId, WorkId};
use crate::project::Project;
use crate::seal::Seal;
use crate::store::assignments::{AssignmentState, WorkRow};
use crate::store::journal::{self, Checkpoint, EditRow, Mark};

/// Rows after which the next checkpoint is due.
const CHECKPOINT_ROWS: i64 = 64;

/// Rows after which it is written even while the hand does not rest.
const OVERDUE_ROWS: i64 = 4 * CHECKPOINT_ROWS;

/// Widest gap between checkpoints that stay: no row is more than half of it away from one.
const WIDEST_GAP: i64 = 512;

/// A row that is applied in memory and waits to be written.
#[derive(Clone, Debug)]
pub(crate) struct PlannedRow {
    pub(crate) work: WorkId,
    pub(crate) seq: i64,
    pub(crate) undo_of: Option<i64>,
    pub(crate) edit: Edit,
    pub(crate) wall: String,
}

/// A work folded up to its last row, written or not.
#[derive(Clone, Debug)]
pub(crate) struct OpenWork {
    pub(crate) document: Document,
    pub(crate) author: PersonId,
    /// Number of the last planned row.
    pub(crate) seq: i64,
    /// Number and hash of the last row on disc.
    pub(crate) saved_seq: i64,
    head: Sha,
    /// Rows that an undo would take back, the next one last.
    done: Vec<i64>,
    /// Undo rows that a redo would take back, the next one last.
    undone: Vec<i64>,
    /// Edits of rows that are not on disc yet.
    waiting: BTreeMap<i64, Edit>,
    /// Edits of the last rows on disc: taking them back reads nothing.
    recent: Recent,
    checkpoint_seq: i64,
    sealed_seq: i64,
}

/// Edits of the last rows that are on disc, as long as they hold few bricks; the last one stays in any case.
#[derive(Clone, Debug, Default)]
struct Recent {
    edits: BTreeMap<i64, Edit>,
    bricks: usize,
}

impl Recent {
    /// Bricks of all edits together, before and after: at most 32 MB that nothing else holds.
    const MOST_BRICKS: usize = 8192;
    const MOST_ROWS: usize = 256;

    fn get(&self, seq: i64) -> Option<&Edit> {
        self.edits.get(&seq)
    }

    fn keep(&mut self, seq: i64, edit: Edit) {
        self.bricks += bricks_in(&edit);
        self.edits.insert(seq, edit);
        let too_much =
            |this: &Self| this.bricks > Self::MOST_BRICKS || this.edits.len() > Self::MOST_ROWS;
        while self.edits.len() > 1 && too_much(self) {
            if let Some((_, oldest)) = self.edits.pop_first() {
                self.bricks -= bricks_in(&oldest);
            }
        }
    }
}

fn bricks_in(edit: &Edit) -> usize {
    let bricks_of = |step: &Step| match step {
        Step::Mask { change, .. } => 2 * change.bricks.len(),
        _ => 0,
    };
    edit.steps.iter().map(bricks_of).sum()
}

/// Which rows can be undone and redone after these rows; and which edits are undone now.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stacks {
    pub(crate) done: Vec<i64>,
    pub(crate) undone: Vec<i64>,
    /// First rows (the edits themselves) that are undone at the end.
    pub(crate) undone_edits: BTreeSet<i64>,
    /// Of every undo and redo, the edit it is about.
    pub(crate) edit_of: BTreeMap<i64, i64>,
    /// Rows that are redos.
    pub(crate) redos: BTreeSet<i64>,
}

impl Stacks {
    pub(crate) fn of(marks: &[Mark]) -> Self {
        let mut stacks = Self::default();
        for mark in marks {
            match mark.undo_of {
                None => {
                    stacks.done.push(mark.seq);
                    stacks.undone.clear();
                }
                Some(target) => stacks.take_back(mark.seq, target),
            }
        }
        stacks
    }

    /// A row that takes back an undo is a redo; any other one is an undo.
    fn take_back(&mut self, seq: i64, target: i64) {
        let targets_undo = self.edit_of.contains_key(&target) && !self.redos.contains(&target);
        let edit = self.edit_of.get(&target).copied().unwrap_or(target);
        self.edit_of.insert(seq, edit);
        if targets_undo {
            self.redos.insert(seq);
            self.undone.retain(|row| *row != target);
            self.undone_edits.remove(&edit);
            self.done.push(seq);
        } else {
            self.done.retain(|row| *row != target);
            self.undone_edits.insert(edit);
            self.undone.push(seq);
        }
    }
}

impl OpenWork {
    /// Applies a new edit and numbers its row.
    pub(crate) fn plan_edit(&mut self, work: &WorkId, edit: &Edit) -> Result<PlannedRow> {
        self.document.apply(edit)?;
        self.undone.clear();
        let row = self.number(work, None, edit.clone());
        self.done.push(row.seq);
        Ok(row)
    }

    /// Takes back the last edit that is in force.
    pub(crate) fn plan_undo(
        &mut self,
        db: &Connection,
        seal: Seal,
        work: &WorkId,
    ) -> Result<PlannedRow> {
        let target = *self.done.last().ok_or(Error::NothingToUndo)?;
        let inverse = self.edit_at(db, seal, work, target)?.inverse();
        self.document.apply(&inverse)?;
        self.done.pop();
        let row = self.number(work, Some(target), inverse);
        self.undone.push(row.seq);
        Ok(row)
    }

    /// Takes back the last undo.
    pub(crate) fn plan_redo(
        &mut self,
        db: &Connection,
        seal: Seal,
        work: &WorkId,
    ) -> Result<PlannedRow> {
        let target = *self.undone.last().ok_or(Error::NothingToRedo)?;
        let again = self.edit_at(db, seal, work, target)?.inverse();
        self.document.apply(&again)?;
        self.undone.pop();
        let row = self.number(work, Some(target), again);
        self.done.push(row.seq);
        Ok(row)
    }

    fn number(&mut self, work: &WorkId, undo_of: Option<i64>, edit: Edit) -> PlannedRow {
        self.seq += 1;
        self.waiting.insert(self.seq, edit.clone());
        PlannedRow {
            work: work.clone(),
            seq: self.seq,
            undo_of,
            edit,
            wall: now_text(),
        }
    }

    /// The edit of a row, written or not.
    pub(crate) fn edit_at(
        &self,
        db: &Connection,
        seal: Seal,
        work: &WorkId,
        seq: i64,
    ) -> Result<Edit> {
        match self.waiting.get(&seq).or_else(|| self.recent.get(seq)) {
            Some(edit) => Ok(edit.clone()),
            None => decode_edit(db, seal, &journal::body(db, seal, work, seq)?),
        }
    }

    /// Whether so many rows are on disc that no checkpoint knows, and none waits.
    fn has_grown_by(&self, rows: i64) -> bool {
        self.unsaved() == 0 && self.saved_seq - self.checkpoint_seq >= rows
    }

    /// Lets go of edits that are on disc; an undo reads them again.
    pub(crate) fn forget_recent(&mut self) {
        self.recent = Recent::default();
    }

    /// How many planned rows are not on disc.
    pub(crate) fn unsaved(&self) -> usize {
        self.waiting.len()
    }

    /// Whether an edit can be undone, and whether an undo can be redone.
    pub(crate) fn can_undo_redo(&self) -> (bool, bool) {
        (!self.done.is_empty(), !self.undone.is_empty())
    }
}

/// Reads an edit whose bricks lie in the table.
pub(crate) fn decode_edit(db: &Connection, seal: Seal, body: &[u8]) -> Result<Edit> {
    with_bricks(db, seal, |find| wire::decode(body, find))
}

/// Reads a snapshot whose bricks lie in the table.
pub(crate) fn decode_document(
    db: &Connection,
    seal: Seal,
    body: &[u8],
    protocol: Arc<Protocol>,
) -> Result<Document> {
    with_bricks(db, seal, |find| wire::decode_snapshot(body, protocol, find))
}

/// Gives a decoder the bricks; a failing database is told apart from a missing brick.
fn with_bricks<T>(
    db: &Connection,
    seal: Seal,
    decode: impl FnOnce(&mut wire::FindBrick<'_>) -> Result<T, annotation_format::Error>,
) -> Result<T> {
    let mut fault = None;
    let decoded = decode(&mut |hash: &BrickHash| {
        journal::brick(db, seal, hash.as_bytes()).unwrap_or_else(|error| {
            fault = Some(error);
            None
        })
    });
    match (decoded, fault) {
        (_, Some(fault)) => Err(fault),
        (decoded, None) => Ok(decoded?),
    }
}

/// Stores the bricks of an encoded edit or document.
pub(crate) fn put_bricks(db: &Connection, seal: Seal, encoded: &wire::Encoded) -> Result<()> {
    for (hash, data) in &encoded.bricks {
        journal::put_brick(db, seal, hash.as_bytes(), data)?;
    }
    Ok(())
}

/// Encodes a document, leaving out bricks that are stored.
pub(crate) fn encode_document(db: &Connection, document: &Document) -> wire::Encoded {
    wire::encode_snapshot_without(document, &|hash| journal::knows_brick(db, hash.as_bytes()))
}

impl Project {
    /// Folds a work: the version it starts from, the last checkpoint, the rows after it.
    pub(crate) fn fold(&self, work: &WorkRow, assigned: &AssignmentState) -> Result<OpenWork> {
        let (db, seal) = (&self.db, self.seal);
        let protocol = self.protocol_version(&assigned.protocol)?;
        let (start, mut document) = match self.last_checkpoint(&work.id, &protocol)? {
            Some(known) => known,
            None => (0, self.first_document(work, protocol)?),
        };
        for (_, body) in journal::bodies_after(db, seal, &work.id, start)? {
            document.apply(&decode_edit(db, seal, &body)?)?;
        }
        let (seq, head) = journal::head(db, &work.id)?;
        let stacks = Stacks::of(&journal::marks(db, &work.id)?);
        Ok(OpenWork {
            document,
            author: assigned.reader.clone(),
            seq,
            saved_seq: seq,
            head,
            done: stacks.done,
            undone: stacks.undone,
            waiting: BTreeMap::new(),
            recent: Recent::default(),
            checkpoint_seq: start,
            sealed_seq: seq,
        })
    }

    /// The last checkpoint that can be read, and its row.
    fn last_checkpoint(
        &self,
        work: &WorkId,
        protocol: &Arc<Protocol>,
    ) -> Result<Option<(i64, Document)>> {
        for seq in journal::checkpoint_rows(&self.db, work)?.into_iter().rev() {
            if let Some(document) = self.checkpoint(work, seq, protocol)? {
                return Ok(Some((seq, document)));
            }
        }
        Ok(None)
    }

    /// The document of a checkpoint. One that cannot be read is as good as none: the rows say the same.
    pub(crate) fn checkpoint(
        &self,
        work: &WorkId,
        seq: i64,
        protocol: &Arc<Protocol>,
    ) -> Result<Option<Document>> {
        let Some(kept) = journal::checkpoint(&self.db, self.seal, work, seq)? else {
            return Ok(None);
        };
        match decode_document(&self.db, self.seal, &kept.body, Arc::clone(protocol)) {
            Ok(document) => Ok(Some(document)),
            Err(Error::Edit(fault)) => {
                tracing::warn!(code = fault.code(), seq, "a checkpoint cannot be read");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What a work starts from: nothing, or the submitted version that was reopened.
    pub(crate) fn first_document(
        &self,
        work: &WorkRow,
        protocol: Arc<Protocol>,
    ) -> Result<Document> {
        match &work.from_version {
            None => Ok(Document::new(protocol)),
            Some(version) => {
                let version = journal::version(&self.db, self.seal, version)?;
                decode_document(&self.db, self.seal, &version.payload, protocol)
            }
        }
    }

    /// Writes one planned row with its new bricks and its link, as one transaction.
    pub(crate) fn write_row(&self, row: &PlannedRow) -> Result<()> {
        if !self.is_writable() {
            return Err(Error::ReadOnly);
        }
        self.require_present()?;
        let mut works = self.works.borrow_mut();
        let open = works
            .get_mut(&row.work)
            .ok_or_else(|| Error::Damaged(format!("work {} is not open", row.work)))?;
        let hash = self.insert_row(row, open.head)?;
        open.head = hash;
        open.saved_seq = row.seq;
        if let Some(edit) = open.waiting.remove(&row.seq) {
            open.recent.keep(row.seq, edit);
        }
        Ok(())
    }

    fn insert_row(&self, row: &PlannedRow, prev: Sha) -> Result<Sha> {
        let transaction = database::immediate(&self.db)?;
        let encoded = wire::encode_without(&row.edit, &|hash| {
            journal::knows_brick(&transaction, hash.as_bytes())
        });
        put_bricks(&transaction, self.seal, &encoded)?;
        let stored = EditRow {
            work: row.work.clone(),
            seq: row.seq,
            undo_of: row.undo_of,
            name: row.edit.name.as_str().to_owned(),
            body: journal::close_body(self.seal, &row.work, &encoded.body),
            scheme: self.seal.scheme(),
            mono: self.sequence.next(),
            wall: row.wall.clone(),
            prev,
        };
        let hash = journal::insert(&transaction, &stored)?;
        transaction.commit()?;
        Ok(hash)
    }

    /// Writes a checkpoint and seals the head into the chain, when enough rows have come.
    /// A failure costs nothing: the rows are there.
    pub(crate) fn checkpoint_if_due(&self, work: &WorkId) {
        self.checkpoint_after(work, CHECKPOINT_ROWS);
    }

    /// The same where the hand does not rest, so that the checkpoint could wait no longer.
    pub(crate) fn checkpoint_if_overdue(&self, work: &WorkId) {
        self.checkpoint_after(work, OVERDUE_ROWS);
    }

    fn checkpoint_after(&self, work: &WorkId, rows: i64) {
        let works = self.works.borrow();
        let is_due = works.get(work).is_some_and(|open| open.has_grown_by(rows));
        drop(works);
        if is_due && let Err(fault) = self.write_checkpoint(work) {
            tracing::warn!(code = fault.code(), "a checkpoint was not written");
        }
    }

    /// Writes the checkpoint of one open work that is due; tells whether another one is.
    pub(crate) fn write_due_checkpoint(&self) -> Result<bool> {
        let works = self.works.borrow();
        let due: Vec<WorkId> = works
            .iter()
            .filter(|(_, open)| open.has_grown_by(CHECKPOINT_ROWS))
            .map(|(work, _)| work.clone())
            .collect();
        drop(works);
        match due.first() {
            Some(work) => self.write_checkpoint(work).map(|()| due.len() > 1),
            None => Ok(false),
        }
    }

    pub(crate) fn write_checkpoint(&self, work: &WorkId) -> Result<()> {
        let mut works = self.works.borrow_mut();
        let Some(open) = works.get_mut(work) else {
            return Ok(());
        };
        if open.unsaved() > 0 {
            return Err(Error::Unsaved(open.unsaved()));
        }
        self.write(&open.author, |recorder| {
            let encoded = encode_document(recorder.db(), &open.document);
            put_bricks(recorder.db(), self.seal, &encoded)?;
            let checkpoint = Checkpoint {
                seq: open.saved_seq,
                body: encoded.body,
                head: open.head,
            };
            journal::put_checkpoint(recorder.db(), self.seal, work, &checkpoint)?;
            let kept = journal::checkpoint_rows(recorder.db(), work)?;
            for seq in superfluous(&kept, open.saved_seq) {
                journal::drop_checkpoint(recorder.db(), work, seq)?;
            }
            recorder.note("seal", &seal_body(work, open))
        })?;
        open.checkpoint_seq = open.saved_seq;
        open.sealed_seq = open.saved_seq;
        Ok(())
    }

    /// Seals the heads of works that have grown since their last seal.
    pub(crate) fn seal_open_works(&self) -> Result<()> {
        for (work, open) in self.works.borrow_mut().iter_mut() {
            if open.saved_seq > open.sealed_seq {
                let body = seal_body(work, open);
                self.write(&open.author, |recorder| recorder.note("seal", &body))?;
                open.sealed_seq = open.saved_seq;
            }
        }
        Ok(())
    }
}

/// The checkpoints that may go, of those after these rows: gaps between the ones that stay are as wide as half their
/// distance from the last row, between [`CHECKPOINT_ROWS`] and [`WIDEST_GAP`]. So they are few, and an early row of a
/// long work is reached as fast as a late one.
fn superfluous(kept: &[i64], last: i64) -> Vec<i64> {
    let mut dropped = Vec::new();
    let mut before = 0; // the state before the first row needs no checkpoint
    for (at, next) in kept.iter().zip(kept.iter().skip(1)) {
        let widest = ((last - at) / 2).clamp(CHECKPOINT_ROWS, WIDEST_GAP);
        if next - before <= widest {
            dropped.push(*at);
        } else {
            before = *at;
        }
    }
    dropped
}

fn seal_body(work: &WorkId, open: &OpenWork) -> serde_json::Value {
    serde_json::json!({"work": work, "seq": open.saved_seq, "head": hex(&open.head)})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(seq: i64, undo_of: Option<i64>) -> Mark {
        Mark {
            seq,
            undo_of,
            name: "brush".to_owned(),
            wall: String::new(),
        }
    }

    #[test]
    fn stacks_follow_undo_redo_and_undo_of_the_redo() {
        let mut marks = vec![mark(1, None), mark(2, None), mark(3, Some(2))];
        let stacks = Stacks::of(&marks);
        assert_eq!(
            (stacks.done.as_slice(), stacks.undone.as_slice()),
            (&[1][..], &[3][..])
        );
        assert_eq!(stacks.undone_edits, BTreeSet::from([2]));
        marks.push(mark(4, Some(3)));
        let stacks = Stacks::of(&marks);
        assert_eq!(
            (stacks.done.as_slice(), stacks.undone.as_slice()),
            (&[1, 4][..], &[][..])
        );
        assert!(stacks.undone_edits.is_empty() && stacks.redos.contains(&4));
        marks.push(mark(5, Some(4)));
        let stacks = Stacks::of(&marks);
        assert_eq!(
            (stacks.done.as_slice(), stacks.undone.as_slice()),
            (&[1][..], &[5][..])
        );
        assert_eq!(stacks.undone_edits, BTreeSet::from([2]));
    }

    #[test]
    fn checkpoints_of_a_long_work_stay_few_and_no_row_is_far_from_one() {
        let mut kept: Vec<i64> = Vec::new();
        for step in 1..=400_i64 {
            // Written when the hand rests: not at every 64th row exactly.
            let last = step * CHECKPOINT_ROWS + step * 7 % 40;
            kept.push(last);
            let dropped = superfluous(&kept, last);
            kept.retain(|seq| !dropped.contains(seq));
            assert_eq!(kept.last(), Some(&last));
            let gaps = std::iter::once(&0).chain(&kept).zip(&kept);
            let widest = gaps.map(|(from, to)| to - from).max().unwrap();
            assert!(widest <= WIDEST_GAP, "{widest} rows at {last}");
            let most = last / (WIDEST_GAP / 2) + 12;
            assert!((kept.len() as i64) <= most, "{} of {most}", kept.len());
        }
    }

    #[test]
    fn a_new_edit_ends_the_possibility_to_redo() {
        let stacks = Stacks::of(&[mark(1, None), mark(2, Some(1)), mark(3, None)]);
        assert_eq!(stacks.done, [3]);
        assert!(stacks.undone.is_empty());
        assert_eq!(stacks.undone_edits, BTreeSet::from([1]));
    }
}
