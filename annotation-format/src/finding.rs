//! Findings: annotated things with a label, attributes and geometry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use voxel::Mask;

use crate::ids::{AttributeId, FindingId, LabelId, ShapeId};
use crate::shape::Shape;
use crate::value::Value;

/// What makes a finding before anything is drawn or said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingHead {
    /// Its id.
    pub id: FindingId,
    /// Its number within the document, from 1, never given twice.
    pub number: u32,
    /// Its label.
    pub label: LabelId,
    /// The series on whose grid its geometry lies.
    pub series: String,
}

/// An annotated thing of one reader in one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its id.
    pub id: FindingId,
    /// Its number within the document, from 1, never given twice.
    pub number: u32,
    /// Its label.
    pub label: LabelId,
    /// The series on whose grid its geometry lies.
    pub series: String,
    /// Its voxels; never an empty mask.
    pub mask: Option<Mask>,
    /// Its shapes, sorted by id.
    pub shapes: Vec<Shape>,
    /// The answers given; only attributes that are shown.
    pub attributes: BTreeMap<AttributeId, Value>,
    /// Free text.
    pub comment: String,
    /// Its own name; empty, it is called after its label.
    pub name: String,
    /// Its own colour, sRGB; without one it has its label's.
    pub color: Option<[u8; 3]>,
    /// Whether gestures leave its voxels, its shapes, its label and itself alone.
    pub is_locked: bool,
}

impl Finding {
    /// A bare finding.
    pub fn from_head(head: FindingHead) -> Self {
        Self {
            id: head.id,
            number: head.number,
            label: head.label,
            series: head.series,
            mask: None,
            shapes: Vec::new(),
            attributes: BTreeMap::new(),
            comment: String::new(),
            name: String::new(),
            color: None,
            is_locked: false,
        }
    }

    /// What makes the finding.
    pub fn head(&self) -> FindingHead {
        FindingHead {
            id: self.id.clone(),
            number: self.number,
            label: self.label.clone(),
            series: self.series.clone(),
        }
    }

    /// The shape with this id.
    pub fn shape(&self, id: &ShapeId) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.id == *id)
    }

    /// Whether it has voxels or shapes.
    pub fn has_geometry(&self) -> bool {
        self.mask.is_some() || !self.shapes.is_empty()
    }

    /// Whether nothing but its head is there: only such a finding can be taken away.
    pub fn is_bare(&self) -> bool {
        let says_nothing = self.attributes.is_empty() && self.comment.is_empty();
        let has_no_marks = self.name.is_empty() && self.color.is_none() && !self.is_locked;
        !self.has_geometry() && says_nothing && has_no_marks
    }

    /// Number of voxels.
    pub fn voxels(&self) -> u64 {
        self.mask.as_ref().map_or(0, Mask::count)
    }
}
