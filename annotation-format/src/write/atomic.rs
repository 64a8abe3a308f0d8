//! Files that appear whole or not at all: written under a temporary name beside their place, synced, renamed.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Error;

/// Writes a file through a closure; the file of that name is replaced only when all of it is on disc.
///
/// # Errors
/// Those of the closure, and [`Error::Io`]; the temporary file is then taken away.
pub fn write(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<(), Error>,
) -> Result<(), Error> {
    let temporary = temporary_name(path);
    let written = write_and_sync(&temporary, fill)
        .and_then(|()| fs::rename(&temporary, path).map_err(|error| Error::io(path, error)));
    if written.is_err() {
        // The first failure is the one to report; a temporary file that cannot be removed changes nothing.
        drop(fs::remove_file(&temporary));
        return written;
    }
    sync_folder(path.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// Writes bytes as a file, whole or not at all.
///
/// # Errors
/// [`Error::Io`].
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write(path, |out| {
        out.write_all(bytes).map_err(|error| Error::io(path, error))
    })
}

fn write_and_sync(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<(), Error>,
) -> Result<(), Error> {
    let file = File::create(path).map_err(|error| Error::io(path, error))?;
    let mut out = BufWriter::with_capacity(1 << 18, file);
    fill(&mut out)?;
    out.flush().map_err(|error| Error::io(path, error))?;
    out.get_ref()
        .sync_all()
        .map_err(|error| Error::io(path, error))
}

/// A name beside `path` that no finished file has.
pub(crate) fn temporary_name(path: &Path) -> PathBuf {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.part", uuid::Uuid::new_v4().simple()))
}

/// Makes a rename last. Folders cannot be synced on every system; where not, the rename is still atomic.
pub(crate) fn sync_folder(folder: &Path) {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    if let Ok(opened) = File::open(folder) {
        drop(opened.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_writing_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write_bytes(&path, b"old").unwrap();
        let failed = write(&path, |out| {
            out.write_all(b"half of the new")
                .map_err(|error| Error::io(&path, error))?;
            Err(Error::NothingToWrite)
        });
        assert!(matches!(failed, Err(Error::NothingToWrite)));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_second_writing_replaces_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write_bytes(&path, b"old").unwrap();
        write_bytes(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_bytes(&folder.path().join("none").join("a.txt"), b"x").unwrap_err();
        assert!(error.to_string().contains("a.txt"), "{error}");
    }
}
