//! Which places a slab is made of.

use crate::rendering::Slab;
use crate::sampling::{DRIFT, Sampling};

/// A part of a sample's reach below this adds nothing: it is rounding.
const LEAST_PART: f64 = 1e-6;

/// How much closer than the usual step uneven planes may be until samples no longer follow them.
const DENSEST: f64 = 4.0;

/// One of the planes of samples that make up a slab.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SlabSample {
    /// From the view's plane, in voxel coordinates (k in usual steps).
    pub(crate) shift: [f64; 3],
    /// How much of the slab's thickness it stands for, steps.
    pub(crate) weight: f32,
}

/// The planes of samples of a slab about a view's plane, from the reader's side; empty where there is
/// none.
pub(crate) fn slab_samples(sampling: &Sampling, slab: &Slab) -> Vec<SlabSample> {
    match sampling.constant_axis() {
        Some(axis) => planes(sampling, axis, slab.thickness_mm),
        None => steps(sampling, slab.thickness_mm),
    }
}

/// The grid's own planes along `axis` within the slab.
fn planes(sampling: &Sampling, axis: usize, thickness_mm: f64) -> Vec<SlabSample> {
    // Not zero: the picture's sides both have this axis constant, so only the normal leaves it.
    let per_mm = sampling.per_mm[axis];
    let half = (thickness_mm * per_mm / 2.0).abs();
    let middle = sampling.origin[axis];
    let (low, high) = (middle - half, middle + half);
    let mut shifts = sampling.per_mm.map(|rate| rate / per_mm);
    let farthest = half + 1.0;
    for (other, shift) in shifts.iter_mut().enumerate() {
        // As pictures do not show such drifts, slabs do not either.
        if other != axis && (*shift * farthest).abs() < DRIFT {
            *shift = 0.0;
        }
    }
    let mut samples: Vec<SlabSample> = sampling
        .planes_between(axis, low, high)
        .filter_map(|plane| {
            let part = plane.end.min(high) - plane.start.max(low);
            let by = plane.centre - middle;
            let most = (plane.end - plane.start).min(high - low);
            (part > LEAST_PART * most).then(|| SlabSample {
                shift: std::array::from_fn(|a| if a == axis { by } else { by * shifts[a] }),
                // By the length, so that a plane that reaches farther counts for more.
                weight: part as f32,
            })
        })
        .collect();
    if per_mm < 0.0 {
        samples.reverse();
    }
    samples
}

/// Samples at equal distances on both sides of the plane, as far as the volume reaches.
fn steps(sampling: &Sampling, thickness_mm: f64) -> Vec<SlabSample> {
    let mut rates = sampling.per_mm.map(f64::abs);
    rates[2] *= sampling.density().min(DENSEST);
    let fastest = rates.into_iter().fold(0.0, f64::max);
    let half_steps = thickness_mm * fastest / 2.0;
    let [nearest, farthest] = sampling.depths_mm().map(|depth| depth * fastest);
    let first = (nearest.floor() - 1.0).max((-half_steps - 0.5).ceil());
    let last = (farthest.ceil() + 1.0).min((half_steps + 0.5).floor());
    let mut samples = Vec::new();
    let mut at = first;
    while at <= last {
        let part = (at + 0.5).min(half_steps) - (at - 0.5).max(-half_steps);
        if part > LEAST_PART * (2.0 * half_steps).min(1.0) {
            samples.push(SlabSample {
                shift: sampling.per_mm.map(|rate| rate * at / fastest),
                weight: part as f32,
            });
        }
        at += 1.0;
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rendering::SlabMode;
    use crate::view::SliceView;
    use voxel::{Affine, Grid, PatientVector, Plane};

    fn samples(grid: &Grid, view: &SliceView, thickness_mm: f64) -> Vec<SlabSample> {
        let slab = Slab {
            mode: SlabMode::Mean,
            thickness_mm,
        };
        slab_samples(&Sampling::of_view(grid, view), &slab)
    }

    fn ks(grid: &Grid, view: &SliceView, thickness_mm: f64) -> Vec<(f64, f32)> {
        let found = samples(grid, view, thickness_mm);
        found.iter().map(|s| (s.shift[2], s.weight)).collect()
    }

    #[test]
    fn a_slab_along_the_grid_holds_its_planes_and_parts_of_the_outermost() {
        let grid = Grid::new([20, 20, 20], Affine::scaling([0.5, 0.5, 2.0])).unwrap();
        let view = SliceView::of_plane(&grid, Plane::Axial, 10, [50, 50]).unwrap();
        assert_eq!(ks(&grid, &view, 0.3), [(0.0, 0.15)]);
        let three = [-1.0, 0.0, 1.0].map(|k| (k, 1.0));
        assert_eq!(ks(&grid, &view, 6.0), three);
        let with_halves = [(-1.0, 0.5), (0.0, 1.0), (1.0, 0.5)];
        assert_eq!(ks(&grid, &view, 4.0), with_halves);
        // At the edge of the volume only what exists.
        let view = SliceView::of_plane(&grid, Plane::Axial, 19, [50, 50]).unwrap();
        assert_eq!(ks(&grid, &view, 6.0).len(), 2);
    }

    #[test]
    fn uneven_planes_are_taken_where_they_are_and_gaps_add_nothing() {
        let grid = Grid::new([9, 9, 5], Affine::scaling([1.0, 1.0, 1.0])).unwrap();
        let grid = grid
            .with_plane_offsets(vec![0.0, 1.0, 2.0, 7.0, 8.0])
            .unwrap();
        let view = SliceView::of_plane(&grid, Plane::Axial, 2, [50, 50]).unwrap();
        let found = ks(&grid, &view, 10.5);
        assert_eq!(found, [(-2.0, 1.0), (-1.0, 1.0), (0.0, 1.0), (5.0, 0.75)]);
    }

    #[test]
    fn oblique_samples_are_symmetric_and_skip_no_voxel() {
        let grid = Grid::new([40, 40, 40], Affine::scaling([0.7, 0.7, 1.0])).unwrap();
        let normal = PatientVector([0.2, 0.5, 0.8]);
        let view = SliceView::oblique(&grid, grid.centre(), normal, [64, 64]).unwrap();
        let found = samples(&grid, &view, 9.0);
        let back = samples(&grid, &view.flipped_horizontally(), 9.0);
        let mirrored: Vec<f32> = back.iter().rev().map(|s| s.weight).collect();
        assert_eq!(found.iter().map(|s| s.weight).collect::<Vec<_>>(), mirrored);
        for pair in found.windows(2) {
            let step = (0..3).map(|a| (pair[1].shift[a] - pair[0].shift[a]).abs());
            assert!((step.fold(0.0, f64::max) - 1.0).abs() < 1e-9);
        }
        // A slab thicker than the volume ends with it.
        assert!(samples(&grid, &view, 1e9).len() < 100);
    }

    #[test]
    fn planes_of_a_sheared_stack_are_shifted_against_each_other() {
        let columns = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.5, 2.0]].map(PatientVector);
        let affine = Affine::from_columns(columns, voxel::PatientPoint([0.0; 3]));
        let grid = Grid::new([20, 20, 20], affine).unwrap();
        let view = SliceView::of_plane(&grid, Plane::Axial, 10, [50, 50]).unwrap();
        let found = samples(&grid, &view, 6.0);
        assert_eq!(found.len(), 3);
        // One plane on, the voxel straight behind lies half a millimetre before the shifted one.
        assert!((found[2].shift[1].abs() - 0.5).abs() < 1e-9);
        assert_eq!(found[2].shift[1], -found[0].shift[1]);
    }
}
