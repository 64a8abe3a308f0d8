//! NRRD files, versions 1 to 5 (“Definition of NRRD File Format”, teem.sourceforge.net/nrrd):
//! `.nrrd`, `.nhdr` with its data files, `.seg.nrrd` of 3D Slicer. The file's space becomes LPS here
//! and nowhere else.
//!
//! | part | read | not read |
//! | --- | --- | --- |
//! | type | all integers of 8 to 64 bits, float, double | `block`: refused by name |
//! | encoding | raw, gzip, bzip2, text, hex | others: refused by name |
//! | endian | little, big | |
//! | skips | `line skip`; `byte skip` also of what is inflated; -1: the samples end the file | below -1 |
//! | `data file` | one name, `LIST`, numbered pattern, each with or without dimension of a file | outside the header's folder: refused |
//! | space | LPS, RAS, LAS (with or without time), `scanner-xyz` taken for LPS with a remark | others and none: unplaced, with spacing |
//! | axes | up to three of space anywhere among the others; RGB and RGBA of 8 or 16 bits are colours | |
//! | further axes | each value a volume: list, vector, time, … | `measurement frame` is not needed: b-values do not turn with it |
//! | geometry | `space directions` (also sheared), `space origin`, `space units`; else `spacings` | `axis mins`, `centers`: only inside the array |
//! | key/value | `DWMRI_b-value`, `DWMRI_gradient_…`, `DWMRI_NEX_…`, `MultiVolume.…`, `Segment…`, `modality` | others |
//!
//! A header without `space origin` begins at 0, with a remark. An image of two axes in a space of
//! two dimensions is one plane at an unknown place.

pub(crate) mod axes;
pub(crate) mod fields;
pub(crate) mod header;
pub(crate) mod labels;
pub(crate) mod space;

use crate::entry::SeriesEntry;
use crate::error::{Error, Fault};
use crate::load::{Decoding, Watch};
use std::path::{Path, PathBuf};

/// Endings of such files.
const ENDS: &[&str] = &[".seg.nrrd", ".nrrd", ".nhdr"];

/// Whether `first` begins an NRRD file.
pub(crate) fn looks_like_nrrd(first: &[u8]) -> bool {
    first.starts_with(b"NRRD0")
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
    fields::Fields::read(path)
        .and_then(|fields| header::data_files(&fields, path))
        .map(|data| match data.attached_at {
            Some(_) => Vec::new(),
            None => data.files,
        })
        .unwrap_or_default()
}
