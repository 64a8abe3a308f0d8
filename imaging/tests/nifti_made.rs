//! NIfTI files made for one question each.

use flate2::Compression;
use flate2::write::GzEncoder;
use imaging::{
    AffineReason, Loaded, ScanOptions, ScanResult, SeriesEntry, load, load_label_map, load_plane,
    scan,
};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use voxel::{VoxelIndex, VoxelPoint};

/// A NIfTI-1 header of 2 × 3 × 2 voxels, int16, with an sform of 2, 3, 4 mm in RAS.
struct Header(Vec<u8>);

impl Header {
    fn new() -> Self {
        let mut header = Header(vec![0; 352]);
        header.put(0, &348_i32.to_le_bytes());
        for (index, size) in [3_i16, 2, 3, 2, 1, 1, 1, 1].iter().enumerate() {
            header.put(40 + 2 * index, &size.to_le_bytes());
        }
        header.put(70, &4_i16.to_le_bytes());
        header.put(72, &16_i16.to_le_bytes());
        for (index, step) in [1.0_f32, 2.0, 3.0, 4.0].iter().enumerate() {
            header.put(76 + 4 * index, &step.to_le_bytes());
        }
        header.put(108, &352_f32.to_le_bytes());
        header.put(123, &[2]);
        header.put(254, &1_i16.to_le_bytes());
        for (axis, step) in [2.0_f32, 3.0, 4.0].iter().enumerate() {
            header.put(280 + 16 * axis + 4 * axis, &step.to_le_bytes());
            header.put(280 + 16 * axis + 12, &10_f32.to_le_bytes());
        }
        header.put(344, b"n+1\0");
        header
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn with(mut self, at: usize, bytes: &[u8]) -> Self {
        self.put(at, bytes);
        self
    }

    fn voxels(mut self, values: impl IntoIterator<Item = i16>) -> Vec<u8> {
        for value in values {
            self.0.extend(value.to_le_bytes());
        }
        self.0
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file can be written");
    path
}

fn found(path: &Path) -> ScanResult {
    let stop = AtomicBool::new(false);
    scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    )
}

fn only(path: &Path) -> Loaded {
    let result = found(path);
    assert_eq!(result.skipped, []);
    loaded(&result.series[0])
}

/// The whole series; every plane read alone must hold the same values at the same place.
fn loaded(entry: &SeriesEntry) -> Loaded {
    let stop = AtomicBool::new(false);
    let whole = load(entry, &|_| {}, &stop).expect("the image can be read");
    let [columns, rows, planes] = entry.size.map(|n| n as i64);
    for k in 0..planes {
        let alone = load_plane(entry, k as usize, &stop).expect("a plane can be read");
        for (i, j) in (0..columns).flat_map(|i| (0..rows).map(move |j| (i, j))) {
            assert_eq!(
                alone.volume.value(VoxelIndex([i, j, 0])),
                whole.volume.value(VoxelIndex([i, j, k]))
            );
        }
        let place = |loaded: &Loaded, k: f64| {
            loaded
                .volume
                .grid()
                .patient_from_voxel(VoxelPoint([1.0, 1.0, k]))
        };
        assert_eq!(place(&alone, 0.0), place(&whole, k as f64));
    }
    assert!(load_plane(entry, planes as usize, &stop).is_err());
    whole
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn ras_of_the_file_becomes_lps() {
    let folder = folder();
    let path = write(folder.path(), "a.nii", &Header::new().voxels(0..12));
    let entry = &found(&path).series[0];
    assert_eq!(
        entry.affine_lps,
        Some([
            [-2.0, 0.0, 0.0, -10.0],
            [0.0, -3.0, 0.0, -10.0],
            [0.0, 0.0, 4.0, 10.0],
            [0.0, 0.0, 0.0, 1.0]
        ])
    );
    let loaded = only(&path);
    assert_eq!(loaded.volume.value(VoxelIndex([1, 2, 1])), Some(11.0));
}

#[test]
fn scaling_is_applied_and_a_slope_of_zero_means_none() {
    let folder = folder();
    for (slope, expected) in [(2.0_f32, 25.0), (0.0, 11.0), (f32::NAN, 11.0)] {
        let bytes = Header::new()
            .with(112, &slope.to_le_bytes())
            .with(116, &3_f32.to_le_bytes())
            .voxels(0..12);
        let path = write(folder.path(), "a.nii", &bytes);
        let value = only(&path).volume.value(VoxelIndex([1, 2, 1]));
        assert_eq!(value, Some(expected));
    }
}

#[test]
fn a_quaternion_with_negative_qfac_turns_the_third_axis() {
    let folder = folder();
    // a half turn about z: (a, b, c, d) = (0, 0, 0, 1)
    let bytes = Header::new()
        .with(254, &0_i16.to_le_bytes())
        .with(252, &1_i16.to_le_bytes())
        .with(76, &(-1_f32).to_le_bytes())
        .with(264, &1_f32.to_le_bytes())
        .voxels(0..12);
    let path = write(folder.path(), "a.nii", &bytes);
    let affine = found(&path).series[0].affine_lps.expect("a qform");
    assert_eq!([affine[0][0], affine[1][1], affine[2][2]], [2.0, 3.0, -4.0]);
}

#[test]
fn without_a_form_there_is_spacing_but_no_place() {
    let folder = folder();
    let bytes = Header::new().with(254, &0_i16.to_le_bytes()).voxels(0..12);
    let path = write(folder.path(), "a.nii", &bytes);
    let entry = &found(&path).series[0];
    assert_eq!(entry.affine_reason, Some(AffineReason::NoGeometry));
    assert_eq!(entry.spacing_mm, Some([2.0, 3.0, 4.0]));
}

#[test]
fn volumes_of_a_4d_file_are_entries_and_load_their_own_voxels() {
    let folder = folder();
    let bytes = Header::new()
        .with(40, &4_i16.to_le_bytes())
        .with(48, &3_i16.to_le_bytes())
        .voxels(0..36);
    for (name, bytes) in [("a.nii", bytes.clone()), ("b.nii.gz", gzip(&bytes))] {
        let path = write(folder.path(), name, &bytes);
        let result = found(&path);
        assert_eq!(result.series.len(), 3);
        let last = loaded(&result.series[2]);
        assert_eq!(last.volume.value(VoxelIndex([0, 0, 0])), Some(24.0));
        assert_eq!(result.series[2].stack, "volume 3 of 3");
    }
}

#[test]
fn a_pair_is_read_through_its_header_and_its_voxels_are_passed_over() {
    let folder = folder();
    let bytes = Header::new()
        .with(344, b"ni1\0")
        .with(108, &0_f32.to_le_bytes())
        .voxels(0..12);
    write(folder.path(), "a.hdr", &bytes[..348]);
    write(folder.path(), "a.img", &bytes[352..]);
    let result = found(folder.path());
    assert_eq!(result.skipped[0].reason.code, "pair_member");
    let loaded = load(&result.series[0], &|_| {}, &AtomicBool::new(false)).expect("readable");
    assert_eq!(loaded.volume.value(VoxelIndex([1, 2, 1])), Some(11.0));
}

#[test]
fn voxels_that_are_missing_are_a_refusal_before_anything_is_allocated() {
    let folder = folder();
    let bytes = Header::new()
        .with(42, &30_000_i16.to_le_bytes())
        .with(44, &30_000_i16.to_le_bytes())
        .voxels(0..12);
    let path = write(folder.path(), "a.nii", &bytes);
    assert_eq!(found(&path).skipped[0].reason.code, "pixel_data_too_short");
    let path = write(folder.path(), "b.nii.gz", &gzip(&bytes));
    assert_eq!(found(&path).skipped[0].reason.code, "pixel_data_too_short");
}

#[test]
fn zeros_after_gzip_data_are_no_fault_and_other_bytes_are() {
    let folder = folder();
    let packed = gzip(&Header::new().voxels(0..12));
    let padded = [&packed[..], &[0; 500]].concat();
    let path = write(folder.path(), "padded.nii.gz", &padded);
    let volume = loaded(&found(&path).series[0]).volume;
    assert_eq!(volume.value(VoxelIndex([1, 2, 1])), Some(11.0));
    let followed = [&packed[..], b"no gzip"].concat();
    let path = write(folder.path(), "followed.nii.gz", &followed);
    let entry = &found(&path).series[0];
    let error = load(entry, &|_| {}, &AtomicBool::new(false)).expect_err("refused");
    assert_eq!(error.code(), "inflate");
}

#[test]
fn label_maps_give_integers_and_refuse_what_is_none() {
    let folder = folder();
    let path = write(
        folder.path(),
        "labels.nii.gz",
        &gzip(&Header::new().voxels((0..12).map(|n| n % 3))),
    );
    let map = load_label_map(&path).expect("a label map");
    assert_eq!(map.grid().size(), [2, 3, 2]);
    assert_eq!([0, 1, 2, 3].map(|n| map.at(n)), [0, 1, 2, 0].map(Some));
    let halves = Header::new()
        .with(112, &0.5_f32.to_le_bytes())
        .voxels(0..12);
    let path = write(folder.path(), "halves.nii", &halves);
    let error = load_label_map(&path).expect_err("halves are no labels");
    assert_eq!(error.code(), "contradiction");
}

proptest::proptest! {
    #[test]
    fn a_header_with_changed_bytes_is_read_or_refused(
        changes in proptest::collection::vec((4_usize..348, proptest::num::u8::ANY), 1..8),
    ) {
        let folder = folder();
        let mut bytes = Header::new().voxels(0..12);
        for (at, value) in changes {
            bytes[at] = value;
        }
        let path = write(folder.path(), "a.nii", &bytes);
        let result = found(&path);
        for entry in result.series.iter().take(3) {
            let _ = load(entry, &|_| {}, &AtomicBool::new(false));
        }
    }
}
