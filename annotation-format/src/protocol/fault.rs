//! Faults of a protocol file.

use std::fmt;
use voxel::Phrase;

/// One fault of a protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolFault {
    /// Stable name of the kind of fault, for JSON and translations.
    pub code: &'static str,
    /// Table and id, such as `label nodule`.
    pub place: String,
    /// Line of the file, from 1, where known.
    pub line: Option<usize>,
    /// What is wrong.
    pub phrase: Phrase,
}

impl ProtocolFault {
    pub(super) fn new(code: &'static str, place: impl Into<String>, phrase: Phrase) -> Self {
        Self {
            code,
            place: place.into(),
            line: None,
            phrase,
        }
    }

    pub(super) fn at(mut self, line: Option<usize>) -> Self {
        self.line = line;
        self
    }
}

impl fmt::Display for ProtocolFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: {}", self.place, self.phrase)
    }
}
