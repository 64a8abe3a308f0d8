use super::brick::{Words, bits_between, bricks_along};
use super::{BRICK, BrickIndex, Mask, Span};

/// One plane of a mask as rows of bits: bit x of word `x / 32` of a row.
///
/// Across grid axis 2, x is i and y is j; across axis 1, x is i and y is k; across axis 0, x is j and y
/// is k. Rows begin at whole words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaneBits {
    /// Voxels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// [`PlaneBits::words_per_row`] words for each row.
    pub words: Vec<u32>,
}

impl PlaneBits {
    fn empty(width: usize, height: usize) -> PlaneBits {
        PlaneBits {
            width,
            height,
            words: vec![0; bricks_along(width) * height],
        }
    }

    /// Words per row.
    pub fn words_per_row(&self) -> usize {
        bricks_along(self.width)
    }

    /// The words of a row; none outside the plane.
    pub fn row(&self, y: usize) -> &[u32] {
        let per_row = self.words_per_row();
        self.words
            .get(y * per_row..(y + 1) * per_row)
            .unwrap_or(&[])
    }

    /// Whether the voxel is in the mask; outside the plane none is.
    pub fn get(&self, x: i64, y: i64) -> bool {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return false;
        };
        x < self.width
            && self
                .row(y)
                .get(x / BRICK)
                .is_some_and(|word| word >> (x % BRICK) & 1 == 1)
    }

    /// The number of voxels.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// Puts a word of a brick in its place; rows beyond the plane hold no bits.
    fn put(&mut self, word_x: usize, y: usize, word: u32) {
        if y < self.height {
            let place = y * self.words_per_row() + word_x;
            self.words[place] = word; // word_x is a brick of the grid
        }
    }
}

/// The bricks of one row along i, in order: brick number and rows.
type RowOfBricks<'a> = Vec<(usize, &'a Words)>;

impl Mask {
    /// Calls for every longest run of voxels along i, in order of k, j, i.
    pub fn for_each_run(&self, mut visit: impl FnMut(Span)) {
        let bricks: Vec<_> = self.bricks().collect();
        for layer in bricks.chunk_by(|(a, _), (b, _)| a.0[2] == b.0[2]) {
            let rows = rows_of_layer(layer.iter().map(|(index, brick)| (*index, brick.words())));
            let Some((index, _)) = layer.first() else {
                continue;
            };
            let first_k = index.first_voxel()[2];
            for z in 0..BRICK {
                for (first_j, row) in &rows {
                    runs_of_brick_row(row, *first_j, first_k, z, &mut visit);
                }
            }
        }
    }

    /// Calls for every longest run of voxels along i in plane `k`, in order of j, i.
    pub fn runs_in_plane(&self, k: usize, mut visit: impl FnMut(Span)) {
        let layer = self.bricks_across(2, k / BRICK);
        let rows = rows_of_layer(layer.map(|(index, brick)| (index, brick.words())));
        for (first_j, row) in &rows {
            runs_of_brick_row(row, *first_j, k / BRICK * BRICK, k % BRICK, &mut visit);
        }
    }

    /// The voxels whose index along `axis` is `index`, as rows of bits; empty outside the grid.
    ///
    /// # Panics
    /// If `axis` is above 2.
    pub fn plane_bits(&self, axis: usize, index: usize) -> PlaneBits {
        let [columns, rows, planes] = self.size;
        let (width, height) = match axis {
            0 => (rows, planes),
            1 => (columns, planes),
            2 => (columns, rows),
            _ => panic!("a grid has axes 0, 1, 2"),
        };
        let mut plane = PlaneBits::empty(width, height);
        let local = index % BRICK;
        for (place, brick) in self.bricks_across(axis, index / BRICK) {
            let words = brick.words();
            let [x, y, z] = place.0.map(usize::from);
            for n in 0..BRICK {
                // n and local are below 32, so the words exist.
                match axis {
                    0 => {
                        let row = &words[n * BRICK..(n + 1) * BRICK];
                        plane.put(y, z * BRICK + n, column_of(row, local));
                    }
                    1 => plane.put(x, z * BRICK + n, words[local + BRICK * n]),
                    _ => plane.put(x, y * BRICK + n, words[n + BRICK * local]),
                }
            }
        }
        plane
    }
}

/// Bit `bit` of each of 32 words, as one word.
fn column_of(words: &[u32], bit: usize) -> u32 {
    words
        .iter()
        .enumerate()
        .fold(0, |all, (n, word)| all | (word >> bit & 1) << n)
}

/// Bricks of one layer grouped into rows along i, each with its first j.
fn rows_of_layer<'a>(
    bricks: impl Iterator<Item = (BrickIndex, &'a Words)>,
) -> Vec<(usize, RowOfBricks<'a>)> {
    let mut rows: Vec<(usize, RowOfBricks<'a>)> = Vec::new();
    for (index, words) in bricks {
        let [_, first_j, _] = index.first_voxel();
        let brick = (usize::from(index.0[0]), words);
        match rows.last_mut() {
            Some((j, row)) if *j == first_j => row.push(brick),
            _ => rows.push((first_j, vec![brick])),
        }
    }
    rows
}

/// The runs of local plane `z` of a row of bricks.
fn runs_of_brick_row(
    row: &RowOfBricks<'_>,
    first_j: usize,
    first_k: usize,
    z: usize,
    visit: &mut impl FnMut(Span),
) {
    for y in 0..BRICK {
        let mut open: Option<Span> = None;
        for (number, words) in row {
            let mut word = words[y + BRICK * z]; // y, z < BRICK
            while word != 0 {
                let start = word.trailing_zeros() as usize;
                let end = start + (word >> start).trailing_ones() as usize;
                word &= !bits_between(start, end);
                let [i0, i1] = [start, end].map(|bit| (number * BRICK + bit) as i64);
                match &mut open {
                    // A run may go on from the last voxel of the brick before.
                    Some(run) if run.i1 == i0 => run.i1 = i1,
                    _ => {
                        open.take().into_iter().for_each(&mut *visit);
                        open = Some(Span {
                            j: (first_j + y) as i64,
                            k: (first_k + z) as i64,
                            i0,
                            i1,
                        });
                    }
                }
            }
        }
        open.into_iter().for_each(&mut *visit);
    }
}
