//! Krippendorff's alpha (Hayes & Krippendorff 2007, doi:10.1080/19312450709336664).

use super::Scale;
use crate::figure::{Figure, Reason, Reasons};
use crate::resampling::{SEED, percentile_limits, resampled};
use rayon::prelude::*;
use serde::Serialize;

/// Resamples of items for the interval.
const RESAMPLES: usize = 2000;
/// Different values beyond which all pairs of them are too many to be resampled.
const MOST_VALUES: usize = 500;
/// Different values beyond which all pairs of them are too many.
const MOST_IN_SUM: usize = 50_000;
/// Steps that all resamples together may take.
const MOST_WORK: usize = 2_000_000_000;

/// Alpha with the percentile interval of resampled items.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlphaFigures {
    /// Alpha.
    pub estimate: Option<f64>,
    /// Lower 95 % limit.
    pub ci_low: Option<f64>,
    /// Upper 95 % limit.
    pub ci_high: Option<f64>,
    /// Resamples of items behind the limits; 0 without limits.
    pub resamples: usize,
    /// Their seed.
    pub seed: u64,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Alpha of ratings given as positions in an ordered list of values.
///
/// `values` are the numbers of the positions (ranks for names). `undefined` is the reason where
/// nothing differs.
pub(crate) fn krippendorff_alpha(
    coded: &[Vec<Option<usize>>],
    values: &[f64],
    scale: Scale,
    undefined: Reason,
) -> AlphaFigures {
    let paired = Paired::new(coded, values, scale);
    let all: Vec<usize> = (0..paired.units.len()).collect();
    let estimate = paired.estimate(&all, undefined);
    let resamples = paired.resamples();
    let limits = estimate.and_then(|_| paired.limits(resamples));
    let mut reasons = Reasons::default();
    AlphaFigures {
        estimate: reasons.settle("estimate", estimate),
        ci_low: reasons.settle("ci_low", limits.map(|[low, _]| low)),
        ci_high: reasons.settle("ci_high", limits.map(|[_, high]| high)),
        resamples: if limits.is_ok() { resamples } else { 0 },
        seed: SEED,
        reasons,
    }
}

/// Values in order, and the scale that tells how much two of them differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Valued<'a> {
    pub(crate) values: &'a [f64],
    pub(crate) scale: Scale,
}

/// Alpha of the matrix of coincidences of all values, row by row.
pub(crate) fn alpha_of_coincidences(
    coincidences: &[f64],
    of: Valued<'_>,
    undefined: Reason,
) -> Figure {
    let q = of.values.len();
    let row = |a: usize| coincidences[a * q..(a + 1) * q].iter();
    let totals: Vec<f64> = (0..q).map(|a| row(a).sum()).collect();
    let n: f64 = totals.iter().sum();
    if n == 0.0 {
        return Err(Reason::TooFewItems);
    }
    let metric = Metric::new(of, &totals);
    let mut observed = 0.0;
    for a in 0..q {
        let differing = row(a).enumerate();
        observed += differing
            .map(|(b, share)| share * metric.difference(a, b))
            .sum::<f64>();
    }
    let expected = metric.expected(&totals);
    if expected == 0.0 {
        return Err(undefined);
    }
    Ok(1.0 - (n - 1.0) * observed / expected)
}

/// Items with two or more ratings; the others drop out.
struct Paired<'a> {
    units: Vec<Vec<usize>>,
    of: Valued<'a>,
}

impl<'a> Paired<'a> {
    fn new(coded: &[Vec<Option<usize>>], values: &'a [f64], scale: Scale) -> Self {
        let rated = coded
            .iter()
            .map(|row| row.iter().copied().flatten().collect::<Vec<_>>());
        Self {
            units: rated.filter(|unit| unit.len() >= 2).collect(),
            of: Valued { values, scale },
        }
    }

    /// Alpha of all items.
    fn estimate(&self, all: &[usize], undefined: Reason) -> Figure {
        if self.of.scale == Scale::Interval {
            let sums = self.interval_sums();
            if sums.is_empty() {
                return Err(Reason::TooFewItems);
            }
            let total = sums.iter().fold(UnitSums::default(), UnitSums::and);
            return total.alpha().ok_or(undefined);
        }
        if self.of.scale == Scale::Ratio && self.of.values.len() > MOST_IN_SUM {
            return Err(Reason::TooManyValues);
        }
        self.of_items(all, undefined)
    }

    /// Fewer resamples where each is much work, but not below 200.
    fn resamples(&self) -> usize {
        let q = self.of.values.len();
        let pairs = self.units.iter().map(|unit| unit.len() * unit.len());
        let work = match self.of.scale {
            Scale::Interval => self.units.len(),
            Scale::Nominal | Scale::Ordinal => pairs.sum::<usize>() + q,
            Scale::Ratio => pairs.sum::<usize>() + q * q,
        };
        (MOST_WORK / work.max(1)).clamp(200, RESAMPLES)
    }

    /// Alpha of chosen items.
    fn of_items(&self, chosen: &[usize], undefined: Reason) -> Figure {
        let mut totals = vec![0.0; self.of.values.len()];
        for &code in chosen.iter().flat_map(|&unit| &self.units[unit]) {
            totals[code] += 1.0;
        }
        let n: f64 = totals.iter().sum();
        if n == 0.0 {
            return Err(Reason::TooFewItems);
        }
        let metric = Metric::new(self.of, &totals);
        let observed = chosen.iter().map(|&unit| {
            let rated = &self.units[unit];
            let pairs = rated.iter().enumerate().flat_map(|(n, &a)| {
                let others = rated[n + 1..].iter();
                others.map(move |&b| (a, b))
            });
            let sum: f64 = pairs.map(|(a, b)| metric.difference(a, b)).sum();
            2.0 * sum / (rated.len() - 1) as f64
        });
        let observed: f64 = observed.sum();
        let expected = metric.expected(&totals);
        if expected == 0.0 {
            return Err(undefined);
        }
        Ok(1.0 - (n - 1.0) * observed / expected)
    }

    /// Percentile interval of resampled items.
    fn limits(&self, resamples: usize) -> Result<[f64; 2], Reason> {
        let n = self.units.len();
        let alphas = if self.of.scale == Scale::Interval {
            let sums = self.interval_sums();
            resampled(n, resamples, SEED, |draw| {
                let drawn = (0..n).fold(UnitSums::default(), |all, _| all.and(&sums[draw.place()]));
                drawn.alpha()
            })
        } else if self.of.scale == Scale::Ratio && self.of.values.len() > MOST_VALUES {
            return Err(Reason::TooManyValues);
        } else {
            resampled(n, resamples, SEED, |draw| {
                let chosen: Vec<usize> = (0..n).map(|_| draw.place()).collect();
                self.of_items(&chosen, Reason::ZeroVariance).ok()
            })
        };
        percentile_limits(&alphas)
    }

    /// On the interval scale both disagreements follow from sums over the items. Values are taken
    /// from their mean, so that nothing cancels.
    fn interval_sums(&self) -> Vec<UnitSums> {
        let all = || {
            self.units
                .iter()
                .flatten()
                .map(|&code| self.of.values[code])
        };
        let mean = all().sum::<f64>() / all().count().max(1) as f64;
        let of_unit = |unit: &Vec<usize>| {
            let m = unit.len() as f64;
            let values = || unit.iter().map(|&code| self.of.values[code] - mean);
            let (sum, squares) = (values().sum::<f64>(), values().map(|x| x * x).sum::<f64>());
            UnitSums {
                n: m,
                sum,
                squares,
                observed: 2.0 * (m * squares - sum * sum) / (m - 1.0),
            }
        };
        self.units.iter().map(of_unit).collect()
    }
}

/// What one item, or several together, add on the interval scale.
#[derive(Debug, Clone, Copy, Default)]
struct UnitSums {
    n: f64,
    sum: f64,
    squares: f64,
    observed: f64,
}

impl UnitSums {
    fn and(self, other: &Self) -> Self {
        Self {
            n: self.n + other.n,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
            observed: self.observed + other.observed,
        }
    }

    fn alpha(&self) -> Option<f64> {
        let expected = 2.0 * (self.n * self.squares - self.sum * self.sum);
        // of equal values nothing but rounding is left
        (expected > 1e-12 * self.n * self.squares)
            .then(|| 1.0 - (self.n - 1.0) * self.observed / expected)
    }
}

/// Squared difference of two values on a scale.
struct Metric<'a> {
    of: Valued<'a>,
    /// Place of each rank: half of its own ratings after all lower ones.
    places: Vec<f64>,
}

impl<'a> Metric<'a> {
    fn new(of: Valued<'a>, totals: &[f64]) -> Self {
        let mut below = 0.0;
        let places = totals
            .iter()
            .map(|total| {
                let place = below + total / 2.0;
                below += total;
                place
            })
            .collect();
        Self { of, places }
    }

    fn difference(&self, a: usize, b: usize) -> f64 {
        let (x, y) = (self.of.values[a], self.of.values[b]);
        match self.of.scale {
            Scale::Nominal => f64::from(u8::from(a != b)),
            Scale::Ordinal => (self.places[a] - self.places[b]).powi(2),
            Scale::Interval => (x - y).powi(2),
            Scale::Ratio if x + y == 0.0 => 0.0,
            Scale::Ratio => ((x - y) / (x + y)).powi(2),
        }
    }

    /// Sum of the differences over all ordered pairs of ratings.
    fn expected(&self, totals: &[f64]) -> f64 {
        let n: f64 = totals.iter().sum();
        match self.of.scale {
            Scale::Nominal => n * n - totals.iter().map(|total| total * total).sum::<f64>(),
            // the mean of the places is n / 2
            Scale::Ordinal => {
                let spread = totals.iter().zip(&self.places);
                2.0 * n
                    * spread
                        .map(|(total, place)| total * (place - n / 2.0).powi(2))
                        .sum::<f64>()
            }
            Scale::Interval | Scale::Ratio => {
                let used: Vec<usize> = (0..totals.len()).filter(|&a| totals[a] > 0.0).collect();
                let of_value = |&a: &usize| -> f64 {
                    let others = used.iter().map(|&b| totals[b] * self.difference(a, b));
                    totals[a] * others.sum::<f64>()
                };
                // summed up in the order of the values, however many threads there are
                used.par_iter()
                    .map(of_value)
                    .collect::<Vec<f64>>()
                    .iter()
                    .sum()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_one_and_a_single_value_is_undefined() {
        let same = vec![vec![Some(0), Some(0)], vec![Some(1), Some(1)]];
        let alpha = |rows: &[Vec<Option<usize>>], scale| {
            let paired = Paired::new(rows, &[1.0, 2.0], scale);
            let all: Vec<usize> = (0..paired.units.len()).collect();
            paired.of_items(&all, Reason::SingleCategory)
        };
        for scale in [
            Scale::Nominal,
            Scale::Ordinal,
            Scale::Interval,
            Scale::Ratio,
        ] {
            assert_eq!(alpha(&same, scale), Ok(1.0));
            assert_eq!(alpha(&same[..1], scale), Err(Reason::SingleCategory));
        }
        assert_eq!(
            alpha(&[vec![Some(0), None]], Scale::Nominal),
            Err(Reason::TooFewItems)
        );
    }

    #[test]
    fn sums_over_the_items_give_the_alpha_of_all_pairs() {
        let rows = [[3, 4, 4], [0, 0, 1], [2, 2, 2], [5, 3, 4]];
        let coded: Vec<Vec<Option<usize>>> =
            rows.iter().map(|row| row.map(Some).to_vec()).collect();
        let values = [1000.0, 1001.5, 1002.0, 1007.0, 1008.0, 1011.0];
        let paired = Paired::new(&coded, &values, Scale::Interval);
        let sums = paired.interval_sums();
        let by_sums = sums.iter().fold(UnitSums::default(), UnitSums::and).alpha();
        let by_pairs = paired
            .of_items(&[0, 1, 2, 3], Reason::ZeroVariance)
            .unwrap();
        assert!((by_sums.unwrap() - by_pairs).abs() < 1e-9);
    }

    #[test]
    fn the_interval_holds_the_estimate_and_is_the_same_on_any_number_of_threads() {
        let coded: Vec<Vec<Option<usize>>> = (0..40)
            .map(|n| {
                vec![
                    Some(n % 3),
                    Some(if n % 7 == 0 { (n + 1) % 3 } else { n % 3 }),
                ]
            })
            .collect();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| {
                krippendorff_alpha(
                    &coded,
                    &[0.0, 1.0, 2.0],
                    Scale::Ordinal,
                    Reason::ZeroVariance,
                )
            })
        };
        let figures = with(1);
        assert_eq!(figures, with(3));
        let (low, alpha, high) = (figures.ci_low, figures.estimate, figures.ci_high);
        assert!(low < alpha && alpha < high, "{low:?} {alpha:?} {high:?}");
    }
}
