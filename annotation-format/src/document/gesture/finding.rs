//! Findings as a whole: relabelling, deleting, commenting; their name, colour and lock.

use super::draft::Draft;
use super::{changeable, drawable, known, own_label};
use crate::document::Document;
use crate::edit::{Edit, EditName};
use crate::error::Error;
use crate::finding::Finding;
use crate::ids::{FindingId, LabelId};
use crate::protocol::GeometryKind;
use crate::step::Step;
use crate::value::LONGEST_TEXT;

/// Longest name of a finding, characters.
pub const LONGEST_NAME: usize = 200;

/// Gives a finding another label. Answers that the new label does not ask for go with the same edit.
///
/// # Errors
/// If the finding is locked or computed, or the new label does not allow the finding's geometry, has its one finding already, or excludes a label whose
/// voxels the finding shares.
pub fn relabel(document: &Document, id: &FindingId, label: &LabelId) -> Result<Edit, Error> {
    let finding = known(document, id)?;
    changeable(document, finding)?;
    for kind in geometry_of(finding) {
        drawable(document, label, kind)?;
    }
    let new = document
        .protocol()
        .label(label)
        .ok_or_else(|| Error::UnknownLabel(label.clone()))?;
    if new.is_derived() {
        return Err(Error::Derived(label.clone()));
    }
    let other = document
        .findings()
        .find(|other| other.label == *label && other.id != *id);
    if let Some(other) = other.filter(|_| !new.many) {
        return Err(Error::OnlyOne {
            label: label.clone(),
            number: other.number,
        });
    }
    require_no_overlap(document, finding, label)?;
    let mut draft = Draft::new(document);
    draft.push(Step::Label {
        finding: id.clone(),
        before: finding.label.clone(),
        after: label.clone(),
    })?;
    draft.finish(EditName::Relabel)
}

/// Deletes a finding with everything it holds. Its number is not given again.
///
/// # Errors
/// If it is not there, locked, or computed from others.
pub fn delete(document: &Document, id: &FindingId) -> Result<Edit, Error> {
    changeable(document, known(document, id)?)?;
    let mut draft = Draft::new(document);
    draft.delete(id)?;
    draft.finish(EditName::Delete)
}

/// Sets the free text of a finding.
///
/// # Errors
/// If the finding is not there or the text is too long.
pub fn comment(document: &Document, id: &FindingId, text: &str) -> Result<Edit, Error> {
    let finding = known(document, id)?;
    if text.chars().count() > LONGEST_TEXT {
        return Err(Error::TextTooLong(LONGEST_TEXT));
    }
    let mut draft = Draft::new(document);
    draft.push(Step::Comment {
        finding: id.clone(),
        before: finding.comment.clone(),
        after: text.to_owned(),
    })?;
    draft.finish(EditName::Comment)
}

/// Gives a finding a name of its own, without spaces around it; an empty one takes it back.
///
/// # Errors
/// If the finding is not there; [`Error::TextTooLong`] above [`LONGEST_NAME`] characters; [`Error::Name`] for line
/// breaks and control characters.
pub fn rename(document: &Document, id: &FindingId, name: &str) -> Result<Edit, Error> {
    let finding = known(document, id)?;
    let name = name.trim();
    if name.chars().any(char::is_control) {
        return Err(Error::Name);
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Error::TextTooLong(LONGEST_NAME));
    }
    let mut draft = Draft::new(document);
    draft.push(Step::Name {
        finding: id.clone(),
        before: finding.name.clone(),
        after: name.to_owned(),
    })?;
    draft.finish(EditName::Rename)
}

/// Gives a finding a colour of its own (sRGB); with `None` it has its label's again.
///
/// # Errors
/// If the finding is not there.
pub fn recolour(
    document: &Document,
    id: &FindingId,
    color: Option<[u8; 3]>,
) -> Result<Edit, Error> {
    let finding = known(document, id)?;
    let mut draft = Draft::new(document);
    draft.push(Step::Color {
        finding: id.clone(),
        before: finding.color,
        after: color,
    })?;
    draft.finish(EditName::Recolour)
}

/// Locks a finding or unlocks it. While it is locked, gestures change neither its voxels, shapes and label nor take it
/// away; answers, comment, name and colour are free. Undo and the way back in the history are no gestures.
///
/// # Errors
/// If the finding is not there, or computed from others: it follows its parts.
pub fn lock(document: &Document, id: &FindingId, is_locked: bool) -> Result<Edit, Error> {
    let finding = known(document, id)?;
    own_label(document, finding)?;
    let mut draft = Draft::new(document);
    draft.push(Step::Lock {
        finding: id.clone(),
        before: finding.is_locked,
        after: is_locked,
    })?;
    draft.finish(if is_locked {
        EditName::Lock
    } else {
        EditName::Unlock
    })
}

fn geometry_of(finding: &Finding) -> Vec<GeometryKind> {
    let shapes = finding.shapes.iter().map(|shape| shape.kind.geometry());
    let mask = finding.mask.as_ref().map(|_| GeometryKind::Mask);
    mask.into_iter().chain(shapes).collect()
}

fn require_no_overlap(
    document: &Document,
    finding: &Finding,
    label: &LabelId,
) -> Result<(), Error> {
    let Some(mask) = &finding.mask else {
        return Ok(());
    };
    for other in document.findings() {
        let elsewhere = other.series != finding.series || other.id == finding.id;
        if elsewhere || !document.protocol().exclusive(label, &other.label) {
            continue;
        }
        let theirs = other
            .mask
            .as_ref()
            .filter(|theirs| theirs.size() == mask.size());
        let shared = theirs.map_or(0, |theirs| theirs.intersection_count(mask));
        if shared > 0 {
            return Err(Error::Exclusive {
                number: other.number,
                label: other.label.clone(),
                voxels: shared,
            });
        }
    }
    Ok(())
}
