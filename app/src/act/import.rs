//! From scanned series to cases of a project: one case per DICOM study, or per other file.

use crate::language::Words;
use crate::sentence::stack_words;
use imaging::{Format, SeriesEntry};
use project::{NewCase, NewFile, NewSeries, PatientIdentity};
use std::collections::BTreeMap;
use std::path::Path;

/// A text of a file as people write it: `THORAX^ROUTINE` without the sign by which some scanners part
/// its words, and without needless blanks.
#[must_use]
pub fn shown_text(text: &str) -> String {
    text.split(|c: char| c == '^' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A series' name as lists show it, with what tells its stack from its sisters.
#[must_use]
pub fn series_name(entry: &SeriesEntry, words: &Words) -> String {
    let base = if entry.description.is_empty() {
        entry.modality.clone()
    } else {
        entry.description.clone()
    };
    let name = format!("{base} {}", stack_words(entry, words));
    let name = shown_text(&name);
    if name.is_empty() {
        entry.id.clone()
    } else {
        name
    }
}

/// A study in words: modality, region, description.
#[must_use]
pub fn study_name(entry: &SeriesEntry) -> String {
    let description = match (&entry.study_description, &entry.body_part) {
        (study, _) if !study.is_empty() => study.as_str(),
        (_, part) if !part.is_empty() => part,
        _ if entry.study_uid.is_none() => &entry.description,
        _ => "",
    };
    let description = shown_text(description);
    // Many scanners write the modality into the description: "CT CHEST".
    let names_modality = description.split_whitespace().next() == Some(entry.modality.as_str());
    let modality = if names_modality {
        ""
    } else {
        entry.modality.as_str()
    };
    [modality, &description]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A patient's name in the script that the reader of a Japanese hospital expects first.
#[must_use]
pub fn patient_name(entry: &SeriesEntry) -> String {
    let name = &entry.patient.name;
    let first = [&name.ideographic, &name.alphabetic, &name.phonetic]
        .into_iter()
        .find(|part| !part.is_empty());
    first.map_or_else(String::new, |part| shown_text(part))
}

/// `20261012` as `2026-10-12`; anything else as it is.
#[must_use]
pub fn date_text(date: &str) -> String {
    let is_date = date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit());
    match (is_date, date.get(..4), date.get(4..6), date.get(6..)) {
        (true, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => date.to_owned(),
    }
}

/// Pixel and step in mm, each once: a square pixel is one number, one plane has no step.
#[must_use]
pub fn steps_text([x, y, z]: [f64; 3], planes: usize) -> String {
    let mut steps = vec![format!("{x:.3}")];
    let y = format!("{y:.3}");
    if y != steps[0] {
        steps.push(y);
    }
    if planes > 1 {
        steps.push(format!("{z:.3}"));
    }
    format!("{} mm", steps.join(" × "))
}

/// The name of a transfer syntax, as conformance statements write it; an unknown one by its number.
#[must_use]
pub fn syntax_text(uid: &str) -> String {
    let name = match uid.strip_prefix("1.2.840.10008.1.2") {
        Some("") => "Implicit VR Little Endian",
        Some(".1") => "Explicit VR Little Endian",
        Some(".1.99") => "Deflated Explicit VR Little Endian",
        Some(".2") => "Explicit VR Big Endian",
        Some(".4.50") => "JPEG Baseline",
        Some(".4.51") => "JPEG Extended",
        Some(".4.57" | ".4.70") => "JPEG Lossless",
        Some(".4.80") => "JPEG-LS Lossless",
        Some(".4.81") => "JPEG-LS Near-lossless",
        Some(".4.90") => "JPEG 2000 Lossless",
        Some(".4.91") => "JPEG 2000",
        Some(".4.201" | ".4.202") => "HTJ2K Lossless",
        Some(".4.203") => "HTJ2K",
        Some(".5") => "RLE Lossless",
        _ => uid,
    };
    name.to_owned()
}

/// The key of the word for what [`syntax_text`] names: other formats have a type of values only.
#[must_use]
pub fn syntax_key(entry: &SeriesEntry) -> &'static str {
    match entry.format {
        Format::Dicom => "import-detail-syntax",
        _ => "import-detail-type",
    }
}

/// What makes a case of a series: its DICOM study, or the file itself.
#[must_use]
pub fn study_key(entry: &SeriesEntry) -> String {
    let study = entry.study_uid.clone();
    study.unwrap_or_else(|| format!("file:{}", entry.id))
}

/// Groups images into cases, in the order in which their studies were found. Series that are no
/// images are left out.
#[must_use]
pub fn cases_of(entries: &[SeriesEntry], by_reference: bool) -> Vec<NewCase> {
    let mut order = Vec::new();
    let mut studies: BTreeMap<String, Vec<&SeriesEntry>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.is_image) {
        let key = study_key(entry);
        let series = studies.entry(key.clone()).or_default();
        if series.is_empty() {
            order.push(key);
        }
        series.push(entry);
    }
    order
        .into_iter()
        .filter_map(|key| studies.remove(&key))
        .map(|series| case_of(&series, by_reference))
        .collect()
}

fn case_of(series: &[&SeriesEntry], by_reference: bool) -> NewCase {
    // The greatest series speaks for the study.
    let main = series.iter().max_by_key(|entry| entry.frames);
    let (study_uid, patient, meta) = main.map_or_else(Default::default, |entry| {
        let patient = PatientIdentity {
            id: entry.patient.id.clone(),
            sex: (!entry.patient.sex.is_empty()).then(|| entry.patient.sex.clone()),
        };
        let meta = serde_json::json!({
            "study": study_name(entry),
            "modality": entry.modality,
            "study_date": entry.study_date,
        });
        (entry.study_uid.clone(), patient, meta)
    });
    NewCase {
        study_uid,
        patient,
        meta,
        number: None,
        group: None,
        series: series.iter().map(|entry| new_series(entry)).collect(),
        by_reference,
    }
}

fn new_series(entry: &SeriesEntry) -> NewSeries {
    let name = |path: &Path| {
        path.file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    };
    NewSeries {
        modality: entry.modality.clone(),
        grid: entry.grid.clone(),
        meta: serde_json::to_value(entry).unwrap_or_default(),
        files: entry
            .files
            .iter()
            .map(|path| new_file(name(path), path))
            .collect(),
    }
}

/// A file on disc, or one inside an archive, which is read through it.
fn new_file(name: String, path: &Path) -> NewFile {
    if path.is_file() {
        return NewFile::plain(name, path.to_path_buf());
    }
    let inside = path.to_path_buf();
    let open = move || -> std::io::Result<Box<dyn std::io::Read>> {
        let bytes = imaging::open(&inside).map_err(std::io::Error::other)?;
        Ok(Box::new(bytes))
    };
    NewFile::inside(name, path.to_path_buf(), std::sync::Arc::new(open))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn dates_and_transfer_syntaxes_are_written_as_people_read_them() {
        assert_eq!(date_text("20261012"), "2026-10-12");
        assert_eq!(date_text("2026.10"), "2026.10");
        assert_eq!(syntax_text("1.2.840.10008.1.2.4.70"), "JPEG Lossless");
        assert_eq!(syntax_text("1.2.3"), "1.2.3");
    }

    #[test]
    fn steps_are_told_once_where_they_are_alike() {
        assert_eq!(steps_text([0.7, 0.7, 1.25], 10), "0.700 × 1.250 mm");
        assert_eq!(steps_text([0.7, 0.8, 1.25], 10), "0.700 × 0.800 × 1.250 mm");
        assert_eq!(steps_text([0.7, 0.7, 1.0], 1), "0.700 mm");
        assert_eq!(steps_text([0.7, 0.8, 1.0], 1), "0.700 × 0.800 mm");
    }

    #[test]
    fn signs_between_words_of_a_description_are_not_shown() {
        assert_eq!(
            shown_text("THORAX^ROUTINE  (Adult)^"),
            "THORAX ROUTINE (Adult)"
        );
        assert_eq!(shown_text("^^"), "");
    }

    #[test]
    fn a_study_becomes_one_case_and_a_loose_file_another() {
        let Some(shared) = crate::shared_data() else {
            return;
        };
        let paths = [
            shared.join("series/mr-axial-oblique-10"),
            shared.join("nifti/ct-small.nii.gz"),
        ];
        let found = imaging::scan(
            &paths,
            &imaging::ScanOptions::default(),
            &|_| {},
            &AtomicBool::new(false),
        );
        let cases = cases_of(&found.series, false);
        assert_eq!(cases.len(), 2);
        assert!(
            cases
                .iter()
                .all(|case| !case.series.is_empty() && !case.series[0].files.is_empty())
        );
    }
}
