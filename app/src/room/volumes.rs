//! Volumes of one acquisition on one grid: phases of the heart, times after a contrast medium, b-values.

use super::{Cine, Room};

/// What a cine runs through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Through {
    /// The slices of one volume.
    #[default]
    Slices,
    /// The volumes, at one slice.
    Volumes,
}

impl Through {
    /// Both, in the order of their choice.
    pub const ALL: [Self; 2] = [Self::Volumes, Self::Slices];

    /// Key of its name.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Slices => "cine-slices",
            Self::Volumes => "cine-volumes",
        }
    }
}

/// All volumes are held while a cine runs through them; more than these bytes are not begun.
const MOST_BYTES: usize = 1 << 30;

impl Room {
    /// The volumes of a series' acquisition on its grid, in their order; the series alone where it has
    /// no sisters.
    #[must_use]
    pub fn volumes_of(&self, series: usize) -> Vec<usize> {
        let Some(own) = self.series.get(series) else {
            return Vec::new();
        };
        let uid = own
            .entry
            .series_uid
            .as_deref()
            .filter(|uid| !uid.is_empty());
        let all = self.series.iter().enumerate();
        let sisters = all.filter(|(index, other)| {
            let is_sister = uid.is_some()
                && other.entry.series_uid.as_deref() == uid
                && other.prior == own.prior
                && other.entry.grid.is_some()
                && other.entry.grid == own.entry.grid;
            *index == series || is_sister
        });
        sisters.map(|(index, _)| index).collect()
    }

    /// Whether a cine can run through the volumes of a series: there are several, and they can be held.
    #[must_use]
    pub fn can_run_through_volumes(&self, series: usize) -> bool {
        let volumes = self.volumes_of(series);
        let bytes = |series: &usize| {
            let entry = self.series.get(*series).map(|series| &series.entry);
            entry.map_or(0, |entry| entry.size.iter().product::<usize>() * 2)
        };
        volumes.len() > 1 && volumes.iter().map(bytes).sum::<usize>() <= MOST_BYTES
    }

    /// Shows another volume of the acquisition at the same place, as large and in the same grey levels.
    pub(super) fn show_volume(&mut self, index: usize, series: usize) {
        if let Some(view) = self.views.get_mut(index) {
            view.series = Some(series);
            view.pane.mark_all();
        }
        self.forget_unseen_pixels();
    }

    /// The series whose pixels are needed: those that viewports show, the active one's first, and the
    /// volumes that a cine runs through.
    #[must_use]
    pub fn needed_series(&self) -> Vec<usize> {
        let mut needed: Vec<usize> = Vec::new();
        let shown = self.views.shown_series();
        let runs = |cine: &Cine| cine.through == Through::Volumes;
        let run = self
            .views
            .seen()
            .filter(|(_, view)| view.cine.as_ref().is_some_and(runs));
        let volumes = run.filter_map(|(_, view)| Some(self.volumes_of(view.series?)));
        for series in shown.chain(volumes.flatten()) {
            if !needed.contains(&series) {
                needed.push(series);
            }
        }
        needed
    }

    /// The volume that a cine comes to after some steps; only what has been read is shown.
    pub(super) fn volume_after(&self, index: usize, steps: i64) -> Option<usize> {
        let series = self.views.get(index)?.series?;
        let volumes = self.volumes_of(series);
        let at = volumes.iter().position(|volume| *volume == series)? as i64;
        let to = (at + steps).rem_euclid(volumes.len() as i64) as usize;
        let is_read = |to: &usize| {
            self.series
                .get(*to)
                .is_some_and(|s| s.pixels.loaded().is_some())
        };
        volumes.get(to).copied().filter(is_read)
    }

    /// What the cine of a viewport runs through.
    pub fn set_cine_through(&mut self, index: usize, through: Through) {
        if let Some(cine) = self
            .views
            .get_mut(index)
            .and_then(|view| view.cine.as_mut())
        {
            cine.through = through;
        }
        self.forget_unseen_pixels();
    }
}
