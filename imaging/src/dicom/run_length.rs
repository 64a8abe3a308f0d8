//! RLE Lossless (PS3.5 annex G), for any number of bytes per sample and for bit planes.

use crate::error::Fault;

fn broken(what: &str) -> Fault {
    Fault::Decode {
        frame: 0,
        coding: "RLE Lossless",
        detail: what.to_owned(),
    }
}

/// Decodes one frame of `pixels` pixels with `samples` samples of `width` bytes; the result has
/// samples of a pixel together and bytes little endian.
///
/// # Errors
/// A segment table that points elsewhere, segments that give too few bytes.
pub(crate) fn decode(
    bytes: &[u8],
    pixels: usize,
    samples: usize,
    width: usize,
) -> Result<Vec<u8>, Fault> {
    let stride = samples * width;
    let ranges = segments(bytes, stride)?;
    let mut planes = ranges.into_iter().map(|(start, end)| {
        let segment = bytes.get(start..end).unwrap_or_default();
        unpack(segment, pixels)
    });
    if stride == 1 {
        return planes.next().unwrap_or_else(|| Ok(Vec::new()));
    }
    let total = pixels.checked_mul(stride).ok_or(Fault::Memory(u64::MAX))?;
    let planes: Vec<Vec<u8>> = planes.collect::<Result<_, _>>()?;
    let mut out = Vec::new();
    out.try_reserve_exact(total)
        .map_err(|_| Fault::Memory(total as u64))?;
    match planes.as_slice() {
        // segments run from the most significant byte of the first sample
        [high, low] if width == 2 => {
            out.extend(low.iter().zip(high).flat_map(|(low, high)| [*low, *high]));
        }
        [red, green, blue] if width == 1 => {
            let pixels = red.iter().zip(green).zip(blue);
            out.extend(pixels.flat_map(|((red, green), blue)| [*red, *green, *blue]));
        }
        _ => {
            out.resize(total, 0_u8);
            for (index, plane) in planes.iter().enumerate() {
                let (sample, byte) = (index / width, width - 1 - index % width);
                let place = sample * width + byte;
                for (pixel, value) in out.chunks_exact_mut(stride).zip(plane) {
                    if let Some(byte) = pixel.get_mut(place) {
                        *byte = *value;
                    }
                }
            }
        }
    }
    Ok(out)
}

/// Decodes a frame of one bit per pixel: its single segment holds the packed bits.
pub(crate) fn decode_bits(bytes: &[u8], pixels: usize) -> Result<Vec<u8>, Fault> {
    let starts = segments(bytes, 1)?;
    let (start, end) = starts.first().copied().unwrap_or_default();
    unpack(
        bytes.get(start..end).unwrap_or_default(),
        pixels.div_ceil(8),
    )
}

/// Start and end of each segment, as many as expected.
fn segments(bytes: &[u8], expected: usize) -> Result<Vec<(usize, usize)>, Fault> {
    let header = bytes
        .first_chunk::<64>()
        .ok_or_else(|| broken("the segment table is cut"))?;
    let mut words = header
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes(<[u8; 4]>::try_from(word).unwrap_or_default()) as usize);
    let count = words.next().unwrap_or(0);
    if count != expected || count > 15 {
        return Err(broken(&format!(
            "{count} segments where {expected} are needed"
        )));
    }
    let starts: Vec<usize> = words.take(count).collect();
    let mut ends: Vec<usize> = starts.iter().skip(1).copied().collect();
    ends.push(bytes.len());
    let pairs: Vec<(usize, usize)> = starts.into_iter().zip(ends).collect();
    if pairs
        .iter()
        .any(|(start, end)| *start < 64 || start > end || *end > bytes.len())
    {
        return Err(broken("a segment lies outside the frame"));
    }
    Ok(pairs)
}

/// Unpacks one segment to exactly `length` bytes; what a run gives beyond is cut.
fn unpack(segment: &[u8], length: usize) -> Result<Vec<u8>, Fault> {
    // two bytes give at most 128
    if length > segment.len().saturating_mul(64) {
        return Err(broken(&format!(
            "{} bytes cannot hold the {length} of a segment",
            segment.len()
        )));
    }
    let mut out = Vec::new();
    out.try_reserve_exact(length)
        .map_err(|_| Fault::Memory(length as u64))?;
    let mut rest = segment;
    while out.len() < length {
        let Some((&control, after)) = rest.split_first() else {
            return Err(broken(&format!(
                "a segment gives {} of {length} bytes",
                out.len()
            )));
        };
        let room = length - out.len();
        match control {
            0..=127 => {
                let count = usize::from(control) + 1;
                let literal = after.get(..count.min(after.len())).unwrap_or_default();
                out.extend_from_slice(literal.get(..room).unwrap_or(literal));
                rest = after.get(count..).unwrap_or_default();
            }
            128 => rest = after,
            129..=255 => {
                let (&value, after) = after
                    .split_first()
                    .ok_or_else(|| broken("a run has no value"))?;
                let count = 257 - usize::from(control);
                out.resize(out.len() + count.min(room), value);
                rest = after;
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(segments: &[&[u8]]) -> Vec<u8> {
        let mut bytes = (segments.len() as u32).to_le_bytes().to_vec();
        let mut at = 64_u32;
        for segment in segments {
            bytes.extend(at.to_le_bytes());
            at += segment.len() as u32;
        }
        bytes.resize(64, 0);
        for segment in segments {
            bytes.extend(*segment);
        }
        bytes
    }

    #[test]
    fn sixteen_bit_samples_come_from_their_high_and_low_segments() {
        // 0x0102 three times, then 0x0304
        let bytes = frame(&[&[0xFE, 1, 0, 3], &[0xFE, 2, 0, 4]]);
        assert_eq!(decode(&bytes, 4, 1, 2).unwrap(), [2, 1, 2, 1, 2, 1, 4, 3]);
    }

    #[test]
    fn a_segment_with_too_few_bytes_is_refused() {
        let bytes = frame(&[&[0, 7]]);
        assert!(decode(&bytes, 4, 1, 1).is_err());
    }

    proptest::proptest! {
        #[test]
        fn rubbish_is_refused_or_gives_the_right_length(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
        ) {
            if let Ok(out) = decode(&bytes, 10, 1, 1) {
                proptest::prop_assert_eq!(out.len(), 10);
            }
        }
    }
}
