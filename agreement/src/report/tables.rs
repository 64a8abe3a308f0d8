//! The tables of a report as CSV (UTF-8; an undefined figure is an empty cell with its reason in a
//! column of its own).

use super::figures::{ReportFigures, figures};
use super::input::{ReportInput, ReportLabel};
use crate::Error;
use crate::rating::{RatingResult, Summary};
use csv::Writer;

/// One line per case and label.
#[must_use]
pub fn per_case_csv(input: &ReportInput) -> String {
    let header = [
        "case",
        "comparison",
        "label",
        "n_voxels_a",
        "n_voxels_b",
        "n_voxels_intersection",
        "volume_a_ml",
        "volume_b_ml",
        "dice",
        "iou",
        "volume_similarity",
        "voxel_kappa",
        "hd_mm",
        "hd95_mm",
        "msd_a_to_b_mm",
        "msd_b_to_a_mm",
        "assd_mm",
        "boundary_iou",
        "centre_distance_mm",
        "reasons",
    ];
    let rows = input.cases.iter().flat_map(|case| {
        case.labels.iter().map(|label| {
            let mut row = vec![
                case.case.clone(),
                case.comparison.clone(),
                label.label.clone(),
            ];
            row.extend(case_cells(label));
            row
        })
    });
    table(&header, rows)
}

fn case_cells(label: &ReportLabel) -> Vec<String> {
    let overlap = &label.comparison.overlap;
    let distance = label.comparison.distance.clone().unwrap_or_default();
    let counts = [
        overlap.n_voxels_a,
        overlap.n_voxels_b,
        overlap.n_voxels_intersection,
    ];
    let numbers = [
        Some(overlap.volume_a_ml),
        Some(overlap.volume_b_ml),
        overlap.dice,
        overlap.iou,
        overlap.volume_similarity,
        overlap.voxel_kappa,
        distance.hd_mm,
        distance.hd95_mm,
        distance.msd_a_to_b_mm,
        distance.msd_b_to_a_mm,
        distance.assd_mm,
        distance.boundary_iou,
        distance.centre_distance_mm,
    ];
    let reasons: Vec<String> = label
        .comparison
        .reasons
        .iter()
        .map(|(key, reason)| format!("{key}={}", reason.code()))
        .collect();
    counts
        .iter()
        .map(ToString::to_string)
        .chain(numbers.into_iter().map(cell))
        .chain([reasons.join(" ")])
        .collect()
}

/// One line per label over all cases.
///
/// # Errors
/// [`Error::BadInput`] where answers do not fit the scale of their field.
pub fn per_label_csv(input: &ReportInput) -> Result<String, Error> {
    Ok(label_table(&figures(input)?))
}

fn label_table(figures: &ReportFigures) -> String {
    let header = [
        "label",
        "n_cases",
        "n_both",
        "n_only_a",
        "n_only_b",
        "n_agreed_absent",
        "dice_mean",
        "dice_ci_low",
        "dice_ci_high",
        "dice_median",
        "dice_q1",
        "dice_q3",
        "iou_mean",
        "iou_ci_low",
        "iou_ci_high",
        "voxel_kappa_mean",
        "hd95_mm_mean",
        "assd_mm_mean",
        "presence_agreement",
        "presence_kappa",
        "presence_kappa_ci_low",
        "presence_kappa_ci_high",
        "presence_pabak",
    ];
    let rows = figures.labels.iter().map(|label| {
        let counts = [
            label.n_cases,
            label.n_both,
            label.n_only_a,
            label.n_only_b,
            label.n_agreed_absent,
        ];
        let limits =
            |summary: &Summary| [summary.bca_ci_low.flatten(), summary.bca_ci_high.flatten()];
        let mean = |summary: &Option<Summary>| summary.as_ref().and_then(|s| s.mean);
        let mut numbers = vec![label.dice.mean];
        numbers.extend(limits(&label.dice));
        numbers.extend([
            label.dice.median,
            label.dice.q1,
            label.dice.q3,
            label.iou.mean,
        ]);
        numbers.extend(limits(&label.iou));
        numbers.extend([
            label.voxel_kappa.mean,
            mean(&label.hd95_mm),
            mean(&label.assd_mm),
        ]);
        numbers.extend(presence_numbers(&label.presence));
        [label.label.clone()]
            .into_iter()
            .chain(counts.iter().map(ToString::to_string))
            .chain(numbers.into_iter().map(cell))
            .collect()
    });
    table(&header, rows)
}

/// Agreement, kappa with limits, PABAK.
fn presence_numbers(presence: &RatingResult) -> [Option<f64>; 5] {
    let RatingResult::Categorical(result) = presence else {
        return [None; 5];
    };
    let kappa = result.cohen_kappa.as_ref().map(|kappas| &kappas.unweighted);
    [
        result.observed_agreement,
        kappa.and_then(|kappa| kappa.estimate),
        kappa.and_then(|kappa| kappa.ci_low),
        kappa.and_then(|kappa| kappa.ci_high),
        result.binary.as_ref().and_then(|binary| binary.pabak),
    ]
}

/// One line per finding.
#[must_use]
pub fn findings_csv(input: &ReportInput) -> String {
    let score = if input.match_rule.is_distance() {
        "distance_mm"
    } else {
        "iou"
    };
    let header = [
        "case",
        "comparison",
        "label",
        "finding_a",
        "finding_b",
        score,
        "decision",
    ];
    let number = |number: Option<u32>| number.map_or_else(String::new, |n| n.to_string());
    let rows = input.cases.iter().flat_map(|case| {
        case.findings.iter().map(|finding| {
            vec![
                case.case.clone(),
                case.comparison.clone(),
                finding.label.clone(),
                number(finding.a),
                number(finding.b),
                cell(finding.score),
                finding.decision.clone().unwrap_or_default(),
            ]
        })
    });
    table(&header, rows)
}

fn cell(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A CSV text; rows have as many cells as the header.
pub(crate) fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = Writer::from_writer(Vec::new());
    // writing to memory fails only for rows of unequal length, which the callers do not make
    let mut written = writer.write_record(header);
    for row in rows {
        written = written.and_then(|()| writer.write_record(&row));
    }
    debug_assert!(written.is_ok(), "rows of unequal length");
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
