//! Shapes: points, boxes and the rest.

use voxel::{Phrase, VoxelPoint};

use super::draft::Draft;
use super::{Onto, Place, changeable, destination, drawable, known, on_series};
use crate::document::Document;
use crate::edit::{Edit, EditName};
use crate::error::Error;
use crate::ids::{FindingId, LabelId, ShapeId};
use crate::protocol::GeometryKind;
use crate::shape::{Shape, ShapeKind};
use crate::step::Step;

/// Adds a shape, cut at the image's edge, to a finding.
///
/// # Errors
/// If the label does not allow it, the finding is of another label or series, or the shape lies outside.
pub fn add_shape(
    document: &Document,
    place: &Place,
    label: &LabelId,
    onto: &Onto,
    kind: ShapeKind,
) -> Result<Edit, Error> {
    let name = name_of(kind.geometry());
    let label = drawable(document, label, kind.geometry())?;
    let kind = kind.within(place.grid.size())?;
    let found = destination(document, place, label, onto)?;
    let mut draft = Draft::new(document);
    let finding = match found {
        Some(finding) => finding.id.clone(),
        None => draft.create(&label.id, place.series)?,
    };
    let id = ShapeId::fresh();
    draft.push(Step::Shape {
        finding,
        id: id.clone(),
        before: None,
        after: Some(Shape { id, kind }),
    })?;
    draft.finish(name)
}

/// Adds a point.
///
/// # Errors
/// As [`add_shape`].
pub fn add_point(
    document: &Document,
    place: &Place,
    label: &LabelId,
    onto: &Onto,
    point: VoxelPoint,
) -> Result<Edit, Error> {
    add_shape(document, place, label, onto, ShapeKind::Point(point))
}

/// Adds a 2-D box on the plane at `index` along the grid axis `plane_axis`; `corners` are any two opposite ones, in
/// the two other voxel coordinates, axes ascending.
///
/// # Errors
/// As [`add_shape`].
pub fn add_box(
    document: &Document,
    place: &Place,
    label: &LabelId,
    onto: &Onto,
    (plane_axis, index): (u8, i64),
    corners: [[f64; 2]; 2],
) -> Result<Edit, Error> {
    let [[u0, v0], [u1, v1]] = corners;
    let kind = ShapeKind::Box2d {
        plane_axis,
        index,
        min: [u0.min(u1), v0.min(v1)],
        max: [u0.max(u1), v0.max(v1)],
    };
    add_shape(document, place, label, onto, kind)
}

/// Moves a shape or drags its corners; it stays of its kind.
///
/// # Errors
/// If the finding or shape is not there, or the shape would lie outside.
pub fn change_shape(
    document: &Document,
    place: &Place,
    finding: &FindingId,
    shape: &ShapeId,
    kind: ShapeKind,
) -> Result<Edit, Error> {
    let finding = known(document, finding)?;
    changeable(document, finding)?;
    on_series(finding, place)?;
    let before = finding.shape(shape).ok_or(Error::UnknownShape {
        number: finding.number,
    })?;
    if before.kind.geometry() != kind.geometry() {
        return Err(Error::Shape(Phrase::new(
            "shape-other-kind",
            "a shape stays of its kind",
        )));
    }
    let mut draft = Draft::new(document);
    draft.push(Step::Shape {
        finding: finding.id.clone(),
        id: shape.clone(),
        before: Some(before.clone()),
        after: Some(Shape {
            id: shape.clone(),
            kind: kind.within(place.grid.size())?,
        }),
    })?;
    draft.finish(EditName::MoveShape)
}

/// Takes a shape away. The finding stays, perhaps without geometry.
///
/// # Errors
/// If the finding or shape is not there.
pub fn remove_shape(
    document: &Document,
    finding: &FindingId,
    shape: &ShapeId,
) -> Result<Edit, Error> {
    let finding = known(document, finding)?;
    changeable(document, finding)?;
    let before = finding.shape(shape).ok_or(Error::UnknownShape {
        number: finding.number,
    })?;
    let mut draft = Draft::new(document);
    draft.push(Step::Shape {
        finding: finding.id.clone(),
        id: shape.clone(),
        before: Some(before.clone()),
        after: None,
    })?;
    draft.finish(EditName::DeleteShape)
}

/// The tool that draws a geometry.
fn name_of(kind: GeometryKind) -> EditName {
    match kind {
        GeometryKind::Mask => EditName::MaskImport,
        GeometryKind::Polygon => EditName::Polygon,
        GeometryKind::Polyline => EditName::Polyline,
        GeometryKind::Box2d => EditName::Box2d,
        GeometryKind::Box3d => EditName::Box3d,
        GeometryKind::Ellipse => EditName::Ellipse,
        GeometryKind::Line => EditName::Ruler,
        GeometryKind::Bidirectional => EditName::Bidirectional,
        GeometryKind::Point => EditName::Point,
        GeometryKind::Span => EditName::Span,
    }
}
