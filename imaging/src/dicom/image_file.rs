//! One file opened for its pixels: where each frame's bytes are, and everything that gives them
//! their meaning.

use super::codec::{Colour, Decoded, decode_frame, is_supported};
use super::compression_bound::least_coded_bytes;
use super::data_set::{DataSet, Tag};
use super::fragments::FrameTable;
use super::functional_groups::{FrameInfo, frames_of};
use super::grey_tables::grey_tables;
use super::layout::{Kind, Layout, Photometric};
use super::lookup_table::LookupTable;
use super::mosaic::Mosaic;
use super::overlays::{FileOverlay, overlays_of};
use super::palette::Palette;
use super::part10::{DEFLATED, EXPLICIT, EXPLICIT_BIG, GE_PRIVATE, IMPLICIT, Opened, open};
use super::per_frame::PerFrame;
use super::real_world::{RealWorld, real_world};
use super::registry_codec::syntax_name;
use super::rescale::modality_luts;
use super::source::ByteSource;
use super::stored::shift_bits;
use super::uptake::Tracer;
use crate::error::Fault;
use crate::grey_table::GreyTable;
use crate::part::Part;
use crate::problem::Problem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use voxel::{Phrase, Rescale};

/// Where the pixel bytes are.
enum Store {
    /// In the file, at this byte.
    Native(u64),
    /// In memory: the pixels of a deflated data set.
    Inflated(Arc<Vec<u8>>),
    /// In fragments.
    Encapsulated(FrameTable),
}

/// A file whose frames can be decoded.
pub(crate) struct ImageFile {
    /// The file.
    pub(crate) path: PathBuf,
    /// Layout of its pixels.
    pub(crate) layout: Layout,
    /// Its frames.
    pub(crate) frames: Vec<FrameInfo>,
    /// How its frame is divided, if it is a mosaic.
    pub(crate) mosaic: Option<Mosaic>,
    /// Colour tables.
    pub(crate) palette: Option<Palette>,
    /// Tables from stored to modality values.
    pub(crate) modality_luts: PerFrame<Option<LookupTable>>,
    /// Tables from modality values to grey.
    pub(crate) grey_tables: PerFrame<Vec<GreyTable>>,
    /// Maps from stored values to quantities.
    pub(crate) real_world: PerFrame<Vec<RealWorld>>,
    /// What a PET image says of uptake.
    pub(crate) tracer: Option<Tracer>,
    /// Overlay planes.
    pub(crate) overlays: Vec<FileOverlay>,
    /// Low values are white.
    pub(crate) is_inverse: bool,
    /// Stored values that stand for "nothing here", inclusive.
    pub(crate) padding: Option<(f64, f64)>,
    /// What was noticed.
    pub(crate) problems: Vec<Problem>,
    syntax: String,
    store: Store,
}

impl ImageFile {
    /// Opens `path` and finds its frames.
    ///
    /// # Errors
    /// No image, unusable attributes, an unknown coding, a broken fragment sequence.
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let opened = open(path)?;
        let mut problems = Vec::new();
        let layout = Layout::read(&opened, &mut problems)?.ok_or(Fault::NoImage)?;
        let store = store_of(path, &opened, &layout)?;
        let palette = Palette::read(&opened.root, layout.signed);
        if layout.photometric == Photometric::Palette && palette.is_none() {
            return Err(Fault::missing("Palette Color Lookup Table"));
        }
        let root = &opened.root;
        let frames = frames_of(root, layout.frames);
        let modality_luts = modality_luts(root, layout.signed);
        let has_lut = modality_luts.all().any(Option::is_some);
        let rescale = frames
            .first()
            .map_or(Rescale::IDENTITY, |frame| frame.rescale);
        let grey_tables = grey_tables(root, &layout, rescale, has_lut);
        if grey_tables.all().any(|tables| !tables.is_empty())
            && frames.iter().all(|frame| frame.windows.is_empty())
        {
            problems.push(Problem::new(
                "voi_lut_not_applied",
                "the file's own grey table (VOI LUT) is not applied; a window fitted to the values is used",
            ));
        }
        Ok(ImageFile {
            path: path.to_path_buf(),
            mosaic: Mosaic::of(root, &layout),
            palette: palette.filter(|_| layout.photometric == Photometric::Palette),
            padding: padding_of(root, &layout),
            real_world: real_world(root, &layout),
            tracer: Tracer::read(root),
            overlays: overlays_of(root, &layout, &mut problems),
            is_inverse: layout.photometric == Photometric::Monochrome1
                || !layout.photometric.is_colour() && root.plain(Tag(0x2050, 0x0020)) == "INVERSE",
            grey_tables,
            modality_luts,
            frames,
            problems,
            syntax: opened.syntax,
            store,
            layout,
        })
    }

    /// Whether any frame has a table from stored to modality values.
    pub(crate) fn has_lut(&self) -> bool {
        self.modality_luts.all().any(Option::is_some)
    }

    /// Decodes one frame.
    ///
    /// # Errors
    /// Bytes that cannot be read or decoded.
    pub(crate) fn frame(&self, frame: u32) -> Result<Decoded, Fault> {
        match &self.store {
            Store::Encapsulated(table) => {
                let bytes = table.bytes(&self.path, frame)?;
                decode_frame(&self.syntax, bytes, &self.layout, frame)
            }
            Store::Native(offset) => self.native(frame, |start, length| {
                ByteSource::open(&self.path, offset.saturating_add(start))?
                    .take(length, Part::PixelData)
            }),
            Store::Inflated(bytes) => self.native(frame, |start, length| {
                let range = usize::try_from(start)
                    .ok()
                    .zip(usize::try_from(length).ok());
                range
                    .and_then(|(start, length)| bytes.get(start..start.checked_add(length)?))
                    .map(<[u8]>::to_vec)
                    .ok_or(Fault::PixelDataTooShort {
                        needed: start.saturating_add(length),
                        present: bytes.len() as u64,
                    })
            }),
        }
    }

    /// A native frame: frames follow each other without padding, even within a byte.
    fn native(
        &self,
        frame: u32,
        read: impl Fn(u64, u64) -> Result<Vec<u8>, Fault>,
    ) -> Result<Decoded, Fault> {
        let layout = &self.layout;
        let unit = self.turned_bytes();
        let first_bit = layout.frame_bits().saturating_mul(u64::from(frame));
        let end_bit = first_bit.saturating_add(layout.frame_bits());
        let first = first_bit / 8 / unit * unit;
        let length = layout.pixel.length.unwrap_or(u64::MAX);
        let end = end_bit.div_ceil(8).next_multiple_of(unit).min(length);
        let mut bytes = read(first, end.saturating_sub(first))?;
        if unit > 1 {
            for group in bytes.chunks_exact_mut(unit as usize) {
                group.reverse();
            }
        }
        let skipped_bits = first_bit.saturating_sub(first.saturating_mul(8));
        let bytes = if matches!(layout.allocated, 1 | 12) {
            // frames may begin inside a byte
            shift_bits(&bytes, skipped_bits as usize, layout.frame_bits() as usize)
        } else {
            let skipped = (skipped_bits / 8) as usize;
            bytes.drain(..skipped.min(bytes.len()));
            bytes
        };
        Ok(Decoded {
            bytes,
            bits: layout.allocated,
            planar: layout.planar,
            colour: Colour::AsDeclared,
        })
    }

    /// How many bytes are turned around together in a big-endian file.
    fn turned_bytes(&self) -> u64 {
        if !self.layout.big_endian {
            return 1;
        }
        match self.layout.allocated {
            1 | 8 if self.layout.pixel.vr == *b"OB" => 1,
            1 | 8 | 12 | 16 => 2,
            32 => 4,
            _ => 8,
        }
    }
}

fn store_of(path: &Path, opened: &Opened, layout: &Layout) -> Result<Store, Fault> {
    let syntax = opened.syntax.as_str();
    let is_native = matches!(
        syntax,
        IMPLICIT | EXPLICIT | EXPLICIT_BIG | DEFLATED | GE_PRIVATE
    );
    if !is_native && !is_supported(syntax) {
        return Err(Fault::Unsupported {
            uid: syntax.to_owned(),
            name: syntax_name(syntax),
        });
    }
    match (layout.pixel.length, is_native) {
        (Some(_), false) => {
            let syntax = syntax_name(syntax);
            let said = Phrase::new(
                "contradiction-not-encapsulated",
                format!("the pixels are not encapsulated, against the transfer syntax {syntax}"),
            );
            Err(Fault::Contradiction(said.with("syntax", syntax)))
        }
        (None, true) => Err(Fault::Contradiction(Phrase::new(
            "contradiction-encapsulated",
            "the pixels are encapsulated, against the transfer syntax",
        ))),
        (None, false) => {
            let at = layout.pixel.offset;
            let table = FrameTable::read(path, &opened.root, at, layout.frames)?;
            let needed = least_coded_bytes(syntax, layout);
            let present = table.length();
            if present < needed {
                return Err(Fault::PixelDataTooShort { needed, present });
            }
            Ok(Store::Encapsulated(table))
        }
        (Some(length), true) if syntax == DEFLATED => {
            let mut source = ByteSource::open_deflated(path, opened.data_set_at)?;
            source.skip(layout.pixel.offset, Part::DeflatedDataSet)?;
            let needed = layout
                .frame_bits()
                .saturating_mul(u64::from(layout.frames))
                .div_ceil(8);
            let bytes = source.take(needed.min(length), Part::DeflatedPixelData)?;
            Ok(Store::Inflated(Arc::new(bytes)))
        }
        (Some(_), true) => Ok(Store::Native(layout.pixel.offset)),
    }
}

/// Pixel Padding Value and Range Limit, as stored values (conformance §3.5). Their bits are those
/// of the pixels whatever representation they were written with; floating-point pixels have
/// attributes of their own.
fn padding_of(root: &DataSet, layout: &Layout) -> Option<(f64, f64)> {
    let value = |element: u16| {
        let bits = root.us(Tag(0x0028, element))?;
        Some(match (layout.signed, layout.allocated) {
            (false, _) => f64::from(bits),
            // a byte without its sign extended
            (true, 8) if bits < 0x100 => f64::from(bits as u8 as i8),
            (true, _) => f64::from(bits as i16),
        })
    };
    let (first, limit) = match layout.kind {
        Kind::Integer => (value(0x0120), value(0x0121)),
        Kind::Float32 => (
            root.number(Tag(0x0028, 0x0122)),
            root.number(Tag(0x0028, 0x0124)),
        ),
        Kind::Float64 => (
            root.number(Tag(0x0028, 0x0123)),
            root.number(Tag(0x0028, 0x0125)),
        ),
    };
    let first = first?;
    let limit = limit.unwrap_or(first);
    (!layout.photometric.is_colour()).then_some((first.min(limit), first.max(limit)))
}
