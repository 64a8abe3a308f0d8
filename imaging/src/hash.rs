//! A short stable hash for ids of things without a UID (FNV-1a, 64 bit); nothing depends on it
//! being hard to invert.

/// Sixteen hexadecimal digits that depend on `bytes` alone.
pub(crate) fn stable_hash(bytes: &[u8]) -> String {
    let value = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{value:016x}")
}
