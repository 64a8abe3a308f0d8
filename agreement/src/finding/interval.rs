//! The interval of F1, cases resampled.

use crate::figure::Reason;
use crate::rating::{CaseLimits, SummaryOptions};
use crate::resampling::{FEW_CASES, resampled};

/// 95 % percentile limits of F1, whole cases resampled; undefined below ten cases. Each case is told as
/// the findings that both readers have and those that only one has.
#[must_use]
pub fn f1_by_case(cases: &[[usize; 2]]) -> CaseLimits {
    let options = SummaryOptions::default();
    let resamples = if cases.len() < FEW_CASES {
        0
    } else {
        options.resamples
    };
    let f1 = resampled(cases.len(), resamples, options.seed, |draw| {
        let (mut both, mut alone) = (0, 0);
        for _ in 0..cases.len() {
            let [own_both, own_alone] = cases[draw.place()];
            both += own_both;
            alone += own_alone;
        }
        let sum = 2 * both + alone;
        (sum > 0).then(|| (2 * both) as f64 / sum as f64)
    });
    CaseLimits::of(resamples, &f1, Reason::ZeroDenominator)
}
