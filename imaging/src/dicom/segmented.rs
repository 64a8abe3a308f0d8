//! Segmented palette tables, written out to plain ones (PS3.3 C.7.9.2; conformance §4.3).
//!
//! The tokens of a table with 8-bit entries are bytes, those of one with 16-bit entries are words.
//! Nothing is believed: entries are bounded by the descriptor, and the segments that may be run by a
//! budget, so that counts of empty segments and indirect segments that name each other come to an end.

use super::data_set::{DataSet, Tag};
use super::lookup_table::Descriptor;

/// Segments that are run for one table at most: each entry by a segment of its own, and as many again
/// that give none.
const MAX_SEGMENTS: usize = 2 * 65536;

/// The entries of a segmented table; `None` where it is absent or broken.
pub(crate) fn entries(set: &DataSet, data: Tag, descriptor: Descriptor) -> Option<Vec<u16>> {
    let words = set.words(data);
    if words.is_empty() {
        return None;
    }
    let as_words = || expand(&words, Unit::Word, descriptor.count);
    if descriptor.bits > 8 {
        return as_words();
    }
    // bytes in the order of little-endian words, whatever the file's order
    let bytes: Vec<u16> = words
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .map(u16::from)
        .collect();
    let whole = |entries: &Vec<u16>| entries.len() == descriptor.count;
    let by_bytes = expand(&bytes, Unit::Byte, descriptor.count);
    match by_bytes.filter(whole) {
        Some(entries) => Some(entries),
        // some writers give a whole word to each token of 8 bits
        None => as_words().filter(whole),
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Byte,
    Word,
}

fn expand(tokens: &[u16], unit: Unit, limit: usize) -> Option<Vec<u16>> {
    let mut expander = Expander {
        tokens,
        unit,
        entries: Vec::new(),
        limit,
        budget: MAX_SEGMENTS,
    };
    expander.run(0, usize::MAX, true)?;
    Some(expander.entries).filter(|entries| !entries.is_empty())
}

struct Expander<'a> {
    tokens: &'a [u16],
    unit: Unit,
    entries: Vec<u16>,
    limit: usize,
    budget: usize,
}

impl Expander<'_> {
    /// Runs `segments` segments from token `at`; indirect segments only at the outer level, as the
    /// standard has it, so there is no recursion beyond one.
    fn run(&mut self, mut at: usize, segments: usize, outer: bool) -> Option<()> {
        let mut done = 0;
        while done < segments && self.entries.len() < self.limit {
            // a lone last token is the padding to even length
            let (Some(&opcode), Some(&count)) = (self.tokens.get(at), self.tokens.get(at + 1))
            else {
                return Some(());
            };
            self.budget = self.budget.checked_sub(1)?;
            let count = usize::from(count);
            at += 2;
            match opcode {
                0 => {
                    let literal = self.tokens.get(at..at + count)?;
                    let room = self.limit - self.entries.len();
                    self.entries.extend(literal.iter().take(room));
                    at += count;
                }
                1 => {
                    self.ramp(count, *self.tokens.get(at)?)?;
                    at += 1;
                }
                2 if outer => {
                    let (target, length) = self.target(at)?;
                    self.run(target, count, false)?;
                    at += length;
                }
                _ => return None,
            }
            done += 1;
        }
        Some(())
    }

    /// The token at which an indirect segment goes on, told as an offset in bytes with its low half
    /// first, and how many tokens the offset takes.
    fn target(&self, at: usize) -> Option<(usize, usize)> {
        match self.unit {
            Unit::Byte => {
                let bytes = self.tokens.get(at..at + 4)?;
                let offset = bytes
                    .iter()
                    .rev()
                    .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
                Some((offset, 4))
            }
            Unit::Word => {
                let low = usize::from(*self.tokens.get(at)?);
                let high = usize::from(*self.tokens.get(at + 1)?);
                Some(((high << 16 | low) / 2, 2))
            }
        }
    }

    /// `count` entries in equal steps from the last entry, which is not repeated, to `end`.
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

    fn words(tokens: &[u16], limit: usize) -> Option<Vec<u16>> {
        expand(tokens, Unit::Word, limit)
    }

    #[test]
    fn a_linear_segment_runs_from_the_last_value() {
        assert_eq!(
            words(&[0, 1, 100, 1, 4, 108], 5),
            Some(vec![100, 102, 104, 106, 108])
        );
    }

    #[test]
    fn an_indirect_segment_repeats_an_earlier_one() {
        assert_eq!(words(&[0, 2, 7, 9, 2, 1, 0, 0], 4), Some(vec![7, 9, 7, 9]));
    }

    #[test]
    fn an_indirect_segment_counts_its_offset_in_bytes() {
        // the segment at byte 6 is the third word on: a ramp of two from the last value
        assert_eq!(
            words(&[0, 1, 10, 1, 2, 30, 2, 1, 6, 0], 9),
            Some(vec![10, 20, 30, 30, 30])
        );
        assert_eq!(
            expand(&[0, 1, 10, 1, 2, 30, 2, 1, 3, 0, 0, 0], Unit::Byte, 9),
            Some(vec![10, 20, 30, 30, 30])
        );
    }

    #[test]
    fn a_segment_that_reaches_beyond_the_table_is_refused() {
        assert_eq!(words(&[0, 9, 1], 9), None);
    }

    #[test]
    fn a_table_cannot_begin_with_a_ramp() {
        assert_eq!(words(&[1, 4, 108], 4), None);
    }

    #[test]
    fn indirect_segments_that_run_into_each_other_are_refused() {
        assert_eq!(words(&[0, 1, 5, 2, 9, 6, 0], 100), None);
    }

    #[test]
    fn segments_without_entries_come_to_an_end() {
        // 60000 indirect segments, each of 65535 empty ones
        let mut tokens = vec![0_u16, 1, 5];
        for _ in 0..60_000 {
            tokens.extend([2, 65535, 6, 0]);
        }
        let begun = std::time::Instant::now();
        assert_eq!(words(&tokens, 65536), None);
        let mut empty = vec![0_u16; 400_000];
        empty.extend([2, 65535, 0, 0]);
        assert_eq!(words(&empty, 65536), None);
        assert!(begun.elapsed().as_secs() < 1);
    }
}
