//! How a series is first shown: the file's window, or one fitted to its values
//! (conformance §3.3, §3.4).

use crate::entry::{SeriesEntry, Window, WindowFunction};
use crate::load::Extras;
use voxel::Volume;

/// Most voxels that are looked at for a window.
const SAMPLED: u64 = 500_000;
/// No part of a body is thinner in Hounsfield units; old scanners fill the surroundings of their round
/// field with less (−2000, −3024) without saying so (conformance §3.5).
const LEAST_HU: f64 = -1500.0;

/// First appearance of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct DisplayDefaults {
    /// The window to begin with.
    pub window: Window,
    /// Whether that window stands in the file; else it spans the middle 98 % of the values.
    pub window_from_file: bool,
    /// Whether the file has a grey table and no window: then the first of [`crate::Loaded::grey_tables`]
    /// is how it is meant to be shown. A display that knows no tables shows [`Self::window`], fitted to
    /// the values, or [`crate::GreyTable::window`].
    pub table_first: bool,
    /// Low values are white (MONOCHROME1, or Presentation LUT Shape INVERSE): invert after the window
    /// or table.
    pub invert: bool,
}

/// The defaults for a decoded series.
pub(crate) fn display_defaults(
    entry: &SeriesEntry,
    volume: &Volume,
    extras: &Extras,
) -> DisplayDefaults {
    let invert = extras
        .is_inverse
        .unwrap_or(entry.photometric == "MONOCHROME1");
    let from_file = entry.windows.first().filter(|_| !volume.is_colour());
    DisplayDefaults {
        window: from_file.cloned().unwrap_or_else(|| fitted(entry, volume)),
        window_from_file: from_file.is_some(),
        table_first: from_file.is_none() && !extras.grey_tables.is_empty(),
        invert,
    }
}

/// The window from the 1st to the 99th of a hundred non-padding values; the whole range where
/// nearly everything has one value, as in label maps.
fn fitted(entry: &SeriesEntry, volume: &Volume) -> Window {
    if volume.is_colour() {
        return exact(0.0, 255.0);
    }
    let [columns, rows, _] = volume.grid().size();
    let plane = (columns as u64).saturating_mul(rows as u64).max(1);
    let total = volume.grid().voxel_count();
    let stride = (total / SAMPLED).max(1);
    let least = match (entry.modality.as_str(), volume.padding()) {
        ("CT", None) => LEAST_HU,
        _ => f64::NEG_INFINITY,
    };
    let mut values: Vec<f64> = (0..total)
        .step_by(usize::try_from(stride).unwrap_or(1))
        .filter_map(|position| {
            let stored = volume.samples().number(position as usize)?;
            let value = volume
                .rescale_of_plane((position / plane) as usize)
                .apply(stored);
            let counts = !volume.is_padding(stored) && value.is_finite() && value > least;
            counts.then_some(value)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (values.len().saturating_sub(1) as f64 * share).round();
        values.get(index as usize).copied()
    };
    let (low, high) = match (at(0.01), at(0.99)) {
        (Some(low), Some(high)) if high > low => (low, high),
        _ => (at(0.0).unwrap_or(0.0), at(1.0).unwrap_or(1.0)),
    };
    exact(low, if high > low { high } else { low + 1.0 })
}

fn exact(low: f64, high: f64) -> Window {
    Window {
        center: (low + high) / 2.0,
        width: high - low,
        name: String::new(),
        function: WindowFunction::LinearExact,
    }
}
