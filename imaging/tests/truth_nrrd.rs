//! Every NRRD and MetaImage of the shared folder against what pynrrd and SimpleITK saw in it.
#![allow(
    clippy::print_stderr,
    reason = "the table of agreement is the point of the test"
)]

mod shared;

use imaging::{AffineReason, ScanOptions, SeriesEntry, load, scan};
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Headers of three axes that say nothing of the patient, for which SimpleITK takes the identity.
const UNPLACED: &[&str] = &["nrrd-mha/itk/BrainProtonDensity3Slices.mha"];

/// Kinds of axes that are neither columns, rows nor planes.
const OTHER_KINDS: &[&str] = &["list", "vector"];

struct Figures {
    min: f64,
    max: f64,
    mean: f64,
}

/// Least, greatest and mean of all entries together.
fn figures(entries: &[SeriesEntry]) -> Result<Figures, String> {
    let (mut min, mut max, mut sum, mut count) = (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0);
    for entry in entries {
        let loaded = load(entry, &|_| {}, &AtomicBool::new(false)).map_err(|e| e.to_string())?;
        let range = loaded.volume.range().ok_or("no values")?;
        let voxels = loaded.volume.grid().voxel_count() as f64;
        min = f64::min(min, range.min);
        max = f64::max(max, range.max);
        sum += range.mean * voxels;
        count += voxels;
    }
    Ok(Figures {
        min,
        max,
        mean: sum / count,
    })
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().into_iter().flatten();
    list.filter_map(Value::as_f64).collect()
}

/// Columns, rows, planes and volumes that the readers saw.
fn expected_size(truth: &Value) -> Option<([usize; 3], usize)> {
    let itk = &truth["simpleitk"];
    let (list, kinds, components) = match truth["shape_ijk"].as_array() {
        Some(_) => (numbers(&truth["shape_ijk"]), truth["kinds"].as_array(), 1),
        None if itk["size"].is_array() => {
            let components = itk["components"].as_u64().unwrap_or(1);
            (numbers(&itk["size"]), None, components as usize)
        }
        None => return None,
    };
    let (mut size, mut volumes, mut axis) = ([1; 3], components, 0);
    for (n, length) in list.iter().enumerate() {
        let kind = kinds
            .and_then(|kinds| kinds[n].as_str())
            .unwrap_or("domain");
        if OTHER_KINDS.contains(&kind) || axis == 3 {
            volumes *= *length as usize;
        } else {
            size[axis] = *length as usize;
            axis += 1;
        }
    }
    Some((size, volumes))
}

/// The affine that the readers agree on, where the image has three axes of space.
fn expected_affine(truth: &Value) -> Option<[[f64; 4]; 3]> {
    let rows = truth["affine_lps"].as_array();
    if let Some(rows) = rows {
        return Some([0, 1, 2].map(|r| {
            let row = numbers(&rows[r]);
            [row[0], row[1], row[2], row[3]]
        }));
    }
    let itk = &truth["simpleitk"];
    let (direction, spacing) = (numbers(&itk["direction"]), numbers(&itk["spacing"]));
    let origin = numbers(&itk["origin"]);
    (direction.len() == 9).then(|| {
        [0, 1, 2].map(|r| {
            let step = |c: usize| direction[3 * r + c] * spacing[c];
            [step(0), step(1), step(2), origin[r]]
        })
    })
}

/// What does not agree.
fn judge(path: &str, truth: &Value, entries: &[SeriesEntry]) -> Vec<String> {
    let mut differences = Vec::new();
    let first = &entries[0];
    let Some((size, volumes)) = expected_size(truth) else {
        return vec!["read, though no other reader does".to_owned()];
    };
    if (first.size, entries.len()) != (size, volumes) {
        let seen = (first.size, entries.len());
        differences.push(format!("size {seen:?} instead of {:?}", (size, volumes)));
    }
    let spacing = numbers(&truth["simpleitk"]["spacing"]);
    for (seen, expected) in first.spacing_mm.unwrap_or_default().iter().zip(&spacing) {
        if (seen - expected).abs() > 1e-6 {
            differences.push(format!("spacing {seen} instead of {expected}"));
        }
    }
    match (expected_affine(truth), first.affine_lps) {
        (Some(_), None) if UNPLACED.contains(&path) => {
            assert_eq!(first.affine_reason, Some(AffineReason::NoGeometry));
        }
        (Some(expected), Some(seen)) => {
            let pairs = expected.iter().flatten().zip(seen.iter().flatten());
            if pairs.into_iter().any(|(a, b)| (a - b).abs() > 1e-3) {
                differences.push(format!("affine {seen:?} instead of {expected:?}"));
            }
        }
        (Some(_), None) => differences.push("no affine".to_owned()),
        (None, _) => {}
    }
    let values = match truth["values"].is_object() {
        true => &truth["values"],
        false => &truth["simpleitk"],
    };
    match figures(entries) {
        Err(reason) => differences.push(reason),
        Ok(seen) if values["min"].is_number() => {
            for (name, value) in [("min", seen.min), ("max", seen.max), ("mean", seen.mean)] {
                let expected = values[name].as_f64().unwrap_or(f64::NAN);
                if (value - expected).abs() > 1e-6 + 1e-6 * expected.abs() {
                    differences.push(format!("{name} {value} instead of {expected}"));
                }
            }
        }
        Ok(_) => {}
    }
    differences
}

/// All NRRD and MetaImage entries with their paths.
fn truths(all: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (path, truth) in all["entries"].as_object().into_iter().flatten() {
        if path.starts_with("hostile/") {
            continue;
        }
        found.push((path.clone(), truth));
        let files = truth["files"].as_object().into_iter().flatten();
        found.extend(files.map(|(name, truth)| (format!("{path}{name}"), truth)));
    }
    found.retain(|(_, truth)| matches!(truth["kind"].as_str(), Some("nrrd" | "metaimage")));
    found
}

#[test]
fn every_nrrd_and_meta_image_agrees_with_independent_readers() {
    let Some(truth) = shared::json("TRUTH.json") else {
        return;
    };
    let data = shared::data().expect("the truth was found");
    let (mut agree, mut refused) = (0, 0);
    let mut unexpected = Vec::new();
    for (path, truth) in truths(&truth) {
        let stop = AtomicBool::new(false);
        let found = scan(&[data.join(&path)], &ScanOptions::default(), &|_| {}, &stop);
        if let Some(skipped) = found.skipped.first() {
            refused += 1;
            // refused by the others too
            if expected_size(truth).is_some() {
                unexpected.push(format!("{path}: {}", skipped.reason.text()));
            }
            continue;
        }
        match judge(&path, truth, &found.series) {
            differences if differences.is_empty() => agree += 1,
            differences => unexpected.push(format!("{path}: {}", differences.join("; "))),
        }
    }
    eprintln!("agree {agree}, refused as by the others {refused}");
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    assert_eq!((agree, refused), (43, 1));
}

#[test]
fn data_files_are_passed_over_quietly_beside_their_headers() {
    let Some(data) = shared::data() else { return };
    let stop = AtomicBool::new(false);
    for folder in ["nrrd-mha/itk", "nrrd-mha/pynrrd", "nrrd-mha/dwi-451dir"] {
        let found = scan(
            &[data.join(folder)],
            &ScanOptions::default(),
            &|_| {},
            &stop,
        );
        for skipped in &found.skipped {
            let name = skipped.file.to_string_lossy().into_owned();
            let is_data = name.ends_with("raw") || name.ends_with(".raw.gz");
            assert_eq!(
                is_data,
                skipped.expected,
                "{name}: {}",
                skipped.reason.text()
            );
        }
        // the file alone, too, is known by the headers of its folder
        for skipped in found.skipped.iter().filter(|skipped| skipped.expected) {
            let alone: &Path = &skipped.file;
            let found = scan(
                &[alone.to_path_buf()],
                &ScanOptions::default(),
                &|_| {},
                &stop,
            );
            assert_eq!(
                found.skipped[0].reason.code,
                "pair_member",
                "{}",
                alone.display()
            );
        }
    }
}

#[test]
fn a_diffusion_series_tells_the_weight_of_each_volume() {
    let Some(data) = shared::data() else { return };
    let stop = AtomicBool::new(false);
    let path = data.join("nrrd-mha/dwi-451dir/multishell-DWI-451dir.nhdr");
    let found = scan(&[path], &ScanOptions::default(), &|_| {}, &stop);
    let label = |n: usize| found.series[n].stack.as_str();
    // 10000 × |g|² / max |g|², by numpy
    for (n, weight) in [
        (0, 0),
        (1, 250),
        (31, 500),
        (100, 1000),
        (200, 2500),
        (450, 10_000),
    ] {
        assert_eq!(label(n), format!("volume {} of 451, b={weight}", n + 1));
    }
    // least, greatest, mean and one voxel of single gradients, by numpy
    for (n, min, max, mean, voxel) in [
        (0, 7.0, 609.0, 147.755_102_040_816_33, 43.0),
        (1, 6.0, 431.0, 108.887_755_102_040_81, 38.0),
        (450, 12.0, 345.0, 89.244_897_959_183_67, 49.0),
    ] {
        let loaded = load(&found.series[n], &|_| {}, &stop).expect("a volume");
        let range = loaded.volume.range().expect("values");
        assert_eq!((range.min, range.max), (min, max));
        assert!((range.mean - mean).abs() < 1e-9);
        assert_eq!(
            loaded.volume.value(voxel::VoxelIndex([5, 3, 1])),
            Some(voxel)
        );
    }
}
