//! Zip archives, looked into like folders.
//!
//! A member is addressed by a path through its archive (`/a/study.zip/CT/1.dcm`); nothing is ever
//! written to disc. Members that are stored or deflated are read. Bounds: a member inflates to at
//! most 1032 times its packed bytes (more deflate cannot do) and [`MAX_MEMBER_BYTES`], members may
//! not overlap (so all members together inflate to at most 1032 times the archive), and archives
//! inside archives are looked into down to [`MAX_DEPTH`].

mod directory;
mod member;
mod names;
mod opened;
mod store;

pub(crate) use member::MemberBytes;
pub(crate) use opened::{Lease, members_under, open_member};

use crate::error::Fault;
use directory::{Directory, Member};
use member::{Inflating, stored};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Store, Window};
use voxel::Phrase;

/// Deflate cannot expand by more than this.
const MAX_RATIO: u64 = 1032;
/// Longest member that is inflated into memory.
const MAX_MEMBER_BYTES: u64 = 2 << 30;
/// Longest archive inside an archive that is inflated into memory.
const MAX_INNER_BYTES: u64 = 512 << 20;
/// How deep archives inside archives are looked into.
const MAX_DEPTH: u32 = 2;

/// Whether a file begins as a zip archive (a member, no member at all, or the first of several
/// parts).
pub(crate) fn looks_like_zip(first: &[u8]) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"]
        .iter()
        .any(|magic| first.starts_with(*magic))
}

/// Whether a name is that of a document, program or model whose format is a zip archive: it is not
/// looked into, which for an archive inside another would mean to inflate all of it.
pub(crate) fn is_document_name(path: &Path) -> bool {
    const ENDS: [&str; 32] = [
        "3mf", "aar", "apk", "ckpt", "docm", "docx", "egg", "epub", "ipa", "jar", "keras", "key",
        "kmz", "npz", "numbers", "nupkg", "odp", "ods", "odt", "ora", "pages", "pkl", "pptm",
        "pptx", "pt", "pth", "usdz", "vsdx", "whl", "xlsm", "xlsx", "xpi",
    ];
    let end = path.extension().and_then(OsStr::to_str);
    end.is_some_and(|end| ENDS.contains(&end.to_ascii_lowercase().as_str()))
}

/// A fault of an archive without figures.
fn broken(key: &'static str, english: &str) -> Fault {
    Fault::Archive(Phrase::new(key, english))
}

/// What a listing of an archive gives.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Paths through the archive of all members that can be read.
    pub(crate) files: Vec<PathBuf>,
    /// What must be told of the archive: members that cannot be read, a directory that was cut.
    pub(crate) faults: Vec<Fault>,
    /// True for documents and programs that are zip archives by their format.
    pub(crate) is_document: bool,
}

/// An archive whose directory was read.
#[derive(Debug)]
struct Archive {
    /// Tells archives apart for as long as the program runs.
    id: u64,
    store: Arc<Store>,
    directory: Directory,
    /// 0 on disc, 1 inside another archive, …
    depth: u32,
}

impl Archive {
    fn read(store: Arc<Store>, depth: u32) -> Result<Self, Fault> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Ok(Archive {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            directory: directory::read(&store)?,
            store,
            depth,
        })
    }

    /// Index of the member at `address`.
    fn find(&self, address: &str) -> Option<usize> {
        self.directory
            .members
            .binary_search_by(|member| member.address.as_str().cmp(address))
            .ok()
    }

    /// Members whose address begins with `prefix`.
    fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Member> {
        let members = &self.directory.members;
        let first = members.partition_point(|member| member.address.as_str() < prefix);
        members
            .iter()
            .skip(first)
            .take_while(move |member| member.address.starts_with(prefix))
    }

    /// Whether it is a document or program of another kind: told by the member that its format
    /// prescribes.
    fn is_document(&self) -> bool {
        const MARKS: [&str; 6] = [
            "[Content_Types].xml",
            "AndroidManifest.xml",
            "META-INF/MANIFEST.MF",
            "META-INF/container.xml",
            "mimetype",
            "doc.kml",
        ];
        let members = &self.directory.members;
        let all_end_in = |end: &str| {
            !members.is_empty() && members.iter().all(|member| member.address.ends_with(end))
        };
        // NumPy's archives of arrays; PyTorch's models
        MARKS.iter().any(|mark| self.find(mark).is_some())
            || all_end_in(".npy")
            || members.iter().any(|member| {
                member.address.ends_with("/data.pkl") && member.address.matches('/').count() == 1
            })
    }

    /// Opens a member for reading.
    ///
    /// # Errors
    /// A password, another compression, sizes that cannot be, a stated limit.
    fn open(&self, index: usize) -> Result<MemberBytes, Fault> {
        let member = self
            .directory
            .members
            .get(index)
            .ok_or(Fault::UnknownFormat)?;
        if let Some(fault) = obstacle(member) {
            return Err(fault);
        }
        let start = self.data_start(member)?;
        if member.method == 0 {
            return Ok(stored(self.store.clone(), start, member.length));
        }
        if member.length > MAX_MEMBER_BYTES {
            return Err(Fault::Limit {
                what: Phrase::new(
                    "count-archive-member",
                    "the size of a compressed file of an archive in bytes",
                ),
                limit: MAX_MEMBER_BYTES,
            });
        }
        let packed = Window::new(self.store.clone(), start, member.packed);
        let inflating = Inflating::new(packed, member.length, member.checksum);
        Ok(MemberBytes::Deflated(Box::new(inflating)))
    }

    /// The byte at which a member's data begin: after its local header, whose length only the header
    /// itself tells (APPNOTE 4.3.7).
    fn data_start(&self, member: &Member) -> Result<u64, Fault> {
        let header = self.store.bytes(member.header_at, 30)?;
        let wrong = || {
            broken(
                "archive-member",
                "its directory and the member it names do not fit together",
            )
        };
        let Some(&[b'P', b'K', 3, 4, ref fields @ ..]) = header.first_chunk::<30>() else {
            return Err(wrong());
        };
        let &[.., n0, n1, e0, e1] = fields;
        let (name, extra) = (u16::from_le_bytes([n0, n1]), u16::from_le_bytes([e0, e1]));
        let start = member
            .header_at
            .saturating_add(30 + u64::from(name) + u64::from(extra));
        if start.saturating_add(member.packed) > self.store.length() {
            return Err(wrong());
        }
        Ok(start)
    }

    /// Opens the archive that member `index` is.
    ///
    /// # Errors
    /// Too deep, too large, or no archive.
    fn inner(&self, index: usize) -> Result<Archive, Fault> {
        if self.depth >= MAX_DEPTH {
            let said = Phrase::new(
                "archive-depth",
                format!("it lies in an archive inside {MAX_DEPTH} others; unpack it first"),
            );
            return Err(Fault::Archive(said.with("depth", MAX_DEPTH)));
        }
        let store = match self.open(index)? {
            MemberBytes::Stored(member) => member.0,
            MemberBytes::Deflated(inflating) => {
                let length = self
                    .directory
                    .members
                    .get(index)
                    .map_or(0, |member| member.length);
                if length > MAX_INNER_BYTES {
                    return Err(Fault::Limit {
                        what: Phrase::new(
                            "count-archive-inner",
                            "the size of an archive inside an archive in bytes",
                        ),
                        limit: MAX_INNER_BYTES,
                    });
                }
                Store::Memory(inflating.whole()?)
            }
        };
        Archive::read(Arc::new(store), self.depth + 1)
    }

    /// Everything at or under `prefix` (empty, or ending in `/`), below `home`.
    fn listing(&self, home: &Path, prefix: &str) -> Listing {
        let mut listing = Listing {
            faults: self.directory.remarks.clone(),
            is_document: self.is_document(),
            ..Listing::default()
        };
        // one sentence per reason, not per member
        let mut locked = Vec::new();
        let mut unknown: BTreeMap<u16, Vec<&Member>> = BTreeMap::new();
        for member in self.under(prefix) {
            if member.is_locked {
                locked.push(member);
            } else if matches!(member.method, 0 | 8) {
                listing.files.push(home.join(&member.address));
            } else {
                unknown.entry(member.method).or_default().push(member);
            }
        }
        if let Some(first) = locked.first() {
            let said = Phrase::new(
                "archive-locked-members",
                format!(
                    "{} of its files need a password ({}, …)",
                    locked.len(),
                    first.address
                ),
            );
            let said = said.with("count", locked.len() as u64);
            let said = said.with("first", first.address.as_str());
            listing.faults.push(Fault::Archive(said));
        }
        for (method, members) in unknown {
            let first = members.first().map_or("", |member| member.address.as_str());
            let method = method_name(method);
            let said = Phrase::new(
                "archive-method-members",
                format!(
                    "{} of its files are compressed as {method}, which is not read ({first}, …)",
                    members.len()
                ),
            );
            let said = said
                .with("count", members.len() as u64)
                .with("method", method)
                .with("first", first);
            listing.faults.push(Fault::Archive(said));
        }
        listing
    }
}

/// Why a member cannot be read, as far as the directory tells.
fn obstacle(member: &Member) -> Option<Fault> {
    if member.is_locked {
        return Some(broken("archive-locked", "the file needs a password"));
    }
    if !matches!(member.method, 0 | 8) {
        let method = method_name(member.method);
        let said = Phrase::new(
            "archive-method",
            format!("the file is compressed as {method}, which is not read"),
        );
        return Some(Fault::Archive(said.with("method", method)));
    }
    let most = match member.method {
        0 => member.packed,
        _ => member.packed.saturating_mul(MAX_RATIO),
    };
    let is_possible = member.length <= most && (member.method == 8 || member.length == most);
    if is_possible {
        return None;
    }
    let said = Phrase::new(
        "archive-claims",
        format!(
            "the file is said to have {} bytes, which its {} packed bytes cannot hold",
            member.length, member.packed
        ),
    );
    let said = said
        .with("length", member.length)
        .with("packed", member.packed);
    Some(Fault::Archive(said))
}

/// Name of a compression method (APPNOTE 4.4.5).
fn method_name(method: u16) -> String {
    match method {
        9 => "Deflate64".to_owned(),
        12 => "bzip2".to_owned(),
        14 => "LZMA".to_owned(),
        93 => "Zstandard".to_owned(),
        95 => "XZ".to_owned(),
        98 => "PPMd".to_owned(),
        99 => "AES".to_owned(),
        other => format!("method {other}"),
    }
}

/// The answer where an address leads nowhere.
fn not_found() -> Fault {
    Fault::Io {
        kind: ErrorKind::NotFound,
        text: "no such file in the archive".to_owned(),
    }
}
