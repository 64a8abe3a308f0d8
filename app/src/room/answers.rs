//! Answers and statements: attributes, case form, no finding, comments, deletion.

use super::Room;
use annotation_format::document::gesture;
use annotation_format::{AttributeId, FieldId, FindingId, Missing, Value};

impl Room {
    /// Answers an attribute of a finding; `None` takes the answer back.
    pub fn set_attribute(&mut self, finding: &FindingId, name: &AttributeId, value: Option<Value>) {
        if self.is_editable() {
            let edit = gesture::set_attribute(&self.document, finding, name, value);
            self.perform(edit);
        }
    }

    /// Answers a field of the case form.
    pub fn set_form(&mut self, field: &FieldId, value: Option<Value>) {
        if self.is_editable() {
            let edit = gesture::set_form(&self.document, field, value);
            self.perform(edit);
        }
    }

    /// States that there is no finding, or takes it back.
    pub fn say_no_finding(&mut self, is_said: bool) {
        if self.is_editable() {
            let edit = gesture::no_finding(&self.document, is_said);
            self.perform(edit);
        }
    }

    /// Writes a note at a finding.
    pub fn set_comment(&mut self, finding: &FindingId, text: &str) {
        if self.is_editable() {
            let edit = gesture::comment(&self.document, finding, text);
            self.perform(edit);
        }
    }

    /// Gives a finding a name of its own; an empty one takes it back.
    pub fn rename(&mut self, finding: &FindingId, name: &str) {
        if self.is_editable() {
            let edit = gesture::rename(&self.document, finding, name);
            self.perform(edit);
        }
    }

    /// Gives a finding a colour of its own, or its label's again.
    pub fn recolour(&mut self, finding: &FindingId, color: Option<[u8; 3]>) {
        if self.is_editable() {
            let edit = gesture::recolour(&self.document, finding, color);
            if self.perform(edit) {
                self.mark_overlays();
            }
        }
    }

    /// Locks a finding, or lets it be changed again.
    pub fn toggle_lock(&mut self, finding: &FindingId) {
        let locked = self.document.finding(finding).map(|f| f.is_locked);
        if let Some(is_locked) = locked.filter(|_| self.is_editable()) {
            let edit = gesture::lock(&self.document, finding, !is_locked);
            self.perform(edit);
        }
    }

    /// Deletes the selected finding; undo brings it back.
    pub fn delete_selected(&mut self) {
        let Some(id) = self.selected.clone().filter(|_| self.is_editable()) else {
            return;
        };
        let edit = gesture::delete(&self.document, &id);
        if self.perform(edit) {
            self.mark_overlays();
        }
    }

    /// Goes to what is missing. Returns whether it lies at a finding rather than in the case form.
    pub fn go_to_missing(&mut self, missing: &Missing) -> bool {
        match missing {
            Missing::Attribute { finding, .. } | Missing::Geometry { finding, .. } => {
                let id = finding.clone();
                self.select(Some(id.clone()));
                self.jump_to(&id);
                true
            }
            Missing::Statement | Missing::Finding => true,
            Missing::Field { .. } => false,
        }
    }
}
