//! The pixels of a series: read beside the window, shown as they come, kept, and read ahead.

use super::case_work::{THUMBNAIL_SIDE, thumbnail_of};
use super::{Desk, Progress};
use crate::act::import::series_name;
use crate::act::series::entry_of;
use imaging::{Format, LoadProgress, LoadRequest, Loaded, SeriesEntry, VolumeCache};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Room for decoded volumes where the system does not tell its memory.
const CACHE_BYTES: u64 = 1 << 30;
/// Least and most room for them.
const CACHE_LIMITS: [u64; 2] = [256 << 20, 4 << 30];

/// What is read, and what was.
pub(super) struct Volumes {
    cache: Arc<VolumeCache>,
    /// The plane that the person looks at, for the load that runs.
    wanted: Arc<AtomicUsize>,
    /// A single plane is being read because the person has gone to it.
    fetches: bool,
    /// The case that is read ahead.
    ahead: Option<Progress>,
}

impl Default for Volumes {
    fn default() -> Self {
        Self {
            cache: Arc::new(VolumeCache::new(cache_budget())),
            wanted: Arc::default(),
            fetches: false,
            ahead: None,
        }
    }
}

/// A quarter of the machine's memory.
fn cache_budget() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("MemTotal:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.map_or(CACHE_BYTES, |kib| {
        (kib * 1024 / 4).clamp(CACHE_LIMITS[0], CACHE_LIMITS[1])
    })
}

/// Loads a series' pixels.
pub(super) fn load_entry(
    entry: &SeriesEntry,
    progress: &Progress,
) -> Result<Loaded, imaging::Error> {
    imaging::load(entry, &report_to(progress), progress.stop_flag())
}

fn report_to(progress: &Progress) -> impl Fn(LoadProgress) + Sync + '_ {
    |step| progress.set(step.planes_done as f32 / step.planes_total.max(1) as f32)
}

/// A loaded series with its picture for the strip.
type Shown = (Option<egui::ColorImage>, Arc<Loaded>);

impl Desk {
    pub(super) fn load_series(&mut self, index: usize) {
        if let Some(progress) = self.loading.take() {
            progress.stop();
        }
        self.stop_reading_ahead();
        let Some(room) = &mut self.room else { return };
        let Some(series) = room.series.get(index) else {
            return;
        };
        let (entry, id, case) = (series.entry.clone(), series.id.clone(), room.case.clone());
        room.loading = Some(0.0);
        room.load_fault = None;
        let wanted = Arc::new(AtomicUsize::new(entry.size[2] / 2));
        self.volumes.wanted = Arc::clone(&wanted);
        let (cache, poster) = (Arc::clone(&self.volumes.cache), self.background.poster());
        let (told_case, told_id) = (case.clone(), id.clone());
        let job = move |progress: &Progress| -> Result<Shown, imaging::Error> {
            if let Some(loaded) = cache.get(&entry) {
                return Ok((thumbnail_of(&loaded, THUMBNAIL_SIDE), loaded));
            }
            let has_shown = AtomicBool::new(false);
            let is_from_front = entry.format != Format::Dicom;
            let request = LoadRequest {
                first_plane: wanted.load(Ordering::Relaxed),
                progress: &report_to(progress),
                arrived: &|arrival| {
                    let is_wanted = wanted.load(Ordering::Relaxed) == arrival.plane;
                    // what is decoded from the middle on comes with it at once
                    let is_first = || is_from_front && !has_shown.swap(true, Ordering::Relaxed);
                    if !(is_wanted || is_first()) {
                        return;
                    }
                    let (case, id, plane) = (told_case.clone(), told_id.clone(), arrival.plane);
                    if let Some(part) = arrival.loaded() {
                        poster.post(move |desk| desk.part_loaded(&case, &id, index, plane, part));
                    }
                },
                cancel: progress.stop_flag(),
            };
            let loaded = Arc::new(imaging::load_in_parts(&entry, &request)?);
            cache.put(&entry, Arc::clone(&loaded));
            Ok((thumbnail_of(&loaded, THUMBNAIL_SIDE), loaded))
        };
        let progress = self
            .background
            .spawn("load-series", job, move |desk, result| {
                desk.series_loaded(&case, &id, index, result);
            });
        self.loading = Some(progress);
    }

    /// Whether the room still shows this series of this case.
    fn is_awaited(&self, case: &str, id: &str, index: usize) -> bool {
        let room = self.room.as_ref().filter(|room| room.case == case);
        let series = room.and_then(|room| room.series.get(index));
        series.is_some_and(|series| series.id == id) && self.loading.is_some()
    }

    fn part_loaded(&mut self, case: &str, id: &str, index: usize, plane: usize, part: Loaded) {
        if self.is_awaited(case, id, index)
            && let Some(room) = &mut self.room
        {
            room.show_part(index, plane, Arc::new(part));
        }
    }

    /// While a series is being read: the share that is there, and the plane the person has gone to.
    pub(super) fn follow_load(&mut self) {
        let (Some(room), Some(progress)) = (&mut self.room, &self.loading) else {
            return;
        };
        room.loading = Some(progress.share());
        let Some(plane) = room.wanted_plane() else {
            return;
        };
        self.volumes.wanted.store(plane, Ordering::Relaxed);
        let Some((index, series)) = room
            .shown
            .and_then(|index| Some((index, room.series.get(index)?)))
        else {
            return;
        };
        // Other formats are read from the front: the plane comes when it comes.
        if self.volumes.fetches || series.entry.format != Format::Dicom {
            return;
        }
        self.volumes.fetches = true;
        let (entry, id, case) = (series.entry.clone(), series.id.clone(), room.case.clone());
        self.background.spawn(
            "load-plane",
            move |progress| imaging::load_plane(&entry, plane, progress.stop_flag()),
            move |desk, part| {
                desk.volumes.fetches = false;
                // The load of the whole series tells what is wrong with it.
                if let Ok(part) = part {
                    desk.part_loaded(&case, &id, index, plane, part);
                }
            },
        );
    }

    fn series_loaded(
        &mut self,
        case: &str,
        id: &str,
        index: usize,
        result: Result<Shown, imaging::Error>,
    ) {
        if matches!(result, Err(imaging::Error::Cancelled)) {
            return;
        }
        self.loading = None;
        let context = self.context.clone();
        let Some(room) = self.room.as_mut().filter(|room| room.case == case) else {
            return;
        };
        if room.series.get(index).is_none_or(|series| series.id != id) {
            return;
        }
        match result {
            Ok((picture, loaded)) => {
                if let (Some(context), Some(picture), Some(series)) =
                    (context, picture, room.series.get_mut(index))
                {
                    series.thumbnail = Some(context.load_texture(
                        "thumbnail",
                        picture,
                        egui::TextureOptions::LINEAR,
                    ));
                }
                room.show_loaded(index, loaded);
                self.read_ahead();
            }
            Err(why) => room.fail_to_load(why),
        }
    }

    /// Says the names of series in the language of the window, where they are listed.
    pub(super) fn rename_series(&mut self) {
        if let Some(room) = &mut self.room {
            for series in &mut room.series {
                series.name = series_name(&series.entry, &self.words);
            }
        }
        self.rename_found();
    }

    pub(super) fn stop_reading_ahead(&mut self) {
        if let Some(progress) = self.volumes.ahead.take() {
            progress.stop();
        }
    }

    /// Reads the next case of the list while the person looks at this one.
    fn read_ahead(&mut self) {
        let present = self.room.as_ref().map(|room| room.case.clone());
        let at = self
            .own
            .iter()
            .position(|row| Some(&row.id) == present.as_ref());
        let next = at
            .and_then(|at| self.own.get(at + 1))
            .map(|row| row.id.clone());
        let (Some(next), Some((open, session))) = (next, self.open_session()) else {
            return;
        };
        open.ask(
            &self.background,
            move |project| project.series_files(&session, &next),
            |desk, files: project::Result<Vec<project::SeriesFiles>>| {
                // What is wrong with that case is told when it is opened.
                if let Ok(files) = files {
                    desk.read_series_ahead(&files);
                }
            },
        );
    }

    fn read_series_ahead(&mut self, files: &[project::SeriesFiles]) {
        let entries = files.iter().filter_map(|files| entry_of(files).ok());
        // the one that the reading room opens with
        let main = entries
            .enumerate()
            .max_by_key(|(index, entry)| (entry.frames, usize::MAX - index));
        let Some((_, entry)) = main else { return };
        if self.loading.is_some() {
            return;
        }
        let cache = Arc::clone(&self.volumes.cache);
        let progress = self.background.spawn(
            "read-ahead",
            move |progress| {
                if cache.get(&entry).is_none()
                    && let Ok(loaded) = load_entry(&entry, progress)
                {
                    cache.put(&entry, Arc::new(loaded));
                }
            },
            |_, ()| {},
        );
        self.volumes.ahead = Some(progress);
    }
}
