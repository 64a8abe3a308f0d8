//! How far two findings are the same place: overlap of their extents, distance of their centres.

use std::collections::BTreeMap;

use agreement::{box_iou, mask_iou};
use annotation_format::{Finding, ShapeKind};
use voxel::{Grid, PatientPoint, VoxelPoint};

/// Intersection over union of two findings: of their masks, else of the boxes around them, else of
/// their time spans. `None` where one of them has no extent (points only) or they lie on
/// different series.
pub(super) fn iou(a: &Finding, b: &Finding) -> Option<f64> {
    if a.series != b.series {
        return None;
    }
    if let (Some(one), Some(other)) = (&a.mask, &b.mask) {
        return Some(mask_iou(one, other));
    }
    if let (Some(one), Some(other)) = (extent(a), extent(b)) {
        return Some(box_iou(&one, &other));
    }
    time_iou(a, b)
}

/// Intersection over union of the runs of frames.
pub(super) fn time_iou(a: &Finding, b: &Finding) -> Option<f64> {
    match (span(a), span(b)) {
        (Some(one), Some(other)) if a.series == b.series => Some(box_iou(&one, &other)),
        _ => None,
    }
}

fn span(finding: &Finding) -> Option<[f64; 2]> {
    finding.shapes.iter().find_map(|shape| match shape.kind {
        // Both ends belong to the span.
        ShapeKind::Span { first, last } => Some([first as f64, last as f64 + 1.0]),
        _ => None,
    })
}

/// The box around a finding with extent, `[lo…, hi…]` in voxels; a plane is one voxel thick.
fn extent(finding: &Finding) -> Option<[f64; 6]> {
    if let Some(found) = finding.mask.as_ref().and_then(voxel::Mask::bounding_box) {
        let [i0, j0, k0] = found.min.map(|v| v as f64 - 0.5);
        let [i1, j1, k1] = found.max.map(|v| v as f64 - 0.5);
        return Some([i0, j0, k0, i1, j1, k1]);
    }
    let mut low = [f64::INFINITY; 3];
    let mut high = [f64::NEG_INFINITY; 3];
    for shape in &finding.shapes {
        for point in shape.kind.points() {
            for (axis, value) in point.0.iter().enumerate() {
                if let (Some(low), Some(high)) = (low.get_mut(axis), high.get_mut(axis)) {
                    *low = low.min(*value);
                    *high = high.max(*value);
                }
            }
        }
    }
    let flat = low
        .iter()
        .zip(&high)
        .filter(|(low, high)| low >= high)
        .count();
    if flat >= 2 || !low.iter().all(|v| v.is_finite()) {
        return None; // a point or a line along an axis has no extent to overlap
    }
    for (low, high) in low.iter_mut().zip(&mut high) {
        if *low >= *high {
            *low -= 0.5;
            *high += 0.5;
        }
    }
    let ([i0, j0, k0], [i1, j1, k1]) = (low, high);
    Some([i0, j0, k0, i1, j1, k1])
}

/// Centre of a finding in voxel coordinates: of its mask, else the mean centre of its shapes.
fn centre(finding: &Finding) -> Option<VoxelPoint> {
    if let Some(centre) = finding.mask.as_ref().and_then(voxel::Mask::centroid) {
        return Some(centre);
    }
    let centres: Vec<VoxelPoint> = finding
        .shapes
        .iter()
        .filter_map(|shape| shape.kind.centre())
        .collect();
    let count = centres.len() as f64;
    let sum = centres.iter().fold([0.0; 3], |[x, y, z], point| {
        let [i, j, k] = point.0;
        [x + i, y + j, z + k]
    });
    (!centres.is_empty()).then(|| VoxelPoint(sum.map(|value| value / count)))
}

fn centre_mm(finding: &Finding, grids: &BTreeMap<String, Grid>) -> Option<PatientPoint> {
    Some(
        grids
            .get(&finding.series)?
            .patient_from_voxel(centre(finding)?),
    )
}

/// Distance of two findings' centres in patient space; `None` without geometry.
pub(super) fn distance_mm(a: &Finding, b: &Finding, grids: &BTreeMap<String, Grid>) -> Option<f64> {
    let distance = (centre_mm(a, grids)? - centre_mm(b, grids)?).length();
    distance.is_finite().then_some(distance)
}
