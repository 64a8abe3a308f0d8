//! Whether the project's folder is still where it was opened.
//!
//! A medium that was pulled, a share that broke off, a folder that was moved or deleted: the operating
//! system may go on taking writes to the open file, and nobody would ever find them again. So before
//! every write the file at the path must be the one that is open.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The database file as it was opened.
#[derive(Clone, Debug)]
pub(crate) struct Presence {
    folder: PathBuf,
    path: PathBuf,
    id: Option<FileId>,
}

/// What tells a file from every other one that has had its path: device and number.
type FileId = (u64, u64);

impl Presence {
    /// The file that lies at a path now.
    pub(crate) fn of(folder: &Path, path: PathBuf) -> Self {
        let id = id_of(&path);
        Self {
            folder: folder.to_owned(),
            path,
            id,
        }
    }

    /// Whether it is still there, and the same.
    ///
    /// # Errors
    /// [`Error::FolderGone`] if not.
    pub(crate) fn check(&self) -> Result<()> {
        let is_there = self.path.is_file() && id_of(&self.path) == self.id;
        if is_there { Ok(()) } else { Err(self.gone()) }
    }

    /// What is said of it when it is not.
    pub(crate) fn gone(&self) -> Error {
        Error::FolderGone(self.folder.clone())
    }
}

#[cfg(unix)]
fn id_of(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.dev(), meta.ino()))
}

/// Elsewhere an open file cannot be moved away; that it is there is enough.
#[cfg(not(unix))]
fn id_of(_: &Path) -> Option<FileId> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_moved_or_replaced_is_not_there_until_it_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&path, b"1").unwrap();
        let presence = Presence::of(folder.path(), path.clone());
        presence.check().unwrap();
        std::fs::rename(&path, &other).unwrap();
        assert!(matches!(presence.check(), Err(Error::FolderGone(_))));
        if cfg!(unix) {
            std::fs::write(&path, b"2").unwrap();
            assert!(matches!(presence.check(), Err(Error::FolderGone(_))));
        }
        std::fs::rename(&other, &path).unwrap();
        presence.check().unwrap();
    }
}
