//! The place of a NIfTI image: sform, else qform, else none (nifti1.h, “3D IMAGE (VOLUME)
//! ORIENTATION AND LOCATION IN SPACE”). RAS in the file, LPS in the result.

use super::header::Header;
use crate::entry::AffineReason;
use crate::error::Fault;
use crate::problem::Problem;
use voxel::{Affine, Grid, Phrase};

/// Corner distance above which sform and qform are told to differ, mm.
const FORMS_DIFFER_MM: f64 = 0.5;

/// Where the image lies.
pub(crate) struct Place {
    /// Its grid.
    pub(crate) grid: Grid,
    /// Spacing, where the header gives a usable one.
    pub(crate) spacing_mm: Option<[f64; 3]>,
    /// Why there is no affine.
    pub(crate) reason: Option<AffineReason>,
    /// What was noticed.
    pub(crate) problems: Vec<Problem>,
}

/// The grid of a header.
///
/// # Errors
/// A form that is declared but cannot be used: not finite, singular, a quaternion beyond length 1.
pub(crate) fn place_of(header: &Header) -> Result<Place, Fault> {
    let mut problems = Vec::new();
    let ras = if header.sform_code > 0 {
        let sform = header.sform;
        tell_difference(header, &sform, &mut problems);
        Some(sform)
    } else if header.qform_code > 0 {
        Some(qform(header)?)
    } else {
        None
    };
    let Some(ras) = ras else {
        return without_form(header, problems);
    };
    let scaled = ras.map(|row| row.map(|value| value * header.mm_per_unit));
    let [x, y, z] = scaled;
    let affine = Affine {
        rows: [x.map(|v| -v), y.map(|v| -v), z],
    };
    let grid = Grid::new(header.size, affine).map_err(|error| unusable(&error))?;
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
        problems,
    })
}

/// A grid that cannot be: what the voxel room said stays in English.
fn unusable(error: &voxel::Error) -> Fault {
    Fault::Geometry(Phrase::new(
        "geometry-affine",
        format!("the affine of the header: {error}"),
    ))
}

/// No form: voxels of known size at an unknown place.
fn without_form(header: &Header, mut problems: Vec<Problem>) -> Result<Place, Fault> {
    let [_, x, y, z] = header.pixdim;
    let steps = [x, y, z].map(|step| step * header.mm_per_unit);
    let planes = if header.size[2] == 1 { 2 } else { 3 };
    let is_usable = |step: &f64| step.is_finite() && *step > 0.0;
    let usable = steps.iter().take(planes).all(is_usable);
    let spacing = usable.then(|| steps.map(|step| if is_usable(&step) { step } else { 1.0 }));
    if !usable {
        problems.push(Problem::new(
            "spacing_invalid",
            "the voxel size is not three positive numbers; lengths are in pixels",
        ));
    }
    problems.push(Problem::new(
        "no_orientation",
        "the file does not say how the image lies in the patient (neither sform nor qform)",
    ));
    let grid = Grid::new(header.size, Affine::scaling(spacing.unwrap_or([1.0; 3])))
        .map_err(|error| unusable(&error))?;
    Ok(Place {
        grid,
        spacing_mm: spacing,
        reason: Some(AffineReason::NoGeometry),
        problems,
    })
}

/// The quaternion form as rows of a RAS affine.
fn qform(header: &Header) -> Result<[[f64; 4]; 3], Fault> {
    let [b, c, d] = header.quaternion;
    let square = b * b + c * c + d * d;
    // single precision leaves a little above one
    if !square.is_finite() || square > 1.0 + 1e-5 {
        let said = Phrase::new(
            "geometry-quaternion",
            format!("the quaternion of the header has a squared length of {square}"),
        );
        return Err(Fault::Geometry(said.with("square", square)));
    }
    let a = (1.0 - square).max(0.0).sqrt();
    let [qfac, x, y, z] = header.pixdim;
    let z = if header.size[2] == 1 && z == 0.0 {
        1.0
    } else {
        z
    };
    let z = if qfac < 0.0 { -z } else { z };
    let rotation = [
        [
            a * a + b * b - c * c - d * d,
            2.0 * (b * c - a * d),
            2.0 * (b * d + a * c),
        ],
        [
            2.0 * (b * c + a * d),
            a * a + c * c - b * b - d * d,
            2.0 * (c * d - a * b),
        ],
        [
            2.0 * (b * d - a * c),
            2.0 * (c * d + a * b),
            a * a + d * d - b * b - c * c,
        ],
    ];
    let [ox, oy, oz] = header.quaternion_offset;
    let row = |[p, q, r]: [f64; 3], offset: f64| [p * x, q * y, r * z, offset];
    let [r0, r1, r2] = rotation;
    Ok([row(r0, ox), row(r1, oy), row(r2, oz)])
}

/// Says so if the file holds two forms that disagree; the sform is followed.
fn tell_difference(header: &Header, sform: &[[f64; 4]; 3], problems: &mut Vec<Problem>) {
    if header.qform_code <= 0 {
        return;
    }
    let Ok(qform) = qform(header) else {
        problems.push(
            Problem::new(
                "forms_differ",
                "the file's qform cannot be used; its sform was followed",
            )
            .with(
                "how",
                Phrase::new("forms-no-qform", "the qform cannot be used"),
            ),
        );
        return;
    };
    let [i, j, k] = header.size.map(|n| n.saturating_sub(1) as f64);
    let worst = [[0.0, 0.0, 0.0], [i, 0.0, 0.0], [0.0, j, 0.0], [0.0, 0.0, k]]
        .iter()
        .flat_map(|[i, j, k]| {
            sform
                .iter()
                .zip(&qform)
                .map(move |([a, b, c, d], [e, f, g, h])| {
                    ((a - e) * i + (b - f) * j + (c - g) * k + d - h).abs()
                })
        })
        .fold(0.0, f64::max)
        * header.mm_per_unit;
    if worst > FORMS_DIFFER_MM {
        let apart = Phrase::new("forms-apart", format!("up to {worst:.1} mm apart"));
        problems.push(
            Problem::new(
                "forms_differ",
                format!(
                    "the file's sform and qform differ by up to {worst:.1} mm; the sform was followed"
                ),
            )
            .with("how", apart.with("mm", format!("{worst:.1}"))),
        );
    }
}
