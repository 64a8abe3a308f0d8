//! Masks sampled on the screen: one bit per pixel.

use std::ops::Range;

use rayon::prelude::*;
use voxel::{BRICK, Brick, Mask};

use crate::picture::RectPx;
use crate::sampling::{Aligned, Sampling, nearest_index};

/// Columns and rows of the screen; wider than the picture by what outlines must see beyond its edge.
#[derive(Debug, Clone)]
pub(super) struct Region {
    columns: Range<i64>,
    rows: Range<i64>,
}

impl Region {
    pub(super) fn around(rect: RectPx, reach: i64) -> Self {
        Self {
            columns: rect.x as i64 - reach..rect.right() as i64 + reach,
            rows: rect.y as i64 - reach..rect.bottom() as i64 + reach,
        }
    }
}

/// The pixels of one mask. Words begin at multiples of 64 px; everything outside is clear.
pub(super) struct Footprint {
    /// The first word's column, in words.
    word_x: i64,
    /// The first row.
    y: i64,
    words_per_row: usize,
    rows: usize,
    bits: Vec<u64>,
}

impl Footprint {
    fn new(columns: &Range<i64>, rows: &Range<i64>) -> Self {
        let word_x = columns.start.div_euclid(64);
        let words_per_row = ((columns.end + 63).div_euclid(64) - word_x).max(0) as usize;
        let count = (rows.end - rows.start).max(0) as usize;
        Self {
            word_x,
            y: rows.start,
            words_per_row,
            rows: count,
            bits: vec![0; words_per_row * count],
        }
    }

    /// The rows that may hold bits.
    pub(super) fn row_range(&self) -> Range<i64> {
        self.y..self.y + self.rows as i64
    }

    /// The word columns that may hold bits.
    pub(super) fn word_range(&self) -> Range<i64> {
        self.word_x..self.word_x + self.words_per_row as i64
    }

    /// A row's words, empty outside.
    #[inline]
    pub(super) fn row(&self, y: i64) -> &[u64] {
        if !self.row_range().contains(&y) {
            return &[];
        }
        let start = (y - self.y) as usize * self.words_per_row;
        &self.bits[start..start + self.words_per_row]
    }

    /// Whether a pixel is in the mask.
    #[cfg(test)]
    pub(super) fn get(&self, x: i64, y: i64) -> bool {
        let word = x.div_euclid(64) - self.word_x;
        let word = usize::try_from(word).ok().and_then(|w| self.row(y).get(w));
        word.is_some_and(|word| word >> x.rem_euclid(64) & 1 == 1)
    }
}

/// Sets the bits of columns `from..to` in a row of words that begins at word column `word_x`.
fn set_run(row: &mut [u64], word_x: i64, from: i64, to: i64) {
    let base = 64 * word_x;
    let (from, to) = ((from - base).max(0) as usize, (to - base).max(0) as usize);
    let to = to.min(64 * row.len());
    let mut at = from;
    while at < to {
        let end = ((at / 64 + 1) * 64).min(to);
        let ones = u64::MAX >> (64 - (end - at));
        row[at / 64] |= ones << (at % 64);
        at = end;
    }
}

/// The map from masks to the screen, shared by all layers.
pub(super) struct Screen<'a> {
    sampling: &'a Sampling,
    region: &'a Region,
    along: Option<AlongGrid>,
}

/// Look-ups for pictures whose sides run along the grid.
struct AlongGrid {
    aligned: Aligned,
    /// The plane shown.
    plane: usize,
    edges: Edges,
    /// The source line of each screen row of the region.
    lines: Vec<Option<usize>>,
}

/// Which columns show which voxels: voxels `a..b` lie in one run of columns.
struct Edges {
    at: Vec<i64>,
    is_falling: bool,
}

impl Edges {
    /// `voxels`: the voxel of each column from `first_column` on. `None` where a gap interrupts them,
    /// so that voxels `a..b` need not be one run.
    fn new(voxels: &[Option<usize>], first_column: i64, size: usize) -> Option<Self> {
        let from = voxels.iter().position(Option::is_some)?;
        let count = voxels[from..].iter().take_while(|v| v.is_some()).count();
        if voxels[from + count..].iter().any(Option::is_some) {
            return None;
        }
        let shown: Vec<usize> = voxels[from..from + count]
            .iter()
            .flatten()
            .copied()
            .collect();
        let is_falling = shown.first() > shown.last();
        let start = first_column + from as i64;
        let first = |is_before: &dyn Fn(usize) -> bool| {
            start + shown.partition_point(|&voxel| is_before(voxel)) as i64
        };
        let at = (0..=size)
            .map(|edge| {
                if is_falling {
                    first(&|voxel| voxel >= edge)
                } else {
                    first(&|voxel| voxel < edge)
                }
            })
            .collect();
        Some(Self { at, is_falling })
    }

    /// The columns of voxels `from..to`, both at most the axis's size.
    fn columns(&self, from: usize, to: usize) -> Range<i64> {
        if self.is_falling {
            self.at[to]..self.at[from]
        } else {
            self.at[from]..self.at[to]
        }
    }
}

impl<'a> Screen<'a> {
    pub(super) fn new(sampling: &'a Sampling, region: &'a Region) -> Self {
        Self {
            sampling,
            region,
            along: AlongGrid::new(sampling, region),
        }
    }

    /// The mask's pixels; `None` where it shows none.
    pub(super) fn footprint(&self, mask: &Mask) -> Option<Footprint> {
        match &self.along {
            Some(along) => along.footprint(mask, self.region),
            None => self.oblique_footprint(mask),
        }
    }

    fn oblique_footprint(&self, mask: &Mask) -> Option<Footprint> {
        let bricks = BrickTable::new(mask)?;
        let bounds = self.sampling.bounds(bricks.min_voxel(), bricks.end_voxel());
        let clip = |y| self.sampling.clip(y, &self.region.columns, &bounds);
        let (mut columns, mut rows): (Option<Range<i64>>, Range<i64>) = (None, 0..0);
        for y in self.region.rows.clone() {
            let run = clip(y);
            if run.is_empty() {
                continue;
            }
            let known = columns.get_or_insert_with(|| {
                rows.start = y;
                run.clone()
            });
            *known = known.start.min(run.start)..known.end.max(run.end);
            rows.end = y + 1;
        }
        let columns = columns?;
        let mut footprint = Footprint::new(&columns, &rows);
        let first = 64 * footprint.word_x;
        let words_per_row = footprint.words_per_row;
        footprint
            .bits
            .par_chunks_mut(words_per_row)
            .enumerate()
            .for_each(|(n, row)| {
                let y = rows.start + n as i64;
                self.sampling.for_each_voxel(y, clip(y), |x, voxel| {
                    if bricks.get(voxel) {
                        let x = (x - first) as usize;
                        row[x / 64] |= 1 << (x % 64);
                    }
                });
            });
        Some(footprint)
    }
}

/// A mask's bricks by place, for one look-up per pixel.
struct BrickTable<'a> {
    min: [usize; 3],
    count: [usize; 3],
    bricks: Vec<Option<&'a Brick>>,
}

impl<'a> BrickTable<'a> {
    fn new(mask: &'a Mask) -> Option<Self> {
        let (mut min, mut end) = ([usize::MAX; 3], [0; 3]);
        for (index, _) in mask.bricks() {
            for axis in 0..3 {
                let place = usize::from(index.0[axis]);
                min[axis] = min[axis].min(place);
                end[axis] = end[axis].max(place + 1);
            }
        }
        if end[0] == 0 {
            return None;
        }
        let count: [usize; 3] = std::array::from_fn(|a| end[a] - min[a]);
        let mut bricks = vec![None; count.iter().product()];
        for (index, brick) in mask.bricks() {
            let place: [usize; 3] = std::array::from_fn(|a| usize::from(index.0[a]) - min[a]);
            bricks[place[0] + count[0] * (place[1] + count[1] * place[2])] = Some(brick);
        }
        Some(Self { min, count, bricks })
    }

    fn min_voxel(&self) -> [usize; 3] {
        self.min.map(|place| place * BRICK)
    }

    fn end_voxel(&self) -> [usize; 3] {
        std::array::from_fn(|a| (self.min[a] + self.count[a]) * BRICK)
    }

    #[inline]
    fn get(&self, voxel: [usize; 3]) -> bool {
        let place: [usize; 3] =
            std::array::from_fn(|a| (voxel[a] / BRICK).wrapping_sub(self.min[a]));
        if (0..3).any(|a| place[a] >= self.count[a]) {
            return false;
        }
        let at = place[0] + self.count[0] * (place[1] + self.count[1] * place[2]);
        match self.bricks[at] {
            None | Some(Brick::Empty) => false,
            Some(Brick::Full) => true,
            Some(Brick::Bits(words)) => {
                let [x, y, z] = voxel.map(|v| v % BRICK);
                words[y + BRICK * z] >> x & 1 == 1
            }
        }
    }
}

/// The bricks of one plane as 32 rows of 32 bits each.
struct PlaneBlocks {
    /// The first brick along `across` and along `down`.
    first: [usize; 2],
    count: [usize; 2],
    blocks: Vec<[u32; BRICK]>,
}

impl AlongGrid {
    fn new(sampling: &Sampling, region: &Region) -> Option<Self> {
        let aligned = sampling.aligned(region.columns.clone(), region.rows.clone())?;
        let size = sampling.size;
        let plane = nearest_index(aligned.plane, size[aligned.through]);
        let voxels: Vec<Option<usize>> = aligned
            .columns
            .iter()
            .map(|&at| nearest_index(at, size[aligned.across]))
            .collect();
        let edges = Edges::new(&voxels, region.columns.start, size[aligned.across])?;
        let lines = aligned
            .rows
            .iter()
            .map(|&at| nearest_index(at, size[aligned.down]))
            .collect();
        Some(Self {
            aligned,
            plane: plane?,
            edges,
            lines,
        })
    }

    fn footprint(&self, mask: &Mask, region: &Region) -> Option<Footprint> {
        let blocks = self.plane_blocks(mask)?;
        let size = mask.size();
        let from = blocks.first[0] * BRICK;
        let to = ((blocks.first[0] + blocks.count[0]) * BRICK).min(size[self.aligned.across]);
        let lines = blocks.first[1] * BRICK..(blocks.first[1] + blocks.count[1]) * BRICK;
        let is_hit = |line: &Option<usize>| line.is_some_and(|line| lines.contains(&line));
        let top = self.lines.iter().position(is_hit)?;
        let bottom = self.lines.iter().rposition(is_hit)? + 1;
        let columns = self.edges.columns(from, to);
        if columns.is_empty() {
            return None;
        }
        let first_row = region.rows.start + top as i64;
        let rows = first_row..region.rows.start + bottom as i64;
        let mut footprint = Footprint::new(&columns, &rows);
        let (word_x, words) = (footprint.word_x, footprint.words_per_row);
        let mut before: Option<usize> = None;
        for (n, line) in self.lines[top..bottom].iter().enumerate() {
            let is_same = line.is_some() && *line == before;
            before = *line;
            if is_same {
                // Enlarged: the same voxels again.
                footprint
                    .bits
                    .copy_within((n - 1) * words..n * words, n * words);
            } else if let Some(line) = line.filter(|line| lines.contains(line)) {
                let row = &mut footprint.bits[n * words..(n + 1) * words];
                self.draw_line(&blocks, line, word_x, row);
            }
        }
        Some(footprint)
    }

    /// Sets the pixels of one source line.
    fn draw_line(&self, blocks: &PlaneBlocks, line: usize, word_x: i64, row: &mut [u64]) {
        let block_row = line / BRICK - blocks.first[1];
        for n in 0..blocks.count[0] {
            let mut bits = blocks.blocks[block_row * blocks.count[0] + n][line % BRICK];
            let base = (blocks.first[0] + n) * BRICK;
            let mut at = 0;
            while bits != 0 {
                let skip = bits.trailing_zeros() as usize;
                let length = (bits >> skip).trailing_ones() as usize;
                let from = base + at + skip;
                let columns = self.edges.columns(from, from + length);
                set_run(row, word_x, columns.start, columns.end);
                at += skip + length;
                bits = bits.checked_shr((skip + length) as u32).unwrap_or(0);
            }
        }
    }

    /// The bricks that the plane cuts.
    fn plane_blocks(&self, mask: &Mask) -> Option<PlaneBlocks> {
        let Aligned {
            across,
            down,
            through,
            ..
        } = self.aligned;
        let layer = self.plane / BRICK;
        let cut = || {
            mask.bricks()
                .filter(move |(index, _)| usize::from(index.0[through]) == layer)
                .map(move |(index, brick)| {
                    (
                        [usize::from(index.0[across]), usize::from(index.0[down])],
                        brick,
                    )
                })
        };
        let (mut first, mut end) = ([usize::MAX; 2], [0; 2]);
        for (place, _) in cut() {
            for side in 0..2 {
                first[side] = first[side].min(place[side]);
                end[side] = end[side].max(place[side] + 1);
            }
        }
        if end[0] == 0 {
            return None;
        }
        let count: [usize; 2] = std::array::from_fn(|side| end[side] - first[side]);
        let mut blocks = vec![[0; BRICK]; count[0] * count[1]];
        for (place, brick) in cut() {
            let at = (place[1] - first[1]) * count[0] + place[0] - first[0];
            blocks[at] = block(brick, across, down, through, self.plane % BRICK);
        }
        Some(PlaneBlocks {
            first,
            count,
            blocks,
        })
    }
}

/// One plane of a brick: bit `a` of row `d` for place `a` along `across` and `d` along `down`.
fn block(brick: &Brick, across: usize, down: usize, through: usize, at: usize) -> [u32; BRICK] {
    let words = match brick {
        Brick::Empty => return [0; BRICK],
        Brick::Full => return [u32::MAX; BRICK],
        Brick::Bits(words) => words,
    };
    // Words run along x; word y + 32 z.
    let step = |axis: usize| if axis == 1 { 1 } else { BRICK };
    if across == 0 {
        return std::array::from_fn(|d| words[at * step(through) + d * step(down)]);
    }
    std::array::from_fn(|d| {
        (0..BRICK).fold(0, |row, a| {
            let bit = if through == 0 {
                words[a * step(across) + d * step(down)] >> at
            } else {
                words[a * step(across) + at * step(through)] >> d
            };
            row | (bit & 1) << a
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid_plane::{GridPlane, GridStep};
    use voxel::{Affine, Grid, VoxelIndex};

    #[test]
    fn every_layout_of_a_plane_shows_the_masks_own_bits() {
        let size = [45, 70, 38];
        let grid = Grid::new(size, Affine::identity()).unwrap();
        let mask = Mask::from_fn(size, |v| (v.0[0] * 7 + v.0[1] * 3 + v.0[2] * 5) % 11 < 4);
        for (through, right, down) in [
            (2, 0, 1),
            (2, 1, 0),
            (1, 0, 2),
            (1, 2, 0),
            (0, 1, 2),
            (0, 2, 1),
        ] {
            for reversed in [false, true] {
                let plane = GridPlane {
                    through,
                    index: 33,
                    right: GridStep {
                        axis: right,
                        reversed,
                    },
                    down: GridStep {
                        axis: down,
                        reversed: !reversed,
                    },
                };
                let sampling = Sampling::native(&grid, &plane);
                let [width, height] = plane.size(&grid);
                let rect = RectPx {
                    x: 0,
                    y: 0,
                    width,
                    height,
                };
                let region = Region::around(rect, 3);
                let screen = Screen::new(&sampling, &region);
                let footprint = screen.footprint(&mask).unwrap();
                let oblique = screen.oblique_footprint(&mask).unwrap();
                for y in -3..height as i64 + 3 {
                    for x in -3..width as i64 + 3 {
                        let voxel = sampling.nearest(sampling.at(x as f64, y as f64));
                        let expected =
                            voxel.is_some_and(|v| mask.get(VoxelIndex(v.map(|i| i as i64))));
                        assert_eq!(footprint.get(x, y), expected, "{plane:?} {x} {y}");
                        assert_eq!(oblique.get(x, y), expected, "{plane:?} {x} {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn runs_are_set_across_words_and_clipped_to_the_row() {
        let mut row = [0_u64; 3];
        set_run(&mut row, -1, -70, -60);
        set_run(&mut row, -1, 10, 500);
        assert_eq!(row[0], 0b1111);
        assert_eq!(row[1], !0 << 10);
        assert_eq!(row[2], !0);
    }
}
