//! What does not stop reading but must be told at the series.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A remark on a series that was read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable code, the key of the translated sentence (`missing_slices`, `spacing_invalid`, …).
    pub code: String,
    /// One English sentence with the figures.
    pub message: String,
    /// The file it was seen in, where one is to blame.
    pub file: Option<PathBuf>,
}

impl Problem {
    /// A problem of the whole series.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Problem {
            code: code.to_owned(),
            message: message.into(),
            file: None,
        }
    }

    /// The same problem, seen in `file`.
    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Self {
        self.file = Some(file.to_path_buf());
        self
    }
}

/// Adds `problem` unless one of the same code is there: a thousand slices with the same fault are
/// one remark, not a thousand.
pub(crate) fn push_once(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.iter().any(|known| known.code == problem.code) {
        problems.push(problem);
    }
}
