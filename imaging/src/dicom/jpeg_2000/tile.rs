//! How a tile is divided: components, resolutions, bands, precincts, code blocks (ITU-T T.800 annex B).

use super::coding::{Component, Parameters};
use super::grid::Area;
use super::tag_tree::TagTree;
use super::{Refusal, damaged};
use std::ops::Range;

/// A tile with the packets that were read.
pub(super) struct Tile {
    pub(super) area: Area,
    pub(super) components: Vec<TileComponent>,
    /// Precincts of all components and resolutions; made when their first packet comes.
    pub(super) precincts: Vec<Option<Box<Precinct>>>,
}

/// One component of a tile.
pub(super) struct TileComponent {
    pub(super) resolutions: Vec<Resolution>,
}

/// One resolution: everything up to its level of detail.
pub(super) struct Resolution {
    pub(super) area: Area,
    pub(super) bands: Vec<Band>,
    /// Exponents of the precinct size.
    pub(super) size: [u8; 2],
    /// Precincts across and down.
    pub(super) count: [u32; 2],
    /// Number of the first precinct among [`Tile::precincts`].
    pub(super) first: usize,
    /// Exponents of the code block size.
    block: [u8; 2],
}

/// One band of a resolution.
#[derive(Clone, Copy)]
pub(super) struct Band {
    /// 0 LL, 1 HL, 2 LH, 3 HH.
    pub(super) orientation: u8,
    pub(super) area: Area,
    /// Where its first coefficient lies when all bands are put side by side.
    pub(super) corner: [usize; 2],
    /// Bit planes of its coefficients, with those of a raised region.
    pub(super) planes: u32,
    /// Size of a quantisation step.
    pub(super) step: f32,
}

/// The code blocks of one precinct, by band.
pub(super) struct Precinct {
    pub(super) bands: Vec<PrecinctBand>,
    /// Packets that were read.
    pub(super) layers: u16,
}

/// The code blocks of one band in one precinct.
pub(super) struct PrecinctBand {
    pub(super) blocks: Vec<Block>,
    /// Blocks in a row.
    pub(super) across: usize,
    pub(super) inclusion: TagTree,
    pub(super) empty_planes: TagTree,
}

/// A code block and where its bytes lie.
pub(super) struct Block {
    pub(super) area: Area,
    /// Bit planes that are coded; `None` before the first packet that holds it.
    pub(super) planes: Option<u32>,
    /// Bits of a length (B.10.7.1).
    pub(super) length_bits: u32,
    pub(super) segments: Vec<BlockSegment>,
}

/// A code-word segment, in pieces where several layers hold it.
pub(super) struct BlockSegment {
    pub(super) passes: u32,
    pub(super) most: u32,
    pub(super) pieces: Vec<Range<usize>>,
}

impl Block {
    /// Passes that packets have brought.
    pub(super) fn passes(&self) -> u32 {
        self.segments.iter().map(|segment| segment.passes).sum()
    }

    /// Those among them that are decoded: a cleanup pass for the first plane, three for each other (D.3).
    pub(super) fn coded_passes(&self) -> u32 {
        let most = (3 * self.planes.unwrap_or(0)).saturating_sub(2);
        self.passes().min(most)
    }
}

fn ceil_shift(value: u32, shift: u32) -> u32 {
    let value = u64::from(value) + (1_u64 << shift.min(32)) - 1;
    (value >> shift.min(32)) as u32
}

/// B.5: the part of a band that a tile component covers.
fn band_area(area: Area, halvings: u32, orientation: u8) -> Area {
    let [right, down] = [orientation & 1, orientation >> 1].map(u64::from);
    let place = |value: u32, is_high: u64| {
        if halvings == 0 {
            return value;
        }
        let half = is_high << (halvings - 1);
        let size = 1_u64 << halvings;
        (u64::from(value).saturating_sub(half)).div_ceil(size) as u32
    };
    Area {
        x0: place(area.x0, right),
        y0: place(area.y0, down),
        x1: place(area.x1, right),
        y1: place(area.y1, down),
    }
}

impl Tile {
    /// Divides a tile.
    ///
    /// # Errors
    /// More precincts than `bytes` of packets could tell of, or than samples make worth while.
    pub(super) fn new(
        area: Area,
        parameters: &Parameters,
        precision: u8,
        bytes: usize,
    ) -> Result<Tile, Refusal> {
        let mut count = 0;
        // one costs more memory than 8 × 8 samples do, so most may not be smaller than that
        let samples = (area.width() * area.height()) as u64 * parameters.components.len() as u64;
        let most = (bytes as u64).saturating_mul(8).min(samples / 64) + (1 << 12);
        let mut components = Vec::new();
        for component in &parameters.components {
            let mut resolutions = Vec::new();
            for index in 0..=component.levels {
                let resolution = Resolution::new(area, component, index, precision, count as usize);
                count += u64::from(resolution.count[0]) * u64::from(resolution.count[1]);
                if count > most {
                    return Err(damaged("it promises more packets than its bytes can hold"));
                }
                resolutions.push(resolution);
            }
            components.push(TileComponent { resolutions });
        }
        let mut precincts = Vec::new();
        precincts.resize_with(count as usize, || None);
        Ok(Tile {
            area,
            components,
            precincts,
        })
    }
}

impl Resolution {
    fn new(
        tile: Area,
        component: &Component,
        index: u8,
        precision: u8,
        first: usize,
    ) -> Resolution {
        let halvings = u32::from(component.levels - index);
        let area = band_area(tile, halvings, 0);
        let sizes = component.precincts.get(usize::from(index));
        let sizes = sizes.copied().unwrap_or(0xFF);
        let size = [sizes & 15, sizes >> 4];
        let count = |start: u32, end: u32, size: u8| {
            if area.is_empty() {
                0
            } else {
                ceil_shift(end, u32::from(size)) - (start >> size)
            }
        };
        // a band of a higher resolution has half as many coefficients each way
        let fitting = |wanted: u8, limit: u8| wanted.min(limit - u8::from(index > 0).min(limit));
        let block = [
            fitting(component.block[0], size[0]),
            fitting(component.block[1], size[1]),
        ];
        Resolution {
            area,
            bands: Band::all(tile, component, index, precision),
            size,
            count: [
                count(area.x0, area.x1, size[0]),
                count(area.y0, area.y1, size[1]),
            ],
            first,
            block,
        }
    }

    /// Number of its precincts.
    pub(super) fn precincts(&self) -> usize {
        self.count[0] as usize * self.count[1] as usize
    }

    /// The code blocks of precinct `index` (B.6, B.7).
    pub(super) fn precinct(&self, index: usize) -> Precinct {
        let across = self.count[0].max(1) as usize;
        let bands = self.bands.iter().map(|band| {
            let halved = u8::from(band.orientation != 0);
            let range = |size: u8, start: u32, place: usize, (low, high): (u32, u32)| {
                let number = u64::from(start >> size) + place as u64;
                let size = size - halved.min(size);
                let clip = |value: u64| value.clamp(u64::from(low), u64::from(high)) as u32;
                (clip(number << size), clip((number + 1) << size))
            };
            let (area, within) = (self.area, band.area);
            let columns = (within.x0, within.x1.max(within.x0));
            let rows = (within.y0, within.y1.max(within.y0));
            let (x0, x1) = range(self.size[0], area.x0, index % across, columns);
            let (y0, y1) = range(self.size[1], area.y0, index / across, rows);
            PrecinctBand::new(Area { x0, y0, x1, y1 }, self.block)
        });
        Precinct {
            bands: bands.collect(),
            layers: 0,
        }
    }
}

impl Band {
    /// The bands that resolution `index` adds: LL, or HL, LH and HH.
    fn all(tile: Area, component: &Component, index: u8, precision: u8) -> Vec<Band> {
        let orientations = if index == 0 { 0..=0_u8 } else { 1..=3 };
        let halvings = component.levels - index + u8::from(index > 0);
        let below = band_area(tile, u32::from(halvings), 0);
        orientations
            .map(|orientation| {
                let number = match index {
                    0 => 0,
                    _ => 3 * usize::from(index - 1) + usize::from(orientation),
                };
                let (exponent, mantissa) = component.step(number);
                let planes = i32::from(component.guard) + exponent - 1;
                // the wavelet below doubles high bands itself, so no band has a gain (E.1.1)
                let step = (1.0 + f64::from(mantissa) / 2048.0)
                    * f64::from(i32::from(precision) - exponent).exp2();
                Band {
                    orientation,
                    area: band_area(tile, u32::from(halvings), orientation),
                    corner: [
                        below.width() * usize::from(orientation & 1),
                        below.height() * usize::from(orientation >> 1),
                    ],
                    planes: planes.max(0) as u32 + u32::from(component.raised),
                    step: step as f32,
                }
            })
            .collect()
    }
}

impl PrecinctBand {
    fn new(area: Area, size: [u8; 2]) -> PrecinctBand {
        let [width, height] = size.map(u32::from);
        let mut blocks = Vec::new();
        let mut across = 0;
        if !area.is_empty() {
            let columns = area.x0 >> width..ceil_shift(area.x1, width);
            let rows = area.y0 >> height..ceil_shift(area.y1, height);
            across = columns.len();
            for row in rows {
                for column in columns.clone() {
                    let clip = |number: u32, size: u32, low: u32, high: u32| {
                        (u64::from(number) << size).clamp(u64::from(low), u64::from(high)) as u32
                    };
                    blocks.push(Block {
                        area: Area {
                            x0: clip(column, width, area.x0, area.x1),
                            y0: clip(row, height, area.y0, area.y1),
                            x1: clip(column + 1, width, area.x0, area.x1),
                            y1: clip(row + 1, height, area.y0, area.y1),
                        },
                        planes: None,
                        length_bits: 3,
                        segments: Vec::new(),
                    });
                }
            }
        }
        let down = blocks.len() / across.max(1);
        PrecinctBand {
            inclusion: TagTree::new(across, down),
            empty_planes: TagTree::new(across, down),
            blocks,
            across,
        }
    }
}
