//! The convex hull of two balls (in a plane: two discs), which is what a brush covers on a straight way.
//!
//! It is the union of all balls between the two, whose radius changes evenly on the way. A place belongs
//! to it if it belongs to one of them; the one to ask is found in closed form: seen from the place's foot
//! on the line, it lies towards the thicker end by the tangent's slope.

use crate::space::PatientVector;

/// Squared distances up to this share (and [`EDGE_MM2`]) above the radius's square are on the edge,
/// which belongs to the brush: rounding errors must not fray a radius of whole voxels.
pub(super) const EDGE_SHARE: f64 = 1e-9;
/// See [`EDGE_SHARE`]; (1 nm)².
const EDGE_MM2: f64 = 1e-12;
/// How much too wide the estimate of a run is, so that rounding errors never make it too narrow.
pub(super) const SLACK: f64 = 1e-6;

/// Two balls, the first around the origin; all in mm.
#[derive(Clone, Copy)]
pub(super) struct Hull {
    /// From the centre of the first to that of the second; in the plane of discs.
    pub(super) line: PatientVector,
    /// The radii of the first and the second.
    pub(super) radii: [f64; 2],
    line_squared: f64,
    /// Growth of the radius per mm of way; `None` where one ball holds the other.
    growth: Option<f64>,
}

/// Numbers between two others; either may be infinite.
pub(super) type Interval = (f64, f64);

impl Hull {
    pub(super) fn new(line: PatientVector, radii: [f64; 2]) -> Hull {
        let line_squared = line.dot(line);
        let wider = radii[1] - radii[0];
        let growth = (wider * wider < line_squared).then(|| wider / line_squared.sqrt());
        Hull {
            line,
            radii,
            line_squared,
            growth,
        }
    }

    /// Whether a place at `offset` from the first centre (in the plane of discs) belongs to the hull.
    pub(super) fn contains(&self, offset: PatientVector) -> bool {
        let share = self.share_of_ball(offset);
        let apart = offset - self.line * share;
        let radius_mm = self.radii[0] + (self.radii[1] - self.radii[0]) * share;
        apart.dot(apart) <= limit(radius_mm)
    }

    /// Where on the way the ball lies that reaches the place if any does (0: first, 1: second).
    fn share_of_ball(&self, offset: PatientVector) -> f64 {
        let Some(growth) = self.growth else {
            return if self.radii[1] > self.radii[0] {
                1.0
            } else {
                0.0
            };
        };
        let foot = offset.dot(self.line) / self.line_squared;
        if growth == 0.0 {
            return foot.clamp(0.0, 1.0);
        }
        // The distance to the centre less the radius is least where the sine of the line of sight
        // against the line's normal is the growth.
        let apart = (offset - self.line * foot).length();
        let towards_thicker = growth * apart / ((1.0 - growth * growth) * self.line_squared).sqrt();
        (foot + towards_thicker).clamp(0.0, 1.0)
    }

    /// The numbers t between which `start` + t·`step` is inside, rather too wide than too narrow.
    pub(super) fn estimate(&self, start: PatientVector, step: PatientVector) -> Option<Interval> {
        // Radii a little larger: the hull of the larger balls holds every larger ball between.
        let radii = self
            .radii
            .map(|r| (limit(r) * (1.0 + SLACK) + SLACK * SLACK).sqrt());
        let wide = Hull::new(self.line, radii);
        let balls = [(start, radii[0]), (start - self.line, radii[1])]
            .map(|(start, radius)| within_radius(start, step, radius * radius));
        let parts = balls.into_iter().chain([wide.cone(start, step)]).flatten();
        parts.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// As [`Hull::estimate`], for the cone (or tube) between the circles where it touches the balls.
    fn cone(&self, start: PatientVector, step: PatientVector) -> Option<Interval> {
        let growth = self.growth.filter(|_| self.line_squared > 0.0)?;
        let length = self.line_squared.sqrt();
        let unit = self.line * (1.0 / length);
        let (along, along_step) = (start.dot(unit), step.dot(unit));
        let beyond = SLACK * length;
        let first = -growth * self.radii[0] - beyond;
        let last = length - growth * self.radii[1] + beyond;
        let between_circles = between(along, along_step, first, last)?;
        // |across|²·(1 − growth²) ≤ (radius + growth·along)²
        let [across, across_step] = [start - unit * along, step - unit * along_step];
        let lean = 1.0 - growth * growth;
        let (thick, thick_step) = (self.radii[0] + growth * along, growth * along_step);
        let square = across_step.dot(across_step) * lean - thick_step * thick_step;
        let half = across.dot(across_step) * lean - thick * thick_step;
        let constant = across.dot(across) * lean - thick * thick;
        let inside = not_above_zero(square, half, constant, thick_step)?;
        overlap(inside, between_circles)
    }
}

/// The largest squared distance that is inside, mm².
fn limit(radius_mm: f64) -> f64 {
    radius_mm * radius_mm * (1.0 + EDGE_SHARE) + EDGE_MM2
}

/// The numbers t with |start + t·step|² ≤ limit, where t counts voxels.
fn within_radius(start: PatientVector, step: PatientVector, limit: f64) -> Option<Interval> {
    not_above_zero(
        step.dot(step),
        start.dot(step),
        start.dot(start) - limit,
        0.0,
    )
}

/// Squares of steps below a picometre are what rounding leaves of a row along the normal or the line.
const NO_STEP_MM2: f64 = 1e-18;

/// The numbers t with `square`·t² + 2·`half`·t + `constant` ≤ 0. Where the square is negative there are
/// two ranges, the two halves of a double cone: the one in the direction of `side`.
fn not_above_zero(square: f64, half: f64, constant: f64, side: f64) -> Option<Interval> {
    if square.abs() < NO_STEP_MM2 {
        return if half == 0.0 || square >= 0.0 && side == 0.0 {
            (constant <= 0.0).then_some((f64::NEG_INFINITY, f64::INFINITY))
        } else {
            let end = -constant / (2.0 * half);
            Some(if half > 0.0 {
                (f64::NEG_INFINITY, end)
            } else {
                (end, f64::INFINITY)
            })
        };
    }
    let discriminant = half * half - square * constant;
    if square > 0.0 {
        return (discriminant >= 0.0).then(|| {
            let root = discriminant.sqrt();
            ((-half - root) / square, (-half + root) / square)
        });
    }
    // A row that is steeper than the cone always enters it: below zero is rounding.
    let root = discriminant.max(0.0).sqrt();
    let ends = [(-half + root) / square, (-half - root) / square];
    Some(if side > 0.0 {
        (ends[1], f64::INFINITY)
    } else {
        (f64::NEG_INFINITY, ends[0])
    })
}

/// The numbers t with min ≤ offset + t·slope ≤ max.
pub(super) fn between(offset: f64, slope: f64, min: f64, max: f64) -> Option<Interval> {
    if slope == 0.0 {
        let inside = min <= offset && offset <= max;
        return inside.then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let ends = [(min - offset) / slope, (max - offset) / slope];
    Some((ends[0].min(ends[1]), ends[0].max(ends[1])))
}

pub(super) fn overlap(a: Interval, b: Interval) -> Option<Interval> {
    let both = (a.0.max(b.0), a.1.min(b.1));
    (both.0 <= both.1).then_some(both)
}
