//! All labels of several readers at once: multi-label STAPLE (golden contract, section 4.6).

use super::label_map::{ReaderPair, reader_pairs};
use super::multi::PairwiseAgreement;
use super::pair::PairOptions;
use super::pattern::{Patterns, count_keys};
use crate::Error;
use crate::figure::{Keyed, Reasons};
use serde::Serialize;
use std::collections::BTreeMap;
use voxel::{LabelMap, Mapped, Mask, Phrase, VoxelBox};

/// Figures of all labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MultilabelResult {
    /// Labels that occur, ascending, without background.
    pub labels: Vec<i64>,
    /// The multi-label consensus.
    pub staple: MultilabelStaple,
    /// Each label for itself.
    pub per_label: Vec<LabelFigures>,
}

/// Multi-label STAPLE over all voxels of the image.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MultilabelStaple {
    /// Voxels of each label in the consensus, background included.
    pub n_voxels: Keyed<u64>,
    /// Voxels whose two most probable labels are exactly equally probable.
    pub n_undecided: u64,
    /// Share of each label in all decisions, background included: the prior.
    pub prior: Keyed<f64>,
    /// Rounds until the estimates stood still.
    pub rounds: u32,
    /// Whether they did within the rounds that are allowed.
    pub converged: bool,
    /// Each reader.
    pub per_reader: Vec<ReaderByLabel>,
}

/// How reliable one reader is, label by label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReaderByLabel {
    /// P(reader says the label | it is the true label).
    pub correct_by_label: Keyed<f64>,
}

/// Agreement on one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelFigures {
    /// The label.
    pub label: i64,
    /// Mean Dice over the pairs in which one reader used it.
    pub mean_pairwise_dice: Option<f64>,
    /// Sum of intersections / sum of unions over all pairs.
    pub generalised_conformity_index: Option<f64>,
    /// All figures of each pair of readers.
    pub pairs: Vec<ReaderPair>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

const MOST_ROUNDS: u32 = 1000;
const STILL: f64 = 1e-10;

/// Figures of label maps on one grid.
///
/// # Errors
/// [`Error::BadArguments`] if so many readers use so many labels that their combinations cannot be
/// numbered (2^128).
pub(crate) fn multilabel(
    maps: &[&LabelMap],
    options: &PairOptions,
) -> Result<MultilabelResult, Error> {
    let labels = used_labels(maps);
    let combinations = combinations(maps, &labels)?;
    let em = Estimation::new(labels.len(), &combinations);
    let (theta, rounds) = em.run();
    let (n_by_label, n_undecided) = em.decide(&theta);
    let names = || labels.iter().map(ToString::to_string);
    let correct = |theta: &Confusion| {
        Keyed(
            names()
                .enumerate()
                .map(|(t, name)| (name, theta[t][t]))
                .collect(),
        )
    };
    Ok(MultilabelResult {
        staple: MultilabelStaple {
            n_voxels: Keyed(names().zip(n_by_label).collect()),
            n_undecided,
            prior: Keyed(names().zip(em.prior.iter().copied()).collect()),
            rounds: rounds.unwrap_or(MOST_ROUNDS),
            converged: rounds.is_some(),
            per_reader: theta
                .iter()
                .map(|theta| ReaderByLabel {
                    correct_by_label: correct(theta),
                })
                .collect(),
        },
        per_label: per_label(maps, &labels, &combinations, options)?,
        labels: labels[1..].to_vec(),
    })
}

/// Background, then every other label that occurs, ascending.
fn used_labels(maps: &[&LabelMap]) -> Vec<i64> {
    let all = maps.iter().flat_map(|map| map.labels());
    let mut labels: Vec<i64> = all.filter(|label| *label != 0).collect();
    labels.sort_unstable();
    labels.dedup();
    labels.insert(0, 0);
    labels
}

/// Each label but background for itself.
fn per_label(
    maps: &[&LabelMap],
    labels: &[i64],
    combinations: &[Combination],
    options: &PairOptions,
) -> Result<Vec<LabelFigures>, Error> {
    let boxes: Vec<BTreeMap<i64, VoxelBox>> = maps.iter().map(|map| map.boxes()).collect();
    labels
        .iter()
        .enumerate()
        .skip(1)
        .map(|(index, &label)| {
            let masks: Vec<Mask> = maps
                .iter()
                .zip(&boxes)
                .map(|(map, boxes)| match boxes.get(&label) {
                    Some(within) => map.mask_in(within, |other| other == label),
                    None => Mask::empty(map.grid().size()),
                })
                .collect();
            let readers: Vec<&Mask> = masks.iter().collect();
            let pairs = reader_pairs(&readers, maps[0].grid(), options)?;
            Ok(label_figures(label, index, combinations, pairs))
        })
        .collect()
}

/// What the readers said of a voxel, as positions in the list of labels, and how often.
type Combination = (Vec<usize>, u64);

fn combinations(maps: &[&LabelMap], labels: &[i64]) -> Result<Vec<Combination>, Error> {
    let q = labels.len() as u128;
    if q.checked_pow(maps.len() as u32).is_none() {
        return Err(Error::BadArguments(Phrase::new(
            "agree-many-combinations",
            "too many readers with too many labels",
        )));
    }
    let position = |label: i64| match label {
        0 => 0,
        // the list behind background is sorted and holds every label that occurs
        _ => 1 + labels[1..].partition_point(|other| *other < label),
    };
    let mapped: Vec<Mapped<'_, u128>> = maps
        .iter()
        .map(|map| map.mapped(|label| position(label) as u128))
        .collect();
    let n_voxels = mapped.first().map_or(0, Mapped::len);
    let counts = count_keys(n_voxels, |at| {
        mapped.iter().fold(0_u128, |key, map| key * q + map.at(at))
    });
    let decode = |mut key: u128| -> Vec<usize> {
        let mut said: Vec<usize> = maps
            .iter()
            .map(|_| {
                let last = (key % q) as usize;
                key /= q;
                last
            })
            .collect();
        said.reverse();
        said
    };
    Ok(counts
        .into_iter()
        .map(|(key, count)| (decode(key), count))
        .collect())
}

fn label_figures(
    label: i64,
    index: usize,
    combinations: &[Combination],
    pairs: Vec<ReaderPair>,
) -> LabelFigures {
    let mut counts = BTreeMap::from([(0, 0)]);
    for (said, count) in combinations {
        let pattern = said
            .iter()
            .enumerate()
            .fold(0_u32, |pattern, (reader, said)| {
                pattern | u32::from(*said == index) << reader
            });
        *counts.entry(pattern).or_default() += count;
    }
    let n_readers = combinations.first().map_or(0, |(said, _)| said.len());
    let agreement = PairwiseAgreement::of(&Patterns {
        n_readers,
        outside_box: 0,
        counts,
    });
    let mut reasons = Reasons::default();
    LabelFigures {
        label,
        mean_pairwise_dice: reasons.settle("mean_pairwise_dice", agreement.mean_dice()),
        generalised_conformity_index: reasons
            .settle("generalised_conformity_index", agreement.conformity()),
        pairs,
        reasons,
    }
}

/// P(reader says d | truth t) as `[d][t]`.
type Confusion = Vec<Vec<f64>>;

/// Counted combinations of decisions and the prior: the labels' shares over all readers.
struct Estimation<'a> {
    n_labels: usize,
    combinations: &'a [Combination],
    prior: Vec<f64>,
}

impl<'a> Estimation<'a> {
    fn new(n_labels: usize, combinations: &'a [Combination]) -> Self {
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
    fn run(&self) -> (Vec<Confusion>, Option<u32>) {
        let mut theta = self.maximise(|combination| {
            let mut votes = vec![0_u32; self.n_labels];
            for &label in combination {
                votes[label] += 1;
            }
            let top = votes.iter().max().copied().unwrap_or(0);
            let mut weights = vec![0.0; self.n_labels];
            if votes.iter().filter(|&&n| n == top).count() == 1 {
                let winner = votes.iter().position(|&n| n == top).unwrap_or(0);
                weights[winner] = 1.0;
            }
            weights
        });
        for round in 1..=MOST_ROUNDS {
            let next = self.maximise(|combination| {
                let mut weights = self.weights(combination, &theta);
                let sum: f64 = weights.iter().sum();
                if sum > 0.0 {
                    weights.iter_mut().for_each(|weight| *weight /= sum);
                }
                weights
            });
            let change = next
                .iter()
                .flatten()
                .flatten()
                .zip(theta.iter().flatten().flatten())
                .fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()));
            theta = next;
            if change < STILL {
                return (theta, Some(round));
            }
        }
        (theta, None)
    }

    /// Confusion of each reader, given the probability of each truth for a combination.
    fn maximise(&self, truth_of: impl Fn(&[usize]) -> Vec<f64>) -> Vec<Confusion> {
        let readers = self
            .combinations
            .first()
            .map_or(0, |(combination, _)| combination.len());
        let n = self.n_labels;
        let mut theta = vec![vec![vec![0.0; n]; n]; readers];
        for (combination, count) in self.combinations {
            let truth = truth_of(combination);
            for (theta, &said) in theta.iter_mut().zip(combination) {
                for (cell, weight) in theta[said].iter_mut().zip(&truth) {
                    *cell += weight * *count as f64;
                }
            }
        }
        for theta in &mut theta {
            for t in 0..n {
                let sum: f64 = theta.iter().map(|row| row[t]).sum();
                if sum > 0.0 {
                    theta.iter_mut().for_each(|row| row[t] /= sum);
                }
            }
        }
        theta
    }

    /// Unscaled probability of each truth for one combination.
    fn weights(&self, combination: &[usize], theta: &[Confusion]) -> Vec<f64> {
        let mut weights = self.prior.clone();
        for (theta, &said) in theta.iter().zip(combination) {
            for (weight, share) in weights.iter_mut().zip(&theta[said]) {
                *weight *= share;
            }
        }
        weights
    }

    /// Voxels of each label in the consensus, and of exact ties.
    fn decide(&self, theta: &[Confusion]) -> (Vec<u64>, u64) {
        let mut n_voxels = vec![0; self.n_labels];
        let mut n_undecided = 0;
        for (combination, count) in self.combinations {
            let weights = self.weights(combination, theta);
            let top = weights.iter().copied().fold(0.0, f64::max);
            let mut winners = weights
                .iter()
                .enumerate()
                .filter(|(_, weight)| **weight >= top);
            match (winners.next(), winners.next()) {
                (Some((label, _)), None) => n_voxels[label] += *count,
                _ => n_undecided += *count,
            }
        }
        (n_voxels, n_undecided)
    }
}
