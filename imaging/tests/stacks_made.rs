//! Splitting of series and geometry, on files made for one question each.

mod made;

use imaging::{
    AffineReason, Loaded, ScanOptions, SeriesEntry, SpacingOrigin, SplitRule, load, scan,
    source_facts,
};
use made::{Made, item, nothing};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use voxel::{PatientPoint, VoxelIndex, VoxelPoint};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn entries(folder: &Path) -> Vec<SeriesEntry> {
    let stop = AtomicBool::new(false);
    let result = scan(
        &[folder.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    );
    assert_eq!(result.skipped, []);
    result.series
}

fn one(folder: &Path) -> SeriesEntry {
    let mut entries = entries(folder);
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries.remove(0)
}

fn loaded(entry: &SeriesEntry) -> Loaded {
    load(entry, &|_| {}, &AtomicBool::new(false)).expect("the image can be read")
}

fn value(loaded: &Loaded, i: i64, j: i64, k: i64) -> f64 {
    let value = loaded.volume.value(VoxelIndex([i, j, k]));
    value.expect("inside the grid")
}

fn codes(entry: &SeriesEntry) -> Vec<&str> {
    entry.problems.iter().map(|p| p.code.as_str()).collect()
}

/// Text of each stack with its number of planes.
fn stacks(entries: &[SeriesEntry]) -> Vec<(&str, usize)> {
    let stacks = entries.iter();
    stacks.map(|e| (e.stack.as_str(), e.frames)).collect()
}

/// Writes `volumes` × `planes` images, each with what `mark` sets for its volume.
fn volumes(folder: &Path, planes: u32, volumes: u32, mark: impl Fn(Made, u32) -> Made) {
    for volume in 0..volumes {
        for plane in 0..planes {
            let number = volume * planes + plane + 1;
            let image = Made::ct().slice(number, f64::from(plane) * 2.0).words(
                0x7FE0,
                0x0010,
                b"OW",
                &[number as u16; 12],
            );
            mark(image, volume).write(folder, &format!("{number:03}"));
        }
    }
}

#[test]
fn b_values_of_the_standard_and_of_each_maker_split_and_are_named() {
    type Mark = fn(Made, u32) -> Made;
    let makers: [Mark; 5] = [
        |image, v| {
            let value = f64::from(v * 800).to_le_bytes().to_vec();
            image.bytes(0x0018, 0x9087, b"FD", value)
        },
        |image, v| {
            image.text(0x0019, 0x0010, b"LO", "SIEMENS MR HEADER").text(
                0x0019,
                0x100C,
                b"IS",
                &(v * 800).to_string(),
            )
        },
        |image, v| {
            let text = format!("{}\\8\\0\\0", 1_000_000_000 + v * 800);
            image
                .text(0x0043, 0x0011, b"LO", "GEMS_PARM_01")
                .text(0x0043, 0x1139, b"IS", &text)
        },
        |image, v| {
            let value = (v as f32 * 800.0).to_le_bytes().to_vec();
            image
                .text(0x2001, 0x0010, b"LO", "Philips Imaging DD 001")
                .bytes(0x2001, 0x1003, b"FL", value)
        },
        |image, v| {
            let value = f64::from(v * 800).to_le_bytes().to_vec();
            image
                .text(0x0065, 0x0010, b"LO", "Image Private Header")
                .bytes(0x0065, 0x1009, b"FD", value)
        },
    ];
    for mark in makers {
        let folder = folder();
        volumes(folder.path(), 3, 2, mark);
        let entries = entries(folder.path());
        assert_eq!(stacks(&entries), [("b=0", 3), ("b=800", 3)]);
        assert_eq!(entries[1].stack_parts[0].rule, SplitRule::BValue);
        assert_eq!(entries[1].stack_parts[0].value, "800");
    }
}

#[test]
fn one_image_without_and_two_with_diffusion_at_each_place_are_three_volumes() {
    let folder = folder();
    volumes(folder.path(), 3, 3, |image, v| {
        let b = f64::from(v.min(1) * 1000).to_le_bytes().to_vec();
        let image = image.bytes(0x0018, 0x9087, b"FD", b);
        let direction: Vec<u8> = [f64::from(v == 1), f64::from(v == 2), 0.0]
            .iter()
            .flat_map(|part| part.to_le_bytes())
            .collect();
        if v == 0 {
            image
        } else {
            image.bytes(0x0018, 0x9089, b"FD", direction)
        }
    });
    let entries = entries(folder.path());
    let expected = [
        ("b=0", 3),
        ("b=1000 direction 0 1 0", 3),
        ("b=1000 direction 1 0 0", 3),
    ];
    let mut seen = stacks(&entries);
    seen.sort_unstable();
    assert_eq!(seen, expected);
}

#[test]
fn magnitude_and_phase_echoes_inversion_times_and_phases_of_the_heart_are_told_apart() {
    type Mark = fn(Made, u32) -> Made;
    let marks: [(Mark, [&str; 2]); 6] = [
        (
            |image, v| {
                let kind = ["M", "P"][v as usize];
                let text = format!("ORIGINAL\\PRIMARY\\{kind}\\ND");
                image.text(0x0008, 0x0008, b"CS", &text)
            },
            ["magnitude", "phase"],
        ),
        (
            |image, v| image.text(0x0018, 0x0081, b"DS", ["4.6", "12"][v as usize]),
            ["echo TE 4.6 ms", "echo TE 12 ms"],
        ),
        (
            |image, v| image.text(0x0018, 0x0082, b"DS", ["90", "2500"][v as usize]),
            ["TI 90 ms", "TI 2500 ms"],
        ),
        (
            |image, v| image.text(0x0020, 0x0100, b"IS", ["2", "10"][v as usize]),
            ["time 2", "time 10"],
        ),
        (
            |image, v| image.text(0x0018, 0x1060, b"DS", ["20.5", "310"][v as usize]),
            ["trigger 20.5 ms", "trigger 310 ms"],
        ),
        (
            |image, v| image.text(0x0008, 0x0032, b"TM", ["093000", "093045.5"][v as usize]),
            ["acquired 09:30:00", "acquired 09:30:45.5"],
        ),
    ];
    for (mark, expected) in marks {
        let folder = folder();
        volumes(folder.path(), 2, 2, mark);
        let entries = entries(folder.path());
        assert_eq!(stacks(&entries), expected.map(|text| (text, 2)));
    }
}

#[test]
fn stacks_that_differ_in_their_geometry_say_in_what() {
    let folder = folder();
    let ct = Made::ct();
    ct.slice(1, 0.0).write(folder.path(), "a");
    ct.slice(2, 2.0).write(folder.path(), "b");
    ct.slice(3, 0.0)
        .text(0x0008, 0x0008, b"CS", "ORIGINAL\\PRIMARY\\LOCALIZER")
        .text(0x0020, 0x0037, b"DS", "0\\1\\0\\0\\0\\-1")
        .write(folder.path(), "c");
    ct.slice(4, 0.0)
        .text(0x0020, 0x0037, b"DS", "1\\0\\0\\0\\0\\-1")
        .write(folder.path(), "d");
    ct.slice(5, 0.0)
        .text(0x0028, 0x0030, b"DS", "1\\1")
        .write(folder.path(), "e");
    let entries = entries(folder.path());
    let expected = [
        ("axial 0.25×0.5 mm", 2),
        ("localizer", 1),
        ("coronal", 1),
        ("axial 1×1 mm", 1),
    ];
    assert_eq!(stacks(&entries), expected);
}

#[test]
fn different_frames_of_reference_and_matrices_are_never_joined() {
    let folder = folder();
    let ct = Made::ct();
    ct.slice(1, 0.0).write(folder.path(), "a");
    ct.slice(2, 2.0).write(folder.path(), "b");
    ct.slice(3, 4.0)
        .text(0x0020, 0x0052, b"UI", "1.2.3.66")
        .write(folder.path(), "c");
    ct.slice(4, 6.0)
        .word(0x0028, 0x0010, 2)
        .word(0x0028, 0x0011, 6)
        .write(folder.path(), "d");
    let entries = entries(folder.path());
    let expected = [
        ("4×3 frame of reference 1/2", 2),
        ("4×3 frame of reference 2/2", 1),
        ("6×2", 1),
    ];
    assert_eq!(stacks(&entries), expected);
    assert_eq!(
        entries[1].frame_of_reference_uid.as_deref(),
        Some("1.2.3.66")
    );
}

#[test]
fn reversed_numbers_and_random_names_change_nothing() {
    let orders: [[(u32, &str, f64); 4]; 2] = [
        [(1, "a", 0.0), (2, "b", 2.0), (3, "c", 4.0), (4, "d", 6.0)],
        [(4, "q", 0.0), (3, "z", 2.0), (2, "a", 4.0), (1, "m", 6.0)],
    ];
    let seen = orders.map(|order| {
        let folder = folder();
        for (number, name, z) in order {
            let image = Made::ct().slice(number, z);
            let words = [z as u16; 12];
            let image = image.words(0x7FE0, 0x0010, b"OW", &words);
            image.write(folder.path(), name);
        }
        let entry = one(folder.path());
        let volume = loaded(&entry);
        (
            entry.affine_lps,
            [0, 1, 2, 3].map(|k| value(&volume, 0, 0, k)),
        )
    });
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].1, [0.0, 2.0, 4.0, 6.0]);
}

#[test]
fn coronal_and_oblique_planes_lie_where_their_numbers_say() {
    // by hand: P = S + X·Δcolumn·i + Y·Δrow·j, plane step along X × Y
    let cases = [
        (
            "1\\0\\0\\0\\0\\-1",
            [(7.0, -3.0, 5.0), (7.0, 1.0, 5.0)],
            [8.0, 1.0, 4.5],
        ),
        (
            "0.6\\0.8\\0\\0\\0\\1",
            [(7.0, -3.0, 5.0), (10.2, -5.4, 5.0)],
            [10.8, -4.6, 5.5],
        ),
    ];
    for (orientation, places, expected) in cases {
        let folder = folder();
        for (number, (x, y, z)) in (1..).zip(places) {
            Made::ct()
                .slice(number, 0.0)
                .text(0x0020, 0x0037, b"DS", orientation)
                .text(0x0020, 0x0032, b"DS", &format!("{x}\\{y}\\{z}"))
                .write(folder.path(), &number.to_string());
        }
        let entry = one(folder.path());
        let spacing = entry.spacing_mm.expect("a spacing");
        assert!((spacing[2] - 4.0).abs() < 1e-12, "{spacing:?}");
        let grid = entry.grid.expect("an image");
        let seen = grid.patient_from_voxel(VoxelPoint([4.0, 1.0, 1.0]));
        assert!(
            seen.distance_mm(PatientPoint(expected)) < 1e-9,
            "{orientation}: {seen:?}"
        );
    }
}

#[test]
fn the_same_picture_sent_twice_is_shown_once() {
    let folder = folder();
    volumes(folder.path(), 4, 1, |image, _| image);
    let again = Made::ct()
        .slice(9, 4.0)
        .words(0x7FE0, 0x0010, b"OW", &[3; 12]);
    again.write(folder.path(), "again");
    let entry = one(folder.path());
    assert_eq!(entry.frames, 4);
    assert_eq!(entry.affine_reason, None);
    assert_eq!(codes(&entry), ["duplicate_slices"]);
    assert!(entry.problems[0].message.contains("again"));
}

#[test]
fn a_series_that_was_sent_twice_is_one_and_empty_slices_of_two_moments_are_two() {
    for (words, expected) in [
        ([5, 6, 7, 5, 6, 7], vec![3]),
        ([0, 6, 7, 0, 8, 9], vec![3, 3]),
    ] {
        let folder = folder();
        for (number, word) in (1..).zip(words) {
            Made::ct()
                .slice(number, f64::from((number - 1) % 3))
                .words(0x7FE0, 0x0010, b"OW", &[word; 12])
                .write(folder.path(), &number.to_string());
        }
        let entries = entries(folder.path());
        let planes: Vec<usize> = entries.iter().map(|entry| entry.frames).collect();
        assert_eq!(planes, expected);
    }
}

#[test]
fn another_picture_at_a_taken_place_is_never_hidden() {
    let folder = folder();
    volumes(folder.path(), 4, 1, |image, _| image);
    let other = Made::ct()
        .slice(9, 4.0)
        .words(0x7FE0, 0x0010, b"OW", &[77; 12]);
    other.write(folder.path(), "other");
    let entries = entries(folder.path());
    let expected = [("volume 1 of 2", 4), ("volume 2 of 2", 1)];
    assert_eq!(stacks(&entries), expected);
    assert_eq!(codes(&entries[1]), ["volume_incomplete"]);
}

#[test]
fn a_stopped_scan_has_complete_volumes_and_a_shorter_one_that_says_so() {
    for marked in [true, false] {
        let folder = folder();
        volumes(folder.path(), 4, 3, |image, v| {
            if marked {
                image.text(0x0020, 0x0012, b"IS", &(v + 1).to_string())
            } else {
                image
            }
        });
        for number in [11, 12] {
            std::fs::remove_file(folder.path().join(format!("{number:03}"))).expect("was written");
        }
        let entries = entries(folder.path());
        let planes: Vec<usize> = entries.iter().map(|entry| entry.frames).collect();
        assert_eq!(planes, [4, 4, 2], "{:?}", stacks(&entries));
        assert!(entries[0].affine_lps.is_some() && entries[1].affine_lps.is_some());
        assert_eq!(codes(&entries[2]), ["volume_incomplete"]);
        assert!(entries[2].problems[0].message.contains("2 of the 4 places"));
    }
}

#[test]
fn two_acquisitions_that_overlap_are_two_volumes() {
    let folder = folder();
    let places = [(1, 0.0), (1, 2.0), (1, 4.0), (2, 4.0), (2, 6.0), (2, 8.0)];
    for (number, (acquisition, z)) in (1..).zip(places) {
        Made::ct()
            .slice(number, z)
            .text(0x0020, 0x0012, b"IS", &acquisition.to_string())
            .words(0x7FE0, 0x0010, b"OW", &[number as u16; 12])
            .write(folder.path(), &number.to_string());
    }
    let entries = entries(folder.path());
    let expected = [("acquisition 1", 3), ("acquisition 2", 3)];
    assert_eq!(stacks(&entries), expected);
    assert!(entries.iter().all(|entry| entry.affine_lps.is_some()));
}

#[test]
fn files_of_one_concatenation_are_one_volume() {
    let folder = folder();
    let frame = |z: f64| {
        let place = nothing().text(0x0020, 0x0032, b"DS", &format!("0\\0\\{z}"));
        item(&nothing().bytes(0x0020, 0x9113, b"SQ", item(&place)))
    };
    for (number, places) in [(1, [0.0, 4.0]), (2, [6.0, 2.0])] {
        let words: Vec<u16> = places.iter().flat_map(|z| [*z as u16; 12]).collect();
        Made::ct()
            .slice(number, 0.0)
            .text(0x0020, 0x9161, b"UI", "1.2.3.88")
            .text(0x0028, 0x0008, b"IS", "2")
            .bytes(0x5200, 0x9230, b"SQ", places.map(frame).concat())
            .words(0x7FE0, 0x0010, b"OW", &words)
            .write(folder.path(), &number.to_string());
    }
    let entry = one(folder.path());
    assert_eq!(entry.affine_reason, None);
    let volume = loaded(&entry);
    let seen = [0, 1, 2, 3].map(|k| value(&volume, 0, 0, k));
    assert_eq!(seen, [0.0, 2.0, 4.0, 6.0]);
}

#[test]
fn moments_at_one_place_are_a_sequence_with_its_time_between_frames() {
    let folder = folder();
    for number in 1..=4_u32 {
        Made::ct()
            .slice(number, 0.0)
            .text(0x0018, 0x1060, b"DS", &(number * 35).to_string())
            .words(0x7FE0, 0x0010, b"OW", &[number as u16; 12])
            .write(folder.path(), &number.to_string());
    }
    let entry = one(folder.path());
    assert_eq!((entry.frames, entry.frame_time_ms), (4, Some(35.0)));
    assert!(codes(&entry).is_empty());
}

#[test]
fn a_magnified_projection_is_corrected_by_its_factor_and_says_so() {
    let dx = || {
        Made::ct()
            .text(0x0008, 0x0016, b"UI", "1.2.840.10008.5.1.4.1.1.1.1")
            .text(0x0008, 0x0060, b"CS", "DX")
            .text(0x0020, 0x0020, b"CS", "A\\F")
            .text(0x0018, 0x1164, b"DS", "0.3\\0.15")
            .without(0x0020, 0x0032)
            .without(0x0020, 0x0037)
            .without(0x0028, 0x0030)
    };
    let seen = |image: Made| {
        let folder = folder();
        image.write(folder.path(), "image");
        let entry = one(folder.path());
        assert_eq!(
            entry.patient_orientation,
            Some(["A", "F"].map(String::from))
        );
        (entry.spacing_mm, entry.spacing_origin, entry.calibration)
    };
    let none = String::new;
    let cases = [
        (dx(), [0.15, 0.3], SpacingOrigin::Detector, none()),
        (
            dx().text(0x0018, 0x1114, b"DS", "1.5"),
            [0.1, 0.2],
            SpacingOrigin::DetectorCorrected,
            none(),
        ),
        // Pixel Spacing that only repeats the detector's is no calibration
        (
            dx().text(0x0028, 0x0030, b"DS", "0.3\\0.15"),
            [0.15, 0.3],
            SpacingOrigin::Detector,
            none(),
        ),
        (
            dx().text(0x0028, 0x0030, b"DS", "0.2\\0.1")
                .text(0x0028, 0x0A02, b"CS", "FIDUCIAL")
                .text(0x0028, 0x0A04, b"LO", "ball of 25 mm"),
            [0.1, 0.2],
            SpacingOrigin::Calibrated,
            "FIDUCIAL ball of 25 mm".to_owned(),
        ),
        (
            dx().without(0x0018, 0x1164)
                .text(0x0018, 0x2010, b"DS", "0.2\\0.1"),
            [0.1, 0.2],
            SpacingOrigin::Nominal,
            none(),
        ),
    ];
    for (image, [column, row], origin, calibration) in cases {
        let (spacing, seen_origin, seen_calibration) = seen(image);
        let spacing = spacing.expect("a spacing");
        assert!((spacing[0] - column).abs() < 1e-12 && (spacing[1] - row).abs() < 1e-12);
        assert_eq!((seen_origin, seen_calibration), (Some(origin), calibration));
    }
}

#[test]
fn pixels_that_are_not_square_keep_their_shape_without_a_unit() {
    let folder = folder();
    Made::ct()
        .without(0x0020, 0x0032)
        .without(0x0028, 0x0030)
        .text(0x0028, 0x0034, b"IS", "4\\3")
        .write(folder.path(), "image");
    let entry = one(folder.path());
    assert_eq!(entry.spacing_mm, None);
    assert_eq!(entry.pixel_aspect, Some([4.0, 3.0]));
    let spacing = entry.grid.expect("an image").spacing_mm();
    assert!((spacing[1] / spacing[0] - 4.0 / 3.0).abs() < 1e-12);
}

#[test]
fn broken_place_numbers_are_told_and_comma_and_unit_are_read() {
    let read = |place: &str, spacing: &str| {
        let folder = folder();
        Made::ct()
            .text(0x0020, 0x0032, b"DS", place)
            .text(0x0028, 0x0030, b"DS", spacing)
            .write(folder.path(), "image");
        one(folder.path())
    };
    let entry = read("1,5\\2.5E1\\-3 mm", "0,5\\0.25");
    let origin = entry.affine_lps.expect("a place").map(|row| row[3]);
    assert_eq!(origin, [1.5, 25.0, -3.0, 1.0]);
    assert_eq!(entry.spacing_mm.map(|s| [s[0], s[1]]), Some([0.25, 0.5]));
    let entry = read("1\\here\\3", "0.5\\0.25");
    assert_eq!(entry.affine_reason, Some(AffineReason::NoGeometry));
    assert_eq!(codes(&entry), ["position_invalid"]);
}

/// Three frames of words 1, 2, 3 in one file.
fn three_frames(image: Made) -> Made {
    let words: Vec<u16> = (1..=3).flat_map(|word| [word; 12]).collect();
    image
        .text(0x0028, 0x0008, b"IS", "3")
        .words(0x7FE0, 0x0010, b"OW", &words)
}

#[test]
fn slices_of_nuclear_medicine_follow_their_vector_to_the_side_that_the_sign_tells() {
    let detector = nothing().text(0x0020, 0x0032, b"DS", "10\\20\\30").text(
        0x0020,
        0x0037,
        b"DS",
        "1\\0\\0\\0\\1\\0",
    );
    let folder = folder();
    three_frames(Made::ct())
        .text(0x0008, 0x0016, b"UI", "1.2.840.10008.5.1.4.1.1.20")
        .text(0x0008, 0x0060, b"CS", "NM")
        .text(0x0018, 0x0088, b"DS", "-4")
        .without(0x0020, 0x0032)
        .without(0x0020, 0x0037)
        .words(0x0054, 0x0080, b"US", &[2, 1, 3])
        .bytes(0x0054, 0x0022, b"SQ", item(&detector))
        .write(folder.path(), "image");
    let entry = one(folder.path());
    // slice 3, 2, 1 lie at 22, 26, 30 mm
    let affine = entry.affine_lps.expect("a place");
    assert_eq!(affine.map(|row| row[3]), [10.0, 20.0, 22.0, 1.0]);
    assert_eq!(affine[2][2], 4.0);
    let volume = loaded(&entry);
    assert_eq!([0, 1, 2].map(|k| value(&volume, 0, 0, k)), [3.0, 1.0, 2.0]);
}

#[test]
fn planar_nuclear_medicine_is_divided_by_energy_window() {
    let folder = folder();
    let words: Vec<u16> = (1..=4).flat_map(|word| [word; 12]).collect();
    Made::ct()
        .text(0x0008, 0x0016, b"UI", "1.2.840.10008.5.1.4.1.1.20")
        .text(0x0028, 0x0008, b"IS", "4")
        .without(0x0020, 0x0032)
        .words(0x0054, 0x0010, b"US", &[1, 2, 1, 2])
        .words(0x7FE0, 0x0010, b"OW", &words)
        .write(folder.path(), "image");
    let entries = entries(folder.path());
    let expected = [("energy window 1", 2), ("energy window 2", 2)];
    assert_eq!(stacks(&entries), expected);
    let second = loaded(&entries[1]);
    assert_eq!([0, 1].map(|k| value(&second, 0, 0, k)), [2.0, 4.0]);
}

#[test]
fn an_ultrasound_volume_lies_in_its_own_frame_of_reference() {
    let folder = folder();
    let frame = |z: f64| {
        let numbers = |values: &[f64]| values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let place = nothing().bytes(0x0020, 0x9301, b"FD", numbers(&[1.0, 2.0, z]));
        let turn = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        let turn = nothing().bytes(0x0020, 0x9302, b"FD", numbers(&turn));
        item(&nothing().bytes(0x0020, 0x930E, b"SQ", item(&place)).bytes(
            0x0020,
            0x930F,
            b"SQ",
            item(&turn),
        ))
    };
    three_frames(Made::ct())
        .text(0x0008, 0x0016, b"UI", "1.2.840.10008.5.1.4.1.1.6.2")
        .text(0x0020, 0x9312, b"UI", "1.2.3.77")
        .without(0x0020, 0x0032)
        .without(0x0020, 0x0037)
        .bytes(
            0x5200,
            0x9230,
            b"SQ",
            [frame(4.0), frame(0.0), frame(2.0)].concat(),
        )
        .write(folder.path(), "image");
    let entry = one(folder.path());
    assert_eq!(entry.frame_of_reference_uid.as_deref(), Some("1.2.3.77"));
    assert!(entry.axes_are_not_the_patients);
    assert_eq!(codes(&entry), ["axes_not_patient"]);
    assert_eq!(entry.spacing_mm, Some([0.25, 0.5, 2.0]));
    let volume = loaded(&entry);
    assert_eq!([0, 1, 2].map(|k| value(&volume, 0, 0, k)), [2.0, 3.0, 1.0]);
}

#[test]
fn a_dimension_that_nothing_else_names_splits_the_frames() {
    let folder = folder();
    let frame = |z: f64, private: u32| {
        let place = nothing().text(0x0020, 0x0032, b"DS", &format!("0\\0\\{z}"));
        let index: Vec<u8> = [z as u32 + 1, private]
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect();
        let content = nothing().bytes(0x0020, 0x9157, b"UL", index);
        item(&nothing().bytes(0x0020, 0x9113, b"SQ", item(&place)).bytes(
            0x0020,
            0x9111,
            b"SQ",
            item(&content),
        ))
    };
    let dimension = |group: u16, element: u16, label: &str| {
        item(
            &nothing()
                .words(0x0020, 0x9165, b"AT", &[group, element])
                .text(0x0020, 0x9421, b"LO", label),
        )
    };
    let frames = [frame(0.0, 1), frame(0.0, 2), frame(1.0, 2), frame(1.0, 1)];
    let words: Vec<u16> = (1..=4).flat_map(|word| [word; 12]).collect();
    let dimensions = [
        dimension(0x0020, 0x9057, "Place"),
        dimension(0x2005, 0x1011, "Contrast dose"),
    ];
    Made::ct()
        .text(0x0028, 0x0008, b"IS", "4")
        .bytes(0x0020, 0x9222, b"SQ", dimensions.concat())
        .bytes(0x5200, 0x9230, b"SQ", frames.concat())
        .words(0x7FE0, 0x0010, b"OW", &words)
        .write(folder.path(), "image");
    let entries = entries(folder.path());
    let expected = [("Contrast dose 1", 2), ("Contrast dose 2", 2)];
    assert_eq!(stacks(&entries), expected);
    let second = loaded(&entries[1]);
    assert_eq!([0, 1].map(|k| value(&second, 0, 0, k)), [2.0, 3.0]);
}

#[test]
fn a_mosaic_is_a_volume_of_its_tiles_and_loses_the_empty_ones() {
    let folder = folder();
    // 2 × 2 tiles of 2 × 1 pixels, three of them filled
    Made::ct()
        .text(0x0008, 0x0008, b"CS", "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC")
        .text(0x0018, 0x0088, b"DS", "5")
        .text(0x0019, 0x0010, b"LO", "SIEMENS MR HEADER")
        .word(0x0019, 0x100A, 3)
        .text(0x0020, 0x0032, b"DS", "-10\\-20\\-30")
        .word(0x0028, 0x0010, 2)
        .word(0x0028, 0x0011, 4)
        .words(0x7FE0, 0x0010, b"OW", &[1, 2, 3, 4, 5, 6, 0, 0])
        .write(folder.path(), "image");
    let entry = one(folder.path());
    assert_eq!((entry.size, entry.frames), ([2, 1, 3], 3));
    // the corner of the first tile: half of (4 − 2) columns of 0.25 mm and of (2 − 1) rows of 0.5 mm
    let affine = entry.affine_lps.expect("a place");
    assert_eq!(affine.map(|row| row[3]), [-9.75, -19.75, -30.0, 1.0]);
    let volume = loaded(&entry);
    assert_eq!([0, 1, 2].map(|k| value(&volume, 1, 0, k)), [2.0, 4.0, 6.0]);
    let stop = AtomicBool::new(false);
    let second = imaging::load_plane(&entry, 1, &stop).expect("a plane can be read");
    assert_eq!(value(&second, 0, 0, 0), 3.0);
    let facts = source_facts(&entry).expect("the file is there");
    let places: Vec<f64> = facts
        .planes
        .iter()
        .flatten()
        .map(|plane| plane.position[2])
        .collect();
    assert_eq!(places, [-30.0, -25.0, -20.0]);
}
