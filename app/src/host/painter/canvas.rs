//! The picture the painter paints into, and its ways out: a window, an image, a PNG file.

use std::path::Path;
use std::sync::Arc;

use egui::{Color32, ColorImage};

/// A rectangle of whole pixels: `min` inside, `max` outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelRect {
    /// First column and row.
    pub min: [i32; 2],
    /// One past the last column and row.
    pub max: [i32; 2],
}

impl PixelRect {
    /// The common part; empty (see [`Self::is_empty`]) where there is none.
    pub fn intersection(self, other: Self) -> Self {
        Self {
            min: [self.min[0].max(other.min[0]), self.min[1].max(other.min[1])],
            max: [self.max[0].min(other.max[0]), self.max[1].min(other.max[1])],
        }
    }

    /// True when no pixel lies inside.
    pub fn is_empty(self) -> bool {
        self.min[0] >= self.max[0] || self.min[1] >= self.max[1]
    }

    /// Columns of each row, as indices; the rectangle must lie inside the picture.
    pub fn columns(self) -> std::ops::Range<usize> {
        index(self.min[0])..index(self.max[0])
    }

    /// Rows, as indices; the rectangle must lie inside the picture.
    pub fn rows(self) -> std::ops::Range<usize> {
        index(self.min[1])..index(self.max[1])
    }

    /// Pixels inside.
    pub fn area(self) -> usize {
        self.columns().len() * self.rows().len()
    }
}

/// A pixel coordinate as an index; what lies left of or above the picture becomes 0.
pub(super) fn index(coordinate: i32) -> usize {
    usize::try_from(coordinate).unwrap_or(0)
}

/// An egui colour as painted: alpha, red, green, blue from the highest byte down, premultiplied.
pub(super) fn pixel(color: Color32) -> u32 {
    let [r, g, b, a] = color.to_array();
    u32::from_be_bytes([a, r, g, b])
}

/// Opaque pixels in rows from the top, each `0x??RRGGBB`.
#[derive(Default)]
pub struct Canvas {
    size: [usize; 2],
    pixels: Vec<u32>,
}

impl Canvas {
    pub(super) fn new(size: [usize; 2], background: u32) -> Self {
        Self {
            size,
            pixels: vec![background; size[0] * size[1]],
        }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// All pixels, row by row; the highest byte has no meaning.
    pub fn pixels(&self) -> &[u32] {
        &self.pixels
    }

    pub(super) fn pixels_mut(&mut self) -> &mut [u32] {
        &mut self.pixels
    }

    /// The pixels of the columns of `rect` in row `y`.
    pub fn row(&self, y: usize, rect: PixelRect) -> &[u32] {
        let start = y * self.size[0];
        let columns = rect.columns();
        self.pixels
            .get(start + columns.start..start + columns.end)
            .unwrap_or(&[])
    }

    /// A copy for egui, as answer to a request for a screenshot.
    pub fn to_image(&self) -> Arc<ColorImage> {
        let pixels = self
            .pixels
            .iter()
            .map(|&pixel| {
                let [_, r, g, b] = pixel.to_be_bytes();
                Color32::from_rgb(r, g, b)
            })
            .collect();
        Arc::new(ColorImage::new(self.size, pixels))
    }

    /// Writes the picture as a PNG file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_png(&self, path: &Path) -> anyhow::Result<()> {
        write_png(&self.to_image(), path)
    }
}

/// Writes an egui image as an opaque PNG file.
///
/// # Errors
/// When the file cannot be written, or the image has no pixels.
pub fn write_png(image: &ColorImage, path: &Path) -> anyhow::Result<()> {
    let mut bytes = Vec::with_capacity(image.pixels.len() * 3);
    for color in &image.pixels {
        bytes.extend([color.r(), color.g(), color.b()]);
    }
    let [width, height] = image.size;
    let (width, height) = (u32::try_from(width)?, u32::try_from(height)?);
    image::save_buffer_with_format(
        path,
        &bytes,
        width,
        height,
        image::ExtendedColorType::Rgb8,
        image::ImageFormat::Png,
    )?;
    Ok(())
}
