//! Pictures whose sides run along the grid: look-ups per column and per row instead of per pixel.

use std::ops::Range;

use rayon::prelude::*;

use super::{BAND_ROWS, linear_at, strides};
use crate::picture::{BLACK, RectPx};
use crate::sampling::{Aligned, Sampling, nearest_index, neighbours};
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

/// The voxels `used` of a line of a plane, along the picture's rows.
pub(super) fn source_run(
    aligned: &Aligned,
    size: [usize; 3],
    (plane, line): (usize, usize),
    used: &Range<usize>,
) -> Run {
    let strides = strides(size);
    let base = plane * strides[aligned.through] + line * strides[aligned.down];
    let k = fixed_k(aligned, plane, line);
    Run {
        start: base + used.start * strides[aligned.across],
        step: strides[aligned.across],
        count: used.len(),
        first_plane: k.unwrap_or(used.start),
        is_through_planes: k.is_none(),
    }
}

/// The k of a whole picture row; `None` where k runs along the row.
fn fixed_k(aligned: &Aligned, plane: usize, line: usize) -> Option<usize> {
    if aligned.through == 2 {
        Some(plane)
    } else if aligned.down == 2 {
        Some(line)
    } else {
        None
    }
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
    /// Per column the first source voxel and the weight of the next; [`NOWHERE`] outside.
    columns: Vec<(u32, u32, f32)>,
    /// The source voxels that any column needs.
    used: Range<usize>,
    /// Columns with one voxel per pixel: each one's voxels are the next ones after those of the column
    /// before.
    unit: Range<usize>,
    /// The two planes and the second one's weight.
    planes: (usize, usize, f64),
}

/// The columns about the middle one whose voxels are next to each other, one per column.
fn unit_run(columns: &[(u32, u32, f32)]) -> Range<usize> {
    let is_pair = |n: usize| {
        let (below, above, _) = columns[n];
        below != NOWHERE && above == below + 1
    };
    let is_next = |n: usize| is_pair(n) && columns[n].0 == columns[n - 1].0 + 1;
    let middle = columns.len() / 2;
    if columns.is_empty() || !is_pair(middle) {
        return 0..0;
    }
    let (mut start, mut end) = (middle, middle + 1);
    while start > 0 && is_pair(start - 1) && is_next(start) {
        start -= 1;
    }
    while end < columns.len() && is_next(end) {
        end += 1;
    }
    start..end
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
        let columns: Vec<(u32, u32, f32)> = aligned.columns[rect.x..rect.right()]
            .iter()
            .map(|&at| {
                if at.is_nan() {
                    return (NOWHERE, NOWHERE, 0.0);
                }
                let (below, above, share) = neighbours(at, size[aligned.across]);
                (below as u32, above as u32, share as f32)
            })
            .collect();
        let shown = columns.iter().filter(|c| c.0 != NOWHERE);
        let first = shown.clone().map(|c| c.0).min().unwrap_or(0);
        let last = shown.map(|c| c.1 + 1).max().unwrap_or(0);
        let unit = unit_run(&columns);
        Self {
            source,
            sampling,
            aligned,
            rect,
            columns,
            used: first as usize..last as usize,
            unit,
            planes: neighbours(
                if aligned.plane.is_nan() {
                    0.0
                } else {
                    aligned.plane
                },
                size[aligned.through],
            ),
        }
    }

    /// Leaves row `y` of a channel in `lines.result`.
    pub(super) fn row(&self, y: usize, channel: usize, lines: &mut Lines) {
        let at = self.aligned.rows[y];
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
            lines.result.resize(a.len(), 0.0);
            for ((value, a), b) in lines.result.iter_mut().zip(a).zip(b) {
                *value = a + (b - a) * share;
            }
        }
        if self.source.has_gaps() {
            self.repair(y, channel, &mut lines.result);
        }
    }

    /// Fills a kept line with source line `line`, unless it holds it already.
    fn line(&self, line: usize, channel: usize, kept: &mut Line, row: &mut Vec<f32>) {
        if kept.of == Some((line, channel)) {
            return;
        }
        kept.of = Some((line, channel));
        self.source_line(line, channel, row);
        kept.values.resize(self.columns.len(), 0.0);
        let first = self.used.start;
        let between = |value: &mut f32, (below, above, share): (u32, u32, f32)| {
            *value = f32::NAN;
            if below != NOWHERE {
                let a = row[below as usize - first];
                let b = row[above as usize - first];
                *value = a + (b - a) * share;
            }
        };
        let (before, rest) = kept.values.split_at_mut(self.unit.start);
        let (inner, after) = rest.split_at_mut(self.unit.len());
        for (value, column) in before.iter_mut().zip(&self.columns) {
            between(value, *column);
        }
        if let Some((below, ..)) = self
            .columns
            .get(self.unit.start)
            .filter(|_| !inner.is_empty())
        {
            // Neighbours lie side by side: no look-ups.
            let row = &row[*below as usize - first..];
            let columns = &self.columns[self.unit.clone()];
            for (((value, (.., share)), a), b) in
                inner.iter_mut().zip(columns).zip(row).zip(&row[1..])
            {
                *value = a + (b - a) * share;
            }
        }
        for (value, column) in after.iter_mut().zip(&self.columns[self.unit.end..]) {
            between(value, *column);
        }
    }

    /// The values of a source line, between its two planes.
    fn source_line(&self, line: usize, channel: usize, row: &mut Vec<f32>) {
        let size = self.sampling.size;
        let run = |plane: usize| source_run(self.aligned, size, (plane, line), &self.used);
        let (front, back, share) = self.planes;
        if share > 0.0 {
            let runs = [&run(front), &run(back)];
            self.source.between_runs(channel, runs, share as f32, row);
        } else {
            self.source.run(channel, &run(front), row);
        }
    }

    /// Puts right the pixels where a neighbour was padding: NaN spread to all that touch it.
    fn repair(&self, y: usize, channel: usize, values: &mut [f32]) {
        let Aligned {
            across,
            down,
            through,
            ..
        } = *self.aligned;
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
