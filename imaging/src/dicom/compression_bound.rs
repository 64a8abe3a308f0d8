//! How many coded bytes a compressed picture needs at least, so that a few bytes cannot ask for
//! gigabytes or minutes: each coding spends a least number of bits on a picture, however empty it is.

use super::layout::Layout;

/// Samples of one block of the discrete cosine transform; each costs a bit or more (T.81 F.1.2).
const BLOCK_SAMPLES: u64 = 64;
/// Two bytes of run-length coding give at most 128 (PS3.5 annex G).
const RUN_LENGTH_RATIO: u64 = 64;
/// Deflate gives at most 1032 bytes for one.
const DEFLATE_RATIO: u64 = 1032;
/// JPEG-LS and JPEG 2000 code an empty picture in next to nothing. What is smaller than this is
/// believed,
const BELIEVED_BYTES: u64 = 64 << 20;
/// and beyond it a byte must stand for no more than this.
const EMPTY_RATIO: u64 = 8192;

/// The least number of bytes in which all frames of `layout` can be coded under `syntax`.
pub(crate) fn least_coded_bytes(syntax: &str, layout: &Layout) -> u64 {
    let pixels = u64::from(layout.rows)
        .saturating_mul(u64::from(layout.columns))
        .saturating_mul(u64::from(layout.frames));
    let samples = pixels.saturating_mul(u64::from(layout.samples));
    let bits = layout.frame_bits();
    let bytes = bits.saturating_mul(u64::from(layout.frames)).div_ceil(8);
    match syntax
        .strip_prefix("1.2.840.10008.1.2.")
        .unwrap_or_default()
    {
        "1.98" => bytes,
        "5" => bytes / RUN_LENGTH_RATIO,
        "8.1" => bytes / DEFLATE_RATIO,
        // one bit or more per block, of whichever component is not subsampled
        "4.50" | "4.51" => pixels / (8 * BLOCK_SAMPLES),
        // one bit or more per sample (T.81 H)
        "4.57" | "4.70" => samples / 8,
        _ => bytes.saturating_sub(BELIEVED_BYTES) / EMPTY_RATIO,
    }
}
