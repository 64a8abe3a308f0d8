//! JPEG Lossless, process 14 (ITU-T T.81 annex H): Huffman coded differences, 2 to 16 bits, all
//! seven predictors, point transform, restart intervals, one component or three.

use super::bit_window::BitWindow;
use super::jpeg_huffman::{Huffman, HuffmanTables, extend};
use super::jpeg_marker::{FrameHeader, Pixels, ScanHeader, next_segment, restart_interval};

/// Codes with their values up to this many bits are looked up in one step.
const FAST_BITS: u32 = 12;

/// Decodes a frame of `width` × `height` pixels of `components` samples.
///
/// # Errors
/// A sentence about what is damaged or not supported.
pub(crate) fn decode(
    bytes: &[u8],
    width: usize,
    height: usize,
    components: usize,
) -> Result<Pixels, &'static str> {
    let mut stream = Stream::default();
    let mut pixels = Pixels {
        bytes: Vec::new(),
        planar: false,
    };
    let mut decoded = 0;
    let mut rest = bytes;
    while decoded < components {
        let segment = next_segment(rest)?;
        rest = segment.after;
        match segment.marker {
            0xC3 if stream.frame.is_some() => return Err("it has two frame headers"),
            0xC3 => {
                let header = FrameHeader::read(segment.body)?;
                if !header.is(width, height, components) || width == 0 {
                    return Err("its size changes");
                }
                stream.frame = Some(header);
            }
            0xC4 => stream.tables.define(segment.body)?,
            0xC0..=0xC2 | 0xC5..=0xCF => return Err("its process is not lossless Huffman coding"),
            0xDD => stream.restart = restart_interval(segment.body),
            0xDA => {
                let scan = ScanHeader::read(segment.body)?;
                decoded += scan.components.len();
                rest = stream.scan(&scan, rest, &mut pixels)?;
            }
            _ => {}
        }
    }
    Ok(pixels)
}

/// What the segments before a scan define.
#[derive(Default)]
struct Stream {
    frame: Option<FrameHeader>,
    tables: HuffmanTables,
    restart: usize,
}

impl Stream {
    /// Decodes one scan; what follows its data is handed back.
    fn scan<'a>(
        &self,
        scan: &ScanHeader,
        data: &'a [u8],
        pixels: &mut Pixels,
    ) -> Result<&'a [u8], &'static str> {
        let frame = self.frame.as_ref().ok_or("its frame header is missing")?;
        let [predictor, _, transform] = scan.parameters;
        let transform = transform & 15;
        let (precision, all) = (frame.precision, frame.components.len());
        if !(1..=7).contains(&predictor) || !(2..=16).contains(&precision) || transform >= precision
        {
            return Err("its predictor, depth or point transform is not possible");
        }
        if !self.restart.is_multiple_of(frame.width) {
            return Err("its restart interval ends within a row");
        }
        let tables = scan.components.iter().map(|[_, selector]| {
            let table = self.tables.dc.get(usize::from(selector >> 4));
            let table = table.and_then(Option::as_ref);
            table
                .map(Differences::new)
                .ok_or("a table of its scan is missing")
        });
        let tables: Vec<Differences<'_>> = tables.collect::<Result<_, _>>()?;
        let mut job = Job {
            bits: BitWindow::new(data),
            is_damaged: false,
            predictor,
            transform,
            precision,
            rows: frame.height,
            width: frame.width,
            restart: self.restart / frame.width,
        };
        let is_sampled = frame
            .components
            .iter()
            .any(|[_, factors, _]| *factors != 0x11);
        match tables.as_slice() {
            [one] => job.rows([one], &mut pixels.bytes)?,
            [_, _, _] if is_sampled => return Err("its components differ in size"),
            [a, b, c] if all == 3 => job.rows([a, b, c], &mut pixels.bytes)?,
            _ => return Err("the order of its components is not supported"),
        }
        pixels.planar = tables.len() == 1 && all > 1;
        Ok(job.bits.rest())
    }
}

/// A Huffman code of differences with the short ones, value included, in a table.
struct Differences<'a> {
    code: &'a Huffman,
    /// By the next bits: length with value, and the difference; length 0 where both are longer.
    fast: Box<[(u16, u16); 1 << FAST_BITS]>,
}

impl<'a> Differences<'a> {
    fn new(code: &'a Huffman) -> Self {
        let mut fast = Box::new([(0, 0); 1 << FAST_BITS]);
        for (bits, place) in (0_u64..).zip(fast.iter_mut()) {
            let window = bits << (64 - FAST_BITS);
            if let Some((length, category)) = code.look(window)
                && length + u32::from(category) <= FAST_BITS
            {
                let category = u32::from(category);
                let value = ((window << length) >> 1) >> (63 - category);
                let value = extend(value as u32, category);
                *place = ((length + category) as u16, value as u16);
            }
        }
        Differences { code, fast }
    }
}

/// One scan on its way.
struct Job<'a> {
    bits: BitWindow<'a, false>,
    /// Bits came that are no code.
    is_damaged: bool,
    predictor: u8,
    transform: u8,
    precision: u8,
    rows: usize,
    width: usize,
    /// Rows between restart markers, 0 for none.
    restart: usize,
}

impl Job<'_> {
    /// All rows of `S` interleaved components.
    fn rows<const S: usize>(
        &mut self,
        tables: [&Differences<'_>; S],
        out: &mut Vec<u8>,
    ) -> Result<(), &'static str> {
        let mut above = vec![[0_u16; S]; self.width];
        let mut line = above.clone();
        let middle = 1_u16 << (self.precision - self.transform - 1);
        for y in 0..self.rows {
            let is_restart = self.restart > 0 && y > 0 && y.is_multiple_of(self.restart);
            if is_restart {
                self.bits.restart()?;
            }
            if y == 0 || is_restart {
                self.row(&tables, 1, [middle; S], &above, &mut line);
            } else {
                let start = above.first().copied().unwrap_or([0; S]);
                self.row(&tables, self.predictor, start, &above, &mut line);
            }
            if self.bits.is_beyond() {
                return Err("its data are cut");
            }
            if self.is_damaged {
                return Err("a Huffman code is unknown");
            }
            let samples = line.iter().flatten().map(|sample| sample << self.transform);
            if self.precision > 8 {
                out.extend(samples.flat_map(u16::to_le_bytes));
            } else {
                out.extend(samples.map(|sample| sample as u8));
            }
            std::mem::swap(&mut above, &mut line);
        }
        Ok(())
    }

    /// One row; `start` predicts its first pixel (T.81 H.1.2.1).
    fn row<const S: usize>(
        &mut self,
        tables: &[&Differences<'_>; S],
        predictor: u8,
        start: [u16; S],
        above: &[[u16; S]],
        line: &mut [[u16; S]],
    ) {
        let Some((first, places)) = line.split_first_mut() else {
            return;
        };
        let mut left = start;
        for (left, table) in left.iter_mut().zip(tables) {
            *left = left.wrapping_add(self.difference(table));
        }
        *first = left;
        for (place, [corner, up]) in places.iter_mut().zip(above.array_windows::<2>()) {
            for (((left, up), corner), table) in left.iter_mut().zip(up).zip(corner).zip(tables) {
                let difference = self.difference(table);
                *left = predict(predictor, *left, *up, *corner).wrapping_add(difference);
            }
            *place = left;
        }
    }

    #[inline(always)]
    fn difference(&mut self, table: &Differences<'_>) -> u16 {
        if self.bits.valid() < 32 {
            self.bits.fill();
        }
        let place = (self.bits.top() >> (64 - FAST_BITS)) as usize;
        match table.fast.get(place) {
            Some(&(length, value)) if length > 0 => {
                self.bits.pass(u32::from(length));
                value
            }
            _ => self.long_difference(table),
        }
    }

    #[inline(never)]
    fn long_difference(&mut self, table: &Differences<'_>) -> u16 {
        match table.code.look(self.bits.top()) {
            // a difference of 32768 has no further bits (T.81 H.1.2.2)
            Some((length, 16)) => {
                self.bits.pass(length);
                0x8000
            }
            Some((length, category @ 0..16)) => {
                self.bits.pass(length);
                let category = u32::from(category);
                extend(self.bits.take(category), category) as u16
            }
            _ => {
                self.is_damaged = true;
                0
            }
        }
    }
}

/// The seven predictors (T.81 table H.1).
#[inline(always)]
fn predict(predictor: u8, left: u16, up: u16, corner: u16) -> u16 {
    let [a, b, c] = [left, up, corner].map(i32::from);
    let value = match predictor {
        1 => a,
        2 => b,
        3 => c,
        4 => a + b - c,
        5 => a + ((b - c) >> 1),
        6 => b + ((a - c) >> 1),
        _ => (a + b) >> 1,
    };
    value as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream whose differences have codes of five bits, each its own category.
    fn stream(precision: u8, size: [u8; 2], scan: [u8; 3], restart: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![
            0xFF, 0xD8, 0xFF, 0xC3, 0, 11, precision, 0, size[1], 0, size[0],
        ];
        bytes.extend([1, 1, 0x11, 0]);
        bytes.extend([
            0xFF, 0xC4, 0, 36, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ]);
        bytes.extend(0..17);
        bytes.extend([0xFF, 0xDD, 0, 4, 0, restart]);
        bytes.extend([0xFF, 0xDA, 0, 8, 1, 1, 0]);
        bytes.extend(scan);
        bytes.extend(data);
        bytes.extend([0xFF, 0xD9]);
        bytes
    }

    /// Differences by that code, the last byte filled with ones.
    fn coded(differences: &[i32]) -> Vec<u8> {
        let mut bits = String::new();
        for difference in differences {
            let category = 32 - difference.unsigned_abs().leading_zeros();
            bits.push_str(&format!("{category:05b}"));
            let value = difference - i32::from(*difference < 0);
            let value = format!("{:032b}", value as u32);
            if (1..16).contains(&category) {
                bits.push_str(&value[32 - category as usize..]);
            }
        }
        while !bits.len().is_multiple_of(8) {
            bits.push('1');
        }
        let bytes = bits.as_bytes().chunks(8).map(|byte| {
            let fold = |sum: u8, bit: &u8| sum << 1 | (bit - b'0');
            byte.iter().fold(0, fold)
        });
        bytes
            .flat_map(|byte| {
                if byte == 255 {
                    vec![255, 0]
                } else {
                    vec![byte]
                }
            })
            .collect()
    }

    fn words(pixels: &Pixels) -> Vec<u16> {
        let pairs = pixels.bytes.as_chunks::<2>().0.iter();
        pairs.map(|pair| u16::from_le_bytes(*pair)).collect()
    }

    #[test]
    fn each_predictor_takes_the_neighbours_of_the_standard() {
        // the last sample has 2148 to its left, 2058 above and 2048 in the corner
        for (predictor, predicted) in (1..=7).zip([100, 10, 0, 110, 105, 60, 55]) {
            let data = coded(&[0, 10, 100, 7]);
            let stream = stream(12, [2, 2], [predictor, 0, 0], 0, &data);
            let found = words(&decode(&stream, 2, 2, 1).unwrap());
            let expected = [2048, 2058, 2148, 2048 + predicted + 7];
            assert_eq!(found, expected, "predictor {predictor}");
        }
    }

    #[test]
    fn sixteen_bits_wrap_and_the_difference_of_half_the_range_has_no_further_bits() {
        let data = coded(&[0, -32_768, 1, -1]);
        let stream = stream(16, [4, 1], [1, 0, 0], 0, &data);
        let found = words(&decode(&stream, 4, 1, 1).unwrap());
        assert_eq!(found, [32_768, 0, 1, 0]);
    }

    #[test]
    fn the_point_transform_shifts_samples_and_the_first_prediction() {
        let data = coded(&[3, 1]);
        let stream = stream(12, [2, 1], [1, 0, 2], 0, &data);
        let found = words(&decode(&stream, 2, 1, 1).unwrap());
        assert_eq!(found, [(512 + 3) << 2, (512 + 4) << 2]);
    }

    #[test]
    fn a_restart_begins_with_the_middle_again() {
        let mut data = coded(&[5, 1]);
        data.extend([0xFF, 0xD0]);
        data.extend(coded(&[-5, 1]));
        let whole = stream(8, [2, 2], [1, 0, 0], 2, &data);
        assert_eq!(decode(&whole, 2, 2, 1).unwrap().bytes, [133, 134, 123, 124]);
        let uneven = stream(8, [2, 2], [1, 0, 0], 3, &data);
        assert!(decode(&uneven, 2, 2, 1).is_err());
    }

    #[test]
    fn cut_data_are_refused() {
        let stream = stream(16, [4, 4], [1, 0, 0], 0, &coded(&[900; 6]));
        assert!(decode(&stream, 4, 4, 1).is_err());
    }

    proptest::proptest! {
        #[test]
        fn rubbish_is_refused_or_fills_the_picture(
            data in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
            predictor in 0_u8..9,
        ) {
            let stream = stream(12, [5, 7], [predictor, 0, 0], 0, &data);
            if let Ok(pixels) = decode(&stream, 5, 7, 1) {
                proptest::prop_assert_eq!(pixels.bytes.len(), 70);
            }
        }
    }
}
