//! Small NRRD and MetaImage files, and what is read of them.
#![allow(dead_code, reason = "each test program uses a part of it")]

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use imaging::{Loaded, ScanOptions, ScanResult, SeriesEntry, load, load_plane, scan};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use voxel::VoxelPoint;

/// An NRRD header of 2 × 3 × 2 voxels, int16, at LPS (10, 20, 30), steps 2, 3, 4 mm.
pub(crate) const HEADER: &str = "NRRD0005
type: short
dimension: 3
space: left-posterior-superior
sizes: 2 3 2
space directions: (2,0,0) (0,3,0) (0,0,4)
space origin: (10,20,30)
endian: little
encoding: raw
";

/// A MetaImage header of the same image, without `ElementDataFile`.
pub(crate) const META: &str = "ObjectType = Image
NDims = 3
BinaryData = True
BinaryDataByteOrderMSB = False
CompressedData = False
TransformMatrix = 1 0 0 0 1 0 0 0 1
Offset = 10 20 30
ElementSpacing = 2 3 4
DimSize = 2 3 2
ElementType = MET_SHORT
";

pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file can be written");
    path
}

/// Writes a header, a blank line (where `end` says so) and samples.
pub(crate) fn put(folder: &Path, name: &str, header: &str, end: &str, data: &[u8]) -> PathBuf {
    write(
        folder,
        name,
        &[header.as_bytes(), end.as_bytes(), data].concat(),
    )
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// 0, 1, 2, … as little-endian 16-bit samples.
pub(crate) fn shorts(values: std::ops::Range<i16>) -> Vec<u8> {
    values.flat_map(i16::to_le_bytes).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).expect("hexadecimal digits"))
        .collect()
}

pub(crate) fn found(path: &Path) -> ScanResult {
    let stop = AtomicBool::new(false);
    scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    )
}

/// Entries of a file that must be read.
pub(crate) fn entries(path: &Path) -> Vec<SeriesEntry> {
    let result = found(path);
    assert_eq!(result.skipped, [], "{}", path.display());
    result.series
}

/// Code of the refusal, at the scan or at the load.
pub(crate) fn refusal(path: &Path) -> String {
    let result = found(path);
    match result.skipped.first() {
        Some(skipped) => skipped.reason.code.clone(),
        None => {
            let read = load(&result.series[0], &|_| {}, &AtomicBool::new(false));
            read.expect_err("a refusal").code().to_owned()
        }
    }
}

pub(crate) fn codes(entry: &SeriesEntry) -> Vec<&str> {
    let codes = entry.problems.iter().map(|problem| problem.code.as_str());
    codes.collect()
}

/// The whole volume; every plane read alone must hold the same samples at the same place.
pub(crate) fn loaded(entry: &SeriesEntry) -> Loaded {
    let stop = AtomicBool::new(false);
    let whole = load(entry, &|_| {}, &stop).expect("the image can be read");
    let [columns, rows, planes] = entry.size;
    for k in 0..planes {
        let alone = load_plane(entry, k, &stop).expect("a plane can be read");
        for n in 0..columns * rows {
            assert_eq!(
                alone.volume.samples().number(n),
                whole.volume.samples().number(k * columns * rows + n)
            );
        }
        let place = |loaded: &Loaded, k: f64| {
            let grid = loaded.volume.grid();
            grid.patient_from_voxel(VoxelPoint([1.0, 1.0, k]))
        };
        let apart = place(&alone, 0.0).distance_mm(place(&whole, k as f64));
        assert!(apart < 1e-9, "plane {k} lies {apart} mm from its place");
    }
    assert!(load_plane(entry, planes, &stop).is_err());
    whole
}

/// All stored samples of the only entry of a file.
pub(crate) fn values(path: &Path) -> Vec<f64> {
    let entries = entries(path);
    assert_eq!(entries.len(), 1);
    values_of(&entries[0])
}

pub(crate) fn values_of(entry: &SeriesEntry) -> Vec<f64> {
    let volume = loaded(entry).volume;
    (0..volume.samples().len())
        .filter_map(|n| volume.samples().number(n))
        .collect()
}

pub(crate) fn counting(n: usize) -> Vec<f64> {
    (0..n).map(|n| n as f64).collect()
}

/// Colours of the only entry.
pub(crate) fn colours(path: &Path) -> Vec<[u8; 3]> {
    let entries = entries(path);
    assert_eq!((entries.len(), entries[0].channels), (1, 3));
    match loaded(&entries[0]).volume.samples() {
        voxel::Samples::Rgb8(pixels) => pixels.to_vec(),
        _ => panic!("grey"),
    }
}
