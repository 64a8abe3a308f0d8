//! A NIfTI file as lines of the series list: one per volume.

use super::affine::place_of;
use super::header::{Header, read};
use crate::entry::{Format, PlaneSource, SeriesEntry, Window, WindowFunction};
use crate::error::Fault;
use crate::hash::stable_hash;
use crate::problem::Problem;
use crate::stack_part::{SplitRule, StackPart};
use std::path::{Path, PathBuf};

/// Most volumes of one file that are listed.
const MAX_LISTED: u64 = 1024;

/// Entries of the file at `path`.
///
/// # Errors
/// Everything with which the file cannot be shown.
pub(crate) fn entries(path: &Path) -> Result<Vec<SeriesEntry>, Fault> {
    let header = read(path)?;
    let place = place_of(&header)?;
    let mut problems = header.problems.clone();
    problems.extend(place.problems);
    if header.volumes > MAX_LISTED {
        problems.push(
            Problem::new(
                "volumes_not_listed",
                format!("only the first {MAX_LISTED} volumes are listed"),
            )
            .with("count", MAX_LISTED),
        );
    }
    let mut files = vec![path.to_path_buf()];
    if header.data_file != path {
        files.push(header.data_file.clone());
    }
    let problems = problems
        .into_iter()
        .map(|problem| problem.in_file(path))
        .collect();
    let id = format!("nifti-{}", stable_hash(path.to_string_lossy().as_bytes()));
    let base = SeriesEntry {
        description: stem(path),
        files,
        frames: header.size[2],
        size: header.size,
        spacing_mm: place.spacing_mm,
        affine_lps: place.reason.is_none().then(|| place.grid.affine().to_4x4()),
        affine_reason: place.reason,
        grid: Some(place.grid),
        transfer_syntax: header.data_type.name().to_owned(),
        bits_stored: bits(&header),
        channels: if header.data_type.is_colour() { 3 } else { 1 },
        windows: window(&header).into_iter().collect(),
        problems,
        is_image: true,
        ..SeriesEntry::new(id, Format::Nifti)
    };
    let listed = header.volumes.min(MAX_LISTED);
    Ok((0..listed)
        .map(|volume| one_volume(&base, volume, header.volumes))
        .collect())
}

fn one_volume(base: &SeriesEntry, volume: u64, volumes: u64) -> SeriesEntry {
    let mut entry = base.clone();
    entry.planes = vec![PlaneSource {
        file: 0,
        frame: volume as u32,
        tile: 0,
    }];
    if volumes > 1 {
        let part = StackPart::new(SplitRule::Volume, format!("{}/{volumes}", volume + 1));
        entry.stack = part.text();
        entry.stack_parts = vec![part];
    }
    entry
}

/// Bits of one channel.
fn bits(header: &Header) -> u32 {
    if header.data_type.is_colour() {
        8
    } else {
        header.data_type.bytes() as u32 * 8
    }
}

fn window(header: &Header) -> Option<Window> {
    let [low, high] = header.shown_range;
    (low.is_finite() && high.is_finite() && high > low).then(|| Window {
        center: (low + high) / 2.0,
        width: high - low,
        name: String::new(),
        function: WindowFunction::LinearExact,
    })
}

/// The file name without `.nii`, `.nii.gz`, `.hdr`.
fn stem(path: &Path) -> String {
    let name = path.file_name().map(PathBuf::from).unwrap_or_default();
    let name = name.to_string_lossy();
    [".nii.gz", ".nii", ".hdr.gz", ".hdr"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(&name)
        .to_owned()
}
