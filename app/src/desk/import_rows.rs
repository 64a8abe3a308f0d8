//! What was found, as the rows of the import screen.

use super::import_work::name_of;
use crate::act::import::{
    date_text, patient_name, series_name, shown_text, steps_text, study_name, syntax_key,
    syntax_text,
};
use crate::language::Words;
use crate::screens::import::{Picture, SeriesRow, SeriesState};
use crate::sentence::stack_words;
use imaging::{SeriesEntry, SplitRule};
use std::path::{Path, PathBuf};
use voxel::{Figure, Phrase};

/// A path as people look for it: below the folder that was looked at, else whole.
pub(super) fn near_path(path: &Path, roots: &[PathBuf]) -> String {
    let below = roots.iter().find_map(|root| path.strip_prefix(root).ok());
    match below {
        Some(rest) if rest.as_os_str().is_empty() => name_of(path),
        Some(rest) => rest.display().to_string(),
        None => path.display().to_string(),
    }
}

/// The same sentence with its paths below the folder that was looked at.
pub(super) fn near(phrase: &Phrase, roots: &[PathBuf]) -> Phrase {
    let mut phrase = phrase.clone();
    for figure in phrase.figures.values_mut() {
        match figure {
            Figure::Text(text) if Path::new(text).is_absolute() => {
                *text = near_path(Path::new(text.as_str()), roots);
            }
            Figure::Text(_) => {}
            Figure::Phrase(inner) => **inner = near(inner, roots),
        }
    }
    phrase
}

/// A series' name as the table shows it: where nothing describes it, its number or its file do.
pub(super) fn listed_name(entry: &SeriesEntry, words: &Words) -> String {
    if !entry.description.is_empty() {
        return series_name(entry, words);
    }
    let base = match (entry.series_number, entry.files.first()) {
        (Some(number), _) => words.f("import-series-number", &[("number", number.into())]),
        (None, Some(file)) => name_of(file),
        (None, None) => return series_name(entry, words),
    };
    shown_text(&format!("{base} {}", stack_words(entry, words)))
}

/// A study's name; empty where it would only repeat the modality or the file.
fn listed_study(entry: &SeriesEntry) -> String {
    match (entry.study_description.as_str(), entry.body_part.as_str()) {
        ("", "") => String::new(),
        _ => study_name(entry),
    }
}

/// Whether its planes are tiles of a slide and no stack.
fn is_tiled(entry: &SeriesEntry) -> bool {
    let mut parts = entry.stack_parts.iter();
    parts.any(|part| part.rule == SplitRule::Slide)
}

/// The key of the word for an object that is no image.
fn object_key(entry: &SeriesEntry) -> Option<&'static str> {
    if entry.is_image {
        return None;
    }
    Some(match entry.modality.as_str() {
        "SEG" => "import-object-seg",
        "SR" => "import-object-sr",
        "RTSTRUCT" => "import-object-rtstruct",
        "RTDOSE" => "import-object-rtdose",
        "RTPLAN" => "import-object-rtplan",
        "PR" => "import-object-pr",
        "KO" => "import-object-ko",
        _ => "import-object-other",
    })
}

/// A found series as the table shows it.
pub(super) fn row_of(entry: &SeriesEntry, roots: &[PathBuf], words: &Words) -> SeriesRow {
    let [columns, rows, planes] = entry.size;
    let state = match (entry.is_image, entry.problems.is_empty()) {
        (false, _) => SeriesState::Other,
        (true, true) => SeriesState::Ready,
        (true, false) => SeriesState::Check,
    };
    let spacing = entry.spacing_mm;
    SeriesRow {
        is_chosen: entry.is_image,
        patient: entry.patient.id.clone(),
        patient_name: patient_name(entry),
        modality: entry.modality.clone(),
        study: listed_study(entry),
        date: date_text(&entry.study_date),
        series: listed_name(entry, words),
        images: planes.max(1),
        spacing: spacing.map_or_else(|| "—".to_owned(), |steps| steps_text(steps, planes)),
        thickness: spacing
            .filter(|_| planes > 1 && !is_tiled(entry))
            .map_or_else(|| "—".to_owned(), |[_, _, z]| format!("{z:.2}")),
        size: match entry.is_image {
            true => format!("{columns}×{rows}"),
            false => "—".to_owned(),
        },
        syntax: syntax_text(&entry.transfer_syntax),
        syntax_key: syntax_key(entry),
        planned: None,
        state,
        problems: entry
            .problems
            .iter()
            .map(|problem| near(&problem.phrase(), roots))
            .collect(),
        object: object_key(entry),
        study_uid: entry.study_uid.clone().unwrap_or_default(),
        picture: Picture::Unasked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn files_are_told_by_their_place_below_the_folder_that_was_looked_at() {
        let roots = [PathBuf::from("/media/cd")];
        let told = |path: &str| near_path(Path::new(path), &roots);
        assert_eq!(told("/media/cd/DICOM/IM1"), "DICOM/IM1");
        assert_eq!(told("/media/cd"), "cd");
        assert_eq!(told("/media/cdrom/IM1"), "/media/cdrom/IM1");
        let inner = Phrase::new("io-not-found", "").with("file", "/media/cd/b/IM2");
        let said = near(
            &Phrase::new("list-unreadable", "")
                .with("why", inner)
                .with("count", 3),
            &roots,
        );
        let Figure::Phrase(inner) = &said.figures["why"] else {
            panic!("a phrase stays a phrase")
        };
        assert_eq!(inner.figures["file"], Figure::Text("b/IM2".to_owned()));
        assert_eq!(said.figures["count"], Figure::Text("3".to_owned()));
    }

    #[test]
    fn a_series_without_a_description_is_told_by_its_number_or_its_file() {
        let Some(data) = crate::shared_data() else {
            return;
        };
        let found = imaging::scan(
            &[
                data.join("traps/two-orientations"),
                data.join("hostile/slope-zero.dcm"),
            ],
            &imaging::ScanOptions::default(),
            &|_| {},
            &std::sync::atomic::AtomicBool::new(false),
        );
        let words = Words::new(Language::Ja);
        let mut names: Vec<String> = found
            .series
            .iter()
            .map(|e| listed_name(e, &words))
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "slope-zero.dcm",
                "シリーズ 202 矢状断",
                "シリーズ 501 軸位断"
            ]
        );
        assert!(
            found
                .series
                .iter()
                .all(|entry| listed_study(entry).is_empty())
        );
    }
}
