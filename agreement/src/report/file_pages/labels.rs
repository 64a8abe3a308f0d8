//! The sections of `agree --multilabel`: every label by itself.

use super::parts::{letter, tiles};
use crate::mask::{AgreeResult, LabelFigures, MultilabelResult, PairResult};
use crate::report::plot::{BoxRow, box_plot};
use crate::report::words::{Language, measure_or_dash, share, share_or_dash};
use maud::{Markup, html};

/// Box plots and tables by label, least agreement first.
pub(super) fn label_sections(
    result: &AgreeResult,
    labels: &MultilabelResult,
    language: Language,
) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let mut order: Vec<&LabelFigures> = labels.per_label.iter().collect();
    let dice = |label: &LabelFigures| label.mean_pairwise_dice.unwrap_or(2.0);
    order.sort_by(|a, b| dice(a).total_cmp(&dice(b)));
    let name = |label: &LabelFigures| format!("{} {}", say("ラベル", "label"), label.label);
    let rows = |of: fn(&PairResult) -> Option<f64>| -> Vec<BoxRow> {
        let row = |label: &&LabelFigures| BoxRow {
            name: name(label),
            values: label
                .pairs
                .iter()
                .filter_map(|pair| of(&pair.figures))
                .collect(),
        };
        order.iter().map(row).collect()
    };
    let distances = rows(|pair| pair.distance.hd95_mm);
    let farthest = distances
        .iter()
        .flat_map(|row| &row.values)
        .copied()
        .fold(1.0, f64::max);
    let defined: Vec<f64> = labels
        .per_label
        .iter()
        .filter_map(|l| l.mean_pairwise_dice)
        .collect();
    let worst = order
        .first()
        .and_then(|label| Some((name(label), label.mean_pairwise_dice?)));
    let big = [
        (
            labels.labels.len().to_string(),
            say("ラベル", "labels").to_owned(),
            String::new(),
        ),
        (
            worst
                .as_ref()
                .map_or_else(|| "–".to_owned(), |(_, dice)| share(*dice)),
            say("最も低い Dice", "lowest Dice").to_owned(),
            worst.map_or_else(String::new, |(name, _)| name),
        ),
        (
            defined
                .iter()
                .filter(|dice| **dice < 0.7)
                .count()
                .to_string(),
            say("Dice 0.7 未満のラベル", "labels below a Dice of 0.7").to_owned(),
            String::new(),
        ),
    ];
    let is_consensus = result.n_readers > 2;
    html! {
        (tiles(&big))
        section {
            h2 { (say("ラベルごとの Dice（一致の低い順）", "Dice by label (least agreement first)")) }
            p.note { (say("点または箱は読影者の組です（箱：四分位、線：中央値、ひげ：四分位範囲の 1.5 倍以内）。", "Dots or boxes: pairs of readers (box: quartiles, line: median, whiskers: within 1.5 quartile distances).")) }
            (plots(say("ラベルごとの Dice", "Dice by label"), "Dice", [0.0, 1.0], &rows(|pair| pair.overlap.dice)))
        }
        section {
            h2 { (say("ラベルごとの HD95", "HD95 by label")) }
            (plots(say("ラベルごとの HD95", "HD95 by label"), "HD95 mm", [0.0, farthest], &distances))
        }
        (label_table(labels, &order, language))
        @if is_consensus { (reader_table(result, labels, language)) }
    }
}

/// Labels in one plot, so that it fits on what is left of a page.
const PLOTTED: usize = 32;

/// Plots of many labels, one below the other.
fn plots(title: &str, axis: &str, range: [f64; 2], rows: &[BoxRow]) -> Markup {
    html! {
        @for part in rows.chunks(PLOTTED) { (box_plot(title, axis, range, part)) }
    }
}

/// Mean of one figure over the pairs in which it is defined.
fn mean(label: &LabelFigures, of: impl Fn(&PairResult) -> Option<f64>) -> Option<f64> {
    let values: Vec<f64> = label
        .pairs
        .iter()
        .filter_map(|pair| of(&pair.figures))
        .collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn label_table(labels: &MultilabelResult, order: &[&LabelFigures], language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    html! {
        section {
            h2 { (say("ラベルの指標（組の平均）", "Figures by label (mean of the pairs)")) }
            table {
                thead {
                    tr {
                        @for head in [say("ラベル", "label"), say("定義された組", "defined pairs"), "Dice", "GCI", "HD95 mm", "ASSD mm", "NSD", say("STAPLE ボクセル", "STAPLE voxels")] {
                            th scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @for label in order {
                        @let defined = label.pairs.iter().filter(|pair| pair.figures.overlap.dice.is_some()).count();
                        tr {
                            th scope="row" { (label.label) }
                            td.number { (defined) " / " (label.pairs.len()) }
                            td.number { (share_or_dash(label.mean_pairwise_dice)) }
                            td.number { (share_or_dash(label.generalised_conformity_index)) }
                            td.number { (measure_or_dash(mean(label, |p| p.distance.hd95_mm))) }
                            td.number { (measure_or_dash(mean(label, |p| p.distance.assd_mm))) }
                            td.number { (share_or_dash(mean(label, |p| p.distance.nsd.first()?.value))) }
                            td.number { (labels.staple.n_voxels.get(&label.label.to_string()).copied().unwrap_or(0)) }
                        }
                    }
                }
            }
        }
    }
}

/// P(reader says the label | it is the true one) of each reader.
fn reader_table(result: &AgreeResult, labels: &MultilabelResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    html! {
        section {
            h2 { (say("多ラベル STAPLE：正しいラベルを付ける確率", "Multi-label STAPLE: probability of the right label")) }
            table {
                thead {
                    tr {
                        th scope="col" { (say("ラベル", "label")) }
                        @for (reader, name) in result.readers.iter().enumerate() {
                            th scope="col" { (letter(reader)) " " (name) }
                        }
                    }
                }
                tbody {
                    @for label in &labels.labels {
                        tr {
                            th scope="row" { (label) }
                            @for reader in &labels.staple.per_reader {
                                td.number { (share_or_dash(reader.correct_by_label.get(&label.to_string()).copied())) }
                            }
                        }
                    }
                }
            }
        }
    }
}
