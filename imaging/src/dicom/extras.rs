//! What the files of an entry say of their values beside the voxels, joined over its planes.

use super::image_file::ImageFile;
use super::overlays;
use super::per_frame::PerFrame;
use super::real_world::RealWorld;
use super::uptake::uptake;
use crate::entry::SeriesEntry;
use crate::error::Error;
use crate::load::{Extras, Watch};
use crate::problem::{Problem, push_once};
use crate::value_map::ValueMap;
use voxel::Rescale;

/// Most real-world maps of one series: files name a handful.
const MAX_MAPS: usize = 64;

/// The extras of an entry, with the rescale of its planes (one for all, or one each).
///
/// # Errors
/// Overlays inside pixels that cannot be decoded, the person's stop.
pub(crate) fn extras(
    entry: &SeriesEntry,
    files: &[&ImageFile],
    rescale: &[Rescale],
    problems: &mut Vec<Problem>,
    watch: &Watch<'_>,
) -> Result<Extras, Error> {
    let frames: Vec<(&ImageFile, u32)> = entry
        .planes
        .iter()
        .filter_map(|plane| Some((*files.get(plane.file as usize)?, plane.frame)))
        .collect();
    let middle = frames.get(frames.len() / 2);
    Ok(Extras {
        grey_tables: middle
            .map(|(file, frame)| file.grey_tables.of(*frame).clone())
            .unwrap_or_default(),
        plane_windows: plane_windows(&frames),
        value_maps: value_maps(&frames, rescale, problems),
        overlays: overlays::of_entry(entry, files, watch)?,
        is_inverse: files.first().map(|file| file.is_inverse),
    })
}

/// The windows of each plane, where they differ.
fn plane_windows(frames: &[(&ImageFile, u32)]) -> Vec<Vec<crate::entry::Window>> {
    let windows = frames.iter().map(|(file, frame)| {
        let info = file.frames.get(*frame as usize);
        info.map(|info| info.windows.as_slice()).unwrap_or_default()
    });
    let first = windows.clone().next().unwrap_or_default();
    if windows.clone().all(|windows| windows == first) {
        return Vec::new();
    }
    windows.map(<[_]>::to_vec).collect()
}

/// Real-world maps first, then uptake. A series whose volume holds the output of a Modality LUT has no
/// stored values any more, and so no maps from them.
fn value_maps(
    frames: &[(&ImageFile, u32)],
    rescale: &[Rescale],
    problems: &mut Vec<Problem>,
) -> Vec<ValueMap> {
    let mut files: Vec<&ImageFile> = frames.iter().map(|(file, _)| *file).collect();
    files.dedup_by(|a, b| std::ptr::eq(*a, *b));
    let has_lut = files.iter().any(|file| file.has_lut());
    let has_maps = |file: &&ImageFile| file.real_world.all().any(|maps| !maps.is_empty());
    let mut maps = Vec::new();
    if !has_lut {
        maps = real_world_maps(frames);
    } else if files.iter().any(has_maps) {
        push_once(
            problems,
            Problem::new(
                "value_map_unused",
                "the real-world values of the file are not offered, because it has a Modality LUT as well",
            ),
        );
    }
    let tracers: Vec<_> = files
        .iter()
        .filter_map(|file| file.tracer.as_ref())
        .collect();
    match uptake(&tracers, rescale) {
        Some(Ok(map)) if maps.iter().all(|known| known.unit != map.unit) => maps.push(map),
        Some(Err(problem)) if maps.is_empty() => push_once(problems, problem),
        _ => {}
    }
    maps
}

/// Maps of the same name and unit are one map, in pieces.
fn real_world_maps(frames: &[(&ImageFile, u32)]) -> Vec<ValueMap> {
    let of = |(file, frame): &(&ImageFile, u32)| -> Vec<RealWorld> {
        PerFrame::of(&file.real_world, *frame).clone()
    };
    let planes: Vec<Vec<RealWorld>> = frames.iter().map(of).collect();
    let mut names: Vec<(&str, &str)> = Vec::new();
    for item in planes.iter().flatten() {
        let name = (item.name.as_str(), item.unit.as_str());
        if names.len() < MAX_MAPS && !names.contains(&name) {
            names.push(name);
        }
    }
    let map = |(name, unit): &(&str, &str)| {
        let pieces = |items: &Vec<RealWorld>| {
            let mine = items
                .iter()
                .filter(|item| (&*item.name, &*item.unit) == (*name, *unit));
            mine.map(|item| item.piece.clone()).collect::<Vec<_>>()
        };
        let mut planes: Vec<_> = planes.iter().map(pieces).collect();
        if planes.windows(2).all(|pair| pair.first() == pair.last()) {
            planes.truncate(1);
        }
        ValueMap {
            name: (*name).to_owned(),
            unit: (*unit).to_owned(),
            planes,
        }
    };
    names.iter().map(map).collect()
}
