//! The Image Pixel attributes, checked against each other and against the bytes that are there
//! (PS3.3 C.7.6.3), before anything is allocated.

use super::data_set::{DataSet, Tag};
use super::part10::{DEFLATED_FRAMES, EXPLICIT_BIG, GE_PRIVATE, Opened, UNCOMPRESSED_FRAMES};
use super::prescan::PixelElement;
use crate::error::Fault;
use crate::problem::{Problem, push_once};
use voxel::Phrase;

/// Most frames of one file.
const MAX_FRAMES: u32 = 100_000;
/// Bytes of the head of a fragment (PS3.5 A.4).
const FRAGMENT_HEAD: u64 = 8;
/// Largest decoded volume in bytes.
pub(crate) const MAX_VOLUME_BYTES: u64 = 8 << 30;

/// Photometric Interpretation, as far as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Photometric {
    /// Low values white.
    Monochrome1,
    /// Low values black.
    Monochrome2,
    /// Indices into a palette.
    Palette,
    /// Red, green, blue.
    Rgb,
    /// Luminance and colour differences, full range.
    YbrFull,
    /// The same, chroma halved along rows; natively four bytes for two pixels.
    YbrFull422,
    /// Reduced range, retired.
    YbrPartial,
    /// JPEG 2000's transforms: its decoder gives red, green, blue.
    YbrJpeg2000,
}

impl Photometric {
    fn parse(text: &str, samples: u16) -> Option<Self> {
        Some(match text {
            "MONOCHROME1" => Photometric::Monochrome1,
            "MONOCHROME2" => Photometric::Monochrome2,
            "PALETTE COLOR" => Photometric::Palette,
            "RGB" => Photometric::Rgb,
            "YBR_FULL" => Photometric::YbrFull,
            "YBR_FULL_422" => Photometric::YbrFull422,
            "YBR_PARTIAL_422" | "YBR_PARTIAL_420" => Photometric::YbrPartial,
            "YBR_ICT" | "YBR_RCT" => Photometric::YbrJpeg2000,
            // ACR-NEMA files have none
            "" if samples == 1 => Photometric::Monochrome2,
            _ => return None,
        })
    }

    /// Whether the result is colour.
    pub(crate) fn is_colour(self) -> bool {
        !matches!(self, Photometric::Monochrome1 | Photometric::Monochrome2)
    }

    fn samples(self) -> u16 {
        match self {
            Photometric::Monochrome1 | Photometric::Monochrome2 | Photometric::Palette => 1,
            _ => 3,
        }
    }
}

/// What the numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Pixel Data.
    Integer,
    /// Float Pixel Data.
    Float32,
    /// Double Float Pixel Data.
    Float64,
}

/// Checked layout of the pixels of one file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    /// Rows of a frame.
    pub(crate) rows: u16,
    /// Columns of a frame.
    pub(crate) columns: u16,
    /// Frames.
    pub(crate) frames: u32,
    /// Samples per pixel, 1 or 3.
    pub(crate) samples: u16,
    /// Bits Allocated.
    pub(crate) allocated: u16,
    /// Bits Stored.
    pub(crate) stored: u16,
    /// High Bit.
    pub(crate) high: u16,
    /// Pixel Representation 1.
    pub(crate) signed: bool,
    /// Planar Configuration 1.
    pub(crate) planar: bool,
    /// Photometric Interpretation.
    pub(crate) photometric: Photometric,
    /// Integer or floating point.
    pub(crate) kind: Kind,
    /// The pixel element.
    pub(crate) pixel: PixelElement,
    /// Pixel words are big endian.
    pub(crate) big_endian: bool,
    /// Two pixels share their chroma in the file itself, as Y0 Y1 Cb Cr (conformance §4.1).
    pub(crate) is_native_422: bool,
}

impl Layout {
    /// Reads and checks the layout; `Ok(None)` where the object holds no pixels.
    ///
    /// # Errors
    /// Values with which no picture can be formed, or fewer bytes than they ask for.
    pub(crate) fn read(
        opened: &Opened,
        problems: &mut Vec<Problem>,
    ) -> Result<Option<Self>, Fault> {
        let Some(pixel) = opened.pixel else {
            return Ok(None);
        };
        let root = &opened.root;
        let rows = positive(root, Tag(0x0028, 0x0010), "Rows")?;
        let columns = positive(root, Tag(0x0028, 0x0011), "Columns")?;
        let samples = root.us(Tag(0x0028, 0x0002)).unwrap_or(1);
        let text = root.plain(Tag(0x0028, 0x0004));
        let photometric = Photometric::parse(&text, samples).ok_or(Fault::Invalid {
            attribute: "Photometric Interpretation",
            value: format!("“{text}”"),
        })?;
        if !matches!(samples, 1 | 3) {
            return Err(Fault::Invalid {
                attribute: "Samples per Pixel",
                value: samples.to_string(),
            });
        }
        if photometric.samples() != samples {
            let said = Phrase::new(
                "contradiction-samples",
                format!("{samples} samples per pixel with {text}"),
            );
            return Err(Fault::Contradiction(
                said.with("samples", samples).with("photometric", text),
            ));
        }
        let kind = match pixel.tag.1 {
            0x0008 => Kind::Float32,
            0x0009 => Kind::Float64,
            _ => Kind::Integer,
        };
        let bits = Bits::read(root, kind, problems)?;
        let layout = Layout {
            rows,
            columns,
            frames: frame_count(root, problems)?,
            samples,
            allocated: bits.allocated,
            stored: bits.stored,
            high: bits.high,
            signed: root.us(Tag(0x0028, 0x0103)) == Some(1) && kind == Kind::Integer,
            planar: root.us(Tag(0x0028, 0x0006)) == Some(1),
            photometric,
            kind,
            pixel,
            big_endian: matches!(opened.syntax.as_str(), EXPLICIT_BIG | GE_PRIVATE),
            is_native_422: is_native_422(opened, pixel, photometric) && bits.allocated == 8,
        };
        layout.check_size()?;
        Ok(Some(layout))
    }

    /// Bits of one native frame.
    pub(crate) fn frame_bits(&self) -> u64 {
        let pixels = u64::from(self.rows).saturating_mul(u64::from(self.columns));
        let bits = u64::from(self.samples).saturating_mul(u64::from(self.allocated));
        if self.is_native_422 {
            // four samples for two pixels
            pixels
                .saturating_mul(u64::from(self.allocated))
                .saturating_mul(2)
        } else {
            pixels.saturating_mul(bits)
        }
    }

    /// Pixels of one frame.
    pub(crate) fn frame_pixels(&self) -> usize {
        usize::from(self.rows) * usize::from(self.columns)
    }

    fn check_size(&self) -> Result<(), Fault> {
        let needed = self
            .frame_bits()
            .saturating_mul(u64::from(self.frames))
            .div_ceil(8);
        if let Some(present) = self.pixel.length
            && present < needed
        {
            return Err(Fault::PixelDataTooShort { needed, present });
        }
        // each frame has a fragment, and each fragment a head
        let heads = u64::from(self.frames).saturating_mul(FRAGMENT_HEAD);
        if self.pixel.length.is_none() && self.pixel.left < heads {
            return Err(Fault::PixelDataTooShort {
                needed: heads,
                present: self.pixel.left,
            });
        }
        if needed > MAX_VOLUME_BYTES {
            return Err(Fault::Limit {
                what: Phrase::new(
                    "count-picture-bytes",
                    "the size of the decoded picture in bytes",
                ),
                limit: MAX_VOLUME_BYTES,
            });
        }
        Ok(())
    }
}

/// Whether two pixels share their chroma in the file: as told, unless a coding undoes it.
fn is_native_422(opened: &Opened, pixel: PixelElement, photometric: Photometric) -> bool {
    let is_422 = matches!(
        photometric,
        Photometric::YbrFull422 | Photometric::YbrPartial
    );
    let is_plain = matches!(
        opened.syntax.as_str(),
        UNCOMPRESSED_FRAMES | DEFLATED_FRAMES
    );
    is_422 && (pixel.length.is_some() || is_plain)
}

fn positive(root: &DataSet, tag: Tag, name: &'static str) -> Result<u16, Fault> {
    match root.us(tag) {
        Some(0) => Err(Fault::Invalid {
            attribute: name,
            value: "0".to_owned(),
        }),
        Some(value) => Ok(value),
        None => Err(Fault::missing(name)),
    }
}

/// Allocated, stored, high bit.
struct Bits {
    allocated: u16,
    stored: u16,
    high: u16,
}

impl Bits {
    fn read(root: &DataSet, kind: Kind, problems: &mut Vec<Problem>) -> Result<Self, Fault> {
        let width = match kind {
            Kind::Float32 => Some(32),
            Kind::Float64 => Some(64),
            Kind::Integer => None,
        };
        if let Some(width) = width {
            return Ok(Bits {
                allocated: width,
                stored: width,
                high: width - 1,
            });
        }
        let allocated = root
            .us(Tag(0x0028, 0x0100))
            .ok_or(Fault::missing("Bits Allocated"))?;
        if !matches!(allocated, 1 | 8 | 12 | 16 | 32) {
            return Err(Fault::Invalid {
                attribute: "Bits Allocated",
                value: allocated.to_string(),
            });
        }
        let stored = root.us(Tag(0x0028, 0x0101)).unwrap_or(allocated);
        if stored == 0 || stored > allocated {
            return Err(Fault::Invalid {
                attribute: "Bits Stored",
                value: format!("{stored} / {allocated}"),
            });
        }
        let mut high = root.us(Tag(0x0028, 0x0102)).unwrap_or(stored - 1);
        if high >= allocated || high + 1 < stored {
            push_once(
                problems,
                Problem::new(
                    "high_bit_invalid",
                    format!(
                        "High Bit {high} does not fit {stored} bits stored; {} was taken",
                        stored - 1
                    ),
                )
                .with("high", high)
                .with("stored", stored)
                .with("taken", stored - 1),
            );
            high = stored - 1;
        }
        Ok(Bits {
            allocated,
            stored,
            high,
        })
    }
}

/// Number of Frames; digits before rubbish are taken with a remark.
fn frame_count(root: &DataSet, problems: &mut Vec<Problem>) -> Result<u32, Fault> {
    let tag = Tag(0x0028, 0x0008);
    let text = root.plain(tag);
    let text = text.split('\\').next().unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(1);
    }
    let invalid = || Fault::Invalid {
        attribute: "Number of Frames",
        value: format!("“{text}”"),
    };
    let digits: String = text
        .trim_start_matches('+')
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let count: u64 = digits.parse().map_err(|_| invalid())?;
    if digits.len() != text.len() || count == 0 {
        push_once(
            problems,
            Problem::new(
                "frame_count_odd",
                format!("Number of Frames is “{text}”; {} was taken", count.max(1)),
            )
            .with("text", text)
            .with("taken", count.max(1)),
        );
    }
    if count > u64::from(MAX_FRAMES) {
        return Err(Fault::Limit {
            what: Phrase::new("count-frames", "the number of frames"),
            limit: u64::from(MAX_FRAMES),
        });
    }
    Ok(count.max(1) as u32)
}
