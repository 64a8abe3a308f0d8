//! Image volumes as NIfTI.

use std::path::Path;

use voxel::{Rescale, Volume};

use super::super::Error;
use super::super::values::{NumberType, Space, type_of_values, write_stored, write_values};
use super::header::Header;
use super::write_file;

/// Writes a volume as NIfTI-1 (compressed when the name ends in `.gz`).
///
/// Stored samples are kept with `scl_slope` and `scl_inter` where one rescale holds for all planes and both numbers
/// are exact in the header's 32-bit floats; otherwise modality values are written: as whole numbers where all are, else
/// as floats. Colour is RGB24. Where the place in the patient is unknown no form is set and only the steps are said.
///
/// # Errors
/// [`Error::UnevenPlanes`] when the grid has no single affine, [`Error::Io`], [`Error::TooLarge`].
pub fn write_image(path: &Path, volume: &Volume, space: Space) -> Result<(), Error> {
    let stored = NumberType::of(volume.samples());
    let scaling = if stored == NumberType::Rgb8 {
        Some((1.0, 0.0))
    } else {
        exact_scaling(volume.rescale())
    };
    let Some((slope, intercept)) = scaling else {
        let number_type = type_of_values(volume);
        let header = header_of(volume, number_type, space)?;
        return write_file(path, &header, |out| write_values(out, volume, number_type));
    };
    let mut header = header_of(volume, stored, space)?;
    (header.slope, header.intercept) = (slope, intercept);
    write_file(path, &header, |out| write_stored(out, volume.samples()))
}

fn header_of(volume: &Volume, number_type: NumberType, space: Space) -> Result<Header, Error> {
    let mut header = Header::new(volume.grid(), number_type)?;
    header.space = space;
    header.description = "Dokuei".to_owned();
    Ok(header)
}

/// Slope and intercept for the header, if one pair serves all planes and is exact there.
fn exact_scaling(rescale: &[Rescale]) -> Option<(f32, f32)> {
    let (first, rest) = rescale.split_first()?;
    let (slope, intercept) = (first.slope as f32, first.intercept as f32);
    let is_exact =
        f64::from(slope) == first.slope && f64::from(intercept) == first.intercept && slope != 0.0;
    (is_exact && rest.iter().all(|other| other == first)).then_some((slope, intercept))
}
