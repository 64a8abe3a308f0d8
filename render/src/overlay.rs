//! Masks over a picture: fills, hatches and outlines.
//!
//! Work goes by rows of bits, 64 pixels at a time. First every layer's mask is sampled on the screen
//! (its footprint), layers in parallel; then bands of rows are blended, all fills before all outlines,
//! so that no fill hides an outline. Every rule looks only at a pixel's neighbourhood of
//! [`OverlayLayer::reach_px`]: redrawing a rectangle gives the same pixels as redrawing everything.

mod compose;
mod footprint;
mod outline;
mod pattern;

use rayon::prelude::*;
use voxel::{Grid, Mask, VoxelPoint};

use crate::grid_plane::GridPlane;
use crate::picture::{Picture, RectPx};
use crate::sampling::Sampling;
use crate::view::SliceView;

#[cfg(feature = "gpu")]
pub(crate) use {compose::HATCH_OPACITY, outline::Stencil};

/// How the edge of a mask is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outline {
    /// No outline.
    None,
    /// One line; reader A.
    #[default]
    Solid,
    /// One line of 6 px dashes and 3 px gaps; reader B.
    Dashed,
    /// Two lines with a gap as wide as a line; consensus.
    Double,
}

/// A pattern over the fill, 8 px from line to line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hatch {
    /// No pattern.
    #[default]
    None,
    /// `///`
    Slash,
    /// `\\\`
    Backslash,
    /// Dots.
    Dot,
    /// Horizontal and vertical lines.
    Grid,
    /// Horizontal lines.
    Horizontal,
    /// Vertical lines.
    Vertical,
    /// Slashes and backslashes.
    Cross,
    /// Rings.
    Ring,
}

/// One mask and the way it is drawn.
#[derive(Debug, Clone, Copy)]
pub struct OverlayLayer<'a> {
    /// The mask, on the grid that is given to [`overlay`]; on another size it is not drawn.
    pub mask: &'a Mask,
    /// Red, green, blue.
    pub color: [u8; 3],
    /// Part of the colour in the fill, 0 to 1.
    pub fill_alpha: f32,
    /// The edge.
    pub outline: Outline,
    /// Width of an outline's line on the screen whatever the zoom, px; 0 to [`OUTLINE_MAX_PX`].
    pub outline_px: f32,
    /// The pattern over the fill.
    pub hatch: Hatch,
    /// Whether it is drawn at all.
    pub visible: bool,
}

/// The widest line of an outline, px.
pub const OUTLINE_MAX_PX: f32 = 8.0;

impl<'a> OverlayLayer<'a> {
    /// A layer with the usual look: fill 0.30, solid outline of 1.5 px, no pattern.
    pub fn new(mask: &'a Mask, color: [u8; 3]) -> Self {
        Self {
            mask,
            color,
            fill_alpha: 0.30,
            outline: Outline::Solid,
            outline_px: 1.5,
            hatch: Hatch::None,
            visible: true,
        }
    }

    /// How far from a changed voxel's pixels the drawing may change, px.
    pub fn reach_px(&self) -> f64 {
        f64::from(outline::depth_px(self.outline, self.outline_px)) + 1.0
    }
}

/// Draws layers over a picture of a view, the first one lowest; with `dirty`, only in that rectangle
/// (which must hold the bare image again, as by [`crate::slice_into`] or [`Picture::copy_rect_from`]).
///
/// Masks are sampled at pixel centres by the nearest voxel, exactly where
/// [`crate::Interpolation::Nearest`] takes its voxels. Outlines run inside the mask. Overlapping fills
/// blend; where outlines coincide, the upper one is drawn in dashes, so that both are seen.
pub fn overlay(
    picture: &mut Picture,
    grid: &Grid,
    view: &SliceView,
    layers: &[OverlayLayer<'_>],
    dirty: Option<RectPx>,
) {
    let sampling = Sampling::of_view(grid, view);
    let anchor = pattern_anchor(grid, view);
    draw(picture, &sampling, view.size_px, layers, dirty, anchor);
}

/// The pixel on which patterns hang: the first voxel's, so that they move with the image.
pub(crate) fn pattern_anchor(grid: &Grid, view: &SliceView) -> [i64; 2] {
    let first = view.screen_of(grid.patient_from_voxel(VoxelPoint([0.0; 3])));
    first.0.map(|side| side.round() as i64)
}

/// As [`overlay`], over a picture by [`crate::native_slice`].
pub fn overlay_native(
    picture: &mut Picture,
    grid: &Grid,
    plane: &GridPlane,
    layers: &[OverlayLayer<'_>],
    dirty: Option<RectPx>,
) {
    let sampling = Sampling::native(grid, plane);
    draw(picture, &sampling, plane.size(grid), layers, dirty, [0, 0]);
}

fn draw(
    picture: &mut Picture,
    sampling: &Sampling,
    size_px: [usize; 2],
    layers: &[OverlayLayer<'_>],
    dirty: Option<RectPx>,
    anchor: [i64; 2],
) {
    let whole = RectPx {
        x: 0,
        y: 0,
        width: size_px[0],
        height: size_px[1],
    };
    let rect = dirty
        .unwrap_or(whole)
        .clipped(whole)
        .clipped(picture.rect());
    let shown: Vec<&OverlayLayer> = layers
        .iter()
        .filter(|layer| layer.visible && layer.mask.size() == sampling.size)
        .filter(|layer| !layer.mask.is_empty())
        .collect();
    let reach = shown
        .iter()
        .map(|layer| layer.reach_px().ceil() as i64)
        .max();
    let Some(reach) = reach.filter(|_| !rect.is_empty()) else {
        return;
    };
    let region = footprint::Region::around(rect, reach);
    let screen = footprint::Screen::new(sampling, &region);
    let drawn: Vec<compose::Drawn> = shown
        .par_iter()
        .filter_map(|layer| {
            let footprint = screen.footprint(layer.mask)?;
            Some(compose::Drawn::new(layer, footprint))
        })
        .collect();
    compose::blend_all(picture, rect, &drawn, anchor);
}
