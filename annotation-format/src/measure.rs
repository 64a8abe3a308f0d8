//! Measures of findings: volume, axes, mean value, and the attributes that a protocol lets the program compute.
//!
//! Lengths are in mm in patient space, so anisotropic, oblique and sheared grids are measured as they lie. On a grid
//! with uneven planes volumes count voxels of the nominal size and are approximate (`Grid::is_even`).

use voxel::{Grid, Mask, PatientVector, Volume, VoxelIndex};

use crate::document::Document;
use crate::finding::Finding;
use crate::protocol::{Attribute, Computed};
use crate::shape::ShapeKind;
use crate::value::{Value, round};

/// The axes of a mask within the plane of its largest area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes {
    /// Index of the plane along the grid's third axis, the plane of acquisition.
    pub plane: usize,
    /// Area of the mask there, mm².
    pub area_mm2: f64,
    /// Longest distance between two points of the outline, mm.
    pub long_mm: f64,
    /// Extent perpendicular to the long axis, mm.
    pub short_mm: f64,
    /// Ends of the long axis in voxel coordinates i, j.
    pub long_ends: [[f64; 2]; 2],
}

/// The voxel values under a mask, after modality rescale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaskValues {
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, as of a whole population: the sum of squares is divided by their count.
    pub deviation: f64,
}

/// Volume in ml.
pub fn volume_ml(mask: &Mask, grid: &Grid) -> f64 {
    mask.count() as f64 * grid.voxel_volume_mm3() / 1000.0
}

/// Mean of the voxel values, after modality rescale; `None` if no voxel has one.
pub fn mean_value(mask: &Mask, volume: &Volume) -> Option<f64> {
    mask_values(mask, volume).map(|values| values.mean)
}

/// Mean and standard deviation of the voxel values, after modality rescale; `None` if no voxel has one.
pub fn mask_values(mask: &Mask, volume: &Volume) -> Option<MaskValues> {
    let (mut sum, mut squares) = (0.0_f64, 0.0_f64);
    let mut count = 0_u64;
    // squares are taken of distances from the first value: large values close together lose nothing
    let mut first = None;
    mask.for_each_run(|run| {
        for i in run.i0..run.i1 {
            if let Some(value) = volume.value(VoxelIndex([i, run.j, run.k])) {
                let apart = value - *first.get_or_insert(value);
                sum += value;
                squares += apart * apart;
                count += 1;
            }
        }
    });
    let (first, count) = (first?, count as f64);
    let mean = sum / count;
    let variance = squares / count - (mean - first).powi(2);
    Some(MaskValues {
        mean,
        deviation: variance.max(0.0).sqrt(),
    })
}

/// Long and short axis in the plane of acquisition where the mask's area is largest (the first of several such).
///
/// The outline's points are the middles between a voxel inside and its neighbour outside, as a surface at one half
/// would have them: a row of n voxels is n steps long. Long axis: largest distance of two outline points; short axis:
/// width perpendicular to it. (Compare pyradiomics' Maximum2DDiameterSlice, which uses the same points.)
pub fn axes(mask: &Mask, grid: &Grid) -> Option<Axes> {
    let counts = mask.counts_per_plane(2);
    let largest = counts.iter().copied().max().filter(|&count| count > 0)?;
    let plane = counts.iter().position(|&count| count == largest)?;
    let frame = PlaneFrame::of(grid)?;
    let outline = outline(mask, plane);
    let hull = hull(outline.into_iter().map(|point| frame.mm(point)).collect());
    let (from, to) = farthest(&hull)?;
    let along = [to[0] - from[0], to[1] - from[1]];
    let long_mm = along[0].hypot(along[1]);
    let across = [-along[1] / long_mm, along[0] / long_mm];
    let extents = hull.iter().map(|p| p[0] * across[0] + p[1] * across[1]);
    let (low, high) = extents.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    Some(Axes {
        plane,
        area_mm2: largest as f64 * frame.cell_mm2(),
        long_mm,
        short_mm: high - low,
        long_ends: [frame.voxel(from), frame.voxel(to)],
    })
}

/// Longer side of the largest 2-D or 3-D box of a finding, mm.
pub fn box_long_side_mm(finding: &Finding, grid: &Grid) -> Option<f64> {
    let spacing = grid.spacing_mm();
    let sides = finding.shapes.iter().flat_map(|shape| match &shape.kind {
        ShapeKind::Box2d {
            plane_axis,
            min,
            max,
            ..
        } => ShapeKind::axes_in_plane(*plane_axis)
            .iter()
            .zip(min.iter().zip(max))
            .map(|(&axis, (low, high))| (high - low) * spacing[axis])
            .collect(),
        ShapeKind::Box3d { min, max } => (0..3)
            .map(|axis| (max.0[axis] - min.0[axis]) * spacing[axis])
            .collect(),
        _ => Vec::new(),
    });
    sides.reduce(f64::max)
}

/// The value of a computed attribute, in its unit and rounded to its decimals; `None` where the finding has not the
/// geometry for it. A mean needs the volume.
pub fn computed(
    attribute: &Attribute,
    finding: &Finding,
    grid: &Grid,
    volume: Option<&Volume>,
) -> Option<Value> {
    let unit = attribute
        .unit
        .as_ref()
        .map_or("", |unit| unit.ucum.as_str());
    let mask = finding.mask.as_ref();
    let of_axes = |choose: fn(&Axes) -> f64| axes(mask?, grid).map(|axes| choose(&axes));
    let centi = if unit.starts_with("cm") {
        10.0_f64
    } else {
        1.0
    };
    let number = match attribute.computed? {
        Computed::LongAxis => of_axes(|axes| axes.long_mm)? / centi,
        Computed::ShortAxis => of_axes(|axes| axes.short_mm)? / centi,
        Computed::Area => of_axes(|axes| axes.area_mm2)? / centi.powi(2),
        Computed::BoxLongSide => box_long_side_mm(finding, grid)? / centi,
        Computed::Volume if unit == "mm3" => volume_ml(mask?, grid) * 1000.0,
        Computed::Volume => volume_ml(mask?, grid),
        Computed::Mean => mean_value(mask?, volume?)?,
    };
    let decimals = attribute.decimals;
    Some(Value::Decimal(
        decimals.map_or(number, |decimals| round(number, decimals)),
    ))
}

/// Every answer about a finding as lists, exports and comparisons show it: what was answered and what is computed, in
/// the order of the protocol.
pub fn answers<'a>(
    document: &'a Document,
    finding: &Finding,
    grid: &Grid,
    volume: Option<&Volume>,
) -> Vec<(&'a Attribute, Option<Value>)> {
    let asked = document.attributes_shown(finding).into_iter();
    asked
        .map(|attribute| {
            let value = if attribute.computed.is_some() {
                computed(attribute, finding, grid, volume)
            } else {
                finding.attributes.get(&attribute.id).cloned()
            };
            (attribute, value)
        })
        .collect()
}

/// Orthonormal axes in the plane of acquisition, so that sheared steps are measured rightly.
struct PlaneFrame {
    /// One step along i: only along the first axis.
    i_mm: f64,
    /// One step along j: along both axes.
    j_mm: [f64; 2],
}

impl PlaneFrame {
    fn of(grid: &Grid) -> Option<PlaneFrame> {
        let column = |axis| -> PatientVector { grid.affine().column(axis) };
        let (i, j) = (column(0), column(1));
        let first = i.normalised()?;
        let along = j.dot(first);
        let rest = (j.dot(j) - along * along).max(0.0).sqrt();
        (rest > 0.0).then(|| PlaneFrame {
            i_mm: i.length(),
            j_mm: [along, rest],
        })
    }

    fn mm(&self, [i, j]: [f64; 2]) -> [f64; 2] {
        [i * self.i_mm + j * self.j_mm[0], j * self.j_mm[1]]
    }

    fn voxel(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let j = y / self.j_mm[1];
        [(x - j * self.j_mm[0]) / self.i_mm, j]
    }

    fn cell_mm2(&self) -> f64 {
        self.i_mm * self.j_mm[1]
    }
}

/// Middles between a voxel of the plane inside the mask and a neighbour outside.
fn outline(mask: &Mask, plane: usize) -> Vec<[f64; 2]> {
    let bits = mask.plane_bits(2, plane);
    let mut points = Vec::new();
    mask.runs_in_plane(plane, |run| {
        let j = run.j as f64;
        points.push([run.i0 as f64 - 0.5, j]);
        points.push([run.i1 as f64 - 0.5, j]);
        for i in run.i0..run.i1 {
            for (neighbour, edge) in [(run.j - 1, j - 0.5), (run.j + 1, j + 0.5)] {
                if !bits.get(i, neighbour) {
                    points.push([i as f64, edge]);
                }
            }
        }
    });
    points
}

/// Convex hull by Andrew's monotone chain.
fn hull(mut sorted: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    sorted.dedup();
    let half = |points: &mut dyn Iterator<Item = [f64; 2]>| {
        let mut chain: Vec<[f64; 2]> = Vec::new();
        for point in points {
            while let [.., a, b] = chain.as_slice() {
                let turn = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]);
                if turn > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(point);
        }
        chain
    };
    let mut all = half(&mut sorted.iter().copied());
    all.extend(half(&mut sorted.iter().rev().copied()));
    all
}

/// The two points farthest from each other. A hull has few points, so every pair is looked at.
fn farthest(points: &[[f64; 2]]) -> Option<([f64; 2], [f64; 2])> {
    let mut best: Option<(f64, [f64; 2], [f64; 2])> = None;
    for (at, a) in points.iter().enumerate() {
        for b in points.iter().skip(at + 1) {
            let distance = (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
            if best.is_none_or(|(known, _, _)| distance > known) {
                best = Some((distance, *a, *b));
            }
        }
    }
    best.map(|(_, a, b)| (a, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use voxel::{Affine, PatientPoint, Rescale, Samples};

    fn grid(spacing: [f64; 3]) -> Grid {
        Grid::new([40, 30, 5], Affine::scaling(spacing)).unwrap()
    }

    #[test]
    fn a_rectangle_is_as_long_as_its_diagonal_of_edges() {
        let grid = grid([0.5, 2.0, 3.0]);
        let mask = Mask::from_fn(grid.size(), |v| {
            (4..14).contains(&v.0[0]) && v.0[1] == 7 && v.0[2] == 2
        });
        let axes = axes(&mask, &grid).unwrap();
        assert_eq!(axes.plane, 2);
        assert!((axes.long_mm - 5.0).abs() < 1e-9, "{axes:?}");
        assert!((axes.short_mm - 2.0).abs() < 1e-9, "{axes:?}");
        assert!((axes.area_mm2 - 10.0).abs() < 1e-9);
        assert!((volume_ml(&mask, &grid) - 0.03).abs() < 1e-12);
    }

    #[test]
    fn a_disc_measures_its_diameter_in_every_direction() {
        let grid = grid([0.7, 0.7, 3.0]);
        let radius = 8.2;
        let mask = Mask::from_fn(grid.size(), |v| {
            let [i, j, k] = v.0.map(|c| c as f64);
            (i - 20.0).hypot(j - 15.0) <= radius && k == 1.0
        });
        let axes = axes(&mask, &grid).unwrap();
        let diameter = 2.0 * radius * 0.7;
        assert!((axes.long_mm - diameter).abs() < 0.7, "{axes:?}");
        assert!((axes.short_mm - diameter).abs() < 0.7, "{axes:?}");
    }

    #[test]
    fn a_sheared_plane_is_measured_in_patient_space() {
        let columns = [
            PatientVector([1.0, 0.0, 0.0]),
            PatientVector([1.0, 1.0, 0.0]),
            PatientVector([0.0, 0.0, 1.0]),
        ];
        let affine = Affine::from_columns(columns, PatientPoint([0.0; 3]));
        let grid = Grid::new([40, 30, 5], affine).unwrap();
        let mask = Mask::from_fn(grid.size(), |v| {
            v.0[0] == 3 && (0..10).contains(&v.0[1]) && v.0[2] == 0
        });
        let axes = axes(&mask, &grid).unwrap();
        // Ten steps along j are √2 mm each.
        assert!((axes.long_mm - 200.0_f64.sqrt()).abs() < 1e-9, "{axes:?}");
        assert!((axes.area_mm2 - 10.0).abs() < 1e-9);
    }

    #[test]
    fn no_voxel_has_no_axes() {
        let grid = grid([1.0; 3]);
        assert_eq!(axes(&Mask::empty(grid.size()), &grid), None);
    }

    /// Stored values of all kinds, and the modality values that they mean.
    fn volume(grid: &Grid, intercept: f64) -> (Volume, Vec<f64>) {
        let stored: Vec<i16> = (0..grid.voxel_count())
            .map(|n| ((n * 7919) % 2003) as i16 - 1000)
            .collect();
        let meant: Vec<f64> = stored
            .iter()
            .map(|s| f64::from(*s) * 0.5 + intercept)
            .collect();
        let rescale = Rescale {
            slope: 0.5,
            intercept,
        };
        let samples = Samples::I16(std::sync::Arc::new(stored));
        let volume = Volume::new(grid.clone(), samples, vec![rescale], None).unwrap();
        (volume, meant)
    }

    #[test]
    fn mean_and_deviation_are_those_of_the_values_one_by_one() {
        let grid = grid([1.0; 3]);
        let [columns, rows, _] = grid.size().map(|n| n as i64);
        let is_in = |v: VoxelIndex| v.0[2] > 0 && (v.0[0] * 3 + v.0[1] * 5 + v.0[2]) % 4 == 0;
        let mask = Mask::from_fn(grid.size(), is_in);
        // far from zero the spread must not drown
        for intercept in [-1024.0, 0.0, 1e9] {
            let (volume, meant) = volume(&grid, intercept);
            let at = |n: i64| VoxelIndex([n % columns, n / columns % rows, n / (columns * rows)]);
            let inside: Vec<f64> = meant
                .iter()
                .enumerate()
                .filter(|(n, _)| is_in(at(*n as i64)))
                .map(|(_, value)| *value)
                .collect();
            let count = inside.len() as f64;
            let mean = inside.iter().sum::<f64>() / count;
            let squares: f64 = inside.iter().map(|v| (v - mean).powi(2)).sum();
            let found = mask_values(&mask, &volume).unwrap();
            assert_eq!(mean_value(&mask, &volume), Some(found.mean));
            assert!((found.mean - mean).abs() < 1e-6, "{found:?} {mean}");
            let deviation = (squares / count).sqrt();
            assert!((found.deviation - deviation).abs() < 1e-6, "{found:?}");
        }
    }

    #[test]
    fn one_voxel_has_no_spread_and_none_no_mean() {
        let grid = grid([1.0; 3]);
        let (volume, meant) = volume(&grid, 0.0);
        let one = Mask::from_fn(grid.size(), |v| v.0 == [2, 0, 0]);
        let values = mask_values(&one, &volume).unwrap();
        assert_eq!((values.mean, values.deviation), (meant[2], 0.0));
        assert_eq!(mask_values(&Mask::empty(grid.size()), &volume), None);
    }
}
