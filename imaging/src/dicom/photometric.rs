//! Three samples (or an index) to red, green, blue (PS3.3 C.7.6.3.1.2; conformance §4).

use super::codec::{Colour, Decoded};
use super::layout::{Layout, Photometric};
use super::palette::Palette;
use super::stored::for_each_stored;
use crate::colour_sum::ColourSum;

/// Fills `out` with the colours of a frame, reduced to 8 bits.
pub(crate) fn fill_colour(
    out: &mut [[u8; 3]],
    decoded: &Decoded,
    layout: &Layout,
    palette: Option<&Palette>,
) -> ColourSum {
    let mut sum = ColourSum::default();
    if let Some(palette) = palette {
        let mut places = out.iter_mut();
        let shift = palette.bits() - 8;
        for_each_stored(decoded, layout, |value| {
            if let Some(place) = places.next() {
                let colour = palette.colour(value);
                sum.add(colour);
                *place = colour.map(|entry| (entry >> shift) as u8);
            }
        });
        return sum;
    }
    let bits = u32::from(layout.stored.min(decoded.bits));
    let convert = conversion(layout.photometric, decoded.colour, bits);
    let samples = ordered_samples(decoded, layout);
    for (place, triple) in out.iter_mut().zip(samples.chunks_exact(3)) {
        let triple = <[u32; 3]>::try_from(triple).unwrap_or_default();
        let colour = convert(triple, bits);
        sum.add(colour);
        *place = colour.map(|value| eight_bits(value, bits));
    }
    sum
}

/// The high byte of a sample, or the share of white of one with fewer bits.
fn eight_bits(value: u32, bits: u32) -> u8 {
    if bits >= 8 {
        return (value >> (bits - 8)).min(255) as u8;
    }
    let white = (1 << bits) - 1;
    (value * 255 / white).min(255) as u8
}

/// All samples, those of a pixel together.
fn ordered_samples(decoded: &Decoded, layout: &Layout) -> Vec<u32> {
    let mut raw = Vec::with_capacity(layout.frame_pixels() * 3);
    for_each_stored(decoded, layout, |value| raw.push(value.max(0) as u32));
    if layout.is_native_422 {
        // two pixels as Y0 Y1 Cb Cr; the last of an odd number has no colour of its own
        let neutral = 1 << (u32::from(layout.stored.min(decoded.bits)) - 1);
        return raw
            .chunks(4)
            .flat_map(|four| {
                let sample = |index: usize| four.get(index).copied();
                let (cb, cr) = (sample(2).unwrap_or(neutral), sample(3).unwrap_or(neutral));
                let [y0, y1] = [0, 1].map(|index| sample(index).unwrap_or(0));
                [y0, cb, cr, y1, cb, cr]
            })
            .collect();
    }
    if !decoded.planar {
        return raw;
    }
    let pixels = layout.frame_pixels();
    let channel = |number: usize| raw.iter().skip(number * pixels).take(pixels);
    channel(0)
        .zip(channel(1))
        .zip(channel(2))
        .flat_map(|((a, b), c)| [*a, *b, *c])
        .collect()
}

type Conversion = fn([u32; 3], u32) -> [u32; 3];

/// Which conversion a frame needs: what the code stream says goes before the attribute.
fn conversion(photometric: Photometric, colour: Colour, bits: u32) -> Conversion {
    let keep: Conversion = |triple, _| triple;
    if bits > 16 {
        return keep;
    }
    match (colour, photometric) {
        (Colour::Rgb, _) | (Colour::AsDeclared, Photometric::Rgb | Photometric::YbrJpeg2000) => {
            keep
        }
        (Colour::AsDeclared, Photometric::YbrPartial) => partial_range,
        (Colour::Ybr, _) | (Colour::AsDeclared, Photometric::YbrFull | Photometric::YbrFull422) => {
            full_range
        }
        (Colour::AsDeclared, _) => keep,
    }
}

/// ITU-R BT.601, full range (PS3.3 C.7.6.3.1.2), inverted.
fn full_range([y, cb, cr]: [u32; 3], bits: u32) -> [u32; 3] {
    let half = f64::from(1_u32 << (bits - 1));
    let (y, cb, cr) = (f64::from(y), f64::from(cb) - half, f64::from(cr) - half);
    rounded(
        [
            y + 1.402 * cr,
            y - 0.344_136 * cb - 0.714_136 * cr,
            y + 1.772 * cb,
        ],
        bits,
    )
}

/// The reduced range 16–235 of old video sources.
fn partial_range([y, cb, cr]: [u32; 3], bits: u32) -> [u32; 3] {
    let scale = f64::from(1_u32 << bits) / 256.0;
    let half = 128.0 * scale;
    let y = 1.1644 * (f64::from(y) - 16.0 * scale);
    let (cb, cr) = (f64::from(cb) - half, f64::from(cr) - half);
    rounded(
        [
            y + 1.5960 * cr,
            y - 0.3918 * cb - 0.8130 * cr,
            y + 2.0172 * cb,
        ],
        bits,
    )
}

fn rounded(colour: [f64; 3], bits: u32) -> [u32; 3] {
    let most = f64::from((1_u32 << bits) - 1);
    colour.map(|value| value.round().clamp(0.0, most) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luminance_alone_is_grey() {
        assert_eq!(full_range([77, 128, 128], 8), [77, 77, 77]);
    }

    #[test]
    fn pure_red_comes_back_from_its_luminance_and_differences() {
        assert_eq!(full_range([76, 85, 255], 8), [254, 0, 0]);
    }
}
