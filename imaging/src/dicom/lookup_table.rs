//! Lookup tables by descriptor and data (PS3.3 C.11.1.1, C.7.6.3.1.5, C.7.9.2).

use super::data_set::{DataSet, Tag};

/// A table over stored values; values before and after it take its ends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LookupTable {
    first: i64,
    /// The entries.
    pub(crate) entries: Vec<u16>,
    /// Bits per entry by the descriptor.
    pub(crate) bits: u16,
}

/// Descriptor: number of entries, first stored value, bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Descriptor {
    /// Number of entries.
    pub(crate) count: usize,
    /// First stored value that is mapped.
    pub(crate) first: i64,
    /// Bits per entry.
    pub(crate) bits: u16,
}

impl Descriptor {
    /// Reads the three values; 0 entries mean 65536, and the first value is signed exactly if the
    /// pixels are.
    pub(crate) fn read(set: &DataSet, tag: Tag, signed: bool) -> Option<Self> {
        let words = set.words(tag);
        let &[count, first, bits] = words.first_chunk::<3>()?;
        Some(Descriptor {
            count: if count == 0 {
                65536
            } else {
                usize::from(count)
            },
            first: if signed {
                i64::from(first as i16)
            } else {
                i64::from(first)
            },
            bits,
        })
    }
}

impl LookupTable {
    /// Reads descriptor and data; `None` if either is missing or the data are shorter than told.
    pub(crate) fn read(set: &DataSet, descriptor: Tag, data: Tag, signed: bool) -> Option<Self> {
        let descriptor = Descriptor::read(set, descriptor, signed)?;
        let entries = entries_of(set, data, descriptor)?;
        Some(LookupTable {
            first: descriptor.first,
            entries,
            bits: descriptor.bits,
        })
    }

    /// A table from entries already expanded.
    pub(crate) fn from_entries(descriptor: Descriptor, entries: Vec<u16>) -> Option<Self> {
        (!entries.is_empty()).then_some(LookupTable {
            first: descriptor.first,
            entries,
            bits: descriptor.bits,
        })
    }

    /// The entry of a stored value, clamped to the table.
    pub(crate) fn entry(&self, stored: i64) -> u16 {
        let last = self.entries.len().saturating_sub(1) as i64;
        let index = stored.saturating_sub(self.first).clamp(0, last);
        self.entries.get(index as usize).copied().unwrap_or(0)
    }
}

/// Entries of 8 or 16 bits; 8-bit ones lie two to a word where the length says so.
pub(crate) fn entries_of(set: &DataSet, data: Tag, descriptor: Descriptor) -> Option<Vec<u16>> {
    let bytes = set.bytes(data)?;
    if bytes.len() >= descriptor.count.saturating_mul(2) {
        return Some(set.words(data).into_iter().take(descriptor.count).collect());
    }
    if descriptor.bits <= 8 && bytes.len() >= descriptor.count {
        // packed bytes; in big-endian words the pair is turned
        let mut bytes = bytes.to_vec();
        if set.big_endian {
            for pair in bytes.chunks_exact_mut(2) {
                pair.reverse();
            }
        }
        return Some(
            bytes
                .into_iter()
                .take(descriptor.count)
                .map(u16::from)
                .collect(),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_outside_a_table_take_its_ends() {
        let table = LookupTable {
            first: -2,
            entries: vec![10, 20, 30],
            bits: 16,
        };
        assert_eq!(table.entry(-100), 10);
        assert_eq!(table.entry(-1), 20);
        assert_eq!(table.entry(7), 30);
    }
}
