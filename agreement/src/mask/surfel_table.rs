//! Areas of the surface elements of the 256 corner codes.
//!
//! The Lorensen-Cline triangulation (doi:10.1145/37402.37422) of a 2x2x2 corner, with the complement
//! for more than four inside voxels, as Nikolov 2021 (doi:10.2196/26151) uses it: per code the area
//! vectors of its triangles, in eighths of a voxel edge.

/// Triangle area vectors (absolute components, in eighths) of the different corner shapes.
const TRIANGLES: [&[[u8; 3]]; 33] = [
    &[],
    &[[1, 1, 1]],
    &[[2, 2, 0], [2, 2, 0]],
    &[[2, 0, 2], [2, 0, 2]],
    &[[1, 1, 1], [1, 1, 1]],
    &[[1, 1, 1], [2, 2, 2], [4, 0, 0]],
    &[[4, 0, 0], [4, 0, 0]],
    &[[0, 2, 2], [0, 2, 2]],
    &[[1, 1, 1], [2, 2, 2], [0, 4, 0]],
    &[[1, 1, 1], [2, 2, 2], [0, 0, 4]],
    &[[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    &[[1, 1, 1], [2, 2, 2], [2, 2, 2], [1, 1, 1]],
    &[[0, 2, 2], [0, 2, 2], [1, 1, 1]],
    &[[2, 0, 2], [2, 0, 2], [1, 1, 1]],
    &[[0, 2, 2], [3, 3, 3], [2, 0, 2], [1, 1, 1]],
    &[[2, 2, 0], [2, 2, 0], [1, 1, 1]],
    &[[0, 2, 2], [3, 3, 3], [2, 2, 0], [1, 1, 1]],
    &[[1, 1, 1], [2, 2, 2], [4, 0, 0], [1, 1, 1]],
    &[[2, 0, 2], [3, 3, 3], [0, 2, 2], [1, 1, 1]],
    &[[2, 2, 0], [3, 3, 3], [0, 2, 2], [1, 1, 1]],
    &[[0, 4, 0], [0, 4, 0]],
    &[[2, 0, 2], [3, 3, 3], [2, 2, 0], [1, 1, 1]],
    &[[1, 1, 1], [1, 1, 1], [2, 2, 2], [0, 4, 0]],
    &[[1, 1, 1], [2, 2, 2], [0, 4, 0], [1, 1, 1]],
    &[[2, 2, 0], [3, 3, 3], [2, 0, 2], [1, 1, 1]],
    &[[2, 2, 0], [2, 2, 0], [2, 2, 0], [2, 2, 0]],
    &[[0, 0, 4], [0, 0, 4]],
    &[[1, 1, 1], [1, 1, 1], [2, 2, 2], [0, 0, 4]],
    &[[2, 0, 2], [2, 0, 2], [2, 0, 2], [2, 0, 2]],
    &[[1, 1, 1], [2, 2, 2], [0, 0, 4], [1, 1, 1]],
    &[[0, 2, 2], [0, 2, 2], [0, 2, 2], [0, 2, 2]],
    &[[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]],
    &[[1, 1, 1], [1, 1, 1], [2, 2, 2], [4, 0, 0]],
];

/// Index into [`TRIANGLES`] of every corner code.
#[rustfmt::skip]
const SHAPE_OF_CODE: [u8; 256] = [
    0, 1, 1, 2, 1, 3, 4, 5, 1, 4, 3, 5, 2, 5, 5, 6,
    1, 7, 4, 8, 4, 9, 10, 11, 4, 12, 13, 14, 15, 16, 17, 5,
    1, 4, 7, 8, 4, 13, 12, 18, 4, 10, 9, 11, 15, 17, 19, 5,
    2, 8, 8, 20, 15, 21, 22, 8, 15, 23, 24, 8, 25, 15, 15, 2,
    1, 4, 4, 15, 7, 9, 12, 19, 4, 10, 13, 17, 8, 11, 18, 5,
    3, 9, 13, 24, 9, 26, 27, 9, 13, 27, 28, 13, 21, 9, 13, 3,
    4, 10, 12, 23, 12, 29, 30, 12, 10, 31, 29, 10, 22, 10, 12, 4,
    5, 11, 14, 8, 16, 9, 12, 7, 17, 10, 13, 4, 15, 4, 4, 1,
    1, 4, 4, 15, 4, 13, 10, 32, 7, 12, 9, 16, 8, 14, 11, 5,
    4, 12, 10, 23, 10, 27, 31, 10, 12, 30, 27, 12, 22, 12, 10, 4,
    3, 13, 9, 21, 13, 28, 29, 13, 9, 29, 26, 9, 24, 13, 9, 3,
    5, 18, 11, 8, 32, 13, 10, 4, 19, 12, 9, 7, 15, 4, 4, 1,
    2, 15, 15, 25, 8, 24, 22, 15, 8, 23, 21, 15, 20, 8, 8, 2,
    5, 19, 32, 15, 11, 9, 10, 4, 18, 12, 13, 4, 8, 7, 4, 1,
    5, 32, 16, 15, 14, 13, 12, 4, 11, 10, 9, 4, 8, 4, 7, 1,
    6, 5, 5, 2, 5, 3, 4, 1, 5, 4, 3, 1, 2, 1, 1, 0,
];

/// Area in mm² of the surface element of each corner code, for voxels of the given spacing.
pub(crate) fn surfel_areas(spacing_mm: [f64; 3]) -> [f64; 256] {
    let [sx, sy, sz] = spacing_mm;
    let face_mm2 = [sy * sz, sx * sz, sx * sy];
    SHAPE_OF_CODE.map(|shape| {
        TRIANGLES[usize::from(shape)]
            .iter()
            .map(|vector| {
                let squares: f64 = vector
                    .iter()
                    .zip(face_mm2)
                    .map(|(&eighths, face)| (f64::from(eighths) / 8.0 * face).powi(2))
                    .sum();
                squares.sqrt()
            })
            .sum()
    })
}

/// Length in mm of the contour element of each 2x2 corner code (two-dimensional images).
///
/// Code 8, 4, 2, 1 over the pixels (0,0), (0,1), (1,0), (1,1).
pub(crate) fn contour_lengths(spacing_mm: [f64; 2]) -> [f64; 16] {
    let [along_i, along_j] = spacing_mm;
    let diagonal = along_i.hypot(along_j);
    std::array::from_fn(|code| match code {
        0 | 15 => 0.0,
        3 | 12 => along_j,
        5 | 10 => along_i,
        6 | 9 => diagonal,
        _ => diagonal / 2.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_and_its_complement_have_the_same_area() {
        let areas = surfel_areas([0.7, 0.9, 2.3]);
        for code in 0..256_usize {
            if code.count_ones() != 4 {
                assert!(
                    (areas[code] - areas[255 - code]).abs() < 1e-12,
                    "code {code}"
                );
            }
        }
    }

    #[test]
    fn a_flat_wall_has_the_area_of_a_voxel_face() {
        let areas = surfel_areas([2.0, 3.0, 5.0]);
        assert!((areas[0b1111_0000] - 15.0).abs() < 1e-12, "wall across i");
        assert!((areas[0b1100_1100] - 10.0).abs() < 1e-12, "wall across j");
        assert!((areas[0b1010_1010] - 6.0).abs() < 1e-12, "wall across k");
    }

    #[test]
    fn contour_elements_are_edges_and_diagonals() {
        let lengths = contour_lengths([0.5, 2.0]);
        assert_eq!(lengths[12], 2.0);
        assert_eq!(lengths[10], 0.5);
        assert_eq!(lengths[9], 2.0 * lengths[1]);
    }
}
