//! The plane in which readers differ most, small enough for a report.

use super::pair::union_box;
use voxel::Mask;

/// Cells along the longer side of a picture.
const MOST_CELLS: usize = 160;
/// Voxels around the masks that are shown with them.
const MARGIN: usize = 6;

/// Who marked what in a part of one plane.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanePicture {
    /// The plane, counted along k.
    pub plane: usize,
    /// First voxel along i and j.
    pub first: [usize; 2],
    /// Voxels along i and j.
    pub extent: [usize; 2],
    /// Cells along i and j: voxels, or every n-th where there are too many.
    pub size: [usize; 2],
    /// Number of readers.
    pub n_readers: usize,
    /// Bit r: reader r marked the cell; i fastest.
    pub cells: Vec<u32>,
}

/// The plane with the most voxels on which the readers are not of one mind; of equals the first, and
/// where they agree everywhere the plane with most voxels. `None` if all masks are empty, or beyond
/// 32 readers.
#[must_use]
pub fn largest_difference(masks: &[&Mask]) -> Option<PlanePicture> {
    let around = union_box(masks.iter().copied())?;
    if masks.len() > 32 {
        return None;
    }
    let contested = |k: usize| -> (u64, u64) {
        let planes: Vec<_> = masks.iter().map(|mask| mask.plane_bits(2, k)).collect();
        let (mut differing, mut marked) = (0, 0);
        for j in around.min[1]..around.max[1] {
            let rows: Vec<&[u32]> = planes.iter().map(|plane| plane.row(j)).collect();
            for word in 0..rows[0].len() {
                let any = rows.iter().fold(0, |all, row| all | row[word]);
                let all = rows.iter().fold(u32::MAX, |all, row| all & row[word]);
                differing += u64::from((any & !all).count_ones());
                marked += u64::from(any.count_ones());
            }
        }
        (differing, marked)
    };
    let planes = around.min[2]..around.max[2];
    let plane = planes.rev().max_by_key(|&k| contested(k))?;
    let size = masks.first()?.size();
    let first = [0, 1].map(|axis| around.min[axis].saturating_sub(MARGIN));
    let extent = [0, 1].map(|axis| (around.max[axis] + MARGIN).min(size[axis]) - first[axis]);
    let step = extent[0].max(extent[1]).div_ceil(MOST_CELLS).max(1);
    let cells_along = extent.map(|n| n.div_ceil(step));
    let bits: Vec<_> = masks.iter().map(|mask| mask.plane_bits(2, plane)).collect();
    let mut cells = Vec::with_capacity(cells_along[0] * cells_along[1]);
    for y in 0..cells_along[1] {
        for x in 0..cells_along[0] {
            let (i, j) = (first[0] + x * step, first[1] + y * step);
            let marks = bits.iter().enumerate();
            cells.push(marks.fold(0, |cell, (reader, plane)| {
                cell | u32::from(plane.get(i as i64, j as i64)) << reader
            }));
        }
    }
    Some(PlanePicture {
        plane,
        first,
        extent,
        size: cells_along,
        n_readers: masks.len(),
        cells,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use voxel::VoxelIndex;

    fn slab(size: [usize; 3], until: i64, planes: std::ops::Range<i64>) -> Mask {
        Mask::from_fn(size, |v| {
            v.0[0] < until && v.0[1] < 10 && planes.contains(&v.0[2])
        })
    }

    #[test]
    fn the_plane_with_most_difference_is_shown_with_both_readers() {
        let size = [40, 30, 8];
        let a = slab(size, 10, 1..6);
        let b = Mask::from_fn(size, |v| {
            a.get(v) && v.0[2] != 3 || (v.0[2] == 4 && v.0[0] < 25 && v.0[1] < 10)
        });
        let picture = largest_difference(&[&a, &b]).unwrap();
        assert_eq!((picture.plane, picture.n_readers), (4, 2));
        assert_eq!(picture.first, [0, 0]);
        assert_eq!(picture.extent, [31, 16]);
        let at = |x: usize, y: usize| picture.cells[x + picture.size[0] * y];
        assert_eq!([at(3, 3), at(20, 3), at(28, 3)], [0b11, 0b10, 0]);
        assert!(a.get(VoxelIndex([3, 3, 4])));
    }

    #[test]
    fn readers_of_one_mind_have_their_largest_plane() {
        let size = [40, 30, 8];
        let mask = slab(size, 10, 1..6).union(&slab(size, 20, 5..6));
        assert_eq!(largest_difference(&[&mask, &mask]).unwrap().plane, 5);
        assert_eq!(largest_difference(&[&Mask::empty(size)]), None);
    }
}
