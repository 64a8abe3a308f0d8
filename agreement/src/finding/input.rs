//! The file of `dokuei agree-findings` (golden contract, section 5).

use super::matching::MatchRule;
use crate::Error;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use voxel::Phrase;

/// What the findings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Boxes in two or three dimensions.
    Box,
    /// Points.
    Point,
    /// Label maps, each value one finding.
    Instances,
}

/// One finding of one reader.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FindingEntry {
    /// Name, unique for reader and case.
    pub id: String,
    /// `[lo..., hi...]` in mm.
    #[serde(default)]
    pub box_mm: Vec<f64>,
    /// Place in mm.
    #[serde(default)]
    pub point_mm: Vec<f64>,
    /// Label, if labels matter.
    #[serde(default)]
    pub label: Option<String>,
    /// Confidence of a scored detection.
    #[serde(default)]
    pub score: Option<f64>,
}

/// Findings of one case.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FindingCase {
    /// Name of the case.
    pub case: String,
    /// Findings of each reader (kinds box and point).
    #[serde(default)]
    pub findings: BTreeMap<String, Vec<FindingEntry>>,
    /// Label map of each reader, as a path relative to the file (kind instances).
    #[serde(default)]
    pub instances: BTreeMap<String, String>,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingList {
    /// What the findings are.
    pub kind: FindingKind,
    /// Readers; the first is the reference.
    pub readers: Vec<String>,
    /// When two findings are the same.
    pub rule: MatchRule,
    /// Only findings of one label can be the same.
    pub by_label: bool,
    /// Reference and scored reader of a detection with confidences.
    pub scored: Option<ScoredReaders>,
    /// The cases.
    pub cases: Vec<FindingCase>,
}

/// Who is scored against whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoredReaders {
    /// The reader taken as truth.
    pub reference: String,
    /// The reader with confidences.
    pub scored: String,
}

#[derive(Deserialize)]
struct RawList {
    schema: String,
    kind: FindingKind,
    readers: Vec<String>,
    #[serde(rename = "match")]
    matching: RawMatch,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    scored: Option<String>,
    cases: Vec<FindingCase>,
}

#[derive(Deserialize)]
struct RawMatch {
    #[serde(default)]
    threshold_iou: Option<f64>,
    #[serde(default)]
    threshold_mm: Option<f64>,
    #[serde(default)]
    by_label: bool,
}

impl FindingList {
    /// Reads `dokuei.findings/1`.
    ///
    /// # Errors
    /// [`Error::BadInput`] for broken JSON, another schema, unknown readers, or findings without
    /// the geometry that the kind needs.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let raw: RawList = serde_json::from_str(text).map_err(|error| Error::unparsed(&error))?;
        if raw.schema != "dokuei.findings/1" {
            let why = format!("unknown schema: {}", raw.schema);
            return bad(Phrase::new("findings-schema", why).with("schema", raw.schema));
        }
        if raw.readers.len() < 2 {
            return bad(Phrase::new(
                "findings-few-readers",
                "two readers are needed",
            ));
        }
        let rule = match (
            raw.kind,
            raw.matching.threshold_iou,
            raw.matching.threshold_mm,
        ) {
            (FindingKind::Point, None, Some(mm)) => MatchRule::ThresholdMm(mm),
            (FindingKind::Box | FindingKind::Instances, Some(iou), None) => {
                MatchRule::ThresholdIou(iou)
            }
            _ => {
                return bad(Phrase::new(
                    "findings-threshold",
                    "points need threshold_mm, boxes and instances threshold_iou",
                ));
            }
        };
        let (threshold, most) = match rule {
            MatchRule::ThresholdIou(iou) => (iou, 1.0),
            MatchRule::ThresholdMm(mm) => (mm, f64::MAX),
        };
        if !(0.0..=most).contains(&threshold) {
            let why = format!("the threshold {threshold} is out of range");
            return bad(Phrase::new("findings-threshold-range", why).with("value", threshold));
        }
        let scored = match (raw.reference, raw.scored) {
            (None, None) => None,
            (Some(reference), Some(scored)) => Some(ScoredReaders { reference, scored }),
            _ => {
                return bad(Phrase::new(
                    "findings-scored",
                    "reference and scored belong together",
                ));
            }
        };
        let list = Self {
            kind: raw.kind,
            readers: raw.readers,
            rule,
            by_label: raw.matching.by_label,
            scored,
            cases: raw.cases,
        };
        list.check()?;
        Ok(list)
    }

    fn check(&self) -> Result<(), Error> {
        for (position, reader) in self.readers.iter().enumerate() {
            if self.readers[..position].contains(reader) {
                let why = format!("reader {reader} is named twice");
                return bad(
                    Phrase::new("findings-reader-twice", why).with("reader", reader.as_str())
                );
            }
        }
        if let Some(scored) = &self.scored {
            for reader in [&scored.reference, &scored.scored] {
                if !self.readers.contains(reader) {
                    let why = format!("unknown reader: {reader}");
                    return bad(Phrase::new("findings-reader", why).with("reader", reader.as_str()));
                }
            }
            if self.kind == FindingKind::Instances {
                return bad(Phrase::new(
                    "findings-maps-scored",
                    "label maps have no scores",
                ));
            }
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = self.cases.iter().find(|case| !names.insert(&case.case)) {
            let why = format!("case {} stands there twice", twice.case);
            let said = Phrase::new("findings-case-twice", why);
            return bad(said.with("case", twice.case.as_str()));
        }
        self.cases.iter().try_for_each(|case| self.check_case(case))
    }

    fn check_case(&self, case: &FindingCase) -> Result<(), Error> {
        let name = &case.case;
        if self.kind == FindingKind::Instances {
            return match self
                .readers
                .iter()
                .find(|r| !case.instances.contains_key(*r))
            {
                Some(reader) => {
                    let why = format!("case {name} has no label map of reader {reader}");
                    bad(Phrase::new("findings-no-map", why)
                        .with("case", name.as_str())
                        .with("reader", reader.as_str()))
                }
                None => Ok(()),
            };
        }
        if !case.instances.is_empty() {
            let why = format!("case {name} has label maps, but the kind is not instances");
            return bad(Phrase::new("findings-kind-maps", why).with("case", name.as_str()));
        }
        let mut dimensions = None;
        for (reader, findings) in &case.findings {
            if !self.readers.contains(reader) {
                let why = format!("case {name}: unknown reader {reader}");
                return bad(Phrase::new("findings-case-reader", why)
                    .with("case", name.as_str())
                    .with("reader", reader.as_str()));
            }
            let mut ids = BTreeSet::new();
            if let Some(twice) = findings.iter().find(|finding| !ids.insert(&finding.id)) {
                let why = format!("case {name}: finding {} stands there twice", twice.id);
                return bad(Phrase::new("findings-id-twice", why)
                    .with("case", name.as_str())
                    .with("reader", reader.as_str())
                    .with("finding", twice.id.as_str()));
            }
            let is_scored = self.scored.as_ref().is_some_and(|s| s.scored == *reader);
            for finding in findings {
                let (numbers, lengths): (&[f64], &[usize]) = match self.kind {
                    FindingKind::Box => (&finding.box_mm, &[4, 6]),
                    _ => (&finding.point_mm, &[2, 3]),
                };
                let whole = lengths.contains(&numbers.len())
                    && numbers.iter().all(|value| value.is_finite());
                let half = numbers.len() / 2;
                let upright = self.kind != FindingKind::Box
                    || (0..half).all(|axis| numbers[axis] <= numbers[half + axis]);
                let about = |key: &'static str, why: String| {
                    bad(Phrase::new(key, why)
                        .with("case", name.as_str())
                        .with("reader", reader.as_str())
                        .with("finding", finding.id.as_str()))
                };
                if !whole || !upright {
                    let why = format!(
                        "case {name}, {reader}: finding {} has no usable geometry",
                        finding.id
                    );
                    let key = match self.kind {
                        FindingKind::Box => "findings-no-box",
                        _ => "findings-no-point",
                    };
                    return about(key, why);
                }
                if *dimensions.get_or_insert(numbers.len()) != numbers.len() {
                    let id = &finding.id;
                    let why = format!("case {name}, {reader}: finding {id} has other dimensions");
                    return about("findings-dimensions", why);
                }
                if is_scored && !finding.score.is_some_and(f64::is_finite) {
                    let why = format!("case {name}: finding {} has no score", finding.id);
                    return bad(Phrase::new("findings-no-score", why)
                        .with("case", name.as_str())
                        .with("finding", finding.id.as_str()));
                }
            }
        }
        Ok(())
    }
}

fn bad<T>(phrase: Phrase) -> Result<T, Error> {
    Err(Error::BadInput(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_with_three_numbers_is_refused() {
        let text = r#"{"schema":"dokuei.findings/1","kind":"box","readers":["A","B"],
            "match":{"threshold_iou":0.5},
            "cases":[{"case":"1","findings":{"A":[{"id":"x","box_mm":[1,2,3]}],"B":[]}}]}"#;
        assert_eq!(
            FindingList::from_json(text).unwrap_err().code(),
            "bad_input"
        );
    }

    #[test]
    fn points_cannot_be_matched_by_overlap() {
        let text = r#"{"schema":"dokuei.findings/1","kind":"point","readers":["A","B"],
            "match":{"threshold_iou":0.5},"cases":[]}"#;
        assert!(FindingList::from_json(text).is_err());
    }
}
