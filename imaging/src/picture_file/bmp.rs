//! Windows bitmaps, through the decoder of the `image` crate; sizes are checked before.

use super::jpeg::sum_of;
use super::orientation::Orientation;
use super::picture::{Decoded, Picture, alpha_ignored, guarded, zeros};
use super::raster::{Kind, Raster};
use crate::error::Fault;
use crate::handle::Handle;
use crate::part::Part;
use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder};
use std::io::{BufReader, Read};
use std::path::Path;

/// Most pixels that one byte of run lengths can stand for.
const MAX_RATIO: u64 = 255;

/// The header of a bitmap.
///
/// # Errors
/// A damaged header, sizes beyond the limits or the bytes that are there.
pub(crate) fn read(path: &Path) -> Result<Picture, Fault> {
    Ok(open(path)?.1)
}

fn open(path: &Path) -> Result<(BmpDecoder<BufReader<Handle>>, Picture), Fault> {
    let mut handle = Handle::open(path)?;
    let length = handle.length();
    let mut head = [0; 34];
    handle.read_exact(&mut head).map_err(|_| Fault::Truncated {
        offset: length,
        inside: Part::Header.into(),
    })?;
    let stored = check(&head, length)?;
    let handle = Handle::open(path)?;
    let mut decoder = guarded("BMP", 1, || {
        BmpDecoder::new(BufReader::new(handle)).map_err(|error| error.to_string())
    })?;
    let is_ramp = decoder.get_palette().is_some_and(|palette| {
        palette.len() == 256
            && palette
                .iter()
                .zip(0..=u8::MAX)
                .all(|(colour, index)| *colour == [index; 3])
    });
    decoder.set_indexed_color(is_ramp);
    let has_alpha = decoder.color_type() == ColorType::Rgba8;
    let picture = Picture {
        stored,
        orientation: Orientation::UPRIGHT,
        kind: if is_ramp { Kind::U8 } else { Kind::Rgb8 },
        bits: 8,
        coding: "BMP".to_owned(),
        photometric: if is_ramp { "MONOCHROME2" } else { "RGB" },
        problems: has_alpha.then(alpha_ignored).into_iter().collect(),
    };
    Ok((decoder, picture))
}

/// Columns and rows of the header, held against the bytes that are there.
fn check(head: &[u8; 34], length: u64) -> Result<[usize; 2], Fault> {
    let word = |at: usize| {
        let pair = head.get(at..).and_then(|rest| rest.first_chunk());
        u16::from_le_bytes(*pair.unwrap_or(&[0; 2]))
    };
    let long = |at: usize| {
        let four = head.get(at..).and_then(|rest| rest.first_chunk());
        i32::from_le_bytes(*four.unwrap_or(&[0; 4]))
    };
    let is_core = long(14) == 12;
    let (columns, rows, bits, coding) = if is_core {
        (i32::from(word(18)), i32::from(word(20)), word(24), 0)
    } else {
        (long(18), long(22), word(28), long(30))
    };
    if columns <= 0 {
        return Err(Fault::Invalid {
            attribute: "size",
            value: format!("{columns}×{rows}"),
        });
    }
    let (columns, rows) = (
        u64::from(columns.unsigned_abs()),
        u64::from(rows.unsigned_abs()),
    );
    let is_run_length = matches!(coding, 1 | 2);
    if is_run_length {
        return Picture::check(
            [columns, rows],
            columns.saturating_mul(rows),
            length,
            MAX_RATIO,
        );
    }
    let row = columns.saturating_mul(u64::from(bits)).div_ceil(32) * 4;
    Picture::check([columns, rows], row.saturating_mul(rows), length, 1)
}

/// Decodes the picture.
///
/// # Errors
/// What the decoder refuses.
pub(crate) fn decode(path: &Path) -> Result<Decoded, Fault> {
    let (decoder, picture) = open(path)?;
    let pixels = picture.stored.iter().product::<usize>();
    let channels = usize::from(decoder.color_type().channel_count());
    let read = |out: &mut [u8]| {
        guarded("BMP", 1, || {
            if decoder.total_bytes() != out.len() as u64 {
                return Err("its size is not that of the header".to_owned());
            }
            decoder.read_image(out).map_err(|error| error.to_string())
        })
    };
    let raster = match channels {
        1 => {
            let mut out = zeros::<u8>(pixels)?;
            read(&mut out)?;
            Raster::U8(out)
        }
        3 => {
            let mut out = zeros::<[u8; 3]>(pixels)?;
            read(out.as_flattened_mut())?;
            Raster::Rgb8(out)
        }
        _ => {
            let mut all = zeros::<u8>(pixels * channels)?;
            read(&mut all)?;
            let colours = all.chunks_exact(channels);
            Raster::Rgb8(
                colours
                    .map(|pixel| *pixel.first_chunk().unwrap_or(&[0; 3]))
                    .collect(),
            )
        }
    };
    let colour = match &raster {
        Raster::Rgb8(pixels) => Some(sum_of(pixels)),
        _ => None,
    };
    Ok(Decoded {
        raster,
        colour,
        problems: Vec::new(),
    })
}
