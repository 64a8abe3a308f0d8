//! Pictures whose sides run along the grid: look-ups per column and per row instead of per pixel.

use std::ops::Range;

use rayon::prelude::*;

use super::{BAND_ROWS, linear_at, strides};
use crate::picture::{BLACK, RectPx};
use crate::sampling::{Aligned, Sampling, TIE, nearest_index, neighbours};
use crate::source::{Run, Source};

/// A column that shows nothing.
pub(super) const NOWHERE: u32 = u32::MAX;

/// Draws the rectangle's rows (`rows` starts at row `rect.y`, `width` pixels each) by nearest voxel.
pub(super) fn nearest<S: Source>(
    source: &S,
    size: [usize; 3],
    aligned: &Aligned,
    rect: RectPx,
    width: usize,
    rows: &mut [[u8; 4]],
) {
    let strides = strides(size);
    let Aligned {
        across,
        down,
        through,
        ..
    } = *aligned;
    let columns = nearest_columns(aligned, size, rect);
    let plane = nearest_index(aligned.plane, size[through]);
    let draw_row = |line: Option<usize>, out: &mut [[u8; 4]]| {
        let (Some(plane), Some(line)) = (plane, line) else {
            out.fill(BLACK);
            return;
        };
        let base = plane * strides[through] + line * strides[down];
        let fixed_k = fixed_k(aligned, plane, line);
        for (pixel, &column) in out.iter_mut().zip(&columns) {
            *pixel = if column == NOWHERE {
                BLACK
            } else {
                let column = column as usize;
                source.pixel(base + column * strides[across], fixed_k.unwrap_or(column))
            };
        }
    };
    rows.par_chunks_mut(width * BAND_ROWS)
        .enumerate()
        .for_each(|(band, rows)| {
            let mut before = None;
            for n in 0..rows.len() / width {
                let line = nearest_index(aligned.rows[rect.y + band * BAND_ROWS + n], size[down]);
                let start = n * width + rect.x;
                if before == Some(line) {
                    // Enlarged: the row above again.
                    rows.copy_within(start - width..start - width + rect.width, start);
                } else {
                    draw_row(line, &mut rows[start..start + rect.width]);
                }
                before = Some(line);
            }
        });
}

/// The voxel of each of the rectangle's columns; [`NOWHERE`] outside.
pub(super) fn nearest_columns(aligned: &Aligned, size: [usize; 3], rect: RectPx) -> Vec<u32> {
    aligned.columns[rect.x..rect.right()]
        .iter()
        .map(|&at| nearest_index(at, size[aligned.across]).map_or(NOWHERE, |i| i as u32))
        .collect()
}

/// The k of a whole picture row; `None` where k runs along the row.
pub(super) fn fixed_k(aligned: &Aligned, plane: usize, line: usize) -> Option<usize> {
    if aligned.through == 2 {
        Some(plane)
    } else if aligned.down == 2 {
        Some(line)
    } else {
        None
    }
}

/// A coordinate that is a whole number but for rounding, as that number: one voxel instead of two.
fn settled(at: f64) -> f64 {
    let whole = at.round();
    if (at - whole).abs() < TIE { whole } else { at }
}

/// Draws the rectangle's rows by linear interpolation, in each direction after the other.
pub(super) fn linear<S: Source>(
    source: &S,
    sampling: &Sampling,
    aligned: &Aligned,
    rect: RectPx,
    width: usize,
    rows: &mut [[u8; 4]],
) {
    let resampler = Resampler::new(source, sampling, aligned, rect);
    rows.par_chunks_mut(width * BAND_ROWS)
        .enumerate()
        .for_each(|(band, rows)| {
            let mut lines = Lines::default();
            let first = rect.y + band * BAND_ROWS;
            for (n, row) in rows.chunks_exact_mut(width).enumerate() {
                let out = &mut row[rect.x..rect.right()];
                let y = first + n;
                if aligned.rows[y].is_nan() || aligned.plane.is_nan() {
                    out.fill(BLACK);
                    continue;
                }
                for channel in 0..S::CHANNELS {
                    resampler.row(y, channel, &mut lines);
                    source.put(channel, &lines.result, out);
                }
            }
        });
}

/// What all rows of a picture share.
pub(super) struct Resampler<'a, S> {
    source: &'a S,
    sampling: &'a Sampling,
    aligned: &'a Aligned,
    rect: RectPx,
    /// The columns from the first to the last that show something.
    shown: Range<usize>,
    /// For each of them the first source voxel, counted from the first one used, and the weight of the
    /// next; NaN in a gap.
    columns: Vec<(u32, f32)>,
    /// Whether these are the used voxels themselves, one after the other.
    is_straight: bool,
    /// The source voxels that any column needs.
    used: Range<usize>,
    /// The two planes and the second one's weight.
    planes: (usize, usize, f64),
}

/// A source line already interpolated along the row, kept for the rows that follow.
#[derive(Default)]
struct Line {
    /// Source line and channel; `None` before the first use.
    of: Option<(usize, usize)>,
    values: Vec<f32>,
}

/// One thread's working memory.
#[derive(Default)]
pub(super) struct Lines {
    /// Two per channel.
    kept: [Line; 6],
    source: Vec<f32>,
    pub(super) result: Vec<f32>,
}

impl<'a, S: Source> Resampler<'a, S> {
    pub(super) fn new(
        source: &'a S,
        sampling: &'a Sampling,
        aligned: &'a Aligned,
        rect: RectPx,
    ) -> Self {
        let size = sampling.size;
        let places = &aligned.columns[rect.x..rect.right()];
        let is_shown = |at: &f64| !at.is_nan();
        let from = places.iter().position(is_shown).unwrap_or(0);
        let to = places.iter().rposition(is_shown).map_or(0, |last| last + 1);
        let around = |at: f64| neighbours(settled(at), size[aligned.across]);
        let shown = places[from..to].iter().copied().filter(is_shown);
        let first = shown.clone().map(|at| around(at).0).min().unwrap_or(0);
        let last = shown.map(|at| around(at).1 + 1).max().unwrap_or(0);
        let column = |&at: &f64| {
            if at.is_nan() {
                return (0, f32::NAN);
            }
            let (below, _, share) = around(at);
            ((below - first) as u32, share as f32)
        };
        let columns: Vec<(u32, f32)> = places[from..to].iter().map(column).collect();
        let mut in_order = columns.iter().enumerate();
        let plane = if aligned.plane.is_nan() {
            0.0
        } else {
            aligned.plane
        };
        Self {
            source,
            sampling,
            aligned,
            rect,
            shown: from..from + columns.len(),
            is_straight: in_order.all(|(n, column)| *column == (n as u32, 0.0)),
            columns,
            used: first..last,
            planes: neighbours(settled(plane), size[aligned.through]),
        }
    }

    /// Leaves row `y` of a channel in `lines.result`.
    pub(super) fn row(&self, y: usize, channel: usize, lines: &mut Lines) {
        let at = settled(self.aligned.rows[y]);
        let (upper, lower, share) = neighbours(at, self.sampling.size[self.aligned.down]);
        // Even and odd source lines have a place each, so that the one shared by two rows stays.
        let place = |line: usize| 2 * channel + line % 2;
        self.line(
            upper,
            channel,
            &mut lines.kept[place(upper)],
            &mut lines.source,
        );
        if share == 0.0 {
            lines.result.clone_from(&lines.kept[place(upper)].values);
        } else {
            self.line(
                lower,
                channel,
                &mut lines.kept[place(lower)],
                &mut lines.source,
            );
            let share = share as f32;
            let (a, b) = (
                &lines.kept[place(upper)].values,
                &lines.kept[place(lower)].values,
            );
            lines.result.clear();
            let mixed = a.iter().zip(b).map(|(a, b)| a + (b - a) * share);
            lines.result.extend(mixed);
        }
        self.repair(y, channel, &mut lines.result);
    }

    /// Fills a kept line with source line `line`, unless it holds it already.
    fn line(&self, line: usize, channel: usize, kept: &mut Line, row: &mut Vec<f32>) {
        if kept.of == Some((line, channel)) {
            return;
        }
        kept.of = Some((line, channel));
        self.source_line(line, channel, row);
        let values = &mut kept.values;
        values.clear();
        values.resize(self.shown.start, f32::NAN);
        if self.is_straight {
            values.extend_from_slice(&row[..self.columns.len()]);
        } else {
            // The last voxel goes on: every column has a next one.
            row.extend(row.last().copied());
            values.extend(self.columns.iter().map(|&(below, share)| {
                let pair = &row[below as usize..below as usize + 2];
                pair[0] + (pair[1] - pair[0]) * share
            }));
        }
        values.resize(self.rect.width, f32::NAN);
    }

    /// The values of a source line, between its two planes.
    fn source_line(&self, line: usize, channel: usize, row: &mut Vec<f32>) {
        let strides = strides(self.sampling.size);
        let Aligned {
            across,
            down,
            through,
            ..
        } = *self.aligned;
        let (front, back, share) = self.planes;
        let run = |plane: usize| Run {
            first: plane * strides[through]
                + line * strides[down]
                + self.used.start * strides[across],
            stride: strides[across],
            plane: fixed_k(self.aligned, plane, line).ok_or(self.used.start),
        };
        row.clear();
        row.resize(self.used.len(), 0.0);
        let (front, back) = (run(front), run(back));
        let behind = (share > 0.0).then_some((&back, share as f32));
        self.source.run(channel, &front, behind, row);
    }

    /// Puts right the pixels where a neighbour was padding: NaN spread to all that touch it.
    fn repair(&self, y: usize, channel: usize, values: &mut [f32]) {
        let Aligned {
            across,
            down,
            through,
            ..
        } = *self.aligned;
        // Without a branch, so that vector instructions look at several at a time.
        let shown = values[self.shown.clone()].iter();
        if !shown.fold(false, |any, value| any | value.is_nan()) {
            return;
        }
        let columns = &self.aligned.columns[self.rect.x..self.rect.right()];
        for (value, &column) in values.iter_mut().zip(columns) {
            if value.is_nan() && !column.is_nan() {
                let mut at = [0.0; 3];
                at[across] = column;
                at[down] = self.aligned.rows[y];
                at[through] = self.aligned.plane;
                *value = linear_at(self.source, self.sampling, channel, at);
            }
        }
    }
}
