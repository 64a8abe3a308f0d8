//! The spaces, kept apart by type: voxel indices, voxel points, patient points and vectors.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

use serde::{Deserialize, Serialize};

/// A voxel by i (column), j (row), k (plane). It may lie outside its grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VoxelIndex(pub [i64; 3]);

impl VoxelIndex {
    /// The voxel's centre.
    pub fn centre(self) -> VoxelPoint {
        VoxelPoint(self.0.map(|v| v as f64))
    }
}

/// A place in continuous voxel coordinates; voxel centres lie at whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VoxelPoint(pub [f64; 3]);

impl VoxelPoint {
    /// The voxel whose cell holds this point; a point half way belongs to the higher index.
    pub fn nearest(self) -> VoxelIndex {
        VoxelIndex(self.0.map(|v| (v + 0.5).floor() as i64))
    }
}

/// A place in the patient: DICOM LPS, mm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PatientPoint(pub [f64; 3]);

/// A difference of places in the patient: DICOM LPS, mm (or without a unit, for directions).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PatientVector(pub [f64; 3]);

impl PatientPoint {
    /// The distance to another place, mm.
    pub fn distance_mm(self, other: PatientPoint) -> f64 {
        (other - self).length()
    }

    /// The place at `share` of the way to `other` (0 = here, 1 = there).
    pub fn towards(self, other: PatientPoint, share: f64) -> PatientPoint {
        self + (other - self) * share
    }
}

impl PatientVector {
    /// The vector of no length.
    pub const ZERO: PatientVector = PatientVector([0.0; 3]);

    /// The scalar product.
    pub fn dot(self, other: PatientVector) -> f64 {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        a * x + b * y + c * z
    }

    /// The vector product (right-handed).
    pub fn cross(self, other: PatientVector) -> PatientVector {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        PatientVector([b * z - c * y, c * x - a * z, a * y - b * x])
    }

    /// The length, mm.
    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The vector of length 1 in this direction; `None` for a length of zero or not finite.
    pub fn normalised(self) -> Option<PatientVector> {
        let largest = self.0.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        if !(largest > 0.0 && largest.is_finite()) || self.0.iter().any(|v| v.is_nan()) {
            return None;
        }
        // Scaled first, so that neither tiny nor huge vectors leave the range of f64.
        let scaled = self * (1.0 / largest);
        Some(scaled * (1.0 / scaled.length()))
    }

    /// The part of this vector across the unit vector `normal`.
    pub(crate) fn across(self, normal: PatientVector) -> PatientVector {
        self - normal * self.dot(normal)
    }
}

impl Sub for PatientPoint {
    type Output = PatientVector;
    fn sub(self, other: PatientPoint) -> PatientVector {
        PatientVector(std::array::from_fn(|a| self.0[a] - other.0[a]))
    }
}

impl Add<PatientVector> for PatientPoint {
    type Output = PatientPoint;
    fn add(self, step: PatientVector) -> PatientPoint {
        PatientPoint(std::array::from_fn(|a| self.0[a] + step.0[a]))
    }
}

impl Sub<PatientVector> for PatientPoint {
    type Output = PatientPoint;
    fn sub(self, step: PatientVector) -> PatientPoint {
        PatientPoint(std::array::from_fn(|a| self.0[a] - step.0[a]))
    }
}

impl AddAssign<PatientVector> for PatientPoint {
    fn add_assign(&mut self, step: PatientVector) {
        *self = *self + step;
    }
}

impl Add for PatientVector {
    type Output = PatientVector;
    fn add(self, other: PatientVector) -> PatientVector {
        PatientVector(std::array::from_fn(|a| self.0[a] + other.0[a]))
    }
}

impl Sub for PatientVector {
    type Output = PatientVector;
    fn sub(self, other: PatientVector) -> PatientVector {
        PatientVector(std::array::from_fn(|a| self.0[a] - other.0[a]))
    }
}

impl Neg for PatientVector {
    type Output = PatientVector;
    fn neg(self) -> PatientVector {
        PatientVector(self.0.map(|v| -v))
    }
}

impl Mul<f64> for PatientVector {
    type Output = PatientVector;
    fn mul(self, factor: f64) -> PatientVector {
        PatientVector(self.0.map(|v| v * factor))
    }
}

/// An affine map of three coordinates: `patient_from_voxel` of a [`crate::Grid`], or its inverse.
///
/// Row r holds the three factors and the shift of result coordinate r.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Affine {
    /// The upper three rows of the 4×4 matrix.
    pub rows: [[f64; 4]; 3],
}

impl Affine {
    /// The map that changes nothing.
    pub fn identity() -> Affine {
        Affine::scaling([1.0; 3])
    }

    /// Axes along x, y, z with the given steps (mm), origin at zero.
    pub fn scaling(steps: [f64; 3]) -> Affine {
        let column = |axis: usize| {
            PatientVector(std::array::from_fn(|r| {
                if r == axis { steps[axis] } else { 0.0 }
            }))
        };
        Affine::from_columns([column(0), column(1), column(2)], PatientPoint([0.0; 3]))
    }

    /// The map with these steps per index (`columns`) and the place of index zero (`origin`).
    pub fn from_columns(columns: [PatientVector; 3], origin: PatientPoint) -> Affine {
        let row = |r: usize| {
            [
                columns[0].0[r],
                columns[1].0[r],
                columns[2].0[r],
                origin.0[r],
            ]
        };
        Affine {
            rows: [row(0), row(1), row(2)],
        }
    }

    /// The map of a 4×4 matrix whose last row is 0 0 0 1 (the last row is not read).
    pub fn from_4x4(matrix: [[f64; 4]; 4]) -> Affine {
        let [a, b, c, _] = matrix;
        Affine { rows: [a, b, c] }
    }

    /// The 4×4 matrix.
    pub fn to_4x4(&self) -> [[f64; 4]; 4] {
        let [a, b, c] = self.rows;
        [a, b, c, [0.0, 0.0, 0.0, 1.0]]
    }

    /// The step in the result for one step along `axis`.
    ///
    /// # Panics
    /// If `axis` is above 2.
    pub fn column(&self, axis: usize) -> PatientVector {
        assert!(axis < 3, "a grid has axes 0, 1, 2");
        PatientVector(self.rows.map(|row| row[axis]))
    }

    /// Where coordinate zero goes.
    pub fn origin(&self) -> PatientPoint {
        PatientPoint(self.rows.map(|row| row[3]))
    }

    /// The 3×3 part without the shift.
    pub fn linear(&self) -> [[f64; 3]; 3] {
        self.rows.map(|[a, b, c, _]| [a, b, c])
    }

    /// The determinant of the linear part; negative for left-handed axes.
    pub fn determinant(&self) -> f64 {
        self.column(0).dot(self.column(1).cross(self.column(2)))
    }

    /// Whether every number is finite.
    pub fn is_finite(&self) -> bool {
        self.rows.iter().flatten().all(|v| v.is_finite())
    }

    /// The image of the coordinates `v`.
    pub fn apply(&self, v: [f64; 3]) -> [f64; 3] {
        self.rows
            .map(|[a, b, c, shift]| a * v[0] + b * v[1] + c * v[2] + shift)
    }

    /// The image of a difference: no shift.
    pub fn apply_linear(&self, v: [f64; 3]) -> [f64; 3] {
        self.rows.map(|[a, b, c, _]| a * v[0] + b * v[1] + c * v[2])
    }

    /// First `inner`, then this: `c_from_b.compose(&b_from_a)` is `c_from_a`.
    pub fn compose(&self, inner: &Affine) -> Affine {
        let columns = [0, 1, 2].map(|axis| PatientVector(self.apply_linear(inner.column(axis).0)));
        Affine::from_columns(columns, PatientPoint(self.apply(inner.origin().0)))
    }

    /// The map back; `None` where axes are (nearly) in one plane, of zero length or not finite.
    pub fn inverse(&self) -> Option<Affine> {
        let [a, b, c] = [self.column(0), self.column(1), self.column(2)];
        let volume = self.determinant();
        // The share of the box that axes of these lengths could span: free of the unit.
        let share = volume / (a.length() * b.length() * c.length());
        // Written so that NaN fails too.
        if !(share.abs() > 1e-9 && self.is_finite()) {
            return None;
        }
        let rows = [b.cross(c), c.cross(a), a.cross(b)].map(|row| row * (1.0 / volume));
        let origin = self.origin();
        let shift = rows.map(|row| -row.dot(origin - PatientPoint([0.0; 3])));
        let row = |r: usize| [rows[r].0[0], rows[r].0[1], rows[r].0[2], shift[r]];
        Some(Affine {
            rows: [row(0), row(1), row(2)],
        })
    }
}
