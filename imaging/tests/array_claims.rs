//! Array files of some hundred bytes that claim volumes of gigabytes.

use imaging::{ScanOptions, scan};
use std::sync::atomic::AtomicBool;

#[test]
fn a_few_bytes_of_bzip2_cannot_ask_for_gigabytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("image.nrrd");
    let mut bytes =
        b"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 1000 1000 3000\nencoding: bzip2\n\nBZh9"
            .to_vec();
    bytes.resize(bytes.len() + 8000, 0);
    std::fs::write(&path, bytes).expect("the file can be written");
    let stop = AtomicBool::new(false);
    let found = scan(&[path], &ScanOptions::default(), &|_| {}, &stop);
    assert_eq!(found.skipped[0].reason.code, "pixel_data_too_short");
}
