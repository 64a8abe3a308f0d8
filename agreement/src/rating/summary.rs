//! Summary of a column with bootstrap intervals (golden contract, section 3.3).

use super::table::{delimiter, no_number, number, place_of};
use crate::Error;
use crate::distribution::{normal_cdf, normal_quantile};
use crate::figure::{Figure, Reason, Reasons};
use crate::mask::percentile_sorted;
use crate::resampling::{SEED, percentile_limits, resampled};
use serde::Serialize;
use std::collections::HashMap;
use voxel::Phrase;

/// How resamples are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SummaryOptions {
    /// Number of resamples.
    pub resamples: usize,
    /// Seed: the same seed gives the same figures on any number of threads.
    pub seed: u64,
}

impl Default for SummaryOptions {
    fn default() -> Self {
        Self {
            resamples: 10_000,
            seed: SEED,
        }
    }
}

/// Output of `dokuei agree-ratings --summarise`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SummaryResult {
    /// `dokuei.agree_ratings/1`.
    pub schema: &'static str,
    /// The figures.
    pub summary: Summary,
    /// The values, for the report.
    #[serde(skip)]
    pub values: Vec<f64>,
}

/// Distribution of values with intervals of their mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Number of values.
    pub n: usize,
    /// Mean.
    pub mean: Option<f64>,
    /// Standard deviation, 1/(n - 1).
    pub sd: Option<f64>,
    /// Lower quartile (type 7).
    pub q1: Option<f64>,
    /// Median.
    pub median: Option<f64>,
    /// Upper quartile (type 7).
    pub q3: Option<f64>,
    /// Smallest value.
    pub minimum: Option<f64>,
    /// Largest value.
    pub maximum: Option<f64>,
    /// Number of clusters, where clusters are resampled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_clusters: Option<usize>,
    /// Lower 95 % limit of the mean, percentile interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentile_ci_low: Option<Option<f64>>,
    /// Upper 95 % limit of the mean, percentile interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentile_ci_high: Option<Option<f64>>,
    /// Lower 95 % limit of the mean, bias-corrected and accelerated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bca_ci_low: Option<Option<f64>>,
    /// Upper 95 % limit of the mean, bias-corrected and accelerated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bca_ci_high: Option<Option<f64>>,
    /// Lower 95 % limit of the mean with clusters resampled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_ci_low: Option<Option<f64>>,
    /// Upper 95 % limit of the mean with clusters resampled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_ci_high: Option<Option<f64>>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Summary of values; with `clusters` (one name a value) whole clusters are resampled.
///
/// ```
/// use agreement::{SummaryOptions, summarise};
/// let summary = summarise(&[0.8, 0.9, 0.7], None, SummaryOptions::default());
/// assert_eq!(summary.median, Some(0.8));
/// assert!(summary.bca_ci_low.unwrap().unwrap() > 0.69);
/// ```
#[must_use]
pub fn summarise(values: &[f64], clusters: Option<&[String]>, options: SummaryOptions) -> Summary {
    let mut reasons = Reasons::default();
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let some = |value: f64| {
        if values.is_empty() {
            Err(Reason::TooFewItems)
        } else {
            Ok(value)
        }
    };
    let quantile = |percent: f64| some(percentile_sorted(&sorted, percent));
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let sd = match values.len() {
        0 | 1 => Err(Reason::TooFewItems),
        n => Ok((squares / (n - 1) as f64).sqrt()),
    };
    let mut summary = Summary {
        n: values.len(),
        mean: reasons.settle("mean", some(mean)),
        sd: reasons.settle("sd", sd),
        q1: reasons.settle("q1", quantile(25.0)),
        median: reasons.settle("median", quantile(50.0)),
        q3: reasons.settle("q3", quantile(75.0)),
        minimum: reasons.settle("minimum", quantile(0.0)),
        maximum: reasons.settle("maximum", quantile(100.0)),
        n_clusters: None,
        percentile_ci_low: None,
        percentile_ci_high: None,
        bca_ci_low: None,
        bca_ci_high: None,
        cluster_ci_low: None,
        cluster_ci_high: None,
        reasons,
    };
    match clusters {
        Some(clusters) => summary.add_clustered(values, clusters, options),
        None => summary.add_simple(values, options),
    }
    summary
}

impl Summary {
    fn add_simple(&mut self, values: &[f64], options: SummaryOptions) {
        let one_each: Vec<(f64, f64)> = values.iter().map(|&value| (value, 1.0)).collect();
        let means = resampled_means(&one_each, options);
        let plain = percentile_limits(&means);
        let bca = bca_limits(values, &means);
        let mut settle = |key: &str, figure: Figure| Some(self.reasons.settle(key, figure));
        self.percentile_ci_low = settle("percentile_ci_low", plain.map(|[low, _]| low));
        self.percentile_ci_high = settle("percentile_ci_high", plain.map(|[_, high]| high));
        self.bca_ci_low = settle("bca_ci_low", bca.map(|[low, _]| low));
        self.bca_ci_high = settle("bca_ci_high", bca.map(|[_, high]| high));
    }

    fn add_clustered(&mut self, values: &[f64], clusters: &[String], options: SummaryOptions) {
        let mut places: HashMap<&String, usize> = HashMap::new();
        let mut sums: Vec<(f64, f64)> = Vec::new();
        for (value, name) in values.iter().zip(clusters) {
            let place = *places.entry(name).or_insert(sums.len());
            if place == sums.len() {
                sums.push((0.0, 0.0));
            }
            sums[place].0 += value;
            sums[place].1 += 1.0;
        }
        let limits = percentile_limits(&resampled_means(&sums, options));
        self.n_clusters = Some(sums.len());
        let mut settle = |key: &str, figure: Figure| Some(self.reasons.settle(key, figure));
        self.cluster_ci_low = settle("cluster_ci_low", limits.map(|[low, _]| low));
        self.cluster_ci_high = settle("cluster_ci_high", limits.map(|[_, high]| high));
    }
}

/// Sorted means of resamples of clusters (sum and size of each).
fn resampled_means(clusters: &[(f64, f64)], options: SummaryOptions) -> Vec<f64> {
    resampled(clusters.len(), options.resamples, options.seed, |draw| {
        let (mut sum, mut size) = (0.0, 0.0);
        for _ in 0..clusters.len() {
            let (cluster_sum, cluster_size) = clusters[draw.place()];
            sum += cluster_sum;
            size += cluster_size;
        }
        Some(sum / size)
    })
}

/// Bias-corrected and accelerated interval (Efron 1987, doi:10.1080/01621459.1987.10478410).
fn bca_limits(values: &[f64], means: &[f64]) -> Result<[f64; 2], Reason> {
    if means.is_empty() {
        return Err(Reason::TooFewItems);
    }
    let n = values.len() as f64;
    let sum: f64 = values.iter().sum();
    let mean = sum / n;
    let below = means.partition_point(|resampled| *resampled < mean);
    let not_above = means.partition_point(|resampled| *resampled <= mean);
    let bias = normal_quantile((below + not_above) as f64 / (2.0 * means.len() as f64));
    let left_out = values.iter().map(|value| mean - (sum - value) / (n - 1.0));
    let (cubes, squares) = left_out.fold((0.0, 0.0), |(cubes, squares), d| {
        (cubes + d * d * d, squares + d * d)
    });
    if squares == 0.0 {
        return Err(Reason::ZeroVariance);
    }
    let acceleration = cubes / (6.0 * squares.powf(1.5));
    Ok([0.025, 0.975].map(|share| {
        let z = bias + normal_quantile(share);
        let percent = 100.0 * normal_cdf(bias + z / (1.0 - acceleration * z));
        percentile_sorted(means, percent)
    }))
}

/// Summary of one column of a CSV with a header; empty cells and `NA` are left out.
///
/// # Errors
/// [`Error::BadInput`] for rows of unequal length, a missing column or text in it;
/// [`Error::BadArguments`] without resamples.
pub fn summarise_column(
    text: &str,
    column: &str,
    cluster: Option<&str>,
    options: SummaryOptions,
) -> Result<SummaryResult, Error> {
    if options.resamples == 0 {
        return Err(Error::BadArguments(Phrase::new(
            "agree-no-resample",
            "at least one resample is needed",
        )));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let bad = |error: csv::Error| Error::unparsed(&error);
    let header = reader.headers().map_err(bad)?.clone();
    let value_at = place_of(&header, column)?;
    let cluster_at = cluster.map(|name| place_of(&header, name)).transpose()?;
    let (mut values, mut clusters) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let cell = record.get(value_at).unwrap_or_default();
        if cell.is_empty() || cell == "NA" {
            continue;
        }
        let row = record.position().map_or(0, csv::Position::line);
        let value = number(cell).ok_or_else(|| no_number(cell, &row.to_string(), column))?;
        values.push(value);
        if let Some(place) = cluster_at {
            clusters.push(record.get(place).unwrap_or_default().to_owned());
        }
    }
    let clusters = cluster_at.map(|_| clusters.as_slice());
    Ok(SummaryResult {
        schema: "dokuei.agree_ratings/1",
        summary: summarise(&values, clusters, options),
        values,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_figures_on_any_number_of_threads() {
        let values: Vec<f64> = (0..20).map(|n| f64::from(n * n % 17) / 17.0).collect();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| summarise(&values, None, SummaryOptions::default()))
        };
        assert_eq!(with(1), with(3));
    }

    #[test]
    fn one_value_has_no_interval() {
        let summary = summarise(&[0.5], None, SummaryOptions::default());
        assert_eq!(summary.mean, Some(0.5));
        assert_eq!(summary.reasons.get("bca_ci_low"), Some(Reason::TooFewItems));
        assert_eq!(summary.reasons.get("sd"), Some(Reason::TooFewItems));
    }

    #[test]
    fn a_missing_column_is_bad_input() {
        let refused = summarise_column("a,b\n1,2\n", "c", None, SummaryOptions::default());
        assert_eq!(refused.unwrap_err().code(), "bad_input");
    }
}
