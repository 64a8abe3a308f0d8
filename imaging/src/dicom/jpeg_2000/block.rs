//! One code block: from its code-word segments to coefficients (ITU-T T.800 annex D).

use super::arithmetic::{Arithmetic, Context, RawBits, context};
use super::significance::{
    EACH_ROW, RUN, SignificanceTable, UNIFORM, Words, as_refined, near_significant, own_bits,
    refinement_context, sign_context, significance_table, significant, surroundings,
    tell_neighbours, visited, with_visited, word,
};

/// Bits of the code block style (table A.19).
pub(super) mod style {
    /// Lower bit planes are not arithmetically coded.
    pub(in super::super) const BYPASS: u8 = 1;
    /// Contexts start anew with each pass.
    pub(super) const RESET: u8 = 2;
    /// Each pass is a segment.
    pub(in super::super) const TERMINATE: u8 = 4;
    /// A stripe does not know the next one.
    pub(super) const CAUSAL: u8 = 8;
    /// Four known symbols end a bit plane.
    pub(super) const SYMBOLS: u8 = 32;
    /// Coded by the high-throughput coder of T.814.
    pub(in super::super) const HIGH_THROUGHPUT: u8 = 64;
}

/// Most coefficients of a block.
pub(super) const MOST: usize = 4096;

/// The bytes and passes of one code-word segment.
pub(super) struct Segment<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) passes: u32,
}

/// How a block is coded.
#[derive(Clone, Copy)]
pub(super) struct BlockCoding {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Orientation of the band: 0 for LL, 1 for HL, 2 for LH, 3 for HH.
    pub(super) orientation: u8,
    /// Code block style.
    pub(super) style: u8,
    /// Bit planes that are coded, at most 30.
    pub(super) planes: u32,
}

/// Room for one block, used again for the next.
pub(super) struct BlockDecoder {
    /// Twice the coefficients: the lowest bit is the half step by which a value lies in the middle of
    /// what it may be. The four of a column together, columns as in the picture, stripe by stripe.
    values: Box<Values>,
    words: Box<Words>,
    /// Coefficients to be refined: their place, and in the lower 16 bits what their context follows from.
    refined: Box<[u32; MOST]>,
    /// Stripes in which the significance pass left something for the clean-up pass.
    unfinished: [bool; MOST / 16],
    contexts: [Context; 32],
}

/// Coefficients by column; a block of powers of two has at most 1024 columns of four.
type Values = [[i32; 4]; MOST / 4];

/// Where a pass is.
#[derive(Clone, Copy)]
struct Column {
    /// Place of its word, and how far the word of the column below is.
    at: usize,
    stride: usize,
    /// Place of its coefficients.
    value: usize,
}

impl BlockDecoder {
    pub(super) fn new() -> Self {
        BlockDecoder {
            values: Box::new([[0; 4]; MOST / 4]),
            words: Box::new([0; 4096]),
            refined: Box::new([0; MOST]),
            unfinished: [true; MOST / 16],
            contexts: [0; 32],
        }
    }

    /// Decodes the segments of a block, of which [`BlockDecoder::row`] then tells.
    pub(super) fn decode<'s>(
        &mut self,
        coding: BlockCoding,
        segments: impl Iterator<Item = Segment<'s>>,
    ) {
        let BlockCoding { width, height, .. } = coding;
        let columns = width * height.div_ceil(4);
        let used = (width + 2) * (height.div_ceil(4) + 2);
        self.values
            .iter_mut()
            .take(columns)
            .for_each(|value| *value = [0; 4]);
        self.words.iter_mut().take(used).for_each(|word| *word = 0);
        self.unfinished = [true; MOST / 16];
        self.reset_contexts();
        self.run_passes(coding, segments);
    }

    /// Doubled coefficients of row `y` of the last block.
    pub(super) fn row(&self, y: usize, width: usize) -> impl Iterator<Item = i32> {
        let columns = self.values.iter().skip(y / 4 * width).take(width);
        columns.map(move |column| column.get(y & 3).copied().unwrap_or(0))
    }

    fn reset_contexts(&mut self) {
        self.contexts = [context(0); 32];
        for (index, state) in [(0, 4), (RUN, 3), (UNIFORM, 46)] {
            if let Some(place) = self.contexts.get_mut(index) {
                *place = context(state);
            }
        }
    }

    fn run_passes<'s>(&mut self, coding: BlockCoding, segments: impl Iterator<Item = Segment<'s>>) {
        let has = |bit| coding.style & bit != 0;
        // the first plane has a clean-up pass only
        let (mut plane, mut kind) = (coding.planes, 2);
        for segment in segments {
            let is_raw = has(style::BYPASS) && plane + 4 <= coding.planes && kind < 2;
            let mut raw = RawBits::new(segment.bytes);
            let mut arithmetic = Arithmetic::new(segment.bytes);
            for _ in 0..segment.passes {
                if plane == 0 {
                    return;
                }
                let mut pass = Pass {
                    decoder: self,
                    coding,
                    // values are doubled: the plane's step is twice as large, its middle the step
                    step: 1 << plane,
                };
                match (kind, is_raw) {
                    (0, false) => pass.significance(&mut arithmetic),
                    (0, true) => pass.raw_significance(&mut raw),
                    (1, false) => pass.refinement(&mut arithmetic),
                    (1, true) => pass.raw_refinement(&mut raw),
                    _ => pass.clean_up(&mut arithmetic),
                }
                if has(style::RESET) && !is_raw {
                    self.reset_contexts();
                }
                kind += 1;
                if kind == 3 {
                    kind = 0;
                    plane -= 1;
                }
            }
        }
    }
}

/// One pass over a block.
struct Pass<'d> {
    decoder: &'d mut BlockDecoder,
    coding: BlockCoding,
    /// Twice the value of the plane's bit.
    step: i32,
}

/// Up to four rows of a block.
#[derive(Clone, Copy)]
struct Stripe {
    number: usize,
    /// Its rows, as bits of [`EACH_ROW`].
    rows: u32,
    width: usize,
}

impl Stripe {
    fn columns(self) -> impl Iterator<Item = Column> {
        let stride = self.width + 2;
        (0..self.width).map(move |x| Column {
            at: (self.number + 1) * stride + 1 + x,
            stride,
            value: self.number * self.width + x,
        })
    }
}

impl BlockCoding {
    fn stripes(self) -> impl Iterator<Item = Stripe> {
        (0..self.height.div_ceil(4)).map(move |number| Stripe {
            number,
            rows: EACH_ROW >> (12 - 3 * (self.height - 4 * number).min(4)),
            width: self.width,
        })
    }
}

impl Pass<'_> {
    fn site(&mut self) -> Site<'_> {
        let BlockDecoder {
            values,
            words,
            contexts,
            unfinished,
            ..
        } = &mut *self.decoder;
        Site {
            values,
            words,
            contexts,
            unfinished,
            table: significance_table(self.coding.orientation),
            step: self.step,
            upwards: self.coding.style & style::CAUSAL == 0,
        }
    }

    /// D.3.1.
    fn significance(&mut self, source: &mut Arithmetic<'_>) {
        let coding = self.coding;
        let mut decoder = *source;
        let mut site = self.site();
        for stripe in coding.stripes() {
            let mut left = 0;
            for column in stripe.columns() {
                left |= site.visit(column, stripe.rows, |site, own, shift| {
                    site.is_significant(&mut decoder, own, shift)
                        .then(|| site.sign(&mut decoder, own, column, shift))
                });
            }
            site.finish(stripe, left == 0);
        }
        *source = decoder;
    }

    /// D.6.
    fn raw_significance(&mut self, source: &mut RawBits<'_>) {
        let coding = self.coding;
        let mut site = self.site();
        for stripe in coding.stripes() {
            let mut left = 0;
            for column in stripe.columns() {
                left |= site.visit(column, stripe.rows, |_, _, _| {
                    (source.bit() == 1).then(|| source.bit())
                });
            }
            site.finish(stripe, left == 0);
        }
    }

    /// Gathers the coefficients that are to be refined; how many they are.
    fn gather_refined(&mut self) -> usize {
        let BlockDecoder {
            words,
            refined: list,
            ..
        } = &mut *self.decoder;
        let mut count = 0;
        for column in self.coding.stripes().flat_map(Stripe::columns) {
            let own = word(words, column.at);
            let wanted = significant(own) & !visited(own);
            if wanted == 0 {
                continue;
            }
            for row in 0..4 {
                if let Some(place) = list.get_mut(count & (MOST - 1)) {
                    let coefficient = column.value << 2 | row;
                    *place = (coefficient as u32) << 16 | surroundings(own, row);
                }
                count += (wanted >> (3 * row) & 1) as usize;
            }
            keep(words, column, own | as_refined(wanted));
        }
        count
    }

    /// D.3.3.
    fn refinement(&mut self, source: &mut Arithmetic<'_>) {
        let count = self.gather_refined();
        let mut decoder = *source;
        let half = self.step >> 1;
        let BlockDecoder {
            values,
            refined,
            contexts,
            ..
        } = &mut *self.decoder;
        for entry in refined.iter().take(count) {
            let bit = decide(&mut decoder, contexts, refinement_context(*entry));
            refine(values, entry >> 16, bit, half);
        }
        *source = decoder;
    }

    /// D.6.
    fn raw_refinement(&mut self, source: &mut RawBits<'_>) {
        let count = self.gather_refined();
        let half = self.step >> 1;
        let BlockDecoder {
            values, refined, ..
        } = &mut *self.decoder;
        for entry in refined.iter().take(count) {
            refine(values, entry >> 16, source.bit(), half);
        }
    }

    /// D.3.4, and D.5 where the plane ends with known symbols.
    fn clean_up(&mut self, source: &mut Arithmetic<'_>) {
        let coding = self.coding;
        let mut decoder = *source;
        let mut site = self.site();
        for stripe in coding.stripes() {
            if site.is_finished(stripe) {
                continue;
            }
            for column in stripe.columns() {
                site.clean_up(&mut decoder, column, stripe.rows);
            }
        }
        if coding.style & style::SYMBOLS != 0 {
            for _ in 0..4 {
                // the symbols show damage; what was decoded stays
                decide(&mut decoder, site.contexts, UNIFORM);
            }
        }
        *source = decoder;
    }
}

/// What a pass that finds coefficients works on.
struct Site<'d> {
    values: &'d mut Values,
    words: &'d mut Words,
    contexts: &'d mut [Context; 32],
    unfinished: &'d mut [bool; MOST / 16],
    table: &'static SignificanceTable,
    step: i32,
    upwards: bool,
}

impl Site<'_> {
    /// The significance pass over one column; `look` gives the sign of what becomes significant. What is
    /// left for the clean-up pass.
    #[inline(always)]
    fn visit(
        &mut self,
        column: Column,
        rows: u32,
        mut look: impl FnMut(&mut Self, u32, u32) -> Option<u32>,
    ) -> u32 {
        let mut own = word(self.words, column.at);
        let mut wanted = near_significant(own) & !significant(own) & rows;
        let mut seen = wanted;
        while wanted != 0 {
            let shift = wanted.trailing_zeros();
            wanted &= wanted - 1;
            if let Some(negative) = look(self, own, shift) {
                own = self.found(own, column, shift, negative);
                let below = 8 << (shift & 15) & rows & !significant(own);
                wanted |= below;
                seen |= below;
            }
        }
        keep(self.words, column, with_visited(own, seen));
        rows & !significant(own) & !seen
    }

    /// The clean-up pass over one column.
    #[inline(always)]
    fn clean_up(&mut self, decoder: &mut Arithmetic<'_>, column: Column, rows: u32) {
        let mut own = word(self.words, column.at);
        let mut wanted = rows & !significant(own) & !visited(own);
        if own == 0 && rows == EACH_ROW {
            if decide(decoder, self.contexts, RUN) == 0 {
                return;
            }
            let mut first = decide(decoder, self.contexts, UNIFORM) << 1;
            first |= decide(decoder, self.contexts, UNIFORM);
            let shift = 3 * first;
            let negative = self.sign(decoder, own, column, shift);
            own = self.found(own, column, shift, negative);
            wanted = EACH_ROW << 3 << shift & EACH_ROW;
        }
        while wanted != 0 {
            let shift = wanted.trailing_zeros();
            wanted &= wanted - 1;
            if self.is_significant(decoder, own, shift) {
                let negative = self.sign(decoder, own, column, shift);
                own = self.found(own, column, shift, negative);
            }
        }
        keep(self.words, column, own);
    }

    fn finish(&mut self, stripe: Stripe, is_finished: bool) {
        if let Some(place) = self.unfinished.get_mut(stripe.number) {
            *place = !is_finished;
        }
    }

    fn is_finished(&self, stripe: Stripe) -> bool {
        self.unfinished.get(stripe.number) == Some(&false)
    }

    #[inline(always)]
    fn is_significant(&mut self, decoder: &mut Arithmetic<'_>, own: u32, shift: u32) -> bool {
        let context = self.table.get((own >> (shift & 15)) as usize & 511);
        let context = usize::from(context.copied().unwrap_or(0));
        decide(decoder, self.contexts, context) == 1
    }

    #[inline(always)]
    fn sign(&mut self, decoder: &mut Arithmetic<'_>, own: u32, column: Column, shift: u32) -> u32 {
        let west = word(self.words, column.at.wrapping_sub(1));
        let east = word(self.words, column.at.wrapping_add(1));
        let (context, turned) = sign_context(west, own, east, shift);
        decide(decoder, self.contexts, context) ^ turned
    }

    /// Notes a coefficient that has become significant; the column's word with it.
    #[inline(always)]
    fn found(&mut self, own: u32, column: Column, shift: u32, negative: u32) -> u32 {
        let middle = self.step | self.step >> 1;
        if let Some(value) = value(self.values, (column.value << 2) | (shift as usize / 3)) {
            *value = if negative == 1 {
                middle.wrapping_neg()
            } else {
                middle
            };
        }
        let place = (column.at, column.stride);
        tell_neighbours(self.words, place, shift, negative, self.upwards);
        own | own_bits(shift, negative)
    }
}

#[inline(always)]
fn keep(words: &mut Words, column: Column, own: u32) {
    if let Some(word) = words.get_mut(column.at & 4095) {
        *word = own;
    }
}

#[inline(always)]
fn decide(decoder: &mut Arithmetic<'_>, contexts: &mut [Context; 32], context: usize) -> u32 {
    match contexts.get_mut(context & 31) {
        Some(context) => decoder.decide(context),
        None => 0,
    }
}

#[inline(always)]
fn value(values: &mut Values, place: usize) -> Option<&mut i32> {
    let column = values.get_mut(place >> 2 & (MOST / 4 - 1))?;
    column.get_mut(place & 3)
}

/// A bit more of a value: half a step away from or towards zero.
#[inline(always)]
fn refine(values: &mut Values, place: u32, bit: u32, half: i32) {
    if let Some(value) = value(values, place as usize) {
        let towards = (bit as i32 ^ 1 ^ (*value >> 31 & 1)).wrapping_neg();
        *value = value.wrapping_add((half ^ towards).wrapping_sub(towards));
    }
}
