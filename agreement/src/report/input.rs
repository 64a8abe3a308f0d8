//! What a project hands over for its report.

use super::words::Bilingual;
use crate::figure::Reasons;
use crate::finding::MatchRule;
use crate::mask::{
    DistanceFigures, Overlap, OverlapFigures, PairOptions, PairResult, PlanePicture,
};
use crate::rating::Scale;
use serde::Serialize;

/// Which agreement was studied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StudyKind {
    /// Two readers.
    #[default]
    InterReader,
    /// The same reader twice.
    IntraReader,
}

/// Everything that the report shows or computes from.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportInput {
    /// Which agreement was studied.
    pub kind: StudyKind,
    /// Title of the project.
    pub project: String,
    /// The protocol.
    pub protocol: ProtocolLine,
    /// The program and its version.
    pub program: String,
    /// When the report was made, as it shall be printed.
    pub created_at: String,
    /// Readers A and B. A and B may be drawn anew for each case; then these are roles.
    pub readers: [ReaderLine; 2],
    /// Tolerances and widths behind the figures of masks.
    pub pair_options: PairOptions,
    /// When two findings count as the same.
    pub match_rule: MatchRule,
    /// Fields of the findings' attributes and of the case form that are compared.
    pub fields: Vec<ReportField>,
    /// The compared cases.
    pub cases: Vec<ReportCase>,
    /// Answers to the reporting checklist.
    pub notes: StudyNotes,
}

/// The protocol that was read under.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ProtocolLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Bilingual,
    /// Its version.
    pub version: String,
    /// Hash of its frozen form.
    pub sha256: String,
}

/// One reader in the head of the report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReaderLine {
    /// Name or pseudonym.
    pub name: String,
    /// Profession, specialty, years, as recorded; may be empty.
    pub background: String,
}

/// A field whose answers are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportField {
    /// Id of the attribute or form field.
    pub field: String,
    /// Its name.
    pub name: Bilingual,
    /// Its scale of measurement.
    pub scale: Scale,
    /// Its values in order, for the scales nominal and ordinal.
    pub choices: Vec<FieldChoice>,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChoice {
    /// The id as it stands in the answers.
    pub id: String,
    /// Its name.
    pub name: Bilingual,
}

/// One compared case.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportCase {
    /// Number or pseudonym of the case.
    pub case: String,
    /// Id of the comparison that the figures come from.
    pub comparison: String,
    /// Segments of both readers, label by label.
    pub labels: Vec<ReportLabel>,
    /// Findings of both readers, matched.
    pub findings: Vec<FindingComparison>,
    /// Answers of both readers.
    pub answers: Vec<ReportAnswer>,
}

/// The segments of one label in one case.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportLabel {
    /// Id of the label.
    pub label: String,
    /// Its name.
    pub name: Bilingual,
    /// The figures.
    pub comparison: LabelComparison,
    /// The plane in which the readers differ most.
    pub picture: Option<LabelPicture>,
}

/// Where two readers differ most on a label, for a small picture.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelPicture {
    /// Id of the case.
    pub case: String,
    /// Id of the series that was drawn on.
    pub series: String,
    /// Who marked what.
    pub plane: PlanePicture,
    /// Height of a voxel by its width.
    pub aspect: f64,
    /// The image below as a `data:` address, if it could be read.
    pub image: Option<String>,
}

/// Figures of one label; distances may be left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelComparison {
    /// Counts, volumes, overlap.
    #[serde(flatten)]
    pub overlap: OverlapFigures,
    /// Distances.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub distance: Option<DistanceFigures>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

impl From<PairResult> for LabelComparison {
    fn from(pair: PairResult) -> Self {
        Self {
            overlap: pair.overlap,
            distance: Some(pair.distance),
            reasons: pair.reasons,
        }
    }
}

impl From<Overlap> for LabelComparison {
    fn from(overlap: Overlap) -> Self {
        Self {
            overlap: overlap.figures,
            distance: None,
            reasons: overlap.reasons,
        }
    }
}

/// A finding of A, of B, or of both.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FindingComparison {
    /// Id of the label (A's, if both have one).
    pub label: String,
    /// Its name.
    pub name: Bilingual,
    /// Number of A's finding.
    pub a: Option<u32>,
    /// Number of B's finding.
    pub b: Option<u32>,
    /// IoU or distance in mm of the matched findings, as the rule has it.
    pub score: Option<f64>,
    /// What was decided: A, B, …; `None` while it is open.
    pub decision: Option<String>,
}

/// Answers of both readers to one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportAnswer {
    /// Id of the field.
    pub field: String,
    /// What it was asked of, within the case: empty for the case form, else the matched finding.
    pub item: String,
    /// A's answer.
    pub a: Option<String>,
    /// B's answer.
    pub b: Option<String>,
}

/// Answers to the items of GRRAS (Kottner 2011) that only people know; empty ones are printed as
/// not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StudyNotes {
    /// 2: modality and device.
    pub device: Bilingual,
    /// 3: subjects.
    pub subjects: Bilingual,
    /// 4: readers.
    pub readers: Bilingual,
    /// 5: rationale.
    pub rationale: Bilingual,
    /// 6: how the sample size was chosen.
    pub sample_size: Bilingual,
    /// 7: how cases were picked and assigned.
    pub sampling: Bilingual,
    /// 8: intervals between readings, information available.
    pub process: Bilingual,
    /// 9: independence of the readings.
    pub independence: Bilingual,
    /// 12: characteristics of readers and cases.
    pub characteristics: Bilingual,
    /// 14: practical relevance.
    pub relevance: Bilingual,
}

/// Labels of cases that are shown as pictures.
const PICTURED: usize = 12;

impl ReportInput {
    /// The labels of cases with least agreement, least first: those that are shown as pictures. Cases
    /// that neither reader drew are not among them.
    pub(crate) fn least_agreed(&self) -> Vec<(&str, &ReportLabel)> {
        let of_case = |case: &'_ ReportCase| -> Vec<(usize, f64)> {
            let dice = case
                .labels
                .iter()
                .map(|label| label.comparison.overlap.dice);
            dice.enumerate()
                .filter_map(|(n, dice)| Some((n, dice?)))
                .collect()
        };
        let mut places: Vec<(f64, usize, usize)> = self
            .cases
            .iter()
            .enumerate()
            .flat_map(|(c, case)| of_case(case).into_iter().map(move |(l, dice)| (dice, c, l)))
            .collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        places
            .into_iter()
            .take(PICTURED)
            .map(|(_, c, l)| (self.cases[c].case.as_str(), &self.cases[c].labels[l]))
            .collect()
    }

    /// Gives the pictures of the least agreed labels their images. `image` may have none.
    pub fn add_images(&mut self, mut image: impl FnMut(&LabelPicture) -> Option<String>) {
        let wanted: Vec<LabelPicture> = self
            .least_agreed()
            .into_iter()
            .filter_map(|(_, label)| label.picture.clone())
            .collect();
        let labels = self.cases.iter_mut().flat_map(|case| &mut case.labels);
        for picture in labels.filter_map(|label| label.picture.as_mut()) {
            if wanted.contains(picture) {
                picture.image = image(picture);
            }
        }
    }
}
