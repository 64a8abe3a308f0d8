//! Segments as sparse bricks of bits.
//!
//! Space is cut into bricks of 32×32×32 voxels. Bricks without a voxel are not kept, bricks that are
//! all inside are a mark, the others share their 4 KiB behind an [`Arc`]: memory follows the surface of
//! the segment, a clone copies nothing, an edit copies the bricks that it touches.

mod brick;
mod change;
mod combine;
mod measure;
mod paint;
mod rule;
mod runs;
mod voxel_box;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;

pub use brick::{BRICK, Brick, BrickIndex};
pub use change::{BrickChange, MaskChange};
pub use paint::Span;
pub use rule::{GateValues, PaintRule, ValueGate};
pub use runs::PlaneBits;
pub use voxel_box::VoxelBox;

use crate::error::Error;
use crate::grid::MAX_SIZE;
use crate::space::VoxelIndex;
use brick::{Words, bits_between, bricks_along, extent_in};

/// The set of voxels of one segment on a grid of a fixed size.
///
/// Equal by content: bricks are kept in one normal form. Invariants: no empty brick is kept, no bit
/// outside the grid is set, a brick of only ones is [`Brick::Full`].
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    size: [usize; 3],
    bricks: Arc<BTreeMap<BrickIndex, Brick>>,
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [x, y, z] = self.size;
        write!(f, "Mask({x}×{y}×{z}, {} voxels)", self.count())
    }
}

impl Mask {
    /// A mask without a voxel, for a grid of this size.
    ///
    /// # Panics
    /// If the size is larger than a [`crate::Grid`] can be.
    pub fn empty(size: [usize; 3]) -> Mask {
        assert!(
            size.iter().all(|&n| n <= MAX_SIZE),
            "larger than any grid: {size:?}"
        );
        Mask {
            size,
            bricks: Arc::new(BTreeMap::new()),
        }
    }

    /// A mask of every voxel.
    ///
    /// # Panics
    /// As [`Mask::empty`].
    pub fn full(size: [usize; 3]) -> Mask {
        Mask::from_brick_words(size, |index| {
            let [width, height, depth] = extent_in(size, index);
            let mut words = [0_u32; BRICK * BRICK];
            for row in words.chunks_mut(BRICK).take(depth) {
                row[..height].fill(bits_between(0, width)); // height ≤ BRICK, the chunk's length
            }
            words
        })
    }

    /// The mask of the voxels for which `is_inside` holds; asked once for each, brick by brick.
    ///
    /// # Panics
    /// As [`Mask::empty`].
    pub fn from_fn(size: [usize; 3], mut is_inside: impl FnMut(VoxelIndex) -> bool) -> Mask {
        Mask::from_brick_words(size, |index| {
            let [width, height, depth] = extent_in(size, index);
            let [i0, j0, k0] = index.first_voxel();
            let mut words = [0_u32; BRICK * BRICK];
            for z in 0..depth {
                for y in 0..height {
                    let word = &mut words[y + BRICK * z]; // y, z < BRICK
                    for x in 0..width {
                        let voxel = [i0 + x, j0 + y, k0 + z].map(|v| v as i64);
                        *word |= u32::from(is_inside(VoxelIndex(voxel))) << x;
                    }
                }
            }
            words
        })
    }

    /// The mask of one bool per voxel, i fastest, then j, then k.
    ///
    /// # Panics
    /// If there are not as many as the size has voxels; else as [`Mask::empty`].
    pub fn from_dense(size: [usize; 3], dense: &[bool]) -> Mask {
        let [columns, rows, planes] = size;
        assert_eq!(dense.len(), columns * rows * planes, "one bool per voxel");
        Mask::from_fn(size, |voxel| {
            let [i, j, k] = voxel.0.map(|v| v as usize);
            dense[i + columns * (j + rows * k)] // inside: from_fn asks for voxels of the grid only
        })
    }

    /// The mask of these runs; they may overlap and lie outside.
    ///
    /// # Panics
    /// As [`Mask::empty`].
    pub fn from_spans(size: [usize; 3], spans: &[Span]) -> Mask {
        let mut mask = Mask::empty(size);
        let painted = mask.paint(spans, true).bricks;
        mask.bricks = Arc::new(painted.into_iter().map(|b| (b.index, b.after)).collect());
        mask
    }

    /// The mask of these bricks, as read from a store.
    ///
    /// # Errors
    /// [`Error::BrickOutside`] for a brick or bits beyond the grid, [`Error::BrickOrder`] for a brick
    /// that comes twice, [`Error::Size`].
    pub fn from_bricks(
        size: [usize; 3],
        bricks: impl IntoIterator<Item = (BrickIndex, Brick)>,
    ) -> Result<Mask, Error> {
        if size.iter().any(|&n| n > MAX_SIZE) {
            return Err(Error::Size {
                size,
                max: MAX_SIZE,
            });
        }
        let mut kept = BTreeMap::new();
        for (index, brick) in bricks {
            if !brick.fits(size, index) {
                return Err(Error::BrickOutside { index });
            }
            if kept.insert(index, brick.normalised()).is_some() {
                return Err(Error::BrickOrder { index });
            }
        }
        kept.retain(|_, brick| *brick != Brick::Empty);
        Ok(Mask {
            size,
            bricks: Arc::new(kept),
        })
    }

    /// The mask of these bricks: sorted, each once, in normal form; the empty ones are dropped.
    fn of_sorted(size: [usize; 3], mut bricks: Vec<(BrickIndex, Brick)>) -> Mask {
        bricks.retain(|(_, brick)| !matches!(brick, Brick::Empty));
        Mask {
            size,
            // From a sorted list the map is built in one pass.
            bricks: Arc::new(BTreeMap::from_iter(bricks)),
        }
    }

    /// The mask of rows of bits: `fill(j, k, words)` sets the bits of row j of plane k in words that
    /// are 0, voxel i being bit i % 32 of word i / 32, none beyond the row. Called once a row, from
    /// several threads.
    ///
    /// # Panics
    /// As [`Mask::empty`].
    pub(crate) fn from_rows(
        size: [usize; 3],
        fill: impl Fn(usize, usize, &mut [u32]) + Sync,
    ) -> Mask {
        let bricks_of_layer = |z: usize| -> Vec<(BrickIndex, Brick)> {
            let nx = bricks_along(size[0]);
            let mut found = Vec::new();
            for y in 0..bricks_along(size[1]) {
                let [_, height, depth] = extent_in(size, BrickIndex([0, y as u16, z as u16]));
                let mut words = vec![[0_u32; BRICK * BRICK]; nx];
                let mut row = vec![0_u32; nx];
                for (k, j) in (0..depth).flat_map(|k| (0..height).map(move |j| (k, j))) {
                    row.fill(0);
                    fill(y * BRICK + j, z * BRICK + k, &mut row);
                    for (words, word) in words.iter_mut().zip(&row) {
                        words[j + BRICK * k] = *word; // j, k < BRICK
                    }
                }
                found.extend(words.into_iter().enumerate().map(|(x, words)| {
                    // sizes ≤ MAX_SIZE: brick numbers fit
                    let index = BrickIndex([x, y, z].map(|n| n as u16));
                    (index, Brick::from_words(words))
                }));
            }
            found
        };
        let layers: Vec<_> = (0..bricks_along(size[2]))
            .into_par_iter()
            .map(bricks_of_layer)
            .collect();
        Mask::of_sorted(size, layers.into_iter().flatten().collect())
    }

    /// Builds each brick of the grid from its words.
    fn from_brick_words(size: [usize; 3], mut words_of: impl FnMut(BrickIndex) -> Words) -> Mask {
        let mut mask = Mask::empty(size);
        let [nx, ny, nz] = size.map(bricks_along);
        let mut kept = Vec::new();
        for z in 0..nz {
            for y in 0..ny {
                for x in 0..nx {
                    let index = BrickIndex([x, y, z].map(|v| v as u16)); // sizes ≤ MAX_SIZE
                    match Brick::from_words(words_of(index)) {
                        Brick::Empty => {}
                        brick => kept.push((index, brick)),
                    }
                }
            }
        }
        mask.bricks = Arc::new(kept.into_iter().collect());
        mask
    }

    /// One bool per voxel, i fastest, then j, then k.
    pub fn to_dense(&self) -> Vec<bool> {
        let [columns, rows, planes] = self.size;
        let mut dense = vec![false; columns * rows * planes];
        self.for_each_run(|run| {
            // Runs of a mask lie inside its grid: all four numbers are small and not negative.
            let row = columns * (run.j as usize + rows * run.k as usize);
            dense[row + run.i0 as usize..row + run.i1 as usize].fill(true);
        });
        dense
    }

    /// Voxels of the grid along i, j, k.
    pub fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Whether the voxel is in the mask; outside the grid none is.
    pub fn get(&self, voxel: VoxelIndex) -> bool {
        let inside = (0..3).all(|a| voxel.0[a] >= 0 && (voxel.0[a] as u64) < self.size[a] as u64);
        inside && {
            let [i, j, k] = voxel.0.map(|v| v as usize);
            let word =
                self.brick(BrickIndex::of([i, j, k])).words()[j % BRICK + BRICK * (k % BRICK)];
            word >> (i % BRICK) & 1 == 1
        }
    }

    /// Whether no voxel is in the mask.
    pub fn is_empty(&self) -> bool {
        self.bricks.is_empty()
    }

    /// The brick at this place; [`Brick::Empty`] where nothing is kept.
    pub fn brick(&self, index: BrickIndex) -> &Brick {
        self.bricks.get(&index).unwrap_or(&Brick::Empty)
    }

    /// The bricks that are not empty, in order of their index.
    pub fn bricks(&self) -> impl Iterator<Item = (BrickIndex, &Brick)> {
        self.bricks.iter().map(|(index, brick)| (*index, brick))
    }

    /// The kept bricks with this brick number along `axis`, in order.
    fn bricks_across(
        &self,
        axis: usize,
        number: usize,
    ) -> impl Iterator<Item = (BrickIndex, &Brick)> {
        // Layers along axis 2 are consecutive in the map; the other axes are sifted.
        let (first, last) = if axis == 2 {
            (number, number)
        } else {
            (0, usize::from(u16::MAX))
        };
        let clip = |v: usize| u16::try_from(v).unwrap_or(u16::MAX);
        let ends = BrickIndex([0, 0, clip(first)])..=BrickIndex([u16::MAX, u16::MAX, clip(last)]);
        self.bricks
            .range(ends)
            .filter(move |(index, _)| usize::from(index.0[axis]) == number)
            .map(|(index, brick)| (*index, brick))
    }

    /// Memory of the mask in bytes, as if nothing were shared with other masks.
    pub fn bytes(&self) -> usize {
        let entry = size_of::<(BrickIndex, Brick)>();
        let bits = |brick: &Brick| {
            if matches!(brick, Brick::Bits(_)) {
                brick::HELD_BYTES
            } else {
                0
            }
        };
        size_of::<Mask>()
            + self
                .bricks
                .values()
                .map(|brick| entry + bits(brick))
                .sum::<usize>()
    }
}
