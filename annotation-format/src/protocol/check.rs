//! What a protocol must fulfil before it is frozen. Every fault is found, not only the first.

use std::collections::BTreeSet;

use super::fault::ProtocolFault;
use super::{
    Attribute, AttributeKind, Computed, Label, Pairing, Protocol, RESULT_FIELD, RESULT_NEGATIVE,
    RESULT_POSITIVE, Target, TargetOf, Tolerance,
};
use crate::ids::{LONGEST_ID, LabelId};
use crate::text::Text;

/// Statistics that a target may name.
pub(super) const STATISTICS: [&str; 8] = [
    "dice_median",
    "f1_detection",
    "positive_agreement",
    "cohen_kappa",
    "weighted_kappa_quadratic",
    "gwet_ac1",
    "gwet_ac1_case",
    "frame_kappa",
];

/// Every fault of a protocol.
pub(super) fn check(protocol: &Protocol) -> Vec<ProtocolFault> {
    let mut checker = Checker {
        protocol,
        faults: Vec::new(),
    };
    checker.head();
    checker.labels();
    checker.label_tree();
    checker.attributes("attribute", &protocol.attributes);
    checker.attributes("case_form", &protocol.case_form);
    checker.result();
    checker.rest();
    for tolerance in &protocol.tolerances {
        checker.tolerance(tolerance);
    }
    for target in &protocol.targets {
        checker.target(target);
    }
    checker.faults
}

struct Checker<'a> {
    protocol: &'a Protocol,
    faults: Vec<ProtocolFault>,
}

impl Checker<'_> {
    fn fault(&mut self, code: &'static str, place: &str, message: impl Into<String>) {
        self.faults.push(ProtocolFault::new(code, place, message));
    }

    fn wrong_if(&mut self, wrong: bool, code: &'static str, place: &str, message: &str) {
        if wrong {
            self.fault(code, place, message);
        }
    }

    fn head(&mut self) {
        let protocol = self.protocol;
        self.id("protocol", &protocol.id);
        self.text("protocol", "title", &protocol.title);
        self.text("protocol", "purpose", &protocol.purpose);
        let parts: Vec<&str> = protocol.version.split('.').collect();
        let is_number = |part: &&str| {
            !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let wrong = parts.len() != 3 || !parts.iter().all(is_number);
        self.wrong_if(
            wrong,
            "version",
            "protocol",
            "a version is major.minor.patch",
        );
        self.wrong_if(
            protocol.readers == 0,
            "readers",
            "protocol",
            "at least one reader",
        );
        let depth = protocol.required_depth;
        self.wrong_if(
            depth == 0,
            "depth",
            "protocol",
            "required_depth is at least 1",
        );
        self.wrong_if(
            protocol.labels.is_empty(),
            "labels",
            "protocol",
            "there is no label",
        );
    }

    fn labels(&mut self) {
        let protocol = self.protocol;
        let mut ids = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for label in &protocol.labels {
            let place = format!("label {}", label.id);
            self.id(&place, label.id.as_str());
            self.text(&place, "name", &label.name);
            let code = &label.code;
            let uncoded = [&code.scheme, &code.value, &code.meaning]
                .iter()
                .any(|s| s.is_empty());
            self.wrong_if(uncoded, "code", &place, "the code is not complete");
            self.wrong_if(
                !ids.insert(&label.id),
                "duplicate_id",
                &place,
                "this id is there twice",
            );
            let digit = label.key.is_none_or(|key| ('1'..='9').contains(&key));
            self.wrong_if(!digit, "key", &place, "a key is one of 1 to 9");
            let taken = label.key.is_some_and(|key| !keys.insert(key));
            self.wrong_if(taken, "key", &place, "another label has this key");
            self.geometry(&place, label);
            let size = label
                .min_size_mm
                .is_none_or(|size| size.is_finite() && size >= 0.0);
            self.wrong_if(!size, "min_size", &place, "min_size_mm is a length");
            let references = label.parent.iter().chain(&label.inside);
            for other in references.chain(&label.exclusive_with) {
                self.other_label(&place, label, other);
            }
            self.derived(&place, label);
        }
    }

    fn geometry(&mut self, place: &str, label: &Label) {
        let kinds: BTreeSet<_> = label.geometry.iter().collect();
        self.wrong_if(
            kinds.is_empty(),
            "geometry",
            place,
            "no geometry is allowed",
        );
        let twice = kinds.len() != label.geometry.len();
        self.wrong_if(twice, "geometry", place, "a geometry is there twice");
    }

    fn other_label(&mut self, place: &str, label: &Label, other: &LabelId) {
        if *other == label.id {
            self.fault("label_reference", place, "it refers to itself");
        } else if self.protocol.label(other).is_none() {
            self.fault(
                "label_reference",
                place,
                format!("there is no label {other}"),
            );
        }
    }

    fn derived(&mut self, place: &str, label: &Label) {
        if !label.is_derived() {
            return;
        }
        for part in &label.derived {
            self.other_label(place, label, part);
            let usable = self
                .protocol
                .label(part)
                .is_none_or(|part| !part.is_derived() && part.can_be_painted());
            if !usable {
                self.fault("derived", place, format!("{part} has no voxels of its own"));
            }
        }
        let fits = !label.many && label.geometry == [super::GeometryKind::Mask];
        self.wrong_if(
            !fits,
            "derived",
            place,
            "a derived label is one mask: many = false",
        );
    }

    /// Parents lead to a root.
    fn label_tree(&mut self) {
        for label in &self.protocol.labels {
            let mut at = Some(label);
            let mut steps = 0;
            while let Some(parent) = at.and_then(|label| label.parent.as_ref()) {
                at = self.protocol.label(parent);
                steps += 1;
                if steps > self.protocol.labels.len() {
                    let place = format!("label {}", label.id);
                    self.fault("circle", &place, "its parents go in a circle");
                    break;
                }
            }
        }
    }

    fn attributes(&mut self, table: &'static str, attributes: &[Attribute]) {
        let mut above: Vec<&Attribute> = Vec::new();
        for attribute in attributes {
            let place = format!("{table} {}", attribute.id);
            self.id(&place, attribute.id.as_str());
            self.text(&place, "name", &attribute.name);
            let twice = above.iter().any(|other| other.id == attribute.id);
            self.wrong_if(twice, "duplicate_id", &place, "this id is there twice");
            self.values(&place, attribute);
            self.numbers(&place, attribute);
            self.condition(&place, attribute, &above);
            self.applies_to(table, &place, attribute);
            let both = attribute.required && attribute.computed.is_some();
            self.wrong_if(both, "computed", &place, "either required or computed");
            above.push(attribute);
        }
    }

    fn values(&mut self, place: &str, attribute: &Attribute) {
        use AttributeKind::{Code, Codes, Ordinal};
        let chosen = matches!(attribute.kind, Code | Codes | Ordinal);
        let few = chosen && attribute.values.len() < 2;
        self.wrong_if(few, "values", place, "at least two values");
        let unasked = !chosen && !attribute.values.is_empty();
        self.wrong_if(unasked, "values", place, "this type has no values");
        let ids: BTreeSet<&str> = attribute.values.iter().map(|v| v.id.as_str()).collect();
        let twice = ids.len() != attribute.values.len();
        self.wrong_if(twice, "values", place, "a value is there twice");
    }

    fn numbers(&mut self, place: &str, attribute: &Attribute) {
        let kind = attribute.kind;
        let number = matches!(kind, AttributeKind::Decimal | AttributeKind::Integer);
        let range_fits = attribute
            .range
            .is_none_or(|[min, max]| min.is_finite() && max.is_finite() && min < max);
        self.wrong_if(!range_fits, "range", place, "a range is [less, more]");
        if kind == AttributeKind::Decimal {
            self.wrong_if(
                attribute.unit.is_none(),
                "unit",
                place,
                "a decimal has a unit",
            );
            self.wrong_if(
                attribute.range.is_none(),
                "range",
                place,
                "a decimal has a range",
            );
        }
        let misplaced = !number && (attribute.unit.is_some() || attribute.range.is_some());
        self.wrong_if(
            misplaced,
            "range",
            place,
            "only numbers have a unit and a range",
        );
        let decimals = attribute.decimals;
        let misplaced = decimals.is_some() && kind != AttributeKind::Decimal;
        self.wrong_if(misplaced, "decimals", place, "only decimals have decimals");
        let many = decimals.is_some_and(|count| count > 9);
        self.wrong_if(many, "decimals", place, "at most 9 decimals");
        let untyped = attribute.computed.is_some() && kind != AttributeKind::Decimal;
        self.wrong_if(untyped, "computed", place, "what is computed is a decimal");
        self.unit_of_computed(place, attribute);
    }

    fn unit_of_computed(&mut self, place: &str, attribute: &Attribute) {
        let (Some(computed), Some(unit)) = (attribute.computed, attribute.unit.as_ref()) else {
            return;
        };
        let wanted: &[&str] = match computed {
            Computed::LongAxis | Computed::ShortAxis | Computed::BoxLongSide => &["mm", "cm"],
            Computed::Area => &["mm2", "cm2"],
            Computed::Volume => &["mm3", "ml", "cm3"],
            Computed::Mean => return,
        };
        if !wanted.contains(&unit.ucum.as_str()) {
            let why = format!("its unit is one of {}", wanted.join(", "));
            self.fault("unit", place, why);
        }
    }

    fn condition(&mut self, place: &str, attribute: &Attribute, above: &[&Attribute]) {
        let Some(condition) = &attribute.show_if else {
            return;
        };
        for why in condition.faults(above) {
            self.fault("show_if", place, why);
        }
        for name in condition.attributes() {
            let asked = above.iter().find(|other| other.id.as_str() == name);
            let elsewhere = asked.is_some_and(|other| {
                attribute
                    .applies_to
                    .iter()
                    .any(|label| !other.applies_to.contains(label))
            });
            if elsewhere {
                self.fault(
                    "show_if",
                    place,
                    format!("{name} is not asked of all its labels"),
                );
            }
            if asked.is_some_and(|other| other.computed.is_some()) {
                self.fault(
                    "show_if",
                    place,
                    format!("{name} is computed, not answered"),
                );
            }
        }
    }

    fn applies_to(&mut self, table: &str, place: &str, attribute: &Attribute) {
        if table == "case_form" {
            let misplaced = !attribute.applies_to.is_empty();
            self.wrong_if(
                misplaced,
                "applies_to",
                place,
                "the case form applies to the case",
            );
            let computed = attribute.computed.is_some();
            self.wrong_if(
                computed,
                "computed",
                place,
                "a field of the case form is answered",
            );
            return;
        }
        let nowhere = attribute.applies_to.is_empty();
        self.wrong_if(nowhere, "applies_to", place, "it applies to no label");
        for label in &attribute.applies_to {
            if self.protocol.label(label).is_none() {
                self.fault("applies_to", place, format!("there is no label {label}"));
            }
        }
    }

    /// A case form says whether the case has findings.
    fn result(&mut self) {
        let place = format!("case_form {RESULT_FIELD}");
        match self.protocol.result_field() {
            None if self.protocol.case_form.is_empty() => {}
            None => self.fault("result", "protocol", "the case form has no field result"),
            Some(field) => {
                let fits = field.kind == AttributeKind::Code
                    && field.choice(RESULT_POSITIVE).is_some()
                    && field.choice(RESULT_NEGATIVE).is_some();
                let why = "result is a code with result-finding and result-none";
                self.wrong_if(!fits, "result", &place, why);
                let hidden = field.show_if.is_some();
                self.wrong_if(hidden, "result", &place, "result is always asked");
                self.wrong_if(!field.required, "result", &place, "result is required");
            }
        }
    }

    fn rest(&mut self) {
        let protocol = self.protocol;
        let layout = protocol.display.layout.split_once('x');
        let is_count = |text: &str| matches!(text.parse::<u8>(), Ok(1..=8));
        let fits = layout.is_some_and(|(rows, columns)| is_count(rows) && is_count(columns));
        self.wrong_if(
            !fits,
            "layout",
            "display",
            "a layout is rows x columns, such as 2x2",
        );
        for window in &protocol.display.windows {
            self.text("display", "window", &window.name);
            let fits = window.center.is_finite() && window.width.is_finite() && window.width > 0.0;
            self.wrong_if(
                !fits,
                "window",
                "display",
                "a window has a centre and a width",
            );
        }
        for instruction in &protocol.instructions {
            let place = format!("instruction {}", instruction.applies_to);
            self.text(&place, "text", &instruction.text);
            let known = protocol.label(&instruction.applies_to).is_some();
            self.wrong_if(!known, "instruction", &place, "there is no such label");
        }
        if let Some(timing) = &protocol.timing {
            let fits = timing.idle_cut_s > 0.0
                && (0.0..=1.0).contains(&timing.repeat_fraction)
                && timing.repeat_gap_days >= 0.0;
            self.wrong_if(!fits, "timing", "timing", "a number is out of its range");
        }
    }

    fn tolerance(&mut self, tolerance: &Tolerance) {
        match tolerance {
            Tolerance::Label {
                label,
                pairing,
                threshold,
                agree_threshold,
                ..
            } => {
                let name = label.as_ref().map_or("*", LabelId::as_str);
                let place = format!("tolerance {name}");
                let known = label
                    .as_ref()
                    .is_none_or(|id| self.protocol.label(id).is_some());
                self.wrong_if(!known, "tolerance", &place, "there is no such label");
                let missing = *pairing != Pairing::Class && threshold.is_none();
                self.wrong_if(missing, "tolerance", &place, "this match needs a threshold");
                let negative = [threshold, agree_threshold]
                    .into_iter()
                    .flatten()
                    .any(|value| !value.is_finite() || *value < 0.0);
                self.wrong_if(negative, "tolerance", &place, "a threshold is not negative");
            }
            Tolerance::Attribute {
                attribute,
                max_difference,
            } => {
                let place = format!("tolerance {attribute}");
                let known = self.is_asked(attribute.as_str());
                self.wrong_if(!known, "tolerance", &place, "there is no such attribute");
                let negative = !max_difference.is_finite() || *max_difference < 0.0;
                self.wrong_if(
                    negative,
                    "tolerance",
                    &place,
                    "a difference is not negative",
                );
            }
        }
    }

    fn target(&mut self, target: &Target) {
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
            "there is no such label or attribute",
        );
        if !STATISTICS.contains(&target.statistic.as_str()) {
            let why = format!("{} is none of {}", target.statistic, STATISTICS.join(", "));
            self.fault("statistic", &place, why);
        }
        self.wrong_if(
            !target.value.is_finite(),
            "target",
            &place,
            "the value is no number",
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

    fn id(&mut self, place: &str, id: &str) {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = !id.is_empty()
            && id.len() <= LONGEST_ID
            && id
                .bytes()
                .all(|byte| allowed(byte) || byte == b'-' || byte == b'_')
            && id.bytes().next().is_some_and(allowed);
        let why = "an id has small letters, digits, - and _, at most 64";
        self.wrong_if(!fits, "id", place, why);
    }

    fn text(&mut self, place: &str, what: &str, text: &Text) {
        if text.ja.trim().is_empty() || text.en.trim().is_empty() {
            self.fault(
                "language",
                place,
                format!("{what}: both languages are needed"),
            );
        }
    }
}
