//! The voxels that a moved brush covers.
//!
//! A stroke is a polyline of points; each piece is a capsule, so that fast movements leave no gaps. A
//! capsule is convex, and so is a row of voxels: they meet in one run, found from its two ends.

use crate::grid::Grid;
use crate::mask::Span;
use crate::space::{PatientPoint, PatientVector, VoxelIndex};

/// Squared distances up to this share (and [`EDGE_MM2`]) above the radius's square are on the edge,
/// which belongs to the brush: rounding errors must not fray a radius of whole voxels.
const EDGE_SHARE: f64 = 1e-9;
/// See [`EDGE_SHARE`]; (1 nm)².
const EDGE_MM2: f64 = 1e-12;
/// How much too wide the estimate of a run is, so that rounding errors never make it too narrow.
const SLACK: f64 = 1e-6;
/// A disc is in a grid plane if its plane leaves it by less than this share of a step per voxel.
const GRID_PLANE_TILT: f64 = 1e-4;
/// A plane half way between two grid planes, but for rounding errors, belongs to the higher one: the
/// one that `VoxelPoint::nearest` and so the picture shows.
const HALF_WAY: f64 = 1e-6;

/// The form of a brush.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BrushShape {
    /// A disc in the plane with this normal (any length but zero), through the brush's point.
    Disc {
        /// The plane's normal.
        normal: PatientVector,
    },
    /// A ball.
    Ball,
}

/// A brush moved on a straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capsule {
    /// Where the movement starts.
    pub from: PatientPoint,
    /// Where it ends; the same place for a single stamp. A disc's end is projected into its plane.
    pub to: PatientPoint,
    /// The brush's radius, mm.
    pub radius_mm: f64,
    /// The brush's form.
    pub shape: BrushShape,
}

/// The voxels of a moved brush, as at most one run per row inside the grid, in order.
///
/// Ball: voxels whose centre lies within the radius of the line. Disc: voxels whose centre, projected
/// into the plane, lies within the radius of the line, and whose cell the plane cuts. So a disc in a
/// grid plane paints exactly that plane, and a picture of an oblique plane shows a disc without holes,
/// however unequal the steps are: whatever voxel is nearest to a point of the plane is cut by it. In a
/// gap of the stack there is nothing to paint.
/// A radius or a place that is not finite, or a normal without direction, paints nothing.
pub fn capsule_spans(grid: &Grid, capsule: &Capsule) -> Vec<Span> {
    let Some(reach) = Reach::new(grid, capsule) else {
        return Vec::new();
    };
    let Some([columns, rows, planes]) = reach.index_box(grid) else {
        return Vec::new();
    };
    let mut spans = Vec::new();
    for k in planes.0..=planes.1 {
        let depth = reach.depth_of_plane(grid, k);
        for j in rows.0..=rows.1 {
            let row = Row::new(grid, &reach, j, k, depth);
            if let Some((first, last)) = row.run(columns) {
                spans.push(Span {
                    j,
                    k,
                    i0: first,
                    i1: last + 1,
                });
            }
        }
    }
    spans
}

/// The voxels of a stroke through these points (one point: a stamp), as runs in order of k, j, i that
/// neither overlap nor touch.
pub fn stroke_spans(
    grid: &Grid,
    shape: BrushShape,
    radius_mm: f64,
    points: &[PatientPoint],
) -> Vec<Span> {
    let piece = |from, to| {
        capsule_spans(
            grid,
            &Capsule {
                from,
                to,
                radius_mm,
                shape,
            },
        )
    };
    let spans = match points {
        [] => return Vec::new(),
        [point] => piece(*point, *point),
        _ => points
            .windows(2)
            .flat_map(|pair| piece(pair[0], pair[1]))
            .collect(), // windows of two
    };
    merged(spans)
}

/// The same voxels as runs in order that neither overlap nor touch.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable_by_key(|s| (s.k, s.j, s.i0));
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if (last.k, last.j) == (span.k, span.j) && span.i0 <= last.i1 => {
                last.i1 = last.i1.max(span.i1);
            }
            _ => merged.push(span),
        }
    }
    merged
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

/// What is reached from the capsule's line, in mm.
struct Reach {
    from: PatientPoint,
    /// From start to end; in the disc's plane.
    line: PatientVector,
    line_squared: f64,
    radius_mm: f64,
    /// The disc's unit normal; zero for a ball.
    normal: PatientVector,
    cut: Cut,
}

impl Reach {
    fn new(grid: &Grid, capsule: &Capsule) -> Option<Reach> {
        let Capsule {
            from,
            to,
            radius_mm,
            shape,
        } = *capsule;
        let is_finite = from.0.iter().chain(&to.0).all(|v| v.is_finite());
        if !(is_finite && radius_mm.is_finite() && radius_mm >= 0.0) {
            return None;
        }
        let (normal, cut) = match shape {
            BrushShape::Ball => (PatientVector::ZERO, Cut::Everything),
            BrushShape::Disc { normal } => {
                let normal = normal.normalised()?;
                (normal, Cut::of_plane(grid, from, normal)?)
            }
        };
        let line = (to - from).across(normal);
        Some(Reach {
            from,
            line,
            line_squared: line.dot(line),
            radius_mm,
            normal,
            cut,
        })
    }

    /// The squared distance of a centre at `offset` (from the start; in the disc's plane), mm².
    fn distance_squared(&self, offset: PatientVector) -> f64 {
        let share = if self.line_squared > 0.0 {
            (offset.dot(self.line) / self.line_squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let apart = offset - self.line * share;
        apart.dot(apart)
    }

    /// The largest squared distance that is inside, mm².
    fn limit(&self) -> f64 {
        self.radius_mm * self.radius_mm * (1.0 + EDGE_SHARE) + EDGE_MM2
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
        let ends = [self.from, self.from + self.line].map(|p| grid.even_voxel_from_patient(p));
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
            let reach = self.radius_mm * gradient.across(self.normal).length()
                + thickness * gradient.dot(self.normal).abs()
                + HALF_WAY;
            let low = ends[0][axis].min(ends[1][axis]) - reach;
            let high = ends[0][axis].max(ends[1][axis]) + reach;
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

/// One row of voxels: centre i at `start` + i·`step`.
struct Row<'a> {
    reach: &'a Reach,
    depth: Option<Depth>,
    /// From the capsule's start to column 0; in the disc's plane.
    start: PatientVector,
    /// From column to column; in the disc's plane.
    step: PatientVector,
    /// From column 0 to the disc's plane along the normal, mm.
    height: f64,
    /// How much nearer the plane is with each column, mm.
    climb: f64,
}

impl<'a> Row<'a> {
    fn new(grid: &Grid, reach: &'a Reach, j: i64, k: i64, depth: Option<Depth>) -> Row<'a> {
        let column_0 = grid.patient_from_voxel(VoxelIndex([0, j, k]).centre()) - reach.from;
        let step = grid.affine().column(0);
        Row {
            reach,
            depth,
            start: column_0.across(reach.normal),
            step: step.across(reach.normal),
            height: -column_0.dot(reach.normal),
            climb: step.dot(reach.normal),
        }
    }

    /// Whether the voxel of column `i` is inside: the rule itself.
    fn contains(&self, i: i64) -> bool {
        let i = i as f64;
        let height = self.height - i * self.climb;
        self.depth
            .is_none_or(|depth| depth.min <= height && height <= depth.max)
            && self.reach.distance_squared(self.start + self.step * i) <= self.reach.limit()
    }

    /// The first and last column inside; `None` if the row is not met.
    fn run(&self, columns: IndexRange) -> Option<IndexRange> {
        let (low, high) = self.estimate()?;
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
    fn estimate(&self) -> Option<(f64, f64)> {
        let Reach {
            line, line_squared, ..
        } = *self.reach;
        let limit = self.reach.limit() * (1.0 + SLACK) + SLACK * SLACK;
        let within = |start, step| within_radius(start, step, limit);
        // A capsule is two balls and the tube between them.
        let balls = [self.start, self.start - line].map(|start| within(start, self.step));
        let tube = || {
            let across = |v: PatientVector| v - line * (v.dot(line) / line_squared);
            let near = within(across(self.start), across(self.step))?;
            let (offset, slope) = (self.start.dot(line), self.step.dot(line));
            let beyond = SLACK * line_squared;
            overlap(
                near,
                between(offset, slope, -beyond, line_squared + beyond)?,
            )
        };
        let tube = if line_squared > 0.0 { tube() } else { None };
        let parts = balls.into_iter().chain([tube]).flatten();
        let all = parts.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        match self.depth {
            Some(Depth { min, max }) => overlap(
                all,
                between(self.height, -self.climb, min - SLACK, max + SLACK)?,
            ),
            None => Some(all),
        }
    }
}

/// The numbers t with |start + t·step|² ≤ limit, where t counts voxels.
fn within_radius(start: PatientVector, step: PatientVector, limit: f64) -> Option<(f64, f64)> {
    let a = step.dot(step);
    let b = start.dot(step);
    let c = start.dot(start) - limit;
    // Steps below a picometre are what rounding leaves of a row along the normal or the line.
    if a < 1e-18 {
        return (c <= 0.0).then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let square = b * b - a * c;
    (square >= 0.0).then(|| {
        let half = square.sqrt();
        ((-b - half) / a, (-b + half) / a)
    })
}

/// The numbers t with min ≤ offset + t·slope ≤ max.
fn between(offset: f64, slope: f64, min: f64, max: f64) -> Option<(f64, f64)> {
    if slope == 0.0 {
        let inside = min <= offset && offset <= max;
        return inside.then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let ends = [(min - offset) / slope, (max - offset) / slope];
    Some((ends[0].min(ends[1]), ends[0].max(ends[1])))
}

fn overlap(a: (f64, f64), b: (f64, f64)) -> Option<(f64, f64)> {
    let both = (a.0.max(b.0), a.1.min(b.1));
    (both.0 <= both.1).then_some(both)
}
