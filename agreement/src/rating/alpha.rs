//! Krippendorff's alpha (Hayes & Krippendorff 2007, doi:10.1080/19312450709336664).

use super::Scale;
use crate::figure::{Figure, Reason};

/// Alpha by the coincidence matrix of the values' positions in an ordered list.
///
/// `values` are the numbers of the positions (ranks for names). `undefined` is the reason where
/// nothing differs.
pub(crate) fn krippendorff_alpha(
    coded: &[Vec<Option<usize>>],
    values: &[f64],
    scale: Scale,
    undefined: Reason,
) -> Figure {
    let q = values.len();
    let mut coincidences = vec![vec![0.0; q]; q];
    for row in coded {
        let rated: Vec<usize> = row.iter().copied().flatten().collect();
        if rated.len() < 2 {
            continue;
        }
        let share = 1.0 / (rated.len() - 1) as f64;
        for (n, &a) in rated.iter().enumerate() {
            for (m, &b) in rated.iter().enumerate() {
                if n != m {
                    coincidences[a][b] += share;
                }
            }
        }
    }
    let totals: Vec<f64> = coincidences.iter().map(|row| row.iter().sum()).collect();
    let n: f64 = totals.iter().sum();
    if n == 0.0 {
        return Err(Reason::TooFewItems);
    }
    let metric = Metric::new(scale, values, &totals);
    let (mut observed, mut expected) = (0.0, 0.0);
    for a in 0..q {
        for b in 0..q {
            let difference = metric.difference(a, b);
            observed += coincidences[a][b] * difference;
            expected += totals[a] * totals[b] * difference;
        }
    }
    if expected == 0.0 {
        return Err(undefined);
    }
    Ok(1.0 - (n - 1.0) * observed / expected)
}

/// Squared difference of two values on a scale.
struct Metric<'a> {
    scale: Scale,
    values: &'a [f64],
    /// Place of each rank: half of its own ratings after all lower ones.
    places: Vec<f64>,
}

impl<'a> Metric<'a> {
    fn new(scale: Scale, values: &'a [f64], totals: &[f64]) -> Self {
        let mut below = 0.0;
        let places = totals
            .iter()
            .map(|total| {
                let place = below + total / 2.0;
                below += total;
                place
            })
            .collect();
        Self {
            scale,
            values,
            places,
        }
    }

    fn difference(&self, a: usize, b: usize) -> f64 {
        let (x, y) = (self.values[a], self.values[b]);
        match self.scale {
            Scale::Nominal => f64::from(u8::from(a != b)),
            Scale::Ordinal => (self.places[a] - self.places[b]).powi(2),
            Scale::Interval => (x - y).powi(2),
            Scale::Ratio if x + y == 0.0 => 0.0,
            Scale::Ratio => ((x - y) / (x + y)).powi(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_one_and_a_single_value_is_undefined() {
        let same = vec![vec![Some(0), Some(0)], vec![Some(1), Some(1)]];
        let alpha = |rows: &[Vec<Option<usize>>], scale| {
            krippendorff_alpha(rows, &[1.0, 2.0], scale, Reason::SingleCategory)
        };
        for scale in [
            Scale::Nominal,
            Scale::Ordinal,
            Scale::Interval,
            Scale::Ratio,
        ] {
            assert_eq!(alpha(&same, scale), Ok(1.0));
            assert_eq!(alpha(&same[..1], scale), Err(Reason::SingleCategory));
        }
        assert_eq!(
            alpha(&[vec![Some(0), None]], Scale::Nominal),
            Err(Reason::TooFewItems)
        );
    }
}
