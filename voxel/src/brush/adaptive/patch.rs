//! The values below a brush and around it, and which of its voxels are taken.

use std::ops::Range;

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

    /// Where the columns of the brush's row `n` are in the vectors; nowhere for an empty row.
    fn places(&self, n: usize) -> Range<usize> {
        let row = self.brush.get(n);
        match self.around.get(n).place(row.i0) {
            Some(first) => first..first + row.len(), // the brush lies in its surroundings
            None => 0..0,
        }
    }

    /// Takes what deviates by at most `tolerance` and is connected to the way or to its face neighbours.
    /// Goes by runs: from a voxel to both ends of its run, then to the four rows beside it.
    pub(super) fn flood(&mut self, way: &[VoxelIndex], tolerance: f64) {
        let mut open: Vec<(usize, Range<usize>)> = Vec::new();
        let beside = way.iter().flat_map(|v| neighbours_of(*v));
        for VoxelIndex([i, j, k]) in way.iter().copied().chain(beside) {
            if let Some(n) = self.brush.number(j, k)
                && self.brush.get(n).place(i).is_some()
                && let Some(place) = self.around.get(n).place(i)
            {
                self.take_runs(n, place..place + 1, tolerance, &mut open);
            }
        }
        while let Some((n, run)) = open.pop() {
            let row = self.around.get(n);
            for (dj, dk) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                let Some(beside) = self.brush.beside(n, dj, dk) else {
                    continue;
                };
                // The same columns in the other row, as far as the brush goes there.
                let (other, below) = (self.around.get(beside), self.brush.get(beside));
                let i = row.i0 + (run.start - row.start) as i64;
                let first = i.max(below.i0);
                let last = (i + run.len() as i64).min(below.i1);
                if let (Some(first_place), true) = (other.place(first), first < last) {
                    let columns = first_place..first_place + (last - first) as usize;
                    self.take_runs(beside, columns, tolerance, &mut open);
                }
            }
        }
    }

    /// Takes every run of row `n` that is like the mean and meets these places, and hands it to `open`.
    fn take_runs(
        &mut self,
        n: usize,
        places: Range<usize>,
        tolerance: f64,
        open: &mut Vec<(usize, Range<usize>)>,
    ) {
        let all = self.places(n);
        let mut at = places.start;
        while at < places.end {
            if self.taken[at] == 1 || !self.is_like(at, tolerance) {
                at += 1;
                continue;
            }
            let (mut start, mut end) = (at, at + 1);
            while start > all.start && self.is_like(start - 1, tolerance) {
                start -= 1;
            }
            while end < all.end && self.is_like(end, tolerance) {
                end += 1;
            }
            self.taken[start..end].fill(1);
            open.push((n, start..end));
            at = end;
        }
    }

    fn is_like(&self, place: usize, tolerance: f64) -> bool {
        self.values[place].abs() <= tolerance
    }

    /// Takes one layer more, of voxels that deviate by at most half of the largest deviation around them
    /// (less `too_high`, which noise adds to the largest of many).
    pub(super) fn fringe(&mut self, too_high: f64) {
        let mut layer = Vec::new();
        for (n, row) in self.brush.iter() {
            let (j, k) = self.brush.at(n);
            for (i, place) in (row.i0..).zip(self.places(n)) {
                if self.taken[place] == 0
                    && self.touches_taken(n, i)
                    && self.values[place].abs()
                        <= (self.largest(VoxelIndex([i, j, k]), place) - too_high) / 2.0
                {
                    layer.push(place);
                }
            }
        }
        for place in layer {
            self.taken[place] = 1;
        }
    }

    /// Whether a face neighbour of column `i` of row `n` is taken. Only voxels of the brush ever are.
    fn touches_taken(&self, n: usize, i: i64) -> bool {
        let is_taken = |n: usize, i: i64| {
            let place = self.around.get(n).place(i);
            place.is_some_and(|place| self.taken[place] == 1)
        };
        let beside = [(-1, 0), (1, 0), (0, -1), (0, 1)];
        is_taken(n, i - 1)
            || is_taken(n, i + 1)
            || beside
                .into_iter()
                .filter_map(|(dj, dk)| self.around.beside(n, dj, dk))
                .any(|n| is_taken(n, i))
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
        let (mut all, mut taken) = (Vec::new(), Vec::new());
        for (n, row) in self
            .around
            .iter()
            .filter(|(n, _)| self.brush.get(*n).len() > 0)
        {
            for counts in [&mut all, &mut taken] {
                counts.clear();
                counts.resize(row.len(), 0_u8);
            }
            self.each_beside(n, row, |a, b, len| {
                // `each_beside` gives places inside; 27 voxels at most are counted
                add(&mut all[a..a + len], &below[b..b + len]);
                add(&mut taken[a..a + len], &self.taken[b..b + len]);
            });
            for (place, (all, taken)) in (row.start..).zip(all.iter().zip(&taken)) {
                let own = self.taken[place];
                let (others, taken) = (all - below[place], taken - own);
                // Where all around are as the voxel itself it stays.
                let is_plain = taken == if own == 1 { others } else { 0 };
                if below[place] == 0 || is_plain {
                    continue;
                }
                let share = f64::from(taken) / f64::from(others);
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
        for (n, _) in self.brush.iter() {
            for place in self.places(n) {
                below[place] = u8::from(!self.values[place].is_nan()); // both are as long
            }
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

fn add(counts: &mut [u8], more: &[u8]) {
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}
