//! Coordinates: round trips, axes, letters, uneven planes; and values of volumes.

use std::sync::Arc;

use proptest::prelude::*;
use voxel::{
    Affine, Error, Grid, PatientPoint, PatientVector, Plane, Rescale, Samples, Volume, VoxelIndex,
    VoxelPoint, orientation_letters,
};

/// Rotation about a unit axis (Rodrigues).
fn rotated(v: PatientVector, axis: PatientVector, angle: f64) -> PatientVector {
    let along = axis * axis.dot(v);
    along + (v - along) * angle.cos() + axis.cross(v) * angle.sin()
}

/// Any orientation, either hand, anisotropic steps, shear up to about 40°.
fn affine() -> impl Strategy<Value = Affine> {
    let axis = prop::array::uniform3(-1.0..1.0_f64);
    let steps = prop::array::uniform3(0.05..10.0_f64);
    let shear = prop::array::uniform3(-0.8..0.8_f64);
    let origin = prop::array::uniform3(-2000.0..2000.0_f64);
    (axis, 0.0..6.3_f64, steps, shear, origin, any::<bool>()).prop_filter_map(
        "the axis has no direction",
        |(axis, angle, steps, shear, origin, is_flipped)| {
            let axis = PatientVector(axis).normalised()?;
            let turned = |v| rotated(PatientVector(v), axis, angle);
            let [x, y, mut z] = [
                turned([1.0, 0.0, 0.0]),
                turned([0.0, 1.0, 0.0]),
                turned([0.0, 0.0, 1.0]),
            ];
            if is_flipped {
                z = -z;
            }
            let sheared = [x, y + x * shear[0], z + x * shear[1] + y * shear[2]];
            let columns = [0, 1, 2].map(|a| sheared[a] * steps[a]);
            Some(Affine::from_columns(columns, PatientPoint(origin)))
        },
    )
}

fn grid() -> impl Strategy<Value = Grid> {
    let steps = prop::collection::vec(0.1..4.0_f64, 1..40);
    (affine(), 1..600_usize, 1..600_usize, steps, any::<bool>()).prop_map(
        |(affine, nx, ny, steps, is_even)| {
            let grid = Grid::new([nx, ny, steps.len() + 1], affine).unwrap();
            if is_even {
                return grid;
            }
            let mut offsets = vec![0.0];
            for step in steps {
                offsets.push(offsets[offsets.len() - 1] + step * grid.spacing_mm()[2]);
            }
            grid.with_plane_offsets(offsets).unwrap()
        },
    )
}

proptest! {
    #[test]
    fn voxel_to_patient_and_back_is_within_a_billionth(
        grid in grid(), at in prop::array::uniform3(-0.2..1.2_f64),
    ) {
        let point = VoxelPoint(std::array::from_fn(|a| at[a] * grid.size()[a] as f64));
        let back = grid.voxel_from_patient(grid.patient_from_voxel(point));
        for a in 0..3 {
            prop_assert!((point.0[a] - back.0[a]).abs() < 1e-9, "{point:?} became {back:?}");
        }
    }

    #[test]
    fn every_patient_plane_gets_its_own_axis_with_the_largest_sum_of_cosines(grid in grid()) {
        let axes = Plane::ALL.map(|plane| grid.axis_of(plane));
        let mut sorted = axes;
        sorted.sort_unstable();
        prop_assert_eq!(sorted, [0, 1, 2]);
        let cosine = |plane: usize, axis: usize| grid.direction(axis).0[2 - plane].abs();
        let sum = |axes: [usize; 3]| (0..3).map(|p| cosine(p, axes[p])).sum::<f64>();
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let mut swapped = axes;
            swapped.swap(a, b);
            prop_assert!(sum(axes) >= sum(swapped) - 1e-8);
        }
        prop_assert_eq!(grid.axis_of(grid.acquired_plane()), 2);
    }

    #[test]
    fn an_affine_and_its_inverse_are_the_identity(affine in affine()) {
        let product = affine.compose(&affine.inverse().unwrap());
        for (row, expected) in product.rows.iter().zip(Affine::identity().rows) {
            for (value, expected) in row.iter().zip(expected) {
                prop_assert!((value - expected).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_volume_of_a_voxel_is_that_of_the_parallelepiped(grid in grid()) {
        let corner = |v| grid.affine().apply(v);
        let from = PatientPoint(corner([0.0; 3]));
        let [a, b, c] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
            .map(|v| PatientPoint(corner(v)) - from);
        let volume = a.dot(b.cross(c)).abs();
        prop_assert!((grid.voxel_volume_mm3() / volume - 1.0).abs() < 1e-9);
    }
}

/// A grid whose axes run along these patient axes with these signs.
fn oriented(axes: [(usize, f64); 3], spacing: [f64; 3]) -> Grid {
    let column = |n: usize| {
        let (axis, sign) = axes[n];
        PatientVector(std::array::from_fn(|a| {
            if a == axis { sign * spacing[n] } else { 0.0 }
        }))
    };
    let columns = [column(0), column(1), column(2)];
    Grid::new(
        [10, 20, 30],
        Affine::from_columns(columns, PatientPoint([1.0, 2.0, 3.0])),
    )
    .unwrap()
}

#[test]
fn the_usual_acquisitions_have_their_plane_along_axis_2() {
    let spacing = [0.5, 0.6, 3.0];
    let axial = oriented([(0, 1.0), (1, 1.0), (2, 1.0)], spacing);
    assert_eq!(axial.acquired_plane(), Plane::Axial);
    assert_eq!(Plane::ALL.map(|p| axial.axis_of(p)), [2, 1, 0]);
    let coronal = oriented([(0, 1.0), (2, -1.0), (1, 1.0)], spacing);
    assert_eq!(coronal.acquired_plane(), Plane::Coronal);
    assert_eq!(Plane::ALL.map(|p| coronal.axis_of(p)), [1, 2, 0]);
    let sagittal = oriented([(1, 1.0), (2, -1.0), (0, 1.0)], spacing);
    assert_eq!(sagittal.acquired_plane(), Plane::Sagittal);
    assert_eq!(Plane::ALL.map(|p| sagittal.axis_of(p)), [1, 0, 2]);
    assert_eq!(axial.normal(), PatientVector([0.0, 0.0, 1.0]));
    assert_eq!(axial.spacing_mm(), spacing);
    assert_eq!(
        axial.centre(),
        PatientPoint([1.0 + 2.25, 2.0 + 5.7, 3.0 + 43.5])
    );
}

#[test]
fn two_axes_near_one_normal_still_get_two_planes() {
    // Both i and k lie nearest to z: one of them must go to another plane.
    let columns = [
        PatientVector([0.6, 0.0, 0.8]),
        PatientVector([0.0, 1.0, 0.0]),
        PatientVector([-0.4, 0.0, 0.9165]),
    ];
    let grid = Grid::new(
        [4, 4, 4],
        Affine::from_columns(columns, PatientPoint([0.0; 3])),
    )
    .unwrap();
    assert_eq!(Plane::ALL.map(|p| grid.axis_of(p)), [2, 1, 0]);
    assert!(grid.is_sheared());
}

#[test]
fn uneven_planes_lie_where_their_offsets_say() {
    let grid = Grid::new([4, 4, 5], Affine::scaling([1.0, 1.0, 2.0])).unwrap();
    let z = |grid: &Grid, k: f64| grid.patient_from_voxel(VoxelPoint([0.0, 0.0, k])).0[2];
    let uneven = grid
        .clone()
        .with_plane_offsets(vec![0.0, 2.0, 4.0, 8.0, 10.0])
        .unwrap();
    assert!(!uneven.is_even());
    assert_eq!(
        [0.0, 1.0, 2.0, 3.0, 4.0].map(|k| z(&uneven, k)),
        [0.0, 2.0, 4.0, 8.0, 10.0]
    );
    assert_eq!(z(&uneven, 2.5), 6.0);
    assert_eq!((z(&uneven, -1.0), z(&uneven, 6.0)), (-2.0, 14.0));
    assert_eq!(
        uneven.voxel_from_patient(PatientPoint([1.0, 2.0, 9.0])).0,
        [1.0, 2.0, 3.5]
    );
    assert_eq!(uneven.centre().0, [1.5, 1.5, 5.0]);
    // A missing slice between planes 2 and 3: what it would have shown belongs to nobody.
    assert_eq!(uneven.plane_reach_mm(2), [1.0, 1.0]);
    assert!(uneven.is_in_gap(2.5) && !uneven.is_in_gap(2.2) && !uneven.is_in_gap(1.5));
    assert!(!uneven.is_in_gap(-3.0) && !uneven.is_in_gap(9.0));
    // Equal steps are an even grid, whoever says it.
    let even = grid
        .clone()
        .with_plane_offsets(vec![0.0, 2.0, 4.0, 6.0, 8.0])
        .unwrap();
    assert_eq!(even, grid);
    assert!(!uneven.same_space(&grid, 1.0));
    assert!(uneven.same_space(&grid, 2.0 + 1e-9));
}

#[test]
fn broken_grids_are_refused() {
    let affine = Affine::identity();
    let size = |n| Error::Size {
        size: [1, n, 1],
        max: 2_097_152,
    };
    assert_eq!(Grid::new([1, 0, 1], affine), Err(size(0)));
    assert_eq!(Grid::new([1, 3_000_000, 1], affine), Err(size(3_000_000)));
    let mut flat = affine;
    flat.rows[2] = flat.rows[1];
    assert_eq!(Grid::new([2, 2, 2], flat), Err(Error::AffineNotInvertible));
    assert_eq!(
        Grid::new([2; 3], Affine::scaling([1.0, 0.0, 1.0])),
        Err(Error::AffineNotInvertible)
    );
    let mut broken = affine;
    broken.rows[0][3] = f64::NAN;
    assert_eq!(Grid::new([2, 2, 2], broken), Err(Error::AffineNotFinite));
    let offsets = |offsets: &[f64]| {
        Grid::new([2, 2, 3], affine)
            .unwrap()
            .with_plane_offsets(offsets.to_vec())
            .unwrap_err()
    };
    assert_eq!(
        offsets(&[0.0, 1.0]),
        Error::PlaneOffsetCount {
            planes: 3,
            found: 2
        }
    );
    assert_eq!(
        offsets(&[0.0, 1.0, 1.0]),
        Error::PlaneOffsetNotRising { plane: 2 }
    );
    assert_eq!(
        offsets(&[1.0, 2.0, 3.0]),
        Error::PlaneOffsetNotRising { plane: 0 }
    );
    assert_eq!(
        offsets(&[0.0, f64::NAN, 3.0]),
        Error::PlaneOffsetNotRising { plane: 1 }
    );
}

#[test]
fn tilted_stacks_are_sheared_and_rotated_ones_are_not() {
    let tilted = |degrees: f64| {
        let lean = degrees.to_radians().tan() * 3.0;
        let columns = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, lean, 3.0]].map(PatientVector);
        Grid::new(
            [4; 3],
            Affine::from_columns(columns, PatientPoint([0.0; 3])),
        )
        .unwrap()
    };
    assert!(tilted(15.0).is_sheared());
    assert!(tilted(0.1).is_sheared());
    assert!(!tilted(0.05).is_sheared());
    let (s, c) = 0.4_f64.sin_cos();
    let columns = [[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 3.0]].map(PatientVector);
    let turned = Grid::new(
        [4; 3],
        Affine::from_columns(columns, PatientPoint([0.0; 3])),
    )
    .unwrap();
    assert!(!turned.is_sheared());
}

#[test]
fn orientation_letters_follow_the_components_in_order_of_size() {
    let letters = |v| orientation_letters(PatientVector(v));
    assert_eq!(letters([1.0, 0.0, 0.0]), "L");
    assert_eq!(letters([-3.0, 0.0, 0.0]), "R");
    assert_eq!(letters([0.0, 1.0, 0.0]), "P");
    assert_eq!(letters([0.0, -1.0, 0.0]), "A");
    assert_eq!(letters([0.0, 0.0, 1.0]), "H");
    assert_eq!(letters([0.0, 0.0, -1.0]), "F");
    assert_eq!(letters([0.5, 0.4, 0.3]), "LPH");
    assert_eq!(letters([-0.7, -0.2, -0.6]), "RFA");
    // Below 5° there is no letter, above there is.
    assert_eq!(letters([1.0, 0.0, 4.9_f64.to_radians().tan()]), "L");
    assert_eq!(letters([1.0, 0.0, 5.1_f64.to_radians().tan()]), "LH");
    assert_eq!(letters([0.0; 3]), "");
    assert_eq!(letters([f64::NAN, 1.0, 0.0]), "");
}

#[test]
fn a_voxel_is_in_the_grid_up_to_its_size() {
    let grid = Grid::new([2, 3, 4], Affine::identity()).unwrap();
    assert_eq!(grid.voxel_count(), 24);
    assert!(grid.contains(VoxelIndex([1, 2, 3])));
    for outside in [
        [2, 0, 0],
        [0, 3, 0],
        [0, 0, 4],
        [-1, 0, 0],
        [0, i64::MIN, 0],
    ] {
        assert!(!grid.contains(VoxelIndex(outside)));
    }
    assert_eq!(
        VoxelPoint([0.49, -0.5, 1.5]).nearest(),
        VoxelIndex([0, 0, 2])
    );
}

#[test]
fn values_are_rescaled_per_plane_and_padding_is_known_by_its_stored_value() {
    let grid = Grid::new([2, 1, 2], Affine::identity()).unwrap();
    let samples = Samples::I16(Arc::new(vec![-2000, 0, 100, 200]));
    let rescale = |slope, intercept| Rescale { slope, intercept };
    let planes = vec![rescale(1.0, -24.0), rescale(-2.0, 10.0)];
    let volume = Volume::new(grid, samples, planes, Some((-2000.0, -2000.0))).unwrap();
    assert_eq!(volume.value(VoxelIndex([1, 0, 0])), Some(-24.0));
    assert_eq!(volume.value(VoxelIndex([1, 0, 1])), Some(-390.0));
    assert_eq!(volume.stored(VoxelIndex([1, 0, 1])), Some(200.0));
    assert_eq!(volume.value(VoxelIndex([0, 1, 0])), None);
    assert!(volume.is_padding(-2000.0) && !volume.is_padding(-1999.0));
    let range = volume.range().unwrap();
    assert_eq!((range.min, range.max), (-2024.0, -24.0));
    assert_eq!(range.mean, (-2024.0 - 24.0 - 190.0 - 390.0) / 4.0);
    assert_eq!(
        (volume.bytes(), volume.channels(), volume.is_colour()),
        (8, 1, false)
    );
}

#[test]
fn colour_is_read_as_luminance_and_broken_numbers_are_left_out_of_the_range() {
    let grid = || Grid::new([1, 1, 2], Affine::identity()).unwrap();
    let identity = || vec![Rescale::IDENTITY];
    let colours = Samples::Rgb8(Arc::new(vec![[255, 255, 255], [255, 0, 0]]));
    let volume = Volume::new(grid(), colours, identity(), None).unwrap();
    assert!((volume.value(VoxelIndex([0, 0, 0])).unwrap() - 255.0).abs() < 1e-9);
    assert!((volume.value(VoxelIndex([0, 0, 1])).unwrap() - 76.245).abs() < 1e-9);
    assert!(volume.is_colour());
    let numbers = Samples::F32(Arc::new(vec![f32::NAN, 2.5]));
    let range = Volume::new(grid(), numbers, identity(), None)
        .unwrap()
        .range()
        .unwrap();
    assert_eq!((range.min, range.max, range.mean), (2.5, 2.5, 2.5));
    let none = Samples::F64(Arc::new(vec![f64::NAN, f64::INFINITY]));
    assert_eq!(
        Volume::new(grid(), none, identity(), None).unwrap().range(),
        None
    );
}

#[test]
fn volumes_that_do_not_fit_their_grid_are_refused() {
    let grid = Grid::new([2, 2, 3], Affine::identity()).unwrap();
    let volume = |voxels: usize, pairs: Vec<Rescale>| {
        let samples = Samples::U8(Arc::new(vec![0; voxels]));
        Volume::new(grid.clone(), samples, pairs, None).map(|_| ())
    };
    let one = Rescale::IDENTITY;
    assert_eq!(
        volume(11, vec![one]),
        Err(Error::SampleCount {
            expected: 12,
            found: 11
        })
    );
    assert_eq!(
        volume(12, vec![one; 2]),
        Err(Error::RescaleCount {
            planes: 3,
            found: 2
        })
    );
    assert_eq!(
        volume(12, vec![]),
        Err(Error::RescaleCount {
            planes: 3,
            found: 0
        })
    );
    let broken = Rescale {
        slope: f64::NAN,
        ..one
    };
    assert_eq!(
        volume(12, vec![one, broken, one]),
        Err(Error::RescaleNotFinite { plane: 1 })
    );
    assert_eq!(volume(12, vec![one; 3]), Ok(()));
}
