//! The voxels of an image as bytes of a number type: the stored samples, or modality values in the smallest type
//! that keeps them apart.
//!
//! Formats without a place for slope and intercept hold modality values. Where every slope and intercept is a whole
//! number, the values are whole numbers too and are written as such, exactly. Otherwise they are floats: 32 bit where
//! two neighbouring stored values never round to the same one, else 64 bit.

use std::io::Write;

use voxel::{Rescale, Samples, Volume};

/// Share of a step between neighbouring stored values by which rounding may move a value.
const ROUNDING_SHARE: f64 = 1.0 / 16.0;
/// Relative rounding of a 32-bit float.
const SINGLE_ROUNDING: f64 = 1.0 / (1_u64 << 24) as f64;
/// Voxels that become bytes at once, so that no second copy of a volume is made.
const PIECE: usize = 1 << 16;

/// What the grid of an image means; formats say it in their own words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Space {
    /// The affine is the image's place in the patient (LPS, mm).
    #[default]
    Patient,
    /// Steps are mm, but the place in the patient is unknown.
    Millimetres,
    /// Nothing is known: the unit is the pixel.
    Pixels,
}

/// Number types of voxels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberType {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    F64,
    Rgb8,
}

impl NumberType {
    /// The type of stored samples.
    pub(crate) fn of(samples: &Samples) -> NumberType {
        match samples {
            Samples::U8(_) => NumberType::U8,
            Samples::I8(_) => NumberType::I8,
            Samples::U16(_) => NumberType::U16,
            Samples::I16(_) => NumberType::I16,
            Samples::U32(_) => NumberType::U32,
            Samples::I32(_) => NumberType::I32,
            Samples::F32(_) => NumberType::F32,
            Samples::F64(_) => NumberType::F64,
            Samples::Rgb8(_) => NumberType::Rgb8,
        }
    }

    /// The smallest whole-number type with every number from `min` to `max`.
    fn smallest_whole(min: f64, max: f64) -> Option<NumberType> {
        let fits = |low: f64, high: f64| low <= min && max <= high;
        [
            (NumberType::U8, f64::from(u8::MIN), f64::from(u8::MAX)),
            (NumberType::I8, f64::from(i8::MIN), f64::from(i8::MAX)),
            (NumberType::I16, f64::from(i16::MIN), f64::from(i16::MAX)),
            (NumberType::U16, f64::from(u16::MIN), f64::from(u16::MAX)),
            (NumberType::I32, f64::from(i32::MIN), f64::from(i32::MAX)),
            (NumberType::U32, f64::from(u32::MIN), f64::from(u32::MAX)),
        ]
        .into_iter()
        .find_map(|(number_type, low, high)| fits(low, high).then_some(number_type))
    }

    fn is_whole(self) -> bool {
        !matches!(self, NumberType::F32 | NumberType::F64 | NumberType::Rgb8)
    }
}

/// The type in which the modality values of a volume are written.
pub(crate) fn type_of_values(volume: &Volume) -> NumberType {
    let stored = NumberType::of(volume.samples());
    let rescale = volume.rescale();
    if stored == NumberType::Rgb8 || rescale.iter().all(|r| *r == Rescale::IDENTITY) {
        return stored;
    }
    let (min, max) = volume
        .range()
        .map_or((0.0, 0.0), |range| (range.min, range.max));
    let is_whole = |r: &Rescale| r.slope.fract() == 0.0 && r.intercept.fract() == 0.0;
    if stored.is_whole()
        && rescale.iter().all(is_whole)
        && let Some(whole) = NumberType::smallest_whole(min, max)
    {
        return whole;
    }
    match stored {
        NumberType::F64 => NumberType::F64,
        // the samples themselves are no finer
        NumberType::F32 if rescale.iter().all(|r| r.intercept == 0.0) => NumberType::F32,
        NumberType::F32 => NumberType::F64,
        _ => float_for(rescale, min.abs().max(max.abs())),
    }
}

/// The float in which values up to `largest` stay apart by their slopes.
fn float_for(rescale: &[Rescale], largest: f64) -> NumberType {
    let finest = rescale
        .iter()
        .map(|r| r.slope.abs())
        .filter(|slope| *slope > 0.0)
        .fold(f64::INFINITY, f64::min);
    if largest * SINGLE_ROUNDING <= finest * ROUNDING_SHARE {
        NumberType::F32
    } else {
        NumberType::F64
    }
}

/// Writes modality values as `number_type`, little endian; colour as it is stored.
pub(crate) fn write_values(
    out: &mut dyn Write,
    volume: &Volume,
    number_type: NumberType,
) -> std::io::Result<()> {
    if number_type == NumberType::of(volume.samples())
        && volume.rescale().iter().all(|r| *r == Rescale::IDENTITY)
        || number_type == NumberType::Rgb8
    {
        return write_stored(out, volume.samples());
    }
    let [columns, rows, planes] = volume.grid().size();
    let plane = columns * rows;
    let mut bytes = Vec::with_capacity(8 * PIECE);
    for k in 0..planes {
        let rescale = volume.rescale_of_plane(k);
        let mut position = k * plane;
        while position < (k + 1) * plane {
            let end = (position + PIECE).min((k + 1) * plane);
            bytes.clear();
            for at in position..end {
                // Every position lies inside: a volume has one sample per voxel of its grid.
                let value = rescale.apply(volume.samples().number(at).unwrap_or(0.0));
                push(&mut bytes, value, number_type);
            }
            out.write_all(&bytes)?;
            position = end;
        }
    }
    Ok(())
}

/// One value; whole-number types were chosen so that every value is one of theirs.
fn push(bytes: &mut Vec<u8>, value: f64, number_type: NumberType) {
    match number_type {
        NumberType::U8 | NumberType::Rgb8 => bytes.push(value as u8),
        NumberType::I8 => bytes.extend_from_slice(&(value as i8).to_le_bytes()),
        NumberType::U16 => bytes.extend_from_slice(&(value as u16).to_le_bytes()),
        NumberType::I16 => bytes.extend_from_slice(&(value as i16).to_le_bytes()),
        NumberType::U32 => bytes.extend_from_slice(&(value as u32).to_le_bytes()),
        NumberType::I32 => bytes.extend_from_slice(&(value as i32).to_le_bytes()),
        NumberType::F32 => bytes.extend_from_slice(&(value as f32).to_le_bytes()),
        NumberType::F64 => bytes.extend_from_slice(&value.to_le_bytes()),
    }
}

/// Stored samples in little endian.
pub(crate) fn write_stored(out: &mut dyn Write, samples: &Samples) -> std::io::Result<()> {
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
    let mut bytes = Vec::with_capacity(N * PIECE);
    for piece in values.chunks(PIECE) {
        bytes.clear();
        for &value in piece {
            bytes.extend_from_slice(&bytes_of(value));
        }
        out.write_all(&bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use voxel::{Affine, Grid};

    fn volume(samples: Samples, rescale: Vec<Rescale>) -> Volume {
        let grid = Grid::new([2, 1, 2], Affine::identity()).unwrap();
        Volume::new(grid, samples, rescale, None).unwrap()
    }

    fn rescale(slope: f64, intercept: f64) -> Rescale {
        Rescale { slope, intercept }
    }

    #[test]
    fn whole_numbers_take_the_smallest_type_that_holds_them() {
        let of = |stored: Vec<i16>, r: Vec<Rescale>| {
            type_of_values(&volume(Samples::I16(Arc::new(stored)), r))
        };
        let ct = vec![rescale(1.0, -1024.0)];
        assert_eq!(of(vec![0, 1, 2, 4095], ct.clone()), NumberType::I16);
        assert_eq!(of(vec![1024, 1100, 1200, 1279], ct), NumberType::U8);
        let wide = vec![rescale(3.0, 0.0)];
        assert_eq!(of(vec![0, 0, 0, 32767], wide.clone()), NumberType::I32);
        assert_eq!(of(vec![0, 0, 0, 20000], wide), NumberType::U16);
    }

    #[test]
    fn fractions_become_floats_that_keep_neighbours_apart() {
        let samples = || Samples::U16(Arc::new(vec![0, 1, 65534, 65535]));
        let of = |r| type_of_values(&volume(samples(), vec![r]));
        assert_eq!(of(rescale(0.001, 0.0)), NumberType::F32);
        // near a million, 32-bit floats lie 0.06 apart
        assert_eq!(of(rescale(0.001, 1e6)), NumberType::F64);
    }

    #[test]
    fn each_plane_has_its_own_rescale() {
        let image = volume(
            Samples::U16(Arc::new(vec![1, 2, 3, 4])),
            vec![rescale(1.0, 0.0), rescale(-2.0, 1.0)],
        );
        assert_eq!(type_of_values(&image), NumberType::I8);
        let mut bytes = Vec::new();
        write_values(&mut bytes, &image, NumberType::I8).unwrap();
        assert_eq!(bytes, [1, 2, (-5_i8) as u8, (-7_i8) as u8]);
    }
}
