//! Small pictures of whole series.

use voxel::Volume;

use crate::picture::Picture;
use crate::rendering::Rendering;
use crate::slice::{Interpolation, slice};
use crate::view::SliceView;
use crate::window::WindowLevel;
use crate::{Error, grid_plane::ViewPlane};

/// The most samples per side of a thumbnail's pixel.
const SAMPLES_MAX: usize = 8;

/// The middle acquired plane of a series, whole, in a picture of `size_px` with black beside it.
///
/// Each pixel is the mean of as many samples as it covers voxels (at most 8 × 8), so that thin bright
/// lines neither flicker nor vanish.
///
/// # Errors
/// [`Error::PictureSize`].
pub fn thumbnail(
    volume: &Volume,
    window: &WindowLevel,
    size_px: [usize; 2],
) -> Result<Picture, Error> {
    let grid = volume.grid();
    let middle = (grid.size()[2] / 2) as i64;
    let view = SliceView::of_plane(grid, ViewPlane::Acquired, middle, size_px)?;
    let finest_mm = grid.spacing_mm()[0].min(grid.spacing_mm()[1]);
    let samples = (view.mm_per_px / finest_mm)
        .ceil()
        .clamp(1.0, SAMPLES_MAX as f64) as usize;
    let mut fine = view.resized(size_px.map(|side| side * samples))?;
    fine.mm_per_px = view.mm_per_px / samples as f64;
    let picture = slice(
        volume,
        &fine,
        &Rendering::new(*window, Interpolation::Linear),
    );
    Ok(reduced(&picture, samples))
}

/// A picture with every block of `samples`² pixels replaced by its mean.
fn reduced(picture: &Picture, samples: usize) -> Picture {
    if samples == 1 {
        return picture.clone();
    }
    let mut small = Picture::black(picture.width / samples, picture.height / samples);
    let width = small.width;
    let count = (samples * samples) as u32;
    for (n, pixel) in small.pixels_mut().iter_mut().enumerate() {
        let (x, y) = (n % width * samples, n / width * samples);
        let mut sums = [count / 2; 3]; // rounds to the nearest
        for row in y..y + samples {
            let start = row * picture.width + x;
            for fine in &picture.pixels()[start..start + samples] {
                for (sum, level) in sums.iter_mut().zip(fine) {
                    *sum += u32::from(*level);
                }
            }
        }
        let [r, g, b] = sums.map(|sum| (sum / count) as u8);
        *pixel = [r, g, b, 255];
    }
    small
}
