//! How the figures of a project's report were computed, and its reporting checklists.

use super::input::{ReportInput, StudyKind};
use super::method_texts;
use super::standards::{Answered, grras, metrics};
use super::words::Bilingual;
use crate::rating::{Scale, SummaryOptions};

/// Definitions behind the figures of a project, by what it has.
pub(crate) fn methods(input: &ReportInput) -> Vec<Bilingual> {
    let mut texts = Vec::new();
    if input.cases.iter().any(|case| !case.labels.is_empty()) {
        texts.extend(method_texts::overlap());
        texts.extend(method_texts::surface(&input.pair_options));
        texts.push(Bilingual::new(
            "体積の差は Bland–Altman の一致限界 {ba86}（A − B）。",
            "Differences of volumes: limits of agreement of Bland & Altman {ba86} (A − B).",
        ));
    }
    let options = SummaryOptions::default();
    texts.extend(method_texts::bootstrap(
        options.resamples,
        options.seed,
        false,
    ));
    texts.push(Bilingual::new(
        "1 例に複数のラベルや所見があるときは、まず症例ごとに平均し、症例を単位として再標本化します。10 例未満では区間の代わりに範囲を示します。",
        "Several labels or findings of a case: averaged within the case first, cases are resampled. Below ten cases the range is shown instead of an interval.",
    ));
    let has = |categorical: bool| {
        let is_named = |scale| matches!(scale, Scale::Nominal | Scale::Ordinal);
        input
            .fields
            .iter()
            .any(|field| is_named(field.scale) == categorical)
    };
    if has(true) || !input.cases.is_empty() {
        texts.extend(method_texts::project_categories());
    }
    if has(false) {
        texts.extend(method_texts::project_measurements());
    }
    if input.cases.iter().any(|case| !case.findings.is_empty()) {
        texts.extend(method_texts::matching(input.match_rule, true));
        texts.push(method_texts::f1_interval());
    }
    texts.push(Bilingual::new(
        "報告項目は GRRAS {grras} と Metrics Reloaded {metrics}、{pitfalls} に従います。",
        "Reporting follows GRRAS {grras} and Metrics Reloaded {metrics}, {pitfalls}.",
    ));
    let program = &input.program;
    texts.push(Bilingual::new(
        format!("計算：{program}。"),
        format!("Computed with {program}."),
    ));
    texts
}

/// The 15 items of GRRAS, each with what is known or "not recorded".
pub(crate) fn grras_items(input: &ReportInput) -> Vec<Answered> {
    let notes = &input.notes;
    let kind = match input.kind {
        StudyKind::InterReader => Bilingual::new("観察者間の一致度", "inter-reader agreement"),
        StudyKind::IntraReader => Bilingual::new("観察者内の一致度", "intra-reader agreement"),
    };
    let protocol = &input.protocol;
    let device =
        |modality: &str, name: &str| join(&[modality, name, &protocol.version, &input.program]);
    let [a, b] = input
        .readers
        .each_ref()
        .map(|reader| reader.background.as_str());
    let n = input.cases.len();
    grras(&[
        (1, kind),
        (
            2,
            Bilingual::new(
                device(&notes.device.ja, &protocol.name.ja),
                device(&notes.device.en, &protocol.name.en),
            ),
        ),
        (3, notes.subjects.clone()),
        (
            4,
            Bilingual::new(
                join(&[&notes.readers.ja, a, b]),
                join(&[&notes.readers.en, a, b]),
            ),
        ),
        (5, notes.rationale.clone()),
        (6, notes.sample_size.clone()),
        (7, notes.sampling.clone()),
        (8, notes.process.clone()),
        (9, notes.independence.clone()),
        (10, Bilingual::new("方法を参照", "see Methods")),
        (
            11,
            Bilingual::new(format!("症例 {n}"), format!("{n} cases")),
        ),
        (12, notes.characteristics.clone()),
        (13, Bilingual::new("表を参照", "see the tables")),
        (14, notes.relevance.clone()),
        (
            15,
            Bilingual::new("症例ごとの CSV", "CSV of the per-case values"),
        ),
    ])
}

/// What Metrics Reloaded asks for, and where the report has it.
pub(crate) fn metrics_items(input: &ReportInput) -> Vec<Answered> {
    let has_labels = input.cases.iter().any(|case| !case.labels.is_empty());
    let has_findings = input.cases.iter().any(|case| !case.findings.is_empty());
    let category = match (has_labels, has_findings) {
        (true, true) => (
            "意味的・実体セグメンテーションと検出",
            "semantic and instance segmentation, detection",
        ),
        (true, false) => ("意味的セグメンテーション", "semantic segmentation"),
        (false, true) => ("物体検出", "object detection"),
        (false, false) => ("画像単位の分類", "image-level classification"),
    };
    metrics(&[
        ("問題の種類", "problem category", category.0, category.1),
        (
            "重なりと境界の指標",
            "overlap and boundary",
            "Dice と HD95・ASSD・NSD",
            "Dice, and HD95, ASSD, NSD",
        ),
        (
            "小さな構造",
            "small structures",
            "100 ボクセル未満は注記、ボクセル数を表示",
            "below 100 voxels a note with the counts",
        ),
        (
            "対象ごとの対応付け",
            "per-object matching",
            "F1 と対応の平均",
            "F1 and the mean of the matches",
        ),
        (
            "対応付けの基準としきい値",
            "matching criterion and threshold",
            "方法に記載",
            "in Methods",
        ),
        ("NSD の許容差の根拠", "why this NSD tolerance", "", ""),
        (
            "クラスごとの集計",
            "per class",
            "ラベルごとに示す",
            "each label by itself",
        ),
        (
            "空の領域の扱い",
            "empty masks",
            "別に数え、規則を方法に記載",
            "counted apart; rule in Methods",
        ),
        (
            "階層のあるデータ",
            "hierarchical data",
            "症例ごとに平均し、症例を再標本化",
            "averaged per case; cases are resampled",
        ),
        (
            "分布の提示",
            "distribution",
            "箱ひげ図・点図と一致の低い症例",
            "box and dot plots, cases of least agreement",
        ),
        (
            "偶然の一致を除いた係数と有病率",
            "chance-corrected figures with prevalence",
            "κ に一致率・PABAK・分布を併記",
            "κ with agreement, PABAK, margins",
        ),
        (
            "距離の定義とソフトウェア",
            "software and definition of distances",
            "方法に記載",
            "in Methods",
        ),
    ])
}

fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}
