//! Where the viewports look: planes, steps along the stack, jumps to findings, layouts.

use super::{Layout, Monitor, Room, Tool, overlay};
use annotation_format::FindingId;
use render::{SliceView, ViewPlane};
use voxel::{Grid, PatientPoint, Plane};

impl Room {
    /// The hand goes to a viewport; a gesture on another one ends first.
    pub fn activate(&mut self, index: usize) {
        if self.views.active_index() != index {
            self.finish_gesture();
            self.views.activate(index);
        }
    }

    /// Stands the viewports of a window otherwise; new ones show the series that are not shown yet, in their
    /// order.
    pub fn set_layout(&mut self, monitor: Monitor, layout: Layout) {
        self.finish_gesture();
        self.views.set_layout(monitor, layout);
        self.fill_empty_views();
        self.forget_unseen_pixels();
        self.mark_overlays();
    }

    /// Opens a second window with viewports, or closes it.
    pub fn set_second_window(&mut self, layout: Option<Layout>) {
        self.finish_gesture();
        self.views.set_second(layout);
        self.fill_empty_views();
        self.forget_unseen_pixels();
    }

    pub(super) fn fill_empty_views(&mut self) {
        let from = self.shown().map_or(0, |shown| shown + 1);
        let all = self.series.len();
        // a report is not what one lays beside an image
        let is_image = |index: &usize| {
            let series = self.series.get(*index);
            series.is_some_and(|series| series.entry.is_image && series.prior.is_none())
        };
        let mut free: Vec<usize> = (0..all)
            .map(|n| (from + n) % all)
            .filter(is_image)
            .collect();
        free.retain(|series| self.views.shown_series().all(|shown| shown != *series));
        let mut free = free.into_iter();
        let standing = [Monitor::First, Monitor::Second].map(|monitor| self.views.numbers(monitor));
        for index in standing.into_iter().flatten() {
            let is_empty = self.views.get(index).is_some_and(|v| v.series.is_none());
            if is_empty && let Some(series) = free.next() {
                self.hang(index, Some(series), ViewPlane::Acquired);
            }
        }
    }

    /// Hangs a series in a viewport.
    pub fn hang(&mut self, index: usize, series: Option<usize>, opens_on: ViewPlane) {
        self.finish_gesture();
        let Some(view) = self.views.get_mut(index) else {
            return;
        };
        view.hang(series, opens_on);
        self.forget_unseen_pixels();
        if let Some(series) = series {
            self.begin_view(index, series);
        }
    }

    /// Lets a viewport show what is there of its series' pixels.
    fn begin_view(&mut self, index: usize, series: usize) {
        let protocol = self.document.protocol().clone();
        let (Some(series), Some(view)) = (self.series.get(series), self.views.get_mut(index))
        else {
            return;
        };
        if let Some(loaded) = series.pixels.loaded() {
            let window = super::first_window(loaded, &protocol);
            view.begin(loaded.volume.grid(), None, window);
            self.begin_level(index);
            self.follow_cross(index);
            self.stand_beside(index);
        }
    }

    /// Shows a series in the viewport the hand is on.
    pub fn show_series(&mut self, series: usize) {
        self.hang(self.views.active_index(), Some(series), ViewPlane::Acquired);
    }

    /// Shows the series before or after, in the viewport the hand is on; another volume of the same
    /// acquisition at the same place.
    pub(super) fn show_neighbour_series(&mut self, step: i64) {
        let Some(shown) = self.shown() else { return };
        let volumes = self.volumes_of(shown);
        let at = volumes.iter().position(|volume| *volume == shown);
        let beside = at.and_then(|at| at.checked_add_signed(step as isize));
        if let Some(volume) = beside.and_then(|beside| volumes.get(beside)) {
            self.finish_gesture();
            return self.show_volume(self.views.active_index(), *volume);
        }
        let next = (shown as i64 + step).clamp(0, self.series.len() as i64 - 1) as usize;
        if next != shown {
            self.show_series(next);
        }
    }

    /// Shows an anatomical plane of the series, once all its pixels are there.
    pub fn show_plane(&mut self, plane: Plane) {
        if self.is_partial() || !self.has_orientation() {
            return;
        }
        let (Some(grid), Some(window)) = (self.grid().cloned(), self.pane().window()) else {
            return;
        };
        let centre = self.pane().view().map(|view| view.centre);
        let index = centre.map(|at| index_at(&grid, grid.axis_of(plane), at));
        let plane = ViewPlane::Anatomical(plane);
        self.pane_mut().show(&grid, plane, index, window);
    }

    /// The anatomical plane closest to the one shown, where the orientation in the patient is known.
    #[must_use]
    pub fn anatomical_plane(&self) -> Option<Plane> {
        if !self.has_orientation() {
            return None;
        }
        Some(self.pane().plane()?.anatomical(self.grid()?))
    }

    /// Index of the plane that the active viewport shows and their count.
    #[must_use]
    pub fn index(&self) -> Option<(i64, usize)> {
        self.pane().index(self.grid()?)
    }

    /// Steps through the stack.
    pub fn step(&mut self, steps: i64) {
        let Some(grid) = self.grid().cloned() else {
            return;
        };
        let is_asked = self.want(|room, from| {
            let view = room.pane().view()?;
            let axis = view.aligned_axis(&grid)?;
            let moved = view.stepped(&grid, steps).plane_at_centre(&grid, axis);
            Some(from + (moved - view.plane_at_centre(&grid, axis)).round() as i64)
        });
        if !is_asked {
            let before = self.pane().view().copied();
            self.pane_mut().step(&grid, steps);
            self.linked_follow(before);
        }
    }

    /// Goes to a plane of the shown stack.
    pub(super) fn go_to(&mut self, index: i64) {
        let Some(grid) = self.grid().cloned() else {
            return;
        };
        if !self.want(|_, _| Some(index)) {
            let before = self.pane().view().copied();
            self.pane_mut().go_to(&grid, index);
            self.linked_follow(before);
        }
    }

    /// Goes to the middle of a finding, in the viewport the hand is on where it shows the finding's
    /// series, else in the first that does.
    pub fn jump_to(&mut self, id: &FindingId) {
        let Some(finding) = self.document.finding(id).cloned() else {
            return;
        };
        let shows = |index: usize| {
            let view = self.views.get(index)?;
            let series = self.series.get(view.series?)?;
            (series.id == finding.series).then_some(index)
        };
        let seen = self.views.seen().map(|(index, _)| index);
        let Some(index) = std::iter::once(self.views.active_index())
            .chain(seen)
            .find_map(shows)
        else {
            return;
        };
        self.activate(index);
        let Some(grid) = self.grid().cloned() else {
            return;
        };
        let Some(centre) = overlay::centre_of(&finding) else {
            return;
        };
        if let Some(axis) = self.pane().view().and_then(|view| view.aligned_axis(&grid))
            && let Some(at) = centre.0.get(axis)
        {
            self.go_to(at.round() as i64);
        }
        if !self.views.is_alone() {
            // viewports of other planes go there too
            self.set_cross(grid.patient_from_voxel(centre));
        }
    }

    /// Goes to a finding and shows it so large that it takes a third of the picture.
    pub fn zoom_to(&mut self, id: &FindingId) {
        self.jump_to(id);
        let Some(finding) = self.document.finding(id).cloned() else {
            return;
        };
        let (Some(grid), Some(centre)) = (self.grid().cloned(), overlay::centre_of(&finding))
        else {
            return;
        };
        let Some(voxels) = self.box_of(&finding) else {
            return;
        };
        let spacing = grid.spacing_mm();
        let extent_mm = (0..3)
            .map(|axis| (voxels.max[axis] - voxels.min[axis]) as f64 * spacing[axis])
            .fold(0.0, f64::max);
        let Some(mut view) = self.pane().view().copied() else {
            return;
        };
        let side_px = view.size_px.into_iter().min().unwrap_or(1) as f64;
        let fit = view.fitted(&grid).mm_per_px;
        let plane = view.centre;
        view.mm_per_px = (extent_mm * 3.0 / side_px).clamp(LEAST_SPAN_MM / side_px, fit);
        // the plane stays; its middle comes to the finding
        let at = grid.patient_from_voxel(centre);
        let normal = view.normal();
        view.centre = at - normal * (at - plane).dot(normal);
        self.pane_mut().set_view(view);
    }

    /// Shows the whole plane.
    pub fn fit(&mut self) {
        if let Some(grid) = self.grid().cloned() {
            self.pane_mut().fit(&grid);
        }
    }

    /// Whether planes of the series in the viewport the hand is on are still to come.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.pixels().is_some_and(|pixels| pixels.part.is_some())
    }

    /// Whether the tool in hand goes by values that are still to come. All others may draw: the grid
    /// of the whole series is known.
    pub(super) fn waits_for_values(&self) -> bool {
        self.is_partial()
            && match self.tool {
                Tool::ThresholdBrush | Tool::AdaptiveBrush => true,
                _ => self.brush.is_gated,
            }
    }

    /// Goes to a place in the strip.
    pub fn go_to_strip(&mut self, place: i64) {
        let index = self
            .sight(self.views.active_index())
            .map(|sight| sight.strip_index(place));
        if let Some(index) = index {
            self.go_to(index);
        }
    }
}

/// No closer than so many mm from edge to edge: a finding of one voxel needs its surroundings.
const LEAST_SPAN_MM: f64 = 30.0;

/// The plane of a grid axis closest to a place.
fn index_at(grid: &Grid, axis: usize, at: PatientPoint) -> i64 {
    let voxel = grid.voxel_from_patient(at).0;
    voxel.get(axis).map_or(0, |c| c.round() as i64)
}

/// A view of the same direction and scale through a place; where it lies outside the picture's middle
/// nine tenths, the picture is moved to it.
pub(super) fn through(view: &SliceView, point: PatientPoint) -> SliceView {
    let mut moved = view.through(point);
    let at = moved.screen_of(point).0;
    let is_seen = (0..2).all(|side| {
        let size = moved.size_px[side] as f64;
        (0.05 * size..=0.95 * size).contains(&at[side])
    });
    if !is_seen {
        moved.centre = point;
    }
    moved
}
