//! Just enough GIF: the first picture of a file, in colours.

use weezl::{BitOrder, decode::Decoder};

/// Flag: a table of colours follows.
const HAS_COLOURS: u8 = 0x80;
/// Flag: rows are not in order.
const INTERLACED: u8 = 0x40;

/// A picture.
pub(crate) struct Gif {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Red, green, blue of each pixel, row by row.
    pub(crate) pixels: Vec<[u8; 3]>,
}

impl Gif {
    /// The first picture of a file.
    pub(crate) fn read(file: &[u8]) -> Self {
        let mut front = Front(file);
        assert_eq!(front.take(3), b"GIF");
        front.take(7); // version and size of the screen, which the picture fills
        let flags = front.byte();
        front.take(2); // background and aspect
        let screen = front.colours(flags);
        loop {
            match front.byte() {
                0x21 => {
                    front.byte();
                    front.blocks();
                }
                0x2c => return Self::picture(&mut front, screen),
                other => panic!("block {other:#x} before the picture"),
            }
        }
    }

    fn picture(front: &mut Front<'_>, screen: &[u8]) -> Self {
        front.take(4); // place on the screen
        let width = front.short();
        let height = front.short();
        let flags = front.byte();
        assert_eq!(flags & INTERLACED, 0, "rows in order");
        let own = front.colours(flags);
        let colours = if own.is_empty() { screen } else { own };
        let bits = front.byte();
        let packed = front.blocks();
        let unpacked = Decoder::new(BitOrder::Lsb, bits).decode(&packed);
        let places = unpacked.expect("packed by LZW");
        assert_eq!(places.len(), width * height);
        let colour = |&place: &u8| {
            let at = 3 * usize::from(place);
            [colours[at], colours[at + 1], colours[at + 2]]
        };
        Self {
            width,
            height,
            pixels: places.iter().map(colour).collect(),
        }
    }
}

/// The bytes that are not read yet.
struct Front<'a>(&'a [u8]);

impl<'a> Front<'a> {
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(n);
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    fn short(&mut self) -> usize {
        let low = self.byte();
        let high = self.byte();
        usize::from(u16::from_le_bytes([low, high]))
    }

    /// The colours that flags announce.
    fn colours(&mut self, flags: u8) -> &'a [u8] {
        match flags & HAS_COLOURS {
            0 => self.take(0),
            _ => self.take(3 * (2_usize << (flags & 7))),
        }
    }

    /// The content of blocks up to the empty one.
    fn blocks(&mut self) -> Vec<u8> {
        let mut content = Vec::new();
        loop {
            let n = usize::from(self.byte());
            if n == 0 {
                return content;
            }
            content.extend_from_slice(self.take(n));
        }
    }
}
