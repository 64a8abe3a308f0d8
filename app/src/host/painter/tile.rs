//! Tiles of the picture: which have to be painted again, and by what.

use super::canvas::{PixelRect, index};
use super::item::{Item, Kind};
use super::texture::TextureStore;

/// Width of a tile in pixels.
pub(super) const TILE_WIDTH: usize = 64;
/// Height of a tile, and of a band of tiles painted by one thread, in pixels.
pub(super) const TILE_HEIGHT: usize = 32;

/// An item over more tiles than this asks for its texture's change tile by tile.
const MANY_TILES: usize = 4;

/// Folds a number into a figure. Multiplication and shift of xxHash's 64-bit rounds: quick, and
/// different for every order.
pub(super) fn mix(figure: u64, number: u64) -> u64 {
    (figure ^ number.wrapping_mul(0x9E37_79B1_85EB_CA87))
        .rotate_left(31)
        .wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
}

#[derive(Clone, Copy)]
struct Tile {
    /// Figure of what is painted there; `None` when nothing has been painted yet.
    painted: Option<u64>,
    /// Figure of what this frame draws there.
    wanted: u64,
    /// The first item that can be seen: an opaque fill over the whole tile hides those before.
    first: usize,
}

/// All tiles of a picture.
#[derive(Default)]
pub(super) struct TileGrid {
    size: [usize; 2],
    columns: usize,
    tiles: Vec<Tile>,
    /// For each band of tiles the items over it, in drawing order.
    bands: Vec<Vec<usize>>,
    changed: Vec<PixelRect>,
}

/// A run of neighbouring changed tiles in one band.
pub(super) struct Run {
    pub(super) area: PixelRect,
    pub(super) first: usize,
}

impl TileGrid {
    pub(super) fn new(size: [usize; 2]) -> Self {
        let columns = size[0].div_ceil(TILE_WIDTH);
        let rows = size[1].div_ceil(TILE_HEIGHT);
        let tile = Tile {
            painted: None,
            wanted: 0,
            first: 0,
        };
        Self {
            size,
            columns,
            tiles: vec![tile; columns * rows],
            bands: vec![Vec::new(); rows],
            changed: Vec::new(),
        }
    }

    /// Finds the tiles that differ from the frame before, and the items over their bands.
    pub(super) fn compare(&mut self, items: &[Item], textures: &TextureStore) {
        for tile in &mut self.tiles {
            tile.wanted = 0;
            tile.first = 0;
        }
        for (number, item) in items.iter().enumerate() {
            self.add(number, item, textures);
        }
        self.changed.clear();
        let bands = self.bands.len();
        for band in 0..bands {
            let mut runs = self.runs(band);
            let any = !runs.is_empty();
            self.changed.extend(runs.drain(..).map(|run| run.area));
            let list = &mut self.bands[band];
            list.clear();
            if any {
                let (top, bottom) = band_rows(band, self.size[1]);
                list.extend(
                    items
                        .iter()
                        .enumerate()
                        .filter(|(_, item)| item.area.min[1] < bottom && item.area.max[1] > top)
                        .map(|(number, _)| number),
                );
            }
        }
        for tile in &mut self.tiles {
            tile.painted = Some(tile.wanted);
        }
    }

    fn add(&mut self, number: usize, item: &Item, textures: &TextureStore) {
        let columns =
            index(item.area.min[0]) / TILE_WIDTH..index(item.area.max[0]).div_ceil(TILE_WIDTH);
        let rows =
            index(item.area.min[1]) / TILE_HEIGHT..index(item.area.max[1]).div_ceil(TILE_HEIGHT);
        let picture = match &item.kind {
            Kind::Blit { texture, map, .. } => textures.get(*texture).map(|t| (t, map)),
            _ => None,
        };
        let many = columns.len() * rows.len() > MANY_TILES;
        let mut figure = item.figure;
        if let (Some((texture, map)), false) = (picture, many) {
            let (low, high) = map.range(item.area);
            figure = mix(figure, texture.version(low, high));
        }
        for row in rows {
            for column in columns.clone() {
                let bounds = tile_bounds([column, row], self.size);
                let Some(tile) = self.tiles.get_mut(row * self.columns + column) else {
                    continue;
                };
                if hides(item, bounds, textures) {
                    tile.wanted = 0;
                    tile.first = number;
                }
                tile.wanted = mix(tile.wanted, figure);
                if let (Some((texture, map)), true) = (picture, many) {
                    let (low, high) = map.range(item.area.intersection(bounds));
                    tile.wanted = mix(tile.wanted, texture.version(low, high));
                }
            }
        }
    }

    fn runs(&self, band: usize) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let start = band * self.columns;
        let Some(tiles) = self.tiles.get(start..start + self.columns) else {
            return runs;
        };
        for (column, tile) in tiles.iter().enumerate() {
            if tile.painted == Some(tile.wanted) {
                continue;
            }
            let bounds = tile_bounds([column, band], self.size);
            match runs.last_mut() {
                Some(run) if run.area.max[0] == bounds.min[0] => {
                    run.area.max[0] = bounds.max[0];
                    run.first = run.first.min(tile.first);
                }
                _ => runs.push(Run {
                    area: bounds,
                    first: tile.first,
                }),
            }
        }
        runs
    }

    /// The changed parts of a band, with the first item that can be seen in each.
    pub(super) fn changed_in_band(&self, band: usize) -> impl Iterator<Item = Run> {
        let (top, _) = band_rows(band, self.size[1]);
        self.changed
            .iter()
            .filter(move |area| area.min[1] == top)
            .map(move |&area| Run {
                area,
                first: (index(area.min[0]) / TILE_WIDTH..index(area.max[0]).div_ceil(TILE_WIDTH))
                    .filter_map(|column| self.tiles.get(band * self.columns + column))
                    .map(|tile| tile.first)
                    .min()
                    .unwrap_or(0),
            })
    }

    /// Numbers of the items over a band that has changed, in drawing order.
    pub(super) fn items_of_band(&self, band: usize) -> &[usize] {
        self.bands.get(band).map_or(&[], Vec::as_slice)
    }

    /// Pixels of all changed tiles.
    pub(super) fn changed_pixels(&self) -> usize {
        self.changed.iter().map(|area| area.area()).sum()
    }

    /// The changed rectangles; those of equal columns in neighbouring bands are joined.
    pub(super) fn damage(&self) -> Vec<PixelRect> {
        let mut joined: Vec<PixelRect> = Vec::new();
        for &area in &self.changed {
            let above = joined.iter_mut().rev().find(|other| {
                other.max[1] == area.min[1]
                    && other.min[0] == area.min[0]
                    && other.max[0] == area.max[0]
            });
            match above {
                Some(other) => other.max[1] = area.max[1],
                None => joined.push(area),
            }
        }
        joined
    }
}

fn hides(item: &Item, bounds: PixelRect, textures: &TextureStore) -> bool {
    let opaque = match &item.kind {
        Kind::Fill { color } => *color >= 0xFF00_0000,
        Kind::Blit { texture, color, .. } => {
            *color == 0xFFFF_FFFF && textures.get(*texture).is_some_and(|t| t.opaque)
        }
        Kind::Triangle { .. } => false,
    };
    opaque && item.area.intersection(bounds) == bounds
}

fn band_rows(band: usize, height: usize) -> (i32, i32) {
    let top = band * TILE_HEIGHT;
    let edge = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    (edge(top), edge((top + TILE_HEIGHT).min(height)))
}

fn tile_bounds([column, row]: [usize; 2], size: [usize; 2]) -> PixelRect {
    let edge = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    PixelRect {
        min: [edge(column * TILE_WIDTH), edge(row * TILE_HEIGHT)],
        max: [
            edge(((column + 1) * TILE_WIDTH).min(size[0])),
            edge(((row + 1) * TILE_HEIGHT).min(size[1])),
        ],
    }
}
