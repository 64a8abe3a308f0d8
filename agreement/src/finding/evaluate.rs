//! Agreement on findings: all of golden contract, section 5.

use super::input::{FindingKind, FindingList};
use super::interval::f1_by_case;
use super::link::{CaseScores, geometry_scores, instance_scores, reader_pairs};
use super::matching::{DetectionFigures, FindingPair, MatchRule, match_scored};
use super::scored::{CocoFigures, FrocFigures, coco, froc};
use super::split::{SplitFinding, splits};
use crate::Error;
use crate::figure::{Keyed, Reason, Reasons};
use serde::Serialize;
use std::collections::BTreeMap;
use voxel::LabelMap;

/// Output of `dokuei agree-findings`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingResult {
    /// `dokuei.agree_findings/1`.
    pub schema: &'static str,
    /// Number of cases.
    pub n_cases: usize,
    /// Two readers.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matching: Option<PairMatching>,
    /// Three or more readers, pair by pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairwise: Option<Vec<PairMatching>>,
    /// How many readers found each finding.
    pub found_by: FoundBy,
    /// Label maps of two readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub panoptic: Option<PanopticFigures>,
    /// Scored detections: sensitivity against false positives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub froc: Option<FrocFigures>,
    /// Scored two-dimensional boxes: average precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coco: Option<CocoFigures>,
}

/// Matches of two readers over all cases; the first is the reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairMatching {
    /// The reference.
    pub reader_a: String,
    /// The other reader.
    pub reader_b: String,
    /// Counts and shares.
    #[serde(flatten)]
    pub figures: DetectionFigures,
    /// Lower 95 % limit of F1, cases resampled.
    pub f1_ci_low: Option<f64>,
    /// Upper 95 % limit of F1.
    pub f1_ci_high: Option<f64>,
    /// The directed figures with each of the two as the reference.
    pub as_reference: Keyed<AsReference>,
    /// Findings of the first that the second has in parts.
    pub n_split: usize,
    /// Findings of the second that the first has in parts.
    pub n_merged: usize,
    /// Case by case.
    pub cases: Vec<CaseMatching>,
}

/// Directed figures with one reader as the reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AsReference {
    /// Share of the other reader's findings that the reference has.
    pub precision: Option<f64>,
    /// Share of the reference's findings that the other reader has.
    pub recall: Option<f64>,
    /// The same both ways.
    pub f1: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

impl AsReference {
    fn new(precision: Option<f64>, recall: Option<f64>, f1: Option<f64>) -> Self {
        let mut reasons = Reasons::default();
        let mut settle = |key: &str, value: Option<f64>| {
            reasons.settle(key, value.ok_or(Reason::ZeroDenominator))
        };
        Self {
            precision: settle("precision", precision),
            recall: settle("recall", recall),
            f1: settle("f1", f1),
            reasons,
        }
    }
}

/// Matches in one case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseMatching {
    /// Name of the case.
    pub case: String,
    /// Matched findings.
    pub tp: usize,
    /// Unmatched findings of the second reader.
    pub fp: usize,
    /// Unmatched findings of the first reader.
    #[serde(rename = "fn")]
    pub missed: usize,
    /// Ids of the matched findings, sorted.
    pub pairs: Vec<[String; 2]>,
    /// Findings of the first reader that the second has in parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<SplitFinding>,
    /// Findings of the second reader that the first has in parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merges: Vec<SplitFinding>,
}

/// Findings by the number of readers who found them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundBy {
    /// Groups of matched findings.
    pub n_findings: usize,
    /// Groups with 1, 2, ... readers.
    pub counts: Keyed<usize>,
}

/// Panoptic quality (Kirillov 2019, doi:10.1109/CVPR.2019.00963).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PanopticFigures {
    /// sq times rq.
    pub pq: Option<f64>,
    /// Mean IoU of the matches.
    pub sq: Option<f64>,
    /// tp / (tp + fp / 2 + fn / 2).
    pub rq: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Agreement on the findings of a list. `load` brings the label map of a path in the list; it is
/// called for kind `instances` only.
///
/// # Errors
/// What `load` returns; [`Error::GeometryMismatch`] where two label maps of a case differ in size.
pub fn agree_findings<E: From<Error>>(
    list: &FindingList,
    mut load: impl FnMut(&str) -> Result<LabelMap, E>,
) -> Result<FindingResult, E> {
    let mut cases = Vec::with_capacity(list.cases.len());
    for case in &list.cases {
        cases.push(match list.kind {
            FindingKind::Instances => instance_scores(list, case, &mut load)?,
            FindingKind::Box | FindingKind::Point => geometry_scores(list, case),
        });
    }
    let pairs = reader_pairs(list);
    let matched: Vec<Vec<Vec<FindingPair>>> = pairs
        .iter()
        .map(|&pair| match_cases(list.rule, &cases, pair))
        .collect();
    let mut summaries: Vec<PairMatching> = pairs
        .iter()
        .zip(&matched)
        .map(|(&pair, matched)| pair_matching(list, &cases, pair, matched))
        .collect();
    let panoptic = (list.kind == FindingKind::Instances && list.readers.len() == 2)
        .then(|| panoptic(&summaries[0].figures));
    let found_by = found_by(list.readers.len(), &cases, &pairs, &matched);
    let is_pair = list.scored.is_some() || list.readers.len() == 2;
    Ok(FindingResult {
        schema: "dokuei.agree_findings/1",
        n_cases: cases.len(),
        matching: is_pair.then(|| summaries.remove(0)),
        pairwise: (!is_pair).then_some(summaries),
        found_by,
        panoptic,
        froc: list.scored.as_ref().map(|scored| froc(list, scored)),
        coco: list.scored.as_ref().and_then(|scored| coco(list, scored)),
    })
}

fn match_cases(
    rule: MatchRule,
    cases: &[CaseScores],
    pair: (usize, usize),
) -> Vec<Vec<FindingPair>> {
    cases
        .iter()
        .map(|case| {
            let links = case.links[&pair].iter();
            let scored = links.map(|link| (link.first, link.second, link.score));
            match_scored(scored.collect(), rule)
        })
        .collect()
}

fn pair_matching(
    list: &FindingList,
    cases: &[CaseScores],
    (a, b): (usize, usize),
    matched: &[Vec<FindingPair>],
) -> PairMatching {
    let rows: Vec<CaseMatching> = list
        .cases
        .iter()
        .zip(cases)
        .zip(matched)
        .map(|((case, scores), matched)| {
            let mut pairs: Vec<[String; 2]> = matched
                .iter()
                .map(|p| {
                    [
                        scores.ids[a][p.first].clone(),
                        scores.ids[b][p.second].clone(),
                    ]
                })
                .collect();
            pairs.sort_unstable();
            let links = &scores.links[&(a, b)];
            let [splits, merges] = splits(&scores.ids[a], &scores.ids[b], links);
            CaseMatching {
                case: case.case.clone(),
                tp: matched.len(),
                fp: scores.ids[b].len() - matched.len(),
                missed: scores.ids[a].len() - matched.len(),
                pairs,
                splits,
                merges,
            }
        })
        .collect();
    let scores: Vec<f64> = matched.iter().flatten().map(|pair| pair.score).collect();
    let sum = |of: fn(&CaseMatching) -> usize| rows.iter().map(of).sum::<usize>() as u64;
    let mut figures =
        DetectionFigures::new(&scores, sum(|row| row.fp), sum(|row| row.missed), list.rule);
    let counts: Vec<[usize; 2]> = rows
        .iter()
        .map(|row| [row.tp, row.fp + row.missed])
        .collect();
    let limits = f1_by_case(&counts);
    for key in ["ci_low", "ci_high"] {
        if let Some(reason) = limits.reasons.get(key) {
            figures.reasons.note(&format!("f1_{key}"), reason);
        }
    }
    let names = [&list.readers[a], &list.readers[b]].map(Clone::clone);
    let (precision, recall, f1) = (figures.precision, figures.recall, figures.f1);
    let directed = [(precision, recall), (recall, precision)]
        .map(|(precision, recall)| AsReference::new(precision, recall, f1));
    PairMatching {
        f1_ci_low: limits.ci_low,
        f1_ci_high: limits.ci_high,
        as_reference: Keyed(names.iter().cloned().zip(directed).collect()),
        n_split: rows.iter().map(|row| row.splits.len()).sum(),
        n_merged: rows.iter().map(|row| row.merges.len()).sum(),
        reader_a: names[0].clone(),
        reader_b: names[1].clone(),
        figures,
        cases: rows,
    }
}

/// Groups findings that are linked by matches and counts the different readers of each group.
fn found_by(
    n_readers: usize,
    cases: &[CaseScores],
    pairs: &[(usize, usize)],
    matched: &[Vec<Vec<FindingPair>>],
) -> FoundBy {
    let mut counts = vec![0; n_readers];
    for (number, case) in cases.iter().enumerate() {
        let mut first_of = vec![0];
        for ids in &case.ids {
            first_of.push(first_of[first_of.len() - 1] + ids.len());
        }
        let mut group: Vec<usize> = (0..first_of[n_readers]).collect();
        for (&(a, b), matched) in pairs.iter().zip(matched) {
            for pair in &matched[number] {
                let one = root(&group, first_of[a] + pair.first);
                let other = root(&group, first_of[b] + pair.second);
                group[one.max(other)] = one.min(other);
            }
        }
        let mut readers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for reader in 0..n_readers {
            for finding in first_of[reader]..first_of[reader + 1] {
                readers
                    .entry(root(&group, finding))
                    .or_default()
                    .push(reader);
            }
        }
        for mut readers in readers.into_values() {
            readers.dedup();
            counts[readers.len() - 1] += 1;
        }
    }
    FoundBy {
        n_findings: counts.iter().sum(),
        counts: Keyed(
            counts
                .into_iter()
                .enumerate()
                .map(|(k, n)| ((k + 1).to_string(), n))
                .collect(),
        ),
    }
}

fn root(group: &[usize], mut finding: usize) -> usize {
    while group[finding] != finding {
        finding = group[finding];
    }
    finding
}

fn panoptic(figures: &DetectionFigures) -> PanopticFigures {
    let mut reasons = Reasons::default();
    let weight = figures.tp as f64 + (figures.fp + figures.missed) as f64 / 2.0;
    let rq = if weight > 0.0 {
        Ok(figures.tp as f64 / weight)
    } else {
        Err(Reason::BothEmpty)
    };
    let sq = match (rq, figures.mean_matched_iou.flatten()) {
        (Err(reason), _) => Err(reason),
        (Ok(_), None) => Err(Reason::NoMatch),
        (Ok(_), Some(iou)) => Ok(iou),
    };
    let pq = rq.map(|rq| rq * sq.unwrap_or(0.0));
    PanopticFigures {
        pq: reasons.settle("pq", pq),
        sq: reasons.settle("sq", sq),
        rq: reasons.settle("rq", rq),
        reasons,
    }
}
