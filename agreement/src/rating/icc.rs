//! Intraclass correlation (Shrout & Fleiss 1979, doi:10.1037/0033-2909.86.2.420; intervals of
//! McGraw & Wong 1996, doi:10.1037/1082-989X.1.1.30).

use super::by_case::MeasurementSums;
use crate::distribution::{f_quantile, f_upper_tail};
use crate::figure::{Figure, Reason, Reasons};
use serde::Serialize;

/// Mean squares of the two-way analysis of variance and the six forms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Icc {
    /// Between items.
    pub ms_between: Option<f64>,
    /// Within items.
    pub ms_within: Option<f64>,
    /// Between readers.
    pub ms_readers: Option<f64>,
    /// Residual.
    pub ms_error: Option<f64>,
    /// One-way, single reader.
    pub icc_1_1: IccForm,
    /// One-way, mean of the readers.
    pub icc_1_k: IccForm,
    /// Two-way random, absolute agreement, single reader.
    pub icc_2_1: IccForm,
    /// Two-way random, absolute agreement, mean of the readers.
    pub icc_2_k: IccForm,
    /// Two-way mixed, consistency, single reader.
    pub icc_3_1: IccForm,
    /// Two-way mixed, consistency, mean of the readers.
    pub icc_3_k: IccForm,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// One form of the intraclass correlation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IccForm {
    /// The estimate.
    pub estimate: Option<f64>,
    /// F statistic of ICC = 0.
    pub f: Option<f64>,
    /// Numerator degrees of freedom.
    pub df1: Option<u64>,
    /// Denominator degrees of freedom.
    pub df2: Option<u64>,
    /// P value of the F test.
    pub p: Option<f64>,
    /// Lower 95 % limit.
    pub ci_low: Option<f64>,
    /// Upper 95 % limit.
    pub ci_high: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Share of the largest value below which a deviation counts as rounding.
const ROUNDING: f64 = 1e-14;

/// Mean squares with their degrees of freedom.
pub(crate) struct Anova {
    n: f64,
    k: f64,
    between: f64,
    within: f64,
    readers: f64,
    error: f64,
}

impl Anova {
    fn df_between(&self) -> f64 {
        self.n - 1.0
    }

    fn df_within(&self) -> f64 {
        self.n * (self.k - 1.0)
    }

    fn df_error(&self) -> f64 {
        (self.n - 1.0) * (self.k - 1.0)
    }

    /// Mean squares of complete rows; sums that are only rounding are 0.
    fn of(rows: &[Vec<f64>]) -> Result<Self, Reason> {
        if rows.len() < 2 {
            return Err(Reason::TooFewItems);
        }
        let (n, k) = (rows.len() as f64, rows[0].len() as f64);
        let largest = rows
            .iter()
            .flatten()
            .fold(0.0_f64, |most, value| most.max(value.abs()));
        // taken from one of the values, nothing of the others is lost however far they are from 0
        let origin = rows[0][0];
        let row = |row: &Vec<f64>| row.iter().map(|value| value - origin).collect();
        let rows: &[Vec<f64>] = &rows.iter().map(row).collect::<Vec<_>>();
        let grand = rows.iter().flatten().sum::<f64>() / (n * k);
        let item_means: Vec<f64> = rows.iter().map(|row| row.iter().sum::<f64>() / k).collect();
        let reader_means: Vec<f64> = (0..rows[0].len())
            .map(|reader| rows.iter().map(|row| row[reader]).sum::<f64>() / n)
            .collect();
        let rounding = (ROUNDING * largest).powi(2) * n * k;
        let clean = |sum: f64| if sum <= rounding { 0.0 } else { sum };
        let square_sum = |term: &dyn Fn(usize, usize) -> f64| -> f64 {
            let cells = (0..rows.len()).flat_map(|i| (0..rows[0].len()).map(move |j| (i, j)));
            clean(cells.map(|(i, j)| term(i, j).powi(2)).sum())
        };
        let between = square_sum(&|i, _| item_means[i] - grand);
        let readers = square_sum(&|_, j| reader_means[j] - grand);
        let within = square_sum(&|i, j| rows[i][j] - item_means[i]);
        let error = square_sum(&|i, j| rows[i][j] - item_means[i] - reader_means[j] + grand);
        Self::of_squares([n, k], [between, within, readers, error])
    }

    /// Mean squares from sums, as [`Anova::of`] has them from rows.
    pub(crate) fn of_sums(rows: &MeasurementSums<'_>) -> Result<Self, Reason> {
        if rows.n < 2.0 {
            return Err(Reason::TooFewItems);
        }
        let (n, k) = (rows.n, rows.sums.len() as f64);
        let size: f64 = rows.squares.iter().sum();
        // sums of squares cancel to within their rounding
        let clean = |sum: f64| if sum <= 1e-13 * size { 0.0 } else { sum };
        let level = rows.sums.iter().sum::<f64>().powi(2) / (n * k);
        let readers = rows.sums.iter().map(|sum| sum * sum).sum::<f64>() / n;
        let between = clean(rows.row_squares / k - level);
        let within = clean(size - rows.row_squares / k);
        let readers = clean(readers - level);
        let error = clean(within - readers);
        Self::of_squares([n, k], [between, within, readers, error])
    }

    /// From the sums of squares over n items by k readers.
    fn of_squares(
        [n, k]: [f64; 2],
        [between, within, readers, error]: [f64; 4],
    ) -> Result<Self, Reason> {
        if between + within == 0.0 {
            return Err(Reason::ZeroVariance);
        }
        Ok(Self {
            n,
            k,
            between: between / (n - 1.0),
            within: within / (n * (k - 1.0)),
            readers: readers / (k - 1.0),
            error: error / ((n - 1.0) * (k - 1.0)),
        })
    }

    /// ICC(2,1).
    pub(crate) fn absolute_single(&self) -> f64 {
        let readers = (self.readers - self.error) / self.n;
        (self.between - self.error)
            / (self.between + (self.k - 1.0) * self.error + self.k * readers)
    }

    /// ICC(3,1).
    pub(crate) fn consistency_single(&self) -> f64 {
        if self.error == 0.0 {
            return 1.0;
        }
        (self.between - self.error) / (self.between + (self.k - 1.0) * self.error)
    }

    /// Interval of ICC(2,1) by Satterthwaite's degrees of freedom.
    fn absolute_limits(&self, icc: f64) -> [f64; 2] {
        let (n, k) = (self.n, self.k);
        let f_readers = self.readers / self.error;
        let mixed = n * (1.0 + (k - 1.0) * icc) - k * icc;
        let df = self.df_error() * (k * icc * f_readers + mixed).powi(2)
            / ((n - 1.0) * (k * icc * f_readers).powi(2) + mixed * mixed);
        let upper_f = f_quantile(0.975, n - 1.0, df);
        let lower_f = f_quantile(0.975, df, n - 1.0);
        let spread = k * self.readers + (k * n - k - n) * self.error;
        [
            n * (self.between - upper_f * self.error) / (upper_f * spread + n * self.between),
            n * (lower_f * self.between - self.error) / (spread + n * lower_f * self.between),
        ]
    }

    /// Limits of the F ratio's interval.
    fn f_limits(f: f64, df1: f64, df2: f64) -> [f64; 2] {
        [
            f / f_quantile(0.975, df1, df2),
            f * f_quantile(0.975, df2, df1),
        ]
    }
}

/// All forms from complete rows (items) by readers.
#[must_use]
pub fn intraclass(rows: &[Vec<f64>]) -> Icc {
    let anova = Anova::of(rows);
    let anova = anova.as_ref().map_err(|reason| *reason);
    let mut reasons = Reasons::default();
    let mut mean_square = |key: &str, of: fn(&Anova) -> f64| reasons.settle(key, anova.map(of));
    Icc {
        ms_between: mean_square("ms_between", |a| a.between),
        ms_within: mean_square("ms_within", |a| a.within),
        ms_readers: mean_square("ms_readers", |a| a.readers),
        ms_error: mean_square("ms_error", |a| a.error),
        icc_1_1: one_way(anova, false),
        icc_1_k: one_way(anova, true),
        icc_2_1: absolute(anova, false),
        icc_2_k: absolute(anova, true),
        icc_3_1: consistency(anova, false),
        icc_3_k: consistency(anova, true),
        reasons,
    }
}

/// ICC of one reader, or of the mean of all, from an F ratio.
fn from_f(f: f64, k: f64, mean: bool) -> f64 {
    if mean {
        1.0 - 1.0 / f
    } else {
        (f - 1.0) / (f + k - 1.0)
    }
}

fn one_way(anova: Result<&Anova, Reason>, mean: bool) -> IccForm {
    let anova = match anova {
        Ok(anova) => anova,
        Err(reason) => return undefined_form(reason),
    };
    let (between, within) = (anova.between, anova.within);
    let divisor = if mean {
        between
    } else {
        between + (anova.k - 1.0) * within
    };
    let df = [anova.df_between(), anova.df_within()];
    let estimate = (between - within) / divisor;
    form(estimate, between, within, df, |f| {
        Anova::f_limits(f, df[0], df[1]).map(|f| from_f(f, anova.k, mean))
    })
}

fn consistency(anova: Result<&Anova, Reason>, mean: bool) -> IccForm {
    let anova = match anova {
        Ok(anova) => anova,
        Err(reason) => return undefined_form(reason),
    };
    let (between, error) = (anova.between, anova.error);
    let df = [anova.df_between(), anova.df_error()];
    let estimate = match mean {
        true if error > 0.0 => (between - error) / between,
        true => 1.0,
        false => anova.consistency_single(),
    };
    form(estimate, between, error, df, |f| {
        Anova::f_limits(f, df[0], df[1]).map(|f| from_f(f, anova.k, mean))
    })
}

fn absolute(anova: Result<&Anova, Reason>, mean: bool) -> IccForm {
    let anova = match anova {
        Ok(anova) => anova,
        Err(reason) => return undefined_form(reason),
    };
    let (n, k) = (anova.n, anova.k);
    let (between, error) = (anova.between, anova.error);
    let single = anova.absolute_single();
    let estimate = if mean {
        (between - error) / (between + (anova.readers - error) / n)
    } else {
        single
    };
    form(
        estimate,
        between,
        error,
        [anova.df_between(), anova.df_error()],
        |_| {
            let limits = anova.absolute_limits(single);
            // Spearman-Brown for the mean of the readers
            limits.map(|l| {
                if mean {
                    l * k / (1.0 + l * (k - 1.0))
                } else {
                    l
                }
            })
        },
    )
}

/// A form with its F test; without residual variance there is no test and no interval.
fn form(
    estimate: f64,
    between: f64,
    error: f64,
    df: [f64; 2],
    limits: impl Fn(f64) -> [f64; 2],
) -> IccForm {
    let mut reasons = Reasons::default();
    let f = if error == 0.0 {
        Err(Reason::ZeroErrorVariance)
    } else {
        Ok(between / error)
    };
    let limits = f.map(limits);
    let mut settle = |key: &str, figure: Figure| reasons.settle(key, figure);
    IccForm {
        estimate: settle("estimate", Ok(estimate)),
        f: settle("f", f),
        df1: Some(df[0] as u64),
        df2: Some(df[1] as u64),
        p: settle("p", f.map(|f| f_upper_tail(f, df[0], df[1]))),
        ci_low: settle("ci_low", limits.map(|[low, _]| low)),
        ci_high: settle("ci_high", limits.map(|[_, high]| high)),
        reasons,
    }
}

fn undefined_form(reason: Reason) -> IccForm {
    let mut reasons = Reasons::default();
    for key in ["estimate", "f", "df1", "df2", "p", "ci_low", "ci_high"] {
        reasons.note(key, reason);
    }
    IccForm {
        estimate: None,
        f: None,
        df1: None,
        df2: None,
        p: None,
        ci_low: None,
        ci_high: None,
        reasons,
    }
}
