//! Lines in which planes cut each other, and what lies in a volume: reference lines and cross-hairs.

use voxel::{Grid, PatientPoint, PatientVector};

use crate::sampling::Sampling;
use crate::view::{ScreenPoint, SliceView};

/// Planes closer to parallel than this (sine of the angle between them) have no line that a reader
/// could use: it would jump from place to place with the last digit.
const PARALLEL: f64 = 1e-3;

/// A line in the patient, from one end to the other as parts of `along`.
struct Line {
    point: PatientPoint,
    along: PatientVector,
    from: f64,
    to: f64,
}

impl Line {
    /// Keeps the part where a quantity, `at` at the line's point and changing by `rate`, lies within
    /// `low..=high`.
    fn clip(&mut self, at: f64, rate: f64, low: f64, high: f64) {
        // A quantity that changes over no millimetre by anything worth mentioning is constant.
        if rate.abs() < 1e-12 {
            if at < low || at > high {
                self.to = f64::NEG_INFINITY;
            }
            return;
        }
        let (a, b) = ((low - at) / rate, (high - at) / rate);
        self.from = self.from.max(a.min(b));
        self.to = self.to.min(a.max(b));
    }
}

impl SliceView {
    /// The line in which another view's plane cuts this picture, from its left to its right end (from
    /// top to bottom where it is upright); `None` where the planes are parallel or meet outside.
    ///
    /// The other plane is taken as endless: the line of a cross-hair.
    pub fn cut_by(&self, other: &Self) -> Option<[ScreenPoint; 2]> {
        self.ends(&self.line_with(other)?)
    }

    /// As [`SliceView::cut_by`], but only so far as the other plane lies in `grid`, the volume that it
    /// shows: the reference line of a slice.
    pub fn cut_by_slice(&self, other: &Self, grid: &Grid) -> Option<[ScreenPoint; 2]> {
        let mut line = self.line_with(other)?;
        let inverse = grid.affine().inverse()?;
        let (at, rate) = (
            inverse.apply(line.point.0),
            inverse.apply_linear(line.along.0),
        );
        let (low, high) = Sampling::of_view(grid, other).extent();
        for axis in 0..3 {
            line.clip(at[axis], rate[axis], low[axis], high[axis]);
        }
        self.ends(&line)
    }

    /// The endless line that two planes share, clipped to this picture.
    fn line_with(&self, other: &Self) -> Option<Line> {
        let (mine, others) = (self.normal(), other.normal());
        let along = mine.cross(others);
        if along.length() < PARALLEL {
            return None;
        }
        let along = along.normalised()?;
        // In this plane, straight towards the other one.
        let towards = along.cross(mine);
        let point = self.centre + towards * (-other.depth_mm(self.centre) / towards.dot(others));
        let mut line = Line {
            point,
            along,
            from: f64::NEG_INFINITY,
            to: f64::INFINITY,
        };
        let from_centre = point - self.centre;
        for (side, direction) in [self.right, self.down].into_iter().enumerate() {
            let half_mm = self.size_px[side] as f64 * self.mm_per_px / 2.0;
            let (at, rate) = (from_centre.dot(direction), along.dot(direction));
            line.clip(at, rate, -half_mm, half_mm);
        }
        Some(line)
    }

    fn ends(&self, line: &Line) -> Option<[ScreenPoint; 2]> {
        // NaN and ends that have crossed: nothing is left.
        if !(line.from <= line.to && line.from.is_finite() && line.to.is_finite()) {
            return None;
        }
        let at = |mm: f64| self.screen_of(line.point + line.along * mm);
        let (a, b) = (at(line.from), at(line.to));
        let [x, y] = [b.0[0] - a.0[0], b.0[1] - a.0[1]];
        let is_upright = x.abs() < 1e-6 * y.abs();
        let is_forward = if is_upright { y >= 0.0 } else { x >= 0.0 };
        Some(if is_forward { [a, b] } else { [b, a] })
    }
}
