//! How every reader opens a file: the one place that knows where bytes lie.

use crate::error::Fault;
use std::fs::File;
use std::io::{Read, Result as IoResult, Seek, SeekFrom};
use std::path::Path;

/// An opened file: bytes that can be read and sought in, and how many there are.
#[derive(Debug)]
pub(crate) struct Handle {
    file: File,
    length: u64,
}

impl Handle {
    /// Opens `path` for reading.
    ///
    /// # Errors
    /// [`Fault::Io`].
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Handle { file, length })
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
        Ok(Handle {
            file: self.file.try_clone()?,
            length: self.length,
        })
    }
}

impl Read for Handle {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        self.file.read(buffer)
    }
}

impl Seek for Handle {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        self.file.seek(to)
    }
}
