//! How a series is first shown: the file's window, or one fitted to its values
//! (conformance §3.3, §3.4).

use crate::entry::{SeriesEntry, Window, WindowFunction};
use voxel::Volume;

/// Most voxels that are looked at for a window.
const SAMPLED: u64 = 500_000;

/// First appearance of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct DisplayDefaults {
    /// The window to begin with.
    pub window: Window,
    /// Whether that window stands in the file; else it spans the middle 98 % of the values.
    pub window_from_file: bool,
    /// Low values are white (MONOCHROME1): invert after the window.
    pub invert: bool,
}

/// The defaults for a decoded series.
pub(crate) fn display_defaults(entry: &SeriesEntry, volume: &Volume) -> DisplayDefaults {
    let invert = entry.photometric == "MONOCHROME1";
    let from_file = entry.windows.first().filter(|_| !volume.is_colour());
    DisplayDefaults {
        window: from_file.cloned().unwrap_or_else(|| fitted(volume)),
        window_from_file: from_file.is_some(),
        invert,
    }
}

/// The window from the 1st to the 99th of a hundred non-padding values; the whole range where
/// nearly everything has one value, as in label maps.
fn fitted(volume: &Volume) -> Window {
    if volume.is_colour() {
        return exact(0.0, 255.0);
    }
    let [columns, rows, _] = volume.grid().size();
    let plane = (columns as u64).saturating_mul(rows as u64).max(1);
    let total = volume.grid().voxel_count();
    let stride = (total / SAMPLED).max(1);
    let mut values: Vec<f64> = (0..total)
        .step_by(usize::try_from(stride).unwrap_or(1))
        .filter_map(|position| {
            let stored = volume.samples().number(position as usize)?;
            let value = volume
                .rescale_of_plane((position / plane) as usize)
                .apply(stored);
            (!volume.is_padding(stored) && value.is_finite()).then_some(value)
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
