//! One strip or tile to samples in little-endian order: decompression (TIFF 6.0 sections 9–13, 22),
//! predictors (section 14; technical note 3), byte order.

use super::jpeg::Stream;
use super::jpeg_header::JpegHeader;
use super::picture::{MAX_PIXELS, guarded, zeros};
use super::tiff_page::Page;
use super::tiff_tags::{Coding, Meaning, Number};
use crate::error::Fault;
use crate::problem::Problem;
use fax::decoder::{DecodeStatus, Group4Decoder};
use flate2::read::ZlibDecoder;
use std::io::{Cursor, Read};
use voxel::Phrase;
use weezl::BitOrder;
use zune_core::colorspace::ColorSpace;

/// Largest strip or tile.
const MAX_CHUNK_BYTES: u64 = MAX_PIXELS * 8;

/// Samples of a strip or tile, row by row.
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    /// Bytes from row to row.
    pub(crate) row_bytes: usize,
    /// YCbCr became red, green, blue.
    pub(crate) is_rgb: bool,
    pub(crate) problem: Option<Problem>,
}

/// Decompresses strip or tile `index` of `page`.
///
/// # Errors
/// Damaged or missing data.
pub(crate) fn decompress(
    page: &Page,
    index: usize,
    mut raw: Vec<u8>,
    big_endian: bool,
    frame: usize,
) -> Result<Chunk, Fault> {
    let row_bytes = page.row_bytes();
    let rows = page.chunk_rows(index);
    let needed = (row_bytes as u64).saturating_mul(rows as u64);
    if needed > MAX_CHUNK_BYTES {
        return Err(Fault::Limit {
            what: Phrase::new(
                "count-picture-bytes",
                "the size of the decoded picture in bytes",
            ),
            limit: MAX_CHUNK_BYTES,
        });
    }
    let present = (raw.len() as u64).saturating_mul(page.coding.ratio());
    if !raw.is_empty() && needed > present {
        return Err(Fault::PixelDataTooShort { needed, present });
    }
    if page.is_reversed {
        raw.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
    }
    let needed = needed as usize;
    let mut chunk = Chunk {
        bytes: Vec::new(),
        row_bytes,
        is_rgb: false,
        problem: None,
    };
    // sparse files leave out what is empty: samples that are not there are zero
    if raw.is_empty() {
        chunk.is_rgb = page.coding == Coding::Jpeg;
        return Ok(chunk);
    }
    chunk.bytes = match page.coding {
        Coding::Jpeg => return jpeg(page, index, &raw, frame),
        Coding::None => {
            raw.truncate(needed);
            raw
        }
        Coding::Lzw => lzw(&raw, needed, frame)?,
        Coding::Deflate => {
            let mut out = zeros(needed)?;
            ZlibDecoder::new(raw.as_slice())
                .read_exact(&mut out)
                .map_err(|error| damaged("Deflate", frame, error.to_string()))?;
            out
        }
        Coding::PackBits => pack_bits(&raw, needed),
        Coding::Group4 => group4(&raw, page.chunk, rows, frame)?,
    };
    if chunk.bytes.len() < needed {
        return Err(Fault::PixelDataTooShort {
            needed: needed as u64,
            present: chunk.bytes.len() as u64,
        });
    }
    let is_predicted = matches!(page.coding, Coding::Lzw | Coding::Deflate);
    if is_predicted && page.predictor == 3 && page.number == Number::Float {
        for row in chunk.bytes.chunks_mut(row_bytes.max(1)) {
            undo_float(row, page.bits as usize / 8, page.chunk_samples());
        }
        return Ok(chunk);
    }
    if big_endian && page.bits > 8 && page.bits.is_multiple_of(8) {
        let width = page.bits as usize / 8;
        chunk
            .bytes
            .chunks_exact_mut(width)
            .for_each(<[u8]>::reverse);
    }
    if is_predicted && page.predictor == 2 {
        for row in chunk.bytes.chunks_mut(row_bytes.max(1)) {
            undo_horizontal(row, page.bits, page.chunk_samples());
        }
    }
    Ok(chunk)
}

fn damaged(coding: &'static str, frame: usize, detail: impl Into<String>) -> Fault {
    Fault::Decode {
        frame,
        coding,
        detail: detail.into(),
    }
}

/// LZW: TIFF's own order of bits, or that of the first writers, told by the first code.
fn lzw(raw: &[u8], needed: usize, frame: usize) -> Result<Vec<u8>, Fault> {
    let mut out = zeros(needed)?;
    let is_old = matches!(raw, [0, second, ..] if second & 1 == 1);
    let mut decoder = if is_old {
        weezl::decode::Decoder::new(BitOrder::Lsb, 8)
    } else {
        weezl::decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8)
    };
    let (mut read, mut written) = (0, 0);
    while let (Some(from), Some(to)) = (raw.get(read..), out.get_mut(written..)) {
        if to.is_empty() {
            break;
        }
        let step = decoder.decode_bytes(from, to);
        read += step.consumed_in;
        written += step.consumed_out;
        match step.status {
            Ok(weezl::LzwStatus::Ok) if step.consumed_in + step.consumed_out > 0 => {}
            Ok(_) => break,
            Err(error) => return Err(damaged("LZW", frame, error.to_string())),
        }
    }
    if written < needed {
        let detail = format!("{written} of {needed} bytes came out");
        return Err(damaged("LZW", frame, detail));
    }
    Ok(out)
}

/// Runs of bytes (section 9).
fn pack_bits(raw: &[u8], needed: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = raw.iter();
    while out.len() < needed {
        let Some(head) = bytes.next() else { break };
        match *head as i8 {
            -128 => {}
            count @ 0.. => out.extend(bytes.by_ref().take(count as usize + 1)),
            count => {
                let Some(byte) = bytes.next() else { break };
                out.extend(std::iter::repeat_n(
                    *byte,
                    1 + usize::from(count.unsigned_abs()),
                ));
            }
        }
    }
    out.truncate(needed);
    out
}

/// CCITT group 4 (ITU-T T.6): a set bit is black ink.
fn group4(
    raw: &[u8],
    [columns, _]: [usize; 2],
    rows: usize,
    frame: usize,
) -> Result<Vec<u8>, Fault> {
    let coding = "CCITT group 4";
    let Ok(width) = u16::try_from(columns) else {
        return Err(damaged(coding, frame, "a row is longer than 65535 pixels"));
    };
    let row_bytes = columns.div_ceil(8);
    let mut out = zeros::<u8>(row_bytes * rows)?;
    guarded(coding, frame, || {
        let input = raw
            .iter()
            .map(|byte| Ok::<u8, std::convert::Infallible>(*byte));
        let mut decoder = match Group4Decoder::new(input, width) {
            Ok(decoder) => decoder,
            Err(never) => match never {},
        };
        for row in out.chunks_mut(row_bytes.max(1)) {
            match decoder.advance() {
                Ok(DecodeStatus::Incomplete) => {}
                Ok(DecodeStatus::End) => return Err("rows are missing".to_owned()),
                Err(error) => return Err(error.to_string()),
            }
            let pixels = fax::decoder::pels(decoder.transition(), width);
            for (index, colour) in pixels.enumerate() {
                if let (fax::Color::Black, Some(byte)) = (colour, row.get_mut(index / 8)) {
                    *byte |= 0x80 >> (index % 8);
                }
            }
        }
        Ok(())
    })?;
    Ok(out)
}

/// A JPEG stream with the tables that the page keeps for all (technical note 2).
fn jpeg(page: &Page, index: usize, raw: &[u8], frame: usize) -> Result<Chunk, Fault> {
    let samples = page.chunk_samples();
    let tables = page.jpeg_tables.strip_suffix(&[0xFF, 0xD9]);
    let tables = tables.unwrap_or(&page.jpeg_tables);
    let joined;
    let bytes = match (tables, raw.strip_prefix(&[0xFF, 0xD8])) {
        ([0xFF, 0xD8, ..], Some(rest)) => {
            joined = [tables, rest].concat();
            &joined
        }
        _ => raw,
    };
    let header = JpegHeader::read(Cursor::new(bytes))?;
    if let Some(fault) = header.unsupported() {
        return Err(fault);
    }
    let size = [header.columns, header.rows].map(usize::from);
    let ([wide, high], [chunk_wide, chunk_high]) = (size, page.chunk);
    let rows = page.chunk_rows(index);
    // a last strip may be coded whole, and blocks of 8 or 16 may be rounded up
    let fits = (chunk_wide..chunk_wide + 32).contains(&wide)
        && (rows..chunk_high.saturating_add(32)).contains(&high);
    if !fits || usize::from(header.components) != samples {
        return Err(damaged(
            "JPEG",
            frame,
            format!(
                "a strip or tile of {wide}×{high}×{} instead of {chunk_wide}×{rows}×{samples}",
                header.components
            ),
        ));
    }
    let stream = Stream { bytes, size, frame };
    let input = stream.input_space()?;
    // what the page says decides, not the stream: without YCbCr nothing is converted
    let is_rgb = page.meaning == Meaning::Ybr && samples == 3;
    let space = if is_rgb { ColorSpace::RGB } else { input };
    let (bytes, problem) = stream.decode(space, samples)?;
    Ok(Chunk {
        bytes,
        row_bytes: wide * samples,
        is_rgb,
        problem,
    })
}

/// Each sample is the difference to the one of the same channel before it (section 14).
fn undo_horizontal(row: &mut [u8], bits: u32, samples: usize) {
    match bits {
        8 => {
            for at in samples..row.len() {
                let before = row.get(at - samples).copied().unwrap_or(0);
                if let Some(byte) = row.get_mut(at) {
                    *byte = byte.wrapping_add(before);
                }
            }
        }
        16 => undo_wide::<2>(row, samples, |a, b| {
            u16::from_le_bytes(a)
                .wrapping_add(u16::from_le_bytes(b))
                .to_le_bytes()
        }),
        32 => undo_wide::<4>(row, samples, |a, b| {
            u32::from_le_bytes(a)
                .wrapping_add(u32::from_le_bytes(b))
                .to_le_bytes()
        }),
        64 => undo_wide::<8>(row, samples, |a, b| {
            u64::from_le_bytes(a)
                .wrapping_add(u64::from_le_bytes(b))
                .to_le_bytes()
        }),
        _ => {}
    }
}

fn undo_wide<const N: usize>(
    row: &mut [u8],
    samples: usize,
    sum: impl Fn([u8; N], [u8; N]) -> [u8; N],
) {
    let (words, _) = row.as_chunks_mut::<N>();
    for at in samples..words.len() {
        let before = words.get(at - samples).copied().unwrap_or([0; N]);
        if let Some(word) = words.get_mut(at) {
            *word = sum(*word, before);
        }
    }
}

/// Bytes of equal weight lie together, the greatest first, each the difference to the one before
/// (technical note 3); what comes out is little endian.
fn undo_float(row: &mut [u8], width: usize, samples: usize) {
    for at in samples..row.len() {
        let before = row.get(at - samples).copied().unwrap_or(0);
        if let Some(byte) = row.get_mut(at) {
            *byte = byte.wrapping_add(before);
        }
    }
    let mixed = row.to_vec();
    let count = row.len() / width.max(1);
    for (index, word) in row.chunks_exact_mut(width.max(1)).enumerate() {
        for (weight, byte) in word.iter_mut().rev().enumerate() {
            *byte = mixed.get(weight * count + index).copied().unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_runs_and_literals_come_out_as_in_the_standards_example() {
        // TIFF 6.0, section 9
        let packed = [
            0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7,
            0xAA,
        ];
        let unpacked = [
            0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0x22,
            0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
        ];
        assert_eq!(pack_bits(&packed, 24), unpacked);
        assert!(pack_bits(&[0xFE], 3).is_empty());
    }

    #[test]
    fn differences_of_each_channel_are_summed_along_the_row() {
        let mut row = [1, 10, 1, 10, 1, 10];
        undo_horizontal(&mut row, 8, 2);
        assert_eq!(row, [1, 10, 2, 20, 3, 30]);
        let mut row = [0xFF, 0x00, 0x02, 0x00];
        undo_horizontal(&mut row, 16, 1);
        assert_eq!(row, [0xFF, 0x00, 0x01, 0x01]);
    }

    #[test]
    fn floats_come_back_from_bytes_of_equal_weight() {
        // 1.0 = 3F800000, 2.0 = 40000000: bytes 3F 40, 80 00, 00 00, 00 00 as differences
        let mut row = [0x3F, 0x01, 0x40, 0x80, 0x00, 0x00, 0x00, 0x00];
        undo_float(&mut row, 4, 1);
        assert_eq!(row, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]);
    }
}
