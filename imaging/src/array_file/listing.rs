//! An array file as lines of the series list: one per volume.

use super::{ArrayFile, Encoding};
use crate::entry::{PlaneSource, SeriesEntry};
use crate::error::Fault;
use crate::hash::stable_hash;
use crate::problem::Problem;
use std::path::{Path, PathBuf};
use voxel::Phrase;

/// Most volumes of one file that are listed.
pub(crate) const MAX_LISTED: u64 = 1024;
/// Surplus bytes that are not worth a word: line ends, padding.
const SURPLUS: u64 = 16;

/// Entries of the header `file` at `path`; `ends` are the endings of such files.
///
/// # Errors
/// Data files that are not there or too short.
pub(crate) fn entries(
    file: &ArrayFile,
    path: &Path,
    ends: &[&str],
) -> Result<Vec<SeriesEntry>, Fault> {
    let surplus = file.compare_with_files()?;
    let mut problems = file.problems.clone();
    let volumes = file.layout.volumes;
    if volumes > 1 {
        problems.push(
            Problem::new(
                "several_volumes",
                format!("the file holds {volumes} volumes; each is listed on its own"),
            )
            .with("count", volumes),
        );
    }
    if volumes > MAX_LISTED {
        problems.push(
            Problem::new(
                "volumes_not_listed",
                format!("only the first {MAX_LISTED} volumes are listed"),
            )
            .with("count", MAX_LISTED),
        );
    }
    if surplus > SURPLUS && file.encoding == Encoding::Raw {
        let amount = Phrase::new("amount-bytes", format!("{surplus} bytes"));
        problems.push(
            Problem::new(
                "trailing_data",
                format!("{surplus} bytes follow the voxels; they are ignored"),
            )
            .with("amount", amount.with("bytes", surplus)),
        );
    }
    let problems = problems
        .into_iter()
        .map(|problem| problem.in_file(path))
        .collect();
    let name = file.format.name().replace('_', "-");
    let id = format!("{name}-{}", stable_hash(path.to_string_lossy().as_bytes()));
    let place = &file.place;
    let mut files = vec![path.to_path_buf()];
    if file.data.attached_at.is_none() {
        files.extend(file.data.files.iter().cloned());
    }
    let base = SeriesEntry {
        modality: file.modality.clone(),
        description: stem(path, ends),
        files,
        frames: file.layout.size[2],
        size: file.layout.size,
        spacing_mm: place.spacing_mm,
        affine_lps: place.reason.is_none().then(|| place.grid.affine().to_4x4()),
        affine_reason: place.reason,
        grid: Some(place.grid.clone()),
        transfer_syntax: file.sample.name().to_owned(),
        bits_stored: file.sample.bytes() as u32 * 8,
        channels: if file.layout.is_colour { 3 } else { 1 },
        problems,
        is_image: true,
        ..SeriesEntry::new(id, file.format)
    };
    Ok((0..volumes.min(MAX_LISTED))
        .map(|volume| {
            let label = file.labels.get(volume as usize);
            SeriesEntry {
                planes: vec![PlaneSource {
                    file: 0,
                    frame: volume as u32,
                    tile: 0,
                }],
                stack: label.cloned().unwrap_or_default(),
                ..base.clone()
            }
        })
        .collect())
}

/// The file name without its ending.
fn stem(path: &Path, ends: &[&str]) -> String {
    let name = path.file_name().map(PathBuf::from).unwrap_or_default();
    let name = name.to_string_lossy();
    let lower = name.to_ascii_lowercase();
    ends.iter()
        .find(|end| lower.ends_with(**end))
        .and_then(|end| name.get(..name.len() - end.len()))
        .unwrap_or(&name)
        .to_owned()
}
