//! Earlier studies of the patient beside the one that is read: to be looked at, never drawn on.

use super::{Layout, Linking, Monitor, Room, RoomSeries, Views};
use crate::language::Words;
use render::ViewPlane;

/// An earlier study of the patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prior {
    /// Id of its case.
    pub case: String,
    /// Days from it to the study that is read.
    pub days_before: i32,
}

impl Prior {
    /// Its name: how long before.
    #[must_use]
    pub fn name(&self, words: &Words) -> String {
        words.f("prior-days", &[("days", self.days_before.into())])
    }
}

impl Room {
    /// The earlier study that a viewport shows: its place among [`Room::priors`].
    #[must_use]
    pub fn prior_of(&self, index: usize) -> Option<usize> {
        let series = self.views.get(index)?.series?;
        self.series.get(series)?.prior
    }

    /// The earlier study that is seen.
    #[must_use]
    pub fn shown_prior(&self) -> Option<usize> {
        self.views
            .seen()
            .find_map(|(index, _)| self.prior_of(index))
    }

    /// Whether findings can be drawn where the hand is: an earlier study is only looked at.
    #[must_use]
    pub fn may_draw_here(&self) -> bool {
        self.prior_of(self.views.active_index()).is_none()
    }

    /// Whether the series of an earlier study are known.
    #[must_use]
    pub fn knows_prior(&self, prior: usize) -> bool {
        self.series.iter().any(|series| series.prior == Some(prior))
    }

    /// The series of an earlier study come behind the others.
    pub fn add_prior(&mut self, prior: usize, series: Vec<RoomSeries>) {
        if !self.knows_prior(prior) {
            let of_prior = |series| RoomSeries {
                prior: Some(prior),
                ..series
            };
            self.series.extend(series.into_iter().map(of_prior));
        }
    }

    /// Shows an earlier study at the left of the present one, each scrolling with the other as they
    /// stand; or the present one alone again.
    pub fn show_prior(&mut self, prior: Option<usize>) {
        self.finish_gesture();
        let Some(prior) = prior else {
            return self.hide_priors();
        };
        let Some(present) = self.present_series() else {
            return;
        };
        let Some(earlier) = self.counterpart(prior, present) else {
            return;
        };
        if self.shown_prior().is_none() {
            let layout = self.views.layout(Monitor::First);
            self.before_prior = layout.map(|layout| (layout, self.linking()));
        }
        let at = self.present_view();
        if at.is_some_and(|at| at != self.views.active_index()) {
            at.into_iter().for_each(|at| self.activate(at));
        }
        self.views.set_layout(Monitor::First, Layout::BESIDE);
        self.views.move_active_to(1);
        if self.shown() != Some(present) {
            self.hang(1, Some(present), ViewPlane::Acquired);
        }
        let plane = self.pane().plane().unwrap_or(ViewPlane::Acquired);
        self.set_linking(if self.share_space(present, earlier) {
            Linking::Position
        } else {
            Linking::Offset
        });
        self.hang(0, Some(earlier), plane);
        self.mark_overlays();
    }

    /// The present study as it hung before: several viewports by the protocol, at the place that is
    /// looked at; one alone as it is.
    fn hide_priors(&mut self) {
        let Some(present) = self.present_view() else {
            return;
        };
        self.activate(present);
        let before = self.before_prior.take();
        let (layout, linking) = before.unwrap_or((Layout::ONE, Linking::Off));
        if layout != Layout::ONE {
            let centre = self.pane().view().map(|view| view.centre);
            self.hang_by_protocol();
            centre.into_iter().for_each(|centre| self.set_cross(centre));
            return;
        }
        self.views.set_layout(Monitor::First, Layout::ONE);
        for view in self.views.all_mut() {
            let series = view.series.and_then(|series| self.series.get(series));
            if series.is_some_and(|series| series.prior.is_some()) {
                view.hang(None, ViewPlane::Acquired);
            }
        }
        self.forget_unseen_pixels();
        self.set_linking(linking);
    }

    /// The viewport of the first window that shows the present study, the active one before others.
    fn present_view(&self) -> Option<usize> {
        let active = self.views.active_index();
        let shows = |index: &usize| {
            let view = self.views.get(*index);
            let is_present = self.prior_of(*index).is_none();
            Views::monitor_of(*index) == Monitor::First
                && is_present
                && view.is_some_and(|view| view.series.is_some())
        };
        let seen = self.views.seen().map(|(index, _)| index);
        std::iter::once(active).chain(seen).find(shows)
    }

    fn present_series(&self) -> Option<usize> {
        let view = self.present_view().and_then(|index| self.views.get(index));
        view.and_then(|view| view.series).or(self.main_series())
    }

    /// The series of an earlier study that is most like a present one: of the same modality, the same
    /// plane and, of those, the same description; else the one with most images.
    fn counterpart(&self, prior: usize, present: usize) -> Option<usize> {
        let present = self.series.get(present)?;
        let plane = |series: &RoomSeries| series.grid().map(voxel::Grid::acquired_plane);
        let all = self.series.iter().enumerate();
        let of_prior = all.filter(|(_, series)| series.prior == Some(prior));
        let likeness = |series: &RoomSeries| {
            (
                series.entry.modality == present.entry.modality,
                plane(series) == plane(present),
                series.name == present.name,
                series.entry.frames,
            )
        };
        let best = of_prior.max_by_key(|(index, series)| (likeness(series), usize::MAX - index));
        best.map(|(index, _)| index)
    }
}
