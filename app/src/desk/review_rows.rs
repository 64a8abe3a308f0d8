//! A comparison in the words of the adjudication screen.

use super::review_work::Compared;
use crate::court::{AttributeRow, LabelRow, Opening, Row, Side, UNANSWERED};
use crate::language::Words;
use crate::screens::reading::value_text;
use annotation_format::{Attribute, Document, Finding, Protocol, ShapeKind, Value};
use project::{Comparison, FindingRow, Reading};
use std::collections::BTreeMap;
use std::sync::Arc;
use voxel::VoxelPoint;

pub(super) fn opening_of(words: &Words, compared: &Compared, study: String) -> Opening {
    let Compared {
        comparison,
        readings,
        ..
    } = compared;
    let protocol = readings.first().map_or_else(
        || Arc::new(Protocol::builtin().clone()),
        |reading| reading.document.protocol().clone(),
    );
    let mut rows: Vec<Row> = comparison
        .findings
        .iter()
        .enumerate()
        .map(|(index, row)| row_of(words, &protocol, index, row, readings))
        .collect();
    rows.extend(
        comparison
            .case_form
            .iter()
            .filter(|row| row.needs_decision)
            .map(|row| {
                let attribute = protocol
                    .case_form
                    .iter()
                    .find(|field| field.id.as_str() == row.name.as_str());
                Row {
                    id: row.id.clone(),
                    name: attribute.map_or_else(
                        || row.name.to_string(),
                        |field| field.name.get(words.code()).to_owned(),
                    ),
                    series: rows_series(comparison),
                    a: Some(Side::default()),
                    b: Some(Side::default()),
                    dice: None,
                    hd95_mm: None,
                    alone: None,
                    attributes: attribute
                        .map(|field| answers_of(words, field, &row.answers))
                        .into_iter()
                        .collect(),
                    is_agreed: false,
                    is_label_different: false,
                    is_shape_different: false,
                    decided: row
                        .decision
                        .as_ref()
                        .map(|decision| decision.decision.clone()),
                }
            }),
    );
    Opening {
        case: comparison.case.to_string(),
        number: super::case_number_text(comparison.number),
        study,
        labels: comparison
            .labels
            .iter()
            .filter(|row| row.n_findings_a + row.n_findings_b > 0)
            .map(|row| label_row(words, &protocol, row))
            .collect(),
        rows,
        protocol,
    }
}

fn rows_series(comparison: &Comparison) -> String {
    comparison
        .findings
        .first()
        .map_or_else(String::new, |row| row.series.clone())
}

fn label_name(words: &Words, protocol: &Protocol, id: &str) -> String {
    protocol
        .labels
        .iter()
        .find(|label| label.id.as_str() == id)
        .map_or_else(
            || id.to_owned(),
            |label| label.name.get(words.code()).to_owned(),
        )
}

fn label_row(words: &Words, protocol: &Protocol, row: &project::LabelRow) -> LabelRow {
    LabelRow {
        name: label_name(words, protocol, &row.label),
        dice: row.dice,
        iou: row.iou,
        voxel_kappa: row.voxel_kappa,
        hd95_mm: row.hd95_mm,
        volumes_ml: [row.volume_a_ml, row.volume_b_ml],
    }
}

fn row_of(
    words: &Words,
    protocol: &Protocol,
    index: usize,
    row: &FindingRow,
    readings: &[Reading],
) -> Row {
    let side = |letter: &str| {
        let reading = readings.iter().find(|reading| reading.letter == letter)?;
        let id = row.members.get(letter)?.as_ref()?;
        let finding = reading.document.finding(id)?;
        let volume = row
            .volumes_ml
            .get(letter)
            .copied()
            .flatten()
            .map(|ml| ml * 1000.0);
        Some(side_of(words, &reading.document, finding, volume))
    };
    let (a, b) = (side("a"), side("b"));
    let masks = [&a, &b].map(|side| side.as_ref().and_then(|side| side.mask.as_ref()));
    let alone = match masks {
        [Some(a), Some(b)] if a.size() == b.size() => {
            let both = a.intersection_count(b);
            Some([a, b].map(|mask| mask.count() - both))
        }
        _ => None,
    };
    let is_label_different = matches!((&a, &b), (Some(a), Some(b)) if a.label != b.label);
    let attributes = row
        .attributes
        .iter()
        .filter_map(|answer| {
            let attribute = protocol
                .attributes
                .iter()
                .find(|attribute| attribute.id == answer.name)?;
            Some(answers_of(words, attribute, &answer.answers))
        })
        .collect::<Vec<_>>();
    let attributes_agree = row.attributes.iter().all(|answer| answer.within_tolerance);
    Row {
        id: row.id.clone(),
        name: format!("F{}", index + 1),
        series: row.series.clone(),
        is_shape_different: !row.agreed
            && a.is_some()
            && b.is_some()
            && (attributes_agree || row.dice.is_some_and(|dice| dice < 0.75)),
        a,
        b,
        dice: row.dice,
        hd95_mm: row.hd95_mm,
        alone,
        attributes,
        is_agreed: row.agreed,
        is_label_different,
        decided: row
            .decision
            .as_ref()
            .map(|decision| words.t(decision_key(&decision.decision))),
    }
}

/// The key of a stored decision's word.
fn decision_key(decision: &str) -> &'static str {
    match decision {
        "a" => "adjudication-take-a",
        "b" => "adjudication-take-b",
        "intersection" => "adjudication-and",
        "union" => "adjudication-or",
        "none" => "adjudication-reject",
        "unresolved" => "adjudication-unresolved",
        _ => "adjudication-decided",
    }
}

fn side_of(words: &Words, document: &Document, finding: &Finding, volume_mm3: Option<f64>) -> Side {
    Side {
        label: label_name(words, document.protocol(), finding.label.as_str()),
        mask: finding.mask.clone(),
        volume_mm3,
        point: finding.shapes.iter().find_map(|shape| middle(&shape.kind)),
        comment: finding.comment.clone(),
    }
}

fn middle(kind: &ShapeKind) -> Option<VoxelPoint> {
    match kind {
        ShapeKind::Point(point) => Some(*point),
        ShapeKind::Box2d {
            plane_axis,
            index,
            min,
            max,
        } => {
            let at = [(min[0] + max[0]) / 2.0, (min[1] + max[1]) / 2.0];
            let through = *index as f64;
            Some(VoxelPoint(match plane_axis {
                0 => [through, at[0], at[1]],
                1 => [at[0], through, at[1]],
                _ => [at[0], at[1], through],
            }))
        }
        _ => None,
    }
}

fn answers_of(
    words: &Words,
    attribute: &Attribute,
    answers: &BTreeMap<String, serde_json::Value>,
) -> AttributeRow {
    let text = |letter: &str| {
        let value = answers.get(letter).filter(|value| !value.is_null());
        value.map_or_else(
            || UNANSWERED.to_owned(),
            |value| answer_text(words, attribute, value),
        )
    };
    AttributeRow {
        name: attribute.name.get(words.code()).to_owned(),
        a: text("a"),
        b: text("b"),
    }
}

/// A stored answer in words: codes by their names, numbers with their unit.
fn answer_text(words: &Words, attribute: &Attribute, value: &serde_json::Value) -> String {
    let plain = match value {
        serde_json::Value::String(code) => Some(Value::Code(code.clone())),
        serde_json::Value::Array(codes) => Some(Value::Codes(
            codes
                .iter()
                .filter_map(|code| code.as_str().map(str::to_owned))
                .collect(),
        )),
        serde_json::Value::Bool(on) => Some(Value::Bool(*on)),
        serde_json::Value::Number(number) => number.as_f64().map(Value::Decimal),
        _ => None,
    };
    let text = value_text(attribute, plain.as_ref(), words.code());
    match &attribute.unit {
        Some(unit) => format!("{text} {}", unit.sign(words.code()))
            .trim_end()
            .to_owned(),
        None => text,
    }
}
