//! Broken files: refused, read with a remark, or read, as the shared expectations say; never a
//! panic, an abort, or memory out of proportion.
#![allow(
    clippy::print_stderr,
    reason = "the table of agreement is the point of the test"
)]

mod shared;

use imaging::{Fault, ScanOptions, load, scan};
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Files whose outcome differs from the expectation, each with its reason.
const KNOWN: &[(&str, &str)] = &[
    (
        "hostile/quaternion-over.nii",
        "the quaternion was written little endian into a big-endian header, where it is nearly zero and right",
    ),
    (
        "hostile/gzip-bomb-lie.nii.gz",
        "the dimensions were written little endian into a big-endian header: 768 dimensions, refused",
    ),
];

/// `error`, `warning` or `ok`, and what was said.
fn outcome(path: &Path) -> (&'static str, String) {
    let stop = AtomicBool::new(false);
    let found = scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    );
    if let Some(skipped) = found.skipped.first() {
        return ("error", skipped.reason.text().to_owned());
    }
    let mut said = Vec::new();
    for entry in &found.series {
        said.extend(entry.problems.iter().map(|problem| problem.code.clone()));
        if !entry.is_image {
            continue;
        }
        match load(entry, &|_| {}, &stop) {
            Ok(loaded) => said.extend(loaded.problems.into_iter().map(|problem| problem.code)),
            Err(error) => return ("error", error.to_string()),
        }
    }
    match said.is_empty() {
        true => ("ok", String::new()),
        false => ("warning", said.join(" ")),
    }
}

#[test]
fn hostile_files_end_as_expected() {
    let (Some(data), Some(expected)) = (shared::data(), shared::json("hostile/EXPECT.json")) else {
        return;
    };
    let mut unexpected = Vec::new();
    let mut agree = 0;
    for (name, entry) in expected.as_object().into_iter().flatten() {
        let wanted = entry["expect"].as_str().unwrap_or_default();
        let (seen, said) = outcome(&data.join(name));
        // a stated limit and a clipped run are ways to end well
        let is_right = wanted.split("-or-").any(|one| match one {
            "limit" => seen == "error",
            "clip" => seen != "error",
            // a remark on a file that may be read is no fault
            "ok" => seen != "error",
            other => other == seen,
        });
        let known = KNOWN.iter().any(|(file, _)| file == name);
        agree += usize::from(is_right);
        if is_right == known {
            unexpected.push(format!("{name}: expected {wanted}, seen {seen} {said}"));
        }
    }
    eprintln!("agree {agree}, known to differ {}", KNOWN.len());
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
}

#[test]
fn the_whole_folder_is_scanned_in_one_go_without_harm() {
    let Some(data) = shared::data() else { return };
    let stop = AtomicBool::new(false);
    let found = scan(
        &[data.join("hostile")],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    );
    assert!(!found.skipped.is_empty());
    for entry in found.series.iter().filter(|entry| entry.is_image) {
        let _ = load(entry, &|_| {}, &stop);
    }
}

#[test]
fn nesting_without_end_is_refused_by_its_depth() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("nested.dcm");
    let mut bytes = vec![0_u8; 128];
    bytes.extend(b"DICM");
    bytes.extend([0x02, 0, 0x10, 0, b'U', b'I', 20, 0]);
    bytes.extend(b"1.2.840.10008.1.2.1\0");
    for _ in 0..100_000 {
        bytes.extend([
            0x08, 0, 0x40, 0x11, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
        ]);
        bytes.extend([0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
    }
    std::fs::write(&path, bytes).expect("the file can be written");
    let stop = AtomicBool::new(false);
    let found = scan(&[path], &ScanOptions::default(), &|_| {}, &stop);
    assert_eq!(found.skipped[0].reason.code, "limit");
}

#[test]
fn a_stop_before_the_first_plane_ends_the_load() {
    let Some(data) = shared::data() else { return };
    let run = AtomicBool::new(false);
    let found = scan(
        &[data.join("series/ct-head-64")],
        &ScanOptions::default(),
        &|_| {},
        &run,
    );
    let stop = AtomicBool::new(true);
    assert_eq!(
        load(&found.series[0], &|_| {}, &stop).err(),
        Some(imaging::Error::Cancelled)
    );
}

#[test]
fn a_fault_tells_its_code_and_a_sentence() {
    let fault = Fault::PixelDataTooShort {
        needed: 10,
        present: 4,
    };
    assert_eq!(fault.code(), "pixel_data_too_short");
    assert_eq!(
        fault.to_string(),
        "the pixel data are too short: 10 bytes are needed, 4 are there"
    );
}
