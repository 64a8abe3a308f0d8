//! Viewports that go together: one place in the patient for all, scrolling side by side, the lines in
//! which their planes cut one another.

use super::moving::through;
use super::{Layout, Monitor, Room, View};
use egui::Pos2;
use render::{SliceView, ViewPlane};
use std::collections::BTreeMap;
use voxel::{PatientPoint, PatientVector, Plane};

/// How viewports that show parallel planes scroll together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Linking {
    /// Each for itself.
    Off,
    /// At the same place in the patient; only where series share a frame of reference.
    #[default]
    Position,
    /// As far apart as they stood when they were linked: a prior study, or an offset of the reader's own.
    Offset,
}

impl Linking {
    /// All, in the order of their choice.
    pub const ALL: [Self; 3] = [Self::Off, Self::Position, Self::Offset];

    /// Key of its name.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Off => "link-off",
            Self::Position => "link-position",
            Self::Offset => "link-offset",
        }
    }
}

/// What binds the viewports.
#[derive(Default)]
pub(super) struct Link {
    linking: Linking,
    /// Where the cross-hair is, and whose space that is: the place of a series among the room's.
    cross: Option<(PatientPoint, usize)>,
    /// What lies between two series along the planes' normal, mm, by their places among the room's.
    offsets: BTreeMap<(usize, usize), PatientVector>,
}

/// The line in which another viewport's plane cuts a viewport's, on the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneLine {
    /// Number of the other viewport.
    pub of: usize,
    /// The anatomical plane closest to it.
    pub plane: Plane,
    /// Its ends at the edge of the picture.
    pub ends: [Pos2; 2],
}

/// Cosine above which planes count as parallel and scroll together: 15 degrees.
const PARALLEL: f64 = 0.966;
/// Cosine above which two planes have no line worth drawing: 3 degrees.
const SAME: f64 = 0.998_6;

impl Room {
    /// How parallel viewports scroll.
    #[must_use]
    pub const fn linking(&self) -> Linking {
        self.link.linking
    }

    /// Links viewports as they stand now, or lets them go.
    pub fn set_linking(&mut self, linking: Linking) {
        self.link.linking = linking;
        self.link.offsets.clear();
        self.remember_standing();
    }

    /// While viewports are linked as they stand: takes in how those stand that were not there before.
    fn remember_standing(&mut self) {
        if self.link.linking != Linking::Offset {
            return;
        }
        let standing: Vec<(usize, SliceView)> = self
            .views
            .seen()
            .filter_map(|(_, view)| Some((view.series?, *view.pane.view()?)))
            .collect();
        for (from, a) in &standing {
            for (to, b) in &standing {
                let between = a.normal() * a.depth_mm(b.centre);
                self.link.offsets.entry((*from, *to)).or_insert(between);
            }
        }
    }

    /// While viewports are linked as they stand, one that has just begun to show its series stands beside
    /// the others: at their level where they share a space, else at the same share of its stack.
    pub(super) fn stand_beside(&mut self, index: usize) {
        if self.link.linking != Linking::Offset {
            return;
        }
        let active = self.views.active_index();
        let seen = self.views.seen().map(|(other, _)| other);
        let partner = std::iter::once(active)
            .chain(seen)
            .filter(|other| *other != index)
            .find_map(|other| self.sight(other));
        let own = self.sight(index);
        let (Some(partner), Some(own)) = (partner, own) else {
            return;
        };
        let level = partner.look.centre;
        let [from, to] = [&partner, &own].map(|sight| sight.view.series);
        let shares = from.zip(to).is_some_and(|(a, b)| self.share_space(a, b));
        let place = partner.plane_index().zip(own.plane_index());
        if shares {
            self.go_level(index, level);
        } else if let (Some(((at, of), (_, count))), Some(axis)) =
            (place, own.look.aligned_axis(own.grid))
        {
            let share = (partner.strip_index(at) as f64 + 0.5) / of.max(1) as f64;
            let plane = own.strip_index((share * count as f64) as i64);
            let mut moved = own.look.at_plane(own.grid, axis, plane);
            // as large as the other, also after both have got their places: sizes are compared by eye
            moved.size_px = partner.look.size_px;
            moved.mm_per_px = partner.look.mm_per_px;
            if !self.asks_for(index, plane) {
                self.set_view(index, moved);
            }
        }
        self.remember_standing();
    }

    /// Off and on again by the same key: by place where series share a space, else as they stand.
    pub fn toggle_link(&mut self) {
        let linking = match self.link.linking {
            Linking::Off => {
                let active = self.shown();
                let all_share = self.views.seen().all(|(_, view)| {
                    let pair = active.zip(view.series);
                    pair.is_none_or(|(a, b)| self.share_space(a, b))
                });
                if all_share {
                    Linking::Position
                } else {
                    Linking::Offset
                }
            }
            Linking::Position | Linking::Offset => Linking::Off,
        };
        self.set_linking(linking);
    }

    /// The offset that the reader has set between the active viewport and another, mm along the normal.
    #[must_use]
    pub fn offset_mm(&self, index: usize) -> Option<f64> {
        if self.link.linking != Linking::Offset {
            return None;
        }
        let pair = (self.shown()?, self.views.get(index)?.series?);
        let offset = self.link.offsets.get(&pair)?;
        let normal = self.pane().view()?.normal();
        Some(offset.dot(normal))
    }

    /// Whether places mean the same in two series: they share a frame of reference, or are laid on the
    /// same grid where their format knows no frames.
    #[must_use]
    pub fn share_space(&self, a: usize, b: usize) -> bool {
        if a == b {
            return true;
        }
        let (Some(a), Some(b)) = (self.series.get(a), self.series.get(b)) else {
            return false;
        };
        let frame = |series: &super::RoomSeries| {
            let uid = series.entry.frame_of_reference_uid.clone();
            uid.filter(|uid| !uid.is_empty())
        };
        match (frame(a), frame(b)) {
            (Some(a), Some(b)) => a == b,
            (None, None) => {
                let knows_no_frames = |series: &super::RoomSeries| {
                    series.entry.format != imaging::Format::Dicom && series.entry.grid.is_some()
                };
                knows_no_frames(a) && knows_no_frames(b) && a.grid() == b.grid()
            }
            _ => false,
        }
    }

    /// The place of the cross-hair in the space of a viewport's series.
    #[must_use]
    pub fn cross_in(&self, index: usize) -> Option<PatientPoint> {
        let (point, series) = self.link.cross?;
        let shown = self.views.get(index)?.series?;
        self.share_space(series, shown).then_some(point)
    }

    /// Puts the cross-hair at a place of the active viewport's series: all viewports that share its space
    /// show that place.
    pub fn set_cross(&mut self, point: PatientPoint) {
        let Some(series) = self.shown() else { return };
        self.link.cross = Some((point, series));
        let active = self.views.active_index();
        let others: Vec<usize> = self.views.seen().map(|(index, _)| index).collect();
        for index in others {
            // the active viewport shows the place already: it was pointed at there
            let is_there = index == active && self.is_at(index, point);
            if !is_there {
                self.follow_cross(index);
            }
        }
    }

    /// Whether a viewport's plane passes through a place.
    fn is_at(&self, index: usize, point: PatientPoint) -> bool {
        let view = self.views.get(index).and_then(|view| view.pane.view());
        view.is_some_and(|view| view.depth_mm(point).abs() < 1e-6)
    }

    /// Whether a viewport scrolls with the active one.
    #[must_use]
    pub fn is_linked_to_active(&self, index: usize) -> bool {
        let (Some(own), Some(shown)) = (self.views.get(index), self.shown()) else {
            return false;
        };
        let (Some(series), Some(now)) = (own.series, self.pane().view()) else {
            return false;
        };
        match self.link.linking {
            Linking::Off => false,
            Linking::Position => self.share_space(shown, series) && is_parallel(own, now),
            Linking::Offset => {
                self.link.offsets.contains_key(&(shown, series)) && is_parallel(own, now)
            }
        }
    }

    /// Brings a viewport to the cross-hair.
    pub(super) fn follow_cross(&mut self, index: usize) {
        if let Some(point) = self.cross_in(index) {
            self.look_at(index, point);
        }
    }

    /// Viewports that have just begun to show their series come to the cross-hair.
    pub(super) fn bring_new_views_to_cross(&mut self) {
        let seen: Vec<usize> = self.views.seen().map(|(index, _)| index).collect();
        for index in seen {
            let view = self.views.get_mut(index);
            if view.is_some_and(|view| std::mem::take(&mut view.is_new)) {
                self.follow_cross(index);
                self.stand_beside(index);
            }
        }
    }

    /// Shows a place in a viewport, on a plane of its own stack where it lies along one.
    fn look_at(&mut self, index: usize, point: PatientPoint) {
        let seen = self
            .sight(index)
            .map(|sight| (sight.grid.clone(), *sight.look));
        let Some((grid, now)) = seen else { return };
        let mut moved = through(&now, point);
        if let Some(axis) = now.aligned_axis(&grid) {
            let plane = grid.voxel_from_patient(point).0[axis].round() as i64;
            if self.asks_for(index, plane) {
                return;
            }
            moved = moved.at_plane(&grid, axis, plane);
        }
        self.set_view(index, moved);
    }

    /// Whether a plane of a viewport's series is still to come; then it is asked for.
    fn asks_for(&mut self, index: usize, plane: i64) -> bool {
        let series = self.views.get(index).and_then(|view| view.series);
        let series = series.and_then(|series| self.series.get_mut(series));
        series.is_some_and(|series| {
            let count = series.entry.size[2];
            series.pixels.ask_for(plane, count)
        })
    }

    fn set_view(&mut self, index: usize, view: SliceView) {
        if let Some(target) = self.views.get_mut(index) {
            target.pane.set_view(view);
        }
    }

    /// The active viewport has moved along its normal: the cross-hair goes with it, and so do the viewports
    /// that are linked.
    pub(super) fn linked_follow(&mut self, before: Option<SliceView>) {
        let active = self.views.active_index();
        let (Some(before), Some(now), Some(series)) =
            (before, self.pane().view().copied(), self.shown())
        else {
            return;
        };
        if before == now {
            return;
        }
        if let Some(cross) = self.cross_in(active) {
            let moved = cross - now.normal() * now.depth_mm(cross);
            self.link.cross = Some((moved, series));
        }
        if self.link.linking == Linking::Off {
            return;
        }
        let others: Vec<(usize, usize)> = self
            .views
            .seen()
            .filter(|(index, view)| *index != active && is_parallel(view, &now))
            .filter_map(|(index, view)| Some((index, view.series?)))
            .collect();
        for (index, other) in others {
            let offset = match self.link.linking {
                Linking::Offset => self.link.offsets.get(&(series, other)).copied(),
                _ => self
                    .share_space(series, other)
                    .then_some(PatientVector([0.0; 3])),
            };
            if let Some(offset) = offset {
                self.go_level(index, now.centre + offset);
            }
        }
    }

    /// Moves a viewport along its own normal to the level of a place.
    pub(super) fn go_level(&mut self, index: usize, level: PatientPoint) {
        let seen = self
            .sight(index)
            .map(|sight| (sight.grid.clone(), *sight.look));
        let Some((grid, now)) = seen else { return };
        let mut moved = now.through(level);
        if let Some(axis) = now.aligned_axis(&grid) {
            let at = moved.plane_at_centre(&grid, axis).round() as i64;
            if self.asks_for(index, at) {
                return;
            }
            moved = now.at_plane(&grid, axis, at);
        }
        self.set_view(index, moved);
    }

    /// The lines in which the planes of the other viewports cut one, where they share its space.
    #[must_use]
    pub fn plane_lines(&self, index: usize) -> Vec<PlaneLine> {
        let Some(own) = self.views.get(index) else {
            return Vec::new();
        };
        let (Some(series), Some(view)) = (own.series, own.pane.view()) else {
            return Vec::new();
        };
        let others = self.views.seen().filter(|(other, _)| *other != index);
        others
            .filter_map(|(of, other)| {
                other.series.filter(|s| self.share_space(series, *s))?;
                let plane = other.pane.view()?;
                if view.normal().dot(plane.normal()).abs() > SAME {
                    return None;
                }
                let [from, to] = view.cut_by(plane)?.map(|at| view.patient_at(at));
                Some(PlaneLine {
                    of,
                    plane: nearest_plane(plane),
                    ends: [own.pane.screen_of(from)?, own.pane.screen_of(to)?],
                })
            })
            .collect()
    }

    /// Lays three planes of the shown series at right angles, with the cross-hair where it looks.
    pub fn show_planes(&mut self) {
        let Some(series) = self.shown().filter(|_| self.can_show_planes()) else {
            return;
        };
        let centre = self.pane().view().map(|view| view.centre);
        let window = self.pane().window();
        self.finish_gesture();
        let count = self.views.layout(Monitor::First).map_or(1, Layout::count);
        if count < 3 {
            self.views.set_layout(Monitor::First, Layout::FOUR);
        }
        self.views.activate(0);
        for (index, plane) in [Plane::Axial, Plane::Sagittal, Plane::Coronal]
            .into_iter()
            .enumerate()
        {
            self.hang(index, Some(series), ViewPlane::Anatomical(plane));
            if let (Some(window), Some(view)) = (window, self.views.get_mut(index)) {
                view.pane.set_window(window);
            }
        }
        self.fill_empty_views();
        self.views.activate(0);
        if let Some(centre) = centre {
            self.set_cross(centre);
        }
    }

    /// Whether the shown series has other planes than its own.
    #[must_use]
    pub fn can_show_planes(&self) -> bool {
        let has_depth = self
            .grid()
            .is_some_and(|grid| grid.size().iter().all(|n| *n > 1));
        has_depth && self.loaded().is_some() && self.has_spacing()
    }
}

fn is_parallel(view: &View, to: &SliceView) -> bool {
    let other = view.pane.view();
    other.is_some_and(|other| other.normal().dot(to.normal()).abs() >= PARALLEL)
}

/// The anatomical plane closest to a view.
pub(super) fn nearest_plane(view: &SliceView) -> Plane {
    let [x, y, z] = view.normal().0.map(f64::abs);
    if z >= x && z >= y {
        Plane::Axial
    } else if y >= x {
        Plane::Coronal
    } else {
        Plane::Sagittal
    }
}
