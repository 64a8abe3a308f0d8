//! The pixels of a series: what has been read of them, and the plane that is shown before all are.

use super::{Linking, Room, View, facts};

use imaging::Loaded;
use render::{ViewPlane, WindowLevel};
use std::sync::Arc;
use voxel::Volume;

/// What has been read of a series' pixels.
#[derive(Default)]
pub struct Pixels {
    /// All of them.
    pub(super) loaded: Option<Arc<Loaded>>,
    /// One plane, while the others are still to come.
    pub(super) part: Option<Part>,
    /// Share read, while they are read.
    pub loading: Option<f32>,
    /// Why they could not be read.
    pub fault: Option<imaging::Error>,
    /// The window of all values.
    pub(super) full_range: Option<WindowLevel>,
    /// A picture for the strip was asked for; it comes once.
    pub has_asked_picture: bool,
}

/// The plane that is there already. The room looks through the whole series' grid, so that nothing
/// moves when the rest has come.
pub(super) struct Part {
    pub(super) loaded: Arc<Loaded>,
    /// Which plane it is.
    plane: usize,
    /// The plane that the person has gone to.
    wanted: usize,
    /// The grey levels that this plane alone asked for.
    first_window: WindowLevel,
}

impl Pixels {
    /// All pixels, once they are read.
    #[must_use]
    pub const fn loaded(&self) -> Option<&Arc<Loaded>> {
        self.loaded.as_ref()
    }

    /// What is there to be drawn: all pixels, or the plane that is there.
    pub(super) fn drawn(&self) -> Option<&Arc<Loaded>> {
        let part = || self.part.as_ref().map(|part| &part.loaded);
        self.loaded.as_ref().or_else(part)
    }

    /// The volume of all pixels.
    pub(super) fn volume(&self) -> Option<&Volume> {
        self.loaded.as_ref().map(|loaded| &loaded.volume)
    }

    /// Whether neither pixels are there, nor on their way, nor known not to come.
    #[must_use]
    pub const fn is_untouched(&self) -> bool {
        self.loaded.is_none() && self.loading.is_none() && self.fault.is_none()
    }

    /// While planes are still to come, going to one means asking for it; false where all are there.
    pub(super) fn ask_for(&mut self, plane: i64, count: usize) -> bool {
        let Some(part) = &mut self.part else {
            return false;
        };
        let last = count.saturating_sub(1) as i64;
        part.wanted = plane.clamp(0, last) as usize;
        true
    }

    /// The plane that the person has gone to and that is not there yet.
    #[must_use]
    pub fn wanted_plane(&self) -> Option<usize> {
        let part = self.part.as_ref()?;
        (part.wanted != part.plane).then_some(part.wanted)
    }
}

impl Room {
    /// All pixels of a series have been read: its viewports show them, on the plane of acquisition first.
    pub fn show_loaded(&mut self, index: usize, loaded: &Arc<Loaded>) {
        let protocol = self.document.protocol().clone();
        let before = self.pane().view().copied();
        let Some(series) = self.series.get_mut(index) else {
            return;
        };
        let pixels = &mut series.pixels;
        let wanted = pixels.part.as_ref().map(|part| part.wanted);
        let early_window = pixels.part.as_ref().map(|part| part.first_window);
        *pixels = Pixels {
            loaded: Some(Arc::clone(loaded)),
            full_range: Some(facts::full_range(loaded)),
            ..Pixels::default()
        };
        let grid = loaded.volume.grid();
        let window = facts::first_window(loaded, &protocol);
        let began = self.not_begun(index);
        for view in self.views.of_series_mut(index) {
            if view.pane.view().is_none() {
                view.begin(grid, None, window);
                view.is_new = true;
                continue;
            }
            // The person may have moved, zoomed and changed the grey levels by now: all that stays.
            if early_window.is_some() && early_window == view.pane.window() {
                view.pane.set_window(window);
            }
            if let Some(wanted) = wanted.filter(|_| view.pane.plane() == Some(ViewPlane::Acquired))
            {
                view.pane.go_to(grid, wanted as i64);
            }
            view.pane.mark_all();
        }
        // Sizes and values belong to pixels.
        self.known = std::cell::RefCell::default();
        began.into_iter().for_each(|view| self.begin_level(view));
        self.bring_new_views_to_cross();
        self.linked_follow(before);
    }

    /// A plane of a series has been decoded. It is shown if it is the first, or the one the person has
    /// gone to.
    pub fn show_part(&mut self, index: usize, plane: usize, loaded: Arc<Loaded>) {
        let first_window = facts::first_window(&loaded, self.document.protocol());
        let wanted = self.first_plane(index);
        // where it stands beside the others is found out once all its planes are there
        let stands_later = self.linking() == Linking::Offset;
        let Some(series) = self.series.get_mut(index) else {
            return;
        };
        if series.pixels.loaded.is_some() {
            return;
        }
        let Some(grid) = series.entry.grid.clone() else {
            return;
        };
        match &mut series.pixels.part {
            Some(part) if plane != part.wanted => return,
            Some(part) => (part.loaded, part.plane) = (loaded, plane),
            place @ None => {
                *place = Some(Part {
                    loaded,
                    plane,
                    wanted,
                    first_window,
                });
            }
        }
        let before = self.pane().view().copied();
        let began = self.not_begun(index);
        for view in self.views.of_series_mut(index) {
            if view.pane.view().is_none() {
                // other planes cannot be made of one
                if view.opens_on == ViewPlane::Acquired {
                    view.begin(&grid, Some(plane as i64), first_window);
                    view.is_new = stands_later;
                }
            } else if view.pane.plane() == Some(ViewPlane::Acquired) {
                view.pane.go_to(&grid, plane as i64);
            }
            view.pane.mark_all();
        }
        began.into_iter().for_each(|view| self.begin_level(view));
        // what the person has gone to may come only now
        self.linked_follow(before);
    }

    /// The viewports of a series that do not show anything of it yet.
    fn not_begun(&self, series: usize) -> Vec<usize> {
        let seen = self.views.seen();
        let waits = |view: &View| view.series == Some(series) && view.pane.view().is_none();
        seen.filter(|(_, view)| waits(view))
            .map(|(index, _)| index)
            .collect()
    }

    /// A viewport that begins to show its series beside others that it is linked with by position begins
    /// at their level, where its stack reaches that.
    pub(super) fn begin_level(&mut self, index: usize) {
        let is_linked = self.linking() == Linking::Position && self.is_linked_to_active(index);
        let level = self.pane().view().map(|view| view.centre);
        let (Some(level), Some(sight)) = (level, self.sight(index)) else {
            return;
        };
        let Some(axis) = sight.look.aligned_axis(sight.grid) else {
            return;
        };
        let at = sight.grid.voxel_from_patient(level).0[axis];
        let reaches = (-0.5..sight.grid.size()[axis] as f64 - 0.5).contains(&at);
        if is_linked && reaches && index != self.views.active_index() {
            self.go_level(index, level);
        }
    }

    /// The plane of a series that is to be read first: where a viewport looks already, as with another
    /// volume of the same acquisition, else the middle one.
    #[must_use]
    pub fn first_plane(&self, index: usize) -> usize {
        let Some(entry) = self.series.get(index).map(|series| &series.entry) else {
            return 0;
        };
        let mut seen = self.views.seen();
        let looks = seen.find_map(|(_, view)| {
            if let Some(resumed) = view.resumed.as_ref().filter(|_| view.series == Some(index)) {
                let at = entry.grid.as_ref()?.voxel_from_patient(resumed.middle()?).0[2].round();
                return (0.0..entry.size[2] as f64)
                    .contains(&at)
                    .then_some(at as usize);
            }
            let is_acquired = view.pane.plane() == Some(ViewPlane::Acquired);
            let (at, count) = view.pane.index(entry.grid.as_ref()?)?;
            let is_within = (0..count as i64).contains(&at);
            (view.series == Some(index) && is_acquired && is_within).then_some(at as usize)
        });
        looks.unwrap_or(entry.size[2] / 2)
    }

    /// The pixels of a series cannot be read: what was there of them goes.
    pub fn fail_to_load(&mut self, index: usize, why: imaging::Error) {
        if let Some(series) = self.series.get_mut(index) {
            series.pixels = Pixels {
                fault: Some(why),
                ..Pixels::default()
            };
        }
    }

    /// The series that are needed and that nobody reads yet, the active viewport's first.
    #[must_use]
    pub fn series_to_load(&self) -> Vec<usize> {
        let mut wanted = self.needed_series();
        wanted.retain(|index| {
            let series = self.series.get(*index);
            series.is_some_and(|series| series.pixels.is_untouched())
        });
        wanted
    }

    /// Lets go of the pixels that no viewport needs; they are read again, or come from what is kept
    /// apart, when one does.
    pub(super) fn forget_unseen_pixels(&mut self) {
        let needed = self.needed_series();
        for (index, series) in self.series.iter_mut().enumerate() {
            if !needed.contains(&index) {
                series.pixels = Pixels::default();
            }
        }
    }

    /// While planes of the active viewport's series are still to come, going to one means asking for it;
    /// false where all are there.
    pub(super) fn want(&mut self, go: impl FnOnce(&Self, i64) -> Option<i64>) -> bool {
        let Some(index) = self.views.active().series else {
            return false;
        };
        let Some(series) = self.series.get(index) else {
            return false;
        };
        let (Some(part), Some(grid)) = (&series.pixels.part, &series.entry.grid) else {
            return false;
        };
        let count = grid.size()[2];
        let asked = go(self, part.wanted as i64);
        if let (Some(asked), Some(series)) = (asked, self.series.get_mut(index)) {
            series.pixels.ask_for(asked, count);
        }
        true
    }
}
