//! What can go wrong in a project, with the code and the class that commands turn into exit codes.

use std::path::PathBuf;

use thiserror::Error as ThisError;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How a command answers: each class is one exit code of `cli.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// Role, lock or blinding: exit 4, the same sentence for everything.
    Refused,
    /// The call is wrong or names what is not there: exit 2.
    Usage,
    /// The answer is no, or something was not done: exit 1.
    NotDone,
}

impl ErrorClass {
    /// Exit code of a command that ends with this class.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::NotDone => 1,
            Self::Usage => 2,
            Self::Refused => 4,
        }
    }
}

/// Why a folder cannot be the home of a project that is written to.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum PlaceFault {
    /// The folder lies on a network share (file system named).
    #[error("the folder lies on a network share ({0})")]
    Network(String),
    /// The folder is synchronised by a cloud service (named).
    #[error("the folder is synchronised by {0}")]
    Cloud(String),
    /// The file system keeps no journal and ends at 4 GiB (FAT, exFAT).
    #[error("the file system {0} is not safe enough for a project")]
    FileSystem(String),
    /// A part of the project is a link that leads out of its folder.
    #[error("{0} is a link out of the project folder")]
    Link(String),
}

/// One thing that must be said before a case can be submitted.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MissingItem {
    /// What kind of thing is missing: the code of `annotation_format::Missing`.
    pub code: String,
    /// The finding's id, or `null` for the case form.
    pub finding: Option<String>,
    /// Id of the attribute or form field, where one is meant.
    pub field: Option<String>,
    /// The sentence in Japanese.
    pub sentence_ja: String,
    /// The sentence in English.
    pub sentence_en: String,
}

/// Everything that this crate answers instead of a value.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// Role, lock or blinding forbid it. Says the same whether or not the thing exists.
    #[error("this is not open to you")]
    Refused,
    /// Another process writes to this project; it may be opened read-only.
    #[error("another process writes to this project")]
    Busy {
        /// The writing process, where the lock file names it.
        pid: Option<u32>,
    },
    /// The project was opened read-only, or its folder cannot be written.
    #[error("the project is open for reading only")]
    ReadOnly,
    /// The folder must not hold a project.
    #[error(transparent)]
    Place(#[from] PlaceFault),
    /// The folder holds no project.
    #[error("{0} holds no project")]
    NotAProject(PathBuf),
    /// The folder already holds a project or other files.
    #[error("{0} is not empty")]
    NotEmpty(PathBuf),
    /// The project was written by a newer program.
    #[error("the project has schema {found}, this program knows {known}")]
    NewerSchema {
        /// Version in the file.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The database holds tables, triggers or views that no version of the program made, or a row
    /// that cannot be what the program wrote.
    #[error("the project is damaged: {0}")]
    Damaged(String),
    /// No case has this id or number.
    #[error("no case {0}")]
    NoSuchCase(String),
    /// No person has this id or name.
    #[error("no person {0}")]
    NoSuchPerson(String),
    /// The comparison has no row of this id.
    #[error("no finding {0}")]
    NoSuchFinding(String),
    /// The case has no series of this id.
    #[error("no series {0}")]
    NoSuchSeries(String),
    /// The project has no such question, or none that the person may see.
    #[error("no question {0}")]
    NoSuchFlag(String),
    /// What was said is longer than is kept (characters that are).
    #[error("longer than {0} characters")]
    TooLong(usize),
    /// The folder holds no backup that this program can read.
    #[error("{0} holds no backup")]
    NotABackup(PathBuf),
    /// A backup inside the project that it keeps would be lost with it.
    #[error("{0} lies in the project's own folder")]
    InsideProject(PathBuf),
    /// A part of a backup is missing or differs from its hash (its name).
    #[error("the backup is damaged: {0}")]
    BackupDamaged(String),
    /// A person of this name is there already.
    #[error("a person named {0} is there already")]
    NameTaken(String),
    /// The name is empty or only spaces.
    #[error("a name must not be empty")]
    EmptyName,
    /// A role word that this version does not know.
    #[error("no role {0}")]
    NoSuchRole(String),
    /// The project must keep one lead and one admin.
    #[error("the project's last {0} cannot be taken away")]
    LastOfRole(&'static str),
    /// The passphrase does not fulfil the rule (code of the reason).
    #[error("the passphrase is too weak: {0}")]
    WeakPassphrase(&'static str),
    /// The old passphrase given for a change is wrong, or a wait is running.
    #[error(transparent)]
    SignIn(#[from] crate::people::SignInError),
    /// A reason in words is required.
    #[error("a reason is required")]
    ReasonRequired,
    /// Assignment asks for more readers per case than are named, or none.
    #[error("{0} readers per case cannot be drawn from {1}")]
    TooFewReaders(usize, usize),
    /// A named person does not hold the role reader.
    #[error("{0} is not a reader")]
    NotAReader(String),
    /// A case has no image files.
    #[error("a case without image files")]
    EmptyCase,
    /// Series cannot be added to a study that readers have begun.
    #[error("case {0} is already being read")]
    CaseBegun(u32),
    /// Another case has the number that a new one shall have.
    #[error("another case has the number {0}")]
    NumberTaken(u32),
    /// The case is excluded from the worklist.
    #[error("case {0} is excluded")]
    Excluded(u32),
    /// A protocol of the same id and version but other content is there already.
    #[error("protocol {id} {version} is there already with other content")]
    ProtocolVersionTaken {
        /// Protocol id.
        id: String,
        /// Its version.
        version: String,
    },
    /// Required things are missing: the case was not submitted.
    #[error("{} required things are missing", .0.len())]
    Incomplete(Vec<MissingItem>),
    /// Edits of the work are still waiting to be written (how many).
    #[error("{0} edits are not on disc yet")]
    Unsaved(usize),
    /// There is no edit left to undo.
    #[error("nothing to undo")]
    NothingToUndo,
    /// There is no undone edit.
    #[error("nothing to redo")]
    NothingToRedo,
    /// The journal has no row of this number.
    #[error("the journal has no row {0}")]
    NoSuchRow(i64),
    /// Differences wait for a decision before a consensus exists (their row ids).
    #[error("{} differences wait for a decision", .0.len())]
    Undecided(Vec<String>),
    /// The readings of a case were made under different protocols: nothing is compared across them.
    #[error("the readings were made under different protocols")]
    MixedProtocols,
    /// The decision cannot be made on this row (code of the reason).
    #[error("this decision cannot be made here: {0}")]
    NoSuchDecision(&'static str),
    /// The case is not submitted, so there is nothing to reopen.
    #[error("the case is not submitted")]
    NotSubmitted,
    /// An edit does not fit the work's present state, or a body cannot be read.
    #[error("the edit does not fit the work")]
    Edit(#[source] annotation_format::Error),
    /// A figure could not be computed.
    #[error("the comparison failed: {0}")]
    Agreement(String),
    /// No room is left on the disc: what was not saved stays in memory.
    #[error("the disc is full")]
    DiscFull,
    /// The project's folder is no longer where it was opened: a medium was pulled, a folder moved. What was
    /// not saved stays in memory.
    #[error("the project folder {0} is gone")]
    FolderGone(PathBuf),
    /// The disc refused to read or write.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// The operating system's answer.
        #[source]
        source: std::io::Error,
    },
    /// The database refused.
    #[error("the database refused")]
    Sql(#[source] rusqlite::Error),
    /// A stored JSON text cannot be read.
    #[error("stored JSON cannot be read")]
    Json(#[from] serde_json::Error),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    Random,
    /// The image file has changed since it was registered by reference.
    #[error("the image file {0} is missing or has changed")]
    ObjectMissing(String),
}

impl Error {
    /// Short word for JSON and for choosing the sentence.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Busy { .. } => "project_busy",
            Self::ReadOnly => "read_only",
            Self::Place(PlaceFault::Network(_)) => "network_place",
            Self::Place(PlaceFault::Cloud(_)) => "cloud_place",
            Self::Place(PlaceFault::FileSystem(_)) => "unsafe_file_system",
            Self::Place(PlaceFault::Link(_)) => "link_out_of_project",
            Self::NotAProject(_) => "not_a_project",
            Self::NotEmpty(_) => "folder_not_empty",
            Self::NewerSchema { .. } => "newer_schema",
            Self::Damaged(_) => "damaged",
            Self::NoSuchCase(_) => "no_such_case",
            Self::NoSuchPerson(_) => "no_such_person",
            Self::NoSuchFinding(_) => "no_such_finding",
            Self::NoSuchSeries(_) => "no_such_series",
            Self::NoSuchFlag(_) => "no_such_flag",
            Self::TooLong(_) => "too_long",
            Self::NotABackup(_) => "not_a_backup",
            Self::InsideProject(_) => "inside_project",
            Self::BackupDamaged(_) => "backup_damaged",
            Self::NameTaken(_) => "name_taken",
            Self::EmptyName => "empty_name",
            Self::NoSuchRole(_) => "no_such_role",
            Self::LastOfRole(_) => "last_of_role",
            Self::WeakPassphrase(_) => "weak_passphrase",
            Self::SignIn(fault) => fault.code(),
            Self::ReasonRequired => "reason_required",
            Self::TooFewReaders(..) => "too_few_readers",
            Self::NotAReader(_) => "not_a_reader",
            Self::EmptyCase => "empty_case",
            Self::CaseBegun(_) => "case_begun",
            Self::NumberTaken(_) => "number_taken",
            Self::Excluded(_) => "case_excluded",
            Self::ProtocolVersionTaken { .. } => "protocol_version_taken",
            Self::Incomplete(_) => "incomplete",
            Self::Unsaved(_) => "unsaved",
            Self::NothingToUndo => "nothing_to_undo",
            Self::NothingToRedo => "nothing_to_redo",
            Self::NoSuchRow(_) => "no_such_row",
            Self::Undecided(_) => "undecided",
            Self::MixedProtocols => "mixed_protocols",
            Self::NoSuchDecision(_) => "no_such_decision",
            Self::NotSubmitted => "not_submitted",
            Self::Edit(_) => "edit_does_not_fit",
            Self::Agreement(_) => "comparison_failed",
            Self::DiscFull => "disc_full",
            Self::FolderGone(_) => "folder_gone",
            Self::Io { .. } => "io",
            Self::Sql(_) => "database",
            Self::Json(_) => "stored_json",
            Self::Random => "no_random_bytes",
            Self::ObjectMissing(_) => "image_missing",
        }
    }

    /// The class that decides the exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Refused => ErrorClass::Refused,
            Self::Place(_)
            | Self::NotAProject(_)
            | Self::NotEmpty(_)
            | Self::NewerSchema { .. }
            | Self::NoSuchCase(_)
            | Self::NoSuchPerson(_)
            | Self::NoSuchFinding(_)
            | Self::NoSuchSeries(_)
            | Self::NoSuchFlag(_)
            | Self::TooLong(_)
            | Self::NotABackup(_)
            | Self::InsideProject(_)
            | Self::NameTaken(_)
            | Self::EmptyName
            | Self::NoSuchRole(_)
            | Self::WeakPassphrase(_)
            | Self::ReasonRequired
            | Self::TooFewReaders(..)
            | Self::NotAReader(_)
            | Self::EmptyCase
            | Self::ProtocolVersionTaken { .. }
            | Self::NoSuchDecision(_)
            | Self::NoSuchRow(_)
            | Self::Edit(_) => ErrorClass::Usage,
            Self::SignIn(fault) => fault.class(),
            _ => ErrorClass::NotDone,
        }
    }

    /// Whether trying the same write again later can help (full disc, failing or busy medium).
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::DiscFull
                | Self::FolderGone(_)
                | Self::Io { .. }
                | Self::Sql(_)
                | Self::Busy { .. }
                | Self::ReadOnly
        )
    }

    /// Wraps an operating system's error with what was being done.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiscFull,
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Io { what, source },
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiscFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { pid: None },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Sql(error),
        }
    }
}

impl From<annotation_format::Error> for Error {
    fn from(error: annotation_format::Error) -> Self {
        Self::Edit(error)
    }
}
