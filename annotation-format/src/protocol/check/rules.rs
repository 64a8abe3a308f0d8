//! Display, instructions, timing, tolerances and targets.

use super::Checker;
use crate::ids::{AttributeId, LabelId};
use crate::protocol::{Pairing, Target, TargetOf, Tolerance};
use voxel::Phrase;

/// Statistics that a target may name.
const STATISTICS: [&str; 8] = [
    "dice_median",
    "f1_detection",
    "positive_agreement",
    "cohen_kappa",
    "weighted_kappa_quadratic",
    "gwet_ac1",
    "gwet_ac1_case",
    "frame_kappa",
];

impl Checker<'_> {
    pub(super) fn rest(&mut self) {
        let protocol = self.protocol;
        let layout = protocol.display.layout.split_once('x');
        let is_count = |text: &str| matches!(text.parse::<u8>(), Ok(1..=8));
        let fits = layout.is_some_and(|(rows, columns)| is_count(rows) && is_count(columns));
        self.wrong_if(
            !fits,
            "layout",
            "display",
            Phrase::new(
                "protocol-layout-form",
                "a layout is rows x columns, such as 2x2",
            ),
        );
        for window in &protocol.display.windows {
            self.text("display", "window", &window.name);
            let fits = window.center.is_finite() && window.width.is_finite() && window.width > 0.0;
            self.wrong_if(
                !fits,
                "window",
                "display",
                Phrase::new("protocol-window-form", "a window has a centre and a width"),
            );
        }
        for instruction in &protocol.instructions {
            let place = format!("instruction {}", instruction.applies_to);
            self.text(&place, "text", &instruction.text);
            let known = protocol.label(&instruction.applies_to).is_some();
            self.wrong_if(
                !known,
                "instruction",
                &place,
                Phrase::new("protocol-no-such-label", "there is no such label"),
            );
        }
        if let Some(timing) = &protocol.timing {
            let fits = timing.idle_cut_s > 0.0
                && (0.0..=1.0).contains(&timing.repeat_fraction)
                && timing.repeat_gap_days >= 0.0;
            self.wrong_if(
                !fits,
                "timing",
                "timing",
                Phrase::new("protocol-timing-range", "a number is out of its range"),
            );
        }
    }

    pub(super) fn tolerance(&mut self, tolerance: &Tolerance) {
        match tolerance {
            Tolerance::Label {
                label,
                pairing,
                threshold,
                agree_threshold,
                ..
            } => self.label_tolerance(label.as_ref(), *pairing, [*threshold, *agree_threshold]),
            Tolerance::Attribute {
                attribute,
                max_difference,
            } => self.attribute_tolerance(attribute, *max_difference),
        }
    }

    fn label_tolerance(
        &mut self,
        label: Option<&LabelId>,
        pairing: Pairing,
        thresholds: [Option<f64>; 2],
    ) {
        let place = format!("tolerance {}", label.map_or("*", LabelId::as_str));
        let known = label.is_none_or(|id| self.protocol.label(id).is_some());
        self.wrong_if(
            !known,
            "tolerance",
            &place,
            Phrase::new("protocol-no-such-label", "there is no such label"),
        );
        let missing = pairing != Pairing::Class && thresholds[0].is_none();
        self.wrong_if(
            missing,
            "tolerance",
            &place,
            Phrase::new("protocol-threshold-missing", "this match needs a threshold"),
        );
        let negative = thresholds
            .into_iter()
            .flatten()
            .any(|value| !value.is_finite() || value < 0.0);
        self.wrong_if(
            negative,
            "tolerance",
            &place,
            Phrase::new("protocol-threshold-negative", "a threshold is not negative"),
        );
    }

    fn attribute_tolerance(&mut self, attribute: &AttributeId, max_difference: f64) {
        let place = format!("tolerance {attribute}");
        let known = self.is_asked(attribute.as_str());
        self.wrong_if(
            !known,
            "tolerance",
            &place,
            Phrase::new("protocol-no-such-attribute", "there is no such attribute"),
        );
        self.wrong_if(
            !max_difference.is_finite() || max_difference < 0.0,
            "tolerance",
            &place,
            Phrase::new(
                "protocol-difference-negative",
                "a difference is not negative",
            ),
        );
    }

    pub(super) fn target(&mut self, target: &Target) {
        let (name, known) = match &target.of {
            TargetOf::EveryLabel => ("*", true),
            TargetOf::Label(id) => (id.as_str(), self.protocol.label(id).is_some()),
            TargetOf::Attribute(id) => (id.as_str(), self.is_asked(id.as_str())),
        };
        let place = format!("target {name}");
        self.wrong_if(
            !known,
            "target",
            &place,
            Phrase::new(
                "protocol-no-such-target",
                "there is no such label or attribute",
            ),
        );
        if !STATISTICS.contains(&target.statistic.as_str()) {
            let (name, known) = (target.statistic.as_str(), STATISTICS.join(", "));
            let why = Phrase::new("protocol-statistic", format!("{name} is none of {known}"));
            self.fault(
                "statistic",
                &place,
                why.with("name", name).with("known", known),
            );
        }
        self.wrong_if(
            !target.value.is_finite(),
            "target",
            &place,
            Phrase::new("protocol-target-value", "the value is no number"),
        );
    }

    fn is_asked(&self, id: &str) -> bool {
        let all = self
            .protocol
            .attributes
            .iter()
            .chain(&self.protocol.case_form);
        all.into_iter().any(|attribute| attribute.id.as_str() == id)
    }
}
