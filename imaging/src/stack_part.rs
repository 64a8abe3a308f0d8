//! Why a series was split: the distinguishing attributes of a stack, to be said in any language.

use serde::{Deserialize, Serialize};

/// What tells a stack from its sisters (PS3.3; conformance §1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SplitRule {
    /// `localizer` or `reformat`, by Image Type.
    Kind,
    /// SOP Class UID.
    SopClass,
    /// Columns × rows.
    Matrix,
    /// Photometric Interpretation.
    Colour,
    /// `axial`, `coronal`, `sagittal`.
    Orientation,
    /// Column × row spacing in mm.
    Spacing,
    /// Which of several Frames of Reference, `1/2`.
    FrameOfReference,
    /// Instance Number of an image that stands alone.
    Image,
    /// Referenced Segment Number.
    Segment,
    /// Stack ID.
    Stack,
    /// `magnitude`, `phase`, `real`, `imaginary`.
    Component,
    /// Image or frame type, values 3 and on.
    ImageType,
    /// Echo number and time.
    Echo,
    /// Inversion time in ms.
    InversionTime,
    /// Flip angle in degrees.
    FlipAngle,
    /// Diffusion b-value in s/mm².
    BValue,
    /// Diffusion gradient direction, or `none`, `isotropic`.
    DiffusionDirection,
    /// Tube voltage in kV.
    TubeVoltage,
    /// Convolution kernel.
    Kernel,
    /// Energy window of nuclear medicine.
    EnergyWindow,
    /// Detector of nuclear medicine.
    Detector,
    /// Rotation of nuclear medicine.
    Rotation,
    /// Phase of a dynamic nuclear medicine study.
    Phase,
    /// R-R interval of a gated study.
    RrInterval,
    /// Time slot of a gated study.
    TimeSlot,
    /// Cardiac phase: per cent of the R-R interval or number.
    CardiacPhase,
    /// Temporal position.
    Temporal,
    /// Time after the trigger in ms.
    Trigger,
    /// Frame Reference Time of PET in ms.
    FrameTime,
    /// Acquisition Number.
    Acquisition,
    /// Acquisition time, `HH:MM:SS`.
    AcquisitionTime,
    /// Content time, `HH:MM:SS`.
    ContentTime,
    /// A dimension that only the file's dimension index names: `name number`.
    Dimension,
    /// Columns × rows of a level of a slide.
    Slide,
    /// A picture beside a slide, or at another size: `label`, `overview`, `thumbnail`, `mask`.
    SlidePicture,
    /// Which level of how many a slide is shown at, `1/4`; 1 is the full size.
    Level,
    /// Number of the page of a file, from 1.
    Page,
    /// First and last page of several, `1/4`.
    Pages,
    /// Which of several channels, `1/3`.
    Channel,
    /// Which component of a vector or tensor, `1/6`.
    VectorComponent,
    /// Which layer of a file of segments, `1/2`.
    Layer,
    /// Names that the file itself gives, in its own language.
    Named,
    /// How many names more there are than are told.
    MoreNames,
    /// Which of several sets at the same places in order of time, `1/3`.
    Volume,
}

/// One distinguishing attribute of a stack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StackPart {
    /// What differs.
    pub rule: SplitRule,
    /// Its value here; numbers with their unit where the rule does not name one.
    pub value: String,
}

impl StackPart {
    pub(crate) fn new(rule: SplitRule, value: impl Into<String>) -> Self {
        StackPart {
            rule,
            value: value.into(),
        }
    }

    /// The English words.
    pub fn text(&self) -> String {
        let value = &self.value;
        let before = match self.rule {
            SplitRule::Kind
            | SplitRule::Matrix
            | SplitRule::Colour
            | SplitRule::Orientation
            | SplitRule::Named
            | SplitRule::Component
            | SplitRule::ImageType
            | SplitRule::Dimension => return value.clone(),
            SplitRule::Spacing => return format!("{value} mm"),
            SplitRule::InversionTime => return format!("TI {value} ms"),
            SplitRule::FlipAngle => return format!("flip angle {value}°"),
            SplitRule::BValue => return format!("b={value}"),
            SplitRule::TubeVoltage => return format!("{value} kV"),
            SplitRule::Trigger => return format!("trigger {value} ms"),
            SplitRule::FrameTime => return format!("at {value} ms"),
            SplitRule::Volume => return format!("volume {}", value.replace('/', " of ")),
            SplitRule::Level => return format!("level {}", value.replace('/', " of ")),
            SplitRule::Channel => return format!("channel {}", value.replace('/', " of ")),
            SplitRule::VectorComponent => {
                return format!("component {}", value.replace('/', " of "));
            }
            SplitRule::Layer => return format!("layer {}", value.replace('/', " of ")),
            SplitRule::MoreNames => return format!("and {value} more"),
            SplitRule::Pages => return format!("pages {}", value.replace('/', " to ")),
            SplitRule::Slide => return format!("level of {value}"),
            SplitRule::SlidePicture => {
                return match value.as_str() {
                    "label" => "label image".to_owned(),
                    "overview" => "macro image".to_owned(),
                    _ => value.clone(),
                };
            }
            SplitRule::Page => "page",
            SplitRule::Temporal => "time",
            SplitRule::SopClass => "SOP class",
            SplitRule::FrameOfReference => "frame of reference",
            SplitRule::Image => "image",
            SplitRule::Segment => "segment",
            SplitRule::Stack => "stack",
            SplitRule::Echo => "echo",
            SplitRule::DiffusionDirection => "direction",
            SplitRule::Kernel => "kernel",
            SplitRule::EnergyWindow => "energy window",
            SplitRule::Detector => "detector",
            SplitRule::Rotation => "rotation",
            SplitRule::Phase => "phase",
            SplitRule::RrInterval => "R-R interval",
            SplitRule::TimeSlot => "time slot",
            SplitRule::CardiacPhase => "cardiac phase",
            SplitRule::Acquisition => "acquisition",
            SplitRule::AcquisitionTime => "acquired",
            SplitRule::ContentTime => "made",
        };
        if value.is_empty() {
            format!("no {before}")
        } else {
            format!("{before} {value}")
        }
    }
}

/// The English text of several parts, for [`crate::SeriesEntry::stack`].
pub(crate) fn text_of(parts: &[StackPart]) -> String {
    let texts: Vec<String> = parts.iter().map(StackPart::text).collect();
    texts.join(" ").trim().to_owned()
}
