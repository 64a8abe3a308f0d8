//! Three or more masks: pairwise figures and consensus (golden contract, section 4.5).

use super::overlap::OverlapCounts;
use super::pattern::{Patterns, marked};
use super::shape_average::ShapeAverageFigures;
use super::simple::Simple;
use super::staple::{Staple, StapleOptions, StapleRegion};
use crate::Error;
use crate::figure::{Figure, Reason, Reasons, ratio};
use serde::Serialize;
use voxel::{Grid, Mask, Phrase};

/// Figures of three or more readers of one structure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MultiResult {
    /// Number of readers.
    pub n_readers: usize,
    /// Dice of each pair; `None` where both are empty.
    pub pairwise_dice: Vec<Vec<Option<f64>>>,
    /// Mean over the defined pairs.
    pub mean_pairwise_dice: Option<f64>,
    /// Sum of intersections / sum of unions over all pairs (Kouwenhoven 2009).
    pub generalised_conformity_index: Option<f64>,
    /// Voxels that more than half of the readers marked.
    pub majority: MajorityFigures,
    /// STAPLE consensus.
    pub staple: StapleFigures,
    /// SIMPLE consensus.
    pub simple: SimpleFigures,
    /// Shape-based average; absent where only decisions were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape_average: Option<ShapeAverageFigures>,
    /// Each reader against the consensus; the reader is part of it, so these are optimistic.
    pub per_reader: Vec<ReaderFigures>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Majority vote.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MajorityFigures {
    /// Voxels marked by strictly more than half.
    pub n_voxels: u64,
    /// Voxels marked by exactly half: background by the rule.
    pub n_voxels_tied: u64,
}

/// STAPLE.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StapleFigures {
    /// Voxels of the consensus.
    pub n_voxels: Option<u64>,
    /// Estimated sensitivity of each reader.
    pub sensitivity: Vec<Option<f64>>,
    /// Estimated specificity of each reader.
    pub specificity: Vec<Option<f64>>,
    /// Share of marked decisions; it depends on the field of view.
    pub prior: Option<f64>,
    /// Where the prior comes from: `mean_of_decisions` or `given`.
    pub prior_source: &'static str,
    /// Voxels that the estimates rest on.
    pub region: StapleRegion,
    /// Rounds until the estimates stood still.
    pub rounds: u32,
    /// Whether they did within the rounds that are allowed.
    pub converged: bool,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// SIMPLE consensus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SimpleFigures {
    /// Voxels of the consensus.
    pub n_voxels: Option<u64>,
    /// Whether each reader voted for the consensus.
    pub kept: Vec<bool>,
    /// Dice of each reader to the consensus.
    pub dice: Vec<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// One reader against the consensus masks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReaderFigures {
    /// Dice to the majority.
    pub dice_to_majority: Option<f64>,
    /// Share of the majority that the reader marked.
    pub sensitivity_to_majority: Option<f64>,
    /// Share of the majority's background that the reader left.
    pub specificity_to_majority: Option<f64>,
    /// Dice to the STAPLE consensus.
    pub dice_to_staple: Option<f64>,
    /// Share of the STAPLE consensus that the reader marked.
    pub sensitivity_to_staple: Option<f64>,
    /// Share of the STAPLE background that the reader left.
    pub specificity_to_staple: Option<f64>,
    /// Dice to the majority of the other readers.
    pub dice_to_others: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Figures of three to 32 masks on one grid.
///
/// # Errors
/// [`Error::GeometryMismatch`] for a mask of another size, [`Error::BadArguments`] for fewer than
/// two or more than 32 readers.
pub fn multi(masks: &[&Mask], grid: &Grid) -> Result<MultiResult, Error> {
    if masks.len() < 2 {
        return Err(Error::BadArguments(Phrase::new(
            "agree-few-readers",
            "at least two readers are needed",
        )));
    }
    Ok(multi_of_patterns(
        &Patterns::of_masks(masks, grid)?,
        StapleOptions::default(),
    ))
}

pub(crate) fn multi_of_patterns(patterns: &Patterns, options: StapleOptions) -> MultiResult {
    let readers = patterns.n_readers;
    let mut reasons = Reasons::default();
    let agreement = PairwiseAgreement::of(patterns);
    let staple = (!patterns.all_empty()).then(|| Staple::estimate(patterns, options));
    let per_reader = match &staple {
        Some(staple) => (0..readers)
            .map(|reader| reader_figures(patterns, reader, staple))
            .collect(),
        None => (0..readers).map(|_| undefined_reader()).collect(),
    };
    MultiResult {
        n_readers: readers,
        mean_pairwise_dice: reasons.settle("mean_pairwise_dice", agreement.mean_dice()),
        generalised_conformity_index: reasons
            .settle("generalised_conformity_index", agreement.conformity()),
        pairwise_dice: agreement.dice,
        majority: MajorityFigures {
            n_voxels: patterns.count(|pattern| majority(pattern, readers)),
            n_voxels_tied: patterns.count(|pattern| 2 * pattern.count_ones() as usize == readers),
        },
        staple: staple_figures(patterns, options, staple.as_ref()),
        simple: simple_figures(patterns),
        shape_average: None,
        per_reader,
        reasons,
    }
}

/// Dice matrix and generalised conformity index of several readers.
pub(crate) struct PairwiseAgreement {
    pub(crate) dice: Vec<Vec<Option<f64>>>,
    intersections: u64,
    unions: u64,
}

impl PairwiseAgreement {
    pub(crate) fn of(patterns: &Patterns) -> Self {
        let readers = patterns.n_readers;
        let total = patterns.total();
        let shared = patterns.shared();
        let counts = |a: usize, b: usize| OverlapCounts {
            a: shared[a][a],
            b: shared[b][b],
            intersection: shared[a][b],
            total,
        };
        let dice = (0..readers)
            .map(|a| (0..readers).map(|b| counts(a, b).dice().ok()).collect())
            .collect();
        let (mut intersections, mut unions) = (0, 0);
        for (a, b) in (0..readers).flat_map(|a| (a + 1..readers).map(move |b| (a, b))) {
            intersections += counts(a, b).intersection;
            unions += counts(a, b).union();
        }
        Self {
            dice,
            intersections,
            unions,
        }
    }

    pub(crate) fn mean_dice(&self) -> Figure {
        let above = self
            .dice
            .iter()
            .enumerate()
            .flat_map(|(row, dice)| &dice[row + 1..]);
        let defined: Vec<f64> = above.copied().flatten().collect();
        if defined.is_empty() {
            return Err(Reason::AllEmpty);
        }
        Ok(defined.iter().sum::<f64>() / defined.len() as f64)
    }

    pub(crate) fn conformity(&self) -> Figure {
        ratio(self.intersections, self.unions, Reason::AllEmpty)
    }
}

fn majority(pattern: u32, readers: usize) -> bool {
    2 * pattern.count_ones() as usize > readers
}

fn staple_figures(
    patterns: &Patterns,
    options: StapleOptions,
    staple: Option<&Staple>,
) -> StapleFigures {
    let mut reasons = Reasons::default();
    let prior_source = match options.prior {
        Some(_) => "given",
        None => "mean_of_decisions",
    };
    let Some(staple) = staple else {
        for key in ["n_voxels", "sensitivity", "specificity", "prior"] {
            reasons.note(key, Reason::AllEmpty);
        }
        let none = vec![None; patterns.n_readers];
        return StapleFigures {
            n_voxels: None,
            sensitivity: none.clone(),
            specificity: none,
            prior: None,
            prior_source,
            region: options.region,
            rounds: 0,
            converged: false,
            reasons,
        };
    };
    if staple.sensitivity.contains(&None) {
        reasons.note("sensitivity", Reason::ReferenceEmpty);
    }
    if staple.specificity.contains(&None) {
        reasons.note("specificity", Reason::NoBackground);
    }
    StapleFigures {
        n_voxels: Some(patterns.count(|pattern| staple.is_foreground(pattern))),
        sensitivity: staple.sensitivity.clone(),
        specificity: staple.specificity.clone(),
        prior: Some(staple.prior),
        prior_source,
        region: options.region,
        rounds: staple.rounds,
        converged: staple.converged,
        reasons,
    }
}

fn simple_figures(patterns: &Patterns) -> SimpleFigures {
    let mut reasons = Reasons::default();
    if patterns.all_empty() {
        reasons.note("n_voxels", Reason::AllEmpty);
        return SimpleFigures {
            n_voxels: None,
            kept: Vec::new(),
            dice: Vec::new(),
            reasons,
        };
    }
    let Simple {
        n_voxels,
        kept,
        dice,
    } = Simple::select(patterns);
    SimpleFigures {
        n_voxels: Some(n_voxels),
        kept,
        dice,
        reasons,
    }
}

/// Dice, sensitivity and specificity of a reader to the patterns of a consensus.
fn against(patterns: &Patterns, reader: usize, consensus: impl Fn(u32) -> bool) -> [Figure; 3] {
    let own = patterns.count(|pattern| marked(pattern, reader));
    let reference = patterns.count(&consensus);
    let both = patterns.count(|pattern| marked(pattern, reader) && consensus(pattern));
    let neither = patterns.count(|pattern| !marked(pattern, reader) && !consensus(pattern));
    [
        ratio(2 * both, own + reference, Reason::BothEmpty),
        ratio(both, reference, Reason::ReferenceEmpty),
        ratio(neither, patterns.total() - reference, Reason::NoBackground),
    ]
}

fn reader_figures(patterns: &Patterns, reader: usize, staple: &Staple) -> ReaderFigures {
    let readers = patterns.n_readers;
    let by_majority = against(patterns, reader, |pattern| majority(pattern, readers));
    let by_staple = against(patterns, reader, |pattern| staple.is_foreground(pattern));
    let [by_others, ..] = against(patterns, reader, |pattern| {
        majority(pattern & !(1 << reader), readers - 1)
    });
    settle_reader(by_majority, by_staple, by_others)
}

fn undefined_reader() -> ReaderFigures {
    let none = Err(Reason::AllEmpty);
    settle_reader([none; 3], [none; 3], none)
}

fn settle_reader(majority: [Figure; 3], staple: [Figure; 3], others: Figure) -> ReaderFigures {
    let mut reasons = Reasons::default();
    let mut settle = |key: &str, figure: Figure| reasons.settle(key, figure);
    ReaderFigures {
        dice_to_majority: settle("dice_to_majority", majority[0]),
        sensitivity_to_majority: settle("sensitivity_to_majority", majority[1]),
        specificity_to_majority: settle("specificity_to_majority", majority[2]),
        dice_to_staple: settle("dice_to_staple", staple[0]),
        sensitivity_to_staple: settle("sensitivity_to_staple", staple[1]),
        specificity_to_staple: settle("specificity_to_staple", staple[2]),
        dice_to_others: settle("dice_to_others", others),
        reasons,
    }
}
