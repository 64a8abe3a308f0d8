//! Paints items into the rows of one band.

use egui::ClippedPrimitive;
use egui::epaint::{Primitive, Vertex};

use super::canvas::{PixelRect, index};
use super::item::{Item, Kind, TexelMap, first_pixel, untextured};
use super::sampler::{Filter, LinearRows, Sampler, modulate};
use super::texture::{Texture, TextureStore};
use super::tile::{TILE_HEIGHT, TileGrid};

/// A texel coordinate this near to a texel's centre counts as on it.
const ON_TEXEL: f32 = 1.0 / 64.0;

/// What all bands share.
pub(super) struct Scene<'a> {
    pub(super) primitives: &'a [ClippedPrimitive],
    pub(super) items: &'a [Item],
    pub(super) textures: &'a TextureStore,
    pub(super) pixels_per_point: f32,
    pub(super) background: u32,
    pub(super) width: usize,
}

/// Rows of the picture from `top` on.
struct Band<'a> {
    pixels: &'a mut [u32],
    width: usize,
    top: i32,
}

impl Band<'_> {
    /// The pixels of row `y` of the picture from column `from` up to `to`.
    fn span(&mut self, y: i32, from: i32, to: i32) -> &mut [u32] {
        let start = index(y - self.top) * self.width;
        self.pixels
            .get_mut(start + index(from)..start + index(to))
            .unwrap_or(&mut [])
    }
}

/// Paints the changed tiles of band number `number`, whose rows are `pixels`.
pub(super) fn paint_band(scene: &Scene<'_>, tiles: &TileGrid, number: usize, pixels: &mut [u32]) {
    let mut band = Band {
        pixels,
        width: scene.width,
        top: i32::try_from(number * TILE_HEIGHT).unwrap_or(i32::MAX),
    };
    for run in tiles.changed_in_band(number) {
        let area = run.area;
        for y in area.min[1]..area.max[1] {
            band.span(y, area.min[0], area.max[0])
                .fill(scene.background);
        }
        let numbers = tiles.items_of_band(number);
        let start = numbers.partition_point(|&n| n < run.first);
        for item in numbers
            .get(start..)
            .unwrap_or(&[])
            .iter()
            .filter_map(|&n| scene.items.get(n))
        {
            let part = item.area.intersection(area);
            if !part.is_empty() {
                draw(scene, item, part, &mut band);
            }
        }
    }
}

fn draw(scene: &Scene<'_>, item: &Item, part: PixelRect, band: &mut Band<'_>) {
    match &item.kind {
        Kind::Fill { color } => {
            for y in part.min[1]..part.max[1] {
                fill(band.span(y, part.min[0], part.max[0]), *color);
            }
        }
        Kind::Blit {
            texture,
            color,
            map,
        } => {
            if let Some(texture) = scene.textures.get(*texture) {
                blit(texture, *color, *map, part, band);
            }
        }
        Kind::Triangle { primitive, first } => {
            if let Some(triangle) = Triangle::new(scene, *primitive, *first) {
                triangle.draw(part, band);
            }
        }
    }
}

/// `source` over `target`, both premultiplied. Colours brighter than their alpha (egui's additive
/// ones) add up to at most white.
pub(super) fn over(target: u32, source: u32) -> u32 {
    let keep = 255 - (source >> 24);
    let red_blue = (target & 0x00FF_00FF) * keep + 0x0080_0080;
    let red_blue = ((red_blue + ((red_blue >> 8) & 0x00FF_00FF)) >> 8) & 0x00FF_00FF;
    let green = ((target >> 8) & 0xFF) * keep + 0x80;
    let green = (green + (green >> 8)) >> 8;
    let red_blue = red_blue + (source & 0x00FF_00FF);
    let spill = red_blue & 0x0100_0100;
    let red_blue = (red_blue | (spill - (spill >> 8))) & 0x00FF_00FF;
    let green = (green + ((source >> 8) & 0xFF)).min(255);
    red_blue | green << 8
}

fn fill(span: &mut [u32], color: u32) {
    if color >= 0xFF00_0000 {
        span.fill(color);
    } else {
        for pixel in span {
            *pixel = over(*pixel, color);
        }
    }
}

/// One texel in one colour over one pixel.
fn put(pixel: &mut u32, texel: u32, color: u32) {
    match texel {
        0 => {}
        0xFFFF_FFFF => *pixel = over(*pixel, color),
        _ => *pixel = over(*pixel, modulate(texel, color)),
    }
}

fn blit(texture: &Texture, color: u32, map: TexelMap, part: PixelRect, band: &mut Band<'_>) {
    let sampler = Sampler::new(texture, map.step[0].abs().max(map.step[1].abs()));
    if let Some(origin) = texel_for_pixel(map) {
        return copy(texture, color, origin, part, band);
    }
    match sampler.filter {
        Filter::Nearest => {
            let columns: Vec<usize> = (part.min[0]..part.max[0])
                .map(|x| sampler.nearest_index(0, map.at(0, x)))
                .collect();
            for y in part.min[1]..part.max[1] {
                let row = sampler.nearest_index(1, map.at(1, y)) * texture.size[0];
                let span = band.span(y, part.min[0], part.max[0]);
                for (pixel, column) in span.iter_mut().zip(&columns) {
                    let texel = texture.texels.get(row + column).copied().unwrap_or(0);
                    put(pixel, texel, color);
                }
            }
        }
        Filter::Linear => {
            let mut rows =
                LinearRows::new(sampler, (part.min[0]..part.max[0]).map(|x| map.at(0, x)));
            let plain = texture.opaque && color == 0xFFFF_FFFF;
            for y in part.min[1]..part.max[1] {
                let span = band.span(y, part.min[0], part.max[0]);
                let texels = rows.row(map.at(1, y));
                if plain {
                    for (pixel, texel) in span.iter_mut().zip(texels) {
                        *pixel = texel;
                    }
                } else {
                    for (pixel, texel) in span.iter_mut().zip(texels) {
                        put(pixel, texel, color);
                    }
                }
            }
        }
    }
}

/// The texel of pixel (0, 0) when texels and pixels fall on each other.
fn texel_for_pixel(map: TexelMap) -> Option<[i32; 2]> {
    let mut origin = [0; 2];
    for ((texel, &start), &step) in origin.iter_mut().zip(&map.origin).zip(&map.step) {
        let first = start - 0.5;
        let drift = (step - 1.0).abs() * 4096.0;
        if drift > 0.5 || (first - first.round()).abs() > ON_TEXEL {
            return None;
        }
        *texel = first.round() as i32;
    }
    Some(origin)
}

fn copy(texture: &Texture, color: u32, origin: [i32; 2], part: PixelRect, band: &mut Band<'_>) {
    let size = texture.size.map(|n| i32::try_from(n).unwrap_or(i32::MAX));
    let from = part.min[0].max(-origin[0]);
    let to = part.max[0].min(size[0].saturating_sub(origin[0]));
    if from >= to {
        return;
    }
    for y in part.min[1]..part.max[1] {
        let row = (origin[1] + y).clamp(0, size[1] - 1);
        let start = index(row) * texture.size[0];
        let columns = start + index(origin[0] + from)..start + index(origin[0] + to);
        let Some(texels) = texture.texels.get(columns) else {
            continue;
        };
        let span = band.span(y, from, to);
        if texture.opaque && color == 0xFFFF_FFFF {
            span.copy_from_slice(texels);
        } else {
            for (pixel, &texel) in span.iter_mut().zip(texels) {
                put(pixel, texel, color);
            }
        }
    }
}

/// A triangle in pixels, its corners ordered from the top, with its colour and texel planes.
struct Triangle<'a> {
    corners: [[f32; 2]; 3],
    /// Alpha, red, green, blue as planes over the picture.
    color: Paint,
    texture: Option<TexturePlanes<'a>>,
}

enum Paint {
    Plain(u32),
    Planes([Plane; 4]),
}

struct TexturePlanes<'a> {
    sampler: Sampler<'a>,
    texel: [Plane; 2],
}

/// `at + right * dx + down * dy`, from the first corner.
#[derive(Clone, Copy)]
struct Plane {
    at: f32,
    right: f32,
    down: f32,
}

impl<'a> Triangle<'a> {
    fn new(scene: &Scene<'a>, primitive: usize, first: usize) -> Option<Self> {
        let Primitive::Mesh(mesh) = &scene.primitives.get(primitive)?.primitive else {
            return None;
        };
        let indices = mesh.indices.get(first..first + 3)?;
        let mut vertices: [&Vertex; 3] = [mesh.vertices.first()?; 3];
        for (slot, &index) in vertices.iter_mut().zip(indices) {
            *slot = mesh.vertices.get(index as usize)?;
        }
        // The same order for a shared edge in both its triangles: no gap and no overlap.
        vertices.sort_by(|a, b| (a.pos.y.total_cmp(&b.pos.y)).then(a.pos.x.total_cmp(&b.pos.x)));
        let corners = vertices.map(|v| {
            [
                v.pos.x * scene.pixels_per_point,
                v.pos.y * scene.pixels_per_point,
            ]
        });
        let plain = vertices.iter().all(|v| v.color == vertices[0].color);
        let color = if plain {
            Paint::Plain(super::canvas::pixel(vertices[0].color))
        } else {
            let channel = |n: usize| {
                plane(
                    corners,
                    vertices.map(|v| f32::from(super::canvas::pixel(v.color).to_be_bytes()[n])),
                )
            };
            Paint::Planes([channel(0)?, channel(1)?, channel(2)?, channel(3)?])
        };
        let texture = if untextured(mesh, vertices) {
            None
        } else {
            let texture = scene.textures.get(mesh.texture_id)?;
            let axis = |size: usize, uv: [f32; 3]| plane(corners, uv.map(|n| n * size as f32));
            let texel = [
                axis(texture.size[0], vertices.map(|v| v.uv.x))?,
                axis(texture.size[1], vertices.map(|v| v.uv.y))?,
            ];
            let step = texel
                .iter()
                .map(|p| p.right.hypot(p.down))
                .fold(0.0, f32::max);
            Some(TexturePlanes {
                sampler: Sampler::new(texture, step),
                texel,
            })
        };
        Some(Self {
            corners,
            color,
            texture,
        })
    }

    fn draw(&self, part: PixelRect, band: &mut Band<'_>) {
        let [top, middle, bottom] = self.corners;
        let first = first_pixel(top[1]).max(part.min[1]);
        let last = first_pixel(bottom[1]).min(part.max[1]);
        for y in first..last {
            let centre = y as f32 + 0.5;
            let long = crossing(top, bottom, centre);
            let short = if centre < middle[1] {
                crossing(top, middle, centre)
            } else {
                crossing(middle, bottom, centre)
            };
            let from = first_pixel(long.min(short)).max(part.min[0]);
            let to = first_pixel(long.max(short)).min(part.max[0]);
            if from < to {
                self.span(band.span(y, from, to), from, y);
            }
        }
    }

    fn span(&self, span: &mut [u32], from: i32, y: i32) {
        if let (Paint::Plain(color), None) = (&self.color, &self.texture) {
            return fill(span, *color);
        }
        let dy = y as f32 + 0.5 - self.corners[0][1];
        for (pixel, x) in span.iter_mut().zip(from..) {
            let dx = x as f32 + 0.5 - self.corners[0][0];
            let color = match &self.color {
                Paint::Plain(color) => *color,
                Paint::Planes(planes) => {
                    u32::from_be_bytes(planes.map(|plane| (plane.value(dx, dy) + 0.5) as u8))
                }
            };
            match &self.texture {
                None => *pixel = over(*pixel, color),
                Some(texture) => {
                    let at = texture.texel.map(|plane| plane.value(dx, dy));
                    put(pixel, texture.sampler.sample(at), color);
                }
            }
        }
    }
}

impl Plane {
    fn value(self, dx: f32, dy: f32) -> f32 {
        self.at + self.right * dx + self.down * dy
    }
}

/// The plane through a value at each corner; `None` for a triangle without area.
fn plane(corners: [[f32; 2]; 3], values: [f32; 3]) -> Option<Plane> {
    let [a, b, c] = corners;
    let (x1, y1) = (b[0] - a[0], b[1] - a[1]);
    let (x2, y2) = (c[0] - a[0], c[1] - a[1]);
    let area = x1 * y2 - x2 * y1;
    if area.abs() < 1e-9 {
        return None;
    }
    let (v1, v2) = (values[1] - values[0], values[2] - values[0]);
    Some(Plane {
        at: values[0],
        right: (v1 * y2 - v2 * y1) / area,
        down: (v2 * x1 - v1 * x2) / area,
    })
}

/// Column at which the edge from `a` down to `b` crosses height `y`.
fn crossing(a: [f32; 2], b: [f32; 2], y: f32) -> f32 {
    a[0] + (y - a[1]) * ((b[0] - a[0]) / (b[1] - a[1]))
}
