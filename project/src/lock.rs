//! One writer: the operating system's lock on `project.lock`, which also names its holder.
//!
//! The file holds process id, start of that process, boot id and a nonce. The OS lock decides; the
//! content tells a second process who writes, and stands in where a file system grants every lock:
//! a holder that still runs since the same boot is believed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::digest::hex;
use crate::error::{Error, Result};

const FILE: &str = "project.lock";

/// Who holds the lock, as written into the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    pid: u32,
    /// Start of the process in ticks since boot: a later process may carry the same number.
    started: Option<u64>,
    boot: Option<String>,
    /// Identity of the lock file: a copied folder brings the text along, not the lock.
    file: Option<u64>,
    nonce: String,
}

impl Holder {
    fn this_process(file: &File) -> Result<Self> {
        let mut nonce = [0_u8; 16];
        getrandom::fill(&mut nonce).map_err(|_| Error::Random)?;
        let pid = std::process::id();
        Ok(Self {
            pid,
            started: process_start(pid),
            boot: boot_id(),
            file: file_id(file),
            nonce: hex(&nonce),
        })
    }

    /// Whether the process that wrote this still runs. Unknown (no boot id) counts as dead,
    /// because the OS lock has been granted already.
    fn still_runs(&self, file: &File) -> bool {
        match (&self.boot, boot_id()) {
            (Some(then), Some(now)) if *then == now && self.file == file_id(file) => {
                self.started.is_some() && process_start(self.pid) == self.started
            }
            _ => false,
        }
    }
}

/// The write lock on a project; released when dropped.
#[derive(Debug)]
pub(crate) struct WriteLock {
    file: File,
}

impl WriteLock {
    /// Takes the lock of the project folder.
    ///
    /// # Errors
    /// [`Error::Busy`] while another process (or another handle of this one) holds it,
    /// [`Error::ReadOnly`] where the lock file cannot be written.
    pub(crate) fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| match source.kind() {
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    Error::ReadOnly
                }
                _ => Error::io("lock file")(source),
            })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy {
                    pid: read_holder(&mut file).map(|holder| holder.pid),
                });
            }
            Err(TryLockError::Error(source)) => return Err(Error::io("lock file")(source)),
        }
        if let Some(holder) = read_holder(&mut file)
            && holder.still_runs(&file)
        {
            return Err(Error::Busy {
                pid: Some(holder.pid),
            });
        }
        let text = serde_json::to_vec(&Holder::this_process(&file)?)?;
        write_holder(&mut file, &text).map_err(Error::io("lock file"))?;
        Ok(Self { file })
    }
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // An empty file says "released"; if even that fails, the dead process id says the same.
        let _ = write_holder(&mut self.file, b"");
        let _ = self.file.unlock();
    }
}

fn read_holder(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn write_holder(file: &mut File, text: &[u8]) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text)?;
    file.sync_data()
}

/// Number of the file on its file system, where there is one.
fn file_id(file: &File) -> Option<u64> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        file.metadata().ok().map(|meta| meta.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        None
    }
}

/// Identity of the present boot, where the operating system gives one.
fn boot_id() -> Option<String> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(text.trim().to_owned())
}

/// Start of a running process (field 22 of `/proc/<pid>/stat`), `None` if it does not run.
fn process_start(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command name may hold spaces and brackets; fields are counted after the last bracket.
    let after_name = stat.rsplit_once(')')?.1;
    after_name.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_and_names_the_holder() {
        let folder = tempfile::tempdir().unwrap();
        let first = WriteLock::take(folder.path()).unwrap();
        match WriteLock::take(folder.path()) {
            Err(Error::Busy { pid }) => {
                if cfg!(unix) {
                    assert_eq!(pid, Some(std::process::id()));
                }
            }
            other => panic!("expected Busy, got {other:?}"),
        }
        drop(first);
        WriteLock::take(folder.path()).unwrap();
    }

    /// Writes a lock file as another process would have left it.
    fn leave(folder: &Path, change: impl FnOnce(&mut Holder)) {
        let path = folder.join(FILE);
        let file = File::create(&path).unwrap();
        let mut holder = Holder::this_process(&file).unwrap();
        change(&mut holder);
        std::fs::write(&path, serde_json::to_vec(&holder).unwrap()).unwrap();
    }

    #[test]
    fn a_lock_left_by_a_dead_process_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        leave(folder.path(), |holder| holder.pid = u32::MAX - 1);
        WriteLock::take(folder.path()).unwrap();
    }

    #[test]
    fn a_lock_of_a_running_process_is_believed_unless_of_an_earlier_boot_or_another_file() {
        let folder = tempfile::tempdir().unwrap();
        if boot_id().is_none() {
            return;
        }
        leave(folder.path(), |_| ());
        assert!(matches!(
            WriteLock::take(folder.path()),
            Err(Error::Busy { .. })
        ));
        leave(folder.path(), |holder| {
            holder.boot = Some("another boot".to_owned());
        });
        drop(WriteLock::take(folder.path()).unwrap());
        leave(folder.path(), |holder| holder.file = Some(0));
        WriteLock::take(folder.path()).unwrap();
    }
}
