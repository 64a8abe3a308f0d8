//! Slices of real files against independent readers: with nearest interpolation every pixel is the voxel
//! that pydicom, nibabel or SimpleITK give, in the orientation that the affine alone demands
//! (`independent/slices.py` makes the hashes), and a scan is the same picture as DICOM and as NIfTI.
#![allow(
    clippy::print_stderr,
    reason = "the table of agreement is the point of the test"
)]

use imaging::{Loaded, ScanOptions, SeriesEntry, load, scan};
use render::{
    GridPlane, Interpolation, Picture, Rendering, SliceView, ViewPlane, WindowFunction,
    WindowLevel, native_slice, slice,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use voxel::{PatientPoint, PatientVector, Plane, ValueRange, VoxelPoint};

/// What the independent readers gave.
const TRUTH: &str = include_str!("../independent/slices.json");

fn data() -> Option<PathBuf> {
    Some(tests::shared()?.join("data"))
}

/// Every image under a path, in the order of the scan.
fn images(path: &Path) -> Vec<SeriesEntry> {
    let paths = [path.to_path_buf()];
    let found = scan(
        &paths,
        &ScanOptions::default(),
        &|_| {},
        &AtomicBool::new(false),
    );
    let images = found.series.into_iter().filter(|entry| entry.is_image);
    images.collect()
}

fn opened(entry: &SeriesEntry) -> Loaded {
    load(entry, &|_| {}, &AtomicBool::new(false)).expect("a readable series")
}

fn plane_named(name: &str) -> ViewPlane {
    match name {
        "axial" => Plane::Axial.into(),
        "coronal" => Plane::Coronal.into(),
        "sagittal" => Plane::Sagittal.into(),
        _ => ViewPlane::Acquired,
    }
}

/// A line of the truth: plane, index, size and the start of the hash of the bytes, row by row.
struct Expected<'a> {
    plane: ViewPlane,
    index: i64,
    size_px: [usize; 2],
    hash: &'a str,
}

impl<'a> Expected<'a> {
    fn of(line: &'a Value) -> Self {
        let words: Vec<&str> = line.as_str().expect("a line").split(' ').collect();
        let [plane, index, size, hash] = words[..] else {
            panic!("four words: {line}");
        };
        let (width, height) = size.split_once('x').expect("a size");
        let side = |text: &str| text.parse().expect("a side");
        Self {
            plane: plane_named(plane),
            index: index.parse().expect("an index"),
            size_px: [side(width), side(height)],
            hash,
        }
    }

    /// Why the picture is not this one.
    fn fault(&self, picture: &Picture, channels: u64) -> Option<String> {
        let found = [picture.width, picture.height];
        if found != self.size_px {
            return Some(format!("size {found:?}"));
        }
        let is_grey = |[r, g, b, _]: &[u8; 4]| r == g && g == b;
        if channels == 1 && !picture.pixels().iter().all(is_grey) {
            return Some("coloured".to_owned());
        }
        let shown = if channels == 1 { 1 } else { 3 };
        let pixels = picture.pixels().iter();
        let bytes: Vec<u8> = pixels.flat_map(|pixel| pixel[..shown].to_vec()).collect();
        let digest = Sha256::digest(&bytes);
        let start: String = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        (start != self.hash).then(|| "other pixels".to_owned())
    }
}

fn numbers<const N: usize>(value: &Value) -> [f64; N] {
    std::array::from_fn(|at| value[at].as_f64().expect("a number"))
}

/// The nearest voxel through the window of a source.
fn rendering_of(source: &Value) -> Rendering {
    let [center, width] = numbers(&source["window"]);
    let function = match source["function"].as_str() {
        Some("LINEAR") => WindowFunction::Linear,
        _ => WindowFunction::LinearExact,
    };
    let invert = source["invert"] == true;
    let window = WindowLevel {
        center,
        width,
        function,
        invert,
    };
    Rendering::new(window, Interpolation::Nearest)
}

/// Makes every picture of a source and tells those that differ; the number made comes first.
fn compare(source: &Value, loaded: &Loaded) -> (usize, Vec<String>) {
    let (volume, grid) = (&loaded.volume, loaded.volume.grid());
    let rendering = rendering_of(source);
    let channels = source["channels"].as_u64().unwrap_or_default();
    let (mut made, mut faults) = (0, Vec::new());
    let mut check = |kind: &str, line: &Value, make: &dyn Fn(&Expected<'_>) -> Picture| {
        let expected = Expected::of(line);
        made += 1;
        if let Some(fault) = expected.fault(&make(&expected), channels) {
            faults.push(format!("{} {kind} {line}: {fault}", source["path"]));
        }
    };
    let radiological = |expected: &Expected<'_>| {
        GridPlane::radiological(grid, expected.plane, expected.index).expect("a plane")
    };
    for line in source["slices"].as_array().expect("slices") {
        check("slice", line, &|expected| {
            native_slice(volume, &radiological(expected), &rendering)
        });
    }
    for line in source["stored"].as_array().expect("stored planes") {
        check("stored plane", line, &|expected| {
            let plane = GridPlane::stored(grid, expected.plane, expected.index);
            native_slice(volume, &plane.expect("a plane"), &rendering)
        });
    }
    for line in source["views"].as_array().expect("views") {
        check("view", line, &|expected| {
            let plane = radiological(expected);
            let view = SliceView::of_grid_plane(grid, &plane, expected.size_px);
            slice(volume, &view.expect("a view"), &rendering)
        });
    }
    let oblique = &source["oblique"];
    if oblique.is_object() {
        check("oblique", &oblique["picture"], &|expected| {
            let view = SliceView::new(
                PatientPoint(numbers(&oblique["centre"])),
                PatientVector(numbers(&oblique["right"])),
                PatientVector(numbers(&oblique["down"])),
                oblique["mm_per_px"].as_f64().expect("a length"),
                expected.size_px,
            );
            slice(volume, &view.expect("a view"), &rendering)
        });
    }
    (made, faults)
}

#[test]
fn nearest_slices_of_real_files_are_the_voxels_that_independent_readers_give() {
    let Some(data) = data() else { return };
    let truth: Value = serde_json::from_str(TRUTH).expect("valid JSON");
    let (mut made, mut faults, mut files) = (0, Vec::new(), 0);
    for source in truth["sources"].as_array().expect("sources") {
        let path = source["path"].as_str().expect("a path");
        let size: [f64; 3] = numbers(&source["size"]);
        let found = images(&data.join(path));
        let entry = found
            .iter()
            .find(|entry| entry.size.map(|n| n as f64) == size);
        let Some(entry) = entry else {
            let sizes: Vec<_> = found.iter().map(|entry| entry.size).collect();
            faults.push(format!("{path}: sizes {sizes:?}"));
            continue;
        };
        let (count, of_source) = compare(source, &opened(entry));
        eprintln!(
            "{path}: {} of {count} pictures equal",
            count - of_source.len()
        );
        made += count;
        files += 1;
        faults.extend(of_source);
    }
    eprintln!("{made} pictures of {files} images");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(
        files >= 20 && made >= 200,
        "{made} pictures of {files} images"
    );
}

#[test]
fn the_comparison_sees_a_plane_laid_out_otherwise_and_a_window_one_unit_away() {
    let Some(data) = data() else { return };
    let truth: Value = serde_json::from_str(TRUTH).expect("valid JSON");
    let sources = truth["sources"].as_array().expect("sources");
    let source = sources
        .iter()
        .find(|source| source["path"] == "nifti/ct-small.nii.gz");
    let mut source = source.expect("the source is there").clone();
    let entry = &images(&data.join("nifti/ct-small.nii.gz"))[0];
    let loaded = opened(entry);
    let [center, width] = numbers(&source["window"]);
    source["window"] = serde_json::json!([center + 1.0, width]);
    let (made, faults) = compare(&source, &loaded);
    assert_eq!(made, faults.len());
    source["window"] = serde_json::json!([center, width]);
    let grid = loaded.volume.grid();
    for line in source["slices"].as_array().expect("slices") {
        let expected = Expected::of(line);
        let plane = GridPlane::radiological(grid, expected.plane, expected.index);
        let mut plane = plane.expect("a plane");
        plane.right.reversed = !plane.right.reversed;
        let picture = native_slice(&loaded.volume, &plane, &rendering_of(&source));
        assert!(expected.fault(&picture, 1).is_some(), "{line}");
    }
}

/// Scans that are there twice: DICOM, NIfTI, and which volume of the one is which of the other.
///
/// Of `enh-dti-32f` the reference has one gradient direction as its first volume; its others are empty.
const PAIRS: [(&str, &str, &[[usize; 2]]); 11] = [
    (
        "ge-fmri/dicom",
        "ge-fmri/reference.nii.gz",
        &[[0, 0], [1, 1]],
    ),
    (
        "generic-nonisotropic/dicom",
        "generic-nonisotropic/reference.nii.gz",
        &[[0, 0]],
    ),
    (
        "generic-rgb/dicom",
        "generic-rgb/reference.nii.gz",
        &[[0, 0]],
    ),
    (
        "hitachi-anat/dicom",
        "hitachi-anat/reference.nii.gz",
        &[[0, 0]],
    ),
    (
        "philips-anat/dicom",
        "philips-anat/reference.nii.gz",
        &[[0, 0]],
    ),
    (
        "philips-fmri/dicom",
        "philips-fmri/reference.nii.gz",
        &[[0, 0], [1, 1], [2, 2], [3, 3]],
    ),
    (
        "philips-enh-fmri/dicom",
        "philips-enh-fmri/reference.nii.gz",
        &[[0, 0], [1, 1], [2, 2], [3, 3]],
    ),
    ("jpegls-mr/dicom", "jpegls-mr/reference.nii.gz", &[[0, 0]]),
    (
        "sag-int-35/dicom",
        "sag-int-35/reference.nii",
        &[[0, 0], [1, 1]],
    ),
    (
        "../enhanced/mr-enh-dti-32f",
        "enh-dti-32f-reference.nii.gz",
        &[[1, 0]],
    ),
    (
        "../enhanced/mr-hyperfine-8f",
        "hyperfine-reference.nii.gz",
        &[[0, 0]],
    ),
];

/// Pixels by which the pictures are moved, so that no pixel's centre lies half way between two voxels:
/// there the higher index wins, which is another voxel where an axis is stored the other way round.
const ASIDE_PX: [f64; 2] = [0.137, 0.211];
/// The pictures' size.
const SIZE_PX: [usize; 2] = [301, 299];

/// The picture that each volume gives of a plane of its own grid, through the same point of the patient
/// and under the same window.
fn pictures(volumes: [&Loaded; 2], plane: Option<Plane>, point: PatientPoint) -> [Picture; 2] {
    let range = |loaded: &Loaded| loaded.volume.range().expect("values");
    let ValueRange { min, max, .. } = range(volumes[0]);
    // not quite the range: DICOM's values are f64, some of the others were rounded to f32 before
    let window = WindowLevel::of_range(min, max + 0.0137 * (max - min));
    let rendering = Rendering::new(window, Interpolation::Nearest);
    volumes.map(|loaded| {
        let grid = loaded.volume.grid();
        let view = match plane {
            Some(plane) => {
                let axis = ViewPlane::from(plane).axis(grid);
                let at = grid.voxel_from_patient(point).0[axis].round();
                SliceView::of_plane(grid, plane, at as i64, SIZE_PX)
            }
            None => SliceView::oblique(grid, point, PatientVector([0.2, 0.3, 0.9]), SIZE_PX),
        };
        let view = view.expect("a view").panned(ASIDE_PX);
        slice(&loaded.volume, &view, &rendering)
    })
}

/// How many pixels show something in one of the pictures, and how many of these are equal in both.
fn agreement([a, b]: &[Picture; 2]) -> (usize, usize) {
    let pixels = a.pixels().iter().zip(b.pixels());
    let shown = pixels.filter(|(a, b)| a[..3] != [0; 3] || b[..3] != [0; 3]);
    shown.fold((0, 0), |(all, equal), (a, b)| {
        (all + 1, equal + usize::from(a == b))
    })
}

#[test]
fn a_scan_is_the_same_picture_as_dicom_and_as_nifti() {
    let Some(data) = data() else { return };
    let folder = data.join("dicom-as-nifti");
    let (mut made, mut faults) = (0, Vec::new());
    for (dicom, nifti, volumes) in PAIRS {
        let sides = [dicom, nifti].map(|path| images(&folder.join(path)));
        for places in volumes {
            let volume = |side: usize| opened(&sides[side][places[side]]);
            let (a, b) = (volume(0), volume(1));
            let grid = a.volume.grid();
            let point = grid.size().map(|n| (n as f64 * 0.6).floor());
            let point = grid.patient_from_voxel(VoxelPoint(point));
            for plane in [
                Some(Plane::Axial),
                Some(Plane::Coronal),
                Some(Plane::Sagittal),
                None,
            ] {
                let (shown, equal) = agreement(&pictures([&a, &b], plane, point));
                let line = format!("{dicom} {places:?} {plane:?}: {equal} of {shown} pixels");
                eprintln!("{line}");
                made += 1;
                // a plane across four slices is a narrow band
                if shown < 250 || equal != shown {
                    faults.push(line);
                }
            }
        }
    }
    assert_eq!(made, 4 * 19);
    let [dicoms, niftis] = [PAIRS[0].0, PAIRS[0].1].map(|path| images(&folder.join(path)));
    let other = [opened(&dicoms[0]), opened(&niftis[1])];
    let point = other[0].volume.grid().centre();
    let (shown, equal) = agreement(&pictures([&other[0], &other[1]], Some(Plane::Axial), point));
    assert!(
        equal * 10 < shown,
        "another volume is another picture: {equal} of {shown}"
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
