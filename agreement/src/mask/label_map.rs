//! Label maps of files: `dokuei agree` (golden contract, section 4).

use super::crop::Crop;
use super::multi::{MultiResult, multi_of_patterns};
use super::multilabel::{MultilabelResult, multilabel};
use super::overlap::OverlapCounts;
use super::pair::{PairOptions, PairResult, PairSource};
use super::pattern::Patterns;
use crate::Error;
use rayon::prelude::*;
use serde::Serialize;
use voxel::{Grid, Phrase, VoxelBox, VoxelPoint};

/// Affines that differ by more than this in an element are different spaces.
const AFFINE_TOLERANCE_MM: f64 = 1e-3;

/// One reader's label map: one integer a voxel, i fastest, then j, then k.
#[derive(Debug, Clone, Copy)]
pub struct LabelMap<'a> {
    /// Where the voxels lie.
    pub grid: &'a Grid,
    /// One value a voxel; 0 is background.
    pub values: &'a [i64],
}

/// Options of `dokuei agree`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AgreeOptions {
    /// Foreground is this value; `None`: every value but 0.
    pub label: Option<i64>,
    /// Compare all labels at once (multi-label STAPLE) instead of one foreground.
    pub multilabel: bool,
    /// Tolerances and band width.
    pub pair: PairOptions,
}

/// Output of `dokuei agree`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreeResult {
    /// `dokuei.agree/1`.
    pub schema: &'static str,
    /// Number of label maps.
    pub n_readers: usize,
    /// Column norms of the affine.
    pub spacing_mm: [f64; 3],
    /// Two label maps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<PairResult>,
    /// Three or more label maps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi: Option<MultiResult>,
    /// All labels at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multilabel: Option<MultilabelResult>,
}

/// Compares two or more label maps; the first is the reference where a figure is directed.
///
/// # Errors
/// [`Error::BadArguments`] for fewer than two maps or unusable options,
/// [`Error::GeometryMismatch`] and [`Error::ShearedAffine`] where the maps cannot be compared.
pub fn agree(maps: &[LabelMap<'_>], options: &AgreeOptions) -> Result<AgreeResult, Error> {
    check_options(maps, options)?;
    check_space(maps)?;
    let grid = maps[0].grid;
    let mut result = AgreeResult {
        schema: "dokuei.agree/1",
        n_readers: maps.len(),
        spacing_mm: grid.spacing_mm(),
        pair: None,
        multi: None,
        multilabel: None,
    };
    let label = options.label;
    let wanted = move |value: i64| label.map_or(value != 0, |label| value == label);
    let values: Vec<&[i64]> = maps.iter().map(|map| map.values).collect();
    if options.multilabel {
        result.multilabel = Some(multilabel(&values)?);
    } else if let [a, b] = values[..] {
        let source = PairSource::of_labels(a, b, grid, wanted);
        result.pair = Some(source.figures(grid, &options.pair));
    } else {
        result.multi = Some(multi_of_patterns(&Patterns::of_labels(&values, wanted)));
    }
    Ok(result)
}

fn check_options(maps: &[LabelMap<'_>], options: &AgreeOptions) -> Result<(), Error> {
    let bad = |phrase: Phrase| Err(Error::BadArguments(phrase));
    let widths = || {
        options
            .pair
            .tolerances_mm
            .iter()
            .chain([&options.pair.boundary_mm])
    };
    if maps.len() < 2 {
        return bad(Phrase::new(
            "agree-few-maps",
            "at least two label maps are needed",
        ));
    }
    if maps.len() > Patterns::MOST_READERS {
        return bad(Phrase::new("agree-many-maps", "more than 32 label maps"));
    }
    if options.multilabel && options.label.is_some() {
        return bad(Phrase::new(
            "agree-label-or-all",
            "a single label cannot be combined with all labels",
        ));
    }
    if widths().any(|width| !width.is_finite() || *width < 0.0) {
        return bad(Phrase::new(
            "agree-widths",
            "tolerances and widths are finite and not negative",
        ));
    }
    if maps
        .iter()
        .any(|map| map.values.len() as u64 != map.grid.voxel_count())
    {
        return bad(Phrase::new(
            "agree-map-values",
            "a label map does not have as many values as voxels",
        ));
    }
    Ok(())
}

/// All maps must lie on the grid of the first, and that must not be sheared.
fn check_space(maps: &[LabelMap<'_>]) -> Result<(), Error> {
    if let Some(image) = maps.iter().position(|map| map.grid.is_sheared()) {
        return Err(Error::ShearedAffine { image: image + 1 });
    }
    let first = maps[0].grid;
    for (number, map) in maps.iter().enumerate().skip(1) {
        let mismatch = |what| {
            Err(Error::GeometryMismatch {
                other: number + 1,
                what,
            })
        };
        if map.grid.size() != first.size() {
            return mismatch("size");
        }
        let ours = first.affine().rows.iter().flatten();
        let theirs = map.grid.affine().rows.iter().flatten();
        if ours
            .zip(theirs)
            .any(|(a, b)| (a - b).abs() > AFFINE_TOLERANCE_MM)
        {
            return mismatch("affine");
        }
    }
    Ok(())
}

/// Integer sums of one pass over the voxels of two maps.
#[derive(Clone, Copy)]
struct Tally {
    counts: [u64; 2],
    both: u64,
    sums: [[u64; 3]; 2],
    min: [usize; 3],
    max: [usize; 3],
}

impl Tally {
    const NONE: Self = Self {
        counts: [0; 2],
        both: 0,
        sums: [[0; 3]; 2],
        min: [usize::MAX; 3],
        max: [0; 3],
    };

    fn add(&mut self, at: [usize; 3], inside: [bool; 2]) {
        for (reader, inside) in inside.into_iter().enumerate() {
            if inside {
                self.counts[reader] += 1;
                for (sum, at) in self.sums[reader].iter_mut().zip(at) {
                    *sum += at as u64;
                }
                self.min = least(self.min, at);
                self.max = most(self.max, at.map(|at| at + 1));
            }
        }
        self.both += u64::from(inside[0] && inside[1]);
    }

    fn join(self, other: Self) -> Self {
        let add = |a: u64, b: u64| a + b;
        Self {
            counts: std::array::from_fn(|n| add(self.counts[n], other.counts[n])),
            both: add(self.both, other.both),
            sums: std::array::from_fn(|n| {
                std::array::from_fn(|axis| add(self.sums[n][axis], other.sums[n][axis]))
            }),
            min: least(self.min, other.min),
            max: most(self.max, other.max),
        }
    }

    fn centre(&self, reader: usize) -> Option<VoxelPoint> {
        let count = self.counts[reader];
        (count > 0).then(|| VoxelPoint(self.sums[reader].map(|sum| sum as f64 / count as f64)))
    }
}

fn least(a: [usize; 3], b: [usize; 3]) -> [usize; 3] {
    std::array::from_fn(|axis| a[axis].min(b[axis]))
}

fn most(a: [usize; 3], b: [usize; 3]) -> [usize; 3] {
    std::array::from_fn(|axis| a[axis].max(b[axis]))
}

impl PairSource {
    fn of_labels(a: &[i64], b: &[i64], grid: &Grid, wanted: impl Fn(i64) -> bool + Sync) -> Self {
        let size = grid.size();
        let plane = size[0] * size[1];
        let tally = a
            .par_chunks(plane)
            .zip(b.par_chunks(plane))
            .enumerate()
            .map(|(k, (a, b))| {
                let mut tally = Tally::NONE;
                for (index, (&a, &b)) in a.iter().zip(b).enumerate() {
                    let inside = [wanted(a), wanted(b)];
                    if inside != [false; 2] {
                        tally.add([index % size[0], index / size[0], k], inside);
                    }
                }
                tally
            })
            .reduce(|| Tally::NONE, Tally::join);
        let cut = VoxelBox {
            min: tally.min,
            max: tally.max,
        };
        let cropped = |values| Crop::of_labels(values, size, cut, &wanted);
        Self {
            counts: OverlapCounts {
                a: tally.counts[0],
                b: tally.counts[1],
                intersection: tally.both,
                total: grid.voxel_count(),
            },
            centres: [tally.centre(0), tally.centre(1)],
            crops: (tally.max != [0; 3]).then(|| [cropped(a), cropped(b)]),
        }
    }
}
