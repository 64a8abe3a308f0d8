//! What a compressed frame says of itself, read before a decoder sees it: JPEG and JPEG-LS
//! (ITU-T T.81 B, T.87 C), JPEG 2000 (ITU-T T.800 A).
//!
//! Decoders allocate by these numbers, so they must agree with the file's attributes first.

/// Sizes and colour marks of one frame's code stream.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct StreamInfo {
    /// Columns.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) height: u32,
    /// Components.
    pub(crate) components: u16,
    /// Bits per sample.
    pub(crate) precision: u8,
    /// Whether a DCT process (not lossless) coded it.
    pub(crate) is_dct: bool,
    /// Whether components are subsampled or of unequal depth (JPEG 2000).
    pub(crate) uneven: bool,
    /// JPEG 2000: samples are signed.
    pub(crate) signed: bool,
    /// JPEG 2000: a component transform is used, so red, green, blue come out.
    pub(crate) transformed: bool,
    /// JPEG: Adobe's transform flag.
    pub(crate) adobe: Option<u8>,
    /// JPEG: a JFIF segment is there.
    pub(crate) jfif: bool,
    /// JPEG: identifiers of the components.
    pub(crate) identifiers: Vec<u8>,
    /// JPEG: bytes at which identifiers stand (frame and scan headers).
    pub(crate) identifier_places: Vec<usize>,
}

/// Big-endian 16-bit number at `at`.
fn word(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(<[u8; 2]>::try_from(pair).ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let quad = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(<[u8; 4]>::try_from(quad).ok()?))
}

/// Reads the headers of a JPEG or JPEG-LS stream: up to the first scan, and of a DCT process with
/// several components up to the last.
pub(crate) fn jpeg_info(bytes: &[u8]) -> Option<StreamInfo> {
    let mut info = StreamInfo::default();
    let mut at = 2;
    if bytes.first_chunk::<2>()? != &[0xFF, 0xD8] {
        return None;
    }
    loop {
        // to the next marker; in a scan this passes over its entropy-coded bytes
        while bytes.get(at) != Some(&0xFF)
            || matches!(bytes.get(at + 1), Some(0x00 | 0xFF | 0xD0..=0xD7))
        {
            at = at.checked_add(1)?;
            if at >= bytes.len() {
                return (info.width > 0).then_some(info);
            }
        }
        let Some(&marker) = bytes.get(at + 1) else {
            return (info.width > 0).then_some(info);
        };
        if marker < 0x80 {
            // inside JPEG-LS data a bit is stuffed after FF, so this is no marker
            at += 1;
            continue;
        }
        if matches!(marker, 0x01 | 0xD8) {
            at += 2;
            continue;
        }
        if marker == 0xD9 {
            return (info.width > 0).then_some(info);
        }
        let length = usize::from(word(bytes, at + 2)?);
        if length < 2 {
            return None;
        }
        let segment = at + 4;
        info.segment(bytes, marker, segment, length - 2)?;
        if marker == 0xDA && !(info.is_dct && info.components > 1) {
            return (info.width > 0).then_some(info);
        }
        at = at.checked_add(2)?.checked_add(length)?;
    }
}

impl StreamInfo {
    /// Columns, rows and components.
    pub(crate) fn size(&self) -> [usize; 3] {
        let components = usize::from(self.components);
        [self.width as usize, self.height as usize, components]
    }

    /// Takes in one marker segment whose data begin at `at`.
    fn segment(&mut self, bytes: &[u8], marker: u8, at: usize, length: usize) -> Option<()> {
        match marker {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xF7 => {
                self.precision = *bytes.get(at)?;
                self.height = u32::from(word(bytes, at + 1)?);
                self.width = u32::from(word(bytes, at + 3)?);
                let count = *bytes.get(at + 5)?;
                self.components = u16::from(count);
                self.is_dct = !matches!(marker, 0xC3 | 0xC7 | 0xCB | 0xCF | 0xF7);
                for component in 0..usize::from(count) {
                    let place = at + 6 + 3 * component;
                    self.identifiers.push(*bytes.get(place)?);
                    self.identifier_places.push(place);
                }
            }
            0xDA => {
                let count = usize::from(*bytes.get(at)?);
                for component in 0..count {
                    let place = at + 1 + 2 * component;
                    bytes.get(place)?;
                    self.identifier_places.push(place);
                }
            }
            0xE0 => self.jfif |= bytes.get(at..at + 5) == Some(b"JFIF\0"),
            0xEE if length >= 12 && bytes.get(at..at + 5) == Some(b"Adobe") => {
                self.adobe = bytes.get(at + 11).copied();
            }
            _ => {}
        }
        Some(())
    }
}

/// The raw code stream of JPEG 2000: what is inside a JP2 file's `jp2c` box, or the bytes as they
/// are.
pub(crate) fn jpeg2000_stream(bytes: &[u8]) -> &[u8] {
    if !bytes.starts_with(&[0, 0, 0, 0x0C, b'j', b'P']) {
        return bytes;
    }
    let mut at = 0_usize;
    while let Some(length) = long(bytes, at) {
        let kind = bytes.get(at + 4..at + 8);
        if kind == Some(b"jp2c") {
            let start = if length == 1 { at + 16 } else { at + 8 };
            return bytes.get(start..).unwrap_or_default();
        }
        if length < 8 {
            break;
        }
        at = at.saturating_add(length as usize);
    }
    bytes
}

/// Reads SIZ and COD of a raw JPEG 2000 code stream.
pub(crate) fn jpeg2000_info(bytes: &[u8]) -> Option<StreamInfo> {
    if bytes.first_chunk::<4>()? != &[0xFF, 0x4F, 0xFF, 0x51] {
        return None;
    }
    // SOC, SIZ marker, Lsiz, Rsiz, then the image and its offset
    let (x, y) = (long(bytes, 8)?, long(bytes, 12)?);
    let (x0, y0) = (long(bytes, 16)?, long(bytes, 20)?);
    let components = word(bytes, 40)?;
    let mut info = StreamInfo {
        width: x.checked_sub(x0)?,
        height: y.checked_sub(y0)?,
        components,
        ..StreamInfo::default()
    };
    for component in 0..usize::from(components.min(4)) {
        let place = 42 + 3 * component;
        let depth = (*bytes.get(place)? & 0x7F) + 1;
        let signed = *bytes.get(place)? & 0x80 != 0;
        info.uneven |= component > 0 && (depth, signed) != (info.precision, info.signed);
        info.signed = signed;
        info.precision = info.precision.max(depth);
        info.uneven |= bytes.get(place + 1..place + 3)? != [1, 1];
    }
    let mut at = 4_usize.checked_add(usize::from(word(bytes, 4)?))?;
    while let Some(marker) = word(bytes, at) {
        if marker == 0xFF52 {
            // COD: length, style, progression, layers, then the component transform
            info.transformed = bytes.get(at + 8) == Some(&1);
            break;
        }
        if marker == 0xFF90 {
            break;
        }
        at = at
            .checked_add(2)?
            .checked_add(usize::from(word(bytes, at + 2)?))?;
    }
    Some(info)
}
