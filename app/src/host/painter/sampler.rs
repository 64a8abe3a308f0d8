//! Reads textures: nearest or linear, with egui's three ways beyond the edge.

use egui::{TextureFilter, TextureWrapMode};

use super::texture::Texture;

/// How texels are mixed, for one scale of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Nearest,
    Linear,
}

/// A texture with the filter that its scale asks for.
#[derive(Clone, Copy)]
pub(super) struct Sampler<'a> {
    pub(super) filter: Filter,
    texture: &'a Texture,
}

impl<'a> Sampler<'a> {
    /// `step` is the number of texels per pixel.
    pub(super) fn new(texture: &'a Texture, step: f32) -> Self {
        let choice = if step > 1.0 {
            texture.options.minification
        } else {
            texture.options.magnification
        };
        let filter = match choice {
            TextureFilter::Nearest => Filter::Nearest,
            TextureFilter::Linear => Filter::Linear,
        };
        Self { filter, texture }
    }

    /// Index along an axis of the texel that holds the coordinate.
    pub(super) fn nearest_index(&self, axis: usize, coordinate: f32) -> usize {
        self.wrap(axis, coordinate.floor() as i64)
    }

    /// The two texels beside a coordinate, and the weight of the second out of 256.
    fn pair(&self, axis: usize, coordinate: f32) -> (usize, usize, u32) {
        let left = coordinate - 0.5;
        let first = left.floor();
        let weight = ((left - first) * 256.0) as u32;
        let first = first as i64;
        (self.wrap(axis, first), self.wrap(axis, first + 1), weight)
    }

    fn wrap(&self, axis: usize, texel: i64) -> usize {
        let size = i64::try_from(self.texture.size[axis]).unwrap_or(i64::MAX);
        let inside = match self.texture.options.wrap_mode {
            TextureWrapMode::ClampToEdge => texel.clamp(0, size - 1),
            TextureWrapMode::Repeat => texel.rem_euclid(size),
            TextureWrapMode::MirroredRepeat => {
                let turn = texel.rem_euclid(2 * size);
                turn.min(2 * size - 1 - turn)
            }
        };
        usize::try_from(inside).unwrap_or(0)
    }

    fn texel(&self, x: usize, y: usize) -> u32 {
        let place = y * self.texture.size[0] + x;
        self.texture.texels.get(place).copied().unwrap_or(0)
    }

    /// The texture's colour at a texel coordinate.
    pub(super) fn sample(&self, at: [f32; 2]) -> u32 {
        match self.filter {
            Filter::Nearest => {
                self.texel(self.nearest_index(0, at[0]), self.nearest_index(1, at[1]))
            }
            Filter::Linear => {
                let (x0, x1, right) = self.pair(0, at[0]);
                let (y0, y1, down) = self.pair(1, at[1]);
                let above = between(self.texel(x0, y0), self.texel(x1, y0), right);
                let below = between(self.texel(x0, y1), self.texel(x1, y1), right);
                between(above, below, down)
            }
        }
    }
}

/// Rows of an upright picture, filtered linearly. Mixing along a row is done once per row of
/// texels and used for all rows of pixels that it serves.
pub(super) struct LinearRows<'a> {
    sampler: Sampler<'a>,
    columns: Vec<(usize, usize, u32)>,
    above: MixedRow,
    below: MixedRow,
}

#[derive(Default)]
struct MixedRow {
    row: Option<usize>,
    texels: Vec<u32>,
}

impl<'a> LinearRows<'a> {
    pub(super) fn new(sampler: Sampler<'a>, columns: impl Iterator<Item = f32>) -> Self {
        Self {
            columns: columns.map(|x| sampler.pair(0, x)).collect(),
            sampler,
            above: MixedRow::default(),
            below: MixedRow::default(),
        }
    }

    /// The colours of one row of pixels, at texel row coordinate `y`.
    pub(super) fn row(&mut self, y: f32) -> impl Iterator<Item = u32> {
        let (first, second, down) = self.sampler.pair(1, y);
        if self.below.row == Some(first) {
            std::mem::swap(&mut self.above, &mut self.below);
        }
        mix_row(self.sampler, &self.columns, &mut self.above, first);
        mix_row(self.sampler, &self.columns, &mut self.below, second);
        let pairs = self.above.texels.iter().zip(&self.below.texels);
        pairs.map(move |(&above, &below)| between(above, below, down))
    }
}

fn mix_row(
    sampler: Sampler<'_>,
    columns: &[(usize, usize, u32)],
    target: &mut MixedRow,
    row: usize,
) {
    if target.row == Some(row) {
        return;
    }
    target.row = Some(row);
    target.texels.clear();
    let start = row * sampler.texture.size[0];
    let texels = sampler
        .texture
        .texels
        .get(start..start + sampler.texture.size[0])
        .unwrap_or(&[]);
    let texel = |column: usize| texels.get(column).copied().unwrap_or(0);
    target.texels.extend(
        columns
            .iter()
            .map(|&(left, right, weight)| between(texel(left), texel(right), weight)),
    );
}

/// Mixes two colours; `weight` of the second out of 256.
fn between(first: u32, second: u32, weight: u32) -> u32 {
    const LOW: u32 = 0x00FF_00FF;
    let keep = 256 - weight;
    let low = ((first & LOW) * keep + (second & LOW) * weight + 0x0080_0080) >> 8 & LOW;
    let high = ((first >> 8 & LOW) * keep + (second >> 8 & LOW) * weight + 0x0080_0080) & !LOW;
    low | high
}

/// Product of two colours, channel by channel.
pub(super) fn modulate(a: u32, b: u32) -> u32 {
    let [a0, a1, a2, a3] = a.to_be_bytes();
    if a0 == a1 && a1 == a2 && a2 == a3 {
        return scale(b, u32::from(a0));
    }
    let [b0, b1, b2, b3] = b.to_be_bytes();
    let product = |x: u8, y: u8| {
        let product = u32::from(x) * u32::from(y) + 128;
        ((product + (product >> 8)) >> 8) as u8
    };
    u32::from_be_bytes([
        product(a0, b0),
        product(a1, b1),
        product(a2, b2),
        product(a3, b3),
    ])
}

/// A colour at `factor` of 255: what a letter's coverage does to it.
fn scale(color: u32, factor: u32) -> u32 {
    const LOW: u32 = 0x00FF_00FF;
    let low = (color & LOW) * factor + 0x0080_0080;
    let low = (low + (low >> 8 & LOW)) >> 8 & LOW;
    let high = (color >> 8 & LOW) * factor + 0x0080_0080;
    let high = (high + (high >> 8 & LOW)) & !LOW;
    low | high
}
