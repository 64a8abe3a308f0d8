//! The compressed bytes of gzip data, the last of those that were taken, and the headers of members.

use flate2::Crc;
use std::io::{Error, ErrorKind, Read, Result as IoResult};

/// Bytes that are read at once.
const INPUT: usize = 64 << 10;
/// Bytes that can be looked back at.
pub(super) const KEPT: usize = 8;

/// Bits of a member's header: its own check sum, an extra field, a name, a comment.
pub(super) const HEADER_SUM: u8 = 1 << 1;
pub(super) const EXTRA: u8 = 1 << 2;
pub(super) const NAME: u8 = 1 << 3;
pub(super) const COMMENT: u8 = 1 << 4;
/// Bits that no writer may set.
const RESERVED: u8 = 0xE0;

pub(super) fn damaged(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, what.into())
}

pub(super) fn cut(what: &'static str) -> Error {
    Error::new(ErrorKind::UnexpectedEof, what)
}

/// The compressed bytes, and the last of those that were taken.
pub(super) struct Input<R> {
    inner: R,
    buffer: Vec<u8>,
    /// The bytes of the buffer that are there and not yet taken.
    start: usize,
    end: usize,
}

impl<R: Read> Input<R> {
    pub(super) fn new(inner: R) -> Self {
        Input {
            inner,
            buffer: vec![0; INPUT],
            start: 0,
            end: 0,
        }
    }

    /// What is there and not yet taken.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// What is there from `count` bytes on before what is not yet taken; at most [`KEPT`] can be.
    pub(super) fn looked_back(&self, count: usize) -> &[u8] {
        let start = self.start.checked_sub(count);
        let bytes = start.and_then(|start| self.buffer.get(start..self.end));
        bytes.unwrap_or_default()
    }

    /// Takes bytes, of which so many are there.
    pub(super) fn take(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }

    /// Reads more; false at the end. The [`KEPT`] bytes that were taken last stay.
    pub(super) fn more(&mut self) -> IoResult<bool> {
        let kept = self.start.saturating_sub(KEPT);
        self.buffer.copy_within(kept..self.end, 0);
        self.start -= kept;
        self.end -= kept;
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.inner.read(free) {
                Ok(count) => {
                    self.end += count;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The next byte of a header, counted in its check sum.
    fn byte(&mut self, sum: &mut Crc) -> IoResult<u8> {
        loop {
            if let Some(byte) = self.rest().first().copied() {
                self.start += 1;
                sum.update(&[byte]);
                return Ok(byte);
            }
            if !self.more()? {
                return Err(cut("the gzip data end inside the header"));
            }
        }
    }

    fn bytes<const N: usize>(&mut self, sum: &mut Crc) -> IoResult<[u8; N]> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte(sum)?;
        }
        Ok(bytes)
    }

    /// Passes over the header of a member.
    pub(super) fn header(&mut self) -> IoResult<()> {
        let mut sum = Crc::new();
        let [first, second, method, flags, ..] = self.bytes::<10>(&mut sum)?;
        if [first, second] != [0x1F, 0x8B] {
            return Err(damaged("the bytes are not gzip"));
        }
        if method != 8 {
            return Err(damaged(format!(
                "gzip knows the method 8 only, not {method}"
            )));
        }
        if flags & RESERVED != 0 {
            return Err(damaged(format!("the flags {flags:#04x} are not gzip's")));
        }
        if flags & EXTRA != 0 {
            for _ in 0..u16::from_le_bytes(self.bytes(&mut sum)?) {
                self.byte(&mut sum)?;
            }
        }
        for flag in [NAME, COMMENT] {
            while flags & flag != 0 && self.byte(&mut sum)? != 0 {}
        }
        let expected = sum.sum() as u16;
        if flags & HEADER_SUM != 0 && u16::from_le_bytes(self.bytes(&mut sum)?) != expected {
            return Err(damaged("the check sum of the gzip header is wrong"));
        }
        Ok(())
    }

    /// Passes over zero bytes; false at the end.
    pub(super) fn pass_zeros(&mut self) -> IoResult<bool> {
        loop {
            let zeros = self.rest().iter().take_while(|byte| **byte == 0).count();
            self.start += zeros;
            if self.start < self.end {
                return Ok(true);
            }
            if !self.more()? {
                return Ok(false);
            }
        }
    }
}
