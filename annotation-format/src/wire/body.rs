//! The body of an edit. Names and forms here are kept for ever: a journal written today is read by every later version.

use serde::{Deserialize, Serialize};
use voxel::{BrickChange, BrickIndex, MaskChange};

use super::brick::{BrickName, Pack, Unpack};
use super::{VERSION, body_error, check_version};
use crate::edit::{Edit, EditName, Step};
use crate::error::Error;
use crate::finding::FindingHead;
use crate::ids::{AttributeId, FieldId, FindingId, LONGEST_ID, LabelId, ShapeId};
use crate::shape::Shape;
use crate::value::Value;

/// An edit in a body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireEdit {
    v: u32,
    name: EditName,
    steps: Vec<WireStep>,
}

/// A step in a body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum WireStep {
    CreateFinding(FindingHead),
    DeleteFinding(FindingHead),
    Mask {
        finding: FindingId,
        size: [usize; 3],
        bricks: Vec<(u16, u16, u16, BrickName, BrickName)>,
    },
    Shape {
        finding: FindingId,
        id: ShapeId,
        before: Option<Shape>,
        after: Option<Shape>,
    },
    Attribute {
        finding: FindingId,
        name: AttributeId,
        before: Option<Value>,
        after: Option<Value>,
    },
    Form {
        field: FieldId,
        before: Option<Value>,
        after: Option<Value>,
    },
    NoFinding {
        before: bool,
        after: bool,
    },
    Label {
        finding: FindingId,
        before: LabelId,
        after: LabelId,
    },
    Comment {
        finding: FindingId,
        before: String,
        after: String,
    },
}

impl WireEdit {
    pub(super) fn from_edit(edit: &Edit, bricks: &mut Pack) -> Self {
        Self {
            v: VERSION,
            name: edit.name,
            steps: edit.steps.iter().map(|step| WireStep::from_step(step, bricks)).collect(),
        }
    }

    pub(super) fn into_edit(self, bricks: &mut Unpack) -> Result<Edit, Error> {
        check_version(self.v, "edit")?;
        let steps: Result<Vec<Step>, Error> =
            self.steps.into_iter().map(|step| step.into_step(bricks)).collect();
        Ok(Edit::new(self.name, steps?))
    }
}

impl WireStep {
    fn from_step(step: &Step, bricks: &mut Pack) -> Self {
        match step.clone() {
            Step::CreateFinding(head) => WireStep::CreateFinding(head),
            Step::DeleteFinding(head) => WireStep::DeleteFinding(head),
            Step::Mask {
                finding,
                change,
                size,
            } => WireStep::Mask {
                finding,
                size,
                bricks: change.bricks.iter().map(|brick| wire_brick(brick, bricks)).collect(),
            },
            Step::Shape {
                finding,
                id,
                before,
                after,
            } => WireStep::Shape {
                finding,
                id,
                before,
                after,
            },
            Step::Attribute {
                finding,
                name,
                before,
                after,
            } => WireStep::Attribute {
                finding,
                name,
                before,
                after,
            },
            Step::Form {
                field,
                before,
                after,
            } => WireStep::Form {
                field,
                before,
                after,
            },
            Step::NoFinding { before, after } => WireStep::NoFinding { before, after },
            Step::Label {
                finding,
                before,
                after,
            } => WireStep::Label {
                finding,
                before,
                after,
            },
            Step::Comment {
                finding,
                before,
                after,
            } => WireStep::Comment {
                finding,
                before,
                after,
            },
        }
    }

    fn into_step(self, unpack: &mut Unpack) -> Result<Step, Error> {
        Ok(match self {
            WireStep::CreateFinding(head) => Step::CreateFinding(checked_head(head)?),
            WireStep::DeleteFinding(head) => Step::DeleteFinding(checked_head(head)?),
            WireStep::Mask {
                finding,
                size,
                bricks,
            } => Step::Mask {
                finding,
                change: mask_change(&bricks, unpack)?,
                size,
            },
            WireStep::Shape {
                finding,
                id,
                before,
                after,
            } => {
                for shape in before.iter().chain(&after) {
                    shape.kind.check()?;
                }
                Step::Shape {
                    finding,
                    id,
                    before,
                    after,
                }
            }
            WireStep::Attribute {
                finding,
                name,
                before,
                after,
            } => Step::Attribute {
                finding,
                name,
                before,
                after,
            },
            WireStep::Form {
                field,
                before,
                after,
            } => Step::Form {
                field,
                before,
                after,
            },
            WireStep::NoFinding { before, after } => Step::NoFinding { before, after },
            WireStep::Label {
                finding,
                before,
                after,
            } => Step::Label {
                finding,
                before,
                after,
            },
            WireStep::Comment {
                finding,
                before,
                after,
            } => Step::Comment {
                finding,
                before,
                after,
            },
        })
    }
}

pub(super) fn checked_head(head: FindingHead) -> Result<FindingHead, Error> {
    let short = head.id.as_str().len() <= LONGEST_ID && !head.id.as_str().is_empty();
    if short && head.number > 0 {
        Ok(head)
    } else {
        Err(body_error("finding", "its id or number is impossible"))
    }
}

fn wire_brick(
    change: &BrickChange,
    bricks: &mut Pack,
) -> (u16, u16, u16, BrickName, BrickName) {
    let BrickIndex([x, y, z]) = change.index;
    (x, y, z, bricks.name(&change.before), bricks.name(&change.after))
}

/// The change of these bricks; its box is found anew from the bits and never taken from the body.
fn mask_change(
    bricks: &[(u16, u16, u16, BrickName, BrickName)],
    unpack: &mut Unpack,
) -> Result<MaskChange, Error> {
    let changes: Result<Vec<BrickChange>, Error> = bricks
        .iter()
        .map(|(x, y, z, before, after)| {
            Ok(BrickChange {
                index: BrickIndex([*x, *y, *z]),
                before: unpack.brick(before)?,
                after: unpack.brick(after)?,
            })
        })
        .collect();
    Ok(MaskChange::from_bricks(changes?)?)
}
