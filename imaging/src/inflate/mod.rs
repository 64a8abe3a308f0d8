//! gzip (RFC 1952) and zlib (RFC 1950) inflated as streams. gzip's members follow one another, each
//! proved by the check sum and the length after it; zero bytes between and after them are passed over,
//! anything else that is no member is refused. Of zlib what follows the data is not looked at.
//!
//! Deflate itself is undone by `fdeflate`, the fastest of the inflaters in safe Rust. It speaks zlib
//! only: for gzip it is given two bytes of a zlib header and told to believe the check sum. At the end
//! of the deflate data it takes four bytes for that check sum and up to three more into its bit buffer,
//! so that the place of gzip's own trailer is found by looking back; see [`InflateReader::prove`].

mod input;

use fdeflate::Decompressor;
use flate2::Crc;
use input::{Input, cut, damaged};
use std::io::{Error, ErrorKind, Read, Result as IoResult};
use std::ops::RangeInclusive;

/// Bytes that deflate may look back.
const HISTORY: usize = 32 << 10;
/// Bytes that are inflated at once where no more are asked for; there is always room for so many.
const STEP: usize = 32 << 10;
/// Bytes that are held of what was inflated, the history among them.
const WINDOW: usize = HISTORY + (256 << 10);
/// What `fdeflate` takes for the header of zlib: a window of 32 KiB, no dictionary.
const ZLIB_HEADER: [u8; 2] = [0x78, 0x01];
/// Bytes of zlib's check sum, which `fdeflate` takes behind the deflate data,
const ZLIB_SUM: usize = 4;
/// and so many at most it holds beside them: its bit buffer has at most 63 bits.
const MOST_HELD: usize = 3;
/// Bytes of the trailer: CRC-32 and the length modulo 2^32.
const TRAILER: usize = 8;

/// What comes next of the compressed bytes.
enum Stage {
    /// A member's header.
    Header,
    /// A member's deflate data, or all of zlib.
    Deflated,
    /// A member's trailer, which begins in the bytes taken last: the inflater took four for a check
    /// sum and holds so many beside them.
    Trailer { held: RangeInclusive<usize> },
    /// Zero bytes, a member or the end.
    Between,
    /// Nothing.
    End,
    /// Nothing, since an error was met, which every further reading gives again.
    Failed(ErrorKind, String),
}

/// Inflates gzip data, also several members one after the other, or zlib data.
///
/// # Errors
/// [`ErrorKind::InvalidData`] where the data are damaged or a check sum is wrong,
/// [`ErrorKind::UnexpectedEof`] where they are cut, and what the inner reader gives. What was inflated
/// before is handed out first, as far as the inflater gave it away.
pub(crate) struct InflateReader<R> {
    input: Input<R>,
    is_gzip: bool,
    stage: Stage,
    inflater: Decompressor,
    /// The last bytes that were inflated: they end at `made`, and up to `taken` they were handed out.
    window: Vec<u8>,
    taken: usize,
    made: usize,
    /// Check sum and length of what a gzip member has given.
    sum: Crc,
}

impl<R: Read> InflateReader<R> {
    /// Inflates gzip data. Nothing is read yet.
    pub(crate) fn gzip(inner: R) -> Self {
        Self::at(Stage::Header, inner)
    }

    /// Inflates zlib data. Nothing is read yet.
    pub(crate) fn zlib(inner: R) -> Self {
        InflateReader {
            is_gzip: false,
            ..Self::at(Stage::Deflated, inner)
        }
    }

    fn at(stage: Stage, inner: R) -> Self {
        InflateReader {
            input: Input::new(inner),
            is_gzip: true,
            stage,
            inflater: Decompressor::new(),
            window: vec![0; WINDOW],
            taken: 0,
            made: 0,
            sum: Crc::new(),
        }
    }

    /// Goes one stage on, or inflates some bytes: about `wanted`. All that was inflated was handed out.
    fn advance(&mut self, wanted: usize) -> IoResult<()> {
        self.stage = match &self.stage {
            Stage::Header => {
                self.input.header()?;
                self.begin()?;
                Stage::Deflated
            }
            Stage::Deflated => {
                let held = self.inflate(wanted)?;
                match self.inflater.is_done() {
                    false => Stage::Deflated,
                    true if self.is_gzip => Stage::Trailer { held },
                    // the inflater has proved zlib's check sum
                    true => Stage::End,
                }
            }
            Stage::Trailer { held } => {
                let held = held.clone();
                self.prove(held)?;
                Stage::Between
            }
            Stage::Between => match self.input.pass_zeros()? {
                true => Stage::Header,
                false => Stage::End,
            },
            Stage::End => Stage::End,
            Stage::Failed(kind, text) => return Err(Error::new(*kind, text.clone())),
        };
        Ok(())
    }

    /// Begins a member: nothing that was before it may be looked back at.
    fn begin(&mut self) -> IoResult<()> {
        self.inflater = Decompressor::new();
        self.inflater.ignore_adler32();
        self.sum = Crc::new();
        (self.taken, self.made) = (0, 0);
        let begun = self.inflater.read(&ZLIB_HEADER, &mut self.window, 0, false);
        match begun {
            Ok((2, 0)) => Ok(()),
            _ => Err(damaged("the inflater does not begin")),
        }
    }

    /// Inflates some bytes, and tells how many bytes the inflater may hold in its bit buffer, should
    /// the member's data be at their end: it takes bytes until the buffer is full or none are left.
    ///
    /// Until something comes out it gets one byte at a time: so it holds none at the end of an empty
    /// member, whose trailer, all zeros, would be found among other zeros too.
    fn inflate(&mut self, wanted: usize) -> IoResult<RangeInclusive<usize>> {
        if self.input.rest().is_empty() && !self.input.more()? {
            return Err(cut("the deflate data end early"));
        }
        if self.window.len() - self.made < STEP {
            let kept = self.made.saturating_sub(HISTORY);
            self.window.copy_within(kept..self.made, 0);
            self.made -= kept;
            self.taken = self.made;
        }
        let end = self.window.len().min(self.made + wanted.max(STEP));
        let room = self.window.get_mut(..end).unwrap_or_default();
        let (rest, is_first) = (self.input.rest(), self.made == 0);
        let part = if is_first { rest.get(..1) } else { None }.unwrap_or(rest);
        let (eaten, given) = self
            .inflater
            .read(part, room, self.made, false)
            .map_err(|fault| damaged(format!("the deflate data are damaged: {fault:?}")))?;
        if (eaten, given) == (0, 0) && !self.inflater.is_done() {
            // there was input, and room: it would stay so for ever
            return Err(damaged("the deflate data come to no end"));
        }
        let held = match part.len() - eaten {
            _ if is_first => 0..=0,
            0 => 0..=MOST_HELD,
            _ => MOST_HELD..=MOST_HELD,
        };
        self.input.take(eaten);
        if self.is_gzip {
            let fresh = self.window.get(self.made..self.made + given);
            self.sum.update(fresh.unwrap_or_default());
        }
        self.made += given;
        Ok(held)
    }

    /// Compares the trailer with what was inflated, at each place where it may begin.
    fn prove(&mut self, held: RangeInclusive<usize>) -> IoResult<()> {
        while self.input.rest().len() + ZLIB_SUM + held.start() < TRAILER && self.input.more()? {}
        let (sum, length) = (self.sum.sum(), self.sum.amount());
        let expected = u64::from(length) << 32 | u64::from(sum);
        let mut is_there = false;
        for held in held {
            let taken = ZLIB_SUM + held;
            let trailer = self.input.looked_back(taken).first_chunk::<TRAILER>();
            is_there |= trailer.is_some();
            if trailer == Some(&expected.to_le_bytes()) {
                self.input.take(TRAILER - taken);
                return Ok(());
            }
        }
        Err(if is_there {
            damaged(format!(
                "the check sum is wrong, or the length, of {length} bytes of a gzip member"
            ))
        } else {
            cut("the gzip data end before a check sum")
        })
    }
}

impl<R: Read> Read for InflateReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        loop {
            let mut fresh = self.window.get(self.taken..self.made).unwrap_or_default();
            if !fresh.is_empty() || buffer.is_empty() || matches!(self.stage, Stage::End) {
                let count = fresh.read(buffer)?;
                self.taken += count;
                return Ok(count);
            }
            if let Err(error) = self.advance(buffer.len()) {
                self.stage = Stage::Failed(error.kind(), error.to_string());
                return Err(error);
            }
        }
    }
}

#[cfg(test)]
mod tests;
