//! Marker segments of JPEG and JPEG-LS streams (ITU-T T.81 B.1.1, T.87 C.1).

/// A frame decoded by one of the lossless processes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pixels {
    /// One byte per sample up to 8 bits, else two, little endian.
    pub(crate) bytes: Vec<u8>,
    /// Components lie one after the other.
    pub(crate) planar: bool,
}

/// A marker with its parameters.
pub(crate) struct Segment<'a> {
    /// The byte after FF.
    pub(crate) marker: u8,
    /// The parameters, without their length.
    pub(crate) body: &'a [u8],
    /// What follows.
    pub(crate) after: &'a [u8],
}

/// The next segment; bytes before it (the rest of a scan) and markers without parameters are
/// passed over.
///
/// # Errors
/// A stream or segment that ends too early.
pub(crate) fn next_segment(bytes: &[u8]) -> Result<Segment<'_>, &'static str> {
    let mut rest = bytes;
    loop {
        match *rest {
            // 00 and, in JPEG-LS, all below 80 are stuffing; FF fills; SOI, EOI and restarts
            // have no parameters
            [0xFF, marker, ref after @ ..]
                if marker >= 0x80 && !matches!(marker, 0xD0..=0xD9 | 0xFF) =>
            {
                let length = usize::from(word(after, 0).ok_or("a segment is cut")?);
                let body = after.get(2..length).ok_or("a segment is cut")?;
                let after = after.get(length..).unwrap_or_default();
                return Ok(Segment {
                    marker,
                    body,
                    after,
                });
            }
            [_, ref after @ ..] => rest = after,
            [] => return Err("it ends before its scan"),
        }
    }
}

/// Big-endian 16-bit number at `at`.
pub(crate) fn word(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(<[u8; 2]>::try_from(pair).ok()?))
}

/// What a frame header (SOF) says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrameHeader {
    /// Bits per sample.
    pub(crate) precision: u8,
    /// Rows.
    pub(crate) height: usize,
    /// Columns.
    pub(crate) width: usize,
    /// Per component: identifier, sampling factors, quantisation table.
    pub(crate) components: Vec<[u8; 3]>,
}

impl FrameHeader {
    /// Reads the parameters of a frame header.
    ///
    /// # Errors
    /// A header that is cut.
    pub(crate) fn read(body: &[u8]) -> Result<Self, &'static str> {
        let cut = "its frame header is cut";
        let (&[precision, ..], Some(height), Some(width), Some(&count)) =
            (body, word(body, 1), word(body, 3), body.get(5))
        else {
            return Err(cut);
        };
        let list = body.get(6..6 + 3 * usize::from(count)).ok_or(cut)?;
        Ok(FrameHeader {
            precision,
            height: usize::from(height),
            width: usize::from(width),
            components: list.as_chunks::<3>().0.to_vec(),
        })
    }

    /// Whether it is a picture of this size.
    pub(crate) fn is(&self, width: usize, height: usize, components: usize) -> bool {
        (self.width, self.height, self.components.len()) == (width, height, components)
    }
}

/// What a scan header (SOS) says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ScanHeader {
    /// Per component: identifier, table selectors.
    pub(crate) components: Vec<[u8; 2]>,
    /// The last three bytes; their meaning is the process's own.
    pub(crate) parameters: [u8; 3],
}

impl ScanHeader {
    /// Reads the parameters of a scan header.
    ///
    /// # Errors
    /// A header that is cut.
    pub(crate) fn read(body: &[u8]) -> Result<Self, &'static str> {
        let cut = "its scan header is cut";
        let count = usize::from(*body.first().ok_or(cut)?);
        let list = body.get(1..1 + 2 * count).ok_or(cut)?;
        let parameters = body
            .get(1 + 2 * count..)
            .and_then(|rest| rest.first_chunk());
        Ok(ScanHeader {
            components: list.as_chunks::<2>().0.to_vec(),
            parameters: *parameters.ok_or(cut)?,
        })
    }
}

/// Restart interval of a DRI segment; JPEG-LS allows up to four bytes.
pub(crate) fn restart_interval(body: &[u8]) -> usize {
    let bytes = body.iter().take(4);
    bytes.fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}
