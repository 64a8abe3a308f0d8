//! Unique identifiers under the root `2.25.` (PS3.5 annex B.2: a UUID as one decimal number).

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// UID of the program's own coding scheme ([`crate::code::LOCAL_IN_DICOM`]), written into every object.
pub const LOCAL_SCHEME_UID: &str = "2.25.161945184259431239019222375984688592419";
/// Implementation Class UID of the program (PS3.7 D.3.3.2).
pub const IMPLEMENTATION_CLASS_UID: &str = "2.25.229710166421120371008586273734496024110";

/// The UID of a UUID, at most 44 characters.
///
/// ```
/// let uuid = uuid::Uuid::parse_str("f81d4fae-7dec-11d0-a765-00a0c91e6bf6").unwrap();
/// assert_eq!(annotation_format::write::uid::of_uuid(uuid), "2.25.329800735698586629295641978511506172918");
/// ```
pub fn of_uuid(uuid: Uuid) -> String {
    format!("2.25.{}", uuid.as_u128())
}

/// A new random UID.
pub fn random() -> String {
    of_uuid(Uuid::new_v4())
}

/// The UID that belongs to a seed: equal seeds give equal UIDs (SHA-256 of the seed, as a UUID of version 8).
pub fn of_seed(seed: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(seed.as_bytes()).into();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    of_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The UID of an id of this program: a UUID's own number, else a seed.
pub fn of_id(id: &str) -> String {
    Uuid::parse_str(id).map_or_else(|_| of_seed(id), of_uuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_well_formed(uid: &str) -> bool {
        uid.len() <= 64
            && uid.split('.').all(|part| {
                !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_digit())
                    && (part == "0" || !part.starts_with('0'))
            })
    }

    #[test]
    fn every_uid_is_well_formed() {
        for seed in 0..200 {
            assert!(is_well_formed(&of_seed(&seed.to_string())));
            assert!(is_well_formed(&random()));
        }
        assert!(is_well_formed(LOCAL_SCHEME_UID) && is_well_formed(IMPLEMENTATION_CLASS_UID));
    }

    #[test]
    fn equal_seeds_give_equal_uids_and_other_seeds_others() {
        assert_eq!(of_seed("a"), of_seed("a"));
        assert_ne!(of_seed("a"), of_seed("b"));
    }

    #[test]
    fn the_uid_of_an_id_is_the_number_of_its_uuid() {
        assert_eq!(of_id("00000000-0000-0000-0000-000000000001"), "2.25.1");
        assert_eq!(of_id("not a uuid"), of_seed("not a uuid"));
    }
}
