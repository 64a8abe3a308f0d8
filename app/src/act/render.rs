//! The workstation's picture of one plane, without a window: drawn by the processor's twin.

use annotation_format::write::atomic;
use anyhow::Context;
use imaging::Loaded;
use render::{
    GridPlane, OverlayLayer, Picture, Rendering, SliceView, ViewPlane, WindowFunction, WindowLevel,
};
use std::path::Path;
use voxel::{Grid, Mask, PatientPoint, PatientVector, VoxelPoint};

/// Which plane, where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cut {
    /// A plane of the grid by its index; `None`: the middle one.
    Index(ViewPlane, Option<i64>),
    /// The plane of the grid closest to a patient point.
    Through(ViewPlane, PatientPoint),
    /// A plane in any direction through a point; `None`: the volume's centre.
    Oblique(PatientVector, Option<PatientPoint>),
}

/// How a picture is made.
#[derive(Clone, Debug)]
pub struct PictureRequest {
    /// The plane.
    pub cut: Cut,
    /// Values to grey levels, what lies between voxels, slab.
    pub rendering: Rendering,
    /// Width and height in pixels; ignored for a native picture.
    pub size_px: [usize; 2],
    /// One pixel per voxel.
    pub is_native: bool,
    /// Without letters and scale.
    pub is_plain: bool,
}

/// Colours of masks, in the order in which they are named.
const COLORS: [[u8; 3]; 6] = [
    [240, 162, 60],
    [88, 183, 232],
    [120, 200, 120],
    [220, 120, 200],
    [235, 220, 90],
    [230, 100, 100],
];

/// The window of a file, as it opens.
#[must_use]
pub fn file_window(loaded: &Loaded) -> WindowLevel {
    window_as_file(
        loaded,
        loaded.display.window.center,
        loaded.display.window.width,
    )
}

/// A window of one's own with the function of the file; formats without one get the plain ramp.
#[must_use]
pub fn window_as_file(loaded: &Loaded, center: f64, width: f64) -> WindowLevel {
    let function = match loaded.display.window.function {
        imaging::WindowFunction::Linear => WindowFunction::Linear,
        imaging::WindowFunction::LinearExact => WindowFunction::LinearExact,
        imaging::WindowFunction::Sigmoid => WindowFunction::Sigmoid,
    };
    WindowLevel {
        center,
        width,
        function,
        invert: loaded.display.invert,
    }
}

/// Makes the picture.
///
/// # Errors
/// A plane outside the volume, a size that no picture has, a native picture of an oblique plane.
pub fn picture(
    loaded: &Loaded,
    masks: &[Mask],
    request: &PictureRequest,
) -> Result<Picture, render::Error> {
    let volume = &loaded.volume;
    let grid = volume.grid();
    let layers: Vec<OverlayLayer<'_>> = masks
        .iter()
        .zip(COLORS.iter().cycle())
        .map(|(mask, color)| OverlayLayer::new(mask, grid, *color))
        .collect();
    if request.is_native {
        let (plane, index) = match request.cut {
            Cut::Index(plane, index) => (plane, index.unwrap_or_else(|| middle(grid, plane))),
            Cut::Through(plane, point) => (plane, index_at(grid, plane, point)),
            Cut::Oblique(..) => return Err(render::Error::Directions),
        };
        let plane = GridPlane::stored(grid, plane, index)?;
        let mut picture = render::native_slice(volume, &plane, &request.rendering);
        if !layers.is_empty() {
            render::overlay_native(&mut picture, grid, &plane, &layers, None);
        }
        return Ok(picture);
    }
    let view = view_of(grid, request)?;
    let mut picture = render::slice(volume, &view, &request.rendering);
    render::overlay(&mut picture, &view, &layers, None);
    if !request.is_plain {
        super::picture_marks::draw(&mut picture, &view);
    }
    Ok(picture)
}

fn view_of(grid: &Grid, request: &PictureRequest) -> Result<SliceView, render::Error> {
    let of_plane = |plane: ViewPlane, index: i64| {
        let plane = GridPlane::radiological(grid, plane, index)?;
        SliceView::of_grid_plane(grid, &plane, request.size_px)
    };
    match request.cut {
        Cut::Index(plane, index) => of_plane(plane, index.unwrap_or_else(|| middle(grid, plane))),
        Cut::Through(plane, point) => of_plane(plane, index_at(grid, plane, point)),
        Cut::Oblique(normal, point) => SliceView::oblique(
            grid,
            point.unwrap_or_else(|| grid.centre()),
            normal,
            request.size_px,
        ),
    }
}

fn middle(grid: &Grid, plane: ViewPlane) -> i64 {
    (grid.size().get(plane.axis(grid)).copied().unwrap_or(1) / 2) as i64
}

fn index_at(grid: &Grid, plane: ViewPlane, point: PatientPoint) -> i64 {
    let VoxelPoint(at) = grid.voxel_from_patient(point);
    at.get(plane.axis(grid))
        .map_or(0, |value| value.round() as i64)
}

/// Writes a picture as PNG: grey where every pixel is grey.
///
/// # Errors
/// When the file cannot be written.
pub fn write_png(path: &Path, picture: &Picture) -> anyhow::Result<()> {
    let (width, height) = (
        u32::try_from(picture.width)?,
        u32::try_from(picture.height)?,
    );
    let is_grey = picture.pixels().iter().all(|[r, g, b, _]| r == g && g == b);
    let mut bytes = std::io::Cursor::new(Vec::new());
    if is_grey {
        let grey: Vec<u8> = picture.pixels().iter().map(|pixel| pixel[0]).collect();
        image::write_buffer_with_format(
            &mut bytes,
            &grey,
            width,
            height,
            image::ExtendedColorType::L8,
            image::ImageFormat::Png,
        )
    } else {
        let rgb: Vec<u8> = picture
            .pixels()
            .iter()
            .flat_map(|[r, g, b, _]| [*r, *g, *b])
            .collect();
        image::write_buffer_with_format(
            &mut bytes,
            &rgb,
            width,
            height,
            image::ExtendedColorType::Rgb8,
            image::ImageFormat::Png,
        )
    }
    .context("the picture cannot be coded")?;
    atomic::write_bytes(path, bytes.get_ref())?;
    Ok(())
}
