//! Planes along the grid: which voxels they hold and which way round they are seen.

use voxel::{Grid, PatientVector, Plane};

use crate::Error;

/// Which plane of a volume a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewPlane {
    /// The plane in which the images were acquired: the grid's i and j.
    Acquired,
    /// The grid plane closest to a plane of the patient.
    Anatomical(Plane),
}

impl From<Plane> for ViewPlane {
    fn from(plane: Plane) -> Self {
        Self::Anatomical(plane)
    }
}

impl ViewPlane {
    /// The grid axis along which this plane's index counts.
    pub fn axis(self, grid: &Grid) -> usize {
        match self {
            Self::Acquired => 2,
            Self::Anatomical(plane) => grid.axis_of(plane),
        }
    }

    /// The plane of the patient whose convention decides left and right.
    pub fn anatomical(self, grid: &Grid) -> Plane {
        match self {
            Self::Acquired => grid.acquired_plane(),
            Self::Anatomical(plane) => plane,
        }
    }
}

/// A direction along the grid: an axis, and whether the index falls along it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridStep {
    /// 0 for i, 1 for j, 2 for k.
    pub axis: usize,
    /// Whether the index falls in this direction.
    pub reversed: bool,
}

impl GridStep {
    /// The unit direction in patient space.
    pub fn direction(self, grid: &Grid) -> PatientVector {
        let direction = grid.direction(self.axis);
        if self.reversed { -direction } else { direction }
    }
}

/// One plane of voxels and the way it is laid out on a picture.
///
/// The three axes are always different ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridPlane {
    /// The axis along which planes are counted.
    pub through: usize,
    /// The plane's index along that axis.
    pub index: usize,
    /// What runs from left to right.
    pub right: GridStep,
    /// What runs from top to bottom.
    pub down: GridStep,
}

impl GridPlane {
    /// A plane as it is stored: the lower of the two other axes to the right, the higher one down,
    /// both with rising index. For the acquired plane: i to the right, j down, as in the file.
    ///
    /// # Errors
    /// [`Error::PlaneIndex`] when the grid has no such plane.
    pub fn stored(grid: &Grid, plane: ViewPlane, index: i64) -> Result<Self, Error> {
        let through = plane.axis(grid);
        let [a, b] = other_axes(through);
        let forward = |axis| GridStep {
            axis,
            reversed: false,
        };
        Ok(Self {
            through,
            index: checked_index(grid, through, index)?,
            right: forward(a),
            down: forward(b),
        })
    }

    /// A plane the way round that radiologists read: axial from the feet and coronal from the front
    /// (patient's left at the right), sagittal with anterior at the left; head up.
    ///
    /// Among the eight ways to lay out the plane the one closest to that convention is taken, so an
    /// oblique plane is turned as little as possible from what is expected.
    ///
    /// # Errors
    /// [`Error::PlaneIndex`] when the grid has no such plane.
    pub fn radiological(grid: &Grid, plane: ViewPlane, index: i64) -> Result<Self, Error> {
        let through = plane.axis(grid);
        let (right, down) = convention(plane.anatomical(grid));
        let nearest = |axis: usize, wanted: PatientVector| {
            let cosine = grid.direction(axis).dot(wanted);
            let step = GridStep {
                axis,
                reversed: cosine < 0.0,
            };
            (cosine.abs(), step)
        };
        let [a, b] = other_axes(through);
        let straight = (nearest(a, right), nearest(b, down));
        let crossed = (nearest(b, right), nearest(a, down));
        let closeness = |way: &((f64, GridStep), (f64, GridStep))| way.0.0 + way.1.0;
        // The small margin keeps the stored order where both are equally close.
        let best = if closeness(&crossed) > closeness(&straight) + 1e-9 {
            crossed
        } else {
            straight
        };
        Ok(Self {
            through,
            index: checked_index(grid, through, index)?,
            right: best.0.1,
            down: best.1.1,
        })
    }

    /// The number of voxels from left to right and from top to bottom.
    pub fn size(&self, grid: &Grid) -> [usize; 2] {
        let size = grid.size();
        [size[self.right.axis], size[self.down.axis]]
    }
}

/// The two axes that are not `axis`, in order.
fn other_axes(axis: usize) -> [usize; 2] {
    match axis {
        0 => [1, 2],
        1 => [0, 2],
        _ => [0, 1],
    }
}

/// Right and down of a plane of the patient (ui.md §3), LPS.
fn convention(plane: Plane) -> (PatientVector, PatientVector) {
    let left = PatientVector([1.0, 0.0, 0.0]);
    let posterior = PatientVector([0.0, 1.0, 0.0]);
    let feet = PatientVector([0.0, 0.0, -1.0]);
    match plane {
        Plane::Axial => (left, posterior),
        Plane::Coronal => (left, feet),
        Plane::Sagittal => (posterior, feet),
    }
}

fn checked_index(grid: &Grid, axis: usize, index: i64) -> Result<usize, Error> {
    let count = grid.size()[axis];
    usize::try_from(index)
        .ok()
        .filter(|index| *index < count)
        .ok_or(Error::PlaneIndex { index, count })
}
