//! One plane of a series, shown while the others are still being read.

use super::{Room, facts, gesture};
use imaging::Loaded;
use render::{ViewPlane, WindowLevel};
use std::sync::Arc;
use voxel::Grid;

/// The plane that is there already. The room looks through the whole series' grid, so that nothing
/// moves when the rest has come.
pub(super) struct Part {
    pub(super) loaded: Arc<Loaded>,
    /// Which plane it is.
    plane: usize,
    /// The plane that the person has gone to.
    wanted: usize,
    /// The grey levels that this plane alone asked for.
    pub(super) first_window: WindowLevel,
}

impl Room {
    /// A plane of a series has been decoded. It is shown if it is the first, or the one the person has
    /// gone to.
    pub fn show_part(&mut self, index: usize, plane: usize, loaded: Arc<Loaded>) {
        let is_shown = self.shown == Some(index);
        if is_shown && self.loaded.is_some() {
            return;
        }
        match &mut self.part {
            Some(part) if is_shown => {
                if plane != part.wanted {
                    return;
                }
                (part.loaded, part.plane) = (loaded, plane);
                if let Some(grid) = self.grid().cloned() {
                    self.pane.go_to(&grid, plane as i64);
                }
                self.pane.mark_all();
            }
            _ => self.begin_with(index, plane, loaded),
        }
    }

    fn begin_with(&mut self, index: usize, plane: usize, loaded: Arc<Loaded>) {
        let Some(grid) = self.series.get(index).and_then(|s| s.entry.grid.clone()) else {
            return;
        };
        let window = facts::first_window(&loaded, self.document.protocol());
        // formats that are read from the front begin elsewhere than a series is opened
        let wanted = grid.size()[2] / 2;
        self.begin_series(index);
        self.pane
            .show(&grid, ViewPlane::Acquired, Some(plane as i64), window);
        self.part = Some(Part {
            loaded,
            plane,
            wanted,
            first_window: window,
        });
    }

    /// Another series comes to the viewport: nothing of the last one stays.
    pub(super) fn begin_series(&mut self, index: usize) {
        self.load_fault = None;
        self.shown = Some(index);
        self.loaded = None;
        self.part = None;
        self.full_range = None;
        // Sizes and values belong to the shown pixels.
        self.known = std::cell::RefCell::default();
        self.pane = crate::viewport::Pane::default();
        self.hand = gesture::Hand::default();
    }

    /// The pixels cannot be read: what was there of them goes.
    pub fn fail_to_load(&mut self, why: imaging::Error) {
        self.loading = None;
        self.part = None;
        self.load_fault = Some(why);
    }

    /// Whether planes are still to come.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.part.is_some()
    }

    /// Whether the tool in hand goes by values that are still to come. All others may draw: the grid
    /// of the whole series is known.
    pub(super) const fn waits_for_values(&self) -> bool {
        self.part.is_some() && self.brush.is_gated
    }

    /// Whether there is something to see.
    #[must_use]
    pub const fn has_picture(&self) -> bool {
        self.part.is_some() || self.loaded.is_some()
    }

    /// The plane that the person has gone to and that is not there yet.
    #[must_use]
    pub fn wanted_plane(&self) -> Option<usize> {
        let part = self.part.as_ref()?;
        (part.wanted != part.plane).then_some(part.wanted)
    }

    /// While planes are still to come, going to a plane means asking for it; false where all are there.
    pub(super) fn want(&mut self, grid: &Grid, go: impl FnOnce(&Self, i64) -> Option<i64>) -> bool {
        let Some(part) = &self.part else {
            return false;
        };
        let last = grid.size()[2].saturating_sub(1) as i64;
        if let Some(index) = go(self, part.wanted as i64)
            && let Some(part) = &mut self.part
        {
            part.wanted = index.clamp(0, last) as usize;
        }
        true
    }
}
