//! Checkpoints: a whole document, so that opening a case does not start from its first edit.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use voxel::{BrickIndex, Mask};

use super::brick::{BrickHash, BrickName, Pack, Unpack};
use super::{Encoded, FindBrick, VERSION, body, body_error, check_version, from_bytes, to_bytes};
use crate::document::Document;
use crate::error::Error;
use crate::finding::{Finding, FindingHead};
use crate::ids::{AttributeId, FieldId};
use crate::protocol::Protocol;
use crate::shape::Shape;
use crate::value::Value;

/// What a document says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    /// Hash of the protocol.
    protocol: String,
    no_finding: bool,
    form: BTreeMap<FieldId, Value>,
    findings: Vec<WireFinding>,
}

/// A checkpoint.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSnapshot {
    v: u32,
    next_number: u32,
    content: Content,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireFinding {
    head: FindingHead,
    mask: Option<WireMask>,
    shapes: Vec<Shape>,
    attributes: BTreeMap<AttributeId, Value>,
    comment: String,
    // Absent where they say nothing: a document without them has the content hash that it always had.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    color: Option<[u8; 3]>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    locked: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireMask {
    size: [usize; 3],
    bricks: Vec<(u16, u16, u16, BrickName)>,
}

/// A document as a checkpoint with all its bricks.
pub fn encode_snapshot(document: &Document) -> Encoded {
    encode_snapshot_without(document, &|_| false)
}

/// A document as a checkpoint and those of its bricks that the store does not have yet.
pub fn encode_snapshot_without(
    document: &Document,
    is_stored: &dyn Fn(&BrickHash) -> bool,
) -> Encoded {
    let mut bricks = Pack::new(is_stored);
    let snapshot = WireSnapshot {
        v: VERSION,
        next_number: document.next_number(),
        content: Content::of(document, &mut bricks),
    };
    Encoded {
        body: to_bytes(&snapshot),
        bricks: bricks.into_bricks(),
    }
}

/// The document of a checkpoint, under the protocol it was made with.
///
/// # Errors
/// [`Error::OtherProtocol`] for a checkpoint of another protocol; else as [`super::decode`].
pub fn decode_snapshot(
    body: &[u8],
    protocol: Arc<Protocol>,
    find: &mut FindBrick,
) -> Result<Document, Error> {
    let snapshot: WireSnapshot = from_bytes(body, "checkpoint")?;
    check_version(snapshot.v, "checkpoint")?;
    let content = snapshot.content;
    if content.protocol != protocol.sha256 {
        return Err(Error::OtherProtocol);
    }
    let mut bricks = Unpack::new(find);
    let findings: Result<Vec<Finding>, Error> = content
        .findings
        .into_iter()
        .map(|finding| finding.into_finding(&mut bricks))
        .collect();
    let (form, next) = (content.form, snapshot.next_number);
    Document::restore(protocol, findings?, form, content.no_finding, next)
}

impl Content {
    pub(super) fn of(document: &Document, bricks: &mut Pack) -> Self {
        Self {
            protocol: document.protocol().sha256.clone(),
            no_finding: document.no_finding(),
            form: document.form().clone(),
            findings: document
                .findings()
                .map(|finding| WireFinding::of(finding, bricks))
                .collect(),
        }
    }
}

impl WireFinding {
    fn of(finding: &Finding, bricks: &mut Pack) -> Self {
        Self {
            head: finding.head(),
            mask: finding.mask.as_ref().map(|mask| WireMask::of(mask, bricks)),
            shapes: finding.shapes.clone(),
            attributes: finding.attributes.clone(),
            comment: finding.comment.clone(),
            name: finding.name.clone(),
            color: finding.color,
            locked: finding.is_locked,
        }
    }

    fn into_finding(self, bricks: &mut Unpack) -> Result<Finding, Error> {
        body::check_head(&self.head)?;
        let mut finding = Finding::from_head(self.head);
        let mask = self.mask.map(|mask| mask.into_mask(bricks)).transpose()?;
        finding.mask = mask.filter(|mask| !mask.is_empty());
        for shape in &self.shapes {
            shape.kind.check()?;
        }
        let sorted = self.shapes.is_sorted_by(|a, b| a.id < b.id);
        if !sorted {
            return Err(body_error("checkpoint", "its shapes are out of order"));
        }
        finding.shapes = self.shapes;
        finding.attributes = self.attributes;
        finding.comment = self.comment;
        finding.name = self.name;
        finding.color = self.color;
        finding.is_locked = self.locked;
        Ok(finding)
    }
}

impl WireMask {
    fn of(mask: &Mask, bricks: &mut Pack) -> Self {
        let of_brick = |(BrickIndex([x, y, z]), brick)| (x, y, z, bricks.name(brick));
        Self {
            size: mask.size(),
            bricks: mask.bricks().map(of_brick).collect(),
        }
    }

    fn into_mask(self, bricks: &mut Unpack) -> Result<Mask, Error> {
        let found: Result<Vec<_>, Error> = self
            .bricks
            .iter()
            .map(|(x, y, z, name)| Ok((BrickIndex([*x, *y, *z]), bricks.brick(name)?)))
            .collect();
        Ok(Mask::from_bricks(self.size, found?)?)
    }
}
