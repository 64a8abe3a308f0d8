//! Overlay planes: graphics of one bit that the scanner drew over its images (PS3.3 C.9.2, C.9.3;
//! conformance §4.6). They can hold the patient's name.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What an overlay shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlayKind {
    /// Graphics and text (`G`).
    Graphics,
    /// A region of interest (`R`).
    Region,
}

/// One overlay of a series, on the planes it was made for.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// Its group, 6000 to 601E (hexadecimal), even.
    pub group: u16,
    /// What it shows.
    pub kind: OverlayKind,
    /// Description in the file, or empty.
    pub description: String,
    /// Label in the file, or empty.
    pub label: String,
    /// Columns of its bits.
    pub columns: usize,
    /// Rows of its bits.
    pub rows: usize,
    /// Column and row of the image under its first bit, from 0; may be negative or beyond the image.
    pub origin: [i64; 2],
    /// Its bits on each plane of the volume that has it: row after row without padding, the first bit
    /// in the lowest place of the first byte.
    pub planes: BTreeMap<usize, Arc<[u8]>>,
}

impl Overlay {
    /// Whether the overlay covers pixel (`column`, `row`) of plane `k` of the image.
    pub fn covers(&self, k: usize, column: usize, row: usize) -> bool {
        let [left, top] = self.origin;
        let inside = |place: usize, first: i64, count: usize| {
            let place = usize::try_from(i64::try_from(place).ok()?.checked_sub(first)?).ok()?;
            (place < count).then_some(place)
        };
        let bit = inside(column, left, self.columns)
            .zip(inside(row, top, self.rows))
            .map(|(x, y)| y * self.columns + x);
        bit.zip(self.planes.get(&k)).is_some_and(|(bit, bits)| {
            bits.get(bit / 8)
                .is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
        })
    }

    /// How many bits are set on plane `k`, those outside the image included.
    pub fn count(&self, k: usize) -> u64 {
        let bits = self.planes.get(&k).map(AsRef::as_ref).unwrap_or_default();
        bits.iter()
            .map(|byte: &u8| u64::from(byte.count_ones()))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_that_begins_outside_covers_only_what_lies_inside() {
        // 3 × 2 bits: 1 0 1 over 0 1 1
        let overlay = Overlay {
            group: 0x6000,
            kind: OverlayKind::Graphics,
            description: String::new(),
            label: String::new(),
            columns: 3,
            rows: 2,
            origin: [-1, -1],
            planes: BTreeMap::from([(2, Arc::from([0b11_0101_u8]))]),
        };
        assert_eq!(overlay.count(2), 4);
        assert!(overlay.covers(2, 0, 0));
        assert!(overlay.covers(2, 1, 0));
        assert!(!overlay.covers(2, 2, 0));
        assert!(!overlay.covers(2, 0, 1));
        assert!(!overlay.covers(0, 0, 0));
    }
}
