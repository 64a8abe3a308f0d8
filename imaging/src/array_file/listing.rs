//! An array file as lines of the series list: one per volume.

use super::{ArrayFile, Encoding};
use crate::entry::{PlaneSource, SeriesEntry};
use crate::error::Fault;
use crate::hash::stable_hash;
use crate::problem::Problem;
use crate::stack_part::{SplitRule, StackPart};
use std::path::{Path, PathBuf};
use voxel::Phrase;

/// Most volumes of one file that are listed.
pub(crate) const MAX_LISTED: u64 = 1024;
/// Most paths of data files that the entries of one header hold together.
const MAX_PATHS: usize = 1 << 18;
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
    let base = SeriesEntry {
        modality: file.modality.clone(),
        description: stem(path, ends),
        files: vec![path.to_path_buf()],
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
    let mut paths_left = MAX_PATHS;
    Ok((0..volumes.min(MAX_LISTED))
        .map(|volume| {
            let label = file.labels.get(volume as usize);
            let label = label.cloned().unwrap_or_default();
            let data = data_of(file, volume);
            let data = data.get(..data.len().min(paths_left)).unwrap_or_default();
            paths_left -= data.len();
            SeriesEntry {
                files: base.files.iter().chain(data).cloned().collect(),
                planes: vec![PlaneSource {
                    file: 0,
                    frame: volume as u32,
                    tile: 0,
                }],
                stack: listed_text(&label),
                stack_parts: label,
                ..base.clone()
            }
        })
        .collect())
}

/// The English words of several parts, as the programs that write such files list them.
fn listed_text(parts: &[StackPart]) -> String {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push_str(match part.rule {
                SplitRule::MoreNames => " ",
                _ => ", ",
            });
        }
        text.push_str(&part.text());
    }
    text
}

/// The data files with the samples of `volume`, where these are not behind the header.
fn data_of(file: &ArrayFile, volume: u64) -> &[PathBuf] {
    if file.data.attached_at.is_some() {
        return &[];
    }
    let (first, last) = file.layout.span(volume);
    let bytes = file.sample.bytes() as u64;
    let number = |sample: u64| (sample * bytes / file.share()) as usize;
    let range = number(first)..=number(last);
    file.data.files.get(range).unwrap_or(&file.data.files)
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
