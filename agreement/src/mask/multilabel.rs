//! All labels of several readers at once: multi-label STAPLE (golden contract, section 4.6).

use super::label_map::{ReaderPair, reader_pairs};
use super::label_staple::{Combination, Confusion, Estimation, MOST_ROUNDS};
use super::multi::PairwiseAgreement;
use super::pair::PairOptions;
use super::pattern::{Patterns, count_keys};
use crate::Error;
use crate::figure::{Keyed, Reasons};
use rayon::prelude::*;
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
        let named = names().enumerate();
        Keyed(named.map(|(t, name)| (name, theta.at(t, t))).collect())
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
    let patterns = patterns_by_label(maps.len(), labels.len(), combinations);
    labels[1..]
        .par_iter()
        .zip(&patterns[1..])
        .map(|(&label, patterns)| {
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
            Ok(label_figures(label, patterns, pairs))
        })
        .collect()
}

/// For each label which readers said it, and how often.
fn patterns_by_label(
    n_readers: usize,
    n_labels: usize,
    combinations: &[Combination],
) -> Vec<Patterns> {
    let total: u64 = combinations.iter().map(|(_, count)| count).sum();
    let mut counts: Vec<BTreeMap<u32, u64>> = vec![BTreeMap::from([(0, total)]); n_labels];
    for (said, count) in combinations {
        for (reader, &label) in said.iter().enumerate() {
            if said[..reader].contains(&label) {
                continue;
            }
            let readers = said
                .iter()
                .enumerate()
                .filter(|(_, other)| **other == label);
            let pattern = readers.fold(0_u32, |pattern, (reader, _)| pattern | 1 << reader);
            *counts[label].entry(pattern).or_default() += count;
            *counts[label].entry(0).or_default() -= count;
        }
    }
    let of_label = |counts| Patterns {
        n_readers,
        outside_box: 0,
        counts,
        order: (0..n_readers).collect(),
    };
    counts.into_iter().map(of_label).collect()
}

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

fn label_figures(label: i64, patterns: &Patterns, pairs: Vec<ReaderPair>) -> LabelFigures {
    let agreement = PairwiseAgreement::of(patterns);
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
