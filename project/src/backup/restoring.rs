//! Restoring: a generation becomes a project in a new folder, never over one that is there.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use crate::database::{self, Mode};
use crate::digest::{Sha, hex};
use crate::error::{Error, Result};
use crate::ids::fresh_id;
use crate::objects::sync_folder;
use crate::place;
use crate::project::{Access, FOLDERS, Project};
use crate::secret::Passphrase;
use crate::session::{Act, Session};
use crate::store::meta;
use crate::verify::VerifyReport;

use super::checking::object_path;
use super::manifest::{DATABASE, Found, KEYS, Manifest, Part};
use super::store::{UNFINISHED, copy_hashed};

/// A project that was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Its folder.
    pub project: PathBuf,
    /// The generation it came from.
    pub backup: PathBuf,
    /// SHA-256 of that generation's manifest.
    pub sha256: String,
    /// Images that are missing or damaged in the backup; everything else is there.
    pub missing: Vec<String>,
    /// What a deep verify of the restored project said.
    pub verified: VerifyReport,
    /// Nothing missing, nothing found.
    pub ok: bool,
}

/// Restores a generation into a folder that is empty or not there, and verifies what was written.
/// The person signs in as of the backup and must be an admin there; the live project, if there is
/// one, is neither needed nor touched. `told` hears bytes done and bytes in all.
///
/// The restored project gets an identity of its own among devices: every person's audit chain goes on
/// in a new one, so that work on it and on the original never claim the same place in a chain. An
/// event tells from which manifest it came.
///
/// A process that is killed meanwhile leaves a folder `.unfinished-…` beside the target, which nobody
/// needs, and no target.
///
/// # Errors
/// [`Error::NotABackup`]; [`Error::BackupDamaged`] if manifest, database or keys differ from their
/// hashes; [`Error::SignIn`]; [`Error::Refused`] unless an admin asks; [`Error::NotEmpty`],
/// [`Error::Place`]; [`Error::DiscFull`] and other errors of the disc, after which the target is as it
/// was.
pub fn restore_backup(
    backup: &Path,
    target: &Path,
    person: &str,
    passphrase: Option<&Passphrase>,
    told: &dyn Fn(u64, u64),
) -> Result<Restored> {
    let none = || Error::NotABackup(backup.to_owned());
    let generation = super::real(backup).map_err(|_| none())?;
    let store = generation.parent().ok_or_else(none)?.to_owned();
    let (manifest, sha) = Found::read(&generation)?.sound()?;
    let db = database::open(&generation.join(DATABASE), Mode::Read)?;
    let copy = Project::assemble(&store, db, None)?;
    let session = copy.sign_in(person, passphrase)?;
    copy.require(&session, Act::Backup)?;
    drop(copy);
    let unfinished = unfinished_beside(target)?;
    let restoring = Restoring {
        store: &store,
        generation: &generation,
        unfinished: &unfinished,
        manifest: &manifest,
        sha,
        told,
    };
    let restored = restoring
        .restore(&session)
        .and_then(|told| settle(&unfinished, target).map(|()| told));
    let (missing, verified) = restored.inspect_err(|_| {
        let _ = fs::remove_dir_all(&unfinished);
    })?;
    Ok(Restored {
        project: target.to_owned(),
        backup: backup.to_owned(),
        sha256: hex(&sha),
        ok: missing.is_empty() && verified.ok,
        missing,
        verified,
    })
}

/// Checks the target; gives the folder beside it in which the project is put together.
fn unfinished_beside(target: &Path) -> Result<PathBuf> {
    place::check(target)?;
    let is_empty = match fs::read_dir(target) {
        Ok(mut entries) => entries.next().is_none(),
        Err(fault) => fault.kind() == std::io::ErrorKind::NotFound,
    };
    if !is_empty {
        return Err(Error::NotEmpty(target.to_owned()));
    }
    let absolute = std::path::absolute(target).map_err(Error::io("restored project"))?;
    let parent = absolute
        .parent()
        .ok_or_else(|| Error::NotEmpty(target.to_owned()))?;
    fs::create_dir_all(parent).map_err(Error::io("restored project"))?;
    Ok(parent.join(format!("{UNFINISHED}{}", fresh_id())))
}

/// Gives the finished project its place.
fn settle(unfinished: &Path, target: &Path) -> Result<()> {
    if target.exists() {
        // Empty: anything else has been refused.
        fs::remove_dir(target).map_err(Error::io("restored project"))?;
    }
    fs::rename(unfinished, target).map_err(Error::io("restored project"))?;
    sync_folder(unfinished.parent().unwrap_or(target))
}

struct Restoring<'a> {
    store: &'a Path,
    generation: &'a Path,
    unfinished: &'a Path,
    manifest: &'a Manifest,
    sha: Sha,
    told: &'a dyn Fn(u64, u64),
}

impl Restoring<'_> {
    fn restore(&self, session: &Session) -> Result<(Vec<String>, VerifyReport)> {
        for name in FOLDERS {
            let folder = self.unfinished.join(name);
            fs::create_dir_all(folder).map_err(Error::io("restored project"))?;
        }
        let manifest = self.manifest;
        let needed = |part: &Part, from: &Path, to: &Path| {
            if copy_part(part, from, to)? {
                return Ok(());
            }
            Err(Error::BackupDamaged(part.name.clone()))
        };
        let database = self.unfinished.join(DATABASE);
        needed(
            &manifest.database,
            &self.generation.join(DATABASE),
            &database,
        )?;
        for part in &manifest.keys {
            let place = |folder: &Path| folder.join(KEYS).join(&part.name);
            needed(part, &place(self.generation), &place(self.unfinished))?;
        }
        let mut missing = manifest.missing.clone();
        missing.extend(self.objects()?);
        missing.sort();
        Ok((missing, self.begin(session)?))
    }

    /// Copies the images; gives those that could not be had whole.
    fn objects(&self) -> Result<Vec<String>> {
        let total = self.manifest.bytes();
        let mut done = self.manifest.database.bytes;
        let mut missing = Vec::new();
        for part in &self.manifest.objects {
            (self.told)(done, total);
            let to = object_path(self.unfinished, &part.name);
            let parent = to.parent().unwrap_or(self.unfinished);
            fs::create_dir_all(parent).map_err(Error::io("restored project"))?;
            if !copy_part(part, &object_path(self.store, &part.name), &to)? {
                missing.push(part.name.clone());
            }
            done += part.bytes;
        }
        (self.told)(total, total);
        Ok(missing)
    }

    /// First acts of the restored project.
    fn begin(&self, session: &Session) -> Result<VerifyReport> {
        let mut project = Project::open(self.unfinished, Access::Write)?;
        project.facts.device = fresh_id();
        meta::put(&project.db, meta::DEVICE, &project.facts.device)?;
        let body = json!({"manifest_sha256": hex(&self.sha), "project": self.manifest.project});
        project.write(session.person(), |recorder| recorder.note("restore", &body))?;
        let verified = project.verify(true)?;
        project.close()?;
        Ok(verified)
    }
}

/// Copies a file; false, and nothing left, if it is missing or differs from its hash.
fn copy_part(part: &Part, from: &Path, to: &Path) -> Result<bool> {
    let copied = copy_hashed(from, to, "restored project")?;
    let is_whole = copied.is_some_and(|(sha, _)| hex(&sha) == part.sha256);
    if !is_whole {
        let _ = fs::remove_file(to);
    }
    Ok(is_whole)
}
