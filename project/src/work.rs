//! A reader's work: open, append, undo, redo, submit.

use annotation_format::{Document, Edit};
use serde::Serialize;

use crate::cases::SeriesFiles;
use crate::error::{Error, MissingItem, Result};
use crate::ids::{CaseId, VersionId, WorkId, fresh_id};
use crate::journal::{PlannedRow, encode_document, put_bricks};
use crate::project::Project;
use crate::session::{Act, Grant, Session};
use crate::state::AssignmentStage;
use crate::store::assignments::{self, AssignmentState, SubmissionRow, WorkRow};
use crate::store::cases::CaseRecord;
use crate::store::journal::{self, NewVersion};
use crate::store::{audit, cases};

/// A reader's work, opened.
#[derive(Clone, Debug)]
pub struct Work {
    /// Id, for [`Project::append`].
    pub id: WorkId,
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub case_number: u32,
    /// What has been said so far.
    pub document: Document,
    /// Number of the last row of the journal.
    pub seq: i64,
    /// Revision: 1, and one more with each reopening.
    pub revision: i64,
    /// `submitted` means locked: every change is refused.
    pub stage: AssignmentStage,
    /// What the lead said at the last reopening.
    pub reopened: Option<String>,
    /// The images.
    pub series: Vec<SeriesFiles>,
    /// Whether something can be undone.
    pub can_undo: bool,
    /// Whether something can be redone.
    pub can_redo: bool,
}

/// A row that is on disc.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Saved {
    /// Its number within the work.
    pub seq: i64,
    /// When it was made, UTC.
    pub at: String,
}

/// An undo or redo that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct TakenBack {
    /// Number of the new row.
    pub seq: i64,
    /// When, UTC.
    pub at: String,
    /// What it did to the document.
    pub edit: Edit,
}

/// Answer of submit and reopen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseStage {
    /// The case.
    pub case: CaseId,
    /// The new state.
    pub state: AssignmentStage,
}

impl Project {
    /// Opens own work on a case; the first opening begins it.
    ///
    /// # Errors
    /// [`Error::Refused`] unless the case is assigned to the reader, whether or not it exists;
    /// [`Error::Excluded`]; [`Error::Damaged`] if the journal cannot be folded.
    pub fn open_work(&self, session: &Session, case: &str) -> Result<Work> {
        let grant = self.authorise(session, Act::Read)?;
        let (case, assigned) = self.own_assignment(&grant, case)?;
        if case.excluded {
            return Err(Error::Excluded(case.number));
        }
        let work = self.work_row(&grant, &assigned)?;
        let assigned = AssignmentState {
            rev: Some(work.rev),
            ..assigned
        };
        self.load(&work, &assigned)?;
        self.rest_other_works(&work.id);
        self.opened_work(&case, &assigned, &work)
    }

    fn opened_work(
        &self,
        case: &CaseRecord,
        assigned: &AssignmentState,
        work: &WorkRow,
    ) -> Result<Work> {
        let works = self.works.borrow();
        let open = works
            .get(&work.id)
            .ok_or_else(|| Error::Damaged(format!("work {} is not open", work.id)))?;
        let (can_undo, can_redo) = open.can_undo_redo();
        let series = cases::series_of_case(&self.db, self.seal, &case.id)?;
        Ok(Work {
            id: work.id.clone(),
            case: case.id.clone(),
            case_number: case.number,
            document: open.document.clone(),
            seq: open.seq,
            revision: work.rev,
            stage: AssignmentStage::of(assigned),
            reopened: assignments::last_reopen_text(&self.db, self.seal, &assigned.id)?,
            series: series
                .iter()
                .map(|record| self.files_of(record))
                .collect::<Result<_>>()?,
            can_undo,
            can_redo,
        })
    }

    /// The present revision; begun if there is none. A project open for reading begins nothing.
    fn work_row(&self, grant: &Grant, assigned: &AssignmentState) -> Result<WorkRow> {
        if let Some(work) = assignments::last_work(&self.db, &assigned.id)? {
            return Ok(work);
        }
        let work = WorkRow {
            id: WorkId::fresh(),
            rev: 1,
            from_version: None,
        };
        if !self.is_writable() {
            return Err(Error::ReadOnly);
        }
        self.write(grant.person(), |recorder| {
            assignments::insert_work(recorder.db(), &work, &assigned.id, &recorder.ev())?;
            recorder.row("open", &audit::WORK, work.id.as_str())
        })?;
        Ok(work)
    }

    /// Folds a work into memory unless it is there.
    fn load(&self, work: &WorkRow, assigned: &AssignmentState) -> Result<()> {
        if self.works.borrow().contains_key(&work.id) {
            return Ok(());
        }
        let open = self.fold(work, assigned)?;
        self.works.borrow_mut().insert(work.id.clone(), open);
        Ok(())
    }

    /// The works that are not in front keep no edits in memory that are on disc.
    fn rest_other_works(&self, front: &WorkId) {
        let mut works = self.works.borrow_mut();
        for (_, open) in works.iter_mut().filter(|(work, _)| *work != front) {
            open.forget_recent();
        }
    }

    /// Whether the protocol of a work lets its reader see earlier studies of the patient.
    pub(crate) fn shows_priors(&self, work: &WorkRow, assigned: &AssignmentState) -> Result<bool> {
        self.load(work, assigned)?;
        let works = self.works.borrow();
        let open = works.get(&work.id);
        Ok(open.is_some_and(|open| open.document.protocol().display.priors))
    }

    /// Checks that the work is the person's own, not locked and of the last revision; loads it.
    pub(crate) fn writable_work(&self, session: &Session, work: &WorkId) -> Result<Grant> {
        let grant = self.authorise(session, Act::Read)?;
        let assigned = assignments::of_work(&self.db, work)?;
        let own = assigned.filter(|state| state.reader == *grant.person() && !state.is_submitted());
        let last = match &own {
            Some(state) => assignments::last_work(&self.db, &state.id)?,
            None => None,
        };
        match (own, last) {
            (Some(state), Some(last)) if last.id == *work => {
                self.load(&last, &state)?;
                Ok(grant)
            }
            _ => Err(self.refuse(&grant)),
        }
    }

    /// Own work on a case that may be changed now.
    pub(crate) fn writable_work_of(&self, session: &Session, case: &str) -> Result<WorkId> {
        let grant = self.authorise(session, Act::Read)?;
        let (case, assigned) = self.own_assignment(&grant, case)?;
        if assigned.is_submitted() {
            return Err(self.refuse(&grant));
        }
        if case.excluded {
            return Err(Error::Excluded(case.number));
        }
        let work = self.work_row(&grant, &assigned)?;
        self.load(&work, &assigned)?;
        Ok(work.id)
    }

    /// Appends one edit: on disc when this returns. An edit without steps makes no row.
    ///
    /// # Errors
    /// [`Error::Refused`] for works of others and locked ones; [`Error::Edit`] if the edit does not
    /// fit the document; errors of the disc, after which the row is not there.
    pub fn append(&self, session: &Session, work: &WorkId, edit: &Edit) -> Result<Saved> {
        self.writable_work(session, work)?;
        if edit.is_empty() {
            let seq = self.works.borrow().get(work).map_or(0, |open| open.seq);
            return Ok(Saved {
                seq,
                at: crate::clock::now_text(),
            });
        }
        self.require_saved(work)?;
        let row = self.plan(work, |open, _, _| open.plan_edit(work, edit))?;
        self.write_planned(&row)
    }

    /// Takes back the last `times` edits, each as a row of its own; stops at the first.
    ///
    /// # Errors
    /// [`Error::NothingToUndo`] if there is none at all; as [`Project::append`].
    pub fn undo(&self, session: &Session, case: &str, times: usize) -> Result<Vec<TakenBack>> {
        let work = self.writable_work_of(session, case)?;
        self.require_saved(&work)?;
        self.take_back(times, || {
            self.plan(&work, |open, db, seal| open.plan_undo(db, seal, &work))
        })
    }

    /// Takes back the last `times` undos, each as a row of its own.
    ///
    /// # Errors
    /// [`Error::NothingToRedo`] if there is none at all; as [`Project::append`].
    pub fn redo(&self, session: &Session, case: &str, times: usize) -> Result<Vec<TakenBack>> {
        let work = self.writable_work_of(session, case)?;
        self.require_saved(&work)?;
        self.take_back(times, || {
            self.plan(&work, |open, db, seal| open.plan_redo(db, seal, &work))
        })
    }

    fn take_back(
        &self,
        times: usize,
        mut plan: impl FnMut() -> Result<PlannedRow>,
    ) -> Result<Vec<TakenBack>> {
        let mut taken = Vec::new();
        for _ in 0..times {
            let row = match plan() {
                Ok(row) => row,
                Err(Error::NothingToUndo | Error::NothingToRedo) if !taken.is_empty() => break,
                Err(error) => return Err(error),
            };
            let saved = self.write_planned(&row)?;
            taken.push(TakenBack {
                seq: saved.seq,
                at: saved.at,
                edit: row.edit,
            });
        }
        Ok(taken)
    }

    /// Rows that wait for the disc come first: nothing is written past them.
    pub(crate) fn require_saved(&self, work: &WorkId) -> Result<()> {
        match self
            .works
            .borrow()
            .get(work)
            .map_or(0, crate::journal::OpenWork::unsaved)
        {
            0 => Ok(()),
            unsaved => Err(Error::Unsaved(unsaved)),
        }
    }

    /// Applies a row to the work in memory.
    pub(crate) fn plan(
        &self,
        work: &WorkId,
        plan: impl FnOnce(
            &mut crate::journal::OpenWork,
            &rusqlite::Connection,
            crate::seal::Seal,
        ) -> Result<PlannedRow>,
    ) -> Result<PlannedRow> {
        let mut works = self.works.borrow_mut();
        let open = works
            .get_mut(work)
            .ok_or_else(|| Error::Damaged(format!("work {work} is not open")))?;
        plan(open, &self.db, self.seal)
    }

    /// Writes a row at once; if that fails the work is forgotten and folded anew at the next call,
    /// so that memory never says more than the disc.
    pub(crate) fn write_planned(&self, row: &PlannedRow) -> Result<Saved> {
        if let Err(error) = self.write_row(row) {
            self.works.borrow_mut().remove(&row.work);
            return Err(error);
        }
        self.checkpoint_if_due(&row.work);
        Ok(Saved {
            seq: row.seq,
            at: row.wall.clone(),
        })
    }

    /// Locks own work on a case: version and submission in one transaction.
    ///
    /// # Errors
    /// [`Error::Refused`] for a case of others or a locked one; [`Error::Incomplete`] with what is
    /// missing; [`Error::Unsaved`] while edits wait for the disc.
    pub fn submit(&self, session: &Session, case: &str) -> Result<CaseStage> {
        let grant = self.authorise(session, Act::Read)?;
        let (case, assigned) = self.own_assignment(&grant, case)?;
        if assigned.is_submitted() {
            return Err(self.refuse(&grant));
        }
        if case.excluded {
            return Err(Error::Excluded(case.number));
        }
        let work = self.work_row(&grant, &assigned)?;
        self.load(&work, &assigned)?;
        let (document, seq) = self.finished_document(&work)?;
        self.write(grant.person(), |recorder| {
            let db = recorder.db();
            let encoded = encode_document(db, &document);
            put_bricks(db, self.seal, &encoded)?;
            let id = VersionId::fresh();
            let version = NewVersion {
                id: &id,
                work: &work.id,
                seq,
                author: grant.person(),
                protocol: &assigned.protocol,
                payload: &encoded.body,
                content: document.content_hash(),
            };
            journal::insert_version(db, self.seal, &version, &recorder.ev())?;
            recorder.row("version", &audit::ANNOTATION_VERSION, id.as_str())?;
            let submission = SubmissionRow {
                id: fresh_id(),
                rev: work.rev,
                version: id,
                blinded: !assignments::reopened_unblinded(db, &assigned.id)?,
            };
            assignments::insert_submission(db, &assigned.id, &submission, &recorder.ev())?;
            recorder.row("submit", &audit::SUBMISSION, &submission.id)?;
            let (seq, head) = journal::head(db, &work.id)?;
            let head = crate::digest::hex(&head);
            recorder.note(
                "seal",
                &serde_json::json!({"work": work.id, "seq": seq, "head": head}),
            )
        })?;
        Ok(CaseStage {
            case: case.id,
            state: AssignmentStage::Submitted,
        })
    }

    /// The document of a work that has everything submission asks for.
    fn finished_document(&self, work: &WorkRow) -> Result<(Document, i64)> {
        let works = self.works.borrow();
        let open = works
            .get(&work.id)
            .ok_or_else(|| Error::Damaged(format!("work {} is not open", work.id)))?;
        if open.unsaved() > 0 {
            return Err(Error::Unsaved(open.unsaved()));
        }
        let missing: Vec<MissingItem> = open
            .document
            .missing()
            .iter()
            .map(MissingItem::of)
            .collect();
        if missing.is_empty() {
            Ok((open.document.clone(), open.seq))
        } else {
            Err(Error::Incomplete(missing))
        }
    }
}

impl MissingItem {
    fn of(missing: &annotation_format::Missing) -> Self {
        use annotation_format::Missing;
        let (finding, field) = match missing {
            Missing::Field { field, .. } => (None, Some(field.to_string())),
            Missing::Attribute {
                finding, attribute, ..
            } => (Some(finding.to_string()), Some(attribute.to_string())),
            Missing::Geometry { finding, .. } => (Some(finding.to_string()), None),
            Missing::Statement | Missing::Finding => (None, None),
        };
        Self {
            code: missing.code().to_owned(),
            finding,
            field,
            sentence_ja: missing.sentence("ja"),
            sentence_en: missing.sentence("en"),
        }
    }
}
