//! Why a file cannot be read: one code for the window's translation, one English sentence.

use crate::scan::SkipReason;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use voxel::Phrase;

/// Every code of [`Error`] and of [`crate::SkipReason`]; each is the end of a key `unreadable-…` in
/// the string files.
pub const ERROR_CODES: &[&str] = &[
    "archive",
    "archive_document",
    "attribute_invalid",
    "attribute_missing",
    "cancelled",
    "contradiction",
    "copy",
    "decode",
    "dicomdir",
    "dicomdir_incomplete",
    "document",
    "duplicate_instance",
    "empty",
    "film",
    "format_later",
    "geometry",
    "inflate",
    "io",
    "length_beyond_end",
    "limit",
    "memory",
    "no_image",
    "outside_folder",
    "pair_member",
    "pixel_data_too_short",
    "structure",
    "system_file",
    "truncated",
    "unknown_format",
    "unsupported_coding",
    "volume",
];

/// What is wrong with a file, told with the figures that a person needs to judge it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The operating system gave an error.
    #[error("the system says: {text}")]
    Io {
        /// Its kind.
        kind: ErrorKind,
        /// Its words.
        text: String,
    },
    /// The file has no byte.
    #[error("the file is empty")]
    Empty,
    /// Neither DICOM nor NIfTI.
    #[error("this is no image file that is known here")]
    UnknownFormat,
    /// A known format that this version does not read.
    #[error("{0} is not yet read in this version")]
    FormatLater(&'static str),
    /// A film.
    #[error("this is a film ({0}); films are read by a later version")]
    Film(&'static str),
    /// The file ends inside something.
    #[error("the file ends at byte {offset}, inside {inside}")]
    Truncated {
        /// Byte at which more was wanted.
        offset: u64,
        /// What was being read.
        inside: Phrase,
    },
    /// A length field points beyond the end of the file.
    #[error("{what} at byte {offset} claims {length} bytes, but only {left} are left")]
    LengthBeyondEnd {
        /// The element or field.
        what: Phrase,
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
        what: Phrase,
        /// The limit.
        limit: u64,
    },
    /// The structure of the file is not what the format prescribes.
    #[error("the structure is broken at byte {offset}: {what}")]
    Structure {
        /// Where.
        offset: u64,
        /// What was found.
        what: Phrase,
    },
    /// An attribute that is needed is not there.
    #[error("{0} is missing")]
    Missing(Phrase),
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
    Contradiction(Phrase),
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
    /// An archive, or a file in it, cannot be looked into.
    #[error("the archive cannot be read: {0}")]
    Archive(Phrase),
    /// The geometry cannot be used for anything.
    #[error("the geometry is not usable: {0}")]
    Geometry(Phrase),
    /// A header names a data file outside its own folder.
    #[error("the data file {name} lies outside the folder of its header and is not opened")]
    OutsideFolder {
        /// The name in the header.
        name: String,
    },
    /// The object holds no picture.
    #[error("the object holds no image")]
    NoImage,
    /// The scan has passed the file over.
    #[error("{}", .0.text())]
    Skipped(Box<SkipReason>),
    /// Not enough memory for the decoded picture.
    #[error("{0} bytes of memory are not available")]
    Memory(u64),
}

impl Fault {
    /// Stable code, the key of the translated sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Io { .. } => "io",
            Fault::Empty => "empty",
            Fault::UnknownFormat => "unknown_format",
            Fault::FormatLater(_) => "format_later",
            Fault::Film(_) => "film",
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
            Fault::Archive(_) => "archive",
            Fault::Geometry(_) => "geometry",
            Fault::OutsideFolder { .. } => "outside_folder",
            Fault::NoImage => "no_image",
            Fault::Skipped(reason) => ERROR_CODES
                .iter()
                .find(|code| **code == reason.code)
                .copied()
                .unwrap_or("no_image"),
            Fault::Memory(_) => "memory",
        }
    }

    /// The words, to be said in any language. What a decoder or the system says in its own words is
    /// left to the English message.
    pub fn phrase(&self) -> Phrase {
        let phrase = Phrase::new(format!("unreadable-{}", self.code()), self.to_string());
        match self {
            Fault::Io { kind, .. } => phrase.with("why", io_phrase(*kind)),
            Fault::FormatLater(format) | Fault::Film(format) => phrase.with("format", *format),
            Fault::Truncated { offset, inside } => phrase
                .with("offset", *offset)
                .with("inside", inside.clone()),
            Fault::LengthBeyondEnd {
                what,
                offset,
                length,
                left,
            } => phrase
                .with("what", what.clone())
                .with("offset", *offset)
                .with("length", *length)
                .with("left", *left),
            Fault::Limit { what, limit } => phrase.with("what", what.clone()).with("limit", *limit),
            Fault::Structure { offset, what } => {
                phrase.with("offset", *offset).with("what", what.clone())
            }
            Fault::Missing(what)
            | Fault::Contradiction(what)
            | Fault::Archive(what)
            | Fault::Geometry(what) => phrase.with("what", what.clone()),
            Fault::Invalid { attribute, value } => phrase
                .with("attribute", *attribute)
                .with("value", value.as_str()),
            Fault::PixelDataTooShort { needed, present } => {
                phrase.with("needed", *needed).with("present", *present)
            }
            Fault::Unsupported { uid, name } => {
                phrase.with("uid", uid.as_str()).with("name", name.as_str())
            }
            Fault::Decode { frame, coding, .. } => {
                phrase.with("frame", *frame).with("coding", *coding)
            }
            Fault::OutsideFolder { name } => phrase.with("name", name.as_str()),
            Fault::Skipped(reason) => reason.phrase.clone(),
            Fault::Memory(bytes) => phrase.with("megabytes", bytes.div_ceil(1 << 20)),
            Fault::Empty | Fault::UnknownFormat | Fault::Inflate(_) | Fault::NoImage => phrase,
        }
    }

    /// An attribute (by its name in the standard) that is not there.
    pub(crate) fn missing(attribute: &str) -> Self {
        Fault::Missing(Phrase::new("part-attribute", attribute).with("name", attribute))
    }

    /// The fault as an error about `file`.
    pub(crate) fn of(self, file: &Path) -> Error {
        Error::Unreadable {
            file: file.to_path_buf(),
            fault: self,
        }
    }
}

/// What the system's answer means to a person.
pub fn io_phrase(kind: ErrorKind) -> Phrase {
    match kind {
        ErrorKind::NotFound => Phrase::new("io-not-found", "it is not there"),
        ErrorKind::PermissionDenied => {
            Phrase::new("io-denied", "reading or writing is not permitted")
        }
        ErrorKind::ReadOnlyFilesystem => Phrase::new("io-read-only", "the medium is read-only"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Phrase::new("io-full", "there is no space left")
        }
        ErrorKind::AlreadyExists => Phrase::new("io-exists", "it is there already"),
        ErrorKind::IsADirectory => Phrase::new("io-folder", "it is a folder"),
        ErrorKind::NotADirectory => Phrase::new("io-no-folder", "it is no folder"),
        ErrorKind::NotSeekable => Phrase::new(
            "io-no-file",
            "it is a pipe, a socket or a device, not a file",
        ),
        ErrorKind::InvalidFilename => Phrase::new("io-name", "its name is too long or not valid"),
        ErrorKind::InvalidData => Phrase::new("io-no-text", "it is no text in UTF-8"),
        ErrorKind::TimedOut | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            Phrase::new("io-unreachable", "the medium does not answer")
        }
        _ => Phrase::new("io-device", "the medium reports an error"),
    }
}

impl From<std::io::Error> for Fault {
    /// A fault that came through a reader of the system's kind comes out as it was.
    fn from(error: std::io::Error) -> Self {
        error.downcast::<Fault>().unwrap_or_else(|error| Fault::Io {
            kind: error.kind(),
            text: error.to_string(),
        })
    }
}

/// Error of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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

    /// Why, without the file's name, to be said in any language.
    pub fn phrase(&self) -> Phrase {
        match self {
            Error::Unreadable { fault, .. } => fault.phrase(),
            Error::Cancelled => Phrase::new("unreadable-cancelled", self.to_string()),
            Error::Volume { .. } => Phrase::new("unreadable-volume", self.to_string()),
        }
    }

    /// The file it is about, where it is about one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Error::Unreadable { file, .. } => Some(file.as_path()),
            Error::Cancelled | Error::Volume { .. } => None,
        }
    }
}
