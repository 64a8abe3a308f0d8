//! Which findings of two readers are the same one.

use super::assignment::best_links;
use crate::figure::{Reason, Reasons, ratio};
use serde::Serialize;
use voxel::Mask;

/// When two findings can be the same, and which pairing is better.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchRule {
    /// Intersection over union at least this; larger totals are better.
    ThresholdIou(f64),
    /// Distance at most this in mm; smaller totals are better.
    ThresholdMm(f64),
}

impl MatchRule {
    /// Whether a pair with this IoU or distance is allowed.
    #[must_use]
    pub fn allows(self, score: f64) -> bool {
        match self {
            Self::ThresholdIou(least) => score >= least,
            Self::ThresholdMm(most) => score <= most,
        }
    }

    /// Cost to be minimised.
    fn cost(self, score: f64) -> f64 {
        match self {
            Self::ThresholdIou(_) => -score,
            Self::ThresholdMm(_) => score,
        }
    }

    /// True if the rule compares distances.
    pub(crate) fn is_distance(self) -> bool {
        matches!(self, Self::ThresholdMm(_))
    }
}

/// A matched pair: positions in the two lists, and its IoU or distance in mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FindingPair {
    /// Position in the first reader's list.
    pub first: usize,
    /// Position in the second reader's list.
    pub second: usize,
    /// IoU, or distance in mm, as the rule has it.
    pub score: f64,
}

/// Pairs two lists of findings: most matches first, then largest total IoU (smallest distance).
///
/// `score(i, j)` is the IoU or distance of finding i of the first and j of the second reader,
/// `None` where the pair is not allowed for another reason, such as different labels.
///
/// ```
/// use agreement::{MatchRule, match_findings};
/// let iou = [[0.8, 0.3], [0.4, 0.0]];
/// let pairs = match_findings(2, 2, MatchRule::ThresholdIou(0.2), |i, j| Some(iou[i][j]));
/// assert_eq!(pairs.len(), 2);
/// assert_eq!((pairs[0].first, pairs[0].second), (0, 1));
/// ```
#[must_use]
pub fn match_findings(
    n_first: usize,
    n_second: usize,
    rule: MatchRule,
    score: impl Fn(usize, usize) -> Option<f64>,
) -> Vec<FindingPair> {
    let all = (0..n_first).flat_map(|i| (0..n_second).map(move |j| (i, j)));
    let scored = all.filter_map(|(i, j)| Some((i, j, score(i, j)?)));
    match_scored(scored.collect(), rule)
}

/// Pairs findings of which some have scores `(first, second, score)`; the others are not allowed.
pub(crate) fn match_scored(
    mut scored: Vec<(usize, usize, f64)>,
    rule: MatchRule,
) -> Vec<FindingPair> {
    scored.retain(|(.., score)| rule.allows(*score));
    scored.sort_unstable_by_key(|(first, second, _)| (*first, *second));
    let costs = scored
        .iter()
        .map(|&(first, second, score)| (first, second, rule.cost(score)));
    let pairs = best_links(&costs.collect::<Vec<_>>()).into_iter();
    pairs
        .filter_map(|(first, second)| {
            let place = scored.binary_search_by_key(&(first, second), |&(i, j, _)| (i, j));
            let (.., score) = scored[place.ok()?];
            Some(FindingPair {
                first,
                second,
                score,
            })
        })
        .collect()
}

/// Intersection over union of two masks; 0 if both are empty or their sizes differ.
#[must_use]
pub fn mask_iou(a: &Mask, b: &Mask) -> f64 {
    if a.size() != b.size() {
        return 0.0;
    }
    let both = a.intersection_count(b);
    ratio(both, a.count() + b.count() - both, Reason::BothEmpty).unwrap_or(0.0)
}

/// Intersection over union of two boxes given as `[lo..., hi...]` of equal length; else 0.
#[must_use]
pub fn box_iou(a: &[f64], b: &[f64]) -> f64 {
    let [shared, of_a, of_b] = box_sizes(a, b);
    let union = of_a + of_b - shared;
    if union > 0.0 { shared / union } else { 0.0 }
}

/// Size of what two boxes `[lo..., hi...]` share, and of each; all 0 if their dimensions differ.
pub(crate) fn box_sizes(a: &[f64], b: &[f64]) -> [f64; 3] {
    let axes = a.len() / 2;
    if a.len() != b.len() || axes == 0 {
        return [0.0; 3];
    }
    let size = |bounds: &[f64]| -> f64 {
        (0..axes)
            .map(|axis| bounds[axes + axis] - bounds[axis])
            .product()
    };
    let shared: f64 = (0..axes)
        .map(|axis| (a[axes + axis].min(b[axes + axis]) - a[axis].max(b[axis])).max(0.0))
        .product();
    [shared, size(a), size(b)]
}

/// Distance of two points of equal dimension; infinite if the dimensions differ.
#[must_use]
pub fn point_distance(a: &[f64], b: &[f64]) -> f64 {
    if a.len() != b.len() {
        return f64::INFINITY;
    }
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).powi(2))
        .sum::<f64>()
        .sqrt()
}

/// Detection figures of two readers; the first is the reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DetectionFigures {
    /// Matched findings.
    pub tp: u64,
    /// Findings of the second reader without a partner.
    pub fp: u64,
    /// Findings of the first reader without a partner.
    #[serde(rename = "fn")]
    pub missed: u64,
    /// tp / (tp + fp).
    pub precision: Option<f64>,
    /// tp / (tp + fn).
    pub recall: Option<f64>,
    /// 2 tp / (2 tp + fp + fn).
    pub f1: Option<f64>,
    /// Mean IoU of the matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_matched_iou: Option<Option<f64>>,
    /// Mean distance of the matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_matched_distance_mm: Option<Option<f64>>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

impl DetectionFigures {
    /// Figures of `scores.len()` matches, `fp` and `missed` findings without partner.
    #[must_use]
    pub fn new(scores: &[f64], fp: u64, missed: u64, rule: MatchRule) -> Self {
        let tp = scores.len() as u64;
        let mut reasons = Reasons::default();
        let mut share = |key: &str, part: u64, whole: u64| {
            reasons.settle(key, ratio(part, whole, Reason::ZeroDenominator))
        };
        let precision = share("precision", tp, tp + fp);
        let recall = share("recall", tp, tp + missed);
        let f1 = share("f1", 2 * tp, 2 * tp + fp + missed);
        let mean = if scores.is_empty() {
            Err(Reason::NoMatch)
        } else {
            Ok(scores.iter().sum::<f64>() / scores.len() as f64)
        };
        let key = if rule.is_distance() {
            "mean_matched_distance_mm"
        } else {
            "mean_matched_iou"
        };
        let mean = reasons.settle(key, mean);
        Self {
            tp,
            fp,
            missed,
            precision,
            recall,
            f1,
            mean_matched_iou: (!rule.is_distance()).then_some(mean),
            mean_matched_distance_mm: rule.is_distance().then_some(mean),
            reasons,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_overlap_in_two_and_three_dimensions() {
        assert_eq!(
            box_iou(&[0.0, 0.0, 2.0, 2.0], &[1.0, 0.0, 3.0, 2.0]),
            1.0 / 3.0
        );
        let cube = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        assert_eq!(box_iou(&cube, &cube), 1.0);
        assert_eq!(box_iou(&[0.0, 0.0, 0.0, 0.0], &[0.0, 0.0, 0.0, 0.0]), 0.0);
    }

    #[test]
    fn nothing_found_has_no_denominators() {
        let figures = DetectionFigures::new(&[], 0, 0, MatchRule::ThresholdIou(0.5));
        assert_eq!(figures.reasons.get("f1"), Some(Reason::ZeroDenominator));
        assert_eq!(
            figures.reasons.get("mean_matched_iou"),
            Some(Reason::NoMatch)
        );
        let json = serde_json::to_value(&figures).unwrap();
        assert!(
            json["mean_matched_iou"].is_null() && json.get("mean_matched_distance_mm").is_none()
        );
    }
}
