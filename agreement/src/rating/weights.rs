//! How much two categories agree: 1 for equal ones, less the farther apart.

use crate::Error;
use serde::Serialize;
use voxel::Phrase;

/// Agreement weights by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// 1 for equal categories, else 0.
    Unweighted,
    /// 1 - |i - j| / (q - 1) on ranks (Cicchetti & Allison).
    Linear,
    /// 1 - (i - j)² / (q - 1)² on ranks (Fleiss & Cohen).
    Quadratic,
}

/// A square matrix of agreement weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights(Vec<Vec<f64>>);

impl Weights {
    /// Weights of `q` ordered categories; one category has the weight 1.
    #[must_use]
    pub fn new(weighting: Weighting, q: usize) -> Self {
        let span = q.saturating_sub(1).max(1) as f64;
        let weight = |i: usize, j: usize| {
            let share = i.abs_diff(j) as f64 / span;
            match weighting {
                Weighting::Unweighted => f64::from(u8::from(i == j)),
                Weighting::Linear => 1.0 - share,
                Weighting::Quadratic => 1.0 - share * share,
            }
        };
        Self(
            (0..q)
                .map(|i| (0..q).map(|j| weight(i, j)).collect())
                .collect(),
        )
    }

    /// Weights from a matrix of disagreements: 1 - v / max v (Cohen 1968).
    ///
    /// # Errors
    /// [`Error::BadArguments`] if the matrix is not square of size `q`, has a negative or
    /// non-finite entry, or only zeros.
    pub fn from_disagreements(matrix: &[Vec<f64>], q: usize) -> Result<Self, Error> {
        let bad = |phrase: Phrase| Err(Error::BadArguments(phrase));
        if matrix.len() != q || matrix.iter().any(|row| row.len() != q) {
            return bad(Phrase::new(
                "agree-weights-shape",
                "the disagreement weights need one row and column for each category",
            ));
        }
        if matrix.iter().flatten().any(|v| !v.is_finite() || *v < 0.0) {
            return bad(Phrase::new(
                "agree-weights-negative",
                "disagreement weights are finite and not negative",
            ));
        }
        let most = matrix.iter().flatten().copied().fold(0.0, f64::max);
        if most == 0.0 {
            return bad(Phrase::new(
                "agree-weights-zero",
                "the disagreement weights are all 0",
            ));
        }
        Ok(Self(
            matrix
                .iter()
                .map(|row| row.iter().map(|v| 1.0 - v / most).collect())
                .collect(),
        ))
    }

    /// Number of categories.
    pub(crate) fn n(&self) -> usize {
        self.0.len()
    }

    /// Weight of categories i and j.
    pub(crate) fn at(&self, i: usize, j: usize) -> f64 {
        self.0[i][j]
    }

    /// Sum of all weights.
    pub(crate) fn sum(&self) -> f64 {
        self.0.iter().flatten().sum()
    }
}
