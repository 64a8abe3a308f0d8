//! The page of `agree-findings`.

use super::PageHead;
use super::parts::{Frame, tiles};
use crate::finding::{
    CocoFigures, FindingKind, FindingList, FindingResult, FrocFigures, PairMatching,
};
use crate::report::method_texts;
use crate::report::plot::{Bar, Matrix, bars, froc_plot, matrix};
use crate::report::sections::why;
use crate::report::standards::{Answered, grras_of_files, metrics};
use crate::report::words::{Bilingual, Language, interval, measure_or_dash, share_or_dash};
use maud::{Markup, html};

/// The page of findings that were matched between readers.
#[must_use]
pub fn findings_html(
    result: &FindingResult,
    list: &FindingList,
    head: &PageHead,
    language: Language,
) -> String {
    let mut methods = method_texts::findings(list.rule, list.by_label);
    methods.extend(method_texts::scored(
        result.panoptic.is_some(),
        result.froc.is_some(),
    ));
    let pairs: Vec<&PairMatching> = match &result.matching {
        Some(pair) => vec![pair],
        None => result.pairwise.iter().flatten().collect(),
    };
    let sections = html! {
        @if let [pair] = pairs[..] { (pair_tiles(pair, language)) }
        (pair_matrix(&pairs, list, language))
        (pair_table(&pairs, language))
        (found_by(result, language))
        (panoptic(result, language))
        @if let Some(froc) = &result.froc { (curve(froc, language)) }
        @if let Some(coco) = &result.coco { (precision(coco, language)) }
        @for pair in &pairs { (cases(pair, language)) }
    };
    let (kind_ja, kind_en) = match list.kind {
        FindingKind::Box => ("箱", "boxes"),
        FindingKind::Point => ("点", "points"),
        FindingKind::Instances => ("ラベル画像の領域", "regions of label images"),
    };
    let (n, readers) = (result.n_cases, list.readers.len());
    let frame = Frame {
        title: Bilingual::new("所見の一致度", "Agreement of findings"),
        head,
        facts: Vec::new(),
        warnings: &[],
        methods,
        metrics: metrics_items(list),
        grras: grras_of_files(
            Bilingual::new(kind_ja, kind_en),
            Bilingual::new(
                format!("症例 {n}、読影者 {readers} 名"),
                format!("{n} cases, {readers} readers"),
            ),
        ),
    };
    frame.page(language, &sections)
}

fn metrics_items(list: &FindingList) -> Vec<Answered> {
    let category = match list.kind {
        FindingKind::Instances => ("実体セグメンテーション", "instance segmentation"),
        _ => ("物体検出", "object detection"),
    };
    metrics(&[
        ("問題の種類", "problem category", category.0, category.1),
        (
            "対象ごとの対応付け",
            "per-object matching",
            "F1、適合率・再現率",
            "F1, precision and recall",
        ),
        (
            "対応付けの基準としきい値",
            "matching criterion and threshold",
            "方法に記載",
            "in Methods",
        ),
        (
            "クラスごとの集計",
            "per class",
            if list.by_label {
                "同じラベルどうしで対応付け"
            } else {
                "ラベルを区別しない"
            },
            if list.by_label {
                "equal labels are matched"
            } else {
                "labels are not told apart"
            },
        ),
        (
            "階層のあるデータ",
            "hierarchical data",
            "症例を単位とする再標本化",
            "cases are resampled",
        ),
        (
            "真陰性に依存する指標",
            "figures that need true negatives",
            "使わない",
            "not used",
        ),
    ])
}

fn pair_tiles(pair: &PairMatching, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let figures = &pair.figures;
    let f1 = format!("95 % {}", interval(pair.f1_ci_low, pair.f1_ci_high));
    let quality = match (figures.mean_matched_iou, figures.mean_matched_distance_mm) {
        (Some(iou), _) => (
            share_or_dash(iou),
            say("対応の平均 IoU", "mean IoU of the matches"),
        ),
        (_, Some(mm)) => (
            format!("{} mm", measure_or_dash(mm)),
            say("対応の平均距離", "mean distance of the matches"),
        ),
        _ => ("–".to_owned(), ""),
    };
    let only = |reader: &str| match language {
        Language::Japanese => format!("{reader} のみ"),
        Language::English => format!("{reader} only"),
    };
    tiles(&[
        (
            share_or_dash(figures.f1),
            "F1".to_owned(),
            if pair.f1_ci_low.is_some() {
                f1
            } else {
                String::new()
            },
        ),
        (
            figures.tp.to_string(),
            say("両者", "both").to_owned(),
            String::new(),
        ),
        (
            figures.missed.to_string(),
            only(&pair.reader_a),
            String::new(),
        ),
        (figures.fp.to_string(), only(&pair.reader_b), String::new()),
        (quality.0, quality.1.to_owned(), String::new()),
    ])
}

fn pair_matrix(pairs: &[&PairMatching], list: &FindingList, language: Language) -> Markup {
    let n = list.readers.len();
    if pairs.len() < 2 {
        return html! {};
    }
    let place = |name: &str| list.readers.iter().position(|reader| reader == name);
    let mut cells: Vec<Vec<Option<(String, f64)>>> = vec![vec![None; n]; n];
    for pair in pairs {
        if let (Some(a), Some(b)) = (place(&pair.reader_a), place(&pair.reader_b)) {
            let f1 = pair.figures.f1;
            for (row, column) in [(a, b), (b, a)] {
                cells[row][column] = Some((share_or_dash(f1), f1.unwrap_or(0.0)));
            }
        }
    }
    let title = language.say("組ごとの F1", "F1 of each pair");
    html! {
        section {
            h2 { (title) }
            (matrix(&Matrix { title, row_axis: "", column_axis: "F1", names: &list.readers, cells: &cells }))
        }
    }
}

fn pair_table(pairs: &[&PairMatching], language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    html! {
        section {
            h2 { (say("対応した所見", "Matched findings")) }
            table {
                thead {
                    tr {
                        @for head in [
                            "A", "B", say("両者", "both"), say("A のみ", "A only"), say("B のみ", "B only"), "F1", say("95 % 区間", "95 % interval"),
                            say("適合率／再現率（A 基準）", "precision / recall (A as reference)"), say("（B 基準）", "(B as reference)"),
                            say("分割", "split"), say("融合", "merged"),
                        ] {
                            th scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @for pair in pairs {
                        @let figures = &pair.figures;
                        @let both = |p: Option<f64>, r: Option<f64>| format!("{} / {}", share_or_dash(p), share_or_dash(r));
                        tr {
                            th scope="row" { (pair.reader_a) }
                            th scope="row" { (pair.reader_b) }
                            td.number { (figures.tp) }
                            td.number { (figures.missed) }
                            td.number { (figures.fp) }
                            td.number { (share_or_dash(figures.f1)) (why(&figures.reasons, "f1", language)) }
                            td.number { (interval(pair.f1_ci_low, pair.f1_ci_high)) }
                            td.number { (both(figures.precision, figures.recall)) }
                            td.number { (both(figures.recall, figures.precision)) }
                            td.number { (pair.n_split) }
                            td.number { (pair.n_merged) }
                        }
                    }
                }
            }
        }
    }
}

fn found_by(result: &FindingResult, language: Language) -> Markup {
    let rows: Vec<Bar> = result
        .found_by
        .counts
        .0
        .iter()
        .map(|(k, n)| Bar {
            name: match language {
                Language::Japanese => format!("{k} 名"),
                Language::English => format!("by {k}"),
            },
            count: *n,
        })
        .collect();
    html! {
        section {
            h2 { (language.say("何名が見つけたか", "Found by how many readers")) }
            p.note { "n = " (result.found_by.n_findings) }
            (bars(language.say("見つけた読影者の数", "number of readers"), &rows))
        }
    }
}

fn panoptic(result: &FindingResult, language: Language) -> Markup {
    html! {
        @if let Some(figures) = &result.panoptic {
            section {
                h2 { "Panoptic quality" }
                p {
                    "PQ " (share_or_dash(figures.pq)) (why(&figures.reasons, "pq", language))
                    " · SQ " (share_or_dash(figures.sq)) (why(&figures.reasons, "sq", language))
                    " · RQ " (share_or_dash(figures.rq))
                }
            }
        }
    }
}

fn curve(froc: &FrocFigures, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let points: Vec<[f64; 2]> = froc
        .points
        .iter()
        .map(|p| [p.fp_per_image, p.sensitivity])
        .collect();
    html! {
        section {
            h2 { "FROC" }
            p {
                (say("感度の平均（1/8〜8 偽陽性／症例） ", "Mean sensitivity (1/8 to 8 false positives per case) "))
                (share_or_dash(froc.mean_sensitivity)) (why(&froc.reasons, "mean_sensitivity", language))
            }
            @if !points.is_empty() {
                (froc_plot("FROC", say("偽陽性／症例", "false positives per case"), say("感度", "sensitivity"), &points))
                table {
                    thead { tr {
                        th scope="col" { (say("偽陽性／症例", "false positives per case")) }
                        @for at in &froc.sensitivity_at { th scope="col" { (at.fp_per_image) } }
                    } }
                    tbody { tr {
                        th scope="row" { (say("感度", "sensitivity")) }
                        @for at in &froc.sensitivity_at { td.number { (share_or_dash(Some(at.sensitivity))) } }
                    } }
                }
            }
        }
    }
}

fn precision(coco: &CocoFigures, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    html! {
        section {
            h2 { (say("平均適合率（COCO）", "Average precision (COCO)")) }
            table {
                thead { tr { @for head in [say("ラベル", "label"), "AP", "AP50", "AP75", "AR1", "AR10", "AR100"] { th scope="col" { (head) } } } }
                tbody {
                    tr {
                        th scope="row" { (if coco.by_label.is_empty() { say("全体", "all") } else { "mAP" }) }
                        @for value in [coco.ap, coco.ap50, coco.ap75, coco.ar_1, coco.ar_10, coco.ar_100] {
                            td.number { (share_or_dash(value)) }
                        }
                    }
                    @for label in &coco.by_label {
                        tr {
                            th scope="row" { (label.label) " (n = " (label.n_reference) ")" }
                            @for value in [label.ap, label.ap50, label.ap75] { td.number { (share_or_dash(Some(value))) } }
                            td {} td {} td {}
                        }
                    }
                }
            }
        }
    }
}

/// Cases in which two readers differ, most findings without partner first.
fn cases(pair: &PairMatching, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let mut order: Vec<_> = pair
        .cases
        .iter()
        .filter(|case| case.fp + case.missed + case.splits.len() + case.merges.len() > 0)
        .collect();
    order.sort_by_key(|case| std::cmp::Reverse(case.fp + case.missed));
    let parts = |list: &[crate::finding::SplitFinding]| -> String {
        let each = list
            .iter()
            .map(|split| format!("{} → {}", split.id, split.parts.join(" + ")));
        each.collect::<Vec<_>>().join(", ")
    };
    html! {
        @if !order.is_empty() {
            section {
                h2 {
                    (say("一致しない症例（多い順）", "Cases in disagreement (most first)"))
                    " – " (pair.reader_a) " × " (pair.reader_b)
                }
                table {
                    thead { tr {
                        @for head in [say("症例", "case"), say("両者", "both"), say("A のみ", "A only"), say("B のみ", "B only"), say("分割", "split"), say("融合", "merged")] {
                            th scope="col" { (head) }
                        }
                    } }
                    tbody {
                        @for case in order {
                            tr {
                                th scope="row" { (case.case) }
                                td.number { (case.tp) }
                                td.number { (case.missed) }
                                td.number { (case.fp) }
                                td { (parts(&case.splits)) }
                                td { (parts(&case.merges)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
