//! A brush that keeps to what it was set down on: paint stops at edges.

mod patch;
mod rows;

use super::local_values::LocalValues;
use super::sweep::{Piece, piece_spans};
use super::{BrushShape, StrokePoint};
use crate::grid::Grid;
use crate::mask::Span;
use crate::space::{PatientPoint, VoxelIndex};
use patch::Patch;
use rows::Rows;

/// How an [`AdaptiveBrush`] behaves. Numbers beyond 0 to 1 count as the nearer end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaptiveOptions {
    /// How faint an edge stops the paint: 0 none (the plain brush), 1 the faintest.
    pub edge_strength: f64,
    /// How much holes and threads are evened out: 0 not at all, 1 by simple majority.
    pub smooth: f64,
}

impl Default for AdaptiveOptions {
    fn default() -> AdaptiveOptions {
        AdaptiveOptions {
            edge_strength: 0.5,
            smooth: 0.3,
        }
    }
}

/// Deviations in which strength 1 takes a value for like the others.
const TIGHTEST: f64 = 0.5;
/// What strength 0.5 adds to that.
const MIDDLE: f64 = 1.0;
/// The deviation counts as this share at least of the range of values under the first brush: images
/// without noise are never without steps.
const LEAST_SHARE: f64 = 1.0 / 200.0;
/// The first brush is looked at within this radius, mm.
const RANGE_REACH_MM: f64 = 10.0;
/// A way is looked at in this many places at most: no grid has longer ones, whatever a pointer reports.
const MOST_STEPS: f64 = 1e5;
/// How far a voxel's neighbourhood reaches that [`Patch`] looks at: values, then edges among these.
const SURROUNDINGS: i64 = 3;

/// The brush of one stroke that sticks to edges. Begun where the stroke begins; keeps what it found there.
///
/// Of the voxels below the brush (see [`super::stroke_spans`]; those of a disc's plane are its world) it
/// takes, in this order:
///
/// 1. *Values.* Each voxel's value is averaged with those of its 3×3×3 that differ by at most two
///    deviations: the sigma filter (J.-S. Lee, Computer Vision, Graphics, and Image Processing 24, 1983,
///    255), which takes the noise away and leaves edges and thin vessels where they are. The deviation is
///    that of [`LocalValues`] at the stroke's first point, the larger of spread and noise.
/// 2. *Core.* Voxels whose averaged value lies within k deviations of the first point's mean, connected
///    (across faces, below the brush) to the way of the brush's centre, or to a face neighbour of it:
///    confidence-connected growing. k = 0.5 + (1 − s)/s for an edge strength s: 1.5 at 0.5, 0.5 at 1,
///    without limit at 0.
/// 3. *Edge.* Up to two layers around the core, of voxels that the image has blurred: those whose
///    deviation from the mean is at most half of the largest one to the same side in their 5×5×5 (less
///    one deviation, which noise adds to the largest of many). The border then lies at half of the edge's height, where an edge blurred by the scanner truly is.
/// 4. *Smooth.* For smoothness m, a voxel below the brush comes in where at least 1 − m/2 of its 26
///    neighbours below the brush (those with a value) are taken, and goes out where less than m/2 of them are.
///
/// The same values give the same voxels, however many threads there are. The cost follows the voxels
/// below the brush.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaptiveBrush {
    shape: BrushShape,
    reference: LocalValues,
    /// The deviation by which values differ, never zero where values differ.
    deviation: f64,
    /// Averaged values up to this far from the mean are like it.
    tolerance: f64,
    /// From 0 to 1.
    smooth: f64,
}

impl AdaptiveBrush {
    /// Begins a stroke. `values` gives a voxel's value, `None` where there is no image.
    ///
    /// `None` where there is nothing to be like: no value below the point.
    pub fn begin(
        grid: &Grid,
        shape: BrushShape,
        first: StrokePoint,
        options: AdaptiveOptions,
        values: &dyn Fn(VoxelIndex) -> Option<f64>,
    ) -> Option<AdaptiveBrush> {
        let reference = LocalValues::around(grid, shape, first.at, values)?;
        let least = LEAST_SHARE * range_below(grid, shape, first, values);
        let deviation = reference.sd.max(reference.noise).max(least);
        let AdaptiveOptions {
            edge_strength,
            smooth,
        } = options;
        let tolerance = if edge_strength > 0.0 {
            let strength = edge_strength.min(1.0);
            (TIGHTEST + MIDDLE * (1.0 - strength) / strength) * deviation
        } else {
            f64::INFINITY
        };
        Some(AdaptiveBrush {
            shape,
            reference,
            deviation,
            tolerance,
            smooth: smooth.clamp(0.0, 1.0),
        })
    }

    /// What the stroke's first point is like.
    pub fn reference(&self) -> LocalValues {
        self.reference
    }

    /// The voxels of one movement of the brush (the same place twice: a stamp), as runs in order of k, j,
    /// i that neither overlap nor touch. All lie below the plain brush and have a value.
    pub fn spans(
        &self,
        grid: &Grid,
        from: StrokePoint,
        to: StrokePoint,
        values: &dyn Fn(VoxelIndex) -> Option<f64>,
    ) -> Vec<Span> {
        let ends = [from, to];
        let brush = piece_spans(
            grid,
            &Piece {
                ends,
                shape: self.shape,
            },
        );
        if brush.is_empty() {
            return brush;
        }
        let brush = Rows::of(&brush, SURROUNDINGS);
        let plane = self.plane_around(grid, ends);
        let around = brush.grown(SURROUNDINGS, grid.size(), plane.as_ref());
        let mut patch = Patch::new(&brush, &around, values);
        patch.average(2.0 * self.deviation);
        patch.subtract(self.reference.mean);
        patch.flood(&way(grid, ends), self.tolerance);
        patch.fringe(self.deviation);
        patch.fringe(self.deviation);
        patch.smooth(self.smooth);
        patch.spans()
    }

    /// The voxels that a disc's plane cuts, below the brush and beyond by its surroundings.
    fn plane_around(&self, grid: &Grid, ends: [StrokePoint; 2]) -> Option<Rows> {
        let BrushShape::Disc { .. } = self.shape else {
            return None;
        };
        let [i, j, _] = grid.spacing_mm();
        let beyond_mm = SURROUNDINGS as f64 * (i + j + widest_step_mm(grid));
        let wider = ends.map(|end| StrokePoint {
            radius_mm: end.radius_mm + beyond_mm,
            ..end
        });
        let piece = Piece {
            ends: wider,
            shape: self.shape,
        };
        Some(Rows::of(&piece_spans(grid, &piece), 0))
    }
}

/// The largest step from plane to plane, mm.
fn widest_step_mm(grid: &Grid) -> f64 {
    let steps = grid.plane_offsets_mm().windows(2).map(|w| w[1] - w[0]); // windows of two
    steps.fold(grid.spacing_mm()[2], f64::max)
}

/// The largest value less the smallest of the voxels below the brush, near its centre.
fn range_below(
    grid: &Grid,
    shape: BrushShape,
    first: StrokePoint,
    values: &dyn Fn(VoxelIndex) -> Option<f64>,
) -> f64 {
    let first = StrokePoint {
        radius_mm: first.radius_mm.min(RANGE_REACH_MM),
        ..first
    };
    let ends = [first; 2];
    let spans = piece_spans(grid, &Piece { ends, shape });
    let voxels = spans
        .iter()
        .flat_map(|s| (s.i0..s.i1).map(|i| VoxelIndex([i, s.j, s.k])));
    let (low, high) = voxels
        .filter_map(values)
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
    (high - low).max(0.0)
}

/// The voxels under the brush's centre on its way.
fn way(grid: &Grid, ends: [StrokePoint; 2]) -> Vec<VoxelIndex> {
    let [from, to]: [PatientPoint; 2] = ends.map(|end| end.at);
    let step_mm = grid.spacing_mm().into_iter().fold(f64::INFINITY, f64::min) / 2.0;
    let steps = (from.distance_mm(to) / step_mm).ceil();
    let steps = steps.clamp(1.0, MOST_STEPS) as u32;
    let mut voxels: Vec<VoxelIndex> = (0..=steps)
        .map(|n| from.towards(to, f64::from(n) / f64::from(steps)))
        .map(|point| grid.voxel_from_patient(point).nearest())
        .collect();
    voxels.dedup();
    voxels
}
