//! Voxels to pictures: slices, slabs and overlays, by a CPU twin that is the truth and by the GPU.
//!
//! This room never knows files, labels' meaning, or the window that shows its pictures. All geometry is
//! patient space (LPS, mm) and pixels; values stay as stored until after the window.
//!
//! Start with [`SliceView`] (where a picture lies, how it moves), [`Rendering`] (window, interpolation,
//! slab and colours), [`slice()`] (a volume's picture), [`overlay()`] (masks over it). With the feature `gpu`,
//! `gpu::SliceRenderer` draws the same picture into a texture.
//!
//! ```
//! use render::{Interpolation, OverlayLayer, Rendering, SliceView, WindowLevel, overlay, slice};
//! use std::sync::Arc;
//! use voxel::{Affine, Grid, Mask, Plane, Rescale, Samples, Volume};
//! let grid = Grid::new([64, 64, 8], Affine::scaling([1.0, 1.0, 3.0]))?;
//! let samples = Samples::I16(Arc::new(vec![40; 64 * 64 * 8]));
//! let volume = Volume::new(grid.clone(), samples, vec![Rescale::IDENTITY], None)?;
//! let view = SliceView::of_plane(&grid, Plane::Axial, 4, [320, 240]).unwrap();
//! let rendering = Rendering::new(WindowLevel::linear(40.0, 400.0), Interpolation::Linear);
//! let mut picture = slice(&volume, &view, &rendering);
//! let mask = Mask::from_fn(grid.size(), |v| v.0[0] < 20);
//! overlay(&mut picture, &view, &[OverlayLayer::new(&mask, &grid, [240, 162, 60])], None);
//! assert_eq!(picture.pixel(319, 120), Some([0, 0, 0, 255])); // beside the image
//! # Ok::<(), voxel::Error>(())
//! ```

mod color_map;
mod difference;
mod error;
#[cfg(feature = "gpu")]
pub mod gpu;
mod grid_plane;
mod overlay;
mod picture;
mod rendering;
mod sampling;
mod scale_bar;
mod slab;
mod slice;
mod source;
mod thumbnail;
mod view;
mod view_lines;
mod window;

pub use color_map::ColorMap;
pub use difference::{Difference, DifferenceColors};
pub use error::Error;
pub use grid_plane::{GridPlane, GridStep, ViewPlane};
pub use overlay::{Hatch, OUTLINE_MAX_PX, Outline, OverlayLayer, overlay, overlay_native};
pub use picture::{BLACK, MAX_SIDE_PX, Picture, RectPx};
pub use rendering::{Rendering, Slab, SlabMode};
pub use scale_bar::ScaleBar;
pub use slice::{Interpolation, native_slice, slice, slice_into, voxel_at_pixel, voxel_at_point};
pub use thumbnail::thumbnail;
pub use view::{ScreenPoint, SliceView};
pub use window::{WindowFunction, WindowLevel};
