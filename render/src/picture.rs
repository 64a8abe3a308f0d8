//! Pictures and the rectangles within them.

use crate::Error;

/// The longest side of a picture, px. Larger requests are mistakes or attacks: 16,384² px are 1 GiB.
pub const MAX_SIDE_PX: usize = 16_384;

/// Opaque black.
pub const BLACK: [u8; 4] = [0, 0, 0, 255];

/// A picture of 8-bit RGBA pixels, rows from the top, no gap between rows, alpha always 255.
///
/// `rgba.len() == 4 * width * height` holds for every picture that this crate makes. The values are
/// P-values for the screen (PS3.14), sent without any further gamma.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue, alpha of each pixel, row by row.
    pub rgba: Vec<u8>,
}

impl Picture {
    /// A black picture.
    ///
    /// # Errors
    /// [`Error::PictureSize`] when a side is 0 or above [`MAX_SIDE_PX`].
    pub fn new(width: usize, height: usize) -> Result<Self, Error> {
        let fits = |side: usize| (1..=MAX_SIDE_PX).contains(&side);
        if !fits(width) || !fits(height) {
            return Err(Error::PictureSize { width, height });
        }
        Ok(Self::black(width, height))
    }

    /// A black picture of a size already checked, or an empty one.
    pub(crate) fn black(width: usize, height: usize) -> Self {
        let mut picture = Self {
            width,
            height,
            rgba: vec![0; 4 * width * height],
        };
        picture.pixels_mut().fill(BLACK);
        picture
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[[u8; 4]] {
        bytemuck::cast_slice(&self.rgba)
    }

    /// All pixels, row by row, to be written.
    pub fn pixels_mut(&mut self) -> &mut [[u8; 4]] {
        bytemuck::cast_slice_mut(&mut self.rgba)
    }

    /// The pixel of column `x` and row `y`, if it lies in the picture.
    pub fn pixel(&self, x: usize, y: usize) -> Option<[u8; 4]> {
        if x >= self.width {
            return None;
        }
        self.pixels().get(y * self.width + x).copied()
    }

    /// The rectangle of the whole picture.
    pub fn rect(&self) -> RectPx {
        RectPx {
            x: 0,
            y: 0,
            width: self.width,
            height: self.height,
        }
    }

    /// Copies one rectangle of a picture of the same size, as when a layer under the overlay is put
    /// back before the overlay's changed part is drawn again. Pictures of another size are left alone.
    pub fn copy_rect_from(&mut self, other: &Self, rect: RectPx) {
        if (self.width, self.height) != (other.width, other.height) {
            return;
        }
        let rect = rect.clipped(self.rect());
        let width = self.width;
        for y in rect.y..rect.y + rect.height {
            let row = y * width + rect.x..y * width + rect.x + rect.width;
            self.pixels_mut()[row.clone()].copy_from_slice(&other.pixels()[row]);
        }
    }
}

/// A rectangle of pixels: `x..x + width`, `y..y + height`, origin at the picture's top left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RectPx {
    /// First column.
    pub x: usize,
    /// First row.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl RectPx {
    /// The part of this rectangle within `limits`; empty (width or height 0) where they do not meet.
    #[must_use]
    pub fn clipped(self, limits: Self) -> Self {
        let (x, y) = (self.x.max(limits.x), self.y.max(limits.y));
        let right = self.right().min(limits.right());
        let bottom = self.bottom().min(limits.bottom());
        Self {
            x,
            y,
            width: right.saturating_sub(x),
            height: bottom.saturating_sub(y),
        }
    }

    /// The smallest rectangle that holds both; an empty one adds nothing.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }

    /// Whether it holds no pixel.
    pub fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// The column after the last one.
    pub fn right(self) -> usize {
        self.x.saturating_add(self.width)
    }

    /// The row after the last one.
    pub fn bottom(self) -> usize {
        self.y.saturating_add(self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_without_pixels_or_with_far_too_many_is_refused() {
        assert!(Picture::new(0, 4).is_err());
        assert!(Picture::new(4, MAX_SIDE_PX + 1).is_err());
        let picture = Picture::new(3, 2).unwrap();
        assert_eq!(picture.rgba.len(), 24);
        assert_eq!(picture.pixel(2, 1), Some(BLACK));
        assert_eq!(picture.pixel(3, 1), None);
    }

    #[test]
    fn rectangles_clip_and_unite() {
        let whole = RectPx {
            x: 0,
            y: 0,
            width: 10,
            height: 8,
        };
        let part = RectPx {
            x: 7,
            y: 6,
            width: 9,
            height: 9,
        };
        assert_eq!(
            part.clipped(whole),
            RectPx {
                x: 7,
                y: 6,
                width: 3,
                height: 2
            }
        );
        let away = RectPx {
            x: 20,
            y: 0,
            width: 1,
            height: 1,
        };
        assert!(away.clipped(whole).is_empty());
        assert_eq!(
            part.union(away),
            RectPx {
                x: 7,
                y: 0,
                width: 14,
                height: 15
            }
        );
        assert_eq!(part.union(away.clipped(whole)), part);
    }

    #[test]
    fn copying_a_rectangle_leaves_the_rest_alone() {
        let mut target = Picture::new(4, 4).unwrap();
        let mut source = Picture::new(4, 4).unwrap();
        source.pixels_mut().fill([9, 9, 9, 255]);
        target.copy_rect_from(
            &source,
            RectPx {
                x: 1,
                y: 1,
                width: 2,
                height: 9,
            },
        );
        let copied = target.pixels().iter().filter(|p| p[0] == 9).count();
        assert_eq!(copied, 6);
        assert_eq!(target.pixel(0, 0), Some(BLACK));
    }
}
