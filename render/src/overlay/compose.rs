//! Blending footprints into the picture, band by band.

use rayon::prelude::*;

use super::footprint::Footprint;
use super::outline::Stencil;
use super::pattern::{Dashes, hatch_row};
use super::{Hatch, Outline, OverlayLayer};
use crate::picture::{Picture, RectPx};
use crate::slice::BAND_ROWS;

/// Opacity of a hatch's lines, 0 to 255.
pub(crate) const HATCH_OPACITY: u8 = 200;

/// A layer that shows something, ready to be blended.
pub(super) struct Drawn {
    footprint: Footprint,
    color: [u8; 3],
    /// Of the fill, 0 to 255.
    opacity: u8,
    hatch: Hatch,
    is_dashed: bool,
    stencil: Stencil,
}

impl Drawn {
    pub(super) fn new(layer: &OverlayLayer<'_>, footprint: Footprint) -> Self {
        Self {
            footprint,
            color: layer.color,
            // Saturates, and takes NaN as 0.
            opacity: (layer.fill_alpha * 255.0).round() as u8,
            hatch: layer.hatch,
            is_dashed: layer.outline == Outline::Dashed,
            stencil: Stencil::new(layer.outline, layer.outline_px),
        }
    }
}

/// Blends all layers, lowest first, into the rectangle.
pub(super) fn blend_all(picture: &mut Picture, rect: RectPx, layers: &[Drawn], anchor: [i64; 2]) {
    let width = picture.width;
    let hatches: Vec<[u64; 8]> = layers
        .iter()
        .map(|layer| layer.hatch.words(anchor))
        .collect();
    let dashes = Dashes::new(anchor);
    let rows = &mut picture.pixels_mut()[rect.y * width..rect.bottom() * width];
    rows.par_chunks_mut(width * BAND_ROWS)
        .enumerate()
        .for_each(|(n, pixels)| {
            let mut band = Band {
                pixels,
                width,
                rect,
                first_row: rect.y + n * BAND_ROWS,
            };
            for (layer, hatch) in layers.iter().zip(&hatches) {
                band.fill(layer, hatch);
            }
            band.outlines(layers, &dashes);
        });
}

/// Some whole rows of the picture.
struct Band<'a> {
    pixels: &'a mut [[u8; 4]],
    width: usize,
    rect: RectPx,
    first_row: usize,
}

impl Band<'_> {
    /// The band's rows that a footprint reaches.
    fn rows_of(&self, footprint: &Footprint) -> std::ops::Range<usize> {
        let rows = footprint.row_range();
        let from = (rows.start.max(0) as usize).max(self.first_row);
        let to = (rows.end.max(0) as usize).min(self.first_row + self.pixels.len() / self.width);
        from..to
    }

    /// The footprint's words within the rectangle: place in its row, word column, pixels to touch.
    fn words_of(&self, footprint: &Footprint) -> impl Iterator<Item = (usize, usize, u64)> + use<> {
        let rect = self.rect;
        footprint
            .word_range()
            .enumerate()
            .filter_map(move |(place, word_x)| {
                let word_x = usize::try_from(word_x).ok()?;
                let from = rect.x.saturating_sub(64 * word_x);
                let to = rect.right().saturating_sub(64 * word_x).min(64);
                (from < to).then(|| (place, word_x, (u64::MAX >> (64 - (to - from))) << from))
            })
    }

    fn fill(&mut self, layer: &Drawn, hatch: &[u64; 8]) {
        let has_hatch = layer.hatch != Hatch::None;
        if layer.opacity == 0 && !has_hatch {
            return;
        }
        for y in self.rows_of(&layer.footprint) {
            let row = layer.footprint.row(y as i64);
            let hatch = hatch_row(hatch, y);
            for (place, word_x, shown) in self.words_of(&layer.footprint) {
                let bits = row[place] & shown;
                if bits == 0 {
                    continue;
                }
                self.blend(y, word_x, bits, layer.color, layer.opacity);
                if has_hatch {
                    self.blend(y, word_x, bits & hatch, layer.color, HATCH_OPACITY);
                }
            }
        }
    }

    fn outlines(&mut self, layers: &[Drawn], dashes: &Dashes) {
        let words = self.width.div_ceil(64);
        // Where a lower layer's outline lies already, per row of the band.
        let mut taken = vec![0_u64; words * BAND_ROWS];
        for layer in layers {
            for y in self.rows_of(&layer.footprint) {
                let taken = &mut taken[(y - self.first_row) * words..][..words];
                for (place, word_x, shown) in self.words_of(&layer.footprint) {
                    let mut mine = 0;
                    layer
                        .stencil
                        .touch(&layer.footprint, y as i64, place, |touched| {
                            let dash = dashes.word(word_x as i64, y as i64, touched.is_level);
                            let mut bits = touched.bits & shown;
                            if layer.is_dashed {
                                bits &= dash;
                            }
                            // Two outlines on one line: the lower one stays visible between dashes.
                            bits &= dash | !taken[word_x];
                            mine |= bits;
                            self.blend(y, word_x, bits, layer.color, touched.coverage);
                        });
                    taken[word_x] |= mine;
                }
            }
        }
    }

    /// Mixes a colour into the pixels of one word.
    fn blend(&mut self, y: usize, word_x: usize, mut bits: u64, color: [u8; 3], opacity: u8) {
        if opacity == 0 {
            return;
        }
        let start = (y - self.first_row) * self.width + 64 * word_x;
        let part = color.map(|level| u32::from(level) * u32::from(opacity) + 127);
        let rest = 255 - u32::from(opacity);
        let mut at = 0;
        while bits != 0 {
            let skip = bits.trailing_zeros();
            let length = (bits >> skip).trailing_ones();
            let from = start + at + skip as usize;
            for pixel in &mut self.pixels[from..from + length as usize] {
                for (level, part) in pixel.iter_mut().zip(part) {
                    *level = ((part + u32::from(*level) * rest) / 255) as u8;
                }
            }
            at += (skip + length) as usize;
            bits = bits.checked_shr(skip + length).unwrap_or(0);
        }
    }
}
