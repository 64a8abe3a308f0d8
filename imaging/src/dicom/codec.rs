//! One compressed frame to sample bytes. The coding's own header is checked against the file's
//! attributes before the decoder is called; the decoder's panic, if it has one, becomes an error.
//!
//! | transfer syntax 1.2.840.10008.1.2… | coding | decoder | safe Rust | ms per frame |
//! | --- | --- | --- | --- | --- |
//! | .4.50, .4.51 with 8 bits | JPEG baseline, extended, progressive | `jpeg-decoder` | yes | – |
//! | .4.51 with 12 bits | JPEG extended, sequential | `jpeg_extended` | yes | 2 |
//! | .4.57, .4.70 | JPEG lossless, predictors 1 to 7 | `jpeg_lossless` | yes | 1.4 (`jpeg-decoder` 4.9) |
//! | .4.80, .4.81 | JPEG-LS lossless and near-lossless | `jpeg_ls` | yes | 5.9 (CharLS 6.1) |
//! | .4.90, .4.91 | JPEG 2000 | `jpeg_2000` | yes | 27 (`hayro-jpeg2000` 41, `openjp2` 39) |
//! | .4.201, .4.202, .4.203 | High-Throughput JPEG 2000 | `openjp2` | no: C translated to Rust | – |
//! | .4.110, .4.112 | JPEG XL | `jxl-oxide` | mostly | – |
//! | .5 | RLE | `run_length` | yes | 0.5 |
//! | .8.1 | deflated frames | `flate2` | yes | – |
//! | .1.98 | encapsulated, not compressed | none | yes | – |
//!
//! The figures are one thread's for 512 × 512 CT samples of 12 bits in 16, optimised. `openjp2`
//! also takes what `jpeg_2000` says it does not know (extensions), never what it finds damaged. Films
//! (.4.100 to .4.108), JPEG XL made from JPEG files (.4.111), JPIP (.4.94, .4.95) and SMPTE streams
//! are named and refused. `tests/codecs.rs` reads real files of each syntax against what independent
//! readers see in them, and damages each of them in 100 ways
//! (`DOKUEI_MUTATIONS` asks for more).

use super::code_stream::{StreamInfo, jpeg_info, jpeg2000_info, jpeg2000_stream};
use super::jpeg_2000::{self, Refusal};
use super::jpeg_xl;
use super::layout::{Layout, Photometric};
use super::registry_codec::{self, syntax_name};
use super::{jpeg_extended, jpeg_lossless, jpeg_ls, run_length};
use crate::error::Fault;
use crate::jpeg_scans::check_scans;
use flate2::read::DeflateDecoder;
use std::io::Read;
use voxel::Phrase;

/// Largest frame that is decoded however few bytes hold it.
const FREE_FRAME_BYTES: usize = 64 << 20;
/// Bytes of a larger frame for each coded byte: beyond it is no picture but a trap.
const MOST_EXPANSION: usize = 1024;

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
    HighThroughput,
    JpegXl,
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
            "4.201" | "4.202" | "4.203" => (Family::HighThroughput, "High-Throughput JPEG 2000"),
            "4.110" | "4.112" => (Family::JpegXl, "JPEG XL"),
            "5" => (Family::RunLength, "RLE Lossless"),
            "8.1" => (Family::DeflatedFrame, "Deflated Image Frame"),
            "1.98" => (Family::Uncompressed, "Encapsulated Uncompressed"),
            _ => return None,
        })
    }
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
        Family::Jpeg2000 => job.jpeg2000(&bytes, false),
        Family::HighThroughput => job.jpeg2000(&bytes, true),
        Family::JpegXl => job.jpeg_xl(&bytes),
        Family::RunLength => job.run_length(&bytes),
        Family::DeflatedFrame => job.deflated(&bytes),
        Family::Uncompressed => job.native(bytes),
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
    fn check(&self, info: Option<StreamInfo>, length: usize) -> Result<StreamInfo, Fault> {
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
        let samples = layout
            .frame_pixels()
            .saturating_mul(usize::from(layout.samples));
        let width = if info.precision > 8 { 2 } else { 1 };
        let bytes = samples.saturating_mul(width);
        if bytes > FREE_FRAME_BYTES.saturating_add(length.saturating_mul(MOST_EXPANSION)) {
            return Err(self.refuse(format!("{length} bytes cannot hold the {bytes} of a frame")));
        }
        Ok(info)
    }

    fn jpeg(&self, mut bytes: Vec<u8>) -> Result<Decoded, Fault> {
        let info = self.check(jpeg_info(&bytes), bytes.len())?;
        if !info.is_dct {
            let [width, height, components] = info.size();
            let decode = || jpeg_lossless::decode(&bytes, width, height, components);
            return self.own(&info, decode, |pixels| (pixels.bytes, pixels.planar));
        }
        check_scans(&bytes).map_err(|detail| self.refuse(detail))?;
        let colour = self.jpeg_colour(&info);
        if info.precision == 12 {
            let [width, height, components] = info.size();
            let decode = || jpeg_extended::decode(&bytes, width, height, components);
            let decoded = self.own(&info, decode, |bytes| (bytes, false))?;
            return Ok(Decoded { colour, ..decoded });
        }
        if info.precision != 8 {
            return Err(self.unsupported(format!("{}, {} bit", self.coding, info.precision)));
        }
        if info.components == 3 {
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
        Ok(Decoded {
            bytes: self.registry(&bytes, 8)?,
            bits: 8,
            planar: false,
            colour,
        })
    }

    /// Runs one of the decoders of this crate.
    fn own<T>(
        &self,
        info: &StreamInfo,
        decode: impl FnOnce() -> Result<T, &'static str>,
        parts: impl FnOnce(T) -> (Vec<u8>, bool),
    ) -> Result<Decoded, Fault> {
        let bits = if info.precision <= 8 { 8 } else { 16 };
        let mut planar = false;
        let decode = || {
            let (bytes, is_planar) = parts(decode().map_err(|detail| self.refuse(detail))?);
            planar = is_planar;
            Ok(bytes)
        };
        let bytes = self.guarded(bits, decode)?;
        Ok(Decoded {
            bytes,
            bits,
            planar,
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
        let info = self.check(jpeg_info(bytes), bytes.len())?;
        let [width, height, components] = info.size();
        let decode = || jpeg_ls::decode(bytes, width, height, components);
        self.own(&info, decode, |pixels| (pixels.bytes, pixels.planar))
    }

    fn jpeg2000(&self, bytes: &[u8], is_high_throughput: bool) -> Result<Decoded, Fault> {
        let stream = jpeg2000_stream(bytes);
        let info = self.check(jpeg2000_info(stream), bytes.len())?;
        let bits = if info.precision <= 8 { 8 } else { 16 };
        if info.precision > 16 {
            return Err(self.unsupported(format!("{}, {} bit", self.coding, info.precision)));
        }
        jpeg_2000::check_promises(stream).map_err(|detail| self.refuse(detail))?;
        let declared = self.layout.photometric;
        let colour = if info.transformed || declared == Photometric::YbrJpeg2000 {
            Colour::Rgb
        } else {
            Colour::AsDeclared
        };
        let bytes = if is_high_throughput {
            self.registry(stream, bits)?
        } else {
            let decode = || match jpeg_2000::decode(stream, &info) {
                Err(Refusal::Unknown) => self.registry(stream, bits),
                Err(Refusal::Damaged(detail)) => Err(self.refuse(detail)),
                Ok(bytes) => Ok(bytes),
            };
            self.guarded(bits, decode)?
        };
        Ok(Decoded {
            bytes,
            bits,
            planar: false,
            colour,
        })
    }

    fn jpeg_xl(&self, bytes: &[u8]) -> Result<Decoded, Fault> {
        let samples = self.layout.frame_pixels() * usize::from(self.layout.samples);
        let stream = self.caught(|| {
            jpeg_xl::Stream::read(bytes, samples).map_err(|detail| self.refuse(detail))
        })?;
        let info = self.check(Some(stream.info.clone()), bytes.len())?;
        let bits = if info.precision <= 8 { 8 } else { 16 };
        let decode = || stream.decode().map_err(|detail| self.refuse(detail));
        Ok(Decoded {
            bytes: self.guarded(bits, decode)?,
            bits,
            planar: false,
            colour: if info.components == 3 {
                Colour::Rgb
            } else {
                Colour::AsDeclared
            },
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
        self.native(out)
    }

    fn native(&self, bytes: Vec<u8>) -> Result<Decoded, Fault> {
        let needed = self.layout.frame_bits().div_ceil(8);
        if (bytes.len() as u64) < needed {
            return Err(self.refuse(format!("{} of {needed} bytes came out", bytes.len())));
        }
        Ok(Decoded {
            bytes,
            bits: self.layout.allocated,
            planar: self.layout.planar,
            colour: Colour::AsDeclared,
        })
    }

    /// Runs a decoder; its panic, if it has one, is a refusal.
    fn caught<T>(&self, decode: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode))
            .unwrap_or_else(|_| Err(self.refuse("the decoder failed")))
    }

    /// Runs a decoder that must give as many bytes as a frame of samples of `bits` bits has.
    fn guarded(
        &self,
        bits: u16,
        decode: impl FnOnce() -> Result<Vec<u8>, Fault>,
    ) -> Result<Vec<u8>, Fault> {
        let out = self.caught(decode)?;
        let samples = self.layout.frame_pixels() * usize::from(self.layout.samples);
        let needed = samples * usize::from(bits / 8);
        if out.len() < needed {
            return Err(self.refuse(format!("{} of {needed} bytes came out", out.len())));
        }
        Ok(out)
    }

    /// Calls the registry's decoder on this one frame.
    fn registry(&self, bytes: &[u8], bits: u16) -> Result<Vec<u8>, Fault> {
        let decode = || {
            let decoded = registry_codec::decode(self.syntax, bytes, bits, self.layout);
            match decoded {
                Some(outcome) => outcome.map_err(|detail| self.refuse(detail)),
                None => Err(self.unsupported(self.coding)),
            }
        };
        self.guarded(bits, decode)
    }

    fn unsupported(&self, name: impl Into<String>) -> Fault {
        Fault::Unsupported {
            uid: self.syntax.to_owned(),
            name: name.into(),
        }
    }
}
