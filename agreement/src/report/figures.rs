//! Figures of a report: over cases, label by label and field by field.

use super::input::{
    FindingComparison, LabelComparison, ProtocolLine, ReaderLine, ReportAnswer, ReportField,
    ReportInput, ReportLabel, StudyKind,
};
use super::words::Bilingual;
use crate::Error;
use crate::finding::{DetectionFigures, f1_by_case};
use crate::rating::{
    BlandAltman, CaseLimits, RatingOptions, RatingResult, RatingTable, Scale, Summary,
    SummaryOptions, agree_ratings, bland_altman, summarise,
};
use crate::resampling::FEW_CASES;
use serde::Serialize;

/// All figures of a report; also the output of `dokuei report --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportFigures {
    /// `dokuei.report/1`.
    pub schema: &'static str,
    /// Which agreement was studied.
    pub kind: StudyKind,
    /// Title of the project.
    pub project: String,
    /// The protocol.
    pub protocol: ProtocolLine,
    /// The program and its version.
    pub program: String,
    /// When the figures were made.
    pub created_at: String,
    /// Readers A and B.
    pub readers: [ReaderLine; 2],
    /// Compared cases.
    pub n_cases: usize,
    /// True below ten cases.
    pub few_cases: bool,
    /// Ids of the comparisons behind the figures.
    pub comparisons: Vec<String>,
    /// Mean Dice of each case over its labels, over the cases.
    pub overall_dice: Summary,
    /// Each label.
    pub labels: Vec<LabelReport>,
    /// Findings; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<ReportFindings>,
    /// Each compared field.
    pub fields: Vec<FieldFigures>,
    /// Each case.
    pub cases: Vec<CaseFigures>,
}

/// One label over the cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelReport {
    /// Id of the label.
    pub label: String,
    /// Its name.
    pub name: Bilingual,
    /// Compared cases.
    pub n_cases: usize,
    /// Cases in which both readers drew it.
    pub n_both: usize,
    /// Cases in which only A drew it.
    pub n_only_a: usize,
    /// Cases in which only B drew it.
    pub n_only_b: usize,
    /// Cases in which neither drew it: agreed absent, not part of the means.
    pub n_agreed_absent: usize,
    /// Dice.
    pub dice: Summary,
    /// Intersection over union.
    pub iou: Summary,
    /// Cohen's kappa over the voxels of the image.
    pub voxel_kappa: Summary,
    /// 95th percentile of the surface distance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hd95_mm: Option<Summary>,
    /// Mean surface distance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assd_mm: Option<Summary>,
    /// Presence and absence per case.
    pub presence: RatingResult,
    /// Volumes in ml of the cases in which both drew it, A minus B.
    pub volume_ml: BlandAltman,
}

/// Findings over all cases; A stands as the reference of the directed figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportFindings {
    /// Over all labels.
    #[serde(flatten)]
    pub figures: DetectionFigures,
    /// Interval of F1, cases resampled.
    pub f1_by_case: CaseLimits,
    /// Each label.
    pub by_label: Vec<FindingCount>,
}

/// Findings of one label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingCount {
    /// Id of the label.
    pub label: String,
    /// Its name.
    pub name: Bilingual,
    /// Found by both.
    pub both: usize,
    /// Found by A only.
    pub only_a: usize,
    /// Found by B only.
    pub only_b: usize,
}

/// Agreement of the answers to one field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldFigures {
    /// Id of the field.
    pub field: String,
    /// Its name.
    pub name: Bilingual,
    /// The figures.
    pub agreement: RatingResult,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseFigures {
    /// Number or pseudonym.
    pub case: String,
    /// Id of the comparison.
    pub comparison: String,
    /// Each label, keyed by id.
    pub labels: crate::figure::Keyed<LabelComparison>,
    /// Findings of both readers.
    pub n_findings_both: usize,
    /// Findings of A only.
    pub n_findings_only_a: usize,
    /// Findings of B only.
    pub n_findings_only_b: usize,
}

/// Figures of a report.
///
/// # Errors
/// [`Error::BadInput`] where answers do not fit the scale of their field.
pub fn figures(input: &ReportInput) -> Result<ReportFigures, Error> {
    let labels = label_names(input)
        .into_iter()
        .map(|(label, name)| label_report(input, label, name))
        .collect::<Result<Vec<_>, Error>>()?;
    let fields = input
        .fields
        .iter()
        .filter(|field| answers(input, field).next().is_some())
        .map(|field| field_figures(input, field))
        .collect::<Result<Vec<_>, Error>>()?;
    let case_means: Vec<f64> = input
        .cases
        .iter()
        .filter_map(|case| {
            let dice: Vec<f64> = case
                .labels
                .iter()
                .filter_map(|label| label.comparison.overlap.dice)
                .collect();
            (!dice.is_empty()).then(|| dice.iter().sum::<f64>() / dice.len() as f64)
        })
        .collect();
    Ok(ReportFigures {
        schema: "dokuei.report/1",
        kind: input.kind,
        project: input.project.clone(),
        protocol: input.protocol.clone(),
        program: input.program.clone(),
        created_at: input.created_at.clone(),
        readers: input.readers.clone(),
        n_cases: input.cases.len(),
        few_cases: input.cases.len() < FEW_CASES,
        comparisons: input
            .cases
            .iter()
            .map(|case| case.comparison.clone())
            .collect(),
        overall_dice: summary(&case_means),
        labels,
        findings: finding_figures(input),
        fields,
        cases: input.cases.iter().map(case_figures).collect(),
    })
}

fn summary(values: &[f64]) -> Summary {
    summarise(values, None, SummaryOptions::default())
}

/// Labels in the order in which they first occur.
fn label_names(input: &ReportInput) -> Vec<(&str, &Bilingual)> {
    let mut names: Vec<(&str, &Bilingual)> = Vec::new();
    for label in input.cases.iter().flat_map(|case| &case.labels) {
        if !names.iter().any(|(known, _)| *known == label.label) {
            names.push((&label.label, &label.name));
        }
    }
    names
}

/// The comparisons of one label with their cases.
pub(crate) fn comparisons<'a>(
    input: &'a ReportInput,
    label: &'a str,
) -> impl Iterator<Item = (&'a str, &'a ReportLabel)> {
    input.cases.iter().flat_map(move |case| {
        let of_label = case.labels.iter().filter(move |entry| entry.label == label);
        of_label.map(|entry| (case.case.as_str(), entry))
    })
}

fn label_report(input: &ReportInput, label: &str, name: &Bilingual) -> Result<LabelReport, Error> {
    let all: Vec<(&str, &LabelComparison)> = comparisons(input, label)
        .map(|(case, entry)| (case, &entry.comparison))
        .collect();
    let drawn = |comparison: &LabelComparison| {
        (
            comparison.overlap.n_voxels_a > 0,
            comparison.overlap.n_voxels_b > 0,
        )
    };
    let count = |wanted| {
        all.iter()
            .filter(|(_, comparison)| drawn(comparison) == wanted)
            .count()
    };
    let over = |of: fn(&LabelComparison) -> Option<f64>| -> Vec<f64> {
        all.iter()
            .filter_map(|(_, comparison)| of(comparison))
            .collect()
    };
    let distances = all
        .iter()
        .any(|(_, comparison)| comparison.distance.is_some());
    let distance = |of| distances.then(|| summary(&over(of)));
    let volumes: Vec<[f64; 2]> = all
        .iter()
        .filter(|(_, comparison)| drawn(comparison) == (true, true))
        .map(|(_, c)| [c.overlap.volume_a_ml, c.overlap.volume_b_ml])
        .collect();
    let word = |present: bool| Some(if present { "present" } else { "absent" }.to_owned());
    let rows = all.iter().map(|(case, comparison)| {
        let (a, b) = drawn(comparison);
        ((*case).to_owned(), vec![word(a), word(b)])
    });
    let choices = ["absent", "present"].map(str::to_owned).to_vec();
    Ok(LabelReport {
        label: label.to_owned(),
        name: name.clone(),
        n_cases: all.len(),
        n_both: count((true, true)),
        n_only_a: count((true, false)),
        n_only_b: count((false, true)),
        n_agreed_absent: count((false, false)),
        dice: summary(&over(|c| c.overlap.dice)),
        iou: summary(&over(|c| c.overlap.iou)),
        voxel_kappa: summary(&over(|c| c.overlap.voxel_kappa)),
        hd95_mm: distance(|c: &LabelComparison| c.distance.as_ref()?.hd95_mm),
        assd_mm: distance(|c: &LabelComparison| c.distance.as_ref()?.assd_mm),
        presence: rate(
            rows,
            None,
            &RatingOptions {
                categories: Some(choices),
                category_names: Some(vec![
                    Bilingual::new("なし", "absent"),
                    Bilingual::new("あり", "present"),
                ]),
                ..RatingOptions::default()
            },
        )?,
        volume_ml: bland_altman(&volumes),
    })
}

/// Agreement of A and B on named items; `cases` names the case of each, if a case may have several.
fn rate(
    rows: impl Iterator<Item = (String, Vec<Option<String>>)>,
    cases: Option<Vec<String>>,
    options: &RatingOptions,
) -> Result<RatingResult, Error> {
    let (items, rows) = rows.unzip();
    let table = RatingTable {
        readers: vec!["A".to_owned(), "B".to_owned()],
        items,
        rows,
        cases,
    };
    agree_ratings(&table, options)
}

fn answers<'a>(
    input: &'a ReportInput,
    field: &'a ReportField,
) -> impl Iterator<Item = (&'a str, &'a ReportAnswer)> {
    input.cases.iter().flat_map(move |case| {
        let of_field = case
            .answers
            .iter()
            .filter(move |answer| answer.field == field.field);
        of_field.map(|answer| (case.case.as_str(), answer))
    })
}

fn field_figures(input: &ReportInput, field: &ReportField) -> Result<FieldFigures, Error> {
    let rows = answers(input, field).map(|(case, answer)| {
        let item = format!("{case}/{}", answer.item);
        (item, vec![answer.a.clone(), answer.b.clone()])
    });
    let cases = answers(input, field).map(|(case, _)| case.to_owned());
    let is_named = matches!(field.scale, Scale::Nominal | Scale::Ordinal);
    let mut categories: Vec<String> = field
        .choices
        .iter()
        .map(|choice| choice.id.clone())
        .collect();
    let given = answers(input, field)
        .flat_map(|(_, answer)| [&answer.a, &answer.b])
        .flatten();
    for value in given {
        if !categories.contains(value) {
            categories.push(value.clone());
        }
    }
    let names = field.choices.iter().map(|choice| choice.name.clone());
    Ok(FieldFigures {
        field: field.field.clone(),
        name: field.name.clone(),
        agreement: rate(
            rows,
            Some(cases.collect()),
            &RatingOptions {
                scale: field.scale,
                categories: is_named.then_some(categories),
                category_names: Some(names.collect()),
                ..RatingOptions::default()
            },
        )?,
    })
}

fn finding_figures(input: &ReportInput) -> Option<ReportFindings> {
    let all: Vec<&FindingComparison> = input.cases.iter().flat_map(|case| &case.findings).collect();
    if all.is_empty() {
        return None;
    }
    let scores: Vec<f64> = all
        .iter()
        .filter(|finding| finding.a.is_some() && finding.b.is_some())
        .map(|finding| finding.score.unwrap_or(0.0))
        .collect();
    let [_, only_a, only_b] = count_findings(all.iter().copied());
    let mut names: Vec<(&str, &Bilingual)> = Vec::new();
    for finding in &all {
        if !names.iter().any(|(known, _)| *known == finding.label) {
            names.push((&finding.label, &finding.name));
        }
    }
    let by_label = names
        .into_iter()
        .map(|(label, name)| {
            let of_label = all.iter().copied().filter(|finding| finding.label == label);
            let [both, only_a, only_b] = count_findings(of_label);
            FindingCount {
                label: label.to_owned(),
                name: name.clone(),
                both,
                only_a,
                only_b,
            }
        })
        .collect();
    let figures = DetectionFigures::new(&scores, only_b as u64, only_a as u64, input.match_rule);
    let of_case = |case: &super::input::ReportCase| {
        let [both, only_a, only_b] = count_findings(case.findings.iter());
        [both, only_a + only_b]
    };
    let cases: Vec<[usize; 2]> = input.cases.iter().map(of_case).collect();
    Some(ReportFindings {
        figures,
        f1_by_case: f1_by_case(&cases),
        by_label,
    })
}

/// Findings of both, of A only, of B only.
fn count_findings<'a>(findings: impl Iterator<Item = &'a FindingComparison>) -> [usize; 3] {
    findings.fold([0; 3], |[both, only_a, only_b], finding| {
        match (finding.a, finding.b) {
            (Some(_), Some(_)) => [both + 1, only_a, only_b],
            (Some(_), None) => [both, only_a + 1, only_b],
            (None, Some(_)) => [both, only_a, only_b + 1],
            (None, None) => [both, only_a, only_b],
        }
    })
}

fn case_figures(case: &super::input::ReportCase) -> CaseFigures {
    let [both, only_a, only_b] = count_findings(case.findings.iter());
    let labels = case
        .labels
        .iter()
        .map(|entry| (entry.label.clone(), entry.comparison.clone()))
        .collect();
    CaseFigures {
        case: case.case.clone(),
        comparison: case.comparison.clone(),
        labels: crate::figure::Keyed(labels),
        n_findings_both: both,
        n_findings_only_a: only_a,
        n_findings_only_b: only_b,
    }
}
