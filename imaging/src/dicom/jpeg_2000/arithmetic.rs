//! The arithmetic decoder of JPEG 2000 (ITU-T T.800 annex C) and the reader of raw bits (D.6).

use std::hint::select_unpredictable;

/// Table C.2: probability of the less probable symbol, next state after the more and after the less
/// probable one, and whether the latter changes the more probable symbol.
const STATES: [(u64, u64, u64, u64); 47] = [
    (0x5601, 1, 1, 1),
    (0x3401, 2, 6, 0),
    (0x1801, 3, 9, 0),
    (0x0AC1, 4, 12, 0),
    (0x0521, 5, 29, 0),
    (0x0221, 38, 33, 0),
    (0x5601, 7, 6, 1),
    (0x5401, 8, 14, 0),
    (0x4801, 9, 14, 0),
    (0x3801, 10, 14, 0),
    (0x3001, 11, 17, 0),
    (0x2401, 12, 18, 0),
    (0x1C01, 13, 20, 0),
    (0x1601, 29, 21, 0),
    (0x5601, 15, 14, 1),
    (0x5401, 16, 14, 0),
    (0x5101, 17, 15, 0),
    (0x4801, 18, 16, 0),
    (0x3801, 19, 17, 0),
    (0x3401, 20, 18, 0),
    (0x3001, 21, 19, 0),
    (0x2801, 22, 19, 0),
    (0x2401, 23, 20, 0),
    (0x2201, 24, 21, 0),
    (0x1C01, 25, 22, 0),
    (0x1801, 26, 23, 0),
    (0x1601, 27, 24, 0),
    (0x1401, 28, 25, 0),
    (0x1201, 29, 26, 0),
    (0x1101, 30, 27, 0),
    (0x0AC1, 31, 28, 0),
    (0x09C1, 32, 29, 0),
    (0x08A1, 33, 30, 0),
    (0x0521, 34, 31, 0),
    (0x0441, 35, 32, 0),
    (0x02A1, 36, 33, 0),
    (0x0221, 37, 34, 0),
    (0x0141, 38, 35, 0),
    (0x0111, 39, 36, 0),
    (0x0085, 40, 37, 0),
    (0x0049, 41, 38, 0),
    (0x0025, 42, 39, 0),
    (0x0015, 43, 40, 0),
    (0x0009, 44, 41, 0),
    (0x0005, 45, 42, 0),
    (0x0001, 45, 43, 0),
    (0x5601, 46, 46, 0),
];

/// A context's state in one word, so that a decision needs one look. From the lowest bit: the more
/// probable symbol (1 bit), at bit 8 the shifts that bring an interval of the probability back to its
/// size, at bits 16 and 24 the places in [`TABLE`] after the more and after the less probable symbol, and
/// the probability in the upper 16 bits.
pub(super) type Context = u64;

const PROBABILITY: u64 = 0xFFFF << 48;

/// All states, with 0 and then with 1 as the more probable symbol; padded so that 7 bits lead to it.
static TABLE: [Context; 128] = table();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn table() -> [Context; 128] {
    let mut table = [0; 128];
    let mut index = 0;
    while index < 94 {
        let symbol = index as u64 & 1;
        let (probability, more, less, switches) = STATES[index / 2];
        let (more, less) = (2 * more + symbol, 2 * less + (symbol ^ switches));
        let shifts = probability.leading_zeros() as u64 - 48;
        table[index] = symbol | shifts << 8 | more << 16 | less << 24 | probability << 48;
        index += 1;
    }
    table
}

/// The context in `state` of table C.2 with 0 as the more probable symbol.
pub(super) fn context(state: usize) -> Context {
    TABLE.get(2 * state).copied().unwrap_or(0)
}

/// Decodes binary decisions of one code-word segment.
///
/// Decisions of medical pictures are hard to foretell, so nothing here branches on them: both outcomes
/// are calculated and one is taken by masks. Bytes are added to the code several at a time, which the
/// standard's decoder does one by one when it needs them; they are the same number.
#[derive(Clone, Copy)]
pub(super) struct Arithmetic<'a> {
    bytes: &'a [u8],
    /// Place of the byte that is added next.
    at: usize,
    /// The interval's size in the upper 16 bits, at least 0x8000 between decisions.
    interval: u64,
    /// The code; its upper 16 bits are compared with the interval.
    code: u64,
    /// Bits below the upper 16 that are filled; the second byte still belongs to these at the start.
    filled: i32,
    /// Whether the byte before was 0xFF.
    after_ones: bool,
}

impl<'a> Arithmetic<'a> {
    /// C.3.5; what follows the segment's end are ones.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let first = bytes.first().copied().unwrap_or(0xFF);
        Arithmetic {
            bytes,
            at: 1,
            interval: 1 << 63,
            code: u64::from(first) << 55,
            filled: -7,
            after_ones: first == 0xFF,
        }
    }

    /// The next decision in this context (C.3.2), 0 or 1.
    #[inline(always)]
    pub(super) fn decide(&mut self, context: &mut Context) -> u32 {
        let state = *context;
        let at = |place: u64| TABLE.get(place as usize & 127).copied().unwrap_or(0);
        let (after_more, after_less) = (at(state >> 16), at(state >> 24));
        if self.filled < 16 {
            self.fill();
        }
        let probability = state & PROBABILITY;
        let rest = self.interval.wrapping_sub(probability);
        // whether the code lies in the part of the interval that the probability stands for
        let is_below = self.code < probability;
        let is_less = is_below ^ (rest < probability);
        // what is left is at least 0x29FF, so it is short of its size by two shifts at most
        let short = (rest >> 63 ^ 1).wrapping_add(u64::from(rest >> 62 == 0));
        let shifts = select_unpredictable(is_below, state >> 8 & 15, short);
        let code = self.code.wrapping_sub(probability);
        self.code = select_unpredictable(is_below, self.code, code) << (shifts & 63);
        self.interval = select_unpredictable(is_below, probability, rest) << (shifts & 63);
        self.filled = self.filled.wrapping_sub(shifts as i32);
        let next = select_unpredictable(is_less, after_less, after_more);
        *context = select_unpredictable(shifts == 0, state, next);
        (state as u32 & 1) ^ u32::from(is_less)
    }

    /// C.3.4: after 0xFF a byte brings seven bits, or is a marker and so the end.
    #[inline(always)]
    fn fill(&mut self) {
        while self.filled <= 32 {
            let next = self.bytes.get(self.at).copied().unwrap_or(0xFF);
            if self.after_ones && next > 0x8F {
                // ones without end
                self.add(0xFF, 8);
            } else {
                self.add(next, if self.after_ones { 7 } else { 8 });
                self.at = self.at.wrapping_add(1);
                self.after_ones = next == 0xFF;
            }
        }
    }

    #[inline(always)]
    fn add(&mut self, byte: u8, bits: i32) {
        self.filled = self.filled.wrapping_add(bits);
        let place = 48_i32.wrapping_sub(self.filled) as u32 & 63;
        self.code = self.code.wrapping_add(u64::from(byte) << place);
    }
}

/// Reads the bits of a segment that is not arithmetically coded.
pub(super) struct RawBits<'a> {
    bytes: &'a [u8],
    at: usize,
    last: u32,
    left: u32,
}

impl<'a> RawBits<'a> {
    /// What follows the segment's end are ones.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        RawBits {
            bytes,
            at: 0,
            last: 0,
            left: 0,
        }
    }

    /// The next bit; after 0xFF a byte brings seven.
    pub(super) fn bit(&mut self) -> u32 {
        if self.left == 0 {
            let next = u32::from(self.bytes.get(self.at).copied().unwrap_or(0xFF));
            self.left = 8;
            if self.last == 0xFF {
                if next > 0x8F {
                    // a marker: the segment is over
                    self.left = 7;
                    return 1;
                }
                self.left = 7;
            }
            self.at = self.at.saturating_add(1);
            self.last = next;
        }
        self.left -= 1;
        self.last >> self.left & 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test sequence of ITU-T T.88 annex H.2, which has the same coder.
    #[test]
    fn the_standards_test_sequence_is_decoded() {
        let coded = [
            0x84, 0xC7, 0x3B, 0xFC, 0xE1, 0xA1, 0x43, 0x04, 0x02, 0x20, 0x00, 0x00, 0x41, 0x0D,
            0xBB, 0x86, 0xF4, 0x31, 0x7F, 0xFF, 0x88, 0xFF, 0x37, 0x47, 0x1A, 0xDB, 0x6A, 0xDF,
            0xFF, 0xAC,
        ];
        let expected = [
            0x00, 0x02, 0x00, 0x51, 0x00, 0x00, 0x00, 0xC0, 0x03, 0x52, 0x87, 0x2A, 0xAA, 0xAA,
            0xAA, 0xAA, 0x82, 0xC0, 0x20, 0x00, 0xFC, 0xD7, 0x9E, 0xF6, 0xBF, 0x7F, 0xED, 0x90,
            0x4F, 0x46, 0xA3, 0xBF,
        ];
        let mut decoder = Arithmetic::new(&coded);
        let mut one = context(0);
        let bytes: Vec<u32> = (0..32)
            .map(|_| (0..8).fold(0, |byte, _| byte << 1 | decoder.decide(&mut one)))
            .collect();
        assert_eq!(bytes, expected);
    }

    #[test]
    fn a_raw_byte_after_ones_brings_seven_bits_and_a_marker_ends_them() {
        let mut bits = RawBits::new(&[0xFF, 0x7F, 0x80, 0xFF, 0x90]);
        let mut take = |count| (0..count).fold(0_u32, |sum, _| sum << 1 | bits.bit());
        assert_eq!((take(8), take(7), take(8)), (0xFF, 0x7F, 0x80));
        assert_eq!((take(8), take(24)), (0xFF, 0xFF_FFFF));
    }
}
