use super::brick::{Words, box_of_words};
use super::{BRICK, Mask, VoxelBox};
use crate::space::VoxelPoint;

/// Counting: all of it by whole words.
impl Mask {
    /// The number of voxels.
    pub fn count(&self) -> u64 {
        self.bricks()
            .map(|(_, brick)| u64::from(brick.count()))
            .sum()
    }

    /// The number of voxels whose index along `axis` is `index`; 0 outside the grid.
    ///
    /// # Panics
    /// If `axis` is above 2.
    pub fn count_in_plane(&self, axis: usize, index: usize) -> u64 {
        let local = index % BRICK;
        self.bricks_across(axis, index / BRICK)
            .map(|(_, brick)| u64::from(plane_counts(brick.words(), axis)[local]))
            .sum()
    }

    /// The number of voxels in every plane across `axis`, one entry per index of the grid.
    ///
    /// # Panics
    /// If `axis` is above 2.
    pub fn counts_per_plane(&self, axis: usize) -> Vec<u64> {
        let mut counts = vec![0; self.size[axis]];
        for (index, brick) in self.bricks() {
            let first = index.first_voxel()[axis];
            for (n, &count) in plane_counts(brick.words(), axis).iter().enumerate() {
                // Entries beyond the grid count bits that are never set.
                if let Some(place) = counts.get_mut(first + n) {
                    *place += u64::from(count);
                }
            }
        }
        counts
    }

    /// The smallest box around all voxels; `None` without any.
    pub fn bounding_box(&self) -> Option<VoxelBox> {
        let mut all = VoxelBox::EMPTY;
        for (index, brick) in self.bricks() {
            let min = index.first_voxel();
            let whole = VoxelBox {
                min,
                max: min.map(|v| v + BRICK),
            };
            // Bricks that cannot widen the box are not looked at.
            if !all.contains_box(&whole)
                && let Some(part) = box_of_words(index, brick.words())
            {
                all = all.union(&part);
            }
        }
        (!all.is_empty()).then_some(all)
    }

    /// The mean of all voxel centres, in voxel coordinates; `None` without a voxel.
    ///
    /// Summed in whole numbers: exact up to the last division.
    pub fn centroid(&self) -> Option<VoxelPoint> {
        let mut sums = [0_u64; 3];
        let mut count = 0_u64;
        for (index, brick) in self.bricks() {
            let first = index.first_voxel();
            let voxels = u64::from(brick.count());
            count += voxels;
            for axis in 0..3 {
                let local: u64 = (0_u64..)
                    .zip(plane_counts(brick.words(), axis))
                    .map(|(n, count)| n * u64::from(count))
                    .sum();
                sums[axis] += first[axis] as u64 * voxels + local;
            }
        }
        (count > 0).then(|| VoxelPoint(sums.map(|sum| sum as f64 / count as f64)))
    }
}

/// The set bits of a brick's 32 planes across `axis`.
fn plane_counts(words: &Words, axis: usize) -> [u32; BRICK] {
    let mut counts = [0; BRICK];
    match axis {
        0 => column_counts(words, &mut counts),
        1 | 2 => {
            for (n, word) in words.iter().enumerate() {
                let plane = if axis == 1 { n % BRICK } else { n / BRICK };
                counts[plane] += word.count_ones(); // plane < 32
            }
        }
        _ => panic!("a grid has axes 0, 1, 2"),
    }
    counts
}

/// Set bits per bit place. Bits are spread to bytes, so that eight places are added at once; a byte
/// holds 255 at most, hence the groups.
fn column_counts(words: &Words, counts: &mut [u32; BRICK]) {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    for group in words.chunks(128) {
        for shift in 0..8 {
            // Bytes 0 to 3 of `sums` count the bit places shift, shift + 8, + 16, + 24.
            let sums: u64 = group.iter().map(|&w| u64::from(w) >> shift & LOWEST).sum();
            for byte in 0..4 {
                counts[shift + 8 * byte] += (sums >> (8 * byte) & 0xff) as u32;
            }
        }
    }
}
