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
    let value = match (part.rule, part.value.as_str()) {
        (_, "") => words.t("stack-value-none"),
        (SplitRule::Pages, pages) => pages.replace('/', "–"),
        (_, value) => value.to_owned(),
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
        SplitRule::SlidePicture => "stack-slide-picture",
        SplitRule::Level => "stack-level",
        SplitRule::Page => "stack-page",
        SplitRule::Pages => "stack-pages",
        SplitRule::Channel => "stack-channel",
        SplitRule::VectorComponent => "stack-vector-component",
        SplitRule::Layer => "stack-layer",
        SplitRule::MoreNames => "stack-more-names",
        SplitRule::Volume => "stack-volume",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn said(language: Language, file: &str) -> Vec<String> {
        let Some(data) = crate::shared_data() else {
            return Vec::new();
        };
        let found = imaging::scan(
            &[data.join(file)],
            &imaging::ScanOptions::default(),
            &|_| {},
            &std::sync::atomic::AtomicBool::new(false),
        );
        let words = Words::new(language);
        let entries = found.series.iter();
        entries.map(|entry| stack_words(entry, &words)).collect()
    }

    #[test]
    fn levels_of_slides_and_the_pictures_beside_them_are_said_in_each_language() {
        let files = [
            "vl-wsi/wsi-tiles-rgb.dcm",
            "modalities/pathology/openslide/boxes_1.dcm",
            "modalities/pathology/small_HE_levels.tiff",
            "modalities/pathology/CMU-1-Small-Region.svs",
        ];
        let japanese = [
            vec!["解像度レベル 50 × 50"],
            vec!["サムネイル 16 × 16"],
            vec!["解像度レベル 1/4"],
            vec!["", "サムネイル", "ラベル画像", "マクロ画像"],
        ];
        let english = [
            vec!["level of 50 × 50"],
            vec!["thumbnail 16 × 16"],
            vec!["level 1/4"],
            vec!["", "thumbnail", "label image", "macro image"],
        ];
        if crate::shared_data().is_none() {
            return;
        }
        for (file, (japanese, english)) in files.iter().zip(japanese.into_iter().zip(english)) {
            assert_eq!(said(Language::Ja, file), japanese, "{file}");
            assert_eq!(said(Language::En, file), english, "{file}");
        }
    }

    #[test]
    fn parts_of_files_and_diffusion_are_said_in_each_language() {
        for (rule, value, japanese, english) in [
            (SplitRule::Pages, "1/4", "ページ 1–4", "pages 1–4"),
            (SplitRule::Page, "3", "ページ 3", "page 3"),
            (SplitRule::Channel, "2/3", "チャンネル 2/3", "channel 2/3"),
            (
                SplitRule::VectorComponent,
                "1/6",
                "成分 1/6",
                "component 1/6",
            ),
            (SplitRule::Layer, "1/2", "レイヤー 1/2", "layer 1/2"),
            (SplitRule::Named, "肺 (1)", "肺 (1)", "肺 (1)"),
            (SplitRule::MoreNames, "3", "ほか 3", "and 3 more"),
            (
                SplitRule::DiffusionDirection,
                "isotropic",
                "等方性拡散",
                "direction isotropic",
            ),
            (SplitRule::Temporal, "", "時相 なし", "time none"),
        ] {
            let value = value.to_owned();
            let part = StackPart { rule, value };
            let said = Language::ALL.map(|language| part_words(&part, &Words::new(language)));
            assert_eq!(said, [japanese, english]);
        }
    }
}
