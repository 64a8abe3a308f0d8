use std::path::Path;
use std::sync::Arc;

use ::nifti::{IntoNdArray, NiftiObject, ReaderOptions};
use voxel::{Affine, Rescale, Samples, VoxelPoint};

use super::super::values::Space;
use super::*;
use voxel::{Grid, Mask, Volume};

fn oblique_grid(size: [usize; 3]) -> Grid {
    let (sin, cos) = 0.3_f64.sin_cos();
    let rows = [
        [0.7, 0.0, 0.0, -110.5],
        [0.0, 0.7 * cos, -2.5 * sin, -79.3],
        [0.0, 0.7 * sin, 2.5 * cos, 12.25],
    ];
    Grid::new(size, Affine { rows }).unwrap()
}

fn read(path: &Path) -> (::nifti::NiftiHeader, ndarray::ArrayD<f64>) {
    let object = ReaderOptions::new().read_file(path).unwrap();
    let header = object.header().clone();
    (header, object.into_volume().into_ndarray::<f64>().unwrap())
}

#[test]
fn a_label_map_comes_back_voxel_by_voxel_with_its_affine() {
    let grid = oblique_grid([7, 5, 3]);
    let first = Mask::from_fn(grid.size(), |v| v.0[0] < 3 && v.0[2] == 1);
    let second = Mask::from_fn(grid.size(), |v| v.0[1] == 4);
    let labels = [
        MapLabel {
            value: 1,
            masks: vec![&first],
            priority: 0,
        },
        MapLabel {
            value: 2,
            masks: vec![&second],
            priority: 1,
        },
    ];
    let map = LabelMap::new(grid.size(), &labels).unwrap();
    assert_eq!(map.hidden().get(&1), Some(&3));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.nii.gz");
    map.write(&path, &grid).unwrap();
    let (header, data) = read(&path);
    assert_eq!(
        (
            header.datatype,
            header.intent_code,
            header.sform_code,
            header.qform_code
        ),
        (2, 1002, 1, 1)
    );
    for ((i, j, k), value) in (0..7)
        .flat_map(|i| (0..5).flat_map(move |j| (0..3).map(move |k| (i, j, k))))
        .map(|at| (at, data[[at.0, at.1, at.2]]))
    {
        let expected = if j == 4 {
            2.0
        } else {
            f64::from(u8::from(i < 3 && k == 1))
        };
        assert_eq!(value, expected, "{i} {j} {k}");
    }
    let lps = grid.patient_from_voxel(VoxelPoint([6.0, 4.0, 2.0])).0;
    let at = |row: [f32; 4]| {
        f64::from(row[0]) * 6.0
            + f64::from(row[1]) * 4.0
            + f64::from(row[2]) * 2.0
            + f64::from(row[3])
    };
    assert!((at(header.srow_x) + lps[0]).abs() < 1e-4 && (at(header.srow_y) + lps[1]).abs() < 1e-4);
    assert!((at(header.srow_z) - lps[2]).abs() < 1e-4);
}

#[test]
fn the_sample_type_is_the_smallest_that_holds_the_values() {
    let mask = Mask::full([2, 2, 1]);
    for (value, bytes) in [(255, 1), (256, 2), (65535, 2), (65536, 4)] {
        let map = LabelMap::new(
            [2, 2, 1],
            &[MapLabel {
                value,
                masks: vec![&mask],
                priority: 0,
            }],
        )
        .unwrap();
        assert_eq!(map.sample_bytes(), bytes);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.nii");
        map.write(&path, &oblique_grid([2, 2, 1])).unwrap();
        assert!(read(&path).1.iter().all(|&read| read == f64::from(value)));
    }
}

#[test]
fn findings_of_one_label_may_overlap_without_a_loss() {
    let (a, b) = (
        Mask::full([4, 4, 4]),
        Mask::from_fn([4, 4, 4], |v| v.0[0] == 1),
    );
    let map = LabelMap::new(
        [4, 4, 4],
        &[MapLabel {
            value: 300,
            masks: vec![&a, &b],
            priority: 0,
        }],
    )
    .unwrap();
    assert!(map.hidden().is_empty());
}

#[test]
fn the_higher_priority_is_kept_and_of_equal_ones_the_smaller_value() {
    let mask = Mask::full([2, 1, 1]);
    let label = |value, priority| MapLabel {
        value,
        masks: vec![&mask],
        priority,
    };
    let map = LabelMap::new([2, 1, 1], &[label(1, 0), label(2, 0)]).unwrap();
    assert_eq!(map.hidden().keys().copied().collect::<Vec<_>>(), [2]);
    let map = LabelMap::new([2, 1, 1], &[label(1, 0), label(2, 5)]).unwrap();
    assert_eq!(map.hidden().keys().copied().collect::<Vec<_>>(), [1]);
}

#[test]
fn a_sheared_grid_has_a_sform_only_and_an_uneven_one_is_refused() {
    let rows = [
        [0.5, 0.0, 0.0, 0.0],
        [0.0, 0.5, 0.8, 0.0],
        [0.0, 0.0, 5.0, 0.0],
    ];
    let sheared = Grid::new([3, 3, 3], Affine { rows }).unwrap();
    let map = LabelMap::new([3, 3, 3], &[]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.nii.gz");
    map.write(&path, &sheared).unwrap();
    let (header, _) = read(&path);
    assert_eq!((header.sform_code, header.qform_code), (1, 0));
    let uneven = sheared.with_plane_offsets(vec![0.0, 5.0, 15.0]).unwrap();
    assert!(matches!(
        map.write(&path, &uneven),
        Err(Error::UnevenPlanes)
    ));
}

fn volume(samples: Samples, rescale: Vec<Rescale>) -> Volume {
    Volume::new(oblique_grid([3, 2, 2]), samples, rescale, None).unwrap()
}

fn values_after_writing(volume: &Volume) -> (i16, Vec<f64>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.nii.gz");
    write_image(&path, volume, Space::Patient).unwrap();
    let (header, data) = read(&path);
    let mut values = Vec::new();
    for k in 0..2 {
        for j in 0..2 {
            values.extend((0..3).map(|i| data[[i, j, k]]));
        }
    }
    (header.datatype, values)
}

#[test]
fn an_image_keeps_its_sample_type_where_the_header_can_hold_the_rescale() {
    let stored: Vec<i16> = vec![-5, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3000];
    let rescale = Rescale {
        slope: 1.0,
        intercept: -1024.0,
    };
    let (code, values) = values_after_writing(&volume(
        Samples::I16(Arc::new(stored.clone())),
        vec![rescale],
    ));
    assert_eq!(code, 4);
    assert_eq!(
        values,
        stored
            .iter()
            .map(|&v| f64::from(v) - 1024.0)
            .collect::<Vec<_>>()
    );
}

#[test]
fn rescales_by_plane_become_values_in_floats() {
    let rescale = vec![
        Rescale {
            slope: 0.1,
            intercept: 0.0,
        },
        Rescale {
            slope: 0.3,
            intercept: 1.0,
        },
    ];
    let (code, values) =
        values_after_writing(&volume(Samples::U16(Arc::new((0..12).collect())), rescale));
    assert_eq!(code, 16);
    assert!((values[5] - 0.5).abs() < 1e-6 && (values[11] - 4.3).abs() < 1e-6);
}

#[test]
fn values_that_single_precision_would_melt_together_are_written_in_double() {
    // a 32-bit float near two million is off by up to 0.06, here a step is 0.1
    let rescale = vec![Rescale {
        slope: 0.1,
        intercept: 2_000_000.0,
    }];
    let (code, values) = values_after_writing(&volume(
        Samples::U16(Arc::new((60000..60012).collect())),
        rescale,
    ));
    assert_eq!(code, 64);
    assert!((values[1] - 2_006_000.1).abs() < 1e-6);
}

#[test]
fn without_a_place_in_the_patient_no_form_is_set_and_the_steps_stay() {
    let image = volume(
        Samples::U8(Arc::new((0..12).collect())),
        vec![Rescale::IDENTITY],
    );
    for (space, units) in [(Space::Millimetres, 2), (Space::Pixels, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image.nii");
        write_image(&path, &image, space).unwrap();
        let (header, _) = read(&path);
        assert_eq!(
            (header.sform_code, header.qform_code, header.xyzt_units),
            (0, 0, units)
        );
        assert!((header.pixdim[1] - 0.7).abs() < 1e-6);
    }
}

#[test]
fn a_skew_that_adds_up_over_the_image_leaves_the_sform_alone() {
    // 0.0007 mm a plane: nothing over two planes, 0.07 mm over a hundred
    let rows = [
        [1.0, 0.0, 0.0, 0.0],
        [0.0, 1.0, 0.0007, 0.0],
        [0.0, 0.0, 1.0, 0.0],
    ];
    for (planes, qform_code) in [(2, 1), (100, 0)] {
        let grid = Grid::new([1, 1, planes], Affine { rows }).unwrap();
        let samples = Samples::U8(Arc::new(vec![0; planes]));
        let image = Volume::new(grid, samples, vec![Rescale::IDENTITY], None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image.nii");
        write_image(&path, &image, Space::Patient).unwrap();
        let (header, _) = read(&path);
        assert_eq!((header.sform_code, header.qform_code), (1, qform_code));
    }
}
