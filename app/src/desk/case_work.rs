//! A case in the reading room: open, load, hand edits to the storage thread, submit, go on.

use super::{Desk, SaveState, Screen, pictures, prior_work, structure_work};
use crate::act::import::{series_name, study_name};
use crate::act::series::entry_of;
use crate::room::{Act, Closed, History, Layout, Opening, Pixels, Room, RoomSeries, SavedRow};
use crate::screens::worklist::CaseState;
use crate::sentence::in_protocol;
use annotation_format::Document;
use imaging::{Loaded, SeriesEntry};
use std::path::PathBuf;
use std::sync::Arc;

/// What opening a case asks of the storage thread.
struct CaseOnDisc {
    work: project::Work,
    files: Vec<project::SeriesFiles>,
    history: Vec<project::HistoryRow>,
    priors: Vec<project::Prior>,
    place: Option<serde_json::Value>,
    worked_ms: u64,
}

/// Pixels along a side of a picture in the strip of series.
pub(super) const THUMBNAIL_SIDE: usize = 128;

/// A picture of the middle plane of a volume.
pub(super) fn thumbnail_of(loaded: &Loaded, side: usize) -> Option<egui::ColorImage> {
    let window = &loaded.display.window;
    let level = render::WindowLevel {
        invert: loaded.display.invert,
        ..render::WindowLevel::linear(window.center, window.width)
    };
    let picture = render::thumbnail(&loaded.volume, &level, [side, side]).ok()?;
    Some(egui::ColorImage::from_rgba_premultiplied(
        [picture.width, picture.height],
        &picture.rgba,
    ))
}

impl Desk {
    pub(super) fn open_case(&mut self, case: String) {
        self.leave_case();
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| {
                let work = project.open_work(&session, &case)?;
                let files = project.series_files(&session, &case)?;
                let history = project.history(&session, &case, None)?;
                let priors = project.priors(&session, &case)?;
                let place = project.place(&session, &case)?;
                let worked_ms = project.own_effort(&session, &case)?.active_ms;
                Ok(CaseOnDisc {
                    work,
                    files,
                    history,
                    priors,
                    place,
                    worked_ms,
                })
            },
            |desk, result: project::Result<CaseOnDisc>| match result {
                // a second answer to the same wish, or a case that was opened meanwhile
                Ok(_) if desk.room.is_some() => {}
                Ok(case) => desk.enter_case(case),
                Err(error) => desk.say_error(&error),
            },
        );
    }

    fn enter_case(&mut self, on_disc: CaseOnDisc) {
        let CaseOnDisc {
            work,
            files,
            history,
            priors,
            place: left,
            worked_ms,
        } = on_disc;
        let series = self.room_series(&files);
        let revision = work.revision;
        let row = self.own.iter().find(|row| row.id == work.case.to_string());
        let state = row.map_or(CaseState::InProgress, |row| row.state);
        let is_read_only = self.open.as_ref().is_some_and(|open| open.is_read_only);
        let closed = match state {
            _ if is_read_only => Closed::ReadOnly,
            CaseState::Submitted => Closed::Submitted,
            _ => Closed::Open,
        };
        let place = self
            .own
            .iter()
            .position(|row| row.id == work.case.to_string())
            .map_or(0, |at| at + 1);
        let opening = Opening {
            case: work.case.to_string(),
            work: work.id.to_string(),
            number: super::case_number_text(work.case_number),
            study: series
                .first()
                .map_or_else(String::new, |series| study_name(&series.entry)),
            place_in_list: (place, self.own.len()),
            closed,
            document: work.document,
            series,
            // what is opened of them has to be recorded
            priors: if is_read_only {
                Vec::new()
            } else {
                priors.iter().map(prior_work::prior_of).collect()
            },
        };
        let mut room = Room::open(opening);
        room.fill_alpha = self.settings.fill_alpha;
        room.outline_px = self.settings.outline_px;
        room.history = History::of_journal(history, revision);
        room.take_brushes(&self.settings.brushes);
        room.hang_by_protocol();
        self.begin_place(&mut room, left.as_ref(), worked_ms);
        self.enter_room(room);
    }

    fn enter_room(&mut self, mut room: Room) {
        self.stop_loads();
        if self.settings.second_window.is_open {
            room.set_second_window(Some(self.second_layout()));
        }
        self.reading = crate::screens::reading::State::default();
        self.room = Some(room);
        self.screen = Screen::Reading;
        self.load_what_room_shows();
    }

    /// The layout that the second window had.
    fn second_layout(&self) -> Layout {
        let [rows, columns] = self.settings.second_window.layout;
        Layout::of_text(&format!("{rows}x{columns}")).unwrap_or(Layout::ONE)
    }

    /// Opens the window for a second monitor, or closes it; it is so at the next start too.
    pub(super) fn open_second_window(&mut self, is_open: bool) {
        self.settings.second_window.is_open = is_open;
        let layout = self.second_layout();
        if let Some(room) = &mut self.room {
            room.set_second_window(is_open.then_some(layout));
        }
    }

    /// Series of the project for the room; one whose description cannot be read is left out.
    pub(super) fn room_series(&self, files: &[project::SeriesFiles]) -> Vec<RoomSeries> {
        let series = files.iter().filter_map(|files| {
            let entry = entry_of(files)
                .map_err(|error| tracing::error!(%error, "a series was left out"))
                .ok()?;
            Some(self.room_series_of(files.id.to_string(), entry))
        });
        series.collect()
    }

    pub(super) fn room_series_of(&self, id: String, entry: SeriesEntry) -> RoomSeries {
        RoomSeries {
            id,
            name: series_name(&entry, &self.words),
            entry,
            thumbnail: None,
            pixels: Pixels::default(),
            prior: None,
        }
    }

    /// Shows images without a project.
    pub(super) fn look_only(&mut self, paths: Vec<PathBuf>) {
        self.background.spawn(
            "look-only",
            move |progress| {
                imaging::scan(
                    &paths,
                    &imaging::ScanOptions::default(),
                    &|_| {},
                    progress.stop_flag(),
                )
            },
            |desk, found| {
                let structure_sets = structure_work::files_of(&found.series);
                let mut series: Vec<RoomSeries> = found
                    .series
                    .into_iter()
                    .filter(|entry| entry.is_image)
                    .map(|entry| desk.room_series_of(entry.id.clone(), entry))
                    .collect();
                let priors = prior_work::told_apart(&mut series);
                if series.is_empty() {
                    let text = desk.t("error-view-nothing");
                    desk.say_fault(text);
                    return;
                }
                let study = series
                    .first()
                    .map_or_else(String::new, |series| study_name(&series.entry));
                let mut room = Room::open(Opening {
                    case: String::new(),
                    work: String::new(),
                    number: study.clone(),
                    study,
                    place_in_list: (0, 0),
                    closed: Closed::Outside,
                    document: Document::new(Arc::new(
                        annotation_format::Protocol::builtin().clone(),
                    )),
                    series,
                    priors,
                });
                room.hang_by_protocol();
                desk.enter_room(room);
                desk.read_structures(structure_sets);
            },
        );
    }

    /// Makes the pictures of the series in the strip anew, when their window has gone.
    pub(super) fn renew_thumbnails(&self) {
        let Some(room) = &self.room else { return };
        let loaded = room
            .series
            .iter()
            .enumerate()
            .filter_map(|(index, series)| Some((index, Arc::clone(series.pixels.loaded()?))));
        for (index, loaded) in loaded {
            let case = room.case.clone();
            self.background.spawn(
                "thumbnail",
                move |_| thumbnail_of(&loaded, THUMBNAIL_SIDE),
                move |desk, picture| {
                    let room = desk.room.as_mut().filter(|room| room.case == case);
                    let series = room.and_then(|room| room.series.get_mut(index));
                    if let (Some(context), Some(picture), Some(series)) =
                        (&desk.context, picture, series)
                    {
                        let options = egui::TextureOptions::LINEAR;
                        series.thumbnail =
                            Some(context.load_texture("thumbnail", picture, options));
                    }
                },
            );
        }
    }

    /// Hands what the hand did to the storage thread, in order.
    pub(super) fn hand_acts_to_storage(&mut self) {
        let Some(room) = &mut self.room else { return };
        let (acts, sayings) = (room.take_acts(), room.take_sayings());
        let hints = room.take_hints();
        let work = project::WorkId::from_text(room.work.as_str());
        if !acts.is_empty()
            && let Some((open, session)) = self.open_session()
        {
            for act in acts {
                match act {
                    Act::Append(edit) => open.storage().append(&session, &work, edit),
                    Act::Undo => open.storage().undo(&session, &work),
                    Act::Redo => open.storage().redo(&session, &work),
                }
            }
            let unsaved = open.unsaved();
            if !matches!(self.save, SaveState::Failed(_)) {
                self.save = SaveState::Saving;
            }
            if let Some(room) = &mut self.room {
                room.unsaved = unsaved;
            }
        }
        let Some(room) = &self.room else { return };
        let protocol = room.document.protocol();
        let texts: Vec<String> = sayings
            .iter()
            .map(|refusal| in_protocol(&self.words, protocol, refusal))
            .collect();
        let hints = hints.into_iter().map(|key| self.t(key));
        let texts: Vec<String> = texts.into_iter().chain(hints).collect();
        for text in texts {
            self.say(text);
        }
    }

    /// The journal took an edit back or did it again: the document follows.
    pub(super) fn taken_back(&mut self, work: &project::WorkId, edit: &annotation_format::Edit) {
        if let Some(room) = self
            .room
            .as_mut()
            .filter(|room| room.work == work.to_string())
        {
            room.follow(edit);
        }
    }

    /// The journal did not take an act: nothing to undo, or the work is no longer the person's. In the
    /// latter case what is on disc is shown again.
    pub(super) fn rejected(&mut self, work: &project::WorkId, why: &project::Error) {
        if matches!(
            why,
            project::Error::NothingToUndo | project::Error::NothingToRedo
        ) {
            let saved = self
                .room
                .as_ref()
                .and_then(|room| room.history.rows().last())
                .map(|row| super::clock_text(&row.at));
            self.save = saved.map_or(SaveState::Nothing, SaveState::Saved);
            return;
        }
        self.say_error(why);
        if let Some(case) = self
            .room
            .as_ref()
            .filter(|room| room.work == work.to_string())
            .map(|room| room.case.clone())
        {
            self.room = None;
            self.open_case(case);
        }
    }

    /// A row of a journal is on disc: the history shows it.
    pub(super) fn row_saved(&mut self, work: &project::WorkId, row: SavedRow) {
        if let Some(room) = self
            .room
            .as_mut()
            .filter(|room| room.work == work.to_string())
        {
            room.history.take(row);
        }
    }

    /// Asks what the rows of the history are about that are looked at.
    pub(super) fn ask_gists(&mut self) {
        let Some(room) = &mut self.room else { return };
        let wanted = room.history.take_wanted();
        if wanted.is_empty() {
            return;
        }
        let (case, asked) = (room.case.clone(), room.case.clone());
        let Some((open, session)) = self.open_session() else {
            return;
        };
        open.ask(
            &self.background,
            move |project| project.gists(&session, &asked, &wanted),
            move |desk, gists| {
                // the list says less then, and nothing is lost
                let gists = gists.unwrap_or_else(|error| {
                    tracing::warn!(%error, "rows of the history were not read");
                    Vec::new()
                });
                if let Some(room) = desk.room.as_mut().filter(|room| room.case == case) {
                    room.history.take_gists(gists);
                }
            },
        );
    }

    /// Closes the case; what was drawn so far is handed over first.
    pub(super) fn leave_case(&mut self) {
        if let Some(room) = &mut self.room {
            room.release_all();
        }
        self.hand_acts_to_storage();
        self.end_place();
        self.stop_loads();
        self.room = None;
    }

    pub(super) fn submit(&mut self) {
        let Some(room) = &mut self.room else { return };
        if !room.is_editable() || !room.lacks().missing.is_empty() {
            return;
        }
        room.release_all();
        let case = room.case.clone();
        self.hand_acts_to_storage();
        self.end_place();
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let submitted = case.clone();
        open.ask(
            &self.background,
            move |project| project.submit(&session, &case),
            move |desk, result| match result {
                Ok(_) => {
                    let text = desk.t("reading-submitted");
                    desk.say(text);
                    desk.after_submission(&submitted);
                }
                Err(error) => desk.say_error(&error),
            },
        );
    }

    /// Brings the work back to what it was after a row of its journal.
    pub(super) fn go_back_to(&mut self, seq: i64) {
        let Some(room) = &mut self.room else { return };
        room.release_all();
        if !room.is_editable() {
            return;
        }
        let work = project::WorkId::from_text(room.work.as_str());
        self.hand_acts_to_storage();
        if let Some((open, session)) = self.open_session() {
            open.storage().go_to(&session, &work, seq);
        }
    }

    /// Makes a picture of the selected case for the worklist.
    pub(super) fn ask_preview(&mut self) {
        let Some(case) = self.worklist.selected.clone() else {
            return;
        };
        if self.preview.as_ref().is_some_and(|(of, _)| *of == case) {
            return;
        }
        let Some((open, session)) = self.open_session() else {
            return;
        };
        let asked = case.clone();
        open.ask(
            &self.background,
            move |project| project.series_files(&session, &asked),
            move |desk, result| {
                if let Ok(files) = result {
                    desk.make_preview(case, files);
                }
            },
        );
    }

    fn make_preview(&mut self, case: String, files: Vec<project::SeriesFiles>) {
        let Some(folder) = self.open.as_ref().map(|open| open.folder.clone()) else {
            return;
        };
        self.background.spawn(
            "preview",
            move |progress| {
                let entries: Vec<SeriesEntry> = files
                    .iter()
                    .filter_map(|files| entry_of(files).ok())
                    .collect();
                let main = entries.into_iter().max_by_key(|entry| entry.frames)?;
                let middle = main.size[2] / 2;
                let loaded = imaging::load_plane(&main, middle, progress.stop_flag()).ok()?;
                let small = pictures::may_be_shown(&main)
                    .then(|| thumbnail_of(&loaded, pictures::SIDE))
                    .flatten();
                Some((thumbnail_of(&loaded, 512)?, small))
            },
            move |desk, made| {
                let Some((picture, small)) = made else { return };
                if let Some(context) = &desk.context {
                    let texture =
                        context.load_texture("preview", picture, egui::TextureOptions::LINEAR);
                    desk.preview = Some((case, texture));
                }
                if let Some(small) = small {
                    desk.keep_picture(folder, small);
                }
            },
        );
    }
}
