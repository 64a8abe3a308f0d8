//! Exact squared Euclidean distances on anisotropic grids.
//!
//! The separable transform of P. F. Felzenszwalb and D. P. Huttenlocher, "Distance Transforms of
//! Sampled Functions", Theory of Computing 8 (2012) 415–428: one pass per axis, each the lower
//! envelope of parabolas along a line; linear in the number of voxels, in `f64` throughout.

mod places;

use rayon::prelude::*;

use crate::mask::{Mask, VoxelBox};

pub use places::{near_voxels, squared_distances_at};

/// Voxels below which a thread of its own costs more than it saves.
const VOXELS_PER_THREAD: usize = 1 << 16;

/// The squared distance (mm²) from each voxel of a dense box to the nearest voxel of `is_feature`.
///
/// Both run i fastest, then j, then k. Steps are along axes at right angles, `spacing_mm` apart: on a
/// sheared grid, or with uneven planes, the figures are approximate. Without any feature all are
/// infinite.
///
/// # Panics
/// If there is not one `is_feature` per voxel of `size`.
pub fn squared_distances(is_feature: &[bool], size: [usize; 3], spacing_mm: [f64; 3]) -> Vec<f64> {
    let [columns, rows, planes] = size;
    assert_eq!(
        is_feature.len(),
        columns * rows * planes,
        "one bool per voxel"
    );
    if is_feature.is_empty() {
        return Vec::new();
    }
    let mut squared = vec![f64::INFINITY; is_feature.len()];
    let plane_len = columns * rows;
    let planes_per_thread = VOXELS_PER_THREAD.div_ceil(plane_len);
    squared
        .par_chunks_mut(plane_len)
        .zip(is_feature.par_chunks(plane_len))
        .with_min_len(planes_per_thread)
        .for_each_init(Envelope::default, |envelope, (plane, features)| {
            for (row, features) in plane.chunks_mut(columns).zip(features.chunks(columns)) {
                steps_along_row(row, features, spacing_mm[0]);
            }
            let mut rows: Vec<&mut [f64]> = plane.chunks_mut(columns).collect();
            envelope.pass(&mut rows, spacing_mm[1]);
        });
    // Along k: the rows of equal j of all planes, so that every thread owns its rows.
    let mut rows_of_j: Vec<Vec<&mut [f64]>> =
        (0..rows).map(|_| Vec::with_capacity(planes)).collect();
    for plane in squared.chunks_mut(plane_len) {
        for (of_j, row) in rows_of_j.iter_mut().zip(plane.chunks_mut(columns)) {
            of_j.push(row);
        }
    }
    rows_of_j
        .par_iter_mut()
        .with_min_len(VOXELS_PER_THREAD.div_ceil(columns * planes))
        .for_each_init(Envelope::default, |envelope, rows| {
            envelope.pass(rows, spacing_mm[2]);
        });
    squared
}

/// The squared distance (mm²) from each voxel of `within` to the nearest voxel of the mask in it.
///
/// See [`squared_distances`]. Take the box around all that matters and one voxel more: its volume is
/// what this costs.
pub fn squared_distances_in_box(mask: &Mask, within: &VoxelBox, spacing_mm: [f64; 3]) -> Vec<f64> {
    squared_distances(&dense_in_box(mask, within), within.size(), spacing_mm)
}

/// One bool per voxel of the box, i fastest, then j, then k; `false` outside the mask's grid.
pub fn dense_in_box(mask: &Mask, within: &VoxelBox) -> Vec<bool> {
    let [columns, rows, planes] = within.size();
    let mut dense = vec![false; columns * rows * planes];
    for k in within.min[2]..within.min[2] + planes {
        mask.runs_in_plane(k, |run| {
            // Runs of a mask lie inside its grid: no number is negative.
            let [j, i0, i1] = [run.j, run.i0, run.i1].map(|v| v as usize);
            let (i0, i1) = (i0.max(within.min[0]), i1.min(within.max[0]));
            if j >= within.min[1] && j < within.max[1] && i0 < i1 {
                let row = columns * (j - within.min[1] + rows * (k - within.min[2]));
                dense[row + i0 - within.min[0]..row + i1 - within.min[0]].fill(true);
            }
        });
    }
    dense
}

/// Squared distances along one row: the nearer of the last feature and the next one.
fn steps_along_row(squared: &mut [f64], is_feature: &[bool], spacing_mm: f64) {
    sweep(squared, is_feature, spacing_mm, 0..is_feature.len());
    sweep(squared, is_feature, spacing_mm, (0..is_feature.len()).rev());
}

/// Steps since the last feature, for places in this order.
fn sweep(
    squared: &mut [f64],
    is_feature: &[bool],
    spacing_mm: f64,
    order: impl Iterator<Item = usize>,
) {
    let mut steps: Option<u64> = None;
    for n in order {
        // n is below the length of both
        steps = if is_feature[n] {
            Some(0)
        } else {
            steps.map(|s| s + 1)
        };
        if let Some(steps) = steps {
            let distance = steps as f64 * spacing_mm;
            squared[n] = squared[n].min(distance * distance);
        }
    }
}

/// Working space of the passes along j and k.
#[derive(Default)]
struct Envelope {
    /// The line's values before the pass.
    values: Vec<f64>,
    /// Places of the parabolas of the lower envelope.
    places: Vec<usize>,
    /// From where on each of them is the lowest, in steps.
    starts: Vec<f64>,
}

impl Envelope {
    /// One pass across the rows: entry x of all rows is one line.
    fn pass(&mut self, rows: &mut [&mut [f64]], spacing_mm: f64) {
        let columns = rows.first().map_or(0, |row| row.len());
        for x in 0..columns {
            self.values.clear();
            self.values.extend(rows.iter().map(|row| row[x])); // x < columns, all rows are equal
            self.build(spacing_mm * spacing_mm);
            self.write(spacing_mm, |n, value| rows[n][x] = value); // n numbers the rows
        }
    }

    /// The lower envelope of the parabolas values[q] + step2·(x − q)². Infinite ones take no part.
    fn build(&mut self, step2: f64) {
        self.places.clear();
        self.starts.clear();
        for (q, &value) in self.values.iter().enumerate() {
            if value == f64::INFINITY {
                continue;
            }
            let mut start = f64::NEG_INFINITY;
            while let (Some(&p), Some(&from)) = (self.places.last(), self.starts.last()) {
                // Where the parabola of q falls below that of p.
                let apart = (q - p) as f64; // places rise
                let middle = (q + p) as f64 / 2.0;
                start = middle + (value - self.values[p]) / (2.0 * step2 * apart);
                if start > from {
                    break;
                }
                self.places.pop();
                self.starts.pop();
                start = f64::NEG_INFINITY;
            }
            self.places.push(q);
            self.starts.push(start);
        }
    }

    /// The envelope's value at every place of the line; without any parabola nothing is written.
    fn write(&self, spacing_mm: f64, mut put: impl FnMut(usize, f64)) {
        let mut lowest = 0;
        for x in 0..self.values.len() {
            while self
                .starts
                .get(lowest + 1)
                .is_some_and(|&start| start < x as f64)
            {
                lowest += 1;
            }
            if let Some(&q) = self.places.get(lowest) {
                let distance = x.abs_diff(q) as f64 * spacing_mm;
                put(x, self.values[q] + distance * distance); // places are indices of values
            }
        }
    }
}
