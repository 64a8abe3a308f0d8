//! Every photograph and slide of the shared folder against what Pillow saw in it.
#![allow(
    clippy::print_stderr,
    reason = "the table of agreement is the point of the test"
)]

mod shared;

use imaging::{Loaded, ScanOptions, ScanResult, load, scan};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use voxel::Samples;

fn found(path: &Path) -> ScanResult {
    let stop = AtomicBool::new(false);
    scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    )
}

/// Red, green, blue of each pixel of the first plane, as Pillow converts them.
fn rgb(loaded: &Loaded, pixels: usize, bits: u32) -> Vec<u8> {
    match loaded.volume.samples() {
        Samples::Rgb8(all) => all[..pixels].iter().flatten().copied().collect(),
        Samples::U8(all) => {
            let scale = if bits == 1 { 255 } else { 1 };
            all[..pixels].iter().flat_map(|v| [v * scale; 3]).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What is wrong with one photograph, or nothing.
fn judge(path: &Path, truth: &Value) -> Result<(), String> {
    let found = found(path);
    let format = truth["format"].as_str().unwrap_or_default();
    if format == "GIF" {
        let skipped = found.skipped.first().ok_or("a GIF was read")?;
        let reason = &skipped.reason;
        return match (reason.code.as_str(), reason.text().contains("GIF")) {
            ("format_later", true) => Ok(()),
            _ => Err(reason.text().to_owned()),
        };
    }
    let opened = match found.series.first() {
        None => Err(found.skipped[0].reason.text().to_owned()),
        Some(entry) => load(entry, &|_| {}, &AtomicBool::new(false)).map_err(|e| e.to_string()),
    };
    if truth.get("unreadable").is_some() {
        return match opened {
            Ok(loaded) if loaded.problems.is_empty() => Err("read without a word".to_owned()),
            _ => Ok(()),
        };
    }
    let (entry, loaded) = (&found.series[0], opened?);
    let size = [&truth["width"], &truth["height"]].map(|n| n.as_u64().unwrap_or(0) as usize);
    if [entry.size[0], entry.size[1]] != size {
        return Err(format!("size {:?} instead of {size:?}", entry.size));
    }
    if entry.bits_stored as u64 != truth["bits"].as_u64().unwrap_or(0) && truth["mode"] != "P" {
        return Err(format!("{} bits", entry.bits_stored));
    }
    let pixels = size[0] * size[1];
    if let (Some(sha), Samples::U16(all)) =
        (truth["stored_sha256"].as_str(), loaded.volume.samples())
    {
        let bytes: Vec<u8> = all.iter().flat_map(|v| v.to_le_bytes()).collect();
        return match hex(&bytes) == sha {
            true => Ok(()),
            false => Err("16-bit values differ".to_owned()),
        };
    }
    let seen = rgb(&loaded, pixels, entry.bits_stored);
    let compressed = truth["pages"][0]["compression"].as_u64();
    let is_exact = format == "PNG" || format == "TIFF" && compressed != Some(7);
    if is_exact && truth["rgb_sha256"] != hex(&seen) {
        return Err("pixels differ".to_owned());
    }
    for channel in 0..3 {
        let mean = seen
            .iter()
            .skip(channel)
            .step_by(3)
            .map(|v| f64::from(*v))
            .sum::<f64>();
        let (mean, expected) = (mean / pixels as f64, truth["rgb_mean"][channel].as_f64());
        let expected = expected.unwrap_or(f64::NAN);
        if mean.is_nan() || (mean - expected).abs() > 0.3 {
            return Err(format!("mean {mean} instead of {expected}"));
        }
    }
    Ok(())
}

#[test]
fn every_photograph_and_slide_agrees_with_an_independent_reader() {
    let Some(truth) = shared::json("TRUTH.json") else {
        return;
    };
    let data = shared::data().expect("the truth was found");
    let (mut agree, mut wrong) = (0, Vec::new());
    for (name, truth) in truth["entries"].as_object().into_iter().flatten() {
        if truth["kind"] != "photo" {
            continue;
        }
        match judge(&data.join(name), truth) {
            Ok(()) => agree += 1,
            Err(why) => wrong.push(format!("{name}: {why}")),
        }
    }
    eprintln!("agree {agree}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(agree > 80, "only {agree} photographs");
}

#[test]
fn a_film_is_named_and_companions_are_passed_over_in_a_folder() {
    let Some(data) = shared::data() else { return };
    let film = found(&data.join("modalities/surgery/overlay.mp4"));
    assert_eq!(film.skipped[0].reason.code, "film");
    let folder = found(&data.join("modalities/surgery"));
    let told: Vec<_> = folder
        .skipped
        .iter()
        .filter(|skipped| !skipped.expected)
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(folder.series.len(), 6);
}

#[test]
fn a_slide_of_aperio_has_its_scale_and_its_label_apart() {
    let Some(data) = shared::data() else { return };
    let found = found(&data.join("modalities/pathology/CMU-1-Small-Region.svs"));
    let stacks: Vec<&str> = found
        .series
        .iter()
        .map(|entry| entry.stack.as_str())
        .collect();
    assert_eq!(stacks, ["", "thumbnail", "label image", "macro image"]);
    let spacing = found.series[0].spacing_mm.expect("MPP stands in the file");
    assert!((spacing[0] - 0.000_499).abs() < 1e-9, "{spacing:?}");
    assert!(found.series[2].spacing_mm.is_none());
}

#[test]
fn a_pyramid_is_one_entry_at_its_full_size_when_that_fits() {
    let Some(data) = shared::data() else { return };
    let found = found(&data.join("modalities/pathology/small_HE_levels.tiff"));
    assert_eq!(found.series.len(), 1);
    assert_eq!(found.series[0].stack, "level 1 of 4");
    assert_eq!(found.series[0].size, [300, 250, 1]);
}

#[test]
fn two_planes_of_an_ome_file_are_one_stack() {
    let Some(data) = shared::data() else { return };
    let found = found(&data.join("modalities/pathology/cells-2z.ome.tif"));
    assert_eq!(found.series.len(), 1);
    assert_eq!(found.series[0].size, [93, 131, 2]);
}

#[test]
fn instances_of_a_dicom_slide_name_their_level() {
    let Some(data) = shared::data() else { return };
    let stack = |name: &str| found(&data.join(name)).series[0].stack.clone();
    assert_eq!(stack("vl-wsi/wsi-tiles-rgb.dcm"), "level of 50 × 50");
    assert_eq!(
        stack("modalities/pathology/openslide/boxes_1.dcm"),
        "thumbnail 16 × 16"
    );
}
