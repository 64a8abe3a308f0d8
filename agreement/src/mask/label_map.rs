//! Label maps of files: `dokuei agree` (golden contract, section 4).

use super::multi::{MultiResult, multi_of_patterns};
use super::multilabel::{MultilabelResult, multilabel};
use super::pair::{PairOptions, PairResult, pair};
use super::pattern::Patterns;
use super::plane_picture::{PlanePicture, largest_difference};
use super::remarks::{
    Brought, of_each_label, of_labels, of_pair, of_places, of_reader_pairs, of_resampling,
    of_staple,
};
use super::shape_average::shape_average_figures;
use super::staple::StapleOptions;
use crate::{Error, Warning};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeSet;
use voxel::{Grid, LabelMap, Mask, Phrase};

/// Affines that differ by more than this in an element are different spaces.
const AFFINE_TOLERANCE_MM: f64 = 1e-3;

/// Labels that are compared one by one.
const MOST_LABELS: usize = 2000;

/// One reader's label map under the name that sentences and tables call it by.
#[derive(Debug, Clone, Copy)]
pub struct ReaderMap<'a> {
    /// The file's name.
    pub name: &'a str,
    /// Its voxels.
    pub map: &'a LabelMap,
    /// Whether the file says how the image lies in the patient.
    pub has_place: bool,
    /// Whether the file says how large a voxel is.
    pub has_spacing: bool,
    /// A value of the file that was rounded to a whole number, if one was.
    pub rounded: Option<f64>,
}

/// Options of `dokuei agree`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AgreeOptions {
    /// Foreground is this value; `None`: every value but 0.
    pub label: Option<i64>,
    /// Compare all labels at once (multi-label STAPLE) instead of one foreground.
    pub multilabel: bool,
    /// Bring maps of other grids to the first one's by nearest neighbour instead of refusing them.
    pub resample: bool,
    /// Prior and region of STAPLE.
    pub staple: StapleOptions,
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
    /// Names of the label maps, A first.
    pub readers: Vec<String>,
    /// Column norms of the affine.
    pub spacing_mm: [f64; 3],
    /// Maps that were brought to the first one's grid by nearest neighbour.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resampled: Vec<String>,
    /// Two label maps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<PairResult>,
    /// Three or more label maps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi: Option<MultiResult>,
    /// Three or more label maps: all figures of each pair.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<ReaderPair>,
    /// All labels at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multilabel: Option<MultilabelResult>,
    /// Where a figure may mislead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The plane in which the readers differ most, for the report.
    #[serde(skip)]
    pub picture: Option<PlanePicture>,
}

/// Figures of two of several readers, by their places in the list of readers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReaderPair {
    /// Place of the first.
    pub a: usize,
    /// Place of the second.
    pub b: usize,
    /// Their figures, the first being the reference of the directed ones.
    #[serde(flatten)]
    pub figures: PairResult,
}

/// Compares two or more label maps; the first is the reference where a figure is directed.
///
/// # Errors
/// [`Error::BadArguments`] for fewer than two maps or unusable options,
/// [`Error::GeometryMismatch`] and [`Error::ShearedAffine`] where the maps cannot be compared.
pub fn agree(maps: &[ReaderMap<'_>], options: &AgreeOptions) -> Result<AgreeResult, Error> {
    check_options(maps, options)?;
    let mut warnings = of_places(maps);
    let (maps, brought) = on_one_grid(maps, options.resample)?;
    let resampled: Vec<String> = brought.iter().map(|map| map.name.clone()).collect();
    let grid = maps[0].1.grid();
    let label = options.label;
    let wanted = move |value: i64| label.map_or(value != 0, |label| value == label);
    warnings.extend(of_resampling(&brought, maps[0].0));
    let labelled: Vec<(&str, Vec<i64>)> = maps
        .iter()
        .map(|(name, map)| (*name, map.labels()))
        .collect();
    warnings.extend(of_labels(&labelled, options.label, options.multilabel));
    let mut result = AgreeResult {
        schema: "dokuei.agree/1",
        n_readers: maps.len(),
        readers: maps.iter().map(|(name, _)| (*name).to_owned()).collect(),
        spacing_mm: grid.spacing_mm(),
        warnings,
        resampled,
        pair: None,
        multi: None,
        pairs: Vec::new(),
        multilabel: None,
        picture: None,
    };
    if options.multilabel {
        let maps: Vec<&LabelMap> = maps.iter().map(|(_, map)| map.as_ref()).collect();
        let figures = multilabel(&maps, &options.pair)?;
        let staple = &figures.staple;
        let at = "/multilabel/staple";
        result
            .warnings
            .extend(of_staple(staple.converged, staple.rounds, at));
        let of_labels = of_each_label(&figures.per_label, &result.readers);
        result.warnings.extend(of_labels);
        result.multilabel = Some(figures);
        return Ok(result);
    }
    let masks: Vec<Mask> = maps.iter().map(|(_, map)| map.mask(wanted)).collect();
    compare_foreground(&masks, grid, options, &mut result)?;
    Ok(result)
}

/// Figures of one foreground: of two readers, or of more with their consensus.
fn compare_foreground(
    masks: &[Mask],
    grid: &Grid,
    options: &AgreeOptions,
    result: &mut AgreeResult,
) -> Result<(), Error> {
    result.picture = largest_difference(&masks.iter().collect::<Vec<_>>());
    if let [a, b] = masks {
        let figures = pair(a, b, grid, &options.pair)?;
        result.warnings.extend(of_pair(&figures, &result.readers));
        result.pair = Some(figures);
    } else {
        let readers: Vec<&Mask> = masks.iter().collect();
        let patterns = Patterns::of_masks(&readers, grid)?;
        let mut multi = multi_of_patterns(&patterns, options.staple);
        multi.shape_average = Some(shape_average_figures(&readers, grid)?);
        let staple = &multi.staple;
        let at = "/multi/staple";
        result
            .warnings
            .extend(of_staple(staple.converged, staple.rounds, at));
        result.multi = Some(multi);
        result.pairs = reader_pairs(&readers, grid, &options.pair)?;
        let of_pairs = of_reader_pairs(&result.pairs, &result.readers);
        result.warnings.extend(of_pairs);
    }
    Ok(())
}

/// All figures of each pair of readers, in the order (0,1), (0,2), …, (1,2), …
///
/// # Errors
/// [`Error::GeometryMismatch`] for a mask of another size than the grid.
pub fn reader_pairs(
    masks: &[&Mask],
    grid: &Grid,
    options: &PairOptions,
) -> Result<Vec<ReaderPair>, Error> {
    let n = masks.len();
    (0..n)
        .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
        .map(|(a, b)| {
            let figures = pair(masks[a], masks[b], grid, options)?;
            Ok(ReaderPair { a, b, figures })
        })
        .collect()
}

fn check_options(maps: &[ReaderMap<'_>], options: &AgreeOptions) -> Result<(), Error> {
    let bad =
        |key: &'static str, english: &str| Err(Error::BadArguments(Phrase::new(key, english)));
    let widths = || {
        let boundary = [&options.pair.boundary_mm];
        options.pair.tolerances_mm.iter().chain(boundary)
    };
    if maps.len() < 2 {
        return bad("agree-few-maps", "at least two label maps are needed");
    }
    if maps.len() > Patterns::MOST_READERS {
        return bad("agree-many-maps", "more than 32 label maps");
    }
    if options.multilabel && options.label.is_some() {
        return bad(
            "agree-label-or-all",
            "a single label cannot be combined with all labels",
        );
    }
    if options.multilabel && options.staple != StapleOptions::default() {
        return bad(
            "agree-staple-labels",
            "prior and region belong to STAPLE of one foreground, not of all labels",
        );
    }
    if options
        .staple
        .prior
        .is_some_and(|prior| !(prior > 0.0 && prior < 1.0))
    {
        return bad("agree-staple-prior", "a prior lies between 0 and 1");
    }
    if options.multilabel {
        let labels: BTreeSet<i64> = maps.iter().flat_map(|reader| reader.map.labels()).collect();
        if labels.len() > MOST_LABELS {
            return bad(
                "agree-many-labels",
                "more than 2000 different values: these are pictures, not label maps",
            );
        }
    }
    if widths().any(|width| !width.is_finite() || *width < 0.0) {
        return bad(
            "agree-widths",
            "tolerances and widths are finite and not negative",
        );
    }
    Ok(())
}

/// A reader's name and map on the grid of the first.
type OnGrid<'a> = (&'a str, Cow<'a, LabelMap>);

/// All maps on the grid of the first, which must not be sheared, and what became of those that were
/// brought there.
fn on_one_grid<'a>(
    maps: &[ReaderMap<'a>],
    resample: bool,
) -> Result<(Vec<OnGrid<'a>>, Vec<Brought>), Error> {
    if let Some(sheared) = maps.iter().find(|reader| reader.map.grid().is_sheared()) {
        let image = sheared.name.to_owned();
        return Err(Error::ShearedAffine { image });
    }
    let first = maps[0].map.grid();
    let mut brought = Vec::new();
    let mut there = Vec::with_capacity(maps.len());
    for reader in maps {
        let map = match grid_difference(first, reader.map.grid()) {
            None => Cow::Borrowed(reader.map),
            Some(_) if resample => {
                let map = reader.map.resampled(first);
                let map = map.map_err(|error| Error::memory(&error))?;
                brought.push(Brought {
                    name: reader.name.to_owned(),
                    before_ml: foreground_ml(reader.map),
                    after_ml: foreground_ml(&map),
                });
                Cow::Owned(map)
            }
            Some(what) => {
                return Err(Error::GeometryMismatch {
                    image: reader.name.to_owned(),
                    first: maps[0].name.to_owned(),
                    what,
                });
            }
        };
        there.push((reader.name, map));
    }
    Ok((there, brought))
}

/// Volume of all voxels but background.
fn foreground_ml(map: &LabelMap) -> f64 {
    let counts = map.counts();
    let n: u64 = counts
        .iter()
        .filter(|(label, _)| **label != 0)
        .map(|(_, n)| n)
        .sum();
    n as f64 * map.grid().voxel_volume_mm3() / 1000.0
}

/// What of a grid is not as in the first one.
pub(crate) fn grid_difference(first: &Grid, other: &Grid) -> Option<&'static str> {
    if other.size() != first.size() {
        return Some("size");
    }
    let ours = first.affine().rows.iter().flatten();
    let theirs = other.affine().rows.iter().flatten();
    ours.zip(theirs)
        .any(|(a, b)| (a - b).abs() > AFFINE_TOLERANCE_MM)
        .then_some("affine")
}

#[cfg(test)]
mod tests {
    use super::*;
    use voxel::Affine;

    fn map(size: [usize; 3], spacing_mm: [f64; 3], values: &[i64]) -> LabelMap {
        let grid = Grid::new(size, Affine::scaling(spacing_mm)).unwrap();
        LabelMap::new(grid, values.iter().copied()).unwrap()
    }

    fn reader<'a>(name: &'a str, map: &'a LabelMap) -> ReaderMap<'a> {
        ReaderMap {
            name,
            map,
            has_place: true,
            has_spacing: true,
            rounded: None,
        }
    }

    #[test]
    fn another_grid_is_refused_by_name_and_brought_to_the_first_if_asked() {
        let one = map([4, 1, 1], [1.0; 3], &[0, 1, 1, 0]);
        let other = map([8, 1, 1], [0.5, 1.0, 1.0], &[0, 0, 1, 1, 1, 1, 0, 0]);
        let maps = [("one.nii", &one), ("other.nii", &other)].map(|(name, map)| reader(name, map));
        let refused = agree(&maps, &AgreeOptions::default()).unwrap_err();
        assert_eq!(refused.code(), "geometry_mismatch");
        assert!(refused.to_string().contains("other.nii"), "{refused}");
        let options = AgreeOptions {
            resample: true,
            ..AgreeOptions::default()
        };
        let result = agree(&maps, &options).unwrap();
        assert_eq!(result.resampled, ["other.nii"]);
        assert_eq!(result.pair.unwrap().overlap.dice, Some(1.0));
    }

    fn codes(maps: &[&LabelMap], options: &AgreeOptions) -> Vec<&'static str> {
        let named = ["a", "b", "c"].into_iter().zip(maps);
        let readers: Vec<ReaderMap> = named.map(|(name, map)| reader(name, map)).collect();
        let result = agree(&readers, options).unwrap();
        let found = result.warnings.iter().map(|warning| warning.code);
        found.filter(|code| *code != "small_structure").collect()
    }

    #[test]
    fn labels_that_not_every_map_has_are_told() {
        let [a, b, c] = [[1, 2, 0], [1, 0, 0], [255, 0, 0]].map(|v| map([3, 1, 1], [1.0; 3], &v));
        let all = AgreeOptions::default();
        assert_eq!(codes(&[&a, &b], &all), ["labels_pooled"]);
        // one number each is one structure, whatever the numbers are
        assert!(codes(&[&b, &c], &all).contains(&"identical_readers"));
        assert_eq!(codes(&[&b, &c], &all).len(), 1);
        let second = AgreeOptions {
            label: Some(2),
            ..AgreeOptions::default()
        };
        assert_eq!(codes(&[&a, &b], &second), ["label_absent"]);
        let each = AgreeOptions {
            multilabel: true,
            ..AgreeOptions::default()
        };
        assert_eq!(codes(&[&a, &b], &each), ["label_absent"]);
        assert_eq!(codes(&[&a, &a], &each), ["identical_readers"]);
    }

    #[test]
    fn several_maps_have_the_figures_of_each_pair() {
        let maps = [[1, 1, 0], [1, 0, 0], [0, 0, 0]].map(|v| map([3, 1, 1], [1.0; 3], &v));
        let readers: Vec<ReaderMap> = ["a", "b", "c"]
            .into_iter()
            .zip(&maps)
            .map(|(name, map)| reader(name, map))
            .collect();
        let result = agree(&readers, &AgreeOptions::default()).unwrap();
        let dice: Vec<_> = result
            .pairs
            .iter()
            .map(|pair| (pair.a, pair.b, pair.figures.overlap.dice))
            .collect();
        assert_eq!(
            dice,
            [
                (0, 1, Some(2.0 / 3.0)),
                (0, 2, Some(0.0)),
                (1, 2, Some(0.0))
            ]
        );
    }
}
