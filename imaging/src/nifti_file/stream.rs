//! The bytes of a NIfTI file, inflated where it is gzip; how many can come is bounded by how many
//! there are.

use crate::error::Fault;
use crate::handle::Handle;
use crate::inflate::InflateReader;
use crate::part::Part;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Deflate cannot expand by more than this.
const MAX_RATIO: u64 = 1032;

/// A forward reader over plain or gzip bytes.
pub(crate) struct ByteStream {
    reader: Box<dyn Read + Send>,
    plain: Option<Handle>,
    position: u64,
    /// Most bytes that can come in all: exact for plain files.
    pub(crate) bound: u64,
    /// Whether the bytes are inflated.
    pub(crate) is_gzip: bool,
}

impl ByteStream {
    /// Opens `path`; gzip is recognised by its first bytes, not by the name.
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let mut file = Handle::open(path)?;
        let length = file.length();
        if length == 0 {
            return Err(Fault::Empty);
        }
        let mut magic = [0_u8; 2];
        let is_gzip = length >= 18 && file.read_exact(&mut magic).is_ok() && magic == [0x1F, 0x8B];
        file.seek(SeekFrom::Start(0))?;
        let twin = file.twin()?;
        Ok(if is_gzip {
            ByteStream {
                reader: Box::new(InflateReader::gzip(file)),
                plain: None,
                position: 0,
                bound: length.saturating_mul(MAX_RATIO),
                is_gzip,
            }
        } else {
            ByteStream {
                reader: Box::new(BufReader::with_capacity(64 << 10, file)),
                plain: Some(twin),
                position: 0,
                bound: length,
                is_gzip,
            }
        })
    }

    fn fault(&self, error: &std::io::Error) -> Fault {
        if self.is_gzip {
            Fault::Inflate(error.to_string())
        } else {
            Fault::Io {
                kind: error.kind(),
                text: error.to_string(),
            }
        }
    }

    /// Reads up to `buffer.len()` bytes; fewer only at the end.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..) {
            if rest.is_empty() {
                break;
            }
            match self.reader.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.fault(&error)),
            }
        }
        self.position = self.position.saturating_add(filled as u64);
        Ok(filled)
    }

    /// Fills `buffer` or says that the file is cut.
    pub(crate) fn fill(&mut self, buffer: &mut [u8], inside: Part) -> Result<(), Fault> {
        if self.read(buffer)? == buffer.len() {
            return Ok(());
        }
        Err(Fault::Truncated {
            offset: self.position,
            inside: inside.into(),
        })
    }

    /// Goes to byte `target`, forwards.
    pub(crate) fn go_to(&mut self, target: u64) -> Result<(), Fault> {
        if let Some(file) = &mut self.plain {
            file.seek(SeekFrom::Start(target))?;
            let twin = file.twin()?;
            self.reader = Box::new(BufReader::with_capacity(64 << 10, twin));
            self.position = target;
            return Ok(());
        }
        let mut block = [0_u8; 16 << 10];
        while self.position < target {
            let wanted = (target - self.position).min(block.len() as u64) as usize;
            let part = block.get_mut(..wanted).unwrap_or_default();
            self.fill(part, Part::BeforeVoxels)?;
        }
        Ok(())
    }
}
