//! What is drawn over the slice: masks as layers, shapes as marks, ticks along the stack.

use super::{Room, RoomSeries};
use crate::viewport::Layer;
use annotation_format::{Finding, ShapeKind};
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

impl Room {
    pub(super) fn color_of(&self, finding: &Finding) -> [u8; 3] {
        self.document
            .protocol()
            .label(&finding.label)
            .map_or([255, 255, 255], |label| label.color)
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
            hatch: Hatch::None,
        })
    }
}
