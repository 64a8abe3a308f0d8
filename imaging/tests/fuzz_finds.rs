//! What the fuzz targets (`fuzz/`, `docs/fuzz.md`) found, each input kept as small as it still shows it.

mod made;

use imaging::{Error, Loaded, ScanOptions, load, scan};
use made::{Made, part10, write};
use std::sync::atomic::AtomicBool;

/// Code of the refusal in the list, or what loading the only entry gave.
fn outcome(name: &str, bytes: &[u8]) -> Result<Result<Loaded, Error>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write(folder.path(), name, bytes);
    let stop = AtomicBool::new(false);
    let found = scan(&[path], &ScanOptions::default(), &|_| {}, &stop);
    match (found.series.as_slice(), found.skipped.as_slice()) {
        ([entry], []) => Ok(load(entry, &|_| {}, &stop)),
        ([], [skipped]) => Err(skipped.reason.code.clone()),
        other => panic!("{other:?}"),
    }
}

/// Code of the fault with which an image is listed but not loaded.
fn fault_of(name: &str, bytes: &[u8]) -> &'static str {
    match outcome(name, bytes) {
        Ok(Err(Error::Unreadable { fault, .. })) => fault.code(),
        other => panic!("{other:?}"),
    }
}

/// A Part 10 file of `image` with one frame in fragments.
fn encapsulated(syntax: &str, image: &Made, frame: &[u8]) -> Vec<u8> {
    let mut set = image.clone().without(0x7FE0, 0x0010).explicit();
    set.extend([
        0xE0, 0x7F, 0x10, 0, b'O', b'B', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
    ]);
    set.extend([0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0]);
    set.extend([0xFE, 0xFF, 0, 0xE0]);
    set.extend((frame.len() as u32).to_le_bytes());
    set.extend(frame);
    set.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    part10(&format!("1.2.840.10008.1.2.{syntax}"), &set)
}

#[test]
fn a_few_coded_bytes_cannot_ask_for_gigabytes() {
    let image = Made::ct()
        .word(0x0028, 0x0010, 40_000)
        .word(0x0028, 0x0011, 40_000);
    for syntax in ["5", "8.1", "1.98", "4.50", "4.57", "4.80", "4.90", "4.201"] {
        let file = encapsulated(syntax, &image, &[0; 200]);
        assert_eq!(fault_of("image", &file), "pixel_data_too_short", "{syntax}");
    }
}

#[test]
fn a_hundred_thousand_frames_promised_by_a_small_file_are_refused_at_once() {
    let image = Made::ct().text(0x0028, 0x0008, b"IS", "100000");
    let file = encapsulated("4.90", &image, &[0; 40]);
    let outcome = outcome("image", &file).map(|loaded| loaded.is_ok());
    assert_eq!(outcome, Err("pixel_data_too_short".to_owned()));
}

#[test]
fn a_jpeg_frame_of_thousands_of_scans_is_refused() {
    let image = Made::ct()
        .word(0x0028, 0x0100, 8)
        .word(0x0028, 0x0101, 8)
        .word(0x0028, 0x0102, 7);
    // progressive, 8 bits, 3 rows of 4 columns, one component
    let mut stream = vec![0xFF, 0xD8, 0xFF, 0xC2, 0, 11, 8, 0, 3, 0, 4, 1, 1, 0x11, 0];
    for _ in 0..5000 {
        stream.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0x7F]);
    }
    stream.extend([0xFF, 0xD9]);
    let file = encapsulated("4.50", &image, &stream);
    // in DICOM and as a photograph
    for (name, bytes) in [("image", &file), ("photograph.jpg", &stream)] {
        match outcome(name, bytes) {
            Ok(Err(error)) => assert!(error.to_string().contains("100 scans"), "{error}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_tiff_strip_of_billions_of_rows_in_few_bytes_is_refused() {
    let mut bytes = b"II\x2A\0\x08\0\0\0\x06\0".to_vec();
    for (tag, value) in [
        (256, 655_373_u32),
        (257, 2_046_951_435),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
    ] {
        bytes.extend([tag as u8, (tag >> 8) as u8, 4, 0, 1, 0, 0, 0]);
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 60]);
    let outcome = outcome("page.tif", &bytes).map(|loaded| loaded.is_ok());
    assert_eq!(outcome, Err("length_beyond_end".to_owned()));
}
