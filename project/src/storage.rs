//! The storage thread: owns the project and its connection, so that the window never waits for the
//! disc.
//!
//! Edits are planned at once (applied, numbered) and written in their order. What cannot be written
//! stays in memory and is tried again, after an error on a re-opened and checked database; the
//! window hears [`StorageEvent::NotSaved`] and later [`StorageEvent::Saved`]. Everything else that
//! needs the project runs on this thread through [`StorageHandle::ask`].
//!
//! A window applies its own edits itself. An undo or a way back is answered with the edit that it means
//! ([`StorageEvent::TakenBack`]), at once and before it is on disc; until then the tools wait.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use annotation_format::{Document, Edit, EditName};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use crate::error::{Error, Result};
use crate::ids::WorkId;
use crate::journal::PlannedRow;
use crate::project::Project;
use crate::session::Session;

/// With this many edits in memory only, the tools pause.
pub const PAUSE_AT: usize = 20;

/// Pause between two tries to write what could not be written.
const RETRY: Duration = Duration::from_millis(1000);

/// When nothing has come for so long, the hand rests: time for what can wait.
const REST: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 2000 });

/// What the storage thread tells.
#[derive(Debug)]
pub enum StorageEvent {
    /// A row is on disc.
    Saved {
        /// The work.
        work: WorkId,
        /// Its row.
        seq: i64,
        /// When it was made, UTC.
        at: String,
        /// Name of its edit; of an undo or redo: of the edit it is about.
        name: String,
        /// Of an undo or redo: the row it takes back.
        undo_of: Option<i64>,
    },
    /// A row could not be written yet; it and those behind it stay in memory and are tried again.
    NotSaved {
        /// The work.
        work: WorkId,
        /// Its row.
        seq: i64,
        /// Why.
        why: Error,
        /// Edits that are in memory only.
        unsaved: usize,
    },
    /// An edit was not taken: it does not fit the work, or the work is not the person's to change.
    Rejected {
        /// The work.
        work: WorkId,
        /// Why.
        why: Error,
    },
    /// An undo, a redo or a way back in the history: apply this edit to the document. It is empty where
    /// the work was in that state already, and then no row follows.
    TakenBack {
        /// The work.
        work: WorkId,
        /// Its row.
        seq: i64,
        /// What to apply.
        edit: Box<Edit>,
        /// Whether something is left to undo, and to redo.
        can_undo_redo: (bool, bool),
    },
}

type Job = Box<dyn FnOnce(&Project) + Send>;

enum Request {
    Append {
        session: Session,
        work: WorkId,
        edit: Box<Edit>,
    },
    Undo {
        session: Session,
        work: WorkId,
    },
    Redo {
        session: Session,
        work: WorkId,
    },
    GoTo {
        session: Session,
        work: WorkId,
        seq: i64,
    },
    Job(Job),
    Retry,
    Finish,
}

/// The window's end of the storage thread.
#[derive(Debug)]
pub struct StorageHandle {
    requests: Sender<Request>,
    events: Receiver<StorageEvent>,
    unsaved: Arc<AtomicUsize>,
    thread: Option<JoinHandle<Project>>,
}

/// The storage thread.
#[derive(Debug)]
pub struct Storage;

impl Storage {
    /// Moves the project onto a thread of its own. `wake` is called after every event and every
    /// answer, so that an idle window looks.
    ///
    /// # Errors
    /// [`Error::Io`] if no thread can be started.
    pub fn start(project: Project, wake: impl Fn() + Send + 'static) -> Result<StorageHandle> {
        let (requests, incoming) = unbounded();
        let (outgoing, events) = unbounded();
        let unsaved = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&unsaved);
        let thread = std::thread::Builder::new()
            .name("storage".to_owned())
            .spawn(move || {
                let wake = Box::new(wake);
                let waiting = VecDeque::new();
                Worker {
                    project,
                    incoming,
                    outgoing,
                    counter,
                    waiting,
                    has_chores: false,
                    wake,
                }
                .run()
            })
            .map_err(Error::io("storage thread"))?;
        Ok(StorageHandle {
            requests,
            events,
            unsaved,
            thread: Some(thread),
        })
    }
}

impl StorageHandle {
    /// Sends an edit that the window has applied to its document.
    pub fn append(&self, session: &Session, work: &WorkId, edit: Edit) {
        // Counted here, so that the counter never lags behind what the hand has done.
        self.unsaved.fetch_add(1, Ordering::SeqCst);
        self.send(Request::Append {
            session: session.clone(),
            work: work.clone(),
            edit: Box::new(edit),
        });
    }

    /// Asks for the last edit to be taken back; answered by [`StorageEvent::TakenBack`].
    pub fn undo(&self, session: &Session, work: &WorkId) {
        self.unsaved.fetch_add(1, Ordering::SeqCst);
        self.send(Request::Undo {
            session: session.clone(),
            work: work.clone(),
        });
    }

    /// Asks for the last undo to be taken back; answered by [`StorageEvent::TakenBack`].
    pub fn redo(&self, session: &Session, work: &WorkId) {
        self.unsaved.fetch_add(1, Ordering::SeqCst);
        self.send(Request::Redo {
            session: session.clone(),
            work: work.clone(),
        });
    }

    /// Asks for the work to be brought back to its state after row `seq` (0: before the first) by one
    /// new row; answered by [`StorageEvent::TakenBack`].
    pub fn go_to(&self, session: &Session, work: &WorkId, seq: i64) {
        self.unsaved.fetch_add(1, Ordering::SeqCst);
        self.send(Request::GoTo {
            session: session.clone(),
            work: work.clone(),
            seq,
        });
    }

    /// Asks for the document as it was after row `seq` (0: before the first), to be looked at:
    /// [`Project::document_at`] on the storage thread.
    #[must_use]
    pub fn document_at(
        &self,
        session: &Session,
        work: &WorkId,
        seq: i64,
    ) -> Receiver<Result<Document>> {
        let (session, work) = (session.clone(), work.clone());
        self.ask(move |project| project.document_at(&session, &work, seq))
    }

    /// Runs a call on the storage thread, after everything sent before; the answer comes on the
    /// channel. If the thread has ended, the channel is closed without an answer.
    pub fn ask<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Project) -> T + Send + 'static,
    ) -> Receiver<T> {
        let (answer, answered) = bounded(1);
        self.send(Request::Job(Box::new(move |project| {
            // Nobody waits any more: the answer is dropped.
            let _ = answer.send(call(project));
        })));
        answered
    }

    /// Events, to be emptied once a frame.
    #[must_use]
    pub fn events(&self) -> &Receiver<StorageEvent> {
        &self.events
    }

    /// Edits that are not on disc yet.
    #[must_use]
    pub fn unsaved(&self) -> usize {
        self.unsaved.load(Ordering::SeqCst)
    }

    /// Whether so much is unsaved that the tools pause.
    #[must_use]
    pub fn must_pause(&self) -> bool {
        self.unsaved() >= PAUSE_AT
    }

    /// Tries at once to write what is in memory only, without waiting for the next try.
    pub fn retry(&self) {
        self.send(Request::Retry);
    }

    /// Ends the thread after one more try to write everything. What could still not be written is
    /// lost with the answer: ask [`StorageHandle::unsaved`] first.
    ///
    /// # Errors
    /// [`Error::Unsaved`] with the number of edits that are not on disc; errors of closing.
    pub fn finish(mut self) -> Result<()> {
        self.send(Request::Finish);
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        let project = thread
            .join()
            .map_err(|_| Error::Damaged("the storage thread ended early".to_owned()))?;
        let unsaved = self.unsaved();
        project.close()?;
        if unsaved == 0 {
            Ok(())
        } else {
            Err(Error::Unsaved(unsaved))
        }
    }

    fn send(&self, request: Request) {
        // A closed channel means that the thread has ended; the counter keeps what is unsaved.
        let _ = self.requests.send(request);
    }
}

impl Drop for StorageHandle {
    fn drop(&mut self) {
        self.send(Request::Finish);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Worker {
    project: Project,
    incoming: Receiver<Request>,
    outgoing: Sender<StorageEvent>,
    counter: Arc<AtomicUsize>,
    waiting: VecDeque<PlannedRow>,
    /// Whether something may be left to do when the hand rests.
    has_chores: bool,
    wake: Box<dyn Fn() + Send>,
}

impl Worker {
    fn run(mut self) -> Project {
        loop {
            match self.next_request() {
                Ok(Request::Append {
                    session,
                    work,
                    edit,
                }) => self.append(&session, &work, &edit),
                Ok(Request::Undo { session, work }) => self.take_back(&session, &work, true),
                Ok(Request::Redo { session, work }) => self.take_back(&session, &work, false),
                Ok(Request::GoTo { session, work, seq }) => self.go_to(&session, &work, seq),
                Ok(Request::Job(job)) => {
                    job(&self.project);
                    (self.wake)();
                }
                Ok(Request::Retry) if self.waiting.is_empty() => {}
                Err(RecvTimeoutError::Timeout) if self.waiting.is_empty() => self.do_chore(),
                Ok(Request::Retry) | Err(RecvTimeoutError::Timeout) => self.retry(),
                Ok(Request::Finish) | Err(RecvTimeoutError::Disconnected) => {
                    if !self.waiting.is_empty() {
                        self.retry();
                    }
                    while self.has_chores && self.waiting.is_empty() {
                        self.do_chore();
                    }
                    return self.project;
                }
            }
        }
    }

    /// Waits for a request: until it is time to try again what could not be written, until the hand rests, or for
    /// ever.
    fn next_request(&self) -> Result<Request, RecvTimeoutError> {
        if !self.waiting.is_empty() {
            self.incoming.recv_timeout(RETRY)
        } else if self.has_chores {
            self.incoming.recv_timeout(REST)
        } else {
            self.incoming
                .recv()
                .map_err(|_| RecvTimeoutError::Disconnected)
        }
    }

    /// Does one thing that can wait: the checkpoint of a work. If it fails it is not tried before the next row.
    fn do_chore(&mut self) {
        self.has_chores = self.project.write_due_checkpoint().unwrap_or_else(|fault| {
            tracing::warn!(code = fault.code(), "a checkpoint was not written");
            false
        });
    }

    fn append(&mut self, session: &Session, work: &WorkId, edit: &Edit) {
        if edit.is_empty() {
            self.counter.fetch_sub(1, Ordering::SeqCst);
            return;
        }
        let planned = self.project.writable_work(session, work).and_then(|_| {
            self.project
                .plan(work, |open, _, _| open.plan_edit(work, edit))
        });
        match planned {
            Ok(row) => self.queue(row),
            Err(why) => self.reject(work, why),
        }
    }

    fn take_back(&mut self, session: &Session, work: &WorkId, is_undo: bool) {
        let planned = self.project.writable_work(session, work).and_then(|_| {
            self.project.plan(work, |open, db, seal| {
                if is_undo {
                    open.plan_undo(db, seal, work)
                } else {
                    open.plan_redo(db, seal, work)
                }
            })
        });
        match planned {
            Ok(row) => {
                self.tell_taken_back(work, row.seq, row.edit.clone());
                self.queue(row);
            }
            Err(why) => self.reject(work, why),
        }
    }

    fn go_to(&mut self, session: &Session, work: &WorkId, seq: i64) {
        let planned = self
            .project
            .writable_work(session, work)
            .and_then(|_| self.project.plan_go_to(work, seq));
        match planned {
            Ok(Some(row)) => {
                self.tell_taken_back(work, row.seq, row.edit.clone());
                self.queue(row);
            }
            Ok(None) => {
                self.counter.fetch_sub(1, Ordering::SeqCst);
                let nothing = Edit::new(EditName::Restore, Vec::new());
                self.tell_taken_back(work, self.project.last_planned(work), nothing);
            }
            Err(why) => self.reject(work, why),
        }
    }

    /// Answers with the edit to follow, before it is on disc.
    fn tell_taken_back(&self, work: &WorkId, seq: i64, edit: Edit) {
        let works = self.project.works.borrow();
        let can_undo_redo = works
            .get(work)
            .map_or((false, false), crate::journal::OpenWork::can_undo_redo);
        drop(works);
        self.tell(StorageEvent::TakenBack {
            work: work.clone(),
            seq,
            edit: Box::new(edit),
            can_undo_redo,
        });
    }

    fn reject(&mut self, work: &WorkId, why: Error) {
        self.counter.fetch_sub(1, Ordering::SeqCst);
        self.tell(StorageEvent::Rejected {
            work: work.clone(),
            why,
        });
    }

    /// Puts a row behind those that wait; if none waits it is written now.
    fn queue(&mut self, row: PlannedRow) {
        let first = self.waiting.is_empty();
        self.waiting.push_back(row);
        if first {
            self.drain();
        }
    }

    /// Writes waiting rows in their order until one fails.
    fn drain(&mut self) {
        while let Some(row) = self.waiting.front() {
            match self.project.write_row(row) {
                Ok(()) => {
                    let event = StorageEvent::Saved {
                        work: row.work.clone(),
                        seq: row.seq,
                        at: row.wall.clone(),
                        name: row.edit.name.as_str().to_owned(),
                        undo_of: row.undo_of,
                    };
                    tracing::debug!(seq = row.seq, "row on disc");
                    let work = row.work.clone();
                    self.waiting.pop_front();
                    self.counter.fetch_sub(1, Ordering::SeqCst);
                    self.tell(event);
                    self.has_chores = true;
                    self.project.checkpoint_if_overdue(&work);
                }
                Err(why) => {
                    self.not_saved(why);
                    return;
                }
            }
        }
    }

    fn not_saved(&self, why: Error) {
        let Some(row) = self.waiting.front() else {
            return;
        };
        self.tell(StorageEvent::NotSaved {
            work: row.work.clone(),
            seq: row.seq,
            why,
            unsaved: self.counter.load(Ordering::SeqCst),
        });
    }

    /// After a failure nothing in the connection is trusted: it is opened anew and checked before
    /// the edits in memory are written again.
    fn retry(&mut self) {
        match self.project.reconnect() {
            Ok(()) => self.drain(),
            Err(why) => self.not_saved(why),
        }
    }

    fn tell(&self, event: StorageEvent) {
        // A window that is gone hears nothing; the rows are written all the same.
        let _ = self.outgoing.send(event);
        (self.wake)();
    }
}
