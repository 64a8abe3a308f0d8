//! What tells a stack from its sisters, in the person's language.

use crate::language::Words;
use imaging::{SeriesEntry, SplitRule, StackPart};

/// The words for what distinguishes a stack: `エコー 2 軸位断`; empty for a series of one stack.
pub(crate) fn stack_words(entry: &SeriesEntry, words: &Words) -> String {
    if entry.stack_parts.is_empty() {
        // files that carry no such parts: the reader's own words
        return entry.stack.clone();
    }
    let parts = entry.stack_parts.iter().map(|part| part_words(part, words));
    parts.collect::<Vec<_>>().join(" ")
}

fn part_words(part: &StackPart, words: &Words) -> String {
    let Some(key) = key_of(part.rule) else {
        return part.text();
    };
    let value = if part.value.is_empty() {
        words.t("stack-value-none")
    } else {
        part.value.clone()
    };
    words.f(key, &[("value", value.into())])
}

fn key_of(rule: SplitRule) -> Option<&'static str> {
    Some(match rule {
        SplitRule::Kind => "stack-kind",
        SplitRule::SopClass => "stack-sop-class",
        SplitRule::Matrix => "stack-matrix",
        SplitRule::Colour => "stack-colour",
        SplitRule::Orientation => "stack-orientation",
        SplitRule::Spacing => "stack-spacing",
        SplitRule::FrameOfReference => "stack-frame-of-reference",
        SplitRule::Image => "stack-image",
        SplitRule::Segment => "stack-segment",
        SplitRule::Stack => "stack-stack",
        SplitRule::Component => "stack-component",
        SplitRule::ImageType => "stack-image-type",
        SplitRule::Echo => "stack-echo",
        SplitRule::InversionTime => "stack-inversion-time",
        SplitRule::FlipAngle => "stack-flip-angle",
        SplitRule::BValue => "stack-b-value",
        SplitRule::DiffusionDirection => "stack-diffusion-direction",
        SplitRule::TubeVoltage => "stack-tube-voltage",
        SplitRule::Kernel => "stack-kernel",
        SplitRule::EnergyWindow => "stack-energy-window",
        SplitRule::Detector => "stack-detector",
        SplitRule::Rotation => "stack-rotation",
        SplitRule::Phase => "stack-phase",
        SplitRule::RrInterval => "stack-rr-interval",
        SplitRule::TimeSlot => "stack-time-slot",
        SplitRule::CardiacPhase => "stack-cardiac-phase",
        SplitRule::Temporal => "stack-temporal",
        SplitRule::Trigger => "stack-trigger",
        SplitRule::FrameTime => "stack-frame-time",
        SplitRule::Acquisition => "stack-acquisition",
        SplitRule::AcquisitionTime => "stack-acquisition-time",
        SplitRule::ContentTime => "stack-content-time",
        SplitRule::Dimension => "stack-dimension",
        SplitRule::Slide => "stack-slide",
        SplitRule::Volume => "stack-volume",
        _ => return None,
    })
}
