//! The gate: how steps change a document, and the hash that names its content.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use voxel::{Mask, MaskChange, VoxelBox};

use super::{Changed, Document};
use crate::edit::Edit;
use crate::error::Error;
use crate::finding::{Finding, FindingHead};
use crate::ids::{AttributeId, FieldId, FindingId, LabelId, ShapeId};
use crate::protocol::{Protocol, canonical};
use crate::shape::Shape;
use crate::step::Step;
use crate::value::Value;
use crate::wire;

impl Document {
    /// Applies an edit: all of it or, on an error, nothing.
    ///
    /// # Errors
    /// [`Error::Stale`] or [`Error::Voxel`] if the document is not in the state the edit was made for; an error of
    /// its kind for what the protocol or the document does not know.
    pub fn apply(&mut self, edit: &Edit) -> Result<Changed, Error> {
        // Findings are shared with the copy until a step touches them.
        let mut next = self.clone();
        let mut changed = Changed::default();
        for step in &edit.steps {
            next.apply_step(step)?;
            changed.note(step);
        }
        *self = next;
        Ok(changed)
    }

    /// Applies one step. On an error the document is unchanged.
    pub(super) fn apply_step(&mut self, step: &Step) -> Result<(), Error> {
        match step {
            Step::CreateFinding(head) => self.create(head),
            Step::DeleteFinding(head) => self.remove(head),
            Step::Mask {
                finding,
                change,
                size,
            } => apply_mask(self.finding_mut(finding)?, change, *size),
            Step::Shape {
                finding,
                id,
                before,
                after,
            } => apply_shape(
                self.finding_mut(finding)?,
                id,
                before.as_ref(),
                after.clone(),
            ),
            Step::Attribute {
                finding,
                name,
                before,
                after,
            } => self.set_attribute(finding, name, before.as_ref(), after.as_ref()),
            Step::Form {
                field,
                before,
                after,
            } => self.set_field(field, before.as_ref(), after.as_ref()),
            Step::NoFinding { before, after } => {
                expect("the statement of no finding", self.no_finding == *before)?;
                self.no_finding = *after;
                Ok(())
            }
            Step::Label {
                finding,
                before,
                after,
            } => self.set_label(finding, before, after),
            Step::Comment {
                finding,
                before,
                after,
            } => {
                let finding = self.finding_mut(finding)?;
                expect("a comment", finding.comment == *before)?;
                finding.comment.clone_from(after);
                Ok(())
            }
            Step::Name {
                finding,
                before,
                after,
            } => {
                let finding = self.finding_mut(finding)?;
                expect("a name", finding.name == *before)?;
                finding.name.clone_from(after);
                Ok(())
            }
            Step::Color {
                finding,
                before,
                after,
            } => {
                let finding = self.finding_mut(finding)?;
                expect("a colour", finding.color == *before)?;
                finding.color = *after;
                Ok(())
            }
            Step::Lock {
                finding,
                before,
                after,
            } => {
                let finding = self.finding_mut(finding)?;
                expect("a lock", finding.is_locked == *before)?;
                finding.is_locked = *after;
                Ok(())
            }
        }
    }

    /// SHA-256 of everything the document says: equal for equal content, whatever way led there.
    pub fn content_hash(&self) -> [u8; 32] {
        let content = wire::content_value(self);
        Sha256::digest(canonical::to_string(&content).as_bytes()).into()
    }

    pub(super) fn finding_mut(&mut self, id: &FindingId) -> Result<&mut Finding, Error> {
        self.findings
            .iter_mut()
            .find(|finding| finding.id == *id)
            .map(Arc::make_mut)
            .ok_or_else(|| Error::UnknownFinding(id.clone()))
    }

    fn set_attribute(
        &mut self,
        finding: &FindingId,
        name: &AttributeId,
        before: Option<&Value>,
        after: Option<&Value>,
    ) -> Result<(), Error> {
        self.require(self.protocol.attribute(name).is_some(), || {
            Error::UnknownAttribute(name.clone())
        })?;
        let answers = &mut self.finding_mut(finding)?.attributes;
        expect("an answer", answers.get(name) == before)?;
        match after {
            Some(value) => answers.insert(name.clone(), value.clone()),
            None => answers.remove(name),
        };
        Ok(())
    }

    fn set_field(
        &mut self,
        field: &FieldId,
        before: Option<&Value>,
        after: Option<&Value>,
    ) -> Result<(), Error> {
        self.require(self.protocol.field(field).is_some(), || {
            Error::UnknownField(field.clone())
        })?;
        expect("the case form", self.form.get(field) == before)?;
        match after {
            Some(value) => self.form.insert(field.clone(), value.clone()),
            None => self.form.remove(field),
        };
        Ok(())
    }

    fn set_label(
        &mut self,
        finding: &FindingId,
        before: &LabelId,
        after: &LabelId,
    ) -> Result<(), Error> {
        self.require(self.protocol.label(after).is_some(), || {
            Error::UnknownLabel(after.clone())
        })?;
        let finding = self.finding_mut(finding)?;
        expect("a label", finding.label == *before)?;
        finding.label = after.clone();
        Ok(())
    }

    fn create(&mut self, head: &FindingHead) -> Result<(), Error> {
        self.require(self.protocol.label(&head.label).is_some(), || {
            Error::UnknownLabel(head.label.clone())
        })?;
        let taken = |finding: &Finding| finding.id == head.id || finding.number == head.number;
        let free = head.number > 0 && head.number < u32::MAX && !self.findings().any(taken);
        self.require(free, || Error::FindingExists)?;
        let place = self.findings.partition_point(|f| f.number < head.number);
        let finding = Arc::new(Finding::from_head(head.clone()));
        self.findings.insert(place, finding);
        self.next_number = self.next_number.max(head.number + 1);
        Ok(())
    }

    fn remove(&mut self, head: &FindingHead) -> Result<(), Error> {
        let place = self
            .findings
            .iter()
            .position(|finding| finding.id == head.id)
            .ok_or_else(|| Error::UnknownFinding(head.id.clone()))?;
        let bare = self
            .findings
            .get(place)
            .is_some_and(|finding| finding.is_bare() && finding.head() == *head);
        expect("a finding", bare)?;
        self.findings.remove(place);
        Ok(())
    }

    fn require(&self, holds: bool, error: impl FnOnce() -> Error) -> Result<(), Error> {
        if holds { Ok(()) } else { Err(error()) }
    }

    /// The document that a checkpoint holds, put together from findings sorted by number.
    pub(crate) fn restore(
        protocol: Arc<Protocol>,
        findings: Vec<Finding>,
        form: BTreeMap<FieldId, Value>,
        no_finding: bool,
        next_number: u32,
    ) -> Result<Document, Error> {
        let mut document = Document::new(protocol);
        for finding in &findings {
            document.create(&finding.head())?;
        }
        let last = document.next_number;
        document.findings = findings.into_iter().map(Arc::new).collect();
        document.findings.sort_by_key(|finding| finding.number);
        document.form = form;
        document.no_finding = no_finding;
        document.next_number = last.max(next_number);
        Ok(document)
    }
}

fn expect(what: &'static str, as_expected: bool) -> Result<(), Error> {
    if as_expected {
        Ok(())
    } else {
        Err(Error::Stale { what })
    }
}

/// An empty mask is no mask: a finding whose last voxel goes is as it was before its first came.
fn apply_mask(finding: &mut Finding, change: &MaskChange, size: [usize; 3]) -> Result<(), Error> {
    let mut mask = match &finding.mask {
        Some(mask) if mask.size() != size => {
            return Err(Error::Size {
                has: mask.size(),
                wanted: size,
            });
        }
        Some(mask) => mask.clone(),
        None => Mask::from_bricks(size, [])?,
    };
    mask.apply(change)?;
    finding.mask = (!mask.is_empty()).then_some(mask);
    Ok(())
}

fn apply_shape(
    finding: &mut Finding,
    id: &ShapeId,
    before: Option<&Shape>,
    after: Option<Shape>,
) -> Result<(), Error> {
    expect("a shape", finding.shape(id) == before)?;
    let named_rightly = after.as_ref().is_none_or(|shape| shape.id == *id);
    expect("a shape", named_rightly)?;
    finding.shapes.retain(|shape| shape.id != *id);
    if let Some(shape) = after {
        let place = finding.shapes.partition_point(|other| other.id < *id);
        finding.shapes.insert(place, shape);
    }
    Ok(())
}

impl Changed {
    /// Adds what a step touches.
    fn note(&mut self, step: &Step) {
        if let Some(id) = step.finding()
            && !self.findings.contains(id)
        {
            self.findings.push(id.clone());
        }
        match step {
            Step::CreateFinding(_)
            | Step::DeleteFinding(_)
            | Step::Label { .. }
            | Step::Name { .. }
            | Step::Color { .. }
            | Step::Lock { .. } => self.structure = true,
            Step::Mask {
                finding, change, ..
            } => self.note_box(finding, &change.changed),
            Step::Form { .. } | Step::NoFinding { .. } => self.form = true,
            Step::Shape { .. } | Step::Attribute { .. } | Step::Comment { .. } => {}
        }
    }

    fn note_box(&mut self, id: &FindingId, changed: &VoxelBox) {
        match self.boxes.iter_mut().find(|(finding, _)| finding == id) {
            Some((_, known)) => *known = known.union(changed),
            None => self.boxes.push((id.clone(), *changed)),
        }
    }
}
