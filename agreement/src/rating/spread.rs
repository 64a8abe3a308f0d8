//! Quartiles and whiskers of a box plot (Tukey 1977).

use crate::mask::percentile_sorted;

/// Quartiles, the outermost values within 1.5 quartile distances, and what lies beyond.
#[derive(Debug, Clone, PartialEq)]
pub struct BoxSpread {
    /// Lower quartile, median, upper quartile (type 7).
    pub quartiles: [f64; 3],
    /// Smallest and largest value within 1.5 quartile distances of the quartiles.
    pub whiskers: [f64; 2],
    /// Values beyond, ascending.
    pub beyond: Vec<f64>,
}

/// The spread of values; `None` without any.
///
/// ```
/// let spread = agreement::box_spread(&[1.0, 2.0, 3.0, 4.0, 5.0, 20.0]).unwrap();
/// assert_eq!(spread.quartiles, [2.25, 3.5, 4.75]);
/// assert_eq!((spread.whiskers, spread.beyond), ([1.0, 5.0], vec![20.0]));
/// ```
#[must_use]
pub fn box_spread(values: &[f64]) -> Option<BoxSpread> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let quartiles = [25.0, 50.0, 75.0].map(|percent| percentile_sorted(&sorted, percent));
    let reach = 1.5 * (quartiles[2] - quartiles[0]);
    let is_near = |value: f64| value >= quartiles[0] - reach && value <= quartiles[2] + reach;
    let near: Vec<f64> = sorted.iter().copied().filter(|v| is_near(*v)).collect();
    Some(BoxSpread {
        quartiles,
        whiskers: [*near.first()?, *near.last()?],
        beyond: sorted.into_iter().filter(|v| !is_near(*v)).collect(),
    })
}
