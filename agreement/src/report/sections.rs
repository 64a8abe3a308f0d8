//! Tables and plots of the report.

use super::figures::{FEW_CASES, FieldFigures, LabelReport, ReportFigures, comparisons};
use super::input::ReportInput;
use super::plot::{DifferencePlot, DotRow, difference_plot, dot_plot};
use super::words::{Language, interval, measure_or_dash, reason_text, share, share_or_dash};
use crate::figure::Reasons;
use crate::rating::{CategoricalResult, RatingResult, Summary};
use maud::{Markup, html};

/// A mean with its interval, or its range where there are few values.
pub(crate) fn mean_text(summary: &Summary) -> String {
    let Some(mean) = summary.mean else {
        return "–".to_owned();
    };
    let limits = mean_limits(summary);
    format!(
        "{} {}",
        share(mean),
        interval(limits.map(|l| l[0]), limits.map(|l| l[1]))
    )
}

/// Interval of a mean by bootstrap; the range below ten values.
fn mean_limits(summary: &Summary) -> Option<[f64; 2]> {
    if summary.n < FEW_CASES {
        return Some([summary.minimum?, summary.maximum?]);
    }
    Some([
        summary.bca_ci_low.flatten()?,
        summary.bca_ci_high.flatten()?,
    ])
}

/// Overlap and distance, label by label.
pub(crate) fn labels(input: &ReportInput, figures: &ReportFigures, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let values = |label: &LabelReport| -> Vec<f64> {
        comparisons(input, &label.label)
            .filter_map(|(_, l)| l.comparison.overlap.dice)
            .collect()
    };
    let rows: Vec<DotRow> = figures
        .labels
        .iter()
        .map(|label| DotRow {
            name: format!("{} (n = {})", label.name.get(language), label.dice.n),
            values: values(label),
            mean: label.dice.mean,
            interval: mean_limits(&label.dice),
        })
        .collect();
    html! {
        section {
            h2 { (say("ラベルごとの一致度", "Agreement by label")) }
            @if rows.is_empty() {
                p { (say("両者のセグメントがある症例はありません。", "No case has segments to compare.")) }
            } @else {
                table {
                    thead {
                        tr {
                            @for head in [
                                say("ラベル", "label"), "n", say("両者", "both"), say("A のみ", "A only"),
                                say("B のみ", "B only"), say("不在で一致", "agreed absent"), "Dice", "IoU",
                                say("ボクセル κ", "voxel κ"), "HD95 mm", "ASSD mm",
                            ] {
                                th scope="col" { (head) }
                            }
                        }
                    }
                    tbody {
                        @for label in &figures.labels { (label_row(label, language)) }
                    }
                }
                p.note {
                    (say(
                        "平均と 95 % 区間（10 例未満は範囲）。点は症例、縦線は平均、太線は区間または範囲。",
                        "Mean with 95 % interval (below ten cases: range). Dots: cases; upright bar: mean; thick line: interval or range.",
                    ))
                }
                (dot_plot(say("症例ごとの Dice", "Dice of each case"), &rows))
            }
        }
    }
}

fn label_row(label: &LabelReport, language: Language) -> Markup {
    let distance = |summary: &Option<Summary>| {
        measure_or_dash(summary.as_ref().and_then(|summary| summary.mean))
    };
    html! {
        tr {
            th scope="row" { (label.name.get(language)) }
            @for count in [label.n_cases, label.n_both, label.n_only_a, label.n_only_b, label.n_agreed_absent] {
                td.number { (count) }
            }
            td.number { (mean_text(&label.dice)) }
            td.number { (mean_text(&label.iou)) }
            td.number { (mean_text(&label.voxel_kappa)) }
            td.number { (distance(&label.hd95_mm)) }
            td.number { (distance(&label.assd_mm)) }
        }
    }
}

/// Presence of each label per case and the answers to each field: kappa never alone.
pub(crate) fn categories(figures: &ReportFigures, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let presence = figures
        .labels
        .iter()
        .filter_map(|label| match &label.presence {
            RatingResult::Categorical(result) => {
                let name = label.name.get(language);
                Some((
                    format!("{name} ({})", say("有無", "presence")),
                    result.as_ref(),
                ))
            }
            RatingResult::Continuous(_) => None,
        });
    let answers = figures
        .fields
        .iter()
        .filter_map(|field| match &field.agreement {
            RatingResult::Categorical(result) => {
                Some((field.name.get(language).to_owned(), result.as_ref()))
            }
            RatingResult::Continuous(_) => None,
        });
    let rows: Vec<(String, &CategoricalResult)> = presence.chain(answers).collect();
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (say("有無と分類の一致", "Presence and classification")) }
                table {
                    thead {
                        tr {
                            @for head in [
                                say("項目", "item"), "n", say("観察一致率", "observed agreement"), "Cohen κ",
                                say("順序 κ（二次）", "quadratic κ"), "PABAK", "Gwet AC1",
                                say("陽性一致", "positive agr."), say("陰性一致", "negative agr."),
                            ] {
                                th scope="col" { (head) }
                            }
                        }
                    }
                    tbody { @for (name, result) in &rows { (category_row(name, result, language)) } }
                }
                @if rows.iter().any(|(_, result)| is_paradox(result)) {
                    p.note {
                        (say(
                            "※ 一方の分類に偏ると、一致率が高くても κ は低くなります。PABAK、AC1、陽性・陰性一致率を併せて読んでください。",
                            "※ With skewed categories κ is low although agreement is high: read PABAK, AC1, positive and negative agreement beside it.",
                        ))
                    }
                }
            }
        }
    }
}

/// High agreement with low kappa under skewed margins (Feinstein & Cicchetti 1990).
fn is_paradox(result: &CategoricalResult) -> bool {
    let kappa = result
        .cohen_kappa
        .as_ref()
        .and_then(|kappas| kappas.unweighted.estimate);
    let largest_margin = result.confusion.as_ref().map_or(0.0, |table| {
        let n = table.n().max(1) as f64;
        let rows = table.0.iter().map(|row| row.iter().sum::<u64>());
        let columns = (0..table.0.len()).map(|j| table.0.iter().map(|row| row[j]).sum::<u64>());
        rows.chain(columns).max().unwrap_or(0) as f64 / n
    });
    result.observed_agreement.is_some_and(|share| share >= 0.8)
        && kappa.is_some_and(|kappa| kappa < 0.6)
        && largest_margin >= 0.8
}

fn category_row(name: &str, result: &CategoricalResult, language: Language) -> Markup {
    let kappas = result.cohen_kappa.as_ref();
    let kappa = kappas.map(|kappas| &kappas.unweighted);
    let quadratic = kappas.and_then(|kappas| kappas.quadratic.as_ref());
    let binary = result.binary.as_ref();
    let with_limits = |kappa: Option<&crate::rating::CohenKappa>| match kappa {
        Some(kappa) => format!(
            "{} {}",
            share_or_dash(kappa.estimate),
            interval(kappa.ci_low, kappa.ci_high)
        ),
        None => "–".to_owned(),
    };
    html! {
        tr {
            th scope="row" { (name) @if is_paradox(result) { " ※" } }
            td.number { (result.n_items_paired) }
            td.number {
                (share_or_dash(result.observed_agreement)) " "
                (interval(result.observed_agreement_ci_low, result.observed_agreement_ci_high))
            }
            td.number {
                (with_limits(kappa))
                @if let Some(kappa) = kappa { (why(&kappa.reasons, "estimate", language)) }
            }
            td.number { (with_limits(quadratic)) }
            td.number { (share_or_dash(binary.and_then(|binary| binary.pabak))) }
            td.number { (share_or_dash(result.gwet_ac.unweighted.estimate)) }
            td.number { (share_or_dash(binary.and_then(|binary| binary.positive_agreement))) }
            td.number { (share_or_dash(binary.and_then(|binary| binary.negative_agreement))) }
        }
    }
}

/// The reason of an undefined figure in small print.
pub(crate) fn why(reasons: &Reasons, key: &str, language: Language) -> Markup {
    html! {
        @if let Some(reason) = reasons.get(key) {
            " " small { (reason_text(reason, language)) }
        }
    }
}

/// Measurements: correlation and limits of agreement.
pub(crate) fn measurements(figures: &ReportFigures, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let rows: Vec<(&FieldFigures, &crate::rating::ContinuousResult)> = figures
        .fields
        .iter()
        .filter_map(|field| match &field.agreement {
            RatingResult::Continuous(result) => Some((field, result.as_ref())),
            RatingResult::Categorical(_) => None,
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (say("計測値の一致", "Measurements")) }
                table {
                    thead {
                        tr {
                            @for head in [
                                say("項目", "item"), "n", "ICC(2,1)", "Lin CCC", say("偏り A − B", "bias A − B"),
                                say("一致限界", "limits of agreement"),
                            ] {
                                th scope="col" { (head) }
                            }
                        }
                    }
                    tbody {
                        @for (field, result) in rows {
                            @let icc = result.icc.present().map(|icc| &icc.icc_2_1);
                            @let ccc = result.lin_ccc.present();
                            @let limits = result.bland_altman.present();
                            tr {
                                th scope="row" { (field.name.get(language)) }
                                td.number { (result.n_items_complete) }
                                td.number {
                                    (share_or_dash(icc.and_then(|icc| icc.estimate))) " "
                                    (interval(icc.and_then(|icc| icc.ci_low), icc.and_then(|icc| icc.ci_high)))
                                }
                                td.number {
                                    (share_or_dash(ccc.and_then(|ccc| ccc.estimate))) " "
                                    (interval(ccc.and_then(|ccc| ccc.ci_low), ccc.and_then(|ccc| ccc.ci_high)))
                                }
                                td.number { (measure_or_dash(limits.and_then(|limits| limits.bias))) }
                                td.number {
                                    (measure_or_dash(limits.and_then(|limits| limits.loa_low))) " … "
                                    (measure_or_dash(limits.and_then(|limits| limits.loa_high)))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Volumes of A and B, label by label, where at least three cases have both.
pub(crate) fn volumes(input: &ReportInput, figures: &ReportFigures, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let shown = figures.labels.iter().filter(|label| label.volume_ml.n >= 3);
    html! {
        @for label in shown {
            @if let (Some(low), Some(bias), Some(high)) =
                (label.volume_ml.loa_low, label.volume_ml.bias, label.volume_ml.loa_high)
            {
                @let pairs = volume_pairs(input, &label.label);
                section {
                    h2 { (say("体積の差", "Difference of volumes")) " – " (label.name.get(language)) }
                    p.note {
                        (format!("n = {}, {} {bias:.2} ml, {} {low:.2} … {high:.2} ml", label.volume_ml.n,
                            say("偏り", "bias"), say("一致限界", "limits of agreement")))
                    }
                    (difference_plot(&DifferencePlot {
                        title: say("体積の差（A − B）と平均", "difference of volumes (A − B) against their mean"),
                        mean_axis: say("平均体積 ml", "mean volume ml"),
                        difference_axis: say("差 A − B ml", "difference A − B ml"),
                        pairs: &pairs,
                        lines: [low, bias, high],
                    }))
                }
            }
        }
    }
}

fn volume_pairs(input: &ReportInput, label: &str) -> Vec<[f64; 2]> {
    comparisons(input, label)
        .map(|(_, entry)| &entry.comparison.overlap)
        .filter(|overlap| overlap.n_voxels_a > 0 && overlap.n_voxels_b > 0)
        .map(|overlap| [overlap.volume_a_ml, overlap.volume_b_ml])
        .collect()
}
