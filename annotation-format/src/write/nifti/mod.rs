//! NIfTI-1 single files (`.nii`, `.nii.gz`): label maps and image volumes.
//!
//! The header is written here because the axes are decided here and nowhere else: array order is the grid's (i
//! fastest), nothing is re-oriented, and the affine is the grid's with its first two rows negated (LPS to RAS).
//! Reference: `nifti1.h` of 2007-12 (R. Cox), fields in the order of that header.

mod header;
mod image;
mod label_map;
mod sidecar;

pub use image::write_image;
pub use label_map::{LabelMap, MapLabel};
pub use sidecar::{SidecarLabel, sidecar};

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Error, atomic};
use header::Header;

/// Writes header and samples; compressed when the name ends in `.gz`.
fn write_file(
    path: &Path,
    header: &Header,
    samples: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Error> {
    let bytes = header.to_bytes()?;
    let is_compressed = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    atomic::write(path, |out| {
        let written = if is_compressed {
            let mut encoder = GzEncoder::new(out, Compression::new(4));
            encoder
                .write_all(&bytes)
                .and_then(|()| samples(&mut encoder))
                .and_then(|()| encoder.finish().map(drop))
        } else {
            out.write_all(&bytes).and_then(|()| samples(out))
        };
        written.map_err(|error| Error::io(path, error))
    })
}

#[cfg(test)]
mod tests;
