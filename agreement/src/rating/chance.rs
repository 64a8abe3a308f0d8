//! Chance-corrected agreement of any number of readers with missing ratings: Fleiss' kappa,
//! Gwet's AC1/AC2, Brennan-Prediger (Gwet 2008, doi:10.1348/000711006X126600; Handbook 2014).

use super::weights::Weights;
use crate::distribution::t_quantile;
use crate::figure::{Figure, Reason, Reasons};
use serde::Serialize;

/// Estimate with standard error by items and its t interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChanceCorrected {
    /// The coefficient.
    pub estimate: Option<f64>,
    /// Standard error (items sampled).
    pub se: Option<f64>,
    /// Lower 95 % limit, t(n - 1), clipped to [-1, 1].
    pub ci_low: Option<f64>,
    /// Upper 95 % limit.
    pub ci_high: Option<f64>,
    /// Standard error under agreement by chance (Fleiss' kappa only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub se_null: Option<Option<f64>>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// How agreement by chance is modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chance {
    /// Fleiss 1971 (doi:10.1037/h0031619), generalised to unequal numbers of ratings.
    Fleiss,
    /// Gwet's AC1 and AC2.
    Gwet,
    /// Brennan & Prediger 1981 (doi:10.1177/001316448104100307).
    BrennanPrediger,
}

/// Numbers of ratings: how many readers put each item into each category; items without any
/// rating are left out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RatingCounts {
    pub(crate) rows: Vec<Vec<u32>>,
    pub(crate) n_categories: usize,
}

impl RatingCounts {
    pub(crate) fn new(coded: &[Vec<Option<usize>>], n_categories: usize) -> Self {
        let count = |row: &Vec<Option<usize>>| {
            let mut counts = vec![0; n_categories];
            for category in row.iter().flatten() {
                counts[*category] += 1;
            }
            counts
        };
        let rows = coded
            .iter()
            .map(count)
            .filter(|row| row.iter().sum::<u32>() > 0)
            .collect();
        Self { rows, n_categories }
    }

    /// Mean over items with two or more ratings of the share of agreeing pairs.
    pub(crate) fn observed_agreement(&self) -> Figure {
        let shares: Vec<f64> = self
            .rows
            .iter()
            .filter_map(|row| {
                let n: u32 = row.iter().sum();
                let agreeing: u32 = row.iter().map(|&k| k * k.saturating_sub(1)).sum();
                (n >= 2).then(|| f64::from(agreeing) / f64::from(n * (n - 1)))
            })
            .collect();
        if shares.is_empty() {
            return Err(Reason::TooFewItems);
        }
        Ok(shares.iter().sum::<f64>() / shares.len() as f64)
    }

    /// Ratings of each category.
    pub(crate) fn n_ratings(&self) -> Vec<u64> {
        (0..self.n_categories)
            .map(|k| self.rows.iter().map(|row| u64::from(row[k])).sum())
            .collect()
    }

    /// Agreement on each category (Cicchetti & Feinstein 1990): among pairs of readers of which
    /// one chose it, how often the other did.
    pub(crate) fn specific_agreement(&self) -> Vec<Figure> {
        (0..self.n_categories)
            .map(|category| {
                let (mut agreeing, mut pairs) = (0_u64, 0_u64);
                for row in &self.rows {
                    let n: u32 = row.iter().sum();
                    let k = row[category];
                    agreeing += u64::from(k * k.saturating_sub(1));
                    pairs += u64::from(k * (n - 1));
                }
                crate::figure::ratio(agreeing, pairs, Reason::ZeroDenominator)
            })
            .collect()
    }
}

/// Coefficient of one model with weights and its interval.
pub(crate) fn chance_corrected(
    counts: &RatingCounts,
    weights: &Weights,
    chance: Chance,
) -> ChanceCorrected {
    let mut reasons = Reasons::default();
    let (estimate, se) = match estimate_with_error(counts, weights, chance) {
        Ok((estimate, se)) => (Ok(estimate), se),
        Err(reason) => (Err(reason), Err(reason)),
    };
    let limits = se.and_then(|se| {
        let t = t_quantile(0.975, counts.rows.len() as f64 - 1.0);
        estimate.map(|k| [(k - t * se).max(-1.0), (k + t * se).min(1.0)])
    });
    ChanceCorrected {
        estimate: reasons.settle("estimate", estimate),
        se: reasons.settle("se", se),
        ci_low: reasons.settle("ci_low", limits.map(|[low, _]| low)),
        ci_high: reasons.settle("ci_high", limits.map(|[_, high]| high)),
        se_null: None,
        reasons,
    }
}

/// Estimate, and its standard error if there are two items.
fn estimate_with_error(
    counts: &RatingCounts,
    weights: &Weights,
    chance: Chance,
) -> Result<(f64, Figure), Reason> {
    let q = counts.n_categories;
    let n = counts.rows.len() as f64;
    if q < 2 {
        return Err(Reason::SingleCategory);
    }
    let totals: Vec<f64> = counts
        .rows
        .iter()
        .map(|row| f64::from(row.iter().sum::<u32>()))
        .collect();
    let paired = totals.iter().filter(|total| **total >= 2.0).count() as f64;
    if paired == 0.0 {
        return Err(Reason::TooFewItems);
    }
    let agreement = |row: &[u32], total: f64| {
        let chosen = || (0..q).filter(|&k| row[k] > 0);
        let weighted =
            |k: usize| -> f64 { chosen().map(|l| weights.at(k, l) * f64::from(row[l])).sum() };
        let sum: f64 = chosen()
            .map(|k| f64::from(row[k]) * (weighted(k) - 1.0))
            .sum();
        sum / (total * (total - 1.0))
    };
    let agreements: Vec<Option<f64>> = counts
        .rows
        .iter()
        .zip(&totals)
        .map(|(row, &total)| (total >= 2.0).then(|| agreement(row, total)))
        .collect();
    let observed = agreements.iter().flatten().sum::<f64>() / paired;
    let by_item = chance_by_item(counts, &totals, weights, chance);
    let expected = by_item.overall;
    if (1.0 - expected).abs() < 1e-12 {
        return Err(Reason::SingleCategory);
    }
    let kappa = (observed - expected) / (1.0 - expected);
    if counts.rows.len() < 2 {
        return Ok((kappa, Err(Reason::TooFewItems)));
    }
    let squares: f64 = agreements
        .iter()
        .zip(&by_item.items)
        .map(|(agreement, by_chance)| {
            let own = agreement.map_or(0.0, |agreement| {
                n / paired * (agreement - expected) / (1.0 - expected)
            });
            let shift = 2.0 * (1.0 - kappa) * (by_chance - expected) / (1.0 - expected);
            (own - shift - kappa).powi(2)
        })
        .sum();
    Ok((kappa, Ok((squares / (n * (n - 1.0))).sqrt())))
}

/// Agreement by chance, overall and with each item's own categories.
struct ByChance {
    overall: f64,
    items: Vec<f64>,
}

fn chance_by_item(
    counts: &RatingCounts,
    totals: &[f64],
    weights: &Weights,
    chance: Chance,
) -> ByChance {
    let q = counts.n_categories;
    let n = counts.rows.len() as f64;
    let share = |row: &[u32], total: f64, k: usize| f64::from(row[k]) / total;
    let rows = || counts.rows.iter().zip(totals);
    let mean: Vec<f64> = (0..q)
        .map(|k| {
            rows()
                .map(|(row, &total)| share(row, total, k))
                .sum::<f64>()
                / n
        })
        .collect();
    // each model is a linear function of an item's shares; at the mean shares it is the overall one
    let per_category: Vec<f64> = match chance {
        Chance::Gwet => {
            let scale = weights.sum() / (q * (q - 1)) as f64;
            mean.iter().map(|share| scale * (1.0 - share)).collect()
        }
        Chance::Fleiss => (0..q)
            .map(|k| {
                let both_ways = |l: usize| weights.at(k, l) + weights.at(l, k);
                (0..q).map(|l| both_ways(l) * mean[l]).sum::<f64>() / 2.0
            })
            .collect(),
        Chance::BrennanPrediger => vec![weights.sum() / (q * q) as f64; q],
    };
    let overall = mean
        .iter()
        .zip(&per_category)
        .map(|(share, value)| share * value)
        .sum();
    let items = rows()
        .map(|(row, &total)| {
            per_category
                .iter()
                .enumerate()
                .map(|(k, value)| share(row, total, k) * value)
                .sum()
        })
        .collect();
    ByChance { overall, items }
}

/// Standard error of Fleiss' kappa under agreement by chance
/// (Fleiss, Nee & Landis 1979, doi:10.1037/0033-2909.86.5.974); equal numbers of ratings only.
pub(crate) fn fleiss_null_error(counts: &RatingCounts) -> Figure {
    let totals: Vec<u32> = counts.rows.iter().map(|row| row.iter().sum()).collect();
    let all: u32 = totals.iter().sum();
    let columns: Vec<u32> = (0..counts.n_categories)
        .map(|k| counts.rows.iter().map(|row| row[k]).sum())
        .collect();
    if counts.n_categories < 2 || columns.contains(&all) {
        return Err(Reason::SingleCategory);
    }
    let Some(&ratings) = totals.first() else {
        return Err(Reason::TooFewItems);
    };
    if ratings < 2 || totals.iter().any(|total| *total != ratings) {
        return Err(Reason::UnequalRatings);
    }
    let (n, m) = (counts.rows.len() as f64, f64::from(ratings));
    let shares: Vec<f64> = columns
        .iter()
        .map(|&c| f64::from(c) / f64::from(all))
        .collect();
    let s: f64 = shares.iter().map(|p| p * (1.0 - p)).sum();
    let skew: f64 = shares.iter().map(|p| p * (1.0 - p) * (1.0 - 2.0 * p)).sum();
    Ok((2.0 / (n * m * (m - 1.0))).sqrt() / s * (s * s - skew).sqrt())
}
