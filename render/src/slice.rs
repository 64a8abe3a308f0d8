//! Slices: a plane of a volume as a picture. The CPU twin, and the truth for the GPU.
//!
//! The order is that of PS3.3 and dicom-conformance §3.10: stored value, padding, rescale,
//! interpolation, window. Nothing is reduced to 8 bits before the window.

mod along_grid;
mod oblique;
mod reducer;
mod thick;

use voxel::{Grid, PatientPoint, Samples, Volume, VoxelIndex};

use crate::grid_plane::GridPlane;
use crate::picture::{Picture, RectPx};
use crate::rendering::Rendering;
#[cfg(doc)]
use crate::rendering::Slab;
use crate::sampling::{Aligned, Sampling};
use crate::source::{Colour, Grey, Number, Source};
use crate::view::SliceView;

/// What lies between voxel centres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Interpolation {
    /// The nearest voxel: stored values only.
    Nearest,
    /// Trilinear between the eight neighbours (two or four where the plane lies on the grid).
    #[default]
    Linear,
}

/// Rows drawn by one thread at a time.
pub(crate) const BAND_ROWS: usize = 32;

/// A view of a volume as a picture of `view.size_px`.
///
/// Padding, what lies outside the volume and what falls into a gap of missing slices are black. With
/// [`Interpolation::Linear`] padding and values that are not numbers are left out of the mean of their
/// neighbours, and a pixel whose nearest voxel is one is black. What a slab does: [`Slab`].
pub fn slice(volume: &Volume, view: &SliceView, rendering: &Rendering) -> Picture {
    let mut picture = Picture::black(view.size_px[0], view.size_px[1]);
    slice_into(&mut picture, volume, view, rendering, None);
    picture
}

/// Draws a view into a picture that is there already; with `dirty`, only that rectangle. A picture of
/// another size than the view's is drawn as far as both reach.
pub fn slice_into(
    picture: &mut Picture,
    volume: &Volume,
    view: &SliceView,
    rendering: &Rendering,
    dirty: Option<RectPx>,
) {
    let sampling = Sampling::of_view(volume.grid(), view);
    let request = Request::new(&sampling, picture, view.size_px, rendering, dirty);
    draw(picture, volume, &request);
}

/// One pixel per voxel: the stored voxels of a grid plane through the window, nothing else, whatever
/// the interpolation. With a slab, voxels of the same row and column before and behind the plane, also
/// where the stack is sheared.
pub fn native_slice(volume: &Volume, plane: &GridPlane, rendering: &Rendering) -> Picture {
    let size = plane.size(volume.grid());
    let mut picture = Picture::black(size[0], size[1]);
    let sampling = Sampling::native(volume.grid(), plane);
    let stored = Rendering {
        interpolation: Interpolation::Nearest,
        ..*rendering
    };
    let request = Request::new(&sampling, &picture, size, &stored, None);
    draw(&mut picture, volume, &request);
    picture
}

/// The voxel that a view shows at a pixel by [`Interpolation::Nearest`]; `None` outside the grid and
/// in a gap. For the value under the pointer.
pub fn voxel_at_pixel(grid: &Grid, view: &SliceView, x: usize, y: usize) -> Option<VoxelIndex> {
    let sampling = Sampling::of_view(grid, view);
    let voxel = sampling.nearest(sampling.at(x as f64, y as f64))?;
    Some(VoxelIndex(voxel.map(|v| v as i64)))
}

/// The voxel that holds a patient point; `None` outside the grid and in a gap. For linked views: whether
/// the point that one shows lies in the volume of another.
pub fn voxel_at_point(grid: &Grid, point: PatientPoint) -> Option<VoxelIndex> {
    let sampling = Sampling::of_point(grid, point);
    let voxel = sampling.nearest(sampling.at(0.0, 0.0))?;
    Some(VoxelIndex(voxel.map(|v| v as i64)))
}

/// What is to be drawn where.
struct Request<'a> {
    sampling: &'a Sampling,
    aligned: Option<Aligned>,
    rendering: &'a Rendering,
    size_px: [usize; 2],
    /// Within the picture and the view.
    rect: RectPx,
}

impl<'a> Request<'a> {
    fn new(
        sampling: &'a Sampling,
        picture: &Picture,
        size_px: [usize; 2],
        rendering: &'a Rendering,
        dirty: Option<RectPx>,
    ) -> Self {
        let whole = RectPx {
            x: 0,
            y: 0,
            width: size_px[0],
            height: size_px[1],
        };
        Self {
            sampling,
            aligned: sampling.aligned(0..size_px[0] as i64, 0..size_px[1] as i64),
            rendering,
            size_px,
            rect: dirty
                .unwrap_or(whole)
                .clipped(whole)
                .clipped(picture.rect()),
        }
    }

    /// The one plane (k) that the picture shows, where it shows only one.
    fn only_plane(&self) -> Option<usize> {
        if self.rendering.thick().is_some() {
            return None;
        }
        let aligned = self.aligned.as_ref()?;
        let is_one = aligned.through == 2 && aligned.plane.fract() == 0.0;
        // A NaN plane has no whole number and shows nothing.
        is_one.then_some(aligned.plane as usize)
    }
}

fn draw(picture: &mut Picture, volume: &Volume, request: &Request) {
    if request.rect.is_empty() {
        return;
    }
    match volume.samples() {
        Samples::U8(samples) => grey(picture, volume, samples, request),
        Samples::I8(samples) => grey(picture, volume, samples, request),
        Samples::U16(samples) => grey(picture, volume, samples, request),
        Samples::I16(samples) => grey(picture, volume, samples, request),
        Samples::U32(samples) => grey(picture, volume, samples, request),
        Samples::I32(samples) => grey(picture, volume, samples, request),
        Samples::F32(samples) => grey(picture, volume, samples, request),
        Samples::F64(samples) => grey(picture, volume, samples, request),
        Samples::Rgb8(samples) => draw_source(picture, &Colour(samples), request),
    }
}

fn grey<T: Number>(picture: &mut Picture, volume: &Volume, samples: &[T], request: &Request) {
    let pixels = request.rect.width * request.rect.height;
    let source = Grey::new(
        samples,
        volume,
        request.rendering,
        request.only_plane(),
        pixels,
    );
    draw_source(picture, &source, request);
}

fn draw_source<S: Source>(picture: &mut Picture, source: &S, request: &Request) {
    let (width, rect) = (picture.width, request.rect);
    let rows = &mut picture.pixels_mut()[rect.y * width..rect.bottom() * width];
    if let Some(slab) = request.rendering.thick() {
        thick::draw(source, request, &slab, width, rows);
        return;
    }
    match (&request.aligned, request.rendering.interpolation) {
        (Some(aligned), Interpolation::Nearest) => {
            along_grid::nearest(source, request.sampling.size, aligned, rect, width, rows);
        }
        (Some(aligned), Interpolation::Linear) => {
            along_grid::linear(source, request.sampling, aligned, rect, width, rows);
        }
        (None, Interpolation::Nearest) => {
            oblique::nearest(source, request.sampling, rect, width, rows);
        }
        (None, Interpolation::Linear) => {
            oblique::linear(source, request.sampling, rect, width, rows);
        }
    }
}

/// The steps of i, j and k in the sample buffer.
fn strides(size: [usize; 3]) -> [usize; 3] {
    [1, size[0], size[0] * size[1]]
}

/// Trilinear value at voxel coordinates, by the rules of [`slice()`]; NaN where nothing is.
///
/// The fast ways give the same wherever no neighbour is padding; where one is, they come here.
fn linear_at<S: Source>(source: &S, sampling: &Sampling, channel: usize, at: [f64; 3]) -> f32 {
    let size = sampling.size;
    let strides = strides(size);
    let index = |voxel: [usize; 3]| (0..3).map(|a| voxel[a] * strides[a]).sum::<usize>();
    let Some(nearest) = sampling.nearest(at) else {
        return f32::NAN;
    };
    if source.lane(channel, index(nearest), nearest[2]).is_nan() {
        return f32::NAN;
    }
    let around: [(usize, usize, f64); 3] =
        std::array::from_fn(|a| crate::sampling::neighbours(at[a], size[a]));
    let (mut sum, mut weights) = (0.0, 0.0);
    for corner in 0..8 {
        let mut weight = 1.0;
        let voxel = std::array::from_fn(|a| {
            let (below, above, share) = around[a];
            let upper = corner >> a & 1 == 1;
            weight *= if upper { share } else { 1.0 - share };
            if upper { above } else { below }
        });
        let value = source.lane(channel, index(voxel), voxel[2]);
        if weight > 0.0 && !value.is_nan() {
            sum += weight * f64::from(value);
            weights += weight;
        }
    }
    (sum / weights) as f32
}
