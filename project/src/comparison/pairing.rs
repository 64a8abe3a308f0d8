//! Which findings of the readers are the same one: one-to-one and best in total per label, by the
//! protocol's tolerance.

use std::collections::BTreeMap;

use agreement::{MatchRule, match_findings};
use annotation_format::protocol::Pairing;
use annotation_format::{Finding, Label, LabelId, Protocol, Tolerance};
use voxel::Grid;

use super::{Reading, geometry};
use crate::digest::{FieldHash, hex};

/// Overlap that makes two findings the same one where the protocol names no rule.
pub(crate) const DEFAULT_IOU: f64 = 0.3;
/// Distance that makes two points the same one where the protocol names no rule, mm.
pub(crate) const DEFAULT_DISTANCE_MM: f64 = 5.0;

/// Findings that belong together: at most one of each reader.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    /// Of each reader, in the drawn order.
    pub(crate) members: Vec<Option<Finding>>,
}

impl Group {
    /// The first member there is.
    pub(crate) fn first(&self) -> Option<&Finding> {
        self.present().next().map(|(_, finding)| finding)
    }

    /// The members there are, with their places.
    pub(crate) fn present(&self) -> impl Iterator<Item = (usize, &Finding)> + Clone {
        self.members
            .iter()
            .enumerate()
            .filter_map(|(place, member)| Some((place, member.as_ref()?)))
    }

    /// Id of the row: a hash of the members, so that it stays while they stay the same.
    pub(crate) fn id(&self) -> String {
        let hash = self
            .members
            .iter()
            .fold(FieldHash::new("dokuei-row-id-1"), |hash, member| {
                hash.field(
                    member
                        .as_ref()
                        .map_or("", |finding| finding.id.as_str())
                        .as_bytes(),
                )
            });
        let digits = hex(&hash.finish());
        format!("f{}", digits.split_at(12).0)
    }
}

/// How findings of a label are paired.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// One finding per reader: nothing to pair.
    Single,
    Iou(f64),
    DistanceMm(f64),
    TimeIou(f64),
    /// By overlap where both have extent, else by distance.
    Default,
}

impl Rule {
    fn of(protocol: &Protocol, label: &Label) -> Self {
        if !label.many {
            return Self::Single;
        }
        match protocol.tolerance_of(&label.id) {
            Some(Tolerance::Label {
                pairing, threshold, ..
            }) => match pairing {
                Pairing::Iou => Self::Iou(threshold.unwrap_or(DEFAULT_IOU)),
                Pairing::DistanceMm => Self::DistanceMm(threshold.unwrap_or(DEFAULT_DISTANCE_MM)),
                Pairing::TimeIou => Self::TimeIou(threshold.unwrap_or(DEFAULT_IOU)),
                Pairing::Class => Self::Single,
            },
            _ => Self::Default,
        }
    }

    /// How good a pair is, larger is better; `None` if the rule does not allow it.
    fn score(self, a: &Finding, b: &Finding, grids: &BTreeMap<String, Grid>) -> Option<f64> {
        let nearness = |most: f64| {
            let distance = geometry::distance_mm(a, b, grids)?;
            (distance <= most).then(|| 1.0 - distance / most.max(f64::MIN_POSITIVE))
        };
        match self {
            Self::Single => Some(geometry::iou(a, b).unwrap_or(0.0)),
            Self::Iou(least) => geometry::iou(a, b).filter(|iou| *iou >= least),
            Self::TimeIou(least) => geometry::time_iou(a, b).filter(|iou| *iou >= least),
            Self::DistanceMm(most) => nearness(most),
            Self::Default => match geometry::iou(a, b) {
                Some(iou) => Some(iou).filter(|iou| *iou >= DEFAULT_IOU),
                None => nearness(DEFAULT_DISTANCE_MM),
            },
        }
    }
}

/// Groups the findings of all readings, label by label in the protocol's order, then those of
/// labels that the protocol does not know.
pub(super) fn group(
    protocol: &Protocol,
    grids: &BTreeMap<String, Grid>,
    readings: &[Reading],
) -> Vec<Group> {
    let mut groups = Vec::new();
    for label in &protocol.labels {
        let rule = Rule::of(protocol, label);
        groups.extend(group_label(&label.id, rule, grids, readings));
    }
    groups
}

fn group_label(
    label: &LabelId,
    rule: Rule,
    grids: &BTreeMap<String, Grid>,
    readings: &[Reading],
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (place, reading) in readings.iter().enumerate() {
        let found: Vec<&Finding> = reading.document.findings_of(label).collect();
        // A group's score is that of its best member: with two readers plain one-to-one matching.
        let score = |at: usize, other: usize| {
            let (group, finding) = (groups.get(at)?, found.get(other)?);
            group
                .present()
                .filter_map(|(_, member)| rule.score(member, finding, grids))
                .max_by(f64::total_cmp)
        };
        // The rule's limit is in the score; every pair that has one is allowed.
        let allowed = MatchRule::ThresholdIou(0.0);
        let pairs = match_findings(groups.len(), found.len(), allowed, score);
        let mut taken = vec![None; found.len()];
        for pair in pairs {
            if let Some(group) = taken.get_mut(pair.second) {
                *group = Some(pair.first);
            }
        }
        for (finding, group) in found.into_iter().zip(taken) {
            let at = match group {
                Some(at) => at,
                None => {
                    groups.push(Group {
                        members: vec![None; readings.len()],
                    });
                    groups.len() - 1
                }
            };
            let member = groups
                .get_mut(at)
                .and_then(|group| group.members.get_mut(place));
            if let Some(member) = member {
                *member = Some(finding.clone());
            }
        }
    }
    groups
}
