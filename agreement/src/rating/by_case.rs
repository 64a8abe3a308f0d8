//! Intervals where several ratings come from one case: whole cases are drawn with replacement, so that
//! findings of one patient do not count as independent.
//!
//! Every coefficient here follows from sums over the ratings (counts of pairs of categories; sums and
//! squares of measurements). Each case is summed up once, and a resample adds the sums of the drawn cases.

use super::alpha::{Valued, alpha_of_coincidences};
use super::cohen::{ConfusionTable, cohen_kappa};
use super::concordance::lin_ccc_of_sums;
use super::icc::Anova;
use super::weights::Weights;
use crate::figure::{Reason, Reasons};
use crate::resampling::{FEW_CASES, SEED, percentile_limits, resampled_together};
use serde::{Serialize, Serializer};
use std::collections::HashMap;

/// Resamples of cases.
const RESAMPLES: usize = 2000;
/// Categories beyond which the sums of each case would be too large.
const MOST_CATEGORIES: usize = 100;
/// Additions that all resamples together may take.
const MOST_WORK: usize = 4_000_000_000;

/// A coefficient that has an interval by case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coefficient {
    /// Mean share of agreeing pairs.
    ObservedAgreement,
    /// Cohen's kappa, equal or not.
    CohenUnweighted,
    /// Cohen's kappa by distance of ranks.
    CohenLinear,
    /// Cohen's kappa by squared distance of ranks.
    CohenQuadratic,
    /// Cohen's kappa with given weights.
    CohenCustom,
    /// Fleiss' kappa.
    FleissKappa,
    /// Gwet's AC1.
    GwetAc1,
    /// Krippendorff's alpha on the scale.
    KrippendorffAlpha,
    /// Intraclass correlation, two-way random, absolute agreement, single reader.
    Icc21,
    /// Intraclass correlation, two-way mixed, consistency, single reader.
    Icc31,
    /// Lin's concordance.
    LinCcc,
}

impl Coefficient {
    /// Where the coefficient itself stands in the result.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::ObservedAgreement => "observed_agreement",
            Self::CohenUnweighted => "cohen_kappa/unweighted",
            Self::CohenLinear => "cohen_kappa/linear",
            Self::CohenQuadratic => "cohen_kappa/quadratic",
            Self::CohenCustom => "cohen_kappa/custom",
            Self::FleissKappa => "fleiss_kappa",
            Self::GwetAc1 => "gwet_ac/unweighted",
            Self::KrippendorffAlpha => "krippendorff_alpha",
            Self::Icc21 => "icc/icc_2_1",
            Self::Icc31 => "icc/icc_3_1",
            Self::LinCcc => "lin_ccc",
        }
    }
}

/// 95 % percentile limits from resampled cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseLimits {
    /// Lower limit.
    pub ci_low: Option<f64>,
    /// Upper limit.
    pub ci_high: Option<f64>,
    /// Resamples in which the coefficient was undefined, as where all drawn ratings are alike.
    pub n_undefined: usize,
    /// Why there are none: `too_few_items` below ten cases.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

impl CaseLimits {
    /// From the sorted values of the resamples in which there was one.
    pub(crate) fn of(resamples: usize, sorted: &[f64]) -> Self {
        let limits = percentile_limits(sorted);
        let mut reasons = Reasons::default();
        Self {
            ci_low: reasons.settle("ci_low", limits.map(|[low, _]| low)),
            ci_high: reasons.settle("ci_high", limits.map(|[_, high]| high)),
            n_undefined: resamples - sorted.len(),
            reasons,
        }
    }
}

/// Intervals of the coefficients with cases resampled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByCase {
    /// Different cases.
    pub n_cases: usize,
    /// Most rows that one case has.
    pub most_rows: usize,
    /// Resamples of cases.
    pub resamples: usize,
    /// Their seed.
    pub seed: u64,
    /// Limits of each coefficient, by its place in the result.
    #[serde(serialize_with = "as_object")]
    pub limits: Vec<(Coefficient, CaseLimits)>,
    /// Why there are none.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

impl ByCase {
    /// The interval of a coefficient, if it has one.
    #[must_use]
    pub fn limits_of(&self, coefficient: Coefficient) -> Option<[f64; 2]> {
        let (_, limits) = self
            .limits
            .iter()
            .find(|(known, _)| *known == coefficient)?;
        Some([limits.ci_low?, limits.ci_high?])
    }

    /// True where these intervals are the ones to print: a case has several rows, so that intervals
    /// which take rows as independent are too narrow, and there are enough cases to be resampled.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.most_rows > 1 && self.n_cases >= FEW_CASES && !self.limits.is_empty()
    }

    /// True where the intervals that take rows as independent have to do, because cases are few.
    pub(crate) fn is_missed(&self) -> bool {
        self.most_rows > 1 && self.n_cases < FEW_CASES
    }
}

/// The interval to print of a coefficient: by case where that [`ByCase::leads`], else `closed`, which
/// takes rows as independent.
#[must_use]
pub fn limits_to_print(
    by_case: Option<&ByCase>,
    coefficient: Coefficient,
    closed: [Option<f64>; 2],
) -> [Option<f64>; 2] {
    match by_case.filter(|by_case| by_case.leads()) {
        Some(by_case) => {
            let limits = by_case.limits_of(coefficient);
            [limits.map(|[low, _]| low), limits.map(|[_, high]| high)]
        }
        None => closed,
    }
}

fn as_object<S: Serializer>(
    limits: &[(Coefficient, CaseLimits)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(limits.iter().map(|(at, limits)| (at.key(), limits)))
}

/// Sums of each case.
struct CaseSums {
    cases: Vec<Vec<f64>>,
    most_rows: usize,
}

impl CaseSums {
    /// Adds up rows by the names of their cases. `row` adds one row to the sums of its case.
    fn new(names: &[&str], width: usize, row: impl Fn(usize, &mut [f64])) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut cases: Vec<Vec<f64>> = Vec::new();
        let mut n_rows: Vec<usize> = Vec::new();
        for (n, name) in names.iter().enumerate() {
            let place = *places.entry(*name).or_insert(cases.len());
            if place == cases.len() {
                cases.push(vec![0.0; width]);
                n_rows.push(0);
            }
            n_rows[place] += 1;
            row(n, &mut cases[place]);
        }
        Self {
            most_rows: n_rows.into_iter().max().unwrap_or(0),
            cases,
        }
    }

    fn without_limits(&self, reason: Reason) -> ByCase {
        let mut reasons = Reasons::default();
        reasons.note("limits", reason);
        ByCase {
            n_cases: self.cases.len(),
            most_rows: self.most_rows,
            resamples: 0,
            seed: SEED,
            limits: Vec::new(),
            reasons,
        }
    }

    fn limits(
        &self,
        coefficients: &[Coefficient],
        statistics: impl Fn(&[f64]) -> Vec<Option<f64>> + Sync,
    ) -> ByCase {
        let n = self.cases.len();
        let width = self.cases.first().map_or(0, Vec::len);
        let resamples = (MOST_WORK / (n * width).max(1)).clamp(200, RESAMPLES);
        let is_enough = n >= FEW_CASES;
        let resamples = if is_enough { resamples } else { 0 };
        let drawn = resampled_together(n, resamples, SEED, coefficients.len(), |draw| {
            let mut total = vec![0.0; width];
            for _ in 0..n {
                let case = &self.cases[draw.place()];
                total
                    .iter_mut()
                    .zip(case)
                    .for_each(|(sum, own)| *sum += own);
            }
            statistics(&total)
        });
        let limits = coefficients.iter().zip(drawn);
        let limits = limits.map(|(at, values)| (*at, CaseLimits::of(resamples, &values)));
        ByCase {
            n_cases: n,
            most_rows: self.most_rows,
            resamples,
            seed: SEED,
            limits: limits.collect(),
            reasons: Reasons::default(),
        }
    }
}

/// Places of the sums over ratings of `q` categories: pairs of the two readers, coincidences of all
/// readers, shares of each category, items, agreement of items with two or more ratings, such items.
#[derive(Clone, Copy)]
struct CategorySums {
    q: usize,
}

impl CategorySums {
    fn width(self) -> usize {
        2 * self.q * self.q + self.q + 3
    }

    fn add(self, row: &[Option<usize>], sums: &mut [f64]) {
        let q = self.q;
        let rated: Vec<usize> = row.iter().copied().flatten().collect();
        let m = rated.len() as f64;
        if rated.is_empty() {
            return;
        }
        if let [Some(a), Some(b)] = *row {
            sums[a * q + b] += 1.0;
        }
        let (shares, rest) = sums[2 * q * q..].split_at_mut(q);
        rest[0] += 1.0;
        rated.iter().for_each(|&k| shares[k] += 1.0 / m);
        if rated.len() < 2 {
            return;
        }
        let mut agreeing = 0.0;
        for (n, &a) in rated.iter().enumerate() {
            for (_, &b) in rated.iter().enumerate().filter(|(other, _)| *other != n) {
                sums[q * q + a * q + b] += 1.0 / (m - 1.0);
                agreeing += f64::from(u8::from(a == b));
            }
        }
        let rest = &mut sums[2 * q * q + q..];
        rest[1] += agreeing / (m * (m - 1.0));
        rest[2] += 1.0;
    }

    fn pairs(self, sums: &[f64]) -> ConfusionTable {
        // counts, summed up without rounding
        let row = |cells: &[f64]| cells.iter().map(|&count| count as u64).collect();
        ConfusionTable(sums[..self.q * self.q].chunks(self.q).map(row).collect())
    }

    fn coincidences(self, sums: &[f64]) -> &[f64] {
        &sums[self.q * self.q..2 * self.q * self.q]
    }

    fn observed(self, sums: &[f64]) -> Option<f64> {
        let rest = &sums[2 * self.q * self.q + self.q..];
        (rest[2] > 0.0).then(|| rest[1] / rest[2])
    }

    /// Agreement beyond the chance that `of` makes of the mean shares of the categories.
    fn beyond(self, sums: &[f64], of: impl Fn(f64) -> f64) -> Option<f64> {
        let at = 2 * self.q * self.q;
        let n = sums[at + self.q];
        let chance: f64 = sums[at..at + self.q].iter().map(|sum| of(sum / n)).sum();
        let observed = self.observed(sums)?;
        let is_defined = self.q > 1 && (1.0 - chance).abs() >= 1e-12;
        is_defined.then(|| (observed - chance) / (1.0 - chance))
    }
}

/// Intervals of agreement on categories. `weights` are those of Cohen's kappa (two readers).
pub(crate) fn categories_by_case(
    names: &[&str],
    coded: &[Vec<Option<usize>>],
    q: usize,
    weights: &[(Coefficient, Weights)],
    alpha: Valued<'_>,
) -> ByCase {
    let sums = CategorySums { q };
    if q > MOST_CATEGORIES {
        return CaseSums::new(names, 0, |_, _| {}).without_limits(Reason::TooManyValues);
    }
    let of_cases = CaseSums::new(names, sums.width(), |n, own| sums.add(&coded[n], own));
    let mut coefficients = vec![
        Coefficient::ObservedAgreement,
        Coefficient::FleissKappa,
        Coefficient::GwetAc1,
        Coefficient::KrippendorffAlpha,
    ];
    coefficients.extend(weights.iter().map(|(coefficient, _)| *coefficient));
    of_cases.limits(&coefficients, |total| {
        let others = (q as f64 - 1.0).max(1.0);
        let mut values = vec![
            sums.observed(total),
            sums.beyond(total, |share| share * share),
            sums.beyond(total, |share| share * (1.0 - share) / others),
            alpha_of_coincidences(sums.coincidences(total), alpha, Reason::SingleCategory).ok(),
        ];
        let pairs = sums.pairs(total);
        let kappas = weights.iter();
        values.extend(kappas.map(|(_, weights)| cohen_kappa(&pairs, weights).estimate));
        values
    })
}

/// Sums of complete rows of measurements, taken from their mean so that nothing cancels.
pub(crate) struct MeasurementSums<'a> {
    /// Rows.
    pub(crate) n: f64,
    /// Sum of each reader.
    pub(crate) sums: &'a [f64],
    /// Sum of squares of each reader.
    pub(crate) squares: &'a [f64],
    /// Sum of the squares of the rows' sums.
    pub(crate) row_squares: f64,
}

/// Intervals of measurements: complete rows (items) by readers, with the name of each row's case.
///
/// # Panics
/// If there are not as many rows as names, or rows of unequal length.
#[must_use]
pub fn measurements_by_case(names: &[&str], rows: &[Vec<f64>]) -> ByCase {
    let k = rows.first().map_or(0, Vec::len);
    let mean = rows.iter().flatten().sum::<f64>() / (rows.len() * k).max(1) as f64;
    let of_cases = CaseSums::new(names, 2 * k + 2, |n, own| {
        for (reader, value) in rows[n].iter().enumerate() {
            own[reader] += value - mean;
            own[k + reader] += (value - mean).powi(2);
        }
        own[2 * k] += 1.0;
        let sum: f64 = rows[n].iter().map(|value| value - mean).sum();
        own[2 * k + 1] += sum * sum;
    });
    let mut coefficients = vec![Coefficient::Icc21, Coefficient::Icc31];
    if k == 2 {
        coefficients.push(Coefficient::LinCcc);
    }
    of_cases.limits(&coefficients, |total| {
        let sums = MeasurementSums {
            n: total[2 * k],
            sums: &total[..k],
            squares: &total[k..2 * k],
            row_squares: total[2 * k + 1],
        };
        let anova = Anova::of_sums(&sums).ok();
        let single = |of: fn(&Anova) -> f64| anova.as_ref().map(of).filter(|v| v.is_finite());
        let mut values = vec![
            single(Anova::absolute_single),
            single(Anova::consistency_single),
        ];
        if k == 2 {
            values.push(lin_ccc_of_sums(&sums).ok());
        }
        values
    })
}
