//! As much of a colour profile (ICC.1) as tells whether it is sRGB: its primaries, or its name.

/// The primaries of sRGB as profiles write them, adapted to D50: X, Y, Z of red, green, blue.
const SRGB: [([u8; 4], [f64; 3]); 3] = [
    (*b"rXYZ", [0.4361, 0.2225, 0.0139]),
    (*b"gXYZ", [0.3851, 0.7169, 0.0971]),
    (*b"bXYZ", [0.1431, 0.0606, 0.7141]),
];
/// Differences below this are not seen.
const SAME: f64 = 0.01;
/// Most tags of a profile that are looked at.
const MAX_TAGS: usize = 100;

/// Whether the profile's primaries are those of sRGB, or its name is where it has tables instead; `None`
/// where it is no profile.
pub(crate) fn is_like_srgb(profile: &[u8]) -> Option<bool> {
    if profile.get(36..40)? != b"acsp" {
        return None;
    }
    // a profile of tables has no primaries, but a name
    if SRGB
        .iter()
        .all(|(name, _)| primary(profile, *name).is_none())
    {
        let name = |written: &[u8]| profile.windows(written.len()).any(|part| part == written);
        return Some(name(b"sRGB") || name(b"s\0R\0G\0B"));
    }
    let alike = SRGB.iter().all(|(name, expected)| {
        primary(profile, *name).is_some_and(|found| {
            found
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < SAME)
        })
    });
    Some(alike)
}

/// An XYZ tag of the profile.
fn primary(profile: &[u8], name: [u8; 4]) -> Option<[f64; 3]> {
    let count = (word(profile, 128)? as usize).min(MAX_TAGS);
    let at = (0..count)
        .map(|index| 132 + index * 12)
        .find(|at| profile.get(*at..*at + 4) == Some(&name))?;
    let data = word(profile, at + 4)? as usize;
    if profile.get(data..data.checked_add(4)?)? != b"XYZ " {
        return None;
    }
    // numbers with 16 bits behind the point
    let number = |index: usize| {
        let bits = word(profile, data.checked_add(8 + index * 4)?)?;
        Some(f64::from(bits as i32) / 65536.0)
    };
    Some([number(0)?, number(1)?, number(2)?])
}

/// A big-endian word.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(<[u8; 4]>::try_from(four).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile with three primaries.
    fn profile(primaries: [[f64; 3]; 3]) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes[36..40].copy_from_slice(b"acsp");
        bytes.extend(3_u32.to_be_bytes());
        for (index, name) in [b"rXYZ", b"gXYZ", b"bXYZ"].into_iter().enumerate() {
            bytes.extend(name);
            bytes.extend((168 + 20 * index as u32).to_be_bytes());
            bytes.extend(20_u32.to_be_bytes());
        }
        for primary in primaries {
            bytes.extend(b"XYZ \0\0\0\0");
            for number in primary {
                bytes.extend(((number * 65536.0) as i32).to_be_bytes());
            }
        }
        bytes
    }

    #[test]
    fn a_profile_is_known_by_its_primaries() {
        // sRGB as Pillow's ImageCms writes it, and Adobe RGB (1998)
        let srgb = [
            [0.43607, 0.22249, 0.01392],
            [0.38515, 0.71687, 0.09708],
            [0.14307, 0.06061, 0.7141],
        ];
        let adobe = [
            [0.60974, 0.31111, 0.01947],
            [0.20528, 0.62567, 0.06087],
            [0.14919, 0.06322, 0.74457],
        ];
        assert_eq!(is_like_srgb(&profile(srgb)), Some(true));
        assert_eq!(is_like_srgb(&profile(adobe)), Some(false));
    }

    #[test]
    fn a_cut_or_lying_profile_is_none_or_unlike() {
        let mut bytes = profile([[0.5; 3]; 3]);
        bytes[136..140].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(is_like_srgb(&bytes), Some(false));
        assert_eq!(is_like_srgb(&bytes[..39]), None);
        assert_eq!(is_like_srgb(&bytes[..133]), Some(false));
    }
}
