//! Steps: the single changes of which an edit is made, each with its before and after.

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
    /// A finding gets a name of its own; empty, it is called after its label.
    Name {
        /// Which finding.
        finding: FindingId,
        /// The name before.
        before: String,
        /// The name afterwards.
        after: String,
    },
    /// A finding gets a colour of its own; without one it has its label's.
    Color {
        /// Which finding.
        finding: FindingId,
        /// The colour before, sRGB.
        before: Option<[u8; 3]>,
        /// The colour afterwards, sRGB.
        after: Option<[u8; 3]>,
    },
    /// A finding is locked or unlocked.
    Lock {
        /// Which finding.
        finding: FindingId,
        /// Before.
        before: bool,
        /// Afterwards.
        after: bool,
    },
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
            | Step::Comment { finding, .. }
            | Step::Name { finding, .. }
            | Step::Color { finding, .. }
            | Step::Lock { finding, .. } => Some(finding),
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
            Step::Comment { before, after, .. } | Step::Name { before, after, .. } => {
                std::mem::swap(before, after);
            }
            Step::Color { before, after, .. } => std::mem::swap(before, after),
            Step::Lock { before, after, .. } => std::mem::swap(before, after),
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
            Step::Comment { before, after, .. } | Step::Name { before, after, .. } => {
                before == after
            }
            Step::Color { before, after, .. } => before == after,
            Step::Lock { before, after, .. } => before == after,
        }
    }

    pub(crate) fn same_thing(&self, other: &Step) -> bool {
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
            | (Step::Comment { .. }, Step::Comment { .. })
            | (Step::Name { .. }, Step::Name { .. })
            | (Step::Color { .. }, Step::Color { .. })
            | (Step::Lock { .. }, Step::Lock { .. }) => true,
            _ => false,
        }
    }

    /// This step and a later one on the same thing as one step.
    pub(crate) fn then(mut self, later: Step) -> Result<Step, Error> {
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
            )
            | (
                Step::Name { after, .. },
                Step::Name {
                    before,
                    after: last,
                    ..
                },
            ) => replace(after, &before, last),
            (
                Step::Color { after, .. },
                Step::Color {
                    before,
                    after: last,
                    ..
                },
            ) => replace(after, &before, last),
            (
                Step::Lock { after, .. },
                Step::Lock {
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
