//! Encapsulated pixels: which bytes belong to which frame (PS3.5 A.4).
//!
//! Frames are found by the number of fragments, then by the offset tables, then by the first bytes
//! of the fragments; never by dividing the fragments evenly.

use super::data_set::{DataSet, Tag};
use super::source::ByteSource;
use crate::error::Fault;
use crate::part::Part;
use std::path::Path;
use voxel::Phrase;

/// Most fragments of one file.
const MAX_FRAGMENTS: usize = 1_000_000;

/// Place of one fragment's bytes in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// First byte.
    pub(crate) offset: u64,
    /// Length.
    pub(crate) length: u64,
}

/// The fragments of each frame.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrameTable {
    frames: Vec<Vec<Fragment>>,
}

/// Fragments as they lie in the file, with the Basic Offset Table.
struct Sequence {
    fragments: Vec<Fragment>,
    /// Offsets from the first fragment's item.
    table: Vec<u64>,
    /// Byte of the first fragment's item head.
    base: u64,
}

impl FrameTable {
    /// Finds the fragments of `frames` frames; `at` is the first item after the element's head.
    ///
    /// # Errors
    /// A sequence that ends early, no fragment at all, tables that point elsewhere.
    pub(crate) fn read(path: &Path, root: &DataSet, at: u64, frames: u32) -> Result<Self, Fault> {
        let sequence = Sequence::read(path, at)?;
        let count = frames as usize;
        if sequence.fragments.is_empty() {
            return Err(Fault::PixelDataTooShort {
                needed: u64::from(frames),
                present: 0,
            });
        }
        sequence.check_table()?;
        if count == 1 {
            return Ok(FrameTable {
                frames: vec![sequence.fragments],
            });
        }
        if sequence.fragments.len() == count {
            return Ok(FrameTable {
                frames: sequence.fragments.into_iter().map(|f| vec![f]).collect(),
            });
        }
        if sequence.fragments.len() < count {
            return Err(Fault::PixelDataTooShort {
                needed: u64::from(frames),
                present: sequence.fragments.len() as u64,
            });
        }
        let extended = extended_table(root);
        let starts = if extended.len() == count {
            extended
        } else if sequence.table.len() == count {
            sequence.table.clone()
        } else {
            return sequence.by_first_bytes(path, count);
        };
        sequence.by_starts(&starts)
    }

    /// Coded bytes of all frames.
    pub(crate) fn length(&self) -> u64 {
        let fragments = self.frames.iter().flatten();
        fragments.fold(0, |sum, fragment| sum.saturating_add(fragment.length))
    }

    /// The bytes of one frame, its fragments joined.
    pub(crate) fn bytes(&self, path: &Path, frame: u32) -> Result<Vec<u8>, Fault> {
        let fragments = self
            .frames
            .get(frame as usize)
            .ok_or(Fault::PixelDataTooShort {
                needed: u64::from(frame) + 1,
                present: self.frames.len() as u64,
            })?;
        let mut bytes = Vec::new();
        for fragment in fragments {
            let mut source = ByteSource::open(path, fragment.offset)?;
            bytes.extend(source.take(fragment.length, Part::Fragment)?);
        }
        Ok(bytes)
    }
}

/// Extended Offset Table (7FE0,0001): 64-bit offsets.
fn extended_table(root: &DataSet) -> Vec<u64> {
    root.bytes(Tag(0x7FE0, 0x0001))
        .unwrap_or_default()
        .chunks_exact(8)
        .map(|chunk| u64::from_le_bytes(<[u8; 8]>::try_from(chunk).unwrap_or_default()))
        .collect()
}

/// Something else lies where a fragment should begin.
fn no_fragment(offset: u64) -> Fault {
    Fault::Structure {
        offset,
        what: Phrase::new(
            "structure-fragment-absent",
            "no fragment where one should begin",
        ),
    }
}

/// The object promises one number of frames, its fragments form another.
fn frames_differ(promised: usize, formed: usize) -> Fault {
    let said = Phrase::new(
        "contradiction-frames",
        format!("{promised} frames are promised, the fragments form {formed}"),
    );
    Fault::Contradiction(said.with("promised", promised).with("formed", formed))
}

impl Sequence {
    fn read(path: &Path, at: u64) -> Result<Self, Fault> {
        let mut source = ByteSource::open(path, at)?;
        let mut table = None;
        let mut fragments = Vec::new();
        let mut base = at;
        loop {
            let mut head = [0_u8; 8];
            let here = source.position();
            if !source.fill(&mut head, Part::Fragments)? {
                return Err(Fault::Truncated {
                    offset: here,
                    inside: Part::Fragments.into(),
                });
            }
            let [g0, g1, e0, e1, l0, l1, l2, l3] = head;
            let length = u64::from(u32::from_le_bytes([l0, l1, l2, l3]));
            match [g0, g1, e0, e1] {
                [0xFE, 0xFF, 0xDD, 0xE0] => break,
                [0xFE, 0xFF, 0x00, 0xE0] => {}
                _ => return Err(no_fragment(here)),
            }
            if length > source.left() {
                return Err(Fault::LengthBeyondEnd {
                    what: Part::Fragment.into(),
                    offset: source.position(),
                    length,
                    left: source.left(),
                });
            }
            if table.is_none() {
                let bytes = source.take(length.min(16 << 20), Part::OffsetTable)?;
                source.skip(length - length.min(16 << 20), Part::OffsetTable)?;
                table = Some(offsets(&bytes));
                base = source.position();
                continue;
            }
            if fragments.len() >= MAX_FRAGMENTS {
                return Err(Fault::Limit {
                    what: Phrase::new("count-fragments", "the number of fragments"),
                    limit: MAX_FRAGMENTS as u64,
                });
            }
            fragments.push(Fragment {
                offset: source.position(),
                length,
            });
            source.skip(length, Part::Fragment)?;
        }
        Ok(Sequence {
            fragments,
            table: table.unwrap_or_default(),
            base,
        })
    }

    /// A table that points beyond the pixels is a damaged file, even where it is not needed.
    fn check_table(&self) -> Result<(), Fault> {
        let end = self
            .fragments
            .last()
            .map_or(self.base, |last| last.offset + last.length);
        match self
            .table
            .iter()
            .find(|offset| self.base.saturating_add(**offset) > end)
        {
            Some(offset) => Err(Fault::LengthBeyondEnd {
                what: Part::OffsetTable.into(),
                offset: self.base,
                length: *offset,
                left: end.saturating_sub(self.base),
            }),
            None => Ok(()),
        }
    }

    /// Frames by the offsets of their first items.
    fn by_starts(&self, starts: &[u64]) -> Result<FrameTable, Fault> {
        let mut frames: Vec<Vec<Fragment>> = Vec::new();
        let mut next = starts.iter().peekable();
        for fragment in &self.fragments {
            // the item head of eight bytes lies before the fragment
            let item = fragment.offset.saturating_sub(8).saturating_sub(self.base);
            if next.next_if(|start| **start <= item).is_some() {
                frames.push(Vec::new());
            }
            if let Some(frame) = frames.last_mut() {
                frame.push(*fragment);
            }
        }
        if frames.len() != starts.len() {
            return Err(frames_differ(starts.len(), frames.len()));
        }
        Ok(FrameTable { frames })
    }

    /// Frames by fragments that begin a code stream (JPEG family, JPEG 2000, JP2).
    fn by_first_bytes(self, path: &Path, count: usize) -> Result<FrameTable, Fault> {
        let mut frames: Vec<Vec<Fragment>> = Vec::new();
        for fragment in &self.fragments {
            let mut source = ByteSource::open(path, fragment.offset)?;
            let first = source.take(fragment.length.min(4), Part::Fragment)?;
            let begins = matches!(
                first.as_slice(),
                [0xFF, 0xD8, ..] | [0xFF, 0x4F, 0xFF, 0x51] | [0, 0, 0, 0x0C]
            );
            match frames.last_mut() {
                Some(frame) if !begins => frame.push(*fragment),
                _ => frames.push(vec![*fragment]),
            }
        }
        if frames.len() != count {
            return Err(frames_differ(count, frames.len()));
        }
        Ok(FrameTable { frames })
    }
}

fn offsets(bytes: &[u8]) -> Vec<u64> {
    bytes
        .chunks_exact(4)
        .map(|chunk| {
            u64::from(u32::from_le_bytes(
                <[u8; 4]>::try_from(chunk).unwrap_or_default(),
            ))
        })
        .collect()
}
