//! Bytes that many threads read at places of their choice, without a position of their own.

use crate::error::Fault;
use std::fs::File;
use std::io::{ErrorKind, Read, Result as IoResult};
use std::sync::Arc;

/// Where the bytes of an archive lie.
#[derive(Debug)]
pub(super) enum Store {
    /// A file on disc.
    Disc {
        /// The file; its own position is never used.
        file: File,
        /// Its length when it was opened.
        length: u64,
    },
    /// A stretch of another store: a member that was stored as it is.
    Part {
        /// The store around it.
        whole: Arc<Store>,
        /// First byte in it.
        start: u64,
        /// Bytes.
        length: u64,
    },
    /// Inflated bytes.
    Memory(Vec<u8>),
}

impl Store {
    /// Bytes in all.
    pub(super) fn length(&self) -> u64 {
        match self {
            Store::Disc { length, .. } | Store::Part { length, .. } => *length,
            Store::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// Whether bytes are held in memory, here or in a store around it.
    pub(super) fn is_in_memory(&self) -> bool {
        match self {
            Store::Disc { .. } => false,
            Store::Part { whole, .. } => whole.is_in_memory(),
            Store::Memory(_) => true,
        }
    }

    /// Reads from `position` on; 0 at the end.
    pub(super) fn read_at(&self, position: u64, buffer: &mut [u8]) -> IoResult<usize> {
        match self {
            Store::Disc { file, .. } => read_file_at(file, position, buffer),
            Store::Part {
                whole,
                start,
                length,
            } => {
                let left = length.saturating_sub(position);
                let wanted = usize::try_from(left)
                    .unwrap_or(usize::MAX)
                    .min(buffer.len());
                let part = buffer.get_mut(..wanted).unwrap_or_default();
                whole.read_at(start.saturating_add(position), part)
            }
            Store::Memory(bytes) => {
                let start = usize::try_from(position).unwrap_or(usize::MAX);
                let rest = bytes.get(start..).unwrap_or_default();
                let count = rest.len().min(buffer.len());
                if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
                    to.copy_from_slice(from);
                }
                Ok(count)
            }
        }
    }

    /// The bytes `start..start + length`, which must be there; memory grows only as they arrive.
    pub(super) fn bytes(self: &Arc<Self>, start: u64, length: u64) -> Result<Vec<u8>, Fault> {
        let mut window = Window::new(self.clone(), start, length);
        let mut bytes = Vec::new();
        window.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(unix)]
fn read_file_at(file: &File, position: u64, buffer: &mut [u8]) -> IoResult<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(windows)]
fn read_file_at(file: &File, position: u64, buffer: &mut [u8]) -> IoResult<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}

/// A forward reader over a stretch of a store.
#[derive(Debug)]
pub(super) struct Window {
    store: Arc<Store>,
    position: u64,
    left: u64,
}

impl Window {
    /// The `length` bytes from `start` on.
    pub(super) fn new(store: Arc<Store>, start: u64, length: u64) -> Self {
        Window {
            store,
            position: start,
            left: length,
        }
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let wanted = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let part = buffer.get_mut(..wanted).unwrap_or_default();
        let count = loop {
            match self.store.read_at(self.position, part) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                outcome => break outcome?,
            }
        };
        self.position = self.position.saturating_add(count as u64);
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}
