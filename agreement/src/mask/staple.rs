//! STAPLE on decision patterns (Warfield, Zou & Wells 2004, doi:10.1109/TMI.2004.828354).

use super::pattern::{Patterns, marked};
use serde::Serialize;

/// Voxels that STAPLE is estimated over. The estimates of specificity and the prior depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StapleRegion {
    /// The whole image, as in the paper.
    #[default]
    Image,
    /// The smallest box around all masks.
    UnionBox,
}

/// Prior and region of STAPLE.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StapleOptions {
    /// Share of foreground; `None`: the mean of all decisions.
    pub prior: Option<f64>,
    /// The voxels.
    pub region: StapleRegion,
}

/// Result of the estimation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Staple {
    /// P(reader marks | true foreground) of each reader; `None` if there is no foreground left.
    pub(crate) sensitivity: Vec<Option<f64>>,
    /// P(reader leaves | true background) of each reader; `None` if there is no background.
    pub(crate) specificity: Vec<Option<f64>>,
    /// Share of foreground that was assumed.
    pub(crate) prior: f64,
    /// Rounds until the estimates stood still.
    pub(crate) rounds: u32,
    /// Whether they did.
    pub(crate) converged: bool,
    /// Patterns with foreground probability above 1/2, ascending.
    foreground: Vec<u32>,
}

const MOST_ROUNDS: u32 = 10_000;
const STILL: f64 = 1e-14;

impl Staple {
    /// Whether voxels of a pattern belong to the consensus.
    pub(crate) fn is_foreground(&self, pattern: u32) -> bool {
        self.foreground.binary_search(&pattern).is_ok()
    }

    /// Estimates from counted patterns; some reader marked a voxel.
    pub(crate) fn estimate(patterns: &Patterns, options: StapleOptions) -> Self {
        let given = patterns;
        let patterns = match options.region {
            StapleRegion::Image => patterns.ordered(),
            StapleRegion::UnionBox => patterns.in_box().ordered(),
        };
        let patterns = &patterns;
        let readers = patterns.n_readers;
        let decisions = (patterns.total() * readers as u64) as f64;
        let marks: u64 = patterns
            .counts
            .iter()
            .map(|(pattern, n)| u64::from(pattern.count_ones()) * n)
            .sum();
        let prior = options.prior.unwrap_or(marks as f64 / decisions);
        let mut p = vec![Some(0.999_99); readers];
        let mut q = p.clone();
        let (mut rounds, mut converged) = (0, false);
        while rounds < MOST_ROUNDS {
            rounds += 1;
            let (next_p, next_q) = Self::round(patterns, prior, &p, &q);
            let change = change(&p, &next_p) + change(&q, &next_q);
            (p, q) = (next_p, next_q);
            if change < STILL {
                converged = true;
                break;
            }
        }
        let in_order = given
            .counts
            .keys()
            .map(|&pattern| (pattern, given.to_order(pattern)));
        let foreground = in_order
            .filter(|(_, turned)| probability(*turned, prior, &p, &q) > 0.5)
            .map(|(pattern, _)| pattern)
            .collect();
        let as_given = |values: &[Option<f64>]| {
            let mut placed = vec![None; readers];
            for (&reader, value) in given.order.iter().zip(values) {
                placed[reader] = *value;
            }
            placed
        };
        Self {
            sensitivity: as_given(&p),
            specificity: as_given(&q),
            prior,
            rounds,
            converged,
            foreground,
        }
    }

    /// One E step and one M step.
    fn round(
        patterns: &Patterns,
        prior: f64,
        p: &[Option<f64>],
        q: &[Option<f64>],
    ) -> (Vec<Option<f64>>, Vec<Option<f64>>) {
        let weights: Vec<(u32, f64, f64)> = patterns
            .counts
            .iter()
            .map(|(&pattern, &count)| {
                let inside = probability(pattern, prior, p, q);
                (
                    pattern,
                    inside * count as f64,
                    (1.0 - inside) * count as f64,
                )
            })
            .collect();
        let inside: f64 = weights.iter().map(|(_, inside, _)| inside).sum();
        let outside: f64 = weights.iter().map(|(_, _, outside)| outside).sum();
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        (0..p.len())
            .map(|reader| {
                let hits = weights
                    .iter()
                    .filter(|(pattern, ..)| marked(*pattern, reader));
                let spared = weights
                    .iter()
                    .filter(|(pattern, ..)| !marked(*pattern, reader));
                (
                    share(hits.map(|(_, inside, _)| inside).sum(), inside),
                    share(spared.map(|(_, _, outside)| outside).sum(), outside),
                )
            })
            .unzip()
    }
}

/// Probability that voxels of this pattern are foreground.
fn probability(pattern: u32, prior: f64, p: &[Option<f64>], q: &[Option<f64>]) -> f64 {
    let (mut inside, mut outside) = (prior, 1.0 - prior);
    for (reader, (p, q)) in p.iter().zip(q).enumerate() {
        let (p, q) = (p.unwrap_or(0.0), q.unwrap_or(0.0));
        if marked(pattern, reader) {
            inside *= p;
            outside *= 1.0 - q;
        } else {
            inside *= 1.0 - p;
            outside *= q;
        }
    }
    if inside + outside > 0.0 {
        inside / (inside + outside)
    } else {
        0.0
    }
}

fn change(before: &[Option<f64>], after: &[Option<f64>]) -> f64 {
    before
        .iter()
        .zip(after)
        .map(|(before, after)| (before.unwrap_or(0.0) - after.unwrap_or(0.0)).powi(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn readers_who_agree_are_perfect() {
        let patterns = Patterns {
            n_readers: 3,
            order: (0..3).collect(),
            outside_box: 0,
            counts: BTreeMap::from([(0, 900), (0b111, 100)]),
        };
        let staple = Staple::estimate(&patterns, StapleOptions::default());
        assert_eq!(staple.foreground, vec![0b111]);
        assert!(
            staple
                .sensitivity
                .iter()
                .all(|p| p.is_some_and(|p| p > 0.999_999))
        );
        assert!((staple.prior - 0.1).abs() < 1e-12);
    }

    #[test]
    fn a_full_image_leaves_specificity_undefined() {
        let patterns = Patterns {
            n_readers: 3,
            order: (0..3).collect(),
            outside_box: 0,
            counts: BTreeMap::from([(0, 0), (0b111, 50)]),
        };
        let staple = Staple::estimate(&patterns, StapleOptions::default());
        assert_eq!(staple.specificity, vec![None; 3]);
        assert_eq!(staple.foreground, vec![0b111]);
    }

    #[test]
    fn a_smaller_region_lowers_specificity_and_a_given_prior_is_kept() {
        let patterns = Patterns {
            n_readers: 3,
            order: (0..3).collect(),
            outside_box: 9_000,
            counts: BTreeMap::from([(0, 9_500), (0b111, 80), (0b011, 20), (0b100, 30)]),
        };
        let specificity = |region| {
            let options = StapleOptions {
                prior: None,
                region,
            };
            Staple::estimate(&patterns, options).specificity[2].unwrap()
        };
        assert!(specificity(StapleRegion::UnionBox) < specificity(StapleRegion::Image));
        let options = StapleOptions {
            prior: Some(0.25),
            region: StapleRegion::Image,
        };
        let given = Staple::estimate(&patterns, options);
        assert_eq!((given.prior, given.converged), (0.25, true));
    }
}
