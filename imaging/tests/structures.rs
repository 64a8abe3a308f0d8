//! Structures of real files against what pydicom reads in them, and their masks against masks that numpy makes
//! centre by centre (`tests/independent/structures.py`, which two more libraries agree with to the voxel).
#![allow(
    clippy::print_stderr,
    reason = "the table of agreement is the point of the test"
)]

mod shared;

use imaging::{
    Contour, ContourKind, ScanOptions, Structure, StructureFault, StructureSet, load, scan,
    structure_set,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use voxel::{ContourFault, Error, Grid, Mask, PatientPoint};

fn truth() -> Value {
    let text = include_str!("../../tests/independent/structures.json");
    serde_json::from_str(text).expect("valid JSON")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a Vec<Value> {
    value[name].as_array().expect(name)
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect(name)
}

fn words(value: &Value, name: &str) -> Vec<String> {
    let words = list(value, name).iter();
    words
        .map(|uid| uid.as_str().expect(name).to_owned())
        .collect()
}

/// The start of a hash, as the script writes it.
fn short(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A contour as a line of the truth: kind, number of points, hash of their bits, image.
fn line(contour: &Contour) -> String {
    let kind = match contour.kind {
        ContourKind::Point => "POINT",
        ContourKind::OpenPlanar => "OPEN_PLANAR",
        ContourKind::OpenNonplanar => "OPEN_NONPLANAR",
        ContourKind::ClosedPlanar => "CLOSED_PLANAR",
        ContourKind::ClosedPlanarXor => "CLOSEDPLANAR_XOR",
    };
    let numbers = contour.points_mm.iter().flatten();
    let bytes: Vec<u8> = numbers.flat_map(|number| number.to_le_bytes()).collect();
    let image = contour.referenced_image.as_deref().unwrap_or_default();
    format!(
        "{kind} {} {} {image}",
        contour.points_mm.len(),
        short(&bytes)
    )
}

fn compare_structure(found: &Structure, expected: &Value) {
    let name = word(expected, "name");
    assert_eq!(found.name, name);
    assert_eq!(Some(found.number), expected["number"].as_i64(), "{name}");
    let color = found.color.map(|color| color.map(u64::from).to_vec());
    let told: Vec<_> = list(expected, "color")
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    assert_eq!(color, Some(told), "{name}");
    assert_eq!(
        found.interpreted_type.as_deref(),
        expected["type"].as_str(),
        "{name}"
    );
    assert_eq!(
        found.frame_of_reference_uid.as_deref(),
        expected["frame"].as_str(),
        "{name}"
    );
    let lines: Vec<String> = found.contours.iter().map(line).collect();
    assert_eq!(
        Some(lines.len() as u64),
        expected["contours"].as_u64(),
        "{name}"
    );
    assert_eq!(lines[0], word(expected, "first"), "{name}");
    assert_eq!(
        short(lines.join("\n").as_bytes()),
        word(expected, "all"),
        "{name}"
    );
    assert_eq!(
        (found.unread_contours, found.problems.len()),
        (0, 0),
        "{name}"
    );
}

#[test]
fn structures_of_real_files_are_those_that_pydicom_reads() {
    let Some(data) = shared::data() else { return };
    let truth = truth();
    for expected in list(&truth, "sets") {
        let path = word(expected, "path");
        let found = structure_set(&data.join(path)).expect("a readable structure set");
        assert_eq!(found.label, word(expected, "label"), "{path}");
        assert_eq!(found.series_uids, words(expected, "series"), "{path}");
        assert_eq!(
            found.frame_of_reference_uids,
            words(expected, "frames"),
            "{path}"
        );
        let rois = list(expected, "rois");
        assert_eq!(found.rois.len(), rois.len(), "{path}");
        for (structure, expected) in found.rois.iter().zip(rois) {
            compare_structure(structure, expected);
        }
    }
}

/// Grids of images that are asked for again.
struct Images {
    data: PathBuf,
    opened: BTreeMap<String, (String, Grid)>,
}

impl Images {
    /// Series Instance UID and grid of the image in a folder; of that size where there are several.
    fn grid(&mut self, path: &str, size: Option<&Value>) -> &(String, Grid) {
        let data = &self.data;
        let open = || {
            let stop = AtomicBool::new(false);
            let found = scan(&[data.join(path)], &ScanOptions::default(), &|_| {}, &stop);
            let is_meant =
                |found: &[usize; 3]| size.is_none_or(|size| *size == serde_json::json!(found));
            let entry = found
                .series
                .iter()
                .find(|entry| entry.is_image && is_meant(&entry.size));
            let entry = entry.unwrap_or_else(|| panic!("{path}: no image of {size:?}"));
            let loaded = load(entry, &|_| {}, &stop).expect("a readable series");
            let uid = entry.series_uid.clone().expect("a series");
            (uid, loaded.volume.grid().clone())
        };
        self.opened.entry(path.to_owned()).or_insert_with(open)
    }
}

/// What differs of a mask from its description; nothing if it is the same.
fn difference(mask: &Mask, expected: &Value) -> Option<String> {
    let mut rows: BTreeMap<(i64, i64), Vec<String>> = BTreeMap::new();
    let (mut sums, mut count) = ([0.0; 3], 0.0);
    mask.for_each_run(|run| {
        let runs = rows.entry((run.j, run.k)).or_default();
        runs.push(format!("{}-{}", run.i0, run.i1));
        let length = run.len() as f64;
        count += length;
        let middle = (run.i0 + run.i1 - 1) as f64 / 2.0;
        for (sum, value) in sums.iter_mut().zip([middle, run.j as f64, run.k as f64]) {
            *sum += length * value;
        }
    });
    // in order of k, then j
    let mut lines: Vec<_> = rows
        .into_iter()
        .map(|((j, k), runs)| (k, j, runs.join(" ")))
        .collect();
    lines.sort();
    let lines: Vec<String> = lines
        .iter()
        .map(|(k, j, runs)| format!("{j} {k} {runs}"))
        .collect();
    let told =
        |name: &str, found: Value| (expected[name] != found).then(|| format!("{name} {found}"));
    let absent = list(expected, "some")
        .iter()
        .find(|row| !lines.iter().any(|line| *row == line));
    let bounds = mask.bounding_box().map(|bounds| [bounds.min, bounds.max]);
    let centroid = list(expected, "centroid").iter().filter_map(Value::as_f64);
    let apart = sums
        .iter()
        .zip(centroid)
        .map(|(sum, told)| (sum / count - told).abs());
    let apart = apart.fold(0.0, f64::max);
    told("voxels", mask.count().into())
        .or_else(|| told("box", serde_json::json!(bounds)))
        .or_else(|| (apart > 1e-8).then(|| format!("centroid {apart} away")))
        .or_else(|| absent.map(|row| format!("not the row {row}")))
        .or_else(|| told("rows", lines.len().into()))
        .or_else(|| told("hash", short(lines.join("\n").as_bytes()).into()))
}

/// A refusal that the truth also expects.
fn is_expected_refusal(error: &Error, expected: &Value) -> bool {
    let Error::Contour { fault, .. } = error else {
        return false;
    };
    expected["refused"] == "off_plane" && matches!(fault, ContourFault::OffPlane { .. })
}

/// The mask by the door that is meant for it: with the check of the series for its own, without for others.
fn mask_of(
    set: &StructureSet,
    expected: &Value,
    series_uid: &str,
    grid: &Grid,
) -> Result<Mask, Error> {
    let number = expected["roi"].as_i64();
    let structure = set
        .rois
        .iter()
        .find(|roi| Some(roi.number) == number)
        .expect("a structure");
    let on_series = set.mask_on(structure, series_uid, grid);
    if expected["own"] == false {
        assert_eq!(on_series.err(), Some(StructureFault::OtherSeries));
        return Mask::from_contours(grid, &structure.closed_contours());
    }
    on_series.map_err(|fault| match fault {
        StructureFault::Contours(error) => error,
        other => panic!("{other}"),
    })
}

#[test]
fn masks_of_real_structures_are_those_that_an_independent_script_makes() {
    let Some(data) = shared::data() else { return };
    let truth = truth();
    let mut images = Images {
        data: data.clone(),
        opened: BTreeMap::new(),
    };
    let (mut equal, mut refused, mut faults) = (0, 0, Vec::new());
    for expected in list(&truth, "masks") {
        let (path, folder) = (word(expected, "set"), word(expected, "images"));
        let set = structure_set(&data.join(path)).expect("a readable structure set");
        let (series_uid, grid) = images.grid(folder, None);
        match mask_of(&set, expected, series_uid, grid) {
            Ok(mask) => match difference(&mask, expected) {
                None => equal += 1,
                Some(fault) => faults.push(format!("{path} on {folder}: {fault}")),
            },
            Err(error) if is_expected_refusal(&error, expected) => refused += 1,
            Err(error) => faults.push(format!("{path} on {folder}: {error}")),
        }
    }
    eprintln!("{equal} masks equal, {refused} refused by both");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(equal >= 10 && refused == 4, "{equal} {refused}");
}

#[test]
fn lines_drawn_on_real_grids_have_the_masks_that_an_independent_script_makes() {
    let Some(data) = shared::data() else { return };
    let truth = truth();
    let mut images = Images {
        data,
        opened: BTreeMap::new(),
    };
    let mut faults = Vec::new();
    for expected in list(&truth, "drawn") {
        let path = word(expected, "images");
        let (_, grid) = images.grid(path, Some(&expected["size"]));
        let points = |line: &Value| -> Vec<PatientPoint> {
            let numbers: Vec<f64> = line
                .as_array()
                .expect("numbers")
                .iter()
                .filter_map(Value::as_f64)
                .collect();
            numbers
                .as_chunks::<3>()
                .0
                .iter()
                .copied()
                .map(PatientPoint)
                .collect()
        };
        let lines: Vec<_> = list(expected, "contours").iter().map(points).collect();
        let name = format!("{path} across axis {}", expected["axis"]);
        match Mask::from_contours(grid, &lines) {
            Ok(mask) => match difference(&mask, expected) {
                None => eprintln!("{name}: {} voxels equal", mask.count()),
                Some(fault) => faults.push(format!("{name}: {fault}")),
            },
            Err(error) => faults.push(format!("{name}: {error}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn one_tumour_has_the_same_place_on_every_series_of_its_frame_of_reference() {
    let Some(data) = shared::data() else { return };
    let mut images = Images {
        data: data.clone(),
        opened: BTreeMap::new(),
    };
    let folder = Path::new("modalities/pet-ct-mr/sts-008");
    let centre = |name: &str, images: &mut Images| {
        let set = structure_set(&data.join(folder).join(format!("{name}-mask/RS.dcm")));
        let set = set.expect("a readable structure set");
        let path = folder.join(format!("{name}-image")).display().to_string();
        let (series_uid, grid) = images.grid(&path, None);
        let mask = set.mask_on(&set.rois[0], series_uid, grid).expect("a mask");
        (
            grid.patient_from_voxel(mask.centroid().expect("a voxel")),
            mask.count() as f64 * grid.voxel_volume_mm3(),
        )
    };
    let [(ct, ct_mm3), (pet, pet_mm3), (mr, mr_mm3)] =
        ["CT", "PET", "MR_T1"].map(|name| centre(name, &mut images));
    eprintln!("CT {ct:?} {ct_mm3:.0} mm³, PET {pet:?} {pet_mm3:.0}, MR {mr:?} {mr_mm3:.0}");
    assert!(ct.distance_mm(mr) < 0.1 && ct.distance_mm(pet) < 1.0);
    assert!((ct_mm3 / mr_mm3 - 1.0).abs() < 0.01 && (ct_mm3 / pet_mm3 - 1.0).abs() < 0.05);
}
