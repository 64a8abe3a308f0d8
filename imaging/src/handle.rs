//! How every reader opens a file: the one place that knows where bytes lie, on disc or in an
//! archive.

use crate::archive::{MemberBytes, members_under, open_member};
use crate::error::{Error, Fault};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{File, FileType};
use std::io::{Error as IoError, ErrorKind, Read, Result as IoResult, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// An opened file: bytes that can be read and sought in, and how many there are.
#[derive(Debug)]
pub(crate) struct Handle {
    origin: Origin,
    length: u64,
}

#[derive(Debug)]
enum Origin {
    Disc(File),
    Archive {
        bytes: Arc<MemberBytes>,
        position: u64,
    },
    #[cfg(feature = "fuzzing")]
    Memory(std::io::Cursor<Arc<[u8]>>),
}

impl Handle {
    /// Opens `path` for reading, which may lead through zip archives. What is no regular file (a
    /// pipe, a device) is never opened.
    ///
    /// # Errors
    /// [`Fault::Io`]; for files in archives also [`Fault::Archive`] and [`Fault::Limit`].
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        #[cfg(feature = "fuzzing")]
        if let Some(bytes) = crate::fuzzing::bytes_at(path) {
            return Ok(Handle {
                length: bytes.len() as u64,
                origin: Origin::Memory(std::io::Cursor::new(bytes)),
            });
        }
        let meta = match std::fs::metadata(path) {
            Ok(meta) => meta,
            Err(error) => {
                let bytes = open_member(path).unwrap_or_else(|| Err(error.into()))?;
                return Ok(Handle {
                    length: bytes.length(),
                    origin: Origin::Archive { bytes, position: 0 },
                });
            }
        };
        check_regular(meta.file_type())?;
        Ok(Handle {
            origin: Origin::Disc(File::open(path)?),
            length: meta.len(),
        })
    }

    /// Bytes in all.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// A second handle on the same bytes. Both may share one position: seek before reading.
    ///
    /// # Errors
    /// [`Fault::Io`].
    pub(crate) fn twin(&self) -> Result<Self, Fault> {
        let origin = match &self.origin {
            Origin::Disc(file) => Origin::Disc(file.try_clone()?),
            Origin::Archive { bytes, position } => Origin::Archive {
                bytes: bytes.clone(),
                position: *position,
            },
            #[cfg(feature = "fuzzing")]
            Origin::Memory(bytes) => Origin::Memory(bytes.clone()),
        };
        Ok(Handle {
            origin,
            length: self.length,
        })
    }
}

/// Refuses folders, pipes, sockets and devices.
///
/// # Errors
/// [`Fault::Io`].
pub(crate) fn check_regular(kind: FileType) -> Result<(), Fault> {
    if kind.is_file() {
        return Ok(());
    }
    let error = if kind.is_dir() {
        IoError::from(ErrorKind::IsADirectory)
    } else {
        IoError::new(
            ErrorKind::NotSeekable,
            "it is a pipe, a socket or a device, not a file",
        )
    };
    Err(error.into())
}

impl Read for Handle {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        match &mut self.origin {
            Origin::Disc(file) => file.read(buffer),
            Origin::Archive { bytes, position } => {
                let count = bytes.read_at(*position, buffer)?;
                *position = position.saturating_add(count as u64);
                Ok(count)
            }
            #[cfg(feature = "fuzzing")]
            Origin::Memory(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Handle {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        let length = self.length;
        match &mut self.origin {
            Origin::Disc(file) => file.seek(to),
            Origin::Archive { position, .. } => {
                let target = match to {
                    SeekFrom::Start(at) => Some(at),
                    SeekFrom::Current(by) => position.checked_add_signed(by),
                    SeekFrom::End(by) => length.checked_add_signed(by),
                };
                *position = target.ok_or(ErrorKind::InvalidInput)?;
                Ok(*position)
            }
            #[cfg(feature = "fuzzing")]
            Origin::Memory(bytes) => bytes.seek(to),
        }
    }
}

/// Opens a file as the scan names it: on disc, or by a path through a zip archive.
///
/// # Errors
/// [`Error::Unreadable`] where it is not there, is no regular file, or the archive cannot give it.
pub fn open(path: &Path) -> Result<impl Read + Seek + Send + use<>, Error> {
    Handle::open(path).map_err(|fault| fault.of(path))
}

/// All bytes of a file as the scan names it: on disc, or by a path through a zip archive. Memory grows
/// as bytes arrive.
///
/// # Errors
/// [`Error::Unreadable`] where it is not there, is damaged, or ends before its length.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let read = || {
        let mut handle = Handle::open(path)?;
        let mut bytes = Vec::new();
        handle.read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < handle.length() {
            return Err(Fault::Inflate(format!(
                "they end after {} of {} bytes",
                bytes.len(),
                handle.length()
            )));
        }
        Ok(bytes)
    };
    read().map_err(|fault| fault.of(path))
}

/// Whether there is a file at `path`, on disc or through a zip archive.
pub fn exists(path: &Path) -> bool {
    #[cfg(feature = "fuzzing")]
    if crate::fuzzing::bytes_at(path).is_some() {
        return true;
    }
    match std::fs::metadata(path) {
        Ok(meta) => meta.is_file(),
        Err(_) => matches!(open_member(path), Some(Ok(_))),
    }
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Named {
    /// The name.
    pub(crate) name: OsString,
    /// Whether it is a folder; links to folders are none.
    pub(crate) is_folder: bool,
}

/// Names in a folder on disc or in an archive; none where it cannot be looked into.
pub(crate) fn names_in(folder: &Path) -> Vec<Named> {
    if let Ok(entries) = std::fs::read_dir(folder) {
        return entries
            .flatten()
            .map(|entry| Named {
                name: entry.file_name(),
                is_folder: entry.file_type().is_ok_and(|kind| kind.is_dir()),
            })
            .collect();
    }
    let Ok(listing) = members_under(folder) else {
        return Vec::new();
    };
    let names: BTreeSet<Named> = listing
        .files
        .iter()
        .filter_map(|file| {
            let mut parts = file.strip_prefix(folder).ok()?.iter();
            Some(Named {
                name: parts.next()?.to_owned(),
                is_folder: parts.next().is_some(),
            })
        })
        .collect();
    names.into_iter().collect()
}
