//! How the figures were computed, with sources, and the reporting checklist.

use super::input::{ReportInput, StudyKind};
use super::words::Language;
use crate::finding::MatchRule;
use maud::{Markup, html};

/// Sources that the method notes refer to: number, text, DOI.
const SOURCES: [(&str, &str); 12] = [
    (
        "Dice 1945; Taha & Hanbury 2015",
        "10.1186/s12880-015-0068-x",
    ),
    ("Cohen 1960", "10.1177/001316446002000104"),
    ("Fleiss, Cohen & Everitt 1969", "10.1037/h0028106"),
    ("Nikolov et al. 2021", "10.2196/26151"),
    ("Gwet 2008", "10.1348/000711006X126600"),
    ("Byrt, Bishop & Carlin 1993", "10.1016/0895-4356(93)90018-V"),
    ("Cicchetti & Feinstein 1990", "10.1016/0895-4356(90)90159-M"),
    ("Bland & Altman 1986", "10.1016/S0140-6736(86)90837-8"),
    ("Efron 1987", "10.1080/01621459.1987.10478410"),
    ("Kuhn 1955", "10.1002/nav.3800020109"),
    (
        "Maier-Hein et al. 2024 (Metrics Reloaded)",
        "10.1038/s41592-023-02151-z",
    ),
    (
        "Kottner et al. 2011 (GRRAS)",
        "10.1016/j.jclinepi.2010.03.002",
    ),
];

/// Paragraphs on definitions, then the sources.
pub(crate) fn methods(input: &ReportInput, language: Language) -> Markup {
    html! {
        section {
            h2 { (language.say("方法", "Methods")) }
            ul {
                @for paragraph in paragraphs(input, language) {
                    li { (paragraph) }
                }
            }
            ol.sources {
                @for (text, doi) in SOURCES {
                    li { (text) ". doi:" (doi) }
                }
            }
        }
    }
}

fn paragraphs(input: &ReportInput, language: Language) -> Vec<String> {
    let tolerances: Vec<String> = input
        .pair_options
        .tolerances_mm
        .iter()
        .map(ToString::to_string)
        .collect();
    let rule = match input.match_rule {
        MatchRule::ThresholdIou(least) => format!("IoU ≥ {least}"),
        MatchRule::ThresholdMm(most) => format!("≤ {most} mm"),
    };
    let texts = match language {
        Language::Japanese => japanese(&rule, &tolerances.join(", ")),
        Language::English => english(&rule, &tolerances.join(", ")),
    };
    texts
        .into_iter()
        .chain([format!("{}, {}", input.program, input.created_at)])
        .collect()
}

fn japanese(rule: &str, tolerances: &str) -> Vec<String> {
    vec![
        "A と B はどちらも正解ではありません。Dice = 2|A∩B| / (|A|+|B|)、IoU = |A∩B| / |A∪B| [1]。\
         両者とも描画なしの症例は「不在で一致」として数え、平均に含めません。"
            .to_owned(),
        "ボクセル κ は画像の全ボクセルに対する Cohen の κ [2] で、撮影範囲に左右されるため参考とします。"
            .to_owned(),
        format!(
            "表面距離は 2×2×2 ボクセルごとの面要素の面積で重み付けしています [4]。HD95 は両方向の 95 百分位点の大きい方、\
             ASSD は両表面をまとめた平均です。NSD の許容差は {tolerances} mm です。"
        ),
        "平均の 95 % 区間は症例を単位とするブートストラップ（BCa、10,000 回、乱数の種 1）[9]。\
         10 例未満では区間の代わりに範囲を示します。"
            .to_owned(),
        "κ の標準誤差と区間は Fleiss・Cohen・Everitt [3]。κ には必ず観察一致率、PABAK [6]、\
         陽性・陰性一致率 [7]、Gwet の AC1 [5] を並べます。"
            .to_owned(),
        format!(
            "所見の対応付け：{rule} の組のうち、対応数が最大、次に重なりの合計が最大（点では距離の合計が最小）の組み合わせ [10]。"
        ),
        "体積の差は Bland–Altman の一致限界 [8]（A − B）。".to_owned(),
        "報告項目は GRRAS [12] と Metrics Reloaded [11] に従います。".to_owned(),
    ]
}

fn english(rule: &str, tolerances: &str) -> Vec<String> {
    vec![
        "Neither A nor B is the truth. Dice = 2|A∩B| / (|A|+|B|), IoU = |A∩B| / |A∪B| [1]. Cases \
         that neither reader drew are counted as agreed absent and are not part of the means."
            .to_owned(),
        "Voxel κ is Cohen's κ [2] over all voxels of the image; it depends on the field of view and \
         is shown for orientation."
            .to_owned(),
        format!(
            "Surface distances are weighted by the area of the surface element of each 2×2×2 voxels \
             [4]. HD95 is the larger of both directed 95th percentiles, ASSD the mean over both \
             surfaces together. NSD tolerances: {tolerances} mm."
        ),
        "95 % intervals of means: bootstrap over cases (BCa, 10,000 resamples, seed 1) [9]. Below \
         ten cases the range is shown instead."
            .to_owned(),
        "Standard errors and intervals of κ: Fleiss, Cohen & Everitt [3]. κ is always accompanied \
         by the observed agreement, PABAK [6], positive and negative agreement [7] and Gwet's AC1 [5]."
            .to_owned(),
        format!(
            "Matching of findings: among pairs with {rule} the most matches, then the largest total \
             overlap (points: the smallest total distance) [10]."
        ),
        "Differences of volumes: limits of agreement of Bland & Altman [8] (A − B).".to_owned(),
        "Reporting follows GRRAS [12] and Metrics Reloaded [11].".to_owned(),
    ]
}

/// The 15 items of GRRAS, each with what is known or "not recorded".
pub(crate) fn checklist(input: &ReportInput, language: Language) -> Markup {
    html! {
        section {
            h2 { (language.say("報告項目（GRRAS）", "Reporting checklist (GRRAS)")) }
            table {
                tbody {
                    @for (number, (item, answer)) in items(input, language).into_iter().enumerate() {
                        tr {
                            td.number { (number + 1) }
                            th scope="row" { (item) }
                            td {
                                @if answer.is_empty() {
                                    em { (language.say("記録なし", "not recorded")) }
                                } @else {
                                    (answer)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn items(input: &ReportInput, language: Language) -> Vec<(&'static str, String)> {
    items_of_design(input, language)
        .into_iter()
        .chain(items_of_result(input, language))
        .collect()
}

/// Items 1 to 9: what was studied, on whom, by whom and how.
fn items_of_design(input: &ReportInput, language: Language) -> [(&'static str, String); 9] {
    let say = |japanese, english| language.say(japanese, english);
    let notes = &input.notes;
    let kind = match input.kind {
        StudyKind::InterReader => say("観察者間の一致度", "inter-reader agreement"),
        StudyKind::IntraReader => say("観察者内の一致度", "intra-reader agreement"),
    };
    let protocol = &input.protocol;
    let device = [
        &notes.device,
        protocol.name.get(language),
        &protocol.version,
        &input.program,
    ];
    let [a, b] = input
        .readers
        .each_ref()
        .map(|reader| reader.background.as_str());
    [
        (
            say("何の信頼性・一致度か", "which reliability or agreement"),
            kind.to_owned(),
        ),
        (say("装置・尺度", "device, scale"), join(&device)),
        (say("対象", "subjects"), notes.subjects.clone()),
        (say("読影者", "readers"), join(&[&notes.readers, a, b])),
        (say("背景と理由", "rationale"), notes.rationale.clone()),
        (
            say("標本数の決め方", "choice of the sample size"),
            notes.sample_size.clone(),
        ),
        (
            say("抽出と割り当て", "sampling and assignment"),
            notes.sampling.clone(),
        ),
        (say("読影の手順", "rating process"), notes.process.clone()),
        (
            say("独立性・盲検", "independence, blinding"),
            notes.independence.clone(),
        ),
    ]
}

/// Items 10 to 15: analysis and results.
fn items_of_result(input: &ReportInput, language: Language) -> [(&'static str, String); 6] {
    let say = |japanese, english| language.say(japanese, english);
    let notes = &input.notes;
    let n_cases = format!("{}: {}", say("症例", "cases"), input.cases.len());
    let details = say("症例ごとの CSV", "CSV of the per-case values").to_owned();
    [
        (
            say("統計解析", "statistical analysis"),
            say("方法を参照", "see Methods").to_owned(),
        ),
        (say("実際の件数", "numbers actually used"), n_cases),
        (
            say("読影者と症例の特徴", "characteristics of readers and cases"),
            notes.characteristics.clone(),
        ),
        (
            say("推定値と不確かさ", "estimates with uncertainty"),
            say("表を参照", "see the tables").to_owned(),
        ),
        (
            say("実際上の意味", "practical relevance"),
            notes.relevance.clone(),
        ),
        (say("詳細な結果", "detailed results"), details),
    ]
}

fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}
