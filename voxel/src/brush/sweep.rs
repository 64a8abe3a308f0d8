//! One piece of a stroke: which row of the grid it meets, and in which run.

use rayon::prelude::*;

use super::hull::{EDGE_SHARE, Hull, Interval, Outline, SLACK, between, overlap};
use super::{BrushShape, StrokePoint};
use crate::grid::Grid;
use crate::mask::Span;
use crate::space::{PatientPoint, PatientVector, VoxelIndex};

/// Above this many rows to look at, all cores do.
const MANY_ROWS: i64 = 8_192;
/// A disc is in a grid plane if its plane leaves it by less than this share of a step per voxel.
const GRID_PLANE_TILT: f64 = 1e-4;
/// A plane half way between two grid planes, but for rounding errors, belongs to the higher one: the
/// one that `VoxelPoint::nearest` and so the picture shows.
const HALF_WAY: f64 = 1e-6;

/// A brush moved on a straight line, perhaps becoming wider or thinner on the way.
pub(super) struct Piece {
    /// Where it starts and ends; a disc's end is projected into the plane of its start.
    pub(super) ends: [StrokePoint; 2],
    pub(super) shape: BrushShape,
}

/// The voxels of a piece, as at most one run per row inside the grid, in order.
pub(super) fn piece_spans(grid: &Grid, piece: &Piece) -> Vec<Span> {
    let Some(reach) = Reach::new(grid, piece) else {
        return Vec::new();
    };
    let Some([columns, rows, planes]) = reach.index_box(grid) else {
        return Vec::new();
    };
    let lie = Lie::new(grid, &reach);
    let runs_of_plane = |k: i64| {
        let depth = reach.depth_of_plane(grid, k);
        let first = grid.patient_from_voxel(VoxelIndex([0, 0, k]).centre()) - reach.from;
        let mut spans = Vec::new();
        for j in rows.0..=rows.1 {
            let row = Row::new(&reach, &lie, first + lie.row_step * j as f64, depth);
            if let Some((first, last)) = row.run(columns) {
                spans.push(Span {
                    j,
                    k,
                    i0: first,
                    i1: last + 1,
                });
            }
        }
        spans
    };
    let count = (rows.1 - rows.0 + 1) * (planes.1 - planes.0 + 1);
    let planes = planes.0..=planes.1;
    if count > MANY_ROWS {
        planes
            .into_par_iter()
            .flat_map_iter(runs_of_plane)
            .collect()
    } else {
        planes.flat_map(runs_of_plane).collect()
    }
}

/// The first and the last index along an axis, both inside.
type IndexRange = (i64, i64);

/// How far a disc's plane may lie from a voxel's centre (along the normal, mm) to cut its cell.
#[derive(Clone, Copy)]
struct Depth {
    min: f64,
    max: f64,
}

/// Which voxels a disc's plane meets.
enum Cut {
    /// No plane: a ball.
    Everything,
    /// Exactly the grid plane with this index along this axis.
    GridPlane { axis: usize, index: i64 },
    /// Those whose cell the plane cuts.
    Oblique,
}

/// What a piece reaches, in mm.
struct Reach {
    from: PatientPoint,
    /// Seen from the start; in the disc's plane.
    hull: Hull,
    /// The disc's unit normal; zero for a ball.
    normal: PatientVector,
    cut: Cut,
}

impl Reach {
    fn new(grid: &Grid, piece: &Piece) -> Option<Reach> {
        let [from, to] = piece.ends.map(|end| end.at);
        let radii = piece.ends.map(|end| end.radius_mm);
        let is_finite = from.0.iter().chain(&to.0).all(|v| v.is_finite());
        let has_sense = |r: f64| r.is_finite() && r >= 0.0;
        if !(is_finite && radii.into_iter().all(has_sense)) {
            return None;
        }
        let (normal, cut) = match piece.shape {
            BrushShape::Ball => (PatientVector::ZERO, Cut::Everything),
            BrushShape::Disc { normal } => {
                let normal = normal.normalised()?;
                (normal, Cut::of_plane(grid, from, normal)?)
            }
        };
        Some(Reach {
            from,
            hull: Hull::new((to - from).across(normal), radii),
            normal,
            cut,
        })
    }

    /// Where the plane may lie from the centres of plane `k`'s voxels.
    fn depth_of_plane(&self, grid: &Grid, k: i64) -> Option<Depth> {
        if !matches!(self.cut, Cut::Oblique) {
            return None;
        }
        let side: f64 = [0, 1]
            .iter()
            .map(|&a| self.normal.dot(grid.affine().column(a)).abs() / 2.0)
            .sum();
        let [before, after] = grid.plane_reach_mm(usize::try_from(k).unwrap_or(0));
        let climb = self.normal.dot(grid.direction(2));
        let ends = [-before * climb, after * climb];
        Some(Depth {
            min: ends[0].min(ends[1]) - side - EDGE_SHARE,
            max: ends[0].max(ends[1]) + side + EDGE_SHARE,
        })
    }

    /// The box of indices that can be reached, clipped to the grid; `None` if it is empty.
    fn index_box(&self, grid: &Grid) -> Option<[IndexRange; 3]> {
        let ends = [self.from, self.from + self.hull.line].map(|p| grid.even_voxel_from_patient(p));
        let thickness = match self.cut {
            Cut::Everything => 0.0,
            Cut::Oblique => self.thickness_mm(grid),
            // The stack may lean: beside the disc's plane the grid plane has other rows below it.
            Cut::GridPlane { axis, index } => {
                self.thickness_mm(grid) + self.distance_to_grid_plane_mm(grid, axis, index)
            }
        };
        let mut ranges = [(0, 0); 3];
        for (axis, range) in ranges.iter_mut().enumerate() {
            let gradient = grid.gradient(axis);
            let per_mm = gradient.across(self.normal).length();
            let beyond = thickness * gradient.dot(self.normal).abs() + HALF_WAY;
            let reach = self.hull.radii.map(|radius| radius * per_mm + beyond);
            let low = (ends[0][axis] - reach[0]).min(ends[1][axis] - reach[1]);
            let high = (ends[0][axis] + reach[0]).max(ends[1][axis] + reach[1]);
            let [low, high] = if axis == 2 {
                [low, high].map(|k| grid.k_of_even(k))
            } else {
                [low, high]
            };
            let last = grid.size()[axis] as i64 - 1;
            // `as` clips what lies beyond i64.
            *range = ((low.ceil() as i64).max(0), (high.floor() as i64).min(last));
            if let Cut::GridPlane {
                axis: across,
                index,
            } = self.cut
                && across == axis
            {
                *range = (index.max(0), index.min(last));
            }
            if range.0 > range.1 {
                return None;
            }
        }
        Some(ranges)
    }

    /// From the start, along the normal, to the grid plane with this index, mm.
    fn distance_to_grid_plane_mm(&self, grid: &Grid, axis: usize, index: i64) -> f64 {
        let mut place = grid.voxel_from_patient(self.from);
        place.0[axis] = index as f64;
        let way = grid.patient_from_voxel(place) - self.from;
        way.dot(self.normal).abs()
    }

    /// The largest distance from the plane of a voxel whose cell it cuts, mm.
    fn thickness_mm(&self, grid: &Grid) -> f64 {
        let step_mm = if grid.is_even() {
            grid.spacing_mm()[2]
        } else {
            2.0 * grid.widest_reach_mm()
        };
        let [i, j] = [0, 1].map(|axis| grid.affine().column(axis));
        let steps = [i, j, grid.direction(2) * step_mm];
        steps
            .iter()
            .map(|step| self.normal.dot(*step).abs() / 2.0)
            .sum()
    }
}

impl Cut {
    /// How a plane through `from` meets the grid; `None` in a gap.
    fn of_plane(grid: &Grid, from: PatientPoint, normal: PatientVector) -> Option<Cut> {
        let climbs = [0, 1, 2].map(|axis| normal.dot(grid.affine().column(axis)).abs());
        let [a, b, c] = climbs;
        let steepest = if c >= a && c >= b {
            2
        } else if b >= a {
            1
        } else {
            0
        };
        let rest: f64 = climbs.iter().sum::<f64>() - climbs[steepest];
        if rest > GRID_PLANE_TILT * climbs[steepest] {
            return Some(Cut::Oblique);
        }
        let place = grid.voxel_from_patient(from).0[steepest];
        if steepest == 2 && grid.is_in_gap(place) {
            return None;
        }
        Some(Cut::GridPlane {
            axis: steepest,
            index: (place + 0.5 + HALF_WAY).floor() as i64,
        })
    }
}

/// How all rows lie towards a piece.
struct Lie {
    /// From row to row.
    row_step: PatientVector,
    /// From column to column; in the disc's plane.
    step: PatientVector,
    /// How much nearer the plane is with each column, mm.
    climb: f64,
    /// Of rows with this step.
    outline: Outline,
}

impl Lie {
    fn new(grid: &Grid, reach: &Reach) -> Lie {
        let column_step = grid.affine().column(0);
        let step = column_step.across(reach.normal);
        Lie {
            row_step: grid.affine().column(1),
            step,
            climb: column_step.dot(reach.normal),
            outline: Outline::new(&reach.hull, step),
        }
    }
}

/// One row of voxels: centre i at `start` + i·step.
struct Row<'a> {
    reach: &'a Reach,
    lie: &'a Lie,
    depth: Option<Depth>,
    /// From the piece's start to column 0; in the disc's plane.
    start: PatientVector,
    /// From column 0 to the disc's plane along the normal, mm.
    height: f64,
}

impl<'a> Row<'a> {
    /// The row whose column 0 is at `column_0`, seen from the piece's start.
    fn new(
        reach: &'a Reach,
        lie: &'a Lie,
        column_0: PatientVector,
        depth: Option<Depth>,
    ) -> Row<'a> {
        Row {
            reach,
            lie,
            depth,
            start: column_0.across(reach.normal),
            height: -column_0.dot(reach.normal),
        }
    }

    /// Whether the voxel of column `i` is inside: the rule itself.
    fn contains(&self, i: i64) -> bool {
        let i = i as f64;
        let height = self.height - i * self.lie.climb;
        self.depth
            .is_none_or(|depth| depth.min <= height && height <= depth.max)
            && self.reach.hull.contains(self.start + self.lie.step * i)
    }

    /// The first and last column inside; `None` if the row is not met.
    fn run(&self, columns: IndexRange) -> Option<IndexRange> {
        let (low, high) = self.estimate(columns)?;
        // The estimate is a little too wide; the rule decides at both ends.
        let mut first = columns.0.max(low.floor() as i64);
        let mut last = columns.1.min(high.ceil() as i64);
        while first <= last && !self.contains(first) {
            first += 1;
        }
        while first < last && !self.contains(last) {
            last -= 1;
        }
        (first <= last).then_some((first, last))
    }

    /// Columns between which the row is inside, rather too wide than too narrow.
    fn estimate(&self, columns: IndexRange) -> Option<Interval> {
        let mut all = (columns.0 as f64, columns.1 as f64);
        if let Some(Depth { min, max }) = self.depth {
            // Most rows of an oblique disc's box are far from its plane: this is asked first.
            let cut = between(self.height, -self.lie.climb, min - SLACK, max + SLACK)?;
            all = overlap(all, cut)?;
        }
        overlap(all, self.lie.outline.estimate(self.start)?)
    }
}
