//! Tables of findings and cases.

use super::figures::{CaseFigures, ReportFigures, ReportFindings};
use super::input::{LabelPicture, ReportInput, ReportLabel};
use super::plot::{ShapePlot, found_bar, shape_plot};
use super::sections::why;
use super::words::{Language, measure_or_dash, share, share_or_dash};
use maud::{Markup, html};

/// Findings that both, only A or only B have, and every finding of every case.
pub(crate) fn findings(
    input: &ReportInput,
    findings: &ReportFindings,
    language: Language,
) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let total = &findings.figures;
    let distance = total.mean_matched_distance_mm.flatten();
    html! {
        section {
            h2 { (say("所見の対応", "Findings")) }
            p {
                (format!("{} {} · {} {} · {} {} · F1 {}", say("両者", "both"), total.tp,
                    say("A のみ", "A only"), total.missed, say("B のみ", "B only"), total.fp,
                    share_or_dash(total.f1)))
                @if let Some(iou) = total.mean_matched_iou.flatten() {
                    " · " (say("対応の平均 IoU ", "mean IoU of the matches ")) (share(iou))
                }
                @if let Some(mm) = distance {
                    " · " (say("対応の平均距離 ", "mean distance of the matches ")) (format!("{mm:.2} mm"))
                }
            }
            table {
                thead {
                    tr {
                        @for head in [
                            say("ラベル", "label"), say("両者", "both"), say("A のみ", "A only"),
                            say("B のみ", "B only"), say("割合", "share"),
                        ] {
                            th scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @for count in &findings.by_label {
                        tr {
                            th scope="row" { (count.name.get(language)) }
                            td.number { (count.both) }
                            td.number { (count.only_a) }
                            td.number { (count.only_b) }
                            td {
                                (found_bar(count.name.get(language), [count.both, count.only_a, count.only_b]))
                            }
                        }
                    }
                }
            }
            p.legend {
                span.both {} (say("両者", "both")) span.only_a {} (say("A のみ", "A only"))
                span.only_b {} (say("B のみ", "B only"))
            }
            (finding_list(input, language))
        }
    }
}

fn finding_list(input: &ReportInput, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let number = |number: Option<u32>| number.map_or("–".to_owned(), |number| number.to_string());
    html! {
        table {
            thead {
                tr {
                    @for head in [
                        say("症例", "case"), say("ラベル", "label"), "A", "B",
                        if input.match_rule.is_distance() { "mm" } else { "IoU" },
                        say("裁定", "adjudication"),
                    ] {
                        th scope="col" { (head) }
                    }
                }
            }
            tbody {
                @for case in &input.cases {
                    @for finding in &case.findings {
                        tr {
                            th scope="row" { (case.case) }
                            td { (finding.name.get(language)) }
                            td.number { (number(finding.a)) }
                            td.number { (number(finding.b)) }
                            td.number { (share_or_dash(finding.score)) }
                            td {
                                (finding.decision.as_deref().unwrap_or(say("未解決", "open")))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Every label of every case, least agreement first.
pub(crate) fn cases(input: &ReportInput, figures: &ReportFigures, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let mut rows: Vec<(&str, &ReportLabel)> = input
        .cases
        .iter()
        .flat_map(|case| case.labels.iter().map(|label| (case.case.as_str(), label)))
        .collect();
    // cases without Dice come last; equal ones keep their order
    let dice = |row: &(&str, &ReportLabel)| row.1.comparison.overlap.dice;
    rows.sort_by(|a, b| dice(a).unwrap_or(2.0).total_cmp(&dice(b).unwrap_or(2.0)));
    html! {
        section {
            h2 { (say("症例ごと（一致の低い順）", "By case (least agreement first)")) }
            (pictures(input, language))
            @if rows.is_empty() { (case_counts(&figures.cases, language)) } @else {
                table {
                    thead {
                        tr {
                            @for head in [
                                say("症例", "case"), say("ラベル", "label"), "A ml", "B ml", "Dice", "IoU",
                                say("ボクセル κ", "voxel κ"), "HD95 mm", "ASSD mm", say("備考", "note"),
                            ] {
                                th scope="col" { (head) }
                            }
                        }
                    }
                    tbody { @for (case, label) in rows { (case_row(case, label, language)) } }
                }
            }
        }
    }
}

/// Small pictures of the least agreed labels.
fn pictures(input: &ReportInput, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let shown: Vec<(&str, &ReportLabel, &LabelPicture)> = input
        .least_agreed()
        .into_iter()
        .filter_map(|(case, label)| Some((case, label, label.picture.as_ref()?)))
        .collect();
    html! {
        @if !shown.is_empty() {
            div.pictures {
                @for (case, label, picture) in shown {
                    figure {
                        (shape_plot(&ShapePlot {
                            title: case,
                            picture: &picture.plane,
                            aspect: picture.aspect,
                            image: picture.image.as_deref(),
                            side: 150.0,
                        }))
                        figcaption {
                            b { (case) } " " (label.name.get(language)) br;
                            "Dice " (share_or_dash(label.comparison.overlap.dice)) " · k = " (picture.plane.plane + 1)
                        }
                    }
                }
            }
            p.legend {
                span.both {} (say("両者", "both")) span.only_a {} (say("A のみ", "A only"))
                span.only_b {} (say("B のみ", "B only"))
                " – " (say("最も異なる断面（格子の k 枚目）", "the plane in which they differ most (k of the grid)"))
            }
        }
    }
}

fn case_row(case: &str, label: &ReportLabel, language: Language) -> Markup {
    let overlap = &label.comparison.overlap;
    let distance = label.comparison.distance.as_ref();
    let small = overlap.n_voxels_a.max(overlap.n_voxels_b) < 100 && overlap.n_voxels_union > 0;
    html! {
        tr {
            th scope="row" { (case) }
            td { (label.name.get(language)) }
            td.number { (format!("{:.3}", overlap.volume_a_ml)) }
            td.number { (format!("{:.3}", overlap.volume_b_ml)) }
            td.number { (share_or_dash(overlap.dice)) }
            td.number { (share_or_dash(overlap.iou)) }
            td.number { (share_or_dash(overlap.voxel_kappa)) }
            td.number { (measure_or_dash(distance.and_then(|d| d.hd95_mm))) }
            td.number { (measure_or_dash(distance.and_then(|d| d.assd_mm))) }
            td {
                (why(&label.comparison.reasons, "dice", language))
                @if distance.is_some() && overlap.dice.is_some() {
                    (why(&label.comparison.reasons, "hd95_mm", language))
                }
                @if small {
                    " " small {
                        (language.say("100 ボクセル未満：Dice は不安定", "below 100 voxels: Dice is unstable"))
                        (format!(" ({} / {})", overlap.n_voxels_a, overlap.n_voxels_b))
                    }
                }
            }
        }
    }
}

/// Cases without segments: how many findings each reader has.
fn case_counts(cases: &[CaseFigures], language: Language) -> Markup {
    html! {
        table {
            thead {
                tr {
                    @for head in [
                        language.say("症例", "case"), language.say("両者", "both"),
                        language.say("A のみ", "A only"), language.say("B のみ", "B only"),
                    ] {
                        th scope="col" { (head) }
                    }
                }
            }
            tbody {
                @for case in cases {
                    tr {
                        th scope="row" { (case.case) }
                        td.number { (case.n_findings_both) }
                        td.number { (case.n_findings_only_a) }
                        td.number { (case.n_findings_only_b) }
                    }
                }
            }
        }
    }
}
