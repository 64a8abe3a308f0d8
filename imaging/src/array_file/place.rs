//! Where an array lies: steps and origin of its header, made a grid.

use crate::entry::AffineReason;
use crate::error::Fault;
use crate::problem::Problem;
use voxel::{Affine, Grid, PatientPoint, PatientVector, Phrase};

/// Where the image lies.
#[derive(Debug)]
pub(crate) struct Place {
    /// Its grid.
    pub(crate) grid: Grid,
    /// Spacing, where the header gives a usable one.
    pub(crate) spacing_mm: Option<[f64; 3]>,
    /// Why there is no affine.
    pub(crate) reason: Option<AffineReason>,
}

/// A grid that lies in the patient: LPS mm from one column, row, plane to the next, and the centre
/// of the first voxel.
///
/// # Errors
/// Steps that are not finite or do not span space.
pub(crate) fn in_patient(
    size: [usize; 3],
    steps: [[f64; 3]; 3],
    origin: [f64; 3],
    problems: &mut Vec<Problem>,
) -> Result<Place, Fault> {
    let affine = Affine::from_columns(steps.map(PatientVector), PatientPoint(origin));
    let grid = Grid::new(size, affine).map_err(|error| unusable(&error))?;
    if grid.is_sheared() {
        problems.push(Problem::new(
            "sheared",
            "the axes of the image are not at right angles; the sheared geometry is kept exactly",
        ));
    }
    Ok(Place {
        spacing_mm: Some(grid.spacing_mm()),
        grid,
        reason: None,
    })
}

/// A grid at an unknown place. `spacing` in mm where the header gives one.
///
/// # Errors
/// A size beyond what a grid can have.
pub(crate) fn unplaced(
    size: [usize; 3],
    spacing: Option<[f64; 3]>,
    problems: &mut Vec<Problem>,
) -> Result<Place, Fault> {
    let is_usable = |step: &f64| step.is_finite() && *step > 0.0;
    let spacing = spacing.filter(|steps| steps.iter().all(is_usable));
    if spacing.is_none() {
        problems.push(Problem::new(
            "spacing_invalid",
            "the voxel size is not three positive numbers; lengths are in pixels",
        ));
    }
    problems.push(Problem::new(
        "no_orientation",
        "the file does not say how the image lies in the patient",
    ));
    let affine = Affine::scaling(spacing.unwrap_or([1.0; 3]));
    Ok(Place {
        grid: Grid::new(size, affine).map_err(|error| unusable(&error))?,
        spacing_mm: spacing,
        reason: Some(AffineReason::NoGeometry),
    })
}

/// The step from plane to plane of a single plane whose header has none: 1 mm along the normal.
pub(crate) fn normal_step(column: [f64; 3], row: [f64; 3]) -> [f64; 3] {
    let normal = PatientVector(column).cross(PatientVector(row));
    let length = normal.length();
    (normal * (1.0 / length)).0
}

/// Remark that lengths were converted; the factor from a unit's name to mm. `None` for names that
/// mean mm or nothing that is known here.
pub(crate) fn mm_per_unit(name: &str, problems: &mut Vec<Problem>) -> f64 {
    let (mm, unit) = match name {
        "m" | "meter" | "meters" | "metre" | "metres" => {
            (1000.0, Phrase::new("unit-metres", "metres"))
        }
        "cm" | "centimeter" | "centimeters" => {
            (10.0, Phrase::new("unit-centimetres", "centimetres"))
        }
        "um" | "µm" | "μm" | "micron" | "microns" | "micrometer" | "micrometers" => {
            (0.001, Phrase::new("unit-micrometres", "micrometres"))
        }
        _ => return 1.0,
    };
    problems.push(
        Problem::new(
            "length_unit",
            format!("lengths in the file are in {unit}; they were converted to mm"),
        )
        .with("unit", unit),
    );
    mm
}

/// A grid that cannot be: what the voxel room said stays in English.
fn unusable(error: &voxel::Error) -> Fault {
    Fault::Geometry(Phrase::new(
        "geometry-affine",
        format!("the affine of the header: {error}"),
    ))
}
