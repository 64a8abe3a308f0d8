//! The 348 bytes of a NIfTI-1 header.

use voxel::Grid;

use super::super::Error;
use super::super::values::{NumberType, Space};

/// Bytes before the samples: the header and an empty extension flag.
const DATA_OFFSET: usize = 352;
/// `NIFTI_XFORM_SCANNER_ANAT`.
const SCANNER_ANATOMICAL: i16 = 1;
/// How far the two forms may put one voxel apart.
const FORM_TOLERANCE_MM: f64 = 1e-3;
/// `NIFTI_UNITS_MM`.
const MILLIMETRES: u8 = 2;
/// `NIFTI_INTENT_LABEL`.
pub(super) const INTENT_LABEL: i16 = 1002;
/// `datatype` and `bitpix` of a number type.
fn codes(number_type: NumberType) -> (i16, i16) {
    match number_type {
        NumberType::U8 => (2, 8),
        NumberType::I16 => (4, 16),
        NumberType::I32 => (8, 32),
        NumberType::F32 => (16, 32),
        NumberType::F64 => (64, 64),
        NumberType::Rgb8 => (128, 24),
        NumberType::I8 => (256, 8),
        NumberType::U16 => (512, 16),
        NumberType::U32 => (768, 32),
    }
}

/// What the header says.
#[derive(Clone, Debug)]
pub(super) struct Header {
    size: [usize; 3],
    affine_ras: [[f64; 4]; 3],
    spacing_mm: [f64; 3],
    is_sheared: bool,
    pub(super) space: Space,
    pub(super) data_type: NumberType,
    pub(super) intent: i16,
    pub(super) slope: f32,
    pub(super) intercept: f32,
    pub(super) description: String,
}

impl Header {
    /// A header for samples on a grid, without scaling.
    ///
    /// # Errors
    /// [`Error::UnevenPlanes`] when no single affine is true.
    pub(super) fn new(grid: &Grid, data_type: NumberType) -> Result<Header, Error> {
        if !grid.is_even() {
            return Err(Error::UnevenPlanes);
        }
        let mut affine_ras = grid.affine().rows;
        for row in &mut affine_ras[..2] {
            for entry in row {
                *entry = -*entry;
            }
        }
        Ok(Header {
            size: grid.size(),
            affine_ras,
            spacing_mm: grid.spacing_mm(),
            is_sheared: grid.is_sheared(),
            space: Space::Patient,
            data_type,
            intent: 0,
            slope: 1.0,
            intercept: 0.0,
            description: String::new(),
        })
    }

    /// Whether the quaternion's rotation puts the far corner where the affine does. What rounded positions leave of a
    /// skew adds up over a large image, and two forms that differ are worse than one.
    fn is_told_by(&self, quaternion: &Quaternion) -> bool {
        (0..3).all(|row| {
            let off: f64 = (0..3)
                .map(|axis| {
                    let turned = quaternion.rotation[row][axis] * self.spacing_mm[axis];
                    let steps = self.size[axis].saturating_sub(1) as f64;
                    (turned - self.affine_ras[row][axis]) * steps
                })
                .sum();
            off.abs() <= FORM_TOLERANCE_MM
        })
    }

    /// The header's bytes, little endian, and the empty extension flag.
    pub(super) fn to_bytes(&self) -> Result<[u8; DATA_OFFSET], Error> {
        let mut bytes = [0_u8; DATA_OFFSET];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        let (code, bits) = codes(self.data_type);
        put(0, &348_i32.to_le_bytes());
        put(40, &3_i16.to_le_bytes());
        for (axis, &length) in self.size.iter().enumerate() {
            put(42 + 2 * axis, &dimension(length)?.to_le_bytes());
        }
        for axis in 4..8 {
            put(40 + 2 * axis, &1_i16.to_le_bytes());
        }
        put(68, &self.intent.to_le_bytes());
        put(70, &code.to_le_bytes());
        put(72, &bits.to_le_bytes());
        // A sheared grid is no rotation: its qform stays unset, the sform alone is true. Without a known place in the
        // patient neither form is set.
        let has_place = self.space == Space::Patient;
        let quaternion = (has_place && !self.is_sheared)
            .then(|| Quaternion::of(self.affine_ras))
            .filter(|quaternion| self.is_told_by(quaternion));
        put(
            76,
            &quaternion
                .as_ref()
                .map_or(1.0, |q| q.handedness as f32)
                .to_le_bytes(),
        );
        for (axis, &mm) in self.spacing_mm.iter().enumerate() {
            put(80 + 4 * axis, &(mm as f32).to_le_bytes());
        }
        put(108, &(DATA_OFFSET as f32).to_le_bytes());
        put(112, &self.slope.to_le_bytes());
        put(116, &self.intercept.to_le_bytes());
        if self.space != Space::Pixels {
            put(123, &[MILLIMETRES]);
        }
        let description: Vec<u8> = self
            .description
            .bytes()
            .filter(u8::is_ascii_graphic)
            .take(79)
            .collect();
        put(148, &description);
        if !has_place {
            put(344, b"n+1\0");
            return Ok(bytes);
        }
        put(254, &SCANNER_ANATOMICAL.to_le_bytes());
        if let Some(quaternion) = quaternion {
            put(252, &SCANNER_ANATOMICAL.to_le_bytes());
            for (index, part) in quaternion.parts.into_iter().enumerate() {
                put(256 + 4 * index, &(part as f32).to_le_bytes());
            }
        }
        for (row, entries) in self.affine_ras.iter().enumerate() {
            put(268 + 4 * row, &(entries[3] as f32).to_le_bytes());
            for (column, &entry) in entries.iter().enumerate() {
                put(280 + 16 * row + 4 * column, &(entry as f32).to_le_bytes());
            }
        }
        put(344, b"n+1\0");
        Ok(bytes)
    }
}

/// A length as NIfTI-1 holds it.
fn dimension(length: usize) -> Result<i16, Error> {
    let limit = i16::MAX as u64;
    i16::try_from(length).map_err(|_| Error::TooLarge {
        what: "a NIfTI-1 dimension",
        value: length as u64,
        limit,
    })
}

/// A rotation as NIfTI holds it.
struct Quaternion {
    /// b, c, d.
    parts: [f64; 3],
    /// 1, or −1 where the third axis is mirrored (`pixdim[0]`).
    handedness: f64,
    /// The directions it stands for, mirrored where they are.
    rotation: [[f64; 3]; 3],
}

impl Quaternion {
    /// The rotation of an affine whose axes are at right angles. What is left of a skew (rounded positions) is taken
    /// out of the third axis and then of the second, so the plane of acquisition stays exact.
    fn of(affine: [[f64; 4]; 3]) -> Quaternion {
        let column = |axis: usize| [affine[0][axis], affine[1][axis], affine[2][axis]];
        let x = unit(column(0));
        let along = dot(column(1), x);
        let y = unit([0, 1, 2].map(|row| affine[row][1] - along * x[row]));
        let z = [
            x[1] * y[2] - x[2] * y[1],
            x[2] * y[0] - x[0] * y[2],
            x[0] * y[1] - x[1] * y[0],
        ];
        let handedness = if dot(column(2), z) < 0.0 { -1.0 } else { 1.0 };
        let rotation = [0, 1, 2].map(|row| [x[row], y[row], z[row]]);
        Quaternion {
            parts: parts_of_rotation(rotation),
            handedness,
            rotation: rotation.map(|[x, y, z]| [x, y, z * handedness]),
        }
    }
}

/// b, c, d of a rotation (`nifti_mat44_to_quatern`); the largest part is found first, so nothing small is divided by.
fn parts_of_rotation(r: [[f64; 3]; 3]) -> [f64; 3] {
    let trace = r[0][0] + r[1][1] + r[2][2] + 1.0;
    if trace > 0.5 {
        let quarter = 0.5 / trace.sqrt();
        return [
            (r[2][1] - r[1][2]) * quarter,
            (r[0][2] - r[2][0]) * quarter,
            (r[1][0] - r[0][1]) * quarter,
        ];
    }
    let squares = [
        1.0 + r[0][0] - r[1][1] - r[2][2],
        1.0 + r[1][1] - r[0][0] - r[2][2],
        1.0 + r[2][2] - r[0][0] - r[1][1],
    ];
    let largest = (0..3)
        .max_by(|&x, &y| squares[x].total_cmp(&squares[y]))
        .unwrap_or(0);
    let root = 0.5 * squares[largest].max(0.0).sqrt();
    let (next, last) = ((largest + 1) % 3, (largest + 2) % 3);
    let mut parts = [0.0; 3];
    parts[largest] = root;
    parts[next] = 0.25 * (r[largest][next] + r[next][largest]) / root;
    parts[last] = 0.25 * (r[largest][last] + r[last][largest]) / root;
    let a = r[last][next] - r[next][last];
    if a < 0.0 {
        parts.map(|part| -part)
    } else {
        parts
    }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// A direction of length 1; the axes of a grid always have a length.
fn unit(direction: [f64; 3]) -> [f64; 3] {
    let length = dot(direction, direction).sqrt();
    direction.map(|part| part / length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rotation about x, then y, then z.
    fn rotation(angles: [f64; 3]) -> [[f64; 3]; 3] {
        let [(sx, cx), (sy, cy), (sz, cz)] = angles.map(f64::sin_cos);
        [
            [cy * cz, sx * sy * cz - cx * sz, cx * sy * cz + sx * sz],
            [cy * sz, sx * sy * sz + cx * cz, cx * sy * sz - sx * cz],
            [-sy, sx * cy, cx * cy],
        ]
    }

    /// The rotation matrix of a quaternion (`nifti_quatern_to_mat44`), third axis mirrored where it says so.
    fn matrix(quaternion: &Quaternion) -> [[f64; 3]; 3] {
        let [b, c, d] = quaternion.parts;
        let a = (1.0 - (b * b + c * c + d * d)).max(0.0).sqrt();
        let mut rows = [
            [
                a * a + b * b - c * c - d * d,
                2.0 * (b * c - a * d),
                2.0 * (b * d + a * c),
            ],
            [
                2.0 * (b * c + a * d),
                a * a + c * c - b * b - d * d,
                2.0 * (c * d - a * b),
            ],
            [
                2.0 * (b * d - a * c),
                2.0 * (c * d + a * b),
                a * a + d * d - b * b - c * c,
            ],
        ];
        for row in &mut rows {
            row[2] *= quaternion.handedness;
        }
        rows
    }

    fn affine_of(turned: [[f64; 3]; 3], scale: [f64; 3]) -> [[f64; 4]; 3] {
        turned.map(|row| [row[0] * scale[0], row[1] * scale[1], row[2] * scale[2], 7.0])
    }

    proptest! {
        #[test]
        fn every_rotation_and_mirror_image_comes_back_from_its_quaternion(
            angles in prop::array::uniform3(-3.2_f64..3.2),
            mirrored in any::<bool>(),
            spacing in prop::array::uniform3(0.1_f64..8.0),
        ) {
            let turned = rotation(angles);
            let sign = if mirrored { -1.0 } else { 1.0 };
            let back = matrix(&Quaternion::of(affine_of(turned, [spacing[0], spacing[1], spacing[2] * sign])));
            for row in 0..3 {
                for column in 0..3 {
                    let expected = turned[row][column] * if column == 2 { sign } else { 1.0 };
                    prop_assert!((back[row][column] - expected).abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn half_turns_come_back() {
        for signs in [
            [1.0, -1.0, -1.0],
            [-1.0, 1.0, -1.0],
            [-1.0, -1.0, 1.0],
            [-1.0, -1.0, -1.0],
        ] {
            let turned = [
                [signs[0], 0.0, 0.0],
                [0.0, signs[1], 0.0],
                [0.0, 0.0, signs[2]],
            ];
            assert_eq!(matrix(&Quaternion::of(affine_of(turned, [1.0; 3]))), turned);
        }
    }

    #[test]
    fn a_skew_of_rounding_leaves_the_plane_of_acquisition_exact() {
        let affine = [
            [1.0, 0.0, 0.0, 0.0],
            [0.0, 1.0, 0.0007, 0.0],
            [0.0, 0.0, 1.0, 0.0],
        ];
        assert_eq!(
            matrix(&Quaternion::of(affine)),
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
        );
    }
}
