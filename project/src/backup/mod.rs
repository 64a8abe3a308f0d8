//! Backups in generations, on any folder or medium.
//!
//! ```text
//! DIR/objects/ab/abcdef…             image objects by SHA-256, each once for all generations
//! DIR/<title>-20261122T084500Z/      a generation: project.sqlite, keys/, manifest.json,
//!                                    manifest.json.sha256
//! ```
//! The database is copied as one consistent state while the project is being written to. What is not
//! finished lies in `.unfinished-…` and is renamed at the end, so that a generation is whole or not
//! there. The first generation costs a whole project; every further one a database and the images
//! that are new. Each is opened and checked before it is counted, and the hash of its manifest goes
//! into the audit chain.
//!
//! Backups are not encrypted: who can read the folder can read what is in it, as with the project's
//! own folder. Keep it on an encrypted medium. Image files that a project only refers to are in no
//! backup; the manifest says how many.

mod checking;
mod making;
mod manifest;
mod pruning;
mod restoring;
mod store;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::digest::hex;
use crate::error::{Error, Result};
use crate::project::Project;
use crate::session::{Act, Session};
use crate::store::backups::{self, BackupRow};
use crate::store::{audit, cases, meta};
use crate::verify::Fault;

pub use checking::{BackupFault, BackupReport, verify_backup};
pub use making::{BackupJob, MadeBackup};
pub use pruning::Pruned;
pub use restoring::{Restored, restore_backup};

/// Days after which a reminder is due.
const REMIND_AFTER_DAYS: i64 = 7;

/// A generation that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// Its folder.
    pub backup: PathBuf,
    /// SHA-256 of its manifest, hexadecimal: also in the audit chain.
    pub sha256: String,
    /// When, UTC.
    pub made: String,
    /// Bytes of everything that it names.
    pub bytes: u64,
    /// Bytes that were new on the medium.
    pub new_bytes: u64,
    /// Image files that the project only refers to: not in the backup.
    pub references: u64,
    /// Image objects that the project itself no longer has.
    pub missing: Vec<String>,
    /// Other faults of the project, which its copy has too.
    pub faults: Vec<Fault>,
    /// Neither missing objects nor faults.
    pub ok: bool,
}

/// What the project remembers of its last backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastBackup {
    /// When, UTC.
    pub made: String,
    /// Name of its folder.
    pub generation: String,
    /// SHA-256 of its manifest, hexadecimal.
    pub sha256: String,
}

impl LastBackup {
    /// Whole days since; `None` where the clock says that it was made more than a day from now.
    #[must_use]
    pub fn days_since(&self, now: SystemTime) -> Option<i64> {
        age_in_days(&self.made, now)
    }
}

impl Project {
    /// Prepares a backup into a folder, for a thread of its own ([`BackupJob::run`]); the project may
    /// be written to meanwhile. [`Project::finish_backup`] records what was made.
    ///
    /// # Errors
    /// [`Error::Refused`] unless an admin asks; [`Error::ReadOnly`], as it could not be recorded;
    /// [`Error::InsideProject`] for a folder in the project other than its `backup/`.
    pub fn backup_job(&self, session: &Session, place: &Path) -> Result<BackupJob> {
        self.authorise(session, Act::Backup)?;
        if !self.is_writable() {
            return Err(Error::ReadOnly);
        }
        let (home, wanted) = (resolved(&self.folder), resolved(place));
        if wanted.starts_with(&home) && !wanted.starts_with(home.join("backup")) {
            return Err(Error::InsideProject(place.to_owned()));
        }
        Ok(BackupJob {
            home: real(&self.folder).map_err(Error::io("backup"))?,
            place: std::path::absolute(place).map_err(Error::io("backup"))?,
            project: self.facts.id.clone(),
            title: self.facts.title.clone(),
        })
    }

    /// Records a backup in the project and its manifest's hash in the audit chain.
    ///
    /// # Errors
    /// [`Error::Refused`] unless an admin asks; errors of the project's disc: the backup is good, the
    /// project does not know of it.
    pub fn finish_backup(&self, session: &Session, made: MadeBackup) -> Result<Backup> {
        let grant = self.authorise(session, Act::Backup)?;
        let row = BackupRow {
            made: made.backup.made.clone(),
            generation: store::name_of(&made.backup.backup),
            place: made.place().to_string_lossy().into_owned(),
            manifest_sha: made.sha,
            bytes: i64::try_from(made.backup.bytes).unwrap_or(i64::MAX),
        };
        self.write(grant.person(), |recorder| {
            let (mono, ev) = (recorder.mono(), recorder.ev());
            let id = backups::insert(recorder.db(), self.seal, &row, mono, &ev)?;
            recorder.row("backup", &audit::BACKUP, &id)?;
            let body = serde_json::json!({"manifest_sha256": hex(&row.manifest_sha)});
            recorder.note("backup_made", &body)
        })?;
        Ok(made.backup)
    }

    /// Makes a backup here and now, for commands; `told` hears bytes done and bytes in all.
    ///
    /// # Errors
    /// As [`Project::backup_job`], [`BackupJob::run`] and [`Project::finish_backup`].
    pub fn make_backup(
        &self,
        session: &Session,
        place: &Path,
        told: &dyn Fn(u64, u64),
    ) -> Result<Backup> {
        let job = self.backup_job(session, place)?;
        match job.run(told, &AtomicBool::new(false))? {
            Some(made) => self.finish_backup(session, made),
            None => Err(Error::Damaged("a backup ended without a word".to_owned())),
        }
    }

    /// The last backup of the project, if there is any. Needs no session: it depends on nobody's work.
    ///
    /// # Errors
    /// Errors of the database.
    pub fn last_backup(&self) -> Result<Option<LastBackup>> {
        let row = backups::last(&self.db, self.seal)?;
        Ok(row.map(|row| LastBackup {
            made: row.made,
            generation: row.generation,
            sha256: hex(&row.manifest_sha),
        }))
    }

    /// The folder into which the last backup was made.
    ///
    /// # Errors
    /// [`Error::Refused`] unless an admin asks; errors of the database.
    pub fn backup_place(&self, session: &Session) -> Result<Option<PathBuf>> {
        self.authorise(session, Act::Backup)?;
        let row = backups::last(&self.db, self.seal)?;
        Ok(row.map(|row| PathBuf::from(row.place)))
    }

    /// Whether people should be reminded: the last backup is 7 days old or older, or there has never
    /// been one, the project is so old, and it has cases. A time that lies in the future by more than
    /// a day says nothing, and counts as old.
    ///
    /// Whether readers have made edits is left out on purpose: this needs no session, and a reader
    /// would learn from it that another has begun.
    ///
    /// # Errors
    /// Errors of the database.
    pub fn is_backup_due(&self, now: SystemTime) -> Result<bool> {
        let is_old =
            |made: &str| age_in_days(made, now).is_none_or(|days| days >= REMIND_AFTER_DAYS);
        if let Some(last) = self.last_backup()? {
            return Ok(is_old(&last.made));
        }
        let (case_count, _, _) = cases::counts(&self.db)?;
        Ok(case_count > 0 && is_old(&meta::require(&self.db, meta::CREATED)?))
    }
}

/// Whole days from a stored time until now; `None` if it cannot be read or lies more than a day ahead.
fn age_in_days(made: &str, now: SystemTime) -> Option<i64> {
    let made: Timestamp = made.parse().ok()?;
    let age = Timestamp::try_from(now).ok()?.duration_since(made);
    let day = SignedDuration::from_hours(24);
    (age >= -day).then(|| age.as_hours() / 24)
}

/// A folder that is there, as SQLite wants it: it is told to follow no link, and means the whole path.
fn real(folder: &Path) -> std::io::Result<PathBuf> {
    if cfg!(unix) {
        folder.canonicalize()
    } else {
        folder.metadata().and_then(|_| std::path::absolute(folder))
    }
}

/// A folder without links, also one that is not there yet, for comparing.
fn resolved(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    for there in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (there.canonicalize(), absolute.strip_prefix(there)) {
            return real.join(rest);
        }
    }
    absolute
}
