//! The bytes of an array's samples, forwards, from one file or several, whatever their encoding; how
//! many can come is bounded by how many there are.

use super::bzip2::Bzip2Reader;
use super::data_files::{ByteSkip, missing};
use super::numbers::{HexReader, TextReader};
use super::{ArrayFile, Encoding};
use crate::error::{Error, Fault};
use crate::handle::Handle;
use crate::inflate::InflateReader;
use crate::part::Part;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Take};
use std::path::Path;
use voxel::Phrase;

/// Deflate cannot expand by more than this.
const DEFLATE_RATIO: u64 = 1032;
/// bzip2 cannot expand by more: a block of 900 000 bytes stands for at most 46 620 000 and takes 37.
const BZIP2_RATIO: u64 = 1_260_000;
/// So much only an empty image can do. What is smaller than this is believed,
const BELIEVED_BYTES: u64 = 512 << 20;
/// and beyond it a byte must stand for no more than this.
const EMPTY_RATIO: u64 = 8192;
/// Bytes of the buffer before a file.
const BUFFER: usize = 256 << 10;

/// What a file's bytes come through.
enum Reader {
    /// The file itself: what is not wanted is leapt over.
    Plain(BufReader<Handle>),
    /// A decoder: what is not wanted is decoded and dropped.
    Coded(Box<dyn Read>),
}

/// Reads the samples of a file forwards.
pub(crate) struct Source<'a> {
    file: &'a ArrayFile,
    /// Bytes of samples in each data file.
    share: u64,
    /// The data file at hand, and how far its samples were read.
    open: Option<(usize, Reader, u64)>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(file: &'a ArrayFile) -> Self {
        Source {
            file,
            share: file.share(),
            open: None,
        }
    }

    /// Fills `buffer` from byte `at` of the array on, which never lies before what was read.
    ///
    /// # Errors
    /// The fault of the data file.
    pub(crate) fn fill(&mut self, at: u64, buffer: &mut [u8]) -> Result<(), Error> {
        let (mut at, mut rest) = (at, buffer);
        while !rest.is_empty() {
            let number = (at / self.share) as usize;
            let within = at % self.share;
            let count = (self.share - within).min(rest.len() as u64) as usize;
            let (part, behind) = rest.split_at_mut(count);
            let path = self.path(number).to_path_buf();
            self.fill_part(number, within, part)
                .map_err(|fault| fault.of(&path))?;
            at += count as u64;
            rest = behind;
        }
        Ok(())
    }

    fn path(&self, number: usize) -> &'a Path {
        let last = self.file.data.files.last();
        let path = self.file.data.files.get(number).or(last);
        path.map_or(Path::new(""), |path| path.as_path())
    }

    fn fill_part(&mut self, number: usize, within: u64, part: &mut [u8]) -> Result<(), Fault> {
        let is_open = matches!(&self.open, Some((own, ..)) if *own == number);
        if !is_open {
            self.open = Some((number, open(self.file, self.path(number))?, 0));
        }
        let Some((_, reader, position)) = &mut self.open else {
            return Err(Fault::NoImage);
        };
        let distance = within.saturating_sub(*position);
        let encoding = self.file.encoding;
        reader.skip(distance, encoding)?;
        let filled = reader.fill(part, encoding)?;
        *position = within + filled as u64;
        if filled < part.len() {
            return Err(Fault::PixelDataTooShort {
                needed: self.share,
                present: *position,
            });
        }
        Ok(())
    }

    /// After the last sample: lets a decoder prove its check sum, and tells whether more than a few
    /// bytes follow.
    ///
    /// # Errors
    /// A wrong check sum.
    pub(crate) fn more_follows(&mut self) -> Result<bool, Error> {
        let Some((number, Reader::Coded(reader), position)) = &mut self.open else {
            return Ok(false);
        };
        let is_last = *number + 1 == self.file.data.files.len();
        if !is_last || *position != self.share {
            return Ok(false);
        }
        let mut more = [0_u8; 64];
        let mut count = 0;
        while let Some(free) = more.get_mut(count..).filter(|free| !free.is_empty()) {
            match reader.read(free) {
                Ok(0) => return Ok(false),
                Ok(read) => count += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    let fault = decode_fault(&error, self.file.encoding);
                    let path = self.file.data.files.last();
                    return Err(fault.of(path.map_or(Path::new(""), |path| path.as_path())));
                }
            }
        }
        Ok(true)
    }
}

impl Reader {
    fn skip(&mut self, count: u64, encoding: Encoding) -> Result<(), Fault> {
        match self {
            Reader::Plain(reader) => {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                Ok(reader.seek_relative(count)?)
            }
            Reader::Coded(reader) => {
                let copied = std::io::copy(&mut reader.take(count), &mut std::io::sink());
                match copied.map_err(|error| decode_fault(&error, encoding))? {
                    passed if passed == count => Ok(()),
                    passed => Err(Fault::Truncated {
                        offset: passed,
                        inside: Part::BeforeVoxels.into(),
                    }),
                }
            }
        }
    }

    /// Fills `buffer`; less only at the end.
    fn fill(&mut self, buffer: &mut [u8], encoding: Encoding) -> Result<usize, Fault> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let read = match self {
                Reader::Plain(reader) => reader.read(rest),
                Reader::Coded(reader) => reader.read(rest),
            };
            match read {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(decode_fault(&error, encoding)),
            }
        }
        Ok(filled)
    }
}

/// What a decoder's refusal means.
fn decode_fault(error: &std::io::Error, encoding: Encoding) -> Fault {
    match encoding {
        Encoding::Raw => Fault::Io {
            kind: error.kind(),
            text: error.to_string(),
        },
        Encoding::Gzip | Encoding::Zlib | Encoding::Bzip2 => Fault::Inflate(error.to_string()),
        Encoding::Text | Encoding::Hex => Fault::Decode {
            frame: 1,
            coding: if encoding == Encoding::Text {
                "text"
            } else {
                "hex"
            },
            detail: error.to_string(),
        },
    }
}

/// Opens a data file, at the first byte after the header or the lines that are passed over.
fn at_data(file: &ArrayFile, path: &Path) -> Result<(BufReader<Handle>, u64), Fault> {
    let handle = Handle::open(path).map_err(|fault| match fault {
        Fault::Io {
            kind: ErrorKind::NotFound,
            ..
        } => missing(path),
        other => other,
    })?;
    let length = handle.length();
    let mut start = file.data.attached_at.unwrap_or(0).min(length);
    let mut reader = BufReader::with_capacity(BUFFER, handle);
    reader.seek(SeekFrom::Start(start))?;
    for _ in 0..file.data.line_skip {
        let count = reader.skip_until(b'\n')? as u64;
        start += count;
        if count == 0 {
            return Err(Fault::Truncated {
                offset: length,
                inside: Part::BeforeVoxels.into(),
            });
        }
    }
    Ok((reader, length.saturating_sub(start)))
}

/// Opens a data file at its first sample.
fn open(file: &ArrayFile, path: &Path) -> Result<Reader, Fault> {
    let (mut reader, left) = at_data(file, path)?;
    if file.encoding == Encoding::Raw {
        let skip = match file.data.byte_skip {
            ByteSkip::Bytes(count) => count,
            ByteSkip::ToEnd => left.saturating_sub(file.share()),
        };
        reader.seek_relative(i64::try_from(skip).unwrap_or(i64::MAX))?;
        return Ok(Reader::Plain(reader));
    }
    let skip = match file.data.byte_skip {
        ByteSkip::Bytes(count) => count,
        ByteSkip::ToEnd => {
            // the samples end what is decoded: its length is found by decoding it once
            let (reader, left) = at_data(file, path)?;
            let mut decoder = decoder(file, limited(file, reader, left))?;
            let length = std::io::copy(&mut decoder, &mut std::io::sink())
                .map_err(|error| decode_fault(&error, file.encoding))?;
            length.saturating_sub(file.share())
        }
    };
    let mut coded = Reader::Coded(decoder(file, limited(file, reader, left))?);
    coded.skip(skip, file.encoding)?;
    Ok(coded)
}

/// The compressed bytes and no more.
fn limited(file: &ArrayFile, reader: BufReader<Handle>, left: u64) -> Take<BufReader<Handle>> {
    reader.take(file.data.compressed_bytes.unwrap_or(left))
}

fn decoder(file: &ArrayFile, mut bytes: Take<BufReader<Handle>>) -> Result<Box<dyn Read>, Fault> {
    Ok(match file.encoding {
        Encoding::Raw => Box::new(bytes),
        Encoding::Gzip => Box::new(InflateReader::gzip(bytes)),
        Encoding::Zlib => match bytes.fill_buf()?.starts_with(&[0x1F, 0x8B]) {
            true => Box::new(InflateReader::gzip(bytes)),
            false => Box::new(InflateReader::zlib(bytes)),
        },
        Encoding::Bzip2 => Box::new(Bzip2Reader::new(bytes)),
        Encoding::Text => Box::new(TextReader::new(bytes, file.sample)),
        Encoding::Hex => Box::new(HexReader::new(bytes)),
    })
}

impl ArrayFile {
    /// Bytes of samples in each data file, at least one.
    pub(crate) fn share(&self) -> u64 {
        let bytes = self
            .layout
            .samples()
            .saturating_mul(self.sample.bytes() as u64);
        (bytes / self.data.files.len().max(1) as u64).max(1)
    }

    /// Whether no more can come than the data files hold: then room may be taken at once.
    pub(crate) fn is_tightly_bounded(&self) -> bool {
        self.encoding != Encoding::Bzip2
    }

    /// Compares what the header promises with what the data files can hold. Bytes that follow the
    /// samples of an uncompressed file are their number.
    ///
    /// # Errors
    /// A data file that is not there or too short.
    pub(crate) fn compare_with_files(&self) -> Result<u64, Fault> {
        let share = self.share();
        let mut surplus = 0;
        for path in &self.data.files {
            let (_, left) = at_data(self, path)?;
            if let Some(length) = self.data.compressed_bytes.filter(|length| *length > left) {
                return Err(Fault::LengthBeyondEnd {
                    what: Phrase::new("part-compressed-size", "CompressedDataSize"),
                    offset: self.data.attached_at.unwrap_or(0),
                    length,
                    left,
                });
            }
            let skip = match self.data.byte_skip {
                ByteSkip::Bytes(count) => count,
                ByteSkip::ToEnd => 0,
            };
            let present = match self.encoding {
                Encoding::Raw => left,
                Encoding::Gzip | Encoding::Zlib => left.saturating_mul(DEFLATE_RATIO),
                Encoding::Bzip2 => {
                    let believed = left.saturating_mul(EMPTY_RATIO).max(BELIEVED_BYTES);
                    left.saturating_mul(BZIP2_RATIO).min(believed)
                }
                Encoding::Text => (left / 2 + 1).saturating_mul(self.sample.bytes() as u64),
                Encoding::Hex => left / 2,
            };
            let needed = share.saturating_add(skip);
            if present < needed {
                return Err(Fault::PixelDataTooShort { needed, present });
            }
            if self.encoding == Encoding::Raw && self.data.byte_skip != ByteSkip::ToEnd {
                surplus += present - needed;
            }
        }
        Ok(surplus)
    }
}
