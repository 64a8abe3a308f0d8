//! Directories of a TIFF file (TIFF 6.0 section 2; BigTIFF): tags and their values. Nothing is
//! allocated by a count that the bytes of the file do not bear out.

use crate::error::Fault;
use crate::part::Part;
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use voxel::Phrase;

/// Most entries of one directory.
const MAX_ENTRIES: u64 = 4096;

/// One entry of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    kind: u16,
    count: u64,
    /// Byte at which the values begin.
    at: u64,
}

/// The fields of one directory by tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Directory {
    fields: BTreeMap<u16, Field>,
}

impl Directory {
    /// Whether the tag is there.
    pub(crate) fn has(&self, tag: u16) -> bool {
        self.fields.contains_key(&tag)
    }
}

/// An opened TIFF file.
#[derive(Debug)]
pub(crate) struct TiffFile<R> {
    source: R,
    /// Bytes in all.
    pub(crate) length: u64,
    /// Numbers are stored with the greatest byte first.
    pub(crate) big_endian: bool,
    /// Offsets have 64 bits.
    is_big: bool,
    /// Where the first directory lies.
    pub(crate) first: u64,
    /// Bytes of all tables read so far: honest ones do not overlap.
    tables: u64,
}

impl<R: Read + Seek> TiffFile<R> {
    /// Reads the file's first bytes.
    ///
    /// # Errors
    /// [`Fault::Structure`] if it is no TIFF file, [`Fault::Truncated`].
    pub(crate) fn open(source: R, length: u64) -> Result<Self, Fault> {
        let mut file = TiffFile {
            source,
            length,
            big_endian: false,
            is_big: false,
            first: 0,
            tables: 0,
        };
        let mut head = [0; 8];
        file.fill(0, &mut head)?;
        file.big_endian = head.starts_with(b"MM");
        let [_, _, v0, v1, o0, o1, o2, o3] = head;
        match file.u16([v0, v1]) {
            42 => file.first = u64::from(file.u32([o0, o1, o2, o3])),
            43 => {
                file.is_big = true;
                if file.u16([o0, o1]) != 8 || file.u16([o2, o3]) != 0 {
                    return Err(no_tiff());
                }
                let mut offset = [0; 8];
                file.fill(8, &mut offset)?;
                file.first = file.u64(offset);
            }
            _ => return Err(no_tiff()),
        }
        Ok(file)
    }

    fn u16(&self, bytes: [u8; 2]) -> u16 {
        match self.big_endian {
            true => u16::from_be_bytes(bytes),
            false => u16::from_le_bytes(bytes),
        }
    }

    fn u32(&self, bytes: [u8; 4]) -> u32 {
        match self.big_endian {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        }
    }

    fn u64(&self, bytes: [u8; 8]) -> u64 {
        match self.big_endian {
            true => u64::from_be_bytes(bytes),
            false => u64::from_le_bytes(bytes),
        }
    }

    fn fill(&mut self, at: u64, buffer: &mut [u8]) -> Result<(), Fault> {
        let cut = || Fault::Truncated {
            offset: at,
            inside: Part::Header.into(),
        };
        if at.saturating_add(buffer.len() as u64) > self.length {
            return Err(cut());
        }
        self.source.seek(SeekFrom::Start(at))?;
        self.source.read_exact(buffer).map_err(|_| cut())
    }

    /// `length` bytes at `at`, which must be there.
    ///
    /// # Errors
    /// [`Fault::Truncated`], [`Fault::Memory`].
    pub(crate) fn bytes_at(&mut self, at: u64, length: u64) -> Result<Vec<u8>, Fault> {
        if at.saturating_add(length) > self.length {
            return Err(Fault::LengthBeyondEnd {
                what: Phrase::new("part-pixel-data", "the pixel data"),
                offset: at,
                length,
                left: self.length.saturating_sub(at),
            });
        }
        let mut bytes = super::picture::zeros::<u8>(length as usize)?;
        self.fill(at, &mut bytes)?;
        Ok(bytes)
    }

    /// The directory at `at`, and where the next one lies (0: there is none).
    ///
    /// # Errors
    /// A directory that reaches beyond the end or has too many entries.
    pub(crate) fn directory(&mut self, at: u64) -> Result<(Directory, u64), Fault> {
        let (count_bytes, entry_bytes) = if self.is_big { (8, 20) } else { (2, 12) };
        let mut head = [0; 8];
        let count = if self.is_big {
            self.fill(at, &mut head)?;
            self.u64(head)
        } else {
            let mut head = [0; 2];
            self.fill(at, &mut head)?;
            u64::from(self.u16(head))
        };
        if count > MAX_ENTRIES {
            return Err(Fault::Limit {
                what: Phrase::new("count-elements", "the number of elements"),
                limit: MAX_ENTRIES,
            });
        }
        self.tables += count * entry_bytes;
        if self.tables > self.length {
            return Err(Fault::Limit {
                what: Phrase::new("count-elements", "the number of elements"),
                limit: self.length / entry_bytes,
            });
        }
        let start = at.saturating_add(count_bytes);
        let mut table = vec![0; (count * entry_bytes) as usize];
        self.fill(start, &mut table)?;
        let mut directory = Directory::default();
        for (index, entry) in table.chunks_exact(entry_bytes as usize).enumerate() {
            let place = start + index as u64 * entry_bytes;
            if let Some((tag, field)) = self.field(entry, place) {
                directory.fields.entry(tag).or_insert(field);
            }
        }
        let end = start + table.len() as u64;
        // a cut after the last directory leaves no word about a next one
        let next = if self.is_big {
            self.fill(end, &mut head).map(|()| self.u64(head))
        } else {
            let mut head = [0; 4];
            self.fill(end, &mut head)
                .map(|()| u64::from(self.u32(head)))
        };
        Ok((directory, next.unwrap_or(0)))
    }

    /// One entry; `None` where its values are not there or of an unknown kind.
    fn field(&self, entry: &[u8], place: u64) -> Option<(u16, Field)> {
        let tag = self.u16(*entry.first_chunk()?);
        let kind = self.u16(*entry.get(2..)?.first_chunk()?);
        let (count, head, room) = if self.is_big {
            (self.u64(*entry.get(4..)?.first_chunk()?), 12, 8)
        } else {
            (u64::from(self.u32(*entry.get(4..)?.first_chunk()?)), 8, 4)
        };
        let bytes = count.checked_mul(width(kind)?)?;
        let at = if bytes <= room {
            place + head
        } else if self.is_big {
            self.u64(*entry.get(12..)?.first_chunk()?)
        } else {
            u64::from(self.u32(*entry.get(8..)?.first_chunk()?))
        };
        (at.checked_add(bytes)? <= self.length).then_some((tag, Field { kind, count, at }))
    }

    fn raw(&mut self, directory: &Directory, tag: u16) -> Option<(Field, Vec<u8>)> {
        let field = *directory.fields.get(&tag)?;
        let bytes = self
            .bytes_at(field.at, field.count.checked_mul(width(field.kind)?)?)
            .ok()?;
        Some((field, bytes))
    }

    /// Whole numbers.
    pub(crate) fn numbers(&mut self, directory: &Directory, tag: u16) -> Option<Vec<u64>> {
        let (field, bytes) = self.raw(directory, tag)?;
        let width = width(field.kind)? as usize;
        bytes
            .chunks_exact(width)
            .map(|one| {
                Some(match field.kind {
                    1 | 7 => u64::from(*one.first()?),
                    3 => u64::from(self.u16(*one.first_chunk()?)),
                    4 | 13 => u64::from(self.u32(*one.first_chunk()?)),
                    16 | 18 => self.u64(*one.first_chunk()?),
                    _ => return None,
                })
            })
            .collect()
    }

    /// The first whole number.
    pub(crate) fn number(&mut self, directory: &Directory, tag: u16) -> Option<u64> {
        self.numbers(directory, tag)?.first().copied()
    }

    /// The first number that may have a fraction.
    pub(crate) fn real(&mut self, directory: &Directory, tag: u16) -> Option<f64> {
        let (field, bytes) = self.raw(directory, tag)?;
        match field.kind {
            5 => {
                let above = self.u32(*bytes.first_chunk()?);
                let below = self.u32(*bytes.get(4..)?.first_chunk()?);
                (below != 0).then(|| f64::from(above) / f64::from(below))
            }
            11 => Some(f64::from(f32::from_bits(self.u32(*bytes.first_chunk()?)))),
            12 => Some(f64::from_bits(self.u64(*bytes.first_chunk()?))),
            _ => self.number(directory, tag).map(|number| number as f64),
        }
    }

    /// Bytes as they are.
    pub(crate) fn bytes(&mut self, directory: &Directory, tag: u16) -> Option<Vec<u8>> {
        Some(self.raw(directory, tag)?.1)
    }

    /// Text up to its first zero.
    pub(crate) fn text(&mut self, directory: &Directory, tag: u16) -> Option<String> {
        let bytes = self.bytes(directory, tag)?;
        let end = bytes.iter().position(|byte| *byte == 0);
        let text = bytes.get(..end.unwrap_or(bytes.len()))?;
        Some(String::from_utf8_lossy(text).into_owned())
    }
}

/// Bytes of one value (TIFF 6.0, section 2; BigTIFF).
fn width(kind: u16) -> Option<u64> {
    Some(match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => return None,
    })
}

fn no_tiff() -> Fault {
    Fault::Structure {
        offset: 0,
        what: Phrase::new("structure-no-tiff", "no TIFF header stands here"),
    }
}
