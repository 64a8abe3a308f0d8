//! The pages of `agree-ratings --summarise` and `--plan`.

use super::PageHead;
use super::parts::{FigureRow, Frame, figure_table, tiles};
use crate::rating::{PlanResult, SummaryOptions, SummaryResult};
use crate::report::method_texts;
use crate::report::plot::{BoxRow, box_plot};
use crate::report::standards::grras_of_files;
use crate::report::words::{Bilingual, Language, interval, share_or_dash};
use maud::html;

/// The page of one column's distribution.
#[must_use]
pub fn summary_html(
    result: &SummaryResult,
    column: &str,
    options: SummaryOptions,
    head: &PageHead,
    language: Language,
) -> String {
    let say = |japanese, english| language.say(japanese, english);
    let summary = &result.summary;
    let clustered = summary.n_clusters.is_some();
    let limits = |low: Option<Option<f64>>, high: Option<Option<f64>>| {
        interval(low.flatten(), high.flatten())
    };
    let (low, high) = match (summary.minimum, summary.maximum) {
        (Some(low), Some(high)) if low < high => (low, high),
        (Some(value), _) => (value - 0.5, value + 0.5),
        _ => (0.0, 1.0),
    };
    let rows = [
        FigureRow::new("平均", "mean", share_or_dash(summary.mean), "", "mean"),
        FigureRow::new(
            "標準偏差",
            "standard deviation",
            share_or_dash(summary.sd),
            "",
            "sd",
        ),
        FigureRow::new(
            "中央値",
            "median",
            share_or_dash(summary.median),
            interval(summary.q1, summary.q3),
            "median",
        ),
        FigureRow::new(
            "範囲",
            "range",
            interval(summary.minimum, summary.maximum),
            "",
            "minimum",
        ),
        FigureRow::new(
            "百分位点の区間",
            "percentile interval",
            limits(summary.percentile_ci_low, summary.percentile_ci_high),
            "",
            "percentile_ci_low",
        ),
        FigureRow::new(
            "BCa の区間",
            "BCa interval",
            limits(summary.bca_ci_low, summary.bca_ci_high),
            "",
            "bca_ci_low",
        ),
        FigureRow::new(
            "クラスターの区間",
            "interval of clusters",
            limits(summary.cluster_ci_low, summary.cluster_ci_high),
            "",
            "cluster_ci_low",
        ),
    ];
    let shown: Vec<FigureRow> = rows
        .into_iter()
        .filter(|row| !row.value.is_empty())
        .collect();
    let sections = html! {
        (tiles(&[
            (share_or_dash(summary.mean), say("平均", "mean").to_owned(), format!("n = {}", summary.n)),
            (share_or_dash(summary.median), say("中央値", "median").to_owned(), interval(summary.q1, summary.q3)),
        ]))
        section {
            h2 { (say("分布", "Distribution")) " – " (column) }
            (box_plot(column, column, [low, high], &[BoxRow { name: column.to_owned(), values: result.values.clone() }]))
            (figure_table(&shown, &summary.reasons, language))
        }
    };
    let n = summary.n;
    let numbers = match summary.n_clusters {
        Some(clusters) => Bilingual::new(
            format!("値 {n}、クラスター {clusters}"),
            format!("{n} values, {clusters} clusters"),
        ),
        None => Bilingual::new(format!("値 {n}"), format!("{n} values")),
    };
    let frame = Frame {
        title: Bilingual::new("値の分布", "Distribution of values"),
        head,
        facts: Vec::new(),
        warnings: &[],
        methods: method_texts::bootstrap(options.resamples, options.seed, clustered),
        metrics: Vec::new(),
        grras: grras_of_files(Bilingual::new(column, column), numbers),
    };
    frame.page(language, &sections)
}

/// The page of the number of items that a study needs.
#[must_use]
pub fn plan_html(result: &PlanResult, head: &PageHead, language: Language) -> String {
    let say = |japanese, english| language.say(japanese, english);
    // a plan is made of names and numbers: it always is an object of JSON
    let spec = serde_json::to_value(result.plan.spec).unwrap_or_default();
    let kind = spec["kind"].as_str().unwrap_or_default().to_owned();
    let given: Vec<(String, String)> = spec
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| *key != "kind")
        .map(|(key, value)| (key.clone(), value.to_string()))
        .collect();
    let sections = html! {
        (tiles(&[(
            result.plan.n.to_string(),
            say("必要な症例数", "cases needed").to_owned(),
            format!("{:.3}", result.plan.n_exact),
        )]))
        section {
            h2 { (say("前提", "Assumptions")) " – " (kind) }
            table { tbody {
                @for (key, value) in &given { tr { th scope="row" { (key) } td.number { (value) } } }
            } }
        }
    };
    let n = result.plan.n;
    let frame = Frame {
        title: Bilingual::new("症例数の設計", "Planning the number of cases"),
        head,
        facts: Vec::new(),
        warnings: &[],
        methods: method_texts::planning(&kind),
        metrics: Vec::new(),
        grras: grras_of_files(
            Bilingual::new(kind.as_str(), kind.as_str()),
            Bilingual::new(format!("必要数 {n}"), format!("{n} needed")),
        ),
    };
    frame.page(language, &sections)
}
