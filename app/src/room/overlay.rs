//! What is drawn over the slice: masks as layers, shapes as marks, ticks along the stack.

use super::{Room, RoomSeries};
use crate::viewport::Layer;
use annotation_format::{Finding, LabelId, ShapeKind};
use egui::Pos2;
use render::{Hatch, Outline};
use voxel::{Grid, VoxelPoint};

/// A box or point on the screen.
pub struct Mark {
    /// One corner for a point, four for a box.
    pub corners: Vec<Pos2>,
    /// Colour of its label.
    pub color: [u8; 3],
    /// `F2`.
    pub text: String,
    /// Whether its finding is selected.
    pub is_selected: bool,
}

/// Where along the stack a finding lies.
pub struct Tick {
    /// First index, in the order of the strip.
    pub first: i64,
    /// Last index.
    pub last: i64,
    /// Colour of its label.
    pub color: [u8; 3],
}

/// The middle of a finding in voxel coordinates.
pub(super) fn centre_of(finding: &Finding) -> Option<VoxelPoint> {
    if let Some(centroid) = finding.mask.as_ref().and_then(voxel::Mask::centroid) {
        return Some(centroid);
    }
    finding.shapes.iter().find_map(|shape| match &shape.kind {
        ShapeKind::Point(point) => Some(*point),
        ShapeKind::Box2d {
            plane_axis,
            index,
            min,
            max,
        } => Some(in_plane(
            *plane_axis,
            *index,
            [(min[0] + max[0]) / 2.0, (min[1] + max[1]) / 2.0],
        )),
        _ => None,
    })
}

/// A point of a plane across a grid axis, from its two other coordinates in ascending order.
pub(super) fn in_plane(axis: u8, index: i64, at: [f64; 2]) -> VoxelPoint {
    let through = index as f64;
    VoxelPoint(match axis {
        0 => [through, at[0], at[1]],
        1 => [at[0], through, at[1]],
        _ => [at[0], at[1], through],
    })
}

/// The pattern of a label by its place among the protocol's, from 0. Eight colours are told apart by
/// every eye; from the ninth label on colour alone is not enough.
#[must_use]
pub fn pattern_of(place: usize) -> Hatch {
    const FOUR: [Hatch; 4] = [Hatch::Slash, Hatch::Backslash, Hatch::Dot, Hatch::Grid];
    const FOUR_MORE: [Hatch; 4] = [
        Hatch::Horizontal,
        Hatch::Vertical,
        Hatch::Cross,
        Hatch::Ring,
    ];
    let Some(after) = place.checked_sub(8) else {
        return Hatch::None;
    };
    let four = if after / 8 % 2 == 0 { FOUR } else { FOUR_MORE };
    four[after % 4]
}

impl Room {
    /// The pattern of a label's fill.
    #[must_use]
    pub fn pattern_of_label(&self, label: &LabelId) -> Hatch {
        let labels = &self.document.protocol().labels;
        let place = labels.iter().position(|known| known.id == *label);
        place.map_or(Hatch::None, pattern_of)
    }

    /// The colour of a finding: its own, else its label's.
    pub(super) fn color_of(&self, finding: &Finding) -> [u8; 3] {
        let label = self.document.protocol().label(&finding.label);
        let of_label = label.map_or([255, 255, 255], |label| label.color);
        finding.color.unwrap_or(of_label)
    }

    /// The colour that a finding is shown in.
    #[must_use]
    pub fn color(&self, finding: &Finding) -> [u8; 3] {
        self.color_of(finding)
    }

    /// The colour of a finding's label.
    #[must_use]
    pub fn label_color_of(&self, finding: &Finding) -> [u8; 3] {
        let label = self.document.protocol().label(&finding.label);
        label.map_or([255, 255, 255], |label| label.color)
    }

    /// Colour of the label in hand.
    #[must_use]
    pub fn label_color(&self) -> [u8; 3] {
        self.document
            .protocol()
            .label(&self.label)
            .map_or([255, 255, 255], |label| label.color)
    }

    /// The findings of a series that are not hidden.
    pub(super) fn seen_on<'a>(
        &'a self,
        series: &'a RoomSeries,
    ) -> impl Iterator<Item = &'a Finding> {
        self.document
            .findings()
            .filter(|finding| finding.series == series.id)
            .filter(|finding| !self.is_all_hidden && !self.hidden.contains(&finding.id))
    }

    /// What is drawn over a series: the masks of its own findings and, on their own grids, of those made
    /// on other series of the same space.
    pub(super) fn layers_of(&self, series: usize) -> Vec<Layer> {
        let sharing = self
            .series
            .iter()
            .enumerate()
            .filter(|(other, _)| self.share_space(series, *other));
        let mut layers = Vec::new();
        for (_, other) in sharing {
            let Some(grid) = other.grid() else { continue };
            layers.extend(
                self.seen_on(other)
                    .filter_map(|finding| self.layer(finding, grid)),
            );
        }
        layers
    }

    /// The outline of the voxels under the brush, in the viewport where the pointer is.
    pub(super) fn preview_layer(&self, index: usize) -> Option<Layer> {
        let preview = self.preview.as_ref().filter(|p| p.view == index)?;
        Some(Layer {
            mask: preview.mask.clone(),
            grid: preview.grid.clone(),
            color: if preview.is_erasing {
                [255, 255, 255]
            } else {
                self.label_color()
            },
            fill_alpha: 0.0,
            outline: Outline::Solid,
            outline_px: 1.0,
            hatch: Hatch::None,
        })
    }

    fn layer(&self, finding: &Finding, grid: &Grid) -> Option<Layer> {
        Some(Layer {
            mask: finding.mask.clone()?,
            grid: grid.clone(),
            color: self.color_of(finding),
            fill_alpha: self.fill_alpha,
            outline: if self.outline_px > 0.0 {
                Outline::Solid
            } else {
                Outline::None
            },
            outline_px: self.outline_px,
            hatch: self.pattern_of_label(&finding.label),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_eight_labels_have_no_pattern_and_the_next_sixteen_pairs_of_them() {
        assert!((0..8).all(|place| pattern_of(place) == Hatch::None));
        // as the palette of the design lists them for labels 9 to 24
        let named: Vec<Hatch> = (8..24).map(pattern_of).collect();
        let (first, second) = named.split_at(8);
        assert_eq!(
            first[..4],
            [Hatch::Slash, Hatch::Backslash, Hatch::Dot, Hatch::Grid]
        );
        assert_eq!(first[..4], first[4..]);
        assert_eq!(second[..2], [Hatch::Horizontal, Hatch::Vertical]);
        assert_eq!(second[2..4], [Hatch::Cross, Hatch::Ring]);
        assert_eq!(second[..4], second[4..]);
        assert!((24..300).all(|place| pattern_of(place) != Hatch::None));
    }
}
