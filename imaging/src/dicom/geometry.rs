//! From positions and orientations to a grid (PS3.3 C.7.6.2; conformance §2).
//!
//! | § | covered by |
//! |---|---|
//! | 1.2, 1.3 keys, likeness of class, matrix, samples, orientation, spacing, frame of reference, localizers | [`super::group`] |
//! | 1.3 echo, b-value (also Siemens, GE, Philips, United Imaging), phase, time, dimension index, … | [`super::frame_marks`], [`super::stacks`] |
//! | 1.3 nuclear medicine: energy window, detector, R-R interval, time slot, slices | [`super::nuclear`] |
//! | 1.4 places that repeat: copies left out, volumes by time, incomplete ones named, else planes | [`super::stacks`], [`super::copies`] |
//! | 1.5 what tells a stack from its sisters, in words | [`super::stack_words`], [`crate::SplitRule`] |
//! | 2.1 pixel to patient; row spacing goes with the column direction | [`of_stack`] |
//! | 2.2 order along the normal | [`place`], [`super::stacks`] |
//! | 2.3 thickness only where there is one plane or no place | `step_written` |
//! | 2.4 even, missing, uneven steps; the deviation from the affine is told | `Line` |
//! | 2.5 tilt | [`of_stack`]: the step is the way from plane to plane, not the normal |
//! | 2.6 orientation that is not quite orthonormal | [`is_orthonormal`], `right_angled` |
//! | 2.7 functional groups, also of ultrasound volumes | [`super::functional_groups`] |
//! | 2.8 projections, scanned film, aspect ratio | [`super::projection`] |
//! | 2.9 ultrasound regions | [`super::regions`], [`crate::Region`] |
//! | 2.11 frame of reference | [`super::group`]; kept in the entry |
//! | 2.12 letters without a place | `SeriesEntry::patient_orientation` |
//! | mosaics | [`super::mosaic`], [`super::csa`] |
//!
//! §2.10 (slides) belongs to the reading of tiles, §2.13 to writing.

use super::functional_groups::FrameInfo;
use super::projection::{InPlane, Measures};
use crate::entry::{AffineReason, SpacingOrigin};
use crate::problem::Problem;
use voxel::{Affine, Grid, PatientPoint, PatientVector};

/// Gaps within this share of the median count as equal: scanners round positions, and real series
/// with 1.3 % are volumes to every other reader.
const EQUAL_SHARE: f64 = 0.02;
/// … or within this length.
const EQUAL_MM: f64 = 0.01;
/// Above this share of the usual step a deviation is told, though the planes count as even.
const TOLD_SHARE: f64 = 0.01;
/// Planes further than this beside the line of the stack do not form a volume.
const OFF_LINE_MM: f64 = 1.0;

/// The geometry of a stack whose frames are already in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StackGeometry {
    /// The grid.
    pub(crate) grid: Grid,
    /// Column, row and plane spacing, where known.
    pub(crate) spacing_mm: Option<[f64; 3]>,
    /// Where the spacing was measured.
    pub(crate) spacing_origin: Option<SpacingOrigin>,
    /// Height and width of a pixel, where there is no spacing.
    pub(crate) aspect: Option<[f64; 2]>,
    /// Greatest difference between a step and the affine's, mm; `None` without a stack.
    pub(crate) worst_step_deviation_mm: Option<f64>,
    /// Why no single affine says it all.
    pub(crate) reason: Option<AffineReason>,
    /// What was noticed.
    pub(crate) problems: Vec<Problem>,
}

/// The unit normal, row direction × column direction, of an Image Orientation.
pub(crate) fn normal_of(orientation: [f64; 6]) -> [f64; 3] {
    let [row, column] = directions(orientation);
    row.cross(column)
        .normalised()
        .unwrap_or(PatientVector([0.0, 0.0, 1.0]))
        .0
}

fn directions(orientation: [f64; 6]) -> [PatientVector; 2] {
    let [a, b, c, d, e, f] = orientation;
    [PatientVector([a, b, c]), PatientVector([d, e, f])]
}

/// Whether two direction cosines are unit vectors at a right angle, within 0.001.
pub(crate) fn is_orthonormal(orientation: [f64; 6]) -> bool {
    let [row, column] = directions(orientation);
    row.dot(column).abs() <= 1e-3
        && (row.length() - 1.0).abs() <= 1e-3
        && (column.length() - 1.0).abs() <= 1e-3
}

/// The directions at a right angle and of length 1: what is missing is shared by both, so neither
/// turns further than it must (conformance §2.6).
fn right_angled([row, column]: [PatientVector; 2]) -> Option<[PatientVector; 2]> {
    let (row, column) = (row.normalised()?, column.normalised()?);
    let half = row.dot(column) / 2.0;
    let turned = [row - column * half, column - row * half];
    Some([turned[0].normalised()?, turned[1].normalised()?])
}

/// Place of a frame along its normal, mm; `None` without position or usable orientation.
pub(crate) fn place(frame: &FrameInfo) -> Option<f64> {
    let orientation = frame.orientation.filter(|o| is_orthonormal(*o))?;
    let normal = PatientVector(normal_of(orientation));
    Some(PatientVector(frame.position?).dot(normal))
}

/// Row and column spacing that can be used: two positive finite numbers.
pub(crate) fn usable_spacing(spacing: Option<[f64; 2]>) -> Option<[f64; 2]> {
    spacing.filter(|values| {
        values
            .iter()
            .all(|value| value.is_finite() && *value > 0.0 && *value < 1e5)
    })
}

/// Geometry of frames in plane order; `size` counts columns, rows, planes.
///
/// # Errors
/// The voxel room's refusal of the grid.
pub(crate) fn of_stack(
    frames: &[&FrameInfo],
    size: [usize; 3],
    measures: &Measures,
) -> Result<StackGeometry, voxel::Error> {
    let mut problems = Vec::new();
    let Some(first) = frames.first() else {
        return without_place(size, InPlane::default(), None, problems);
    };
    if first.spacing.is_some() && usable_spacing(first.spacing).is_none() {
        problems.push(Problem::new(
            "spacing_invalid",
            "Pixel Spacing is not two positive numbers; lengths are in pixels",
        ));
    }
    let in_plane = measures.in_plane(first, &mut problems);
    let step = step_written(first);
    let Some((position, directions, [row_mm, column_mm])) = placed(first, &mut problems) else {
        return without_place(size, in_plane, step, problems);
    };
    let [row, column] = directions;
    let normal = row.cross(column);
    let line = Line::through(frames, normal, step, &mut problems);
    let affine = Affine::from_columns(
        [row * column_mm, column * row_mm, line.step],
        PatientPoint(position),
    );
    let mut grid = Grid::new(size, affine)?;
    let mut reason = None;
    if !line.offsets.is_empty() {
        grid = grid.with_plane_offsets(line.offsets)?;
        reason = Some(AffineReason::UnevenSpacing);
    }
    if grid.is_sheared() {
        problems.push(Problem::new(
            "sheared",
            "the planes are shifted against each other (gantry tilt); the sheared geometry is kept exactly",
        ));
    }
    if first.is_in_volume_frame {
        problems.push(Problem::new(
            "axes_not_patient",
            "positions are those of the ultrasound volume, not of the patient; directions in the patient are unknown",
        ));
    }
    Ok(StackGeometry {
        spacing_mm: Some([column_mm, row_mm, line.step.length()]),
        spacing_origin: in_plane.origin,
        aspect: None,
        worst_step_deviation_mm: line.worst_deviation,
        grid,
        reason,
        problems,
    })
}

/// Position, directions and (row, column) spacing of a frame that lies in the patient.
fn placed(
    frame: &FrameInfo,
    problems: &mut Vec<Problem>,
) -> Option<([f64; 3], [PatientVector; 2], [f64; 2])> {
    let position = frame.position?;
    let orientation = frame.orientation?;
    let spacing = usable_spacing(frame.spacing)?;
    let right = is_orthonormal(orientation)
        .then(|| right_angled(directions(orientation)))
        .flatten();
    if right.is_none() {
        problems.push(Problem::new(
            "orientation_invalid",
            "Image Orientation is not two unit vectors at a right angle; the image has no place in the patient",
        ));
    }
    Some((position, right?, spacing))
}

/// Step between planes as written; only for single planes and images without positions.
fn step_written(frame: &FrameInfo) -> Option<f64> {
    frame
        .step
        .filter(|step| step.is_finite() && *step > 0.0)
        .or(frame.thickness.filter(|t| t.is_finite() && *t > 0.0))
}

/// An image that lies nowhere: a grid in its own plane.
fn without_place(
    size: [usize; 3],
    in_plane: InPlane,
    step: Option<f64>,
    problems: Vec<Problem>,
) -> Result<StackGeometry, voxel::Error> {
    let spacing_mm = in_plane
        .spacing
        .map(|[row, column]| [column, row, step.unwrap_or(1.0)]);
    // pixels that are not square are drawn in their shape, their width being 1
    let shape = in_plane
        .aspect
        .map(|[height, width]| [1.0, height / width, 1.0]);
    let steps = spacing_mm.or(shape).unwrap_or([1.0; 3]);
    Ok(StackGeometry {
        grid: Grid::new(size, Affine::scaling(steps))?,
        spacing_mm,
        spacing_origin: in_plane.origin,
        aspect: in_plane.aspect,
        worst_step_deviation_mm: None,
        reason: Some(AffineReason::NoGeometry),
        problems,
    })
}

/// The line on which the first pixels of a stack lie.
struct Line {
    /// Step from plane to plane.
    step: PatientVector,
    /// Offset of each plane along the step, mm; empty if the steps are equal.
    offsets: Vec<f64>,
    /// Greatest difference of a gap from the step, mm.
    worst_deviation: Option<f64>,
}

impl Line {
    fn through(
        frames: &[&FrameInfo],
        normal: PatientVector,
        written: Option<f64>,
        problems: &mut Vec<Problem>,
    ) -> Line {
        let origins: Vec<PatientPoint> = frames
            .iter()
            .filter_map(|frame| frame.position.map(PatientPoint))
            .collect();
        let (Some(first), Some(last), true) = (origins.first(), origins.last(), origins.len() > 1)
        else {
            return Line {
                step: normal * written.unwrap_or(1.0),
                offsets: Vec::new(),
                worst_deviation: None,
            };
        };
        let whole = *last - *first;
        let Some(direction) = whole.normalised() else {
            return Line {
                step: normal,
                offsets: Vec::new(),
                worst_deviation: None,
            };
        };
        let offsets: Vec<f64> = origins
            .iter()
            .map(|origin| (*origin - *first).dot(direction))
            .collect();
        tell_off_line(&origins, direction, problems);
        let gaps: Vec<f64> = offsets
            .windows(2)
            .filter_map(|pair| <[f64; 2]>::try_from(pair).ok())
            .map(|[a, b]| b - a)
            .collect();
        let usual = median(&gaps);
        let is_even = gaps
            .iter()
            .all(|gap| (gap - usual).abs() <= (EQUAL_SHARE * usual).max(EQUAL_MM));
        let mean = whole.length() / gaps.len() as f64;
        let worst_from = |step: f64| {
            let deviations = gaps.iter().map(|gap| (gap - step).abs());
            Some(deviations.fold(0.0, f64::max))
        };
        if is_even {
            tell_rounded(&gaps, usual, mean, problems);
            return Line {
                step: direction * mean,
                offsets: Vec::new(),
                worst_deviation: worst_from(mean),
            };
        }
        tell_uneven(&gaps, usual, problems);
        Line {
            step: direction * usual,
            offsets,
            worst_deviation: worst_from(usual),
        }
    }
}

/// Says that steps which count as even differ by more than a rounding of the last digit.
fn tell_rounded(gaps: &[f64], usual: f64, mean: f64, problems: &mut Vec<Problem>) {
    let told = (TOLD_SHARE * usual).max(EQUAL_MM);
    if gaps.iter().all(|gap| (gap - usual).abs() <= told) {
        return;
    }
    let worst = gaps
        .iter()
        .map(|gap| (gap - mean).abs())
        .fold(0.0, f64::max);
    problems.push(
        Problem::new(
            "steps_rounded",
            format!("the steps between planes differ by up to {worst:.2} mm from {mean:.2} mm, as rounded positions do; they are taken as even"),
        )
        .with("worst", format!("{worst:.2}"))
        .with("step", format!("{mean:.2}")),
    );
}

/// Largest distance of a plane's origin from the line, if it matters.
fn tell_off_line(origins: &[PatientPoint], direction: PatientVector, problems: &mut Vec<Problem>) {
    let Some(first) = origins.first() else {
        return;
    };
    let worst = origins
        .iter()
        .map(|origin| {
            let from_first = *origin - *first;
            let along = direction * from_first.dot(direction);
            (from_first - along).length()
        })
        .fold(0.0, f64::max);
    if worst > OFF_LINE_MM {
        problems.push(
            Problem::new(
                "planes_not_in_line",
                format!("planes lie up to {worst:.2} mm beside the line of the stack; places in them are approximate"),
            )
            .with("mm", format!("{worst:.2}")),
        );
    }
}

/// The middle of sorted values (of an even number, the lower middle: a value that occurs).
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len().saturating_sub(1) / 2;
    sorted.get(middle).copied().unwrap_or(1.0)
}

/// Gaps that are told one by one; more would fill the screen.
const TOLD_GAPS: usize = 20;

/// How many planes are missing, and between which planes that are there (counted from 1).
fn missing(multiples: &[f64]) -> (u64, String) {
    let gaps = || {
        let all = multiples.iter().zip(1_usize..);
        all.filter(|(multiple, _)| multiple.round() > 1.0)
    };
    let count = gaps()
        .map(|(multiple, _)| multiple.round() as u64 - 1)
        .sum();
    let mut between: Vec<String> = gaps()
        .map(|(_, plane)| format!("{plane}–{}", plane + 1))
        .take(TOLD_GAPS)
        .collect();
    if gaps().count() > between.len() {
        between.push("…".to_owned());
    }
    (count, between.join(", "))
}

/// Says whether planes are missing or the steps differ.
fn tell_uneven(gaps: &[f64], usual: f64, problems: &mut Vec<Problem>) {
    let multiples: Vec<f64> = gaps.iter().map(|gap| gap / usual).collect();
    let is_missing = multiples
        .iter()
        .all(|m| *m > 0.5 && (m - m.round()).abs() <= 0.05);
    if is_missing {
        let places: Vec<String> = multiples
            .iter()
            .enumerate()
            .filter(|(_, m)| m.round() > 1.0)
            .map(|(index, m)| format!("{} after plane {}", m.round() - 1.0, index + 1))
            .take(TOLD_GAPS)
            .collect();
        let (count, between) = missing(&multiples);
        problems.push(
            Problem::new(
                "missing_slices",
                format!(
                    "slices are missing: {}; the gap stays empty",
                    places.join(", ")
                ),
            )
            .with("count", count)
            .with("places", between),
        );
    } else {
        let least = gaps.iter().copied().fold(f64::INFINITY, f64::min);
        let most = gaps.iter().copied().fold(0.0, f64::max);
        problems.push(
            Problem::new(
                "uneven_spacing",
                format!("the steps between planes range from {least:.3} to {most:.3} mm; each plane stays at its true place"),
            )
            .with("least", format!("{least:.3}"))
            .with("most", format!("{most:.3}")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dicom::frame_marks::Marks;
    use voxel::{Rescale, VoxelPoint};

    fn frame(position: [f64; 3]) -> FrameInfo {
        FrameInfo {
            frame: 0,
            tile: 0,
            position: Some(position),
            orientation: Some([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
            is_in_volume_frame: false,
            spacing: Some([0.5, 0.25]),
            thickness: Some(9.0),
            step: None,
            rescale: Rescale {
                slope: 1.0,
                intercept: 0.0,
            },
            unit: None,
            windows: Vec::new(),
            marks: Marks::default(),
        }
    }

    fn stack(places: &[[f64; 3]]) -> StackGeometry {
        let frames: Vec<FrameInfo> = places.iter().map(|place| frame(*place)).collect();
        let frames: Vec<&FrameInfo> = frames.iter().collect();
        of_stack(&frames, [4, 6, places.len()], &Measures::default()).unwrap()
    }

    #[test]
    fn row_spacing_goes_with_the_column_direction() {
        let geometry = stack(&[[10.0, 20.0, 30.0], [10.0, 20.0, 33.0]]);
        let point = geometry
            .grid
            .patient_from_voxel(VoxelPoint([2.0, 3.0, 1.0]));
        assert_eq!(point, PatientPoint([10.5, 21.5, 33.0]));
    }

    #[test]
    fn a_missing_slice_is_a_gap_and_moves_nothing() {
        let geometry = stack(&[[0.0, 0.0, 0.0], [0.0, 0.0, 2.0], [0.0, 0.0, 6.0]]);
        assert_eq!(geometry.reason, Some(AffineReason::UnevenSpacing));
        assert_eq!(geometry.problems[0].code, "missing_slices");
        let point = geometry
            .grid
            .patient_from_voxel(VoxelPoint([0.0, 0.0, 2.0]));
        assert_eq!(point, PatientPoint([0.0, 0.0, 6.0]));
    }

    #[test]
    fn a_tilted_stack_keeps_its_shear() {
        let geometry = stack(&[[0.0, 0.0, 0.0], [0.0, 1.0, 4.0], [0.0, 2.0, 8.0]]);
        assert!(geometry.grid.is_sheared());
        assert_eq!(geometry.reason, None);
        let point = geometry
            .grid
            .patient_from_voxel(VoxelPoint([0.0, 0.0, 2.0]));
        assert_eq!(point, PatientPoint([0.0, 2.0, 8.0]));
    }

    #[test]
    fn positions_rounded_to_a_tenth_of_a_millimetre_are_even_and_told() {
        let geometry = stack(&[
            [0.0, 0.0, 0.0],
            [0.0, 0.0, 7.0],
            [0.0, 0.0, 13.9],
            [0.0, 0.0, 20.9],
        ]);
        assert_eq!(geometry.reason, None);
        let worst = geometry.worst_step_deviation_mm.unwrap();
        assert!((worst - (20.9 / 3.0 - 6.9)).abs() < 1e-12, "{worst}");
        assert_eq!(geometry.problems[0].code, "steps_rounded");
    }

    #[test]
    fn directions_that_are_nearly_at_a_right_angle_are_turned_to_it() {
        let mut oblique = frame([0.0, 0.0, 0.0]);
        oblique.orientation = Some([1.0, 0.0, 0.0, 0.0008, 1.0, 0.0]);
        let geometry = of_stack(&[&oblique], [4, 6, 1], &Measures::default()).unwrap();
        let [row, column] = [0, 1].map(|axis| geometry.grid.direction(axis));
        assert!(row.dot(column).abs() < 1e-9);
        assert!((row.0[1] - -0.0004).abs() < 1e-9, "{row:?}");
        oblique.orientation = Some([1.0, 0.0, 0.0, 0.002, 1.0, 0.0]);
        let geometry = of_stack(&[&oblique], [4, 6, 1], &Measures::default()).unwrap();
        assert_eq!(geometry.reason, Some(AffineReason::NoGeometry));
        assert_eq!(geometry.problems[0].code, "orientation_invalid");
    }
}
