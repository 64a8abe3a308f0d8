//! Hatches and dashes as words of 64 pixels.

use super::Hatch;

/// The width and height of a hatch's tile, px (`hatch_pitch_px`).
const PITCH: i64 = 8;
/// A dash and its gap, px.
const DASH: i64 = 6;
/// One dash and one gap, px.
const DASH_PERIOD: i64 = 9;

impl Hatch {
    /// Eight rows of eight pixels, bit x of row y.
    pub(crate) fn tile(self) -> [u8; 8] {
        let of = |inside: fn(usize, usize) -> bool| {
            std::array::from_fn(|y| (0..8).fold(0, |row, x| row | u8::from(inside(x, y)) << x))
        };
        match self {
            Self::None => [0; 8],
            Self::Slash => of(|x, y| (x + y) % 8 < 2),
            Self::Backslash => of(|x, y| (x + 8 - y) % 8 < 2),
            Self::Dot => of(|x, y| x < 2 && y < 2),
            Self::Grid => of(|x, y| x == 0 || y == 0),
            Self::Horizontal => of(|_, y| y < 2),
            Self::Vertical => of(|x, _| x < 2),
            Self::Cross => of(|x, y| (x + y) % 8 == 0 || (x + 8 - y) % 8 == 0),
            Self::Ring => of(|x, y| {
                let edge = |v: usize| v == 0 || v == 4;
                (edge(x) && (1..4).contains(&y)) || (edge(y) && (1..4).contains(&x))
            }),
        }
    }

    /// Whether the pattern covers a pixel, counted from where it hangs, as in a swatch beside a name.
    pub fn covers(self, x: i64, y: i64) -> bool {
        let [column, row] = [x, y].map(|v| v.rem_euclid(PITCH) as usize);
        self.tile()[row] >> column & 1 == 1
    }

    /// The pattern's rows, each repeated over a word that begins at a multiple of 64 px, for a picture
    /// whose pattern hangs on `anchor`.
    pub(super) fn words(self, anchor: [i64; 2]) -> [u64; 8] {
        let tile = self.tile();
        let shift = anchor[0].rem_euclid(PITCH) as u32;
        std::array::from_fn(|y| {
            let row = tile[(y as i64 - anchor[1]).rem_euclid(PITCH) as usize];
            u64::from(row.rotate_left(shift)) * 0x0101_0101_0101_0101
        })
    }
}

/// The row of [`Hatch::words`] for picture row `y`.
pub(super) fn hatch_row(words: &[u64; 8], y: usize) -> u64 {
    words[y % 8]
}

/// Dashes along rows and along columns, hanging on an anchor.
pub(super) struct Dashes {
    /// By the phase of a word's first pixel.
    words: [u64; DASH_PERIOD as usize],
    anchor: [i64; 2],
}

impl Dashes {
    pub(super) fn new(anchor: [i64; 2]) -> Self {
        let word = |phase: usize| {
            (0..64).fold(0, |word, bit| {
                let is_on = (phase as i64 + bit) % DASH_PERIOD < DASH;
                word | u64::from(is_on) << bit
            })
        };
        Self {
            words: std::array::from_fn(word),
            anchor,
        }
    }

    /// The pixels of a word (the one that begins at `64 * word_x`) of row `y` where a dash is on, for an
    /// edge that runs along the row (`is_level`) or along the column.
    pub(super) fn word(&self, word_x: i64, y: i64, is_level: bool) -> u64 {
        if is_level {
            let phase = (64 * word_x - self.anchor[0]).rem_euclid(DASH_PERIOD);
            self.words[phase as usize]
        } else if (y - self.anchor[1]).rem_euclid(DASH_PERIOD) < DASH {
            u64::MAX
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_lean_to_the_right_and_backslashes_to_the_left() {
        let [slash, backslash] = [Hatch::Slash, Hatch::Backslash].map(|h| h.words([0, 0]));
        let is_on = |words: &[u64; 8], x: usize, y: usize| words[y] >> x & 1 == 1;
        assert!(is_on(&slash, 7, 1) && is_on(&slash, 5, 3) && !is_on(&slash, 7, 4));
        assert!(is_on(&backslash, 1, 1) && is_on(&backslash, 3, 3) && !is_on(&backslash, 7, 1));
    }

    #[test]
    fn patterns_move_with_their_anchor() {
        for hatch in [Hatch::Slash, Hatch::Dot, Hatch::Ring, Hatch::Grid] {
            let (still, moved) = (hatch.words([0, 0]), hatch.words([3, -2]));
            for y in 0..8_i64 {
                for x in 0..32_i64 {
                    let before = still[(y + 2).rem_euclid(8) as usize] >> (x + 5) & 1;
                    assert_eq!(moved[y as usize] >> (x + 8) & 1, before);
                }
            }
        }
    }

    #[test]
    fn a_swatch_has_the_pattern_of_the_picture() {
        for hatch in [Hatch::None, Hatch::Slash, Hatch::Dot, Hatch::Cross] {
            let words = hatch.words([0, 0]);
            for (x, y) in (0..64_usize).flat_map(|x| (0..16_usize).map(move |y| (x, y))) {
                let drawn = hatch_row(&words, y) >> x & 1 == 1;
                assert_eq!(hatch.covers(x as i64, y as i64), drawn);
            }
        }
        assert!(Hatch::Slash.covers(-1, 0) == Hatch::Slash.covers(7, 8));
    }

    #[test]
    fn dashes_are_six_on_and_three_off_across_words() {
        let dashes = Dashes::new([2, 5]);
        for x in 0..200_i64 {
            let on = dashes.word(x.div_euclid(64), 0, true) >> (x % 64) & 1 == 1;
            assert_eq!(on, (x - 2).rem_euclid(9) < 6);
        }
        assert_eq!(dashes.word(0, 5, false), u64::MAX);
        assert_eq!(dashes.word(0, 11, false), 0);
    }
}
