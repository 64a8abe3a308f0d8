//! Overlay planes of a file (PS3.3 C.9.2, C.9.3; PS3.5 8.1.2; conformance §4.6): in their own elements,
//! or, as was done before 2004, in unused bits of the pixels.

use super::codec::Decoded;
use super::data_set::{DataSet, Tag};
use super::image_file::ImageFile;
use super::layout::{Kind, Layout};
use super::stored::shift_bits;
use crate::entry::SeriesEntry;
use crate::error::Error;
use crate::load::Watch;
use crate::overlay::{Overlay, OverlayKind};
use crate::problem::{Problem, push_once};
use rayon::prelude::*;
use std::sync::Arc;

/// Where the bits of an overlay are.
#[derive(Debug, Clone)]
enum Bits {
    /// In an element of their own, frame after frame, as little-endian bytes.
    Own(Arc<[u8]>),
    /// In this bit of every pixel.
    Embedded(u16),
}

/// An overlay of one file.
#[derive(Debug, Clone)]
pub(crate) struct FileOverlay {
    /// What is said of it; its planes are empty.
    head: Overlay,
    bits: Bits,
    /// Frames of the image that it covers, from 0; `None` for all, with the same bits.
    frames: Option<(u32, u32)>,
}

/// The overlays of a file. Broken ones are told and left out.
pub(crate) fn overlays_of(
    root: &DataSet,
    layout: &Layout,
    problems: &mut Vec<Problem>,
) -> Vec<FileOverlay> {
    let groups = (0x6000..=0x601E_u16).step_by(2);
    let present = groups.filter(|group| root.get(Tag(*group, 0x0010)).is_some());
    present
        .filter_map(|group| match overlay_of(root, layout, group) {
            Ok(overlay) => overlay,
            Err(why) => {
                let name = format!("{group:04X}");
                push_once(
                    problems,
                    Problem::new(
                        "overlay_invalid",
                        format!("the overlay of group {name} cannot be used: {why}"),
                    )
                    .with("group", name)
                    .with("why", why),
                );
                None
            }
        })
        .collect()
}

/// The overlay of one group; `Ok(None)` where nothing was ever drawn. Faults name the attributes.
fn overlay_of(root: &DataSet, layout: &Layout, group: u16) -> Result<Option<FileOverlay>, String> {
    let of = |element: u16| Tag(group, element);
    let (rows, columns) = match (root.us(of(0x0010)), root.us(of(0x0011))) {
        (Some(rows @ 1..), Some(columns @ 1..)) => (rows, columns),
        _ => return Err("Overlay Rows, Overlay Columns".to_owned()),
    };
    let origin: Vec<f64> = root.numbers(of(0x0050));
    let [row, column] = match origin.as_slice() {
        // nothing said: over the image's first pixel
        [] => [1.0, 1.0],
        [row, column, ..] if row.is_finite() && column.is_finite() => [*row, *column],
        _ => return Err("Overlay Origin".to_owned()),
    };
    let head = Overlay {
        group,
        kind: if root.plain(of(0x0040)) == "R" {
            OverlayKind::Region
        } else {
            OverlayKind::Graphics
        },
        description: root.text(of(0x0022)),
        label: root.text(of(0x1500)),
        columns: usize::from(columns),
        rows: usize::from(rows),
        origin: [column as i64 - 1, row as i64 - 1],
        planes: std::collections::BTreeMap::new(),
    };
    let position = root.us(of(0x0102)).unwrap_or(0);
    let Some(bytes) = root.bytes(of(0x3000)) else {
        if root.get(of(0x3000)).is_some() {
            return Err("Overlay Data".to_owned());
        }
        return embedded(head, layout, position);
    };
    let count = frame_count(root, of(0x0015), bytes.len(), &head)?;
    let first = match root.integer(of(0x0051)) {
        None => 0,
        Some(first) => {
            u32::try_from(first.saturating_sub(1)).map_err(|_| "Image Frame Origin".to_owned())?
        }
    };
    let says_frames = [0x0015, 0x0051]
        .iter()
        .any(|element| root.get(of(*element)).is_some());
    Ok(Some(FileOverlay {
        bits: Bits::Own(in_order(root, of(0x3000), bytes)),
        frames: says_frames.then_some((first, count)),
        head,
    }))
}

/// Number of Frames in Overlay, all of whose bits must be there.
fn frame_count(root: &DataSet, tag: Tag, bytes: usize, head: &Overlay) -> Result<u32, String> {
    let count = match root.integer(tag) {
        None => 1,
        Some(count) => {
            u32::try_from(count.max(1)).map_err(|_| "Number of Frames in Overlay".to_owned())?
        }
    };
    let frame = head.rows as u64 * head.columns as u64;
    if frame.saturating_mul(u64::from(count)) > bytes as u64 * 8 {
        return Err("Overlay Data".to_owned());
    }
    Ok(count)
}

/// Overlay words of a big-endian file turned to little-endian bytes.
fn in_order(root: &DataSet, tag: Tag, bytes: &[u8]) -> Arc<[u8]> {
    let is_words = root.get(tag).is_none_or(|element| element.vr != *b"OB");
    if !(root.big_endian && is_words) {
        return bytes.into();
    }
    let mut bytes = bytes.to_vec();
    for pair in bytes.chunks_exact_mut(2) {
        pair.reverse();
    }
    bytes.into()
}

/// An overlay in a bit of the pixels that carries no image. Bit 0 without data of its own is a head
/// without overlay, which some scanners write.
fn embedded(head: Overlay, layout: &Layout, position: u16) -> Result<Option<FileOverlay>, String> {
    let lowest = layout.high + 1 - layout.stored;
    let is_of_image = (lowest..=layout.high).contains(&position);
    if is_of_image || layout.kind != Kind::Integer || layout.samples != 1 {
        return if position == 0 {
            Ok(None)
        } else {
            Err("Overlay Bit Position".to_owned())
        };
    }
    let fits = position < layout.allocated
        && (head.rows, head.columns) == (usize::from(layout.rows), usize::from(layout.columns));
    if !fits {
        return Err("Overlay Bit Position, Overlay Rows, Overlay Columns".to_owned());
    }
    Ok(Some(FileOverlay {
        head,
        bits: Bits::Embedded(position),
        frames: None,
    }))
}

impl FileOverlay {
    /// The bits over image frame `frame`. `decoded` are that frame's pixels, asked for only by an
    /// embedded overlay.
    fn bits_over(
        &self,
        frame: u32,
        decoded: impl FnOnce() -> Result<Arc<Decoded>, Error>,
        layout: &Layout,
    ) -> Result<Option<Arc<[u8]>>, Error> {
        match &self.bits {
            Bits::Own(bytes) => {
                let number = match self.frames {
                    None => 0,
                    Some((first, count)) => match frame.checked_sub(first) {
                        Some(number) if number < count => number,
                        _ => return Ok(None),
                    },
                };
                let count = self.head.rows * self.head.columns;
                let bits = shift_bits(bytes, number as usize * count, count);
                Ok(Some(bits.into()))
            }
            Bits::Embedded(position) => {
                let decoded = decoded()?;
                // a coding of fewer bits has dropped the overlay
                let kept = decoded.bits == layout.allocated;
                Ok(kept.then(|| packed_bit(&decoded, *position).into()))
            }
        }
    }
}

/// One bit of every sample, packed.
fn packed_bit(decoded: &Decoded, position: u16) -> Vec<u8> {
    let width = usize::from(decoded.bits / 8).max(1);
    let (byte, bit) = (usize::from(position / 8), position % 8);
    let samples: Vec<&[u8]> = decoded.bytes.chunks_exact(width).collect();
    let set = |sample: &&[u8]| sample.get(byte).is_some_and(|byte| byte >> bit & 1 == 1);
    let packed = samples.chunks(8).map(|eight| {
        let bits = eight.iter().enumerate();
        bits.fold(0, |sum, (place, sample)| {
            sum | u8::from(set(sample)) << place
        })
    });
    packed.collect()
}

/// An overlay's head and its bits over one plane.
type Laid = (Overlay, Arc<[u8]>);

/// The overlays of all planes, joined where the files say the same of them.
///
/// # Errors
/// Pixels that cannot be decoded, the person's stop.
pub(crate) fn of_entry(
    entry: &SeriesEntry,
    files: &[&ImageFile],
    watch: &Watch<'_>,
) -> Result<Vec<Overlay>, Error> {
    if files.iter().all(|file| file.overlays.is_empty()) {
        return Ok(Vec::new());
    }
    let found: Vec<Vec<Laid>> = entry
        .planes
        .par_iter()
        .map(|plane| {
            watch.check()?;
            match files.get(plane.file as usize) {
                Some(file) => of_plane(file, plane.frame),
                None => Ok(Vec::new()),
            }
        })
        .collect::<Result<_, Error>>()?;
    let mut joined: Vec<Overlay> = Vec::new();
    for (k, overlays) in found.into_iter().enumerate() {
        for (head, bits) in overlays {
            let known = joined.iter_mut().find(|known| {
                (
                    known.group,
                    known.kind,
                    known.columns,
                    known.rows,
                    known.origin,
                ) == (head.group, head.kind, head.columns, head.rows, head.origin)
                    && (&known.description, &known.label) == (&head.description, &head.label)
            });
            match known {
                Some(known) => {
                    known.planes.insert(k, bits);
                }
                None => joined.push(Overlay {
                    planes: [(k, bits)].into(),
                    ..head
                }),
            }
        }
    }
    Ok(joined)
}

fn of_plane(file: &ImageFile, frame: u32) -> Result<Vec<Laid>, Error> {
    let mut pixels: Option<Arc<Decoded>> = None;
    let mut found = Vec::new();
    for overlay in &file.overlays {
        let decode = || {
            if let Some(known) = &pixels {
                return Ok(known.clone());
            }
            let decoded = file.frame(frame).map_err(|fault| fault.of(&file.path))?;
            let decoded = Arc::new(decoded);
            pixels = Some(decoded.clone());
            Ok(decoded)
        };
        if let Some(bits) = overlay.bits_over(frame, decode, &file.layout)? {
            found.push((overlay.head.clone(), bits));
        }
    }
    Ok(found)
}
