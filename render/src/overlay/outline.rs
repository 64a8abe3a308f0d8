//! Outlines of constant width on the screen.

use super::footprint::Footprint;
use super::{OUTLINE_MAX_PX, Outline};

/// Rows and columns that a stencil may reach; below 64, so that two words hold every neighbour.
const REACH_MAX: usize = 3 * OUTLINE_MAX_PX as usize + 1;

/// How deep an outline goes into its mask, px.
pub(super) fn depth_px(outline: Outline, width_px: f32) -> f32 {
    if width_px.is_nan() {
        return 0.0;
    }
    let width = width_px.clamp(0.0, OUTLINE_MAX_PX);
    match outline {
        Outline::None => 0.0,
        Outline::Solid | Outline::Dashed => width,
        Outline::Double => 3.0 * width,
    }
}

/// Neighbours at one distance.
struct Ring {
    offsets: Vec<(i32, i32)>,
    /// How much of a pixel at this distance from the outside the line covers, 0 to 255.
    coverage: u8,
    /// Whether the edge that these neighbours stand for runs along rows rather than columns.
    is_level: bool,
}

/// An outline as a list of rings, from the edge inwards.
///
/// A pixel whose nearest outside pixel is at distance d has d − 1 to d px of the mask's depth; what
/// the line covers of that is its opacity. So a line of 1.5 px is one full and one half pixel, at any
/// zoom and in any direction.
pub(crate) struct Stencil {
    rings: Vec<Ring>,
    reach: usize,
}

/// The bits of a word that the outline touches, with one opacity and one direction.
pub(super) struct Touched {
    pub(super) bits: u64,
    pub(super) coverage: u8,
    pub(super) is_level: bool,
}

impl Stencil {
    pub(crate) fn new(outline: Outline, width_px: f32) -> Self {
        let depth = depth_px(outline, width_px);
        let width = match outline {
            Outline::Double => depth / 3.0,
            _ => depth,
        };
        let covered = |distance: f32| {
            let part =
                |from: f32, to: f32| (distance.min(to) - (distance - 1.0).max(from)).max(0.0);
            let inner = match outline {
                Outline::Double => part(2.0 * width, depth),
                _ => 0.0,
            };
            ((part(0.0, width) + inner).min(1.0) * 255.0).round() as u8
        };
        let reach = if depth > 0.0 {
            (depth + 1.0).ceil() as i32
        } else {
            0
        };
        let mut offsets: Vec<(i32, bool, (i32, i32))> = (-reach..=reach)
            .flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)))
            .filter(|&(dx, dy)| dx != 0 || dy != 0)
            // At equal distance the level edge comes first, so that ties have one answer.
            .map(|(dx, dy)| (dx * dx + dy * dy, dy.abs() < dx.abs(), (dx, dy)))
            .filter(|&(squared, ..)| (squared as f32).sqrt() < depth + 1.0)
            .collect();
        offsets.sort_unstable();
        let rings = offsets
            .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
            .map(|ring| Ring {
                offsets: ring.iter().map(|(.., offset)| *offset).collect(),
                coverage: covered((ring[0].0 as f32).sqrt()),
                is_level: !ring[0].1,
            })
            .collect();
        Self {
            rings,
            reach: (reach as usize).min(REACH_MAX),
        }
    }

    /// Every neighbour in the order in which it is asked: offset, coverage, whether the edge is level.
    #[cfg(feature = "gpu")]
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = ((i32, i32), u8, bool)> {
        self.rings.iter().flat_map(|ring| {
            ring.offsets
                .iter()
                .map(|offset| (*offset, ring.coverage, ring.is_level))
        })
    }

    /// Calls `visit` for the pixels of one word (by its place in the footprint's row) on the outline.
    pub(super) fn touch(
        &self,
        footprint: &Footprint,
        y: i64,
        word: usize,
        mut visit: impl FnMut(&Touched),
    ) {
        let Some(&inside) = footprint.row(y).get(word) else {
            return;
        };
        if inside == 0 || self.rings.is_empty() {
            return;
        }
        let around = Around::new(footprint, y, word, self.reach);
        if inside == u64::MAX && around.is_full {
            return;
        }
        let mut remaining = inside;
        for ring in &self.rings {
            let outside = ring
                .offsets
                .iter()
                .fold(0, |all, offset| all | !around.shifted(*offset));
            let bits = outside & remaining;
            remaining &= !bits;
            if bits != 0 && ring.coverage > 0 {
                visit(&Touched {
                    bits,
                    coverage: ring.coverage,
                    is_level: ring.is_level,
                });
            }
            if remaining == 0 {
                return;
            }
        }
    }
}

/// A word and its neighbours: three words of each row within reach.
struct Around {
    words: [[u64; 3]; 2 * REACH_MAX + 1],
    reach: i32,
    /// Whether every word is full: nothing near is outside.
    is_full: bool,
}

impl Around {
    fn new(footprint: &Footprint, y: i64, word: usize, reach: usize) -> Self {
        let mut words = [[0; 3]; 2 * REACH_MAX + 1];
        let mut all = u64::MAX;
        for (n, around) in words[..=2 * reach].iter_mut().enumerate() {
            let row = footprint.row(y + n as i64 - reach as i64);
            let at = |place: Option<usize>| place.and_then(|p| row.get(p)).copied().unwrap_or(0);
            *around = [at(word.checked_sub(1)), at(Some(word)), at(Some(word + 1))];
            all &= around[0] & around[1] & around[2];
        }
        Self {
            words,
            reach: reach as i32,
            is_full: all == u64::MAX,
        }
    }

    /// For each pixel of the word the bit of its neighbour `dx` to the right and `dy` below.
    #[inline]
    fn shifted(&self, (dx, dy): (i32, i32)) -> u64 {
        let [before, word, after] = self.words[(dy + self.reach) as usize];
        match dx {
            0 => word,
            1.. => word >> dx | after << (64 - dx),
            _ => word << -dx | before >> (64 + dx),
        }
    }
}
