use super::brick::{Words, bits_between, bricks_along};
use super::rule::{Allowed, kept_bits};
use super::{BRICK, Brick, BrickChange, BrickIndex, Mask, MaskChange};
use crate::space::VoxelIndex;

/// A run of voxels along a row: columns `i0` up to `i1` (half-open) of row `j` of plane `k`.
///
/// It may lie outside a grid, wholly or in part; `i1 ≤ i0` is a run without a voxel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The row.
    pub j: i64,
    /// The plane.
    pub k: i64,
    /// The first column.
    pub i0: i64,
    /// One past the last column.
    pub i1: i64,
}

impl Span {
    /// The number of voxels.
    pub fn len(&self) -> u64 {
        u64::try_from(self.i1.saturating_sub(self.i0)).unwrap_or(0)
    }

    /// Whether there is no voxel.
    pub fn is_empty(&self) -> bool {
        self.i1 <= self.i0
    }
}

/// A run inside the grid.
#[derive(Clone, Copy)]
struct Run {
    j: usize,
    k: usize,
    i0: usize,
    i1: usize,
}

impl Run {
    /// The part of the span that lies in a grid of this size.
    fn clipped(span: &Span, size: [usize; 3]) -> Option<Run> {
        let [columns, rows, planes] = size;
        let j = usize::try_from(span.j).ok().filter(|&j| j < rows)?;
        let k = usize::try_from(span.k).ok().filter(|&k| k < planes)?;
        let i0 = usize::try_from(span.i0.max(0)).ok()?;
        let i1 = usize::try_from(span.i1.max(0))
            .unwrap_or(usize::MAX)
            .min(columns);
        (i0 < i1).then_some(Run { j, k, i0, i1 })
    }

    /// The row of bricks: number along k, then along j.
    fn brick_row(&self) -> (usize, usize) {
        (self.k / BRICK, self.j / BRICK)
    }
}

impl Mask {
    /// The change that sets every voxel of the spans to `value`. Spans may overlap, in any order.
    ///
    /// Works on words of 32 voxels; only bricks that a span meets are touched.
    pub fn paint(&self, spans: &[Span], value: bool) -> MaskChange {
        self.paint_words(spans, value, |_| Allowed::All, |bits, _| bits)
    }

    /// As [`Mask::paint`], but only where `keep` holds. It is asked for voxels of the spans that would
    /// change, brick row by brick row, perhaps twice for a voxel of two spans.
    pub fn paint_where(
        &self,
        spans: &[Span],
        value: bool,
        keep: &dyn Fn(VoxelIndex) -> bool,
    ) -> MaskChange {
        self.paint_words(
            spans,
            value,
            |_| Allowed::All,
            |bits, first| kept_bits(bits, first, keep),
        )
    }

    /// Paints word by word: `allow` says once for every brick that is met what may change in it; `admit`
    /// gets the bits that then would, and the voxel of bit 0, and says which of them may.
    pub(super) fn paint_words(
        &self,
        spans: &[Span],
        value: bool,
        allow: impl Fn(BrickIndex) -> Allowed,
        mut admit: impl FnMut(u32, [i64; 3]) -> u32,
    ) -> MaskChange {
        let mut runs: Vec<Run> = spans
            .iter()
            .filter_map(|span| Run::clipped(span, self.size))
            .collect();
        // All spans set the same value, so their order is free: brick row by brick row, each brick
        // is copied once and the changes come out sorted.
        sort_by_brick_row(&mut runs, self.size);
        let mut bricks = Vec::new();
        let mut row = BrickRow::new(self, value);
        for group in runs.chunk_by(|a, b| a.brick_row() == b.brick_row()) {
            let Some(first) = group.first() else { continue };
            row.go_to(first.brick_row());
            for run in group {
                row.paint(run, &allow, &mut admit);
            }
            row.finish(&mut bricks);
        }
        MaskChange::from_sorted(bricks)
    }
}

/// Sorts by [`Run::brick_row`]. Brushes come plane by plane, and large ones have many rows in few brick
/// rows: they are counted into their places.
fn sort_by_brick_row(runs: &mut Vec<Run>, size: [usize; 3]) {
    if runs.is_sorted_by_key(Run::brick_row) {
        return;
    }
    let per_layer = bricks_along(size[1]);
    let number = |run: &Run| run.j / BRICK + per_layer * (run.k / BRICK);
    let low = runs.iter().map(number).min().unwrap_or(0);
    let high = runs.iter().map(number).max().unwrap_or(0);
    if high - low > 4 * runs.len() {
        return runs.sort_by_key(Run::brick_row);
    }
    let mut starts = vec![0; high - low + 2];
    for run in runs.iter() {
        starts[number(run) - low + 1] += 1; // low ≤ number ≤ high
    }
    for n in 1..starts.len() {
        starts[n] += starts[n - 1];
    }
    let mut sorted = runs.clone();
    for run in runs.iter() {
        let place = &mut starts[number(run) - low];
        sorted[*place] = *run; // each place once: as many as were counted
        *place += 1;
    }
    *runs = sorted;
}

/// A brick met by a span: as it is, and as it becomes once one of its words changes.
struct Touched<'a> {
    before: &'a Brick,
    allowed: Allowed,
    after: Option<Box<Words>>,
}

/// The bricks along i of one brick row.
struct BrickRow<'a> {
    mask: &'a Mask,
    value: bool,
    row: (usize, usize),
    touched: Vec<Option<Touched<'a>>>,
}

impl<'a> BrickRow<'a> {
    fn new(mask: &'a Mask, value: bool) -> BrickRow<'a> {
        let touched = (0..bricks_along(mask.size[0])).map(|_| None).collect();
        BrickRow {
            mask,
            value,
            row: (0, 0),
            touched,
        }
    }

    fn go_to(&mut self, row: (usize, usize)) {
        self.row = row;
    }

    fn index(&self, number: usize) -> BrickIndex {
        BrickIndex([number, self.row.1, self.row.0].map(|v| v as u16)) // as in BrickIndex::of
    }

    /// Paints one run of this brick row.
    fn paint(
        &mut self,
        run: &Run,
        allow: &impl Fn(BrickIndex) -> Allowed,
        admit: &mut impl FnMut(u32, [i64; 3]) -> u32,
    ) {
        let word = run.j % BRICK + BRICK * (run.k % BRICK); // < 1024
        for number in run.i0 / BRICK..bricks_along(run.i1) {
            let first = number * BRICK;
            let bits = bits_between(run.i0.saturating_sub(first), (run.i1 - first).min(BRICK));
            let (mask, index) = (self.mask, self.index(number));
            // run.i1 ≤ the mask's columns, so the brick is one of the row.
            let brick = self.touched[number].get_or_insert_with(|| Touched {
                before: mask.brick(index),
                allowed: allow(index),
                after: None,
            });
            let present = brick
                .after
                .as_deref()
                .unwrap_or_else(|| brick.before.words())[word];
            let differing =
                bits & brick.allowed.word(word) & if self.value { !present } else { present };
            if differing == 0 {
                continue;
            }
            let admitted = differing & admit(differing, [first, run.j, run.k].map(|v| v as i64));
            if admitted != 0 {
                let before = brick.before;
                brick.after.get_or_insert_with(|| Box::new(*before.words()))[word] ^= admitted;
            }
        }
    }

    /// Hands over the bricks that changed, in order, and forgets all.
    fn finish(&mut self, bricks: &mut Vec<BrickChange>) {
        for number in 0..self.touched.len() {
            let Some(Touched {
                before,
                after: Some(words),
                ..
            }) = self.touched[number].take()
            else {
                continue;
            };
            let (index, before) = (self.index(number), before.clone());
            bricks.push(BrickChange {
                index,
                before,
                after: Brick::from_words(*words),
            });
        }
    }
}
