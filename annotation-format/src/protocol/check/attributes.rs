//! Attributes of findings and fields of the case form.

use std::collections::BTreeSet;

use super::{Checker, no_label};
use crate::protocol::{
    Attribute, AttributeKind, Computed, RESULT_FIELD, RESULT_NEGATIVE, RESULT_POSITIVE,
};
use voxel::Phrase;

impl Checker<'_> {
    pub(super) fn attributes(&mut self, table: &'static str, attributes: &[Attribute]) {
        let mut above: Vec<&Attribute> = Vec::new();
        for attribute in attributes {
            let place = format!("{table} {}", attribute.id);
            self.id(&place, attribute.id.as_str());
            self.text(&place, "name", &attribute.name);
            let twice = above.iter().any(|other| other.id == attribute.id);
            self.wrong_if(
                twice,
                "duplicate_id",
                &place,
                Phrase::new("protocol-id-twice", "this id is there twice"),
            );
            self.values(&place, attribute);
            self.numbers(&place, attribute);
            self.condition(&place, attribute, &above);
            self.applies_to(table, &place, attribute);
            let both = attribute.required && attribute.computed.is_some();
            self.wrong_if(
                both,
                "computed",
                &place,
                Phrase::new(
                    "protocol-required-and-computed",
                    "either required or computed",
                ),
            );
            above.push(attribute);
        }
    }

    fn values(&mut self, place: &str, attribute: &Attribute) {
        use AttributeKind::{Code, Codes, Ordinal};
        let chosen = matches!(attribute.kind, Code | Codes | Ordinal);
        let few = chosen && attribute.values.len() < 2;
        self.wrong_if(
            few,
            "values",
            place,
            Phrase::new("protocol-few-values", "at least two values"),
        );
        let unasked = !chosen && !attribute.values.is_empty();
        self.wrong_if(
            unasked,
            "values",
            place,
            Phrase::new("protocol-values-unasked", "this type has no values"),
        );
        let ids: BTreeSet<&str> = attribute.values.iter().map(|v| v.id.as_str()).collect();
        let twice = ids.len() != attribute.values.len();
        self.wrong_if(
            twice,
            "values",
            place,
            Phrase::new("protocol-value-twice", "a value is there twice"),
        );
    }

    fn numbers(&mut self, place: &str, attribute: &Attribute) {
        let kind = attribute.kind;
        let number = matches!(kind, AttributeKind::Decimal | AttributeKind::Integer);
        let range_fits = attribute
            .range
            .is_none_or(|[min, max]| min.is_finite() && max.is_finite() && min < max);
        self.wrong_if(
            !range_fits,
            "range",
            place,
            Phrase::new("protocol-range-form", "a range is [less, more]"),
        );
        if kind == AttributeKind::Decimal {
            self.wrong_if(
                attribute.unit.is_none(),
                "unit",
                place,
                Phrase::new("protocol-decimal-unit", "a decimal has a unit"),
            );
            self.wrong_if(
                attribute.range.is_none(),
                "range",
                place,
                Phrase::new("protocol-decimal-range", "a decimal has a range"),
            );
        }
        let misplaced = !number && (attribute.unit.is_some() || attribute.range.is_some());
        self.wrong_if(
            misplaced,
            "range",
            place,
            Phrase::new(
                "protocol-range-misplaced",
                "only numbers have a unit and a range",
            ),
        );
        let decimals = attribute.decimals;
        let misplaced = decimals.is_some() && kind != AttributeKind::Decimal;
        self.wrong_if(
            misplaced,
            "decimals",
            place,
            Phrase::new("protocol-decimals-misplaced", "only decimals have decimals"),
        );
        let many = decimals.is_some_and(|count| count > 9);
        self.wrong_if(
            many,
            "decimals",
            place,
            Phrase::new("protocol-decimals-many", "at most 9 decimals"),
        );
        let untyped = attribute.computed.is_some() && kind != AttributeKind::Decimal;
        self.wrong_if(
            untyped,
            "computed",
            place,
            Phrase::new("protocol-computed-decimal", "what is computed is a decimal"),
        );
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
            let units = wanted.join(", ");
            let why = Phrase::new("protocol-unit", format!("its unit is one of {units}"));
            self.fault("unit", place, why.with("units", units));
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
                    Phrase::new(
                        "protocol-condition-elsewhere",
                        format!("{name} is not asked of all its labels"),
                    )
                    .with("name", name),
                );
            }
            if asked.is_some_and(|other| other.computed.is_some()) {
                self.fault(
                    "show_if",
                    place,
                    Phrase::new(
                        "protocol-condition-computed",
                        format!("{name} is computed, not answered"),
                    )
                    .with("name", name),
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
                Phrase::new("protocol-form-applies", "the case form applies to the case"),
            );
            let computed = attribute.computed.is_some();
            self.wrong_if(
                computed,
                "computed",
                place,
                Phrase::new(
                    "protocol-form-computed",
                    "a field of the case form is answered",
                ),
            );
            return;
        }
        let nowhere = attribute.applies_to.is_empty();
        self.wrong_if(
            nowhere,
            "applies_to",
            place,
            Phrase::new("protocol-applies-nowhere", "it applies to no label"),
        );
        for label in &attribute.applies_to {
            if self.protocol.label(label).is_none() {
                self.fault("applies_to", place, no_label(label));
            }
        }
    }

    /// A case form says whether the case has findings.
    pub(super) fn result(&mut self) {
        let place = format!("case_form {RESULT_FIELD}");
        match self.protocol.result_field() {
            None if self.protocol.case_form.is_empty() => {}
            None => self.fault(
                "result",
                "protocol",
                Phrase::new(
                    "protocol-result-absent",
                    "the case form has no field result",
                ),
            ),
            Some(field) => {
                let fits = field.kind == AttributeKind::Code
                    && field.choice(RESULT_POSITIVE).is_some()
                    && field.choice(RESULT_NEGATIVE).is_some();
                let why = Phrase::new(
                    "protocol-result-form",
                    "result is a code with result-finding and result-none",
                );
                self.wrong_if(!fits, "result", &place, why);
                let hidden = field.show_if.is_some();
                self.wrong_if(
                    hidden,
                    "result",
                    &place,
                    Phrase::new("protocol-result-hidden", "result is always asked"),
                );
                self.wrong_if(
                    !field.required,
                    "result",
                    &place,
                    Phrase::new("protocol-result-optional", "result is required"),
                );
            }
        }
    }
}
