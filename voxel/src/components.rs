use std::cmp::Reverse;

use crate::mask::{Mask, Span, VoxelBox};

/// The connected parts of a mask, largest first; parts of equal size in order of their first voxel.
///
/// Voxels are connected across faces, edges and corners (26 neighbours). Works on runs: the cost
/// follows the surface of the mask.
pub fn components(mask: &Mask) -> Vec<Mask> {
    let Some(around) = mask.bounding_box() else {
        return Vec::new();
    };
    let rows = Rows::of(mask, &around);
    let mut parts = Parts::alone(rows.runs.len());
    rows.join_neighbours(&mut parts);
    let mut spans_of_part: Vec<Vec<Span>> = Vec::new();
    let mut number_of_root: Vec<Option<usize>> = vec![None; rows.runs.len()];
    for (n, run) in rows.runs.iter().enumerate() {
        let root = parts.root(n);
        let number = *number_of_root[root].get_or_insert(spans_of_part.len()); // a root is a run
        if number == spans_of_part.len() {
            spans_of_part.push(Vec::new());
        }
        spans_of_part[number].push(*run);
    }
    // The sort keeps the order of equal ones.
    spans_of_part.sort_by_cached_key(|spans| Reverse(spans.iter().map(Span::len).sum::<u64>()));
    spans_of_part
        .iter()
        .map(|spans| Mask::from_spans(mask.size(), spans))
        .collect()
}

/// All runs of a mask, found by row.
struct Rows {
    runs: Vec<Span>,
    /// The runs of row n are `runs[starts[n]..starts[n + 1]]`.
    starts: Vec<usize>,
    /// The box of rows: j and k from `min`, `size` of them.
    min: [i64; 2],
    size: [usize; 2],
}

impl Rows {
    fn of(mask: &Mask, around: &VoxelBox) -> Rows {
        let [_, height, depth] = around.size();
        let [_, j0, k0] = around.min;
        let mut runs = Vec::new();
        let mut starts = Vec::with_capacity(height * depth + 1);
        mask.for_each_run(|run| {
            // Runs lie in the bounding box, row after row.
            let row = (run.j as usize - j0) + height * (run.k as usize - k0);
            while starts.len() <= row {
                starts.push(runs.len());
            }
            runs.push(run);
        });
        starts.resize(height * depth + 1, runs.len());
        Rows {
            runs,
            starts,
            min: [j0 as i64, k0 as i64],
            size: [height, depth],
        }
    }

    /// The numbers of the runs of a row; none outside the box.
    fn row(&self, j: i64, k: i64) -> std::ops::Range<usize> {
        let [height, depth] = self.size;
        let (y, z) = (j - self.min[0], k - self.min[1]);
        if y < 0 || z < 0 || y as usize >= height || z as usize >= depth {
            return 0..0;
        }
        let row = y as usize + height * z as usize;
        self.starts[row]..self.starts[row + 1] // one start more than rows
    }

    /// Joins every run with those that it touches in the four rows before its own.
    fn join_neighbours(&self, parts: &mut Parts) {
        let mut n = 0;
        while let Some(&Span { j, k, .. }) = self.runs.get(n) {
            let row = self.row(j, k);
            for (dj, dk) in [(-1, 0), (-1, -1), (0, -1), (1, -1)] {
                self.join_rows(row.clone(), self.row(j + dj, k + dk), parts);
            }
            n = row.end;
        }
    }

    fn join_rows(
        &self,
        one: std::ops::Range<usize>,
        other: std::ops::Range<usize>,
        parts: &mut Parts,
    ) {
        let (mut a, mut b) = (one.start, other.start);
        while a < one.end && b < other.end {
            let (run_a, run_b) = (&self.runs[a], &self.runs[b]); // both below their row's end
            // Half-open ends that are equal lie corner to corner: they touch.
            if run_a.i0 <= run_b.i1 && run_b.i0 <= run_a.i1 {
                parts.join(a, b);
            }
            if run_a.i1 < run_b.i1 { a += 1 } else { b += 1 }
        }
    }
}

/// Disjoint sets of runs (R. E. Tarjan, 1975): the root of each set is its smallest number.
struct Parts {
    parent: Vec<usize>,
}

impl Parts {
    fn alone(count: usize) -> Parts {
        Parts {
            parent: (0..count).collect(),
        }
    }

    /// The root of `n`; every second step of the way is shortened.
    fn root(&mut self, mut n: usize) -> usize {
        // All numbers are below the number of runs, by construction.
        while self.parent[n] != n {
            self.parent[n] = self.parent[self.parent[n]];
            n = self.parent[n];
        }
        n
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }
}
