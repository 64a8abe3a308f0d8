//! Folders to files, without recursion and without following links to folders.

use crate::error::Fault;
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
/// `hidden` is set; a path given by name is always taken.
pub(crate) fn files_under(paths: &[PathBuf], hidden: bool, cancel: &AtomicBool) -> Found {
    let mut found = Found::default();
    let mut folders = Vec::new();
    for path in paths {
        match std::fs::metadata(path) {
            Ok(meta) if meta.is_dir() => folders.push(path.clone()),
            Ok(_) => found.files.push(path.clone()),
            Err(error) => found.fault(path, &error),
        }
    }
    while let Some(folder) = folders.pop() {
        if cancel.load(Ordering::Relaxed) {
            break;
        }
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                found.fault(&folder, &error);
                continue;
            }
        };
        for entry in entries.flatten() {
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if is_hidden && !hidden {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                // a link to a file counts, a link to a folder could lead in a circle
                Ok(kind) if kind.is_file() || entry.path().is_file() => {
                    found.files.push(entry.path());
                }
                Ok(_) => {}
                Err(error) => found.fault(&entry.path(), &error),
            }
        }
    }
    found
}

impl Found {
    fn fault(&mut self, path: &Path, error: &std::io::Error) {
        self.faults.push(Skipped {
            file: path.to_path_buf(),
            reason: SkipReason::of_fault(&Fault::Io {
                kind: error.kind(),
                text: error.to_string(),
            }),
            expected: false,
        });
    }
}
