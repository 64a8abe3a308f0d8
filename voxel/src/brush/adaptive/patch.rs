//! The values below a brush and around it, and which of its voxels are taken.

use super::super::local_values::neighbours_of;
use super::rows::{Row, Rows};
use crate::mask::Span;
use crate::space::VoxelIndex;

/// Rows and planes to every side.
const BESIDE: [(i64, i64); 9] = [
    (-1, -1),
    (0, -1),
    (1, -1),
    (-1, 0),
    (0, 0),
    (1, 0),
    (-1, 1),
    (0, 1),
    (1, 1),
];

/// The voxels of a brush within their surroundings; both boxes of rows are the same.
pub(super) struct Patch<'a> {
    brush: &'a Rows,
    around: &'a Rows,
    /// A number per voxel of the surroundings, NaN where there is none.
    values: Vec<f64>,
    /// 1 for each voxel of the surroundings that is taken.
    taken: Vec<u8>,
}

impl<'a> Patch<'a> {
    pub(super) fn new(
        brush: &'a Rows,
        around: &'a Rows,
        value_at: &dyn Fn(VoxelIndex) -> Option<f64>,
    ) -> Patch<'a> {
        let mut values = Vec::with_capacity(around.voxels());
        for (n, row) in around.iter() {
            let (j, k) = around.at(n);
            values.extend((row.i0..row.i1).map(|i| {
                let value = value_at(VoxelIndex([i, j, k])).unwrap_or(f64::NAN);
                if value.is_finite() { value } else { f64::NAN }
            }));
        }
        let taken = vec![0; values.len()];
        Patch {
            brush,
            around,
            values,
            taken,
        }
    }

    /// Calls with the columns of a row and those of a row beside it, `di` along: where they begin in the
    /// vectors, and how many they share.
    fn each_beside(&self, n: usize, row: Row, mut visit: impl FnMut(usize, usize, usize)) {
        for (dj, dk) in BESIDE {
            let Some(beside) = self.around.beside(n, dj, dk) else {
                continue;
            };
            let other = self.around.get(beside);
            for di in -1..=1 {
                let first = row.i0.max(other.i0 - di);
                let last = row.i1.min(other.i1 - di);
                if let (Some(a), Some(b)) = (row.place(first), other.place(first + di))
                    && first < last
                {
                    visit(a - row.start, b, (last - first) as usize);
                }
            }
        }
    }

    /// Each value averaged with those beside it that differ by at most `window`.
    pub(super) fn average(&mut self, window: f64) {
        let mut averaged = vec![f64::NAN; self.values.len()];
        let (mut sums, mut counts) = (Vec::new(), Vec::new());
        for (n, row) in self.around.iter().filter(|(_, row)| row.len() > 0) {
            let own = &self.values[row.start..row.start + row.len()];
            sums.clear();
            sums.resize(own.len(), 0.0);
            counts.clear();
            counts.resize(own.len(), 0.0);
            self.each_beside(n, row, |a, b, len| {
                // `each_beside` gives places inside
                let sums = sums[a..a + len].iter_mut().zip(&mut counts[a..a + len]);
                let pairs = own[a..a + len].iter().zip(&self.values[b..b + len]);
                for ((sum, count), (own, other)) in sums.zip(pairs) {
                    let is_like = (other - own).abs() <= window;
                    *sum += if is_like { *other } else { 0.0 };
                    *count += if is_like { 1.0 } else { 0.0 };
                }
            });
            let averages = sums.iter().zip(&counts).map(|(sum, count)| sum / count);
            for (place, average) in averaged[row.start..].iter_mut().zip(averages) {
                *place = average; // 0/0 is NaN where there is no value
            }
        }
        self.values = averaged;
    }

    /// From here on the values are deviations from `mean`.
    pub(super) fn subtract(&mut self, mean: f64) {
        self.values.iter_mut().for_each(|v| *v -= mean);
    }

    /// The voxel's place, if it is below the brush.
    fn place_below(&self, voxel: VoxelIndex) -> Option<usize> {
        let VoxelIndex([i, j, k]) = voxel;
        let n = self.brush.number(j, k)?;
        self.brush.get(n).place(i)?;
        self.around.get(n).place(i)
    }

    /// Takes what deviates by at most `tolerance` and is connected to the way or to its face neighbours.
    pub(super) fn flood(&mut self, way: &[VoxelIndex], tolerance: f64) {
        let beside = way.iter().flat_map(|v| neighbours_of(*v));
        let mut open: Vec<VoxelIndex> = way.iter().copied().chain(beside).collect();
        while let Some(voxel) = open.pop() {
            let Some(place) = self.place_below(voxel) else {
                continue;
            };
            if self.taken[place] == 0 && self.values[place].abs() <= tolerance {
                self.taken[place] = 1;
                open.extend(neighbours_of(voxel));
            }
        }
    }

    /// Takes one layer more, of voxels that deviate by at most half of the largest deviation around them
    /// (less `too_high`, which noise adds to the largest of many).
    pub(super) fn fringe(&mut self, too_high: f64) {
        let mut layer = Vec::new();
        for (n, row) in self.brush.iter() {
            let (j, k) = self.brush.at(n);
            for i in row.i0..row.i1 {
                let voxel = VoxelIndex([i, j, k]);
                let Some(place) = self.place_below(voxel) else {
                    continue;
                };
                if self.taken[place] == 0
                    && self.touches_taken(voxel)
                    && self.values[place].abs() <= (self.largest(voxel, place) - too_high) / 2.0
                {
                    layer.push(place);
                }
            }
        }
        for place in layer {
            self.taken[place] = 1;
        }
    }

    fn touches_taken(&self, voxel: VoxelIndex) -> bool {
        let is_taken = |v: VoxelIndex| self.place_below(v).is_some_and(|p| self.taken[p] == 1);
        neighbours_of(voxel).into_iter().any(is_taken)
    }

    /// The largest deviation around a voxel, to the side of its own.
    fn largest(&self, voxel: VoxelIndex, place: usize) -> f64 {
        let VoxelIndex([i, j, k]) = voxel;
        let side = self.values[place].signum();
        let mut largest = 0.0_f64;
        for (dj, dk) in (-2..=2).flat_map(|dk| (-2..=2).map(move |dj| (dj, dk))) {
            let row = self.around.row(j + dj, k + dk);
            for place in (i - 2..=i + 2).filter_map(|i| row.place(i)) {
                largest = largest.max(side * self.values[place]); // a NaN is never the larger one
            }
        }
        largest
    }

    /// Evens out: see [`super::AdaptiveBrush`], step 4.
    pub(super) fn smooth(&mut self, smooth: f64) {
        if smooth == 0.0 {
            return;
        }
        let below = self.below();
        let mut after = self.taken.clone();
        for (n, row) in self.around.iter().filter(|(_, row)| row.len() > 0) {
            let mut counts = vec![(0_u8, 0_u8); row.len()];
            self.each_beside(n, row, |a, b, len| {
                let others = below[b..b + len].iter().zip(&self.taken[b..b + len]);
                for ((all, taken), other) in counts[a..a + len].iter_mut().zip(others) {
                    *all += other.0;
                    *taken += other.1;
                }
            });
            for (place, (all, taken)) in (row.start..).zip(counts) {
                let own = self.taken[place];
                let (all, taken) = (f64::from(all) - 1.0, f64::from(taken) - f64::from(own));
                if below[place] == 0 || all <= 0.0 {
                    continue;
                }
                let share = taken / all;
                if own == 0 && share >= 1.0 - smooth / 2.0 {
                    after[place] = 1;
                } else if own == 1 && share < smooth / 2.0 {
                    after[place] = 0;
                }
            }
        }
        self.taken = after;
    }

    /// 1 for each voxel of the surroundings that is below the brush and has a value.
    fn below(&self) -> Vec<u8> {
        let mut below = vec![0; self.taken.len()];
        for (n, row) in self.brush.iter() {
            let around = self.around.get(n);
            if let Some(first) = around.place(row.i0) {
                // the brush lies in its surroundings
                below[first..first + row.len()].fill(1);
            }
        }
        let without = self.values.iter().map(|value| value.is_nan());
        for (below, _) in below.iter_mut().zip(without).filter(|(_, none)| *none) {
            *below = 0;
        }
        below
    }

    /// What is taken.
    pub(super) fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for (n, row) in self.around.iter() {
            let (j, k) = self.around.at(n);
            let taken = &self.taken[row.start..row.start + row.len()];
            for (i, _) in (row.i0..).zip(taken).filter(|(_, taken)| **taken == 1) {
                match spans.last_mut() {
                    Some(last) if (last.j, last.k, last.i1) == (j, k, i) => last.i1 = i + 1,
                    _ => spans.push(Span {
                        j,
                        k,
                        i0: i,
                        i1: i + 1,
                    }),
                }
            }
        }
        spans
    }
}
