//! The page of `agree`: two masks, several, or all labels of label maps.

use super::PageHead;
use super::labels::label_sections;
use super::parts::{FigureRow, Frame, figure_table, letter, tiles};
use crate::mask::{AgreeOptions, AgreeResult, MultiResult, PairResult, PlanePicture, ReaderPair};
use crate::report::method_texts;
use crate::report::plot::{BoxRow, Matrix, ShapePlot, box_plot, matrix, shape_plot};
use crate::report::sections::why;
use crate::report::standards::{grras_of_files, metrics};
use crate::report::words::{Bilingual, Language, measure_or_dash, share, share_or_dash};
use maud::{Markup, html};

/// The page of label maps that were compared.
#[must_use]
pub fn masks_html(
    result: &AgreeResult,
    options: &AgreeOptions,
    head: &PageHead,
    language: Language,
) -> String {
    let mut methods = method_texts::overlap();
    methods.extend(method_texts::surface(&options.pair));
    if let Some(multi) = &result.multi {
        methods.extend(method_texts::consensus(&multi.staple));
    }
    if result.multilabel.is_some() {
        methods.extend(method_texts::labels());
    }
    let sections = html! {
        @if let Some(pair) = &result.pair { (pair_sections(result, pair, language)) }
        @if let Some(multi) = &result.multi { (multi_sections(result, multi, language)) }
        @if let Some(labels) = &result.multilabel { (label_sections(result, labels, language)) }
    };
    let frame = Frame {
        title: Bilingual::new("領域の一致度", "Agreement of segmentations"),
        head,
        facts: facts(result, options),
        warnings: &result.warnings,
        methods,
        metrics: metrics_items(result),
        grras: grras_of_files(scale(options), numbers(result)),
    };
    frame.page(language, &sections)
}

fn facts(result: &AgreeResult, options: &AgreeOptions) -> Vec<(Bilingual, String)> {
    let mut facts: Vec<(Bilingual, String)> = result
        .readers
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let letter = letter(place);
            let names = Bilingual::new(format!("読影者 {letter}"), format!("reader {letter}"));
            (names, name.clone())
        })
        .collect();
    let [x, y, z] = result.spacing_mm;
    facts.push((
        Bilingual::new("ボクセル", "voxel"),
        format!("{x:.3} × {y:.3} × {z:.3} mm"),
    ));
    if let Some(label) = options.label {
        facts.push((Bilingual::new("ラベル", "label"), label.to_string()));
    }
    facts
}

fn scale(options: &AgreeOptions) -> Bilingual {
    match options.label {
        Some(label) => Bilingual::new(format!("ラベル値 {label}"), format!("label value {label}")),
        None if options.multilabel => Bilingual::new("全ラベル", "all labels"),
        None => Bilingual::new("0 以外のボクセル", "voxels other than 0"),
    }
}

fn numbers(result: &AgreeResult) -> Bilingual {
    let n = result.n_readers;
    let labels = result.multilabel.as_ref().map_or(1, |m| m.labels.len());
    Bilingual::new(
        format!("1 例、読影 {n} 件、ラベル {labels} 種"),
        format!("1 case, {n} readings, {labels} label(s)"),
    )
}

fn metrics_items(result: &AgreeResult) -> Vec<crate::report::standards::Answered> {
    let several = result.multilabel.is_some();
    let labels = if several {
        ("ラベルごとに示す", "each label by itself")
    } else {
        ("1 ラベル", "one label")
    };
    metrics(&[
        (
            "問題の種類",
            "problem category",
            "意味的セグメンテーション",
            "semantic segmentation",
        ),
        (
            "重なりと境界の指標",
            "overlap and boundary",
            "Dice と NSD・HD95・MASD",
            "Dice, and NSD, HD95, MASD",
        ),
        (
            "小さな構造",
            "small structures",
            "100 ボクセル未満は警告、ボクセル数を表示",
            "below 100 voxels a warning; voxel counts are printed",
        ),
        (
            "対応付けの基準",
            "matching criterion",
            "該当なし（所見の対応付けは agree-findings）",
            "not applicable (findings: agree-findings)",
        ),
        ("NSD の許容差の根拠", "why this NSD tolerance", "", ""),
        ("クラスごとの集計", "per class", labels.0, labels.1),
        (
            "空の領域の扱い",
            "empty masks",
            "別に数え、規則を方法に記載",
            "counted apart; rule in Methods",
        ),
        (
            "階層のあるデータ",
            "hierarchical data",
            "1 例のため該当なし",
            "not applicable: one case",
        ),
        (
            "分布の提示",
            "distribution",
            "組・ラベルごとの値を図示",
            "values of each pair and label are plotted",
        ),
        (
            "距離の定義とソフトウェア",
            "software and definition of distances",
            "方法に記載",
            "in Methods",
        ),
    ])
}

fn pair_sections(result: &AgreeResult, pair: &PairResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let (overlap, distance) = (&pair.overlap, &pair.distance);
    let nsd = distance.nsd.first();
    let big = [
        (
            share_or_dash(overlap.dice),
            "Dice".to_owned(),
            format!("IoU {}", share_or_dash(overlap.iou)),
        ),
        (
            format!("{} mm", measure_or_dash(distance.hd95_mm)),
            "HD95".to_owned(),
            format!("HD {} mm", measure_or_dash(distance.hd_mm)),
        ),
        (
            format!("{} mm", measure_or_dash(distance.assd_mm)),
            "ASSD".to_owned(),
            format!("MASD {} mm", measure_or_dash(distance.masd_mm)),
        ),
        (
            share_or_dash(nsd.and_then(|n| n.value)),
            nsd.map_or_else(
                || "NSD".to_owned(),
                |n| format!("NSD ≤ {} mm", n.tolerance_mm),
            ),
            say("表面のうち許容差内の割合", "share of the surfaces within").to_owned(),
        ),
    ];
    html! {
        (tiles(&big))
        (contested_plane(result, language))
        section {
            h2 { (say("重なりと体積", "Overlap and volume")) }
            (figure_table(&overlap_rows(pair, language), &pair.reasons, language))
        }
        section {
            h2 { (say("表面の距離", "Distances of the surfaces")) }
            (figure_table(&distance_rows(pair), &pair.reasons, language))
        }
    }
}

fn overlap_rows(pair: &PairResult, language: Language) -> Vec<FigureRow> {
    let o = &pair.overlap;
    let larger = match o.relative_volume_difference {
        Some(d) if d > 0.0 => language.say("B の方が大きい", "B is larger"),
        Some(d) if d < 0.0 => language.say("A の方が大きい", "A is larger"),
        _ => "",
    };
    let voxels = language.say("ボクセル", "voxels");
    let ml = |value: f64, n: u64| (format!("{value:.3} ml"), format!("{n} {voxels}"));
    let (a, b) = (
        ml(o.volume_a_ml, o.n_voxels_a),
        ml(o.volume_b_ml, o.n_voxels_b),
    );
    let counts = format!(
        "|A∩B| {} · |A∪B| {}",
        o.n_voxels_intersection, o.n_voxels_union
    );
    let of_a = language.say("A を基準とする", "A as the reference");
    vec![
        FigureRow::new("体積 A", "volume A", a.0, a.1, ""),
        FigureRow::new("体積 B", "volume B", b.0, b.1, ""),
        FigureRow::new("Dice", "Dice", share_or_dash(o.dice), counts, "dice"),
        FigureRow::new("IoU", "IoU", share_or_dash(o.iou), "", "iou"),
        FigureRow::new(
            "体積類似度",
            "volume similarity",
            share_or_dash(o.volume_similarity),
            "",
            "volume_similarity",
        ),
        FigureRow::new(
            "相対体積差 (B − A) / A",
            "relative volume difference (B − A) / A",
            share_or_dash(o.relative_volume_difference),
            larger,
            "relative_volume_difference",
        ),
        FigureRow::new(
            "感度",
            "sensitivity",
            share_or_dash(o.sensitivity),
            of_a,
            "sensitivity",
        ),
        FigureRow::new(
            "適合率",
            "precision",
            share_or_dash(o.precision),
            of_a,
            "precision",
        ),
        FigureRow::new(
            "特異度",
            "specificity",
            o.specificity
                .map_or_else(|| "–".to_owned(), |s| format!("{s:.6}")),
            of_a,
            "specificity",
        ),
        FigureRow::new(
            "ボクセル κ",
            "voxel κ",
            share_or_dash(o.voxel_kappa),
            language.say("撮影範囲に左右される", "depends on the field of view"),
            "voxel_kappa",
        ),
    ]
}

fn distance_rows(pair: &PairResult) -> Vec<FigureRow> {
    let d = &pair.distance;
    let mm = |value: Option<f64>| match value {
        Some(_) => format!("{} mm", measure_or_dash(value)),
        None => "–".to_owned(),
    };
    let mut rows = vec![
        FigureRow::new("HD（最大）", "HD (maximum)", mm(d.hd_mm), "", "hd_mm"),
        FigureRow::new("HD99", "HD99", mm(d.hd99_mm), "", "hd99_mm"),
        FigureRow::new("HD95", "HD95", mm(d.hd95_mm), "", "hd95_mm"),
        FigureRow::new("ASSD", "ASSD", mm(d.assd_mm), "", "assd_mm"),
        FigureRow::new(
            "MASD",
            "MASD",
            mm(d.masd_mm),
            format!("A→B {} · B→A {}", mm(d.msd_a_to_b_mm), mm(d.msd_b_to_a_mm)),
            "masd_mm",
        ),
    ];
    for share in &d.nsd {
        let name = format!("NSD ≤ {} mm", share.tolerance_mm);
        rows.push(FigureRow::new(
            &name,
            &name,
            share_or_dash(share.value),
            "",
            "boundary_iou",
        ));
    }
    rows.push(FigureRow::new(
        "境界 IoU",
        "boundary IoU",
        share_or_dash(d.boundary_iou),
        "",
        "boundary_iou",
    ));
    rows.push(FigureRow::new(
        "重心の距離",
        "distance of the centres",
        mm(d.centre_distance_mm),
        "",
        "centre_distance_mm",
    ));
    rows.push(FigureRow::new(
        "ボクセル中心間：HD / HD95 / ASSD",
        "between voxel centres: HD / HD95 / ASSD",
        mm(d.hd95_voxel_mm),
        format!("HD {} · ASSD {}", mm(d.hd_voxel_mm), mm(d.assd_voxel_mm)),
        "hd95_voxel_mm",
    ));
    rows
}

/// The plane in which the readers differ most.
fn contested_plane(result: &AgreeResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let aspect = result.spacing_mm[1] / result.spacing_mm[0];
    html! {
        @if let Some(picture) = &result.picture {
            section {
                h2 { (say("最も異なる断面", "Where they differ most")) }
                (plane_figure(picture, aspect, language))
            }
        }
    }
}

fn plane_figure(picture: &PlanePicture, aspect: f64, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let k = picture.plane + 1;
    html! {
        figure {
            (shape_plot(&ShapePlot {
                title: say("最も異なる断面", "the plane in which they differ most"),
                picture,
                aspect,
                image: None,
                side: 320.0,
            }))
            figcaption {
                (match language {
                    Language::Japanese => format!("格子の k = {k} 枚目"),
                    Language::English => format!("plane k = {k} of the grid"),
                })
                @if picture.n_readers == 2 {
                    p.legend {
                        span.both {} (say("両者", "both")) span.only_a {} (say("A のみ", "A only"))
                        span.only_b {} (say("B のみ", "B only"))
                    }
                } @else {
                    " · " (say("濃いほど多くの読影者が描画", "the darker, the more readers drew it"))
                }
            }
        }
    }
}

fn multi_sections(result: &AgreeResult, multi: &MultiResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let letters: Vec<String> = (0..result.n_readers).map(letter).collect();
    let dice: Vec<f64> = result
        .pairs
        .iter()
        .filter_map(|p| p.figures.overlap.dice)
        .collect();
    let range = dice.iter().fold([f64::MAX, f64::MIN], |[low, high], d| {
        [low.min(*d), high.max(*d)]
    });
    let big = [
        (
            share_or_dash(multi.mean_pairwise_dice),
            say("組の Dice の平均", "mean Dice of the pairs").to_owned(),
            if dice.is_empty() {
                String::new()
            } else {
                format!("{} – {}", share(range[0]), share(range[1]))
            },
        ),
        (
            share_or_dash(multi.generalised_conformity_index),
            "GCI".to_owned(),
            String::new(),
        ),
        (
            multi.n_readers.to_string(),
            say("読影者", "readers").to_owned(),
            format!("{} {}", result.pairs.len(), say("組", "pairs")),
        ),
    ];
    let lowest = (range[0] * 10.0).floor().clamp(0.0, 9.0) / 10.0;
    let row = BoxRow {
        name: format!("n = {}", dice.len()),
        values: dice,
    };
    html! {
        (tiles(&big))
        (contested_plane(result, language))
        section {
            h2 { (say("読影者の組ごとの一致", "Agreement of each pair")) }
            (pair_matrix(say("Dice の行列", "matrix of Dice"), "Dice", &letters, result, &|p| p.figures.overlap.dice, 1.0, share_or_dash))
            (pair_matrix(say("HD95（mm）の行列", "matrix of HD95 (mm)"), "HD95 mm", &letters, result, &|p| p.figures.distance.hd95_mm, -1.0, measure_or_dash))
            (box_plot(say("組ごとの Dice", "Dice of each pair"), say("組ごとの Dice", "Dice of each pair"), [lowest, 1.0], &[row]))
        }
        (pair_table(result, &letters, language))
        (reader_table(result, multi, &letters, language))
        (consensus_table(multi, language))
    }
}

/// A matrix of one figure of each pair; `direction` -1: small values are the good ones.
fn pair_matrix(
    title: &str,
    axis: &str,
    letters: &[String],
    result: &AgreeResult,
    of: &dyn Fn(&ReaderPair) -> Option<f64>,
    direction: f64,
    text: fn(Option<f64>) -> String,
) -> Markup {
    let n = result.n_readers;
    let most = result
        .pairs
        .iter()
        .filter_map(of)
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE);
    let mut cells: Vec<Vec<Option<(String, f64)>>> = vec![vec![None; n]; n];
    for pair in &result.pairs {
        let value = of(pair);
        let shade = value.map_or(0.0, |v| if direction > 0.0 { v } else { 1.0 - v / most });
        for (row, column) in [(pair.a, pair.b), (pair.b, pair.a)] {
            cells[row][column] = Some((text(value), shade));
        }
    }
    matrix(&Matrix {
        title,
        row_axis: "",
        column_axis: axis,
        names: letters,
        cells: &cells,
    })
}

fn pair_table(result: &AgreeResult, letters: &[String], language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let mut pairs: Vec<&ReaderPair> = result.pairs.iter().collect();
    let dice = |pair: &ReaderPair| pair.figures.overlap.dice.unwrap_or(2.0);
    pairs.sort_by(|a, b| dice(a).total_cmp(&dice(b)));
    html! {
        section {
            h2 { (say("組の指標（一致の低い順）", "Figures of the pairs (least agreement first)")) }
            table {
                thead {
                    tr {
                        @for head in [say("組", "pair"), "Dice", "IoU", "HD95 mm", "ASSD mm", "NSD", say("体積差 ml", "volume difference ml"), say("備考", "note")] {
                            th scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @for pair in pairs {
                        @let (o, d) = (&pair.figures.overlap, &pair.figures.distance);
                        tr {
                            th scope="row" { (letters[pair.a]) "–" (letters[pair.b]) }
                            td.number { (share_or_dash(o.dice)) }
                            td.number { (share_or_dash(o.iou)) }
                            td.number { (measure_or_dash(d.hd95_mm)) }
                            td.number { (measure_or_dash(d.assd_mm)) }
                            td.number { (share_or_dash(d.nsd.first().and_then(|n| n.value))) }
                            td.number { (format!("{:+.3}", o.volume_b_ml - o.volume_a_ml)) }
                            td { (why(&pair.figures.reasons, "dice", language)) }
                        }
                    }
                }
            }
        }
    }
}

fn reader_table(
    result: &AgreeResult,
    multi: &MultiResult,
    letters: &[String],
    language: Language,
) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let volume = |reader: usize| {
        result.pairs.iter().find_map(|pair| match reader {
            _ if pair.a == reader => Some(pair.figures.overlap.volume_a_ml),
            _ if pair.b == reader => Some(pair.figures.overlap.volume_b_ml),
            _ => None,
        })
    };
    let of =
        |list: &[Option<f64>], reader: usize| share_or_dash(list.get(reader).copied().flatten());
    html! {
        section {
            h2 { (say("読影者ごと", "Each reader")) }
            table.wide {
                thead {
                    tr {
                        @for head in [
                            "", say("ファイル", "file"), "ml", say("Dice 多数決", "Dice majority"), say("Dice 他者の多数決", "Dice others"),
                            say("STAPLE 感度", "STAPLE sensitivity"), say("STAPLE 特異度", "STAPLE specificity"),
                            say("Dice 形状平均", "Dice shape average"), "SIMPLE",
                        ] {
                            th scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @for (reader, figures) in multi.per_reader.iter().enumerate() {
                        tr {
                            th scope="row" { (letters[reader]) }
                            td.path { (result.readers[reader]) }
                            td.number { (volume(reader).map_or_else(|| "–".to_owned(), |ml| format!("{ml:.3}"))) }
                            td.number { (share_or_dash(figures.dice_to_majority)) }
                            td.number { (share_or_dash(figures.dice_to_others)) }
                            td.number { (of(&multi.staple.sensitivity, reader)) }
                            td.number { (multi.staple.specificity.get(reader).copied().flatten().map_or_else(|| "–".to_owned(), |s| format!("{s:.6}"))) }
                            td.number { (of(multi.shape_average.as_ref().map_or(&[], |s| &s.dice), reader)) }
                            td { (match multi.simple.kept.get(reader) {
                                Some(true) => say("採用", "kept"),
                                Some(false) => say("除外", "dropped"),
                                None => "–",
                            }) }
                        }
                    }
                }
            }
        }
    }
}

fn consensus_table(multi: &MultiResult, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let count = |n: Option<u64>| n.map_or_else(|| "–".to_owned(), |n| n.to_string());
    let staple = &multi.staple;
    let rows = [
        FigureRow::new(
            "多数決",
            "majority",
            multi.majority.n_voxels.to_string(),
            format!(
                "{} {}",
                say("同数のボクセル", "tied voxels"),
                multi.majority.n_voxels_tied
            ),
            "",
        ),
        FigureRow::new(
            "STAPLE",
            "STAPLE",
            count(staple.n_voxels),
            format!(
                "{} {} · {}",
                say("反復", "rounds"),
                staple.rounds,
                if staple.converged {
                    say("収束", "converged")
                } else {
                    say("収束せず", "not converged")
                }
            ),
            "n_voxels",
        ),
        FigureRow::new(
            "SIMPLE",
            "SIMPLE",
            count(multi.simple.n_voxels),
            "",
            "n_voxels",
        ),
        FigureRow::new(
            "形状平均",
            "shape average",
            count(multi.shape_average.as_ref().and_then(|s| s.n_voxels)),
            "",
            "n_voxels",
        ),
    ];
    html! {
        section {
            h2 { (say("合意領域のボクセル数", "Voxels of the consensus")) }
            (figure_table(&rows, &staple.reasons, language))
        }
    }
}
