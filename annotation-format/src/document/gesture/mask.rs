//! Voxels: painting, erasing, masks that a tool computed or a file brought.

use voxel::{Brick, Mask, PaintRule, Span};

use super::draft::Draft;
use super::{Onto, Overlap, Place, changeable, destination, drawable, known, on_series, unlocked};
use crate::document::Document;
use crate::edit::{Edit, EditName};
use crate::error::Error;
use crate::finding::Finding;
use crate::ids::{FindingId, LabelId};
use crate::protocol::{GeometryKind, Label};
use crate::step::Step;

/// One sample or the whole of a painting stroke.
#[derive(Clone)]
pub struct Stroke<'a> {
    /// The tool.
    pub name: EditName,
    /// What is painted.
    pub label: &'a LabelId,
    /// Which finding gets it.
    pub onto: Onto,
    /// The voxels under the brush.
    pub spans: &'a [Span],
    /// What happens to voxels of labels that exclude this one.
    pub overlap: Overlap,
    /// Which voxels below the brush may change: a range of values, inside or outside of masks.
    pub rule: PaintRule<'a>,
}

impl<'a> Stroke<'a> {
    /// A stroke of the plain brush that leaves other labels' voxels alone.
    pub fn brush(label: &'a LabelId, onto: Onto, spans: &'a [Span]) -> Self {
        Self {
            name: EditName::Brush,
            label,
            onto,
            spans,
            overlap: Overlap::Keep,
            rule: PaintRule::default(),
        }
    }
}

/// Whose voxels an eraser takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EraseFrom {
    /// Those of one finding.
    Finding(FindingId),
    /// Those of every finding with this label on the series that is not locked.
    Label(LabelId),
    /// Those of every finding on the series that is not locked.
    All,
}

/// Paints. Where nothing would change, the edit is empty and no finding is made.
///
/// # Errors
/// If the label does not allow voxels, the finding is locked or of another label or series, or the overlap is refused.
pub fn paint(document: &Document, place: &Place, stroke: &Stroke) -> Result<Edit, Error> {
    let label = drawable(document, stroke.label, GeometryKind::Mask)?;
    let size = place.grid.size();
    let mut painted = Mask::empty(size); // a grid is never larger than a mask may be
    let change = painted.paint_by(stroke.spans, true, &stroke.rule);
    painted.apply(&change)?;
    let target = Target {
        label,
        onto: &stroke.onto,
        overlap: stroke.overlap,
    };
    add(document, place, &target, &painted, stroke.name)
}

/// Erases. Where nothing would change, the edit is empty; a finding that loses its last voxel stays, without geometry.
///
/// # Errors
/// If the finding or label is not there, is computed, or lies on another series.
pub fn erase(
    document: &Document,
    place: &Place,
    from: &EraseFrom,
    spans: &[Span],
) -> Result<Edit, Error> {
    let findings = erasable(document, place, from)?;
    let size = place.grid.size();
    let under = Mask::from_spans(size, spans); // a grid is never larger than a mask may be
    let mut draft = Draft::new(document);
    for finding in findings {
        let Some(mask) = &finding.mask else { continue };
        fits(mask, place)?;
        if meets(mask, &under) {
            draft.push(Step::Mask {
                finding: finding.id.clone(),
                change: mask.paint(spans, false),
                size,
            })?;
        }
    }
    draft.finish(EditName::Erase)
}

/// Adds the voxels of a mask, for example of a file, to a finding.
///
/// # Errors
/// As [`paint`]; [`Error::Size`] if the mask was made for another grid.
pub fn add_mask(
    document: &Document,
    place: &Place,
    label: &LabelId,
    onto: &Onto,
    mask: &Mask,
    overlap: Overlap,
) -> Result<Edit, Error> {
    let label = drawable(document, label, GeometryKind::Mask)?;
    fits(mask, place)?;
    let target = Target {
        label,
        onto,
        overlap,
    };
    add(document, place, &target, mask, EditName::MaskImport)
}

/// Gives a finding exactly these voxels: what a tool that works on the whole mask computed.
///
/// # Errors
/// As [`paint`]; [`Error::Size`] if the mask was made for another grid.
pub fn replace_mask(
    document: &Document,
    place: &Place,
    finding: &FindingId,
    mask: &Mask,
    overlap: Overlap,
    name: EditName,
) -> Result<Edit, Error> {
    let finding = known(document, finding)?;
    on_series(finding, place)?;
    unlocked(finding)?;
    let label = drawable(document, &finding.label, GeometryKind::Mask)?;
    fits(mask, place)?;
    let mut draft = Draft::new(document);
    let mask = settle_overlap(&mut draft, place, label, Some(finding), mask, overlap)?;
    draft.set_mask(&finding.id, &mask)?;
    draft.finish(name)
}

/// Where voxels go.
struct Target<'a> {
    label: &'a Label,
    onto: &'a Onto,
    overlap: Overlap,
}

fn add(
    document: &Document,
    place: &Place,
    target: &Target,
    voxels: &Mask,
    name: EditName,
) -> Result<Edit, Error> {
    let found = destination(document, place, target.label, target.onto)?;
    if let Some(mask) = found.and_then(|finding| finding.mask.as_ref()) {
        fits(mask, place)?;
    }
    let mut draft = Draft::new(document);
    let voxels = settle_overlap(
        &mut draft,
        place,
        target.label,
        found,
        voxels,
        target.overlap,
    )?;
    match found {
        None if voxels.is_empty() => {}
        None => {
            let id = draft.create(&target.label.id, place.series)?;
            draft.set_mask(&id, &voxels)?;
        }
        Some(finding) => {
            let after = match &finding.mask {
                Some(mask) => mask.union(&voxels),
                None => voxels,
            };
            draft.set_mask(&finding.id, &after)?;
        }
    }
    draft.finish(name)
}

/// The part of `voxels` that the finding may have; with [`Overlap::Overwrite`] others lose theirs in the same edit,
/// but locked ones keep them.
fn settle_overlap(
    draft: &mut Draft,
    place: &Place,
    label: &Label,
    own: Option<&Finding>,
    voxels: &Mask,
    overlap: Overlap,
) -> Result<Mask, Error> {
    let others = in_the_way(draft.document(), place, (label, own), voxels)?;
    match overlap {
        Overlap::Keep => Ok(others
            .iter()
            .fold(voxels.clone(), |left, other| left.difference(&other.mask))),
        Overlap::Overwrite => {
            let (locked, free): (Vec<_>, Vec<_>) = others.iter().partition(|o| o.is_locked);
            let voxels = locked
                .iter()
                .fold(voxels.clone(), |left, other| left.difference(&other.mask));
            for other in free {
                draft.set_mask(&other.finding, &other.mask.difference(&voxels))?;
            }
            Ok(voxels)
        }
        Overlap::Refuse => {
            for other in others {
                let shared = other.mask.intersection_count(voxels);
                if shared > 0 {
                    let finding = known(draft.document(), &other.finding)?;
                    return Err(Error::Exclusive {
                        number: finding.number,
                        label: finding.label.clone(),
                        voxels: shared,
                    });
                }
            }
            Ok(voxels.clone())
        }
    }
}

/// A finding whose label excludes the one that is painted.
struct Other {
    finding: FindingId,
    mask: Mask,
    is_locked: bool,
}

/// Findings on the series whose label excludes this one and that have voxels near these, with their voxels. Computed
/// findings follow by themselves.
fn in_the_way(
    document: &Document,
    place: &Place,
    (label, own): (&Label, Option<&Finding>),
    voxels: &Mask,
) -> Result<Vec<Other>, Error> {
    let protocol = document.protocol();
    let mut found = Vec::new();
    for finding in document.findings() {
        let is_own = own.is_some_and(|own| own.id == finding.id);
        let excludes = protocol.exclusive(&label.id, &finding.label);
        let computed = protocol
            .label(&finding.label)
            .is_some_and(Label::is_derived);
        if is_own || !excludes || computed || finding.series != place.series {
            continue;
        }
        let Some(mask) = &finding.mask else { continue };
        fits(mask, place)?;
        if meets(mask, voxels) {
            found.push(Other {
                finding: finding.id.clone(),
                mask: mask.clone(),
                is_locked: finding.is_locked,
            });
        }
    }
    Ok(found)
}

fn erasable<'a>(
    document: &'a Document,
    place: &Place,
    from: &EraseFrom,
) -> Result<Vec<&'a Finding>, Error> {
    let here = document
        .findings()
        .filter(|finding| finding.series == place.series)
        .filter(|finding| changeable(document, finding).is_ok());
    match from {
        EraseFrom::Finding(id) => {
            let finding = known(document, id)?;
            on_series(finding, place)?;
            changeable(document, finding)?;
            Ok(vec![finding])
        }
        EraseFrom::Label(id) => {
            drawable(document, id, GeometryKind::Mask)?;
            Ok(here.filter(|finding| finding.label == *id).collect())
        }
        EraseFrom::All => Ok(here.collect()),
    }
}

/// Whether a mask has voxels in a brick of the other one: only then they can share a voxel. Asked of every finding,
/// so it costs what the other one, the gesture's, has bricks.
fn meets(mask: &Mask, other: &Mask) -> bool {
    let mut bricks = other.bricks();
    bricks.any(|(index, _)| !matches!(mask.brick(index), Brick::Empty))
}

fn fits(mask: &Mask, place: &Place) -> Result<(), Error> {
    if mask.size() == place.grid.size() {
        Ok(())
    } else {
        Err(Error::Size {
            has: mask.size(),
            wanted: place.grid.size(),
        })
    }
}
