//! What the hand does on the viewport: press, move, release, wheel.
//!
//! A gesture is one edit: the samples of a stroke are applied as they come and merged; the journal
//! gets the whole when the button is up.

use super::brush::Begun;
use super::cross::Grip;
use super::{Act, Room, Tool};
use crate::settings::MouseProfile;
use annotation_format::document::gesture::{self, Onto};
use annotation_format::{Edit, FindingId};
use egui::{Modifiers, PointerButton, Pos2, Rect};
use voxel::{StrokePoint, VoxelIndex, VoxelPoint};

/// What a held button does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Held {
    Paint { is_erasing: bool },
    Box { from: Pos2 },
    Pan,
    Zoom { at: Pos2 },
    Window,
    Cross(Grip),
}

/// The hand between press and release.
#[derive(Default)]
pub(super) struct Hand {
    held: Option<(Held, PointerButton)>,
    last: Option<Pos2>,
    pub(super) last_point: Option<StrokePoint>,
    pub(super) stroke: Option<Edit>,
    pub(super) onto: Option<FindingId>,
    /// What the stroke goes by, once it has begun.
    pub(super) begun: Option<Begun>,
    /// How hard a pen is pressed, 0 to 1, where it says so.
    pub(super) pressure: Option<f32>,
}

impl Hand {
    /// Whether no button is held.
    pub(super) const fn is_free(&self) -> bool {
        self.held.is_none()
    }
}

/// Points of the window per doubling of the zoom.
const ZOOM_POINTS: f32 = 120.0;

impl Room {
    /// A button went down on the viewport.
    pub fn press(&mut self, at: Pos2, button: PointerButton, modifiers: Modifiers) {
        if self.hand.held.is_some() {
            self.press_more(at, button);
            return;
        }
        let is_synapse = self.mouse == MouseProfile::Synapse;
        let held = match button {
            PointerButton::Middle => Some(Held::Pan),
            // there a right click alone means something
            PointerButton::Secondary if is_synapse => None,
            PointerButton::Secondary => Some(Held::Zoom { at }),
            PointerButton::Primary if self.pans => Some(Held::Pan),
            PointerButton::Primary => self.held_by_tool(at, modifiers),
            _ => None,
        };
        let Some(held) = held else { return };
        self.clear_preview();
        self.hand = Hand {
            held: Some((held, button)),
            last: Some(at),
            pressure: self.hand.pressure,
            ..Hand::default()
        };
        if let Held::Paint { is_erasing } = held {
            self.hand.onto = self.selected.clone();
            self.paint_to(at, is_erasing);
        }
    }

    /// Another button while one is held: with the habits of Synapse the right one takes the left one from
    /// grey levels to zoom, to moving, and round.
    fn press_more(&mut self, at: Pos2, button: PointerButton) {
        if self.mouse != MouseProfile::Synapse || button != PointerButton::Secondary {
            return;
        }
        if let Some((held, PointerButton::Primary)) = &mut self.hand.held {
            *held = match *held {
                Held::Window => Held::Zoom { at },
                Held::Zoom { .. } => Held::Pan,
                Held::Pan => Held::Window,
                other => other,
            };
        }
    }

    fn held_by_tool(&mut self, at: Pos2, modifiers: Modifiers) -> Option<Held> {
        if modifiers.alt {
            self.pick(at);
            return None;
        }
        if modifiers.shift && !self.tool.draws() && self.mouse == MouseProfile::Slicer {
            return Some(Held::Pan);
        }
        if self.tool.draws() && !self.is_editable() {
            return None;
        }
        if self.tool.draws() && !self.may_draw_here() {
            self.hints.push("prior-only-looked-at");
            return None;
        }
        match self.tool {
            Tool::Eraser if modifiers.ctrl => {
                self.erase_island(at);
                None
            }
            Tool::Eraser => Some(Held::Paint { is_erasing: true }),
            tool if tool.paints() => Some(Held::Paint {
                is_erasing: modifiers.shift,
            }),
            Tool::Brush | Tool::ThresholdBrush | Tool::AdaptiveBrush => None,
            Tool::Box2d => Some(Held::Box { from: at }),
            Tool::Point => {
                self.place_point(at);
                None
            }
            Tool::Select => {
                self.pick(at);
                Some(Held::Window)
            }
            Tool::Window => Some(Held::Window),
            Tool::Zoom => Some(Held::Zoom { at }),
            Tool::Pan => Some(Held::Pan),
            Tool::Crosshair => {
                let grip = self.grip_at(at);
                if grip == Grip::Place {
                    self.drag_cross(grip, at, at);
                }
                Some(Held::Cross(grip))
            }
        }
    }

    /// The pointer moved.
    pub fn moved(&mut self, to: Pos2, modifiers: Modifiers) {
        let (Some((held, _)), Some(last)) = (self.hand.held, self.hand.last) else {
            let follows = modifiers.shift_only() && self.mouse == MouseProfile::Slicer;
            if follows
                && !self.tool.draws()
                && let Some(point) = self.pane().patient_at(to)
            {
                self.set_cross(point);
            }
            return;
        };
        let by = to - last;
        match held {
            Held::Paint { is_erasing } => self.paint_to(to, is_erasing),
            Held::Pan => self.pane_mut().pan(by),
            Held::Zoom { at } => self
                .pane_mut()
                .zoom(f64::from(2.0_f32.powf(-by.y / ZOOM_POINTS)), at),
            Held::Window => self.drag_window(by),
            Held::Cross(grip) => self.drag_cross(grip, last, to),
            Held::Box { .. } => {}
        }
        self.hand.last = Some(to);
    }

    /// Across changes the width, up and down the centre, in steps of the present width.
    fn drag_window(&mut self, by: egui::Vec2) {
        let Some(mut window) = self.pane().window() else {
            return;
        };
        let step = (window.width / 300.0).max(1e-6);
        window.width = (window.width + f64::from(by.x) * step).max(step);
        window.center += f64::from(by.y) * step;
        self.pane_mut().set_window(window);
    }

    /// A button came up.
    pub fn release(&mut self, at: Pos2, button: PointerButton) {
        let Some((held, with)) = self.hand.held else {
            return;
        };
        if with != button {
            return;
        }
        if let Held::Box { from } = held {
            self.hand.held = None;
            self.finish_box(from, at);
        }
        self.finish_gesture();
    }

    /// The window lost the pointer or the keyboard: what was drawn so far is kept.
    pub fn release_all(&mut self) {
        self.finish_gesture();
    }

    /// Closes the gesture and hands it to the journal.
    pub(super) fn finish_gesture(&mut self) {
        let hand = std::mem::take(&mut self.hand);
        if let Some(edit) = hand.stroke.filter(|edit| !edit.is_empty()) {
            self.acts.push(Act::Append(edit));
        }
    }

    /// Escape: the gesture leaves nothing behind.
    pub(super) fn drop_gesture(&mut self) -> bool {
        let hand = std::mem::take(&mut self.hand);
        if let Some(edit) = hand.stroke {
            self.follow(&edit.inverse());
            self.mark_overlays();
        }
        hand.held.is_some()
    }

    /// The box being drawn, on the screen.
    #[must_use]
    pub fn drafted_box(&self) -> Option<Rect> {
        match (self.hand.held, self.hand.last) {
            (Some((Held::Box { from }, _)), Some(to)) => Some(Rect::from_two_pos(from, to)),
            _ => None,
        }
    }

    fn voxel_at(&self, at: Pos2) -> Option<VoxelPoint> {
        Some(
            self.place()?
                .grid
                .voxel_from_patient(self.pane().patient_at(at)?),
        )
    }

    fn place_point(&mut self, at: Pos2) {
        let Some(point) = self.voxel_at(at) else {
            return;
        };
        let Some(place) = self.place() else { return };
        let edit = gesture::add_point(&self.document, &place, &self.label, &Onto::New, point);
        self.perform_and_select(edit);
    }

    fn finish_box(&mut self, from: Pos2, to: Pos2) {
        // A click without a drag draws no box.
        if (from - to).length() < 4.0 {
            return;
        }
        let (Some(a), Some(b), Some(place)) =
            (self.voxel_at(from), self.voxel_at(to), self.place())
        else {
            return;
        };
        let Some(axis) = self
            .pane()
            .view()
            .and_then(|view| view.aligned_axis(place.grid))
        else {
            return;
        };
        let plane: Vec<usize> = (0..3).filter(|other| *other != axis).collect();
        let corner = |p: &VoxelPoint| [p.0[plane[0]], p.0[plane[1]]];
        let index = a.0[axis].round() as i64;
        let onto = self
            .selected_finding()
            .filter(|f| f.label == self.label)
            .map_or(Onto::New, |f| Onto::Finding(f.id.clone()));
        let edit = gesture::add_box(
            &self.document,
            &place,
            &self.label,
            &onto,
            (axis as u8, index),
            [corner(&a), corner(&b)],
        );
        self.perform_and_select(edit);
    }

    pub(super) fn perform_and_select(&mut self, edit: Result<Edit, annotation_format::Error>) {
        let created = edit
            .as_ref()
            .ok()
            .and_then(|edit| edit.findings().first().map(|id| (*id).clone()));
        if self.perform(edit) {
            self.selected = created.or_else(|| self.selected.clone());
            self.mark_overlays();
        }
    }

    /// Selects the finding under the pointer and takes its label in hand.
    pub fn pick(&mut self, at: Pos2) {
        let hit = self.finding_at(at);
        if hit.is_some() {
            self.select(hit);
        }
    }

    /// The smallest finding under the pointer.
    pub(super) fn finding_at(&self, at: Pos2) -> Option<FindingId> {
        let (point, shown) = (self.pane().patient_at(at)?, self.shown()?);
        let sharing = (0..self.series.len()).filter(|other| self.share_space(shown, *other));
        sharing
            .filter_map(|other| {
                let series = self.series.get(other)?;
                let at = series.grid()?.voxel_from_patient(point).0;
                Some((series, VoxelIndex(at.map(|c| c.round() as i64))))
            })
            .flat_map(|(series, at)| self.seen_on(series).map(move |finding| (finding, at)))
            .filter(|(finding, at)| finding.mask.as_ref().is_some_and(|mask| mask.get(*at)))
            .min_by_key(|(finding, _)| finding.voxels())
            .map(|(finding, _)| finding.id.clone())
    }

    /// The wheel turned by lines; up is positive.
    pub fn wheel(&mut self, lines: f32, modifiers: Modifiers, at: Option<Pos2>) {
        if modifiers.ctrl || modifiers.command {
            if self.tool.is_brush() {
                let step: f32 = if modifiers.shift { 1.05 } else { 1.2 };
                self.resize_brush(step.powf(lines));
            } else if let Some(at) = at {
                self.pane_mut().zoom(f64::from(1.15_f32.powf(lines)), at);
            }
        } else {
            let steps = if lines.abs() < 1.0 {
                lines.signum()
            } else {
                lines.round()
            };
            if lines != 0.0 {
                self.step(-steps as i64 * self.wheel_step());
            }
        }
    }
}
