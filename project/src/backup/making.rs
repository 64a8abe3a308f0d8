//! Making a generation, on any thread, while the project is being written to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::clock::{name_time, now_text};
use crate::database::{self, Mode, copy_into};
use crate::digest::{Sha, hex};
use crate::error::{Error, Result};
use crate::objects::{self, hash_file, sync_folder};
use crate::project::Project;
use crate::store::audit;
use crate::store::cases::{self, ObjectRow};

use super::Backup;
use super::manifest::{DATABASE, KEYS, Manifest, Origin, Part};
use super::store::{Store, copy_hashed, name_of};

/// Bytes of images from earlier generations that are read again each time.
const SAMPLE: u64 = 64 << 20;

/// A backup that has still to be made; runs on any thread.
#[derive(Debug)]
pub struct BackupJob {
    pub(super) home: PathBuf,
    pub(super) place: PathBuf,
    pub(super) project: String,
    pub(super) title: String,
}

/// A generation on the medium, for [`Project::finish_backup`]. Until then no other process makes or
/// prunes backups there.
#[derive(Debug)]
pub struct MadeBackup {
    pub(super) backup: Backup,
    pub(super) sha: Sha,
    store: Store,
}

impl MadeBackup {
    /// What was made.
    #[must_use]
    pub fn backup(&self) -> &Backup {
        &self.backup
    }

    pub(super) fn place(&self) -> &Path {
        &self.store.place
    }
}

impl BackupJob {
    /// Copies, hashes and checks; `told` hears bytes done and bytes in all. `None` if `cancel` was set
    /// meanwhile. After an error, or when cancelled, the medium holds what it held before.
    ///
    /// # Errors
    /// [`Error::DiscFull`]; [`Error::Busy`] while another process makes a backup there;
    /// [`Error::Damaged`] if the project's database cannot be copied; errors of the disc.
    pub fn run(self, told: &dyn Fn(u64, u64), cancel: &AtomicBool) -> Result<Option<MadeBackup>> {
        let store = Store::open(&self.place)?;
        let mut making = Making {
            job: &self,
            work: store.workplace()?,
            store: &store,
            added: Vec::new(),
            new_bytes: 0,
            told,
            cancel,
        };
        let made = making.make();
        if !matches!(made, Ok(Some(_))) {
            making.take_back();
        }
        let Some((backup, sha)) = made? else {
            return Ok(None);
        };
        Ok(Some(MadeBackup { backup, sha, store }))
    }
}

struct Making<'a> {
    job: &'a BackupJob,
    store: &'a Store,
    /// Folder of what is not finished.
    work: PathBuf,
    /// Objects that were put into the store.
    added: Vec<PathBuf>,
    new_bytes: u64,
    told: &'a dyn Fn(u64, u64),
    cancel: &'a AtomicBool,
}

impl Making<'_> {
    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// Removes everything that this generation has brought.
    fn take_back(&self) {
        for path in std::iter::once(&self.work).chain(&self.added) {
            let _ = if path.is_dir() {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            };
        }
    }

    fn make(&mut self) -> Result<Option<(Backup, Sha)>> {
        let made = now_text();
        let database = self.copy_database()?;
        self.new_bytes += database.bytes;
        let origin = Origin {
            project: &self.job.project,
            title: &self.job.title,
            made: &made,
        };
        let mut manifest = Manifest::begin(&origin, database);
        let copy = self.copy()?;
        manifest.heads = heads(&copy)?;
        if !self.objects(&copy, &mut manifest)? {
            return Ok(None);
        }
        self.keys(&mut manifest)?;
        let mut faults = copy.verify(false)?.faults;
        drop(copy);
        faults.retain(|fault| !manifest.missing.contains(&fault.place));
        manifest.sound = faults.is_empty() && manifest.missing.is_empty();
        let sha = manifest.write(&self.work)?;
        sync_folder(&self.work)?;
        if self.is_cancelled() {
            return Ok(None);
        }
        let backup = Backup {
            backup: self.settle()?,
            sha256: hex(&sha),
            bytes: manifest.bytes(),
            new_bytes: self.new_bytes,
            references: manifest.references,
            ok: manifest.sound,
            missing: manifest.missing,
            faults,
            made,
        };
        Ok(Some((backup, sha)))
    }

    /// One consistent state of the database, whatever is written meanwhile.
    fn copy_database(&self) -> Result<Part> {
        let target = self.work.join(DATABASE);
        let live = database::open(&self.job.home.join(DATABASE), Mode::Read)?;
        copy_into(&live, &target)?;
        let (sha, bytes) = hash_file(&target)?;
        Ok(Part {
            name: DATABASE.to_owned(),
            bytes,
            sha256: hex(&sha),
        })
    }

    /// The copy as a project whose objects are those of the store.
    fn copy(&self) -> Result<Project> {
        let db = database::open(&self.work.join(DATABASE), Mode::Read)?;
        Project::assemble(&self.store.place, db, None)
    }

    /// Puts the images into the store that are not there; false when cancelled.
    fn objects(&mut self, copy: &Project, manifest: &mut Manifest) -> Result<bool> {
        let all = cases::objects(&copy.db)?;
        let (copies, referred): (Vec<ObjectRow>, Vec<ObjectRow>) =
            all.into_iter().partition(|object| object.is_copy);
        manifest.references = referred.len() as u64;
        let total: u64 = copies.iter().map(|object| object.stored_size).sum();
        let (mut done, mut read_again) = (0, 0);
        let first = drawn(copies.len())?;
        for object in copies.iter().cycle().skip(first).take(copies.len()) {
            if self.is_cancelled() {
                return Ok(false);
            }
            (self.told)(done, total);
            let thoroughly = read_again < SAMPLE;
            if self.store.has(&object.sha, object.stored_size, thoroughly) {
                read_again += object.stored_size;
            } else if !self.put(object)? {
                manifest.missing.push(hex(&object.sha));
                continue;
            }
            done += object.stored_size;
            manifest.objects.push(Part {
                name: hex(&object.sha),
                bytes: object.stored_size,
                sha256: hex(&object.sha),
            });
        }
        (self.told)(total, total);
        manifest.objects.sort_by(|a, b| a.name.cmp(&b.name));
        manifest.missing.sort();
        Ok(true)
    }

    fn put(&mut self, object: &ObjectRow) -> Result<bool> {
        let source = objects::path(&self.job.home, &object.sha);
        let was_there = self.store.object(&object.sha).exists();
        let is_put = self.store.put(&object.sha, &source, &self.work)?;
        if is_put {
            self.new_bytes += object.stored_size;
            if !was_there {
                self.added.push(self.store.object(&object.sha));
            }
        }
        Ok(is_put)
    }

    fn keys(&mut self, manifest: &mut Manifest) -> Result<()> {
        let target = self.work.join(KEYS);
        fs::create_dir(&target).map_err(Error::io("backup"))?;
        let Ok(entries) = fs::read_dir(self.job.home.join(KEYS)) else {
            return Ok(());
        };
        for entry in entries.flatten() {
            if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
                continue;
            }
            let name = name_of(&entry.path());
            let copied = copy_hashed(&entry.path(), &target.join(&name), "backup")?;
            let (sha, bytes) = copied.ok_or_else(|| Error::BackupDamaged(name.clone()))?;
            self.new_bytes += bytes;
            manifest.keys.push(Part {
                name,
                bytes,
                sha256: hex(&sha),
            });
        }
        manifest.keys.sort_by(|a, b| a.name.cmp(&b.name));
        sync_folder(&target)
    }

    /// Gives the finished generation its name: from here on it is one.
    fn settle(&self) -> Result<PathBuf> {
        let stem = format!("{}-{}", file_name(&self.job.title), name_time());
        let mut target = self.store.place.join(&stem);
        let mut again = 2;
        while target.exists() {
            target = self.store.place.join(format!("{stem}-{again}"));
            again += 1;
        }
        fs::rename(&self.work, &target).map_err(Error::io("backup"))?;
        sync_folder(&self.store.place)?;
        Ok(target)
    }
}

/// Head of each chain, as the copy states it.
fn heads(copy: &Project) -> Result<std::collections::BTreeMap<String, String>> {
    let events = audit::events(&copy.db)?;
    Ok(events
        .iter()
        .map(|event| {
            (
                event.chain.clone(),
                audit::head_text(event.seq, &event.hash),
            )
        })
        .collect())
}

/// A random place in a list, so that over the generations every object is read again.
fn drawn(count: usize) -> Result<usize> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
    let drawn = u64::from_le_bytes(bytes) % (count.max(1) as u64);
    Ok(usize::try_from(drawn).unwrap_or(0))
}

/// A title as part of a file's name on every system.
fn file_name(title: &str) -> String {
    let plain = |sign: char| {
        if sign.is_alphanumeric() || sign == '-' {
            sign
        } else {
            '_'
        }
    };
    let name: String = title.chars().take(40).map(plain).collect();
    if name.is_empty() {
        "project".to_owned()
    } else {
        name
    }
}
