//! The bytes of one member: a stretch of the archive, or inflated as far as somebody asked.

use super::store::{Store, Window};
use crate::error::Fault;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::io::{Error, ErrorKind, Read, Result as IoResult};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Least number of bytes that are inflated at once.
const STEP: usize = 32 << 10;

/// The bytes of a member, for any number of readers at any place.
#[derive(Debug)]
pub(crate) enum MemberBytes {
    /// Stored as they are.
    Stored(StoredMember),
    /// Inflated from the beginning as far as was asked.
    Deflated(Box<Inflating>),
}

/// A member stored as it is.
#[derive(Debug)]
pub(crate) struct StoredMember(pub(super) Store);

impl MemberBytes {
    /// Bytes in all, as the archive states and its packed bytes allow.
    pub(crate) fn length(&self) -> u64 {
        match self {
            MemberBytes::Stored(StoredMember(store)) => store.length(),
            MemberBytes::Deflated(inflating) => inflating.length,
        }
    }

    /// Bytes held in memory now.
    pub(super) fn held(&self) -> u64 {
        match self {
            MemberBytes::Stored(_) => 0,
            MemberBytes::Deflated(inflating) => inflating.held.load(Ordering::Relaxed),
        }
    }

    /// Reads from `position` on; 0 at the end.
    pub(crate) fn read_at(&self, position: u64, buffer: &mut [u8]) -> IoResult<usize> {
        match self {
            MemberBytes::Stored(StoredMember(store)) => store.read_at(position, buffer),
            MemberBytes::Deflated(inflating) => inflating.read_at(position, buffer),
        }
    }
}

/// A deflated member: what was inflated so far stays, so that readers may go back.
#[derive(Debug)]
pub(crate) struct Inflating {
    length: u64,
    checksum: u32,
    held: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// `None` at the end and after a fault.
    decoder: Option<DeflateDecoder<Window>>,
    bytes: Vec<u8>,
    sum: Crc,
    fault: Option<Fault>,
}

impl Inflating {
    pub(super) fn new(packed: Window, length: u64, checksum: u32) -> Self {
        Inflating {
            length,
            checksum,
            held: AtomicU64::new(0),
            state: Mutex::new(State {
                decoder: Some(DeflateDecoder::new(packed)),
                bytes: Vec::new(),
                sum: Crc::new(),
                fault: None,
            }),
        }
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> IoResult<usize> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let end = position
            .saturating_add(buffer.len() as u64)
            .min(self.length);
        while (state.bytes.len() as u64) < end && state.decoder.is_some() {
            let missing = end.saturating_sub(state.bytes.len() as u64);
            state.inflate(missing, self);
            self.held.store(state.bytes.len() as u64, Ordering::Relaxed);
        }
        let start = usize::try_from(position).unwrap_or(usize::MAX);
        let rest = state.bytes.get(start..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        match &state.fault {
            Some(fault) if count == 0 && !buffer.is_empty() => {
                Err(Error::new(ErrorKind::InvalidData, fault.clone()))
            }
            _ => Ok(count),
        }
    }

    /// All bytes, for an archive inside an archive.
    ///
    /// # Errors
    /// Damaged data.
    pub(super) fn whole(&self) -> Result<Vec<u8>, Fault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.decoder.is_some() {
            let missing = self.length.saturating_sub(state.bytes.len() as u64);
            state.inflate(missing, self);
        }
        match state.fault.take() {
            Some(fault) => Err(fault),
            None => Ok(std::mem::take(&mut state.bytes)),
        }
    }
}

impl State {
    /// Inflates at least `missing` bytes more, or to the end. More bytes than the member's length are
    /// never asked for; a stream that ends early is a shorter file, of which its reader tells.
    fn inflate(&mut self, missing: u64, member: &Inflating) {
        let Some(decoder) = &mut self.decoder else {
            return;
        };
        let here = self.bytes.len();
        let left = member.length.saturating_sub(here as u64);
        let step = missing.max(STEP as u64).min(left);
        let outcome = decoder.by_ref().take(step).read_to_end(&mut self.bytes);
        let came = self.bytes.get(here..).unwrap_or_default();
        self.sum.update(came);
        let is_short = (came.len() as u64) < step;
        match outcome {
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => {
                self.fault = Some(Fault::Inflate(error.to_string()));
                self.decoder = None;
            }
            _ if is_short => self.decoder = None,
            _ if self.bytes.len() as u64 == member.length => {
                self.decoder = None;
                if self.sum.sum() != member.checksum {
                    // nothing of it can be believed
                    self.bytes.clear();
                    self.fault = Some(Fault::Inflate(
                        "their checksum is not that of the archive".to_owned(),
                    ));
                }
            }
            _ => {}
        }
    }
}

/// The `length` bytes of `store` from `start` on, as they are.
pub(super) fn stored(store: Arc<Store>, start: u64, length: u64) -> MemberBytes {
    MemberBytes::Stored(StoredMember(Store::Part {
        whole: store,
        start,
        length,
    }))
}

#[cfg(test)]
mod tests {
    use crate::archive::open_member;
    use std::io::Write;

    #[test]
    fn no_more_of_a_member_is_inflated_than_somebody_asks_for() {
        let bytes: Vec<u8> = (0..4_000_000_u32)
            .map(|n| (n.wrapping_mul(n) >> 7) as u8)
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("a.zip");
        let mut writer = zip::ZipWriter::new(std::fs::File::create(&home).unwrap());
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
        writer.start_file("deep/member", options).unwrap();
        writer.write_all(&bytes).unwrap();
        writer.finish().unwrap();
        let member = open_member(&home.join("deep/member")).unwrap().unwrap();
        assert_eq!(member.length(), 4_000_000);
        let mut part = [0; 1000];
        assert_eq!(member.read_at(500, &mut part).unwrap(), 1000);
        assert_eq!(part, bytes[500..1500]);
        assert!(member.held() < 100_000, "{} bytes are held", member.held());
        assert_eq!(member.read_at(3_999_500, &mut part).unwrap(), 500);
        assert_eq!(part[..500], bytes[3_999_500..]);
        assert_eq!(member.read_at(7, &mut part).unwrap(), 1000);
        assert_eq!(part, bytes[7..1007]);
        assert_eq!(member.read_at(4_000_000, &mut part).unwrap(), 0);
    }
}
