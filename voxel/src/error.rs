use crate::contours::ContourFault;
use crate::mask::BrickIndex;

/// Why a grid, a volume or a change of a mask was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// A size of zero along an axis, or one too large for the brick index.
    #[error("grid size {size:?} is not supported (1 to {max} voxels along each axis)")]
    Size {
        /// The size asked for.
        size: [usize; 3],
        /// The largest size along one axis.
        max: usize,
    },
    /// The affine has a NaN or an infinity.
    #[error("the affine holds a number that is not finite")]
    AffineNotFinite,
    /// The affine's axes do not span space: voxels would have no volume.
    #[error("the affine cannot be inverted")]
    AffineNotInvertible,
    /// There must be one offset per plane.
    #[error("{found} plane offsets for {planes} planes")]
    PlaneOffsetCount {
        /// Planes of the grid.
        planes: usize,
        /// Offsets given.
        found: usize,
    },
    /// Offsets start at zero and rise strictly from plane to plane.
    #[error("the plane offset of plane {plane} is not finite or does not rise")]
    PlaneOffsetNotRising {
        /// The first plane at fault.
        plane: usize,
    },
    /// The sample buffer does not fit the grid.
    #[error("{found} samples for a grid of {expected} voxels")]
    SampleCount {
        /// Voxels of the grid.
        expected: u64,
        /// Samples given.
        found: u64,
    },
    /// More different numbers than a label map holds.
    #[error("more than {most} different values: this is no label map")]
    TooManyLabels {
        /// The most.
        most: usize,
    },
    /// The memory for it is not there.
    #[error("{bytes} bytes of memory are not there")]
    Memory {
        /// Bytes asked for.
        bytes: u64,
    },
    /// One rescale for all planes, or one per plane.
    #[error("{found} rescale pairs for {planes} planes")]
    RescaleCount {
        /// Planes of the grid.
        planes: usize,
        /// Pairs given.
        found: usize,
    },
    /// A rescale with a NaN or an infinity.
    #[error("the rescale of plane {plane} is not finite")]
    RescaleNotFinite {
        /// The plane (0 where one pair serves all).
        plane: usize,
    },
    /// A brick's bytes are not 4096.
    #[error("a brick has 4096 bytes, not {found}")]
    BrickBytes {
        /// Bytes given.
        found: usize,
    },
    /// A brick, or bits of it, lie outside the mask's grid.
    #[error("brick {index:?} lies outside the mask")]
    BrickOutside {
        /// The brick.
        index: BrickIndex,
    },
    /// The same brick twice, or bricks out of order.
    #[error("brick {index:?} is out of order")]
    BrickOrder {
        /// The brick.
        index: BrickIndex,
    },
    /// The change was made from another content of the mask.
    #[error("brick {index:?} has changed since")]
    Stale {
        /// The first brick whose content is not the expected one.
        index: BrickIndex,
    },
    /// A contour has no place among the planes of the grid.
    #[error("contour {}: {fault}", contour + 1)]
    Contour {
        /// The contour, from 0.
        contour: usize,
        /// Why.
        fault: ContourFault,
    },
    /// Contours that ask for more work than a mask is worth.
    #[error("the contours cross more than {limit} rows of voxels")]
    ContourRows {
        /// The most crossings.
        limit: u64,
    },
}
