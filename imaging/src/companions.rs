//! Data files that a text header names: they are read with it and are no fault of their own.

use crate::classify::Outcome;
use crate::entry::{Format, SeriesEntry};
use crate::{meta_image_file, nrrd_file};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Most headers of one folder that are looked through for the name of a file.
const MAX_HEADERS: usize = 1000;

/// Turns the refusals of files that a header names as its data into what they are. A file that could
/// be read is left as it is.
pub(crate) fn pass_over(outcomes: &mut [(PathBuf, Outcome)]) {
    let mut named: BTreeSet<PathBuf> = outcomes
        .iter()
        .flat_map(|(_, outcome)| match outcome {
            Outcome::Entries(entries) => entries.as_slice(),
            _ => &[],
        })
        .filter(|entry| matches!(entry.format, Format::Nrrd | Format::MetaImage))
        .flat_map(data_of)
        .collect();
    // a file that was named alone, or beside a header that is broken
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for (path, outcome) in outcomes.iter() {
        if is_refused(outcome) && is_data_name(path) && !named.contains(path) {
            let folder = path.parent().unwrap_or(Path::new(""));
            folders.insert(folder.to_path_buf());
        }
    }
    named.extend(folders.iter().flat_map(|folder| named_in(folder)));
    for (path, outcome) in outcomes.iter_mut() {
        if is_refused(outcome) && named.contains(path) {
            *outcome = Outcome::expected(
                "pair_member",
                "the voxels of a pair; they are read with the header that names them",
            );
        }
    }
}

fn is_refused(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Skip {
            expected: false,
            ..
        }
    )
}

fn data_of(entry: &SeriesEntry) -> impl Iterator<Item = PathBuf> + '_ {
    entry.files.iter().skip(1).cloned()
}

/// Whether data files are commonly called like this.
fn is_data_name(path: &Path) -> bool {
    let end = path.extension().unwrap_or_default().to_string_lossy();
    let ends = [
        "raw", "zraw", "gz", "bz2", "hex", "txt", "ascii", "dat", "bin", "img",
    ];
    ends.contains(&end.to_ascii_lowercase().as_str())
}

/// The data files that the headers of a folder name.
fn named_in(folder: &Path) -> Vec<PathBuf> {
    let place = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let Ok(files) = std::fs::read_dir(place) else {
        return Vec::new();
    };
    let end_of = |path: &Path| {
        let end = path.extension().unwrap_or_default().to_string_lossy();
        end.to_ascii_lowercase()
    };
    files
        .flatten()
        // joined anew, so that names compare with those of the scan
        .map(|file| folder.join(file.file_name()))
        .filter(|path| matches!(end_of(path).as_str(), "nhdr" | "nrrd" | "mhd" | "mha"))
        .take(MAX_HEADERS)
        .flat_map(|path| match end_of(&path).as_str() {
            "nhdr" | "nrrd" => nrrd_file::names_of(&path),
            _ => meta_image_file::names_of(&path),
        })
        .collect()
}
