//! How values become a picture: everything about it but where it lies.

use crate::color_map::ColorMap;
use crate::slice::Interpolation;
use crate::window::WindowLevel;

/// What a slab shows of the values behind each pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SlabMode {
    /// Their mean.
    Mean,
    /// The largest one (MIP).
    #[default]
    Max,
    /// The smallest one (MinIP).
    Min,
}

impl SlabMode {
    /// All modes, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Mean, Self::Max, Self::Min];

    /// Its name in commands and files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Max => "max",
            Self::Min => "min",
        }
    }

    /// The mode of that name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.id() == id)
    }
}

/// A slice of some thickness, half of it before and half of it behind the view's plane.
///
/// A view along the grid's planes takes the planes that exist, each at its true place and whole or by
/// the part of it that lies in the slab (in the mean, as its weight): a gap of missing slices adds
/// nothing. Any other view takes samples so close together that none skips a voxel: the distance
/// between them is the one at which the first of the three voxel coordinates has moved by one. Where
/// the normal runs along an axis, that is the spacing of this axis. Padding, values that are not
/// numbers and what lies outside are left out; where nothing is left, the pixel is black. The window
/// comes last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slab {
    /// Mean, maximum or minimum.
    pub mode: SlabMode,
    /// How thick it is along the view's normal, mm. Not above zero or not finite: no slab at all.
    pub thickness_mm: f64,
}

/// What of a volume's values is shown, and in which colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rendering {
    /// Values to grey levels.
    pub window: WindowLevel,
    /// What lies between voxels.
    pub interpolation: Interpolation,
    /// Many planes instead of one.
    pub slab: Option<Slab>,
    /// Grey levels to colours; colour images keep theirs.
    pub colors: ColorMap,
}

impl Rendering {
    /// One plane in grey.
    ///
    /// ```
    /// use render::{ColorMap, Interpolation, Rendering, Slab, SlabMode, WindowLevel};
    /// let plain = Rendering::new(WindowLevel::linear(40.0, 400.0), Interpolation::Linear);
    /// let thick = Rendering {
    ///     slab: Some(Slab { mode: SlabMode::Max, thickness_mm: 10.0 }),
    ///     colors: ColorMap::HotIron,
    ///     ..plain
    /// };
    /// assert_eq!((plain.slab, thick.window), (None, plain.window));
    /// ```
    pub const fn new(window: WindowLevel, interpolation: Interpolation) -> Self {
        Self {
            window,
            interpolation,
            slab: None,
            colors: ColorMap::Grey,
        }
    }

    /// The slab, if it has a thickness.
    pub(crate) fn thick(&self) -> Option<Slab> {
        self.slab
            .filter(|slab| slab.thickness_mm.is_finite() && slab.thickness_mm > 0.0)
    }
}
