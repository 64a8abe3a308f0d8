//! Import: scanning and taking in, beside the window.

use super::case_work::{THUMBNAIL_SIDE, thumbnail_of};
use super::import_list_work::{ReadList, is_list, look_by_list};
use super::import_rows::{listed_name, near, near_path, row_of};
use super::{Desk, Progress};
use crate::act::import_list::{PlannedRow, Refusal, known_series, refusal_table};
use crate::screens::import::{Picture, SeriesState, Skipped, TagView};
use crate::sentence::Sentence;
use imaging::{ScanOptions, ScanProgress, ScanResult};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use voxel::Phrase;

/// The scan that runs, and what the last one found.
#[derive(Default)]
pub(super) struct Scanned {
    running: Option<(Progress, Arc<[AtomicUsize; 2]>)>,
    /// What the last look found.
    pub(super) found: ScanResult,
    /// What a list says of it.
    pub(super) planned: Option<Vec<PlannedRow>>,
    /// Files that are in no series and lines that are refused: name, line of the list, reason.
    pub(super) refused: Vec<(String, Option<u64>, voxel::Phrase)>,
    /// Where was looked.
    pub(super) roots: Vec<PathBuf>,
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
        self.import.files = 0;
        self.import.stopped = None;
        self.scanned.roots = paths.iter().map(|path| root_of(path)).collect();
        let number = self.scanned.number;
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
            // what a scan found that was stopped for another one comes too late
            move |desk, look| match look {
                _ if desk.scanned.number != number => {}
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
            row.series = listed_name(entry, &self.words);
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
        let refused = self.scanned.refused.iter();
        list.extend(refused.map(|(file, line, reason)| Refusal {
            file: file.clone(),
            line: *line,
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
        if let Some((progress, counts)) = self.scanned.running.take() {
            progress.stop();
            let [done, total] = [0, 1].map(|i| counts[i].load(Ordering::Relaxed));
            self.import.files = done;
            self.import.stopped = Some((done, total));
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
        let roots = &self.scanned.roots;
        self.import.rows = {
            let entries = found.series.iter();
            let rows = entries.map(|entry| row_of(entry, roots, &self.words));
            rows.collect()
        };
        self.import.selected = self.import.first_shown();
        let refused = found.skipped.iter().filter(|skipped| !skipped.expected);
        self.import.skipped = refused
            .clone()
            .map(|skipped| Skipped {
                name: near_path(&skipped.file, roots),
                line: None,
                reason: near(&skipped.reason.phrase, roots),
            })
            .collect();
        self.scanned.refused = refused
            .map(|skipped| {
                let file = skipped.file.display().to_string();
                (file, None, skipped.reason.phrase.clone())
            })
            .collect();
        self.scanned.found = found;
        match list {
            Some(list) => self.plan_list(list),
            None => self.ask_what_is_there(),
        }
    }

    /// Asks the project which of the found series it has already: those are not taken again.
    fn ask_what_is_there(&mut self) {
        self.with_cases(Desk::mark_there);
    }

    /// Calls `then` with the cases that the project has, unless something else was scanned meanwhile.
    pub(super) fn with_cases(
        &mut self,
        then: impl FnOnce(&mut Desk, &[project::CaseRow]) + Send + 'static,
    ) {
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let number = self.scanned.number;
        open.ask(
            &self.background,
            move |project| project.cases(&session),
            move |desk, rows: project::Result<Vec<project::CaseRow>>| match rows {
                Ok(rows) if desk.scanned.number == number => then(desk, &rows),
                Ok(_) => {}
                Err(error) => desk.say_error(&error),
            },
        );
    }

    pub(super) fn mark_there(&mut self, rows: &[project::CaseRow]) {
        let known = known_series(rows);
        let found = self.scanned.found.series.iter().enumerate();
        let there = found.filter_map(|(index, entry)| Some((index, *known.get(&entry.id)?)));
        let there: Vec<(usize, u32)> = there
            .filter(|(index, _)| {
                let row = self.import.rows.get(*index);
                row.is_some_and(|row| row.state != SeriesState::Other)
            })
            .collect();
        self.import.mark_there(there);
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
                        Phrase::new("import-known", "the same series is there already")
                    } else {
                        let count = cases.len();
                        Phrase::new("import-done", format!("{count} cases imported"))
                            .with("cases", count)
                    });
                    // what the list would do is done
                    desk.import.list = None;
                    desk.ask_what_is_there();
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

/// The folder below which files are told: of a list the one that it lies in.
fn root_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|_| is_list(path));
    folder.unwrap_or(path).to_path_buf()
}

/// A file's name without its folder.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
