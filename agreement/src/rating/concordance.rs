//! Lin's concordance correlation (Lin 1989, doi:10.2307/2532051, with the correction of 2000).

use super::by_case::MeasurementSums;
use crate::distribution::Z_95;
use crate::figure::{Figure, Reason, Reasons};
use serde::Serialize;

/// Concordance of two readers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinCcc {
    /// The coefficient, from variances with 1/n.
    pub estimate: Option<f64>,
    /// Standard error.
    pub se: Option<f64>,
    /// Lower 95 % limit by Fisher's z.
    pub ci_low: Option<f64>,
    /// Upper 95 % limit.
    pub ci_high: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Means, variances (1/n) and covariance of pairs.
struct Moments {
    n: f64,
    means: [f64; 2],
    variances: [f64; 2],
    covariance: f64,
}

impl Moments {
    fn of(pairs: &[[f64; 2]]) -> Self {
        let n = pairs.len() as f64;
        let means = [0, 1].map(|r| pairs.iter().map(|pair| pair[r]).sum::<f64>() / n);
        let product = |r: usize, s: usize| {
            pairs
                .iter()
                .map(|p| (p[r] - means[r]) * (p[s] - means[s]))
                .sum::<f64>()
                / n
        };
        // the mean of equal values is not always exactly theirs
        let varies = [0, 1].map(|r| pairs.iter().any(|pair| pair[r] != pairs[0][r]));
        let where_varying = |r: usize, s: usize| {
            if varies[r] && varies[s] {
                product(r, s)
            } else {
                0.0
            }
        };
        Self {
            n,
            means,
            variances: [where_varying(0, 0), where_varying(1, 1)],
            covariance: where_varying(0, 1),
        }
    }

    /// Difference of the means.
    fn shift(&self) -> f64 {
        self.means[0] - self.means[1]
    }

    /// Mean squared difference that readers without any correlation would have.
    fn spread(&self) -> f64 {
        self.variances[0] + self.variances[1] + self.shift().powi(2)
    }
}

/// The coefficient from sums over complete pairs.
pub(crate) fn lin_ccc_of_sums(pairs: &MeasurementSums<'_>) -> Figure {
    let n = pairs.n;
    let (&[a, b], &[aa, bb]) = (pairs.sums, pairs.squares) else {
        return Err(Reason::TooFewItems);
    };
    let products = (pairs.row_squares - aa - bb) / 2.0;
    let rounding = 1e-13 * (aa + bb) / n;
    let clean = |value: f64| if value.abs() <= rounding { 0.0 } else { value };
    coefficient(&Moments {
        n,
        means: [a / n, b / n],
        variances: [(aa, a), (bb, b)].map(|(square, sum)| clean(square / n - (sum / n).powi(2))),
        covariance: clean(products / n - a * b / (n * n)),
    })
}

/// Concordance of complete pairs.
pub(crate) fn lin_ccc(pairs: &[[f64; 2]]) -> LinCcc {
    let moments = Moments::of(pairs);
    let estimate = coefficient(&moments);
    let se = estimate.and_then(|ccc| standard_error(&moments, ccc));
    let limits = estimate.and_then(|ccc| {
        let half = Z_95 * se? / (1.0 - ccc * ccc);
        Ok([(ccc.atanh() - half).tanh(), (ccc.atanh() + half).tanh()])
    });
    let mut reasons = Reasons::default();
    LinCcc {
        estimate: reasons.settle("estimate", estimate),
        se: reasons.settle("se", se),
        ci_low: reasons.settle("ci_low", limits.map(|[low, _]| low)),
        ci_high: reasons.settle("ci_high", limits.map(|[_, high]| high)),
        reasons,
    }
}

fn coefficient(moments: &Moments) -> Figure {
    if moments.n < 2.0 {
        return Err(Reason::TooFewItems);
    }
    if moments.spread() == 0.0 {
        return Err(Reason::ZeroVariance);
    }
    Ok(2.0 * moments.covariance / moments.spread())
}

fn standard_error(moments: &Moments, ccc: f64) -> Figure {
    let [x, y] = moments.variances;
    if x == 0.0 || y == 0.0 {
        return Err(Reason::ZeroVariance);
    }
    if moments.n < 3.0 {
        return Err(Reason::TooFewItems);
    }
    if ccc.abs() >= 1.0 - 1e-15 {
        return Err(Reason::PerfectAgreement);
    }
    let r2 = moments.covariance * moments.covariance / (x * y);
    let u2 = moments.shift().powi(2) / (x * y).sqrt();
    let c2 = ccc * ccc;
    // the formula has ccc / r, which is defined where both are 0
    let ratio = 2.0 * (x * y).sqrt() / moments.spread();
    let variance = ((1.0 - r2) * ratio * ratio * (1.0 - c2) + 2.0 * c2 * ratio * (1.0 - ccc) * u2
        - c2 * ratio * ratio * u2 * u2 / 2.0)
        / (moments.n - 2.0);
    Ok(variance.max(0.0).sqrt())
}
