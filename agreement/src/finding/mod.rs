//! Findings: who found what, and how well a scored reader finds a reference.

mod assignment;
mod evaluate;
mod input;
mod interval;
mod link;
mod matching;
mod scored;
mod split;

pub use evaluate::{
    AsReference, CaseMatching, FindingResult, FoundBy, PairMatching, PanopticFigures,
    agree_findings,
};
pub use input::{FindingCase, FindingEntry, FindingKind, FindingList, ScoredReaders};
pub use interval::f1_by_case;
pub use matching::{
    DetectionFigures, FindingPair, MatchRule, box_iou, mask_iou, match_findings, point_distance,
};
pub use scored::{CocoFigures, CocoOfLabel, FrocFigures, FrocPoint, SensitivityAt};
pub use split::SplitFinding;
