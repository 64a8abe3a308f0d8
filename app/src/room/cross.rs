//! The cross-hair in the hand: put it somewhere, drag a line, turn the planes, set them straight again.

use super::{PlaneLine, Room};
use egui::Pos2;
use render::{SliceView, ViewPlane};

/// What of the cross-hair is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Grip {
    /// Its place.
    Place,
    /// The plane of another viewport, by its line.
    Line(usize),
    /// The end of a line: all planes at right angles to this one turn.
    Turn,
}

/// Points within which a line is taken hold of.
const REACH: f32 = 6.0;
/// Points around the cross-hair that are its place.
const PLACE: f32 = 24.0;
/// Share of a line, counted from the cross-hair outwards, that moves it; what lies beyond turns it.
const INNER: f32 = 0.7;

impl Room {
    /// Whether the lines of the other viewports' planes are shown.
    #[must_use]
    pub fn shows_lines(&self) -> bool {
        self.shows_lines || self.tool == super::Tool::Crosshair
    }

    /// Where the cross-hair stands on the window, in a viewport.
    #[must_use]
    pub fn cross_on_screen(&self, index: usize) -> Option<Pos2> {
        let point = self.cross_in(index)?;
        self.views.get(index)?.pane.screen_of(point)
    }

    /// What a press on the active viewport takes hold of.
    pub(super) fn grip_at(&self, at: Pos2) -> Grip {
        let active = self.views.active_index();
        let Some(centre) = self.cross_on_screen(active) else {
            return Grip::Place;
        };
        if at.distance(centre) <= PLACE {
            return Grip::Place;
        }
        let lines = self.plane_lines(active);
        let near = lines
            .iter()
            .map(|line| (distance(line, at), line))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(distance, _)| *distance <= REACH);
        let Some((_, line)) = near else {
            return Grip::Place;
        };
        let end = line.ends.map(|end| (end - centre).dot(at - centre));
        let outer = if end[0] > end[1] {
            line.ends[0]
        } else {
            line.ends[1]
        };
        if at.distance(centre) > INNER * outer.distance(centre) {
            Grip::Turn
        } else {
            Grip::Line(line.of)
        }
    }

    /// The hand drags what it holds of the cross-hair.
    pub(super) fn drag_cross(&mut self, grip: Grip, from: Pos2, to: Pos2) {
        let Some(point) = self.pane().patient_at(to) else {
            return;
        };
        match grip {
            Grip::Place => self.set_cross(point),
            Grip::Line(of) => {
                let cross = self.cross_in(self.views.active_index());
                let plane = self
                    .views
                    .get(of)
                    .and_then(|view| view.pane.view().copied());
                if let (Some(cross), Some(plane)) = (cross, plane) {
                    let normal = plane.normal();
                    self.set_cross(cross + normal * (point - cross).dot(normal));
                }
            }
            Grip::Turn => {
                let centre = self.cross_on_screen(self.views.active_index());
                if let Some(centre) = centre {
                    let angle = |at: Pos2| f64::from((at - centre).angle());
                    self.turn_planes(angle(to) - angle(from));
                }
            }
        }
    }

    /// Turns the planes of the other viewports about the cross-hair, around the active plane's normal.
    fn turn_planes(&mut self, angle_rad: f64) {
        let active = self.views.active_index();
        let (Some(about), Some(axis)) = (
            self.cross_in(active),
            self.pane().view().map(SliceView::normal),
        ) else {
            return;
        };
        let turned: Vec<usize> = self
            .plane_lines(active)
            .iter()
            .map(|line| line.of)
            .collect();
        for index in turned {
            let Some(view) = self.views.get_mut(index) else {
                continue;
            };
            if let Some(now) = view.pane.view() {
                let moved = now.turned(axis, angle_rad.to_degrees(), about);
                view.pane.set_view(moved);
            }
        }
    }

    /// A double click on the cross-hair's place sets turned planes straight again; false elsewhere.
    pub fn straighten_at(&mut self, at: Pos2) -> bool {
        let active = self.views.active_index();
        let is_there = self
            .cross_on_screen(active)
            .is_some_and(|centre| at.distance(centre) <= PLACE);
        if self.tool != super::Tool::Crosshair || !is_there {
            return false;
        }
        let Some(cross) = self.cross_in(active) else {
            return false;
        };
        let turned: Vec<usize> = self
            .views
            .seen()
            .filter(|(index, _)| self.cross_in(*index).is_some() && self.is_turned(*index))
            .map(|(index, _)| index)
            .collect();
        for index in turned {
            self.straighten(index);
        }
        self.set_cross(cross);
        true
    }

    /// Whether a viewport's plane lies across its grid.
    fn is_turned(&self, index: usize) -> bool {
        self.sight(index)
            .is_some_and(|sight| sight.look.aligned_axis(sight.grid).is_none())
    }

    fn straighten(&mut self, index: usize) {
        let Some(grid) = self.sight(index).map(|sight| sight.grid.clone()) else {
            return;
        };
        let Some(view) = self.views.get_mut(index) else {
            return;
        };
        let (Some(window), Some(old)) = (view.pane.window(), view.pane.view().copied()) else {
            return;
        };
        let plane = view.pane.plane().unwrap_or(ViewPlane::Acquired);
        view.pane.show(&grid, plane, None, window);
        if let Some(mut straight) = view.pane.view().copied() {
            straight.mm_per_px = old.mm_per_px;
            view.pane.set_view(straight);
        }
    }
}

/// How far a place lies beside a line, points.
fn distance(line: &PlaneLine, at: Pos2) -> f32 {
    let [from, to] = line.ends;
    let along = to - from;
    let share = ((at - from).dot(along) / along.length_sq().max(1e-6)).clamp(0.0, 1.0);
    at.distance(from + along * share)
}
