//! The agreement report as a page that needs nothing beside it.

use super::series::entry_of;
use crate::language::Language;
use agreement::report::{self, LabelPicture};
use anyhow::Context;
use base64ct::{Base64, Encoding};
use project::{Project, Session};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use voxel::VoxelIndex;

/// Writes the report of the project's compared cases.
///
/// # Errors
/// As the project refuses; when the file cannot be written.
pub fn write(
    project: &Project,
    session: &Session,
    path: &Path,
    language: Language,
) -> anyhow::Result<()> {
    let mut input = project.report_input(session)?;
    input.created_at = super::agree::local_time();
    input.add_images(|picture| image_below(project, session, picture));
    let page = report::html(&input, report::Language::from_code(language.code()))?;
    write_page(path, &page)
}

/// Writes a page, its folder made if it is not there.
///
/// # Errors
/// When the file cannot be written.
pub fn write_page(path: &Path, page: &str) -> anyhow::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    annotation_format::write::atomic::write_bytes(path, page.as_bytes())?;
    Ok(())
}

/// The image below a picture of differences as a `data:` address; none where it cannot be read, which
/// leaves the marks on white.
fn image_below(project: &Project, session: &Session, picture: &LabelPicture) -> Option<String> {
    let files = project.series_files(session, &picture.case).ok()?;
    let series = files
        .iter()
        .find(|files| files.id.to_string() == picture.series)?;
    let entry = entry_of(series).ok()?;
    let plane = &picture.plane;
    let loaded = imaging::load_plane(&entry, plane.plane, &AtomicBool::new(false)).ok()?;
    let window = &loaded.display.window;
    let level = render::WindowLevel {
        invert: loaded.display.invert,
        ..render::WindowLevel::linear(window.center, window.width)
    };
    let [columns, rows] = plane.size;
    // cells are every n-th voxel
    let steps: [usize; 2] =
        std::array::from_fn(|axis| plane.extent[axis].div_ceil(plane.size[axis]));
    let mut grey = Vec::with_capacity(columns * rows);
    for (y, x) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
        let [i, j] = [plane.first[0] + x * steps[0], plane.first[1] + y * steps[1]];
        let value = loaded.volume.value(VoxelIndex([i as i64, j as i64, 0]));
        grey.push(value.map_or(0, |value| level.grey(value)));
    }
    let mut png = std::io::Cursor::new(Vec::new());
    let size = [columns, rows].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let kind = image::ExtendedColorType::L8;
    let format = image::ImageFormat::Png;
    image::write_buffer_with_format(&mut png, &grey, size[0], size[1], kind, format).ok()?;
    Some(format!(
        "data:image/png;base64,{}",
        Base64::encode_string(png.get_ref())
    ))
}
