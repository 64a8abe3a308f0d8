//! What the stored values of DICOM files mean, on files made for one question each and on real ones.
//! Expected values were computed by hand or by pydicom and numpy, as each test says.
#![allow(clippy::print_stderr, reason = "a test without its files says so")]

mod bits;
mod colour;
mod grey;
#[path = "../made/mod.rs"]
mod made;
mod overlays;
mod quantities;
#[path = "../shared/mod.rs"]
mod shared;

use imaging::{Loaded, ScanOptions, SeriesEntry, load, scan};
use made::{Made, item, nothing, part10, write};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use voxel::VoxelIndex;

fn entries(path: &Path) -> Vec<SeriesEntry> {
    let stop = AtomicBool::new(false);
    let found = scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    );
    assert_eq!(found.skipped, []);
    found.series
}

fn opened(path: &Path) -> Loaded {
    let found = entries(path);
    assert_eq!(found.len(), 1, "{found:?}");
    load(&found[0], &|_| {}, &AtomicBool::new(false)).expect("the image can be read")
}

/// The image read back from one file.
fn read(image: &Made) -> Loaded {
    let folder = folder();
    image.write(folder.path(), "image");
    opened(folder.path())
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn values(loaded: &Loaded, count: i64) -> Vec<f64> {
    let columns = loaded.volume.grid().size()[0] as i64;
    (0..count)
        .map(|n| {
            let voxel = VoxelIndex([n % columns, n / columns, 0]);
            loaded.volume.value(voxel).expect("inside the grid")
        })
        .collect()
}

fn pixels(loaded: &Loaded) -> Vec<[u8; 3]> {
    match loaded.volume.samples() {
        voxel::Samples::Rgb8(pixels) => pixels.to_vec(),
        other => panic!("{other:?} is no colour"),
    }
}

fn codes(loaded: &Loaded) -> Vec<&str> {
    let problems = loaded.problems.iter();
    problems.map(|problem| problem.code.as_str()).collect()
}

/// One row of 16-bit pixels.
fn row(words: &[u16]) -> Made {
    Made::ct()
        .word(0x0028, 0x0010, 1)
        .word(0x0028, 0x0011, words.len() as u16)
        .words(0x7FE0, 0x0010, b"OW", words)
}

/// One row of 8-bit pixels, three samples each where the interpretation has colours.
fn bytes(photometric: &str, columns: u16, bytes: Vec<u8>) -> Made {
    let samples = if photometric.starts_with("MONO") || photometric.starts_with("PAL") {
        1
    } else {
        3
    };
    Made::ct()
        .word(0x0028, 0x0002, samples)
        .text(0x0028, 0x0004, b"CS", photometric)
        .word(0x0028, 0x0010, 1)
        .word(0x0028, 0x0011, columns)
        .word(0x0028, 0x0100, 8)
        .word(0x0028, 0x0101, 8)
        .word(0x0028, 0x0102, 7)
        .bytes(0x7FE0, 0x0010, b"OB", bytes)
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} instead of {b}");
}

/// A lookup table item.
fn table(descriptor: &[u16], vr: &[u8; 2], data: &[u16]) -> Made {
    nothing()
        .words(0x0028, 0x3002, vr, descriptor)
        .words(0x0028, 0x3006, b"OW", data)
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(150))]
    #[test]
    fn tables_and_overlays_with_changed_bytes_are_read_or_refused(
        changes in proptest::collection::vec((300_usize..1400, proptest::num::u8::ANY), 1..8),
    ) {
        let tokens = colour::words_of(&[0, 2, 10, 300, 1, 4, 700, 2, 1, 0, 0]);
        let lut = table(&[3, 65534, 16], b"SS", &[500, 600, 700]);
        let grey = overlays::overlaid(quantities::pet(), vec![7, 1])
            .bytes(0x0028, 0x3010, b"SQ", item(&lut))
            .bytes(0x0040, 0x9096, b"SQ", item(&quantities::linear("ADC", 0.5)));
        for image in [colour::segmented(&[10, 0, 16], &tokens, (0..10).collect()), grey] {
            let folder = folder();
            let mut bytes = part10("1.2.840.10008.1.2.1", &image.explicit());
            for (at, value) in &changes {
                let length = bytes.len();
                bytes[at % length] = *value;
            }
            let path = write(folder.path(), "image", &bytes);
            let stop = AtomicBool::new(false);
            for entry in scan(&[path], &ScanOptions::default(), &|_| {}, &stop).series {
                let _ = load(&entry, &|_| {}, &stop);
            }
        }
    }
}
