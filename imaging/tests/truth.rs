//! Every image of the shared folder against what independent readers saw in it.
#![allow(
    clippy::print_stderr,
    reason = "the table of agreement is the point of the test"
)]

mod shared;

use imaging::{Loaded, ScanOptions, SeriesEntry, load, scan};
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Entries that do not agree, each with its reason. A new one fails the test, and so does one of
/// these that begins to agree.
const KNOWN: &[(&str, &str)] = &[
    (
        "traps/no-number-rows.dcm",
        "Rows is missing, so the 2048 bytes have no shape: refused",
    ),
    (
        "dicom-as-nifti/sag-int-35/dicom/",
        "two mosaics: taken apart to two volumes of 35 slices, see places.rs",
    ),
    (
        "codecs/no-meta.dcm",
        "one byte too many stands before the first element: no DICOM file",
    ),
    (
        "nifti/nibabel-analyze.hdr",
        "Analyze header without its image",
    ),
    ("nifti/nibabel-nifti1.hdr", "header without its image"),
    ("nifti/nibabel-nifti2.hdr", "header without its image"),
    (
        "nifti/nibabel-row_major.dconn.nii",
        "a connectivity matrix, no picture",
    ),
];

/// What came of one entry.
#[derive(Debug)]
enum Verdict {
    Agrees,
    Differs(String),
    Refused(String),
}

/// Figures of all entries of one file or series group together.
#[derive(Debug, Default)]
struct Figures {
    min: f64,
    max: f64,
    sum: f64,
    voxels: f64,
    colour: Option<[[f64; 3]; 3]>,
}

fn found_in(path: &Path) -> Result<Vec<SeriesEntry>, String> {
    let stop = AtomicBool::new(false);
    let found = scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    );
    match found.skipped.iter().find(|skipped| !skipped.expected) {
        Some(skipped) => Err(skipped.reason.text().to_owned()),
        None => Ok(found.series),
    }
}

fn opened(entry: &SeriesEntry) -> Result<Loaded, String> {
    load(entry, &|_| {}, &AtomicBool::new(false)).map_err(|error| error.to_string())
}

/// Loads all entries and joins their figures.
fn figures(entries: &[&SeriesEntry]) -> Result<Figures, String> {
    let mut joined = Figures {
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
        ..Figures::default()
    };
    let mut colours: Vec<(f64, [voxel::ValueRange; 3])> = Vec::new();
    for entry in entries {
        let loaded = opened(entry)?;
        let voxels = loaded.volume.grid().voxel_count() as f64;
        joined.voxels += voxels;
        if let Some(colour) = loaded.colour_range {
            colours.push((voxels, colour));
            continue;
        }
        let Some(range) = loaded.volume.range() else {
            continue;
        };
        joined.min = joined.min.min(range.min);
        joined.max = joined.max.max(range.max);
        joined.sum += range.mean * voxels;
    }
    if !colours.is_empty() {
        joined.colour = Some(std::array::from_fn(|channel| {
            let means = colours
                .iter()
                .map(|(n, c)| n * c[channel].mean)
                .sum::<f64>();
            [
                colours
                    .iter()
                    .map(|(_, c)| c[channel].min)
                    .fold(f64::INFINITY, f64::min),
                colours
                    .iter()
                    .map(|(_, c)| c[channel].max)
                    .fold(0.0, f64::max),
                means / joined.voxels,
            ]
        }));
    }
    Ok(joined)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn close(a: f64, b: f64, share: f64, least: f64) -> bool {
    (a - b).abs() <= least + share * b.abs()
}

/// Compares grey or colour values with the truth of a DICOM file, group, or NIfTI file.
fn compare_values(truth: &Value, seen: &Figures, differences: &mut Vec<String>) {
    // decoders of lossy codings may round differently: of DCT by T.83, of wavelets by T.803
    let syntax = truth["transfer_syntax"].as_str().unwrap_or_default();
    let wavelets = syntax == "1.2.840.10008.1.2.4.91";
    let lossy =
        truth.get("max_abs_difference_to_first").is_some() || syntax == "1.2.840.10008.1.2.4.51";
    let ranges = truth.get("rescaled").or_else(|| truth.get("values"));
    if let (Some(range), None) = (ranges.filter(|range| range.is_object()), &seen.colour) {
        let least = if lossy || wavelets { 1.5 } else { 2e-6 };
        for (name, value) in [
            ("min", seen.min),
            ("max", seen.max),
            ("mean", seen.sum / seen.voxels),
        ] {
            let expected = number(&range[name]);
            let (share, least) = match name {
                "mean" if lossy => (0.0, 0.3),
                "mean" if wavelets => (0.0, 0.01),
                "mean" => (2e-6, 2e-6),
                _ => (1e-6, least),
            };
            if !close(value, expected, share, least) {
                differences.push(format!("{name} {value} instead of {expected}"));
            }
        }
    }
    let means = truth
        .get("rgb_mean")
        .or_else(|| truth.get("rgb_after_palette_mean"));
    if let Some(means) = means.and_then(Value::as_array) {
        let Some(colour) = seen.colour else {
            differences.push("grey instead of colour".to_owned());
            return;
        };
        for (expected, [_, _, mean]) in means.iter().zip(colour) {
            let expected = number(expected);
            let least = if lossy { 0.3 } else { 0.06 };
            if !close(mean, expected, 1e-6, least) {
                differences.push(format!("colour mean {mean} instead of {expected}"));
            }
        }
    }
}

fn compare_affine(expected: &Value, entry: &SeriesEntry, differences: &mut Vec<String>) {
    let Some(rows) = expected.as_array() else {
        return;
    };
    let Some(affine) = entry.affine_lps else {
        differences.push(format!("no affine ({:?})", entry.affine_reason));
        return;
    };
    for (row, expected) in affine.iter().zip(rows) {
        for (value, expected) in row.iter().zip(expected.as_array().into_iter().flatten()) {
            if !close(*value, number(expected), 0.0, 2e-4) {
                differences.push(format!("affine {affine:?}"));
                return;
            }
        }
    }
}

fn expect<T: Copy + PartialEq + std::fmt::Debug>(
    what: &str,
    seen: T,
    expected: T,
    differences: &mut Vec<String>,
) {
    if seen != expected {
        differences.push(format!("{what} {seen:?} instead of {expected:?}"));
    }
}

fn compare_name(truth: &Value, entry: &SeriesEntry, differences: &mut Vec<String>) {
    let Some(name) = truth.get("patient_name").filter(|name| name.is_object()) else {
        return;
    };
    let seen = &entry.patient.name;
    for (key, value) in [
        ("alphabetic", &seen.alphabetic),
        ("ideographic", &seen.ideographic),
        ("phonetic", &seen.phonetic),
    ] {
        let expected = name[key].as_str().unwrap_or_default().trim_end_matches('^');
        expect("name", value.as_str(), expected, differences);
    }
}

/// A single DICOM file.
fn judge_file(truth: &Value, entries: &[SeriesEntry]) -> Verdict {
    let mut differences = Vec::new();
    let Some(first) = entries.first() else {
        return Verdict::Refused("nothing was listed".to_owned());
    };
    if let Some(syntax) = truth["transfer_syntax"].as_str() {
        expect(
            "transfer syntax",
            first.transfer_syntax.as_str(),
            syntax,
            &mut differences,
        );
    }
    compare_name(truth, first, &mut differences);
    let is_image = truth
        .get("columns")
        .is_some_and(|columns| !columns.is_null());
    if !is_image {
        expect("image", first.is_image, false, &mut differences);
        return verdict(&differences);
    }
    let frames: usize = entries.iter().map(|entry| entry.frames).sum();
    expect(
        "frames",
        frames as u64,
        truth["frames"].as_u64().unwrap_or(1),
        &mut differences,
    );
    expect(
        "columns",
        first.size[0] as u64,
        truth["columns"].as_u64().unwrap_or(0),
        &mut differences,
    );
    expect(
        "rows",
        first.size[1] as u64,
        truth["rows"].as_u64().unwrap_or(0),
        &mut differences,
    );
    compare_spacing(&truth["geometry"], first, &mut differences);
    compare_regions(&truth["ultrasound_regions"], first, &mut differences);
    if truth.get("pixels").is_some_and(Value::is_null) {
        // no other reader decoded it: a refusal is right, and so is a picture
        return verdict(&differences);
    }
    match figures(&entries.iter().collect::<Vec<_>>()) {
        Ok(seen) => {
            compare_values(truth, &seen, &mut differences);
            verdict(&differences)
        }
        Err(reason) => Verdict::Refused(reason),
    }
}

fn compare_spacing(geometry: &Value, entry: &SeriesEntry, differences: &mut Vec<String>) {
    let spacing = geometry
        .get("pixel_spacing_col_row")
        .and_then(Value::as_array);
    if let Some([column, row]) = spacing.map(Vec::as_slice) {
        let (column, row) = (number(column), number(row));
        if column <= 0.0 || row <= 0.0 {
            expect("spacing", entry.spacing_mm, None, differences);
        } else {
            let seen = entry.spacing_mm.unwrap_or_default();
            if !close(seen[0], column, 1e-6, 1e-6) || !close(seen[1], row, 1e-6, 1e-6) {
                differences.push(format!("spacing {seen:?} instead of {column}, {row}"));
            }
        }
    }
    let lone_volume = geometry["volumes"].as_u64() == Some(1)
        && geometry["slice_distance_regular"].as_bool() != Some(false);
    if lone_volume {
        compare_affine(
            &geometry["affine_lps_slices_along_normal"],
            entry,
            differences,
        );
    }
    if let Some(origin) = geometry.get("ipp").and_then(Value::as_array) {
        let seen = entry.affine_lps.unwrap_or_default();
        let is_same = origin
            .iter()
            .zip(seen)
            .all(|(expected, row)| close(row[3], number(expected), 0.0, 1e-3));
        if !is_same {
            differences.push(format!("origin of {seen:?} instead of {origin:?}"));
        }
    }
}

/// Calibrated ultrasound regions: all that lie in the image, cut at its border.
fn compare_regions(truth: &Value, entry: &SeriesEntry, differences: &mut Vec<String>) {
    let Some(truth) = truth.as_array() else {
        return;
    };
    let figure = |region: &Value, name: &str| number(&region[name]);
    let [columns, rows] = [entry.size[0] as f64, entry.size[1] as f64];
    let expected: Vec<Vec<f64>> = truth
        .iter()
        .filter(|region| figure(region, "x0") < columns && figure(region, "y0") < rows)
        .map(|region| {
            let mut figures = vec![
                figure(region, "x0"),
                figure(region, "y0"),
                figure(region, "x1").min(columns - 1.0),
                figure(region, "y1").min(rows - 1.0),
            ];
            let others = [
                "dx",
                "dy",
                "unit_x",
                "unit_y",
                "spatial_format",
                "data_type",
            ];
            figures.extend(others.map(|name| figure(region, name)));
            figures
        })
        .collect();
    let seen: Vec<Vec<f64>> = entry
        .regions
        .iter()
        .map(|region| {
            let [x, y] = region.first.map(f64::from);
            let [u, v] = region.last.map(f64::from);
            let [dx, dy] = region.deltas;
            let [unit_x, unit_y] = region.units.map(f64::from);
            let kinds = [region.spatial_format, region.data_type].map(f64::from);
            vec![x, y, u, v, dx, dy, unit_x, unit_y, kinds[0], kinds[1]]
        })
        .collect();
    let is_same = seen.len() == expected.len()
        && seen
            .iter()
            .flatten()
            .zip(expected.iter().flatten())
            .all(|(seen, expected)| close(*seen, *expected, 1e-6, 1e-8));
    if !is_same {
        differences.push(format!("regions {seen:?} instead of {expected:?}"));
    }
}

fn verdict(differences: &[String]) -> Verdict {
    if differences.is_empty() {
        Verdict::Agrees
    } else {
        Verdict::Differs(differences.join("; "))
    }
}

/// A folder of DICOM files: each group of the truth is found by its series and matrix.
fn judge_folder(truth: &Value, entries: &[SeriesEntry]) -> Verdict {
    let groups = truth["groups"].as_array().cloned().unwrap_or_default();
    let mut differences = Vec::new();
    for group in &groups {
        let uid = group["series_uid"].as_str();
        let mut members: Vec<&SeriesEntry> = entries
            .iter()
            .filter(|entry| {
                entry.series_uid.as_deref().unwrap_or_default() == uid.unwrap_or_default()
            })
            .filter(|entry| {
                let Some(spacing) = group["spacing_col_row"].as_array() else {
                    return true;
                };
                let seen = entry.spacing_mm.unwrap_or_default();
                close(seen[0], number(&spacing[0]), 1e-6, 1e-6)
            })
            .collect();
        if let (Some(file), Some(_)) = (group["file"].as_str(), group.get("single")) {
            members.retain(|entry| entry.files.iter().any(|path| path.ends_with(file)));
        }
        if members.is_empty() {
            differences.push(format!("series {uid:?} is not listed"));
            continue;
        }
        if let Some(single) = group.get("single") {
            let owned: Vec<SeriesEntry> = members.into_iter().cloned().collect();
            match judge_file(single, &owned) {
                Verdict::Agrees => {}
                Verdict::Differs(text) => differences.push(text),
                Verdict::Refused(text) => return Verdict::Refused(text),
            }
            continue;
        }
        compare_name(group, members[0], &mut differences);
        let planes: usize = members.iter().map(|entry| entry.frames).sum();
        expect(
            "planes",
            planes as u64,
            group["files"].as_u64().unwrap_or(0),
            &mut differences,
        );
        if !group["affine_lps"].is_null() {
            compare_affine(&group["affine_lps"], members[0], &mut differences);
        } else {
            expect("affine", members[0].affine_lps, None, &mut differences);
        }
        match figures(&members) {
            Ok(seen) => compare_values(group, &seen, &mut differences),
            Err(reason) => return Verdict::Refused(reason),
        }
        if let (Some(means), [only]) = (group["slice_means"].as_array(), members.as_slice()) {
            compare_planes(means, only, &mut differences);
        }
    }
    verdict(&differences)
}

/// The mean of each plane, which no wrong order of slices survives.
fn compare_planes(means: &[Value], entry: &SeriesEntry, differences: &mut Vec<String>) {
    if means.len() != entry.size[2] || entry.channels != 1 {
        return;
    }
    let Ok(loaded) = opened(entry) else { return };
    let plane = entry.size[0] * entry.size[1];
    for (k, expected) in means.iter().enumerate() {
        let rescale = loaded.volume.rescale_of_plane(k);
        let sum: f64 = (k * plane..(k + 1) * plane)
            .filter_map(|position| loaded.volume.samples().number(position))
            .map(|stored| rescale.apply(stored))
            .sum();
        let mean = sum / plane as f64;
        if !close(mean, number(expected), 1e-4, 0.3) {
            differences.push(format!("plane {k} has mean {mean} instead of {expected}"));
            return;
        }
    }
}

fn judge_nifti(truth: &Value, entries: &[SeriesEntry]) -> Verdict {
    let Some(first) = entries.first() else {
        return Verdict::Refused("nothing was listed".to_owned());
    };
    let mut differences = Vec::new();
    let shape: Vec<u64> = truth["shape"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    for (axis, seen) in first.size.iter().enumerate() {
        let expected = shape.get(axis).copied().unwrap_or(1);
        expect("size", *seen as u64, expected, &mut differences);
    }
    let volumes: u64 = shape.iter().skip(3).product();
    expect("volumes", entries.len() as u64, volumes, &mut differences);
    compare_affine(&truth["affine_lps"], first, &mut differences);
    match figures(&entries.iter().collect::<Vec<_>>()) {
        Ok(seen) if truth["values"].get("not_finite").is_some() => {
            // means over finite voxels need their number, which the figures do not carry
            for (what, value) in [("min", seen.min), ("max", seen.max)] {
                let expected = number(&truth["values"][what]);
                if !close(value, expected, 1e-6, 1e-6) {
                    differences.push(format!("{what} {value} instead of {expected}"));
                }
            }
        }
        Ok(seen) => compare_values(truth, &seen, &mut differences),
        Err(reason) => return Verdict::Refused(reason),
    }
    verdict(&differences)
}

#[test]
fn every_image_agrees_with_independent_readers_but_for_the_named_ones() {
    let Some(truth) = shared::json("TRUTH.json") else {
        return;
    };
    let data = shared::data().expect("the truth was found");
    let mut counts = [0_usize; 3];
    let mut unexpected = Vec::new();
    for (path, truth) in truth["entries"].as_object().into_iter().flatten() {
        if path.starts_with("hostile/") {
            continue;
        }
        let judge: fn(&Value, &[SeriesEntry]) -> Verdict = match truth["kind"].as_str() {
            Some("dicom") => judge_file,
            Some("dicom-folder") => judge_folder,
            Some("nifti") => judge_nifti,
            _ => continue,
        };
        let verdict = match found_in(&data.join(path)) {
            Ok(entries) => judge(truth, &entries),
            Err(reason) => Verdict::Refused(reason),
        };
        let known = KNOWN.iter().any(|(name, _)| name == path);
        let agrees = matches!(verdict, Verdict::Agrees);
        match &verdict {
            Verdict::Agrees => counts[0] += 1,
            Verdict::Differs(_) => counts[1] += 1,
            Verdict::Refused(_) => counts[2] += 1,
        }
        if known == agrees {
            unexpected.push(format!("{path}: {verdict:?}"));
        }
    }
    eprintln!(
        "agree {}, differ {}, refused {}",
        counts[0], counts[1], counts[2]
    );
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
}

#[test]
fn the_whole_archive_is_listed_with_an_id_for_each_entry() {
    let Some(data) = shared::data() else { return };
    let begun = std::time::Instant::now();
    let found = scan(
        &[data],
        &ScanOptions::default(),
        &|_| {},
        &AtomicBool::new(false),
    );
    eprintln!(
        "{} entries, {} files in none, {:?}",
        found.series.len(),
        found.skipped.len(),
        begun.elapsed()
    );
    let mut ids: Vec<&str> = found.series.iter().map(|entry| entry.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), found.series.len());
    for entry in found.series.iter().filter(|entry| entry.is_image) {
        assert_eq!(entry.frames, entry.size[2], "{}", entry.id);
        assert_eq!(entry.affine_lps.is_none(), entry.affine_reason.is_some());
    }
}
