//! Surfaces as elements on the corner grid, and distances between two of them.
//!
//! Each surface point stands for the surface element of its 2x2x2 voxels, so that anisotropic
//! voxels do not over-weight any direction (Nikolov 2021, doi:10.2196/26151).

use super::crop::Crop;
use super::surfel_table::{contour_lengths, surfel_areas};
use rayon::prelude::*;
use voxel::distance::squared_distances_at;

/// Corner points that see both inside and outside, with the area (2-D: length) of their element.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Surface {
    /// Size of the corner grid: one more than the voxels along each measured axis.
    size: [usize; 3],
    /// Index into the corner grid and area in mm² (mm), in the order of the grid.
    points: Vec<(usize, f64)>,
}

impl Surface {
    /// The surface of a mask; `flat` measures the one slice in two dimensions.
    pub(crate) fn of(crop: &Crop, spacing_mm: [f64; 3], flat: bool) -> Self {
        if flat {
            Self::contour(crop, spacing_mm)
        } else {
            Self::shell(crop, spacing_mm)
        }
    }

    fn shell(crop: &Crop, spacing_mm: [f64; 3]) -> Self {
        let areas = surfel_areas(spacing_mm);
        let size = crop.size.map(|n| n + 1);
        let planes: Vec<Vec<(usize, f64)>> = (0..size[2])
            .into_par_iter()
            .map(|k| {
                let mut points = Vec::new();
                for j in 0..size[1] {
                    let near = j.checked_sub(1);
                    let below = k.checked_sub(1);
                    let rows = [
                        crop.row(near, below),
                        crop.row(near, Some(k)),
                        crop.row(Some(j), below),
                        crop.row(Some(j), Some(k)),
                    ];
                    let base = size[0] * (j + size[1] * k);
                    for_each_code(crop.size[0], rows, |i, code| {
                        if code != 0 && code != 255 {
                            points.push((base + i, areas[usize::from(code)]));
                        }
                    });
                }
                points
            })
            .collect();
        Self {
            size,
            points: planes.concat(),
        }
    }

    fn contour(crop: &Crop, spacing_mm: [f64; 3]) -> Self {
        let lengths = contour_lengths([spacing_mm[0], spacing_mm[1]]);
        let size = [crop.size[0] + 1, crop.size[1] + 1, 1];
        let mut points = Vec::new();
        for j in 0..size[1] {
            let rows = [
                crop.row(j.checked_sub(1), Some(0)),
                crop.row(Some(j), Some(0)),
                None,
                None,
            ];
            for_each_code(crop.size[0], rows, |i, code| {
                // the two rows fill the upper two bits of each half of the code
                let code = (code >> 6) << 2 | (code >> 2) & 3;
                if code != 0 && code != 15 {
                    points.push((i + size[0] * j, lengths[usize::from(code)]));
                }
            });
        }
        Self { size, points }
    }

    /// Sum of the areas in mm² (contour: lengths in mm).
    pub(crate) fn area(&self) -> f64 {
        self.points.iter().map(|(_, area)| area).sum()
    }

    /// Distances from each element of this surface to the nearest point of the other.
    pub(crate) fn distances_to(&self, other: &Self, spacing_mm: [f64; 3]) -> Distances {
        let mut sites = vec![false; other.size.iter().product()];
        for &(point, _) in &other.points {
            sites[point] = true;
        }
        let places: Vec<usize> = self.points.iter().map(|&(point, _)| point).collect();
        let squares = squared_distances_at(&places, &sites, other.size, spacing_mm);
        let areas = self.points.iter().map(|(_, area)| *area);
        Distances::new(
            squares
                .iter()
                .map(|square| square.sqrt())
                .zip(areas)
                .collect(),
        )
    }
}

/// Calls `found` with the corner code of each position along one line of the corner grid.
///
/// `rows` are the voxel rows (v, w) = (0,0), (0,1), (1,0), (1,1); voxel (u, v, w) has bit
/// 7 - (4u + 2v + w), so that the code is the previous column's nibble and this column's.
fn for_each_code(width: usize, rows: [Option<&[u8]>; 4], mut found: impl FnMut(usize, u8)) {
    if rows
        .iter()
        .flatten()
        .all(|row| row.iter().all(|&cell| cell == 0))
    {
        return;
    }
    let column = |i: usize| {
        rows.iter().fold(0_u8, |nibble, row| {
            nibble << 1 | row.map_or(0, |row| row[i])
        })
    };
    let mut before = 0;
    for i in 0..width {
        let here = column(i);
        found(i, before << 4 | here);
        before = here;
    }
    found(width, before << 4);
}

/// Distances of one direction, each with the area it stands for, sorted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Distances {
    elements: Vec<(f64, f64)>,
    pub(crate) area: f64,
    /// Sum of distance times area.
    pub(crate) moment: f64,
}

impl Distances {
    fn new(mut elements: Vec<(f64, f64)>) -> Self {
        elements.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let area = elements.iter().map(|(_, area)| area).sum();
        let moment = elements
            .iter()
            .map(|(distance, area)| distance * area)
            .sum();
        Self {
            elements,
            area,
            moment,
        }
    }

    /// Largest distance in mm.
    pub(crate) fn maximum(&self) -> f64 {
        self.elements.last().map_or(0.0, |(distance, _)| *distance)
    }

    /// First distance at which the cumulative share of the area reaches `percent`.
    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        let mut sum = 0.0;
        for (distance, area) in &self.elements {
            sum += area;
            if sum / self.area >= percent / 100.0 {
                return *distance;
            }
        }
        self.maximum()
    }

    /// Area-weighted mean distance in mm.
    pub(crate) fn mean(&self) -> f64 {
        self.moment / self.area
    }

    /// Area whose distance is at most `limit_mm`.
    pub(crate) fn area_within(&self, limit_mm: f64) -> f64 {
        self.elements
            .iter()
            .take_while(|(distance, _)| *distance <= limit_mm)
            .map(|(_, area)| area)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voxel_at(size: [usize; 3], at: [usize; 3]) -> Crop {
        let mut cells = vec![0; size.iter().product()];
        cells[at[0] + size[0] * (at[1] + size[1] * at[2])] = 1;
        Crop { size, cells }
    }

    #[test]
    fn one_voxel_has_eight_corner_elements() {
        let surface = Surface::of(&voxel_at([1, 1, 1], [0, 0, 0]), [1.0, 1.0, 2.5], false);
        assert_eq!(surface.points.len(), 8);
        // golden case one_voxel_same
        assert!((surface.area() - 3.674_234_614_174_767).abs() < 1e-12);
    }

    #[test]
    fn two_voxels_are_as_far_apart_as_their_corners() {
        let spacing = [1.0, 1.0, 1.0];
        let a = Surface::of(&voxel_at([5, 1, 1], [0, 0, 0]), spacing, false);
        let b = Surface::of(&voxel_at([5, 1, 1], [4, 0, 0]), spacing, false);
        let distances = a.distances_to(&b, spacing);
        assert_eq!(distances.maximum(), 4.0);
        assert_eq!(distances.percentile(40.0), 3.0);
        assert_eq!(distances.percentile(60.0), 4.0);
        assert_eq!(distances.mean(), 3.5);
        assert!((distances.area_within(3.0) - a.area() / 2.0).abs() < 1e-12);
    }

    #[test]
    fn one_pixel_of_one_slice_has_a_contour() {
        let contour = Surface::of(&voxel_at([1, 1, 1], [0, 0, 0]), [3.0, 4.0, 9.0], true);
        assert_eq!(contour.area(), 10.0);
    }
}
