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
use voxel::{Grid, Mask, PatientPoint};

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
    /// The mask; one of another size than its grid's is not drawn.
    pub mask: &'a Mask,
    /// Where its voxels lie: the grid of the series on which it was made, whatever series the picture
    /// shows. Both must be in one frame of reference, which is the caller's to know.
    pub grid: &'a Grid,
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
    pub fn new(mask: &'a Mask, grid: &'a Grid, color: [u8; 3]) -> Self {
        Self {
            mask,
            grid,
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
/// Masks are sampled at pixel centres by the nearest voxel of their own grids; in the grid of the
/// picture's volume that is exactly where [`crate::Interpolation::Nearest`] takes its voxels. Outlines
/// run inside the mask. Overlapping fills blend; where outlines coincide, the upper one is drawn in
/// dashes, so that both are seen.
pub fn overlay(
    picture: &mut Picture,
    view: &SliceView,
    layers: &[OverlayLayer<'_>],
    dirty: Option<RectPx>,
) {
    let place = Place {
        size_px: view.size_px,
        anchor: pattern_anchor(view),
    };
    let sampling = |grid: &Grid| Some(Sampling::of_view(grid, view));
    draw(picture, &place, sampling, layers, dirty);
}

/// The pixel on which patterns hang: the patient's origin, so that they move with the image, and the
/// same for masks of every grid.
pub(crate) fn pattern_anchor(view: &SliceView) -> [i64; 2] {
    let origin = view.screen_of(PatientPoint([0.0; 3]));
    origin.0.map(|side| side.round() as i64)
}

/// As [`overlay`], over a picture by [`crate::native_slice`] of a plane of `grid`.
///
/// Layers of other grids lie where the plane truly is. Across uneven planes, where such a picture is
/// no picture of flat space, only layers of `grid` itself are drawn.
pub fn overlay_native(
    picture: &mut Picture,
    grid: &Grid,
    plane: &GridPlane,
    layers: &[OverlayLayer<'_>],
    dirty: Option<RectPx>,
) {
    let place = Place {
        size_px: plane.size(grid),
        anchor: [0, 0],
    };
    let sampling = |own: &Grid| Sampling::native_on(own, grid, plane);
    draw(picture, &place, sampling, layers, dirty);
}

/// What all layers of a picture share.
struct Place {
    size_px: [usize; 2],
    anchor: [i64; 2],
}

fn draw(
    picture: &mut Picture,
    place: &Place,
    sampling_of: impl Fn(&Grid) -> Option<Sampling>,
    layers: &[OverlayLayer<'_>],
    dirty: Option<RectPx>,
) {
    let whole = RectPx {
        x: 0,
        y: 0,
        width: place.size_px[0],
        height: place.size_px[1],
    };
    let rect = dirty
        .unwrap_or(whole)
        .clipped(whole)
        .clipped(picture.rect());
    let shown: Vec<&OverlayLayer> = layers
        .iter()
        .filter(|layer| layer.visible && layer.mask.size() == layer.grid.size())
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
    let (grids, of_layers) = distinct(shown.iter().map(|layer| layer.grid));
    let samplings: Vec<Option<Sampling>> = grids.into_iter().map(sampling_of).collect();
    let screens: Vec<Option<footprint::Screen>> = samplings
        .iter()
        .map(|sampling| Some(footprint::Screen::new(sampling.as_ref()?, &region)))
        .collect();
    let drawn: Vec<compose::Drawn> = shown
        .par_iter()
        .zip(of_layers)
        .filter_map(|(layer, grid)| {
            let footprint = screens[grid].as_ref()?.footprint(layer.mask)?;
            Some(compose::Drawn::new(layer, footprint))
        })
        .collect();
    compose::blend_all(picture, rect, &drawn, place.anchor);
}

/// Each grid once, and for each layer the place of its grid among them.
pub(crate) fn distinct<'a>(
    of_layers: impl Iterator<Item = &'a Grid>,
) -> (Vec<&'a Grid>, Vec<usize>) {
    let mut grids: Vec<&Grid> = Vec::new();
    let places = of_layers
        .map(|grid| {
            let known = |other: &&Grid| std::ptr::eq(*other, grid) || *other == grid;
            grids.iter().position(known).unwrap_or_else(|| {
                grids.push(grid);
                grids.len() - 1
            })
        })
        .collect();
    (grids, places)
}
