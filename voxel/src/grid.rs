//! Where voxels lie in the patient: the only place with half-voxel and axis rules.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::mask::BRICK;
use crate::space::{Affine, PatientPoint, PatientVector, VoxelIndex, VoxelPoint};

/// Voxels along one axis at most: brick numbers are 16 bits wide.
pub(crate) const MAX_SIZE: usize = BRICK << 16;

/// A cosine between two axes above this makes a grid sheared.
const SHEAR_COSINE: f64 = 1e-3;

/// Offsets that differ less than this from equal steps are equal steps.
const EVEN_TOLERANCE_MM: f64 = 1e-6;

/// A step of more than this many usual steps is a gap: a slice is missing there.
const GAP_STEPS: f64 = 1.5;

/// Components below sin 5° get no orientation letter.
const LETTER_MIN: f64 = 0.0872;

/// A box of voxels and its place in the patient (LPS, mm).
///
/// Sheared and oblique grids are ordinary, and so are left-handed ones. Where planes are not
/// equidistant, [`Grid::plane_offsets_mm`] holds each plane's true place along the stack's step
/// direction; the affine's third column then is the usual step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "GridParts", into = "GridParts")]
pub struct Grid {
    size: [usize; 3],
    affine: Affine,
    inverse: Affine,
    plane_offsets_mm: Vec<f64>,
}

/// What is written of a grid; reading goes through the checks of [`Grid::new`].
#[derive(Serialize, Deserialize)]
struct GridParts {
    size: [usize; 3],
    affine: Affine,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    plane_offsets_mm: Vec<f64>,
}

impl From<Grid> for GridParts {
    fn from(grid: Grid) -> GridParts {
        GridParts {
            size: grid.size,
            affine: grid.affine,
            plane_offsets_mm: grid.plane_offsets_mm,
        }
    }
}

impl TryFrom<GridParts> for Grid {
    type Error = Error;
    fn try_from(parts: GridParts) -> Result<Grid, Error> {
        let grid = Grid::new(parts.size, parts.affine)?;
        if parts.plane_offsets_mm.is_empty() {
            return Ok(grid);
        }
        grid.with_plane_offsets(parts.plane_offsets_mm)
    }
}

/// The three planes of the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plane {
    /// Across the body: normal along z (head–feet).
    Axial,
    /// Front from back: normal along y.
    Coronal,
    /// Right from left: normal along x.
    Sagittal,
}

impl Plane {
    /// All planes, in the order in which they are listed.
    pub const ALL: [Plane; 3] = [Plane::Axial, Plane::Coronal, Plane::Sagittal];

    /// The patient coordinate of the plane's normal: 2, 1 or 0.
    fn normal_coordinate(self) -> usize {
        match self {
            Plane::Axial => 2,
            Plane::Coronal => 1,
            Plane::Sagittal => 0,
        }
    }
}

impl Grid {
    /// A grid with equidistant planes.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::AffineNotFinite`], [`Error::AffineNotInvertible`].
    pub fn new(size: [usize; 3], affine: Affine) -> Result<Grid, Error> {
        if size.iter().any(|&n| n == 0 || n > MAX_SIZE) {
            return Err(Error::Size {
                size,
                max: MAX_SIZE,
            });
        }
        if !affine.is_finite() {
            return Err(Error::AffineNotFinite);
        }
        let inverse = affine.inverse().ok_or(Error::AffineNotInvertible)?;
        Ok(Grid {
            size,
            affine,
            inverse,
            plane_offsets_mm: Vec::new(),
        })
    }

    /// The same grid with planes at these offsets (mm) from plane 0, along the affine's third column.
    ///
    /// Offsets that are equal steps of the affine leave the grid even.
    ///
    /// # Errors
    /// [`Error::PlaneOffsetCount`]; [`Error::PlaneOffsetNotRising`] unless they rise strictly from zero.
    pub fn with_plane_offsets(mut self, offsets_mm: Vec<f64>) -> Result<Grid, Error> {
        let planes = self.size[2];
        if offsets_mm.len() != planes {
            return Err(Error::PlaneOffsetCount {
                planes,
                found: offsets_mm.len(),
            });
        }
        let mut before = f64::NEG_INFINITY;
        for (plane, &offset) in offsets_mm.iter().enumerate() {
            if !offset.is_finite() || offset <= before || (plane == 0 && offset != 0.0) {
                return Err(Error::PlaneOffsetNotRising { plane });
            }
            before = offset;
        }
        let step = self.spacing_mm()[2];
        let even = |(k, &o): (usize, &f64)| (o - k as f64 * step).abs() < EVEN_TOLERANCE_MM;
        let is_even = offsets_mm.iter().enumerate().all(even);
        self.plane_offsets_mm = if is_even { Vec::new() } else { offsets_mm };
        Ok(self)
    }

    /// Voxels along i, j, k.
    pub fn size(&self) -> [usize; 3] {
        self.size
    }

    /// `patient_from_voxel`, true for every plane of an even grid.
    pub fn affine(&self) -> &Affine {
        &self.affine
    }

    /// Each plane's distance from plane 0 along the stack, mm; empty where planes are equidistant.
    pub fn plane_offsets_mm(&self) -> &[f64] {
        &self.plane_offsets_mm
    }

    /// The number of voxels.
    pub fn voxel_count(&self) -> u64 {
        self.size.iter().map(|&n| n as u64).product()
    }

    /// The lengths of the steps along i, j, k, mm.
    pub fn spacing_mm(&self) -> [f64; 3] {
        [0, 1, 2].map(|axis| self.affine.column(axis).length())
    }

    /// The unit vector in which the index of `axis` grows.
    ///
    /// # Panics
    /// If `axis` is above 2.
    pub fn direction(&self, axis: usize) -> PatientVector {
        let column = self.affine.column(axis);
        column * (1.0 / column.length()) // the affine is invertible: no column is zero
    }

    /// The unit normal of the acquired planes: direction 0 × direction 1.
    pub fn normal(&self) -> PatientVector {
        let normal = self.direction(0).cross(self.direction(1));
        normal * (1.0 / normal.length()) // invertible: the two are not parallel
    }

    /// The grid of plane `k` alone, where it lies; `None` beyond the stack.
    #[must_use]
    pub fn single_plane(&self, k: usize) -> Option<Grid> {
        let [columns, rows, planes] = self.size;
        if k >= planes {
            return None;
        }
        let origin = self.patient_from_voxel(VoxelPoint([0.0, 0.0, k as f64]));
        let columns_mm = [0, 1, 2].map(|axis| self.affine.column(axis));
        Grid::new([columns, rows, 1], Affine::from_columns(columns_mm, origin)).ok()
    }

    /// The place in the patient of a voxel point; beyond the ends, the last steps go on.
    pub fn patient_from_voxel(&self, point: VoxelPoint) -> PatientPoint {
        let [i, j, k] = point.0;
        PatientPoint(self.affine.apply([i, j, self.even_k(k)]))
    }

    /// The voxel point of a place in the patient.
    pub fn voxel_from_patient(&self, point: PatientPoint) -> VoxelPoint {
        let [i, j, even_k] = self.inverse.apply(point.0);
        VoxelPoint([i, j, self.k_of_even(even_k)])
    }

    /// As [`Grid::voxel_from_patient`], with planes counted by the affine's even steps.
    pub(crate) fn even_voxel_from_patient(&self, point: PatientPoint) -> [f64; 3] {
        self.inverse.apply(point.0)
    }

    /// How much the (even) voxel coordinate `axis` grows per mm: its gradient in the patient.
    pub(crate) fn gradient(&self, axis: usize) -> PatientVector {
        let [a, b, c, _] = self.inverse.rows[axis];
        PatientVector([a, b, c])
    }

    /// Where plane coordinate `k` would lie if all steps were the affine's.
    pub(crate) fn even_k(&self, k: f64) -> f64 {
        let offsets = &self.plane_offsets_mm;
        if offsets.len() < 2 {
            return k;
        }
        let below = (k.floor().max(0.0) as usize).min(offsets.len() - 2);
        let step = offsets[below + 1] - offsets[below];
        (offsets[below] + (k - below as f64) * step) / self.spacing_mm()[2]
    }

    /// The inverse of [`Grid::even_k`].
    pub(crate) fn k_of_even(&self, even_k: f64) -> f64 {
        let offsets = &self.plane_offsets_mm;
        if offsets.len() < 2 {
            return even_k;
        }
        let offset = even_k * self.spacing_mm()[2];
        let above = offsets.partition_point(|&o| o <= offset);
        let below = above.saturating_sub(1).min(offsets.len() - 2);
        let step = offsets[below + 1] - offsets[below];
        below as f64 + (offset - offsets[below]) / step
    }

    /// Whether the voxel lies in the grid.
    pub fn contains(&self, voxel: VoxelIndex) -> bool {
        (0..3).all(|a| voxel.0[a] >= 0 && (voxel.0[a] as u64) < self.size[a] as u64)
    }

    /// The volume of one voxel, mm³; of the usual step where planes are not equidistant.
    pub fn voxel_volume_mm3(&self) -> f64 {
        self.affine.determinant().abs()
    }

    /// Whether two axes are not at right angles (cosine above 0.001), as with gantry tilt.
    pub fn is_sheared(&self) -> bool {
        let [a, b, c] = [0, 1, 2].map(|axis| self.direction(axis));
        [a.dot(b), b.dot(c), c.dot(a)]
            .iter()
            .any(|cosine| cosine.abs() > SHEAR_COSINE)
    }

    /// Whether all planes are one step apart.
    pub fn is_even(&self) -> bool {
        self.plane_offsets_mm.is_empty()
    }

    /// How far plane `k`'s voxels reach towards the plane before and the plane after, mm.
    ///
    /// Half the step to the neighbour, but beside a gap (a step above 1.5 usual ones) half a usual
    /// step: what a missing slice would have shown belongs to nobody. `k` is clipped to the grid.
    pub fn plane_reach_mm(&self, k: usize) -> [f64; 2] {
        let offsets = &self.plane_offsets_mm;
        if offsets.len() < 2 {
            return [self.spacing_mm()[2] / 2.0; 2];
        }
        let usual = self.usual_step_mm();
        let k = k.min(offsets.len() - 1);
        let reach = |step: f64| if step > GAP_STEPS * usual { usual } else { step } / 2.0;
        let after = offsets.get(k + 1).map(|next| reach(next - offsets[k]));
        let before = (k > 0).then(|| reach(offsets[k] - offsets[k - 1]));
        let end = usual / 2.0;
        [before.unwrap_or(end), after.unwrap_or(end)]
    }

    /// The largest [`Grid::plane_reach_mm`] that a plane can have.
    pub(crate) fn widest_reach_mm(&self) -> f64 {
        self.usual_step_mm() * GAP_STEPS / 2.0
    }

    /// Whether plane coordinate `k` lies in a gap between planes, where nothing was acquired.
    pub fn is_in_gap(&self, k: f64) -> bool {
        let offsets = &self.plane_offsets_mm;
        let below = k.floor();
        if offsets.len() < 2 || below < 0.0 || below as usize + 1 >= offsets.len() {
            return false;
        }
        let plane = below as usize;
        let step = offsets[plane + 1] - offsets[plane];
        let from_below = (k - below) * step;
        from_below > self.plane_reach_mm(plane)[1]
            && step - from_below > self.plane_reach_mm(plane + 1)[0]
    }

    /// The middle one of all steps between planes, mm.
    fn usual_step_mm(&self) -> f64 {
        let mut steps: Vec<f64> = self
            .plane_offsets_mm
            .windows(2)
            .map(|w| w[1] - w[0])
            .collect();
        if steps.is_empty() {
            return self.spacing_mm()[2];
        }
        steps.sort_by(f64::total_cmp);
        steps[(steps.len() - 1) / 2]
    }

    /// The grid axis whose direction is closest to the plane's normal.
    ///
    /// The three planes get three different axes: the assignment with the largest sum of cosines.
    pub fn axis_of(&self, plane: Plane) -> usize {
        // Axes of the x, y and z normals; earlier rows win ties, the usual orders first.
        const ORDERS: [[usize; 3]; 6] = [
            [0, 1, 2],
            [0, 2, 1],
            [2, 0, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 1, 0],
        ];
        let directions = [0, 1, 2].map(|axis| self.direction(axis));
        let sum = |order: &[usize; 3]| -> f64 {
            order
                .iter()
                .enumerate()
                .map(|(c, &axis)| directions[axis].0[c].abs())
                .sum()
        };
        let mut best = ORDERS[0];
        for order in ORDERS {
            if sum(&order) > sum(&best) + 1e-9 {
                best = order;
            }
        }
        best[plane.normal_coordinate()]
    }

    /// The patient plane closest to the acquired planes (the one along grid axis 2).
    pub fn acquired_plane(&self) -> Plane {
        let mut planes = Plane::ALL.into_iter();
        planes
            .find(|&plane| self.axis_of(plane) == 2)
            .unwrap_or(Plane::Axial)
    }

    /// Whether both grids have the same size and all their planes' corners lie within `tolerance_mm`.
    pub fn same_space(&self, other: &Grid, tolerance_mm: f64) -> bool {
        let last = |axis: usize| (self.size[axis] - 1) as f64;
        let is_near = |i: f64, j: f64, k: f64| {
            let point = VoxelPoint([i, j, k]);
            let (a, b) = (
                self.patient_from_voxel(point),
                other.patient_from_voxel(point),
            );
            a.distance_mm(b) <= tolerance_mm
        };
        let uneven = !(self.is_even() && other.is_even());
        let planes: Vec<usize> = if uneven {
            (0..self.size[2]).collect()
        } else {
            vec![0, self.size[2] - 1]
        };
        self.size == other.size
            && planes.iter().all(|&k| {
                [0.0, last(0)]
                    .iter()
                    .all(|&i| [0.0, last(1)].iter().all(|&j| is_near(i, j, k as f64)))
            })
    }

    /// The place half way between the first and the last voxel's centres.
    pub fn centre(&self) -> PatientPoint {
        let last = VoxelPoint(self.size.map(|n| (n - 1) as f64));
        let first = self.patient_from_voxel(VoxelPoint([0.0; 3]));
        first.towards(self.patient_from_voxel(last), 0.5)
    }
}

/// The letters of a direction: R L A P H F, up to three in order of size (`"R"`, `"LPH"`).
///
/// Components below 0.0872 of the length (5°) get none; a vector without direction gets `""`.
pub fn orientation_letters(direction: PatientVector) -> String {
    const LETTERS: [[char; 2]; 3] = [['L', 'R'], ['P', 'A'], ['H', 'F']];
    let Some(unit) = direction.normalised() else {
        return String::new();
    };
    let mut parts: Vec<(f64, char)> = LETTERS
        .iter()
        .zip(unit.0)
        .filter(|(_, v)| v.abs() >= LETTER_MIN)
        .map(|(pair, v)| (v.abs(), pair[usize::from(v < 0.0)]))
        .collect();
    // Rounded, so that rounding errors never decide the order of equal components.
    parts.sort_by_key(|(size, _)| std::cmp::Reverse((size * 1e6).round() as u64));
    parts.into_iter().map(|(_, letter)| letter).collect()
}
