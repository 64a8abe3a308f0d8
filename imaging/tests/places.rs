//! Real files whose geometry needs more than a position: mosaics, regions, projections, sequences.

mod shared;

use imaging::{Loaded, ScanOptions, SeriesEntry, SpacingOrigin, load, scan};
use std::sync::atomic::AtomicBool;
use voxel::{VoxelIndex, VoxelPoint};

fn entries(path: &str) -> Option<Vec<SeriesEntry>> {
    let path = shared::data()?.join(path);
    let stop = AtomicBool::new(false);
    let found = scan(&[path], &ScanOptions::default(), &|_| {}, &stop);
    Some(found.series)
}

fn loaded(entry: &SeriesEntry) -> Loaded {
    load(entry, &|_| {}, &AtomicBool::new(false)).expect("the image can be read")
}

#[test]
fn a_mosaic_agrees_voxel_by_voxel_with_the_volume_of_another_converter() {
    let Some(mosaics) = entries("dicom-as-nifti/sag-int-35/dicom") else {
        return;
    };
    let references =
        entries("dicom-as-nifti/sag-int-35/reference.nii").expect("the data are there");
    assert_eq!((mosaics.len(), references.len()), (2, 2));
    for (mosaic, reference) in mosaics.iter().zip(&references) {
        assert_eq!(mosaic.size, [64, 64, 35]);
        assert_eq!(mosaic.problems, []);
        let (mosaic, reference) = (loaded(mosaic).volume, loaded(reference).volume);
        let mut compared = 0_u64;
        for k in 0..35 {
            for j in 0..64 {
                for i in 0..64 {
                    let here = VoxelIndex([i, j, k]);
                    let place = mosaic.grid().patient_from_voxel(here.centre());
                    let there: VoxelPoint = reference.grid().voxel_from_patient(place);
                    let nearest = there.nearest();
                    let off = there
                        .0
                        .iter()
                        .zip(nearest.0)
                        .map(|(a, b)| (a - b as f64).abs());
                    assert!(off.fold(0.0, f64::max) < 1e-3, "{here:?} is {there:?}");
                    assert_eq!(mosaic.value(here), reference.value(nearest), "{here:?}");
                    compared += 1;
                }
            }
        }
        assert_eq!(compared, 64 * 64 * 35);
    }
}

#[test]
fn lengths_in_ultrasound_hold_inside_one_region_only() {
    let Some(found) = entries("us/palette-16bit-aloka.dcm") else {
        return;
    };
    let entry = &found[0];
    let spacing = entry
        .spacing_between([100.0, 100.0], [200.0, 300.0])
        .expect("both ends lie in the left picture");
    assert!((spacing[0] - 0.382_653_065).abs() < 1e-8);
    // from the left picture to the right one, on the colour bar, outside
    assert_eq!(entry.spacing_between([100.0, 100.0], [400.0, 100.0]), None);
    assert_eq!(entry.spacing_at(40.0, 50.0), None);
    assert_eq!(entry.spacing_at(10.0, 10.0), None);
    assert_eq!(entry.spacing_mm, None);
}

#[test]
fn a_sequence_that_was_shrunk_after_calibration_has_no_millimetres_and_says_why() {
    let Some(found) = entries("us/cine-ybr422-30f.dcm") else {
        return;
    };
    let entry = &found[0];
    assert_eq!(entry.frame_time_ms, Some(33.333));
    assert_eq!(entry.regions.len(), 1);
    assert_eq!(entry.regions[0].last, [319, 239]);
    assert_eq!(entry.spacing_at(150.0, 100.0), None);
    let problem = entry
        .problems
        .iter()
        .find(|problem| problem.code == "region_beyond_image")
        .expect("a remark");
    assert!(problem.message.contains("column 595"));
}

#[test]
fn radiographs_say_where_their_millimetres_were_measured() {
    let cases = [
        ("xray/dx-mono1-8bit.dcm", SpacingOrigin::Detector, 1.2012),
        (
            "xray/mg-overlay-out-of-bounds.dcm",
            SpacingOrigin::DetectorCorrected,
            0.085 / 1.043_338_683_788_1,
        ),
    ];
    for (path, origin, column) in cases {
        let Some(found) = entries(path) else { return };
        assert_eq!(found[0].spacing_origin, Some(origin), "{path}");
        let spacing = found[0].spacing_mm.expect("a spacing");
        assert!((spacing[0] - column).abs() < 1e-6, "{path}: {spacing:?}");
    }
}

#[test]
fn planes_at_rounded_positions_are_even_and_the_deviation_is_known() {
    let Some(found) = entries("series/mr-axial-oblique-10") else {
        return;
    };
    let entry = &found[0];
    assert!(entry.affine_lps.is_some());
    // numpy: greatest difference of the projected positions' gaps from a ninth of the whole way
    let worst = entry.worst_step_deviation_mm.expect("a stack");
    assert!((worst - 0.061_626_944_6).abs() < 1e-9, "{worst}");
    assert!(entry.problems.iter().any(|p| p.code == "steps_rounded"));
}

#[test]
fn phases_of_the_heart_become_volumes_though_their_times_differ_between_slices() {
    let Some(found) = entries("modalities/cardiac-mr/sunnybrook-sc-hf-i-1/dicom") else {
        return;
    };
    assert_eq!(found.len(), 20);
    for (entry, number) in found.iter().zip(1..) {
        assert_eq!(entry.size[2], 3);
        assert_eq!(entry.stack, format!("volume {number} of 20"));
    }
}
