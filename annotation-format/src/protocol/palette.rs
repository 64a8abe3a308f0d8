//! Colours of labels.
//!
//! A protocol's labels get the palette's colours in order. The colours of the terms are all different within a body
//! region, but not made to be told apart by every type of colour vision; these are (`look/tokens.toml`, measured: the
//! first eight differ by colour alone for normal, protan, deutan and tritan vision; from the ninth on a fill pattern
//! goes with the colour).

/// Label colours in order of assignment, sRGB.
pub const PALETTE: [[u8; 3]; 24] = [
    [0xF0, 0xA2, 0x3C],
    [0x4C, 0xC9, 0xF0],
    [0xC7, 0xE6, 0x6B],
    [0x5F, 0x7C, 0xF3],
    [0xA9, 0x79, 0x79],
    [0x56, 0xFA, 0xE0],
    [0xDD, 0x57, 0x1F],
    [0x97, 0xBC, 0x9D],
    [0x91, 0x79, 0xBB],
    [0x81, 0x9D, 0xFA],
    [0xB4, 0x97, 0xBB],
    [0x95, 0xF7, 0xAB],
    [0xB7, 0xC9, 0x7F],
    [0xD9, 0xFF, 0x17],
    [0xEB, 0x82, 0x5C],
    [0x91, 0xCC, 0xCF],
    [0x23, 0x9B, 0x95],
    [0xB3, 0xD9, 0xB9],
    [0xBF, 0x4D, 0xD8],
    [0x7D, 0xDD, 0xFB],
    [0xCE, 0x62, 0x53],
    [0x30, 0x92, 0x10],
    [0xC9, 0x84, 0xD9],
    [0xD6, 0xD7, 0x1F],
];

/// The colour of the label at a place, from 0; after the last colour the first comes again.
pub fn colour_of_label(place: usize) -> [u8; 3] {
    PALETTE
        .get(place % PALETTE.len())
        .copied()
        .unwrap_or([255; 3])
}

/// A colour as `#RRGGBB` in JSON.
pub(crate) mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes the colour.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls it with a reference"
    )]
    pub(crate) fn serialize<S: Serializer>(color: &[u8; 3], to: S) -> Result<S::Ok, S::Error> {
        let [r, g, b] = color;
        to.serialize_str(&format!("#{r:02X}{g:02X}{b:02X}"))
    }

    /// Reads the colour.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 3], D::Error> {
        let text = String::deserialize(from)?;
        parse(&text).ok_or_else(|| D::Error::custom("a colour is written #RRGGBB"))
    }

    /// The colour of `#RRGGBB`.
    pub(crate) fn parse(text: &str) -> Option<[u8; 3]> {
        let digits = text.strip_prefix('#')?;
        let plain = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
        let [_, r, g, b] = number.to_be_bytes();
        Some([r, g, b])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_palette_has_no_colour_twice() {
        let mut seen = PALETTE.to_vec();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), PALETTE.len());
        assert_eq!(colour_of_label(24), PALETTE[0]);
    }

    #[test]
    fn a_colour_is_six_hexadecimal_digits() {
        assert_eq!(hex::parse("#F0A23C"), Some([0xF0, 0xA2, 0x3C]));
        assert_eq!(hex::parse("F0A23C"), None);
        assert_eq!(hex::parse("#+0A23C"), None);
        assert_eq!(hex::parse("#F0A2"), None);
    }
}
