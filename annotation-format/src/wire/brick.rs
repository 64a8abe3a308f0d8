//! Bricks by hash: packing for the store, unpacking with every check.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use voxel::Brick;
use zstd::bulk::{Compressor, Decompressor};

use super::FindBrick;
use crate::error::Error;
use crate::protocol::canonical::hex;

/// Bytes of a brick before compression.
const RAW_BYTES: usize = 4096;
/// Bricks are small and many: a low level compresses nearly as well as a high one and costs far less.
const LEVEL: i32 = 3;

/// BLAKE3 hash of a brick's 4096 raw bytes: its address in the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BrickHash([u8; 32]);

impl BrickHash {
    /// The hash of a brick.
    pub fn of(brick: &Brick) -> Self {
        Self::of_bytes(&brick.to_bytes())
    }

    /// The hash with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash as bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash of 64 hexadecimal digits in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let &[high, low] = pair else { return None };
            *byte = digit(high)? << 4 | digit(low)?;
        }
        Some(Self(bytes))
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for BrickHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for BrickHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BrickHash({self})")
    }
}

impl FromStr for BrickHash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text).ok_or(Error::Brick("not named by a hash"))
    }
}

impl Serialize for BrickHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BrickHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("a hash has 64 hexadecimal digits"))
    }
}

/// A brick as the store keeps it.
pub fn pack_brick(brick: &Brick) -> Vec<u8> {
    pack(&brick.to_bytes())
}

/// The brick of stored bytes, if its content has this hash.
///
/// # Errors
/// [`Error::Brick`] for bytes that are damaged, too large or of another brick.
pub fn unpack_brick(hash: &BrickHash, packed: &[u8]) -> Result<Brick, Error> {
    let bytes = zstd::bulk::decompress(packed, RAW_BYTES).map_err(|_| Error::Brick("damaged"))?;
    checked(hash, &bytes)
}

fn checked(hash: &BrickHash, bytes: &[u8]) -> Result<Brick, Error> {
    if BrickHash::of_bytes(bytes) != *hash {
        return Err(Error::Brick("not the one that is named"));
    }
    Ok(Brick::from_bytes(bytes)?)
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    // Compression of 4096 bytes into a growing buffer has no way to fail.
    zstd::bulk::compress(bytes, LEVEL).unwrap_or_default()
}

/// How a brick stands in a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) enum BrickName {
    Empty,
    Full,
    Hash(BrickHash),
}

impl From<BrickName> for String {
    fn from(name: BrickName) -> Self {
        match name {
            BrickName::Empty => "empty".to_owned(),
            BrickName::Full => "full".to_owned(),
            BrickName::Hash(hash) => hash.to_string(),
        }
    }
}

impl TryFrom<String> for BrickName {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        match text.as_str() {
            "empty" => Ok(BrickName::Empty),
            "full" => Ok(BrickName::Full),
            hash => hash.parse().map(BrickName::Hash),
        }
    }
}

/// Bricks on their way into a body.
pub(super) struct Pack<'a> {
    is_stored: &'a dyn Fn(&BrickHash) -> bool,
    /// Compressed bytes of the bricks that the store does not have.
    bricks: BTreeMap<BrickHash, Vec<u8>>,
    /// One for all bricks: to make one costs as much as to pack several.
    compressor: Option<Compressor<'static>>,
}

impl<'a> Pack<'a> {
    pub(super) fn new(is_stored: &'a dyn Fn(&BrickHash) -> bool) -> Self {
        Self {
            is_stored,
            bricks: BTreeMap::new(),
            compressor: None,
        }
    }

    fn packed(&mut self, bytes: &[u8]) -> Vec<u8> {
        if self.compressor.is_none() {
            self.compressor = Compressor::new(LEVEL).ok();
        }
        let packed = self.compressor.as_mut().map(|c| c.compress(bytes));
        packed.and_then(Result::ok).unwrap_or_else(|| pack(bytes))
    }

    pub(super) fn name(&mut self, brick: &Brick) -> BrickName {
        match brick {
            Brick::Empty => BrickName::Empty,
            Brick::Full => BrickName::Full,
            Brick::Bits(_) => {
                let bytes = brick.to_bytes();
                let hash = BrickHash::of_bytes(&bytes);
                if !self.bricks.contains_key(&hash) && !(self.is_stored)(&hash) {
                    let packed = self.packed(&bytes);
                    self.bricks.insert(hash, packed);
                }
                BrickName::Hash(hash)
            }
        }
    }

    pub(super) fn into_bricks(self) -> Vec<(BrickHash, Vec<u8>)> {
        self.bricks.into_iter().collect()
    }
}

/// Bricks on their way out of a body; each is fetched once and shared.
pub(super) struct Unpack<'a, 'b> {
    find: &'a mut FindBrick<'b>,
    known: BTreeMap<BrickHash, Brick>,
    /// One for all bricks, as in [`Pack`].
    decompressor: Option<Decompressor<'static>>,
}

impl<'a, 'b> Unpack<'a, 'b> {
    pub(super) fn new(find: &'a mut FindBrick<'b>) -> Self {
        Self {
            find,
            known: BTreeMap::new(),
            decompressor: None,
        }
    }

    pub(super) fn brick(&mut self, name: &BrickName) -> Result<Brick, Error> {
        let hash = match name {
            BrickName::Empty => return Ok(Brick::Empty),
            BrickName::Full => return Ok(Brick::Full),
            BrickName::Hash(hash) => hash,
        };
        if let Some(brick) = self.known.get(hash) {
            return Ok(brick.clone());
        }
        let packed = (self.find)(hash).ok_or(Error::Brick("missing"))?;
        if self.decompressor.is_none() {
            self.decompressor = Decompressor::new().ok();
        }
        let brick = match &mut self.decompressor {
            Some(decompressor) => {
                let bytes = decompressor.decompress(&packed, RAW_BYTES);
                checked(hash, &bytes.map_err(|_| Error::Brick("damaged"))?)?
            }
            None => unpack_brick(hash, &packed)?,
        };
        self.known.insert(*hash, brick.clone());
        Ok(brick)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use voxel::{Mask, VoxelIndex};

    fn some_brick() -> Brick {
        let mask = Mask::from_fn([32, 32, 32], |VoxelIndex([i, j, k])| (i + j + k) % 3 == 0);
        let (_, brick) = mask.bricks().next().unwrap();
        brick.clone()
    }

    #[test]
    fn a_packed_brick_comes_back() {
        let brick = some_brick();
        let packed = pack_brick(&brick);
        assert!(packed.len() < RAW_BYTES);
        assert_eq!(
            unpack_brick(&BrickHash::of(&brick), &packed).unwrap(),
            brick
        );
    }

    #[test]
    fn damaged_swapped_and_oversized_bricks_are_refused() {
        let brick = some_brick();
        let hash = BrickHash::of(&brick);
        let mut damaged = pack_brick(&brick);
        damaged.truncate(damaged.len() / 2);
        assert!(unpack_brick(&hash, &damaged).is_err());
        assert!(unpack_brick(&hash, &pack(&[7; RAW_BYTES])).is_err());
        let bomb = zstd::bulk::compress(&vec![0; 1 << 24], 3).unwrap();
        assert!(unpack_brick(&hash, &bomb).is_err());
        assert!(unpack_brick(&hash, &[]).is_err());
    }

    #[test]
    fn a_hash_is_64_lower_case_digits() {
        let hash = BrickHash::of(&some_brick());
        assert_eq!(BrickHash::parse(&hash.to_string()), Some(hash));
        assert_eq!(BrickHash::parse(&hash.to_string().to_uppercase()), None);
        assert_eq!(BrickHash::parse("é"), None);
    }
}
