//! Image volumes as NIfTI.

use std::io::Write;
use std::path::Path;

use voxel::{Rescale, Samples, Volume};

use super::super::Error;
use super::header::{DataType, Header};
use super::write_file;

/// Above this size of values a 32-bit float is off by more than 0.0005.
const SINGLE_PRECISION_LIMIT: f64 = 8192.0;

/// Writes a volume as NIfTI-1 (compressed when the name ends in `.gz`).
///
/// Stored samples are kept with `scl_slope` and `scl_inter` where one rescale holds for all planes and both numbers
/// are exact in the header's 32-bit floats; otherwise modality values are written as floats. Colour is RGB24.
///
/// # Errors
/// [`Error::UnevenPlanes`] when the grid has no single affine, [`Error::Io`], [`Error::TooLarge`].
pub fn write_image(path: &Path, volume: &Volume) -> Result<(), Error> {
    let stored = data_type_of(volume.samples());
    let scaling = if stored == DataType::Rgb24 {
        Some((1.0, 0.0))
    } else {
        exact_scaling(volume.rescale())
    };
    let Some((slope, intercept)) = scaling else {
        return write_values(path, volume);
    };
    let mut header = Header::new(volume.grid(), stored)?;
    (header.slope, header.intercept) = (slope, intercept);
    header.description = "Dokuei".to_owned();
    write_file(path, &header, |out| write_stored(out, volume.samples()))
}

/// Slope and intercept for the header, if one pair serves all planes and is exact there.
fn exact_scaling(rescale: &[Rescale]) -> Option<(f32, f32)> {
    let (first, rest) = rescale.split_first()?;
    let (slope, intercept) = (first.slope as f32, first.intercept as f32);
    let is_exact =
        f64::from(slope) == first.slope && f64::from(intercept) == first.intercept && slope != 0.0;
    (is_exact && rest.iter().all(|other| other == first)).then_some((slope, intercept))
}

/// Modality values as floats: 32 bit where that is exact enough, else 64.
fn write_values(path: &Path, volume: &Volume) -> Result<(), Error> {
    let largest = volume
        .range()
        .map_or(0.0, |range| range.min.abs().max(range.max.abs()));
    let is_single = largest <= SINGLE_PRECISION_LIMIT;
    let header = Header::new(
        volume.grid(),
        if is_single {
            DataType::F32
        } else {
            DataType::F64
        },
    )?;
    let [columns, rows, planes] = volume.grid().size();
    write_file(path, &header, |out| {
        let mut bytes = Vec::new();
        for k in 0..planes {
            let rescale = volume.rescale_of_plane(k);
            bytes.clear();
            for position in k * columns * rows..(k + 1) * columns * rows {
                // Every position lies inside: a volume has one sample per voxel of its grid.
                let value = rescale.apply(volume.samples().number(position).unwrap_or(0.0));
                if is_single {
                    bytes.extend_from_slice(&(value as f32).to_le_bytes());
                } else {
                    bytes.extend_from_slice(&value.to_le_bytes());
                }
            }
            out.write_all(&bytes)?;
        }
        Ok(())
    })
}

fn data_type_of(samples: &Samples) -> DataType {
    match samples {
        Samples::U8(_) => DataType::U8,
        Samples::I8(_) => DataType::I8,
        Samples::U16(_) => DataType::U16,
        Samples::I16(_) => DataType::I16,
        Samples::U32(_) => DataType::U32,
        Samples::I32(_) => DataType::I32,
        Samples::F32(_) => DataType::F32,
        Samples::F64(_) => DataType::F64,
        Samples::Rgb8(_) => DataType::Rgb24,
    }
}

/// Stored samples in little endian.
fn write_stored(out: &mut dyn Write, samples: &Samples) -> std::io::Result<()> {
    match samples {
        Samples::U8(values) => out.write_all(values),
        Samples::I8(values) => write_numbers(out, values, i8::to_le_bytes),
        Samples::U16(values) => write_numbers(out, values, u16::to_le_bytes),
        Samples::I16(values) => write_numbers(out, values, i16::to_le_bytes),
        Samples::U32(values) => write_numbers(out, values, u32::to_le_bytes),
        Samples::I32(values) => write_numbers(out, values, i32::to_le_bytes),
        Samples::F32(values) => write_numbers(out, values, f32::to_le_bytes),
        Samples::F64(values) => write_numbers(out, values, f64::to_le_bytes),
        Samples::Rgb8(values) => write_numbers(out, values, |value| value),
    }
}

/// Numbers in pieces, so that no second copy of the volume is made.
fn write_numbers<T: Copy, const N: usize>(
    out: &mut dyn Write,
    values: &[T],
    bytes_of: impl Fn(T) -> [u8; N],
) -> std::io::Result<()> {
    let mut bytes = Vec::with_capacity(N << 16);
    for piece in values.chunks(1 << 16) {
        bytes.clear();
        for &value in piece {
            bytes.extend_from_slice(&bytes_of(value));
        }
        out.write_all(&bytes)?;
    }
    Ok(())
}
