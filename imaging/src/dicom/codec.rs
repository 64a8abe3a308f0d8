//! One compressed frame to sample bytes. The coding's own header is checked against the file's
//! attributes before the decoder is called; the decoder's panic, if it has one, becomes an error.

use super::code_stream::{StreamInfo, jpeg_info, jpeg2000_info, jpeg2000_stream};
use super::jpeg_extended;
use super::layout::{Layout, Photometric};
use super::run_length;
use crate::error::Fault;
use dicom_encoding::adapters::{PixelDataObject, RawPixelData};
use dicom_encoding::transfer_syntax::{Codec, TransferSyntax, TransferSyntaxIndex};
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use flate2::read::DeflateDecoder;
use std::borrow::Cow;
use std::io::Read;
use voxel::Phrase;

/// What the colours of a decoded frame are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    /// As the Photometric Interpretation says.
    AsDeclared,
    /// Red, green, blue.
    Rgb,
    /// Full-range luminance and differences.
    Ybr,
}

/// Sample bytes of one frame, little endian.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decoded {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// Bits of one sample in `bytes`: 1, 8, 12 (packed), 16 or 32.
    pub(crate) bits: u16,
    /// Components lie one after the other.
    pub(crate) planar: bool,
    /// What three components are.
    pub(crate) colour: Colour,
}

/// A family of codings with the same header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Jpeg,
    JpegLs,
    Jpeg2000,
    RunLength,
    DeflatedFrame,
    Uncompressed,
}

impl Family {
    fn of(syntax: &str) -> Option<(Family, &'static str)> {
        let tail = syntax.strip_prefix("1.2.840.10008.1.2.")?;
        Some(match tail {
            "4.50" => (Family::Jpeg, "JPEG Baseline"),
            "4.51" => (Family::Jpeg, "JPEG Extended"),
            "4.57" | "4.70" => (Family::Jpeg, "JPEG Lossless"),
            "4.80" | "4.81" => (Family::JpegLs, "JPEG-LS"),
            "4.90" | "4.91" => (Family::Jpeg2000, "JPEG 2000"),
            "4.201" | "4.202" | "4.203" => (Family::Jpeg2000, "High-Throughput JPEG 2000"),
            "5" => (Family::RunLength, "RLE Lossless"),
            "8.1" => (Family::DeflatedFrame, "Deflated Image Frame"),
            "1.98" => (Family::Uncompressed, "Encapsulated Uncompressed"),
            _ => return None,
        })
    }
}

/// Plain name of a transfer syntax, from the registry.
pub(crate) fn syntax_name(syntax: &str) -> String {
    TransferSyntaxRegistry
        .get(syntax)
        .map_or_else(|| "unknown".to_owned(), |known| known.name().to_owned())
}

/// Whether frames of this syntax can be decoded here.
pub(crate) fn is_supported(syntax: &str) -> bool {
    Family::of(syntax).is_some()
}

/// Decodes one frame.
///
/// # Errors
/// Unknown coding, sizes that contradict the attributes, a decoder's refusal.
pub(crate) fn decode_frame(
    syntax: &str,
    bytes: Vec<u8>,
    layout: &Layout,
    frame: u32,
) -> Result<Decoded, Fault> {
    let Some((family, coding)) = Family::of(syntax) else {
        return Err(Fault::Unsupported {
            uid: syntax.to_owned(),
            name: syntax_name(syntax),
        });
    };
    let job = Job {
        syntax,
        coding,
        layout,
        frame: frame as usize + 1,
    };
    match family {
        Family::Jpeg => job.jpeg(bytes),
        Family::JpegLs => job.jpeg_ls(&bytes),
        Family::Jpeg2000 => job.jpeg2000(&bytes),
        Family::RunLength => job.run_length(&bytes),
        Family::DeflatedFrame => job.deflated(&bytes),
        Family::Uncompressed => Ok(job.native(bytes)),
    }
}

struct Job<'a> {
    syntax: &'a str,
    coding: &'static str,
    layout: &'a Layout,
    frame: usize,
}

impl Job<'_> {
    /// The frame's own header says one thing, the attributes of the object another.
    fn contradicts(
        &self,
        own: impl std::fmt::Display,
        told: impl std::fmt::Display,
        what: Phrase,
    ) -> Fault {
        let frame = self.frame;
        let said = Phrase::new(
            "contradiction-frame",
            format!(
                "frame {frame} has {own} {what} by its own header and {told} by the attributes"
            ),
        );
        Fault::Contradiction(
            said.with("frame", frame)
                .with("own", own.to_string())
                .with("told", told.to_string())
                .with("what", what),
        )
    }

    fn refuse(&self, detail: impl Into<String>) -> Fault {
        Fault::Decode {
            frame: self.frame,
            coding: self.coding,
            detail: detail.into(),
        }
    }

    /// The stream's own sizes must be those of the attributes: decoders allocate by them.
    fn check(&self, info: Option<StreamInfo>) -> Result<StreamInfo, Fault> {
        let info = info.ok_or_else(|| self.refuse("its header is damaged"))?;
        let layout = self.layout;
        if (info.width, info.height) != (u32::from(layout.columns), u32::from(layout.rows)) {
            return Err(self.contradicts(
                format!("{}×{}", info.width, info.height),
                format!("{}×{}", layout.columns, layout.rows),
                Phrase::new("frame-pixels", "pixels"),
            ));
        }
        if info.components != layout.samples {
            return Err(self.contradicts(
                info.components,
                layout.samples,
                Phrase::new("frame-components", "components"),
            ));
        }
        if info.precision == 0 || u16::from(info.precision) > layout.allocated.max(8) {
            return Err(self.contradicts(
                info.precision,
                layout.allocated,
                Phrase::new("frame-bits", "bits"),
            ));
        }
        if info.uneven {
            return Err(self.refuse("its components differ in size or depth"));
        }
        Ok(info)
    }

    fn jpeg(&self, mut bytes: Vec<u8>) -> Result<Decoded, Fault> {
        let info = self.check(jpeg_info(&bytes))?;
        if info.is_dct && info.precision != 8 {
            return self.jpeg_extended(&bytes, &info);
        }
        let colour = self.jpeg_colour(&info);
        if info.is_dct && info.components == 3 {
            // component names R, G, B keep the decoder from converting by its own rules, which
            // differ from DICOM's; the conversion is done here
            for (index, place) in info.identifier_places.iter().enumerate() {
                let name = info
                    .identifiers
                    .iter()
                    .position(|id| bytes.get(*place) == Some(id));
                let name = name.unwrap_or(index % 3);
                if let (Some(byte), Some(letter)) = (bytes.get_mut(*place), b"RGB".get(name)) {
                    *byte = *letter;
                }
            }
        }
        let bits = if info.precision == 8 { 8 } else { 16 };
        let decoded = self.registry(&bytes, bits)?;
        Ok(Decoded {
            bytes: decoded,
            bits,
            planar: false,
            colour,
        })
    }

    /// 12-bit samples, for which the registry has no decoder.
    fn jpeg_extended(&self, bytes: &[u8], info: &StreamInfo) -> Result<Decoded, Fault> {
        if (info.precision, info.components) != (12, 1) {
            return Err(Fault::Unsupported {
                uid: self.syntax.to_owned(),
                name: format!(
                    "{}, {} bit × {}",
                    self.coding, info.precision, info.components
                ),
            });
        }
        let (width, height) = (info.width as usize, info.height as usize);
        let bytes =
            jpeg_extended::decode(bytes, width, height).map_err(|detail| self.refuse(detail))?;
        Ok(Decoded {
            bytes,
            bits: 16,
            planar: false,
            colour: Colour::AsDeclared,
        })
    }

    /// Adobe's mark, then the component identifiers, then the declaration (conformance §4.2).
    fn jpeg_colour(&self, info: &StreamInfo) -> Colour {
        if info.components != 3 || !info.is_dct {
            return Colour::AsDeclared;
        }
        let is_rgb = match info.adobe {
            Some(transform) => transform == 0,
            None if info.identifiers == *b"RGB" => true,
            None => self.layout.photometric == Photometric::Rgb && !info.jfif,
        };
        if is_rgb { Colour::Rgb } else { Colour::Ybr }
    }

    fn jpeg_ls(&self, bytes: &[u8]) -> Result<Decoded, Fault> {
        let info = self.check(jpeg_info(bytes))?;
        let bits = if info.precision <= 8 { 8 } else { 16 };
        Ok(Decoded {
            bytes: self.registry(bytes, bits)?,
            bits,
            planar: info.planar,
            colour: Colour::AsDeclared,
        })
    }

    fn jpeg2000(&self, bytes: &[u8]) -> Result<Decoded, Fault> {
        let stream = jpeg2000_stream(bytes);
        let info = self.check(jpeg2000_info(stream))?;
        let bits = if info.precision <= 8 { 8 } else { 16 };
        if info.precision > 16 {
            return Err(Fault::Unsupported {
                uid: self.syntax.to_owned(),
                name: format!("{}, {} bit", self.coding, info.precision),
            });
        }
        let declared = self.layout.photometric;
        let colour = if info.transformed || declared == Photometric::YbrJpeg2000 {
            Colour::Rgb
        } else {
            Colour::AsDeclared
        };
        Ok(Decoded {
            bytes: self.registry(stream, bits)?,
            bits,
            planar: false,
            colour,
        })
    }

    fn run_length(&self, bytes: &[u8]) -> Result<Decoded, Fault> {
        let layout = self.layout;
        let pixels = layout.frame_pixels();
        let decoded = if layout.allocated == 1 {
            run_length::decode_bits(bytes, pixels)
        } else {
            let width = usize::from(layout.allocated / 8);
            run_length::decode(bytes, pixels, usize::from(layout.samples), width)
        };
        let bytes = decoded.map_err(|fault| match fault {
            Fault::Decode { coding, detail, .. } => Fault::Decode {
                frame: self.frame,
                coding,
                detail,
            },
            other => other,
        })?;
        Ok(Decoded {
            bytes,
            bits: layout.allocated,
            planar: false,
            colour: Colour::AsDeclared,
        })
    }

    fn deflated(&self, bytes: &[u8]) -> Result<Decoded, Fault> {
        let needed = self.layout.frame_bits().div_ceil(8);
        let mut out = Vec::new();
        DeflateDecoder::new(bytes)
            .take(needed)
            .read_to_end(&mut out)
            .map_err(|error| self.refuse(error.to_string()))?;
        Ok(self.native(out))
    }

    fn native(&self, bytes: Vec<u8>) -> Decoded {
        Decoded {
            bytes,
            bits: self.layout.allocated,
            planar: self.layout.planar,
            colour: Colour::AsDeclared,
        }
    }

    /// Calls the registry's decoder on this one frame.
    fn registry(&self, bytes: &[u8], bits: u16) -> Result<Vec<u8>, Fault> {
        let syntax = TransferSyntaxRegistry.get(self.syntax);
        let Some(Codec::EncapsulatedPixelData(Some(reader), _)) = syntax.map(TransferSyntax::codec)
        else {
            return Err(Fault::Unsupported {
                uid: self.syntax.to_owned(),
                name: self.coding.to_owned(),
            });
        };
        let single = SingleFrame {
            syntax: self.syntax,
            bytes,
            bits,
            layout: self.layout,
        };
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut out = Vec::new();
            reader.decode_frame(&single, 0, &mut out).map(|()| out)
        }));
        let out = match outcome {
            Ok(Ok(out)) => out,
            Ok(Err(error)) => return Err(self.refuse(plain_message(&error))),
            Err(_) => return Err(self.refuse("the decoder failed")),
        };
        let samples = self.layout.frame_pixels() * usize::from(self.layout.samples);
        let needed = samples * usize::from(bits / 8);
        if out.len() < needed {
            return Err(self.refuse(format!("{} of {needed} bytes came out", out.len())));
        }
        Ok(out)
    }
}

/// The innermost cause, which is the one that says something.
fn plain_message(error: &dyn std::error::Error) -> String {
    let mut last = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        last = inner.to_string();
        source = inner.source();
    }
    last
}

/// One frame dressed as an object of one frame and one fragment, the case no decoder gets wrong.
struct SingleFrame<'a> {
    syntax: &'a str,
    bytes: &'a [u8],
    bits: u16,
    layout: &'a Layout,
}

impl PixelDataObject for SingleFrame<'_> {
    fn transfer_syntax_uid(&self) -> &str {
        self.syntax
    }
    fn rows(&self) -> Option<u16> {
        Some(self.layout.rows)
    }
    fn cols(&self) -> Option<u16> {
        Some(self.layout.columns)
    }
    fn samples_per_pixel(&self) -> Option<u16> {
        Some(self.layout.samples)
    }
    fn bits_allocated(&self) -> Option<u16> {
        Some(self.bits)
    }
    fn bits_stored(&self) -> Option<u16> {
        Some(self.bits)
    }
    fn photometric_interpretation(&self) -> Option<&str> {
        Some(if self.layout.samples == 3 {
            "RGB"
        } else {
            "MONOCHROME2"
        })
    }
    fn number_of_frames(&self) -> Option<u32> {
        Some(1)
    }
    fn number_of_fragments(&self) -> Option<u32> {
        Some(1)
    }
    fn fragment(&self, fragment: usize) -> Option<Cow<'_, [u8]>> {
        (fragment == 0).then_some(Cow::Borrowed(self.bytes))
    }
    fn offset_table(&self) -> Option<Cow<'_, [u32]>> {
        Some(Cow::Borrowed(&[]))
    }
    fn raw_pixel_data(&self) -> Option<RawPixelData> {
        Some(RawPixelData {
            fragments: std::iter::once(self.bytes.to_vec()).collect(),
            offset_table: std::iter::once(0_u32).collect(),
        })
    }
}
