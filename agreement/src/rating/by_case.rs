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
use crate::warning::{self, Warning};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Resamples of cases.
const RESAMPLES: usize = 2000;
/// Categories beyond which the sums of each case would be too large.
const MOST_CATEGORIES: usize = 100;
/// Additions beyond which fewer resamples are drawn, but not below 200.
const MOST_WORK: usize = 4_000_000_000;
/// Share of the resamples that may be without a value.
const MOST_UNDEFINED: f64 = 0.05;

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
    /// Why there are none: `too_few_items` below ten cases; the reason of the coefficient itself where it
    /// is undefined in more than a twentieth of the resamples.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

impl CaseLimits {
    /// From the sorted values of the resamples in which there was one; `undefined` is why there is none
    /// in the others. An interval of those that are left would be too narrow.
    pub(crate) fn of(resamples: usize, sorted: &[f64], undefined: Reason) -> Self {
        let n_undefined = resamples - sorted.len();
        let limits = match resamples {
            0 => Err(Reason::TooFewItems),
            _ if n_undefined as f64 > MOST_UNDEFINED * resamples as f64 => Err(undefined),
            _ => percentile_limits(sorted),
        };
        let mut reasons = Reasons::default();
        Self {
            ci_low: reasons.settle("ci_low", limits.map(|[low, _]| low)),
            ci_high: reasons.settle("ci_high", limits.map(|[_, high]| high)),
            n_undefined,
            reasons,
        }
    }
}

/// Intervals of the coefficients with cases resampled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByCase {
    /// Different cases of which there is something to compare.
    pub n_cases: usize,
    /// Most such rows that one case has.
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

    /// Several rows of one case resemble each other: a warning where intervals have to take rows as
    /// independent all the same.
    #[must_use]
    pub fn warning(&self) -> Option<Warning> {
        let has_none = |(_, limits): &(Coefficient, CaseLimits)| limits.ci_low.is_none();
        let is_missed = self.limits.is_empty() || self.limits.iter().any(has_none);
        (self.most_rows > 1 && is_missed).then(|| match self.n_cases {
            n if n < FEW_CASES => warning::few_cases(n),
            _ => warning::cases_alike(),
        })
    }
}

/// The interval to print of a coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrintedLimits {
    /// Lower limit.
    pub low: Option<f64>,
    /// Upper limit.
    pub high: Option<f64>,
    /// True if cases were resampled for it, false if rows count as independent.
    pub is_by_case: bool,
}

/// The interval to print of a coefficient: by case where a case has several rows and there is one, else
/// `closed`, which takes rows as independent.
#[must_use]
pub fn limits_to_print(
    by_case: Option<&ByCase>,
    coefficient: Coefficient,
    closed: [Option<f64>; 2],
) -> PrintedLimits {
    let several = by_case.filter(|by_case| by_case.most_rows > 1);
    match several.and_then(|by_case| by_case.limits_of(coefficient)) {
        Some([low, high]) => PrintedLimits {
            low: Some(low),
            high: Some(high),
            is_by_case: true,
        },
        None => PrintedLimits {
            low: closed[0],
            high: closed[1],
            is_by_case: false,
        },
    }
}

fn as_object<S: Serializer>(
    limits: &[(Coefficient, CaseLimits)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(limits.iter().map(|(at, limits)| (at.key(), limits)))
}

/// Sums of each case, in the order of their names: those that are not 0, by their places.
struct CaseSums {
    cases: Vec<Vec<(usize, f64)>>,
    width: usize,
    most_rows: usize,
}

impl CaseSums {
    /// Adds up rows by the names of their cases. `row` adds one row to the sums of its case and says
    /// whether there was something to compare; a case without such a row is left out.
    fn new(
        names: &[&str],
        width: usize,
        row: impl Fn(usize, &mut BTreeMap<usize, f64>) -> bool,
    ) -> Self {
        let mut cases: BTreeMap<&str, (BTreeMap<usize, f64>, usize)> = BTreeMap::new();
        for (n, name) in names.iter().enumerate() {
            let (sums, n_rows) = cases.entry(*name).or_default();
            *n_rows += usize::from(row(n, sums));
        }
        cases.retain(|_, (_, n_rows)| *n_rows > 0);
        Self {
            most_rows: cases.values().map(|(_, n_rows)| *n_rows).max().unwrap_or(0),
            cases: cases
                .into_values()
                .map(|(sums, _)| sums.into_iter().collect())
                .collect(),
            width,
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

    /// `undefined` is why a resample may have no value.
    fn limits(
        &self,
        coefficients: &[Coefficient],
        undefined: Reason,
        statistics: impl Fn(&[f64]) -> Vec<Option<f64>> + Sync,
    ) -> ByCase {
        let n = self.cases.len();
        let work = self.width + self.cases.iter().map(Vec::len).sum::<usize>();
        let resamples = match n {
            n if n < FEW_CASES => 0,
            _ => (MOST_WORK / work.max(1)).clamp(200, RESAMPLES),
        };
        let drawn = resampled_together(n, resamples, SEED, coefficients.len(), |draw| {
            let mut total = vec![0.0; self.width];
            for _ in 0..n {
                for (place, sum) in &self.cases[draw.place()] {
                    total[*place] += sum;
                }
            }
            statistics(&total)
        });
        let limits = coefficients.iter().zip(drawn);
        let limits = limits.map(|(at, values)| {
            let limits = CaseLimits::of(resamples, &values, undefined);
            (*at, limits)
        });
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

    /// Adds the ratings of a row; true if there are two or more.
    fn add(self, row: &[Option<usize>], sums: &mut BTreeMap<usize, f64>) -> bool {
        let q = self.q;
        let rated: Vec<usize> = row.iter().copied().flatten().collect();
        let m = rated.len() as f64;
        if rated.is_empty() {
            return false;
        }
        let mut add = |place: usize, value: f64| *sums.entry(place).or_insert(0.0) += value;
        if let [Some(a), Some(b)] = *row {
            add(a * q + b, 1.0);
        }
        let shares = 2 * q * q;
        rated.iter().for_each(|&k| add(shares + k, 1.0 / m));
        add(shares + q, 1.0);
        if rated.len() < 2 {
            return false;
        }
        let mut agreeing = 0.0;
        for (n, &a) in rated.iter().enumerate() {
            for (_, &b) in rated.iter().enumerate().filter(|(other, _)| *other != n) {
                add(q * q + a * q + b, 1.0 / (m - 1.0));
                agreeing += f64::from(u8::from(a == b));
            }
        }
        add(shares + q + 1, agreeing / (m * (m - 1.0)));
        add(shares + q + 2, 1.0);
        true
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
    let of_cases = CaseSums::new(names, sums.width(), |n, own| sums.add(&coded[n], own));
    if of_cases.cases.is_empty() {
        return of_cases.without_limits(Reason::TooFewItems);
    }
    if q > MOST_CATEGORIES {
        return of_cases.without_limits(Reason::TooManyValues);
    }
    let mut coefficients = vec![
        Coefficient::ObservedAgreement,
        Coefficient::FleissKappa,
        Coefficient::GwetAc1,
        Coefficient::KrippendorffAlpha,
    ];
    coefficients.extend(weights.iter().map(|(coefficient, _)| *coefficient));
    of_cases.limits(&coefficients, Reason::SingleCategory, |total| {
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
    assert_eq!(names.len(), rows.len(), "one name for each row");
    assert!(
        rows.iter().all(|row| row.len() == k),
        "rows of equal length"
    );
    let mean = rows.iter().flatten().sum::<f64>() / (rows.len() * k).max(1) as f64;
    let of_cases = CaseSums::new(names, 2 * k + 2, |n, own| {
        let mut add = |place: usize, value: f64| *own.entry(place).or_insert(0.0) += value;
        for (reader, value) in rows[n].iter().enumerate() {
            add(reader, value - mean);
            add(k + reader, (value - mean).powi(2));
        }
        add(2 * k, 1.0);
        let sum: f64 = rows[n].iter().map(|value| value - mean).sum();
        add(2 * k + 1, sum * sum);
        true
    });
    let mut coefficients = vec![Coefficient::Icc21, Coefficient::Icc31];
    if k == 2 {
        coefficients.push(Coefficient::LinCcc);
    }
    of_cases.limits(&coefficients, Reason::ZeroVariance, |total| {
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
