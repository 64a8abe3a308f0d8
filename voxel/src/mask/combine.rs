use std::cmp::Ordering;
use std::sync::Arc;

use super::brick::count_combined;
use super::{Brick, BrickIndex, Mask};

/// Looking a brick up costs about as much as walking past this many.
const LOOK_UP_BELOW: usize = 8;

/// What is kept of two sets of voxels.
#[derive(Clone, Copy)]
enum Combination {
    Union,
    Intersection,
    Difference,
    SymmetricDifference,
}

impl Combination {
    /// The combination of two bricks, without looking at bits where the form tells enough.
    fn of(self, a: &Brick, b: &Brick) -> Brick {
        use Brick::{Bits, Empty, Full};
        use Combination::{Difference, Intersection, SymmetricDifference, Union};
        match (self, a, b) {
            (Union, Full, _) | (Union, _, Full) => Full,
            (Union | SymmetricDifference, Empty, x) | (Union, x, Empty) => x.clone(),
            (Intersection, Empty, _) | (Intersection, _, Empty) => Empty,
            (Intersection, Full, x) | (Intersection, x, Full) => x.clone(),
            (Difference, Empty, _) | (Difference, _, Full) => Empty,
            (Difference | SymmetricDifference, x, Empty) => x.clone(),
            (Union | Intersection, Bits(p), Bits(q)) if Arc::ptr_eq(p, q) => a.clone(),
            (Union, ..) => by_words(a, b, |x, y| x | y),
            (Intersection, ..) => by_words(a, b, |x, y| x & y),
            (Difference, ..) => by_words(a, b, |x, y| x & !y),
            (SymmetricDifference, ..) => by_words(a, b, |x, y| x ^ y),
        }
    }
}

fn by_words(a: &Brick, b: &Brick, combined: impl Fn(u32, u32) -> u32) -> Brick {
    let (a, b) = (a.words(), b.words());
    Brick::from_words(std::array::from_fn(|n| combined(a[n], b[n]))) // n < 1024, both lengths
}

/// Set operations. All panic if the sizes differ: masks of different grids cannot be combined.
impl Mask {
    /// Voxels of either mask.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn union(&self, other: &Mask) -> Mask {
        self.combined(other, Combination::Union)
    }

    /// Voxels of both masks.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn intersection(&self, other: &Mask) -> Mask {
        self.combined(other, Combination::Intersection)
    }

    /// Voxels of this mask that `other` does not have.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn difference(&self, other: &Mask) -> Mask {
        self.combined(other, Combination::Difference)
    }

    /// Voxels of exactly one of the masks.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn symmetric_difference(&self, other: &Mask) -> Mask {
        self.combined(other, Combination::SymmetricDifference)
    }

    /// The number of voxels of both masks, without building their intersection.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn intersection_count(&self, other: &Mask) -> u64 {
        let mut count = 0;
        self.for_each_pair(other, |_, a, b| {
            count += match (a, b) {
                (Brick::Empty, _) | (_, Brick::Empty) => 0,
                (Brick::Full, x) | (x, Brick::Full) => u64::from(x.count()),
                _ => u64::from(count_combined(a, b, |x, y| x & y)),
            };
        });
        count
    }

    fn combined(&self, other: &Mask, combination: Combination) -> Mask {
        let mut kept: Vec<(BrickIndex, Brick)> = Vec::new();
        let mut keep = |index, a: &Brick, b: &Brick| kept.push((index, combination.of(a, b)));
        let needs_ours_only = matches!(
            combination,
            Combination::Intersection | Combination::Difference
        );
        if needs_ours_only && self.bricks.len() * LOOK_UP_BELOW < other.bricks.len() {
            // A brush against an organ: the organ's other bricks need not be walked through.
            assert_eq!(self.size, other.size, "masks of different grids");
            for (index, brick) in self.bricks() {
                keep(index, brick, other.brick(index));
            }
        } else {
            self.for_each_pair(other, keep);
        }
        Mask::of_sorted(self.size, kept)
    }

    /// Calls for every brick that either mask keeps, in order of the index.
    pub(super) fn for_each_pair(
        &self,
        other: &Mask,
        mut visit: impl FnMut(BrickIndex, &Brick, &Brick),
    ) {
        assert_eq!(self.size, other.size, "masks of different grids");
        let mut ours = self.bricks().peekable();
        let mut theirs = other.bricks().peekable();
        loop {
            let order = match (ours.peek(), theirs.peek()) {
                (Some((a, _)), Some((b, _))) => a.cmp(b),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return,
            };
            let a = if order.is_le() { ours.next() } else { None };
            let b = if order.is_ge() { theirs.next() } else { None };
            let Some(index) = a.or(b).map(|(index, _)| index) else {
                return;
            };
            let [a, b] = [a, b].map(|side| side.map_or(&Brick::Empty, |(_, brick)| brick));
            visit(index, a, b);
        }
    }
}
