//! The values around a point: what a brush that goes by values takes for its own.

use super::{BrushShape, stroke_spans};
use crate::grid::Grid;
use crate::mask::Span;
use crate::space::{PatientPoint, VoxelIndex};

/// The neighbourhood reaches this far from the point, and one voxel to every side at least.
const REACH_MM: f64 = 2.0;
/// The standard deviation of a normal distribution, by its median absolute deviation.
const SD_OF_MAD: f64 = 1.482_602_218_505_602;
/// Values further than this many noise deviations from the mean belong to something else.
const CLIP: f64 = 3.0;
/// The standard deviation of normal values that are clipped so, as a share of the whole.
const CLIPPED_SD: f64 = 0.986_58;
/// How often the mean is found anew from what lies around it.
const ROUNDS: usize = 4;

/// What the values around a point are like.
///
/// Robust where the neighbourhood holds something else as well (up to about half of it), as beside an
/// edge or on a thin vessel: the level begins at the lower median of the voxel under the point and its face
/// neighbours; the noise is the median absolute difference of face neighbours (an edge touches few of
/// them), scaled to a standard deviation; the mean and the standard deviation are those of the values
/// within three noise deviations of the mean, found by repetition. This is the statistic of
/// confidence-connected region growing (mean and deviation of a seed's neighbourhood; Insight Toolkit,
/// `ConfidenceConnectedImageFilter`) with the robust scale of Rousseeuw and Croux (J. Am. Stat. Assoc. 88,
/// 1993, 1273) in place of the plain one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalValues {
    /// The mean of the values that belong together.
    pub mean: f64,
    /// Their standard deviation.
    pub sd: f64,
    /// The noise from voxel to voxel, as a standard deviation.
    pub noise: f64,
}

impl LocalValues {
    /// The values around a point: of the voxels within 2 mm, and of the 3×3×3 around the voxel under it;
    /// for a disc only of those that its plane cuts. `values` gives a voxel's value, `None` where there is
    /// no image.
    ///
    /// `None` where the voxel under the point has no value: outside the grid, in a gap, on padding.
    pub fn around(
        grid: &Grid,
        shape: BrushShape,
        at: PatientPoint,
        values: &dyn Fn(VoxelIndex) -> Option<f64>,
    ) -> Option<LocalValues> {
        let middle = grid.voxel_from_patient(at).nearest();
        let near = Neighbourhood::new(grid, shape, at, values);
        near.value(middle)?;
        let face_neighbours = neighbours_of(middle).into_iter().chain([middle]);
        let mut level = lower_median(face_neighbours.filter_map(|v| near.value(v)).collect())?;
        let noise =
            lower_median(near.differences()).unwrap_or(0.0) * SD_OF_MAD / std::f64::consts::SQRT_2;
        let mut sd = 0.0;
        for _ in 0..ROUNDS {
            let own = near.values().filter(|v| (v - level).abs() <= CLIP * noise);
            // Nothing is left only where rounding moved the mean off the values: it stays.
            let Some((mean, deviation)) = mean_and_sd(own) else {
                break;
            };
            (level, sd) = (mean, deviation / CLIPPED_SD);
        }
        Some(LocalValues {
            mean: level,
            sd,
            noise,
        })
    }

    /// The range of a threshold brush that takes what is like this: mean ± 2 standard deviations, in
    /// which 95 % of normal values lie.
    pub fn range(&self) -> [f64; 2] {
        [self.mean - 2.0 * self.sd, self.mean + 2.0 * self.sd]
    }
}

/// The six voxels that share a face with this one.
pub(super) fn neighbours_of(voxel: VoxelIndex) -> [VoxelIndex; 6] {
    let VoxelIndex([i, j, k]) = voxel;
    [
        [i - 1, j, k],
        [i + 1, j, k],
        [i, j - 1, k],
        [i, j + 1, k],
        [i, j, k - 1],
        [i, j, k + 1],
    ]
    .map(VoxelIndex)
}

/// Voxels with their values, in order of k, j, i.
struct Neighbourhood(Vec<([i64; 3], f64)>);

impl Neighbourhood {
    fn new(
        grid: &Grid,
        shape: BrushShape,
        at: PatientPoint,
        values: &dyn Fn(VoxelIndex) -> Option<f64>,
    ) -> Neighbourhood {
        let VoxelIndex(middle) = grid.voxel_from_patient(at).nearest();
        let is_beside = |v: &[i64; 3]| (0..3).all(|a| (v[a] - middle[a]).abs() <= 1);
        let mut found: Vec<[i64; 3]> = voxels_of(&stroke_spans(grid, shape, REACH_MM, &[at]))
            .chain(
                voxels_of(&stroke_spans(grid, shape, block_reach_mm(grid, at), &[at]))
                    .filter(is_beside),
            )
            .collect();
        found.sort_unstable_by_key(|[i, j, k]| [*k, *j, *i]);
        found.dedup();
        let with_value = |v: [i64; 3]| {
            let value = values(VoxelIndex(v)).filter(|value| value.is_finite())?;
            Some((v, value))
        };
        Neighbourhood(found.into_iter().filter_map(with_value).collect())
    }

    fn value(&self, voxel: VoxelIndex) -> Option<f64> {
        let VoxelIndex([i, j, k]) = voxel;
        let found = self
            .0
            .binary_search_by_key(&[k, j, i], |([i, j, k], _)| [*k, *j, *i]);
        found.ok().map(|n| self.0[n].1) // found there
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|(_, value)| *value)
    }

    /// The differences between voxels that share a face, each once.
    fn differences(&self) -> Vec<f64> {
        let mut differences = Vec::new();
        for (v, value) in &self.0 {
            for axis in 0..3 {
                let mut next = *v;
                next[axis] += 1;
                if let Some(other) = self.value(VoxelIndex(next)) {
                    differences.push((value - other).abs());
                }
            }
        }
        differences
    }
}

/// A radius around the point that holds the 3×3×3 around the voxel under it, mm.
fn block_reach_mm(grid: &Grid, at: PatientPoint) -> f64 {
    let VoxelIndex(middle) = grid.voxel_from_patient(at).nearest();
    let corner = |n: i64| {
        let away = [n & 1, n >> 1 & 1, n >> 2].map(|side| 2 * side - 1);
        let voxel = VoxelIndex(std::array::from_fn(|a| middle[a] + away[a]));
        grid.patient_from_voxel(voxel.centre()).distance_mm(at)
    };
    (0..8).map(corner).fold(0.0, f64::max)
}

fn voxels_of(spans: &[Span]) -> impl Iterator<Item = [i64; 3]> {
    spans
        .iter()
        .flat_map(|s| (s.i0..s.i1).map(|i| [i, s.j, s.k]))
}

/// The middle value; of an even number the lower of the two, so that it is one of them.
fn lower_median(mut values: Vec<f64>) -> Option<f64> {
    let middle = values.len().checked_sub(1)? / 2;
    let (_, median, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    Some(*median)
}

/// The mean and the standard deviation (of the whole, not of a sample); `None` without a value.
fn mean_and_sd(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let values: Vec<f64> = values.collect();
    if values.is_empty() {
        return None;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    Some((mean, (squares / count).sqrt()))
}
