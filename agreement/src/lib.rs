//! Statistics between readers, and the report of them.
//!
//! For masks ([`pair`], [`overlap`], [`multi`]; label maps of files: [`agree`]), ratings and
//! measurements ([`agree_ratings`], [`cohen_kappa`], [`summarise`], [`plan`]) and findings
//! ([`agree_findings`], [`match_findings`]); [`report`] makes HTML and CSV of a project's figures.
//! Every result serialises to the keys of the golden contract. A figure that is undefined is `None`
//! with a [`Reason`] beside it, never NaN and never a silent 0 or 1. Sums over voxels are whole
//! numbers, and the result does not depend on the number of threads.
//! Never here: files, who may see what, windows, and what a label means.
//!
//! ```
//! use agreement::{PairOptions, overlap, pair};
//! use voxel::{Affine, Grid, Mask};
//! let grid = Grid::new([16, 16, 4], Affine::scaling([0.7, 0.7, 3.0])).unwrap();
//! let reader_a = Mask::from_fn(grid.size(), |v| v.0[0] < 8);
//! let reader_b = Mask::from_fn(grid.size(), |v| v.0[0] < 7);
//! let quick = overlap(&reader_a, &reader_b, &grid).unwrap();
//! assert_eq!(quick.figures.iou, Some(7.0 / 8.0));
//! let full = pair(&reader_a, &reader_b, &grid, &PairOptions::default()).unwrap();
//! assert!((full.distance.hd_mm.unwrap() - 0.7).abs() < 1e-12);
//! ```

mod distribution;
mod error;
mod figure;
mod finding;
mod mask;
mod rating;
pub mod report;
mod resampling;
mod warning;

pub use error::Error;
pub use figure::{Figure, Keyed, Reason, Reasons, Section};
pub use finding::{
    AsReference, CaseMatching, CocoFigures, CocoOfLabel, DetectionFigures, FindingCase,
    FindingEntry, FindingKind, FindingList, FindingPair, FindingResult, FoundBy, FrocFigures,
    FrocPoint, MatchRule, PairMatching, PanopticFigures, ScoredReaders, SensitivityAt,
    SplitFinding, agree_findings, box_iou, f1_by_case, mask_iou, match_findings, point_distance,
};
pub use mask::{
    AgreeOptions, AgreeResult, DistanceFigures, LabelFigures, MajorityFigures, MultiResult,
    MultilabelResult, MultilabelStaple, Overlap, OverlapCounts, OverlapFigures, PairOptions,
    PairResult, PlanePicture, ReaderByLabel, ReaderFigures, ReaderMap, ReaderPair,
    ShapeAverageFigures, SimpleFigures, StapleFigures, StapleOptions, StapleRegion, SurfaceShare,
    agree, largest_difference, multi, overlap, pair, reader_pairs, shape_average,
};
pub use rating::{
    AlphaFigures, BinaryFigures, BlandAltman, BlandAltmanRepeated, BoxSpread, ByCase, ByWeighting,
    CaseLimits, CategoricalResult, ChanceCorrected, Coefficient, CohenKappa, CohenKappas,
    ConfusionTable, ContinuousResult, Estimate, Icc, IccForm, KappaOfPair, LinCcc, PercentLimits,
    PlanResult, PlanSpec, PlannedItems, PrintedLimits, Proportional, RatingOptions, RatingResult,
    RatingTable, Scale, SpecificAgreement, Summary, SummaryOptions, SummaryResult, Weighting,
    Weights, WithinSubject, agree_ratings, bland_altman, bland_altman_repeated, box_spread,
    cohen_kappa, intraclass, limits_to_print, list_of_names, measurements_by_case, plan, summarise,
    summarise_column,
};
pub use warning::Warning;
