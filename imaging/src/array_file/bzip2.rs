//! bzip2 inflated, in safe Rust and without a crate: the pure one that is memory-safe is no longer
//! looked after, the maintained ones are C or a translation of it by `unsafe`. Blocks hold at most
//! 900 000 bytes, so that memory is bounded by 5 MB whatever the data claim. Randomised blocks, which
//! no writer has made since 1997, are refused.

use std::io::{BufRead, Error, ErrorKind, Read, Result as IoResult};

/// Symbols that share one table.
const GROUP: usize = 50;
/// Longest code in bits.
const MAX_CODE: usize = 20;
/// Selectors that a block of 900 000 symbols can use.
const MAX_SELECTORS: usize = 18_002;

fn damaged(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// Bits of the compressed data, the highest of a byte first.
struct Bits<R> {
    inner: R,
    held: u64,
    count: u32,
}

impl<R: BufRead> Bits<R> {
    /// One more byte; false at the end of the data.
    fn fetch(&mut self) -> IoResult<bool> {
        let Some(byte) = self.inner.fill_buf()?.first().copied() else {
            return Ok(false);
        };
        self.inner.consume(1);
        self.held = self.held << 8 | u64::from(byte);
        self.count += 8;
        Ok(true)
    }

    /// The next `n` bits, at most 48.
    fn take(&mut self, n: u32) -> IoResult<u64> {
        while self.count < n {
            if !self.fetch()? {
                return Err(Error::new(
                    ErrorKind::UnexpectedEof,
                    "the bzip2 data end early",
                ));
            }
        }
        self.count -= n;
        Ok(self.held >> self.count & ((1 << n) - 1))
    }

    fn is_set(&mut self) -> IoResult<bool> {
        Ok(self.take(1)? == 1)
    }

    /// Goes to the next whole byte.
    fn align(&mut self) {
        self.count -= self.count % 8;
    }

    fn is_at_end(&mut self) -> IoResult<bool> {
        Ok(self.count == 0 && !self.fetch()?)
    }
}

/// A table of canonical Huffman codes.
#[derive(Default)]
struct Table {
    /// For each length: the first code, the number of codes, the place of the first symbol.
    lengths: Vec<(u32, u32, usize)>,
    symbols: Vec<u16>,
}

impl Table {
    fn new(lengths: &[usize]) -> Self {
        let mut table = Table::default();
        let mut code = 0_u32;
        for length in 0..=MAX_CODE {
            let first = table.symbols.len();
            let of_length = lengths.iter().zip(0_u16..);
            let of_length = of_length.filter(|(own, _)| length > 0 && **own == length);
            table.symbols.extend(of_length.map(|(_, symbol)| symbol));
            let count = (table.symbols.len() - first) as u32;
            table.lengths.push((code, count, first));
            code = (code + count) << 1;
        }
        table
    }

    fn symbol<R: BufRead>(&self, bits: &mut Bits<R>) -> IoResult<u16> {
        let mut code = 0_u32;
        for (first, count, place) in self.lengths.iter().skip(1) {
            code = code << 1 | bits.take(1)? as u32;
            if let Some(offset) = code.checked_sub(*first).filter(|n| n < count) {
                let symbol = self.symbols.get(place + offset as usize);
                return symbol
                    .copied()
                    .ok_or_else(|| damaged("a code is not valid"));
            }
        }
        Err(damaged("a code is not valid"))
    }
}

/// The check sum of bzip2: CRC-32, the highest bit first.
#[derive(Clone, Copy)]
struct Crc(u32);

impl Crc {
    fn add(&mut self, byte: u8) {
        let mut value = self.0 ^ u32::from(byte) << 24;
        for _ in 0..8 {
            let carry = if value >> 31 == 1 { 0x04C1_1DB7 } else { 0 };
            value = value << 1 ^ carry;
        }
        self.0 = value;
    }
}

/// A block on its way out.
struct Block {
    /// Each entry: the next entry's place and, in the low eight bits, this byte.
    chain: Vec<u32>,
    place: u32,
    left: usize,
    /// The last byte and how often it came, up to 4; then a count follows.
    run: (u8, u32),
    /// Repetitions still to be given.
    repeat: u32,
    crc: Crc,
    expected: u32,
}

impl Block {
    /// The next byte of the text before its runs were shortened.
    fn shortened(&mut self) -> Option<u8> {
        self.left = self.left.checked_sub(1)?;
        let entry = *self.chain.get(self.place as usize)?;
        self.place = entry >> 8;
        Some(entry as u8)
    }

    fn next(&mut self) -> Option<u8> {
        if self.repeat > 0 {
            self.repeat -= 1;
            self.crc.add(self.run.0);
            return Some(self.run.0);
        }
        let byte = self.shortened()?;
        if self.run.1 == 4 {
            self.run.1 = 0;
            self.repeat = u32::from(byte);
            return self.next();
        }
        self.run = match self.run {
            (last, count) if last == byte && count > 0 => (byte, count + 1),
            _ => (byte, 1),
        };
        self.crc.add(byte);
        Some(byte)
    }
}

/// Inflates bzip2 data, also several streams one after the other.
pub(crate) struct Bzip2Reader<R> {
    bits: Bits<R>,
    /// Most bytes of a block; `None` before a stream begins.
    limit: Option<usize>,
    block: Option<Block>,
    combined: u32,
    is_done: bool,
}

impl<R: BufRead> Bzip2Reader<R> {
    pub(crate) fn new(inner: R) -> Self {
        Bzip2Reader {
            bits: Bits {
                inner,
                held: 0,
                count: 0,
            },
            limit: None,
            block: None,
            combined: 0,
            is_done: false,
        }
    }

    /// Reads up to the next block; `None` at the end of the last stream.
    fn next_block(&mut self) -> IoResult<Option<Block>> {
        loop {
            let Some(limit) = self.limit else {
                self.limit = Some(self.stream_head()?);
                self.combined = 0;
                continue;
            };
            match self.bits.take(48)? {
                0x3141_5926_5359 => return read_block(&mut self.bits, limit).map(Some),
                0x1772_4538_5090 => {
                    if self.bits.take(32)? as u32 != self.combined {
                        return Err(damaged("the check sum of the bzip2 data is wrong"));
                    }
                    self.bits.align();
                    self.limit = None;
                    if self.bits.is_at_end()? {
                        return Ok(None);
                    }
                }
                _ => return Err(damaged("no bzip2 block where one must be")),
            }
        }
    }

    fn stream_head(&mut self) -> IoResult<usize> {
        let magic = self.bits.take(24)?;
        let level = self.bits.take(8)?;
        if magic != 0x42_5A68 || !(0x31..=0x39).contains(&level) {
            return Err(damaged("the data are not bzip2"));
        }
        Ok((level - 0x30) as usize * 100_000)
    }
}

impl<R: BufRead> Read for Bzip2Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let mut filled = 0;
        while filled < buffer.len() && !self.is_done {
            let Some(block) = &mut self.block else {
                self.block = self.next_block()?;
                self.is_done = self.block.is_none();
                continue;
            };
            let mut is_over = false;
            for place in buffer.iter_mut().skip(filled) {
                let Some(byte) = block.next() else {
                    is_over = true;
                    break;
                };
                *place = byte;
                filled += 1;
            }
            if is_over {
                let crc = !block.crc.0;
                if crc != block.expected {
                    return Err(damaged("the check sum of a bzip2 block is wrong"));
                }
                self.combined = self.combined.rotate_left(1) ^ crc;
                self.block = None;
            }
        }
        Ok(filled)
    }
}

fn read_block<R: BufRead>(bits: &mut Bits<R>, limit: usize) -> IoResult<Block> {
    let expected = bits.take(32)? as u32;
    if bits.is_set()? {
        return Err(damaged("randomised bzip2 blocks are not supported"));
    }
    let origin = bits.take(24)? as usize;
    let used = used_bytes(bits)?;
    let text = read_text(bits, &used, limit)?;
    let chain = chained(&text, origin)?;
    let first = chain.get(origin).map(|entry| entry >> 8);
    Ok(Block {
        left: chain.len(),
        place: first.ok_or_else(|| damaged("the origin of a block is not valid"))?,
        chain,
        run: (0, 0),
        repeat: 0,
        crc: Crc(u32::MAX),
        expected,
    })
}

/// The bytes that occur in the block.
fn used_bytes<R: BufRead>(bits: &mut Bits<R>) -> IoResult<Vec<u8>> {
    let ranges = bits.take(16)?;
    let mut used = Vec::new();
    for range in (0..16_u8).filter(|range| ranges >> (15 - range) & 1 == 1) {
        let map = bits.take(16)?;
        used.extend(
            (0..16)
                .filter(|bit| map >> (15 - bit) & 1 == 1)
                .map(|bit| range * 16 + bit),
        );
    }
    match used.is_empty() {
        true => Err(damaged("a block without any byte")),
        false => Ok(used),
    }
}

/// The tables of a block, in the order in which its groups use them.
fn read_selectors<R: BufRead>(bits: &mut Bits<R>, tables: usize) -> IoResult<Vec<usize>> {
    let count = bits.take(15)? as usize;
    let mut order: Vec<usize> = (0..tables).collect();
    let mut selectors = Vec::new();
    for _ in 0..count {
        let mut place = 0;
        while bits.is_set()? {
            place += 1;
            if place >= tables {
                return Err(damaged("a selector is not valid"));
            }
        }
        let table = order.remove(place);
        order.insert(0, table);
        if selectors.len() < MAX_SELECTORS {
            selectors.push(table);
        }
    }
    Ok(selectors)
}

fn read_table<R: BufRead>(bits: &mut Bits<R>, symbols: usize) -> IoResult<Table> {
    let mut length = bits.take(5)? as usize;
    let mut lengths = Vec::with_capacity(symbols);
    for _ in 0..symbols {
        loop {
            if !(1..=MAX_CODE).contains(&length) {
                return Err(damaged("a code length is not valid"));
            }
            if !bits.is_set()? {
                break;
            }
            length = if bits.is_set()? {
                length - 1
            } else {
                length + 1
            };
        }
        lengths.push(length);
    }
    Ok(Table::new(&lengths))
}

/// The block after Huffman codes, runs of zeros and moves to the front: the last column of the
/// sorted text.
fn read_text<R: BufRead>(bits: &mut Bits<R>, used: &[u8], limit: usize) -> IoResult<Vec<u8>> {
    let count = bits.take(3)? as usize;
    if !(2..=6).contains(&count) {
        return Err(damaged("the number of tables is not valid"));
    }
    let selectors = read_selectors(bits, count)?;
    let end = used.len() + 1;
    let tables = (0..count)
        .map(|_| read_table(bits, end + 1))
        .collect::<IoResult<Vec<_>>>()?;
    let mut front = used.to_vec();
    let mut text: Vec<u8> = Vec::new();
    // a run of the front byte, written in digits 1 and 2 to the base 2
    let (mut run, mut weight) = (0_usize, 1_usize);
    for selector in selectors {
        let table = tables
            .get(selector)
            .ok_or_else(|| damaged("no such table"))?;
        for _ in 0..GROUP {
            let symbol = usize::from(table.symbol(bits)?);
            if symbol < 2 {
                run += weight << symbol;
                weight <<= 1;
                if run > limit {
                    return Err(damaged("a block is too long"));
                }
                continue;
            }
            if run > 0 {
                let byte = front.first().copied().unwrap_or(0);
                text.extend(std::iter::repeat_n(byte, run));
                (run, weight) = (0, 1);
            }
            if text.len() + usize::from(symbol != end) > limit {
                return Err(damaged("a block is too long"));
            }
            if symbol == end {
                return Ok(text);
            }
            if symbol > front.len() {
                return Err(damaged("a symbol is not valid"));
            }
            let byte = front.remove(symbol - 1);
            front.insert(0, byte);
            text.push(byte);
        }
    }
    Err(damaged("a block without an end"))
}

/// Undoes the sorting: the chain through the text.
fn chained(text: &[u8], origin: usize) -> IoResult<Vec<u32>> {
    if origin >= text.len() {
        return Err(damaged("the origin of a block is not valid"));
    }
    let mut starts = [0_u32; 256];
    for byte in text {
        if let Some(count) = starts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        (*start, sum) = (sum, sum + *start);
    }
    let mut chain: Vec<u32> = text.iter().map(|byte| u32::from(*byte)).collect();
    for (place, byte) in (0_u32..).zip(text) {
        if let Some(start) = starts.get_mut(usize::from(*byte)) {
            if let Some(entry) = chain.get_mut(*start as usize) {
                *entry |= place << 8;
            }
            *start += 1;
        }
    }
    Ok(chain)
}
