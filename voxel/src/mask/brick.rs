use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::VoxelBox;
use crate::error::Error;

/// Voxels along one edge of a brick.
pub const BRICK: usize = 32;

/// The rows of a brick: word y + 32·z, bit x.
pub(crate) type Words = [u32; BRICK * BRICK];

/// Bytes of a brick's rows.
const BRICK_BYTES: usize = size_of::<Words>();

/// Memory behind a [`Brick::Bits`]: the rows and the two counters of the `Arc`.
pub(super) const HELD_BYTES: usize = BRICK_BYTES + 2 * size_of::<usize>();

static NO_BITS: Words = [0; BRICK * BRICK];
static ALL_BITS: Words = [u32::MAX; BRICK * BRICK];

/// The bits from `start` up to `end` (half-open, 0 ≤ start < end ≤ 32).
pub(super) fn bits_between(start: usize, end: usize) -> u32 {
    (u32::MAX >> (BRICK - (end - start))) << start
}

/// Bricks needed for this many voxels.
pub(super) fn bricks_along(voxels: usize) -> usize {
    voxels.div_ceil(BRICK)
}

/// How many voxels of the brick lie inside the grid, along each axis (0 to 32).
pub(super) fn extent_in(size: [usize; 3], index: BrickIndex) -> [usize; 3] {
    let first = index.first_voxel();
    std::array::from_fn(|a| size[a].saturating_sub(first[a]).min(BRICK))
}

/// A brick's place: brick numbers along i, j, k. Ordered by k, then j, then i, as voxels are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BrickIndex(pub [u16; 3]);

impl BrickIndex {
    /// The brick of a voxel of a grid.
    pub fn of(voxel: [usize; 3]) -> BrickIndex {
        BrickIndex(voxel.map(|v| (v / BRICK) as u16)) // grids have at most 65,536 bricks an axis
    }

    /// The voxel at the brick's corner.
    pub fn first_voxel(self) -> [usize; 3] {
        self.0.map(|v| usize::from(v) * BRICK)
    }
}

impl Ord for BrickIndex {
    fn cmp(&self, other: &BrickIndex) -> Ordering {
        let key = |index: &BrickIndex| [index.0[2], index.0[1], index.0[0]];
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for BrickIndex {
    fn partial_cmp(&self, other: &BrickIndex) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The content of 32×32×32 voxels.
///
/// Equal by content, whichever form it is kept in. Bits outside the grid are always 0.
#[derive(Clone)]
pub enum Brick {
    /// No voxel.
    Empty,
    /// All 32,768 voxels; only for bricks that lie wholly in the grid.
    Full,
    /// One bit per voxel: word y + 32·z, bit x.
    Bits(Arc<[u32; BRICK * BRICK]>),
}

impl PartialEq for Brick {
    fn eq(&self, other: &Brick) -> bool {
        match (self, other) {
            (Brick::Empty, Brick::Empty) | (Brick::Full, Brick::Full) => true,
            (Brick::Bits(a), Brick::Bits(b)) if Arc::ptr_eq(a, b) => true,
            _ => self.words() == other.words(),
        }
    }
}

impl Eq for Brick {}

impl fmt::Debug for Brick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Brick::Empty => write!(f, "Empty"),
            Brick::Full => write!(f, "Full"),
            Brick::Bits(_) => write!(f, "Bits({} voxels)", self.count()),
        }
    }
}

impl Brick {
    /// The brick with these rows, in normal form.
    pub(crate) fn from_words(words: Words) -> Brick {
        Brick::plain_form(&words).unwrap_or_else(|| Brick::Bits(Arc::new(words)))
    }

    /// `Empty` or `Full` where the rows are that.
    fn plain_form(words: &Words) -> Option<Brick> {
        let (any, all) = words
            .iter()
            .fold((0, u32::MAX), |(any, all), w| (any | w, all & w));
        match (any, all) {
            (0, _) => Some(Brick::Empty),
            (_, u32::MAX) => Some(Brick::Full),
            _ => None,
        }
    }

    /// The same content in normal form.
    pub(super) fn normalised(&self) -> Brick {
        match self {
            Brick::Bits(words) => Brick::plain_form(words).unwrap_or_else(|| self.clone()),
            plain => plain.clone(),
        }
    }

    /// The rows: word y + 32·z, bit x.
    pub fn words(&self) -> &[u32; BRICK * BRICK] {
        match self {
            Brick::Empty => &NO_BITS,
            Brick::Full => &ALL_BITS,
            Brick::Bits(words) => words,
        }
    }

    /// The rows as 4096 bytes, each word little-endian: what a store hashes and packs.
    pub fn to_bytes(&self) -> [u8; 4096] {
        let mut bytes = [0; BRICK_BYTES];
        for (place, word) in bytes.chunks_exact_mut(4).zip(self.words()) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// The brick of [`Brick::to_bytes`], in normal form.
    ///
    /// # Errors
    /// [`Error::BrickBytes`] unless there are 4096.
    pub fn from_bytes(bytes: &[u8]) -> Result<Brick, Error> {
        if bytes.len() != BRICK_BYTES {
            return Err(Error::BrickBytes { found: bytes.len() });
        }
        let mut words = [0; BRICK * BRICK];
        let (quads, _) = bytes.as_chunks::<4>();
        for (word, quad) in words.iter_mut().zip(quads) {
            *word = u32::from_le_bytes(*quad);
        }
        Ok(Brick::from_words(words))
    }

    /// The number of voxels.
    pub fn count(&self) -> u32 {
        match self {
            Brick::Empty => 0,
            Brick::Full => (BRICK * BRICK * BRICK) as u32,
            Brick::Bits(words) => count_bits(words.iter().copied()),
        }
    }

    /// Whether the brick lies in a grid of this size, with no bit beyond its edges.
    pub(super) fn fits(&self, size: [usize; 3], index: BrickIndex) -> bool {
        let extent = extent_in(size, index);
        if extent.contains(&0) {
            return false;
        }
        let [_, _, depth] = extent;
        match self {
            Brick::Empty => true,
            _ if extent == [BRICK; 3] => true,
            _ => self.words().chunks(BRICK).enumerate().all(|(z, rows)| {
                rows.iter().enumerate().all(|(y, &word)| {
                    let allowed = if z < depth && y < extent[1] {
                        bits_between(0, extent[0])
                    } else {
                        0
                    };
                    word & !allowed == 0
                })
            }),
        }
    }
}

/// The number of voxels of `combined` of two bricks.
pub(super) fn count_combined(a: &Brick, b: &Brick, combined: impl Fn(u32, u32) -> u32) -> u32 {
    let words = a.words().iter().zip(b.words());
    count_bits(words.map(|(a, b)| combined(*a, *b)))
}

/// The set bits of a brick's words: at most 32,768, so nothing wraps; saying so lets builds with
/// overflow checks add many words at once too.
fn count_bits(words: impl Iterator<Item = u32>) -> u32 {
    words.fold(0, |sum, word| sum.wrapping_add(word.count_ones()))
}

/// The box around the set bits of these rows, in voxels of the grid; `None` without any.
pub(super) fn box_of_words(index: BrickIndex, words: &Words) -> Option<VoxelBox> {
    let mut columns = 0_u32;
    let mut rows = 0_u32;
    let mut planes = 0_u32;
    for (z, plane) in words.chunks(BRICK).enumerate() {
        let mut any = 0;
        for (y, &word) in plane.iter().enumerate() {
            rows |= u32::from(word != 0) << y;
            any |= word;
        }
        planes |= u32::from(any != 0) << z;
        columns |= any;
    }
    if columns == 0 {
        return None;
    }
    let first = index.first_voxel();
    let used = [columns, rows, planes];
    Some(VoxelBox {
        min: std::array::from_fn(|a| first[a] + used[a].trailing_zeros() as usize),
        max: std::array::from_fn(|a| first[a] + BRICK - used[a].leading_zeros() as usize),
    })
}
