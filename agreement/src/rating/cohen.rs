//! Cohen's kappa of two readers, plain and weighted, with its standard errors; Scott's pi.

use super::weights::Weights;
use crate::distribution::Z_95;
use crate::figure::{Figure, Reason, Reasons};
use serde::Serialize;

/// Counts of two readers' categories: rows the first, columns the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfusionTable(pub Vec<Vec<u64>>);

impl ConfusionTable {
    /// Counts complete pairs of categories given as positions below `q`.
    ///
    /// # Panics
    /// If a position is not below `q`.
    #[must_use]
    pub fn of_pairs(pairs: impl IntoIterator<Item = (usize, usize)>, q: usize) -> Self {
        let mut counts = vec![vec![0; q]; q];
        for (first, second) in pairs {
            counts[first][second] += 1;
        }
        Self(counts)
    }

    /// Number of pairs.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.0.iter().flatten().sum()
    }

    /// Number of pairs of equal categories.
    #[must_use]
    pub fn agreeing(&self) -> u64 {
        self.0
            .iter()
            .enumerate()
            .map(|(category, row)| row[category])
            .sum()
    }

    /// Shares of the cells and of both readers' categories.
    fn shares(&self) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
        let n = self.n() as f64;
        let cells: Vec<Vec<f64>> = self
            .0
            .iter()
            .map(|row| row.iter().map(|&c| c as f64 / n).collect())
            .collect();
        let rows = self
            .0
            .iter()
            .map(|row| row.iter().sum::<u64>() as f64 / n)
            .collect();
        let columns = (0..self.0.len())
            .map(|j| self.0.iter().map(|row| row[j]).sum::<u64>() as f64 / n)
            .collect();
        (cells, rows, columns)
    }
}

/// Cohen's kappa with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CohenKappa {
    /// Kappa.
    pub estimate: Option<f64>,
    /// Non-null standard error (Fleiss, Cohen & Everitt 1969).
    pub se: Option<f64>,
    /// Standard error under kappa = 0.
    pub se_null: Option<f64>,
    /// Lower 95 % limit: estimate - z se, not clipped.
    pub ci_low: Option<f64>,
    /// Upper 95 % limit.
    pub ci_high: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Kappa of two readers (Cohen 1960, 1968), with standard errors of Fleiss, Cohen & Everitt 1969.
///
/// Undefined as `single_category` where chance agreement is 1, `too_few_items` without pairs.
///
/// # Panics
/// If the table is not square or has another number of categories than the weights.
///
/// ```
/// use agreement::{ConfusionTable, Weighting, Weights, cohen_kappa};
/// let cohen_1960 = ConfusionTable(vec![vec![88, 14, 18], vec![10, 40, 10], vec![2, 6, 12]]);
/// let kappa = cohen_kappa(&cohen_1960, &Weights::new(Weighting::Unweighted, 3));
/// assert!((kappa.estimate.unwrap() - 0.492).abs() < 0.0006);
/// ```
#[must_use]
pub fn cohen_kappa(table: &ConfusionTable, weights: &Weights) -> CohenKappa {
    let values = kappa_and_errors(table, weights);
    let mut reasons = Reasons::default();
    let mut settle = |key: &str, of: fn([f64; 3]) -> f64| reasons.settle(key, values.map(of));
    CohenKappa {
        estimate: settle("estimate", |[kappa, ..]| kappa),
        se: settle("se", |[_, se, _]| se),
        se_null: settle("se_null", |[.., null]| null),
        ci_low: settle("ci_low", |[kappa, se, _]| kappa - Z_95 * se),
        ci_high: settle("ci_high", |[kappa, se, _]| kappa + Z_95 * se),
        reasons,
    }
}

/// Kappa, its standard error and that under kappa = 0.
fn kappa_and_errors(table: &ConfusionTable, weights: &Weights) -> Result<[f64; 3], Reason> {
    let n = table.n() as f64;
    if n == 0.0 {
        return Err(Reason::TooFewItems);
    }
    let q = weights.n();
    let (cells, rows, columns) = table.shares();
    let over_cells = |term: &dyn Fn(usize, usize) -> f64| -> f64 {
        (0..q)
            .flat_map(|i| (0..q).map(move |j| (i, j)))
            .map(|(i, j)| term(i, j))
            .sum()
    };
    let observed = over_cells(&|i, j| weights.at(i, j) * cells[i][j]);
    let chance = over_cells(&|i, j| weights.at(i, j) * rows[i] * columns[j]);
    if (1.0 - chance).abs() < 1e-15 {
        return Err(Reason::SingleCategory);
    }
    let kappa = (observed - chance) / (1.0 - chance);
    let row_mean: Vec<f64> = (0..q)
        .map(|i| (0..q).map(|j| columns[j] * weights.at(i, j)).sum())
        .collect();
    let column_mean: Vec<f64> = (0..q)
        .map(|j| (0..q).map(|i| rows[i] * weights.at(i, j)).sum())
        .collect();
    let margin = |i: usize, j: usize| row_mean[i] + column_mean[j];
    let spread =
        over_cells(&|i, j| cells[i][j] * (weights.at(i, j) - margin(i, j) * (1.0 - kappa)).powi(2));
    let spread_null =
        over_cells(&|i, j| rows[i] * columns[j] * (weights.at(i, j) - margin(i, j)).powi(2));
    let scale = n * (1.0 - chance).powi(2);
    let variance = (spread - (kappa - chance * (1.0 - kappa)).powi(2)) / scale;
    let variance_null = (spread_null - chance * chance) / scale;
    Ok([
        kappa,
        variance.max(0.0).sqrt(),
        variance_null.max(0.0).sqrt(),
    ])
}

/// Scott's pi (doi:10.1086/266577): chance agreement from the mean of both readers' shares.
pub(crate) fn scott_pi(table: &ConfusionTable) -> Figure {
    let n = table.n();
    if n == 0 {
        return Err(Reason::TooFewItems);
    }
    let (_, rows, columns) = table.shares();
    let chance: f64 = rows
        .iter()
        .zip(&columns)
        .map(|(a, b)| ((a + b) / 2.0).powi(2))
        .sum();
    if (1.0 - chance).abs() < 1e-12 {
        return Err(Reason::SingleCategory);
    }
    Ok((table.agreeing() as f64 / n as f64 - chance) / (1.0 - chance))
}

/// Wilson's 95 % interval of a share.
pub(crate) fn wilson(successes: u64, n: u64) -> Result<[f64; 2], Reason> {
    if n == 0 {
        return Err(Reason::TooFewItems);
    }
    let (n, share) = (n as f64, successes as f64 / n as f64);
    let z2 = Z_95 * Z_95;
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z_95 / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    Ok([centre - half, centre + half])
}

#[cfg(test)]
mod tests {
    use super::super::weights::Weighting;
    use super::*;

    #[test]
    fn one_category_leaves_kappa_undefined() {
        let table = ConfusionTable(vec![vec![12, 0], vec![0, 0]]);
        let kappa = cohen_kappa(&table, &Weights::new(Weighting::Unweighted, 2));
        assert_eq!(kappa.estimate, None);
        assert_eq!(kappa.reasons.get("ci_low"), Some(Reason::SingleCategory));
        assert_eq!(scott_pi(&table), Err(Reason::SingleCategory));
    }

    #[test]
    fn no_pairs_are_too_few_items() {
        let table = ConfusionTable::of_pairs([], 3);
        let kappa = cohen_kappa(&table, &Weights::new(Weighting::Linear, 3));
        assert_eq!(kappa.reasons.get("estimate"), Some(Reason::TooFewItems));
        assert_eq!(wilson(0, 0), Err(Reason::TooFewItems));
    }

    #[test]
    fn two_categories_have_one_kappa_whatever_the_weights() {
        let table = ConfusionTable(vec![vec![5, 5], vec![10, 80]]);
        let plain = cohen_kappa(&table, &Weights::new(Weighting::Unweighted, 2));
        let linear = cohen_kappa(&table, &Weights::new(Weighting::Linear, 2));
        assert_eq!(plain, linear);
    }
}
