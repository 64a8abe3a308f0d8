//! What does not stop reading but must be told at the series.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use voxel::{Figure, Figures, Phrase};

/// Every [`Problem::code`] that this crate makes; each is the end of a key `problem-…` in the string
/// files.
pub const PROBLEM_CODES: &[&str] = &[
    "alpha_ignored",
    "axes_not_patient",
    "bitpix_contradicts",
    "burned_in_annotation",
    "charset_unknown",
    "contour_count_differs",
    "contour_kind_unknown",
    "contour_points_beyond_limit",
    "contour_points_invalid",
    "duplicate_instance",
    "duplicate_slices",
    "first_picture_only",
    "forms_differ",
    "frame_count_odd",
    "frame_of_reference_scattered",
    "geometry_unusable",
    "high_bit_invalid",
    "icc_profile",
    "length_unit",
    "magnification_corrected",
    "missing_slices",
    "mosaic_whole",
    "no_meta_group",
    "no_orientation",
    "no_origin",
    "no_transfer_syntax",
    "orientation_invalid",
    "overlay_invalid",
    "pages_not_listed",
    "pages_not_read",
    "picture_damaged",
    "pixel_data_missing",
    "planes_not_in_line",
    "position_invalid",
    "positions_repeat",
    "presentation_contradicts",
    "recognizable_features",
    "region_beyond_image",
    "several_volumes",
    "scanner_space",
    "sheared",
    "slide_level",
    "slope_zero",
    "spacing_invalid",
    "steps_rounded",
    "structure_number_shared",
    "structure_unlisted",
    "supplemental_palette",
    "text_guessed",
    "text_invalid",
    "text_too_long",
    "text_unclosed",
    "trailing_data",
    "transfer_syntax_contradicts",
    "uid_invalid",
    "uneven_spacing",
    "uptake_unknown",
    "value_map_unused",
    "voi_lut_not_applied",
    "volume_incomplete",
    "volumes_not_listed",
    "vox_offset_zero",
    "window_narrow",
];

/// A remark on a series that was read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable code, one of [`PROBLEM_CODES`] (`missing_slices`, `spacing_invalid`, …).
    pub code: String,
    /// One English sentence with the figures.
    pub message: String,
    /// The figures, for the sentence in another language.
    #[serde(default, skip_serializing_if = "Figures::is_empty")]
    pub figures: Figures,
    /// The file it was seen in, where one is to blame.
    pub file: Option<PathBuf>,
}

impl Problem {
    /// A problem of the whole series.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Problem {
            code: code.to_owned(),
            message: message.into(),
            figures: Figures::new(),
            file: None,
        }
    }

    /// The same problem with one more figure.
    #[must_use]
    pub fn with(mut self, name: &str, figure: impl Into<Figure>) -> Self {
        self.figures.insert(name.to_owned(), figure.into());
        self
    }

    /// The same problem, seen in `file`.
    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Self {
        self.file = Some(file.to_path_buf());
        self
    }

    /// The words, to be said in any language.
    pub fn phrase(&self) -> Phrase {
        Phrase {
            key: format!("problem-{}", self.code).into(),
            message: self.message.clone(),
            figures: self.figures.clone(),
        }
    }
}

/// Adds `problem` unless one of the same code is there: a thousand slices with the same fault are
/// one remark, not a thousand.
pub(crate) fn push_once(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.iter().any(|known| known.code == problem.code) {
        problems.push(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::PROBLEM_CODES;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }

    /// The string literals that follow `opening` in the crate's sources.
    fn named(opening: &str) -> BTreeSet<String> {
        let mut files = Vec::new();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        sources(Path::new(folder), &mut files);
        let texts = files
            .iter()
            .map(|file| std::fs::read_to_string(file).unwrap());
        let mut found = BTreeSet::new();
        for text in texts {
            for part in text.split(opening).skip(1) {
                if let Some(literal) = part.trim_start().strip_prefix('"') {
                    found.insert(literal.split('"').next().unwrap_or_default().to_owned());
                }
            }
        }
        found
    }

    #[test]
    fn every_code_of_a_problem_is_listed() {
        let made = named(concat!("Problem::", "new("));
        let listed: BTreeSet<String> = PROBLEM_CODES.iter().map(|c| (*c).to_owned()).collect();
        assert_eq!(made, listed);
    }

    #[test]
    fn every_code_of_an_error_or_a_skipped_file_is_listed() {
        let error = include_str!("error.rs");
        let codes = error.split("pub fn code(&self)").skip(1).flat_map(|text| {
            let body = text.split("\n    }\n").next().unwrap_or_default();
            body.split("=> \"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        });
        let mut made: BTreeSet<String> = codes.collect();
        made.extend(named(concat!("SkipReason::", "of_code(")));
        made.extend(named(concat!("Outcome::", "expected(")));
        let listed: BTreeSet<String> = crate::ERROR_CODES.iter().map(|c| (*c).to_owned()).collect();
        assert_eq!(made, listed);
    }
}
