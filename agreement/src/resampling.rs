//! Seeded resampling with replacement: each resample has a stream of its own, so that the number of
//! threads changes no figure.

use crate::figure::Reason;
use crate::mask::percentile_sorted;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Fewer cases than this are indicative only: resampling them says nothing, and the range is printed
/// instead of an interval.
pub(crate) const FEW_CASES: usize = 10;
/// Resamples and seed where nobody asked for others.
pub(crate) const SEED: u64 = 1;

/// Draws one of `n` things after the other, with replacement.
pub(crate) struct Draw {
    random: ChaCha8Rng,
    n: u32,
}

impl Draw {
    /// The place of the next one.
    pub(crate) fn place(&mut self) -> usize {
        self.random.random_range(0..self.n) as usize
    }
}

/// Sorted statistics of `resamples` draws of `n` of `n` things; a statistic may be undefined, as where
/// all drawn things are alike.
pub(crate) fn resampled(
    n: usize,
    resamples: usize,
    seed: u64,
    statistic: impl Fn(&mut Draw) -> Option<f64> + Sync,
) -> Vec<f64> {
    let drawn = drawn(n, resamples, seed, statistic);
    let mut values: Vec<f64> = drawn.into_iter().flatten().collect();
    values.par_sort_unstable_by(f64::total_cmp);
    values
}

/// As [`resampled`], of several statistics of the same draws.
pub(crate) fn resampled_together(
    n: usize,
    resamples: usize,
    seed: u64,
    n_statistics: usize,
    statistics: impl Fn(&mut Draw) -> Vec<Option<f64>> + Sync,
) -> Vec<Vec<f64>> {
    let drawn = drawn(n, resamples, seed, statistics);
    let sorted = (0..n_statistics).map(|place| {
        let mut values: Vec<f64> = drawn.iter().filter_map(|of_draw| of_draw[place]).collect();
        values.sort_unstable_by(f64::total_cmp);
        values
    });
    sorted.collect()
}

/// What each draw gives, in their order; nothing below two things.
fn drawn<T: Send>(
    n: usize,
    resamples: usize,
    seed: u64,
    of_draw: impl Fn(&mut Draw) -> T + Sync,
) -> Vec<T> {
    let Some(n) = u32::try_from(n).ok().filter(|n| *n > 1) else {
        return Vec::new();
    };
    let first = ChaCha8Rng::seed_from_u64(seed);
    (0..resamples)
        .into_par_iter()
        .with_min_len(64)
        .map(|resample| {
            let mut random = first.clone();
            random.set_stream(resample as u64);
            of_draw(&mut Draw { random, n })
        })
        .collect()
}

/// 95 % limits: the 2.5th and 97.5th percentile of sorted statistics.
pub(crate) fn percentile_limits(sorted: &[f64]) -> Result<[f64; 2], Reason> {
    if sorted.is_empty() {
        return Err(Reason::TooFewItems);
    }
    Ok([2.5, 97.5].map(|percent| percentile_sorted(sorted, percent)))
}
