//! Copying a finding to another slice, another series of the same space, or beside itself.

use super::{Room, overlay};
use annotation_format::document::gesture::{self, Onto, Overlap, Place};
use annotation_format::{Edit, Error, Finding, ShapeKind};
use voxel::{Mask, Span, VoxelPoint};

impl Room {
    /// Takes the selected finding along. Returns what it is called, for the clipboard of the system.
    pub fn copy_finding(&mut self, lang: &str) -> Option<String> {
        let finding = self.selected_finding()?.clone();
        let text = format!(
            "{} {}",
            self.name_of(&finding, lang),
            self.summary(&finding)
        );
        self.copied = Some(finding);
        Some(text.trim().to_owned())
    }

    /// Makes a new finding of the one that was taken along: its middle comes to the slice that is shown.
    pub(super) fn paste_finding(&mut self) {
        if !self.is_editable() {
            return;
        }
        let Some(copied) = self.copied.clone() else {
            self.hints.push("paste-nothing");
            return;
        };
        if !self.may_draw_here() {
            self.hints.push("prior-only-looked-at");
            return;
        }
        let (Some(from), Some(place)) = (
            self.series_of(&copied.series)
                .and_then(super::RoomSeries::grid),
            self.stroke_place(None),
        ) else {
            return;
        };
        if from != place.grid {
            self.hints.push("paste-other-grid");
            return;
        }
        let by = self.way_to_shown(&copied).unwrap_or([0; 3]);
        let edit = pasted(&self.document, &place, &copied, by);
        let is_empty = edit.as_ref().is_ok_and(Edit::is_empty);
        if is_empty {
            self.hints.push("paste-no-room");
        } else {
            self.perform_and_select(edit);
        }
    }

    /// Steps from a finding's middle to the shown slice, along the axis that the view runs through.
    fn way_to_shown(&self, finding: &Finding) -> Option<[i64; 3]> {
        let sight = self.sight(self.views.active_index())?;
        let axis = sight.look.aligned_axis(sight.grid)?;
        let (shown, _) = sight.plane_index()?;
        let middle = overlay::centre_of(finding)?.0[axis].round() as i64;
        let mut by = [0; 3];
        by[axis] = shown - middle;
        Some(by)
    }
}

fn pasted(
    document: &annotation_format::Document,
    place: &Place<'_>,
    copied: &Finding,
    by: [i64; 3],
) -> Result<Edit, Error> {
    if let Some(mask) = &copied.mask {
        let moved = moved(mask, by);
        return gesture::add_mask(
            document,
            place,
            &copied.label,
            &Onto::New,
            &moved,
            Overlap::Keep,
        );
    }
    let shape = copied.shapes.iter().find_map(|shape| match &shape.kind {
        ShapeKind::Point(point) => Some(ShapeKind::Point(VoxelPoint(
            [0, 1, 2].map(|axis| point.0[axis] + by[axis] as f64),
        ))),
        ShapeKind::Box2d {
            plane_axis,
            index,
            min,
            max,
        } => Some(ShapeKind::Box2d {
            plane_axis: *plane_axis,
            index: index + by.get(usize::from(*plane_axis)).copied().unwrap_or(0),
            min: *min,
            max: *max,
        }),
        _ => None,
    });
    match shape {
        Some(kind) => gesture::add_shape(document, place, &copied.label, &Onto::New, kind),
        None => Ok(Edit::new(annotation_format::EditName::Brush, Vec::new())),
    }
}

/// A mask moved by whole voxels; what leaves the grid is gone.
fn moved(mask: &Mask, [di, dj, dk]: [i64; 3]) -> Mask {
    let mut spans = Vec::new();
    mask.for_each_run(|run| {
        spans.push(Span {
            j: run.j + dj,
            k: run.k + dk,
            i0: run.i0 + di,
            i1: run.i1 + di,
        });
    });
    Mask::from_spans(mask.size(), &spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_mask_keeps_its_form_and_loses_what_leaves_the_grid() {
        let spans = [
            Span {
                j: 1,
                k: 1,
                i0: 1,
                i1: 4,
            },
            Span {
                j: 2,
                k: 2,
                i0: 0,
                i1: 2,
            },
        ];
        let mask = Mask::from_spans([5, 4, 4], &spans);
        let there = moved(&mask, [1, 0, 1]);
        assert_eq!(there.count(), mask.count());
        assert!(there.get(voxel::VoxelIndex([2, 1, 2])));
        assert_eq!(moved(&there, [-1, 0, -1]), mask);
        assert_eq!(moved(&mask, [0, 0, 2]).count(), 3);
    }
}
