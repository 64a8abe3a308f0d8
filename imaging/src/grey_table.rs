//! A grey curve of the file's own (VOI LUT): modality values to grey (PS3.3 C.11.2.1.1; conformance
//! §3.3).

use crate::entry::{Window, WindowFunction};
use std::sync::Arc;

/// A table from modality values to grey, for the display alone: nothing is measured on its output.
#[derive(Debug, Clone, PartialEq)]
pub struct GreyTable {
    /// The modality value of the first entry.
    pub first: i64,
    /// Grey of each modality value from `first` on, black 0, white 2^`bits` − 1; never empty.
    pub entries: Arc<[u16]>,
    /// Bits of an entry: the range that is white at its end, even where no entry reaches it.
    pub bits: u16,
    /// Explanation in the file, or empty.
    pub name: String,
}

impl GreyTable {
    /// Grey of a modality value, 0 black to 1 white. Values before and after the table take its ends,
    /// fractions the nearest entry.
    pub fn apply(&self, value: f64) -> f64 {
        let last = self.entries.len().saturating_sub(1) as f64;
        // a value that is no number is drawn as the first entry
        let index = (value.round() - self.first as f64).clamp(0.0, last);
        let entry = self.entries.get(index as usize).copied().unwrap_or(0);
        let white = (1_u32 << self.bits.clamp(1, 16)) - 1;
        (f64::from(entry) / f64::from(white)).min(1.0)
    }

    /// The window from the table's first to its last mapped value, for a display that knows no tables:
    /// the same values are told apart, by a straight line instead of the curve.
    pub fn window(&self) -> Window {
        let steps = self.entries.len().saturating_sub(1).max(1) as f64;
        Window {
            center: self.first as f64 + steps / 2.0,
            width: steps,
            name: self.name.clone(),
            function: WindowFunction::LinearExact,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> GreyTable {
        GreyTable {
            first: -2,
            entries: [0, 1023, 4095].into(),
            bits: 12,
            name: String::new(),
        }
    }

    #[test]
    fn values_beyond_a_grey_table_take_its_ends() {
        assert_eq!(table().apply(-1000.0), 0.0);
        assert_eq!(table().apply(-1.2), 1023.0 / 4095.0);
        assert_eq!(table().apply(0.0), 1.0);
        assert_eq!(table().apply(1e9), 1.0);
        assert_eq!(table().apply(f64::NAN), 0.0);
    }

    #[test]
    fn a_table_that_never_reaches_white_stays_dim() {
        let dim = GreyTable {
            bits: 16,
            ..table()
        };
        assert_eq!(dim.apply(0.0), 4095.0 / 65535.0);
    }

    #[test]
    fn its_window_spans_the_mapped_values() {
        let window = table().window();
        assert_eq!((window.center, window.width), (-1.0, 2.0));
    }
}
