//! Packets: which code blocks gain how many passes in which bytes (ITU-T T.800 B.9, B.10).

use super::Refusal;
use super::block::style;
use super::coding::Parameters;
use super::damaged;
use super::progression::Step;
use super::tag_tree::HeaderBits;
use super::tile::{Block, BlockSegment, PrecinctBand, Tile};
use std::ops::ControlFlow;

/// Most passes of one block: three for each of 55 planes, less two.
const MOST_PASSES: u32 = 164;

/// What a frame may ask for whatever its bytes: half a second.
const FREE_VISITS: u64 = 1 << 28;

/// What a frame may ask for besides with each of its bytes. Radiographs ask for about a hundred; a block of one
/// bright point amid nothing, which ten bytes tell of, for eighteen thousand.
const VISITS_OF_A_BYTE: u64 = 1 << 14;

/// How many visits of a pass to a coefficient a frame may still ask for.
///
/// A block of 4096 coefficients and a hundred passes fits three bytes, so a frame of some kilobytes could keep a
/// processor for minutes; memory is bound by the samples, but time is not.
pub(super) struct Visits(u64);

impl Visits {
    /// For a frame of `bytes`.
    pub(super) fn of(bytes: usize) -> Visits {
        Visits(FREE_VISITS.saturating_add((bytes as u64).saturating_mul(VISITS_OF_A_BYTE)))
    }

    /// Takes what a block's new `passes` ask for.
    fn take(&mut self, block: &Block, passes: u32) -> Result<(), Refusal> {
        let wanted = (block.area.width() * block.area.height()) as u64 * u64::from(passes);
        let left = self.0.checked_sub(wanted);
        self.0 = left.ok_or_else(|| damaged("it promises more passes than its bytes can hold"))?;
        Ok(())
    }
}

/// Reads packets from a tile's bytes.
pub(super) struct Packets<'a> {
    pub(super) bytes: &'a [u8],
    /// Packet headers, where they are kept apart.
    pub(super) headers: Option<&'a [u8]>,
    pub(super) parameters: &'a Parameters,
    /// Place among `bytes`.
    pub(super) at: usize,
    pub(super) visits: &'a mut Visits,
}

/// A block's part in a packet.
struct Part {
    block: usize,
    segment: usize,
    length: usize,
}

impl Packets<'_> {
    /// Reads the next packet into the tile; breaks where no packet is left.
    pub(super) fn read(
        &mut self,
        tile: &mut Tile,
        step: &Step,
    ) -> Result<ControlFlow<()>, Refusal> {
        let component = tile.components.get(step.component);
        let resolution = component.and_then(|c| c.resolutions.get(step.resolution));
        let Some(resolution) = resolution else {
            return Ok(ControlFlow::Continue(()));
        };
        let number = resolution.first + step.precinct;
        let coding = self.parameters.components.get(step.component);
        let block_style = coding.map_or(0, |coding| coding.style);
        let Some(place) = tile.precincts.get_mut(number) else {
            return Ok(ControlFlow::Continue(()));
        };
        let layers = place.as_ref().map_or(0, |precinct| precinct.layers);
        if step.layer < layers {
            // an earlier progression has brought it
            return Ok(ControlFlow::Continue(()));
        }
        if self.is_over() {
            return Ok(ControlFlow::Break(()));
        }
        let precinct = place.get_or_insert_with(|| Box::new(resolution.precinct(step.precinct)));
        precinct.layers = step.layer + 1;
        if self.bytes.get(self.at..self.at + 2) == Some(&[0xFF, 0x91]) && self.parameters.has_starts
        {
            self.at += 6;
        }
        let planes: Vec<u32> = resolution.bands.iter().map(|band| band.planes).collect();
        let source = match self.headers {
            Some(headers) => headers,
            None => self.bytes.get(self.at..).unwrap_or_default(),
        };
        let mut bits = HeaderBits::new(source);
        let mut parts = Vec::new();
        if bits.bit() == 1 {
            for (index, (band, planes)) in precinct.bands.iter_mut().zip(planes).enumerate() {
                let mut header = BandHeader {
                    bits: &mut bits,
                    planes,
                    layer: step.layer,
                    style: block_style,
                    visits: self.visits,
                };
                header.read(band, |part| parts.push((index, part)))?;
            }
        }
        if bits.is_over {
            return Err(damaged("its data are cut"));
        }
        self.pass_header(bits.finish());
        for (band, part) in parts {
            let end = self.at.saturating_add(part.length);
            if end > self.bytes.len() {
                return Err(damaged("its data are cut"));
            }
            let band = precinct.bands.get_mut(band);
            let block = band.and_then(|band| band.blocks.get_mut(part.block));
            let segment = block.and_then(|block| block.segments.get_mut(part.segment));
            if let Some(segment) = segment
                && part.length > 0
            {
                segment.pieces.push(self.at..end);
            }
            self.at = end;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn is_over(&self) -> bool {
        match self.headers {
            Some(headers) => headers.is_empty(),
            None => self.at >= self.bytes.len(),
        }
    }

    /// Goes behind a header of `length` bytes and its closing marker.
    fn pass_header(&mut self, length: usize) {
        let after = |bytes: &[u8]| {
            let is_marked = self.parameters.has_ends && bytes.starts_with(&[0xFF, 0x92]);
            if is_marked { 2 } else { 0 }
        };
        match self.headers {
            Some(headers) => {
                let rest = headers.get(length..).unwrap_or_default();
                self.headers = Some(rest.get(after(rest)..).unwrap_or_default());
            }
            None => {
                self.at += length;
                self.at += after(self.bytes.get(self.at..).unwrap_or_default());
            }
        }
    }
}

/// What a packet header says of one band.
struct BandHeader<'b, 's> {
    bits: &'b mut HeaderBits<'s>,
    /// Bit planes of the band.
    planes: u32,
    layer: u16,
    /// Code block style.
    style: u8,
    visits: &'b mut Visits,
}

impl BandHeader<'_, '_> {
    /// Which blocks gain how much (B.10.3 to B.10.7).
    fn read(
        &mut self,
        band: &mut PrecinctBand,
        mut found: impl FnMut(Part),
    ) -> Result<(), Refusal> {
        let across = band.across.max(1);
        for (number, block) in band.blocks.iter_mut().enumerate() {
            let place = (number % across, number / across);
            let is_here = if block.planes.is_some() {
                self.bits.bit() == 1
            } else {
                let limit = u32::from(self.layer) + 1;
                band.inclusion.below(self.bits, place, limit).is_some()
            };
            if !is_here {
                continue;
            }
            if block.planes.is_none() {
                // no band has so many planes
                let empty = band.empty_planes.below(self.bits, place, 256);
                let empty = empty.ok_or_else(|| damaged("a packet is damaged"))?;
                block.planes = Some(self.planes.saturating_sub(empty));
            }
            let before = block.coded_passes();
            read_lengths(self.bits, block, self.style, |segment, length| {
                found(Part {
                    block: number,
                    segment,
                    length,
                });
            })?;
            self.visits.take(block, block.coded_passes() - before)?;
        }
        Ok(())
    }
}

/// New passes of a block and the lengths of their segments (B.10.6, B.10.7).
fn read_lengths(
    bits: &mut HeaderBits<'_>,
    block: &mut Block,
    style: u8,
    mut found: impl FnMut(usize, usize),
) -> Result<(), Refusal> {
    let mut passes = read_passes(bits);
    while bits.bit() == 1 {
        block.length_bits += 1;
        if block.length_bits > 32 {
            return Err(damaged("a packet is damaged"));
        }
    }
    if block.passes() + passes > MOST_PASSES {
        return Err(damaged("a packet is damaged"));
    }
    while passes > 0 {
        if block
            .segments
            .last()
            .is_none_or(|last| last.passes == last.most)
        {
            block.segments.push(BlockSegment {
                passes: 0,
                most: most_passes(style, block.segments.last().map(|last| last.most)),
                pieces: Vec::new(),
            });
        }
        let index = block.segments.len() - 1;
        let Some(segment) = block.segments.last_mut() else {
            break;
        };
        let here = passes.min(segment.most - segment.passes);
        let width = block.length_bits + here.ilog2();
        if width > 32 {
            return Err(damaged("a packet is damaged"));
        }
        segment.passes += here;
        found(index, bits.number(width) as usize);
        passes -= here;
    }
    Ok(())
}

/// How many passes the segment after one of `before` holds (D.4, D.6).
fn most_passes(style: u8, before: Option<u32>) -> u32 {
    if style & style::TERMINATE != 0 {
        return 1;
    }
    if style & style::BYPASS == 0 {
        return MOST_PASSES;
    }
    match before {
        None => 10,
        Some(1 | 10) => 2,
        Some(_) => 1,
    }
}

/// Table B.4.
fn read_passes(bits: &mut HeaderBits<'_>) -> u32 {
    if bits.bit() == 0 {
        return 1;
    }
    if bits.bit() == 0 {
        return 2;
    }
    match bits.number(2) {
        3 => match bits.number(5) {
            31 => 37 + bits.number(7),
            more => 6 + more,
        },
        more => 3 + more,
    }
}
