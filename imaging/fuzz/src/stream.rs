//! What a code stream says of itself, so that the attributes around it agree with it.

use crate::dicom::Picture;

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([pair[0], pair[1]]))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(word(bytes, at)?) << 16 | u32::from(word(bytes, at + 2)?))
}

fn picture(
    syntax: &'static str,
    columns: u16,
    rows: u16,
    samples: u16,
    precision: u8,
) -> Option<Picture> {
    let picture = Picture {
        samples,
        photometric: if samples == 3 { "RGB" } else { "MONOCHROME2" },
        ..Picture::grey(syntax, columns, rows, u16::from(precision.clamp(2, 16)))
    };
    picture.is_small().then_some(picture)
}

/// By the last frame header of a JPEG or JPEG-LS stream.
pub fn of_jpeg(syntax: &'static str, stream: &[u8]) -> Option<Picture> {
    let mut at = 2;
    let mut found = None;
    while at + 4 <= stream.len() {
        let marker = stream[at + 1];
        let is_stuffed = matches!(marker, 0..=0x7F | 0xD0..=0xD7 | 0xFF);
        if stream[at] != 0xFF || is_stuffed {
            at += 1;
            continue;
        }
        if matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xF7) {
            found = Some(at + 4);
        }
        at += 2 + match marker {
            0xD8 | 0xD9 => 0,
            _ => usize::from(word(stream, at + 2)?),
        };
    }
    let at = found?;
    let (rows, columns) = (word(stream, at + 1)?, word(stream, at + 3)?);
    let samples = u16::from(*stream.get(at + 5)?);
    picture(syntax, columns, rows, samples, *stream.get(at)?)
}

/// By the SIZ segment of a JPEG 2000 stream, raw or in a JP2 file.
pub fn of_jpeg_2000(syntax: &'static str, stream: &[u8]) -> Option<Picture> {
    let start = stream
        .windows(4)
        .position(|bytes| bytes == [0xFF, 0x4F, 0xFF, 0x51])?;
    let stream = &stream[start..];
    let side = |end: usize, begin: usize| {
        let length = long(stream, end)?.checked_sub(long(stream, begin)?)?;
        u16::try_from(length).ok()
    };
    let (columns, rows) = (side(8, 16)?, side(12, 20)?);
    let precision = (stream.get(42)? & 0x7F) + 1;
    picture(syntax, columns, rows, word(stream, 40)?, precision)
}
