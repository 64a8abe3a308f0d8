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
        let lean = (1.0 - growth * growth).max(f64::EPSILON);
        let towards_thicker = growth * apart / (lean * self.line_squared).sqrt();
        (foot + towards_thicker).clamp(0.0, 1.0)
    }
}

/// Where rows of one step enter and leave a hull: rather too wide than too narrow.
pub(super) struct Outline {
    line: PatientVector,
    step: PatientVector,
    step_squared: f64,
    /// The squared radii of the first and the second ball.
    limits: [f64; 2],
    cone: Option<Cone>,
}

/// The cone (or tube) between the circles where it touches the two balls, and how a row goes through it.
struct Cone {
    unit: PatientVector,
    growth: f64,
    /// 1 − growth².
    lean: f64,
    /// The first ball's radius.
    radius_mm: f64,
    /// Where the circles are, along the line.
    circles: Interval,
    /// The part of a step along the line, and the part across it.
    along_step: f64,
    across_step: PatientVector,
    /// What is the same for all rows of the quadratic inequality in [`Cone::estimate`].
    square: f64,
}

impl Outline {
    pub(super) fn new(hull: &Hull, step: PatientVector) -> Outline {
        // Radii a little larger: the hull of the larger balls holds every larger ball between.
        let limits = hull.radii.map(|r| limit(r) * (1.0 + SLACK) + SLACK * SLACK);
        let wide = Hull::new(hull.line, limits.map(f64::sqrt));
        Outline {
            line: hull.line,
            step,
            step_squared: step.dot(step),
            limits,
            cone: Cone::new(&wide, step),
        }
    }

    /// The numbers t between which `start` + t·step is inside.
    pub(super) fn estimate(&self, start: PatientVector) -> Option<Interval> {
        let within = |start: PatientVector, limit: f64| {
            let constant = start.dot(start) - limit;
            not_above_zero(self.step_squared, start.dot(self.step), constant, 0.0)
        };
        let first = within(start, self.limits[0]);
        let second = within(start - self.line, self.limits[1]);
        // No cone: one place, or one ball inside the other.
        let cone = self.cone.as_ref().and_then(|cone| cone.estimate(start));
        around(around(first, second), cone)
    }
}

impl Cone {
    fn new(hull: &Hull, step: PatientVector) -> Option<Cone> {
        let growth = hull.growth?;
        let length = hull.line_squared.sqrt();
        let unit = hull.line * (1.0 / length); // balls that grow are apart
        let along_step = step.dot(unit);
        let across_step = step - unit * along_step;
        let lean = 1.0 - growth * growth;
        let beyond = SLACK * length;
        let thick_step = growth * along_step;
        Some(Cone {
            unit,
            growth,
            lean,
            radius_mm: hull.radii[0],
            circles: (
                -growth * hull.radii[0] - beyond,
                length - growth * hull.radii[1] + beyond,
            ),
            along_step,
            across_step,
            square: across_step.dot(across_step) * lean - thick_step * thick_step,
        })
    }

    /// |across|²·(1 − growth²) ≤ (radius + growth·along)², between the circles.
    fn estimate(&self, start: PatientVector) -> Option<Interval> {
        let along = start.dot(self.unit);
        let between_circles = between(along, self.along_step, self.circles.0, self.circles.1)?;
        let across = start - self.unit * along;
        let thick = self.radius_mm + self.growth * along;
        let thick_step = self.growth * self.along_step;
        let half = across.dot(self.across_step) * self.lean - thick * thick_step;
        let constant = across.dot(across) * self.lean - thick * thick;
        let inside = not_above_zero(self.square, half, constant, thick_step)?;
        overlap(inside, between_circles)
    }
}

/// The smallest interval around both.
fn around(a: Option<Interval>, b: Option<Interval>) -> Option<Interval> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (one, None) | (None, one) => one,
    }
}

/// The largest squared distance that is inside, mm².
fn limit(radius_mm: f64) -> f64 {
    radius_mm * radius_mm * (1.0 + EDGE_SHARE) + EDGE_MM2
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
