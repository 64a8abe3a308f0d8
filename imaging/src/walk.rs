//! Folders to files, without recursion and without following links to folders.

use crate::archive::members_under;
use crate::error::Fault;
use crate::handle::check_regular;
use crate::scan::{SkipReason, Skipped};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Files found, and paths that could not be looked into.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) faults: Vec<Skipped>,
}

/// Every file under `paths`. Names that begin with a dot are passed over inside folders unless
/// `hidden` is set; a path given by name is always taken, also one into a zip archive. Pipes,
/// sockets and devices are passed over inside folders and refused by name.
pub(crate) fn files_under(paths: &[PathBuf], hidden: bool, cancel: &AtomicBool) -> Found {
    let mut found = Found::default();
    let mut folders = Vec::new();
    for path in paths {
        match std::fs::metadata(path) {
            Ok(meta) if meta.is_dir() => folders.push(path.clone()),
            Ok(meta) => match check_regular(meta.file_type()) {
                Ok(()) => found.files.push(path.clone()),
                Err(fault) => found.fault(path, &fault),
            },
            Err(error) => found.named_in_archive(path, hidden, error),
        }
    }
    while let Some(folder) = folders.pop() {
        if cancel.load(Ordering::Relaxed) {
            break;
        }
        found.folder(&folder, hidden, &mut folders, cancel);
    }
    found
}

/// Whether a file of an archive is passed over: a part of its path below `home` is hidden, or it is
/// what macOS keeps beside every file.
pub(crate) fn is_hidden_below(home: &Path, file: &Path) -> bool {
    let below = file.strip_prefix(home).unwrap_or(file);
    below
        .iter()
        .any(|part| part == "__MACOSX" || part.as_encoded_bytes().starts_with(b"."))
}

impl Found {
    /// Takes the files of one folder; its folders are added to `folders`.
    fn folder(
        &mut self,
        folder: &Path,
        hidden: bool,
        folders: &mut Vec<PathBuf>,
        cancel: &AtomicBool,
    ) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.fault(folder, &error.into()),
        };
        for entry in entries {
            if cancel.load(Ordering::Relaxed) {
                return;
            }
            let entry = match entry {
                Ok(entry) => entry,
                // the medium failed in the middle of the folder
                Err(error) => return self.fault(folder, &error.into()),
            };
            if !hidden && entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => self.files.push(entry.path()),
                // a link to a file counts, a link to a folder could lead in a circle
                Ok(kind) if kind.is_symlink() && entry.path().is_file() => {
                    self.files.push(entry.path());
                }
                Ok(_) => {}
                Err(error) => self.fault(&entry.path(), &error.into()),
            }
        }
    }

    /// A path that the system does not know may lead into an archive: to a file, a folder or an archive
    /// in it.
    fn named_in_archive(&mut self, path: &Path, hidden: bool, error: std::io::Error) {
        if crate::handle::exists(path) {
            self.files.push(path.to_path_buf());
            return;
        }
        match members_under(path) {
            Ok(listing) => {
                self.files.extend(
                    listing
                        .files
                        .into_iter()
                        .filter(|file| hidden || !is_hidden_below(path, file)),
                );
                for fault in &listing.faults {
                    self.fault(path, fault);
                }
            }
            Err(Fault::Io { .. }) => self.fault(path, &error.into()),
            Err(fault) => self.fault(path, &fault),
        }
    }

    fn fault(&mut self, path: &Path, fault: &Fault) {
        self.faults.push(Skipped {
            file: path.to_path_buf(),
            reason: SkipReason::of_fault(fault),
            expected: false,
        });
    }
}
