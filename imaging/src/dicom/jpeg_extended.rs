//! JPEG Extended with 12-bit samples, sequential, Huffman coded (ITU-T T.81 F.2), one component or
//! three: the one JPEG process of DICOM that the common decoders leave out.

use super::bit_window::BitWindow;
use super::jpeg_huffman::{Huffman, HuffmanTables, extend};
use super::jpeg_marker::{FrameHeader, ScanHeader, next_segment, restart_interval};
use std::f64::consts::PI;

/// Order in which coefficients are coded (T.81 figure A.6).
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Decodes a frame of `width` × `height` pixels of `components` samples, which the caller has
/// checked against the stream's own header; the result is 16-bit little endian, samples of a pixel
/// together.
///
/// # Errors
/// A sentence about what is damaged or another process.
pub(crate) fn decode(
    bytes: &[u8],
    width: usize,
    height: usize,
    components: usize,
) -> Result<Vec<u8>, &'static str> {
    let mut tables = Tables::default();
    let mut picture: Option<Picture> = None;
    let mut decoded = 0;
    let mut rest = bytes;
    while decoded < components {
        let segment = next_segment(rest)?;
        rest = segment.after;
        match segment.marker {
            0xC1 if picture.is_some() => return Err("it has two frame headers"),
            0xC1 => {
                let header = FrameHeader::read(segment.body)?;
                if !header.is(width, height, components) || header.precision != 12 {
                    return Err("its size or depth changes");
                }
                picture = Some(Picture::new(&header)?);
            }
            0xC4 => tables.huffman.define(segment.body)?,
            0xC2 => return Err("its process is progressive, which is read for 8 bits only"),
            0xC0..=0xCF => return Err("its process is not sequential Huffman coding"),
            0xDB => tables.quantisation(segment.body)?,
            0xDD => tables.restart = restart_interval(segment.body),
            0xDA => {
                let scan = ScanHeader::read(segment.body)?;
                decoded += scan.components.len();
                let picture = picture.as_mut().ok_or("its frame header is missing")?;
                rest = picture.scan(&tables, &scan, rest)?;
            }
            _ => {}
        }
    }
    Ok(picture.map(|picture| picture.bytes()).unwrap_or_default())
}

/// One component: its samples in whole blocks.
struct Plane {
    identifier: u8,
    /// Horizontal and vertical sampling factors.
    factors: [usize; 2],
    /// Place of its quantisation table.
    steps: usize,
    /// Samples of a row, a multiple of 8.
    stride: usize,
    samples: Vec<u16>,
    /// Blocks across and down that hold samples of the picture.
    blocks: [usize; 2],
}

/// The tables defined so far.
#[derive(Default)]
struct Tables {
    steps: [Option<[u16; 64]>; 4],
    huffman: HuffmanTables,
    restart: usize,
}

impl Tables {
    fn quantisation(&mut self, mut segment: &[u8]) -> Result<(), &'static str> {
        while let Some((&head, rest)) = segment.split_first() {
            let width = if head >> 4 == 0 { 1 } else { 2 };
            let values = rest
                .get(..64 * width)
                .ok_or("a quantisation table is cut")?;
            let mut table = [0_u16; 64];
            for (place, value) in table.iter_mut().zip(values.chunks_exact(width)) {
                *place = value
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | u16::from(*byte));
            }
            let slot = self.steps.get_mut(usize::from(head & 15));
            *slot.ok_or("a quantisation table has no place")? = Some(table);
            segment = rest.get(64 * width..).unwrap_or_default();
        }
        Ok(())
    }
}

/// The tables of one component of a scan, and where it stands.
struct Coded<'a> {
    plane: usize,
    dc: &'a Huffman,
    ac: &'a Huffman,
    steps: &'a [u16; 64],
    last_dc: i32,
    /// Blocks of a unit, across and down.
    blocks: [usize; 2],
}

/// The picture on its way.
struct Picture {
    width: usize,
    height: usize,
    /// Largest sampling factors.
    factors: [usize; 2],
    planes: Vec<Plane>,
    cosines: [[f32; 8]; 8],
}

impl Picture {
    /// Planes as large as the frame's units ask for (T.81 A.1.1, A.2.4).
    fn new(header: &FrameHeader) -> Result<Self, &'static str> {
        let factors =
            |[_, factors, _]: &[u8; 3]| [usize::from(factors >> 4), usize::from(factors & 15)];
        let all: Vec<[usize; 2]> = header.components.iter().map(factors).collect();
        let is_sound = |[a, b]: &[usize; 2]| [1, 2, 4].contains(a) && [1, 2, 4].contains(b);
        if !all.iter().all(is_sound) {
            return Err("its sampling factors are not supported");
        }
        let [h, v] = all
            .iter()
            .fold([1, 1], |[a, b], [h, v]| [a.max(*h), b.max(*v)]);
        let [across, down] = [header.width.div_ceil(8 * h), header.height.div_ceil(8 * v)];
        let plane = |([identifier, _, steps], [own_h, own_v]): (&[u8; 3], [usize; 2])| Plane {
            identifier: *identifier,
            factors: [own_h, own_v],
            steps: usize::from(*steps),
            stride: across * own_h * 8,
            samples: vec![0; across * own_h * 8 * down * own_v * 8],
            blocks: [
                (header.width * own_h).div_ceil(8 * h),
                (header.height * own_v).div_ceil(8 * v),
            ],
        };
        Ok(Picture {
            width: header.width,
            height: header.height,
            factors: [h, v],
            planes: header.components.iter().zip(all).map(plane).collect(),
            cosines: cosines(),
        })
    }

    /// Decodes one scan; what follows its data is handed back.
    fn scan<'a>(
        &mut self,
        tables: &Tables,
        scan: &ScanHeader,
        data: &'a [u8],
    ) -> Result<&'a [u8], &'static str> {
        let mut coded = self.select(tables, scan)?;
        // a component alone has units of one block and no blocks beyond its edge
        let units = match coded.as_mut_slice() {
            [only] => {
                only.blocks = [1, 1];
                self.planes
                    .get(only.plane)
                    .map_or([0, 0], |plane| plane.blocks)
            }
            _ => [
                self.width.div_ceil(8 * self.factors[0]),
                self.height.div_ceil(8 * self.factors[1]),
            ],
        };
        let mut bits = BitWindow::new(data);
        for unit in 0..units[0] * units[1] {
            if tables.restart > 0 && unit > 0 && unit.is_multiple_of(tables.restart) {
                bits.restart()?;
                coded.iter_mut().for_each(|component| component.last_dc = 0);
            }
            let (x, y) = (unit % units[0], unit / units[0]);
            for component in &mut coded {
                let [across, down] = component.blocks;
                for block in 0..across * down {
                    let values = coefficients(&mut bits, component)?;
                    let samples = inverse_transform(&values, &self.cosines);
                    if let Some(plane) = self.planes.get_mut(component.plane) {
                        plane.put(
                            &samples,
                            x * across + block % across,
                            y * down + block / across,
                        );
                    }
                }
            }
            if bits.is_beyond() {
                return Err("its data are cut");
            }
        }
        Ok(bits.rest())
    }

    /// The planes and tables that a scan names.
    fn select<'t>(
        &self,
        tables: &'t Tables,
        scan: &ScanHeader,
    ) -> Result<Vec<Coded<'t>>, &'static str> {
        let missing = "a table of its scan is missing";
        let select = |[identifier, selector]: &[u8; 2]| {
            let mut planes = self.planes.iter().enumerate();
            let (place, plane) = planes
                .find(|(_, plane)| plane.identifier == *identifier)
                .ok_or("its scan names an unknown component")?;
            let dc = tables.huffman.dc.get(usize::from(selector >> 4));
            let ac = tables.huffman.ac.get(usize::from(selector & 15));
            let steps = tables.steps.get(plane.steps);
            Ok(Coded {
                plane: place,
                dc: dc.and_then(Option::as_ref).ok_or(missing)?,
                ac: ac.and_then(Option::as_ref).ok_or(missing)?,
                steps: steps.and_then(Option::as_ref).ok_or(missing)?,
                last_dc: 0,
                blocks: plane.factors,
            })
        };
        scan.components.iter().map(select).collect()
    }

    /// The samples, those of a pixel together; a coarser plane's sample stands for all it covers.
    fn bytes(&self) -> Vec<u8> {
        let [h, v] = self.factors;
        let mut bytes = Vec::new();
        for y in 0..self.height {
            let rows: Vec<(&[u16], usize)> = self
                .planes
                .iter()
                .map(|plane| {
                    let [own_h, own_v] = plane.factors;
                    let start = y * own_v / v * plane.stride;
                    (plane.samples.get(start..).unwrap_or_default(), own_h)
                })
                .collect();
            if let [(row, _)] = rows.as_slice() {
                let samples = row.iter().take(self.width);
                bytes.extend(samples.flat_map(|sample| sample.to_le_bytes()));
                continue;
            }
            for x in 0..self.width {
                let samples = rows
                    .iter()
                    .filter_map(|(row, own_h)| row.get(x * own_h / h));
                bytes.extend(samples.flat_map(|sample| sample.to_le_bytes()));
            }
        }
        bytes
    }
}

impl Plane {
    /// Writes an 8×8 block.
    fn put(&mut self, block: &[u16; 64], x: usize, y: usize) {
        for (row, line) in block.as_chunks::<8>().0.iter().enumerate() {
            let start = (y * 8 + row) * self.stride + x * 8;
            if let Some(place) = self.samples.get_mut(start..start + 8) {
                place.copy_from_slice(line);
            }
        }
    }
}

/// One block's dequantised coefficients (T.81 F.2.2).
fn coefficients(
    bits: &mut BitWindow<'_, false>,
    coded: &mut Coded<'_>,
) -> Result<[f32; 64], &'static str> {
    let mut block = [0.0; 64];
    let category = u32::from(coded.dc.symbol(bits)?);
    if category > 16 {
        return Err("a value has too many bits");
    }
    let difference = extend(bits.take(category), category);
    coded.last_dc = coded.last_dc.wrapping_add(difference);
    block[0] = coded.last_dc as f32 * f32::from(coded.steps[0]);
    let mut index = 1_usize;
    while index < 64 {
        let symbol = coded.ac.symbol(bits)?;
        let (run, category) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if category == 0 {
            if run != 15 {
                break;
            }
            index += 16;
            continue;
        }
        index += run;
        let value = extend(bits.take(category), category) as f32;
        let (Some(step), Some(place)) = (coded.steps.get(index), ZIGZAG.get(index)) else {
            return Err("a run leaves its block");
        };
        if let Some(coefficient) = block.get_mut(usize::from(*place)) {
            *coefficient = value * f32::from(*step);
        }
        index += 1;
    }
    Ok(block)
}

/// `cosines[x][u]` = C(u)/2 · cos((2x+1)uπ/16) (T.81 A.3.3).
fn cosines() -> [[f32; 8]; 8] {
    std::array::from_fn(|x| {
        std::array::from_fn(|u| {
            let scale = if u == 0 { 0.5_f64.sqrt() } else { 1.0 };
            (scale / 2.0 * ((2 * x + 1) as f64 * u as f64 * PI / 16.0).cos()) as f32
        })
    })
}

fn inverse_transform(block: &[f32; 64], cosines: &[[f32; 8]; 8]) -> [u16; 64] {
    let (rows, _) = block.as_chunks::<8>();
    let half = turned(&down(rows, cosines));
    let whole = turned(&down(&half, cosines));
    let mut out = [0_u16; 64];
    for (place, value) in out.iter_mut().zip(whole.iter().flatten()) {
        *place = ((value + 2048.5) as i32).clamp(0, 4095) as u16;
    }
    out
}

/// The transform along columns, of all eight at once; high rows are mostly zero.
fn down(rows: &[[f32; 8]], cosines: &[[f32; 8]; 8]) -> [[f32; 8]; 8] {
    let mut out = [[0.0; 8]; 8];
    for (u, row) in rows.iter().enumerate() {
        if *row == [0.0; 8] {
            continue;
        }
        for (line, factors) in out.iter_mut().zip(cosines) {
            let factor = factors.get(u).copied().unwrap_or(0.0);
            for (sum, value) in line.iter_mut().zip(row) {
                *sum += factor * value;
            }
        }
    }
    out
}

fn turned(rows: &[[f32; 8]; 8]) -> [[f32; 8]; 8] {
    let mut out = [[0.0; 8]; 8];
    for (x, row) in rows.iter().enumerate() {
        for (line, value) in out.iter_mut().zip(row) {
            if let Some(place) = line.get_mut(x) {
                *place = *value;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_dc_coefficient_is_a_flat_block() {
        let mut block = [0.0; 64];
        block[0] = 80.0;
        assert_eq!(inverse_transform(&block, &cosines()), [2058; 64]);
    }

    /// A frame of flat blocks: component, sampling factors, and the DC differences in coding order,
    /// each −1, 0 or 1 (codes 10, 0, 11 with their sign bit), steps of 80.
    fn flat(size: [u8; 2], components: &[(u8, u8)], bits: &str) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0];
        bytes.extend([80; 64]);
        let count = components.len() as u8;
        bytes.extend([
            0xFF,
            0xC1,
            0,
            8 + 3 * count,
            12,
            0,
            size[1],
            0,
            size[0],
            count,
        ]);
        bytes.extend(
            components
                .iter()
                .flat_map(|(name, factors)| [*name, *factors, 0]),
        );
        // DC: 0 is category 0, 10 is category 1; AC: 0 ends the block
        let mut counts = [0; 16];
        counts[..2].copy_from_slice(&[1, 1]);
        bytes.extend([0xFF, 0xC4, 0, 21, 0]);
        bytes.extend(counts);
        bytes.extend([0, 1]);
        counts[1] = 0;
        bytes.extend([0xFF, 0xC4, 0, 20, 0x10]);
        bytes.extend(counts);
        bytes.push(0);
        bytes.extend([0xFF, 0xDA, 0, 6 + 2 * count, count]);
        bytes.extend(components.iter().flat_map(|(name, _)| [*name, 0]));
        bytes.extend([0, 63, 0]);
        let bits: Vec<u8> = bits.bytes().filter(|bit| *bit != b' ').collect();
        for byte in bits.chunks(8) {
            let filled = (0..8).map(|n| byte.get(n).map_or(1, |bit| bit - b'0'));
            bytes.push(filled.fold(0, |sum, bit| sum << 1 | bit));
        }
        bytes.extend([0xFF, 0xD9]);
        bytes
    }

    fn words(bytes: &[u8]) -> Vec<u16> {
        let pairs = bytes.as_chunks::<2>().0.iter();
        pairs.map(|pair| u16::from_le_bytes(*pair)).collect()
    }

    #[test]
    fn three_components_of_twelve_bits_come_out_pixel_by_pixel() {
        // differences 1, 0, −1, each block closed by the end-of-block code
        let stream = flat(
            [2, 1],
            &[(1, 0x11), (2, 0x11), (3, 0x11)],
            "101 0  0 0  100 0",
        );
        let pixels = words(&decode(&stream, 2, 1, 3).unwrap());
        assert_eq!(pixels, [2058, 2048, 2038, 2058, 2048, 2038]);
    }

    #[test]
    fn a_coarser_component_is_spread_over_what_it_covers() {
        // two luminance blocks across for one of each difference
        let stream = flat(
            [16, 1],
            &[(1, 0x21), (2, 0x11), (3, 0x11)],
            "101 0 101 0  101 0  0 0",
        );
        let pixels = words(&decode(&stream, 16, 1, 3).unwrap());
        assert_eq!(pixels[..3], [2058, 2058, 2048]);
        assert_eq!(pixels[45..], [2068, 2058, 2048]);
    }

    #[test]
    fn the_progressive_process_is_named() {
        let mut stream = flat([8, 8], &[(1, 0x11)], "0 0");
        let place = stream.iter().position(|byte| *byte == 0xC1).unwrap();
        stream[place] = 0xC2;
        let refusal = decode(&stream, 8, 8, 1).unwrap_err();
        assert!(refusal.contains("progressive"), "{refusal}");
    }

    proptest::proptest! {
        #[test]
        fn rubbish_after_a_right_beginning_is_refused_or_fills_the_picture(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
        ) {
            let mut stream = flat([9, 9], &[(1, 0x11)], "");
            stream.truncate(stream.len() - 2);
            stream.extend(bytes);
            if let Ok(out) = decode(&stream, 9, 9, 1) {
                proptest::prop_assert_eq!(out.len(), 162);
            }
        }
    }
}
