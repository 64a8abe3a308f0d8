//! The body of an edit. Names and forms here are kept for ever: a journal written today is read by every later version.

use serde::{Deserialize, Serialize};
use voxel::{BrickChange, BrickIndex, MaskChange};

use super::brick::{BrickName, Pack, Unpack};
use super::{VERSION, body_error, check_version};
use crate::edit::{Edit, EditName};
use crate::error::Error;
use crate::finding::FindingHead;
use crate::ids::{FindingId, LONGEST_ID};
use crate::step::Step;

/// An edit in a body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireEdit {
    v: u32,
    name: EditName,
    steps: Vec<WireStep>,
}

/// A step in a body: bricks by name, everything else as the step has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum WireStep {
    Mask {
        finding: FindingId,
        size: [usize; 3],
        bricks: Vec<(u16, u16, u16, BrickName, BrickName)>,
    },
    #[serde(untagged)]
    Plain(Box<Step>),
}

impl WireEdit {
    pub(super) fn from_edit(edit: &Edit, bricks: &mut Pack) -> Self {
        Self {
            v: VERSION,
            name: edit.name,
            steps: edit
                .steps
                .iter()
                .map(|step| WireStep::from_step(step, bricks))
                .collect(),
        }
    }

    pub(super) fn into_edit(self, bricks: &mut Unpack) -> Result<Edit, Error> {
        check_version(self.v, "edit")?;
        let steps: Result<Vec<Step>, Error> = self
            .steps
            .into_iter()
            .map(|step| step.into_step(bricks))
            .collect();
        Ok(Edit::new(self.name, steps?))
    }
}

impl WireStep {
    fn from_step(step: &Step, bricks: &mut Pack) -> Self {
        match step {
            Step::Mask {
                finding,
                change,
                size,
            } => WireStep::Mask {
                finding: finding.clone(),
                size: *size,
                bricks: change
                    .bricks
                    .iter()
                    .map(|brick| wire_brick(brick, bricks))
                    .collect(),
            },
            plain => WireStep::Plain(Box::new(plain.clone())),
        }
    }

    fn into_step(self, unpack: &mut Unpack) -> Result<Step, Error> {
        match self {
            WireStep::Mask {
                finding,
                size,
                bricks,
            } => Ok(Step::Mask {
                finding,
                change: mask_change(&bricks, unpack)?,
                size,
            }),
            WireStep::Plain(step) => {
                check_plain(&step)?;
                Ok(*step)
            }
        }
    }
}

/// What the types of a step do not hold by themselves.
fn check_plain(step: &Step) -> Result<(), Error> {
    match step {
        Step::CreateFinding(head) | Step::DeleteFinding(head) => check_head(head),
        Step::Shape { before, after, .. } => before
            .iter()
            .chain(after)
            .try_for_each(|shape| shape.kind.check()),
        _ => Ok(()),
    }
}

pub(super) fn check_head(head: &FindingHead) -> Result<(), Error> {
    let id = head.id.as_str();
    if !id.is_empty() && id.len() <= LONGEST_ID && head.number > 0 {
        Ok(())
    } else {
        Err(body_error("finding", "its id or number is impossible"))
    }
}

fn wire_brick(change: &BrickChange, bricks: &mut Pack) -> (u16, u16, u16, BrickName, BrickName) {
    let BrickIndex([x, y, z]) = change.index;
    (
        x,
        y,
        z,
        bricks.name(&change.before),
        bricks.name(&change.after),
    )
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
