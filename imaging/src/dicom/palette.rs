//! Palette colour tables, plain and segmented (PS3.3 C.7.6.3.1.5, C.7.9.2; conformance §4.3).

use super::data_set::{DataSet, Tag};
use super::lookup_table::{Descriptor, LookupTable};
use super::segmented;

/// Red, green and blue table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Palette {
    channels: [LookupTable; 3],
    /// Whether entries have 16 bits. The entries tell it, not the descriptor: some writers claim 16
    /// bits with entries that never exceed 255, others claim 8 and use the whole word.
    wide: bool,
}

impl Palette {
    /// Reads the three tables; `None` if one is missing or too short.
    pub(crate) fn read(set: &DataSet, signed: bool) -> Option<Self> {
        let channel = |number: u16| {
            let descriptor = Tag(0x0028, 0x1100 + number);
            LookupTable::read(set, descriptor, Tag(0x0028, 0x1200 + number), signed).or_else(|| {
                let descriptor = Descriptor::read(set, descriptor, signed)?;
                let data = Tag(0x0028, 0x1220 + number);
                let entries = segmented::entries(set, data, descriptor)?;
                LookupTable::from_entries(descriptor, entries)
            })
        };
        let channels = [channel(1)?, channel(2)?, channel(3)?];
        let largest = channels
            .iter()
            .flat_map(|table| table.entries.iter().copied())
            .max()
            .unwrap_or(0);
        Some(Palette {
            channels,
            wide: largest > 255,
        })
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
