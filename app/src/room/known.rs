//! What was measured and found of the work, kept until the work changes: the window asks in every frame.

use super::Room;
use annotation_format::{Attribute, AttributeId, Finding, FindingId, Missing, Value, measure};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use voxel::VoxelBox;

/// Figures of findings and of the whole work.
#[derive(Default)]
pub(super) struct Known {
    sizes: BTreeMap<FindingId, Sizes>,
    boxes: BTreeMap<FindingId, Option<VoxelBox>>,
    computed: BTreeMap<(FindingId, AttributeId), Option<Value>>,
    missing: Option<Arc<Lacks>>,
}

/// What stands in the way of submitting, and which findings it concerns.
#[derive(Debug, Default)]
pub struct Lacks {
    /// All of it, in the order in which it is shown.
    pub missing: Vec<Missing>,
    incomplete: BTreeSet<FindingId>,
}

/// Sizes of a finding's mask.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) volume_ml: f64,
    pub(super) axes_mm: Option<(f64, f64)>,
    pub(super) values: Option<measure::MaskValues>,
    pub(super) planes: Option<(usize, usize)>,
}

impl Known {
    /// These findings changed, or something of the case.
    pub(super) fn forget(&mut self, ids: &[FindingId]) {
        self.sizes.retain(|id, _| !ids.contains(id));
        self.boxes.retain(|id, _| !ids.contains(id));
        self.computed.retain(|(id, _), _| !ids.contains(id));
        self.missing = None;
    }
}

impl Room {
    /// What stands in the way of submitting.
    #[must_use]
    pub fn lacks(&self) -> Arc<Lacks> {
        let mut known = self.known.borrow_mut();
        let found = known.missing.get_or_insert_with(|| {
            let missing = self.document.missing();
            let incomplete = missing.iter().filter_map(|missing| match missing {
                Missing::Attribute { finding, .. } | Missing::Geometry { finding, .. } => {
                    Some(finding.clone())
                }
                _ => None,
            });
            Arc::new(Lacks {
                incomplete: incomplete.collect(),
                missing,
            })
        });
        Arc::clone(found)
    }

    /// Whether everything required of a finding is there.
    #[must_use]
    pub fn is_complete(&self, id: &FindingId) -> bool {
        !self.lacks().incomplete.contains(id)
    }

    /// Sizes of a finding's mask on the shown series. While the hand is down its finding changes with every
    /// movement: measured is when the hand is up.
    pub(super) fn sizes(&self, finding: &Finding) -> Option<Sizes> {
        if let Some(known) = self.known.borrow().sizes.get(&finding.id) {
            return Some(*known);
        }
        if !self.hand_is_free() {
            return None;
        }
        let volume = self.series_of(&finding.series)?.pixels.volume()?;
        let mask = finding.mask.as_ref()?;
        let grid = volume.grid();
        let sizes = Sizes {
            volume_ml: measure::volume_ml(mask, grid),
            axes_mm: measure::axes(mask, grid).map(|axes| (axes.long_mm, axes.short_mm)),
            values: measure::mask_values(mask, volume),
            planes: self.box_of(finding).map(|b| (b.min[2] + 1, b.max[2])),
        };
        let mut known = self.known.borrow_mut();
        known.sizes.insert(finding.id.clone(), sizes);
        Some(sizes)
    }

    /// The box of a finding's mask.
    pub(super) fn box_of(&self, finding: &Finding) -> Option<VoxelBox> {
        let mut known = self.known.borrow_mut();
        *known
            .boxes
            .entry(finding.id.clone())
            .or_insert_with(|| finding.mask.as_ref().and_then(voxel::Mask::bounding_box))
    }

    /// The value of a computed attribute, with its unit; dots while the hand changes the finding.
    #[must_use]
    pub fn computed(&self, finding: &Finding, attribute: &Attribute, lang: &str) -> Option<String> {
        attribute.computed?;
        let key = (finding.id.clone(), attribute.id.clone());
        let known = self.known.borrow().computed.get(&key).cloned();
        let value = match known {
            Some(value) => value,
            // it belongs to all pixels: while some are still to come it is not known
            None if !self.hand_is_free() || self.is_partial() => return Some("…".to_owned()),
            None => {
                let volume = self.series_of(&finding.series)?.pixels.volume()?;
                let value = measure::computed(attribute, finding, volume.grid(), Some(volume));
                let mut known = self.known.borrow_mut();
                known.computed.insert(key, value.clone());
                value
            }
        };
        let unit = attribute.unit.as_ref().map_or("", |unit| unit.sign(lang));
        Some(match value {
            Some(Value::Decimal(number)) => {
                let digits = attribute.decimals.unwrap_or(1) as usize;
                format!("{number:.digits$} {unit}")
            }
            Some(Value::Integer(number)) => format!("{number} {unit}"),
            _ => "—".to_owned(),
        })
    }
}
