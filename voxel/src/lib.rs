//! Grids, coordinates, volumes, bit masks and the algorithms on them.
//!
//! The lowest room: every other one stands on it. It never knows files, pictures, windows, or what a
//! label means. Patient space is DICOM LPS in millimetres; voxel centres lie at whole coordinates;
//! voxels run i (column) fastest, then j (row), then k (plane).
//!
//! Start with [`Grid`] (where the voxels lie), [`Mask`] (a segment as sparse bricks of bits, cloned for
//! free), [`MaskChange`] (an edit that can be inverted), [`Volume`] (samples in their stored type), [`LabelMap`]
//! (a whole number a voxel). Brushes: [`stroke_spans`]
//! and [`pressed_spans`] give what is below one, [`AdaptiveBrush`] what sticks to edges of it, [`Mask::paint_by`] paints by a
//! [`PaintRule`]. [`Phrase`] is how every room says what is wrong, for `app` to put into the person's language.
//!
//! ```
//! use voxel::{Affine, BrushShape, Grid, Mask, VoxelPoint, stroke_spans};
//! let grid = Grid::new([64, 64, 20], Affine::scaling([0.7, 0.7, 2.5]))?;
//! let mut mask = Mask::empty(grid.size());
//! let tip = grid.patient_from_voxel(VoxelPoint([30.0, 30.0, 10.0]));
//! let stamp = mask.paint(&stroke_spans(&grid, BrushShape::Ball, 6.0, &[tip]), true);
//! mask.apply(&stamp)?;
//! assert_eq!(mask.count(), stamp.voxels_added());
//! mask.apply(&stamp.inverse())?;
//! assert!(mask.is_empty());
//! # Ok::<(), voxel::Error>(())
//! ```

mod brush;
mod components;
mod contours;
pub mod distance;
mod error;
mod grid;
mod label_map;
mod mask;
mod phrase;
mod same_place;
mod space;
mod volume;

pub use brush::{
    AdaptiveBrush, AdaptiveOptions, BrushShape, Capsule, LocalValues, StrokePoint, capsule_spans,
    pressed_spans, stroke_spans,
};
pub use components::components;
pub use contours::ContourFault;
pub use error::Error;
pub use grid::{Grid, Plane, orientation_letters};
pub use label_map::{LabelMap, Mapped};
pub use mask::{
    BRICK, Brick, BrickChange, BrickIndex, GateValues, Mask, MaskChange, PaintRule, PlaneBits,
    Span, ValueGate, VoxelBox,
};
pub use phrase::{Figure, Figures, Phrase};
pub use same_place::{PlaceCheck, PlaceDoubt, compare_places};
pub use space::{Affine, PatientPoint, PatientVector, VoxelIndex, VoxelPoint};
pub use volume::{Rescale, Samples, ValueRange, Volume};
