//! Slabs: many planes reduced to one picture before the window.

use std::ops::Range;

use rayon::prelude::*;

use super::along_grid::{Lines, NOWHERE, Resampler, nearest_columns, source_run};
use super::reducer::Reducer;
use super::{BAND_ROWS, Interpolation, Request, oblique};
use crate::picture::RectPx;
use crate::rendering::{Slab, SlabMode};
use crate::sampling::{Aligned, Bounds, Sampling, nearest_index};
use crate::slab::slab_samples;
use crate::source::Source;

/// Columns drawn at a time: what all planes of a slab need for a band of them stays in the cache.
const TILE_COLUMNS: usize = 128;

/// One plane of samples.
struct Plane {
    sampling: Sampling,
    /// Its look-ups where the picture's sides run along the grid.
    aligned: Option<Aligned>,
    bounds: Bounds,
    weight: f32,
}

/// Draws the request's rectangle as a slab (`rows` starts at its first row, `width` pixels each).
pub(super) fn draw<S: Source>(
    source: &S,
    request: &Request,
    slab: &Slab,
    width: usize,
    rows: &mut [[u8; 4]],
) {
    let planes = planes(request, slab);
    let mode = match (slab.mode, source.is_falling()) {
        (SlabMode::Max, true) => SlabMode::Min,
        (SlabMode::Min, true) => SlabMode::Max,
        (mode, _) => mode,
    };
    let rect = request.rect;
    let is_nearest = request.rendering.interpolation == Interpolation::Nearest;
    if let Some(stack) = is_nearest.then(|| Stack::new(&planes, rect)).flatten() {
        stack.draw(source, mode, width, rows);
        return;
    }
    let tiles: Vec<Tile<'_, S>> = (rect.x..rect.right())
        .step_by(TILE_COLUMNS)
        .map(|x| {
            let width = TILE_COLUMNS.min(rect.right() - x);
            Tile::new(source, &planes, is_nearest, RectPx { x, width, ..rect })
        })
        .collect();
    rows.par_chunks_mut(width * BAND_ROWS)
        .enumerate()
        .for_each(|(band, rows)| {
            for tile in &tiles {
                tile.draw(mode, rect.y + band * BAND_ROWS, width, rows);
            }
        });
}

fn planes(request: &Request, slab: &Slab) -> Vec<Plane> {
    let sampling = request.sampling;
    let [columns, rows] = request.size_px.map(|side| 0..side as i64);
    slab_samples(sampling, slab)
        .into_iter()
        .map(|sample| {
            let sampling = sampling.shifted(sample.shift);
            Plane {
                aligned: request
                    .aligned
                    .as_ref()
                    .and_then(|_| sampling.aligned(columns.clone(), rows.clone())),
                bounds: sampling.bounds([0; 3], sampling.size),
                weight: sample.weight,
                sampling,
            }
        })
        .collect()
}

/// Whole planes of voxels that lie straight behind each other along the picture's rows: they are
/// reduced line by line as they are stored, and the picture is taken from the result.
struct Stack<'a> {
    planes: Vec<(&'a Plane, &'a Aligned, usize)>,
    /// The source voxel of each column.
    columns: Vec<u32>,
    /// The source voxels that any column needs.
    used: Range<usize>,
    rect: RectPx,
}

impl<'a> Stack<'a> {
    fn new(planes: &'a [Plane], rect: RectPx) -> Option<Self> {
        let first = planes.first()?.aligned.as_ref()?;
        let mut kept = Vec::with_capacity(planes.len());
        for plane in planes {
            let aligned = plane.aligned.as_ref()?;
            let size = plane.sampling.size;
            let is_straight = (aligned.columns.iter().zip(&first.columns))
                .all(|(a, b)| a == b || (a.is_nan() && b.is_nan()));
            if !is_straight {
                return None;
            }
            if let Some(index) = nearest_index(aligned.plane, size[aligned.through]) {
                kept.push((plane, aligned, index));
            }
        }
        let size = planes.first()?.sampling.size;
        let columns = nearest_columns(first, size, rect);
        let shown = columns.iter().filter(|column| **column != NOWHERE);
        let from = shown.clone().min().map_or(0, |column| *column as usize);
        let to = shown.max().map_or(0, |column| *column as usize + 1);
        Some(Self {
            planes: kept,
            columns,
            used: from..to,
            rect,
        })
    }

    fn draw<S: Source>(&self, source: &S, mode: SlabMode, width: usize, rows: &mut [[u8; 4]]) {
        let rect = self.rect;
        rows.par_chunks_mut(width * BAND_ROWS)
            .enumerate()
            .for_each(|(band, rows)| {
                let mut reducer = Reducer::new(mode);
                let (mut before, mut values) = (None, Vec::new());
                for n in 0..rows.len() / width {
                    let lines = self.lines(rect.y + band * BAND_ROWS + n);
                    let start = n * width + rect.x;
                    if before.as_ref() == Some(&lines) {
                        // Enlarged: the row above again.
                        rows.copy_within(start - width..start - width + rect.width, start);
                        continue;
                    }
                    let out = &mut rows[start..start + rect.width];
                    for channel in 0..S::CHANNELS {
                        self.reduce(source, channel, &lines, (&mut values, &mut reducer));
                        let line = reducer.finish();
                        values.clear();
                        values.extend(self.columns.iter().map(|&column| match column {
                            NOWHERE => f32::NAN,
                            column => line[column as usize - self.used.start],
                        }));
                        source.put(channel, &values, out);
                    }
                    before = Some(lines);
                }
            });
    }

    /// The source line of each plane at a picture row.
    fn lines(&self, y: usize) -> Vec<Option<usize>> {
        let line = |(plane, aligned, _): &(&Plane, &Aligned, usize)| {
            nearest_index(aligned.rows[y], plane.sampling.size[aligned.down])
        };
        self.planes.iter().map(line).collect()
    }

    fn reduce<S: Source>(
        &self,
        source: &S,
        channel: usize,
        lines: &[Option<usize>],
        (values, reducer): (&mut Vec<f32>, &mut Reducer),
    ) {
        reducer.begin(self.used.len());
        for ((plane, aligned, index), line) in self.planes.iter().zip(lines) {
            if let Some(line) = *line {
                let run = source_run(aligned, plane.sampling.size, (*index, line), &self.used);
                source.run(channel, &run, values);
                reducer.add(values, plane.weight);
            }
        }
    }
}

/// Some columns of the picture, each plane sampled by itself.
struct Tile<'a, S> {
    source: &'a S,
    layers: Vec<Layer<'a, S>>,
    rect: RectPx,
}

/// One plane and the way in which it is sampled.
struct Layer<'a, S> {
    plane: &'a Plane,
    way: Way<'a, S>,
}

enum Way<'a, S> {
    LinearAlong(Resampler<'a, S>, &'a Aligned),
    Linear,
    Nearest,
}

impl<'a, S: Source> Tile<'a, S> {
    fn new(source: &'a S, planes: &'a [Plane], is_nearest: bool, rect: RectPx) -> Self {
        let way = |plane: &'a Plane| match &plane.aligned {
            _ if is_nearest => Way::Nearest,
            Some(aligned) => {
                let resampler = Resampler::new(source, &plane.sampling, aligned, rect);
                Way::LinearAlong(resampler, aligned)
            }
            None => Way::Linear,
        };
        Self {
            source,
            layers: planes
                .iter()
                .map(|plane| Layer {
                    way: way(plane),
                    plane,
                })
                .collect(),
            rect,
        }
    }

    /// Draws its part of some rows, the first of which is picture row `first`.
    fn draw(&self, mode: SlabMode, first: usize, width: usize, rows: &mut [[u8; 4]]) {
        let mut reducer = Reducer::new(mode);
        let mut values = Vec::new();
        let mut lines: Vec<Lines> = self.layers.iter().map(|_| Lines::default()).collect();
        for (n, row) in rows.chunks_exact_mut(width).enumerate() {
            let out = &mut row[self.rect.x..self.rect.right()];
            for channel in 0..S::CHANNELS {
                reducer.begin(out.len());
                for (layer, lines) in self.layers.iter().zip(&mut lines) {
                    let place = (first + n, channel);
                    self.add(layer, place, lines, &mut values, &mut reducer);
                }
                self.source.put(channel, reducer.finish(), out);
            }
        }
    }

    /// Adds one plane's row.
    fn add(
        &self,
        layer: &Layer<'_, S>,
        (y, channel): (usize, usize),
        lines: &mut Lines,
        values: &mut Vec<f32>,
        reducer: &mut Reducer,
    ) {
        let (source, plane) = (self.source, layer.plane);
        if let Way::LinearAlong(resampler, aligned) = &layer.way {
            if !aligned.rows[y].is_nan() && !aligned.plane.is_nan() {
                resampler.row(y, channel, lines);
                reducer.add(&lines.result, plane.weight);
            }
            return;
        }
        let columns = self.rect.x as i64..self.rect.right() as i64;
        let columns = plane.sampling.clip(y as i64, &columns, &plane.bounds);
        if columns.is_empty() {
            return;
        }
        values.clear();
        values.resize((columns.end - columns.start) as usize, f32::NAN);
        let row = (y as i64, columns.clone());
        if matches!(layer.way, Way::Linear) {
            oblique::linear_values(source, &plane.sampling, channel, row, values);
        } else {
            oblique::nearest_values(source, &plane.sampling, channel, row, values);
        }
        let start = (columns.start - self.rect.x as i64) as usize;
        reducer.add_from(start, values, plane.weight);
    }
}
