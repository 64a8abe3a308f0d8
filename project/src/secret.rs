//! Passphrases: kept in memory that is wiped, stored only as an Argon2id PHC string.

use std::fmt;
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// A passphrase in memory; wiped when dropped, never printed.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes a passphrase in Unicode form NFKC, so that the same characters typed by another
    /// input method are the same passphrase.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.nfkc().collect()))
    }

    fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Checks the rule for new passphrases: at least 12 characters or 5 words, not one repeated
    /// character, not the person's own name.
    ///
    /// # Errors
    /// [`Error::WeakPassphrase`] with `too_short`, `repeated` or `contains_name`.
    pub fn check_rule(&self, name: &str) -> Result<()> {
        let text = self.0.as_str();
        let long = text.chars().count() >= 12;
        let many_words = text.split_whitespace().count() >= 5;
        if !long && !many_words {
            return Err(Error::WeakPassphrase("too_short"));
        }
        let mut kinds: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() < 4 {
            return Err(Error::WeakPassphrase("repeated"));
        }
        let name = comparable_name(name);
        if !name.is_empty() && comparable_name(text) == name {
            return Err(Error::WeakPassphrase("contains_name"));
        }
        Ok(())
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

impl Clone for Passphrase {
    fn clone(&self) -> Self {
        Self(Zeroizing::new(self.0.to_string()))
    }
}

/// A name as names are compared: NFKC, lower case, single spaces.
pub(crate) fn comparable_name(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Price of one guess: memory and passes of Argon2id, one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl HashCost {
    /// OWASP's minimum (19 MiB, 2 passes): below it nothing is accepted; tests use it.
    pub const FLOOR: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };
    /// RFC 9106's second recommendation with one lane (64 MiB, 3 passes).
    pub const DEFAULT: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
    };

    /// The default, with the memory doubled (up to 512 MiB) until one guess takes half a second
    /// on this machine.
    ///
    /// # Errors
    /// [`Error::Damaged`] if Argon2 refuses the parameters.
    pub fn calibrated() -> Result<Self> {
        let mut cost = Self::DEFAULT;
        let probe = Passphrase::new("calibration of the price");
        while cost.memory_kib < 512 * 1024 {
            let start = Instant::now();
            hash(&probe, cost)?;
            if start.elapsed() >= Duration::from_millis(500) {
                break;
            }
            cost.memory_kib *= 2;
        }
        Ok(cost)
    }

    fn raised_to_floor(self) -> Self {
        Self {
            memory_kib: self.memory_kib.max(Self::FLOOR.memory_kib),
            passes: self.passes.max(Self::FLOOR.passes),
        }
    }

    fn params(self) -> Result<Params> {
        let cost = self.raised_to_floor();
        Params::new(cost.memory_kib, cost.passes, 1, None)
            .map_err(|fault| Error::Damaged(format!("price of a guess: {fault}")))
    }
}

/// PHC string of a passphrase with a fresh random salt.
pub(crate) fn hash(passphrase: &Passphrase, cost: HashCost) -> Result<String> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params()?);
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|_| Error::Random)?;
    let hash: PasswordHash = argon2
        .hash_password_with_salt(passphrase.bytes(), &salt)
        .map_err(|fault| Error::Damaged(format!("hash of a passphrase: {fault}")))?;
    Ok(hash.to_string())
}

/// Whether the passphrase belongs to the PHC string (constant time within one hash).
pub(crate) fn verify(passphrase: &Passphrase, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|parsed| {
        Argon2::default()
            .verify_password(passphrase.bytes(), &parsed)
            .is_ok()
    })
}

/// Whether a stored hash is cheaper than the project now demands.
pub(crate) fn is_cheaper(phc: &str, cost: HashCost) -> bool {
    let Some(params) = PasswordHash::new(phc)
        .ok()
        .and_then(|hash| Params::try_from(&hash).ok())
    else {
        return false;
    };
    let cost = cost.raised_to_floor();
    params.m_cost() < cost.memory_kib || params.t_cost() < cost.passes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phc_string_names_argon2id_and_its_price_and_verifies_only_its_passphrase() {
        let passphrase = Passphrase::new("冬の朝の長い廊下を歩く人");
        let phc = hash(
            &passphrase,
            HashCost {
                memory_kib: 8,
                passes: 1,
            },
        )
        .unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify(&passphrase, &phc));
        assert!(!verify(&Passphrase::new("another passphrase"), &phc));
        assert!(is_cheaper(&phc, HashCost::DEFAULT));
        assert!(!is_cheaper(&phc, HashCost::FLOOR));
    }

    #[test]
    fn full_width_and_half_width_letters_are_the_same_passphrase() {
        let phc = hash(&Passphrase::new("ＡＢＣ long passphrase"), HashCost::FLOOR).unwrap();
        assert!(verify(&Passphrase::new("ABC long passphrase"), &phc));
    }

    #[test]
    fn the_rule_asks_for_length_and_variety() {
        let code = |text: &str| match Passphrase::new(text).check_rule("山田 太郎") {
            Ok(()) => "ok",
            Err(Error::WeakPassphrase(code)) => code,
            Err(_) => "other",
        };
        assert_eq!(code("short"), "too_short");
        assert_eq!(code("aaaaaaaaaaaaaa"), "repeated");
        assert_eq!(code("a b c d e"), "ok");
        assert_eq!(code("twelve chars"), "ok");
    }

    #[test]
    fn debug_prints_no_passphrase() {
        let text = format!("{:?}", Passphrase::new("very secret words"));
        assert!(!text.contains("secret"));
    }
}
