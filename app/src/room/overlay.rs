//! What is drawn over the slice: masks as layers, shapes as marks, ticks along the stack.

use super::Room;
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
fn in_plane(axis: u8, index: i64, at: [f64; 2]) -> VoxelPoint {
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

    fn seen(&self) -> impl Iterator<Item = &Finding> {
        let series = self
            .shown
            .and_then(|index| self.series.get(index))
            .map(|series| series.id.as_str());
        self.document
            .findings()
            .filter(move |finding| Some(finding.series.as_str()) == series)
            .filter(|finding| !self.is_all_hidden && !self.hidden.contains(&finding.id))
    }

    pub(super) fn layers(&self) -> Vec<Layer> {
        self.seen()
            .filter_map(|finding| {
                Some(Layer {
                    mask: finding.mask.clone()?,
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
            })
            .collect()
    }

    /// Shapes on the shown plane.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        let Some(grid) = self.grid() else {
            return Vec::new();
        };
        let mut marks = Vec::new();
        for finding in self.seen() {
            for shape in &finding.shapes {
                if let Some(corners) = self.corners(grid, &shape.kind) {
                    marks.push(Mark {
                        corners,
                        color: self.color_of(finding),
                        text: format!("F{}", finding.number),
                        is_selected: self.selected.as_ref() == Some(&finding.id),
                    });
                }
            }
        }
        marks
    }

    fn corners(&self, grid: &Grid, kind: &ShapeKind) -> Option<Vec<Pos2>> {
        let view = self.pane.view()?;
        let half_step = grid
            .spacing_mm()
            .into_iter()
            .fold(f64::MAX, f64::min)
            .max(0.5);
        let points = match kind {
            ShapeKind::Point(point) => vec![*point],
            ShapeKind::Box2d {
                plane_axis,
                index,
                min,
                max,
            } => [
                [min[0], min[1]],
                [max[0], min[1]],
                [max[0], max[1]],
                [min[0], max[1]],
            ]
            .into_iter()
            .map(|corner| in_plane(*plane_axis, *index, corner))
            .collect(),
            _ => return None,
        };
        let axis = view.aligned_axis(grid);
        let mut corners = Vec::with_capacity(points.len());
        for point in points {
            let at = grid.patient_from_voxel(point);
            let reach = axis.map_or(half_step, |axis| grid.spacing_mm()[axis] * 0.5);
            if view.depth_mm(at).abs() > reach + 1e-6 {
                return None;
            }
            corners.push(self.pane.screen_of(at)?);
        }
        Some(corners)
    }

    /// Findings along the stack.
    #[must_use]
    pub fn strip_ticks(&self) -> Vec<Tick> {
        let Some(grid) = self.grid() else {
            return Vec::new();
        };
        let Some(axis) = self.pane.view().and_then(|view| view.aligned_axis(grid)) else {
            return Vec::new();
        };
        self.seen()
            .filter_map(|finding| {
                let span = self
                    .box_of(finding)
                    .map(|b| (b.min[axis] as i64, b.max[axis] as i64 - 1));
                let (first, last) = span.or_else(|| {
                    let at = centre_of(finding)?.0[axis].round() as i64;
                    Some((at, at))
                })?;
                Some(Tick {
                    first: self.strip_index(first),
                    last: self.strip_index(last),
                    color: self.color_of(finding),
                })
            })
            .collect()
    }

    /// Whether the strip runs against the grid: its top is where stepping up leads.
    fn is_strip_reversed(&self) -> bool {
        let (Some(grid), Some(view)) = (self.grid(), self.pane.view()) else {
            return false;
        };
        let Some(axis) = view.aligned_axis(grid) else {
            return false;
        };
        let next = view.stepped(grid, 1).plane_at_centre(grid, axis);
        next < view.plane_at_centre(grid, axis)
    }

    /// The place of a plane in the strip.
    #[must_use]
    pub fn strip_index(&self, index: i64) -> i64 {
        let count = self.index().map_or(1, |(_, count)| count as i64);
        if self.is_strip_reversed() {
            count - 1 - index
        } else {
            index
        }
    }

    /// Goes to a place in the strip.
    pub fn go_to_strip(&mut self, place: i64) {
        let index = self.strip_index(place);
        if let Some(grid) = self.grid().cloned()
            && !self.want(&grid, |_, _| Some(index))
        {
            self.pane.go_to(&grid, index);
        }
    }
}
