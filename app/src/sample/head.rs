//! A head made by formula, as an oblique T2-weighted MR series: skull, brain, ventricles, a tumour.

use super::noise;
use super::thorax::soft;
use rayon::prelude::*;
use voxel::{Affine, Grid, PatientPoint, VoxelPoint};

/// Pixels along each side.
pub(super) const SIZE: usize = 256;
/// Slices.
pub(super) const SLICES: usize = 36;
const PIXEL_MM: f64 = 0.9;
const STEP_MM: f64 = 4.0;

/// The oblique grid: tilted 18° about the left–right axis and turned 7° in the plane.
///
/// # Errors
/// Never in practice: the matrix is fixed and has an inverse.
pub(super) fn grid() -> Result<Grid, voxel::Error> {
    let (tilt, turn) = (18.0_f64.to_radians(), 7.0_f64.to_radians());
    let column = [turn.cos(), turn.sin() * tilt.cos(), turn.sin() * tilt.sin()];
    let row = [
        -turn.sin(),
        turn.cos() * tilt.cos(),
        turn.cos() * tilt.sin(),
    ];
    let normal = [
        column[1] * row[2] - column[2] * row[1],
        column[2] * row[0] - column[0] * row[2],
        column[0] * row[1] - column[1] * row[0],
    ];
    let half = [
        SIZE as f64 / 2.0 * PIXEL_MM,
        SIZE as f64 / 2.0 * PIXEL_MM,
        (SLICES as f64 - 1.0) / 2.0 * STEP_MM,
    ];
    let rows = std::array::from_fn(|a| {
        let origin = -column[a] * half[0] - row[a] * half[1] - normal[a] * half[2];
        [
            column[a] * PIXEL_MM,
            row[a] * PIXEL_MM,
            normal[a] * STEP_MM,
            origin,
        ]
    });
    Grid::new([SIZE, SIZE, SLICES], Affine { rows })
}

/// Stored values, column fastest.
#[must_use]
pub(super) fn voxels(grid: &Grid, seed: u64) -> Vec<i16> {
    let mut voxels = vec![0_i16; SIZE * SIZE * SLICES];
    voxels
        .par_chunks_mut(SIZE * SIZE)
        .enumerate()
        .for_each(|(k, out)| {
            let noise = noise::plane(seed + k as u64, SIZE, SIZE, 9.0);
            for (place, value) in out.iter_mut().enumerate() {
                let at = VoxelPoint([(place % SIZE) as f64, (place / SIZE) as f64, k as f64]);
                *value = (signal(grid.patient_from_voxel(at)) + noise[place]).max(0.0) as i16;
            }
        });
    voxels
}

/// Signal at a place of the patient.
fn signal(at: PatientPoint) -> f32 {
    let [x, y, z] = at.0.map(|c| c as f32);
    let shell = |half: [f32; 3], centre: [f32; 3]| {
        let scaled = ((x - centre[0]) / half[0]).powi(2)
            + ((y - centre[1]) / half[1]).powi(2)
            + ((z - centre[2]) / half[2]).powi(2);
        (scaled.sqrt() - 1.0) * half[0].min(half[1]).min(half[2])
    };
    let mut v = 0.0;
    let layer =
        |v: f32, distance: f32, signal: f32, width: f32| v + soft(distance, width) * (signal - v);
    let head = shell([78.0, 98.0, 92.0], [0.0, 0.0, 0.0]);
    v = layer(v, head, 420.0, 1.5);
    v = layer(v, head + 6.0, 60.0, 1.2);
    v = layer(v, head + 12.0, 780.0, 1.2);
    let folds =
        2.6 * (x * 0.28 + (y * 0.19).sin() * 2.0).sin() * (y * 0.24 + (z * 0.21).cos()).sin();
    let brain = head + 15.0 + folds;
    v = layer(v, brain, 360.0, 1.2);
    v = layer(v, brain + 4.5, 270.0, 1.8);
    v = layer(
        v,
        (x.abs() - 1.2).max(brain - 2.0).max(-y.abs() + 20.0),
        640.0,
        1.0,
    );
    for side in [-1.0, 1.0] {
        v = layer(
            v,
            shell([9.0, 30.0, 14.0], [side * 13.0, 2.0 - (z * 0.1), 12.0]),
            860.0,
            1.3,
        );
        v = layer(
            v,
            shell([10.0, 14.0, 11.0], [side * 20.0, 0.0, -2.0]),
            320.0,
            2.0,
        );
    }
    let swelling = shell([25.0, 21.0, 19.0], [38.0, -28.0, 16.0]);
    v = layer(v, swelling.max(brain + 2.0), 560.0, 5.0);
    let ripple = 1.4 * (y * 0.6).sin() * (z * 0.5).cos();
    v = layer(
        v,
        shell([14.0, 12.0, 12.0], [36.0, -30.0, 16.0]) + ripple,
        690.0,
        1.6,
    );
    layer(v, shell([6.0, 5.0, 5.0], [35.0, -31.0, 15.0]), 900.0, 1.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_lies_oblique_and_has_a_bright_ventricle() {
        let grid = grid().expect("the matrix has an inverse");
        assert!(!grid.is_sheared());
        assert!((grid.spacing_mm()[2] - STEP_MM).abs() < 1e-9);
        assert!(signal(PatientPoint([13.0, 0.0, 12.0])) > 700.0);
        assert!(signal(PatientPoint([0.0, 0.0, 150.0])) < 1.0);
    }
}
