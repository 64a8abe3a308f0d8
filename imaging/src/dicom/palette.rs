//! Palette colour tables, plain and segmented (PS3.3 C.7.6.3.1.5, C.7.9.2; conformance §4.3).

use super::data_set::{DataSet, Tag};
use super::lookup_table::{Descriptor, LookupTable};

/// Red, green and blue table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Palette {
    channels: [LookupTable; 3],
    /// Whether entries have 16 bits; some writers claim so with entries that never exceed 255.
    wide: bool,
}

impl Palette {
    /// Reads the three tables; `None` if one is missing or too short.
    pub(crate) fn read(set: &DataSet, signed: bool) -> Option<Self> {
        let channel = |number: u16| {
            let descriptor = Tag(0x0028, 0x1100 + number);
            LookupTable::read(set, descriptor, Tag(0x0028, 0x1200 + number), signed)
                .or_else(|| segmented(set, descriptor, Tag(0x0028, 0x1220 + number), signed))
        };
        let channels = [channel(1)?, channel(2)?, channel(3)?];
        let largest = channels
            .iter()
            .flat_map(|table| table.entries.iter().copied())
            .max()
            .unwrap_or(0);
        let wide = largest > 255 && channels.iter().any(|table| table.bits > 8);
        Some(Palette { channels, wide })
    }

    /// Bits of one entry: 8 or 16.
    pub(crate) fn bits(&self) -> u32 {
        if self.wide { 16 } else { 8 }
    }

    /// The colour of a stored value, in the table's own bits.
    pub(crate) fn colour(&self, stored: i64) -> [u32; 3] {
        let [red, green, blue] = &self.channels;
        [red, green, blue].map(|table| u32::from(table.entry(stored)))
    }
}

/// A segmented table, expanded to at most the descriptor's entries.
fn segmented(set: &DataSet, descriptor: Tag, data: Tag, signed: bool) -> Option<LookupTable> {
    let descriptor = Descriptor::read(set, descriptor, signed)?;
    let words = set.words(data);
    if words.is_empty() {
        return None;
    }
    let mut expander = Expander {
        words: &words,
        entries: Vec::new(),
        limit: descriptor.count,
    };
    expander.run(0, usize::MAX, true)?;
    let entries = expander.entries;
    LookupTable::from_entries(descriptor, entries)
}

struct Expander<'a> {
    words: &'a [u16],
    entries: Vec<u16>,
    limit: usize,
}

impl Expander<'_> {
    /// Expands `segments` segments from word `at`; indirect segments only at the outer level, so
    /// there is no recursion beyond one.
    fn run(&mut self, mut at: usize, segments: usize, outer: bool) -> Option<()> {
        let mut done = 0;
        while done < segments && self.entries.len() < self.limit {
            let Some(&opcode) = self.words.get(at) else {
                return Some(());
            };
            let count = usize::from(*self.words.get(at + 1)?);
            match opcode {
                0 => {
                    let literal = self.words.get(at + 2..at + 2 + count)?;
                    let room = self.limit - self.entries.len();
                    self.entries.extend(literal.iter().take(room));
                    at += 2 + count;
                }
                1 => {
                    self.ramp(count, *self.words.get(at + 2)?)?;
                    at += 3;
                }
                2 if outer => {
                    let low = u32::from(*self.words.get(at + 2)?);
                    let high = u32::from(*self.words.get(at + 3)?);
                    let target = (high << 16 | low) as usize / 2;
                    self.run(target, count, false)?;
                    at += 4;
                }
                _ => return None,
            }
            done += 1;
        }
        Some(())
    }

    /// `count` entries in equal steps from the last entry to `end`, the last excluded.
    fn ramp(&mut self, count: usize, end: u16) -> Option<()> {
        let start = f64::from(*self.entries.last()?);
        let rise = f64::from(end) - start;
        for step in 1..=count {
            if self.entries.len() >= self.limit {
                break;
            }
            let value = start + rise * step as f64 / count as f64;
            self.entries.push(value.round() as u16);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(words: &[u16], limit: usize) -> Option<Vec<u16>> {
        let mut expander = Expander {
            words,
            entries: Vec::new(),
            limit,
        };
        expander.run(0, usize::MAX, true)?;
        Some(expander.entries)
    }

    #[test]
    fn a_linear_segment_runs_from_the_last_value() {
        assert_eq!(
            expand(&[0, 1, 100, 1, 4, 108], 5),
            Some(vec![100, 102, 104, 106, 108])
        );
    }

    #[test]
    fn an_indirect_segment_repeats_an_earlier_one() {
        assert_eq!(expand(&[0, 2, 7, 9, 2, 1, 0, 0], 4), Some(vec![7, 9, 7, 9]));
    }

    #[test]
    fn a_segment_that_reaches_beyond_the_table_is_refused() {
        assert_eq!(expand(&[0, 9, 1], 9), None);
    }
}
