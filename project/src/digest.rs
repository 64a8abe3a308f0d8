//! SHA-256 over length-prefixed fields: two different lists of fields never hash the same bytes.

use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub(crate) type Sha = [u8; 32];

/// Hash over a domain word and fields, each prefixed by its length.
pub(crate) struct FieldHash(Sha256);

impl FieldHash {
    pub(crate) fn new(domain: &str) -> Self {
        Self(Sha256::new()).field(domain.as_bytes())
    }

    pub(crate) fn field(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub(crate) fn number(self, value: i64) -> Self {
        self.field(&value.to_le_bytes())
    }

    /// An absent number hashes differently from every present one.
    pub(crate) fn optional(self, value: Option<i64>) -> Self {
        match value {
            Some(value) => self.number(value),
            None => self.field(&[]),
        }
    }

    pub(crate) fn finish(self) -> Sha {
        self.0.finalize().into()
    }
}

/// Plain SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Sha {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_borders_change_the_hash() {
        let one = FieldHash::new("t").field(b"ab").field(b"c").finish();
        let other = FieldHash::new("t").field(b"a").field(b"bc").finish();
        assert_ne!(one, other);
        let absent = FieldHash::new("t").optional(None).finish();
        assert_ne!(absent, FieldHash::new("t").optional(Some(0)).finish());
    }

    #[test]
    fn hex_has_two_digits_per_byte() {
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }
}
