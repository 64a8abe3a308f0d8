//! JPEG Extended with 12-bit samples, one component, sequential, Huffman coded (ITU-T T.81 F.2):
//! the one JPEG process of DICOM that the common decoders leave out.

use std::f64::consts::PI;

/// Order in which coefficients are coded (T.81 figure A.6).
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Decodes a frame of `width` × `height` samples, which the caller has checked against the stream's
/// own header; the result is 16-bit little endian.
///
/// # Errors
/// A sentence about what is damaged or not sequential Huffman coding of one component.
pub(crate) fn decode(bytes: &[u8], width: usize, height: usize) -> Result<Vec<u8>, &'static str> {
    let mut tables = Tables::default();
    let mut at = 2_usize;
    loop {
        let marker = bytes.get(at..at + 2).ok_or("it ends before its scan")?;
        let &[0xFF, marker] = marker else {
            return Err("a marker is missing");
        };
        if marker == 0xFF {
            at += 1;
            continue;
        }
        let length = bytes.get(at + 2..at + 4).ok_or("a segment is cut")?;
        let length = usize::from(u16::from_be_bytes([
            length.first().copied().unwrap_or(0),
            length.last().copied().unwrap_or(0),
        ]));
        let segment = bytes
            .get(at + 4..at + 2 + length.max(2))
            .ok_or("a segment is cut")?;
        at += 2 + length.max(2);
        match marker {
            0xC1 => tables.frame(segment)?,
            0xC0 | 0xC2..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Err("its process is not sequential Huffman coding");
            }
            0xC4 => tables.huffman(segment)?,
            0xDB => tables.quantisation(segment)?,
            0xDD => tables.restart_interval = word(segment, 0).ok_or("a segment is cut")?,
            0xDA => {
                let data = bytes.get(at..).unwrap_or_default();
                return tables.scan(segment, data, width, height);
            }
            _ => {}
        }
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(<[u8; 2]>::try_from(pair).ok()?))
}

/// What the segments before the scan define.
#[derive(Default)]
struct Tables {
    quantisation: [Option<[u16; 64]>; 4],
    dc: [Option<Huffman>; 4],
    ac: [Option<Huffman>; 4],
    restart_interval: u16,
    quantisation_used: usize,
}

impl Tables {
    fn frame(&mut self, segment: &[u8]) -> Result<(), &'static str> {
        if segment.first() != Some(&12) || segment.get(5) != Some(&1) {
            return Err("it is not 12-bit grey");
        }
        self.quantisation_used = usize::from(*segment.get(8).ok_or("a segment is cut")?);
        Ok(())
    }

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
            let slot = self.quantisation.get_mut(usize::from(head & 15));
            *slot.ok_or("a quantisation table has no place")? = Some(table);
            segment = rest.get(64 * width..).unwrap_or_default();
        }
        Ok(())
    }

    fn huffman(&mut self, mut segment: &[u8]) -> Result<(), &'static str> {
        while let Some((&head, rest)) = segment.split_first() {
            let counts = rest.first_chunk::<16>().ok_or("a Huffman table is cut")?;
            let total = counts
                .iter()
                .map(|count| usize::from(*count))
                .sum::<usize>();
            let symbols = rest.get(16..16 + total).ok_or("a Huffman table is cut")?;
            let table = Huffman::new(counts, symbols);
            let class = if head >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            let slot = class.get_mut(usize::from(head & 15));
            *slot.ok_or("a Huffman table has no place")? = Some(table);
            segment = rest.get(16 + total..).unwrap_or_default();
        }
        Ok(())
    }

    fn scan(
        &self,
        head: &[u8],
        data: &[u8],
        width: usize,
        height: usize,
    ) -> Result<Vec<u8>, &'static str> {
        if head.first() != Some(&1) {
            return Err("its scan has several components");
        }
        let selector = usize::from(*head.get(2).ok_or("a segment is cut")?);
        let missing = "a table of its scan is missing";
        let dc = self.dc.get(selector >> 4).and_then(Option::as_ref);
        let ac = self.ac.get(selector & 15).and_then(Option::as_ref);
        let steps = self.quantisation.get(self.quantisation_used);
        let (dc, ac) = (dc.ok_or(missing)?, ac.ok_or(missing)?);
        let steps = steps.and_then(Option::as_ref).ok_or(missing)?;
        let cosines = cosines();
        let mut bits = Bits::new(data);
        let mut samples = vec![0_u16; width * height];
        let (mut last_dc, mut until_restart) = (0_i32, self.restart_interval);
        for top in (0..height).step_by(8) {
            for left in (0..width).step_by(8) {
                if self.restart_interval > 0 && until_restart == 0 {
                    bits.restart();
                    last_dc = 0;
                    until_restart = self.restart_interval;
                }
                until_restart = until_restart.saturating_sub(1);
                let block = coefficients(&mut bits, dc, ac, steps, &mut last_dc)?;
                let block = inverse_transform(&block, &cosines);
                put(&mut samples, &block, width, left, top);
            }
        }
        Ok(samples.into_iter().flat_map(u16::to_le_bytes).collect())
    }
}

/// Writes an 8×8 block, clipped to the picture.
fn put(samples: &mut [u16], block: &[u16; 64], width: usize, left: usize, top: usize) {
    for (row, line) in block.chunks_exact(8).enumerate() {
        let start = (top + row) * width + left;
        let count = 8.min(width - left);
        if let Some(place) = samples.get_mut(start..start + count) {
            for (to, from) in place.iter_mut().zip(line) {
                *to = *from;
            }
        }
    }
}

/// One block's dequantised coefficients (T.81 F.2.2).
fn coefficients(
    bits: &mut Bits<'_>,
    dc: &Huffman,
    ac: &Huffman,
    steps: &[u16; 64],
    last_dc: &mut i32,
) -> Result<[f64; 64], &'static str> {
    let mut block = [0.0; 64];
    let category = dc.symbol(bits)?;
    *last_dc = last_dc.wrapping_add(bits.signed(category)?);
    block[0] = f64::from(*last_dc) * f64::from(steps[0]);
    let mut index = 1_usize;
    while index < 64 {
        let symbol = ac.symbol(bits)?;
        let (run, category) = (usize::from(symbol >> 4), symbol & 15);
        if category == 0 {
            if run != 15 {
                break;
            }
            index += 16;
            continue;
        }
        index += run;
        let value = f64::from(bits.signed(category)?);
        let (Some(step), Some(place)) = (steps.get(index), ZIGZAG.get(index)) else {
            return Err("a run leaves its block");
        };
        if let Some(coefficient) = block.get_mut(usize::from(*place)) {
            *coefficient = value * f64::from(*step);
        }
        index += 1;
    }
    Ok(block)
}

/// `cosines[x][u]` = C(u)/2 · cos((2x+1)uπ/16) (T.81 A.3.3).
fn cosines() -> [[f64; 8]; 8] {
    std::array::from_fn(|x| {
        std::array::from_fn(|u| {
            let scale = if u == 0 { 0.5_f64.sqrt() } else { 1.0 };
            scale / 2.0 * ((2 * x + 1) as f64 * u as f64 * PI / 16.0).cos()
        })
    })
}

fn inverse_transform(block: &[f64; 64], cosines: &[[f64; 8]; 8]) -> [u16; 64] {
    let along = |line: [f64; 8]| -> [f64; 8] {
        cosines.map(|row| row.iter().zip(line).map(|(c, value)| c * value).sum())
    };
    let (rows, _) = block.as_chunks::<8>();
    let mut half = [[0.0; 8]; 8];
    for (to, from) in half.iter_mut().zip(rows) {
        *to = along(*from);
    }
    let mut out = [0_u16; 64];
    for x in 0..8 {
        let column: [f64; 8] = half.map(|row| row.get(x).copied().unwrap_or(0.0));
        let places = out.iter_mut().skip(x).step_by(8);
        for (place, value) in places.zip(along(column)) {
            *place = (value + 2048.0).round().clamp(0.0, 4095.0) as u16;
        }
    }
    out
}

/// A canonical Huffman code (T.81 annex C).
struct Huffman {
    /// For each length from 1: first code, first symbol's index, number of codes.
    lengths: [(u32, usize, u32); 16],
    symbols: Vec<u8>,
}

impl Huffman {
    fn new(counts: &[u8; 16], symbols: &[u8]) -> Self {
        let mut lengths = [(0, 0, 0); 16];
        let (mut code, mut index) = (0_u32, 0_usize);
        for (place, count) in lengths.iter_mut().zip(counts) {
            *place = (code, index, u32::from(*count));
            code = code.saturating_add(u32::from(*count)) << 1;
            index += usize::from(*count);
        }
        Huffman {
            lengths,
            symbols: symbols.to_vec(),
        }
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Result<u8, &'static str> {
        let mut code = 0_u32;
        for (first, index, count) in self.lengths {
            code = code << 1 | bits.bit()?;
            if code >= first && code - first < count {
                let symbol = self.symbols.get(index + (code - first) as usize);
                return symbol.copied().ok_or("a Huffman table is damaged");
            }
        }
        Err("a Huffman code is unknown")
    }
}

/// Bits of the entropy-coded data, stuffing removed.
struct Bits<'a> {
    rest: &'a [u8],
    byte: u8,
    left: u8,
    /// Bits given out after the end; a few are padding, many mean a cut file.
    beyond: u32,
}

impl<'a> Bits<'a> {
    fn new(data: &'a [u8]) -> Self {
        Bits {
            rest: data,
            byte: 0,
            left: 0,
            beyond: 0,
        }
    }

    fn bit(&mut self) -> Result<u32, &'static str> {
        if self.left == 0 {
            match *self.rest {
                [0xFF, 0, ref rest @ ..] => {
                    self.byte = 0xFF;
                    self.rest = rest;
                }
                [byte, ref rest @ ..] if byte != 0xFF => {
                    self.byte = byte;
                    self.rest = rest;
                }
                _ => {
                    self.byte = 0;
                    self.beyond += 8;
                    if self.beyond > 32 {
                        return Err("its data are cut");
                    }
                }
            }
            self.left = 8;
        }
        self.left -= 1;
        Ok(u32::from(self.byte >> self.left & 1))
    }

    /// A value of `category` bits, sign extended (T.81 F.2.2.1).
    fn signed(&mut self, category: u8) -> Result<i32, &'static str> {
        if category == 0 {
            return Ok(0);
        }
        if category > 16 {
            return Err("a value has too many bits");
        }
        let mut value = 0_i32;
        for _ in 0..category {
            value = value << 1 | self.bit()? as i32;
        }
        let half = 1_i32 << (category - 1);
        Ok(if value < half {
            value - 2 * half + 1
        } else {
            value
        })
    }

    /// Goes on after the next restart marker.
    fn restart(&mut self) {
        self.left = 0;
        let marker = self
            .rest
            .windows(2)
            .position(|pair| matches!(pair, [0xFF, 0xD0..=0xD7]));
        if let Some(marker) = marker {
            self.rest = self.rest.get(marker + 2..).unwrap_or_default();
        }
    }
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

    proptest::proptest! {
        #[test]
        fn rubbish_after_a_right_beginning_is_refused_or_fills_the_picture(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
        ) {
            let mut stream = vec![0xFF, 0xD8];
            stream.extend(bytes);
            if let Ok(out) = decode(&stream, 9, 9) {
                proptest::prop_assert_eq!(out.len(), 162);
            }
        }
    }
}
