//! Import: scanning and taking in, beside the window.

use super::case_work::{THUMBNAIL_SIDE, thumbnail_of};
use super::import_list_work::{ReadList, is_list, look_by_list};
use super::{Desk, Progress};
use crate::act::import::{patient_name, series_name, study_name};
use crate::act::import_list::{PlannedRow, Refusal, refusal_table};
use crate::language::Words;
use crate::screens::import::{Picture, SeriesRow, SeriesState, TagView};
use crate::sentence::Sentence;
use imaging::{ScanOptions, ScanProgress, ScanResult, SeriesEntry};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// The scan that runs, and what the last one found.
#[derive(Default)]
pub(super) struct Scanned {
    running: Option<(Progress, Arc<[AtomicUsize; 2]>)>,
    /// What the last look found.
    pub(super) found: ScanResult,
    /// What a list says of it.
    pub(super) planned: Option<Vec<PlannedRow>>,
    /// Files that are in no series, and why.
    pub(super) refused: Vec<(PathBuf, voxel::Phrase)>,
    since: Option<Instant>,
    /// Counts the scans: a picture of an earlier one comes too late.
    pub(super) number: u64,
    /// A picture is being made.
    draws: Option<Progress>,
}

/// What a look at files and folders gave.
pub(super) struct Look {
    pub(super) found: ScanResult,
    /// The list by which they are to come in.
    pub(super) list: Option<ReadList>,
}

impl Desk {
    /// Looks at files and folders, or at what a list names.
    pub(super) fn scan(&mut self, paths: Vec<PathBuf>) {
        self.stop_scan();
        self.import.rows.clear();
        self.import.tags = None;
        self.import.save_to = None;
        self.scanned.number += 1;
        self.scanned.since = Some(Instant::now());
        if let Some(draws) = self.scanned.draws.take() {
            draws.stop();
        }
        self.import.selected = None;
        self.import.list = None;
        self.scanned.planned = None;
        self.import.skipped.clear();
        self.import.said = None;
        let counts: Arc<[AtomicUsize; 2]> = Arc::default();
        let inside = Arc::clone(&counts);
        let progress = self.background.spawn(
            "scan",
            move |progress| {
                let report = |step: ScanProgress| {
                    inside[0].store(step.files_done, Ordering::Relaxed);
                    inside[1].store(step.files_total, Ordering::Relaxed);
                    progress.set(step.files_done as f32 / step.files_total.max(1) as f32);
                };
                let look = |paths: &[PathBuf]| {
                    let options = ScanOptions::default();
                    imaging::scan(paths, &options, &report, progress.stop_flag())
                };
                match paths.as_slice() {
                    [only] if is_list(only) => look_by_list(only.clone(), look),
                    paths => Ok(Look {
                        found: look(paths),
                        list: None,
                    }),
                }
            },
            |desk, look| match look {
                Ok(look) => desk.take_scan(look),
                Err(why) => desk.refuse_list(&why),
            },
        );
        self.scanned.running = Some((progress, counts));
        self.import.scanning = Some((0, 0));
    }

    /// Copies the running scan's progress into what the screen shows.
    pub(super) fn follow_scan(&mut self) {
        if let Some((_, counts)) = &self.scanned.running {
            let [done, total] = [0, 1].map(|i| counts[i].load(Ordering::Relaxed));
            self.import.scanning = Some((done, total));
            let since = self.scanned.since.map(|since| since.elapsed());
            self.import.seconds = since.unwrap_or_default().as_secs_f32();
        }
        self.draw_wanted_picture();
    }

    /// Makes the next picture of a row that is seen, one at a time.
    fn draw_wanted_picture(&mut self) {
        if self.scanned.draws.is_some() {
            return;
        }
        let Some(index) = self.import.next_wanted() else {
            return;
        };
        let Some(entry) = self.scanned.found.series.get(index).cloned() else {
            return;
        };
        let number = self.scanned.number;
        let progress = self.background.spawn(
            "import-picture",
            move |progress| {
                let middle = entry.size[2] / 2;
                imaging::load_plane(&entry, middle, progress.stop_flag())
                    .map(|loaded| thumbnail_of(&loaded, THUMBNAIL_SIDE))
            },
            move |desk, picture| {
                if desk.scanned.number != number {
                    return;
                }
                desk.scanned.draws = None;
                let Some(row) = desk.import.rows.get_mut(index) else {
                    return;
                };
                match (picture, &desk.context) {
                    (Ok(Some(picture)), Some(context)) => {
                        let options = egui::TextureOptions::LINEAR;
                        let texture = context.load_texture("import", picture, options);
                        row.picture = Picture::Made(texture);
                    }
                    (Ok(_), _) | (Err(imaging::Error::Cancelled), _) => {}
                    // A header that can be read says nothing of the pixels: known before the import.
                    (Err(error), _) => row.fail(error.phrase()),
                }
            },
        );
        self.scanned.draws = Some(progress);
    }

    /// Says the names of what was found in the language of the window.
    pub(super) fn rename_found(&mut self) {
        for (row, entry) in self.import.rows.iter_mut().zip(&self.scanned.found.series) {
            row.series = series_name(entry, &self.words);
        }
    }

    /// Reads the tags of a file of a series that was found.
    pub(super) fn show_tags(&mut self, series: usize, file: usize) {
        let Some(entry) = self.scanned.found.series.get(series) else {
            return;
        };
        let Some(path) = entry.files.get(file).cloned() else {
            return;
        };
        let last = self.import.tags.take();
        let view = TagView::of(series, file, entry.files.len(), name_of(&path), last);
        self.import.tags = Some(view);
        let number = self.scanned.number;
        self.background.spawn(
            "tags",
            move |_| imaging::tags(&path),
            move |desk, rows| {
                let rows = rows.map_err(|error| error.sentence(&desk.words));
                let is_of = |view: &&mut TagView| (view.series, view.file) == (series, file);
                if desk.scanned.number == number
                    && let Some(view) = desk.import.tags.as_mut().filter(is_of)
                {
                    view.take(rows);
                }
            },
        );
    }

    /// Asks where the list of problems is to be saved.
    pub(super) fn ask_refusal_file(&mut self) {
        let folder = directories::UserDirs::new().map_or_else(std::env::temp_dir, |dirs| {
            dirs.document_dir()
                .unwrap_or_else(|| dirs.home_dir())
                .to_path_buf()
        });
        let file = folder.join("import-problems.csv");
        self.import.save_to = Some(file.display().to_string());
    }

    /// Saves what is to be known of series and files as a table, in the language of the window.
    pub(super) fn save_refusals(&mut self, file: PathBuf) {
        let of_series = self.import.rows.iter().zip(&self.scanned.found.series);
        let mut list: Vec<Refusal> = of_series
            .flat_map(|(row, entry)| {
                let file = entry.files.first().map(|path| path.display().to_string());
                row.problems
                    .iter()
                    .map(move |problem| (file.clone(), problem))
            })
            .map(|(file, problem)| Refusal {
                file: file.unwrap_or_default(),
                line: None,
                reason: self.words.say(problem),
            })
            .collect();
        list.extend(self.scanned.refused.iter().map(|(path, reason)| Refusal {
            file: path.display().to_string(),
            line: None,
            reason: self.words.say(reason),
        }));
        let count = list.len();
        let table = refusal_table(&list);
        self.background.spawn(
            "save-problems",
            move |_| (table.write(&file), file),
            move |desk, (outcome, file)| match outcome {
                Ok(()) => {
                    desk.import.save_to = None;
                    let told = [
                        ("file", file.display().to_string().into()),
                        ("count", count.into()),
                    ];
                    let text = desk.words.f("import-saved", &told);
                    desk.say(text);
                }
                Err(error) => desk.say_error(&error),
            },
        );
    }

    pub(super) fn stop_scan(&mut self) {
        if let Some((progress, _)) = self.scanned.running.take() {
            progress.stop();
        }
        self.import.scanning = None;
    }

    /// The list could not be read.
    fn refuse_list(&mut self, why: &voxel::Phrase) {
        self.scanned.running = None;
        self.import.scanning = None;
        let text = self.words.say(why);
        self.say_fault(text);
    }

    fn take_scan(&mut self, look: Look) {
        let Look { found, list } = look;
        if let Some((_, counts)) = self.scanned.running.take() {
            self.import.files = counts[1].load(Ordering::Relaxed);
        }
        self.import.scanning = None;
        self.import.rows = {
            let entries = found.series.iter();
            entries.map(|entry| row_of(entry, &self.words)).collect()
        };
        self.import.selected = (!found.series.is_empty()).then_some(0);
        self.import.skipped = found
            .skipped
            .iter()
            .filter(|skipped| !skipped.expected)
            .map(|skipped| (name_of(&skipped.file), skipped.reason.phrase.clone()))
            .collect();
        let refused = found.skipped.iter().filter(|skipped| !skipped.expected);
        self.scanned.refused = refused
            .map(|skipped| (skipped.file.clone(), skipped.reason.phrase.clone()))
            .collect();
        self.scanned.found = found;
        if let Some(list) = list {
            self.plan_list(list);
        }
    }

    pub(super) fn import_chosen(&mut self) {
        let cases = self.chosen_cases();
        self.import.importing = Some((0, cases.len()));
        self.import.said = None;
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let poster = self.background.poster();
        open.ask(
            &self.background,
            {
                let session = session.clone();
                move |project| project.stager(&session)
            },
            move |desk, stager| match stager {
                Ok(stager) => desk.stage(stager, session, cases, poster),
                Err(error) => desk.import_failed(&error),
            },
        );
    }

    /// Copies files on a job's thread; the storage thread only registers what is copied.
    fn stage(
        &mut self,
        stager: project::Stager,
        session: project::Session,
        cases: Vec<project::NewCase>,
        poster: super::background::Poster,
    ) {
        let total = cases.len();
        self.background.spawn(
            "import",
            move |_| {
                let mut staged = Vec::new();
                for (index, case) in cases.into_iter().enumerate() {
                    staged.push(stager.stage(case, &mut |_| ())?);
                    poster.post(move |desk| desk.import.importing = Some((index + 1, total)));
                }
                Ok(staged)
            },
            move |desk, staged: project::Result<Vec<project::StagedCase>>| match staged {
                Ok(staged) => desk.register(session, staged),
                Err(error) => desk.import_failed(&error),
            },
        );
    }

    fn register(&mut self, session: project::Session, staged: Vec<project::StagedCase>) {
        let Some(open) = &self.open else { return };
        open.ask(
            &self.background,
            move |project| {
                staged
                    .iter()
                    .map(|case| project.register_case(&session, case))
                    .collect::<project::Result<Vec<_>>>()
            },
            |desk, registered| match registered {
                Ok(cases) => {
                    desk.import.importing = None;
                    let new = cases.iter().filter(|case| case.is_new).count();
                    let known = cases
                        .iter()
                        .flat_map(|case| &case.series)
                        .all(|series| !series.is_new);
                    desk.import.said = Some(if known && new == 0 {
                        desk.t("import-known")
                    } else {
                        desk.words
                            .f("import-done", &[("cases", cases.len().into())])
                    });
                    desk.refresh_cases();
                }
                Err(error) => desk.import_failed(&error),
            },
        );
    }

    fn import_failed(&mut self, error: &project::Error) {
        self.import.importing = None;
        self.say_error(error);
    }
}

/// `20261012` as `2026-10-12`; anything else as it is.
fn date_text(date: &str) -> String {
    let is_date = date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit());
    match (is_date, date.get(..4), date.get(4..6), date.get(6..)) {
        (true, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => date.to_owned(),
    }
}

/// The name of a transfer syntax, as conformance statements write it; an unknown one by its number.
fn syntax_text(uid: &str) -> String {
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

/// A file's name without its folder.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
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

fn row_of(entry: &SeriesEntry, words: &Words) -> SeriesRow {
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
        study: study_name(entry),
        date: date_text(&entry.study_date),
        series: series_name(entry, words),
        images: planes.max(1),
        spacing: spacing.map_or_else(
            || "—".to_owned(),
            |[x, y, z]| format!("{x:.3} × {y:.3} × {z:.3} mm"),
        ),
        thickness: spacing
            .filter(|_| planes > 1)
            .map_or_else(|| "—".to_owned(), |[_, _, z]| format!("{z:.2}")),
        size: match entry.is_image {
            true => format!("{columns}×{rows}"),
            false => "—".to_owned(),
        },
        syntax: syntax_text(&entry.transfer_syntax),
        state,
        problems: entry
            .problems
            .iter()
            .map(imaging::Problem::phrase)
            .collect(),
        object: object_key(entry),
        study_uid: entry.study_uid.clone().unwrap_or_default(),
        picture: Picture::Unasked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_transfer_syntaxes_are_written_as_people_read_them() {
        assert_eq!(date_text("20261012"), "2026-10-12");
        assert_eq!(date_text("2026.10"), "2026.10");
        assert_eq!(syntax_text("1.2.840.10008.1.2.4.70"), "JPEG Lossless");
        assert_eq!(syntax_text("1.2.3"), "1.2.3");
    }
}
