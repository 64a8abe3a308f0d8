//! Coefficients to samples: quantisation, wavelet, component transform and level (ITU-T T.800 annexes E
//! to H), and the picture they go into.

use super::Refusal;
use super::block::{BlockCoding, BlockDecoder, MOST, Segment};
use super::coding::Component;
use super::damaged;
use super::grid::Area;
use super::tile::{Band, Block, Tile, TileComponent};
use super::wavelet::{Irreversible, Reversible, join};

/// Most bit planes of a block: doubled values must fit 32 bits.
const MOST_PLANES: u32 = 30;

/// The samples of one component of a tile, before the level is added.
pub(super) enum Plane {
    Whole(Vec<i32>),
    Real(Vec<f32>),
}

impl Plane {
    /// Decodes all blocks and joins the bands.
    pub(super) fn new(
        component: &TileComponent,
        coding: &Component,
        tile: &Tile,
        bytes: &[u8],
        decoder: &mut BlockDecoder,
    ) -> Result<Plane, Refusal> {
        let areas: Vec<Area> = component.resolutions.iter().map(|r| r.area).collect();
        let stride = tile.area.width();
        let count = stride.saturating_mul(tile.area.height());
        let source = Source {
            component,
            coding,
            tile,
            bytes,
            stride,
        };
        if coding.reversible {
            let mut numbers = vec![0_i32; count];
            source.each_block(decoder, |_, value| value / 2, &mut numbers)?;
            join::<Reversible>(&mut numbers, stride, &areas);
            Ok(Plane::Whole(numbers))
        } else {
            let mut numbers = vec![0_f32; count];
            let scaled = |band: &Band, value: i32| value as f32 * (band.step * 0.5);
            source.each_block(decoder, scaled, &mut numbers)?;
            join::<Irreversible>(&mut numbers, stride, &areas);
            Ok(Plane::Real(numbers))
        }
    }
}

/// Where the blocks of a component come from.
struct Source<'a> {
    component: &'a TileComponent,
    coding: &'a Component,
    tile: &'a Tile,
    bytes: &'a [u8],
    stride: usize,
}

impl Source<'_> {
    /// Decodes every block that has passes and puts what `number` makes of its doubled coefficients
    /// where the band lies.
    fn each_block<N: Copy>(
        &self,
        decoder: &mut BlockDecoder,
        number: impl Fn(&Band, i32) -> N,
        numbers: &mut [N],
    ) -> Result<(), Refusal> {
        let mut gathered = Vec::new();
        for resolution in &self.component.resolutions {
            let range = resolution.first..resolution.first + resolution.precincts();
            let precincts = self.tile.precincts.get(range).unwrap_or_default();
            for precinct in precincts.iter().flatten() {
                for (part, band) in precinct.bands.iter().zip(&resolution.bands) {
                    for block in &part.blocks {
                        self.block(decoder, band, block, &mut gathered, &number, numbers)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn block<N: Copy>(
        &self,
        decoder: &mut BlockDecoder,
        band: &Band,
        block: &Block,
        gathered: &mut Vec<u8>,
        number: impl Fn(&Band, i32) -> N,
        numbers: &mut [N],
    ) -> Result<(), Refusal> {
        let (width, height) = (block.area.width(), block.area.height());
        let planes = block.planes.unwrap_or(0);
        if planes == 0 || width * height == 0 {
            return Ok(());
        }
        if planes > MOST_PLANES || width * height > MOST {
            return Err(damaged("it has too many bit planes"));
        }
        let ranges = self.segment_bytes(block, gathered);
        let gathered = gathered.as_slice();
        let segments = ranges.iter().map(|(range, passes, is_gathered)| {
            let source = if *is_gathered { gathered } else { self.bytes };
            Segment {
                bytes: source.get(range.clone()).unwrap_or_default(),
                passes: *passes,
            }
        });
        let coding = BlockCoding {
            width,
            height,
            orientation: band.orientation,
            style: self.coding.style,
            planes,
        };
        decoder.decode(coding, segments);
        let x = band.corner[0] + (block.area.x0 - band.area.x0) as usize;
        let y = band.corner[1] + (block.area.y0 - band.area.y0) as usize;
        let rows = numbers.chunks_mut(self.stride.max(1)).skip(y);
        for (index, row) in rows.take(height).enumerate() {
            let targets = row.get_mut(x..).unwrap_or_default();
            for (target, value) in targets.iter_mut().zip(decoder.row(index, width)) {
                *target = number(band, self.lowered(value));
            }
        }
        Ok(())
    }

    /// Where the bytes of each segment lie: in the stream, or put together where several packets bring
    /// them.
    fn segment_bytes(
        &self,
        block: &Block,
        gathered: &mut Vec<u8>,
    ) -> Vec<(std::ops::Range<usize>, u32, bool)> {
        gathered.clear();
        let mut ranges = Vec::with_capacity(block.segments.len());
        for segment in &block.segments {
            ranges.push(match segment.pieces.as_slice() {
                [] => (0..0, segment.passes, false),
                [only] => (only.clone(), segment.passes, false),
                pieces => {
                    let start = gathered.len();
                    for piece in pieces {
                        gathered.extend(self.bytes.get(piece.clone()).unwrap_or_default());
                    }
                    (start..gathered.len(), segment.passes, true)
                }
            });
        }
        ranges
    }

    /// A coefficient of a raised region brought down again (H.1); values are doubled.
    #[inline(always)]
    fn lowered(&self, value: i32) -> i32 {
        let raised = u32::from(self.coding.raised);
        if raised == 0 {
            return value;
        }
        let size = value.unsigned_abs();
        if raised >= 31 || size >> (raised + 1) == 0 {
            return value;
        }
        let size = (size >> raised) as i32;
        if value < 0 { -size } else { size }
    }
}

/// Turns the first three components back into red, green and blue (G.2, G.3).
pub(super) fn unmix(planes: &mut [Plane]) {
    match planes {
        [
            Plane::Whole(first),
            Plane::Whole(second),
            Plane::Whole(third),
            ..,
        ] => {
            for ((y, u), v) in first.iter_mut().zip(second).zip(third) {
                let green = y.wrapping_sub(u.wrapping_add(*v) >> 2);
                (*y, *u, *v) = (v.wrapping_add(green), green, u.wrapping_add(green));
            }
        }
        [
            Plane::Real(first),
            Plane::Real(second),
            Plane::Real(third),
            ..,
        ] => {
            for ((y, cb), cr) in first.iter_mut().zip(second).zip(third) {
                let red = *y + *cr * 1.402;
                let green = *y - *cb * 0.344_13 - *cr * 0.714_14;
                let blue = *y + *cb * 1.772;
                (*y, *cb, *cr) = (red, green, blue);
            }
        }
        _ => {}
    }
}

/// The bytes of the whole picture.
pub(super) struct Canvas {
    pub(super) bytes: Vec<u8>,
    width: usize,
    components: usize,
    /// Bytes of a sample.
    wide: usize,
    level: i32,
    range: (i32, i32),
}

impl Canvas {
    pub(super) fn new(
        (width, height, components): (usize, usize, usize),
        precision: u8,
        signed: bool,
    ) -> Canvas {
        let wide = if precision > 8 { 2 } else { 1 };
        let half = 1_i32 << (precision.clamp(1, 30) - 1);
        let (level, range) = if signed {
            (0, (-half, half - 1))
        } else {
            (half, (0, 2 * half - 1))
        };
        Canvas {
            bytes: vec![0; width * height * components * wide],
            width,
            components,
            wide,
            level,
            range,
        }
    }

    /// Puts a tile into its place.
    pub(super) fn put(&mut self, planes: Vec<Plane>, tile: Area, image: Area) {
        let (x, y) = ((tile.x0 - image.x0) as usize, (tile.y0 - image.y0) as usize);
        let (low, high) = self.range;
        for (index, plane) in planes.into_iter().enumerate() {
            match plane {
                Plane::Whole(numbers) => {
                    let level = self.level;
                    let sample = |value: i32| value.saturating_add(level).clamp(low, high);
                    self.put_plane(&numbers, index, (x, y), tile, sample);
                }
                Plane::Real(numbers) => {
                    let level = i64::from(self.level);
                    let sample = |value: f32| {
                        let value = value.round_ties_even() as i64 + level;
                        value.clamp(i64::from(low), i64::from(high)) as i32
                    };
                    self.put_plane(&numbers, index, (x, y), tile, sample);
                }
            }
        }
    }

    fn put_plane<N: Copy>(
        &mut self,
        numbers: &[N],
        component: usize,
        (x, y): (usize, usize),
        tile: Area,
        sample: impl Fn(N) -> i32,
    ) {
        let pixel = self.components * self.wide;
        let rows = self.bytes.chunks_mut((self.width * pixel).max(1)).skip(y);
        for (row, numbers) in rows.zip(numbers.chunks(tile.width().max(1))) {
            let targets = row.get_mut(x * pixel..).unwrap_or_default();
            match (self.wide, self.components) {
                (2, 1) => {
                    let (pairs, _) = targets.as_chunks_mut::<2>();
                    for (target, number) in pairs.iter_mut().zip(numbers) {
                        *target = (sample(*number) as u16).to_le_bytes();
                    }
                }
                _ => {
                    for (target, number) in targets.chunks_mut(pixel).zip(numbers) {
                        let bytes = (sample(*number) as u16).to_le_bytes();
                        let target = target.get_mut(component * self.wide..).unwrap_or_default();
                        for (place, byte) in target.iter_mut().take(self.wide).zip(bytes) {
                            *place = byte;
                        }
                    }
                }
            }
        }
    }
}
