//! Textures in memory, and what of them has changed since when.

use std::collections::HashMap;

use egui::epaint::ImageDelta;
use egui::{ImageData, TextureId, TextureOptions, TexturesDelta};

use super::canvas::pixel;

/// Texels per side of a block. A change of a texture is known to the block: a few new letters in
/// the atlas, or a stroke in a slice, must not repaint all that uses the same texture.
const BLOCK: usize = 32;

/// One texture.
pub(super) struct Texture {
    pub(super) size: [usize; 2],
    /// As [`pixel`] makes them, row by row.
    pub(super) texels: Vec<u32>,
    pub(super) options: TextureOptions,
    /// Every texel hides what lies below.
    pub(super) opaque: bool,
    /// Number of the last change of each block, by rows.
    versions: Vec<u64>,
}

impl Texture {
    fn new(delta: &ImageDelta, version: u64) -> Self {
        let ImageData::Color(image) = &delta.image;
        let size = image.size;
        let texels: Vec<u32> = image.pixels.iter().map(|&color| pixel(color)).collect();
        Self {
            size,
            opaque: texels.iter().all(|&texel| texel >= 0xFF00_0000),
            texels,
            options: delta.options,
            versions: vec![version; size[0].div_ceil(BLOCK) * size[1].div_ceil(BLOCK)],
        }
    }

    /// Replaces a part; what lies outside the texture is ignored.
    fn patch(&mut self, position: [usize; 2], delta: &ImageDelta, version: u64) {
        let ImageData::Color(image) = &delta.image;
        self.options = delta.options;
        let [width, height] = image.size;
        for row in 0..height {
            let target = (position[1] + row) * self.size[0] + position[0];
            let columns = width.min(self.size[0].saturating_sub(position[0]));
            let (Some(to), Some(from)) = (
                self.texels.get_mut(target..target + columns),
                image.pixels.get(row * width..row * width + columns),
            ) else {
                break;
            };
            for (texel, &color) in to.iter_mut().zip(from) {
                *texel = pixel(color);
                self.opaque &= *texel >= 0xFF00_0000;
            }
        }
        let per_row = self.size[0].div_ceil(BLOCK);
        for block_y in position[1] / BLOCK..(position[1] + height).div_ceil(BLOCK) {
            for block_x in position[0] / BLOCK..(position[0] + width).div_ceil(BLOCK).min(per_row) {
                if let Some(entry) = self.versions.get_mut(block_y * per_row + block_x) {
                    *entry = version;
                }
            }
        }
    }

    /// Number of the last change of any texel in the range, `max` inside; clamped to the texture.
    pub(super) fn version(&self, min: [f32; 2], max: [f32; 2]) -> u64 {
        let per_row = self.size[0].div_ceil(BLOCK);
        let rows = self.size[1].div_ceil(BLOCK);
        let block = |texel: f32, blocks: usize| {
            (texel.max(0.0) as usize / BLOCK).min(blocks.saturating_sub(1))
        };
        let (x0, x1) = (block(min[0], per_row), block(max[0], per_row));
        let (y0, y1) = (block(min[1], rows), block(max[1], rows));
        (y0..=y1)
            .filter_map(|y| self.versions.get(y * per_row + x0..=y * per_row + x1))
            .flatten()
            .copied()
            .max()
            .unwrap_or(0)
    }
}

/// All textures of one context.
#[derive(Default)]
pub(super) struct TextureStore {
    textures: HashMap<TextureId, Texture>,
    last_version: u64,
}

impl TextureStore {
    /// Applies what is new; to be called before painting.
    pub(super) fn set(&mut self, delta: &TexturesDelta) {
        #[expect(
            clippy::iter_over_hash_type,
            reason = "the order between textures has no effect; within one it is kept"
        )]
        for (&id, changes) in &delta.set {
            for change in changes {
                self.last_version += 1;
                match (change.pos, self.textures.get_mut(&id)) {
                    (Some(position), Some(texture)) => {
                        texture.patch(position, change, self.last_version);
                    }
                    (Some(_), None) => log::warn!("part of an unknown texture {id:?} ignored"),
                    (None, _) => {
                        let texture = Texture::new(change, self.last_version);
                        self.textures.insert(id, texture);
                    }
                }
            }
        }
    }

    /// Drops what egui no longer uses; to be called after painting.
    pub(super) fn free(&mut self, delta: &TexturesDelta) {
        #[expect(clippy::iter_over_hash_type, reason = "the order has no effect")]
        for id in &delta.free {
            self.textures.remove(id);
        }
    }

    pub(super) fn get(&self, id: TextureId) -> Option<&Texture> {
        self.textures.get(&id)
    }
}
