//! Edits: the one way in which a document changes.
//!
//! An [`Edit`] is a named value that holds before and after of everything it touches. Its inverse is computed by
//! swapping them, two edits of one gesture merge into one, and both are tested as laws.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

use serde::{Deserialize, Serialize};
use voxel::MaskChange;

use crate::error::Error;
use crate::finding::FindingHead;
use crate::ids::{AttributeId, FieldId, FindingId, LabelId, ShapeId};
use crate::shape::Shape;
use crate::value::Value;

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

/// One change. Every step but the two that make and take away a bare finding holds before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// A bare finding appears.
    CreateFinding(FindingHead),
    /// A bare finding goes; what it held was taken away by steps before this one.
    DeleteFinding(FindingHead),
    /// Voxels of a finding change. Its bricks are kept apart, so only `wire` writes this step.
    #[serde(skip)]
    Mask {
        /// Whose voxels.
        finding: FindingId,
        /// The changed bricks.
        change: MaskChange,
        /// Size of the series' grid, voxels.
        size: [usize; 3],
    },
    /// A shape appears, moves or goes.
    Shape {
        /// Whose shape.
        finding: FindingId,
        /// Which shape.
        id: ShapeId,
        /// The shape before, absent if it appears.
        before: Option<Shape>,
        /// The shape afterwards, absent if it goes.
        after: Option<Shape>,
    },
    /// An answer about a finding changes.
    Attribute {
        /// About which finding.
        finding: FindingId,
        /// The attribute.
        name: AttributeId,
        /// The answer before.
        before: Option<Value>,
        /// The answer afterwards.
        after: Option<Value>,
    },
    /// A field of the case form changes.
    Form {
        /// The field.
        field: FieldId,
        /// The answer before.
        before: Option<Value>,
        /// The answer afterwards.
        after: Option<Value>,
    },
    /// The statement that the case has no finding is made or taken back.
    NoFinding {
        /// Before.
        before: bool,
        /// Afterwards.
        after: bool,
    },
    /// A finding gets another label.
    Label {
        /// Which finding.
        finding: FindingId,
        /// The label before.
        before: LabelId,
        /// The label afterwards.
        after: LabelId,
    },
    /// The free text of a finding changes.
    Comment {
        /// Which finding.
        finding: FindingId,
        /// The text before.
        before: String,
        /// The text afterwards.
        after: String,
    },
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

impl Step {
    /// The finding it is about; none for the case form.
    pub fn finding(&self) -> Option<&FindingId> {
        match self {
            Step::CreateFinding(head) | Step::DeleteFinding(head) => Some(&head.id),
            Step::Mask { finding, .. }
            | Step::Shape { finding, .. }
            | Step::Attribute { finding, .. }
            | Step::Label { finding, .. }
            | Step::Comment { finding, .. } => Some(finding),
            Step::Form { .. } | Step::NoFinding { .. } => None,
        }
    }

    /// The step that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> Step {
        let mut turned = self.clone();
        match &mut turned {
            Step::CreateFinding(head) => return Step::DeleteFinding(head.clone()),
            Step::DeleteFinding(head) => return Step::CreateFinding(head.clone()),
            Step::Mask { change, .. } => *change = change.inverse(),
            Step::Shape { before, after, .. } => std::mem::swap(before, after),
            Step::Attribute { before, after, .. } | Step::Form { before, after, .. } => {
                std::mem::swap(before, after);
            }
            Step::NoFinding { before, after } => std::mem::swap(before, after),
            Step::Label { before, after, .. } => std::mem::swap(before, after),
            Step::Comment { before, after, .. } => std::mem::swap(before, after),
        }
        turned
    }

    /// Whether before and after are the same.
    pub fn changes_nothing(&self) -> bool {
        match self {
            Step::CreateFinding(_) | Step::DeleteFinding(_) => false,
            Step::Mask { change, .. } => change.is_empty(),
            Step::Shape { before, after, .. } => before == after,
            Step::Attribute { before, after, .. } | Step::Form { before, after, .. } => {
                before == after
            }
            Step::NoFinding { before, after } => before == after,
            Step::Label { before, after, .. } => before == after,
            Step::Comment { before, after, .. } => before == after,
        }
    }

    fn same_thing(&self, other: &Step) -> bool {
        if self.finding() != other.finding() {
            return false;
        }
        match (self, other) {
            (Step::Mask { size: a, .. }, Step::Mask { size: b, .. }) => a == b,
            (Step::Shape { id: a, .. }, Step::Shape { id: b, .. }) => a == b,
            (Step::Attribute { name: a, .. }, Step::Attribute { name: b, .. }) => a == b,
            (Step::Form { field: a, .. }, Step::Form { field: b, .. }) => a == b,
            (Step::NoFinding { .. }, Step::NoFinding { .. })
            | (Step::Label { .. }, Step::Label { .. })
            | (Step::Comment { .. }, Step::Comment { .. }) => true,
            _ => false,
        }
    }

    /// This step and a later one on the same thing as one step.
    fn then(mut self, later: Step) -> Result<Step, Error> {
        let follows = match (&mut self, later) {
            (Step::Mask { change, .. }, Step::Mask { change: next, .. }) => {
                // voxel's merge takes for granted that the bricks follow each other.
                let fits = follows_on(change, &next);
                if fits {
                    *change = std::mem::take(change).then(next);
                }
                fits
            }
            (
                Step::Shape { after, .. },
                Step::Shape {
                    before,
                    after: last,
                    ..
                },
            ) => replace(after, &before, last),
            (
                Step::Attribute { after, .. },
                Step::Attribute {
                    before,
                    after: last,
                    ..
                },
            )
            | (
                Step::Form { after, .. },
                Step::Form {
                    before,
                    after: last,
                    ..
                },
            ) => replace(after, &before, last),
            (
                Step::NoFinding { after, .. },
                Step::NoFinding {
                    before,
                    after: last,
                },
            ) => replace(after, &before, last),
            (
                Step::Label { after, .. },
                Step::Label {
                    before,
                    after: last,
                    ..
                },
            ) => replace(after, &before, last),
            (
                Step::Comment { after, .. },
                Step::Comment {
                    before,
                    after: last,
                    ..
                },
            ) => replace(after, &before, last),
            _ => false,
        };
        if follows {
            Ok(self)
        } else {
            Err(Error::Stale {
                what: "a merged gesture",
            })
        }
    }
}

/// Puts the later value in place and tells whether it followed on the present one.
fn replace<T: PartialEq>(present: &mut T, expected: &T, last: T) -> bool {
    let fits = *present == *expected;
    *present = last;
    fits
}

/// Whether the bricks that both changes touch are in the state that the later one expects.
fn follows_on(earlier: &MaskChange, later: &MaskChange) -> bool {
    later.bricks.iter().all(|next| {
        earlier
            .bricks
            .binary_search_by(|done| done.index.cmp(&next.index))
            .ok()
            .and_then(|at| earlier.bricks.get(at))
            .is_none_or(|done| done.after == next.before)
    })
}
