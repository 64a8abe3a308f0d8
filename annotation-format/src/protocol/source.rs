//! The protocol file (TOML) as it is written, with the places of what it names.

use serde::Deserialize;
use toml::Spanned;

use super::{AgreeBy, AiOverlay, AttributeKind, CiSide, Computed, GeometryKind, Pairing, Timing};

/// The whole file. Unknown tables and keys are errors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) protocol: Head,
    pub(super) display: Option<DisplaySource>,
    #[serde(default)]
    pub(super) label: Vec<LabelSource>,
    #[serde(default)]
    pub(super) attribute: Vec<AttributeSource>,
    #[serde(default)]
    pub(super) case_form: Vec<AttributeSource>,
    #[serde(default)]
    pub(super) instruction: Vec<InstructionSource>,
    #[serde(default)]
    pub(super) tolerance: Vec<Spanned<ToleranceSource>>,
    #[serde(default)]
    pub(super) target: Vec<Spanned<TargetSource>>,
    pub(super) timing: Option<Timing>,
}

/// `[protocol]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) id: Spanned<String>,
    pub(super) title_ja: String,
    pub(super) title_en: String,
    pub(super) version: String,
    pub(super) purpose_ja: String,
    pub(super) purpose_en: String,
    pub(super) modalities: Vec<Spanned<String>>,
    pub(super) required_depth: u32,
    pub(super) readers: u32,
}

/// `[display]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DisplaySource {
    pub(super) layout: String,
    #[serde(default)]
    pub(super) planes: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) series: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) windows: Vec<WindowSource>,
    #[serde(default)]
    pub(super) linked: bool,
    #[serde(default)]
    pub(super) timeline: bool,
    #[serde(default)]
    pub(super) priors: bool,
    pub(super) ai_overlay: AiOverlay,
}

/// One of `windows`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WindowSource {
    pub(super) name_ja: String,
    pub(super) name_en: String,
    pub(super) center: f64,
    pub(super) width: f64,
}

/// `[[label]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelSource {
    pub(super) id: Spanned<String>,
    pub(super) term: Spanned<String>,
    pub(super) geometry: Vec<GeometryKind>,
    pub(super) many: bool,
    pub(super) key: Option<Spanned<String>>,
    pub(super) parent: Option<String>,
    pub(super) inside: Option<String>,
    #[serde(default)]
    pub(super) exclusive_with: Vec<String>,
    pub(super) min_size_mm: Option<f64>,
    #[serde(default)]
    pub(super) laterality: bool,
    #[serde(default)]
    pub(super) track: bool,
    #[serde(default)]
    pub(super) partition: bool,
    pub(super) derived: Option<Spanned<String>>,
}

/// `[[attribute]]` and `[[case_form]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttributeSource {
    pub(super) id: Spanned<String>,
    pub(super) term: Spanned<String>,
    pub(super) applies_to: Option<Vec<String>>,
    #[serde(rename = "type")]
    pub(super) kind: AttributeKind,
    #[serde(default)]
    pub(super) values: Vec<Spanned<String>>,
    pub(super) unit: Option<Spanned<String>>,
    pub(super) range: Option<[f64; 2]>,
    pub(super) decimals: Option<u32>,
    pub(super) required: Option<bool>,
    pub(super) computed: Option<Computed>,
    pub(super) show_if: Option<Spanned<String>>,
}

/// `[[instruction]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InstructionSource {
    pub(super) applies_to: Spanned<String>,
    pub(super) ja: String,
    pub(super) en: String,
}

/// `[[tolerance]]`: of a label or of an attribute.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToleranceSource {
    pub(super) label: Option<String>,
    #[serde(rename = "match")]
    pub(super) pairing: Option<Pairing>,
    pub(super) threshold: Option<f64>,
    pub(super) agree: Option<AgreeBy>,
    pub(super) agree_threshold: Option<f64>,
    pub(super) boundary_s: Option<f64>,
    pub(super) attribute: Option<String>,
    pub(super) max_difference: Option<f64>,
}

/// `[[target]]`: of a label or of an attribute.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetSource {
    pub(super) label: Option<String>,
    pub(super) attribute: Option<String>,
    pub(super) statistic: String,
    pub(super) value: f64,
    pub(super) ci: CiSide,
}
