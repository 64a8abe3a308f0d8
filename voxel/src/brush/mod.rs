//! The voxels that a moved brush covers.
//!
//! A stroke is a polyline of points; each piece sweeps the brush along, so that fast movements leave no
//! gaps. What a piece covers is convex, and so is a row of voxels: they meet in one run, found from its
//! two ends.

mod adaptive;
mod hull;
mod local_values;
mod sweep;

pub use adaptive::{AdaptiveBrush, AdaptiveOptions};
pub use local_values::LocalValues;

use crate::grid::Grid;
use crate::mask::Span;
use crate::space::{PatientPoint, PatientVector};
use sweep::{Piece, piece_spans};

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

/// A point of a stroke whose width changes on the way, as under a pen that reports its pressure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrokePoint {
    /// Where the brush's centre is.
    pub at: PatientPoint,
    /// The brush's radius there, mm.
    pub radius_mm: f64,
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
    let Capsule {
        from,
        to,
        radius_mm,
        shape,
    } = *capsule;
    let ends = [from, to].map(|at| StrokePoint { at, radius_mm });
    piece_spans(grid, &Piece { ends, shape })
}

/// The voxels of a stroke through these points (one point: a stamp), as runs in order of k, j, i that
/// neither overlap nor touch.
pub fn stroke_spans(
    grid: &Grid,
    shape: BrushShape,
    radius_mm: f64,
    points: &[PatientPoint],
) -> Vec<Span> {
    let points: Vec<StrokePoint> = points
        .iter()
        .map(|&at| StrokePoint { at, radius_mm })
        .collect();
    pressed_spans(grid, shape, &points)
}

/// As [`stroke_spans`], with a radius at every point.
///
/// Between two points the brush covers the convex hull of the two discs or balls: all that a brush covers
/// whose radius changes evenly on the way, a cone with rounded ends. Where one end lies inside the other,
/// that is the larger one. A piece whose radii are equal is the [`Capsule`], voxel for voxel.
/// A piece with a radius that is negative or not finite at either end paints nothing.
pub fn pressed_spans(grid: &Grid, shape: BrushShape, points: &[StrokePoint]) -> Vec<Span> {
    let piece = |from, to| {
        let ends = [from, to];
        piece_spans(grid, &Piece { ends, shape })
    };
    match points {
        [] => Vec::new(),
        // One piece is in order already, a run per row.
        [point] => piece(*point, *point),
        [from, to] => piece(*from, *to),
        _ => {
            let pieces = points.windows(2).flat_map(|pair| piece(pair[0], pair[1])); // windows of two
            merged(pieces.collect())
        }
    }
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
