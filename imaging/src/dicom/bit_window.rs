//! Entropy-coded JPEG data as bits, through a window of 64 (ITU-T T.81 F.1.2.3, T.87 A.1).
//!
//! `LS` chooses the stuffing: after FF, JPEG has a zero byte, JPEG-LS a zero bit. Both end at a
//! marker; beyond it zeros come, and whoever reads asks from time to time whether that happened.

/// Bits that may be read beyond the end before the data count as cut: what an encoder may leave
/// out of its last byte.
const SLACK: u32 = 16;

/// Reads bits, the most significant first. It is small and copied where a loop should keep it in
/// registers.
#[derive(Clone, Copy)]
pub(crate) struct BitWindow<'a, const LS: bool> {
    rest: &'a [u8],
    /// The next bits, from the top; below `valid` they are zero or the bits that follow.
    window: u64,
    valid: u32,
    after_ff: bool,
    /// Zeros that were put in after the end.
    padding: u32,
}

impl<'a, const LS: bool> BitWindow<'a, LS> {
    /// Begins at the first byte of entropy-coded data.
    pub(crate) fn new(data: &'a [u8]) -> Self {
        BitWindow {
            rest: data,
            window: 0,
            valid: 0,
            after_ff: false,
            padding: 0,
        }
    }

    /// The window, the next bit on top; at least `fill`'s promise of it is valid.
    #[inline(always)]
    pub(crate) fn top(&self) -> u64 {
        self.window
    }

    /// Valid bits of the window.
    #[inline(always)]
    pub(crate) fn valid(&self) -> u32 {
        self.valid
    }

    /// Passes over `count` bits, fewer than 64 and no more than are valid.
    #[inline(always)]
    pub(crate) fn pass(&mut self, count: u32) {
        self.window <<= count;
        self.valid = self.valid.wrapping_sub(count);
    }

    /// Makes at least 56 bits valid.
    #[inline(always)]
    pub(crate) fn fill(&mut self) {
        if let Some(chunk) = self.rest.first_chunk::<8>()
            && !self.after_ff
        {
            let word = u64::from_be_bytes(*chunk);
            // a byte of FF is a zero byte of the complement
            let inverse = !word;
            let has_ff = inverse.wrapping_sub(0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080;
            if has_ff == 0 {
                self.window |= word >> self.valid;
                let bytes = (63 - self.valid) / 8;
                self.valid += bytes * 8;
                self.rest = self.rest.get(bytes as usize..).unwrap_or_default();
                return;
            }
        }
        *self = self.filled_slowly();
    }

    /// Byte by byte, where a stuffed byte, a marker or the end is near.
    #[cold]
    #[inline(never)]
    fn filled_slowly(mut self) -> Self {
        // what lies below the valid bits may be the beginning of a byte that comes again
        self.window &= !(u64::MAX.checked_shr(self.valid).unwrap_or(0));
        while self.valid < 56 {
            let (byte, width) = match *self.rest {
                [0xFF, 0, ref rest @ ..] if !LS => {
                    self.rest = rest;
                    (0xFF, 8)
                }
                [0xFF, next, ref rest @ ..] if LS && next < 0x80 && !self.after_ff => {
                    self.rest = self.rest.get(1..).unwrap_or(rest);
                    self.after_ff = true;
                    self.push(0xFF, 8);
                    continue;
                }
                [byte, ref rest @ ..] if byte != 0xFF => {
                    self.rest = rest;
                    (byte, if self.after_ff { 7 } else { 8 })
                }
                _ => {
                    self.padding = self.padding.saturating_add(8);
                    (0, 8)
                }
            };
            self.after_ff = false;
            self.push(byte, width);
        }
        self
    }

    fn push(&mut self, byte: u8, width: u32) {
        self.window |= u64::from(byte) << (64 - width) >> self.valid;
        self.valid += width;
    }

    /// The next `count` bits as a number, at most 32.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        if self.valid < count {
            self.fill();
        }
        // in two steps, since a shift by 64 is none
        let value = (self.window >> 1) >> (63 - count);
        self.pass(count);
        value as u32
    }

    /// Whether bits were read that the data do not have.
    pub(crate) fn is_beyond(&self) -> bool {
        self.padding > self.valid + SLACK
    }

    /// Goes on after the next restart marker.
    ///
    /// # Errors
    /// Where none follows.
    pub(crate) fn restart(&mut self) -> Result<(), &'static str> {
        let marker = self
            .rest
            .windows(2)
            .position(|pair| matches!(pair, [0xFF, 0xD0..=0xD7]))
            .ok_or("a restart marker is missing")?;
        *self = BitWindow::new(self.rest.get(marker + 2..).unwrap_or_default());
        Ok(())
    }

    /// Whether more than the rest of a byte or two was left unread before the marker.
    pub(crate) fn has_more(&mut self) -> bool {
        self.fill();
        let is_over = matches!(*self.rest, [] | [0xFF] | [0xFF, 0x80..=0xFF, ..]);
        !is_over || self.valid > self.padding + SLACK
    }

    /// What was not read yet; a marker that ended the data is in it.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits<const LS: bool>(data: &[u8], count: u32) -> String {
        let mut window = BitWindow::<LS>::new(data);
        (0..count).map(|_| window.take(1).to_string()).collect()
    }

    #[test]
    fn jpeg_drops_the_zero_byte_after_ff() {
        assert_eq!(bits::<false>(&[0xFF, 0, 0xA5], 16), "1111111110100101");
    }

    #[test]
    fn jpeg_ls_drops_the_zero_bit_after_ff() {
        assert_eq!(bits::<true>(&[0xFF, 0x25, 0xC0], 17), "11111111010010111");
    }

    #[test]
    fn the_fast_and_the_slow_way_give_the_same_bits() {
        // FF stands in every eighth window only, so both ways take turns
        let data: Vec<u8> = (0..400_u32)
            .map(|n| {
                if n % 61 == 60 {
                    0xFF
                } else {
                    (n * 37 % 127) as u8
                }
            })
            .collect();
        let mut plain = String::new();
        let mut after_ff = false;
        for byte in &data {
            let text = format!("{byte:08b}");
            plain.push_str(text.get(usize::from(after_ff)..).unwrap());
            after_ff = *byte == 0xFF;
        }
        let mut window = BitWindow::<true>::new(&data);
        let mut read = String::new();
        for count in (1..=11).cycle().take(520) {
            let value = window.take(count);
            read.push_str(&format!("{value:0width$b}", width = count as usize));
        }
        assert_eq!(read, plain.get(..read.len()).unwrap());
    }

    #[test]
    fn reading_past_the_end_is_noticed() {
        let mut window = BitWindow::<false>::new(&[1, 2, 0xFF, 0xD9]);
        window.take(16);
        assert!(!window.is_beyond());
        window.take(32);
        assert!(window.is_beyond());
    }
}
