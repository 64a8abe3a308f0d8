//! The difference of two documents as one edit: what goes back to an earlier state by going on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use voxel::Mask;

use super::Document;
use crate::edit::{Edit, EditName};
use crate::error::Error;
use crate::finding::Finding;
use crate::ids::FindingId;
use crate::step::Step;

impl Edit {
    /// The edit that turns one document into the other, whatever lies between them: findings that came and went,
    /// voxels brick by brick (a shared brick is not looked into), shapes, answers, texts, names, colours, locks. Numbers that were given stay
    /// given, so `after` may be an earlier state of `before`. Empty if both say the same.
    ///
    /// # Errors
    /// [`Error::OtherProtocol`] if they were made under different protocols; [`Error::Voxel`] for a mask larger than
    /// any grid.
    pub fn between(before: &Document, after: &Document) -> Result<Edit, Error> {
        if before.protocol.sha256 != after.protocol.sha256 {
            return Err(Error::OtherProtocol);
        }
        let mut steps = Vec::new();
        findings(before, after, &mut steps)?;
        for field in keys(&before.form, &after.form) {
            push(
                &mut steps,
                Step::Form {
                    field: field.clone(),
                    before: before.form.get(field).cloned(),
                    after: after.form.get(field).cloned(),
                },
            );
        }
        push(
            &mut steps,
            Step::NoFinding {
                before: before.no_finding,
                after: after.no_finding,
            },
        );
        Ok(Edit::new(EditName::Restore, steps))
    }
}

/// Findings that go, then those that come or change: a number is free before it is taken.
fn findings(before: &Document, after: &Document, steps: &mut Vec<Step>) -> Result<(), Error> {
    let present: BTreeMap<&FindingId, &Arc<Finding>> =
        before.findings.iter().map(|f| (&f.id, f)).collect();
    let wanted: BTreeMap<&FindingId, &Arc<Finding>> =
        after.findings.iter().map(|f| (&f.id, f)).collect();
    for finding in &before.findings {
        let stays = wanted.get(&finding.id).is_some_and(|f| is_one(finding, f));
        if !stays {
            emptying(finding, steps)?;
            steps.push(Step::DeleteFinding(finding.head()));
        }
    }
    for finding in &after.findings {
        match present.get(&finding.id).filter(|f| is_one(f, finding)) {
            Some(known) if Arc::ptr_eq(known, finding) => {}
            Some(known) => turning(known, finding, steps)?,
            None => {
                steps.push(Step::CreateFinding(finding.head()));
                turning(&Finding::from_head(finding.head()), finding, steps)?;
            }
        }
    }
    Ok(())
}

/// Whether both are states of one finding: number and series are given once.
fn is_one(a: &Finding, b: &Finding) -> bool {
    a.number == b.number && a.series == b.series
}

/// The steps that leave nothing of a finding but its head.
pub(super) fn emptying(finding: &Finding, steps: &mut Vec<Step>) -> Result<(), Error> {
    turning(finding, &Finding::from_head(finding.head()), steps)
}

/// The steps that turn one state of a finding into the other.
fn turning(before: &Finding, after: &Finding, steps: &mut Vec<Step>) -> Result<(), Error> {
    let finding = &before.id;
    push(
        steps,
        Step::Label {
            finding: finding.clone(),
            before: before.label.clone(),
            after: after.label.clone(),
        },
    );
    masks(finding, before.mask.as_ref(), after.mask.as_ref(), steps)?;
    let gone = before
        .shapes
        .iter()
        .filter(|s| after.shape(&s.id).is_none());
    for id in gone.chain(&after.shapes).map(|shape| &shape.id) {
        push(
            steps,
            Step::Shape {
                finding: finding.clone(),
                id: id.clone(),
                before: before.shape(id).cloned(),
                after: after.shape(id).cloned(),
            },
        );
    }
    for name in keys(&before.attributes, &after.attributes) {
        push(
            steps,
            Step::Attribute {
                finding: finding.clone(),
                name: name.clone(),
                before: before.attributes.get(name).cloned(),
                after: after.attributes.get(name).cloned(),
            },
        );
    }
    push(
        steps,
        Step::Comment {
            finding: finding.clone(),
            before: before.comment.clone(),
            after: after.comment.clone(),
        },
    );
    marks(before, after, steps);
    Ok(())
}

/// Name, colour and lock.
fn marks(before: &Finding, after: &Finding, steps: &mut Vec<Step>) {
    push(
        steps,
        Step::Name {
            finding: before.id.clone(),
            before: before.name.clone(),
            after: after.name.clone(),
        },
    );
    push(
        steps,
        Step::Color {
            finding: before.id.clone(),
            before: before.color,
            after: after.color,
        },
    );
    push(
        steps,
        Step::Lock {
            finding: before.id.clone(),
            before: before.is_locked,
            after: after.is_locked,
        },
    );
}

/// Voxels change brick by brick; on a grid of another size the old ones go first.
fn masks(
    finding: &FindingId,
    before: Option<&Mask>,
    after: Option<&Mask>,
    steps: &mut Vec<Step>,
) -> Result<(), Error> {
    let mut turn = |from: &Mask, to: &Mask| {
        push(
            steps,
            Step::Mask {
                finding: finding.clone(),
                change: from.change_to(to),
                size: to.size(),
            },
        );
    };
    match (before, after) {
        (Some(before), Some(after)) if before.size() == after.size() => turn(before, after),
        (before, after) => {
            if let Some(before) = before {
                turn(before, &Mask::from_bricks(before.size(), [])?);
            }
            if let Some(after) = after {
                turn(&Mask::from_bricks(after.size(), [])?, after);
            }
        }
    }
    Ok(())
}

/// The questions that either side answers.
fn keys<'a, K: Ord, V>(before: &'a BTreeMap<K, V>, after: &'a BTreeMap<K, V>) -> BTreeSet<&'a K> {
    before.keys().chain(after.keys()).collect()
}

fn push(steps: &mut Vec<Step>, step: Step) {
    if !step.changes_nothing() {
        steps.push(step);
    }
}
