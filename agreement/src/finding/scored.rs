//! Scored detections against a reference: FROC and the average precision of COCO.

use super::input::{FindingCase, FindingEntry, FindingKind, FindingList, ScoredReaders};
use super::link::score_of;
use super::matching::box_iou;
use crate::figure::{Reason, Reasons};
use serde::Serialize;

/// False positives per image at which the sensitivity is read (LUNA16,
/// doi:10.1016/j.media.2017.06.015).
const RATES: [f64; 7] = [0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];

/// Free-response curve (Bunch 1978): greedy by falling score; a second hit on a reference is a
/// false positive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FrocFigures {
    /// Number of different scores.
    pub n_points: usize,
    /// One point a score, falling.
    pub points: Vec<FrocPoint>,
    /// Best sensitivity at the usual rates.
    pub sensitivity_at: Vec<SensitivityAt>,
    /// Mean of those.
    pub mean_sensitivity: Option<f64>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FrocPoint {
    /// Detections with at least this score count.
    pub threshold: f64,
    /// False positives per case.
    pub fp_per_image: f64,
    /// Share of the reference found.
    pub sensitivity: f64,
}

/// Sensitivity at a rate of false positives (step rule).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SensitivityAt {
    /// The rate.
    pub fp_per_image: f64,
    /// Best sensitivity with at most that rate.
    pub sensitivity: f64,
}

fn entries<'a>(case: &'a FindingCase, reader: &str) -> &'a [FindingEntry] {
    case.findings.get(reader).map_or(&[], Vec::as_slice)
}

/// Detections in order of falling score; equal scores keep their order.
fn by_falling_score(detections: &[FindingEntry]) -> Vec<&FindingEntry> {
    let mut sorted: Vec<&FindingEntry> = detections.iter().collect();
    sorted.sort_by(|a, b| score(b).total_cmp(&score(a)));
    sorted
}

fn score(detection: &FindingEntry) -> f64 {
    // the reader of the list has refused detections without a score
    detection.score.unwrap_or(f64::NEG_INFINITY)
}

/// Score and whether it is a hit, of every detection.
fn greedy_hits(list: &FindingList, scored: &ScoredReaders) -> Vec<(f64, bool)> {
    let mut hits = Vec::new();
    for case in &list.cases {
        let reference = entries(case, &scored.reference);
        let mut free = vec![true; reference.len()];
        for detection in by_falling_score(entries(case, &scored.scored)) {
            let mut best: Option<(usize, f64)> = None;
            for (place, finding) in reference
                .iter()
                .enumerate()
                .filter(|(place, _)| free[*place])
            {
                let Some(found) = score_of(list, finding, detection) else {
                    continue;
                };
                let better = best.is_none_or(|(_, best)| {
                    if list.rule.is_distance() {
                        found < best
                    } else {
                        found > best
                    }
                });
                if list.rule.allows(found) && better {
                    best = Some((place, found));
                }
            }
            if let Some((place, _)) = best {
                free[place] = false;
            }
            hits.push((score(detection), best.is_some()));
        }
    }
    hits
}

/// Free-response curve of the scored reader.
pub(crate) fn froc(list: &FindingList, scored: &ScoredReaders) -> FrocFigures {
    let n_reference: usize = list
        .cases
        .iter()
        .map(|case| entries(case, &scored.reference).len())
        .sum();
    let mut reasons = Reasons::default();
    if n_reference == 0 {
        return FrocFigures {
            n_points: 0,
            points: Vec::new(),
            sensitivity_at: Vec::new(),
            mean_sensitivity: reasons.settle("mean_sensitivity", Err(Reason::NoReference)),
            reasons,
        };
    }
    let mut hits = greedy_hits(list, scored);
    hits.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut points: Vec<FrocPoint> = Vec::new();
    let (mut found, mut false_positives) = (0_u64, 0_u64);
    for (threshold, hit) in hits {
        found += u64::from(hit);
        false_positives += u64::from(!hit);
        let point = FrocPoint {
            threshold,
            fp_per_image: false_positives as f64 / list.cases.len() as f64,
            sensitivity: found as f64 / n_reference as f64,
        };
        match points.last_mut() {
            Some(last) if last.threshold == threshold => *last = point,
            _ => points.push(point),
        }
    }
    let sensitivity_at: Vec<SensitivityAt> = RATES
        .iter()
        .map(|&rate| {
            let reached = points
                .iter()
                .filter(|point| point.fp_per_image <= rate + 1e-12);
            let sensitivity = reached.map(|point| point.sensitivity).fold(0.0, f64::max);
            SensitivityAt {
                fp_per_image: rate,
                sensitivity,
            }
        })
        .collect();
    let sum: f64 = sensitivity_at.iter().map(|at| at.sensitivity).sum();
    FrocFigures {
        n_points: points.len(),
        points,
        mean_sensitivity: Some(sum / RATES.len() as f64),
        sensitivity_at,
        reasons,
    }
}

/// COCO evaluation of two-dimensional boxes, area "all" (doi:10.1007/978-3-319-10602-1_48).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CocoFigures {
    /// Average precision, mean over IoU 0.50:0.05:0.95.
    pub ap: Option<f64>,
    /// Average precision at IoU 0.50.
    pub ap50: Option<f64>,
    /// Average precision at IoU 0.75.
    pub ap75: Option<f64>,
    /// Recall with one detection per image.
    pub ar_1: Option<f64>,
    /// Recall with ten detections per image.
    pub ar_10: Option<f64>,
    /// Recall with a hundred detections per image.
    pub ar_100: Option<f64>,
    /// Each label with a reference, where labels are matched; `ap` is their mean (mAP).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_label: Vec<CocoOfLabel>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// Average precision of one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CocoOfLabel {
    /// The label; empty for findings without one.
    pub label: String,
    /// Findings of the reference.
    pub n_reference: usize,
    /// Average precision, mean over IoU 0.50:0.05:0.95.
    pub ap: f64,
    /// Average precision at IoU 0.50.
    pub ap50: f64,
    /// Average precision at IoU 0.75.
    pub ap75: f64,
}

const N_THRESHOLDS: usize = 10;
const MOST_DETECTIONS: usize = 100;

/// IoU thresholds 0.50, 0.55, ..., 0.95, with numpy's rounding.
fn thresholds() -> [f64; N_THRESHOLDS] {
    let step = (0.95 - 0.5) / (N_THRESHOLDS - 1) as f64;
    std::array::from_fn(|n| {
        if n + 1 == N_THRESHOLDS {
            0.95
        } else {
            0.5 + n as f64 * step
        }
    })
}

/// Detections of one image and category, best first, with a hit or miss at each threshold.
struct ImageHits {
    detections: Vec<(f64, [bool; N_THRESHOLDS])>,
}

/// Average precision of the scored reader; `None` if the findings are no two-dimensional boxes.
pub(crate) fn coco(list: &FindingList, scored: &ScoredReaders) -> Option<CocoFigures> {
    let all = || {
        let readers = [&scored.reference, &scored.scored];
        list.cases
            .iter()
            .flat_map(move |case| readers.map(|r| entries(case, r)))
            .flatten()
    };
    if list.kind != FindingKind::Box || all().any(|finding| finding.box_mm.len() != 4) {
        return None;
    }
    let mut labels: Vec<Option<&str>> = if list.by_label {
        all().map(|finding| finding.label.as_deref()).collect()
    } else {
        vec![None]
    };
    labels.sort_unstable();
    labels.dedup();
    let categories: Vec<Category> = labels
        .into_iter()
        .map(|label| Category::of(list, scored, label))
        .filter(|category| category.n_reference > 0)
        .collect();
    let of_labels = categories.iter().filter(|_| list.by_label);
    let by_label = of_labels.map(Category::figures).collect();
    let mut reasons = Reasons::default();
    let mean = |values: Vec<f64>| {
        if values.is_empty() {
            Err(Reason::NoReference)
        } else {
            Ok(values.iter().sum::<f64>() / values.len() as f64)
        }
    };
    let precision = |chosen: &[usize]| {
        let each = |category: &Category| {
            chosen
                .iter()
                .flat_map(|&t| category.precision(t))
                .collect::<Vec<f64>>()
        };
        mean(categories.iter().flat_map(each).collect())
    };
    let recall = |most: usize| {
        let each = |category: &Category| {
            (0..N_THRESHOLDS)
                .map(|t| category.recall(t, most))
                .collect::<Vec<f64>>()
        };
        mean(categories.iter().flat_map(each).collect())
    };
    let every: Vec<usize> = (0..N_THRESHOLDS).collect();
    Some(CocoFigures {
        ap: reasons.settle("ap", precision(&every)),
        ap50: reasons.settle("ap50", precision(&[0])),
        ap75: reasons.settle("ap75", precision(&[5])),
        ar_1: reasons.settle("ar_1", recall(1)),
        ar_10: reasons.settle("ar_10", recall(10)),
        ar_100: reasons.settle("ar_100", recall(MOST_DETECTIONS)),
        by_label,
        reasons,
    })
}

/// One category over all images.
struct Category {
    label: String,
    n_reference: usize,
    images: Vec<ImageHits>,
}

impl Category {
    fn of(list: &FindingList, scored: &ScoredReaders, label: Option<&str>) -> Self {
        let belongs = |finding: &&FindingEntry| !list.by_label || finding.label.as_deref() == label;
        let mut category = Self {
            label: label.unwrap_or_default().to_owned(),
            n_reference: 0,
            images: Vec::new(),
        };
        for case in &list.cases {
            let reference: Vec<&FindingEntry> = entries(case, &scored.reference)
                .iter()
                .filter(belongs)
                .collect();
            let detections: Vec<&FindingEntry> = by_falling_score(entries(case, &scored.scored))
                .into_iter()
                .filter(belongs)
                .take(MOST_DETECTIONS)
                .collect();
            category.n_reference += reference.len();
            category.images.push(image_hits(&reference, &detections));
        }
        category
    }

    fn figures(&self) -> CocoOfLabel {
        let mean = |chosen: std::ops::Range<usize>| {
            let values: Vec<f64> = chosen.flat_map(|t| self.precision(t)).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        CocoOfLabel {
            label: self.label.clone(),
            n_reference: self.n_reference,
            ap: mean(0..N_THRESHOLDS),
            ap50: mean(0..1),
            ap75: mean(5..6),
        }
    }

    /// Hits in order of falling score over all images, with at most `most` detections of each.
    fn hits(&self, threshold: usize, most: usize) -> Vec<bool> {
        let mut all: Vec<&(f64, [bool; N_THRESHOLDS])> = self
            .images
            .iter()
            .flat_map(|image| image.detections.iter().take(most))
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        all.into_iter().map(|(_, hits)| hits[threshold]).collect()
    }

    fn recall(&self, threshold: usize, most: usize) -> f64 {
        let hits = self
            .hits(threshold, most)
            .into_iter()
            .filter(|hit| *hit)
            .count();
        hits as f64 / self.n_reference as f64
    }

    /// Precision at the recalls 0, 0.01, ..., 1, made monotonic from the right.
    fn precision(&self, threshold: usize) -> Vec<f64> {
        let (mut found, mut recalls, mut precisions) = (0_u64, Vec::new(), Vec::new());
        for (n, hit) in self
            .hits(threshold, MOST_DETECTIONS)
            .into_iter()
            .enumerate()
        {
            found += u64::from(hit);
            recalls.push(found as f64 / self.n_reference as f64);
            precisions.push(found as f64 / ((n + 1) as f64 + f64::EPSILON));
        }
        for n in (1..precisions.len()).rev() {
            precisions[n - 1] = precisions[n - 1].max(precisions[n]);
        }
        (0..=100)
            .map(|percent| {
                let wanted = f64::from(percent) * 0.01;
                let place = recalls.partition_point(|recall| *recall < wanted);
                precisions.get(place).copied().unwrap_or(0.0)
            })
            .collect()
    }
}

fn image_hits(reference: &[&FindingEntry], detections: &[&FindingEntry]) -> ImageHits {
    let mut found: Vec<(f64, [bool; N_THRESHOLDS])> = detections
        .iter()
        .map(|detection| (score(detection), [false; N_THRESHOLDS]))
        .collect();
    for (t, threshold) in thresholds().into_iter().enumerate() {
        let mut free = vec![true; reference.len()];
        for (detection, found) in detections.iter().zip(&mut found) {
            let mut best = threshold.min(1.0 - 1e-10);
            let mut place = None;
            for (n, finding) in reference.iter().enumerate().filter(|(n, _)| free[*n]) {
                let iou = box_iou(&finding.box_mm, &detection.box_mm);
                // as in pycocotools, the last of equally good references wins
                if iou >= best {
                    best = iou;
                    place = Some(n);
                }
            }
            if let Some(place) = place {
                free[place] = false;
                found.1[t] = true;
            }
        }
    }
    ImageHits { detections: found }
}
