//! Label maps of other programs: a NIfTI volume whose values are label numbers.

use crate::entry::Format;
use crate::error::{Error, Fault};
use crate::load::load;
use crate::nifti_file::listing;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use voxel::{Grid, Phrase, VoxelIndex};

/// Values further from an integer than this are no labels.
const LABEL_TOLERANCE: f64 = 1e-3;

/// Reads a label map: its grid and one number per voxel (i fastest), scaling applied. Floating
/// point values are accepted where they are integers.
///
/// # Errors
/// The file's fault; several volumes, colours or values that are no integers.
pub fn load_label_map(path: &Path) -> Result<(Grid, Vec<i64>), Error> {
    let entries = listing::entries(path).map_err(|fault| fault.of(path))?;
    let [entry] = entries.as_slice() else {
        let count = entries.len();
        let said = Phrase::new(
            "label-map-volumes",
            format!("a label map has one volume, this file {count}"),
        );
        let fault = Fault::Contradiction(said.with("count", count));
        return Err(fault.of(path));
    };
    debug_assert_eq!(entry.format, Format::Nifti);
    let loaded = load(entry, &|_| {}, &AtomicBool::new(false))?;
    let volume = loaded.volume;
    if volume.is_colour() {
        return Err(Fault::Contradiction(Phrase::new(
            "label-map-colours",
            "a label map has no colours",
        ))
        .of(path));
    }
    let [columns, rows, _] = volume.grid().size();
    let plane = columns.saturating_mul(rows).max(1);
    let total = volume.samples().len();
    let mut labels = Vec::new();
    labels
        .try_reserve_exact(total)
        .map_err(|_| Fault::Memory(total as u64 * 8).of(path))?;
    for position in 0..total {
        let stored = volume.samples().number(position).unwrap_or(f64::NAN);
        let value = volume.rescale_of_plane(position / plane).apply(stored);
        let label = value.round();
        if !value.is_finite() || (value - label).abs() > LABEL_TOLERANCE {
            let at = VoxelIndex(
                [
                    position % columns,
                    position / columns % rows.max(1),
                    position / plane,
                ]
                .map(|n| n as i64),
            );
            let fault = Fault::Contradiction(
                Phrase::new(
                    "label-map-value",
                    format!("voxel {:?} is {value}, which is no label", at.0),
                )
                .with("voxel", format!("{:?}", at.0))
                .with("value", value),
            );
            return Err(fault.of(path));
        }
        labels.push(label as i64);
    }
    Ok((volume.grid().clone(), labels))
}
