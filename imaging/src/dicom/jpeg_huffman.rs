//! Huffman codes of JPEG (ITU-T T.81 annexes C, F.2.2).

use super::bit_window::BitWindow;

/// Codes up to this length are looked up in one step.
const FAST_BITS: u32 = 9;

/// A canonical Huffman code.
pub(crate) struct Huffman {
    /// For each length from 1: first code, first symbol's index, number of codes.
    lengths: [(u32, usize, u32); 16],
    symbols: Vec<u8>,
    /// By the next bits: length and symbol; length 0 where the code is longer.
    fast: Box<[(u8, u8); 1 << FAST_BITS]>,
}

impl Huffman {
    /// A code of `counts` symbols per length.
    ///
    /// # Errors
    /// More codes of a length than there can be.
    pub(crate) fn new(counts: &[u8; 16], symbols: &[u8]) -> Result<Self, &'static str> {
        let mut lengths = [(0, 0, 0); 16];
        let mut fast = Box::new([(0, 0); 1 << FAST_BITS]);
        let (mut code, mut index) = (0_u32, 0_usize);
        for (length, (place, count)) in (1_u32..).zip(lengths.iter_mut().zip(counts)) {
            let count = u32::from(*count);
            if code + count > 1 << length {
                return Err("a Huffman table is damaged");
            }
            *place = (code, index, count);
            let own = symbols.get(index..).unwrap_or_default().iter();
            if length <= FAST_BITS {
                let step = 1_usize << (FAST_BITS - length);
                let start = code as usize * step;
                let places = fast.get_mut(start..).unwrap_or_default().chunks_mut(step);
                for (places, symbol) in places.zip(own.take(count as usize)) {
                    places.fill((length as u8, *symbol));
                }
            }
            code = (code + count) << 1;
            index += count as usize;
        }
        Ok(Huffman {
            lengths,
            symbols: symbols.to_vec(),
            fast,
        })
    }

    /// Length and symbol of the code at the top of `window`.
    #[inline(always)]
    pub(crate) fn look(&self, window: u64) -> Option<(u32, u8)> {
        let place = (window >> (64 - FAST_BITS)) as usize;
        match self.fast.get(place) {
            Some(&(length, symbol)) if length > 0 => Some((u32::from(length), symbol)),
            _ => self.look_further(window),
        }
    }

    #[cold]
    fn look_further(&self, window: u64) -> Option<(u32, u8)> {
        let found = (1_u32..).zip(self.lengths).find_map(|(length, code)| {
            let (first, index, count) = code;
            let value = (window >> (64 - length)) as u32;
            let place = value.checked_sub(first).filter(|place| *place < count)?;
            Some((length, index + place as usize))
        });
        let (length, index) = found?;
        Some((length, *self.symbols.get(index)?))
    }

    /// Reads one symbol.
    ///
    /// # Errors
    /// Bits that are no code.
    #[inline(always)]
    pub(crate) fn symbol(&self, bits: &mut BitWindow<'_, false>) -> Result<u8, &'static str> {
        if bits.valid() < 32 {
            bits.fill();
        }
        let (length, symbol) = self.look(bits.top()).ok_or("a Huffman code is unknown")?;
        bits.pass(length);
        Ok(symbol)
    }
}

/// The value that `category` bits mean, sign extended (T.81 F.2.2.1).
#[inline(always)]
pub(crate) fn extend(bits: u32, category: u32) -> i32 {
    let half = (1_u32 << category) >> 1;
    if bits < half {
        bits as i32 - (1 << category) + 1
    } else {
        bits as i32
    }
}

/// Huffman tables by class and place (DHT segments).
#[derive(Default)]
pub(crate) struct HuffmanTables {
    /// Codes of DC categories, or of differences.
    pub(crate) dc: [Option<Huffman>; 4],
    /// Codes of AC runs and categories.
    pub(crate) ac: [Option<Huffman>; 4],
}

impl HuffmanTables {
    /// Takes in a DHT segment.
    ///
    /// # Errors
    /// A segment that is cut or impossible.
    pub(crate) fn define(&mut self, mut body: &[u8]) -> Result<(), &'static str> {
        while let Some((&head, rest)) = body.split_first() {
            let counts = rest.first_chunk::<16>().ok_or("a Huffman table is cut")?;
            let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
            let symbols = rest.get(16..16 + total).ok_or("a Huffman table is cut")?;
            let class = match head >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err("a Huffman table has no place"),
            };
            let slot = class.get_mut(usize::from(head & 15));
            *slot.ok_or("a Huffman table has no place")? = Some(Huffman::new(counts, symbols)?);
            body = rest.get(16 + total..).unwrap_or_default();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_length_are_found() {
        // one code of each length from 1 to 16: 0, 10, 110, …
        let symbols: Vec<u8> = (1..=16).collect();
        let table = Huffman::new(&[1; 16], &symbols).unwrap();
        for length in 1..=16_u32 {
            let window = u64::MAX << (65 - length).min(63) & (u64::MAX ^ 1 << (64 - length));
            let window = if length == 1 { 0 } else { window };
            assert_eq!(table.look(window), Some((length, length as u8)));
        }
        assert_eq!(table.look(u64::MAX), None);
    }

    #[test]
    fn more_codes_than_bits_allow_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Huffman::new(&counts, &[1, 2, 3]).is_err());
    }

    #[test]
    fn values_are_extended_by_their_category() {
        let values = [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2), (3, 2)];
        let expected = [0, -1, 1, -3, -2, 2, 3];
        assert_eq!(
            values.map(|(bits, category)| extend(bits, category)),
            expected
        );
    }
}
