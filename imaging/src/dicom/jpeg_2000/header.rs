//! The headers of a code stream (ITU-T T.800 annex A), and where the packets of its tiles lie.

use super::coding::{COC, COD, Component, Fields, Order, POC, Parameters, QCC, QCD, RGN, cut};
use super::grid::Grid;
use super::{Refusal, damaged};
use std::ops::Range;

const PPM: u16 = 0xFF60;
const PPT: u16 = 0xFF61;
const SOT: u16 = 0xFF90;
const SOD: u16 = 0xFF93;
const EOC: u16 = 0xFFD9;
/// Extended capabilities: the high-throughput coder.
const CAP: u16 = 0xFF50;

/// What the stream holds of one tile.
#[derive(Default)]
pub(super) struct Parts {
    /// Where the packets of each tile part lie.
    pub(super) ranges: Vec<Range<usize>>,
    /// Packet headers that are kept apart (PPT, or this tile's of PPM).
    pub(super) headers: Option<Vec<u8>>,
    /// What the tile's own header says otherwise.
    pub(super) parameters: Option<Box<Parameters>>,
    /// Whether these have order changes of their own.
    has_changes: bool,
}

/// What a code stream says of itself.
pub(super) struct Header {
    pub(super) grid: Grid,
    /// Bits and sign of the samples, the same for all components.
    pub(super) precision: u8,
    pub(super) signed: bool,
    pub(super) parameters: Parameters,
    /// By tile number.
    pub(super) tiles: Vec<Parts>,
}

impl Header {
    /// Reads the main header and all tile-part headers.
    ///
    /// # Errors
    /// Extensions, and what is damaged.
    pub(super) fn read(stream: &[u8]) -> Result<Header, Refusal> {
        let mut reader = Reader { stream, at: 2 };
        let (marker, size) = reader.segment()?;
        if marker != 0xFF51 {
            return Err(damaged("its size is missing"));
        }
        let mut header = read_size(size)?;
        let mut packed = Numbered::default();
        let start = loop {
            let (marker, body) = reader.segment()?;
            match marker {
                SOT => break body,
                CAP => return Err(Refusal::Unknown),
                PPM => packed.add(body)?,
                SOD | EOC => return Err(damaged("its tiles are missing")),
                _ => header.parameters.apply(marker, body)?,
            }
        };
        header.parameters.check()?;
        header.read_tile_parts(&mut reader, start, packed)?;
        Ok(header)
    }

    /// The reader stands behind the first SOT segment, which is `start`.
    fn read_tile_parts<'a>(
        &mut self,
        reader: &mut Reader<'a>,
        mut start: &'a [u8],
        packed: Numbered,
    ) -> Result<(), Refusal> {
        let count = u64::from(self.grid.tiles_across()) * u64::from(self.grid.tiles_down());
        // a tile part has at least its head
        if count > reader.stream.len() as u64 / 12 {
            return Err(damaged("it promises more tiles than its bytes can hold"));
        }
        self.tiles.resize_with(count as usize, Parts::default);
        let packed = packed.joined();
        let mut packed = packed.as_deref().map(Fields);
        loop {
            self.read_tile_part(reader, start, packed.as_mut())?;
            match reader.segment() {
                Ok((SOT, next)) => start = next,
                // the end is often left out
                Ok((EOC, _)) | Err(_) => return Ok(()),
                Ok(_) => return Err(damaged("a tile part has a wrong length")),
            }
        }
    }

    fn read_tile_part(
        &mut self,
        reader: &mut Reader<'_>,
        start: &[u8],
        packed: Option<&mut Fields<'_>>,
    ) -> Result<(), Refusal> {
        let begin = reader.at.saturating_sub(4 + start.len());
        let mut fields = Fields(start);
        let index = usize::from(fields.short()?);
        let length = fields.number::<4>()? as usize;
        let end = match length {
            0 => before_end(reader.stream),
            _ => begin + length,
        };
        let main = &self.parameters;
        let tile = self.tiles.get_mut(index);
        let tile = tile.ok_or_else(|| damaged("a tile is not in the picture"))?;
        let mut headers = Numbered::default();
        let mut says_more = false;
        loop {
            let (marker, body) = reader.segment()?;
            match marker {
                SOD => break,
                PPT => headers.add(body)?,
                COD | COC | QCD | QCC | RGN | POC => {
                    says_more = true;
                    let own = tile
                        .parameters
                        .get_or_insert_with(|| Box::new(main.for_tile()));
                    if marker == POC && !tile.has_changes {
                        own.changes.clear();
                        tile.has_changes = true;
                    }
                    own.apply(marker, body)?;
                }
                _ => {}
            }
        }
        if let Some(own) = tile.parameters.as_deref().filter(|_| says_more) {
            own.check()?;
        }
        if let Some(all) = packed {
            let length = all.number::<4>()? as usize;
            let (these, rest) = all.0.split_at_checked(length).ok_or_else(cut)?;
            all.0 = rest;
            tile.headers.get_or_insert_default().extend(these);
        }
        if let Some(these) = headers.joined() {
            tile.headers.get_or_insert_default().extend(these);
        }
        if end > reader.stream.len() || reader.at > end {
            return Err(damaged("its data are cut"));
        }
        tile.ranges.push(reader.at..end);
        reader.at = end;
        Ok(())
    }
}

/// Where the last tile part ends that leaves its length open: before the closing marker, which a byte of
/// padding may follow.
fn before_end(stream: &[u8]) -> usize {
    let mark = stream
        .windows(2)
        .rev()
        .take(2)
        .position(|pair| pair == [0xFF, 0xD9]);
    stream.len() - mark.map_or(0, |behind| behind + 2)
}

/// Goes from segment to segment.
struct Reader<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next marker and its segment, which is empty for markers that have none.
    fn segment(&mut self) -> Result<(u16, &'a [u8]), Refusal> {
        let rest = self.stream.get(self.at..).unwrap_or_default();
        let mut fields = Fields(rest);
        let marker = fields.short()?;
        if marker == SOD || marker == EOC {
            self.at += 2;
            return Ok((marker, &[]));
        }
        if marker < 0xFF00 {
            return Err(damaged("a marker is missing"));
        }
        let length = usize::from(fields.short()?);
        let body = rest.get(4..2 + length.max(2)).ok_or_else(cut)?;
        self.at += 2 + length.max(2);
        Ok((marker, body))
    }
}

/// Segments that are put together by their numbers (A.7.4, A.7.5).
#[derive(Default)]
struct Numbered(Vec<(u8, Vec<u8>)>);

impl Numbered {
    fn add(&mut self, body: &[u8]) -> Result<(), Refusal> {
        let (number, bytes) = body.split_first().ok_or_else(cut)?;
        self.0.push((*number, bytes.to_vec()));
        Ok(())
    }

    fn joined(mut self) -> Option<Vec<u8>> {
        self.0.sort_by_key(|(number, _)| *number);
        let all: Vec<u8> = self.0.into_iter().flat_map(|(_, bytes)| bytes).collect();
        (!all.is_empty()).then_some(all)
    }
}

fn read_size(body: &[u8]) -> Result<Header, Refusal> {
    let mut fields = Fields(body);
    // bit 15: extensions of T.801, bit 14: the high-throughput coder
    if fields.short()? & 0xC000 != 0 {
        return Err(Refusal::Unknown);
    }
    let mut grid = Grid::default();
    let mut long = || fields.number::<4>();
    (grid.image.x1, grid.image.y1) = (long()?, long()?);
    (grid.image.x0, grid.image.y0) = (long()?, long()?);
    grid.tile = [long()?, long()?];
    grid.first_tile = [long()?, long()?];
    let Grid {
        image,
        tile,
        first_tile: [x, y],
    } = grid;
    let reaches = |first: u32, size: u32, start: u32| {
        first <= start && u64::from(first) + u64::from(size) > u64::from(start)
    };
    if image.is_empty() || !reaches(x, tile[0], image.x0) || !reaches(y, tile[1], image.y0) {
        return Err(damaged("its size makes no sense"));
    }
    let count = fields.short()?;
    let mut depth = None;
    for _ in 0..count {
        let own = fields.byte()?;
        if (fields.byte()?, fields.byte()?) != (1, 1) || depth.is_some_and(|depth| depth != own) {
            return Err(Refusal::Unknown);
        }
        depth = Some(own);
    }
    let depth = depth.unwrap_or(0);
    let components = vec![Component::default(); usize::from(count)];
    Ok(Header {
        grid,
        precision: (depth & 0x7F) + 1,
        signed: depth & 0x80 != 0,
        parameters: Parameters {
            order: Order::default(),
            has_starts: false,
            has_ends: false,
            mixed: false,
            components,
            changes: Vec::new(),
        },
        tiles: Vec::new(),
    })
}
