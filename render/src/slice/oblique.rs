//! Pictures in any direction: each pixel finds its own voxels.

use std::ops::Range;

use rayon::prelude::*;

use super::{linear_at, strides};
use crate::picture::{BLACK, RectPx};
use crate::sampling::{Sampling, walk_neighbours};
use crate::source::Source;

/// Draws the rectangle's rows (`rows` starts at row `rect.y`, `width` pixels each) by nearest voxel.
pub(super) fn nearest<S: Source>(
    source: &S,
    sampling: &Sampling,
    rect: RectPx,
    width: usize,
    rows: &mut [[u8; 4]],
) {
    let [_, row_stride, plane_stride] = strides(sampling.size);
    let bounds = sampling.bounds([0; 3], sampling.size);
    rows.par_chunks_mut(width)
        .enumerate()
        .for_each_init(Vec::new, |voxels, (n, row)| {
            row[rect.x..rect.right()].fill(BLACK);
            let y = (rect.y + n) as i64;
            let columns = sampling.clip(y, &columns(rect), &bounds);
            // First where they are, then what they are: reads that wait for nothing but memory overlap.
            voxels.clear();
            sampling.for_each_voxel(y, columns, |x, [i, j, k]| {
                voxels.push((x as usize, i + j * row_stride + k * plane_stride, k));
            });
            for &(x, index, k) in voxels.iter() {
                row[x] = source.pixel(index, k);
            }
        });
}

fn columns(rect: RectPx) -> Range<i64> {
    rect.x as i64..rect.right() as i64
}

/// Draws the rectangle's rows by trilinear interpolation.
pub(super) fn linear<S: Source>(
    source: &S,
    sampling: &Sampling,
    rect: RectPx,
    width: usize,
    rows: &mut [[u8; 4]],
) {
    let bounds = sampling.bounds([0; 3], sampling.size);
    rows.par_chunks_mut(width)
        .enumerate()
        .for_each_init(Vec::new, |values, (n, row)| {
            let y = (rect.y + n) as i64;
            let columns = sampling.clip(y, &columns(rect), &bounds);
            let out = &mut row[rect.x..rect.right()];
            for channel in 0..S::CHANNELS {
                values.clear();
                values.resize(out.len(), f32::NAN);
                let start = (columns.start - rect.x as i64).max(0) as usize;
                let row = (y, columns.clone());
                linear_values(source, sampling, channel, row, &mut values[start..]);
                source.put(channel, values, out);
            }
        });
}

/// The values of the nearest voxels of these columns of a row, from the first one on; where there is
/// none, `values` stays.
pub(super) fn nearest_values<S: Source>(
    source: &S,
    sampling: &Sampling,
    channel: usize,
    (y, columns): (i64, Range<i64>),
    values: &mut [f32],
) {
    let [_, row_stride, plane_stride] = strides(sampling.size);
    let start = columns.start;
    sampling.for_each_voxel(y, columns, |x, [i, j, k]| {
        let index = i + j * row_stride + k * plane_stride;
        values[(x - start) as usize] = source.lane(channel, index, k);
    });
}

/// The interpolated values of these columns of a row, from the first one on; where there is none,
/// `values` stays.
pub(super) fn linear_values<S: Source>(
    source: &S,
    sampling: &Sampling,
    channel: usize,
    (y, columns): (i64, Range<i64>),
    values: &mut [f32],
) {
    let start = columns.start;
    let slowly = |x: i64| linear_at(source, sampling, channel, sampling.at(x as f64, y as f64));
    if !sampling.is_even() {
        for x in columns {
            values[(x - start) as usize] = slowly(x);
        }
        return;
    }
    let mut walk = sampling.walk(y, columns.start);
    for x in columns {
        let value = if let Some((below, share)) = walk.cell(sampling.size) {
            mixed_inside(source, sampling.size, channel, below, share)
        } else if walk.voxel(sampling.size).is_some() {
            mixed(source, sampling.size, channel, walk.at)
        } else {
            walk.advance();
            continue;
        };
        values[(x - start) as usize] = if value.is_nan() { slowly(x) } else { value };
        walk.advance();
    }
}

/// The mean of the eight neighbours from voxel `below` on, which all lie in the grid.
#[inline(always)]
fn mixed_inside<S: Source>(
    source: &S,
    size: [usize; 3],
    channel: usize,
    [i, j, k]: [usize; 3],
    [u, v, w]: [f32; 3],
) -> f32 {
    let [_, row_stride, plane_stride] = strides(size);
    let start = i + j * row_stride + k * plane_stride;
    let mut lines = [0.0; 4];
    for (n, line) in lines.iter_mut().enumerate() {
        let (row, plane) = (n % 2, n / 2);
        let first = start + row * row_stride + plane * plane_stride;
        let [a, b] = source.pair(channel, first, k + plane);
        *line = a + (b - a) * u;
    }
    let near = lines[0] + (lines[1] - lines[0]) * v;
    let far = lines[2] + (lines[3] - lines[2]) * v;
    near + (far - near) * w
}

/// The mean of the eight neighbours of a place at the edge of the grid; NaN as soon as one is.
fn mixed<S: Source>(source: &S, size: [usize; 3], channel: usize, at: [i64; 3]) -> f32 {
    let [_, row_stride, plane_stride] = strides(size);
    let (i, i_step, u) = walk_neighbours(at[0], size[0]);
    let (j, j_step, v) = walk_neighbours(at[1], size[1]);
    let (k, k_step, w) = walk_neighbours(at[2], size[2]);
    let mut planes = [0.0; 2];
    for (p, plane) in planes.iter_mut().enumerate() {
        let k = k + p * k_step;
        let mut lines = [0.0; 2];
        for (l, line) in lines.iter_mut().enumerate() {
            let start = i + (j + l * j_step) * row_stride + k * plane_stride;
            let a = source.lane(channel, start, k);
            let b = source.lane(channel, start + i_step, k);
            *line = a + (b - a) * u;
        }
        *plane = lines[0] + (lines[1] - lines[0]) * v;
    }
    planes[0] + (planes[1] - planes[0]) * w
}
