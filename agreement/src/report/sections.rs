//! Tables and plots of the report.

use super::figures::{FieldFigures, LabelReport, ReportFigures, comparisons};
use super::input::{ReportField, ReportInput, ReportLabel};
use super::plot::{BoxRow, DifferencePlot, Matrix, box_plot, count_cells, difference_plot, matrix};
use super::words::{
    Language, coefficient_interval, interval, measure_or_dash, reason_text, share, share_or_dash,
};
use crate::figure::Reasons;
use crate::rating::{
    CategoricalResult, Coefficient, CohenKappa, ContinuousResult, RatingResult, Summary,
    limits_to_print,
};
use crate::resampling::FEW_CASES;
use crate::warning::Warning;
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
    let rows = |of: fn(&ReportLabel) -> Option<f64>| -> Vec<BoxRow> {
        let row = |label: &LabelReport| {
            let values: Vec<f64> = comparisons(input, &label.label)
                .filter_map(|(_, entry)| of(entry))
                .collect();
            BoxRow {
                name: format!("{} (n = {})", label.name.get(language), values.len()),
                values,
            }
        };
        figures.labels.iter().map(row).collect()
    };
    let dice = rows(|label| label.comparison.overlap.dice);
    let distances = rows(|label| label.comparison.distance.as_ref()?.hd95_mm);
    let farthest = distances
        .iter()
        .flat_map(|row| &row.values)
        .copied()
        .fold(1.0, f64::max);
    html! {
        section {
            h2 { (say("ラベルごとの一致度", "Agreement by label")) }
            @if dice.is_empty() {
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
                        "平均と 95 % 区間（10 例未満は範囲）。箱は症例の四分位、線は中央値、ひげは四分位範囲の 1.5 倍以内（5 例未満は点）。",
                        "Mean with 95 % interval (below ten cases: range). Box: quartiles of the cases, line: median, whiskers: within 1.5 quartile distances (dots below five cases).",
                    ))
                }
                (box_plot(say("症例ごとの Dice", "Dice of each case"), "Dice", [0.0, 1.0], &dice))
                @if distances.iter().any(|row| !row.values.is_empty()) {
                    (box_plot(say("症例ごとの HD95", "HD95 of each case"), "HD95 mm", [0.0, farthest], &distances))
                }
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
pub(crate) fn categories(
    input: &ReportInput,
    figures: &ReportFigures,
    language: Language,
) -> Markup {
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
                (notes(rows.iter().map(|(name, result)| (name.as_str(), &result.warnings[..])), language))
                (confusions(input, figures, language))
            }
        }
    }
}

/// Warnings about several fields, each sentence once with the fields it is about.
fn notes<'a>(fields: impl Iterator<Item = (&'a str, &'a [Warning])>, language: Language) -> Markup {
    let mut sentences: Vec<(&str, Vec<&str>)> = Vec::new();
    for (field, warnings) in fields {
        for text in warnings.iter().map(|warning| warning.text(language)) {
            match sentences.iter_mut().find(|(known, _)| *known == text) {
                Some((_, fields)) => fields.push(field),
                None => sentences.push((text, vec![field])),
            }
        }
    }
    html! {
        @for (sentence, fields) in &sentences {
            p.note { "※ " (sentence) " – " (fields.join(language.say("、", ", "))) }
        }
    }
}

/// Categories beyond which a matrix is no picture any more.
const MOST_CATEGORIES: usize = 12;

/// The confusion matrix of every compared field.
fn confusions(input: &ReportInput, figures: &ReportFigures, language: Language) -> Markup {
    let named = |field: &str| input.fields.iter().find(|known| known.field == field);
    let matrices = figures
        .fields
        .iter()
        .filter_map(|field| match &field.agreement {
            RatingResult::Categorical(result) if result.categories.len() <= MOST_CATEGORIES => {
                Some((field, named(&field.field)?, result.as_ref()))
            }
            _ => None,
        });
    html! {
        div.matrices {
            @for (field, asked, result) in matrices {
                @if let Some(counts) = result.confusion.as_ref().filter(|counts| counts.n() > 0) {
                    figure {
                        figcaption { b { (field.name.get(language)) } " n = " (counts.n()) }
                        (confusion(asked, result, &counts.0, language))
                    }
                }
            }
        }
    }
}

fn confusion(
    field: &ReportField,
    result: &CategoricalResult,
    counts: &[Vec<u64>],
    language: Language,
) -> Markup {
    let name = |id: &String| {
        let choice = field.choices.iter().find(|choice| choice.id == *id);
        choice.map_or_else(|| id.clone(), |choice| choice.name.get(language).to_owned())
    };
    let names: Vec<String> = result.categories.iter().map(name).collect();
    let cells = count_cells(counts);
    matrix(&Matrix {
        title: field.name.get(language),
        row_axis: "A",
        column_axis: "B",
        names: &names,
        cells: &cells,
    })
}

fn category_row(name: &str, result: &CategoricalResult, language: Language) -> Markup {
    let kappas = result.cohen_kappa.as_ref();
    let kappa = kappas.map(|kappas| &kappas.unweighted);
    let quadratic = kappas.and_then(|kappas| kappas.quadratic.as_ref());
    let binary = result.binary.as_ref();
    let by_case = result.by_case.as_ref();
    let with_limits = |kappa: Option<&CohenKappa>, coefficient| match kappa {
        Some(kappa) => {
            let closed = [kappa.ci_low, kappa.ci_high];
            let limits = limits_to_print(by_case, coefficient, closed);
            let limits = coefficient_interval(limits.low, limits.high);
            format!("{} {limits}", share_or_dash(kappa.estimate))
        }
        None => "–".to_owned(),
    };
    let observed = limits_to_print(
        by_case,
        Coefficient::ObservedAgreement,
        [
            result.observed_agreement_ci_low.flatten(),
            result.observed_agreement_ci_high.flatten(),
        ],
    );
    html! {
        tr {
            th scope="row" { (name) @if !result.warnings.is_empty() { " ※" } }
            td.number { (result.n_items_paired) }
            td.number {
                (share_or_dash(result.observed_agreement)) " "
                (interval(observed.low, observed.high))
            }
            td.number {
                (with_limits(kappa, Coefficient::CohenUnweighted))
                @if let Some(kappa) = kappa { (why(&kappa.reasons, "estimate", language)) }
            }
            td.number { (with_limits(quadratic, Coefficient::CohenQuadratic)) }
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
pub(crate) fn measurements(
    input: &ReportInput,
    figures: &ReportFigures,
    language: Language,
) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let rows: Vec<(&FieldFigures, &ContinuousResult)> = figures
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
                        @for (field, result) in &rows {
                            (measurement_row(field.name.get(language), result))
                        }
                    }
                }
                (notes(rows.iter().map(|(field, result)| (field.name.get(language), &result.warnings[..])), language))
                @for (field, result) in &rows {
                    (field_differences(input, field, result, language))
                }
            }
        }
    }
}

/// Bias and limits of agreement, with cases as the subjects where a case has several items.
pub(crate) fn limits_of_agreement(result: &ContinuousResult) -> (Option<f64>, [Option<f64>; 2]) {
    let by_case = result.bland_altman_by_case.as_ref();
    if let Some(limits) = by_case.filter(|limits| limits.loa_low.is_some()) {
        return (limits.bias, [limits.loa_low, limits.loa_high]);
    }
    match result.bland_altman.present() {
        Some(limits) => (limits.bias, [limits.loa_low, limits.loa_high]),
        None => (None, [None; 2]),
    }
}

fn measurement_row(name: &str, result: &ContinuousResult) -> Markup {
    let icc = result.icc.present().map(|icc| &icc.icc_2_1);
    let ccc = result.lin_ccc.present();
    let (bias, [low, high]) = limits_of_agreement(result);
    let with_limits = |coefficient, estimate, closed| {
        let limits = limits_to_print(result.by_case.as_ref(), coefficient, closed);
        html! { (share_or_dash(estimate)) " " (interval(limits.low, limits.high)) }
    };
    html! {
        tr {
            th scope="row" { (name) }
            td.number { (result.n_items_complete) }
            td.number {
                (with_limits(
                    Coefficient::Icc21,
                    icc.and_then(|icc| icc.estimate),
                    [icc.and_then(|icc| icc.ci_low), icc.and_then(|icc| icc.ci_high)],
                ))
            }
            td.number {
                (with_limits(
                    Coefficient::LinCcc,
                    ccc.and_then(|ccc| ccc.estimate),
                    [ccc.and_then(|ccc| ccc.ci_low), ccc.and_then(|ccc| ccc.ci_high)],
                ))
            }
            td.number { (measure_or_dash(bias)) }
            td.number { (measure_or_dash(low)) " … " (measure_or_dash(high)) }
        }
    }
}

/// Differences of a measured field against the means, from three pairs on.
fn field_differences(
    input: &ReportInput,
    field: &FieldFigures,
    result: &ContinuousResult,
    language: Language,
) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let answers = input.cases.iter().flat_map(|case| &case.answers);
    let number = |text: &Option<String>| text.as_ref()?.parse::<f64>().ok();
    let pairs: Vec<[f64; 2]> = answers
        .filter(|answer| answer.field == field.field)
        .filter_map(|answer| Some([number(&answer.a)?, number(&answer.b)?]))
        .collect();
    let limits = limits_of_agreement(result);
    html! {
        @if let ((Some(bias), [Some(low), Some(high)]), true) = (limits, pairs.len() >= 3) {
            figure {
                figcaption { b { (field.name.get(language)) } " n = " (pairs.len()) }
                (difference_plot(&DifferencePlot {
                    title: field.name.get(language),
                    mean_axis: say("平均", "mean"),
                    difference_axis: say("差 A − B", "difference A − B"),
                    pairs: &pairs,
                    lines: [low, bias, high],
                }))
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
