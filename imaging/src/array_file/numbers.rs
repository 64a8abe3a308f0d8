//! Samples written as text: numbers, or hexadecimal digits. Both come out as bytes.

use super::sample::SampleType;
use std::io::{BufRead, Error, ErrorKind, Read, Result as IoResult};

/// Longest number in letters.
const MAX_LETTERS: usize = 400;

/// Numbers parted by spaces, lines or commas, as little-endian samples.
pub(crate) struct TextReader<R> {
    inner: R,
    sample: SampleType,
    word: String,
    ready: Vec<u8>,
    given: usize,
}

impl<R: BufRead> TextReader<R> {
    pub(crate) fn new(inner: R, sample: SampleType) -> Self {
        TextReader {
            inner,
            sample,
            word: String::new(),
            ready: Vec::new(),
            given: 0,
        }
    }

    /// The next number as bytes; false at the end of the text.
    fn advance(&mut self) -> IoResult<bool> {
        self.word.clear();
        loop {
            let buffer = self.inner.fill_buf()?;
            let at_end = buffer.is_empty();
            let mut used = 0;
            let mut is_whole = at_end;
            for byte in buffer {
                let is_between = byte.is_ascii_whitespace() || *byte == b',';
                if is_between && !self.word.is_empty() {
                    is_whole = true;
                    break;
                }
                used += 1;
                if !is_between {
                    self.word.push(char::from(*byte));
                }
                if self.word.len() > MAX_LETTERS {
                    return Err(no_number(&self.word));
                }
            }
            self.inner.consume(used);
            if at_end && self.word.is_empty() {
                return Ok(false);
            }
            if is_whole {
                self.ready = self
                    .sample
                    .parse(&self.word)
                    .ok_or_else(|| no_number(&self.word))?;
                self.given = 0;
                return Ok(true);
            }
        }
    }
}

fn no_number(word: &str) -> Error {
    let start: String = word.chars().take(40).collect();
    Error::new(
        ErrorKind::InvalidData,
        format!("{start:?} is no number of this type"),
    )
}

impl<R: BufRead> Read for TextReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            if self.given == self.ready.len() && !self.advance()? {
                break;
            }
            let rest = self.ready.get(self.given..).unwrap_or_default();
            let free = buffer.get_mut(filled..).unwrap_or_default();
            let count = rest.len().min(free.len());
            for (to, from) in free.iter_mut().zip(rest) {
                *to = *from;
            }
            filled += count;
            self.given += count;
        }
        Ok(filled)
    }
}

/// Two hexadecimal digits for each byte; white space is passed over.
pub(crate) struct HexReader<R> {
    inner: R,
    half: Option<u8>,
}

impl<R: BufRead> HexReader<R> {
    pub(crate) fn new(inner: R) -> Self {
        HexReader { inner, half: None }
    }
}

impl<R: BufRead> Read for HexReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let mut places = buffer.iter_mut();
        let mut filled = 0;
        let wanted = places.len();
        while filled < wanted {
            let digits = self.inner.fill_buf()?;
            if digits.is_empty() {
                break;
            }
            let mut used = 0;
            for byte in digits {
                if filled == wanted {
                    break;
                }
                used += 1;
                if byte.is_ascii_whitespace() {
                    continue;
                }
                let digit = char::from(*byte)
                    .to_digit(16)
                    .ok_or_else(|| Error::new(ErrorKind::InvalidData, "not a hexadecimal digit"))?
                    as u8;
                match self.half.take() {
                    None => self.half = Some(digit),
                    Some(high) => {
                        if let Some(place) = places.next() {
                            *place = high << 4 | digit;
                        }
                        filled += 1;
                    }
                }
            }
            self.inner.consume(used);
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::{HexReader, TextReader};
    use crate::array_file::sample::SampleType;
    use std::io::{BufReader, Read};

    fn bytes(text: &str, sample: SampleType) -> std::io::Result<Vec<u8>> {
        let mut out = Vec::new();
        // a buffer of three bytes: numbers run over its borders
        let reader = BufReader::with_capacity(3, text.as_bytes());
        TextReader::new(reader, sample).read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn numbers_in_text_become_samples() {
        let read = bytes(" 1 -2,3\r\n\t32767\n", SampleType::I16).unwrap();
        assert_eq!(read, [1, 0, 0xFE, 0xFF, 3, 0, 0xFF, 0x7F]);
        let read = bytes("0.5 -1e3", SampleType::F32).unwrap();
        assert_eq!(
            read,
            [0.5_f32.to_le_bytes(), (-1000_f32).to_le_bytes()].concat()
        );
        let read = bytes("7.0", SampleType::U8).unwrap();
        assert_eq!(read, [7]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (text, sample) in [
            ("256", SampleType::U8),
            ("-1", SampleType::U32),
            ("1.5", SampleType::I32),
            ("seven", SampleType::F64),
        ] {
            assert!(bytes(text, sample).is_err(), "{text}");
        }
        assert!(bytes(&"1".repeat(500), SampleType::F64).is_err());
    }

    #[test]
    fn hexadecimal_digits_become_bytes() {
        let mut out = Vec::new();
        let reader = BufReader::with_capacity(3, "0a Ff\n1".as_bytes());
        HexReader::new(reader).read_to_end(&mut out).unwrap();
        assert_eq!(out, [0x0A, 0xFF]);
        let reader = BufReader::new("0g".as_bytes());
        assert!(HexReader::new(reader).read_to_end(&mut out).is_err());
    }
}
