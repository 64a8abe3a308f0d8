//! The document: one reader's work on one case under one protocol.
//!
//! Its state is the fold of its edits; [`Document::apply`] is the only way to change it. Cloning is cheap (findings
//! and bricks are shared), so a snapshot for saving, comparing or showing costs nothing.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

mod apply;
mod between;
pub mod gesture;
mod missing;
mod warnings;

use std::collections::BTreeMap;
use std::sync::Arc;

use voxel::VoxelBox;

pub use missing::Missing;
pub use warnings::{Warning, WarningKind};

use crate::finding::Finding;
use crate::ids::{AttributeId, FieldId, FindingId, LabelId};
use crate::protocol::{Attribute, Protocol};
use crate::value::Value;

/// One reader's work on one case.
#[derive(Clone, Debug)]
pub struct Document {
    protocol: Arc<Protocol>,
    /// Sorted by number.
    findings: Vec<Arc<Finding>>,
    form: BTreeMap<FieldId, Value>,
    no_finding: bool,
    next_number: u32,
}

/// What an edit changed: views refresh from this and from nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changed {
    /// Findings that changed in any way, came or went.
    pub findings: Vec<FindingId>,
    /// Where voxels changed, per finding.
    pub boxes: Vec<(FindingId, VoxelBox)>,
    /// Whether the case form or the statement of no finding changed.
    pub form: bool,
    /// Whether findings came, went or changed their label, name, colour or lock.
    pub structure: bool,
}

impl Document {
    /// An empty document.
    pub fn new(protocol: Arc<Protocol>) -> Self {
        Self {
            protocol,
            findings: Vec::new(),
            form: BTreeMap::new(),
            no_finding: false,
            next_number: 1,
        }
    }

    /// The protocol it was made under.
    pub fn protocol(&self) -> &Arc<Protocol> {
        &self.protocol
    }

    /// The findings in the order of their numbers.
    pub fn findings(
        &self,
    ) -> impl DoubleEndedIterator<Item = &Finding> + ExactSizeIterator + Clone {
        self.findings.iter().map(Arc::as_ref)
    }

    /// The finding with this id.
    pub fn finding(&self, id: &FindingId) -> Option<&Finding> {
        self.findings().find(|finding| finding.id == *id)
    }

    /// The finding with this number.
    pub fn finding_of_number(&self, number: u32) -> Option<&Finding> {
        self.findings().find(|finding| finding.number == number)
    }

    /// The findings with a label, in the order of their numbers.
    pub fn findings_of<'a>(&'a self, label: &'a LabelId) -> impl Iterator<Item = &'a Finding> {
        self.findings()
            .filter(move |finding| finding.label == *label)
    }

    /// The answers of the case form.
    pub fn form(&self) -> &BTreeMap<FieldId, Value> {
        &self.form
    }

    /// Whether the reader said that the case has no finding.
    pub fn no_finding(&self) -> bool {
        self.no_finding
    }

    /// The number that the next finding gets; numbers are never given twice.
    pub fn next_number(&self) -> u32 {
        self.next_number
    }

    /// Whether nothing at all was said yet.
    pub fn is_untouched(&self) -> bool {
        self.findings.is_empty() && self.form.is_empty() && !self.no_finding
    }

    /// The fields of the case form that are asked now (skip logic).
    pub fn fields_shown(&self) -> Vec<&Attribute> {
        Protocol::shown(self.protocol.case_form.iter(), &self.form)
    }

    /// The attributes that are asked of a finding now (skip logic), computed ones included.
    pub fn attributes_shown(&self, finding: &Finding) -> Vec<&Attribute> {
        let asked = self
            .protocol
            .attributes
            .iter()
            .filter(|attribute| attribute.applies_to.contains(&finding.label));
        Protocol::shown(asked, &finding.attributes)
    }

    /// The answer about a finding.
    pub fn answer(&self, finding: &FindingId, attribute: &AttributeId) -> Option<&Value> {
        self.finding(finding)?.attributes.get(attribute)
    }
}
