use serde::{Deserialize, Serialize};

use crate::space::VoxelIndex;

/// A box of voxels, half-open: `min` is inside, `max` is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VoxelBox {
    /// The first voxel.
    pub min: [usize; 3],
    /// One past the last voxel.
    pub max: [usize; 3],
}

impl VoxelBox {
    /// The box without a voxel.
    pub const EMPTY: VoxelBox = VoxelBox {
        min: [0; 3],
        max: [0; 3],
    };

    /// The box of a whole grid.
    pub fn of_size(size: [usize; 3]) -> VoxelBox {
        VoxelBox {
            min: [0; 3],
            max: size,
        }
    }

    /// Whether no voxel is inside.
    pub fn is_empty(&self) -> bool {
        (0..3).any(|a| self.min[a] >= self.max[a])
    }

    /// Voxels along i, j, k.
    pub fn size(&self) -> [usize; 3] {
        std::array::from_fn(|a| self.max[a].saturating_sub(self.min[a]))
    }

    /// The number of voxels.
    pub fn voxel_count(&self) -> u64 {
        self.size().iter().map(|&n| n as u64).product()
    }

    /// Whether the voxel is inside.
    pub fn contains(&self, voxel: VoxelIndex) -> bool {
        (0..3).all(|a| voxel.0[a] >= self.min[a] as i64 && voxel.0[a] < self.max[a] as i64)
    }

    /// Whether all of `other` is inside.
    pub fn contains_box(&self, other: &VoxelBox) -> bool {
        other.is_empty()
            || (0..3).all(|a| self.min[a] <= other.min[a] && other.max[a] <= self.max[a])
    }

    /// The smallest box around both.
    pub fn union(&self, other: &VoxelBox) -> VoxelBox {
        match (self.is_empty(), other.is_empty()) {
            (true, true) => VoxelBox::EMPTY,
            (true, false) => *other,
            (false, true) => *self,
            (false, false) => VoxelBox {
                min: std::array::from_fn(|a| self.min[a].min(other.min[a])),
                max: std::array::from_fn(|a| self.max[a].max(other.max[a])),
            },
        }
    }

    /// What both share.
    pub fn intersection(&self, other: &VoxelBox) -> VoxelBox {
        let both = VoxelBox {
            min: std::array::from_fn(|a| self.min[a].max(other.min[a])),
            max: std::array::from_fn(|a| self.max[a].min(other.max[a])),
        };
        if both.is_empty() {
            VoxelBox::EMPTY
        } else {
            both
        }
    }

    /// The box with `margin` voxels more on every side, clipped to a grid of this size.
    pub fn grown(&self, margin: usize, size: [usize; 3]) -> VoxelBox {
        if self.is_empty() {
            return VoxelBox::EMPTY;
        }
        let larger = VoxelBox {
            min: self.min.map(|v| v.saturating_sub(margin)),
            max: self.max.map(|v| v.saturating_add(margin)),
        };
        larger.intersection(&VoxelBox::of_size(size))
    }
}
