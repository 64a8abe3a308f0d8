//! The reference grid and its tiles (ITU-T T.800 B.2, B.3).

/// The reference grid of A.5.1.
#[derive(Clone, Copy, Default)]
pub(super) struct Grid {
    pub(super) image: Area,
    pub(super) tile: [u32; 2],
    pub(super) first_tile: [u32; 2],
}

/// Columns and rows, ends exclusive.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Area {
    pub(super) x0: u32,
    pub(super) y0: u32,
    pub(super) x1: u32,
    pub(super) y1: u32,
}

impl Area {
    pub(super) fn width(&self) -> usize {
        self.x1.saturating_sub(self.x0) as usize
    }

    pub(super) fn height(&self) -> usize {
        self.y1.saturating_sub(self.y0) as usize
    }

    pub(super) fn is_empty(&self) -> bool {
        self.width() == 0 || self.height() == 0
    }
}

impl Grid {
    pub(super) fn tiles_across(&self) -> u32 {
        (self.image.x1 - self.first_tile[0]).div_ceil(self.tile[0])
    }

    pub(super) fn tiles_down(&self) -> u32 {
        (self.image.y1 - self.first_tile[1]).div_ceil(self.tile[1])
    }

    /// The part of the image that is tile `index` (B.3).
    pub(super) fn tile_area(&self, index: u32) -> Area {
        let across = self.tiles_across().max(1);
        let [column, row] = [index % across, index / across].map(u64::from);
        let start =
            |first: u32, size: u32, number: u64| u64::from(first) + u64::from(size) * number;
        let clipped = |value: u64, low: u32, high: u32| {
            value.clamp(u64::from(low), u64::from(high.max(low))) as u32
        };
        let [x, y] = self.first_tile;
        let [width, height] = self.tile;
        let image = self.image;
        Area {
            x0: clipped(start(x, width, column), image.x0, image.x1),
            y0: clipped(start(y, height, row), image.y0, image.y1),
            x1: clipped(start(x, width, column + 1), image.x0, image.x1),
            y1: clipped(start(y, height, row + 1), image.y0, image.y1),
        }
    }
}
