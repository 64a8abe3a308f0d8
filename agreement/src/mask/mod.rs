//! Masks of two and more readers.

mod border;
mod crop;
mod label_map;
mod label_staple;
mod multi;
mod multilabel;
mod overlap;
mod pair;
mod pattern;
mod plane_picture;
mod remarks;
mod shape_average;
mod simple;
mod staple;
mod surface;
mod surfel_table;

pub(crate) use border::percentile_sorted;
pub(crate) use label_map::grid_difference;
pub use label_map::{AgreeOptions, AgreeResult, ReaderMap, ReaderPair, agree, reader_pairs};
pub use multi::{MajorityFigures, MultiResult, ReaderFigures, SimpleFigures, StapleFigures, multi};
pub use multilabel::{LabelFigures, MultilabelResult, MultilabelStaple, ReaderByLabel};
pub use overlap::{Overlap, OverlapCounts, OverlapFigures, overlap};
pub use pair::{DistanceFigures, PairOptions, PairResult, SurfaceShare, pair};
pub(crate) use pattern::count_keys;
pub use plane_picture::{PlanePicture, largest_difference};
pub use shape_average::{ShapeAverageFigures, shape_average};
pub use staple::{StapleOptions, StapleRegion};
