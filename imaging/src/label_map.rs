//! Label maps of other programs: a volume or picture whose values are label numbers.

use crate::entry::{AffineReason, SeriesEntry};
use crate::error::{Error, Fault};
use crate::load::load;
use crate::nifti_file::listing;
use crate::scan::{ScanOptions, scan};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use voxel::{LabelMap, Phrase, Samples, Volume};

/// Values further from an integer than this are no labels.
const LABEL_TOLERANCE: f64 = 1e-3;

/// A label map as a file tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelFile {
    /// The voxels.
    pub map: LabelMap,
    /// Whether the file says how the image lies in the patient; else it lies along its own axes.
    pub has_place: bool,
    /// Whether the file says how large a voxel is; else it is taken as 1 mm.
    pub has_spacing: bool,
    /// A value that was no whole number and was rounded to one: the file may hold probabilities.
    pub rounded: Option<f64>,
}

/// Reads a label map and what its file tells of its place. Values that are no whole numbers are rounded
/// to the nearest, which is told.
///
/// # Errors
/// As [`load_label_map`], but for values between whole numbers.
pub fn load_label_file(path: &Path) -> Result<LabelFile, Error> {
    let entry = only_volume(path)?;
    let mut rounded = None;
    let map = map_of(&entry, path, &mut |value| {
        rounded.get_or_insert(value);
        true
    })?;
    Ok(LabelFile {
        has_place: entry.affine_reason != Some(AffineReason::NoGeometry),
        has_spacing: entry.spacing_mm.is_some(),
        map,
        rounded,
    })
}

/// Reads a label map: NIfTI, or any other format that is read here; one whole number per voxel,
/// scaling applied. Floating point values are accepted where they are integers, colours where all
/// are grey.
///
/// # Errors
/// The file's fault; several volumes, colours, values that are no integers or too many of them.
pub fn load_label_map(path: &Path) -> Result<LabelMap, Error> {
    map_of(&only_volume(path)?, path, &mut |_| false)
}

/// `may_round` is asked for each value between whole numbers.
fn map_of(
    entry: &SeriesEntry,
    path: &Path,
    may_round: &mut dyn FnMut(f64) -> bool,
) -> Result<LabelMap, Error> {
    let loaded = load(entry, &|_| {}, &AtomicBool::new(false))?;
    let volume = loaded.volume;
    let grid = volume.grid().clone();
    let total = volume.samples().len();
    let refused = |refusal| match refusal {
        Refusal::Value(fault) => fault.of(path),
        Refusal::Map(voxel::Error::Memory { bytes }) => Fault::Memory(bytes).of(path),
        Refusal::Map(error) => contradiction("label-map-many", error.to_string()).of(path),
    };
    let map = match volume.samples() {
        Samples::Rgb8(pixels) => LabelMap::try_new(grid, pixels.iter().map(|pixel| grey(*pixel))),
        _ => LabelMap::try_new(
            grid,
            (0..total).map(|position| label(&volume, position, may_round)),
        ),
    };
    map.map_err(refused)
}

/// Why there is no label map.
enum Refusal {
    Value(Fault),
    Map(voxel::Error),
}

impl From<voxel::Error> for Refusal {
    fn from(error: voxel::Error) -> Self {
        Self::Map(error)
    }
}

fn contradiction(key: &'static str, english: impl Into<String>) -> Fault {
    Fault::Contradiction(Phrase::new(key, english.into()))
}

/// The one volume of a file.
fn only_volume(path: &Path) -> Result<SeriesEntry, Error> {
    let name = path.to_string_lossy().to_lowercase();
    let is_nifti = [".nii", ".nii.gz", ".hdr", ".img"]
        .iter()
        .any(|ending| name.ends_with(ending));
    let entries = if is_nifti {
        listing::entries(path).map_err(|fault| fault.of(path))?
    } else {
        let asked = [path.to_path_buf()];
        let stop = AtomicBool::new(false);
        let found = scan(&asked, &ScanOptions::default(), &|_| {}, &stop);
        if let (true, Some(skipped)) = (found.series.is_empty(), found.skipped.first()) {
            return Err(Fault::Skipped(Box::new(skipped.reason.clone())).of(&skipped.file));
        }
        found.series
    };
    let images: Vec<SeriesEntry> = entries.into_iter().filter(|e| e.is_image).collect();
    let count = images.len();
    match <[SeriesEntry; 1]>::try_from(images) {
        Ok([entry]) => Ok(entry),
        Err(_) => {
            let said = Phrase::new(
                "label-map-volumes",
                format!("a label map has one volume, this file {count}"),
            );
            Err(Fault::Contradiction(said.with("count", count)).of(path))
        }
    }
}

/// The label of a pixel of a picture without colours.
fn grey([r, g, b]: [u8; 3]) -> Result<i64, Refusal> {
    if r == g && g == b {
        Ok(i64::from(r))
    } else {
        let said = "a label map has no colours";
        Err(Refusal::Value(contradiction("label-map-colours", said)))
    }
}

/// The label at a position, scaling applied.
fn label(
    volume: &Volume,
    position: usize,
    may_round: &mut dyn FnMut(f64) -> bool,
) -> Result<i64, Refusal> {
    let [columns, rows, _] = volume.grid().size();
    let plane = columns.saturating_mul(rows).max(1);
    let stored = volume.samples().number(position).unwrap_or(f64::NAN);
    let value = volume.rescale_of_plane(position / plane).apply(stored);
    let label = value.round();
    let is_whole = (value - label).abs() <= LABEL_TOLERANCE;
    if value.is_finite() && (is_whole || may_round(value)) {
        return Ok(label as i64);
    }
    let at = [
        position % columns,
        position / columns % rows.max(1),
        position / plane,
    ];
    let said = Phrase::new(
        "label-map-value",
        format!("voxel {at:?} is {value}, which is no label"),
    );
    let said = said.with("voxel", format!("{at:?}")).with("value", value);
    Err(Refusal::Value(Fault::Contradiction(said)))
}
