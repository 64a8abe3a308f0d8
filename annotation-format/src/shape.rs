//! Shapes: geometry of a finding that is not a mask, in continuous voxel coordinates of the finding's series.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

use serde::{Deserialize, Serialize};
use voxel::{Phrase, VoxelPoint};

use crate::error::Error;
use crate::ids::ShapeId;
use crate::protocol::GeometryKind;

/// One shape of a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Its id; the shapes of a finding are sorted by it.
    pub id: ShapeId,
    /// Where it lies.
    pub kind: ShapeKind,
}

/// The kinds of shapes. Voxel centres lie at whole numbers; a pixel reaches from −0.5 to +0.5 around its centre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ShapeKind {
    /// A rectangle on one plane of the grid.
    Box2d {
        /// The grid axis across the plane: 0, 1 or 2.
        plane_axis: u8,
        /// Index of the plane along that axis.
        index: i64,
        /// Lower corner: the two other voxel coordinates, axes ascending.
        min: [f64; 2],
        /// Upper corner, greater than `min` on both axes.
        max: [f64; 2],
    },
    /// A box along the grid's axes.
    Box3d {
        /// Lower corner.
        min: VoxelPoint,
        /// Upper corner, greater than `min` on each axis.
        max: VoxelPoint,
    },
    /// One point.
    Point(VoxelPoint),
    /// A line between two points.
    Line([VoxelPoint; 2]),
    /// Long axis and short axis, each as two end points.
    Bidirectional {
        /// Ends of the long axis.
        long: [VoxelPoint; 2],
        /// Ends of the short axis.
        short: [VoxelPoint; 2],
    },
    /// An open chain of at least two points.
    Polyline(Vec<VoxelPoint>),
    /// A closed outline of at least three points, not repeated at the end.
    Polygon(Vec<VoxelPoint>),
    /// An ellipse.
    Ellipse {
        /// Centre.
        centre: VoxelPoint,
        /// End of the first half axis.
        first: VoxelPoint,
        /// End of the second half axis, perpendicular to the first in mm.
        second: VoxelPoint,
    },
    /// A run of frames or planes, both ends belonging to it.
    Span {
        /// First frame.
        first: i64,
        /// Last frame.
        last: i64,
    },
}

impl ShapeKind {
    /// The geometry a label must allow for it.
    pub fn geometry(&self) -> GeometryKind {
        match self {
            ShapeKind::Box2d { .. } => GeometryKind::Box2d,
            ShapeKind::Box3d { .. } => GeometryKind::Box3d,
            ShapeKind::Point(_) => GeometryKind::Point,
            ShapeKind::Line(_) => GeometryKind::Line,
            ShapeKind::Bidirectional { .. } => GeometryKind::Bidirectional,
            ShapeKind::Polyline(_) => GeometryKind::Polyline,
            ShapeKind::Polygon(_) => GeometryKind::Polygon,
            ShapeKind::Ellipse { .. } => GeometryKind::Ellipse,
            ShapeKind::Span { .. } => GeometryKind::Span,
        }
    }

    /// The two grid axes within a plane, ascending.
    pub fn axes_in_plane(plane_axis: u8) -> [usize; 2] {
        match plane_axis {
            0 => [1, 2],
            1 => [0, 2],
            _ => [0, 1],
        }
    }

    /// Every point that it names: corners of boxes, ends, vertices. None for a span.
    pub fn points(&self) -> Vec<VoxelPoint> {
        match self {
            ShapeKind::Box2d {
                plane_axis,
                index,
                min,
                max,
            } => {
                let [u, v] = Self::axes_in_plane(*plane_axis);
                let corner = |at: &[f64; 2]| {
                    let mut point = [*index as f64; 3];
                    let [first, second] = *at;
                    for (axis, value) in [(u, first), (v, second)] {
                        if let Some(place) = point.get_mut(axis) {
                            *place = value;
                        }
                    }
                    VoxelPoint(point)
                };
                vec![corner(min), corner(max)]
            }
            ShapeKind::Box3d { min, max } => vec![*min, *max],
            ShapeKind::Point(point) => vec![*point],
            ShapeKind::Line(ends) => ends.to_vec(),
            ShapeKind::Bidirectional { long, short } => [*long, *short].concat(),
            ShapeKind::Polyline(points) | ShapeKind::Polygon(points) => points.clone(),
            ShapeKind::Ellipse {
                centre,
                first,
                second,
            } => vec![*centre, *first, *second],
            ShapeKind::Span { .. } => Vec::new(),
        }
    }

    /// The point to go to when the shape is looked for: the mean of its points.
    pub fn centre(&self) -> Option<VoxelPoint> {
        let points = match self {
            ShapeKind::Ellipse { centre, .. } => vec![*centre],
            other => other.points(),
        };
        let count = points.len() as f64;
        let sum = points.iter().fold([0.0; 3], |sum, point| {
            let ([a, b, c], [x, y, z]) = (sum, point.0);
            [a + x, b + y, c + z]
        });
        (!points.is_empty()).then(|| VoxelPoint(sum.map(|value| value / count)))
    }

    /// Whether its numbers are finite, its corners in order and its points enough.
    ///
    /// # Errors
    /// [`Error::Shape`] with what is wrong.
    pub fn check(&self) -> Result<(), Error> {
        let finite = self
            .points()
            .iter()
            .all(|point| point.0.iter().all(|value| value.is_finite()));
        if !finite {
            return Err(Error::Shape(Phrase::new(
                "shape-not-finite",
                "a coordinate is not a number",
            )));
        }
        let sound = match self {
            ShapeKind::Box2d {
                plane_axis,
                min: [u0, v0],
                max: [u1, v1],
                ..
            } => *plane_axis < 3 && u0 < u1 && v0 < v1,
            ShapeKind::Box3d { min, max } => min.0.iter().zip(&max.0).all(|(a, b)| a < b),
            ShapeKind::Polyline(points) => points.len() >= 2,
            ShapeKind::Polygon(points) => points.len() >= 3,
            ShapeKind::Line([from, to]) => from != to,
            ShapeKind::Span { first, last } => first <= last,
            ShapeKind::Point(_) | ShapeKind::Bidirectional { .. } | ShapeKind::Ellipse { .. } => {
                true
            }
        };
        if sound {
            Ok(())
        } else {
            Err(Error::Shape(Phrase::new(
                "shape-no-extent",
                "the shape has no extent",
            )))
        }
    }

    /// The shape as far as it lies in the image: boxes are cut at its edge, other shapes must lie within it.
    ///
    /// # Errors
    /// [`Error::Shape`] if nothing of it lies there, or for a point outside.
    pub fn within(mut self, size: [usize; 3]) -> Result<ShapeKind, Error> {
        self.check()?;
        let outside = Error::Shape(Phrase::new(
            "shape-outside",
            "the shape lies outside the image",
        ));
        match &mut self {
            ShapeKind::Box2d {
                plane_axis,
                index,
                min,
                max,
            } => {
                let across = size.get(usize::from(*plane_axis)).copied().unwrap_or(0);
                let on_plane = usize::try_from(*index).is_ok_and(|index| index < across);
                let axes = Self::axes_in_plane(*plane_axis);
                let limits = axes.map(|axis| edge(size.get(axis).copied().unwrap_or(0)));
                cut(min, max, &limits);
                if !on_plane {
                    return Err(outside);
                }
            }
            ShapeKind::Box3d { min, max } => cut(&mut min.0, &mut max.0, &size.map(edge)),
            ShapeKind::Span { first, last } => {
                let planes = i64::try_from(size[2]).unwrap_or(i64::MAX); // an array of three
                if *first < 0 || *last >= planes {
                    return Err(outside);
                }
            }
            ShapeKind::Ellipse { centre, .. } => {
                if !is_inside(*centre, size) {
                    return Err(outside);
                }
            }
            other => {
                if !other.points().iter().all(|point| is_inside(*point, size)) {
                    return Err(outside);
                }
            }
        }
        self.check().map_err(|_| outside)?;
        Ok(self)
    }
}

/// The outer edge of the last voxel along an axis.
fn edge(count: usize) -> f64 {
    count as f64 - 0.5
}

fn cut(min: &mut [f64], max: &mut [f64], limits: &[f64]) {
    for ((low, high), limit) in min.iter_mut().zip(max).zip(limits) {
        *low = low.clamp(-0.5, *limit);
        *high = high.clamp(-0.5, *limit);
    }
}

/// Whether a point lies in a voxel of the grid.
fn is_inside(point: VoxelPoint, size: [usize; 3]) -> bool {
    let inside = |(value, count): (&f64, usize)| (-0.5..=edge(count)).contains(value);
    point.0.iter().zip(size).all(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn box2d(min: [f64; 2], max: [f64; 2]) -> ShapeKind {
        ShapeKind::Box2d {
            plane_axis: 1,
            index: 3,
            min,
            max,
        }
    }

    #[test]
    fn a_box_is_cut_at_the_edge_of_the_image() {
        let cut = box2d([-10.0, 2.0], [4.0, 50.0]).within([8, 8, 6]).unwrap();
        assert_eq!(cut, box2d([-0.5, 2.0], [4.0, 5.5]));
        assert!(box2d([20.0, 2.0], [24.0, 3.0]).within([8, 8, 6]).is_err());
        assert!(box2d([1.0, 1.0], [2.0, 2.0]).within([8, 3, 6]).is_err());
    }

    #[test]
    fn corners_of_a_box_on_a_coronal_plane_have_its_index_as_second_coordinate() {
        assert_eq!(
            box2d([1.0, 2.0], [4.0, 5.0]).points(),
            vec![VoxelPoint([1.0, 3.0, 2.0]), VoxelPoint([4.0, 3.0, 5.0])]
        );
    }

    #[test]
    fn shapes_without_extent_or_with_strange_numbers_are_refused() {
        let point = |value: f64| VoxelPoint([value, 1.0, 1.0]);
        for bad in [
            ShapeKind::Point(point(f64::NAN)),
            box2d([2.0, 2.0], [2.0, 3.0]),
            ShapeKind::Polygon(vec![point(0.0), point(1.0)]),
            ShapeKind::Line([point(1.0), point(1.0)]),
            ShapeKind::Span { first: 3, last: 2 },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
        assert!(ShapeKind::Point(point(8.0)).within([8, 8, 6]).is_err());
        assert!(ShapeKind::Point(point(7.4)).within([8, 8, 6]).is_ok());
        let span = ShapeKind::Span { first: 0, last: 5 };
        assert!(span.clone().within([8, 8, 6]).is_ok());
        assert!(span.within([8, 8, 5]).is_err());
    }
}
