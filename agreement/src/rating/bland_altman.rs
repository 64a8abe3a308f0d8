//! Limits of agreement (Bland & Altman 1986, doi:10.1016/S0140-6736(86)90837-8; 1999; repeated
//! pairs with varying true value: 2007, doi:10.1080/10543400701329422).

use super::proportional::Proportional;
use crate::distribution::{Z_95, t_quantile};
use crate::figure::{Figure, Reason, Reasons};
use serde::Serialize;

/// Differences of two readers, first minus second.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlandAltman {
    /// Complete pairs.
    pub n: usize,
    /// Mean difference.
    pub bias: Option<f64>,
    /// Standard deviation of the differences.
    pub sd_difference: Option<f64>,
    /// Lower 95 % limit of the bias.
    pub bias_ci_low: Option<f64>,
    /// Upper 95 % limit of the bias.
    pub bias_ci_high: Option<f64>,
    /// Lower limit of agreement.
    pub loa_low: Option<f64>,
    /// Upper limit of agreement.
    pub loa_high: Option<f64>,
    /// Lower 95 % limit of the lower limit of agreement.
    pub loa_low_ci_low: Option<f64>,
    /// Upper 95 % limit of the lower limit of agreement.
    pub loa_low_ci_high: Option<f64>,
    /// Lower 95 % limit of the upper limit of agreement.
    pub loa_high_ci_low: Option<f64>,
    /// Upper 95 % limit of the upper limit of agreement.
    pub loa_high_ci_high: Option<f64>,
    /// Whether bias and spread change with the size of what is measured; absent below three pairs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proportional: Option<Proportional>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Centre, spread and half widths of the intervals.
#[derive(Clone, Copy)]
struct Spread {
    bias: f64,
    sd: f64,
    bias_half: f64,
    loa_half: f64,
}

fn spread(pairs: &[[f64; 2]]) -> Result<Spread, Reason> {
    if pairs.len() < 2 {
        return Err(Reason::TooFewItems);
    }
    let n = pairs.len() as f64;
    let differences = || pairs.iter().map(|[first, second]| first - second);
    let bias = differences().sum::<f64>() / n;
    let squares: f64 = differences()
        .map(|difference| (difference - bias).powi(2))
        .sum();
    let sd = (squares / (n - 1.0)).sqrt();
    let t = t_quantile(0.975, n - 1.0);
    Ok(Spread {
        bias,
        sd,
        bias_half: t * sd / n.sqrt(),
        loa_half: t * sd * (1.0 / n + Z_95 * Z_95 / (2.0 * (n - 1.0))).sqrt(),
    })
}

/// Limits of agreement of complete pairs, one of each item.
///
/// ```
/// let figures = agreement::bland_altman(&[[1.0, 2.0], [4.0, 4.0], [6.0, 5.0]]);
/// assert_eq!(figures.bias, Some(0.0));
/// assert_eq!(figures.sd_difference, Some(1.0));
/// ```
#[must_use]
pub fn bland_altman(pairs: &[[f64; 2]]) -> BlandAltman {
    let spread = spread(pairs);
    let mut reasons = Reasons::default();
    let mut settle =
        |key: &str, of: fn(Spread) -> f64| reasons.settle(key, Figure::from(spread.map(of)));
    BlandAltman {
        n: pairs.len(),
        bias: settle("bias", |s| s.bias),
        sd_difference: settle("sd_difference", |s| s.sd),
        bias_ci_low: settle("bias_ci_low", |s| s.bias - s.bias_half),
        bias_ci_high: settle("bias_ci_high", |s| s.bias + s.bias_half),
        loa_low: settle("loa_low", |s| s.bias - Z_95 * s.sd),
        loa_high: settle("loa_high", |s| s.bias + Z_95 * s.sd),
        loa_low_ci_low: settle("loa_low_ci_low", |s| s.bias - Z_95 * s.sd - s.loa_half),
        loa_low_ci_high: settle("loa_low_ci_high", |s| s.bias - Z_95 * s.sd + s.loa_half),
        loa_high_ci_low: settle("loa_high_ci_low", |s| s.bias + Z_95 * s.sd - s.loa_half),
        loa_high_ci_high: settle("loa_high_ci_high", |s| s.bias + Z_95 * s.sd + s.loa_half),
        proportional: Proportional::of(pairs),
        reasons,
    }
}

/// Limits of agreement where items were measured several times and their true value varies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlandAltmanRepeated {
    /// Pairs.
    pub n: usize,
    /// Different items.
    pub n_subjects: usize,
    /// Mean difference over all pairs.
    pub bias: Option<f64>,
    /// Variance of the differences between items; a negative estimate is 0.
    pub variance_between_subjects: Option<f64>,
    /// Variance of the differences within items.
    pub variance_within_subject: Option<f64>,
    /// Root of the sum of both variances.
    pub sd_difference: Option<f64>,
    /// Lower limit of agreement.
    pub loa_low: Option<f64>,
    /// Upper limit of agreement.
    pub loa_high: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Limits of agreement of pairs grouped by item (Bland & Altman 2007, doi:10.1080/10543400701329422).
#[must_use]
pub fn bland_altman_repeated(subjects: &[Vec<[f64; 2]>]) -> BlandAltmanRepeated {
    let differences: Vec<Vec<f64>> = subjects
        .iter()
        .filter(|pairs| !pairs.is_empty())
        .map(|pairs| pairs.iter().map(|[first, second]| first - second).collect())
        .collect();
    let components = Components::of(&differences);
    let spread = components
        .between
        .and_then(|between| Ok((between + components.within?).sqrt()));
    let limit = |side: f64| Ok(components.bias? + side * Z_95 * spread?);
    let mut reasons = Reasons::default();
    BlandAltmanRepeated {
        n: differences.iter().map(Vec::len).sum(),
        n_subjects: differences.len(),
        bias: reasons.settle("bias", components.bias),
        variance_between_subjects: reasons.settle("variance_between_subjects", components.between),
        variance_within_subject: reasons.settle("variance_within_subject", components.within),
        sd_difference: reasons.settle("sd_difference", spread),
        loa_low: reasons.settle("loa_low", limit(-1.0)),
        loa_high: reasons.settle("loa_high", limit(1.0)),
        reasons,
    }
}

/// Mean and the variances between and within items by one-way analysis of variance.
struct Components {
    bias: Figure,
    between: Figure,
    within: Figure,
}

impl Components {
    fn of(subjects: &[Vec<f64>]) -> Self {
        let few = Err(Reason::TooFewItems);
        let n = subjects.iter().map(Vec::len).sum::<usize>() as f64;
        let k = subjects.len() as f64;
        if n == 0.0 {
            return Self {
                bias: few,
                between: few,
                within: few,
            };
        }
        let bias = subjects.iter().flatten().sum::<f64>() / n;
        let (mut between, mut within, mut squared_sizes) = (0.0, 0.0, 0.0);
        for differences in subjects {
            let size = differences.len() as f64;
            let mean = differences.iter().sum::<f64>() / size;
            between += size * (mean - bias).powi(2);
            within += differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>();
            squared_sizes += size * size;
        }
        let typical_size = (n * n - squared_sizes) / ((k - 1.0) * n);
        let mean_within = within / (n - k);
        let excess = ((between / (k - 1.0) - mean_within) / typical_size).max(0.0);
        Self {
            bias: Ok(bias),
            between: if k < 2.0 || n <= k { few } else { Ok(excess) },
            within: if n <= k { few } else { Ok(mean_within) },
        }
    }
}
