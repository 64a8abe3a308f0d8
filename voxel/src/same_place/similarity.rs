//! How much two coarse fields say of each other: a measure that asks for no common scale of values.
//!
//! Values become classes; the joint frequencies of the classes of both fields at equal places give
//! their mutual information (Collignon et al. 1995; Wells et al. 1996), here in the symmetric form
//! U = 2·I / (H(a) + H(b)), 0 for fields that say nothing of each other and 1 where either gives the
//! other. What unrelated fields of n places would share by chance, (pairs − classes of a − classes of
//! b + 1) / 2n over those that occur (G. A. Miller 1955), is taken off first, so that few places are
//! not read as likeness.

use super::coarse::{Cells, Field};

/// Classes of values.
pub(super) const CLASSES: usize = 16;

/// The class of "no image here".
const NONE: u8 = CLASSES as u8;

/// Rows and columns of a joint table: the classes and "no image".
const SIDE: usize = CLASSES + 1;

/// A field whose values are classes 0 to 15 ([`NONE`]: no image).
pub(super) struct Classes {
    pub(super) cells: Cells,
    pub(super) classes: Vec<u8>,
}

/// The range of values that the classes part evenly; beyond it lie the outer classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClassRange {
    low: f32,
    high: f32,
}

impl ClassRange {
    /// From the first to the ninety-ninth percent of the values; `None` where they are all alike.
    pub(super) fn of(values: &[f32]) -> Option<ClassRange> {
        let mut sorted: Vec<f32> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let at = |share: f64| sorted.get((sorted.len() as f64 * share) as usize).copied();
        let (low, high) = (at(0.01)?, at(0.99)?);
        let rounding = 1e-5 * low.abs().max(high.abs());
        let differ = high - low > rounding && (high - low).is_finite();
        differ.then_some(ClassRange { low, high })
    }
}

impl Classes {
    pub(super) fn of(field: &Field, range: ClassRange) -> Classes {
        let scale = CLASSES as f32 / (range.high - range.low);
        let class = |value: &f32| {
            if value.is_nan() {
                NONE
            } else {
                ((value - range.low) * scale).clamp(0.0, CLASSES as f32 - 1.0) as u8
            }
        };
        Classes {
            cells: field.cells,
            classes: field.values.iter().map(class).collect(),
        }
    }

    /// Whether a class stands for image.
    pub(super) fn is_image(class: u8) -> bool {
        class != NONE
    }

    /// The class at a cell.
    pub(super) fn at(&self, cell: [i64; 3]) -> u8 {
        let at: [i64; 3] = std::array::from_fn(|a| cell[a] - self.cells.min[a]);
        let [nx, ny, nz] = self.cells.size;
        if at[0] < 0 || at[1] < 0 || at[2] < 0 {
            return NONE;
        }
        let [x, y, z] = at.map(|v| v as usize);
        if x >= nx || y >= ny || z >= nz {
            return NONE;
        }
        self.classes[x + nx * (y + ny * z)]
    }
}

/// How often each pair of classes occurs at equal places.
#[derive(Clone)]
pub(super) struct JointTable {
    counts: [u32; SIDE * SIDE],
}

/// What a joint table says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Likeness {
    /// U, 0 to 1 (a little below 0 for fields that agree less than by chance).
    pub(super) score: f64,
    /// Places where both have image.
    pub(super) count: u32,
    /// Entropy of each field's classes there, nats.
    pub(super) entropy: [f64; 2],
}

impl JointTable {
    pub(super) fn new() -> JointTable {
        JointTable {
            counts: [0; SIDE * SIDE],
        }
    }

    pub(super) fn add(&mut self, a: u8, b: u8) {
        self.counts[usize::from(a) * SIDE + usize::from(b)] += 1; // classes are at most 16
    }

    /// The table of `a` at x and `b` at x + `shift` (cells), every `stride`th row and plane.
    pub(super) fn shifted(a: &Classes, b: &Classes, shift: [i64; 3], stride: usize) -> JointTable {
        // Two tables in turn: equal neighbours do not wait for each other's count.
        let (mut table, mut odd) = (JointTable::new(), JointTable::new());
        let low: [i64; 3] = std::array::from_fn(|x| a.cells.min[x].max(b.cells.min[x] - shift[x]));
        let end = |c: &Cells, x: usize| c.min[x] + c.size[x] as i64;
        let high: [i64; 3] =
            std::array::from_fn(|x| end(&a.cells, x).min(end(&b.cells, x) - shift[x]));
        if (0..3).any(|x| high[x] <= low[x]) {
            return table;
        }
        let width = (high[0] - low[0]) as usize;
        let start = |c: &Cells, x: i64, y: i64, z: i64| {
            let [x, y, z] = [x - c.min[0], y - c.min[1], z - c.min[2]].map(|v| v as usize);
            x + c.size[0] * (y + c.size[1] * z)
        };
        for z in (low[2]..high[2]).step_by(stride) {
            for y in (low[1]..high[1]).step_by(stride) {
                let from_a = start(&a.cells, low[0], y, z);
                let [sx, sy, sz] = shift;
                let from_b = start(&b.cells, low[0] + sx, y + sy, z + sz);
                let (row_a, row_b) = (&a.classes[from_a..], &b.classes[from_b..]);
                let (row_a, row_b) = (&row_a[..width], &row_b[..width]);
                let pairs = row_a.chunks_exact(2).zip(row_b.chunks_exact(2));
                for (in_a, in_b) in pairs {
                    table.add(in_a[0], in_b[0]);
                    odd.add(in_a[1], in_b[1]);
                }
                if width % 2 == 1 {
                    table.add(row_a[width - 1], row_b[width - 1]);
                }
            }
        }
        for (sum, count) in table.counts.iter_mut().zip(odd.counts) {
            *sum += count;
        }
        table
    }

    pub(super) fn likeness(&self) -> Likeness {
        let mut of_a = [0_u32; CLASSES];
        let mut of_b = [0_u32; CLASSES];
        let (mut joint, mut pairs) = (0.0, 0);
        for (a, in_a) in of_a.iter_mut().enumerate() {
            for (b, in_b) in of_b.iter_mut().enumerate() {
                let count = self.counts[a * SIDE + b];
                if count > 0 {
                    *in_a += count;
                    *in_b += count;
                    joint += n_log_n(count);
                    pairs += 1;
                }
            }
        }
        let count: u32 = of_a.iter().sum();
        if count == 0 {
            return Likeness {
                score: 0.0,
                count,
                entropy: [0.0; 2],
            };
        }
        let n = f64::from(count);
        let entropy = |sum: f64| n.ln() - sum / n;
        let [h_a, h_b] = [of_a, of_b].map(|of| entropy(of.iter().map(|&c| n_log_n(c)).sum()));
        let used = |of: &[u32]| of.iter().filter(|&&c| c > 0).count() as f64;
        let by_chance = (f64::from(pairs) - used(&of_a) - used(&of_b) + 1.0).max(0.0) / (2.0 * n);
        let shared = h_a + h_b - entropy(joint) - by_chance;
        let both = h_a + h_b;
        Likeness {
            score: if both > 1e-9 {
                2.0 * shared / both
            } else {
                0.0
            },
            count,
            entropy: [h_a, h_b],
        }
    }
}

fn n_log_n(count: u32) -> f64 {
    let n = f64::from(count);
    if count > 1 { n * n.ln() } else { 0.0 }
}
