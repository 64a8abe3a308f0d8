//! The place of an NRRD image: the header's space made LPS.

use super::axes::Axes;
use super::fields::Fields;
use crate::array_file::header_text::{invalid, wrong_count};
use crate::array_file::layout::Role;
use crate::array_file::place::{Place, in_patient, mm_per_unit, normal_step, unplaced};
use crate::error::Fault;
use crate::problem::Problem;

/// The direction of one axis, in the header's space and unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// `none`, or along time.
    Nowhere,
    /// From one sample to the next.
    Along(Vec<f64>),
}

/// What a header's space is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Space {
    /// Coordinates, time left out.
    dimension: usize,
    /// Factors to LPS; `None` where the space says nothing of the patient.
    to_lps: Option<[f64; 3]>,
    /// The space of the scanner, not of the patient.
    is_scanner: bool,
}

/// The space of the header; `None` where it has none.
///
/// # Errors
/// A name that the format does not know, an impossible dimension.
fn space_of(fields: &Fields) -> Result<Option<Space>, Fault> {
    let Some(name) = fields.get("space") else {
        let Some(text) = fields.get("spacedimension") else {
            return Ok(None);
        };
        let dimension = text.parse::<usize>().ok().filter(|n| (1..=8).contains(n));
        return Ok(Some(Space {
            dimension: dimension.ok_or_else(|| invalid("space dimension", text))?,
            to_lps: None,
            is_scanner: false,
        }));
    };
    let small = name.to_ascii_lowercase();
    let spatial = small.strip_suffix("-time").or_else(|| {
        Some(small.as_str())
            .filter(|s| s.len() == 4)?
            .strip_suffix('t')
    });
    let to_lps = match spatial.unwrap_or(&small) {
        "left-posterior-superior" | "lps" | "scanner-xyz" => Some([1.0, 1.0, 1.0]),
        "right-anterior-superior" | "ras" => Some([-1.0, -1.0, 1.0]),
        "left-anterior-superior" | "las" => Some([1.0, -1.0, 1.0]),
        "3d-right-handed" | "3d-left-handed" => None,
        _ => return Err(invalid("space", name)),
    };
    Ok(Some(Space {
        dimension: 3,
        to_lps,
        is_scanner: small.starts_with("scanner"),
    }))
}

/// The space directions of the header, one for each axis.
///
/// # Errors
/// Another number of vectors than axes, vectors of another length than the space, no numbers.
pub(crate) fn steps(fields: &Fields, axes: usize) -> Result<Option<Vec<Step>>, Fault> {
    let Some(text) = fields.get("spacedirections") else {
        return Ok(None);
    };
    let found = vectors(text).ok_or_else(|| invalid("space directions", text))?;
    if found.len() != axes {
        return Err(wrong_count("space directions", found.len(), axes));
    }
    let dimension = space_of(fields)?.map(|space| space.dimension);
    let mut steps = Vec::new();
    for vector in found {
        let Some(mut vector) = vector.filter(|v| !v.iter().all(|x| x.is_nan())) else {
            steps.push(Step::Nowhere);
            continue;
        };
        if let Some(dimension) = dimension {
            let is_timed = fields.get("space").is_some() && vector.len() == dimension + 1;
            if vector.len() != dimension && !is_timed {
                let found = vector.len();
                return Err(wrong_count("space directions", found, dimension));
            }
            vector.truncate(dimension);
            if is_timed && vector.iter().all(|x| *x == 0.0) {
                steps.push(Step::Nowhere);
                continue;
            }
        }
        steps.push(Step::Along(vector));
    }
    Ok(Some(steps))
}

/// Vectors `(a,b,c)` and `none`, parted by spaces.
fn vectors(text: &str) -> Option<Vec<Option<Vec<f64>>>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('(') {
            let (inside, behind) = inner.split_once(')')?;
            let numbers = inside.split(',').map(|word| word.trim().parse().ok());
            found.push(Some(numbers.collect::<Option<Vec<f64>>>()?));
            rest = behind.trim_start();
        } else {
            let (word, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            if !word.eq_ignore_ascii_case("none") {
                return None;
            }
            found.push(None);
            rest = behind.trim_start();
        }
    }
    Some(found)
}

/// Where the image lies.
///
/// # Errors
/// Directions that do not span space, an origin that is none.
pub(crate) fn place_of(
    fields: &Fields,
    axes: &Axes,
    size: [usize; 3],
    steps: Option<&[Step]>,
    problems: &mut Vec<Problem>,
) -> Result<Place, Fault> {
    let mm = length_unit(fields, problems);
    let space = space_of(fields)?;
    let Some(steps) = steps else {
        return unplaced(size, filled(&axes.spacings, mm), problems);
    };
    let along = steps.iter().zip(&axes.axes);
    let along = along.filter_map(|(step, axis)| match (step, axis.role) {
        (Step::Along(vector), Role::Space) => Some(vector),
        _ => None,
    });
    let vectors: Vec<&Vec<f64>> = along.collect();
    let factors = space.and_then(|space| space.to_lps);
    let (Some(factors), [_, _, ..]) = (factors, vectors.as_slice()) else {
        let lengths: Vec<f64> = vectors
            .iter()
            .map(|vector| vector.iter().map(|x| x * x).sum::<f64>().sqrt())
            .collect();
        return unplaced(size, filled(&lengths, mm), problems);
    };
    let lps = |vector: &[f64]| -> [f64; 3] {
        let mut out = [0.0; 3];
        for ((to, from), factor) in out.iter_mut().zip(vector).zip(factors) {
            *to = from * factor * mm;
        }
        out
    };
    let mut columns = [[0.0; 3]; 3];
    for (column, vector) in columns.iter_mut().zip(&vectors) {
        *column = lps(vector);
    }
    if vectors.len() == 2 {
        let [first, second, third] = &mut columns;
        *third = normal_step(*first, *second);
    }
    let origin = lps(&origin(fields, problems)?);
    if space.is_some_and(|space| space.is_scanner) {
        problems.push(Problem::new(
            "scanner_space",
            "the place is given in the space of the scanner, which was taken for LPS: that is right for a patient who lay supine and head first",
        ));
    }
    in_patient(size, columns, origin, problems)
}

/// Steps of three axes from those that there are; axes that are not there count 1 mm.
fn filled(steps: &[f64], mm: f64) -> Option<[f64; 3]> {
    if steps.is_empty() {
        return None;
    }
    let mut out = [1.0; 3];
    for (to, step) in out.iter_mut().zip(steps) {
        *to = step * mm;
    }
    Some(out)
}

/// The centre of the first voxel in the header's space; zeros with a remark where it has none.
fn origin(fields: &Fields, problems: &mut Vec<Problem>) -> Result<Vec<f64>, Fault> {
    let Some(text) = fields.get("spaceorigin") else {
        problems.push(Problem::new(
            "no_origin",
            "the file says how the image is turned but not where it begins; it was placed at 0",
        ));
        return Ok(vec![0.0; 3]);
    };
    let found = vectors(text).and_then(|mut found| found.pop().flatten());
    found
        .filter(|origin| origin.len() >= 3)
        .ok_or_else(|| invalid("space origin", text))
}

/// Millimetres in the header's unit of length.
fn length_unit(fields: &Fields, problems: &mut Vec<Problem>) -> f64 {
    let text = fields
        .get("spaceunits")
        .or_else(|| fields.get("units"))
        .unwrap_or_default();
    // quoted names; one unit for all axes of space is all that makes sense
    let units = text
        .split('"')
        .map(str::trim)
        .filter(|unit| !unit.is_empty());
    let mut lengths = units.filter(|unit| !matches!(*unit, "none" | "???" | "s" | "ms"));
    lengths
        .next()
        .map_or(1.0, |unit| mm_per_unit(unit, problems))
}
