//! Masks of closed lines drawn in planes of the patient, as radiotherapy and reading stations store them.
//!
//! A contour belongs to one plane of voxels and says nothing of the next one: between planes nothing is filled
//! in. All contours of a plane count together by the even-odd rule, so a second line inside a first one is a
//! hole, a third one an island in it, and a keyhole (the hole joined to the rim by a line there and back) is
//! the same hole. Lines that overlap exclude what they share, and a line that comes twice is none.
//!
//! A voxel is inside if its centre is. A centre on a line is in where the inside lies towards higher indices,
//! so that neighbours which share a line share no voxel; PS3.3 C.8.8.6.3 counts every point of the line as
//! inside, which would give such voxels to both and widen outlines by chance of rounding. Corners are taken
//! to the nearest 2⁻²⁰ of a voxel, which keeps rounding errors of coordinates out of that decision.

mod fill;

use std::collections::BTreeMap;

use crate::error::Error;
use crate::grid::Grid;
use crate::mask::{Mask, Span};
use crate::phrase::Phrase;
use crate::space::{PatientPoint, PatientVector};
use fill::{Corner, FARTHEST, Outline, PRECISION, Rows, parts};

/// A contour that rises by more than this share of a step is not in a plane of voxels, and contours farther
/// apart are not in one plane.
const PLANE_SHARE: f64 = 0.1;
/// A contour half way between two planes, but for rounding errors, belongs to the higher one.
const HALF_WAY: f64 = 1e-6;
/// Times that rows of voxels may cross the contours of one mask: seconds of work, a hundred times what organs
/// drawn to the pixel ask for.
const MOST_CROSSINGS: u64 = 1 << 26;
/// Runs that are painted at once.
const RUNS_AT_ONCE: usize = 1 << 18;

/// Why a contour has no place among the planes of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ContourFault {
    /// A coordinate is NaN or infinite.
    NotFinite,
    /// A point lies more than 2⁴⁰ voxels away.
    TooFar,
    /// It lies in no plane of voxels: it is oblique to all three axes, or not flat.
    Oblique {
        /// How far it rises above the planes that it is closest to, mm.
        rise_mm: f64,
    },
    /// It lies farther from the nearest plane than that plane's voxels reach: beyond the ends of the stack,
    /// or where a slice is missing.
    OffPlane {
        /// The grid axis across which the planes lie.
        axis: usize,
        /// The nearest plane's index along it.
        plane: usize,
        /// The distance from it along the axis, mm.
        away_mm: f64,
        /// How far the plane's voxels reach, mm.
        reach_mm: f64,
    },
    /// It has the same nearest plane as a contour drawn in another plane: the grid is coarser than the
    /// contours, which would cut holes into each other.
    PlaneShared {
        /// The grid axis across which the planes lie.
        axis: usize,
        /// The plane's index along it.
        plane: usize,
        /// The distance between the two contours along the axis, mm.
        apart_mm: f64,
    },
}

impl ContourFault {
    /// The words, to be said in any language.
    pub fn phrase(&self) -> Phrase {
        let mm = |value: f64| format!("{value:.2}");
        let said = self.to_string();
        match *self {
            ContourFault::NotFinite => Phrase::new("contour-not-finite", said),
            ContourFault::TooFar => Phrase::new("contour-too-far", said),
            ContourFault::Oblique { rise_mm } => {
                Phrase::new("contour-oblique", said).with("rise", mm(rise_mm))
            }
            ContourFault::OffPlane {
                plane,
                away_mm,
                reach_mm,
                ..
            } => Phrase::new("contour-off-plane", said)
                .with("plane", plane + 1)
                .with("away", mm(away_mm))
                .with("reach", mm(reach_mm)),
            ContourFault::PlaneShared {
                plane, apart_mm, ..
            } => Phrase::new("contour-plane-shared", said)
                .with("plane", plane + 1)
                .with("apart", mm(apart_mm)),
        }
    }
}

impl std::fmt::Display for ContourFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            ContourFault::NotFinite => write!(f, "a coordinate is not finite"),
            ContourFault::TooFar => write!(f, "a point lies too far away"),
            ContourFault::Oblique { rise_mm } => {
                write!(f, "it rises {rise_mm:.2} mm above the planes of the image")
            }
            ContourFault::OffPlane {
                plane,
                away_mm,
                reach_mm,
                ..
            } => write!(
                f,
                "it lies {away_mm:.2} mm from the nearest plane ({}), which reaches {reach_mm:.2} mm",
                plane + 1
            ),
            ContourFault::PlaneShared {
                plane, apart_mm, ..
            } => write!(
                f,
                "contours {apart_mm:.2} mm apart have the same nearest plane ({})",
                plane + 1
            ),
        }
    }
}

impl Mask {
    /// The mask of closed contours (LPS, mm; the last point is joined with the first, which may be repeated).
    ///
    /// Every contour must be parallel to the planes of voxels across one axis: axial, coronal or sagittal of
    /// an upright grid, and as well in oblique, sheared and uneven ones. It is taken to the nearest of them,
    /// along the planes' normal; what lies beyond the ends of rows and columns is left out. Contours of planes
    /// across different axes are united. A contour of less than three points encloses nothing.
    ///
    /// Made for the grid that the contours were drawn on. On a finer one the planes between stay empty; on a
    /// coarser one contours are refused where two of them would have to share a plane.
    ///
    /// The work follows the rows that the contours cross, not the voxels of the grid.
    ///
    /// # Errors
    /// [`Error::Contour`] with the first contour that has no place; [`Error::ContourRows`].
    pub fn from_contours<C: AsRef<[PatientPoint]>>(
        grid: &Grid,
        contours: &[C],
    ) -> Result<Mask, Error> {
        let mut planes = Planes::new(grid);
        for (contour, points) in contours.iter().enumerate() {
            let added = planes.add(points.as_ref());
            let crossings = added.map_err(|fault| Error::Contour { contour, fault })?;
            if crossings > MOST_CROSSINGS {
                return Err(Error::ContourRows {
                    limit: MOST_CROSSINGS,
                });
            }
        }
        planes.painted()
    }
}

/// The contours of one plane of voxels.
struct Drawn {
    /// Where the first of them lies, in even steps along the axis.
    depth: f64,
    /// How far the plane's voxels reach towards the planes before and after it along the axis, mm.
    reach_mm: [f64; 2],
    outline: Outline,
}

/// Contours by the planes that they belong to.
struct Planes<'a> {
    grid: &'a Grid,
    /// Of the planes across each axis.
    rows: [Rows; 3],
    /// By axis and index along it.
    drawn: BTreeMap<(usize, usize), Drawn>,
    crossings: u64,
}

/// The axes along the columns and the rows of the planes across `axis`.
fn axes_beside(axis: usize) -> [usize; 2] {
    match axis {
        0 => [1, 2],
        1 => [0, 2],
        _ => [0, 1],
    }
}

impl<'a> Planes<'a> {
    fn new(grid: &'a Grid) -> Planes<'a> {
        let rows = [0, 1, 2].map(|axis| {
            let [_, along] = axes_beside(axis);
            let count = grid.size()[along];
            if along == 2 && !grid.is_even() {
                let place = |k| parts(grid.even_k(k as f64));
                Rows::At((0..count).map(place).collect())
            } else {
                Rows::Even(count)
            }
        });
        Planes {
            grid,
            rows,
            drawn: BTreeMap::new(),
            crossings: 0,
        }
    }

    /// Adds a contour; returns how often rows cross all contours so far.
    fn add(&mut self, points: &[PatientPoint]) -> Result<u64, ContourFault> {
        let grid = self.grid;
        let voxels = voxels_of(grid, points)?;
        if is_line(&voxels) {
            return Ok(self.crossings);
        }
        let lowest = |axis: usize| voxels.iter().map(|v| v[axis]).fold(f64::INFINITY, f64::min);
        let highest = |axis: usize| {
            let along = voxels.iter().map(|v| v[axis]);
            along.fold(f64::NEG_INFINITY, f64::max)
        };
        let axis = self.axis_across([0, 1, 2].map(|axis| highest(axis) - lowest(axis)))?;
        let depth = (lowest(axis) + highest(axis)) / 2.0;
        let plane = self.plane_of(axis, depth)?;
        let (leaning, place) = (leaning(grid, axis), self.depth_of(axis, plane));
        let corner = |voxel: &[f64; 3]| {
            let [x, y] = axes_beside(axis).map(|along| {
                let beside = leaning[along] * (voxel[axis] - place);
                parts((voxel[along] - beside).clamp(-FARTHEST, FARTHEST))
            });
            Corner { x, y }
        };
        let corners: Vec<Corner> = voxels.iter().map(corner).collect();
        let reach_mm = self.reach_mm(axis, plane);
        let empty = || Drawn {
            depth,
            reach_mm,
            outline: Outline::default(),
        };
        let drawn = self.drawn.entry((axis, plane)).or_insert_with(empty);
        self.crossings += drawn.outline.add(&corners, &self.rows[axis]); // axis < 3
        Ok(self.crossings)
    }

    /// The axis across whose planes a contour lies that rises so many steps along each. Small ones may lie
    /// across several within rounding: those of the acquired planes come first.
    fn axis_across(&self, rise: [f64; 3]) -> Result<usize, ContourFault> {
        let flat = [2, 1, 0]
            .into_iter()
            .find(|&axis| rise[axis] <= PLANE_SHARE);
        flat.ok_or_else(|| {
            let rises_mm = [0, 1, 2].map(|axis| rise[axis] / self.grid.gradient(axis).length());
            let rise_mm = rises_mm.into_iter().fold(f64::INFINITY, f64::min);
            ContourFault::Oblique { rise_mm }
        })
    }

    /// Where plane `index` across `axis` lies, in even steps.
    fn depth_of(&self, axis: usize, index: usize) -> f64 {
        let index = index as f64;
        if axis == 2 {
            self.grid.even_k(index)
        } else {
            index
        }
    }

    /// The plane across `axis` that is nearest to `depth` (in even steps) and reaches it.
    fn plane_of(&self, axis: usize, depth: f64) -> Result<usize, ContourFault> {
        let last = self.grid.size()[axis] - 1; // a grid has planes
        let index = if axis == 2 {
            self.grid.k_of_even(depth)
        } else {
            depth
        };
        let below = (index.floor().max(0.0) as usize).min(last);
        let above = (below + 1).min(last);
        let away = |plane: usize| depth - self.depth_of(axis, plane);
        let plane = if away(above).abs() <= away(below).abs() + HALF_WAY {
            above
        } else {
            below
        };
        self.check(axis, plane, depth)?;
        Ok(plane)
    }

    /// How far the voxels of a plane reach, mm; found once for each plane that is drawn on.
    fn reach_mm(&self, axis: usize, plane: usize) -> [f64; 2] {
        match self.drawn.get(&(axis, plane)) {
            Some(drawn) => drawn.reach_mm,
            None if axis == 2 => self.grid.plane_reach_mm(plane),
            None => [self.grid.spacing_mm()[axis] / 2.0; 2],
        }
    }

    /// Refuses a contour at `depth` that its nearest plane does not reach, or that lies apart from what is
    /// drawn on that plane already.
    fn check(&self, axis: usize, plane: usize, depth: f64) -> Result<(), ContourFault> {
        let step_mm = self.grid.spacing_mm()[axis];
        let away = depth - self.depth_of(axis, plane);
        let [before_mm, after_mm] = self.reach_mm(axis, plane);
        let reach_mm = if away < 0.0 { before_mm } else { after_mm };
        let away_mm = away.abs() * step_mm;
        if away_mm > reach_mm + HALF_WAY * step_mm {
            return Err(ContourFault::OffPlane {
                axis,
                plane,
                away_mm,
                reach_mm,
            });
        }
        let drawn = self.drawn.get(&(axis, plane));
        let apart = drawn.map_or(0.0, |drawn| (depth - drawn.depth).abs());
        if apart > PLANE_SHARE {
            let apart_mm = apart * step_mm;
            return Err(ContourFault::PlaneShared {
                axis,
                plane,
                apart_mm,
            });
        }
        Ok(())
    }

    /// Fills every plane.
    fn painted(self) -> Result<Mask, Error> {
        let size = self.grid.size();
        let mut mask = Mask::empty(size);
        let mut runs = Vec::new();
        for ((axis, plane), drawn) in self.drawn {
            let [along_x, _] = axes_beside(axis);
            let rows = &self.rows[axis]; // axis < 3
            drawn.outline.fill(rows, size[along_x], |row, columns| {
                push_run(&mut runs, axis, plane, row, columns);
                if runs.len() >= RUNS_AT_ONCE {
                    mask.apply(&mask.paint(&runs, true))?;
                    runs.clear();
                }
                Ok::<(), Error>(())
            })?;
        }
        mask.apply(&mask.paint(&runs, true))?;
        Ok(mask)
    }
}

/// The columns of a row of a plane across `axis` as runs along i.
fn push_run(
    runs: &mut Vec<Span>,
    axis: usize,
    plane: usize,
    row: usize,
    columns: std::ops::Range<usize>,
) {
    let span = |j: usize, k: usize, i0: usize, i1: usize| Span {
        j: j as i64,
        k: k as i64,
        i0: i0 as i64,
        i1: i1 as i64,
    };
    match axis {
        0 => runs.extend(columns.map(|j| span(j, row, plane, plane + 1))),
        1 => runs.push(span(plane, row, columns.start, columns.end)),
        _ => runs.push(span(row, plane, columns.start, columns.end)),
    }
}

/// The points in voxel coordinates, planes counted by even steps.
fn voxels_of(grid: &Grid, points: &[PatientPoint]) -> Result<Vec<[f64; 3]>, ContourFault> {
    let voxel = |point: &PatientPoint| {
        if point.0.iter().any(|v| !v.is_finite()) {
            return Err(ContourFault::NotFinite);
        }
        let voxel = grid.even_voxel_from_patient(*point);
        // not near either where the conversion overflowed
        let is_near = voxel.iter().all(|v| v.abs() <= FARTHEST);
        is_near.then_some(voxel).ok_or(ContourFault::TooFar)
    };
    points.iter().map(voxel).collect()
}

/// Whether all points lie on one line, within the precision of corners: such a contour encloses nothing and
/// lies in many planes.
fn is_line(voxels: &[[f64; 3]]) -> bool {
    let Some(first) = voxels.first().copied() else {
        return true;
    };
    let from_first = |voxel: &[f64; 3]| PatientPoint(*voxel) - PatientPoint(first);
    let by_length = |a: &PatientVector, b: &PatientVector| a.length().total_cmp(&b.length());
    let longest = voxels.iter().map(from_first).max_by(by_length);
    let Some(direction) = longest.and_then(PatientVector::normalised) else {
        return true;
    };
    let aside = |voxel: &[f64; 3]| from_first(voxel).across(direction).length();
    voxels.iter().all(|voxel| aside(voxel) <= PRECISION)
}

/// How many steps along each axis the normal of the planes across `axis` goes for one step across them:
/// nothing beside the axis itself, unless the grid is sheared.
fn leaning(grid: &Grid, axis: usize) -> [f64; 3] {
    let normal = grid.gradient(axis);
    let across = normal.dot(normal);
    [0, 1, 2].map(|along| grid.gradient(along).dot(normal) / across)
}
