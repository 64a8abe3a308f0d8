//! What can be wrong with a request for a picture.

/// Why a picture could not be made.
///
/// Drawing itself cannot fail on the CPU: a view that misses the volume gives a black picture. What
/// can be wrong is the request (a plane or a size that does not exist) and, with the feature `gpu`,
/// the machine.
#[derive(Debug, thiserror::Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The plane lies outside the grid.
    #[error("plane {index} does not exist: the grid has {count} planes along this axis")]
    PlaneIndex {
        /// The plane asked for, counted from 0.
        index: i64,
        /// How many planes there are.
        count: usize,
    },
    /// A picture needs at least one pixel each way and at most [`crate::MAX_SIDE_PX`].
    #[error("a picture of {width} × {height} px cannot be made")]
    PictureSize {
        /// Width asked for, px.
        width: usize,
        /// Height asked for, px.
        height: usize,
    },
    /// A direction of the view has no length or is parallel to the other one.
    #[error("the view's directions do not span a plane")]
    Directions,
    /// A length that must be finite and above zero is not.
    #[error("{name} must be a finite number above zero, not {value}")]
    Length {
        /// Which length.
        name: &'static str,
        /// The number given.
        value: f64,
    },
    /// No graphics adapter answers.
    #[error("no graphics adapter was found")]
    NoAdapter,
    /// The adapter refused a device or a resource.
    #[error("the graphics device refused: {reason}")]
    Device {
        /// The driver's words.
        reason: String,
    },
    /// What was asked for does not fit the graphics device's memory; the CPU twin draws it.
    #[error("the graphics device has too little memory: {reason}")]
    DeviceMemory {
        /// The driver's words.
        reason: String,
    },
    /// The volume is larger than the adapter's limits; the CPU twin draws it.
    #[error("the volume's {what} of {needed} is above the graphics adapter's limit of {limit}")]
    AboveLimit {
        /// Which measure: a side in voxels, or bytes.
        what: &'static str,
        /// What the volume needs.
        needed: u64,
        /// What the adapter allows.
        limit: u64,
    },
    /// The volume has a form that the GPU path leaves to the CPU twin.
    #[error("the graphics path does not draw {what}")]
    LeftToCpu {
        /// Which form.
        what: &'static str,
    },
}
