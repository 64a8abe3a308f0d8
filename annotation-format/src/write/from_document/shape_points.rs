//! The points of a shape, in the order in which tables list them.

use voxel::VoxelPoint;

use crate::shape::ShapeKind;

/// Name of the kind as files write it.
pub(super) fn kind_name(kind: &ShapeKind) -> &'static str {
    match kind {
        ShapeKind::Box2d { .. } => "box2d",
        ShapeKind::Box3d { .. } => "box3d",
        ShapeKind::Point(_) => "point",
        ShapeKind::Line(_) => "line",
        ShapeKind::Bidirectional { .. } => "bidirectional",
        ShapeKind::Polyline(_) => "polyline",
        ShapeKind::Polygon(_) => "polygon",
        ShapeKind::Ellipse { .. } => "ellipse",
        ShapeKind::Span { .. } => "span",
    }
}

/// The points in voxel coordinates: corners, ends, or the outline; a span's are its first and last plane.
pub(super) fn points(kind: &ShapeKind) -> Vec<VoxelPoint> {
    match kind {
        ShapeKind::Box2d {
            plane_axis,
            index,
            min,
            max,
        } => [min, max]
            .into_iter()
            .map(|corner| on_plane(usize::from(*plane_axis), *index as f64, *corner))
            .collect(),
        ShapeKind::Box3d { min, max } => vec![*min, *max],
        ShapeKind::Point(point) => vec![*point],
        ShapeKind::Line(ends) => ends.to_vec(),
        ShapeKind::Bidirectional { long, short } => long.iter().chain(short).copied().collect(),
        ShapeKind::Polyline(points) | ShapeKind::Polygon(points) => points.clone(),
        ShapeKind::Ellipse {
            centre,
            first,
            second,
        } => vec![*centre, *first, *second],
        ShapeKind::Span { first, last } => [first, last]
            .into_iter()
            .map(|&k| VoxelPoint([0.0, 0.0, k as f64]))
            .collect(),
    }
}

/// The point of a plane across `axis` whose two other coordinates, axes ascending, are `at`.
fn on_plane(axis: usize, index: f64, at: [f64; 2]) -> VoxelPoint {
    match axis {
        0 => VoxelPoint([index, at[0], at[1]]),
        1 => VoxelPoint([at[0], index, at[1]]),
        _ => VoxelPoint([at[0], at[1], index]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_on_a_coronal_plane_has_its_corners_there() {
        let kind = ShapeKind::Box2d {
            plane_axis: 1,
            index: 7,
            min: [1.0, 2.0],
            max: [3.0, 4.0],
        };
        assert_eq!(
            points(&kind),
            [VoxelPoint([1.0, 7.0, 2.0]), VoxelPoint([3.0, 7.0, 4.0])]
        );
        assert_eq!(kind_name(&kind), "box2d");
    }
}
