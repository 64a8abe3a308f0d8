//! JPEG files (ITU-T T.81), and JPEG streams inside TIFF.

use super::jpeg_header::JpegHeader;
use super::picture::{Decoded, Picture, guarded, picture_damaged, zeros};
use super::raster::{Kind, Raster};
use crate::colour_sum::ColourSum;
use crate::error::Fault;
use crate::handle::Handle;
use crate::jpeg_scans::check_scans;
use crate::problem::Problem;
use std::io::{BufReader, Read};
use std::path::Path;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

/// Most pixels that one byte can stand for: a block of 64 takes at least the bit of its mean.
const MAX_RATIO: u64 = 512;

/// The header of a JPEG file.
///
/// # Errors
/// A damaged header, a process that is not read, sizes beyond the limits.
pub(crate) fn read(path: &Path) -> Result<Picture, Fault> {
    let handle = Handle::open(path)?;
    let length = handle.length();
    let header = JpegHeader::read(BufReader::new(handle))?;
    picture_of(&header, length)
}

fn picture_of(header: &JpegHeader, length: u64) -> Result<Picture, Fault> {
    if let Some(fault) = header.unsupported() {
        return Err(fault);
    }
    let [columns, rows] = [header.columns, header.rows].map(u64::from);
    let stored = Picture::check(
        [columns, rows],
        columns.saturating_mul(rows),
        length,
        MAX_RATIO,
    )?;
    let (kind, photometric) = match header.components {
        1 => (Kind::U8, "MONOCHROME2"),
        3 => (Kind::Rgb8, "YBR_FULL"),
        _ => (Kind::Rgb8, "CMYK"),
    };
    Ok(Picture {
        stored,
        orientation: header.orientation,
        kind,
        bits: 8,
        coding: if header.process == 0xC2 {
            "JPEG, progressive".to_owned()
        } else {
            "JPEG".to_owned()
        },
        photometric,
        problems: Vec::new(),
    })
}

/// Decodes the picture.
///
/// # Errors
/// What the decoder refuses.
pub(crate) fn decode(path: &Path) -> Result<Decoded, Fault> {
    let handle = Handle::open(path)?;
    let length = handle.length();
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(length as usize)
        .map_err(|_| Fault::Memory(length))?;
    handle.take(length).read_to_end(&mut bytes)?;
    let header = JpegHeader::read(std::io::Cursor::new(&bytes))?;
    let picture = picture_of(&header, length)?;
    let mut problems = Vec::new();
    let scan = bytes.get(header.scan_at as usize..).unwrap_or_default();
    if !scan.windows(2).rev().any(|pair| pair == [0xFF, 0xD9]) {
        problems.push(picture_damaged("no end of image"));
    }
    let stream = Stream {
        bytes: &bytes,
        size: picture.stored,
        frame: 1,
    };
    let (raster, damage) = match header.components {
        1 => {
            let (out, damage) = stream.decode(ColorSpace::Luma, 1)?;
            (Raster::U8(out), damage)
        }
        3 => stream.rgb()?,
        _ => {
            let (out, damage) = stream.four(header.adobe)?;
            (Raster::Rgb8(out), damage)
        }
    };
    if problems.is_empty() {
        problems.extend(damage);
    }
    let colour = match &raster {
        Raster::Rgb8(pixels) => Some(sum_of(pixels)),
        _ => None,
    };
    Ok(Decoded {
        raster,
        colour,
        problems,
    })
}

/// Figures of colours of 8 bits.
pub(crate) fn sum_of(pixels: &[[u8; 3]]) -> ColourSum {
    let mut sum = ColourSum::default();
    for pixel in pixels {
        sum.add(pixel.map(u32::from));
    }
    sum
}

/// One JPEG stream whose size was checked.
pub(crate) struct Stream<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) size: [usize; 2],
    /// Number in the file, for faults.
    pub(crate) frame: usize,
}

impl Stream<'_> {
    /// Three components as red, green, blue.
    fn rgb(&self) -> Result<(Raster, Option<Problem>), Fault> {
        let [columns, rows] = self.size;
        let mut out = zeros::<[u8; 3]>(columns * rows)?;
        let damage = self.decode_into(ColorSpace::RGB, out.as_flattened_mut())?;
        Ok((Raster::Rgb8(out), damage))
    }

    /// Four components: inks, which Adobe stores inverted and perhaps as luminance and differences.
    fn four(&self, adobe: bool) -> Result<(Vec<[u8; 3]>, Option<Problem>), Fault> {
        let input = self.input_space()?;
        let (raw, damage) = self.decode(input, 4)?;
        let mut out = zeros::<[u8; 3]>(self.size.iter().product())?;
        for (place, four) in out.iter_mut().zip(raw.chunks_exact(4)) {
            let [a, b, c, k] = <[u8; 4]>::try_from(four).unwrap_or_default();
            let inks = if input == ColorSpace::YCCK {
                full_range([a, b, c]).map(|value| 255 - value)
            } else {
                [a, b, c]
            };
            *place = inks.map(|ink| {
                let (ink, black) = (u32::from(ink), u32::from(k));
                let light = if adobe {
                    ink * black
                } else {
                    (255 - ink) * (255 - black)
                };
                ((light + 127) / 255) as u8
            });
        }
        Ok((out, damage))
    }

    /// The colours in which the stream is coded.
    pub(crate) fn input_space(&self) -> Result<ColorSpace, Fault> {
        guarded("JPEG", self.frame, || {
            let mut decoder = JpegDecoder::new_with_options(ZCursor::new(self.bytes), options());
            decoder
                .decode_headers()
                .map_err(|error| error.to_string())?;
            decoder
                .input_colorspace()
                .ok_or_else(|| "it has no colours".to_owned())
        })
    }

    /// Samples of `channels` each, in the colours asked for.
    pub(crate) fn decode(
        &self,
        space: ColorSpace,
        channels: usize,
    ) -> Result<(Vec<u8>, Option<Problem>), Fault> {
        let mut out = zeros::<u8>(self.size.iter().product::<usize>() * channels)?;
        let damage = self.decode_into(space, &mut out)?;
        Ok((out, damage))
    }

    /// Strictly first; a stream that is refused so is decoded as far as it goes, and that is told.
    fn decode_into(&self, space: ColorSpace, out: &mut [u8]) -> Result<Option<Problem>, Fault> {
        check_scans(self.bytes).map_err(|detail| Fault::Decode {
            frame: self.frame,
            coding: "JPEG",
            detail,
        })?;
        let run = |strict: bool, out: &mut [u8]| {
            guarded("JPEG", self.frame, || {
                let options = options()
                    .jpeg_set_out_colorspace(space)
                    .set_strict_mode(strict);
                let mut decoder = JpegDecoder::new_with_options(ZCursor::new(self.bytes), options);
                decoder
                    .decode_headers()
                    .map_err(|error| error.to_string())?;
                let size = decoder
                    .info()
                    .map(|info| [usize::from(info.width), usize::from(info.height)]);
                if size != Some(self.size) || decoder.output_buffer_size() != Some(out.len()) {
                    return Err("its size or colours are not those of the header".to_owned());
                }
                decoder.decode_into(out).map_err(|error| error.to_string())
            })
        };
        match run(true, out) {
            Ok(()) => Ok(None),
            Err(Fault::Decode { detail, .. }) => {
                out.fill(0);
                run(false, out)?;
                Ok(Some(picture_damaged(&detail)))
            }
            Err(fault) => Err(fault),
        }
    }
}

fn options() -> DecoderOptions {
    DecoderOptions::new_fast()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
}

/// ITU-R BT.601, full range, inverted (JFIF 1.02).
pub(crate) fn full_range([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    [
        y + 1.402 * cr,
        y - 0.344_136 * cb - 0.714_136 * cr,
        y + 1.772 * cb,
    ]
    .map(|value| value.round().clamp(0.0, 255.0) as u8)
}
