//! Tag trees (ITU-T T.800 B.10.2) and the bits of packet headers that they are read from (B.10.1).

/// Bits of a packet header; a byte after 0xFF brings seven.
pub(super) struct HeaderBits<'a> {
    bytes: &'a [u8],
    at: usize,
    last: u8,
    left: u32,
    /// Whether more was asked for than is there.
    pub(super) is_over: bool,
}

impl<'a> HeaderBits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        HeaderBits {
            bytes,
            at: 0,
            last: 0,
            left: 0,
            is_over: false,
        }
    }

    fn take_byte(&mut self) {
        let after_ones = self.last == 0xFF;
        match self.bytes.get(self.at) {
            Some(byte) => self.last = *byte,
            None => {
                self.is_over = true;
                self.last = 0;
            }
        }
        self.at += 1;
        self.left = if after_ones { 7 } else { 8 };
    }

    pub(super) fn bit(&mut self) -> u32 {
        if self.left == 0 {
            self.take_byte();
        }
        self.left -= 1;
        u32::from(self.last >> self.left & 1)
    }

    /// A number of at most 32 bits.
    pub(super) fn number(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |sum, _| sum << 1 | self.bit())
    }

    /// How many bytes the header has; a last byte of ones is followed by one more.
    pub(super) fn finish(mut self) -> usize {
        if self.last == 0xFF {
            self.take_byte();
        }
        self.at.min(self.bytes.len())
    }
}

/// A number for each code block of a precinct, told step by step.
pub(super) struct TagTree {
    nodes: Vec<Node>,
    /// Start and columns of each level among the nodes, leaves first.
    levels: Vec<(usize, usize)>,
}

#[derive(Clone, Copy, Default)]
struct Node {
    /// It is at least this.
    low: u32,
    is_known: bool,
}

impl TagTree {
    pub(super) fn new(across: usize, down: usize) -> Self {
        let mut levels = Vec::new();
        let (mut width, mut height, mut count) = (across, down, 0);
        while width > 0 && height > 0 {
            levels.push((count, width));
            count += width * height;
            if width * height == 1 {
                break;
            }
            (width, height) = (width.div_ceil(2), height.div_ceil(2));
        }
        TagTree {
            nodes: vec![Node::default(); count],
            levels,
        }
    }

    /// Reads on until it is known whether the leaf's number is below `limit`; then the number, if so.
    pub(super) fn below(
        &mut self,
        bits: &mut HeaderBits<'_>,
        (column, row): (usize, usize),
        limit: u32,
    ) -> Option<u32> {
        let mut low = 0;
        let mut found = None;
        for (level, (start, across)) in self.levels.iter().enumerate().rev() {
            let place = start + (row >> level) * across + (column >> level);
            let node = self.nodes.get_mut(place)?;
            node.low = node.low.max(low);
            while node.low < limit && !node.is_known {
                if bits.is_over {
                    return None;
                }
                if bits.bit() == 1 {
                    node.is_known = true;
                } else {
                    node.low += 1;
                }
            }
            low = node.low;
            found = (node.is_known && node.low < limit).then_some(node.low);
        }
        found
    }
}
