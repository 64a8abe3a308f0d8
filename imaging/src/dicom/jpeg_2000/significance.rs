//! What the three coding passes know of a coefficient and its neighbours, and the contexts that follow
//! from it (ITU-T T.800 annex D.3).
//!
//! One word stands for four coefficients, one above the other: a column of a stripe. Its bits:
//!
//! | bits | of |
//! | --- | --- |
//! | 0 to 17 | significance of the 3 × 6 coefficients around and in the column, row by row |
//! | 18 | whether the coefficient above the column is negative |
//! | 19, 22, 25, 28 | whether its coefficients are negative |
//! | 20, 23, 26, 29 | whether they were refined before |
//! | 21, 24, 27, 30 | whether they were visited in this bit plane |
//! | 31 | whether the coefficient below the column is negative |
//!
//! So the bits of each coefficient lie three further than those of the one above it.

/// One bit for each coefficient of a column, as [`significant`] and its like give them.
pub(super) const EACH_ROW: u32 = 0b10_0100_1001;

/// Which coefficients of the column are significant: bits 0, 3, 6, 9.
#[inline(always)]
pub(super) fn significant(own: u32) -> u32 {
    own >> 4 & EACH_ROW
}

/// Which were visited in this bit plane.
#[inline(always)]
pub(super) fn visited(own: u32) -> u32 {
    own >> 21 & EACH_ROW
}

/// What the context of refining coefficient `row` follows from.
#[inline(always)]
pub(super) fn surroundings(own: u32, row: usize) -> u32 {
    (own >> (3 * row) & 0x1EF) | (own >> (11 + 3 * row) & 0x200)
}

/// The context that follows from what [`surroundings`] gave (table D.4).
#[inline(always)]
pub(super) fn refinement_context(surroundings: u32) -> usize {
    let has_near = usize::from(surroundings & 0x1EF != 0);
    if surroundings & 0x200 != 0 {
        REFINEMENT + 2
    } else {
        REFINEMENT + has_near
    }
}

/// Which have significant neighbours.
#[inline(always)]
pub(super) fn near_significant(own: u32) -> u32 {
    let own = own & 0x3_FFFF;
    let sides = own | own >> 2;
    let all = sides | own >> 1;
    (all | sides >> 3 | all >> 6) & EACH_ROW
}

/// The word with exactly these coefficients visited.
#[inline(always)]
pub(super) fn with_visited(own: u32, rows: u32) -> u32 {
    own & !(EACH_ROW << 21) | rows << 21
}

/// Bits of a word that say of these coefficients that they were refined.
#[inline(always)]
pub(super) fn as_refined(rows: u32) -> u32 {
    rows << 20
}

/// Contexts of the first refinement without and with significant neighbours, and of all later ones.
const REFINEMENT: usize = 14;
/// Context of a column without significant neighbours.
pub(super) const RUN: usize = 17;
/// Context of evenly spread symbols.
pub(super) const UNIFORM: usize = 18;
const SIGN: u8 = 9;

/// The words of a block of at most 4096 coefficients, with a column and a stripe around it: at most
/// 3078, for a block of 1024 × 4.
pub(super) type Words = [u32; 4096];

/// A word by its place.
#[inline(always)]
pub(super) fn word(words: &Words, at: usize) -> u32 {
    words.get(at & 4095).copied().unwrap_or(0)
}

/// Sets bits of a word.
#[inline(always)]
pub(super) fn set(words: &mut Words, at: usize, bits: u32) {
    if let Some(word) = words.get_mut(at & 4095) {
        *word |= bits;
    }
}

/// The bits of its own word that a coefficient has once it is significant; `shift` is three times its
/// row.
#[inline(always)]
pub(super) fn own_bits(shift: u32, negative: u32) -> u32 {
    (1 << 4 | negative << 19) << (shift & 15)
}

/// Tells the words around `at` that its coefficient at `shift` is significant. `upwards` is false where a
/// stripe must not know the next one.
#[inline(always)]
pub(super) fn tell_neighbours(
    words: &mut Words,
    (at, stride): (usize, usize),
    shift: u32,
    negative: u32,
    upwards: bool,
) {
    set(words, at.wrapping_sub(1), 1 << 5 << (shift & 15));
    set(words, at.wrapping_add(1), 1 << 3 << (shift & 15));
    if shift == 0 && upwards {
        let above = at.wrapping_sub(stride);
        set(words, above.wrapping_sub(1), 1 << 17);
        set(words, above, 1 << 16 | negative << 31);
        set(words, above.wrapping_add(1), 1 << 15);
    }
    if shift == 9 {
        let below = at.wrapping_add(stride);
        set(words, below.wrapping_sub(1), 1 << 2);
        set(words, below, 1 << 1 | negative << 18);
        set(words, below.wrapping_add(1), 1);
    }
}

/// Contexts of significance by the nine bits around a coefficient (table D.1).
pub(super) type SignificanceTable = [u8; 512];

/// The table of a band with this orientation: 0 for LL, 1 for HL, 2 for LH, 3 for HH.
pub(super) fn significance_table(orientation: u8) -> &'static SignificanceTable {
    static TABLES: [SignificanceTable; 3] = [
        significance_contexts(0),
        significance_contexts(1),
        significance_contexts(3),
    ];
    let [upright, swapped, diagonal] = &TABLES;
    match orientation {
        1 => swapped,
        3 => diagonal,
        _ => upright,
    }
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn significance_contexts(orientation: u8) -> SignificanceTable {
    let mut table = [0; 512];
    let mut bits = 0;
    while bits < 512 {
        let diagonal = (bits & 1) + (bits >> 2 & 1) + (bits >> 6 & 1) + (bits >> 8 & 1);
        let vertical = (bits >> 1 & 1) + (bits >> 7 & 1);
        let horizontal = (bits >> 3 & 1) + (bits >> 5 & 1);
        table[bits] = match orientation {
            3 => match (diagonal, horizontal + vertical) {
                (0, 0) => 0,
                (0, 1) => 1,
                (0, _) => 2,
                (1, 0) => 3,
                (1, 1) => 4,
                (1, _) => 5,
                (2, 0) => 6,
                (2, _) => 7,
                _ => 8,
            },
            _ => {
                let (along, across) = if orientation == 1 {
                    (vertical, horizontal)
                } else {
                    (horizontal, vertical)
                };
                match (along, across, diagonal) {
                    (2, _, _) => 8,
                    (1, 1 | 2, _) => 7,
                    (1, 0, 0) => 5,
                    (1, 0, _) => 6,
                    (0, 2, _) => 4,
                    (0, 1, _) => 3,
                    (0, 0, 0) => 0,
                    (0, 0, 1) => 1,
                    _ => 2,
                }
            }
        };
        bits += 1;
    }
    table
}

/// The context of a sign, and in bit 7 whether the decision is to be turned round.
#[inline(always)]
pub(super) fn sign_context(west: u32, own: u32, east: u32, shift: u32) -> (usize, u32) {
    let shift = shift & 15;
    // significance of the neighbours above, left, right and below: bits 1, 3, 5 and 7
    let significant = own >> shift & 0b1010_1010;
    let above = if shift == 0 { 18 } else { 16 + shift };
    let negative = (west >> (19 + shift) & 1)
        | (east >> (19 + shift) & 1) << 2
        | (own >> above & 1) << 4
        | (own >> (22 + shift) & 1) << 6;
    let entry = SIGNS.get((significant | negative) as usize & 255);
    let entry = entry.copied().unwrap_or(0);
    (usize::from(entry & 31), u32::from(entry >> 7))
}

static SIGNS: [u8; 256] = sign_contexts();

/// Tables D.2 and D.3: odd bits tell which neighbours are significant, even bits which are negative, as
/// [`sign_context`] gathers them.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn sign_contexts() -> [u8; 256] {
    const fn towards(significant: usize, negative: usize) -> i32 {
        significant as i32 * (1 - 2 * negative as i32)
    }
    const fn limited(sum: i32) -> i32 {
        if sum > 1 {
            1
        } else if sum < -1 {
            -1
        } else {
            sum
        }
    }
    let mut table = [0; 256];
    let mut bits = 0;
    while bits < 256 {
        let (above, left) = (
            towards(bits >> 1 & 1, bits >> 4 & 1),
            towards(bits >> 3 & 1, bits & 1),
        );
        let (right, below) = (
            towards(bits >> 5 & 1, bits >> 2 & 1),
            towards(bits >> 7 & 1, bits >> 6 & 1),
        );
        let (horizontal, vertical) = (limited(left + right), limited(above + below));
        let turned = horizontal < 0 || (horizontal == 0 && vertical < 0);
        let (horizontal, vertical) = if turned {
            (-horizontal, -vertical)
        } else {
            (horizontal, vertical)
        };
        let context = match (horizontal, vertical) {
            (0, 0) => SIGN,
            (0, _) => SIGN + 1,
            (_, -1) => SIGN + 2,
            (_, 0) => SIGN + 3,
            _ => SIGN + 4,
        };
        table[bits] = context | (turned as u8) << 7;
        bits += 1;
    }
    table
}
