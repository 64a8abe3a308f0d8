//! JPEG 2000 part 1 (ITU-T T.800): one raw code stream to samples.
//!
//! | stage | annex of T.800 | here |
//! | --- | --- | --- |
//! | promises are checked before anything is believed | | `promises` |
//! | marker segments, tile parts | A | `header`, `coding` |
//! | the reference grid | B.2, B.3 | `grid` |
//! | bands, precincts, code blocks | B.5 to B.7 | `tile` |
//! | packets in their order | B.9 to B.12 | `progression`, `packet`, `tag_tree` |
//! | code blocks to coefficients | C, D | `arithmetic`, `block`, `significance` |
//! | steps of the quantisation | E | `plane` |
//! | wavelets | F | `wavelet` |
//! | component transforms and levels | G | `plane` |
//! | regions of interest | H | `plane` |
//!
//! All progressions and their changes, packed packet headers, all code block styles, several tiles and
//! tile parts, layers and both wavelets are decoded; components must be of one size and depth, which
//! DICOM demands. A stream whose packets end early, between two of them, gives what its packets hold: so
//! streams are shortened to a rate. A packet that is cut is damage.

mod arithmetic;
mod block;
mod coding;
mod grid;
mod header;
mod packet;
mod plane;
mod progression;
mod promises;
mod significance;
mod tag_tree;
#[cfg(test)]
mod tests;
mod tile;
mod wavelet;

pub(crate) use promises::check_promises;

use super::code_stream::StreamInfo;
use block::BlockDecoder;
use header::{Header, Parts};
use packet::{Packets, Visits};
use plane::{Canvas, Plane};
use tile::Tile;

/// Why a frame did not come out.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// An extension of the standard that this decoder leaves out.
    Unknown,
    /// A damaged stream.
    Damaged(String),
}

fn damaged(detail: &str) -> Refusal {
    Refusal::Damaged(detail.to_owned())
}

/// Decodes a raw code stream whose `info` agrees with the file's attributes; samples of a pixel
/// together, one byte each up to 8 bits, else two, little endian.
///
/// # Errors
/// What the decoder does not know, and what is damaged.
pub(crate) fn decode(stream: &[u8], info: &StreamInfo) -> Result<Vec<u8>, Refusal> {
    let header = Header::read(stream)?;
    let image = header.grid.image;
    let size = (
        image.width(),
        image.height(),
        header.parameters.components.len(),
    );
    let told = (
        info.width as usize,
        info.height as usize,
        usize::from(info.components),
    );
    if size != told || (header.precision, header.signed) != (info.precision, info.signed) {
        return Err(damaged("its size changes"));
    }
    let mut canvas = Canvas::new(size, header.precision, header.signed);
    let mut decoder = BlockDecoder::new();
    let mut visits = Visits::of(stream.len());
    for (index, parts) in header.tiles.iter().enumerate() {
        if parts.ranges.is_empty() {
            return Err(damaged("a tile is missing"));
        }
        let work = (&mut decoder, &mut visits);
        let planes = decode_tile(stream, &header, index as u32, parts, work)?;
        canvas.put(planes, header.grid.tile_area(index as u32), image);
    }
    Ok(canvas.bytes)
}

/// The samples of one tile, by component.
fn decode_tile(
    stream: &[u8],
    header: &Header,
    index: u32,
    parts: &Parts,
    (decoder, visits): (&mut BlockDecoder, &mut Visits),
) -> Result<Vec<Plane>, Refusal> {
    let parameters = parts.parameters.as_deref().unwrap_or(&header.parameters);
    let pieces = parts
        .ranges
        .iter()
        .filter_map(|range| stream.get(range.clone()));
    let joined: Vec<u8>;
    let bytes = match parts.ranges.as_slice() {
        [only] => stream.get(only.clone()).unwrap_or_default(),
        _ => {
            joined = pieces.flatten().copied().collect();
            &joined
        }
    };
    let told = bytes.len() + parts.headers.as_ref().map_or(0, Vec::len);
    let area = header.grid.tile_area(index);
    let mut tile = Tile::new(area, parameters, header.precision, told)?;
    let mut packets = Packets {
        bytes,
        headers: parts.headers.as_deref(),
        parameters,
        at: 0,
        visits,
    };
    progression::walk(&mut tile, parameters, |tile, step| packets.read(tile, step))?;
    let mut planes = Vec::with_capacity(tile.components.len());
    for (component, coding) in tile.components.iter().zip(&parameters.components) {
        planes.push(Plane::new(component, coding, &tile, bytes, decoder)?);
    }
    if parameters.mixed {
        plane::unmix(&mut planes);
    }
    Ok(planes)
}
