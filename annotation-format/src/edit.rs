//! Edits: the one way in which a document changes.
//!
//! An [`Edit`] is a named value that holds before and after of everything it touches. Its inverse is computed by
//! swapping them, two edits of one gesture merge into one, and both are tested as laws.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::ids::FindingId;
use crate::step::Step;

/// What a person did, in the words of the tools. Kept in the journal for ever: names are added, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are those of the tools, listed in cli.md"
)]
pub enum EditName {
    Brush,
    Erase,
    ThresholdBrush,
    AdaptiveBrush,
    Freehand,
    Polygon,
    Spline,
    LiveWire,
    RegionGrow,
    GrowFromSeeds,
    Threshold,
    FillBetween,
    CopySlice,
    Scissors,
    Islands,
    Margin,
    Hollow,
    Smooth,
    FillHoles,
    Logical,
    Mirror,
    Nudge,
    Ruler,
    Polyline,
    Bidirectional,
    Ellipse,
    Box2d,
    Box3d,
    Point,
    Span,
    MoveShape,
    DeleteShape,
    Attribute,
    Form,
    NoFinding,
    Relabel,
    Delete,
    Comment,
    /// A mask from a file was added to a finding.
    MaskImport,
    /// A decision of an adjudication was taken into the consensus.
    Consensus,
    /// The work was brought back to the state after an earlier row of its journal.
    Restore,
    /// A finding got a name of its own.
    Rename,
    /// A finding got a colour of its own.
    Recolour,
    Lock,
    Unlock,
}

impl EditName {
    /// The name as the journal and the commands write it.
    pub fn as_str(self) -> &'static str {
        match self {
            EditName::Brush => "brush",
            EditName::Erase => "erase",
            EditName::ThresholdBrush => "threshold_brush",
            EditName::AdaptiveBrush => "adaptive_brush",
            EditName::Freehand => "freehand",
            EditName::Polygon => "polygon",
            EditName::Spline => "spline",
            EditName::LiveWire => "live_wire",
            EditName::RegionGrow => "region_grow",
            EditName::GrowFromSeeds => "grow_from_seeds",
            EditName::Threshold => "threshold",
            EditName::FillBetween => "fill_between",
            EditName::CopySlice => "copy_slice",
            EditName::Scissors => "scissors",
            EditName::Islands => "islands",
            EditName::Margin => "margin",
            EditName::Hollow => "hollow",
            EditName::Smooth => "smooth",
            EditName::FillHoles => "fill_holes",
            EditName::Logical => "logical",
            EditName::Mirror => "mirror",
            EditName::Nudge => "nudge",
            EditName::Ruler => "ruler",
            EditName::Polyline => "polyline",
            EditName::Bidirectional => "bidirectional",
            EditName::Ellipse => "ellipse",
            EditName::Box2d => "box2d",
            EditName::Box3d => "box3d",
            EditName::Point => "point",
            EditName::Span => "span",
            EditName::MoveShape => "move_shape",
            EditName::DeleteShape => "delete_shape",
            EditName::Attribute => "attribute",
            EditName::Form => "form",
            EditName::NoFinding => "no_finding",
            EditName::Relabel => "relabel",
            EditName::Delete => "delete",
            EditName::Comment => "comment",
            EditName::MaskImport => "mask_import",
            EditName::Consensus => "consensus",
            EditName::Restore => "restore",
            EditName::Rename => "rename",
            EditName::Recolour => "recolour",
            EditName::Lock => "lock",
            EditName::Unlock => "unlock",
        }
    }
}

/// One gesture: everything that changed between press and release.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// What was done.
    pub name: EditName,
    /// The changes, applied in this order.
    pub steps: Vec<Step>,
}

impl Edit {
    /// An edit of these steps.
    pub fn new(name: EditName, steps: Vec<Step>) -> Self {
        Self { name, steps }
    }

    /// Whether it changes nothing; such an edit is not worth a row of the journal.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The edit that undoes this one: every step turned round, in the opposite order.
    #[must_use]
    pub fn inverse(&self) -> Edit {
        Edit {
            name: self.name,
            steps: self.steps.iter().rev().map(Step::inverse).collect(),
        }
    }

    /// Merges a later edit of the same gesture into this one. The name stays; steps on the same thing become one.
    ///
    /// # Errors
    /// [`Error::Stale`] if the later edit does not follow on this one.
    pub fn then(mut self, later: Edit) -> Result<Edit, Error> {
        for step in later.steps {
            match self.position_to_merge(&step) {
                Some(at) => self.merge_at(at, step)?,
                None => self.steps.push(step),
            }
        }
        Ok(self)
    }

    /// The finding that the edit makes, if it makes one that it does not take away again.
    pub fn created(&self) -> Option<&FindingId> {
        self.steps.iter().find_map(|step| match step {
            Step::CreateFinding(head) => Some(&head.id),
            _ => None,
        })
    }

    /// Every finding that the edit touches, each once, in the order of the steps.
    pub fn findings(&self) -> Vec<&FindingId> {
        let mut found: Vec<&FindingId> = Vec::new();
        for id in self.steps.iter().filter_map(Step::finding) {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        found
    }

    /// The last step on the same thing, unless the finding came or went after it.
    fn position_to_merge(&self, later: &Step) -> Option<usize> {
        for (at, step) in self.steps.iter().enumerate().rev() {
            if step.same_thing(later) {
                return Some(at);
            }
            let comes_or_goes = matches!(step, Step::CreateFinding(_) | Step::DeleteFinding(_));
            if comes_or_goes && step.finding() == later.finding() {
                return None;
            }
        }
        None
    }

    fn merge_at(&mut self, at: usize, later: Step) -> Result<(), Error> {
        let earlier = self.steps.remove(at);
        let merged = earlier.then(later)?;
        if !merged.changes_nothing() {
            self.steps.insert(at, merged);
        }
        Ok(())
    }
}
