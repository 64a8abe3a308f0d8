//! What changes the work: an edit is applied here, handed to the journal, and followed by the picture.

use super::Room;
use annotation_format::{Edit, FindingId};

/// What the journal is asked to do.
#[derive(Clone, Debug)]
pub enum Act {
    /// Keep an edit that the document already has.
    Append(Edit),
    /// Take the last edit back.
    Undo,
    /// Do the last undone edit again.
    Redo,
}

impl Room {
    /// What the journal is to do, in order.
    pub fn take_acts(&mut self) -> Vec<Act> {
        std::mem::take(&mut self.acts)
    }

    /// Sentences for the person: why a gesture did nothing.
    pub fn take_sayings(&mut self) -> Vec<annotation_format::Error> {
        std::mem::take(&mut self.sayings)
    }

    /// Keys of sentences that say what to do instead.
    pub fn take_hints(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.hints)
    }

    /// Applies an edit here and hands it to the journal. Empty edits change nothing and are not kept.
    pub(super) fn perform(&mut self, edit: Result<Edit, annotation_format::Error>) -> bool {
        let Some(edit) = self.apply(edit) else {
            return false;
        };
        self.acts.push(Act::Append(edit));
        true
    }

    /// Applies an edit to the document and marks what is to be drawn again.
    pub(super) fn apply(&mut self, edit: Result<Edit, annotation_format::Error>) -> Option<Edit> {
        let edit = match edit {
            Ok(edit) if edit.is_empty() => return None,
            Ok(edit) => edit,
            Err(error) => {
                self.sayings.push(error);
                return None;
            }
        };
        self.follow(&edit).then_some(edit)
    }

    /// Follows an edit that the journal has made or is about to make.
    pub fn follow(&mut self, edit: &Edit) -> bool {
        let changed = match self.document.apply(edit) {
            Ok(changed) => changed,
            Err(error) => {
                self.sayings.push(error);
                return false;
            }
        };
        self.known.borrow_mut().forget(&changed.findings);
        if changed.structure {
            self.mark_overlays();
        }
        for (id, voxels) in &changed.boxes {
            self.mark_box(id, voxels);
        }
        if self
            .selected
            .as_ref()
            .is_some_and(|id| self.document.finding(id).is_none())
        {
            self.selected = None;
        }
        true
    }

    /// Takes the last edit back.
    pub fn undo(&mut self) {
        self.finish_gesture();
        if self.is_editable() {
            self.acts.push(Act::Undo);
        }
    }

    /// Does the last undone edit again.
    pub fn redo(&mut self) {
        self.finish_gesture();
        if self.is_editable() {
            self.acts.push(Act::Redo);
        }
    }

    /// The overlays of all viewports are to be drawn again.
    pub fn mark_overlays(&mut self) {
        self.views
            .all_mut()
            .for_each(|view| view.pane.mark_overlay());
    }

    /// Voxels of a finding changed: the viewports that show it draw that part again.
    pub(super) fn mark_box(&mut self, id: &FindingId, voxels: &voxel::VoxelBox) {
        let Some(grid) = self
            .document
            .finding(id)
            .and_then(|finding| self.series_of(&finding.series)?.grid())
            .cloned()
        else {
            return self.mark_overlays();
        };
        let reach_px = f64::from(self.outline_px) + 2.0;
        for view in self.views.all_mut() {
            view.pane.mark_box(&grid, voxels, reach_px);
        }
    }
}
