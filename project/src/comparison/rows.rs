//! The rows of a comparison, in the words of the commands' JSON.

use std::collections::BTreeMap;

use annotation_format::{AttributeId, Document, FieldId, FindingId, LabelId};
use serde::Serialize;

use crate::ids::CaseId;
use crate::state::UnitState;
use crate::store::comparisons::DecisionRow;

/// Two or more submitted readings of a case, side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: u32,
    /// State of the unit.
    pub state: UnitState,
    /// Whether everything is within tolerance.
    pub agreed: bool,
    /// The readings, without names.
    pub readers: Vec<ReadingHead>,
    /// Figures per label (more than two readers: per label and pair).
    pub labels: Vec<LabelRow>,
    /// Findings that belong together.
    pub findings: Vec<FindingRow>,
    /// Fields of the case form.
    pub case_form: Vec<FormRow>,
    /// Rows that still need a decision.
    pub to_decide: Vec<String>,
}

/// A reading by its letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadingHead {
    /// `a`, `b`, …
    pub letter: String,
    /// Revision that is compared.
    pub revision: i64,
    /// Whether it was made without having seen the other one.
    pub blinded: bool,
    /// Findings in it.
    pub findings: usize,
    /// Whether "no finding" was said.
    pub no_finding: bool,
}

/// A submitted reading: for pictures side by side and for export.
#[derive(Clone, Debug)]
pub struct Reading {
    /// `a`, `b`, …
    pub letter: String,
    /// What was submitted.
    pub document: Document,
    /// Revision.
    pub revision: i64,
    /// Whether it was made without having seen the other one.
    pub blinded: bool,
}

/// Figures of one label between two readers. Undefined figures are absent with a code in `reasons`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LabelRow {
    /// The label.
    pub label: String,
    /// The two readers, for example `a-c`; only with more than two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<String>,
    /// The series on which both masks lie.
    pub series: Option<String>,
    /// Dice of all findings of the label together.
    pub dice: Option<f64>,
    /// Intersection over union.
    pub iou: Option<f64>,
    /// Cohen's kappa over all voxels; depends on the field of view.
    pub voxel_kappa: Option<f64>,
    /// 95th percentile of surface distances, larger direction.
    pub hd95_mm: Option<f64>,
    /// Average symmetric surface distance.
    pub assd_mm: Option<f64>,
    /// Volume of the first reader.
    pub volume_a_ml: Option<f64>,
    /// Volume of the second reader.
    pub volume_b_ml: Option<f64>,
    /// Findings of the first reader.
    pub n_findings_a: usize,
    /// Findings of the second reader.
    pub n_findings_b: usize,
    /// Findings of both that are the same one.
    pub n_matched: usize,
    /// 2 matched / all findings.
    pub f1: Option<f64>,
    /// Whether distances and volumes are approximate (uneven plane steps).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub approximate: bool,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<String, String>,
}

/// How many readers found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchKind {
    /// Every reader.
    Matched,
    /// Several, not all.
    Partial,
    /// One reader only.
    Unmatched,
}

/// Findings of several readers that are the same one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingRow {
    /// Id of the row, the same at every comparison of these findings.
    pub id: String,
    /// The label.
    pub label: LabelId,
    /// The series.
    pub series: String,
    /// Each reader's finding, by letter; `null` where there is none.
    #[serde(flatten)]
    pub members: BTreeMap<String, Option<FindingId>>,
    /// How many readers found it.
    #[serde(rename = "match")]
    pub matched: MatchKind,
    /// Least intersection over union of two members.
    pub iou: Option<f64>,
    /// Least Dice of two members with masks.
    pub dice: Option<f64>,
    /// Largest distance of two centres.
    pub distance_mm: Option<f64>,
    /// Largest 95th percentile of surface distances of two members with masks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hd95_mm: Option<f64>,
    /// Each reader's number of the finding.
    pub numbers: BTreeMap<String, u32>,
    /// Each reader's volume.
    pub volumes_ml: BTreeMap<String, Option<f64>>,
    /// Answers side by side.
    pub attributes: Vec<AnswerRow>,
    /// Whether the row is within tolerance.
    pub agreed: bool,
    /// The decision in force.
    pub decision: Option<DecisionView>,
    /// Why figures are undefined.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<String, String>,
}

/// An attribute of several readers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnswerRow {
    /// The attribute.
    pub name: AttributeId,
    /// Answers by letter; `null` where not asked or not answered.
    #[serde(flatten)]
    pub answers: BTreeMap<String, serde_json::Value>,
    /// Whether all are the same.
    pub equal: bool,
    /// Whether they are within the protocol's tolerance.
    pub within_tolerance: bool,
}

/// A field of the case form of several readers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormRow {
    /// Id of the row for `adjudicate`: `form:` and the field.
    pub id: String,
    /// The field.
    pub name: FieldId,
    /// Answers by letter; `null` where not asked or not answered.
    #[serde(flatten)]
    pub answers: BTreeMap<String, serde_json::Value>,
    /// Whether all are the same.
    pub equal: bool,
    /// Whether they are within the protocol's tolerance.
    pub within_tolerance: bool,
    /// Whether a difference here has to be decided.
    pub needs_decision: bool,
    /// The decision in force.
    pub decision: Option<DecisionView>,
}

/// A decision as the lead sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionView {
    /// `a`, `b`, …, `union`, `intersection`, `majority`, `staple`, `none`, `unresolved`.
    pub decision: String,
    /// Whether a mask was redrawn.
    pub redrawn: bool,
    /// The reason.
    pub reason: String,
}

impl DecisionView {
    pub(super) fn of(row: &DecisionRow) -> Self {
        Self {
            decision: row.decision.clone(),
            redrawn: row.drawn.is_some(),
            reason: row.reason.clone(),
        }
    }
}
