//! Checking a generation: every file against its hash, the database as `verify` does.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::database::{self, Mode};
use crate::digest::hex;
use crate::error::{Error, Result};
use crate::objects::hash_file;
use crate::project::Project;

use super::manifest::{DATABASE, Found, KEYS, MANIFEST, Manifest, Part};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    /// The generation's folder.
    pub backup: PathBuf,
    /// SHA-256 of its manifest, to be held against what the audit chain says.
    pub sha256: String,
    /// No fault.
    pub ok: bool,
    /// Title of the project, as far as the manifest can be read.
    pub title: String,
    /// When it was made, UTC.
    pub made: String,
    /// Files that were read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Faults.
    pub faults: Vec<BackupFault>,
}

/// One fault of a generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackupFault {
    /// Kind: `missing`, `size`, `hash`, or of the database's content a code of `verify`.
    pub code: String,
    /// The file, relative to the folder that holds generations and objects.
    pub file: String,
    /// What about it, for a log.
    pub message: String,
}

/// Reads every file of a generation and recomputes its hash, then checks the copied database: SQLite's
/// own checks, the audit chain, journals and rows. Needs no person and no project, as `verify`; names
/// files and ids, never persons or texts. `told` hears bytes done and bytes in all.
///
/// # Errors
/// [`Error::NotABackup`] for a folder without a manifest; everything else is a fault in the report.
pub fn verify_backup(folder: &Path, told: &dyn Fn(u64, u64)) -> Result<BackupReport> {
    let none = || Error::NotABackup(folder.to_owned());
    let generation = super::real(folder).map_err(|_| none())?;
    let place = generation.parent().ok_or_else(none)?.to_owned();
    let found = Found::read(&generation)?;
    let mut report = BackupReport {
        backup: folder.to_owned(),
        sha256: hex(&found.sha),
        ok: true,
        title: String::new(),
        made: String::new(),
        files: 1,
        bytes: 0,
        faults: Vec::new(),
    };
    let mut checking = Checking {
        place: &place,
        generation: &generation,
        report: &mut report,
        told,
        total: 0,
    };
    if !found.is_sealed {
        let manifest = generation.join(MANIFEST);
        checking.fault("hash", &manifest, "differs from the hash beside it");
    }
    match found.manifest {
        Some(manifest) => checking.all(&manifest)?,
        None => checking.fault("hash", &generation.join(MANIFEST), "cannot be read"),
    }
    report.ok = report.faults.is_empty();
    Ok(report)
}

struct Checking<'a> {
    place: &'a Path,
    generation: &'a Path,
    report: &'a mut BackupReport,
    told: &'a dyn Fn(u64, u64),
    total: u64,
}

impl Checking<'_> {
    fn fault(&mut self, code: &str, path: &Path, message: impl Into<String>) {
        let file = path.strip_prefix(self.place).unwrap_or(path);
        self.report.faults.push(BackupFault {
            code: code.to_owned(),
            file: file.to_string_lossy().into_owned(),
            message: message.into(),
        });
    }

    fn all(&mut self, manifest: &Manifest) -> Result<()> {
        self.report.title.clone_from(&manifest.title);
        self.report.made.clone_from(&manifest.made);
        self.total = manifest.bytes();
        let database = self.generation.join(DATABASE);
        self.part(&manifest.database, &database);
        for part in &manifest.keys {
            self.part(part, &self.generation.join(KEYS).join(&part.name));
        }
        for part in &manifest.objects {
            let path = object_path(self.place, &part.name);
            self.part(part, &path);
        }
        (self.told)(self.total, self.total);
        if let Err(error) = self.content(manifest, &database) {
            self.fault("database", &database, error.to_string());
        }
        Ok(())
    }

    fn part(&mut self, part: &Part, path: &Path) {
        (self.told)(self.report.bytes, self.total);
        let Ok(there) = path.symlink_metadata().map(|meta| meta.len()) else {
            self.fault("missing", path, "is missing");
            return;
        };
        if there != part.bytes {
            self.fault("size", path, format!("has {there} bytes"));
            return;
        }
        match hash_file(path) {
            Ok((sha, _)) if hex(&sha) == part.sha256 => {}
            Ok(_) => self.fault("hash", path, "differs from its hash"),
            Err(error) => self.fault("hash", path, error.to_string()),
        }
        self.report.files += 1;
        self.report.bytes += part.bytes;
    }

    /// The database as a project, with the store's objects as its own.
    fn content(&mut self, manifest: &Manifest, database: &Path) -> Result<()> {
        let db = database::open(database, Mode::Read)?;
        let copy = Project::assemble(self.place, db, None)?;
        if copy.id() != manifest.project {
            self.fault("database", database, "is of another project");
        }
        for fault in copy.verify(false)?.faults {
            // Every object that the manifest names has been read already.
            if !fault.code.starts_with("object_") || manifest.missing.contains(&fault.place) {
                let message = format!("{} {}", fault.place, fault.message);
                self.fault(fault.code, database, message.trim());
            }
        }
        Ok(())
    }
}

/// Where an object of a manifest lies in the store.
pub(super) fn object_path(place: &Path, name: &str) -> PathBuf {
    let (fan, _) = name.split_at_checked(2).unwrap_or_default();
    place.join("objects").join(fan).join(name)
}
