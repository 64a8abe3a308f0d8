//! The estimation of multi-label STAPLE (golden contract, section 4.6) on counted combinations.
//!
//! A reader confuses a label with few others: only those entries of the confusion are kept, so that
//! hundreds of labels cost what their confusions cost, not their square.

use std::collections::BTreeMap;

pub(super) const MOST_ROUNDS: u32 = 1000;
const STILL: f64 = 1e-10;

/// What the readers said of a voxel, as positions in the list of labels, and how often.
pub(super) type Combination = (Vec<usize>, u64);

/// Probabilities of labels, ascending by label; labels that are not there have probability 0.
type Shares = Vec<(usize, f64)>;

/// P(reader says d | truth t): for each d the truths t for which it is not 0.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Confusion(Vec<Shares>);

impl Confusion {
    /// P(says `said` | `truth`).
    pub(super) fn at(&self, said: usize, truth: usize) -> f64 {
        let shares = &self.0[said];
        let place = shares.binary_search_by_key(&truth, |(label, _)| *label);
        place.map_or(0.0, |place| shares[place].1)
    }

    /// From counts, each truth scaled to the sum 1.
    fn scaled(mut counts: Vec<BTreeMap<usize, f64>>) -> Self {
        let mut sums = vec![0.0; counts.len()];
        for (truth, count) in counts.iter().flatten() {
            sums[*truth] += count;
        }
        for (truth, count) in counts.iter_mut().flatten() {
            if sums[*truth] > 0.0 {
                *count /= sums[*truth];
            }
        }
        Self(
            counts
                .into_iter()
                .map(|row| row.into_iter().collect())
                .collect(),
        )
    }

    /// Largest change of an entry.
    fn change(&self, other: &Self) -> f64 {
        let rows = self.0.iter().zip(&other.0).enumerate();
        rows.flat_map(|(said, (ours, theirs))| {
            let here = ours
                .iter()
                .map(move |(truth, p)| (p - other.at(said, *truth)).abs());
            let there = theirs
                .iter()
                .map(move |(truth, p)| (p - self.at(said, *truth)).abs());
            here.chain(there)
        })
        .fold(0.0, f64::max)
    }
}

/// Counted combinations of decisions and the prior: the labels' shares over all readers.
pub(super) struct Estimation<'a> {
    n_labels: usize,
    combinations: &'a [Combination],
    pub(super) prior: Vec<f64>,
}

impl<'a> Estimation<'a> {
    pub(super) fn new(n_labels: usize, combinations: &'a [Combination]) -> Self {
        let mut sums = vec![0_u64; n_labels];
        for (said, count) in combinations {
            for &label in said {
                sums[label] += count;
            }
        }
        let all = sums.iter().sum::<u64>() as f64;
        let prior = sums.into_iter().map(|sum| sum as f64 / all).collect();
        Self {
            n_labels,
            combinations,
            prior,
        }
    }

    /// Rounds of E and M from the majority vote (ties left out) until nothing changes, and how many
    /// that took; `None` if something still did.
    pub(super) fn run(&self) -> (Vec<Confusion>, Option<u32>) {
        let mut theta = self.maximise(majority);
        for round in 1..=MOST_ROUNDS {
            let next = self.maximise(|combination| {
                let mut weights = self.weights(combination, &theta);
                let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
                if sum > 0.0 {
                    weights.iter_mut().for_each(|(_, weight)| *weight /= sum);
                }
                weights
            });
            let changes = next
                .iter()
                .zip(&theta)
                .map(|(next, last)| next.change(last));
            let change = changes.fold(0.0, f64::max);
            theta = next;
            if change < STILL {
                return (theta, Some(round));
            }
        }
        (theta, None)
    }

    /// Confusion of each reader, given the probability of each truth for a combination.
    fn maximise(&self, truth_of: impl Fn(&[usize]) -> Shares) -> Vec<Confusion> {
        let first = self.combinations.first();
        let readers = first.map_or(0, |(combination, _)| combination.len());
        let mut counts = vec![vec![BTreeMap::new(); self.n_labels]; readers];
        for (combination, count) in self.combinations {
            let truth = truth_of(combination);
            for (counts, &said) in counts.iter_mut().zip(combination) {
                for (label, weight) in &truth {
                    *counts[said].entry(*label).or_insert(0.0) += weight * *count as f64;
                }
            }
        }
        counts.into_iter().map(Confusion::scaled).collect()
    }

    /// Unscaled probability of each truth for one combination.
    fn weights(&self, combination: &[usize], theta: &[Confusion]) -> Shares {
        let rows = theta
            .iter()
            .zip(combination)
            .map(|(theta, &said)| &theta.0[said]);
        // background is confused with every label, a label with few
        let Some(shortest) = rows.min_by_key(|row| row.len()) else {
            return Shares::new();
        };
        let weight = |truth: usize| {
            let shares = theta
                .iter()
                .zip(combination)
                .map(|(theta, &said)| theta.at(said, truth));
            shares.fold(self.prior[truth], |weight, share| weight * share)
        };
        let truths = shortest.iter().map(|(truth, _)| (*truth, weight(*truth)));
        truths.filter(|(_, weight)| *weight > 0.0).collect()
    }

    /// Voxels of each label in the consensus, and of exact ties.
    pub(super) fn decide(&self, theta: &[Confusion]) -> (Vec<u64>, u64) {
        let mut n_voxels = vec![0; self.n_labels];
        let mut n_undecided = 0;
        for (combination, count) in self.combinations {
            let weights = self.weights(combination, theta);
            let top = weights
                .iter()
                .map(|(_, weight)| *weight)
                .fold(0.0, f64::max);
            let mut winners = weights.iter().filter(|(_, weight)| *weight >= top);
            match (winners.next(), winners.next()) {
                (Some((label, _)), None) => n_voxels[*label] += *count,
                _ => n_undecided += *count,
            }
        }
        (n_voxels, n_undecided)
    }
}

/// The label that most readers said; none where two are said as often.
fn majority(combination: &[usize]) -> Shares {
    let mut said = combination.to_vec();
    said.sort_unstable();
    let votes: Vec<(usize, usize)> = said
        .chunk_by(|a, b| a == b)
        .map(|same| (same[0], same.len()))
        .collect();
    let most = votes.iter().map(|(_, votes)| *votes).max().unwrap_or(0);
    let mut winners = votes.iter().filter(|(_, votes)| *votes == most);
    match (winners.next(), winners.next()) {
        (Some((label, _)), None) => vec![(*label, 1.0)],
        _ => Shares::new(),
    }
}
