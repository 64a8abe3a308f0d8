//! What the hand does on the viewport: press, move, release, wheel.
//!
//! A gesture is one edit: the samples of a stroke are applied as they come and merged; the journal
//! gets the whole when the button is up.

use super::cross::Grip;
use super::{Act, Room, Tool};
use crate::settings::MouseProfile;
use annotation_format::document::gesture::{self, EraseFrom, Onto, Overlap, Place, Stroke};
use annotation_format::{Edit, FindingId};
use egui::{Modifiers, PointerButton, Pos2, Rect};
use voxel::{BrushShape, PatientPoint, Span, VoxelIndex, VoxelPoint, stroke_spans};

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
    last_point: Option<PatientPoint>,
    stroke: Option<Edit>,
    onto: Option<FindingId>,
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
        if modifiers.shift && !self.tool.draws() && self.mouse != MouseProfile::Slicer {
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
            Tool::Brush => Some(Held::Paint {
                is_erasing: modifiers.shift,
            }),
            Tool::Eraser => Some(Held::Paint { is_erasing: true }),
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

    pub(super) fn brush_shape(&self) -> Option<BrushShape> {
        if self.brush.is_ball {
            return Some(BrushShape::Ball);
        }
        Some(BrushShape::Disc {
            normal: self.pane().view()?.normal(),
        })
    }

    fn paint_to(&mut self, at: Pos2, is_erasing: bool) {
        let Some(point) = self.pane().patient_at(at) else {
            return;
        };
        let (Some(shape), Some(place)) = (
            self.brush_shape(),
            self.stroke_place(self.hand.onto.as_ref()),
        ) else {
            return;
        };
        // a view that moves on under the hand, as when a series has been read, begins the stroke anew:
        // nothing is painted between the planes
        let view = self.pane().view();
        let is_in_plane =
            |last: &PatientPoint| view.is_some_and(|v| v.depth_mm(*last).abs() < 1e-3);
        let from = self.hand.last_point.filter(is_in_plane).unwrap_or(point);
        let radius_mm = f64::from(self.brush.diameter_mm) / 2.0;
        let spans = stroke_spans(place.grid, shape, radius_mm, &[from, point]);
        let edit = if is_erasing {
            self.erased(&spans)
        } else {
            self.painted(&spans)
        };
        self.hand.last_point = Some(point);
        if let Some((index, _)) = self.index() {
            self.steps.paints(index);
        }
        let Some(edit) = self.apply(edit) else { return };
        if self.hand.onto.is_none() {
            self.hand.onto = edit.findings().first().map(|id| (*id).clone());
        }
        if !is_erasing && self.selected.is_none() {
            self.selected = self.hand.onto.clone();
        }
        self.hand.stroke = match self.hand.stroke.take() {
            None => Some(edit),
            Some(stroke) => match stroke.clone().then(edit.clone()) {
                Ok(merged) => Some(merged),
                Err(_) => {
                    // Two edits that do not merge are two rows of the journal; nothing is lost.
                    self.acts.push(Act::Append(stroke));
                    Some(edit)
                }
            },
        };
    }

    /// Where a stroke goes: to the series of the finding that it is drawn on, if its space is that of the
    /// shown series, so that one mask is painted on all images of a frame of reference; else to the shown
    /// series.
    pub(super) fn stroke_place(&self, onto: Option<&FindingId>) -> Option<Place<'_>> {
        let own = self.shown()?;
        let finding = onto.and_then(|id| self.document.finding(id));
        let other = finding.and_then(|finding| {
            let series = self.series.iter().position(|s| s.id == finding.series)?;
            self.share_space(own, series).then_some(series)
        });
        let series = self.series.get(other.unwrap_or(own))?;
        Some(Place {
            series: &series.id,
            grid: series.grid()?,
        })
    }

    /// The voxels that the brush takes of those below it: by their values where it goes by values, and
    /// not those of other labels where it keeps them. `None` if it takes them all.
    pub(super) fn taken<'a>(
        &'a self,
        place: &'a Place<'a>,
    ) -> Option<impl Fn(VoxelIndex) -> bool + 'a> {
        let brush = self.brush;
        if !(brush.is_gated || brush.keeps_others) {
            return None;
        }
        let others: Vec<&voxel::Mask> = self
            .document
            .findings()
            .filter(|finding| finding.label != self.label && finding.series == place.series)
            .filter_map(|finding| finding.mask.as_ref())
            .collect();
        let seen = self.sight(self.views.active_index());
        let is_own = seen.is_some_and(|seen| seen.series.id == place.series);
        let gate = brush.gate.map(f64::from);
        let value_at = move |at: VoxelIndex| {
            // what the reader sees decides, also where the mask lies on another series' grid
            let seen = seen?;
            if is_own {
                return seen.series.pixels.volume()?.value(at);
            }
            let point = VoxelPoint(at.0.map(|c| c as f64));
            seen.value_at(place.grid.patient_from_voxel(point))
        };
        Some(move |at: VoxelIndex| {
            let in_range = !brush.is_gated
                || value_at(at).is_some_and(|value| (gate[0]..=gate[1]).contains(&value));
            in_range && !(brush.keeps_others && others.iter().any(|mask| mask.get(at)))
        })
    }

    fn painted(&self, spans: &[Span]) -> Result<Edit, annotation_format::Error> {
        let Some(place) = self.stroke_place(self.hand.onto.as_ref()) else {
            return Ok(Edit::new(annotation_format::EditName::Brush, Vec::new()));
        };
        let onto = self.hand.onto.clone().map_or(Onto::New, Onto::Finding);
        let mut stroke = Stroke::brush(&self.label, onto, spans);
        let taken = self.taken(&place);
        stroke.only = taken.as_ref().map(|taken| taken as &dyn Fn(_) -> _);
        stroke.overlap = Overlap::Keep;
        gesture::paint(&self.document, &place, &stroke)
    }

    fn erased(&self, spans: &[Span]) -> Result<Edit, annotation_format::Error> {
        let Some(place) = self.stroke_place(self.hand.onto.as_ref()) else {
            return Ok(Edit::new(annotation_format::EditName::Erase, Vec::new()));
        };
        let from = self
            .hand
            .onto
            .clone()
            .map_or_else(|| EraseFrom::Label(self.label.clone()), EraseFrom::Finding);
        gesture::erase(&self.document, &place, &from, spans)
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

    fn perform_and_select(&mut self, edit: Result<Edit, annotation_format::Error>) {
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
    fn finding_at(&self, at: Pos2) -> Option<FindingId> {
        let (point, shown) = (self.pane().patient_at(at)?, self.shown()?);
        let sharing = (0..self.series.len()).filter(|other| self.share_space(shown, *other));
        let hit = sharing
            .filter_map(|other| {
                let series = self.series.get(other)?;
                let at = series.grid()?.voxel_from_patient(point).0;
                Some((series, VoxelIndex(at.map(|c| c.round() as i64))))
            })
            .flat_map(|(series, at)| self.seen_on(series).map(move |finding| (finding, at)))
            .filter(|(finding, at)| finding.mask.as_ref().is_some_and(|mask| mask.get(*at)))
            .min_by_key(|(finding, _)| finding.voxels())
            .map(|(finding, _)| finding.id.clone());
        hit
    }

    /// The wheel turned by lines; up is positive.
    pub fn wheel(&mut self, lines: f32, modifiers: Modifiers, at: Option<Pos2>) {
        if modifiers.ctrl || modifiers.command {
            if matches!(self.tool, Tool::Brush | Tool::Eraser) {
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

    /// Makes the brush thicker or thinner.
    pub fn resize_brush(&mut self, factor: f32) {
        let range = super::BrushOptions::DIAMETER_MM;
        self.brush.diameter_mm =
            (self.brush.diameter_mm * factor).clamp(*range.start(), *range.end());
    }
}
