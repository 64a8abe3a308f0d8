//! What can be wrong with the input, with the code that `dokuei agree` prints.

use thiserror::Error;
use voxel::Phrase;

/// Input that no statistic can be computed from. Undefined figures are not errors: they are
/// `None` with a [`crate::Reason`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// Two images do not have the same size or affine.
    #[error("{image} does not lie on the grid of {first}: {what} differs")]
    GeometryMismatch {
        /// The image's file, or its place in the call.
        image: String,
        /// The first image.
        first: String,
        /// What differs: `size` or `affine`.
        what: &'static str,
    },
    /// The columns of an affine are not orthogonal (cosine above 1e-3).
    #[error("the affine of {image} is sheared: distances on it are not defined")]
    ShearedAffine {
        /// The image's file.
        image: String,
    },
    /// An option or a combination of options is not possible.
    #[error("{0}")]
    BadArguments(Phrase),
    /// The content of a table or list is not usable.
    #[error("{0}")]
    BadInput(Phrase),
}

impl Error {
    /// A text that its parser (JSON, CSV) refuses: the parser's own words, which are English, stay at
    /// the end of the sentence.
    pub(crate) fn unparsed(error: &impl std::fmt::Display) -> Self {
        let why = error.to_string();
        Self::BadInput(Phrase::new("agree-unparsed", why.as_str()).with("why", why))
    }

    /// What the voxel room could not hold.
    pub(crate) fn memory(error: &voxel::Error) -> Self {
        Self::BadInput(Phrase::new("agree-memory", error.to_string()))
    }

    /// The words, to be said in any language.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::GeometryMismatch { image, first, what } => {
                let said = if *what == "size" {
                    Phrase::new("agree-size-differs", self.to_string())
                } else {
                    Phrase::new("agree-place-differs", self.to_string())
                };
                said.with("image", image.as_str())
                    .with("first", first.as_str())
            }
            Self::ShearedAffine { image } => {
                Phrase::new("agree-sheared", self.to_string()).with("image", image.as_str())
            }
            Self::BadArguments(phrase) | Self::BadInput(phrase) => phrase.clone(),
        }
    }

    /// Code of the golden contract, section 2: `geometry_mismatch`, `sheared_affine`,
    /// `bad_arguments` or `bad_input`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::GeometryMismatch { .. } => "geometry_mismatch",
            Self::ShearedAffine { .. } => "sheared_affine",
            Self::BadArguments(_) => "bad_arguments",
            Self::BadInput(_) => "bad_input",
        }
    }
}
