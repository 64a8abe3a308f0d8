//! The pixels of a series: read beside the window, shown as they come, kept, and read ahead.

use super::case_work::{THUMBNAIL_SIDE, thumbnail_of};
use super::{Desk, Progress};
use crate::act::import::series_name;
use crate::act::series::entry_of;
use crate::room::ToCompare;
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
    /// The series of the open case that are being read.
    loads: Vec<Load>,
    /// The case that is read ahead.
    ahead: Option<Progress>,
    /// Two series are being compared.
    compares: bool,
}

/// A series of the open case that is being read.
struct Load {
    /// Its place among the room's series, and its id.
    index: usize,
    id: String,
    progress: Progress,
    /// The plane that the person looks at.
    wanted: Arc<AtomicUsize>,
    /// A single plane is being read because the person has gone to it.
    fetches: bool,
}

/// Series that are read at a time: the one in hand and another, so that neither starves.
const LOADS: usize = 2;

impl Default for Volumes {
    fn default() -> Self {
        Self {
            cache: Arc::new(VolumeCache::new(cache_budget())),
            loads: Vec::new(),
            ahead: None,
            compares: false,
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
    /// Reads what the viewports show and nobody reads yet; stops reading what none shows any more.
    pub(super) fn load_what_room_shows(&mut self) {
        let Some(room) = &mut self.room else { return };
        let mut is_shown = vec![false; room.series.len()];
        for index in room.needed_series() {
            if let Some(place) = is_shown.get_mut(index) {
                *place = true;
            }
        }
        self.volumes.loads.retain(|load| {
            let stays = is_shown.get(load.index) == Some(&true);
            if !stays {
                load.progress.stop();
            }
            stays
        });
        for (index, series) in room.series.iter_mut().enumerate() {
            let mut loads = self.volumes.loads.iter();
            let load = loads.find(|load| load.index == index);
            series.pixels.loading = load.map(|load| load.progress.share());
        }
        let missing = room.series_to_load();
        if let Some(first) = missing.first()
            && self.volumes.loads.len() >= LOADS
            && Some(*first) == room.shown()
        {
            // The series in hand goes before another that is only beside it.
            let last = self.volumes.loads.pop();
            if let Some(last) = last {
                last.progress.stop();
                if let Some(series) = room.series.get_mut(last.index) {
                    series.pixels.loading = None;
                }
            }
        }
        for index in missing {
            if self.volumes.loads.len() < LOADS {
                self.load_series(index);
            }
        }
    }

    /// Stops everything that is being read for the room.
    pub(super) fn stop_loads(&mut self) {
        for load in self.volumes.loads.drain(..) {
            load.progress.stop();
        }
    }

    fn load_series(&mut self, index: usize) {
        self.stop_reading_ahead();
        let Some(room) = &mut self.room else { return };
        let case = room.case.clone();
        let first = room.first_plane(index);
        let Some(series) = room.series.get_mut(index) else {
            return;
        };
        series.pixels.loading = Some(0.0);
        let (entry, id) = (series.entry.clone(), series.id.clone());
        let wanted = Arc::new(AtomicUsize::new(first));
        let (cache, poster) = (Arc::clone(&self.volumes.cache), self.background.poster());
        let (told_case, told_id, asked) = (case.clone(), id.clone(), Arc::clone(&wanted));
        let job = move |progress: &Progress| -> Result<Shown, imaging::Error> {
            if let Some(loaded) = cache.get(&entry) {
                return Ok((thumbnail_of(&loaded, THUMBNAIL_SIDE), loaded));
            }
            let has_shown = AtomicBool::new(false);
            let is_from_front = entry.format != Format::Dicom;
            let request = LoadRequest {
                first_plane: asked.load(Ordering::Relaxed),
                progress: &report_to(progress),
                arrived: &|arrival| {
                    let is_wanted = asked.load(Ordering::Relaxed) == arrival.plane;
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
        let told_id = id.clone();
        let progress = self
            .background
            .spawn("load-series", job, move |desk, result| {
                desk.series_loaded(&case, &told_id, index, result);
            });
        self.volumes.loads.push(Load {
            index,
            id,
            progress,
            wanted,
            fetches: false,
        });
    }

    /// The load of a series of the open case, while it runs.
    fn load_of(&mut self, case: &str, id: &str) -> Option<&mut Load> {
        self.room.as_ref().filter(|room| room.case == case)?;
        self.volumes.loads.iter_mut().find(|load| load.id == id)
    }

    fn part_loaded(&mut self, case: &str, id: &str, index: usize, plane: usize, part: Loaded) {
        if self.load_of(case, id).is_some()
            && let Some(room) = &mut self.room
        {
            room.show_part(index, plane, Arc::new(part));
        }
    }

    /// Compares the contents of series that claim to share a space, pair by pair beside the window.
    fn compare_places(&mut self) {
        if self.volumes.compares {
            return;
        }
        let Some(room) = &mut self.room else { return };
        let Some(ToCompare { pair, loaded }) = room.take_pair_to_compare() else {
            return;
        };
        self.volumes.compares = true;
        let opened = room.opened;
        self.background.spawn(
            "compare-places",
            move |progress| {
                let [a, b] = &loaded;
                voxel::compare_places(&a.volume, &b.volume, progress.stop_flag())
            },
            move |desk, found| {
                desk.volumes.compares = false;
                if let Some(room) = desk.room.as_mut().filter(|room| room.opened == opened) {
                    room.take_comparison(pair, found);
                }
            },
        );
    }

    /// While series are being read: asks for the planes that the person has gone to.
    pub(super) fn follow_load(&mut self) {
        self.load_what_room_shows();
        self.compare_places();
        let Some(room) = &self.room else { return };
        let case = room.case.clone();
        let mut asked = Vec::new();
        for load in &mut self.volumes.loads {
            let Some(series) = room.series.get(load.index) else {
                continue;
            };
            let Some(plane) = series.pixels.wanted_plane() else {
                continue;
            };
            load.wanted.store(plane, Ordering::Relaxed);
            // Other formats are read from the front: the plane comes when it comes.
            if !load.fetches && series.entry.format == Format::Dicom {
                load.fetches = true;
                asked.push((load.index, load.id.clone(), series.entry.clone(), plane));
            }
        }
        for (index, id, entry, plane) in asked {
            let case = case.clone();
            self.background.spawn(
                "load-plane",
                move |progress| imaging::load_plane(&entry, plane, progress.stop_flag()),
                move |desk, part| {
                    if let Some(load) = desk.load_of(&case, &id) {
                        load.fetches = false;
                    }
                    // The load of the whole series tells what is wrong with it.
                    if let Ok(part) = part {
                        desk.part_loaded(&case, &id, index, plane, part);
                    }
                },
            );
        }
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
        if self.load_of(case, id).is_none() {
            return;
        }
        self.volumes.loads.retain(|load| load.id != id);
        let context = self.context.clone();
        let Some(room) = &mut self.room else { return };
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
                room.show_loaded(index, &loaded);
                if room.series_to_load().is_empty() && self.volumes.loads.is_empty() {
                    self.read_ahead();
                }
            }
            Err(why) => room.fail_to_load(index, why),
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
        if !self.volumes.loads.is_empty() {
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
