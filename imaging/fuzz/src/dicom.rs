//! DICOM files around bytes: a right header, so that what is mutated reaches its decoder.

/// What the attributes of a picture say.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Transfer Syntax UID, without its root `1.2.840.10008.1.2`.
    pub syntax: &'static str,
    /// Rows.
    pub rows: u16,
    /// Columns.
    pub columns: u16,
    /// Samples per pixel.
    pub samples: u16,
    /// Bits Allocated.
    pub allocated: u16,
    /// Bits Stored.
    pub stored: u16,
    /// Pixel Representation.
    pub signed: bool,
    /// Planar Configuration.
    pub planar: bool,
    /// Photometric Interpretation.
    pub photometric: &'static str,
    /// Number of Frames.
    pub frames: u16,
}

impl Picture {
    /// Most rows and columns that a target asks for.
    const MOST_SIDE: u16 = 1024;

    /// One grey frame.
    pub fn grey(syntax: &'static str, columns: u16, rows: u16, bits: u16) -> Self {
        let allocated = if bits <= 8 { bits.max(1) } else { 16 };
        Picture {
            syntax,
            rows,
            columns,
            samples: 1,
            allocated: if allocated == 1 { 1 } else { allocated.max(8) },
            stored: bits,
            signed: false,
            planar: false,
            photometric: "MONOCHROME2",
            frames: 1,
        }
    }

    /// The same with what the bits of `choice` ask for.
    pub fn varied(mut self, choice: u8) -> Self {
        self.signed = choice & 1 != 0 && self.samples == 1;
        self.planar = choice & 2 != 0;
        if self.samples == 3 {
            let all = ["RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"];
            self.photometric = all[usize::from(choice >> 2) % all.len()];
        } else if choice & 4 != 0 {
            self.photometric = "MONOCHROME1";
        }
        self
    }

    /// Whether a target should spend time on a picture of this size.
    pub fn is_small(&self) -> bool {
        self.rows <= Self::MOST_SIDE && self.columns <= Self::MOST_SIDE
    }

    /// A Part 10 file whose pixel element is `pixels`, already with its head.
    fn file(&self, more: &[(u16, u16, &[u8; 2], &[u8])], pixels: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 128];
        out.extend(b"DICM");
        let syntax = format!("1.2.840.10008.1.2{}", self.syntax);
        element(&mut out, 0x0002, 0x0010, b"UI", syntax.as_bytes());
        element(
            &mut out,
            0x0008,
            0x0016,
            b"UI",
            b"1.2.840.10008.5.1.4.1.1.7",
        );
        element(&mut out, 0x0008, 0x0018, b"UI", b"1.2.3");
        let word = |out: &mut Vec<u8>, number: u16, value: u16| {
            element(out, 0x0028, number, b"US", &value.to_le_bytes());
        };
        word(&mut out, 0x0002, self.samples);
        element(&mut out, 0x0028, 0x0004, b"CS", self.photometric.as_bytes());
        if self.samples > 1 {
            word(&mut out, 0x0006, u16::from(self.planar));
        }
        let frames = self.frames.to_string();
        element(&mut out, 0x0028, 0x0008, b"IS", frames.as_bytes());
        word(&mut out, 0x0010, self.rows);
        word(&mut out, 0x0011, self.columns);
        word(&mut out, 0x0100, self.allocated);
        word(&mut out, 0x0101, self.stored);
        word(&mut out, 0x0102, self.stored.saturating_sub(1));
        word(&mut out, 0x0103, u16::from(self.signed));
        for (group, number, vr, value) in more {
            element(&mut out, *group, *number, vr, value);
        }
        out.extend(pixels);
        out
    }

    /// A file with plain pixels and `more` elements of group 0028 before them.
    pub fn native(&self, more: &[(u16, u16, &[u8; 2], &[u8])], pixels: &[u8]) -> Vec<u8> {
        let mut value = Vec::with_capacity(pixels.len() + 12);
        element(&mut value, 0x7FE0, 0x0010, b"OW", pixels);
        self.file(more, &value)
    }

    /// A file with fragments.
    pub fn encapsulated(&self, fragments: &[&[u8]]) -> Vec<u8> {
        let mut value = vec![0xE0, 0x7F, 0x10, 0x00, b'O', b'B', 0, 0];
        value.extend([0xFF; 4]);
        // an empty offset table
        value.extend([0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0]);
        for fragment in fragments {
            value.extend([0xFE, 0xFF, 0x00, 0xE0]);
            value.extend((fragment.len() as u32).to_le_bytes());
            value.extend(*fragment);
        }
        value.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
        self.file(&[], &value)
    }
}

/// One element, explicit little endian.
fn element(out: &mut Vec<u8>, group: u16, number: u16, vr: &[u8; 2], value: &[u8]) {
    out.extend(group.to_le_bytes());
    out.extend(number.to_le_bytes());
    out.extend(vr);
    let length = value.len().next_multiple_of(2);
    if matches!(vr, b"OB" | b"OW" | b"SQ" | b"UN") {
        out.extend([0, 0]);
        out.extend((length as u32).to_le_bytes());
    } else {
        out.extend((length as u16).to_le_bytes());
    }
    out.extend(value);
    out.resize(
        out.len() + length - value.len(),
        if vr == b"UI" { 0 } else { b' ' },
    );
}
