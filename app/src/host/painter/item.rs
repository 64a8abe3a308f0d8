//! Turns egui's meshes into a list of simple things to draw: fills, upright pictures, triangles.
//!
//! Most of an interface is upright rectangles (letters, panels, images). Two triangles that form
//! one are found here once and drawn without any edge arithmetic.

use egui::epaint::{Mesh, Primitive, Vertex, WHITE_UV};
use egui::{ClippedPrimitive, TextureId};

use super::canvas::{PixelRect, pixel};
use super::texture::{Texture, TextureStore};
use super::tile::mix;

/// One thing to draw.
pub(super) struct Item {
    /// Pixels it may touch, inside its clip rectangle and the picture; never empty.
    pub(super) area: PixelRect,
    pub(super) kind: Kind,
    /// Figure of everything that decides its pixels, except textures of [`Kind::Blit`].
    pub(super) figure: u64,
}

pub(super) enum Kind {
    /// One colour over the whole area.
    Fill { color: u32 },
    /// An upright picture in one colour.
    Blit {
        texture: TextureId,
        color: u32,
        map: TexelMap,
    },
    /// Any triangle: the primitive, and where its three indices begin.
    Triangle { primitive: usize, first: usize },
}

/// Texel coordinates of a pixel's centre: `origin + step * pixel`, for columns and rows.
#[derive(Clone, Copy)]
pub(super) struct TexelMap {
    pub(super) origin: [f32; 2],
    pub(super) step: [f32; 2],
}

impl TexelMap {
    /// Texel coordinate of the centre of pixel `n` along an axis (0 column, 1 row).
    pub(super) fn at(&self, axis: usize, n: i32) -> f32 {
        self.origin[axis] + self.step[axis] * n as f32
    }

    /// Smallest and largest texel coordinates that filtering may read inside `area`.
    pub(super) fn range(&self, area: PixelRect) -> ([f32; 2], [f32; 2]) {
        let mut low = [0.0; 2];
        let mut high = [0.0; 2];
        for axis in 0..2 {
            let (a, b) = (
                self.at(axis, area.min[axis]),
                self.at(axis, area.max[axis] - 1),
            );
            low[axis] = a.min(b) - 1.0;
            high[axis] = a.max(b) + 1.0;
        }
        (low, high)
    }
}

/// First pixel whose centre lies at or right of (below) `edge`, in pixels.
pub(super) fn first_pixel(edge: f32) -> i32 {
    (edge - 0.5).ceil() as i32
}

/// Appends the items of all primitives in drawing order.
pub(super) fn collect(
    primitives: &[ClippedPrimitive],
    pixels_per_point: f32,
    size: [usize; 2],
    textures: &TextureStore,
    items: &mut Vec<Item>,
) {
    let picture = PixelRect {
        min: [0, 0],
        max: size.map(|n| i32::try_from(n).unwrap_or(i32::MAX)),
    };
    for (index, clipped) in primitives.iter().enumerate() {
        let Primitive::Mesh(mesh) = &clipped.primitive else {
            continue;
        };
        let Some(texture) = textures.get(mesh.texture_id) else {
            continue;
        };
        // Rounded as egui's OpenGL painter rounds its scissor.
        let clip = PixelRect {
            min: [clipped.clip_rect.min.x, clipped.clip_rect.min.y]
                .map(|edge| (edge * pixels_per_point).round() as i32),
            max: [clipped.clip_rect.max.x, clipped.clip_rect.max.y]
                .map(|edge| (edge * pixels_per_point).round() as i32),
        }
        .intersection(picture);
        if clip.is_empty() {
            continue;
        }
        let scene = MeshScene {
            mesh,
            texture,
            clip,
            pixels_per_point,
            primitive: index,
        };
        scene.collect(items);
    }
}

struct MeshScene<'a> {
    mesh: &'a Mesh,
    texture: &'a Texture,
    clip: PixelRect,
    pixels_per_point: f32,
    primitive: usize,
}

impl MeshScene<'_> {
    fn collect(&self, items: &mut Vec<Item>) {
        let indices = &self.mesh.indices;
        let mut first = 0;
        while first + 3 <= indices.len() {
            if let Some(quad) = self.quad(first) {
                items.extend(self.upright(quad));
                first += 6;
            } else {
                items.extend(self.triangle(first));
                first += 3;
            }
        }
    }

    fn vertices<const N: usize>(&self, first: usize) -> Option<[&Vertex; N]> {
        let indices = self.mesh.indices.get(first..first + N)?;
        let mut found = [self.mesh.vertices.first()?; N];
        for (slot, &index) in found.iter_mut().zip(indices) {
            *slot = self.mesh.vertices.get(index as usize)?;
        }
        Some(found)
    }

    /// Corners (left top, right bottom) when the next six indices are an upright rectangle of one
    /// colour, laid out as egui lays them out.
    fn quad(&self, first: usize) -> Option<[&Vertex; 2]> {
        let [a, b, c, d, e, f] = *self.mesh.indices.get(first..first + 6)? else {
            return None;
        };
        if d != c || e != b {
            return None;
        }
        let _ = (a, f);
        let [lt, rt, lb, _, _, rb] = self.vertices::<6>(first)?;
        let upright = lt.pos.y == rt.pos.y
            && lb.pos.y == rb.pos.y
            && lt.pos.x == lb.pos.x
            && rt.pos.x == rb.pos.x
            && lt.pos.x <= rt.pos.x
            && lt.pos.y <= lb.pos.y;
        let straight =
            lt.uv.y == rt.uv.y && lb.uv.y == rb.uv.y && lt.uv.x == lb.uv.x && rt.uv.x == rb.uv.x;
        let plain = lt.color == rt.color && lt.color == lb.color && lt.color == rb.color;
        (upright && straight && plain).then_some([lt, rb])
    }

    fn upright(&self, [lt, rb]: [&Vertex; 2]) -> Option<Item> {
        let scale = self.pixels_per_point;
        let (min, max) = (lt.pos * scale, rb.pos * scale);
        let area = PixelRect {
            min: [first_pixel(min.x), first_pixel(min.y)],
            max: [first_pixel(max.x), first_pixel(max.y)],
        }
        .intersection(self.clip);
        let color = pixel(lt.color);
        if area.is_empty() || color == 0 {
            return None;
        }
        if self.is_white(lt) && self.is_white(rb) {
            let figure = figure(area, [1, u64::from(color), 0, 0]);
            let kind = Kind::Fill { color };
            return Some(Item { area, kind, figure });
        }
        let texels = self.texture.size.map(|n| n as f32);
        let mut map = TexelMap {
            origin: [0.0; 2],
            step: [0.0; 2],
        };
        let corners = [
            (min.x, max.x, lt.uv.x * texels[0], rb.uv.x * texels[0]),
            (min.y, max.y, lt.uv.y * texels[1], rb.uv.y * texels[1]),
        ];
        for (axis, (from, to, first, last)) in corners.into_iter().enumerate() {
            map.step[axis] = (last - first) / (to - from);
            map.origin[axis] = first + (0.5 - from) * map.step[axis];
        }
        let texture = self.mesh.texture_id;
        let parts = [
            u64::from(color) << 8 | 2,
            texture_number(texture),
            pair(map.origin[0], map.origin[1]),
            pair(map.step[0], map.step[1]),
        ];
        Some(Item {
            area,
            kind: Kind::Blit {
                texture,
                color,
                map,
            },
            figure: figure(area, parts),
        })
    }

    fn triangle(&self, first: usize) -> Option<Item> {
        let vertices = self.vertices::<3>(first)?;
        if vertices.iter().all(|v| pixel(v.color) == 0) {
            return None;
        }
        let scale = self.pixels_per_point;
        let xs = vertices.map(|v| v.pos.x * scale);
        let ys = vertices.map(|v| v.pos.y * scale);
        let low = |values: [f32; 3]| values.into_iter().fold(f32::INFINITY, f32::min);
        let high = |values: [f32; 3]| values.into_iter().fold(f32::NEG_INFINITY, f32::max);
        let area = PixelRect {
            min: [first_pixel(low(xs)), first_pixel(low(ys))],
            max: [first_pixel(high(xs)), first_pixel(high(ys))],
        }
        .intersection(self.clip);
        if area.is_empty() {
            return None;
        }
        let mut number = mix(3, texture_number(self.mesh.texture_id));
        for vertex in vertices {
            number = mix(number, pair(vertex.pos.x, vertex.pos.y));
            number = mix(number, pair(vertex.uv.x, vertex.uv.y));
            number = mix(number, u64::from(pixel(vertex.color)));
        }
        let us = vertices.map(|v| v.uv.x * self.texture.size[0] as f32);
        let vs = vertices.map(|v| v.uv.y * self.texture.size[1] as f32);
        let version = if vertices.iter().all(|v| self.is_white(v)) {
            0
        } else {
            self.texture.version(
                [low(us) - 1.0, low(vs) - 1.0],
                [high(us) + 1.0, high(vs) + 1.0],
            )
        };
        Some(Item {
            area,
            kind: Kind::Triangle {
                primitive: self.primitive,
                first,
            },
            figure: figure(area, [number, version, 0, 0]),
        })
    }

    /// The atlas of letters has a white texel for everything that is not a letter.
    fn is_white(&self, vertex: &Vertex) -> bool {
        vertex.uv == WHITE_UV && self.mesh.texture_id == TextureId::default()
    }
}

/// A triangle's vertices use no texture but the white texel.
pub(super) fn untextured(mesh: &Mesh, vertices: [&Vertex; 3]) -> bool {
    mesh.texture_id == TextureId::default() && vertices.iter().all(|v| v.uv == WHITE_UV)
}

fn texture_number(id: TextureId) -> u64 {
    match id {
        TextureId::Managed(number) => number << 1,
        TextureId::User(number) => number << 1 | 1,
    }
}

fn pair(a: f32, b: f32) -> u64 {
    u64::from(a.to_bits()) << 32 | u64::from(b.to_bits())
}

fn figure(area: PixelRect, parts: [u64; 4]) -> u64 {
    let corner =
        |[x, y]: [i32; 2]| u64::from(x.cast_unsigned()) << 32 | u64::from(y.cast_unsigned());
    parts
        .into_iter()
        .fold(mix(corner(area.min), corner(area.max)), mix)
}
