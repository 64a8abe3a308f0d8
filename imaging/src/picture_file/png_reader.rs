//! PNG files (ISO/IEC 15948, third edition): rows of packed samples to grey or colour.

use super::orientation::Orientation;
use super::picture::{Decoded, Picture, alpha_ignored, guarded, zeros};
use super::raster::{Kind, Raster};
use crate::colour_sum::ColourSum;
use crate::error::Fault;
use crate::handle::Handle;
use crate::problem::Problem;
use png::{BitDepth, ColorType, Decoder, Info, Limits, Reader, Transformations};
use std::io::BufReader;
use std::path::Path;

/// Deflate cannot expand by more than this.
const MAX_RATIO: u64 = 1032;
/// Memory of the decoder beside the picture: text, profiles.
const DECODER_BYTES: usize = 64 << 20;

type Opened = Reader<BufReader<Handle>>;

/// The header of a PNG file.
///
/// # Errors
/// A damaged header, sizes beyond the limits.
pub(crate) fn read(path: &Path) -> Result<Picture, Fault> {
    Ok(open(path)?.1)
}

/// Opens the file up to its first image data.
fn open(path: &Path) -> Result<(Opened, Picture), Fault> {
    let handle = Handle::open(path)?;
    let length = handle.length();
    let reader = guarded("PNG", 1, || {
        let mut decoder = Decoder::new_with_limits(
            BufReader::new(handle),
            Limits {
                bytes: DECODER_BYTES,
            },
        );
        decoder.set_transformations(Transformations::IDENTITY);
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        decoder.read_info().map_err(|error| error.to_string())
    })?;
    let picture = picture_of(reader.info(), length)?;
    Ok((reader, picture))
}

fn picture_of(info: &Info<'_>, length: u64) -> Result<Picture, Fault> {
    let [columns, rows] = [info.width, info.height].map(u64::from);
    let samples = info.color_type.samples() as u64;
    let bits = u64::from(info.bit_depth as u8);
    let needed = columns
        .saturating_mul(samples)
        .saturating_mul(bits)
        .div_ceil(8)
        .saturating_mul(rows);
    let stored = Picture::check([columns, rows], needed, length, MAX_RATIO)?;
    let grey = if bits == 16 { Kind::U16 } else { Kind::U8 };
    let (kind, photometric) = match info.color_type {
        ColorType::Grayscale | ColorType::GrayscaleAlpha => (grey, "MONOCHROME2"),
        ColorType::Indexed => (Kind::Rgb8, "PALETTE COLOR"),
        ColorType::Rgb | ColorType::Rgba => (Kind::Rgb8, "RGB"),
    };
    let mut problems = Vec::new();
    let alpha = matches!(info.color_type, ColorType::GrayscaleAlpha | ColorType::Rgba);
    if alpha || info.trns.is_some() {
        problems.push(alpha_ignored());
    }
    if let Some(animation) = info.animation_control
        && animation.num_frames > 1
    {
        let count = animation.num_frames;
        problems.push(
            Problem::new(
                "first_picture_only",
                format!("the file is an animation of {count} pictures; only the first is shown"),
            )
            .with("count", count),
        );
    }
    Ok(Picture {
        stored,
        orientation: info
            .exif_metadata
            .as_ref()
            .map_or(Orientation::UPRIGHT, |exif| Orientation::of_exif(exif)),
        kind,
        bits: if kind == Kind::Rgb8 && info.color_type == ColorType::Indexed {
            8
        } else {
            bits as u32
        },
        coding: "PNG".to_owned(),
        photometric,
        problems,
    })
}

/// Decodes the picture.
///
/// # Errors
/// Damaged or missing data; a wrong checksum.
pub(crate) fn decode(path: &Path) -> Result<Decoded, Fault> {
    let (mut reader, picture) = open(path)?;
    let [columns, rows] = picture.stored;
    let info = reader.info();
    let row = Row {
        columns,
        depth: info.bit_depth,
        colour: info.color_type,
        palette: info
            .palette
            .as_ref()
            .map(|p| p.to_vec())
            .unwrap_or_default(),
    };
    let mut sum = ColourSum::default();
    let raster = match picture.kind {
        Kind::Rgb8 => {
            let mut out = zeros::<[u8; 3]>(columns * rows)?;
            each_row(&mut reader, &mut out, columns, |to, from| {
                row.colour(to, from, &mut sum);
            })?;
            Raster::Rgb8(out)
        }
        Kind::U16 => {
            let mut out = zeros::<u16>(columns * rows)?;
            let step = row.colour.samples();
            each_row(&mut reader, &mut out, columns, |to, from| {
                for (place, index) in to.iter_mut().zip(0..) {
                    *place = row.sample(from, index * step) as u16;
                }
            })?;
            Raster::U16(out)
        }
        _ => {
            let mut out = zeros::<u8>(columns * rows)?;
            let step = row.colour.samples();
            each_row(&mut reader, &mut out, columns, |to, from| {
                for (place, index) in to.iter_mut().zip(0..) {
                    *place = row.sample(from, index * step) as u8;
                }
            })?;
            Raster::U8(out)
        }
    };
    Ok(Decoded {
        raster,
        colour: (picture.kind == Kind::Rgb8).then_some(sum),
        problems: Vec::new(),
    })
}

/// Hands each row of packed samples over, from the top. An interlaced picture is read whole before.
fn each_row<T>(
    reader: &mut Opened,
    out: &mut [T],
    columns: usize,
    mut each: impl FnMut(&mut [T], &[u8]),
) -> Result<(), Fault> {
    if reader.info().interlaced {
        let bytes = reader.output_buffer_size().unwrap_or(usize::MAX);
        let mut all = zeros::<u8>(bytes)?;
        let info = guarded("PNG", 1, || {
            reader
                .next_frame(&mut all)
                .map_err(|error| error.to_string())
        })?;
        for (to, from) in out
            .chunks_mut(columns)
            .zip(all.chunks_exact(info.line_size.max(1)))
        {
            each(to, from);
        }
        return Ok(());
    }
    guarded("PNG", 1, || {
        for to in out.chunks_mut(columns) {
            let row = reader.next_row().map_err(|error| error.to_string())?;
            let row = row.ok_or_else(|| "a row is missing".to_owned())?;
            each(to, row.data());
        }
        // reads the data to their end, where the checksums are
        reader.next_row().map_err(|error| error.to_string())?;
        Ok(())
    })
}

/// How the samples of a row lie.
struct Row {
    columns: usize,
    depth: BitDepth,
    colour: ColorType,
    palette: Vec<u8>,
}

impl Row {
    /// Sample number `index` of a row.
    fn sample(&self, row: &[u8], index: usize) -> u32 {
        let byte = |at: usize| u32::from(row.get(at).copied().unwrap_or(0));
        match self.depth {
            BitDepth::Eight => byte(index),
            BitDepth::Sixteen => byte(2 * index) << 8 | byte(2 * index + 1),
            packed => {
                let bits = packed as usize;
                let at = index * bits;
                let shift = 8 - bits - at % 8;
                byte(at / 8) >> shift & ((1 << bits) - 1)
            }
        }
    }

    /// A row of colours.
    fn colour(&self, to: &mut [[u8; 3]], from: &[u8], sum: &mut ColourSum) {
        let step = self.colour.samples();
        let shift = if self.depth == BitDepth::Sixteen {
            8
        } else {
            0
        };
        for (place, index) in to.iter_mut().zip(0..self.columns) {
            let colour = if self.colour == ColorType::Indexed {
                let at = 3 * self.sample(from, index) as usize;
                let entry = self.palette.get(at..at + 3).unwrap_or(&[0; 3]);
                <[u8; 3]>::try_from(entry)
                    .unwrap_or_default()
                    .map(u32::from)
            } else {
                [0, 1, 2].map(|channel| self.sample(from, index * step + channel))
            };
            sum.add(colour);
            *place = colour.map(|value| (value >> shift) as u8);
        }
    }
}
