//! Why a file could not be written.

use std::io;
use std::path::{Path, PathBuf};

/// What a writer answers when it cannot write.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A segmentation without any segment does not exist.
    #[error("there is no segment to write")]
    NothingToWrite,
    /// DICOM objects that refer to images need images with SOP Instance UIDs.
    #[error("the series is not DICOM: it has no instances to refer to")]
    NoDicomSource,
    /// The description of the source does not fit its grid.
    #[error("{found} source planes are described for a grid of {expected}")]
    PlaneCount {
        /// Planes of the grid.
        expected: usize,
        /// Planes described.
        found: usize,
    },
    /// A mask of another grid.
    #[error("the mask of segment {segment} has {found:?} voxels, the series has {expected:?}")]
    SizeMismatch {
        /// Number of the segment, from 1.
        segment: usize,
        /// Size of the series.
        expected: [usize; 3],
        /// Size of the mask.
        found: [usize; 3],
    },
    /// The format has one affine for all planes.
    #[error("the planes are unevenly spaced: the format has one affine only")]
    UnevenPlanes,
    /// The format has three directions at right angles.
    #[error("the planes are sheared (gantry tilt): MetaImage has directions at right angles only")]
    Sheared,
    /// Values that 16-bit grey cannot hold exactly.
    #[error(
        "the stored values from {min} to {max} are no whole numbers within 16 bits, as PNG needs them"
    )]
    NotSixteenBits {
        /// The smallest stored value.
        min: f64,
        /// The largest stored value.
        max: f64,
    },
    /// A number that the format's field cannot hold.
    #[error("{what} is {value}, the format's limit is {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its value.
        value: u64,
        /// The largest value possible.
        limit: u64,
    },
    /// A file of that name lies in the export folder and was not written by an export.
    #[error("{} exists and was not written by an earlier export", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The samples of the volume are not of a kind that the writer knows.
    #[error("sample images are written from 16-bit signed samples only")]
    SampleType,
    /// A run-length text or a file of this program's own format that does not fit together.
    #[error("not a valid annotation file: {0}")]
    Format(String),
    /// The DICOM library refused.
    #[error("cannot write DICOM: {0}")]
    Dicom(Box<dyn std::error::Error + Send + Sync>),
    /// The CSV library refused.
    #[error("cannot write the table: {0}")]
    Csv(#[from] csv::Error),
    /// The JSON library refused.
    #[error("cannot write or read JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// Wraps an error of the DICOM library.
    pub(crate) fn dicom(source: impl std::error::Error + Send + Sync + 'static) -> Error {
        Error::Dicom(Box::new(source))
    }

    /// Wraps an error of the file system with the path it is about.
    pub(crate) fn io(path: &Path, source: io::Error) -> Error {
        Error::Io {
            path: path.to_path_buf(),
            source,
        }
    }
}
