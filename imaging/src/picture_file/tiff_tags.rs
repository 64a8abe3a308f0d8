//! The tags that say how the samples of a TIFF page are written (TIFF 6.0, sections 8 and 19).

use crate::error::Fault;
use voxel::Phrase;

/// What the numbers are (tag 339).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    Unsigned,
    Signed,
    Float,
}

/// What the samples mean (tag 262).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Low values white.
    White,
    /// Low values black.
    Black,
    Rgb,
    Palette,
    /// Four inks.
    Inks,
    /// Luminance and differences.
    Ybr,
}

/// How a strip or tile is compressed (tag 259).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    None,
    Lzw,
    Deflate,
    PackBits,
    Jpeg,
    Group4,
}

impl Coding {
    /// For the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Coding::None => "TIFF",
            Coding::Lzw => "TIFF, LZW",
            Coding::Deflate => "TIFF, Deflate",
            Coding::PackBits => "TIFF, PackBits",
            Coding::Jpeg => "TIFF, JPEG",
            Coding::Group4 => "TIFF, CCITT group 4",
        }
    }

    /// Most bytes that one byte can become.
    pub(crate) fn ratio(self) -> u64 {
        match self {
            Coding::None => 1,
            // a code of 12 bits stands for at most 4093 bytes
            Coding::Lzw => 2730,
            Coding::Deflate => 1032,
            Coding::PackBits => 64,
            // pixels of at most four components
            Coding::Jpeg => 4 * 512,
            // a row that repeats the one above costs one bit, whatever its width: see `check_rows`
            Coding::Group4 => u64::MAX,
        }
    }
}

/// Bits of a sample, which must be those of all.
pub(crate) fn bits(all: Option<Vec<u64>>) -> Result<u32, Fault> {
    let all = all.unwrap_or_else(|| vec![1]);
    let first = all.first().copied().unwrap_or(1);
    if !(1..=64).contains(&first) {
        return Err(Fault::Invalid {
            attribute: "BitsPerSample",
            value: first.to_string(),
        });
    }
    if all.iter().any(|bits| *bits != first) {
        return Err(unsupported("TIFF", format!("samples of {all:?} bit")));
    }
    Ok(first as u32)
}

/// The compression, or its name where it is not read.
pub(crate) fn coding(tag: u64) -> Result<Coding, Fault> {
    let name = match tag {
        1 => return Ok(Coding::None),
        4 => return Ok(Coding::Group4),
        5 => return Ok(Coding::Lzw),
        7 => return Ok(Coding::Jpeg),
        8 | 32_946 => return Ok(Coding::Deflate),
        32_773 => return Ok(Coding::PackBits),
        2 | 3 => "CCITT group 3",
        6 => "JPEG of TIFF 6.0",
        33_003 | 33_004 | 33_005 | 34_712 => "JPEG 2000",
        34_925 => "LZMA",
        34_926 | 50_000 => "Zstandard",
        34_927 | 50_001 => "WebP",
        50_002 | 52_546 => "JPEG XL",
        22_610 | 34_934 => "JPEG XR",
        _ => "unknown",
    };
    Err(unsupported(&format!("TIFF {tag}"), name.to_owned()))
}

/// What the samples mean, held against their number.
pub(crate) fn meaning(tag: u64, samples: u64) -> Result<Meaning, Fault> {
    let (meaning, range) = match tag {
        0 => (Meaning::White, 1..=2),
        1 | 4 => (Meaning::Black, 1..=2),
        2 => (Meaning::Rgb, 3..=4),
        3 => (Meaning::Palette, 1..=2),
        5 => (Meaning::Inks, 4..=5),
        6 => (Meaning::Ybr, 3..=4),
        8..=10 => return Err(unsupported("TIFF", "CIE L*a*b*".to_owned())),
        _ => return Err(unsupported("TIFF", format!("photometric {tag}"))),
    };
    if !range.contains(&samples) {
        let said = Phrase::new(
            "contradiction-samples",
            format!("{samples} samples per pixel with {meaning:?}"),
        );
        return Err(Fault::Contradiction(
            said.with("samples", samples)
                .with("photometric", format!("{meaning:?}")),
        ));
    }
    Ok(meaning)
}

/// What the numbers are; “undefined” counts as unsigned.
pub(crate) fn number(all: Option<Vec<u64>>, bits: u32, coding: Coding) -> Result<Number, Fault> {
    let all = all.unwrap_or_default();
    let first = all.first().copied().unwrap_or(1);
    if all.iter().any(|one| *one != first) {
        return Err(unsupported("TIFF", format!("sample formats {all:?}")));
    }
    Ok(match first {
        2 => Number::Signed,
        3 if bits >= 16 && coding != Coding::Jpeg => Number::Float,
        // 4 is “undefined”, which writers use for counts
        _ => Number::Unsigned,
    })
}

/// Something of the format that is not read.
pub(crate) fn unsupported(uid: &str, name: String) -> Fault {
    Fault::Unsupported {
        uid: uid.to_owned(),
        name,
    }
}
