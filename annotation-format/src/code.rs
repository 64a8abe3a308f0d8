//! Coded concepts: scheme, value, meaning, as DICOM's code sequences have them.

use serde::{Deserialize, Serialize};

/// Scheme of concepts that this project named itself.
pub const LOCAL: &str = "LOCAL";
/// What `LOCAL` is called in DICOM objects (dicom-conformance §14.7).
pub const LOCAL_IN_DICOM: &str = "99DOKUEI";
/// Longest Code Value (0008,0100) in characters; longer ones go to Long Code Value (0008,0119).
pub const LONGEST_CODE_VALUE: usize = 16;

/// A concept of a terminology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// `SCT`, `DCM`, `RADLEX`, `NCIt`, `UCUM` or `LOCAL`.
    pub scheme: String,
    /// The code's value within the scheme.
    pub value: String,
    /// The meaning in the source's words (English).
    pub meaning: String,
}

impl Code {
    /// A code from its three parts.
    pub fn new(
        scheme: impl Into<String>,
        value: impl Into<String>,
        meaning: impl Into<String>,
    ) -> Self {
        Self {
            scheme: scheme.into(),
            value: value.into(),
            meaning: meaning.into(),
        }
    }

    /// Coding Scheme Designator (0008,0102) for DICOM: `LOCAL` becomes `99DOKUEI`.
    pub fn dicom_scheme(&self) -> &str {
        if self.is_local() {
            LOCAL_IN_DICOM
        } else {
            &self.scheme
        }
    }

    /// Whether the concept is this project's own.
    pub fn is_local(&self) -> bool {
        self.scheme == LOCAL
    }

    /// Whether DICOM needs Long Code Value (0008,0119) instead of Code Value for it.
    pub fn needs_long_value(&self) -> bool {
        self.value.chars().count() > LONGEST_CODE_VALUE
    }

    /// Whether both name the same concept, whatever words their meanings use.
    pub fn same_concept(&self, other: &Code) -> bool {
        self.scheme == other.scheme && self.value == other.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_codes_get_the_private_designator_and_long_values_are_told() {
        let own = Code::new(LOCAL, "result-not-assessable", "Case not assessable");
        assert_eq!(own.dicom_scheme(), "99DOKUEI");
        assert!(own.needs_long_value());
        let liver = Code::new("SCT", "10200004", "Liver");
        assert_eq!(liver.dicom_scheme(), "SCT");
        assert!(!liver.needs_long_value());
    }
}
