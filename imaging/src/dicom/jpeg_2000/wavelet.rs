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
                *only = only.with(*only, *only, |value, _, _| value / 2);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A line beyond its ends, mirrored at the first and the last sample.
    fn mirrored(line: &[f64], at: i64) -> f64 {
        let last = line.len() as i64 - 1;
        if last == 0 {
            return line[0];
        }
        let at = at.rem_euclid(2 * last);
        line[at.min(2 * last - at) as usize]
    }

    /// One lifting step forwards: every second sample changed by its neighbours (F.4.8).
    fn lifted(line: &[f64], odd: bool, change: impl Fn(f64) -> f64) -> Vec<f64> {
        let step = |(at, value): (usize, &f64)| {
            if (at % 2 == 1) != odd || line.len() == 1 {
                return *value;
            }
            let at = at as i64;
            value + change(mirrored(line, at - 1) + mirrored(line, at + 1))
        };
        line.iter().enumerate().map(step).collect()
    }

    /// Low and then high coefficients of a line that begins at an odd place or not.
    fn split(line: &[f64], begins_odd: bool, reversible: bool) -> Vec<f64> {
        const K: f64 = 1.230_174_104_914_001;
        let high = !begins_odd;
        let line = if reversible {
            let line = lifted(line, high, |sum| -(sum / 2.0).floor());
            lifted(&line, !high, |sum| ((sum + 2.0) / 4.0).floor())
        } else {
            let line = lifted(line, high, |sum| sum * -1.586_134_342_059_924);
            let line = lifted(&line, !high, |sum| sum * -0.052_980_118_572_961);
            let line = lifted(&line, high, |sum| sum * 0.882_911_075_530_934);
            lifted(&line, !high, |sum| sum * 0.443_506_852_043_971)
        };
        let is_single = line.len() == 1;
        let part = |is_high: bool| {
            let line = line.iter().enumerate();
            line.filter(move |(at, _)| (at % 2 == 1) == (is_high != begins_odd))
                .map(move |(_, value)| match (reversible, is_high) {
                    (true, true) if is_single => value * 2.0,
                    (true, _) => *value,
                    (false, _) if is_single => *value,
                    (false, false) => value / K,
                    (false, true) => value * K / 2.0,
                })
        };
        part(false).chain(part(true)).collect()
    }

    /// Splits columns and then rows, and goes on with what is low in both; and the areas, lowest first.
    fn decomposed(
        samples: &[f64],
        area: Area,
        levels: u32,
        reversible: bool,
    ) -> (Vec<f64>, Vec<Area>) {
        let stride = area.width();
        let mut numbers = samples.to_vec();
        let mut areas = vec![area];
        for _ in 0..levels {
            let area = areas[areas.len() - 1];
            let (width, height) = (area.width(), area.height());
            for x in 0..width {
                let column: Vec<f64> = (0..height).map(|y| numbers[y * stride + x]).collect();
                for (y, value) in split(&column, area.y0 % 2 == 1, reversible)
                    .iter()
                    .enumerate()
                {
                    numbers[y * stride + x] = *value;
                }
            }
            for y in 0..height {
                let row = &mut numbers[y * stride..y * stride + width];
                let halves = split(row, area.x0 % 2 == 1, reversible);
                row.copy_from_slice(&halves);
            }
            areas.push(Area {
                x0: area.x0.div_ceil(2),
                y0: area.y0.div_ceil(2),
                x1: area.x1.div_ceil(2),
                y1: area.y1.div_ceil(2),
            });
        }
        areas.reverse();
        (numbers, areas)
    }

    proptest! {
        #[test]
        fn samples_come_back_from_their_bands(
            (x0, y0) in (0..5_u32, 0..5_u32), (width, height) in (1..40_u32, 1..40_u32),
            levels in 0..5_u32, reversible in any::<bool>(), seed in any::<u32>(),
        ) {
            let area = Area { x0, y0, x1: x0 + width, y1: y0 + height };
            let mut state = seed;
            let samples: Vec<f64> = (0..width * height)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    f64::from(state >> 20) - 2048.0
                })
                .collect();
            let (numbers, areas) = decomposed(&samples, area, levels, reversible);
            let stride = area.width();
            if reversible {
                let mut whole: Vec<i32> = numbers.iter().map(|value| *value as i32).collect();
                join::<Reversible>(&mut whole, stride, &areas);
                prop_assert!(whole.iter().zip(&samples).all(|(a, b)| f64::from(*a) == *b));
            } else {
                let mut real: Vec<f32> = numbers.iter().map(|value| *value as f32).collect();
                join::<Irreversible>(&mut real, stride, &areas);
                let near = |(a, b): (&f32, &f64)| (f64::from(*a) - b).abs() < 0.02;
                prop_assert!(real.iter().zip(&samples).all(near));
            }
        }
    }
}
