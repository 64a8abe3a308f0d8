//! The voxels under the brush, outlined before they are painted.

use super::BrushOptions;
use super::Room;
use egui::Pos2;
use voxel::{Grid, Mask, PatientPoint, Span, StrokePoint, stroke_spans};

/// What a press would take, and where it is outlined.
pub(super) struct Preview {
    /// Number of the viewport.
    pub(super) view: usize,
    pub(super) mask: Mask,
    pub(super) grid: Grid,
    pub(super) is_erasing: bool,
    /// The place under the pointer, and the brush.
    of: (PatientPoint, BrushOptions),
}

/// From this size of a voxel on the screen on, single voxels are worth an outline, px.
const LEAST_VOXEL_PX: f64 = 4.0;
/// A brush of more voxels than these is as good as its circle.
const MOST_VOXELS: u64 = 200_000;
/// How far around the outline the picture is drawn again, px.
const REACH_PX: f64 = 3.0;

impl Room {
    /// The pointer is over a viewport, or has left it: the voxels that the brush would take there are
    /// outlined, once voxels are large enough to be told apart.
    pub fn preview(&mut self, index: usize, at: Option<Pos2>, is_erasing: bool) {
        let is_brush = self.tool.is_brush();
        let at = at.filter(|_| is_brush && self.hand_is_free() && self.is_editable());
        let found = at
            .filter(|_| index == self.views.active_index() && self.may_draw_here())
            .and_then(|at| self.pane().patient_at(at));
        let Some(point) = found else {
            if self.preview.as_ref().is_some_and(|old| old.view == index) {
                self.clear_preview();
            }
            return;
        };
        let of = (point, self.brush.clone());
        let is_same =
            |old: &Preview| old.view == index && old.of == of && old.is_erasing == is_erasing;
        if self.preview.as_ref().is_some_and(is_same) {
            return;
        }
        self.clear_preview();
        if let Some((mask, grid)) = self.stamp(point, is_erasing) {
            self.preview = Some(Preview {
                view: index,
                mask,
                grid,
                is_erasing,
                of,
            });
            self.mark_preview();
        }
    }

    /// Nothing is outlined any more.
    pub(super) fn clear_preview(&mut self) {
        self.mark_preview();
        self.preview = None;
    }

    /// The part of the picture with the outline is to be drawn again.
    fn mark_preview(&mut self) {
        let Some(preview) = &self.preview else { return };
        let view = self.views.get_mut(preview.view);
        if let (Some(view), Some(voxels)) = (view, preview.mask.bounding_box()) {
            view.pane.mark_box(&preview.grid, &voxels, REACH_PX);
        }
    }

    /// The voxels that a press at a place of the active viewport would take, with their grid.
    fn stamp(&self, at: PatientPoint, is_erasing: bool) -> Option<(Mask, Grid)> {
        let place = self.stroke_place(self.selected.as_ref())?;
        let view = self.pane().view()?;
        let least_mm = place.grid.spacing_mm().into_iter().fold(f64::MAX, f64::min);
        if least_mm / view.mm_per_px < LEAST_VOXEL_PX {
            return None;
        }
        let begun = self.begin_stroke(at);
        let radius_mm = self.brush_radius_mm();
        let from = StrokePoint { at, radius_mm };
        let spans = if is_erasing {
            stroke_spans(place.grid, self.brush_shape()?, radius_mm, &[at])
        } else {
            self.spans(&place, &begun, from, at)
        };
        if spans.iter().map(Span::len).sum::<u64>() > MOST_VOXELS {
            return None;
        }
        let mut mask = Mask::empty(place.grid.size());
        let change = if is_erasing {
            mask.paint(&spans, true)
        } else {
            self.by_rule(&place, &begun, |rule| mask.paint_by(&spans, true, &rule))
        };
        mask.apply(&change).ok()?;
        Some((mask, place.grid.clone()))
    }
}
