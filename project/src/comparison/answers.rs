//! Answers side by side, and whether they are within the protocol's tolerance.

use std::collections::{BTreeMap, BTreeSet};

use annotation_format::protocol::{RESULT_NEGATIVE, RESULT_POSITIVE};
use annotation_format::{Attribute, AttributeKind, Finding, Protocol, Value, measure};
use serde_json::json;

use super::pairing::Group;
use super::{AnswerRow, FormRow, Material, Reading, letter};

/// A value as plain JSON.
fn plain(value: Option<&Value>) -> serde_json::Value {
    match value {
        None => serde_json::Value::Null,
        Some(Value::Bool(value)) => json!(value),
        Some(Value::Integer(value)) => json!(value),
        Some(Value::Decimal(value)) => json!(value),
        Some(Value::Text(text) | Value::Code(text) | Value::Date(text)) => json!(text),
        Some(Value::Codes(codes)) => json!(codes),
    }
}

/// A value as text, for tables; sets of choices and free text have none.
pub(crate) fn answer_text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Integer(value) => Some(value.to_string()),
        Value::Decimal(value) => Some(value.to_string()),
        Value::Code(id) => Some(id.clone()),
        Value::Codes(_) | Value::Text(_) | Value::Date(_) => None,
    }
}

/// A number behind an answer, for differences: ranks of ordinal choices count as steps.
fn number(attribute: &Attribute, value: &Value) -> Option<f64> {
    match value {
        Value::Integer(value) => Some(*value as f64),
        Value::Decimal(value) => Some(*value),
        Value::Code(id) if attribute.kind == AttributeKind::Ordinal => {
            attribute.rank(id).map(|rank| rank as f64)
        }
        _ => None,
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Codes(a), Value::Codes(b)) => {
            a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>()
        }
        _ => a == b,
    }
}

/// Whether answers are equal, and whether every two of them are within tolerance.
fn judge(attribute: &Attribute, answers: &[Option<&Value>], max_difference: f64) -> (bool, bool) {
    let mut equal = true;
    let mut within = true;
    for (place, one) in answers.iter().enumerate() {
        for other in answers.iter().skip(place + 1) {
            match (one, other) {
                (None, None) => {}
                (Some(one), Some(other)) => {
                    let is_same = same(one, other);
                    let near = match (number(attribute, one), number(attribute, other)) {
                        // A hair above the limit is rounding.
                        (Some(a), Some(b)) => (a - b).abs() <= max_difference + 1e-9,
                        _ => is_same,
                    };
                    equal &= is_same;
                    within &= near;
                }
                _ => {
                    equal = false;
                    within = false;
                }
            }
        }
    }
    (equal, within)
}

/// Answers of the members of a group, computed ones included.
pub(super) fn answer_rows(material: &Material, group: &Group) -> Vec<AnswerRow> {
    let Some(first) = group.first() else {
        return Vec::new();
    };
    let label = first.label.clone();
    let mut rows = Vec::new();
    for attribute in material.protocol.attributes_of(&label) {
        let values: Vec<Option<Value>> = group
            .members
            .iter()
            .zip(&material.readings)
            .map(|(member, reading)| answer(material, reading, member.as_ref()?, attribute))
            .collect();
        let present: Vec<Option<&Value>> = group
            .present()
            .map(|(place, _)| values.get(place).and_then(Option::as_ref))
            .collect();
        let max_difference = material
            .protocol
            .tolerance_of_attribute(attribute.id.as_str());
        let (equal, within_tolerance) = judge(attribute, &present, max_difference);
        rows.push(AnswerRow {
            name: attribute.id.clone(),
            answers: by_letter(values.iter().map(Option::as_ref)),
            equal,
            within_tolerance,
        });
    }
    rows
}

pub(super) fn answer(
    material: &Material,
    reading: &Reading,
    finding: &Finding,
    attribute: &Attribute,
) -> Option<Value> {
    let shown = reading.document.attributes_shown(finding);
    if !shown.iter().any(|asked| asked.id == attribute.id) {
        return None;
    }
    if attribute.computed.is_some() {
        let grid = material.grids.get(&finding.series)?;
        return measure::computed(attribute, finding, grid, None);
    }
    finding.attributes.get(&attribute.id).cloned()
}

fn by_letter<'a>(
    values: impl Iterator<Item = Option<&'a Value>>,
) -> BTreeMap<String, serde_json::Value> {
    values
        .enumerate()
        .map(|(place, value)| (letter(place), plain(value)))
        .collect()
}

/// Whether a difference in this attribute keeps a row from agreeing: required answers count, free
/// text does not; what is computed from geometry counts where the protocol sets a tolerance.
pub(super) fn counts(protocol: &Protocol, attribute: &Attribute) -> bool {
    if attribute.kind == AttributeKind::Text {
        return false;
    }
    if attribute.computed.is_some() {
        return protocol.tolerance_of_attribute(attribute.id.as_str()) > 0.0;
    }
    attribute.required
}

/// The case form of all readings.
pub(super) fn form_rows(protocol: &Protocol, readings: &[Reading]) -> Vec<FormRow> {
    let mut rows = Vec::new();
    for field in &protocol.case_form {
        let id = field.field_id();
        let values: Vec<Option<&Value>> = readings
            .iter()
            .map(|reading| reading.document.form().get(&id))
            .collect();
        let max_difference = protocol.tolerance_of_attribute(field.id.as_str());
        let (equal, within_tolerance) = judge(field, &values, max_difference);
        let is_result = protocol
            .result_field()
            .is_some_and(|result| result.id == field.id);
        let needs_decision = !within_tolerance
            && counts(protocol, field)
            && !(is_result && follows_findings(&values));
        rows.push(FormRow {
            id: format!("form:{id}"),
            name: id,
            answers: by_letter(values.into_iter()),
            equal,
            within_tolerance,
            needs_decision,
            decision: None,
        });
    }
    rows
}

/// The result of the case follows from the decisions on findings, unless somebody said something
/// else than yes or no.
fn follows_findings(values: &[Option<&Value>]) -> bool {
    values.iter().all(|value| match value {
        Some(Value::Code(id)) => id == RESULT_POSITIVE || id == RESULT_NEGATIVE,
        _ => false,
    })
}
