//! What is worth a second look, but blocks nothing.

use voxel::Grid;

use super::Document;
use crate::finding::Finding;
use crate::ids::{FindingId, LabelId};
use crate::measure;
use crate::protocol::Label;

/// One remark on a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// The finding.
    pub finding: FindingId,
    /// Its number.
    pub number: u32,
    /// What is remarkable.
    pub kind: WarningKind,
}

/// Kinds of remarks.
#[derive(Clone, Debug, PartialEq)]
pub enum WarningKind {
    /// The long axis is below the protocol's smallest size.
    TooSmall {
        /// Long axis, mm.
        long_mm: f64,
        /// Smallest size, mm.
        min_mm: f64,
    },
    /// Voxels lie outside the label within which they should lie.
    NotInside {
        /// That label.
        label: LabelId,
        /// Voxels outside it.
        voxels: u64,
    },
}

impl Warning {
    /// The sentence in a language.
    pub fn sentence(&self, lang: &str) -> String {
        let number = self.number;
        let ja = lang.starts_with("ja");
        match &self.kind {
            WarningKind::TooSmall { long_mm, min_mm } if ja => {
                format!("所見 {number} の長径は {long_mm:.1} mm で、{min_mm} mm に足りません。")
            }
            WarningKind::TooSmall { long_mm, min_mm } => {
                format!("Finding {number} is {long_mm:.1} mm long, less than {min_mm} mm.")
            }
            WarningKind::NotInside { label, voxels } if ja => {
                format!("所見 {number} の {voxels} ボクセルが {label} の外にあります。")
            }
            WarningKind::NotInside { label, voxels } => {
                format!("{voxels} voxels of finding {number} lie outside {label}.")
            }
        }
    }
}

impl Document {
    /// Remarks on the findings, in the order of their numbers. Sizes are judged where the grid of the series is known.
    pub fn warnings<'a>(&self, grid_of: &dyn Fn(&str) -> Option<&'a Grid>) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for finding in self.findings() {
            let Some(label) = self.protocol().label(&finding.label) else {
                continue;
            };
            let size = grid_of(&finding.series).and_then(|grid| too_small(finding, label, grid));
            for kind in size.into_iter().chain(self.not_inside(finding, label)) {
                warnings.push(Warning {
                    finding: finding.id.clone(),
                    number: finding.number,
                    kind,
                });
            }
        }
        warnings
    }

    fn not_inside(&self, finding: &Finding, label: &Label) -> Option<WarningKind> {
        let outer = label.inside.as_ref()?;
        let mask = finding.mask.as_ref()?;
        let around = self.findings().filter(|other| {
            other.label == *outer
                && other.series == finding.series
                && other
                    .mask
                    .as_ref()
                    .is_some_and(|other| other.size() == mask.size())
        });
        let outside = around
            .filter_map(|other| other.mask.as_ref())
            .fold(mask.clone(), |left, other| left.difference(other));
        let voxels = outside.count();
        (voxels > 0).then(|| WarningKind::NotInside {
            label: outer.clone(),
            voxels,
        })
    }
}

fn too_small(finding: &Finding, label: &Label, grid: &Grid) -> Option<WarningKind> {
    let min_mm = label.min_size_mm?;
    let long_mm = measure::axes(finding.mask.as_ref()?, grid)?.long_mm;
    (long_mm < min_mm).then_some(WarningKind::TooSmall { long_mm, min_mm })
}
