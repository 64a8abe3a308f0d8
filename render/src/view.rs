//! Where a picture lies in the patient, and how it moves.

use voxel::{Grid, PatientPoint, PatientVector, VoxelBox, VoxelPoint, orientation_letters};

use crate::grid_plane::{GridPlane, ViewPlane};
use crate::picture::{MAX_SIDE_PX, RectPx};
use crate::{Error, sampling::Sampling};

/// A place on a picture, px: x to the right, y down, (0, 0) the top left corner of the first pixel,
/// whose centre is (0.5, 0.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScreenPoint(pub [f64; 2]);

/// A flat picture of patient space: every pixel is a square of `mm_per_px` on the plane through
/// `centre`.
///
/// All movements are pure: they take a view and give a new one.
///
/// ```
/// use render::{ScreenPoint, SliceView, ViewPlane};
/// # use voxel::{Affine, Grid, Plane};
/// let grid = Grid::new([512, 512, 100], Affine::scaling([0.7, 0.7, 2.0]))?;
/// let view = SliceView::of_plane(&grid, Plane::Axial, 50, [800, 600]).unwrap();
/// assert_eq!(view.letters(), ["R", "L", "A", "P"]);
/// let at = ScreenPoint([200.0, 100.0]);
/// let closer = view.zoomed(2.0, at);
/// assert!(closer.patient_at(at).distance_mm(view.patient_at(at)) < 1e-9);
/// # Ok::<(), voxel::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SliceView {
    /// The patient point at the middle of the picture.
    pub centre: PatientPoint,
    /// The direction to the right; a unit vector.
    pub right: PatientVector,
    /// The direction down; a unit vector at a right angle to `right`.
    pub down: PatientVector,
    /// The side of a pixel, mm.
    pub mm_per_px: f64,
    /// Width and height, px.
    pub size_px: [usize; 2],
}

/// The closest and the widest zoom: 1 nm and 1 m per pixel.
const MM_PER_PX_RANGE: (f64, f64) = (1e-6, 1e3);

impl SliceView {
    /// A view from its parts; the directions are made orthonormal, `right` leading.
    ///
    /// # Errors
    /// [`Error::Directions`], [`Error::Length`], [`Error::PictureSize`].
    pub fn new(
        centre: PatientPoint,
        right: PatientVector,
        down: PatientVector,
        mm_per_px: f64,
        size_px: [usize; 2],
    ) -> Result<Self, Error> {
        let (right, down) = orthonormal(right, down)?;
        if !(mm_per_px.is_finite() && mm_per_px > 0.0) {
            return Err(Error::Length {
                name: "mm_per_px",
                value: mm_per_px,
            });
        }
        if size_px.iter().any(|side| !(1..=MAX_SIDE_PX).contains(side)) {
            return Err(Error::PictureSize {
                width: size_px[0],
                height: size_px[1],
            });
        }
        Ok(Self {
            centre,
            right,
            down,
            mm_per_px,
            size_px,
        })
    }

    /// The whole of one plane of the grid, fitted into the picture, the way round that radiologists
    /// read. `index` counts along [`ViewPlane::axis`] from 0.
    ///
    /// The plane lies along the grid, also where the grid is oblique to the patient: what is painted
    /// is one plane of voxels, and the letters tell the obliqueness.
    ///
    /// # Errors
    /// [`Error::PlaneIndex`], [`Error::PictureSize`].
    pub fn of_plane(
        grid: &Grid,
        plane: impl Into<ViewPlane>,
        index: i64,
        size_px: [usize; 2],
    ) -> Result<Self, Error> {
        let plane = GridPlane::radiological(grid, plane.into(), index)?;
        Self::of_grid_plane(grid, &plane, size_px)
    }

    /// As [`SliceView::of_plane`], laid out as the caller says.
    ///
    /// # Errors
    /// [`Error::PictureSize`].
    pub fn of_grid_plane(
        grid: &Grid,
        plane: &GridPlane,
        size_px: [usize; 2],
    ) -> Result<Self, Error> {
        let mut middle = grid.size().map(|n| (n as f64 - 1.0) / 2.0);
        middle[plane.through] = plane.index as f64;
        let view = Self::new(
            grid.patient_from_voxel(VoxelPoint(middle)),
            plane.right.direction(grid),
            plane.down.direction(grid),
            1.0,
            size_px,
        )?;
        Ok(view.fitted(grid))
    }

    /// A plane in any direction through a point: seen along `normal` (pointing away from the reader),
    /// with the top as close to the head as it can be, or to the front where the plane is axial.
    ///
    /// # Errors
    /// [`Error::Directions`] for a normal without length, [`Error::PictureSize`].
    pub fn oblique(
        grid: &Grid,
        centre: PatientPoint,
        normal: PatientVector,
        size_px: [usize; 2],
    ) -> Result<Self, Error> {
        let normal = normal.normalised().ok_or(Error::Directions)?;
        let feet = PatientVector([0.0, 0.0, -1.0]);
        let posterior = PatientVector([0.0, 1.0, 0.0]);
        let down = if normal.dot(feet).abs() > 0.9 {
            posterior
        } else {
            feet
        };
        let down = (down - normal * normal.dot(down)).normalised();
        let down = down.ok_or(Error::Directions)?;
        let view = Self::new(centre, down.cross(normal), down, 1.0, size_px)?;
        Ok(view.fitted(grid))
    }

    /// The unit direction away from the reader.
    pub fn normal(&self) -> PatientVector {
        self.right.cross(self.down)
    }

    /// The patient point under a place of the picture.
    pub fn patient_at(&self, at: ScreenPoint) -> PatientPoint {
        let [x, y] = self.offset_from_middle_px(at);
        self.centre + (self.right * (x * self.mm_per_px) + self.down * (y * self.mm_per_px))
    }

    /// Where a patient point falls on the picture, looking straight at the plane.
    pub fn screen_of(&self, point: PatientPoint) -> ScreenPoint {
        let from_centre = point - self.centre;
        let [w, h] = self.size_px.map(|side| side as f64 / 2.0);
        ScreenPoint([
            w + from_centre.dot(self.right) / self.mm_per_px,
            h + from_centre.dot(self.down) / self.mm_per_px,
        ])
    }

    /// How far a point lies behind the plane (below zero: in front), mm.
    pub fn depth_mm(&self, point: PatientPoint) -> f64 {
        (point - self.centre).dot(self.normal())
    }

    fn offset_from_middle_px(&self, at: ScreenPoint) -> [f64; 2] {
        [
            at.0[0] - self.size_px[0] as f64 / 2.0,
            at.0[1] - self.size_px[1] as f64 / 2.0,
        ]
    }

    /// The letters of the four edges: left, right, top, bottom.
    pub fn letters(&self) -> [String; 4] {
        [-self.right, self.right, -self.down, self.down].map(orientation_letters)
    }

    /// The same view in a picture of another size: centre and scale stay.
    ///
    /// # Errors
    /// [`Error::PictureSize`].
    pub fn resized(self, size_px: [usize; 2]) -> Result<Self, Error> {
        Self::new(self.centre, self.right, self.down, self.mm_per_px, size_px)
    }

    /// The same directions with the whole plane (or, for an oblique view, the whole volume) in the
    /// picture.
    #[must_use]
    pub fn fitted(self, grid: &Grid) -> Self {
        let low = [-0.5; 3];
        let high = grid.size().map(|n| n as f64 - 0.5);
        let through = self.aligned_axis(grid);
        let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for corner in corners(low, high) {
            let mut corner = corner;
            if let Some(axis) = through {
                // Only this plane: neighbours of a sheared stack lie elsewhere.
                corner[axis] = grid.voxel_from_patient(self.centre).0[axis];
            }
            let from_centre = grid.patient_from_voxel(VoxelPoint(corner)) - self.centre;
            for (side, direction) in [self.right, self.down].into_iter().enumerate() {
                let mm = from_centre.dot(direction);
                min[side] = min[side].min(mm);
                max[side] = max[side].max(mm);
            }
        }
        let scale = |side: usize| (max[side] - min[side]) / self.size_px[side] as f64;
        let mm_per_px = scale(0).max(scale(1));
        let shift = self.right * ((min[0] + max[0]) / 2.0) + self.down * ((min[1] + max[1]) / 2.0);
        Self {
            centre: self.centre + shift,
            mm_per_px: limited(mm_per_px),
            ..self
        }
    }

    /// Closer by `factor` (above 1 enlarges), with the patient point under `at` staying there.
    /// A factor that is not finite or not above zero changes nothing.
    #[must_use]
    pub fn zoomed(self, factor: f64, at: ScreenPoint) -> Self {
        if !(factor.is_finite() && factor > 0.0) {
            return self;
        }
        let mm_per_px = limited(self.mm_per_px / factor);
        let [x, y] = self.offset_from_middle_px(at);
        let gain = self.mm_per_px - mm_per_px;
        Self {
            centre: self.centre + (self.right * (x * gain) + self.down * (y * gain)),
            mm_per_px,
            ..self
        }
    }

    /// The image moved by so many pixels to the right and down.
    #[must_use]
    pub fn panned(self, by_px: [f64; 2]) -> Self {
        let [x, y] = by_px.map(|px| -px * self.mm_per_px);
        Self {
            centre: self.centre + (self.right * x + self.down * y),
            ..self
        }
    }

    /// Left and right exchanged; the letters follow.
    #[must_use]
    pub fn flipped_horizontally(self) -> Self {
        Self {
            right: -self.right,
            ..self
        }
    }

    /// Top and bottom exchanged; the letters follow.
    #[must_use]
    pub fn flipped_vertically(self) -> Self {
        Self {
            down: -self.down,
            ..self
        }
    }

    /// The image turned clockwise about the middle of the picture. Quarter turns are exact.
    #[must_use]
    pub fn rotated(self, clockwise_deg: f64) -> Self {
        let (sin, cos) = exact_sin_cos(clockwise_deg);
        Self {
            right: self.right * cos - self.down * sin,
            down: self.right * sin + self.down * cos,
            ..self
        }
    }

    /// As [`SliceView::rotated`], about a place of the picture: what lies there stays there.
    #[must_use]
    pub fn rotated_about(self, clockwise_deg: f64, at: ScreenPoint) -> Self {
        let turned = self.rotated(clockwise_deg);
        Self {
            centre: turned.centre + (self.patient_at(at) - turned.patient_at(at)),
            ..turned
        }
    }

    /// The plane turned about an axis through a point, by the right-hand rule; what the axis passes
    /// through stays under its pixel. An axis without length turns nothing.
    ///
    /// Turning one of three planes about the normal of another one turns the line in which the two cut
    /// each other: the oblique lines of a cross-hair.
    #[must_use]
    pub fn turned(self, axis: PatientVector, angle_deg: f64, through: PatientPoint) -> Self {
        let Some(axis) = axis.normalised() else {
            return self;
        };
        let (sin, cos) = exact_sin_cos(angle_deg);
        let turn =
            |v: PatientVector| v * cos + axis.cross(v) * sin + axis * (axis.dot(v) * (1.0 - cos));
        // Many small turns of a drag must not bend the picture.
        let directions = orthonormal(turn(self.right), turn(self.down));
        let (right, down) = directions.unwrap_or((self.right, self.down));
        Self {
            centre: through + turn(self.centre - through),
            right,
            down,
            ..self
        }
    }

    /// The same view moved along its normal until its plane passes through a point.
    #[must_use]
    pub fn through(self, point: PatientPoint) -> Self {
        Self {
            centre: self.centre + self.normal() * self.depth_mm(point),
            ..self
        }
    }

    /// The grid axis whose planes this view is parallel to, if there is one.
    pub fn aligned_axis(&self, grid: &Grid) -> Option<usize> {
        Sampling::of_view(grid, self).constant_axis()
    }

    /// The plane coordinate along a grid axis at the picture's centre.
    pub fn plane_at_centre(&self, grid: &Grid, axis: usize) -> f64 {
        grid.voxel_from_patient(self.centre).0[axis.min(2)]
    }

    /// The same view moved through the patient until it shows plane `index` of a grid axis (clipped to
    /// the grid). It moves along its own normal, so what was under a pixel stays behind or before it
    /// also in a tilted stack.
    #[must_use]
    pub fn at_plane(self, grid: &Grid, axis: usize, index: i64) -> Self {
        let axis = axis.min(2);
        let last = grid.size()[axis] as i64 - 1;
        let mut target = grid.voxel_from_patient(self.centre).0;
        target[axis] = index.clamp(0, last) as f64;
        let depth = self.depth_mm(grid.patient_from_voxel(VoxelPoint(target)));
        Self {
            centre: self.centre + self.normal() * depth,
            ..self
        }
    }

    /// The next plane (below zero: the one before), `steps` times, in the order of the grid axis. A
    /// view along the grid stops at the first and the last plane; another one moves by the grid's
    /// spacing along its normal, freely.
    #[must_use]
    pub fn stepped(self, grid: &Grid, steps: i64) -> Self {
        if let Some(axis) = self.aligned_axis(grid) {
            let now = self.plane_at_centre(grid, axis).round() as i64;
            return self.at_plane(grid, axis, now.saturating_add(steps));
        }
        let spacing = grid.spacing_mm();
        let weights = [0, 1, 2].map(|axis| self.normal().dot(grid.direction(axis)).abs());
        let total: f64 = weights.iter().sum();
        let step_mm: f64 = (0..3).map(|a| weights[a] * spacing[a]).sum::<f64>() / total;
        Self {
            centre: self.centre + self.normal() * (step_mm * steps as f64),
            ..self
        }
    }

    /// The part of the picture that a changed box of voxels can touch, widened by `reach_px` (the
    /// outline's reach, [`crate::OverlayLayer::reach_px`]). `None` when it touches none.
    pub fn rect_of_box(&self, grid: &Grid, changed: &VoxelBox, reach_px: f64) -> Option<RectPx> {
        if (0..3).any(|a| changed.min[a] >= changed.max[a]) {
            return None;
        }
        let (mut min, mut max) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for point in box_corners(grid, changed) {
            let [x, y] = self.screen_of(point).0;
            for (side, value) in [x, y, self.depth_mm(point)].into_iter().enumerate() {
                min[side] = min[side].min(value);
                max[side] = max[side].max(value);
            }
        }
        let tolerance_mm = 1e-3 * grid.spacing_mm().into_iter().fold(f64::MAX, f64::min);
        if min[2] > tolerance_mm || max[2] < -tolerance_mm {
            return None;
        }
        // One pixel more than needed, less a hair, so that rounding adds no second one.
        let reach = reach_px.max(0.0).ceil() + 1.0 - 1e-6;
        let side = |a: usize| {
            let limit = self.size_px[a] as f64;
            let from = (min[a] - reach).floor().clamp(0.0, limit) as usize;
            let to = (max[a] + reach).ceil().clamp(0.0, limit) as usize;
            (from, to - from)
        };
        let ((x, width), (y, height)) = (side(0), side(1));
        let rect = RectPx {
            x,
            y,
            width,
            height,
        };
        (!rect.is_empty()).then_some(rect)
    }
}

/// The corners of a box of voxels with all that its planes reach, which for uneven planes may be more
/// than half way to the next.
fn box_corners(grid: &Grid, voxels: &VoxelBox) -> [PatientPoint; 8] {
    let step = grid.spacing_mm()[2];
    let offset = |k: usize| match grid.plane_offsets_mm() {
        [] => k as f64 * step,
        offsets => offsets[k.min(offsets.len() - 1)],
    };
    let last = voxels.max[2] - 1; // the box is not empty
    let first_mm = offset(voxels.min[2]) - grid.plane_reach_mm(voxels.min[2])[0];
    let last_mm = offset(last) + grid.plane_reach_mm(last)[1];
    let mut low = voxels.min.map(|v| v as f64 - 0.5);
    let mut high = voxels.max.map(|v| v as f64 - 0.5);
    (low[2], high[2]) = (first_mm / step, last_mm / step);
    corners(low, high).map(|corner| PatientPoint(grid.affine().apply(corner)))
}

/// The eight corners of a box.
fn corners(low: [f64; 3], high: [f64; 3]) -> [[f64; 3]; 8] {
    std::array::from_fn(|n| std::array::from_fn(|a| if n >> a & 1 == 0 { low[a] } else { high[a] }))
}

/// Sine and cosine of an angle; of quarter turns without rounding.
fn exact_sin_cos(angle_deg: f64) -> (f64, f64) {
    let quarters = (angle_deg / 90.0).round();
    if angle_deg != quarters * 90.0 {
        return angle_deg.to_radians().sin_cos();
    }
    match quarters.rem_euclid(4.0) as u8 {
        0 => (0.0, 1.0),
        1 => (1.0, 0.0),
        2 => (0.0, -1.0),
        _ => (-1.0, 0.0),
    }
}

fn limited(mm_per_px: f64) -> f64 {
    mm_per_px.clamp(MM_PER_PX_RANGE.0, MM_PER_PX_RANGE.1)
}

fn orthonormal(
    right: PatientVector,
    down: PatientVector,
) -> Result<(PatientVector, PatientVector), Error> {
    let right = right.normalised().ok_or(Error::Directions)?;
    let down = down.normalised().ok_or(Error::Directions)?;
    let across = down - right * right.dot(down);
    // Below a thousandth of a radian between them, the plane is decided by rounding.
    if across.length() < 1e-3 {
        return Err(Error::Directions);
    }
    let down = across.normalised().ok_or(Error::Directions)?;
    Ok((right, down))
}
