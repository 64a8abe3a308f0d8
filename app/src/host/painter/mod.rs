//! Paints egui's triangles into a picture without any graphics driver.
//!
//! The picture is divided into tiles. Each frame every tile gets a figure made from all that is
//! drawn over it; a tile whose figure is that of the frame before keeps its pixels. What has
//! changed is painted again by bands of rows in parallel, and its rectangles are handed to the
//! window. Colours are blended as egui's OpenGL painter does: in gamma space, premultiplied.
//!
//! Paint callbacks are not drawn: a program that runs in a painted window shows images as textures.

mod canvas;
mod item;
mod raster;
mod sampler;
mod texture;
mod tile;

pub use canvas::{Canvas, PixelRect, write_png};

use egui::{ClippedPrimitive, Color32, TexturesDelta};
use rayon::prelude::*;

use item::Item;
use texture::TextureStore;
use tile::{TILE_HEIGHT, TileGrid};

/// Below this many changed pixels the calling thread paints alone: waking others takes longer.
const PARALLEL_FROM_PIXELS: usize = 40_000;

/// No more threads than this paint: beyond it memory bandwidth is the limit.
const MOST_THREADS: usize = 8;

/// The painter: picture, textures, and what was drawn last.
pub struct Painter {
    canvas: Canvas,
    textures: TextureStore,
    tiles: TileGrid,
    items: Vec<Item>,
    background: u32,
    /// Its own threads: the shared pool may be busy for seconds with decoding.
    pool: Option<rayon::ThreadPool>,
}

impl Painter {
    /// A painter of an empty picture; `background` shows where nothing is drawn.
    pub fn new(background: Color32) -> Self {
        let threads = std::thread::available_parallelism()
            .map_or(1, std::num::NonZero::get)
            .min(MOST_THREADS);
        let pool = (threads > 1)
            .then(|| {
                rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .thread_name(|n| format!("painter-{n}"))
                    .build()
                    .ok()
            })
            .flatten();
        Self {
            canvas: Canvas::default(),
            textures: TextureStore::default(),
            tiles: TileGrid::default(),
            items: Vec::new(),
            background: canvas::pixel(background),
            pool,
        }
    }

    /// The largest width and height of a texture, in texels.
    pub const MAX_TEXTURE_SIDE: usize = 16_384;

    /// Gives the picture another size, in pixels; the next frame paints all of it.
    pub fn resize(&mut self, size: [usize; 2]) {
        if self.canvas.size() != size {
            self.canvas = Canvas::new(size, self.background);
            self.tiles = TileGrid::new(size);
        }
    }

    /// Forgets what was drawn: the next frame paints every pixel. Used to measure a full frame.
    pub fn forget(&mut self) {
        self.tiles = TileGrid::new(self.canvas.size());
    }

    /// Paints one frame and returns the rectangles whose pixels may have changed.
    ///
    /// `delta` is applied and left empty, as egui asks. Positions of `primitives` are in points.
    pub fn paint(
        &mut self,
        primitives: &[ClippedPrimitive],
        pixels_per_point: f32,
        delta: &mut TexturesDelta,
    ) -> Vec<PixelRect> {
        self.textures.set(delta);
        self.items.clear();
        item::collect(
            primitives,
            pixels_per_point,
            self.canvas.size(),
            &self.textures,
            &mut self.items,
        );
        self.tiles.compare(&self.items, &self.textures);
        let changed = self.tiles.changed_pixels();
        if changed > 0 {
            self.paint_bands(primitives, pixels_per_point, changed);
        }
        self.textures.free(delta);
        delta.clear();
        self.tiles.damage()
    }

    fn paint_bands(
        &mut self,
        primitives: &[ClippedPrimitive],
        pixels_per_point: f32,
        changed: usize,
    ) {
        let Self {
            canvas,
            textures,
            tiles,
            items,
            background,
            pool,
        } = self;
        let scene = raster::Scene {
            primitives,
            items,
            textures,
            pixels_per_point,
            background: *background,
            width: canvas.size()[0],
        };
        let rows = canvas.size()[0] * TILE_HEIGHT;
        let bands = |index: usize, pixels: &mut [u32]| {
            raster::paint_band(&scene, tiles, index, pixels);
        };
        match pool {
            Some(pool) if changed >= PARALLEL_FROM_PIXELS => pool.install(|| {
                canvas
                    .pixels_mut()
                    .par_chunks_mut(rows)
                    .with_max_len(1)
                    .enumerate()
                    .for_each(|(index, pixels)| bands(index, pixels));
            }),
            _ => canvas
                .pixels_mut()
                .chunks_mut(rows)
                .enumerate()
                .for_each(|(index, pixels)| bands(index, pixels)),
        }
    }

    /// The picture as painted last.
    pub fn canvas(&self) -> &Canvas {
        &self.canvas
    }
}

#[cfg(test)]
mod tests;
