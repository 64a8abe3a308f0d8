//! The folder that holds generations: image objects by their hash, each once for all generations and
//! projects; a lock against a second process; and folders of what is not finished.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::digest::Sha;
use crate::error::{Error, Result};
use crate::ids::fresh_id;
use crate::objects::{self, hash_file, sync_folder};

const LOCK: &str = "backup.lock";

/// What such a folder's name begins with: nobody takes it for a generation or a project.
pub(super) const UNFINISHED: &str = ".unfinished-";

const CHUNK: usize = 1 << 20;

/// The store, locked against other processes as long as this lives.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) place: PathBuf,
    _lock: File,
}

impl Store {
    /// Opens or makes the store of a folder and clears away what a process that ended early left.
    ///
    /// # Errors
    /// [`Error::Busy`] while another process makes or prunes backups there.
    pub(super) fn open(place: &Path) -> Result<Self> {
        fs::create_dir_all(place).map_err(Error::io("backup"))?;
        let place = super::real(place).map_err(Error::io("backup"))?;
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(place.join(LOCK))
            .map_err(Error::io("backup"))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(Error::Busy { pid: None }),
            // A medium that knows no locks is used by one computer at a time.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let store = Self { place, _lock: lock };
        for left in store.folders()? {
            if name_of(&left).starts_with(UNFINISHED) {
                let _ = fs::remove_dir_all(left);
            }
        }
        Ok(store)
    }

    /// A new folder for what is not finished.
    pub(super) fn workplace(&self) -> Result<PathBuf> {
        let work = self.place.join(format!("{UNFINISHED}{}", fresh_id()));
        fs::create_dir(&work).map_err(Error::io("backup"))?;
        Ok(work)
    }

    /// Folders of the place, in the order of their names.
    pub(super) fn folders(&self) -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(&self.place).map_err(Error::io("backup"))?;
        let mut folders: Vec<PathBuf> = entries
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        folders.sort();
        Ok(folders)
    }

    /// Where an object lies.
    pub(super) fn object(&self, sha: &Sha) -> PathBuf {
        objects::path(&self.place, sha)
    }

    /// Whether an object is there; `thoroughly` reads it, else its length is believed.
    pub(super) fn has(&self, sha: &Sha, bytes: u64, thoroughly: bool) -> bool {
        let path = self.object(sha);
        let is_long_enough = path
            .symlink_metadata()
            .is_ok_and(|there| there.is_file() && there.len() == bytes);
        is_long_enough && (!thoroughly || hash_file(&path).is_ok_and(|(found, _)| found == *sha))
    }

    /// Puts an object into the store; false if the source is missing or is not what its name says.
    pub(super) fn put(&self, sha: &Sha, source: &Path, work: &Path) -> Result<bool> {
        let temporary = work.join("object");
        let copied = copy_hashed(source, &temporary, "backup")?;
        if copied.is_none_or(|(found, _)| found != *sha) {
            let _ = fs::remove_file(&temporary);
            return Ok(false);
        }
        let target = self.object(sha);
        let parent = target.parent().unwrap_or(&self.place);
        fs::create_dir_all(parent).map_err(Error::io("backup"))?;
        fs::rename(&temporary, &target).map_err(Error::io("backup"))?;
        sync_folder(parent)?;
        sync_folder(&self.place.join("objects"))?;
        Ok(true)
    }
}

/// Last part of a path as text.
pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Copies a file and hashes what passes; `None` if the source cannot be read to its end. The copy is
/// on disc when this returns.
pub(super) fn copy_hashed(
    source: &Path,
    target: &Path,
    what: &'static str,
) -> Result<Option<(Sha, u64)>> {
    let Ok(mut input) = File::open(source) else {
        return Ok(None);
    };
    let mut output = File::create(target).map_err(Error::io(what))?;
    let mut hash = Sha256::new();
    let mut size = 0_u64;
    let mut chunk = vec![0_u8; CHUNK];
    loop {
        let Ok(count) = input.read(&mut chunk) else {
            return Ok(None);
        };
        let Some(part) = chunk.get(..count).filter(|part| !part.is_empty()) else {
            break;
        };
        hash.update(part);
        output.write_all(part).map_err(Error::io(what))?;
        size += part.len() as u64;
    }
    output.sync_all().map_err(Error::io(what))?;
    Ok(Some((hash.finalize().into(), size)))
}
