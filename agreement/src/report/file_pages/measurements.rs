//! The page of `agree-ratings` on measurements.

use super::PageHead;
use super::parts::{FigureRow, Frame, figure_table, intervals_by_case, tiles};
use super::ratings::lettered;
use crate::rating::{
    BlandAltman, BlandAltmanRepeated, Coefficient, ContinuousResult, Icc, RatingTable, Scale,
    limits_to_print,
};
use crate::report::method_texts;
use crate::report::plot::{DifferencePlot, difference_plot};
use crate::report::sections::{limits_of_agreement, why};
use crate::report::standards::grras_of_files;
use crate::report::words::{Bilingual, Language, interval, measure_or_dash, share_or_dash};
use maud::{Markup, html};

/// The page of a table of measurements.
pub(super) fn measurement_page(
    result: &ContinuousResult,
    table: &RatingTable,
    head: &PageHead,
    language: Language,
) -> String {
    let mut methods = if result.bland_altman_repeated.present().is_some() {
        method_texts::repeated()
    } else {
        method_texts::measurements(result.scale, result.n_readers)
    };
    methods.extend(result.by_case.as_ref().map(method_texts::by_case));
    let (ja, en) = match result.scale {
        Scale::Ratio => ("比例尺度", "ratio scale"),
        _ => ("間隔尺度", "interval scale"),
    };
    let (n, complete, missing) = (result.n_items, result.n_items_complete, result.n_missing);
    let mut facts: Vec<(Bilingual, String)> = head
        .inputs
        .iter()
        .map(|input| (Bilingual::new("入力", "input"), input.clone()))
        .collect();
    facts.extend(lettered(table));
    let frame = Frame {
        title: Bilingual::new("計測値の一致度", "Agreement of measurements"),
        head,
        facts,
        warnings: &result.warnings,
        methods,
        metrics: Vec::new(),
        grras: grras_of_files(
            Bilingual::new(ja, en),
            Bilingual::new(
                format!("項目 {n}（全員の値がそろった行 {complete}）、欠損 {missing}"),
                format!("{n} items ({complete} complete rows), {missing} missing"),
            ),
        ),
    };
    let sections = html! {
        (measurement_tiles(result, language))
        @if let Some(limits) = result.bland_altman.present() { (differences(limits, table, language)) }
        (repeated(result, language))
        @if let Some(icc) = result.icc.present() { (correlations(icc, language)) }
        (further(result, language))
        @if let Some(by_case) = &result.by_case { (intervals_by_case(by_case, language)) }
    };
    frame.page(language, &sections)
}

fn measurement_tiles(result: &ContinuousResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let mut big = Vec::new();
    if let Some(icc) = result.icc.present() {
        let form = &icc.icc_2_1;
        let closed = [form.ci_low, form.ci_high];
        let limits = limits_to_print(result.by_case.as_ref(), Coefficient::Icc21, closed);
        let unit = match limits.is_by_case {
            true => say(" 症例単位", " by case"),
            false => "",
        };
        big.push((
            share_or_dash(form.estimate),
            "ICC(2,1)".to_owned(),
            format!(
                "95 % {}{unit} n = {}",
                interval(limits.low, limits.high),
                result.n_items_complete
            ),
        ));
    }
    if result.bland_altman.present().is_some() {
        let (bias, [low, high]) = limits_of_agreement(result);
        big.push((
            measure_or_dash(bias),
            say("偏り A − B", "bias A − B").to_owned(),
            format!(
                "{} {} … {}",
                say("一致限界", "limits of agreement"),
                measure_or_dash(low),
                measure_or_dash(high)
            ),
        ));
    }
    if let Some(within) = result.within_subject.present() {
        big.push((
            measure_or_dash(within.repeatability_coefficient),
            say("再現性係数", "repeatability coefficient").to_owned(),
            format!("s_w {}", measure_or_dash(within.within_subject_sd)),
        ));
    }
    tiles(&big)
}

fn differences(limits: &BlandAltman, table: &RatingTable, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let numbers = table.numbers().unwrap_or_default();
    let pairs: Vec<[f64; 2]> = numbers
        .iter()
        .filter_map(|row| Some([(*row.first()?)?, (*row.get(1)?)?]))
        .collect();
    let rows = [
        FigureRow::new(
            "偏り",
            "bias",
            measure_or_dash(limits.bias),
            interval(limits.bias_ci_low, limits.bias_ci_high),
            "bias",
        ),
        FigureRow::new(
            "差の SD",
            "SD of the differences",
            measure_or_dash(limits.sd_difference),
            "",
            "sd_difference",
        ),
        FigureRow::new(
            "下側一致限界",
            "lower limit of agreement",
            measure_or_dash(limits.loa_low),
            interval(limits.loa_low_ci_low, limits.loa_low_ci_high),
            "loa_low",
        ),
        FigureRow::new(
            "上側一致限界",
            "upper limit of agreement",
            measure_or_dash(limits.loa_high),
            interval(limits.loa_high_ci_low, limits.loa_high_ci_high),
            "loa_high",
        ),
    ];
    html! {
        section {
            h2 { (say("差と平均（Bland–Altman）", "Differences against means (Bland–Altman)")) }
            @if let (Some(low), Some(bias), Some(high)) = (limits.loa_low, limits.bias, limits.loa_high) {
                (difference_plot(&DifferencePlot {
                    title: say("差と平均", "differences against means"),
                    mean_axis: say("平均", "mean"),
                    difference_axis: say("差 A − B", "difference A − B"),
                    pairs: &pairs,
                    lines: [low, bias, high],
                }))
            }
            p.note { "n = " (limits.n) " · " (say("括弧内は 95 % 区間", "in brackets: 95 % intervals")) }
            (figure_table(&rows, &limits.reasons, language))
            @if let Some(change) = &limits.proportional {
                (figure_table(&[
                    FigureRow::new("差の傾き（平均 1 あたり）", "slope of the differences (per unit of the mean)", share_or_dash(change.slope), format!("p {}", probability(change.slope_p)), "slope"),
                    FigureRow::new("ばらつきの傾き", "slope of their spread", share_or_dash(change.spread_slope), format!("p {}", probability(change.spread_p)), "spread_slope"),
                ], &change.reasons, language))
                @if let Some(percent) = &change.percent {
                    p {
                        (say("平均に対する百分率：偏り ", "In percent of the mean: bias ")) (format!("{:.1} %", percent.bias))
                        (say("、一致限界 ", ", limits of agreement ")) (format!("{:.1} … {:.1} %", percent.loa_low, percent.loa_high))
                    }
                }
            }
        }
    }
}

fn repeated(result: &ContinuousResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    html! {
        @if let Some(limits) = result.bland_altman_repeated.present() {
            (components(limits, say("繰り返し測定の一致限界", "Limits of agreement of repeated measurements"), language))
        }
        @if let Some(limits) = &result.bland_altman_by_case {
            (components(limits, say("症例を被験者とする一致限界", "Limits of agreement with cases as the subjects"), language))
        }
    }
}

/// Limits of agreement by components of variance.
fn components(limits: &BlandAltmanRepeated, title: &str, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    html! {
        section {
            h2 { (title) }
            (figure_table(&[
                FigureRow::new("偏り", "bias", measure_or_dash(limits.bias), format!("n = {}, {} {}", limits.n, say("被験者", "subjects"), limits.n_subjects), "bias"),
                FigureRow::new("被験者間の分散", "variance between subjects", measure_or_dash(limits.variance_between_subjects), "", "variance_between_subjects"),
                FigureRow::new("被験者内の分散", "variance within subjects", measure_or_dash(limits.variance_within_subject), "", "variance_within_subject"),
                FigureRow::new("下側一致限界", "lower limit of agreement", measure_or_dash(limits.loa_low), "", "loa_low"),
                FigureRow::new("上側一致限界", "upper limit of agreement", measure_or_dash(limits.loa_high), "", "loa_high"),
            ], &limits.reasons, language))
        }
    }
}

fn correlations(icc: &Icc, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let forms = [
        ("ICC(1,1)", &icc.icc_1_1),
        ("ICC(1,k)", &icc.icc_1_k),
        ("ICC(2,1)", &icc.icc_2_1),
        ("ICC(2,k)", &icc.icc_2_k),
        ("ICC(3,1)", &icc.icc_3_1),
        ("ICC(3,k)", &icc.icc_3_k),
    ];
    html! {
        section {
            h2 { (say("級内相関係数", "Intraclass correlation")) }
            table {
                thead {
                    tr {
                        @for head in [say("形式", "form"), say("推定値", "estimate"), say("95 % 区間", "95 % interval"), "F", "df", "p", say("備考", "note")] {
                            th scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @for (name, form) in forms {
                        tr {
                            th scope="row" { (name) }
                            td.number { (share_or_dash(form.estimate)) }
                            td.number { (interval(form.ci_low, form.ci_high)) }
                            td.number { (measure_or_dash(form.f)) }
                            td.number { (degrees(form.df1)) ", " (degrees(form.df2)) }
                            td.number { (probability(form.p)) }
                            td { (why(&form.reasons, "estimate", language)) }
                        }
                    }
                }
            }
        }
    }
}

fn probability(p: Option<f64>) -> String {
    match p {
        Some(p) if p < 0.001 => "< 0.001".to_owned(),
        p => share_or_dash(p),
    }
}

fn further(result: &ContinuousResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    html! {
        section {
            h2 { (say("その他の係数", "Further coefficients")) }
            table {
                tbody {
                    @if let Some(ccc) = result.lin_ccc.present() {
                        tr {
                            th scope="row" { (say("Lin の一致相関係数", "Lin's concordance correlation")) }
                            td.number { (share_or_dash(ccc.estimate)) }
                            td { (interval(ccc.ci_low, ccc.ci_high)) (why(&ccc.reasons, "estimate", language)) }
                        }
                    }
                    @if let Some(alpha) = result.krippendorff_alpha.present() {
                        tr {
                            th scope="row" { "Krippendorff α" }
                            td.number { (share_or_dash(alpha.estimate)) }
                            td { (interval(alpha.ci_low, alpha.ci_high)) (why(&alpha.reasons, "estimate", language)) }
                        }
                    }
                    @if let Some(within) = result.within_subject.present() {
                        tr {
                            th scope="row" { (say("個体内標準偏差", "within-subject SD")) }
                            td.number { (measure_or_dash(within.within_subject_sd)) }
                            td { (say("再現性係数 ", "repeatability coefficient ")) (measure_or_dash(within.repeatability_coefficient)) }
                        }
                    }
                }
            }
        }
    }
}

fn degrees(df: Option<u64>) -> String {
    df.map_or_else(|| "–".to_owned(), |df| df.to_string())
}
