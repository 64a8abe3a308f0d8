//! Decoded bytes to stored values: shift, mask, sign (PS3.5 8.1.1; conformance §3.1).

use super::codec::Decoded;
use super::layout::Layout;
use std::sync::Arc;
use voxel::Samples;

/// A sample type of a volume.
pub(crate) trait Sample: Copy + Default + Send + Sync {
    /// From a stored value, which fits by its bits.
    fn from_stored(value: i64) -> Self;

    /// A buffer as samples of a volume.
    fn samples(buffer: Vec<Self>) -> Samples;
}

macro_rules! sample {
    ($($kind:ty => $name:ident),*) => {$(
        impl Sample for $kind {
            fn from_stored(value: i64) -> Self {
                value as $kind
            }

            fn samples(buffer: Vec<Self>) -> Samples {
                Samples::$name(Arc::new(buffer))
            }
        }
    )*};
}
sample!(u8 => U8, i8 => I8, u16 => U16, i16 => I16, u32 => U32, i32 => I32);

/// How raw words become stored values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interpretation {
    shift: u32,
    mask: u64,
    sign: u64,
}

impl Interpretation {
    /// Of a layout; a decoder that gave fewer bits than were allocated left no bits above.
    pub(crate) fn of(layout: &Layout, bits: u16) -> Self {
        let stored = u32::from(layout.stored.min(bits));
        let shift = (u32::from(layout.high) + 1).saturating_sub(u32::from(layout.stored));
        Interpretation {
            shift: if u32::from(bits) >= shift + stored {
                shift
            } else {
                0
            },
            mask: (1_u64 << stored) - 1,
            sign: if layout.signed {
                1_u64 << (stored - 1)
            } else {
                0
            },
        }
    }

    /// The stored value of a raw word.
    pub(crate) fn value(self, raw: u64) -> i64 {
        let value = (raw >> self.shift) & self.mask;
        if value & self.sign == 0 {
            value as i64
        } else {
            value as i64 - self.mask as i64 - 1
        }
    }
}

/// Calls `each` with the stored value of every sample, in the order of the bytes.
pub(crate) fn for_each_stored(decoded: &Decoded, layout: &Layout, mut each: impl FnMut(i64)) {
    let meaning = Interpretation::of(layout, decoded.bits);
    match decoded.bits {
        1 => {
            for byte in &decoded.bytes {
                for bit in 0..8 {
                    each(meaning.value(u64::from(byte >> bit & 1)));
                }
            }
        }
        12 => {
            // two samples in three bytes, the low bits first, as in old ACR-NEMA files
            for three in decoded.bytes.chunks(3) {
                let byte = |index: usize| u64::from(three.get(index).copied().unwrap_or(0));
                let bits = byte(0) | byte(1) << 8 | byte(2) << 16;
                each(meaning.value(bits & 0xFFF));
                each(meaning.value(bits >> 12));
            }
        }
        8 => decoded
            .bytes
            .iter()
            .for_each(|byte| each(meaning.value(u64::from(*byte)))),
        16 => {
            for pair in decoded.bytes.chunks_exact(2) {
                let word = u16::from_le_bytes(<[u8; 2]>::try_from(pair).unwrap_or_default());
                each(meaning.value(u64::from(word)));
            }
        }
        _ => {
            for quad in decoded.bytes.chunks_exact(4) {
                let word = u32::from_le_bytes(<[u8; 4]>::try_from(quad).unwrap_or_default());
                each(meaning.value(u64::from(word)));
            }
        }
    }
}

/// Fills `out` with the stored values of a grey frame; `through` may pass them through a table.
pub(crate) fn fill<T: Sample>(
    out: &mut [T],
    decoded: &Decoded,
    layout: &Layout,
    through: impl Fn(i64) -> i64,
) {
    let meaning = Interpretation::of(layout, decoded.bits);
    if decoded.bits == 16 {
        // the common case, as a loop that the compiler can widen
        for (place, pair) in out.iter_mut().zip(decoded.bytes.chunks_exact(2)) {
            let word = u16::from_le_bytes(<[u8; 2]>::try_from(pair).unwrap_or_default());
            *place = T::from_stored(through(meaning.value(u64::from(word))));
        }
        return;
    }
    let mut places = out.iter_mut();
    for_each_stored(decoded, layout, |value| {
        if let Some(place) = places.next() {
            *place = T::from_stored(through(value));
        }
    });
}

/// The `count` bits from bit `first` on, moved to the beginning; what follows them in the last byte is
/// cleared.
pub(crate) fn shift_bits(bytes: &[u8], first: usize, count: usize) -> Vec<u8> {
    let shift = (first % 8) as u32;
    let bytes = bytes.get(first / 8..).unwrap_or_default();
    let following = bytes.iter().skip(1).copied().chain(std::iter::once(0));
    let mut out: Vec<u8> = bytes
        .iter()
        .zip(following)
        .take(count.div_ceil(8))
        .map(|(byte, above)| ((u16::from(*byte) | u16::from(above) << 8) >> shift) as u8)
        .collect();
    if let (Some(last), false) = (out.last_mut(), count.is_multiple_of(8))
        && bytes.len() >= count.div_ceil(8)
    {
        *last &= (1 << (count % 8)) - 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_that_begin_inside_a_byte_are_moved_to_its_start() {
        // bits 1010 1100 0011 0101 from bit 3 on
        assert_eq!(shift_bits(&[0b0011_0101, 0b1010_1100], 3, 8), [0b1000_0110]);
        assert_eq!(shift_bits(&[0b0011_0101, 0b1010_1100], 3, 6), [0b0000_0110]);
    }

    #[test]
    fn bits_above_the_stored_ones_are_masked_and_the_sign_extended() {
        let meaning = Interpretation {
            shift: 0,
            mask: 0xFFF,
            sign: 0x800,
        };
        assert_eq!(meaning.value(0xA7FF), 2047);
        assert_eq!(meaning.value(0xA800), -2048);
        assert_eq!(meaning.value(0x0FFF), -1);
    }
}
