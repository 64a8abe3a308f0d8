//! What all picture formats share: limits, the entry of one picture, decoded pictures.

use super::orientation::Orientation;
use super::raster::{Kind, Raster};
use crate::colour_sum::ColourSum;
use crate::dicom::layout::MAX_VOLUME_BYTES;
use crate::entry::{Format, PlaneSource, SeriesEntry, SpacingOrigin};
use crate::error::Fault;
use crate::hash::stable_hash;
use crate::problem::Problem;
use crate::stack_part::{StackPart, text_of};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use voxel::{Affine, Grid, Phrase};

/// Most pixels of one picture. The largest cameras give 200 megapixels; slides open at a level.
pub(crate) const MAX_PIXELS: u64 = 1 << 28;

/// One picture before its pixels are decoded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    /// Columns and rows as the file stores them.
    pub(crate) stored: [usize; 2],
    /// How it was held.
    pub(crate) orientation: Orientation,
    /// What its samples become.
    pub(crate) kind: Kind,
    /// Bits of one sample in the file.
    pub(crate) bits: u32,
    /// Format and coding, for the table.
    pub(crate) coding: String,
    /// In the words of DICOM.
    pub(crate) photometric: &'static str,
    /// What was noticed.
    pub(crate) problems: Vec<Problem>,
}

/// One decoded picture as the file stores it.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) raster: Raster,
    pub(crate) colour: Option<ColourSum>,
    pub(crate) problems: Vec<Problem>,
}

/// What tells one entry of a file from its sisters.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Place {
    /// Frame numbers of the planes.
    pub(crate) frames: Vec<u32>,
    /// What marks the entry.
    pub(crate) parts: Vec<StackPart>,
    /// Column, row and plane step, where the file says them of the thing that is shown.
    pub(crate) spacing_mm: Option<[f64; 3]>,
}

impl Picture {
    /// Columns and rows as shown.
    pub(crate) fn size(&self) -> [usize; 2] {
        self.orientation.size(self.stored)
    }

    /// Refuses sizes that are nothing or too much, and sizes that `present` bytes cannot hold if
    /// each gives at most `ratio` bytes of `needed`.
    pub(crate) fn check(
        [columns, rows]: [u64; 2],
        needed: u64,
        present: u64,
        ratio: u64,
    ) -> Result<[usize; 2], Fault> {
        if columns == 0 || rows == 0 {
            return Err(Fault::Invalid {
                attribute: "size",
                value: format!("{columns}×{rows}"),
            });
        }
        if columns.saturating_mul(rows) > MAX_PIXELS {
            return Err(Fault::Limit {
                what: Phrase::new("count-pixels", "the number of pixels"),
                limit: MAX_PIXELS,
            });
        }
        let bound = present.saturating_mul(ratio);
        if needed > bound {
            return Err(Fault::PixelDataTooShort {
                needed,
                present: bound,
            });
        }
        // the product fits 28 bits
        Ok([columns as usize, rows as usize])
    }

    /// The line of the series list.
    ///
    /// # Errors
    /// More planes than a volume may have bytes.
    pub(crate) fn entry(&self, path: &Path, place: Place) -> Result<SeriesEntry, Fault> {
        let [columns, rows] = self.size();
        let planes = place.frames.len().max(1);
        let pixels = (columns as u64).saturating_mul(rows as u64);
        let bytes = pixels.saturating_mul(self.kind.bytes());
        if bytes.saturating_mul(planes as u64) > MAX_VOLUME_BYTES {
            return Err(Fault::Limit {
                what: Phrase::new("count-volume-bytes", "the size of the volume in bytes"),
                limit: MAX_VOLUME_BYTES,
            });
        }
        let size = [columns, rows, planes];
        let turned = place.spacing_mm.map(|[x, y, z]| {
            let [x, y] = match self.orientation.size([0, 1]) {
                [0, _] => [x, y],
                _ => [y, x],
            };
            [x, y, z]
        });
        let grid = Grid::new(size, Affine::scaling(turned.unwrap_or([1.0; 3]))).map_err(|_| {
            Fault::Invalid {
                attribute: "size",
                value: format!("{columns}×{rows}×{planes}"),
            }
        })?;
        let id = format!("picture-{}", stable_hash(path.to_string_lossy().as_bytes()));
        Ok(SeriesEntry {
            description: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            stack: text_of(&place.parts),
            stack_parts: place.parts,
            files: vec![path.to_path_buf()],
            planes: place
                .frames
                .iter()
                .map(|frame| PlaneSource {
                    file: 0,
                    frame: *frame,
                    tile: 0,
                })
                .collect(),
            frames: planes,
            size,
            spacing_mm: turned,
            spacing_origin: turned.map(|_| SpacingOrigin::Patient),
            grid: Some(grid),
            transfer_syntax: self.coding.clone(),
            photometric: self.photometric.to_owned(),
            bits_stored: self.bits,
            channels: self.kind.channels(),
            problems: self
                .problems
                .iter()
                .map(|problem| problem.clone().in_file(path))
                .collect(),
            is_image: true,
            ..SeriesEntry::new(id, Format::Picture)
        })
    }
}

impl Place {
    /// The only picture of a file.
    pub(crate) fn alone() -> Self {
        Place {
            frames: vec![0],
            ..Place::default()
        }
    }
}

/// A vector of `count` zeros, or the fault that memory is not there.
pub(crate) fn zeros<T: Clone + Default>(count: usize) -> Result<Vec<T>, Fault> {
    let mut all = Vec::new();
    all.try_reserve_exact(count)
        .map_err(|_| Fault::Memory((count as u64).saturating_mul(size_of::<T>() as u64)))?;
    all.resize(count, T::default());
    Ok(all)
}

/// Calls a decoder that others wrote: what it refuses and what it panics at becomes a fault.
pub(crate) fn guarded<T>(
    coding: &'static str,
    frame: usize,
    decoder: impl FnOnce() -> Result<T, String>,
) -> Result<T, Fault> {
    let detail = match catch_unwind(AssertUnwindSafe(decoder)) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(detail)) => detail,
        Err(_) => "the decoder failed".to_owned(),
    };
    Err(Fault::Decode {
        frame,
        coding,
        detail,
    })
}

/// Transparency is not used, and that is told.
pub(crate) fn alpha_ignored() -> Problem {
    Problem::new(
        "alpha_ignored",
        "the transparency of the colours is not used",
    )
}

/// A picture that a lenient decoder made of damaged data.
pub(crate) fn picture_damaged(detail: &str) -> Problem {
    Problem::new(
        "picture_damaged",
        format!("the compressed picture is damaged or cut ({detail}); parts of it may be wrong"),
    )
}
