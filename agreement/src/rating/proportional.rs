//! Differences that change with the size of what is measured (Bland & Altman 1999,
//! doi:10.1177/096228029900800204): lines through the differences, and limits in percent.

use crate::distribution::{Z_95, beta_inc};
use crate::figure::{Figure, Reason, Reasons};
use serde::Serialize;

/// Pairs below which a slope is no ground for a warning.
const FEWEST_TO_WARN: usize = 10;
/// Probability below which a slope is taken as real.
const SIGNIFICANT: f64 = 0.05;

/// Lines through the differences (first minus second) and through their size, against the means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proportional {
    /// Complete pairs.
    pub n: usize,
    /// Change of the difference per unit of the mean.
    pub slope: Option<f64>,
    /// Two-sided probability of such a slope without any relation.
    pub slope_p: Option<f64>,
    /// Change of the distance from that line per unit of the mean.
    pub spread_slope: Option<f64>,
    /// Two-sided probability of such a slope without any relation.
    pub spread_p: Option<f64>,
    /// Differences in percent of the mean; absent unless all values are above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<PercentLimits>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Bias and limits of agreement in percent of the mean of both readers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PercentLimits {
    /// Mean of the differences in percent.
    pub bias: f64,
    /// Lower limit of agreement in percent.
    pub loa_low: f64,
    /// Upper limit of agreement in percent.
    pub loa_high: f64,
}

impl Proportional {
    /// Figures of complete pairs; `None` below three.
    pub(crate) fn of(pairs: &[[f64; 2]]) -> Option<Self> {
        if pairs.len() < 3 {
            return None;
        }
        let points: Vec<[f64; 2]> = pairs.iter().map(|[a, b]| [(a + b) / 2.0, a - b]).collect();
        let line = Line::through(&points);
        let residuals: Result<Vec<[f64; 2]>, Reason> =
            line.as_ref().map_err(|why| *why).map(|line| {
                let apart = |[x, y]: &[f64; 2]| [*x, (y - line.intercept - line.slope * x).abs()];
                points.iter().map(apart).collect()
            });
        let spread = residuals.and_then(|points| Line::through(&points));
        let mut reasons = Reasons::default();
        let mut settle = |key: &str, line: &Result<Line, Reason>, of: fn(&Line) -> Figure| {
            reasons.settle(key, line.as_ref().map_err(|why| *why).and_then(of))
        };
        Some(Self {
            n: pairs.len(),
            slope: settle("slope", &line, |line| Ok(line.slope)),
            slope_p: settle("slope_p", &line, |line| line.p),
            spread_slope: settle("spread_slope", &spread, |line| Ok(line.slope)),
            spread_p: settle("spread_p", &spread, |line| line.p),
            percent: percent(pairs),
            reasons,
        })
    }

    /// The differences grow with the mean.
    pub(crate) fn is_growing(&self) -> bool {
        self.n >= FEWEST_TO_WARN
            && self.spread_slope.is_some_and(|slope| slope > 0.0)
            && self.spread_p.is_some_and(|p| p < SIGNIFICANT)
    }

    /// The bias changes with the mean.
    pub(crate) fn is_sloping(&self) -> bool {
        self.n >= FEWEST_TO_WARN && self.slope_p.is_some_and(|p| p < SIGNIFICANT)
    }
}

/// A least-squares line.
struct Line {
    slope: f64,
    intercept: f64,
    /// Two-sided probability of the slope by Student's t.
    p: Figure,
}

impl Line {
    fn through(points: &[[f64; 2]]) -> Result<Self, Reason> {
        let n = points.len() as f64;
        let mean = |axis: usize| points.iter().map(|point| point[axis]).sum::<f64>() / n;
        let (x, y) = (mean(0), mean(1));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for point in points {
            let (dx, dy) = (point[0] - x, point[1] - y);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
        if xx == 0.0 {
            return Err(Reason::ZeroVariance);
        }
        let slope = xy / xx;
        let left = yy - slope * xy;
        let df = n - 2.0;
        let p = if left <= 1e-14 * yy || df < 1.0 {
            Err(Reason::ZeroErrorVariance)
        } else {
            let t_squared = slope * slope * xx * df / left;
            Ok(beta_inc(df / 2.0, 0.5, df / (df + t_squared)))
        };
        Ok(Self {
            slope,
            intercept: y - slope * x,
            p,
        })
    }
}

fn percent(pairs: &[[f64; 2]]) -> Option<PercentLimits> {
    if pairs.iter().flatten().any(|value| *value <= 0.0) {
        return None;
    }
    let n = pairs.len() as f64;
    let shares: Vec<f64> = pairs
        .iter()
        .map(|[a, b]| 200.0 * (a - b) / (a + b))
        .collect();
    let bias = shares.iter().sum::<f64>() / n;
    let squares: f64 = shares.iter().map(|share| (share - bias).powi(2)).sum();
    let sd = (squares / (n - 1.0)).sqrt();
    Some(PercentLimits {
        bias,
        loa_low: bias - Z_95 * sd,
        loa_high: bias + Z_95 * sd,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_has_the_probability_of_the_textbook() {
        // scipy.stats.linregress(range(6), [1, 3, 2, 5, 4, 6]): slope 0.8857, p 0.0188
        let points: Vec<[f64; 2]> = [1.0, 3.0, 2.0, 5.0, 4.0, 6.0]
            .iter()
            .enumerate()
            .map(|(x, y)| [x as f64, *y])
            .collect();
        let line = Line::through(&points).unwrap();
        assert!((line.slope - 0.885_714_285_714_285_8).abs() < 1e-12);
        assert!((line.p.unwrap() - 0.018_845_481_049_562_626).abs() < 1e-9);
    }

    #[test]
    fn differences_of_a_tenth_are_as_many_percent_at_any_size() {
        let pairs: Vec<[f64; 2]> = (1..=20)
            .map(|n| {
                let (size, sign) = (f64::from(n), f64::from(n % 2 * 2 - 1));
                [size * (1.0 + 0.05 * sign), size * (1.0 - 0.05 * sign)]
            })
            .collect();
        let figures = Proportional::of(&pairs).unwrap();
        assert!(figures.is_growing());
        let percent = figures.percent.unwrap();
        assert!(percent.bias.abs() < 1e-9);
        assert!((percent.loa_high - 10.0 * Z_95 * (20.0_f64 / 19.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn equal_means_have_no_slope() {
        let figures = Proportional::of(&[[1.0, 3.0], [3.0, 1.0], [2.0, 2.0]]).unwrap();
        assert_eq!(figures.slope, None);
        assert_eq!(figures.reasons.get("slope"), Some(Reason::ZeroVariance));
    }
}
