//! What a code stream promises, before anything is made for it.

/// Number at `at` of `N` big-endian bytes.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk::<N>()?;
    Some(
        bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    )
}

/// Checks that the stream has the bytes its tile parts claim, and promises no more tiles and
/// packets than so many bytes can hold; a decoder would build them all in memory first.
///
/// # Errors
/// A sentence about the promise that is not kept.
pub(crate) fn check_promises(stream: &[u8]) -> Result<(), &'static str> {
    let promise = Promise::read(stream).ok_or("its header is damaged")?;
    // a tile part has at least its head and a byte
    if promise.tiles > stream.len() as u64 / 14 + 1 {
        return Err("it promises more tiles than its bytes can hold");
    }
    let mut at = 2_usize;
    while let Some(marker) = number::<2>(stream, at) {
        match marker {
            0xFF90 => at = tile_part(stream, at, &promise)?,
            0xFF93 | 0xFFD9 => break,
            _ => {
                promise.check(stream, at, marker)?;
                let length = number::<2>(stream, at + 2).ok_or("a segment is cut")?;
                at += 2 + length.max(2) as usize;
            }
        }
    }
    Ok(())
}

/// Goes through a tile part's own header; the place after the tile part.
fn tile_part(stream: &[u8], start: usize, promise: &Promise) -> Result<usize, &'static str> {
    let length = number::<4>(stream, start + 6).ok_or("a segment is cut")?;
    let left = (stream.len() - start) as u64;
    if length > left {
        return Err("its data are cut");
    }
    // zero stands for all that is left
    let end = start + if length < 14 { left } else { length } as usize;
    let mut at = start + 12;
    while let Some(marker) = number::<2>(stream, at) {
        if marker == 0xFF93 || at >= end {
            break;
        }
        promise.check(stream, at, marker)?;
        let length = number::<2>(stream, at + 2).ok_or("a segment is cut")?;
        at += 2 + length.max(2) as usize;
    }
    Ok(end)
}

/// What the size segment promises.
struct Promise {
    width: u64,
    height: u64,
    tiles: u64,
    components: u64,
    bytes: u64,
}

impl Promise {
    fn read(stream: &[u8]) -> Option<Self> {
        let size = |at| Some((number::<4>(stream, at)?, number::<4>(stream, at + 4)?));
        let ((right, bottom), (left, top)) = (size(8)?, size(16)?);
        let ((tile_width, tile_height), (tiles_left, tiles_top)) = (size(24)?, size(32)?);
        if tile_width == 0 || tile_height == 0 {
            return None;
        }
        let across = right.checked_sub(tiles_left)?.div_ceil(tile_width);
        let down = bottom.checked_sub(tiles_top)?.div_ceil(tile_height);
        Some(Promise {
            width: right.checked_sub(left)?,
            height: bottom.checked_sub(top)?,
            tiles: across.checked_mul(down)?,
            components: number::<2>(stream, 40)?,
            bytes: stream.len() as u64,
        })
    }

    /// Checks a coding style segment (COD or COC) at `at` (T.800 A.6.1, A.6.2).
    fn check(&self, stream: &[u8], at: usize, marker: u64) -> Result<(), &'static str> {
        let (style, levels, layers) = match marker {
            0xFF52 => (at + 4, at + 9, number::<2>(stream, at + 6)),
            0xFF53 => {
                let wide = usize::from(self.components > 256);
                (at + 5 + wide, at + 6 + wide, Some(1))
            }
            _ => return Ok(()),
        };
        let cut = "a segment is cut";
        let has_sizes = stream.get(style).ok_or(cut)? & 1 == 1;
        let count = u32::from(*stream.get(levels).ok_or(cut)?);
        if count > 32 {
            return Err("it promises more than 32 resolutions");
        }
        let layers = layers.ok_or(cut)?;
        let mut precincts = 0_u64;
        for resolution in 0..=count {
            let place = levels + 5 + resolution as usize;
            let exponents = if has_sizes {
                *stream.get(place).ok_or(cut)?
            } else {
                0xFF
            };
            let halvings = count - resolution;
            let across = self
                .width
                .div_ceil(1 << halvings)
                .div_ceil(1 << (exponents & 15));
            let down = self
                .height
                .div_ceil(1 << halvings)
                .div_ceil(1 << (exponents >> 4));
            precincts = precincts.saturating_add((across * down).max(self.tiles));
        }
        let packets = precincts
            .saturating_mul(self.components)
            .saturating_mul(layers);
        // a packet has at least a byte; streams shortened on purpose may miss most of theirs
        if packets > self.bytes.saturating_mul(64).saturating_add(1 << 16) {
            return Err("it promises more packets than its bytes can hold");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SOC, SIZ, COD with one precinct size, SOT claiming `claimed` bytes, and four bytes of data.
    fn stream(tile: u32, precinct: u8, layers: u16, claimed: u32) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0];
        for number in [1024, 1024, 0, 0, tile, tile, 0, 0_u32] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend([0, 1, 7, 1, 1]);
        bytes.extend([0xFF, 0x52, 0, 13, 1, 0]);
        bytes.extend(layers.to_be_bytes());
        bytes.extend([0, 0, 4, 4, 0, 1, precinct]);
        bytes.extend([0xFF, 0x90, 0, 10, 0, 0]);
        bytes.extend(claimed.to_be_bytes());
        bytes.extend([0, 1, 0xFF, 0x93, 1, 2, 3, 4]);
        bytes
    }

    #[test]
    fn a_sound_header_promises_nothing_impossible() {
        assert_eq!(check_promises(&stream(1024, 0xFF, 1, 18)), Ok(()));
        // the last tile part may leave its length open
        assert_eq!(check_promises(&stream(1024, 0xFF, 1, 0)), Ok(()));
    }

    #[test]
    fn tiles_packets_and_bytes_that_cannot_be_there_are_refused() {
        let tiles = check_promises(&stream(8, 0xFF, 1, 18));
        assert_eq!(tiles, Err("it promises more tiles than its bytes can hold"));
        let packets = Err("it promises more packets than its bytes can hold");
        assert_eq!(check_promises(&stream(1024, 0x00, 1, 18)), packets);
        assert_eq!(check_promises(&stream(1024, 0x66, 65_535, 18)), packets);
        let cut = check_promises(&stream(1024, 0xFF, 1, 19));
        assert_eq!(cut, Err("its data are cut"));
    }

    proptest::proptest! {
        #[test]
        fn rubbish_is_answered(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let mut stream = stream(1024, 0xFF, 1, 0);
            stream.truncate(60);
            stream.extend(bytes);
            let _ = check_promises(&stream);
        }
    }
}
