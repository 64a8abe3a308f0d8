//! The protocol (計画書): which labels, attributes and case form a project asks for, under which rules.
//!
//! A protocol is written as TOML that refers to terms ([`Protocol::from_toml`]); freezing copies names, codes and
//! colours in, so that a later list of terms changes nothing. The frozen form is JSON and is named by the SHA-256 of
//! its canonical writing (RFC 8785).

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

mod builtin;
pub mod canonical;
mod check;
mod condition;
mod fault;
mod freeze;
mod lookup;
mod palette;
mod source;

use serde::{Deserialize, Serialize};

pub use builtin::EXAMPLES;
#[cfg(test)]
pub(crate) use builtin::example;
pub use condition::{Condition, ConditionError};
pub use fault::ProtocolFault;
pub(crate) use palette::hex::parse as parse_colour;
pub use palette::{PALETTE, colour_of_label};

use crate::code::Code;
use crate::ids::{AttributeId, LabelId};
use crate::text::Text;

/// Id of the form field that says whether the case has findings.
pub const RESULT_FIELD: &str = "result";
/// Its answer when there are findings.
pub const RESULT_POSITIVE: &str = "result-finding";
/// Its answer when "no finding" was said.
pub const RESULT_NEGATIVE: &str = "result-none";
/// Its answer when the case cannot be judged.
pub const RESULT_NOT_ASSESSABLE: &str = "result-not-assessable";

/// A frozen protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Stable slug.
    pub id: String,
    /// Title.
    pub title: Text,
    /// `major.minor.patch`.
    pub version: String,
    /// What the annotations are for.
    pub purpose: Text,
    /// Modalities it is made for.
    pub modalities: Vec<Choice>,
    /// Least depth in the tree of labels that a finding may use; 1 = every label.
    pub required_depth: u32,
    /// Readers wanted per case.
    pub readers: u32,
    /// How cases are shown.
    pub display: Display,
    /// The labels, in the order of their numbers and keys.
    pub labels: Vec<Label>,
    /// What is asked of findings.
    pub attributes: Vec<Attribute>,
    /// What is asked of the case; empty or with the field `result`.
    pub case_form: Vec<Attribute>,
    /// Reading instructions.
    pub instructions: Vec<Instruction>,
    /// What counts as the same between readers.
    pub tolerances: Vec<Tolerance>,
    /// What the project wants to reach.
    pub targets: Vec<Target>,
    /// How working time is counted and repeats are drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
    /// SHA-256 (hexadecimal) of the canonical JSON of everything above.
    #[serde(default)]
    pub sha256: String,
}

/// A term with its names and code: a choice of an attribute, a modality, a plane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Id of the term.
    pub id: String,
    /// Its names.
    pub name: Text,
    /// Its code.
    pub code: Code,
}

/// How cases are shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// Rows × columns of viewports, such as `2x2`.
    pub layout: String,
    /// Planes or views, in viewport order.
    #[serde(default)]
    pub planes: Vec<Choice>,
    /// Kinds of series, in viewport order.
    #[serde(default)]
    pub series: Vec<Choice>,
    /// Window presets.
    #[serde(default)]
    pub windows: Vec<WindowPreset>,
    /// Whether the viewports scroll together.
    #[serde(default)]
    pub linked: bool,
    /// Whether a time line is shown.
    #[serde(default)]
    pub timeline: bool,
    /// Whether a reader may look at earlier studies of the patient.
    // Left out where it is not asked for: what was frozen before it was known keeps its hash.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub priors: bool,
    /// When proposals of a model may be seen.
    pub ai_overlay: AiOverlay,
}

/// When a reader may see proposals of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AiOverlay {
    /// Not at all.
    #[default]
    Never,
    /// After the first submission.
    AfterFirstSubmit,
    /// From the start.
    Always,
}

/// A named window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowPreset {
    /// Name on the screen.
    pub name: Text,
    /// Centre, in the series' unit.
    pub center: f64,
    /// Width, in the series' unit.
    pub width: f64,
}

/// A label of the protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Stable slug within the protocol.
    pub id: LabelId,
    /// Id of the term it was frozen from.
    pub term: String,
    /// Names on the screen.
    pub name: Text,
    /// Reading of the Japanese name in hiragana.
    pub kana: String,
    /// Other names, for search only.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// What it is: Segmented Property Type.
    pub code: Code,
    /// Segmented Property Category (PS3.16 CID 7150).
    pub category: Code,
    /// Segmented Property Type Modifier: left or right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modifier: Option<Code>,
    /// Anatomic Region, where the term names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Code>,
    /// Colour on the screen, sRGB.
    #[serde(with = "palette::hex")]
    pub color: [u8; 3],
    /// Which geometry its findings may have.
    pub geometry: Vec<GeometryKind>,
    /// Whether a case may have several findings of it.
    pub many: bool,
    /// Number key that chooses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<char>,
    /// The coarser label it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<LabelId>,
    /// The label within whose voxels it should lie (a warning, no refusal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<LabelId>,
    /// Labels that never share a voxel with it.
    #[serde(default)]
    pub exclusive_with: Vec<LabelId>,
    /// Smallest long axis to be annotated, mm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_size_mm: Option<f64>,
    /// Whether left and right are to be told apart.
    #[serde(default)]
    pub laterality: bool,
    /// Whether a finding keeps its identity over frames.
    #[serde(default)]
    pub track: bool,
    /// Whether its spans cover everything without overlap.
    #[serde(default)]
    pub partition: bool,
    /// The labels whose union it is: computed, never drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<LabelId>,
}

/// Kinds of geometry a label may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names say it; shapes are described at ShapeKind"
)]
pub enum GeometryKind {
    Mask,
    Polygon,
    Polyline,
    Box2d,
    Box3d,
    Ellipse,
    Line,
    Bidirectional,
    Point,
    Span,
}

/// An attribute of findings, or a field of the case form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Stable slug.
    pub id: AttributeId,
    /// The question's names.
    pub name: Text,
    /// The question's code.
    pub code: Code,
    /// Labels whose findings are asked; empty in the case form.
    #[serde(default)]
    pub applies_to: Vec<LabelId>,
    /// Kind of answer.
    pub kind: AttributeKind,
    /// The choices of `code`, `codes` and `ordinal` (there in order).
    #[serde(default)]
    pub values: Vec<Choice>,
    /// Unit of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Least and greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// Decimals shown and kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u32>,
    /// Whether a work cannot be submitted without it.
    #[serde(default)]
    pub required: bool,
    /// How it is computed; such an attribute is never typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computed: Option<Computed>,
    /// When it is asked; hidden means absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Condition>,
}

/// Kinds of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are those of the protocol file, described in its README"
)]
pub enum AttributeKind {
    Bool,
    Integer,
    Decimal,
    Text,
    Code,
    Codes,
    Ordinal,
    Date,
}

/// Attributes that the program computes from geometry and values (`measure`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Computed {
    /// Longest extent within the plane of the largest area, mm.
    LongAxis,
    /// Extent perpendicular to the long axis in the same plane, mm.
    ShortAxis,
    /// Longer side of the box, mm.
    BoxLongSide,
    /// Volume, ml or mm³ by the unit.
    Volume,
    /// Largest area of a plane, mm².
    Area,
    /// Mean of the voxel values.
    Mean,
}

/// Unit of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// UCUM code.
    pub ucum: String,
    /// Names on the screen.
    pub name: Text,
}

impl Unit {
    /// The sign that people write behind a number: `mm³`, `HU`; the name where there is none.
    #[must_use]
    pub fn sign(&self, lang: &str) -> &str {
        match self.ucum.as_str() {
            "1" => "",
            "[hnsf'U]" => "HU",
            "cm2" => "cm²",
            "cm3" => "cm³",
            "deg" => "°",
            "g/ml{SUVbw}" => "SUVbw",
            "mL" | "ml" => "mL",
            "mm2" => "mm²",
            "mm3" => "mm³",
            plain @ ("mm" | "cm" | "%" | "Gy" | "Hz") => plain,
            _ => self.name.get(lang),
        }
    }
}

/// Reading instruction of a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instruction {
    /// The label.
    pub applies_to: LabelId,
    /// Wording.
    pub text: Text,
}

/// What counts as the same between readers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Tolerance {
    /// Findings of a label (`None`: every label).
    Label {
        /// The label; absent for every label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<LabelId>,
        /// How findings are paired.
        pairing: Pairing,
        /// Pairs need this much; absent for `class`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        threshold: Option<f64>,
        /// Statistic by which a pair agrees.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agree: Option<AgreeBy>,
        /// What it must reach (`hd95_mm`: stay below).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agree_threshold: Option<f64>,
        /// Allowed shift of a span's ends, s.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        boundary_s: Option<f64>,
    },
    /// Answers of an attribute or form field.
    Attribute {
        /// The attribute or field.
        attribute: AttributeId,
        /// Ordinal steps, or the attribute's unit.
        max_difference: f64,
    },
}

/// How findings of two readers are paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pairing {
    /// Intersection over union of geometry.
    Iou,
    /// Distance of centres, mm.
    DistanceMm,
    /// Intersection over union of time spans.
    TimeIou,
    /// One finding per class: nothing to pair.
    Class,
}

/// Statistic by which a pair agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreeBy {
    /// Dice, at least the threshold.
    Dice,
    /// IoU, at least the threshold.
    Iou,
    /// 95th percentile of surface distances in mm, at most the threshold.
    Hd95Mm,
}

/// What the project wants to reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What is judged.
    pub of: TargetOf,
    /// Name of the statistic.
    pub statistic: String,
    /// Value to reach.
    pub value: f64,
    /// Side of the confidence interval that must reach it.
    pub ci: CiSide,
}

/// What a target judges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetOf {
    /// All labels.
    EveryLabel,
    /// One label.
    Label(LabelId),
    /// An attribute or form field.
    Attribute(AttributeId),
}

/// Side of a confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum CiSide {
    Lower,
    Upper,
}

/// How working time is counted and repeats are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// A pause longer than this counts as not working, s.
    pub idle_cut_s: f64,
    /// Share of cases read twice.
    pub repeat_fraction: f64,
    /// Least days between the two readings.
    pub repeat_gap_days: f64,
}
