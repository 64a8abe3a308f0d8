//! The headers of a JPEG file up to its first scan (ITU-T T.81 B; JFIF; EXIF; Adobe's marker).

use super::orientation::Orientation;
use crate::error::Fault;
use crate::part::Part;
use std::io::{Read, Seek, SeekFrom};
use voxel::Phrase;

/// Most marker segments before the first scan.
const MAX_SEGMENTS: usize = 10_000;

/// What the headers say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JpegHeader {
    pub(crate) columns: u16,
    pub(crate) rows: u16,
    pub(crate) components: u8,
    pub(crate) precision: u8,
    /// Marker of the frame header: the coding process.
    pub(crate) process: u8,
    /// Whether Adobe's segment is there.
    pub(crate) adobe: bool,
    pub(crate) orientation: Orientation,
    /// Byte at which the first scan header begins.
    pub(crate) scan_at: u64,
}

impl JpegHeader {
    /// Reads the headers.
    ///
    /// # Errors
    /// A damaged or cut header, no frame header before the scan.
    pub(crate) fn read<R: Read + Seek>(mut source: R) -> Result<Self, Fault> {
        let mut header = JpegHeader {
            columns: 0,
            rows: 0,
            components: 0,
            precision: 0,
            process: 0,
            adobe: false,
            orientation: Orientation::UPRIGHT,
            scan_at: 0,
        };
        let mut at = 2;
        source.seek(SeekFrom::Start(at))?;
        for _ in 0..MAX_SEGMENTS {
            let marker = next_marker(&mut source, &mut at)?;
            if marker == 0xD9 {
                break;
            }
            if matches!(marker, 0x01 | 0xD0..=0xD8) {
                continue;
            }
            if marker == 0xDA {
                header.scan_at = at;
                break;
            }
            let mut length = [0; 2];
            fill(&mut source, &mut length, at)?;
            let length = u64::from(u16::from_be_bytes(length));
            if length < 2 {
                return Err(broken(at));
            }
            header.segment(&mut source, marker, length - 2, at + 2)?;
            at += length;
            source.seek(SeekFrom::Start(at))?;
        }
        if header.process == 0 {
            return Err(Fault::missing("SOF"));
        }
        if header.scan_at == 0 {
            return Err(Fault::missing("SOS"));
        }
        Ok(header)
    }

    fn segment<R: Read>(
        &mut self,
        source: &mut R,
        marker: u8,
        length: u64,
        at: u64,
    ) -> Result<(), Fault> {
        match marker {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let mut frame = [0; 6];
                fill(source, &mut frame, at)?;
                let [precision, r0, r1, c0, c1, components] = frame;
                self.process = marker;
                self.precision = precision;
                self.rows = u16::from_be_bytes([r0, r1]);
                self.columns = u16::from_be_bytes([c0, c1]);
                self.components = components;
            }
            0xE1 | 0xEE => {
                let mut data = Vec::new();
                source.take(length).read_to_end(&mut data)?;
                if marker == 0xE1 && data.starts_with(b"Exif\0\0") {
                    self.orientation = Orientation::of_exif(&data);
                }
                self.adobe |= marker == 0xEE && data.starts_with(b"Adobe");
            }
            _ => {}
        }
        Ok(())
    }

    /// The name of a coding process that is not read here.
    pub(crate) fn unsupported(&self) -> Option<Fault> {
        let name = match self.process {
            0xC0..=0xC2 if self.precision != 8 => format!("JPEG, {} bit", self.precision),
            0xC0..=0xC2 if !matches!(self.components, 1 | 3 | 4) => {
                format!("JPEG, {} components", self.components)
            }
            0xC0..=0xC2 if self.rows == 0 => "JPEG with DNL".to_owned(),
            0xC0..=0xC2 => return None,
            0xC3 => "JPEG Lossless".to_owned(),
            0xC9..=0xCB | 0xCD..=0xCF => "JPEG, arithmetic coding".to_owned(),
            _ => "JPEG, hierarchical".to_owned(),
        };
        Some(Fault::Unsupported {
            uid: format!("SOF{}", self.process & 0x0F),
            name,
        })
    }
}

/// The next marker; `at` is moved behind it.
fn next_marker<R: Read>(source: &mut R, at: &mut u64) -> Result<u8, Fault> {
    let mut byte = [0; 1];
    fill(source, &mut byte, *at)?;
    *at += 1;
    if byte != [0xFF] {
        return Err(broken(*at - 1));
    }
    // fill bytes may stand before a marker
    while byte == [0xFF] {
        fill(source, &mut byte, *at)?;
        *at += 1;
    }
    let [marker] = byte;
    Ok(marker)
}

fn fill<R: Read>(source: &mut R, buffer: &mut [u8], at: u64) -> Result<(), Fault> {
    source.read_exact(buffer).map_err(|_| Fault::Truncated {
        offset: at,
        inside: Part::Header.into(),
    })
}

fn broken(at: u64) -> Fault {
    Fault::Structure {
        offset: at,
        what: Phrase::new("structure-no-marker", "no marker where one should stand"),
    }
}
