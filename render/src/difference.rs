//! Two readers' masks as what they share and what only one of them has.

use voxel::{Grid, Mask};

use crate::overlay::{Hatch, Outline, OverlayLayer};

/// What each of two masks has alone, and what both have. Three masks that never overlap.
#[derive(Debug, Clone)]
pub struct Difference {
    /// In A, not in B.
    pub only_a: Mask,
    /// In B, not in A.
    pub only_b: Mask,
    /// In both.
    pub both: Mask,
}

/// The colours of a difference picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DifferenceColors {
    /// Of what A has alone.
    pub only_a: [u8; 3],
    /// Of what B has alone.
    pub only_b: [u8; 3],
    /// Of what both have.
    pub both: [u8; 3],
}

impl Difference {
    /// Splits two masks of one grid. Masks of different grids share nothing that could be compared; then
    /// all three parts are as the mask operations of `voxel` leave them.
    pub fn new(a: &Mask, b: &Mask) -> Self {
        Self {
            only_a: a.difference(b),
            only_b: b.difference(a),
            both: a.intersection(b),
        }
    }

    /// The layers of a difference picture of masks on `grid`: A alone with `///`, B alone with `\\\`, both plain and
    /// fainter, so that the three are told apart without colour too. Outlines as the readers': A solid,
    /// B dashed; what both have needs none.
    pub fn layers<'a>(
        &'a self,
        grid: &'a Grid,
        colors: &DifferenceColors,
        fill_alpha: f32,
        outline_px: f32,
    ) -> [OverlayLayer<'a>; 3] {
        let layer = |mask, color, outline, hatch| OverlayLayer {
            mask,
            grid,
            color,
            fill_alpha,
            outline,
            outline_px,
            hatch,
            visible: true,
        };
        [
            OverlayLayer {
                fill_alpha: fill_alpha / 2.0,
                ..layer(&self.both, colors.both, Outline::None, Hatch::None)
            },
            layer(&self.only_a, colors.only_a, Outline::Solid, Hatch::Slash),
            layer(
                &self.only_b,
                colors.only_b,
                Outline::Dashed,
                Hatch::Backslash,
            ),
        ]
    }
}
