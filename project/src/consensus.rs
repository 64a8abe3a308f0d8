//! The consensus of a case: a document built from the decisions and, where everything is within
//! tolerance, by rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use annotation_format::{
    Document, Edit, EditName, FieldId, Finding, FindingHead, FindingId, Label, Step, Value,
};
use serde::Serialize;
use voxel::Mask;

use crate::adjudication::{Take, combined_mask, decode_mask};
use crate::comparison::{Group, Material, Revisions, letter};
use crate::error::{Error, Result};
use crate::ids::{CaseId, PersonId};
use crate::project::Project;
use crate::session::{Act, Session};
use crate::store::comparisons::{self, DecisionRow};

/// The agreed or adjudicated truth of a case.
#[derive(Clone, Debug)]
pub struct Consensus {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: u32,
    /// What is held to be true; findings keep no reader's id.
    pub document: Document,
    /// Where each finding and field comes from.
    pub provenance: Vec<Provenance>,
    /// Rows left unresolved: shown in every release, in no document.
    pub unresolved: Vec<String>,
    /// Rows decided to be no finding.
    pub rejected: Vec<String>,
}

/// Where a part of the consensus comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// Row of the comparison.
    pub row: String,
    /// The finding in the consensus; `null` for a field.
    pub finding: Option<FindingId>,
    /// `a`, `union`, …
    pub decision: String,
    /// Who decided; `null` means by rule.
    pub by: Option<PersonId>,
    /// Whether a mask was redrawn.
    pub redrawn: bool,
    /// The readings' findings it was made from.
    pub sources: BTreeMap<String, FindingId>,
}

impl Project {
    /// The consensus of a case.
    ///
    /// # Errors
    /// [`Error::Refused`] unless a lead or admin asks and all readers have submitted;
    /// [`Error::NoSuchCase`]; [`Error::Undecided`] with the rows that wait for a decision.
    pub fn consensus(&self, session: &Session, case: &str) -> Result<Consensus> {
        let grant = self.authorise(session, Act::Export)?;
        let (case, states) = self.complete_case(&grant, case)?;
        let material = self.material(case, &states, Revisions::Last)?;
        let computed = material.compute()?;
        let stored = self.stored_comparison(&grant, &material, &computed)?;
        let decisions = match &stored {
            Some(row) => comparisons::decisions(&self.db, self.seal, &row.id)?,
            None => Vec::new(),
        };
        let open: Vec<String> = computed
            .to_decide(&material.protocol)
            .into_iter()
            .filter(|row| decisions.iter().all(|made| made.finding != *row))
            .collect();
        if !open.is_empty() {
            return Err(Error::Undecided(open));
        }
        let mut redrawn = BTreeMap::new();
        for made in &decisions {
            if let Some(text) = &made.drawn {
                redrawn.insert(
                    made.finding.clone(),
                    decode_mask(&self.db, self.seal, text)?,
                );
            }
        }
        Builder::new(&material, &decisions, redrawn).build()
    }
}

/// What became of a row.
enum Outcome {
    Finding(Box<Finding>),
    Rejected,
    Unresolved,
}

struct Builder<'a> {
    material: &'a Material,
    decisions: BTreeMap<&'a str, &'a DecisionRow>,
    redrawn: BTreeMap<String, Mask>,
    document: Document,
    provenance: Vec<Provenance>,
    unresolved: Vec<String>,
    rejected: Vec<String>,
}

impl<'a> Builder<'a> {
    fn new(
        material: &'a Material,
        decisions: &'a [DecisionRow],
        redrawn: BTreeMap<String, Mask>,
    ) -> Self {
        Self {
            material,
            decisions: decisions
                .iter()
                .map(|made| (made.finding.as_str(), made))
                .collect(),
            redrawn,
            document: Document::new(Arc::clone(&material.protocol)),
            provenance: Vec::new(),
            unresolved: Vec::new(),
            rejected: Vec::new(),
        }
    }

    fn build(mut self) -> Result<Consensus> {
        for group in self.material.groups() {
            let derived = group
                .first()
                .and_then(|first| self.material.protocol.label(&first.label))
                .is_some_and(Label::is_derived);
            if !derived {
                self.add_group(&group)?;
            }
        }
        self.add_derived()?;
        self.add_form()?;
        Ok(Consensus {
            case: self.material.case.id.clone(),
            number: self.material.case.number,
            document: self.document,
            provenance: self.provenance,
            unresolved: self.unresolved,
            rejected: self.rejected,
        })
    }

    fn add_group(&mut self, group: &Group) -> Result<()> {
        let row = group.id();
        let made = self.decisions.get(row.as_str()).copied();
        let take = match made {
            Some(made) => Take::from_word(&made.decision)
                .ok_or_else(|| Error::Damaged(format!("decision {}", made.decision)))?,
            None => rule(group),
        };
        match self.outcome(group, take, self.redrawn.get(&row)) {
            Outcome::Rejected => self.rejected.push(row),
            Outcome::Unresolved => self.unresolved.push(row),
            Outcome::Finding(finding) => {
                let id = self.add_finding(*finding)?;
                self.provenance.push(Provenance {
                    finding: Some(id),
                    decision: take.word(),
                    by: made.map(|made| made.by.clone()),
                    redrawn: self.redrawn.contains_key(&row),
                    sources: group
                        .present()
                        .map(|(place, finding)| (letter(place), finding.id.clone()))
                        .collect(),
                    row,
                });
            }
        }
        Ok(())
    }

    fn outcome(&self, group: &Group, take: Take, redrawn: Option<&Mask>) -> Outcome {
        let mut finding = match take {
            Take::Unresolved => return Outcome::Unresolved,
            Take::None => return Outcome::Rejected,
            Take::Reader(place) => match group.members.get(place).and_then(Option::as_ref) {
                Some(finding) => finding.clone(),
                // That reader saw nothing here; unless redrawn, nothing is what is taken.
                None if redrawn.is_none() => return Outcome::Rejected,
                None => match group.first() {
                    Some(first) => first.clone(),
                    None => return Outcome::Rejected,
                },
            },
            Take::Union | Take::Intersection | Take::Majority | Take::Staple => {
                let Some(merged) = self.merged(group, take, redrawn.is_some()) else {
                    return Outcome::Rejected;
                };
                merged
            }
        };
        if let Some(mask) = redrawn {
            finding.mask = Some(mask.clone());
        }
        Outcome::Finding(Box::new(finding))
    }

    /// The first member with the combined mask and the most frequent answers.
    fn merged(&self, group: &Group, take: Take, is_redrawn: bool) -> Option<Finding> {
        let mut finding = group.first()?.clone();
        match combined_mask(group, take) {
            Some(mask) => finding.mask = Some(mask),
            None if is_redrawn => {}
            None => return None,
        }
        finding.comment = String::new();
        finding.attributes = BTreeMap::new();
        for attribute in self.material.protocol.attributes_of(&finding.label) {
            let said: Vec<&Value> = group
                .present()
                .filter_map(|(_, member)| member.attributes.get(&attribute.id))
                .collect();
            if let Some(value) = most_frequent(&said) {
                finding
                    .attributes
                    .insert(attribute.id.clone(), value.clone());
            }
        }
        Some(finding)
    }

    /// Adds a copy of a finding under a new id and number.
    fn add_finding(&mut self, finding: Finding) -> Result<FindingId> {
        let id = FindingId::fresh();
        let head = FindingHead {
            id: id.clone(),
            number: self.document.next_number(),
            label: finding.label,
            series: finding.series,
        };
        let mut steps = vec![Step::CreateFinding(head)];
        if let Some(mask) = &finding.mask {
            let size = mask.size();
            let change = Mask::empty(size).change_to(mask);
            steps.push(Step::Mask {
                finding: id.clone(),
                change,
                size,
            });
        }
        for shape in finding.shapes {
            steps.push(Step::Shape {
                finding: id.clone(),
                id: shape.id.clone(),
                before: None,
                after: Some(shape),
            });
        }
        for (name, value) in finding.attributes {
            steps.push(Step::Attribute {
                finding: id.clone(),
                name,
                before: None,
                after: Some(value),
            });
        }
        if !finding.comment.is_empty() {
            let before = String::new();
            steps.push(Step::Comment {
                finding: id.clone(),
                before,
                after: finding.comment,
            });
        }
        self.document
            .apply(&Edit::new(EditName::Consensus, steps))?;
        Ok(id)
    }

    /// Labels that are computed from others follow the findings that were taken.
    fn add_derived(&mut self) -> Result<()> {
        let protocol = Arc::clone(&self.material.protocol);
        for label in protocol.labels.iter().filter(|label| label.is_derived()) {
            let mut by_series: BTreeMap<String, Mask> = BTreeMap::new();
            for finding in self.document.findings() {
                let Some(mask) = &finding.mask else { continue };
                if label.derived.contains(&finding.label) {
                    by_series
                        .entry(finding.series.clone())
                        .and_modify(|all| *all = all.union(mask))
                        .or_insert_with(|| mask.clone());
                }
            }
            for (series, mask) in by_series {
                let head = FindingHead {
                    id: FindingId::fresh(),
                    number: self.document.next_number(),
                    label: label.id.clone(),
                    series,
                };
                let finding = Finding {
                    mask: Some(mask),
                    ..Finding::from_head(head)
                };
                self.add_finding(finding)?;
            }
        }
        Ok(())
    }

    /// Fields decided by a lead, else what most readers said (a tie: the first of the order).
    fn add_form(&mut self) -> Result<()> {
        let protocol = Arc::clone(&self.material.protocol);
        let is_empty = self.document.findings().len() == 0;
        let mut steps = Vec::new();
        for field in &protocol.case_form {
            let id = field.field_id();
            let row = format!("form:{id}");
            let made = self.decisions.get(row.as_str()).copied();
            let is_result = protocol
                .result_field()
                .is_some_and(|asked| asked.id == field.id);
            let value = match made.and_then(|made| Take::from_word(&made.decision)) {
                Some(Take::Reader(place)) => self.said(place, &id).cloned(),
                Some(_) => {
                    self.unresolved.push(row);
                    continue;
                }
                None if is_result => self.result(is_empty, &id),
                None => {
                    let readers = 0..self.material.readings.len();
                    let said: Vec<&Value> =
                        readers.filter_map(|place| self.said(place, &id)).collect();
                    most_frequent(&said).cloned()
                }
            };
            if let Some(made) = made {
                self.provenance.push(Provenance {
                    row,
                    finding: None,
                    decision: made.decision.clone(),
                    by: Some(made.by.clone()),
                    redrawn: false,
                    sources: BTreeMap::new(),
                });
            }
            if value.is_some() {
                steps.push(Step::Form {
                    field: id,
                    before: None,
                    after: value,
                });
            }
        }
        if is_empty && self.unresolved.is_empty() {
            let told = steps.iter().any(|step| self.says_not_assessable(step));
            if !told {
                steps.push(Step::NoFinding {
                    before: false,
                    after: true,
                });
            }
        }
        self.document
            .apply(&Edit::new(EditName::Consensus, steps))?;
        self.hide_unasked()
    }

    fn said(&self, place: usize, field: &FieldId) -> Option<&Value> {
        self.material
            .readings
            .get(place)?
            .document
            .form()
            .get(field)
    }

    /// The result follows the findings; where all readers said something else (not assessable)
    /// and there is no finding, that stays.
    fn result(&self, is_empty: bool, field: &FieldId) -> Option<Value> {
        use annotation_format::protocol::{RESULT_NEGATIVE, RESULT_POSITIVE};
        let said: Vec<&Value> = (0..self.material.readings.len())
            .filter_map(|place| self.said(place, field))
            .collect();
        let is_verdict = |value: &&Value| matches!(value, Value::Code(id) if id == RESULT_POSITIVE || id == RESULT_NEGATIVE);
        if !is_empty {
            return Some(Value::Code(RESULT_POSITIVE.to_owned()));
        }
        if !self.unresolved.is_empty() {
            return None; // whether there is a finding is what stayed open
        }
        match said.first() {
            Some(first) if !said.iter().any(is_verdict) => Some((*first).clone()),
            _ => Some(Value::Code(RESULT_NEGATIVE.to_owned())),
        }
    }

    fn says_not_assessable(&self, step: &Step) -> bool {
        use annotation_format::protocol::RESULT_NEGATIVE;
        let Step::Form {
            field,
            after: Some(Value::Code(id)),
            ..
        } = step
        else {
            return false;
        };
        let result = self.material.protocol.result_field();
        result.is_some_and(|asked| asked.id.as_str() == field.as_str()) && id != RESULT_NEGATIVE
    }

    /// Answers of different readers may not fit each other's conditions: what is not asked in the
    /// consensus is not in it.
    fn hide_unasked(&mut self) -> Result<()> {
        let mut steps = Vec::new();
        let fields = self.document.fields_shown();
        for (field, value) in self.document.form() {
            if !fields
                .iter()
                .any(|asked| asked.id.as_str() == field.as_str())
            {
                let (field, before) = (field.clone(), Some(value.clone()));
                steps.push(Step::Form {
                    field,
                    before,
                    after: None,
                });
            }
        }
        for finding in self.document.findings() {
            let shown = self.document.attributes_shown(finding);
            for (name, value) in &finding.attributes {
                if !shown.iter().any(|asked| asked.id == *name) {
                    steps.push(Step::Attribute {
                        finding: finding.id.clone(),
                        name: name.clone(),
                        before: Some(value.clone()),
                        after: None,
                    });
                }
            }
        }
        self.document
            .apply(&Edit::new(EditName::Consensus, steps))?;
        Ok(())
    }
}

/// The rule where everything is within tolerance: the first reader of the drawn order, or with
/// three and more readers the majority of their masks.
fn rule(group: &Group) -> Take {
    let masks = group
        .present()
        .filter(|(_, finding)| finding.mask.is_some())
        .count();
    if group.members.len() > 2 && masks > 2 && combined_mask(group, Take::Majority).is_some() {
        Take::Majority
    } else {
        Take::Reader(0)
    }
}

/// The value said most often; of equally frequent ones the first.
fn most_frequent<'v>(said: &[&'v Value]) -> Option<&'v Value> {
    let count = |value: &Value| said.iter().filter(|other| ***other == *value).count();
    said.iter().rev().copied().max_by_key(|value| count(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_answer_wins_and_a_tie_goes_to_the_first() {
        let [a, b] = ["x", "y"].map(|id| Value::Code(id.to_owned()));
        assert_eq!(most_frequent(&[&a, &b, &b]), Some(&b));
        assert_eq!(most_frequent(&[&b, &a]), Some(&b));
        assert_eq!(most_frequent(&[]), None);
    }
}
