//! From bands to samples: the 5/3 and the 9/7 wavelet (ITU-T T.800 annex F).
//!
//! Bands lie side by side, lower resolutions in the upper left corner. Each step joins four of them in
//! place, rows first and then columns, sixteen columns at a time.

use super::grid::Area;

/// Columns that are worked on together.
const LANES: usize = 16;

/// One number or several side by side.
pub(super) trait Lane<N>: Copy + Default {
    /// The same function of each triple of numbers.
    fn with(self, a: Self, b: Self, f: impl Fn(N, N, N) -> N) -> Self;
}

impl<N: Copy + Default> Lane<N> for N {
    #[inline(always)]
    fn with(self, a: N, b: N, f: impl Fn(N, N, N) -> N) -> N {
        f(self, a, b)
    }
}

/// Numbers of neighbouring columns.
#[derive(Clone, Copy)]
struct Columns<N>([N; LANES]);

impl<N: Copy + Default> Default for Columns<N> {
    fn default() -> Self {
        Columns([N::default(); LANES])
    }
}

impl<N: Copy + Default> Lane<N> for Columns<N> {
    #[inline(always)]
    fn with(mut self, a: Self, b: Self, f: impl Fn(N, N, N) -> N) -> Self {
        for ((own, a), b) in self.0.iter_mut().zip(a.0).zip(b.0) {
            *own = f(*own, a, b);
        }
        self
    }
}

/// A wavelet: how a row of low and one of high coefficients become samples.
pub(super) trait Wavelet {
    /// What it calculates in.
    type Number: Copy + Default;

    /// Replaces coefficients by samples; the first sample is a high one where `is_odd`.
    fn lift<L: Lane<Self::Number>>(low: &mut [L], high: &mut [L], is_odd: bool);
}

/// 5/3, without loss (F.3.8.1).
pub(super) struct Reversible;

impl Wavelet for Reversible {
    type Number = i32;

    fn lift<L: Lane<i32>>(low: &mut [L], high: &mut [L], is_odd: bool) {
        if low.is_empty() {
            for only in high {
                *only = only.with(*only, *only, |value, _, _| value >> 1);
            }
            return;
        }
        update(low, high, is_odd, |own, a, b| {
            own.wrapping_sub(a.wrapping_add(b).wrapping_add(2) >> 2)
        });
        update(high, low, !is_odd, |own, a, b| {
            own.wrapping_add(a.wrapping_add(b) >> 1)
        });
    }
}

/// 9/7, with loss (F.3.8.2); high coefficients come at half the size that the standard gives them.
pub(super) struct Irreversible;

impl Wavelet for Irreversible {
    type Number = f32;

    fn lift<L: Lane<f32>>(low: &mut [L], high: &mut [L], is_odd: bool) {
        const ALPHA: f32 = -1.586_134_3;
        const BETA: f32 = -0.052_980_12;
        const GAMMA: f32 = 0.882_911_1;
        const DELTA: f32 = 0.443_506_85;
        const K: f32 = 1.230_174_1;
        if low.is_empty() || high.is_empty() {
            return;
        }
        for value in low.iter_mut() {
            *value = value.with(*value, *value, |value, _, _| value * K);
        }
        for value in high.iter_mut() {
            *value = value.with(*value, *value, |value, _, _| value * (2.0 / K));
        }
        update(low, high, is_odd, |own, a, b| own - (a + b) * DELTA);
        update(high, low, !is_odd, |own, a, b| own - (a + b) * GAMMA);
        update(low, high, is_odd, |own, a, b| own - (a + b) * BETA);
        update(high, low, !is_odd, |own, a, b| own - (a + b) * ALPHA);
    }
}

/// Gives each of `own` its neighbours among `others`: the first of `others` comes before the first of
/// `own` where `follows`. Beyond the ends the others are mirrored.
#[inline(always)]
fn update<N, L: Lane<N>>(
    own: &mut [L],
    others: &[L],
    follows: bool,
    f: impl Fn(N, N, N) -> N + Copy,
) {
    let (Some(first), Some(last)) = (others.first(), others.last()) else {
        return;
    };
    let own = match own.split_first_mut() {
        Some((start, rest)) if !follows => {
            *start = start.with(*first, *first, f);
            rest
        }
        Some(_) => own,
        None => return,
    };
    let (inner, end) = own.split_at_mut(own.len().min(others.len() - 1));
    let after = others.get(1..).unwrap_or_default();
    for ((value, a), b) in inner.iter_mut().zip(others).zip(after) {
        *value = value.with(*a, *b, f);
    }
    for value in end {
        *value = value.with(*last, *last, f);
    }
}

/// Joins the bands of all resolutions (lowest first) in rows of `stride` numbers.
pub(super) fn join<W: Wavelet>(numbers: &mut [W::Number], stride: usize, resolutions: &[Area]) {
    for pair in resolutions.windows(2) {
        if let [below, whole] = pair
            && !whole.is_empty()
        {
            join_rows::<W>(numbers, stride, below, whole);
            join_columns::<W>(numbers, stride, below, whole);
        }
    }
}

fn join_rows<W: Wavelet>(numbers: &mut [W::Number], stride: usize, below: &Area, whole: &Area) {
    let width = whole.width();
    let is_odd = whole.x0 % 2 == 1;
    let mut low = vec![W::Number::default(); below.width()];
    let mut high = vec![W::Number::default(); width - below.width().min(width)];
    for row in numbers.chunks_mut(stride.max(1)).take(whole.height()) {
        let Some((left, right)) = row
            .get_mut(..width)
            .and_then(|r| r.split_at_mut_checked(low.len()))
        else {
            return;
        };
        low.copy_from_slice(left);
        high.copy_from_slice(right);
        W::lift(&mut low, &mut high, is_odd);
        let row = row.get_mut(..width).unwrap_or_default();
        let (even, odd) = if is_odd { (&high, &low) } else { (&low, &high) };
        let pairs = row.chunks_mut(2);
        for (index, pair) in pairs.enumerate() {
            let values = [even.get(index), odd.get(index)];
            for (place, value) in pair.iter_mut().zip(values) {
                *place = value.copied().unwrap_or_default();
            }
        }
    }
}

fn join_columns<W: Wavelet>(numbers: &mut [W::Number], stride: usize, below: &Area, whole: &Area) {
    let (width, height) = (whole.width(), whole.height());
    let is_odd = whole.y0 % 2 == 1;
    let split = below.height().min(height);
    let mut low = vec![Columns::<W::Number>::default(); split];
    let mut high = vec![Columns::<W::Number>::default(); height - split];
    for start in (0..width).step_by(LANES) {
        let end = (start + LANES).min(width);
        let lines = low.iter_mut().chain(&mut high);
        for (line, row) in lines.zip(numbers.chunks(stride.max(1))) {
            let source = row.get(start..end).unwrap_or_default();
            for (place, value) in line.0.iter_mut().zip(source) {
                *place = *value;
            }
        }
        W::lift(&mut low, &mut high, is_odd);
        let (mut even, mut odd) = (low.iter(), high.iter());
        let mut is_high = is_odd;
        for row in numbers.chunks_mut(stride.max(1)).take(height) {
            let line = if is_high { odd.next() } else { even.next() };
            is_high = !is_high;
            let target = row.get_mut(start..end).unwrap_or_default();
            if let Some(line) = line {
                for (place, value) in target.iter_mut().zip(line.0) {
                    *place = value;
                }
            }
        }
    }
}
