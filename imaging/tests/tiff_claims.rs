//! TIFF files of some hundred bytes that claim tiles of gigabytes.

use imaging::{Error, ScanOptions, load, scan};
use std::sync::atomic::AtomicBool;

/// A picture of one grey pixel in one tile of 32768 × 32768, of which `count` bytes are there; LZW or
/// Deflate with horizontal differences.
fn tiff(compression: u32, count: u32) -> Vec<u8> {
    let short = |tag: u32, value: u32| [tag | 3 << 16, 1, value];
    let long = |tag: u32, value: u32| [tag | 4 << 16, 1, value];
    let entries = [
        long(256, 1),
        long(257, 1),
        short(258, 8),
        short(259, compression),
        short(262, 1),
        short(277, 1),
        short(317, 2),
        long(322, 32_768),
        long(323, 32_768),
        long(324, 8),
        long(325, count),
    ];
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((entries.len() as u16).to_le_bytes());
    bytes.extend(entries.iter().flatten().flat_map(|word| word.to_le_bytes()));
    bytes.extend([0; 104]);
    bytes
}

/// Code of the refusal, in the list or of the load.
fn refusal(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("image.tif");
    std::fs::write(&path, bytes).expect("the file can be written");
    let stop = AtomicBool::new(false);
    let found = scan(&[path], &ScanOptions::default(), &|_| {}, &stop);
    if let Some(skipped) = found.skipped.first() {
        return skipped.reason.code.clone();
    }
    match load(&found.series[0], &|_| {}, &stop) {
        Err(Error::Unreadable { fault, .. }) => fault.code().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tile_of_a_gigabyte_that_its_bytes_cannot_hold_is_refused() {
    for compression in [5, 8] {
        assert_eq!(refusal(&tiff(compression, 100)), "pixel_data_too_short");
    }
}

#[test]
fn a_tile_of_a_gigabyte_that_is_left_out_is_refused() {
    assert_eq!(refusal(&tiff(5, 0)), "pixel_data_too_short");
}
