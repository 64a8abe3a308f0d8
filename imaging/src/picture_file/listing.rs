//! A photograph or slide as lines of the series list.

use super::picture::Place;
use super::{bmp, jpeg, png_reader, tiff_listing};
use crate::entry::SeriesEntry;
use crate::error::Fault;
use std::path::Path;

/// The picture formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PictureFormat {
    Png,
    Jpeg,
    Tiff,
    Bmp,
}

impl PictureFormat {
    /// Told by a file's first bytes.
    pub(crate) fn of(first: &[u8]) -> Option<Self> {
        Some(match first {
            [0x89, b'P', b'N', b'G', ..] => PictureFormat::Png,
            [0xFF, 0xD8, 0xFF, ..] => PictureFormat::Jpeg,
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => PictureFormat::Tiff,
            // the size of the second header follows: 12, 40, 52, 56, 64, 108 or 124 bytes
            [b'B', b'M', rest @ ..] if rest.get(13..16) == Some(&[0; 3]) => PictureFormat::Bmp,
            _ => return None,
        })
    }
}

/// Entries of the file at `path`.
///
/// # Errors
/// Everything with which the file cannot be shown.
pub(crate) fn entries(path: &Path, format: PictureFormat) -> Result<Vec<SeriesEntry>, Fault> {
    let picture = match format {
        PictureFormat::Png => png_reader::read(path)?,
        PictureFormat::Jpeg => jpeg::read(path)?,
        PictureFormat::Bmp => bmp::read(path)?,
        PictureFormat::Tiff => return tiff_listing::entries(path),
    };
    Ok(vec![picture.entry(path, Place::alone())?])
}
