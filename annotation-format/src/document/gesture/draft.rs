//! A draft: the document as it becomes while a gesture's edit is put together, and what follows from the steps.

use std::collections::{BTreeMap, BTreeSet};

use voxel::{BrickIndex, Mask};

use crate::document::Document;
use crate::document::between::emptying;
use crate::edit::{Edit, EditName};
use crate::error::Error;
use crate::finding::{Finding, FindingHead};
use crate::ids::{AttributeId, FieldId, FindingId, LabelId};
use crate::protocol::{Label, RESULT_FIELD, RESULT_NEGATIVE, RESULT_POSITIVE};
use crate::step::Step;
use crate::value::Value;

/// A document with the steps taken so far already applied.
pub(super) struct Draft {
    document: Document,
    steps: Vec<Step>,
    had_findings: bool,
}

impl Draft {
    pub(super) fn new(document: &Document) -> Self {
        Self {
            document: document.clone(),
            steps: Vec::new(),
            had_findings: document.findings().len() > 0,
        }
    }

    pub(super) fn document(&self) -> &Document {
        &self.document
    }

    /// Applies a step and keeps it, unless it changes nothing.
    pub(super) fn push(&mut self, step: Step) -> Result<(), Error> {
        if step.changes_nothing() {
            return Ok(());
        }
        self.document.apply_step(&step)?;
        self.steps.push(step);
        Ok(())
    }

    /// Makes a bare finding and returns its id.
    pub(super) fn create(&mut self, label: &LabelId, series: &str) -> Result<FindingId, Error> {
        let id = FindingId::fresh();
        self.push(Step::CreateFinding(FindingHead {
            id: id.clone(),
            number: self.document.next_number(),
            label: label.clone(),
            series: series.to_owned(),
        }))?;
        Ok(id)
    }

    /// Turns the voxels of a finding into these.
    pub(super) fn set_mask(&mut self, id: &FindingId, after: &Mask) -> Result<(), Error> {
        let finding = self.finding(id)?;
        let size = after.size();
        let change = match &finding.mask {
            Some(before) if before.size() != size => {
                return Err(Error::Size {
                    has: before.size(),
                    wanted: size,
                });
            }
            Some(before) => before.change_to(after),
            None => Mask::from_bricks(size, [])?.change_to(after),
        };
        self.push(Step::Mask {
            finding: id.clone(),
            change,
            size,
        })
    }

    /// Sets or clears an answer about a finding.
    pub(super) fn set_attribute(
        &mut self,
        id: &FindingId,
        name: &AttributeId,
        after: Option<Value>,
    ) -> Result<(), Error> {
        let before = self.finding(id)?.attributes.get(name).cloned();
        self.push(Step::Attribute {
            finding: id.clone(),
            name: name.clone(),
            before,
            after,
        })
    }

    /// Sets or clears a field of the case form.
    pub(super) fn set_field(&mut self, field: &FieldId, after: Option<Value>) -> Result<(), Error> {
        let before = self.document.form().get(field).cloned();
        self.push(Step::Form {
            field: field.clone(),
            before,
            after,
        })
    }

    /// Makes or takes back the statement that there is no finding.
    pub(super) fn set_no_finding(&mut self, after: bool) -> Result<(), Error> {
        self.push(Step::NoFinding {
            before: self.document.no_finding(),
            after,
        })
    }

    /// Takes a finding away with everything it holds.
    pub(super) fn delete(&mut self, id: &FindingId) -> Result<(), Error> {
        let finding = self.finding(id)?.clone();
        let mut steps = Vec::new();
        emptying(&finding, &mut steps)?;
        for step in steps {
            self.push(step)?;
        }
        self.push(Step::DeleteFinding(finding.head()))
    }

    /// Adds what follows from the steps and closes the edit.
    pub(super) fn finish(mut self, name: EditName) -> Result<Edit, Error> {
        if self.steps.is_empty() {
            return Ok(Edit::new(name, self.steps));
        }
        self.follow_derived()?;
        self.follow_result()?;
        self.follow_conditions()?;
        Ok(Edit::new(name, self.steps))
    }

    fn finding(&self, id: &FindingId) -> Result<&Finding, Error> {
        self.document
            .finding(id)
            .ok_or_else(|| Error::UnknownFinding(id.clone()))
    }

    /// Labels computed from others: their finding comes with the first voxel of a part, is the parts' union, and goes
    /// with the last part.
    fn follow_derived(&mut self) -> Result<(), Error> {
        let protocol = self.document.protocol().clone();
        for label in protocol.labels.iter().filter(|label| label.is_derived()) {
            let is_part = |finding: &&Finding| label.derived.contains(&finding.label);
            let is_own = |finding: &&Finding| finding.label == label.id;
            let series: BTreeSet<String> = self
                .document
                .findings()
                .filter(|finding| is_part(finding) || is_own(finding))
                .map(|finding| finding.series.clone())
                .collect();
            for series in series {
                if let Some(steps) = self.derived_change(label, &series)? {
                    for step in steps {
                        self.push(step)?;
                    }
                    continue;
                }
                let parts = self.parts(label, &series)?;
                match (parts.own, parts.union) {
                    (None, Some(union)) => {
                        let id = self.create(&label.id, &series)?;
                        self.set_mask(&id, &union)?;
                    }
                    (Some(id), Some(union)) => self.set_mask(&id, &union)?,
                    (Some(id), None) if parts.any => self.clear_mask(&id)?,
                    (Some(id), None) => self.delete(&id)?,
                    (None, None) => {}
                }
            }
        }
        Ok(())
    }

    /// Where only voxels of parts have changed, their computed finding changes in the same bricks and is looked at
    /// nowhere else: that change. None where parts came, went or got their label.
    fn derived_change(&self, label: &Label, series: &str) -> Result<Option<Vec<Step>>, Error> {
        let mut here = self.document.findings().filter(|f| f.series == series);
        let (Some(own), Some(touched)) = (
            here.find(|finding| finding.label == label.id),
            self.touched_bricks(label, series)?,
        ) else {
            return Ok(None);
        };
        let Some(size) = touched.values().next().copied() else {
            return Ok(Some(Vec::new()));
        };
        let is_part = |f: &&Finding| f.series == series && label.derived.contains(&f.label);
        let parts: Vec<Mask> = (self.document.findings().filter(is_part))
            .filter_map(|part| part.mask.as_ref())
            .map(|mask| bricks_of(mask, touched.keys()))
            .collect::<Result<_, _>>()?;
        let nothing = Mask::from_bricks(size, [])?;
        let before = match &own.mask {
            Some(mask) => bricks_of(mask, touched.keys())?,
            None => nothing.clone(),
        };
        let after = union_of(parts.iter())?.unwrap_or(nothing);
        if before.size() != after.size() {
            return Ok(None);
        }
        Ok(Some(vec![Step::Mask {
            finding: own.id.clone(),
            change: before.change_to(&after),
            size,
        }]))
    }

    /// The bricks in which parts of a computed label have changed so far, with the size of their grid; none where
    /// findings came, went or got their label.
    fn touched_bricks(
        &self,
        label: &Label,
        series: &str,
    ) -> Result<Option<BTreeMap<BrickIndex, [usize; 3]>>, Error> {
        let comes_or_goes = |step: &Step| {
            matches!(
                step,
                Step::CreateFinding(_) | Step::DeleteFinding(_) | Step::Label { .. }
            )
        };
        if self.steps.iter().any(comes_or_goes) {
            return Ok(None);
        }
        let mut touched = BTreeMap::new();
        for step in &self.steps {
            let Step::Mask {
                finding,
                change,
                size,
            } = step
            else {
                continue;
            };
            let part = self.finding(finding)?;
            if part.series == series && label.derived.contains(&part.label) {
                touched.extend(change.bricks.iter().map(|brick| (brick.index, *size)));
            }
        }
        Ok(Some(touched))
    }

    fn parts(&self, label: &Label, series: &str) -> Result<Parts, Error> {
        let here = self.document.findings().filter(|f| f.series == series);
        let parts: Vec<&Finding> = here
            .clone()
            .filter(|f| label.derived.contains(&f.label))
            .collect();
        Ok(Parts {
            own: here
                .clone()
                .find(|f| f.label == label.id)
                .map(|f| f.id.clone()),
            union: union_of(parts.iter().filter_map(|part| part.mask.as_ref()))?,
            any: !parts.is_empty(),
        })
    }

    fn clear_mask(&mut self, id: &FindingId) -> Result<(), Error> {
        match self.finding(id)?.mask.as_ref().map(Mask::size) {
            Some(size) => self.set_mask(id, &Mask::from_bricks(size, [])?),
            None => Ok(()),
        }
    }

    /// The case's result follows its findings: the first one says that there are some, and taking the last one away
    /// takes that back.
    fn follow_result(&mut self) -> Result<(), Error> {
        let has_findings = self.document.findings().len() > 0;
        if has_findings {
            self.set_no_finding(false)?;
        }
        let field = FieldId::from(RESULT_FIELD);
        if self.document.protocol().result_field().is_none() {
            return Ok(());
        }
        let said = self.document.form().get(&field);
        let says = |id: &str| matches!(said, Some(Value::Code(said)) if said == id);
        let (positive, negative) = (says(RESULT_POSITIVE), says(RESULT_NEGATIVE));
        let answer = |id: &str| Some(Value::Code(id.to_owned()));
        if has_findings {
            self.set_field(&field, answer(RESULT_POSITIVE))
        } else if self.document.no_finding() {
            self.set_field(&field, answer(RESULT_NEGATIVE))
        } else if negative || (positive && self.had_findings) {
            self.set_field(&field, None)
        } else {
            Ok(())
        }
    }

    /// Answers whose question is no longer asked go with the edit that hides them. A condition looks upwards only, so
    /// each round settles at least one more question.
    fn follow_conditions(&mut self) -> Result<(), Error> {
        while let Some(field) = self.hidden_field() {
            self.set_field(&field, None)?;
        }
        let touched: BTreeSet<FindingId> = self
            .steps
            .iter()
            .filter_map(Step::finding)
            .cloned()
            .collect();
        for id in touched {
            while let Some(name) = self.hidden_attribute(&id) {
                self.set_attribute(&id, &name, None)?;
            }
        }
        Ok(())
    }

    fn hidden_field(&self) -> Option<FieldId> {
        let shown = self.document.fields_shown();
        let is_shown = |id: &FieldId| shown.iter().any(|field| field.id.as_str() == id.as_str());
        self.document
            .form()
            .keys()
            .find(|id| !is_shown(id))
            .cloned()
    }

    fn hidden_attribute(&self, id: &FindingId) -> Option<AttributeId> {
        let finding = self.document.finding(id)?;
        let shown = self.document.attributes_shown(finding);
        let is_shown = |id: &AttributeId| shown.iter().any(|attribute| attribute.id == *id);
        finding.attributes.keys().find(|id| !is_shown(id)).cloned()
    }
}

/// What a computed label is made of on one series.
struct Parts {
    /// Its own finding, if it is there.
    own: Option<FindingId>,
    /// The voxels of all parts, if they have any.
    union: Option<Mask>,
    /// Whether there is a finding of a part at all.
    any: bool,
}

/// What a mask has in these bricks.
fn bricks_of<'a>(mask: &Mask, bricks: impl Iterator<Item = &'a BrickIndex>) -> Result<Mask, Error> {
    let bricks = bricks.map(|index| (*index, mask.brick(*index).clone()));
    Ok(Mask::from_bricks(mask.size(), bricks)?)
}

/// The union of masks of one grid; none without a mask.
fn union_of<'a>(masks: impl Iterator<Item = &'a Mask>) -> Result<Option<Mask>, Error> {
    let mut union: Option<Mask> = None;
    for mask in masks {
        union = Some(match union {
            Some(all) if all.size() != mask.size() => {
                return Err(Error::Size {
                    has: mask.size(),
                    wanted: all.size(),
                });
            }
            Some(all) => all.union(mask),
            None => mask.clone(),
        });
    }
    Ok(union)
}
