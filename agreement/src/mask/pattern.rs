//! Decisions of many readers as counted patterns: one pass over the voxels, then everything else
//! works on at most 2^r numbers.

use super::pair::{check_size, union_box};
use crate::Error;
use rayon::prelude::*;
use std::collections::BTreeMap;
use voxel::{Grid, Mask, Phrase};

/// How many voxels each combination of readers has marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Patterns {
    pub(crate) n_readers: usize,
    /// Voxels outside the smallest box around all masks, which count as background in `counts`.
    pub(crate) outside_box: u64,
    /// Bit j of the key: reader j marked the voxel. Background (0) is always there.
    pub(crate) counts: BTreeMap<u32, u64>,
    /// The readers in an order that follows from what they marked, not from how they were given: sums
    /// that are taken in this order do not depend on the order of the files.
    pub(crate) order: Vec<usize>,
}

impl Patterns {
    /// One bit a reader.
    pub(crate) const MOST_READERS: usize = 32;

    pub(crate) fn of_masks(masks: &[&Mask], grid: &Grid) -> Result<Self, Error> {
        for (number, mask) in masks.iter().enumerate() {
            check_size(mask, number + 1, grid)?;
        }
        if masks.len() > Self::MOST_READERS {
            return Err(Error::BadArguments(Phrase::new(
                "agree-many-readers",
                "more than 32 readers",
            )));
        }
        let Some(cut) = union_box(masks.iter().copied()) else {
            let counts = BTreeMap::from([(0, grid.voxel_count())]);
            return Ok(Self {
                n_readers: masks.len(),
                outside_box: grid.voxel_count(),
                counts,
                order: (0..masks.len()).collect(),
            });
        };
        let size: [usize; 3] = std::array::from_fn(|axis| cut.max[axis] - cut.min[axis]);
        let mut cells = vec![0_u32; size.iter().product()];
        for (reader, mask) in masks.iter().enumerate() {
            mask.for_each_run(|run| {
                // runs lie inside the mask's box and thus inside the box around all
                let [i0, i1, j, k] = [run.i0, run.i1, run.j, run.k].map(|n| n as usize);
                let row = size[0] * (j - cut.min[1] + size[1] * (k - cut.min[2]));
                for cell in &mut cells[row + i0 - cut.min[0]..row + i1 - cut.min[0]] {
                    *cell |= 1 << reader;
                }
            });
        }
        let mut counts = count_keys(cells.len(), |at| cells[at]);
        let outside_box = grid.voxel_count() - cells.len() as u64;
        *counts.entry(0).or_default() += outside_box;
        let mut order: Vec<usize> = (0..masks.len()).collect();
        order.sort_by_cached_key(|&reader| content_key(masks[reader]));
        Ok(Self {
            n_readers: masks.len(),
            outside_box,
            counts,
            order,
        })
    }

    /// The same patterns with the readers in [`Patterns::order`].
    pub(crate) fn ordered(&self) -> Self {
        let mut counts = BTreeMap::new();
        for (&pattern, n) in &self.counts {
            *counts.entry(self.to_order(pattern)).or_default() += n;
        }
        Self {
            counts,
            order: (0..self.n_readers).collect(),
            ..*self
        }
    }

    /// A pattern with the readers in [`Patterns::order`].
    pub(crate) fn to_order(&self, pattern: u32) -> u32 {
        let places = self.order.iter().enumerate();
        places.fold(0, |turned, (place, &reader)| {
            turned | (pattern >> reader & 1) << place
        })
    }

    /// The same masks in an image that ends at the box around them.
    pub(crate) fn in_box(&self) -> Self {
        let mut inside = self.clone();
        if let Some(background) = inside.counts.get_mut(&0) {
            *background -= self.outside_box;
        }
        inside.outside_box = 0;
        inside
    }

    /// Voxels whose pattern fulfils a condition.
    pub(crate) fn count(&self, condition: impl Fn(u32) -> bool) -> u64 {
        self.counts
            .iter()
            .filter(|(pattern, _)| condition(**pattern))
            .map(|(_, n)| n)
            .sum()
    }

    /// Voxels that each pair of readers both marked; on the diagonal those of each reader.
    pub(crate) fn shared(&self) -> Vec<Vec<u64>> {
        let mut shared = vec![vec![0; self.n_readers]; self.n_readers];
        for (&pattern, n) in &self.counts {
            let readers = || (0..self.n_readers).filter(move |reader| marked(pattern, *reader));
            for a in readers() {
                readers().for_each(|b| shared[a][b] += n);
            }
        }
        shared
    }

    /// Voxels of the image.
    pub(crate) fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// True if no reader marked anything.
    pub(crate) fn all_empty(&self) -> bool {
        self.count(|pattern| pattern != 0) == 0
    }
}

/// What a mask holds, as a number: size first, then where its runs lie (FNV-1a).
fn content_key(mask: &Mask) -> (u64, u64) {
    let mut key = 0xcbf2_9ce4_8422_2325_u64;
    mask.for_each_run(|run| {
        for part in [run.i0, run.i1, run.j, run.k] {
            key = (key ^ part as u64).wrapping_mul(0x0100_0000_01b3);
        }
    });
    (mask.count(), key)
}

/// True if reader `reader` marked the voxels of this pattern.
pub(crate) fn marked(pattern: u32, reader: usize) -> bool {
    pattern >> reader & 1 == 1
}

/// Counts equal keys over `0..n`; the last key is remembered, so that long runs cost nothing.
pub(crate) fn count_keys<K: Ord + Copy + Send>(
    n: usize,
    key_at: impl Fn(usize) -> K + Sync,
) -> BTreeMap<K, u64> {
    const BLOCK: usize = 1 << 18;
    let blocks: Vec<BTreeMap<K, u64>> = (0..n.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let mut counts = BTreeMap::new();
            let mut run: Option<(K, u64)> = None;
            for at in block * BLOCK..((block + 1) * BLOCK).min(n) {
                let key = key_at(at);
                match &mut run {
                    Some((last, length)) if *last == key => *length += 1,
                    _ => {
                        if let Some((last, length)) = run.replace((key, 1)) {
                            *counts.entry(last).or_default() += length;
                        }
                    }
                }
            }
            if let Some((last, length)) = run {
                *counts.entry(last).or_default() += length;
            }
            counts
        })
        .collect();
    let mut all = BTreeMap::new();
    for (key, count) in blocks.into_iter().flatten() {
        *all.entry(key).or_default() += count;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_across_blocks_are_counted_once() {
        let counts = count_keys(600_000, |at| at / 250_000);
        assert_eq!(
            counts,
            BTreeMap::from([(0, 250_000), (1, 250_000), (2, 100_000)])
        );
    }
}
