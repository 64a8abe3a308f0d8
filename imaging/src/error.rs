//! Why a file cannot be read: one code for the window's translation, one English sentence.

use std::path::{Path, PathBuf};

/// What is wrong with a file, told with the figures that a person needs to judge it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The operating system gave an error.
    #[error("the system says: {0}")]
    Io(String),
    /// The file has no byte.
    #[error("the file is empty")]
    Empty,
    /// Neither DICOM nor NIfTI.
    #[error("this is no image file that is known here")]
    UnknownFormat,
    /// A known format that this version does not read.
    #[error("{0} is not yet read in this version")]
    FormatLater(&'static str),
    /// The file ends inside something.
    #[error("the file ends at byte {offset}, inside {inside}")]
    Truncated {
        /// Byte at which more was wanted.
        offset: u64,
        /// What was being read.
        inside: String,
    },
    /// A length field points beyond the end of the file.
    #[error("{what} at byte {offset} claims {length} bytes, but only {left} are left")]
    LengthBeyondEnd {
        /// The element or field.
        what: String,
        /// Where its value begins.
        offset: u64,
        /// The length in the file.
        length: u64,
        /// Bytes to the end of the file (or of the enclosing sequence).
        left: u64,
    },
    /// A stated limit of this program was reached.
    #[error("{what} exceeds the limit of {limit}")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The structure of the file is not what the format prescribes.
    #[error("the structure is broken at byte {offset}: {what}")]
    Structure {
        /// Where.
        offset: u64,
        /// What was found.
        what: String,
    },
    /// An attribute that is needed is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// An attribute has a value with which nothing can be shown.
    #[error("{attribute} is {value}, which is not valid")]
    Invalid {
        /// Name of the attribute.
        attribute: &'static str,
        /// Its value as text.
        value: String,
    },
    /// Two statements of the file exclude each other.
    #[error("the file contradicts itself: {0}")]
    Contradiction(String),
    /// Fewer pixel bytes than rows, columns and frames ask for.
    #[error("the pixel data are too short: {needed} bytes are needed, {present} are there")]
    PixelDataTooShort {
        /// Bytes asked for.
        needed: u64,
        /// Bytes present.
        present: u64,
    },
    /// No decoder for this transfer syntax (or data type) is built in.
    #[error("the coding {name} ({uid}) is not supported")]
    Unsupported {
        /// Identifier in the file.
        uid: String,
        /// Plain name.
        name: String,
    },
    /// A decoder refused the compressed pixels.
    #[error("frame {frame} cannot be decoded ({coding}): {detail}")]
    Decode {
        /// Frame from 1.
        frame: usize,
        /// Name of the coding.
        coding: &'static str,
        /// What the decoder said.
        detail: String,
    },
    /// The compressed stream (gzip, deflate) is damaged.
    #[error("the compressed data are damaged: {0}")]
    Inflate(String),
    /// The geometry cannot be used for anything.
    #[error("the geometry is not usable: {0}")]
    Geometry(String),
    /// The object holds no picture.
    #[error("the object holds no image")]
    NoImage,
    /// Not enough memory for the decoded picture.
    #[error("{0} bytes of memory are not available")]
    Memory(u64),
}

impl Fault {
    /// Stable code, the key of the translated sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Io(_) => "io",
            Fault::Empty => "empty",
            Fault::UnknownFormat => "unknown_format",
            Fault::FormatLater(_) => "format_later",
            Fault::Truncated { .. } => "truncated",
            Fault::LengthBeyondEnd { .. } => "length_beyond_end",
            Fault::Limit { .. } => "limit",
            Fault::Structure { .. } => "structure",
            Fault::Missing(_) => "attribute_missing",
            Fault::Invalid { .. } => "attribute_invalid",
            Fault::Contradiction(_) => "contradiction",
            Fault::PixelDataTooShort { .. } => "pixel_data_too_short",
            Fault::Unsupported { .. } => "unsupported_coding",
            Fault::Decode { .. } => "decode",
            Fault::Inflate(_) => "inflate",
            Fault::Geometry(_) => "geometry",
            Fault::NoImage => "no_image",
            Fault::Memory(_) => "memory",
        }
    }

    /// The fault as an error about `file`.
    pub(crate) fn of(self, file: &Path) -> Error {
        Error::Unreadable {
            file: file.to_path_buf(),
            fault: self,
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Fault::Io(error.to_string())
    }
}

/// Error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// One file cannot be read.
    #[error("{} cannot be read: {fault}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        fault: Fault,
    },
    /// The person stopped the work.
    #[error("stopped before the end")]
    Cancelled,
    /// A volume could not be formed from values that were read.
    #[error("the volume of {series} cannot be formed: {detail}")]
    Volume {
        /// Id of the series entry.
        series: String,
        /// What the voxel room said.
        detail: String,
    },
}

impl Error {
    /// Stable code, the key of the translated sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Unreadable { fault, .. } => fault.code(),
            Error::Cancelled => "cancelled",
            Error::Volume { .. } => "volume",
        }
    }
}
