//! The agreement of a project's compared cases.

use super::project_tiles::tiles;
use super::{Chosen, Confusion, Difference, Differences, Group, Row, Spot, View};
use crate::language::Words;
use agreement::report::Bilingual;
use agreement::{
    RatingOptions, RatingResult, RatingTable, Scale, agree_ratings, bland_altman,
    bland_altman_repeated,
};
use annotation_format::{Attribute, AttributeKind, Protocol};
use project::{CaseId, Comparison, FindingRow};
use std::collections::BTreeMap;

/// Id of the matrix of labels among the fields.
pub(super) const LABELS: &str = "";

/// A row of a comparison with its case.
pub(super) struct Found<'a> {
    pub(super) case: &'a Comparison,
    pub(super) row: &'a FindingRow,
}

impl Found<'_> {
    pub(super) fn has(&self, letter: &str) -> bool {
        self.row.members.get(letter).is_some_and(Option::is_some)
    }

    pub(super) fn is_matched(&self) -> bool {
        self.has("a") && self.has("b")
    }

    pub(super) fn volume_ml(&self, letter: &str) -> Option<f64> {
        self.row.volumes_ml.get(letter).copied().flatten()
    }

    /// The answer of a reader to a field, as its text.
    fn answer(&self, field: &str, letter: &str) -> Option<String> {
        let answers = self.row.attributes.iter();
        let row = answers.into_iter().find(|row| row.name.as_str() == field)?;
        match row.answers.get(letter)? {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// What the screen shows of compared cases.
#[must_use]
pub fn of_project(
    words: &Words,
    protocol: &Protocol,
    compared: &[Comparison],
    chosen: &Chosen,
) -> View {
    let all: Vec<Found<'_>> = compared
        .iter()
        .flat_map(|case| case.findings.iter().map(move |row| Found { case, row }))
        .filter(|found| found.has("a") || found.has("b"))
        .collect();
    let labels = protocol
        .labels
        .iter()
        .filter(|label| all.iter().any(|found| found.row.label == label.id))
        .map(|label| {
            (
                label.id.to_string(),
                label.name.get(words.code()).to_owned(),
            )
        })
        .collect();
    let wanted = |found: &&Found<'_>| {
        let label = chosen.label.as_deref();
        label.is_none_or(|label| found.row.label.as_str() == label)
    };
    let found: Vec<&Found<'_>> = all.iter().filter(wanted).collect();
    let fields = fields(words, protocol, &found);
    let is_there = |id: &&String| fields.iter().any(|(known, _)| known == *id);
    let first = fields.get(1).or(fields.first());
    let field = chosen.field.as_ref().filter(is_there).cloned();
    let field = field.unwrap_or_else(|| first.map_or_else(String::new, |(id, _)| id.clone()));
    let categories = Categories::of(words, protocol, &field, &found);
    let (rows, places) = rows(words, protocol, &found, &categories);
    let (n_a, n_b) = (count(&found, "a"), count(&found, "b"));
    let mut warnings = Vec::new();
    let tiles = tiles(words, compared, &found, &categories, &mut warnings);
    View {
        summary: words.f(
            "agreement-summary",
            &[
                ("cases", compared.len().into()),
                ("a", n_a.into()),
                ("b", n_b.into()),
            ],
        ),
        labels,
        tiles,
        warnings,
        confusion: Some(categories.confusion(&found)),
        differences: Some(differences(&found, &places)),
        pairs: None,
        dice: values(&found, |found| found.row.dice),
        groups: groups(words, protocol, &found),
        rows,
        fields,
        field,
    }
}

pub(super) fn count(found: &[&Found<'_>], letter: &str) -> usize {
    found.iter().filter(|found| found.has(letter)).count()
}

/// One figure of every finding that both have.
pub(super) fn values(found: &[&Found<'_>], of: impl Fn(&Found<'_>) -> Option<f64>) -> Vec<f64> {
    let matched = found.iter().filter(|found| found.is_matched());
    matched.filter_map(|found| of(found)).collect()
}

/// Labels, and every attribute with categories that was answered.
fn fields(words: &Words, protocol: &Protocol, found: &[&Found<'_>]) -> Vec<(String, String)> {
    let is_answered = |attribute: &&Attribute| {
        let is_named = matches!(
            attribute.kind,
            AttributeKind::Code | AttributeKind::Ordinal | AttributeKind::Bool
        );
        let id = attribute.id.as_str();
        is_named
            && found
                .iter()
                .any(|found| found.answer(id, "a").is_some() || found.answer(id, "b").is_some())
    };
    let attributes = protocol.attributes.iter().filter(is_answered);
    let named = attributes.map(|a| (a.id.to_string(), a.name.get(words.code()).to_owned()));
    let labels = (LABELS.to_owned(), words.t("agreement-label"));
    std::iter::once(labels).chain(named).collect()
}

/// The categories of a field, and "none" for a reader who has no such finding.
pub(super) struct Categories {
    pub(super) field: String,
    ids: Vec<String>,
    names: Vec<String>,
    pub(super) is_ordinal: bool,
}

impl Categories {
    fn of(words: &Words, protocol: &Protocol, field: &str, found: &[&Found<'_>]) -> Self {
        let attribute = protocol.attributes.iter().find(|a| a.id.as_str() == field);
        let named: Vec<(String, String)> = match attribute {
            None => protocol
                .labels
                .iter()
                .filter(|label| found.iter().any(|found| found.row.label == label.id))
                .map(|label| {
                    (
                        label.id.to_string(),
                        label.name.get(words.code()).to_owned(),
                    )
                })
                .collect(),
            Some(attribute) if attribute.kind == AttributeKind::Bool => {
                let named = |id: &str, key: &str| (id.to_owned(), words.t(key));
                vec![named("false", "no"), named("true", "yes")]
            }
            Some(attribute) => attribute
                .values
                .iter()
                .map(|choice| (choice.id.clone(), choice.name.get(words.code()).to_owned()))
                .collect(),
        };
        let (ids, names) = named.into_iter().unzip();
        Self {
            field: field.to_owned(),
            ids,
            names,
            is_ordinal: attribute.is_some_and(|a| a.kind == AttributeKind::Ordinal),
        }
    }

    /// The category of a reader's finding: beyond the last where there is no such finding, `None` where
    /// nothing was answered.
    fn place(&self, found: &Found<'_>, letter: &str) -> Option<usize> {
        if !found.has(letter) {
            return Some(self.ids.len());
        }
        let said = if self.field == LABELS {
            found.row.label.to_string()
        } else {
            found.answer(&self.field, letter)?
        };
        self.ids.iter().position(|id| *id == said)
    }

    fn cell(&self, found: &Found<'_>) -> Option<[usize; 2]> {
        Some([self.place(found, "a")?, self.place(found, "b")?])
    }

    fn confusion(&self, found: &[&Found<'_>]) -> Confusion {
        let n = self.ids.len() + 1;
        let mut counts = vec![vec![0; n]; n];
        for [a, b] in found.iter().filter_map(|found| self.cell(found)) {
            counts[a][b] += 1; // places are at most the number of categories
        }
        Confusion {
            names: self.names.clone(),
            counts,
            has_none: true,
        }
    }

    /// Ratings of matched findings by these readers; their names are the letters.
    pub(super) fn ratings(&self, found: &[&Found<'_>], letters: &[String]) -> Option<RatingResult> {
        let rated = |found: &&&Found<'_>| found.is_matched();
        let (items, rows) = found
            .iter()
            .filter(rated)
            .map(|found| {
                let said = letters.iter().map(|letter| {
                    let place = self.place(found, letter)?;
                    self.ids.get(place).cloned()
                });
                (found.row.id.clone(), said.collect())
            })
            .unzip();
        let cases = found.iter().filter(rated);
        let table = RatingTable {
            readers: letters.to_vec(),
            items,
            rows,
            cases: Some(cases.map(|found| found.case.case.to_string()).collect()),
        };
        let scale = if self.is_ordinal {
            Scale::Ordinal
        } else {
            Scale::Nominal
        };
        let options = RatingOptions {
            scale,
            categories: Some(self.ids.clone()),
            category_names: Some(
                self.names
                    .iter()
                    .map(|name| Bilingual::same(name))
                    .collect(),
            ),
            ..RatingOptions::default()
        };
        agree_ratings(&table, &options).ok()
    }
}

/// Differences of volumes: mm³ where the volumes are small, else ml.
fn differences(found: &[&Found<'_>], places: &[Option<usize>]) -> Differences {
    let matched: Vec<([f64; 2], &Found<'_>, Option<usize>)> = found
        .iter()
        .zip(places)
        .filter(|(found, _)| found.is_matched())
        .filter_map(|(found, place)| {
            let pair = [found.volume_ml("a")?, found.volume_ml("b")?];
            Some((pair, *found, *place))
        })
        .collect();
    let largest = matched
        .iter()
        .flat_map(|(pair, ..)| pair)
        .copied()
        .fold(0.0, f64::max);
    let (factor, unit) = if largest < 10.0 {
        (1000.0, "mm³")
    } else {
        (1.0, "ml")
    };
    let mut subjects: BTreeMap<&CaseId, Vec<[f64; 2]>> = BTreeMap::new();
    let mut points = Vec::with_capacity(matched.len());
    for (pair, found, place) in &matched {
        let [a, b] = pair.map(|ml| ml * factor);
        let of_case = subjects.entry(&found.case.case).or_default();
        of_case.push([a, b]);
        points.push(([(a + b) / 2.0, a - b], *place));
    }
    Differences {
        unit: unit.to_owned(),
        points,
        lines: limits_of_agreement(&subjects.into_values().collect::<Vec<_>>()),
    }
}

/// Lower limit, bias and upper limit. Findings of one case resemble each other: where a case has several,
/// the limits are those of repeated measurements.
fn limits_of_agreement(cases: &[Vec<[f64; 2]>]) -> Option<[f64; 3]> {
    let repeated = bland_altman_repeated(cases);
    if let (Some(low), Some(bias), Some(high)) =
        (repeated.loa_low, repeated.bias, repeated.loa_high)
    {
        return Some([low, bias, high]);
    }
    let once = bland_altman(&cases.concat());
    Some([once.loa_low?, once.bias?, once.loa_high?])
}

fn groups(words: &Words, protocol: &Protocol, found: &[&Found<'_>]) -> Vec<Group> {
    let of_label = |label: &annotation_format::Label| {
        let own: Vec<&Found<'_>> = found
            .iter()
            .copied()
            .filter(|found| found.row.label == label.id)
            .collect();
        Group {
            name: label.name.get(words.code()).to_owned(),
            values: values(&own, |found| found.row.dice),
        }
    };
    let all = protocol.labels.iter().map(of_label);
    all.filter(|group| !group.values.is_empty()).collect()
}

/// The list, least agreement first, and for each finding its place in it.
fn rows(
    words: &Words,
    protocol: &Protocol,
    found: &[&Found<'_>],
    categories: &Categories,
) -> (Vec<Row>, Vec<Option<usize>>) {
    // what only one reader has comes before what both have
    let rank = |found: &Found<'_>| match (found.is_matched(), found.row.agreed) {
        (false, _) => 0.0,
        (true, agreed) => found.row.dice.unwrap_or(0.999) + f64::from(u8::from(agreed)),
    };
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by(|a, b| rank(found[*a]).total_cmp(&rank(found[*b])));
    let mut places = vec![None; found.len()];
    let rows = order
        .iter()
        .enumerate()
        .map(|(place, &index)| {
            places[index] = Some(place);
            row(words, protocol, found[index], categories)
        })
        .collect();
    (rows, places)
}

fn row(words: &Words, protocol: &Protocol, found: &Found<'_>, categories: &Categories) -> Row {
    let label = protocol.label(&found.row.label);
    let label = label.map_or_else(String::new, |label| label.name.get(words.code()).to_owned());
    let cell = categories.cell(found);
    let name = |place: usize| categories.names.get(place);
    let label = match cell.map(|cell| cell.map(name)) {
        Some([Some(a), Some(b)]) if a != b => format!("{a} / {b}"),
        Some([Some(a), _] | [_, Some(a)]) if categories.field != LABELS => format!("{label}・{a}"),
        _ => label,
    };
    let volume = |letter: &str| {
        let ml = found.volume_ml(letter);
        ml.map_or_else(
            || "—".to_owned(),
            |ml| {
                if ml < 10.0 {
                    format!("{:.0} mm³", ml * 1000.0)
                } else {
                    format!("{ml:.1} ml")
                }
            },
        )
    };
    let number = |letter: &str| found.row.numbers.get(letter).map(ToString::to_string);
    let finding = match (number("a"), number("b")) {
        (Some(a), Some(b)) if a == b => format!("F{a}"),
        (Some(a), Some(b)) => format!("F{a} / F{b}"),
        (Some(one), None) | (None, Some(one)) => format!("F{one}"),
        (None, None) => String::new(),
    };
    Row {
        case: crate::desk::case_number_text(found.case.number),
        finding,
        label,
        a: volume("a"),
        b: volume("b"),
        dice: found.row.dice.filter(|_| found.is_matched()),
        hd95_mm: found.row.hd95_mm.filter(|_| found.is_matched()),
        difference: difference(found),
        cell,
        spot: Some(Spot {
            case: found.case.case.to_string(),
            row: found.row.id.clone(),
        }),
    }
}

/// How the readers differ; `None` within the protocol's tolerance.
fn difference(found: &Found<'_>) -> Option<Difference> {
    match (found.has("a"), found.has("b")) {
        (true, false) => return Some(Difference::OnlyA),
        (false, true) => return Some(Difference::OnlyB),
        _ => {}
    }
    if found.row.agreed {
        return None;
    }
    let answers = found.row.attributes.iter().any(|row| !row.within_tolerance);
    // what is not within tolerance and has equal answers differs in its shape
    let shape = !answers || found.row.dice.is_some_and(|dice| dice < 0.7);
    Some(match (shape, answers) {
        (true, true) => Difference::ShapeAndAnswer,
        (false, true) => Difference::Answer,
        _ => Difference::Shape,
    })
}
