//! MetaImage files, `.mha` and `.mhd` (ITK's MetaIO). Coordinates are LPS, as ITK writes them.
//!
//! | part | read | not read |
//! | --- | --- | --- |
//! | `ElementType` | all integers of 8 to 64 bits, float, double, and their `_ARRAY` names; `MET_LONG` has 32 bits | others: refused by name |
//! | samples | raw in both byte orders; `CompressedData` (zlib, gzip) with `CompressedDataSize`; text (`BinaryData = False`) | |
//! | `HeaderSize` | bytes passed over; -1: the samples end the file | below -1 |
//! | `ElementDataFile` | `LOCAL`, one name, `LIST` with or without dimension of a file, numbered pattern | outside the header's folder: refused |
//! | `NDims` | 1 to 10; the axes beyond the third each value a volume | |
//! | `ElementNumberOfChannels` | 3 or 4 of 8 bits without sign are colours; else each channel is a volume | |
//! | geometry | `TransformMatrix` (`Orientation`, `Rotation`: one row for each axis of the image), `Offset` (`Position`, `Origin`), `ElementSpacing`, else `ElementSize`; `DistanceUnits` | `CenterOfRotation`, `AnatomicalOrientation`: they place nothing |
//! | values | `ElementToIntensityFunctionSlope`, `…Offset`; `Modality` | `ElementMin`, `ElementMax` |
//!
//! A header with neither matrix nor offset has spacing but no place, and so has an image of two
//! axes.

pub(crate) mod header;

use crate::entry::SeriesEntry;
use crate::error::{Error, Fault};
use crate::load::{Decoding, Watch};
use std::path::{Path, PathBuf};

/// Endings of such files.
const ENDS: &[&str] = &[".mha", ".mhd"];

/// Whether a file of this name (small letters) that begins with `first` is a MetaImage.
pub(crate) fn looks_like_meta_image(first: &[u8], name: &str) -> bool {
    first.starts_with(b"ObjectType") || ENDS.iter().any(|end| name.ends_with(end))
}

/// Entries of the file at `path`.
///
/// # Errors
/// Everything with which the file cannot be shown.
pub(crate) fn entries(path: &Path) -> Result<Vec<SeriesEntry>, Fault> {
    crate::array_file::listing::entries(&header::read(path)?, path, ENDS)
}

/// Decodes the volume that `entry` names, or one plane of it.
///
/// # Errors
/// The file's fault, or the person's stop.
pub(crate) fn decode(
    entry: &SeriesEntry,
    plane: Option<usize>,
    watch: &Watch<'_>,
) -> Result<Decoding, Error> {
    let path = entry.files.first().map_or(Path::new(""), |path| path);
    let file = header::read(path).map_err(|fault| fault.of(path))?;
    crate::array_file::read::decode(&file, entry, plane, watch)
}

/// The data files that the header at `path` names, whether it can be read otherwise or not.
pub(crate) fn names_of(path: &Path) -> Vec<PathBuf> {
    header::data_files(path).unwrap_or_default()
}
