//! A mask cut to a box, one byte a voxel: the form in which distances are computed.

use voxel::{Mask, VoxelBox};

/// Voxels of a box, 1 inside the mask and 0 outside; i fastest, then j, then k.
///
/// Everything outside the box is background.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Crop {
    pub(crate) size: [usize; 3],
    pub(crate) cells: Vec<u8>,
}

impl Crop {
    /// Cuts the box `cut` out of a mask; the box lies inside the mask's grid.
    pub(crate) fn of_mask(mask: &Mask, cut: VoxelBox) -> Self {
        let size = std::array::from_fn(|axis| cut.max[axis] - cut.min[axis]);
        let mut cells = vec![0_u8; size.iter().product()];
        mask.for_each_run(|run| {
            let (Some(j), Some(k)) = (inside(run.j, cut, 1), inside(run.k, cut, 2)) else {
                return;
            };
            let start = clip(run.i0, cut);
            let end = clip(run.i1, cut);
            let row = size[0] * (j + size[1] * k);
            if start < end {
                cells[row + start..row + end].fill(1);
            }
        });
        Self { size, cells }
    }

    /// The same voxels with `margin` background voxels on both sides of each axis.
    pub(crate) fn padded(&self, margin: [usize; 3]) -> Self {
        let size: [usize; 3] = std::array::from_fn(|axis| self.size[axis] + 2 * margin[axis]);
        let mut cells = vec![0_u8; size.iter().product()];
        for k in 0..self.size[2] {
            for j in 0..self.size[1] {
                let from = self.size[0] * (j + self.size[1] * k);
                let to = margin[0] + size[0] * (j + margin[1] + size[1] * (k + margin[2]));
                cells[to..to + self.size[0]]
                    .copy_from_slice(&self.cells[from..from + self.size[0]]);
            }
        }
        Self { size, cells }
    }

    /// The row (j, k), or `None` outside the box.
    pub(crate) fn row(&self, j: Option<usize>, k: Option<usize>) -> Option<&[u8]> {
        let (j, k) = (j?, k?);
        if j >= self.size[1] || k >= self.size[2] {
            return None;
        }
        let from = self.size[0] * (j + self.size[1] * k);
        Some(&self.cells[from..from + self.size[0]])
    }
}

/// Coordinate of a row relative to the box, if it lies inside.
fn inside(coordinate: i64, cut: VoxelBox, axis: usize) -> Option<usize> {
    let coordinate = usize::try_from(coordinate).ok()?;
    (cut.min[axis]..cut.max[axis])
        .contains(&coordinate)
        .then(|| coordinate - cut.min[axis])
}

/// End of a run relative to the box, clipped to it.
fn clip(i: i64, cut: VoxelBox) -> usize {
    usize::try_from(i)
        .unwrap_or(0)
        .clamp(cut.min[0], cut.max[0])
        - cut.min[0]
}
