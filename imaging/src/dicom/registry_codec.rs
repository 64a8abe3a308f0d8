//! One frame through a decoder of dicom-rs' registry.

use super::layout::Layout;
use dicom_encoding::adapters::{PixelDataObject, RawPixelData};
use dicom_encoding::transfer_syntax::{Codec, TransferSyntax, TransferSyntaxIndex};
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use std::borrow::Cow;

/// Plain name of a transfer syntax, from the registry.
pub(crate) fn syntax_name(syntax: &str) -> String {
    TransferSyntaxRegistry
        .get(syntax)
        .map_or_else(|| "unknown".to_owned(), |known| known.name().to_owned())
}

/// Decodes one frame to samples of `bits` bits, little endian; `None` where the registry has no
/// decoder for the syntax.
///
/// # Errors
/// The decoder's own words.
pub(crate) fn decode(
    syntax: &str,
    bytes: &[u8],
    bits: u16,
    layout: &Layout,
) -> Option<Result<Vec<u8>, String>> {
    let known = TransferSyntaxRegistry.get(syntax);
    let Some(Codec::EncapsulatedPixelData(Some(reader), _)) = known.map(TransferSyntax::codec)
    else {
        return None;
    };
    let single = SingleFrame {
        syntax,
        bytes,
        bits,
        layout,
    };
    let mut out = Vec::new();
    let outcome = reader.decode_frame(&single, 0, &mut out);
    Some(outcome.map(|()| out).map_err(|error| plain_message(&error)))
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
