//! A convex set of voxels with room for a number at each: one run per row, all in one vector.

use crate::mask::Span;

/// One row: its numbers begin at `start`, its columns are `i0` up to `i1` (half-open).
#[derive(Clone, Copy, Default)]
pub(super) struct Row {
    pub(super) start: usize,
    pub(super) i0: i64,
    pub(super) i1: i64,
}

impl Row {
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.i1 - self.i0).unwrap_or(0)
    }

    /// Where the number of column `i` is; `None` outside.
    pub(super) fn place(&self, i: i64) -> Option<usize> {
        (self.i0 <= i && i < self.i1).then(|| self.start + (i - self.i0) as usize)
    }

    fn around(self, other: Row) -> Row {
        match (self.len(), other.len()) {
            (0, _) => other,
            (_, 0) => self,
            _ => Row {
                start: 0,
                i0: self.i0.min(other.i0),
                i1: self.i1.max(other.i1),
            },
        }
    }
}

/// Rows of a box along j and k.
pub(super) struct Rows {
    /// The first j and k.
    first: [i64; 2],
    /// Rows along j, planes along k.
    size: [usize; 2],
    rows: Vec<Row>,
}

impl Rows {
    /// The rows of these spans (one per row at most) with `margin` rows more on every side.
    pub(super) fn of(spans: &[Span], margin: i64) -> Rows {
        let ends = |of: fn(&Span) -> i64| {
            let low = spans.iter().map(of).min().unwrap_or(0) - margin;
            let high = spans.iter().map(of).max().unwrap_or(-1) + margin;
            (low, usize::try_from(high - low + 1).unwrap_or(0))
        };
        let ((j, rows), (k, planes)) = (ends(|s| s.j), ends(|s| s.k));
        let mut all = Rows {
            first: [j, k],
            size: [rows, planes],
            rows: vec![Row::default(); rows * planes],
        };
        for span in spans {
            if let Some(n) = all.number(span.j, span.k) {
                all.rows[n] = Row {
                    start: 0,
                    i0: span.i0,
                    i1: span.i1,
                };
            }
        }
        all.place_numbers();
        all
    }

    /// The rows around these whose voxels are at most `by` away along each axis (and, as runs have no
    /// holes, what lies between), inside a grid of this size and, where given, in `within`.
    pub(super) fn grown(&self, by: i64, size: [usize; 3], within: Option<&Rows>) -> Rows {
        let [columns, rows, planes] = size.map(|n| n as i64);
        let mut grown = Rows {
            first: self.first,
            size: self.size,
            rows: Vec::with_capacity(self.rows.len()),
        };
        let both = self.widest(by, [1, 0]).widest(by, [0, 1]);
        for (n, row) in both.rows.iter().enumerate() {
            let (j, k) = self.at(n);
            let is_inside = 0 <= j && j < rows && 0 <= k && k < planes;
            let limit = match within {
                None => Row {
                    start: 0,
                    i0: 0,
                    i1: columns,
                },
                Some(within) => within.row(j, k),
            };
            let (i0, i1) = ((row.i0 - by).max(limit.i0), (row.i1 + by).min(limit.i1));
            let holds_any = is_inside && row.len() > 0 && i0 < i1;
            grown.rows.push(if holds_any {
                Row { start: 0, i0, i1 }
            } else {
                Row::default()
            });
        }
        grown.place_numbers();
        grown
    }

    /// Each row around those up to `by` steps of `step` (along j and k) away.
    fn widest(&self, by: i64, step: [i64; 2]) -> Rows {
        let around = |n| {
            (-by..=by)
                .filter_map(|d| self.beside(n, d * step[0], d * step[1]))
                .fold(Row::default(), |all, m| all.around(self.rows[m])) // beside gives numbers of rows
        };
        Rows {
            first: self.first,
            size: self.size,
            rows: (0..self.rows.len()).map(around).collect(),
        }
    }

    fn place_numbers(&mut self) {
        let mut start = 0;
        for row in &mut self.rows {
            row.start = start;
            start += row.len();
        }
    }

    /// How many voxels there are.
    pub(super) fn voxels(&self) -> usize {
        self.rows.last().map_or(0, |row| row.start + row.len())
    }

    /// The row with this number; of a number that [`Rows::beside`] or [`Rows::number`] gave.
    pub(super) fn get(&self, number: usize) -> Row {
        self.rows[number]
    }

    /// j and k of a row.
    pub(super) fn at(&self, number: usize) -> (i64, i64) {
        let width = self.size[0].max(1);
        (
            self.first[0] + (number % width) as i64,
            self.first[1] + (number / width) as i64,
        )
    }

    /// The number of a row; `None` outside the box.
    pub(super) fn number(&self, j: i64, k: i64) -> Option<usize> {
        let y = usize::try_from(j - self.first[0]).ok()?;
        let z = usize::try_from(k - self.first[1]).ok()?;
        (y < self.size[0] && z < self.size[1]).then_some(y + self.size[0] * z)
    }

    /// The number of the row `dj` and `dk` away; `None` outside the box.
    pub(super) fn beside(&self, number: usize, dj: i64, dk: i64) -> Option<usize> {
        let (j, k) = self.at(number);
        self.number(j + dj, k + dk)
    }

    /// The row of j and k; an empty one outside the box.
    pub(super) fn row(&self, j: i64, k: i64) -> Row {
        self.number(j, k).map_or(Row::default(), |n| self.rows[n])
    }

    /// The rows with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Row)> {
        self.rows.iter().copied().enumerate()
    }
}
