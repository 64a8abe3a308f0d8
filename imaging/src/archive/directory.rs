//! The directory at the end of a zip archive (APPNOTE 4.3.12 to 4.3.16): which members there are and
//! where. Nothing it claims is believed beyond the bytes of the archive.

use super::broken;
use super::names::{CodePage, address};
use super::store::Store;
use crate::error::Fault;
use std::sync::Arc;
use voxel::Phrase;

/// Largest directory that is read.
const MAX_DIRECTORY_BYTES: u64 = 256 << 20;
/// Most bytes between the end record and the end of the file: itself and its comment.
const MAX_TAIL: u64 = 22 + 65_535;
const END: &[u8; 4] = b"PK\x05\x06";
const END_64: &[u8; 4] = b"PK\x06\x06";
const END_64_LOCATOR: &[u8; 4] = b"PK\x06\x07";
const MEMBER: &[u8; 4] = b"PK\x01\x02";

/// One member as the directory describes it.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// Address below the archive, parts separated by `/`.
    pub(super) address: String,
    /// Byte at which its local header begins.
    pub(super) header_at: u64,
    /// Bytes in the archive.
    pub(super) packed: u64,
    /// Bytes after inflating.
    pub(super) length: u64,
    /// CRC-32 of the inflated bytes.
    pub(super) checksum: u32,
    /// Compression method.
    pub(super) method: u16,
    /// Whether it needs a password.
    pub(super) is_locked: bool,
}

/// All members of an archive, ordered by address.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Files; folders and links are left out.
    pub(super) members: Vec<Member>,
    /// What is wrong though members could be read.
    pub(super) remarks: Vec<Fault>,
}

/// Where the directory lies.
struct Place {
    start: u64,
    length: u64,
    /// Bytes before the archive proper, to be added to every offset.
    shift: u64,
    /// Members, as far as the end record says.
    count: u64,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let part = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(part.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let part = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(part.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let part = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(part.try_into().ok()?))
}

/// Reads the directory of `store`.
///
/// # Errors
/// No end record (the archive was cut), an archive in several parts, members that overlap, a stated
/// limit.
pub(super) fn read(store: &Arc<Store>) -> Result<Directory, Fault> {
    let place = find(store)?;
    if place.length > MAX_DIRECTORY_BYTES {
        return Err(Fault::Limit {
            what: Phrase::new(
                "count-archive-directory",
                "the directory of the archive in bytes",
            ),
            limit: MAX_DIRECTORY_BYTES,
        });
    }
    let bytes = store.bytes(place.start, place.length)?;
    let mut raw = Vec::new();
    let mut at = 0;
    while let Some(member) = RawMember::read(&bytes, at) {
        at = member.end;
        raw.push(member);
    }
    let mut directory = Directory::default();
    // the end record of a plain archive counts up to 65535 and then from 0 again
    let read = raw.len() as u64;
    if read != place.count && read % 65_536 != place.count {
        let said = Phrase::new(
            "archive-count",
            format!(
                "its directory should name {} members, but {read} are there",
                place.count
            ),
        );
        let said = said.with("stated", place.count).with("present", read);
        directory.remarks.push(Fault::Archive(said));
    }
    let packed = raw
        .iter()
        .fold(0_u64, |sum, member| sum.saturating_add(member.packed));
    if packed > store.length() {
        return Err(broken(
            "archive-overlap",
            "its members overlap, as in an archive made to exhaust the memory",
        ));
    }
    directory.members = addressed(raw, place.shift);
    Ok(directory)
}

/// Members with the text of their names, each address once.
fn addressed(raw: Vec<RawMember<'_>>, shift: u64) -> Vec<Member> {
    let unmarked = raw.iter().filter(|member| !member.is_utf8);
    let page = CodePage::of(unmarked.map(|member| member.name));
    let mut members: Vec<Member> = raw
        .into_iter()
        .filter(|member| !member.is_link)
        .filter_map(|member| {
            let name = match (member.unicode_name, member.is_utf8) {
                (Some(name), _) => name.to_owned(),
                (None, true) => String::from_utf8_lossy(member.name).into_owned(),
                (None, false) => page.decode(member.name),
            };
            Some(Member {
                address: address(&name)?,
                header_at: member.header_at.saturating_add(shift),
                packed: member.packed,
                length: member.length,
                checksum: member.checksum,
                method: member.method,
                is_locked: member.is_locked,
            })
        })
        .collect();
    members.sort_by(|a, b| a.address.cmp(&b.address));
    let mut last = String::new();
    let mut times = 1_u64;
    for member in &mut members {
        if member.address == last {
            times += 1;
            member.address = format!("{last} ({times})");
        } else {
            last.clone_from(&member.address);
            times = 1;
        }
    }
    if members.windows(2).any(|pair| match pair {
        [a, b] => a.address > b.address,
        _ => false,
    }) {
        members.sort_by(|a, b| a.address.cmp(&b.address));
    }
    members
}

/// Looks for the end record from the end backwards; the first with a directory before it counts.
fn find(store: &Arc<Store>) -> Result<Place, Fault> {
    let tail_length = store.length().min(MAX_TAIL);
    let tail_at = store.length() - tail_length;
    let tail = store.bytes(tail_at, tail_length)?;
    for at in (0..tail.len().saturating_sub(21)).rev() {
        let Some(record) = tail.get(at..).filter(|rest| rest.starts_with(END)) else {
            continue;
        };
        if let Some(place) = place_of(store, record, tail_at.saturating_add(at as u64))? {
            return Ok(place);
        }
    }
    Err(broken(
        "archive-cut",
        "its directory is not there; the archive was cut or is damaged",
    ))
}

fn place_of(store: &Arc<Store>, record: &[u8], at: u64) -> Result<Option<Place>, Fault> {
    let fields = || {
        let disc = u16_at(record, 4)?;
        let count = u16_at(record, 10)?;
        Some((disc, count, u32_at(record, 12)?, u32_at(record, 16)?))
    };
    let Some((disc, count, length, offset)) = fields() else {
        return Ok(None);
    };
    let (mut count, mut length, mut offset) =
        (u64::from(count), u64::from(length), u64::from(offset));
    let mut end = at;
    if count == 0xFFFF || length == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
        if let Some((record_at, record)) = end_64(store, at)? {
            end = record_at;
            (count, length, offset) = record;
        }
    } else if disc != 0 {
        return Err(broken(
            "archive-parts",
            "it is one of several parts; join them first",
        ));
    }
    let Some(start) = end.checked_sub(length) else {
        return Ok(None);
    };
    // bytes before the archive shift everything; bytes after the directory shift nothing
    for (start, shift) in [
        (Some(start), start.checked_sub(offset)),
        (Some(offset), Some(0)),
    ] {
        let (Some(start), Some(shift)) = (start, shift) else {
            continue;
        };
        let mut magic = [0_u8; 4];
        let is_directory = length == 0
            || (start.saturating_add(length) <= end
                && store.read_at(start, &mut magic)? == 4
                && magic == *MEMBER);
        if is_directory {
            return Ok(Some(Place {
                start,
                length,
                shift,
                count,
            }));
        }
    }
    Ok(None)
}

/// A zip64 end record: where it begins, and (members, length, offset) of the directory.
type End64 = (u64, (u64, u64, u64));

fn end_64(store: &Arc<Store>, end_at: u64) -> Result<Option<End64>, Fault> {
    let Some(locator_at) = end_at.checked_sub(20) else {
        return Ok(None);
    };
    let locator = store.bytes(locator_at, 20)?;
    if !locator.starts_with(END_64_LOCATOR) {
        return Ok(None);
    }
    // where it says, or right before its locator if bytes were put before the archive
    for at in [u64_at(&locator, 8), locator_at.checked_sub(56)] {
        let Some(at) = at.filter(|at| *at < locator_at) else {
            continue;
        };
        let record = store.bytes(at, 56)?;
        if !record.starts_with(END_64) {
            continue;
        }
        let fields = || {
            Some((
                u64_at(&record, 32)?,
                u64_at(&record, 40)?,
                u64_at(&record, 48)?,
            ))
        };
        if let Some(fields) = fields() {
            return Ok(Some((at, fields)));
        }
    }
    Ok(None)
}

/// A member before its name is understood.
struct RawMember<'a> {
    name: &'a [u8],
    unicode_name: Option<&'a str>,
    is_utf8: bool,
    is_locked: bool,
    is_link: bool,
    header_at: u64,
    packed: u64,
    length: u64,
    checksum: u32,
    method: u16,
    end: usize,
}

impl<'a> RawMember<'a> {
    /// The member at `at`; `None` where there is none or it is cut.
    fn read(bytes: &'a [u8], at: usize) -> Option<Self> {
        let head = bytes.get(at..)?;
        if !head.starts_with(MEMBER) {
            return None;
        }
        let size = |field: usize| u16_at(head, field).map(usize::from);
        let (name, extra, comment) = (size(28)?, size(30)?, size(32)?);
        let extra_at = 46 + name;
        let fields = head.get(extra_at..extra_at + extra)?;
        let end = extra_at + extra + comment;
        head.get(..end)?;
        let flags = u16_at(head, 8)?;
        let mut member = RawMember {
            name: head.get(46..extra_at)?,
            unicode_name: None,
            is_utf8: flags & 0x0800 != 0,
            is_locked: flags & 0x0041 != 0,
            // a symbolic link of Unix: its content is a path
            is_link: u16_at(head, 4)? >> 8 == 3 && u32_at(head, 38)? >> 28 == 0xA,
            header_at: u64::from(u32_at(head, 42)?),
            packed: u64::from(u32_at(head, 20)?),
            length: u64::from(u32_at(head, 24)?),
            checksum: u32_at(head, 16)?,
            method: u16_at(head, 10)?,
            end: at.checked_add(end)?,
        };
        member.take_extra(fields);
        Some(member)
    }

    /// Sizes beyond 32 bits and the name in UTF-8.
    fn take_extra(&mut self, fields: &'a [u8]) {
        let mut at = 0;
        while let (Some(id), Some(size)) = (u16_at(fields, at), u16_at(fields, at + 2)) {
            let end = at + 4 + usize::from(size);
            let Some(field) = fields.get(at + 4..end) else {
                return;
            };
            match id {
                0x0001 => self.take_wide_sizes(field),
                0x7075 => self.take_unicode_name(field),
                _ => {}
            }
            at = end;
        }
    }

    fn take_wide_sizes(&mut self, field: &[u8]) {
        let mut at = 0;
        for size in [&mut self.length, &mut self.packed, &mut self.header_at] {
            if *size == 0xFFFF_FFFF
                && let Some(wide) = u64_at(field, at)
            {
                *size = wide;
                at += 8;
            }
        }
    }

    /// The name in UTF-8, if it still belongs to the name in the header.
    fn take_unicode_name(&mut self, field: &'a [u8]) {
        let mut checksum = flate2::Crc::new();
        checksum.update(self.name);
        let is_current = field.first() == Some(&1) && u32_at(field, 1) == Some(checksum.sum());
        if is_current && let Some(name) = field.get(5..) {
            self.unicode_name = std::str::from_utf8(name).ok();
        }
    }
}
