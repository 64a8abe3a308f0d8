//! Which columns of which rows closed lines enclose: by the even-odd rule, without rounding.
//!
//! Corners are counted in whole parts of a voxel, so every question asked of them has an exact answer, the
//! same on every machine: a centre is never in for one line and out for the neighbour that shares its edge.

use std::ops::Range;

/// Parts of a voxel: corners are moved by less than a millionth of one.
const PARTS: i64 = 1 << 20;
/// Voxels by which a corner may be moved.
pub(super) const PRECISION: f64 = 1.0 / PARTS as f64;
/// Coordinates beyond this many voxels cannot be counted in parts.
pub(super) const FARTHEST: f64 = (1_u64 << 40) as f64;

/// A coordinate in parts of a voxel; |`voxels`| ≤ [`FARTHEST`].
pub(super) fn parts(voxels: f64) -> i64 {
    (voxels * PARTS as f64).round() as i64 // below 2^60
}

/// A corner of a closed line in a plane, in parts of a voxel.
#[derive(Clone, Copy)]
pub(super) struct Corner {
    pub(super) x: i64,
    pub(super) y: i64,
}

/// Where the rows of a plane lie, in parts of a voxel.
pub(super) enum Rows {
    /// At whole voxels, so many.
    Even(usize),
    /// Each at its own, rising place.
    At(Vec<i64>),
}

impl Rows {
    /// The first row at `y` or beyond; one past the last row where there is none.
    fn first_from(&self, y: i64) -> usize {
        match self {
            Rows::Even(count) => {
                let first = -((-y).div_euclid(PARTS)); // rounded up
                usize::try_from(first).unwrap_or(0).min(*count)
            }
            Rows::At(places) => places.partition_point(|&place| place < y),
        }
    }

    fn place(&self, row: usize) -> i64 {
        match self {
            Rows::Even(_) => row as i64 * PARTS,
            Rows::At(places) => places[row], // asked for rows that `first_from` gave
        }
    }
}

/// A side that rows cross, from its lower to its higher end.
struct Edge {
    low: Corner,
    high: Corner,
    /// The rows at `low.y` or beyond and before `high.y`.
    rows: Range<usize>,
}

impl Edge {
    fn new(a: Corner, b: Corner, rows: &Rows) -> Option<Edge> {
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        let rows = rows.first_from(low.y)..rows.first_from(high.y);
        (!rows.is_empty()).then_some(Edge { low, high, rows })
    }

    /// The first column whose centre lies on this side of a row or beyond it, clipped to `0..=columns`.
    fn column(&self, y: i64, columns: usize) -> usize {
        let wide = i128::from; // products of two numbers below 2^61
        let rise = wide(self.high.y) - wide(self.low.y);
        let run = (wide(y) - wide(self.low.y)) * (wide(self.high.x) - wide(self.low.x));
        let parts = wide(self.low.x) * rise + run;
        let column = -((-parts).div_euclid(rise * wide(PARTS))); // rounded up; an edge rises
        usize::try_from(column.clamp(0, columns as i128)).unwrap_or(columns)
    }
}

/// Closed lines of one plane, taken together: what an odd number of them enclose is inside.
#[derive(Default)]
pub(super) struct Outline {
    edges: Vec<Edge>,
}

impl Outline {
    /// Adds a closed line; its last corner is joined with its first. Returns how often rows cross it.
    pub(super) fn add(&mut self, corners: &[Corner], rows: &Rows) -> u64 {
        let Some(mut before) = corners.last().copied() else {
            return 0;
        };
        let mut crossings = 0;
        for &corner in corners {
            if let Some(edge) = Edge::new(before, corner, rows) {
                crossings += edge.rows.len() as u64;
                self.edges.push(edge);
            }
            before = corner;
        }
        crossings
    }

    /// Calls with row and columns (half-open) of every run inside, row by row, from left to right.
    ///
    /// A row meets a side at its lower end and not at its higher one; a column lies beyond a side that runs
    /// through its centre. So a centre on a side is in where what is enclosed lies towards higher columns, or
    /// along a row towards higher rows, and lines that share a side share no voxel.
    ///
    /// # Errors
    /// The first one of `visit`.
    pub(super) fn fill<E>(
        mut self,
        rows: &Rows,
        columns: usize,
        mut visit: impl FnMut(usize, Range<usize>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.edges.sort_unstable_by_key(|edge| edge.rows.start);
        let mut waiting = self.edges.iter().peekable();
        let mut active: Vec<&Edge> = Vec::new();
        let mut met = Vec::new();
        // with no side under way, the rows up to the next one are empty
        while let Some(mut row) = waiting.peek().map(|edge| edge.rows.start) {
            loop {
                while let Some(edge) = waiting.next_if(|edge| edge.rows.start <= row) {
                    active.push(edge);
                }
                active.retain(|edge| row < edge.rows.end);
                if active.is_empty() {
                    break;
                }
                met.clear();
                let y = rows.place(row);
                met.extend(active.iter().map(|edge| edge.column(y, columns)));
                met.sort_unstable();
                // closed lines are met an even number of times
                for pair in met.chunks_exact(2) {
                    if pair[0] < pair[1] {
                        visit(row, pair[0]..pair[1])?; // chunks of two
                    }
                }
                row += 1;
            }
        }
        Ok(())
    }
}
