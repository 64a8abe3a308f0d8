//! Which findings are out of sight.

use super::Room;
use annotation_format::FindingId;
use std::collections::BTreeSet;

impl Room {
    /// Shows or hides a finding.
    pub fn toggle_hidden(&mut self, id: &FindingId) {
        if !self.hidden.remove(id) {
            self.hidden.insert(id.clone());
        }
        self.mark_overlays();
    }

    /// Shows a finding (else the selected one) alone, or all again where it is alone already.
    pub fn toggle_solo(&mut self, id: Option<FindingId>) {
        let Some(id) = id.or_else(|| self.selected.clone()) else {
            return;
        };
        let others: BTreeSet<FindingId> = self
            .document
            .findings()
            .map(|finding| finding.id.clone())
            .filter(|other| *other != id)
            .collect();
        self.hidden = if self.hidden == others && !others.is_empty() {
            BTreeSet::new()
        } else {
            others
        };
        self.mark_overlays();
    }

    /// Hides every overlay while a key is held.
    pub fn hide_all(&mut self, hides: bool) {
        if self.is_all_hidden != hides {
            self.is_all_hidden = hides;
            self.mark_overlays();
        }
    }
}
