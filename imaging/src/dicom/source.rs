//! Where the bytes of a data set come from: a file, or the inflated stream of a deflated one.
//!
//! Nothing here allocates by a length that the file claims: a value grows as its bytes arrive.

use crate::error::Fault;
use crate::handle::Handle;
use crate::part::Part;
use flate2::read::DeflateDecoder;
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use voxel::Phrase;

/// Deflate cannot expand by more than 1032 : 1, so this bounds the inflated length by the bytes
/// that are there.
const MAX_RATIO: u64 = 1032;
/// Largest file (or inflated data set) that is looked at.
pub(crate) const MAX_FILE_BYTES: u64 = 4 << 30;

/// Bytes of a file that are read at once while it is classified and its header is read.
pub(crate) const HEAD_BYTES: usize = 32 << 10;
/// Bytes that are read at once elsewhere.
const BLOCK_BYTES: usize = 16 << 10;
/// Most bytes by which a value grows before they have arrived.
const STEP_BYTES: u64 = 64 << 10;

/// Most bytes for which room is made at once.
const RESERVED_BYTES: u64 = 16 << 20;

/// Forward-only reader that knows where it is and how much can still come.
pub(crate) enum ByteSource {
    /// A plain file.
    File {
        /// Buffered file.
        reader: BufReader<Handle>,
        /// Bytes read so far.
        position: u64,
        /// Length of the file.
        length: u64,
    },
    /// A deflated data set; positions count inflated bytes.
    Deflated {
        /// Inflating reader.
        reader: Box<DeflateDecoder<BufReader<Handle>>>,
        /// Inflated bytes read so far.
        position: u64,
        /// Upper bound of the inflated length.
        bound: u64,
    },
}

impl ByteSource {
    /// Opens `path` at `offset`, its bytes taken as they are.
    pub(crate) fn open(path: &Path, offset: u64) -> Result<Self, Fault> {
        let mut file = Handle::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        Self::over(BufReader::with_capacity(BLOCK_BYTES, file), offset)
    }

    /// The bytes of an opened file, which stands at `position`.
    pub(crate) fn over(reader: BufReader<Handle>, position: u64) -> Result<Self, Fault> {
        let length = reader.get_ref().length();
        if length > MAX_FILE_BYTES {
            return Err(Fault::Limit {
                what: Phrase::new("count-file-bytes", "the file size in bytes"),
                limit: MAX_FILE_BYTES,
            });
        }
        Ok(ByteSource::File {
            reader,
            position,
            length,
        })
    }

    /// The same bytes from here on as a raw deflate stream; positions count inflated bytes from 0.
    pub(crate) fn deflated(self) -> Self {
        match self {
            ByteSource::File {
                reader,
                position,
                length,
            } => {
                let compressed = length.saturating_sub(position);
                ByteSource::Deflated {
                    reader: Box::new(DeflateDecoder::new(reader)),
                    position: 0,
                    bound: compressed.saturating_mul(MAX_RATIO).min(MAX_FILE_BYTES),
                }
            }
            deflated @ ByteSource::Deflated { .. } => deflated,
        }
    }

    /// Goes back or forth in a plain file; what lies in the buffer is not read again.
    pub(crate) fn go_to(&mut self, target: u64) -> Result<(), Fault> {
        if let ByteSource::File {
            reader, position, ..
        } = self
        {
            // both are below the limit of a file's size
            reader.seek_relative(target as i64 - *position as i64)?;
            *position = target;
        }
        Ok(())
    }

    /// Opens `path`, whose bytes from `offset` on are a raw deflate stream.
    pub(crate) fn open_deflated(path: &Path, offset: u64) -> Result<Self, Fault> {
        Ok(Self::open(path, offset)?.deflated())
    }

    /// Byte at which the next read begins.
    pub(crate) fn position(&self) -> u64 {
        match self {
            ByteSource::File { position, .. } | ByteSource::Deflated { position, .. } => *position,
        }
    }

    /// Bytes that can still come; exact for files, a bound for deflated streams.
    pub(crate) fn left(&self) -> u64 {
        match self {
            ByteSource::File {
                position, length, ..
            } => length.saturating_sub(*position),
            ByteSource::Deflated {
                position, bound, ..
            } => bound.saturating_sub(*position),
        }
    }

    fn advance(&mut self, by: u64) {
        match self {
            ByteSource::File { position, .. } | ByteSource::Deflated { position, .. } => {
                *position = position.saturating_add(by);
            }
        }
    }

    fn read_some(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        loop {
            let outcome = match self {
                ByteSource::File { reader, .. } => reader.read(buffer).map_err(Fault::from),
                ByteSource::Deflated { reader, .. } => reader.read(buffer).or_else(|error| {
                    match error.kind() {
                        // a stream without its end is a shorter stream: what is missing is told
                        // by whoever wanted it
                        ErrorKind::UnexpectedEof => Ok(0),
                        ErrorKind::Interrupted => Err(Fault::from(error)),
                        _ => Err(Fault::Inflate(error.to_string())),
                    }
                }),
            };
            match outcome {
                Err(Fault::Io {
                    kind: ErrorKind::Interrupted,
                    ..
                }) => {}
                Ok(count) => {
                    self.advance(count as u64);
                    return Ok(count);
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Fills `buffer`; false if the source ended before its first byte.
    pub(crate) fn fill(&mut self, buffer: &mut [u8], inside: Part) -> Result<bool, Fault> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..) {
            if rest.is_empty() {
                break;
            }
            match self.read_some(rest)? {
                0 if filled == 0 => return Ok(false),
                0 => {
                    return Err(Fault::Truncated {
                        offset: self.position(),
                        inside: inside.into(),
                    });
                }
                count => filled += count,
            }
        }
        Ok(true)
    }

    /// The next `length` bytes. The caller has compared `length` with [`ByteSource::left`]; memory
    /// grows only as bytes arrive.
    pub(crate) fn take(&mut self, length: u64, inside: Part) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let left = self.left();
        if let ByteSource::File { reader, .. } = self {
            // more than this grows as the bytes arrive: what an archive says of a member may be a lie
            let expected = length.min(left).min(RESERVED_BYTES) as usize;
            bytes
                .try_reserve_exact(expected)
                .map_err(|_| Fault::Memory(length))?;
            let count = reader.take(length).read_to_end(&mut bytes)?;
            self.advance(count as u64);
            if (count as u64) < length {
                return Err(Fault::Truncated {
                    offset: self.position(),
                    inside: inside.into(),
                });
            }
            return Ok(bytes);
        }
        while (bytes.len() as u64) < length {
            let missing = length.saturating_sub(bytes.len() as u64);
            let step = missing.min(STEP_BYTES) as usize;
            let here = bytes.len();
            bytes.try_reserve(step).map_err(|_| Fault::Memory(length))?;
            bytes.resize(here + step, 0);
            let count = self.read_some(bytes.get_mut(here..).unwrap_or_default())?;
            if count == 0 {
                return Err(Fault::Truncated {
                    offset: self.position(),
                    inside: inside.into(),
                });
            }
            bytes.truncate(here + count);
        }
        Ok(bytes)
    }

    /// Passes over `length` bytes, which must be there.
    pub(crate) fn skip(&mut self, length: u64, inside: Part) -> Result<(), Fault> {
        if let ByteSource::File { reader, .. } = self {
            let step = i64::try_from(length).map_err(|_| Fault::Limit {
                what: Phrase::new("count-element-bytes", "the size of an element in bytes"),
                limit: MAX_FILE_BYTES,
            })?;
            reader.seek_relative(step)?;
            self.advance(length);
            return Ok(());
        }
        let mut missing = length;
        let mut block = [0_u8; 16 << 10];
        while missing > 0 {
            let wanted = usize::try_from(missing.min(block.len() as u64)).unwrap_or(block.len());
            let count = match block.get_mut(..wanted) {
                Some(part) => self.read_some(part)?,
                None => 0,
            };
            if count == 0 {
                return Err(Fault::Truncated {
                    offset: self.position(),
                    inside: inside.into(),
                });
            }
            missing = missing.saturating_sub(count as u64);
        }
        Ok(())
    }
}
