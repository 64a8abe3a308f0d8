//! Reading and grouping of DICOM files made for one question each.

mod made;

use imaging::{
    AffineReason, Error, Loaded, ScanOptions, ScanResult, SpacingOrigin, load, load_plane, scan,
};
use made::{Made, item, nothing, part10, write};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use voxel::VoxelIndex;

fn found(folder: &Path) -> ScanResult {
    let stop = AtomicBool::new(false);
    scan(
        &[folder.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    )
}

fn only(folder: &Path) -> Loaded {
    let result = found(folder);
    assert_eq!(result.skipped, []);
    assert_eq!(result.series.len(), 1, "{:?}", result.series);
    let stop = AtomicBool::new(false);
    let entry = &result.series[0];
    let whole = load(entry, &|_| {}, &stop).expect("the image can be read");
    for k in 0..entry.size[2] {
        let alone = load_plane(entry, k, &stop).expect("a plane can be read");
        let same = [[0, 0], [entry.size[0] - 1, entry.size[1] - 1]];
        for [i, j] in same.map(|place| place.map(|n| n as i64)) {
            assert_eq!(value(&alone, i, j, 0), value(&whole, i, j, k as i64));
        }
    }
    whole
}

fn value(loaded: &Loaded, i: i64, j: i64, k: i64) -> f64 {
    loaded
        .volume
        .value(VoxelIndex([i, j, k]))
        .expect("inside the grid")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn slices_are_ordered_by_place_and_not_by_number_or_name() {
    let folder = folder();
    let ct = Made::ct();
    for (number, z) in [(1, 10.0), (2, 0.0), (3, 5.0)] {
        let image = ct
            .slice(number, z)
            .words(0x7FE0, 0x0010, b"OW", &[number as u16; 12]);
        image.write(folder.path(), &format!("image {number}"));
    }
    let result = found(folder.path());
    let entry = &result.series[0];
    assert_eq!(entry.size, [4, 3, 3]);
    assert_eq!(entry.spacing_mm, Some([0.25, 0.5, 5.0]));
    assert_eq!(
        entry.sop_instance_uids,
        ["1.2.3.1.2", "1.2.3.1.3", "1.2.3.1.1"]
    );
    let loaded = only(folder.path());
    assert_eq!([0, 1, 2].map(|k| value(&loaded, 0, 0, k)), [2.0, 3.0, 1.0]);
}

#[test]
fn a_series_with_two_orientations_is_two_entries() {
    let folder = folder();
    let ct = Made::ct();
    ct.slice(1, 0.0).write(folder.path(), "a");
    ct.slice(2, 2.0).write(folder.path(), "b");
    ct.slice(3, 0.0)
        .text(0x0020, 0x0037, b"DS", "0\\1\\0\\0\\0\\-1")
        .write(folder.path(), "c");
    let result = found(folder.path());
    let mut planes: Vec<usize> = result.series.iter().map(|entry| entry.frames).collect();
    planes.sort_unstable();
    assert_eq!(planes, [1, 2]);
    let ids: Vec<&str> = result
        .series
        .iter()
        .map(|entry| entry.id.as_str())
        .collect();
    assert_eq!(ids, ["1.2.3.5/1", "1.2.3.5/2"]);
}

#[test]
fn echoes_at_the_same_places_become_a_stack_each() {
    let folder = folder();
    let ct = Made::ct();
    let mut number = 0;
    for echo in ["1", "2"] {
        for z in [0.0, 1.0, 2.0] {
            number += 1;
            ct.slice(number, z)
                .text(0x0018, 0x0086, b"IS", echo)
                .write(folder.path(), &number.to_string());
        }
    }
    let result = found(folder.path());
    let stacks: Vec<(&str, usize)> = result
        .series
        .iter()
        .map(|entry| (entry.stack.as_str(), entry.frames))
        .collect();
    assert_eq!(stacks, [("echo 1", 3), ("echo 2", 3)]);
}

#[test]
fn places_that_repeat_without_a_mark_are_split_by_time() {
    let folder = folder();
    let ct = Made::ct();
    for number in 1..=6 {
        let z = f64::from((number - 1) % 3);
        ct.slice(number, z)
            .words(0x7FE0, 0x0010, b"OW", &[number as u16; 12])
            .write(folder.path(), &number.to_string());
    }
    let result = found(folder.path());
    assert_eq!(result.series.len(), 2);
    assert_eq!(
        result.series[0].sop_instance_uids,
        ["1.2.3.1.1", "1.2.3.1.2", "1.2.3.1.3"]
    );
}

#[test]
fn a_missing_slice_is_told_and_leaves_a_gap() {
    let folder = folder();
    let ct = Made::ct();
    for (number, z) in [(1, 0.0), (2, 2.0), (3, 4.0), (4, 8.0)] {
        ct.slice(number, z)
            .write(folder.path(), &number.to_string());
    }
    let result = found(folder.path());
    let entry = &result.series[0];
    assert_eq!(entry.affine_lps, None);
    assert_eq!(entry.affine_reason, Some(AffineReason::UnevenSpacing));
    let grid = entry.grid.as_ref().expect("an image");
    assert_eq!(grid.plane_offsets_mm(), [0.0, 2.0, 4.0, 8.0]);
    assert!(entry.problems[0].message.contains("1 after plane 3"));
}

#[test]
fn copies_count_once_and_different_files_of_one_identifier_are_told() {
    let folder = folder();
    let ct = Made::ct();
    ct.write(folder.path(), "a");
    ct.write(folder.path(), "b");
    ct.clone()
        .word(0x0028, 0x0101, 12)
        .word(0x0028, 0x0102, 11)
        .write(folder.path(), "c");
    let result = found(folder.path());
    assert_eq!(result.series.len(), 1);
    let skipped: Vec<(&str, bool)> = result
        .skipped
        .iter()
        .map(|skipped| (skipped.reason.code.as_str(), skipped.expected))
        .collect();
    assert_eq!(skipped, [("copy", true), ("duplicate_instance", false)]);
    assert_eq!(result.series[0].problems[0].code, "duplicate_instance");
}

#[test]
fn bare_data_sets_are_found_without_preamble_in_both_writings() {
    let ct = Made::ct();
    for bytes in [ct.explicit(), ct.implicit()] {
        let folder = folder();
        write(folder.path(), "image", &bytes);
        let result = found(folder.path());
        assert_eq!(result.series[0].size, [4, 3, 1]);
        assert_eq!(result.series[0].problems[0].code, "no_meta_group");
    }
}

#[test]
fn a_data_set_against_its_declared_writing_is_read_and_told() {
    let folder = folder();
    let bytes = part10("1.2.840.10008.1.2.1", &Made::ct().implicit());
    write(folder.path(), "image", &bytes);
    let result = found(folder.path());
    assert_eq!(result.series[0].transfer_syntax, "1.2.840.10008.1.2");
    assert_eq!(
        result.series[0].problems[0].code,
        "transfer_syntax_contradicts"
    );
}

#[test]
fn stored_bits_are_masked_shifted_and_sign_extended_before_rescale() {
    let folder = folder();
    Made::ct()
        .word(0x0028, 0x0101, 12)
        .word(0x0028, 0x0102, 11)
        .word(0x0028, 0x0103, 1)
        .text(0x0028, 0x1052, b"DS", "-10")
        .text(0x0028, 0x1053, b"DS", "2")
        .words(
            0x7FE0,
            0x0010,
            b"OW",
            &[0xA7FF, 0x0800, 0x0FFF, 0xF001, 0, 0, 0, 0, 0, 0, 0, 0],
        )
        .write(folder.path(), "image");
    let loaded = only(folder.path());
    let values = [0, 1, 2, 3].map(|i| value(&loaded, i, 0, 0));
    assert_eq!(values, [4084.0, -4106.0, -12.0, -8.0]);
    assert_eq!(loaded.unit.as_deref(), Some("HU"));
}

#[test]
fn padding_of_signed_pixels_is_signed_whatever_it_was_written_as() {
    let folder = folder();
    Made::ct()
        .word(0x0028, 0x0103, 1)
        .word(0x0028, 0x0120, 63536)
        .write(folder.path(), "image");
    let loaded = only(folder.path());
    assert_eq!(loaded.volume.padding(), Some((-2000.0, -2000.0)));
}

#[test]
fn rescale_may_differ_from_slice_to_slice() {
    let folder = folder();
    let pet = Made::ct().words(0x7FE0, 0x0010, b"OW", &[100; 12]);
    for (number, slope) in [(1, "0.5"), (2, "3")] {
        pet.slice(number, f64::from(number))
            .text(0x0028, 0x1052, b"DS", "0")
            .text(0x0028, 0x1053, b"DS", slope)
            .write(folder.path(), slope);
    }
    let loaded = only(folder.path());
    assert_eq!(value(&loaded, 0, 0, 0), 50.0);
    assert_eq!(value(&loaded, 0, 0, 1), 300.0);
}

#[test]
fn a_modality_table_replaces_slope_and_intercept() {
    let folder = folder();
    let table = nothing().words(0x0028, 0x3002, b"US", &[3, 10, 16]).words(
        0x0028,
        0x3006,
        b"OW",
        &[500, 600, 700],
    );
    Made::ct()
        .text(0x0028, 0x1053, b"DS", "7")
        .bytes(0x0028, 0x3000, b"SQ", item(&table))
        .words(
            0x7FE0,
            0x0010,
            b"OW",
            &[9, 11, 12, 99, 0, 0, 0, 0, 0, 0, 0, 0],
        )
        .write(folder.path(), "image");
    let loaded = only(folder.path());
    let values = [0, 1, 2, 3].map(|i| value(&loaded, i, 0, 0));
    assert_eq!(values, [500.0, 600.0, 700.0, 700.0]);
}

fn colour(photometric: &str, samples: u16, bytes: Vec<u8>) -> Made {
    Made::ct()
        .word(0x0028, 0x0002, samples)
        .text(0x0028, 0x0004, b"CS", photometric)
        .word(0x0028, 0x0010, 1)
        .word(0x0028, 0x0011, 2)
        .word(0x0028, 0x0100, 8)
        .word(0x0028, 0x0101, 8)
        .word(0x0028, 0x0102, 7)
        .bytes(0x7FE0, 0x0010, b"OB", bytes)
}

fn pixels(loaded: &Loaded) -> Vec<[u8; 3]> {
    match loaded.volume.samples() {
        voxel::Samples::Rgb8(pixels) => pixels.to_vec(),
        other => panic!("{other:?} is no colour"),
    }
}

#[test]
fn planes_of_colour_are_interleaved() {
    let folder = folder();
    colour("RGB", 3, vec![1, 2, 3, 4, 5, 6])
        .word(0x0028, 0x0006, 1)
        .write(folder.path(), "image");
    assert_eq!(pixels(&only(folder.path())), [[1, 3, 5], [2, 4, 6]]);
}

#[test]
fn two_pixels_share_their_chroma_in_native_ybr_422() {
    let folder = folder();
    colour("YBR_FULL_422", 3, vec![10, 200, 128, 128]).write(folder.path(), "image");
    assert_eq!(pixels(&only(folder.path())), [[10; 3], [200; 3]]);
}

#[test]
fn a_palette_of_16_bits_keeps_its_range_and_shows_its_high_byte() {
    let folder = folder();
    let mut image = colour("PALETTE COLOR", 1, vec![5, 6]);
    for channel in 1..=3_u16 {
        image = image
            .words(0x0028, 0x1100 + channel, b"US", &[2, 5, 16])
            .words(0x0028, 0x1200 + channel, b"OW", &[0x1000 * channel, 0xFF00]);
    }
    image.write(folder.path(), "image");
    let loaded = only(folder.path());
    assert_eq!(pixels(&loaded), [[0x10, 0x20, 0x30], [0xFF; 3]]);
    let range = loaded.colour_range.expect("a colour image");
    assert_eq!((range[0].min, range[0].max), (4096.0, 65280.0));
}

#[test]
fn low_values_of_monochrome_1_are_white() {
    let folder = folder();
    Made::ct()
        .text(0x0028, 0x0004, b"CS", "MONOCHROME1")
        .write(folder.path(), "image");
    assert!(only(folder.path()).display.invert);
}

#[test]
fn windows_come_with_name_and_function_and_bad_widths_are_dropped() {
    let folder = folder();
    Made::ct()
        .text(0x0028, 0x1050, b"DS", "40\\-600\\7")
        .text(0x0028, 0x1051, b"DS", "400\\1500\\0")
        .text(0x0028, 0x1055, b"LO", "SOFT\\LUNG\\NONE")
        .text(0x0028, 0x1056, b"CS", "SIGMOID")
        .write(folder.path(), "image");
    let loaded = only(folder.path());
    let windows: Vec<(f64, f64, &str)> = loaded
        .windows
        .iter()
        .map(|window| (window.center, window.width, window.name.as_str()))
        .collect();
    assert_eq!(windows, [(40.0, 400.0, "SOFT"), (-600.0, 1500.0, "LUNG")]);
    assert_eq!(
        loaded.display.window.function,
        imaging::WindowFunction::Sigmoid
    );
}

#[test]
fn a_radiograph_is_measured_at_its_detector_and_lies_nowhere() {
    let folder = folder();
    Made::ct()
        .without(0x0020, 0x0032)
        .without(0x0020, 0x0037)
        .without(0x0028, 0x0030)
        .text(0x0018, 0x1164, b"DS", "0.2\\0.1")
        .write(folder.path(), "image");
    let entry = &found(folder.path()).series[0];
    assert_eq!(entry.spacing_mm, Some([0.1, 0.2, 1.0]));
    assert_eq!(entry.spacing_origin, Some(SpacingOrigin::Detector));
    assert_eq!(entry.affine_reason, Some(AffineReason::NoGeometry));
}

#[test]
fn frames_of_an_enhanced_image_follow_their_functional_groups() {
    let folder = folder();
    let frame = |z: f64, slope: &str| {
        let position = nothing().text(0x0020, 0x0032, b"DS", &format!("0\\0\\{z}"));
        let values = nothing()
            .text(0x0028, 0x1052, b"DS", "0")
            .text(0x0028, 0x1053, b"DS", slope);
        item(
            &nothing()
                .bytes(0x0020, 0x9113, b"SQ", item(&position))
                .bytes(0x0028, 0x9145, b"SQ", item(&values)),
        )
    };
    let groups = [frame(6.0, "10"), frame(3.0, "100")].concat();
    let mut words = vec![1_u16; 12];
    words.extend([2; 12]);
    Made::ct()
        .text(0x0028, 0x0008, b"IS", "2")
        .bytes(0x5200, 0x9230, b"SQ", groups)
        .words(0x7FE0, 0x0010, b"OW", &words)
        .write(folder.path(), "image");
    let loaded = only(folder.path());
    assert_eq!(value(&loaded, 0, 0, 0), 200.0);
    assert_eq!(value(&loaded, 0, 0, 1), 10.0);
    assert_eq!(loaded.volume.grid().affine().origin().0, [0.0, 0.0, 3.0]);
}

#[test]
fn an_item_with_its_own_character_set_leaves_the_outer_texts_alone() {
    let folder = folder();
    let inner = nothing()
        .text(0x0008, 0x0005, b"CS", "ISO_IR 192")
        .text(0x0008, 0x0104, b"LO", "山田");
    Made::ct()
        .text(0x0008, 0x0005, b"CS", "ISO_IR 100")
        .bytes(0x0008, 0x1140, b"SQ", item(&inner))
        .bytes(0x0010, 0x0010, b"PN", b"M\xFCller".to_vec())
        .write(folder.path(), "image");
    let entry = &found(folder.path()).series[0];
    assert_eq!(entry.patient.name.alphabetic, "Müller");
}

#[test]
fn an_index_is_passed_over_and_objects_without_pixels_are_listed() {
    let folder = folder();
    Made::ct()
        .text(0x0008, 0x0016, b"UI", "1.2.840.10008.1.3.10")
        .write(folder.path(), "DICOMDIR");
    nothing()
        .text(0x0008, 0x0016, b"UI", "1.2.840.10008.5.1.4.1.1.88.33")
        .text(0x0008, 0x0018, b"UI", "1.2.9")
        .text(0x0008, 0x0060, b"CS", "SR")
        .text(0x0010, 0x0020, b"LO", "P1")
        .write(folder.path(), "report");
    let result = found(folder.path());
    assert_eq!(result.skipped[0].reason.code, "dicomdir");
    assert!(result.skipped[0].expected);
    let report = &result.series[0];
    assert!(!report.is_image);
    assert_eq!(report.size, [0; 3]);
    assert!(matches!(
        load(report, &|_| {}, &AtomicBool::new(false)),
        Err(Error::Unreadable { .. })
    ));
}

#[test]
fn a_preamble_that_is_also_a_tiff_header_is_still_dicom() {
    let folder = folder();
    let mut bytes = part10("1.2.840.10008.1.2.1", &Made::ct().explicit());
    bytes[..4].copy_from_slice(b"II*\0");
    write(folder.path(), "image", &bytes);
    assert_eq!(found(folder.path()).series.len(), 1);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn a_file_with_changed_bytes_is_read_or_refused(
        changes in proptest::collection::vec((132_usize..900, proptest::num::u8::ANY), 1..6),
        cut in proptest::option::of(0_usize..900),
    ) {
        let folder = folder();
        let mut bytes = part10("1.2.840.10008.1.2.1", &Made::ct().explicit());
        for (at, value) in changes {
            let length = bytes.len();
            bytes[at % length] = value;
        }
        bytes.truncate(cut.unwrap_or(usize::MAX));
        write(folder.path(), "image", &bytes);
        let result = found(folder.path());
        for entry in &result.series {
            let _ = load(entry, &|_| {}, &AtomicBool::new(false));
        }
    }
}
