//! An import list: a table beside the images that says which of them are which case of which group.
//!
//! [`read`] understands the table, [`plan`] compares it with what a scan found and with what the project has, and
//! [`cases`] makes the cases of what was planned. Nothing here reads an image or writes anything, so that a dry run, the
//! window and the command see the same answer.

mod columns;
mod plan;
#[cfg(test)]
mod tests;

pub use columns::read;
pub use plan::{
    Fate, KnownCase, PlannedRow, cases, known_cases, known_series, plan, plan_without_list,
};

use annotation_format::write::table::{Cell, Table};
use std::path::{Path, PathBuf};
use voxel::Phrase;

/// Largest list that is read: some hundred thousand lines.
pub const MAX_LIST_BYTES: u64 = 64 << 20;

/// What one line names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A file or folder, relative to the list or absolute.
    pub path: Option<PathBuf>,
    /// Series Instance UID, Study Instance UID, SOP Instance UID, or the id that `info` gives.
    pub uid: Option<String>,
    /// Number that the case shall have.
    pub number: Option<u32>,
    /// Group of the study design.
    pub group: Option<String>,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListLine {
    /// Its number in the file, from 1, the head included.
    pub line: u64,
    /// What it names, as it is written there.
    pub text: String,
    /// What it wants, or why that cannot be understood.
    pub wanted: Result<Wanted, Phrase>,
}

/// The paths that a scan must look at for a list: what its lines name, and the list's folder where a line names a UID
/// alone.
#[must_use]
pub fn places(lines: &[ListLine], base: &Path) -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = Vec::new();
    for wanted in lines.iter().filter_map(|line| line.wanted.as_ref().ok()) {
        let place = match &wanted.path {
            Some(path) => base.join(path),
            None => base.to_path_buf(),
        };
        // what is not there is told of its line, not of the scan
        if place.exists() && !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// Something that did not come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The file or what the line names.
    pub file: String,
    /// Line of the list.
    pub line: Option<u64>,
    /// Why, in the person's language.
    pub reason: String,
}

/// Refusals as a table to be kept beside the images; texts that look like formulas are guarded.
#[must_use]
pub fn refusal_table(refusals: &[Refusal]) -> Table {
    let mut table = Table::new(&["file", "line", "reason"]);
    for refusal in refusals {
        table.push(vec![
            Cell::from(refusal.file.as_str()),
            refusal.line.into(),
            Cell::from(refusal.reason.as_str()),
        ]);
    }
    table
}
