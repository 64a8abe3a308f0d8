use std::cmp::Ordering;
use std::sync::Arc;

use super::brick::{HELD_BYTES, box_of_words, count_combined};
use super::{Brick, BrickIndex, Mask, VoxelBox};
use crate::error::Error;

/// One brick before and after an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrickChange {
    /// Which brick.
    pub index: BrickIndex,
    /// Its content before.
    pub before: Brick,
    /// Its content after.
    pub after: Brick,
}

impl BrickChange {
    /// The box around the voxels that differ.
    fn changed_box(&self) -> VoxelBox {
        let (before, after) = (self.before.words(), self.after.words());
        let differing = std::array::from_fn(|n| before[n] ^ after[n]); // n < 1024, both lengths
        box_of_words(self.index, &differing).unwrap_or(VoxelBox::EMPTY)
    }
}

/// An edit of a mask: the bricks that differ. Clones share the bricks.
///
/// Laws, held by the property tests: `a.change_to(b)` applied to `a` gives `b`; a change followed by
/// its inverse changes nothing; `x.then(y)` does what `x` and then `y` do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaskChange {
    /// The bricks that differ, sorted by index, each once.
    pub bricks: Vec<BrickChange>,
    /// The smallest box around the voxels that differ.
    pub changed: VoxelBox,
}

impl MaskChange {
    /// A change of these bricks (sorted, each once); bricks without a difference are dropped.
    pub(super) fn from_sorted(mut bricks: Vec<BrickChange>) -> MaskChange {
        bricks.retain(|b| b.before != b.after);
        let changed = bricks.iter().fold(VoxelBox::EMPTY, |all, brick| {
            all.union(&brick.changed_box())
        });
        MaskChange { bricks, changed }
    }

    /// A change of these bricks, as read from a store; the box is found anew.
    ///
    /// # Errors
    /// [`Error::BrickOrder`] unless they are sorted, each once.
    pub fn from_bricks(bricks: Vec<BrickChange>) -> Result<MaskChange, Error> {
        match bricks
            .windows(2)
            .find(|pair| pair[0].index >= pair[1].index)
        {
            Some(pair) => Err(Error::BrickOrder {
                index: pair[1].index,
            }), // windows of two
            None => Ok(MaskChange::from_sorted(bricks)),
        }
    }

    /// The change that takes this one back.
    pub fn inverse(&self) -> MaskChange {
        let swapped = |b: &BrickChange| BrickChange {
            index: b.index,
            before: b.after.clone(),
            after: b.before.clone(),
        };
        MaskChange {
            bricks: self.bricks.iter().map(swapped).collect(),
            changed: self.changed,
        }
    }

    /// This change and then `later`, as one. `later` must start from what this one ends with.
    pub fn then(self, later: MaskChange) -> MaskChange {
        let mut merged = Vec::with_capacity(self.bricks.len() + later.bricks.len());
        let mut first = self.bricks.into_iter().peekable();
        let mut second = later.bricks.into_iter().peekable();
        loop {
            let order = match (first.peek(), second.peek()) {
                (Some(a), Some(b)) => a.index.cmp(&b.index),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            match order {
                Ordering::Less => merged.extend(first.next()),
                Ordering::Greater => merged.extend(second.next()),
                Ordering::Equal => merged.extend(first.next().zip(second.next()).map(|(a, b)| {
                    debug_assert!(a.after == b.before, "the later change starts elsewhere");
                    BrickChange {
                        after: b.after,
                        ..a
                    }
                })),
            }
        }
        MaskChange::from_sorted(merged)
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.bricks.is_empty()
    }

    /// Memory that the change holds, in bytes, as if nothing of it were shared with a mask.
    pub fn bytes(&self) -> usize {
        let bits = |brick: &Brick| {
            if matches!(brick, Brick::Bits(_)) {
                HELD_BYTES
            } else {
                0
            }
        };
        let held = |b: &BrickChange| size_of::<BrickChange>() + bits(&b.before) + bits(&b.after);
        size_of::<MaskChange>() + self.bricks.iter().map(held).sum::<usize>()
    }

    /// Voxels that come in.
    pub fn voxels_added(&self) -> u64 {
        self.bricks
            .iter()
            .map(|b| surplus(&b.after, &b.before))
            .sum()
    }

    /// Voxels that go out.
    pub fn voxels_removed(&self) -> u64 {
        self.bricks
            .iter()
            .map(|b| surplus(&b.before, &b.after))
            .sum()
    }
}

/// Voxels of `one` that `other` does not have.
fn surplus(one: &Brick, other: &Brick) -> u64 {
    u64::from(count_combined(one, other, |a, b| a & !b))
}

impl Mask {
    /// The change that turns this mask into `target`.
    ///
    /// # Panics
    /// If the sizes differ: masks of different grids have nothing to do with each other.
    pub fn change_to(&self, target: &Mask) -> MaskChange {
        let mut bricks = Vec::new();
        self.for_each_pair(target, |index, before, after| {
            bricks.push(BrickChange {
                index,
                before: before.clone(),
                after: after.clone(),
            });
        });
        MaskChange::from_sorted(bricks)
    }

    /// Applies a change; all of it or, on an error, nothing.
    ///
    /// # Errors
    /// [`Error::Stale`] if a brick's present content is not the change's `before`;
    /// [`Error::BrickOutside`], [`Error::BrickOrder`] for a change of another grid or a broken one.
    pub fn apply(&mut self, change: &MaskChange) -> Result<(), Error> {
        let mut last = None;
        for BrickChange {
            index,
            before,
            after,
        } in &change.bricks
        {
            let index = *index;
            if last.is_some_and(|last| last >= index) {
                return Err(Error::BrickOrder { index });
            }
            if !after.fits(self.size, index) {
                return Err(Error::BrickOutside { index });
            }
            if self.brick(index) != before {
                return Err(Error::Stale { index });
            }
            last = Some(index);
        }
        if change.is_empty() {
            return Ok(());
        }
        let bricks = Arc::make_mut(&mut self.bricks);
        for BrickChange { index, after, .. } in &change.bricks {
            match after.normalised() {
                Brick::Empty => bricks.remove(index),
                brick => bricks.insert(*index, brick),
            };
        }
        Ok(())
    }
}
