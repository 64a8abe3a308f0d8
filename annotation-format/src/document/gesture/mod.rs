//! From a gesture to an edit: pure functions that hold every rule of annotation.
//!
//! Each takes the document as it is and returns the [`Edit`] that the gesture means, or says why it cannot be done;
//! nothing changes until [`Document::apply`]. The same edit carries what follows from it: voxels taken from labels that
//! exclude this one, masks computed from others, the result of the case, answers whose question is no longer asked.

mod answer;
mod draft;
mod finding;
mod mask;
mod shape;

use voxel::Grid;

pub use answer::{no_finding, set_attribute, set_form};
pub use finding::{LONGEST_NAME, comment, delete, lock, recolour, relabel, rename};
pub use mask::{EraseFrom, Stroke, add_mask, erase, paint, replace_mask};
pub use shape::{add_box, add_point, add_shape, change_shape, remove_shape};

use super::Document;
use crate::error::Error;
use crate::finding::Finding;
use crate::ids::{FindingId, LabelId};
use crate::protocol::{GeometryKind, Label};

/// Where a gesture happens: a series and its grid.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Id of the series.
    pub series: &'a str,
    /// Its grid.
    pub grid: &'a Grid,
}

/// Which finding a gesture goes to. A label of which a case has only one finding always goes to that one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Onto {
    /// A new finding.
    #[default]
    New,
    /// The latest finding of the label on this series; a new one if there is none.
    Latest,
    /// This finding.
    Finding(FindingId),
}

/// What happens where a label that excludes this one already has voxels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// They stay with the label that has them.
    #[default]
    Keep,
    /// They change over to this label, but for those of locked findings.
    Overwrite,
    /// The gesture is refused, telling how many there are: nothing of a file is dropped silently.
    Refuse,
}

/// The label, if findings of it may be drawn with this geometry.
fn drawable<'a>(
    document: &'a Document,
    id: &LabelId,
    kind: GeometryKind,
) -> Result<&'a Label, Error> {
    let protocol = document.protocol();
    let label = protocol
        .label(id)
        .ok_or_else(|| Error::UnknownLabel(id.clone()))?;
    if label.is_derived() {
        return Err(Error::Derived(id.clone()));
    }
    if protocol.depth(id) < protocol.required_depth {
        return Err(Error::TooCoarse {
            label: id.clone(),
            wanted: protocol.required_depth,
        });
    }
    if !label.allows(kind) {
        return Err(Error::Geometry {
            label: id.clone(),
            kind,
            allowed: label.geometry.clone(),
        });
    }
    Ok(label)
}

/// The finding that a gesture goes to; none if it makes a new one.
fn destination<'a>(
    document: &'a Document,
    place: &Place,
    label: &Label,
    onto: &Onto,
) -> Result<Option<&'a Finding>, Error> {
    let only = document
        .findings()
        .find(|f| !label.many && f.label == label.id);
    let found = match onto {
        Onto::Finding(id) => {
            let finding = known(document, id)?;
            if finding.label != label.id {
                return Err(Error::OtherLabel {
                    number: finding.number,
                    has: finding.label.clone(),
                    wanted: label.id.clone(),
                });
            }
            Some(finding)
        }
        Onto::New => only,
        Onto::Latest => only.or_else(|| {
            let mut latest_first = document.findings().rev();
            latest_first.find(|f| f.label == label.id && f.series == place.series)
        }),
    };
    if let Some(finding) = found {
        on_series(finding, place)?;
        unlocked(finding)?;
    }
    Ok(found)
}

fn known<'a>(document: &'a Document, id: &FindingId) -> Result<&'a Finding, Error> {
    document
        .finding(id)
        .ok_or_else(|| Error::UnknownFinding(id.clone()))
}

fn on_series(finding: &Finding, place: &Place) -> Result<(), Error> {
    if finding.series == place.series {
        Ok(())
    } else {
        Err(Error::OtherSeries {
            number: finding.number,
        })
    }
}

/// A locked finding keeps its voxels, its shapes and its label; what is said about it may change.
fn unlocked(finding: &Finding) -> Result<(), Error> {
    if finding.is_locked {
        Err(Error::Locked {
            number: finding.number,
        })
    } else {
        Ok(())
    }
}

/// The label of a finding whose geometry and label a person may change: a computed finding follows its parts, a locked
/// one stays as it is.
fn changeable<'a>(document: &'a Document, finding: &Finding) -> Result<&'a Label, Error> {
    let label = own_label(document, finding)?;
    unlocked(finding)?;
    Ok(label)
}

/// The label of a finding, unless it is computed from others.
fn own_label<'a>(document: &'a Document, finding: &Finding) -> Result<&'a Label, Error> {
    let label = document
        .protocol()
        .label(&finding.label)
        .ok_or_else(|| Error::UnknownLabel(finding.label.clone()))?;
    if label.is_derived() {
        Err(Error::Derived(label.id.clone()))
    } else {
        Ok(label)
    }
}
