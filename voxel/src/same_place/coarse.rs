//! A volume averaged along its own axes and read on a coarse lattice of patient space.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::grid::Grid;
use crate::space::{PatientPoint, VoxelPoint};
use crate::volume::{Samples, Stored, Volume, each_type};

/// Edge of the averaged blocks at most, mm (never less than one voxel).
const BLOCK_MM: f64 = 5.0;

/// A lattice value needs at least this share of real image around it.
const REAL_SHARE: f32 = 0.5;

/// Modality values averaged over blocks of voxels; NaN where a block holds no image.
pub(super) struct Blocks<'a> {
    grid: &'a Grid,
    /// Voxels per block along i, j, k.
    voxels: [usize; 3],
    size: [usize; 3],
    values: Vec<f32>,
}

impl<'a> Blocks<'a> {
    /// Once stopped, blocks stay empty.
    pub(super) fn of(volume: &'a Volume, stop: &AtomicBool) -> Blocks<'a> {
        let grid = volume.grid();
        let spacing = grid.spacing_mm();
        let mut voxels = spacing.map(|mm| ((BLOCK_MM / mm).floor() as usize).max(1));
        if !grid.is_even() {
            voxels[2] = 1; // planes keep their own places
        }
        let size: [usize; 3] = std::array::from_fn(|a| grid.size()[a].div_ceil(voxels[a]));
        let mut values = vec![f32::NAN; size.iter().product()];
        each_type!(volume.samples(), samples => {
            let planes = values.par_chunks_mut(size[0] * size[1]).enumerate();
            planes.for_each(|(plane, out)| {
                if !stop.load(Ordering::Relaxed) {
                    average_plane(volume, samples, voxels, plane, out);
                }
            });
        });
        Blocks {
            grid,
            voxels,
            size,
            values,
        }
    }

    /// The value at a place, between blocks linearly; NaN outside the volume and where most of the
    /// blocks around are empty.
    fn at(&self, place: PatientPoint) -> f32 {
        let point: VoxelPoint = self.grid.voxel_from_patient(place);
        if self.grid.is_in_gap(point.0[2]) {
            return f32::NAN;
        }
        let mut below = [0_usize; 3];
        let mut above = [0_usize; 3];
        let mut share = [0.0_f32; 3];
        for a in 0..3 {
            let p = point.0[a];
            // written so that NaN is outside too
            if !(p >= -0.5 && p <= self.grid.size()[a] as f64 - 0.5) {
                return f32::NAN;
            }
            let half = (self.voxels[a] - 1) as f64 / 2.0; // a block's centre in voxels
            let block = ((p - half) / self.voxels[a] as f64).clamp(0.0, (self.size[a] - 1) as f64);
            below[a] = block.floor() as usize;
            above[a] = (below[a] + 1).min(self.size[a] - 1);
            share[a] = (block - block.floor()) as f32;
        }
        let (mut sum, mut weights) = (0.0, 0.0);
        for corner in 0..8_usize {
            let mut weight = 1.0;
            let mut at = [0; 3];
            for a in 0..3 {
                let upper = corner >> a & 1 == 1;
                at[a] = if upper { above[a] } else { below[a] };
                weight *= if upper { share[a] } else { 1.0 - share[a] };
            }
            let value = self.values[at[0] + self.size[0] * (at[1] + self.size[1] * at[2])];
            if !value.is_nan() {
                sum += weight * value;
                weights += weight;
            }
        }
        if weights >= REAL_SHARE {
            sum / weights
        } else {
            f32::NAN
        }
    }
}

/// The blocks of one plane of blocks.
fn average_plane<S: Stored>(
    volume: &Volume,
    samples: &[S],
    voxels: [usize; 3],
    plane: usize,
    out: &mut [f32],
) {
    let [columns, rows, planes] = volume.grid().size();
    let across = columns.div_ceil(voxels[0]);
    let mut sums = vec![0.0_f64; out.len()];
    let mut counts = vec![0_u32; out.len()];
    for k in plane * voxels[2]..((plane + 1) * voxels[2]).min(planes) {
        let rescale = volume.rescale_of_plane(k);
        for j in 0..rows {
            let start = columns * (j + rows * k);
            let row = &samples[start..start + columns]; // the volume holds a sample per voxel
            let first = across * (j / voxels[1]);
            for (n, block) in row.chunks(voxels[0]).enumerate() {
                let (sum, count) = block_sum(block, volume.padding());
                sums[first + n] += rescale.slope * sum + rescale.intercept * f64::from(count);
                counts[first + n] += count;
            }
        }
    }
    for ((value, sum), &count) in out.iter_mut().zip(sums).zip(&counts) {
        if count > 0 {
            *value = (sum / f64::from(count)) as f32;
        }
    }
}

/// Sum and number of the stored values that are image.
fn block_sum<S: Stored>(block: &[S], padding: Option<(f64, f64)>) -> (f64, u32) {
    let (low, high) = padding.unwrap_or((f64::NAN, f64::NAN));
    let (mut sum, mut count) = (0.0, 0);
    for sample in block {
        let number = sample.number();
        let is_image = number.is_finite() && !(low <= number && number <= high);
        sum += if is_image { number } else { 0.0 };
        count += u32::from(is_image);
    }
    (sum, count)
}

/// Cells of one step on a lattice through the patient's origin; cell c is centred at c × step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cells {
    /// The first cell along x, y, z.
    pub(super) min: [i64; 3],
    /// The number of cells along x, y, z.
    pub(super) size: [usize; 3],
}

/// Values of a volume on cells (x fastest); NaN where there is no image.
pub(super) struct Field {
    pub(super) cells: Cells,
    pub(super) values: Vec<f32>,
}

impl Field {
    /// The averaged volume read at the centres of cells of `step_mm`; once stopped, cells stay empty.
    pub(super) fn read(
        blocks: &Blocks<'_>,
        cells: Cells,
        step_mm: f64,
        stop: &AtomicBool,
    ) -> Field {
        let [across, down, _] = cells.size;
        let mut values = vec![f32::NAN; cells.size.iter().product()];
        let planes = values.par_chunks_mut(across * down).enumerate();
        planes.for_each(|(z, plane)| {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            for (n, value) in plane.iter_mut().enumerate() {
                let cell = [n % across, n / across, z];
                let place = [0, 1, 2].map(|a| (cells.min[a] + cell[a] as i64) as f64 * step_mm);
                *value = blocks.at(PatientPoint(place));
            }
        });
        Field { cells, values }
    }

    /// The field on cells of twice the step, each the mean of the up to eight in it.
    ///
    /// Cell c of the result holds the cells 2c and 2c + 1: all fields are halved alike.
    pub(super) fn halved(&self) -> Field {
        let min = self.cells.min.map(|m| m.div_euclid(2));
        let last = |a: usize| (self.cells.min[a] + self.cells.size[a] as i64 - 1).div_euclid(2);
        let size: [usize; 3] = std::array::from_fn(|a| (last(a) - min[a] + 1) as usize);
        let mut sums = vec![(0.0_f32, 0_u32); size.iter().product()];
        let [across, down, _] = self.cells.size;
        for (n, &value) in self.values.iter().enumerate().filter(|(_, v)| !v.is_nan()) {
            let fine = [n % across, n / across % down, n / (across * down)];
            let at: [usize; 3] = std::array::from_fn(|a| {
                ((self.cells.min[a] + fine[a] as i64).div_euclid(2) - min[a]) as usize
            });
            let sum = &mut sums[at[0] + size[0] * (at[1] + size[1] * at[2])];
            *sum = (sum.0 + value, sum.1 + 1);
        }
        let mean = |&(sum, count): &(f32, u32)| {
            if count >= 4 {
                sum / count as f32
            } else {
                f32::NAN
            }
        };
        Field {
            cells: Cells { min, size },
            values: sums.iter().map(mean).collect(),
        }
    }
}
