//! The project on disc: journal, people, roles, blinding, comparison, adjudication, audit chain.
//!
//! A project is one folder with a SQLite database and image objects; one process writes. Every act
//! takes the [`Session`] of a signed-in person, and role, lock and blinding are checked here and
//! before anything else, so that window and commands cannot show or change what they must not.
//! [`Project`] serves commands directly; a window moves it onto the [`Storage`] thread, and jobs that
//! only read (report, verify, export) open the project a second time for reading. The crate knows documents ([`annotation_format`]) and their figures ([`agreement`]); it never knows how
//! images are decoded or what a window looks like.
//!
//! ```
//! use annotation_format::Protocol;
//! use project::{Access, HashCost, NewProject, Preset, Project};
//!
//! let folder = tempfile::tempdir()?;
//! let new = NewProject {
//!     title: "肺結節".to_owned(),
//!     protocol: Protocol::builtin().clone(),
//!     lead: "責任 花子".to_owned(),
//!     passphrase: None,
//!     preset: Preset::Demo,
//!     hash_cost: HashCost::FLOOR,
//! };
//! Project::create(folder.path(), &new)?.close()?;
//! let project = Project::open(folder.path(), Access::Write)?;
//! let lead = project.sign_in("責任 花子", None)?;
//! assert!(project.cases(&lead)?.is_empty());
//! assert!(project.verify(true)?.ok);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

mod adjudication;
mod allocation;
mod assign;
mod backup;
mod cases;
mod clock;
mod comparison;
mod consensus;
mod database;
mod digest;
mod effort;
mod error;
mod export;
mod flags;
mod history;
mod hold;
mod ids;
mod import;
mod journal;
mod lock;
mod migration;
mod objects;
mod past;
mod people;
mod place;
mod presence;
mod priors;
mod project;
mod protocols;
mod reading_place;
mod reopen;
mod report;
mod seal;
mod secret;
mod session;
mod state;
#[cfg_attr(
    not(test),
    expect(
        clippy::indexing_slicing,
        reason = "evaluated at compile time, where an index out of bounds is a compile error"
    )
)]
mod statement;
mod status;
mod storage;
mod store;
mod verify;
mod work;

#[cfg(test)]
mod tests;

pub use adjudication::{Decided, NewDecision, Take};
pub use assign::{AssignOutcome, AssignRequest, Assignment};
pub use backup::{
    Backup, BackupFault, BackupJob, BackupReport, LastBackup, MadeBackup, Pruned, Restored,
    restore_backup, verify_backup,
};
pub use cases::{
    CaseLine, CaseRow, ObjectFile, ReaderProgress, SeriesBrief, SeriesFiles, Worklist,
};
pub use comparison::{
    AnswerRow, ComparedCase, Comparison, ComparisonJob, DecisionView, FindingRow, FormRow,
    LabelRow, MatchKind, Reading, ReadingHead,
};
pub use consensus::{Consensus, Provenance};
pub use effort::{CaseEffort, EffortSpan, OwnProgress};
pub use error::{Error, ErrorClass, MissingItem, PlaceFault, Result};
pub use export::SubmittedWork;
pub use flags::{Flag, FlagAbout, FlagAnswer, TEXT_LIMIT};
pub use history::{HistoryRow, RowGist, RowKind};
pub use ids::{
    AssignmentId, CaseId, ComparisonId, FlagId, PersonId, ProtocolVersionId, SeriesId, VersionId,
    WorkId,
};
pub use import::{
    ImportedCase, ImportedSeries, NewCase, NewFile, NewSeries, OpenFile, PatientIdentity,
    StageProgress, StagedCase, Stager,
};
pub use people::{NewPerson, Person, SignInError};
pub use priors::Prior;
pub use project::{Access, NewProject, Preset, Project};
pub use reading_place::PLACE_LIMIT;
pub use secret::{HashCost, Passphrase};
pub use session::{Act, Role, Session};
pub use state::{AssignmentStage, UnitState};
pub use status::{CaseCounts, ReaderCounts, Status, StorageFacts};
pub use storage::{PAUSE_AT, Storage, StorageEvent, StorageHandle};
pub use verify::{Checked, Fault, VerifyReport};
pub use work::{CaseStage, Saved, TakenBack, Work};
