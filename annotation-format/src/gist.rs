//! What an edit is about, in few words: for a list of what was done.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

use crate::edit::Edit;
use crate::finding::FindingHead;
use crate::ids::FindingId;
use crate::step::Step;

/// The findings an edit touches, and those that appear or go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gist {
    /// The findings, each once, in the order in which the edit comes to them.
    pub findings: Vec<Touched>,
    /// What is known of those that appear or go: nothing else tells it where they are gone.
    pub heads: Vec<FindingHead>,
}

/// What an edit does to one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The finding.
    pub id: FindingId,
    /// Voxels that come in less those that go out; `None` where its mask does not change.
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
        if let Step::CreateFinding(head) | Step::DeleteFinding(head) = step {
            self.heads.push(head.clone());
        }
        let Some(id) = step.finding() else { return };
        let known = self.findings.iter_mut().find(|touched| touched.id == *id);
        let net = net_voxels(step);
        match known {
            Some(touched) => {
                let before = touched.voxels.unwrap_or(0);
                touched.voxels = net.map(|net| before.saturating_add(net)).or(touched.voxels);
            }
            None => self.findings.push(Touched {
                id: id.clone(),
                voxels: net,
            }),
        }
    }
}

fn net_voxels(step: &Step) -> Option<i64> {
    let Step::Mask { change, .. } = step else {
        return None;
    };
    // A grid has fewer voxels than an i64 counts.
    let [more, fewer] = [change.voxels_added(), change.voxels_removed()]
        .map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    Some(more - fewer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::EditName;
    use voxel::{Mask, Span};

    #[test]
    fn voxels_are_counted_for_each_finding_apart() {
        let size = [8, 8, 2];
        let run = |begin, end| Span {
            j: 1,
            k: 0,
            i0: begin,
            i1: end,
        };
        let mask = |id: &str, before: &Mask, span: Span, value| Step::Mask {
            finding: FindingId::from(id),
            change: before.paint(&[span], value),
            size,
        };
        let full = Mask::from_spans(size, &[run(0, 8)]);
        let edit = Edit {
            name: EditName::Brush,
            steps: vec![
                mask("other", &full, run(2, 5), false),
                mask("own", &Mask::empty(size), run(2, 6), true),
                Step::NoFinding {
                    before: true,
                    after: false,
                },
            ],
        };
        let touched = |id: &str, voxels| Touched {
            id: FindingId::from(id),
            voxels: Some(voxels),
        };
        let gist = edit.gist();
        assert_eq!(gist.findings, [touched("other", -3), touched("own", 4)]);
        assert!(gist.heads.is_empty());
    }
}
