//! What an edit is about, in few words: for a list of what was done.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

use crate::edit::Edit;
use crate::finding::FindingHead;
use crate::ids::FindingId;
use crate::step::Step;

/// The findings an edit touches and how their voxels become more or fewer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gist {
    /// The findings, each once, in the order in which the edit comes to them.
    pub findings: Vec<FindingId>,
    /// What is known of those that appear or go: nothing else tells it where they are gone.
    pub heads: Vec<FindingHead>,
    /// Voxels that come in less those that go out, of all its findings; `None` where no mask changes.
    pub voxels: Option<i64>,
}

impl Edit {
    /// What it is about.
    pub fn gist(&self) -> Gist {
        let mut gist = Gist::default();
        for step in &self.steps {
            gist.take(step);
        }
        gist
    }
}

impl Gist {
    fn take(&mut self, step: &Step) {
        if let Some(finding) = step.finding()
            && !self.findings.contains(finding)
        {
            self.findings.push(finding.clone());
        }
        match step {
            Step::CreateFinding(head) | Step::DeleteFinding(head) => self.heads.push(head.clone()),
            Step::Mask { change, .. } => {
                // A grid has fewer voxels than an i64 counts.
                let [more, fewer] = [change.voxels_added(), change.voxels_removed()]
                    .map(|count| i64::try_from(count).unwrap_or(i64::MAX));
                let voxels = self.voxels.unwrap_or(0);
                self.voxels = Some(voxels.saturating_add(more).saturating_sub(fewer));
            }
            _ => {}
        }
    }
}
