//! From paths to archives and members, with a small memory of those that were opened last: a
//! thousand members are found through one reading of the directory.

use super::member::MemberBytes;
use super::store::Store;
use super::{Archive, Listing, not_found};
use crate::error::Fault;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

/// Archives remembered.
const MAX_ARCHIVES: usize = 8;
/// Inflated members remembered while a scan or load runs.
const MAX_MEMBERS: usize = 16;
/// Their bytes together; the newest is remembered whatever its size.
const MAX_HELD: u64 = 256 << 20;

type Shared<T> = Arc<OnceLock<Result<Arc<T>, Fault>>>;

/// What makes an archive the same one as before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    path: PathBuf,
    length: u64,
    changed: Option<SystemTime>,
}

/// The newest last.
static ARCHIVES: Mutex<Vec<(Key, Shared<Archive>)>> = Mutex::new(Vec::new());
/// A member by its archive's number and its place in the directory, with its bytes.
type KnownMember = ((u64, usize), Arc<MemberBytes>);
static MEMBERS: Mutex<Vec<KnownMember>> = Mutex::new(Vec::new());
static LEASES: AtomicUsize = AtomicUsize::new(0);

/// While one is held, members that were inflated stay in memory (within bounds), since frames are
/// read one by one. With the last one goes everything that lies in memory.
#[derive(Debug)]
pub(crate) struct Lease(());

impl Lease {
    /// Begins a scan or load.
    pub(crate) fn new() -> Self {
        LEASES.fetch_add(1, Ordering::SeqCst);
        Lease(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if LEASES.fetch_sub(1, Ordering::SeqCst) == 1 {
            lock(&MEMBERS).clear();
            lock(&ARCHIVES).retain(|(_, archive)| is_cheap(archive));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether only the directory of an archive is in memory.
fn is_cheap(archive: &Shared<Archive>) -> bool {
    match archive.get() {
        Some(Ok(archive)) => !archive.store.is_in_memory(),
        _ => false,
    }
}

/// The archive of `key`, read once however many threads ask.
fn remembered(
    key: &Key,
    read: impl FnOnce() -> Result<Archive, Fault>,
) -> Result<Arc<Archive>, Fault> {
    let slot = {
        let mut archives = lock(&ARCHIVES);
        let known = archives.iter().position(|(known, _)| known == key);
        let entry = match known {
            Some(index) => archives.remove(index),
            None => (key.clone(), Shared::default()),
        };
        let slot = entry.1.clone();
        // an archive that has changed is another one
        archives.retain(|(known, _)| known.path != key.path);
        archives.push(entry);
        if archives.len() > MAX_ARCHIVES {
            archives.remove(0);
        }
        slot
    };
    let outcome = slot.get_or_init(|| read().map(Arc::new)).clone();
    let is_kept = match &outcome {
        // a medium may answer the next time
        Err(_) => false,
        Ok(archive) => !archive.store.is_in_memory() || LEASES.load(Ordering::SeqCst) > 0,
    };
    if !is_kept {
        lock(&ARCHIVES).retain(|(known, _)| known != key);
    }
    outcome
}

/// The innermost file on disc that `path` goes through, and the address behind it.
fn through(path: &Path) -> Option<(&Path, String)> {
    for ancestor in path.ancestors().skip(1) {
        match std::fs::metadata(ancestor) {
            Ok(meta) if meta.is_file() => {
                let rest = path.strip_prefix(ancestor).ok()?;
                let parts: Option<Vec<&str>> = rest.iter().map(std::ffi::OsStr::to_str).collect();
                return Some((ancestor, parts?.join("/")));
            }
            Ok(_) => return None,
            Err(_) => {}
        }
    }
    None
}

fn key_of(path: &Path) -> Result<Key, Fault> {
    let meta = std::fs::metadata(path)?;
    Ok(Key {
        path: path.to_path_buf(),
        length: meta.len(),
        changed: meta.modified().ok(),
    })
}

fn on_disc(path: &Path) -> Result<(Key, Arc<Archive>), Fault> {
    let key = key_of(path)?;
    let archive = remembered(&key, || {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Archive::read(Arc::new(Store::Disc { file, length }), 0)
    })?;
    Ok((key, archive))
}

/// Where an address leads.
enum Place {
    /// To this member.
    Member(Arc<Archive>, usize, Key),
    /// To no member, perhaps to a folder: the address left in the innermost archive.
    Folder(Arc<Archive>, String),
}

/// Goes from the archive on disc at `disc` along `address`, through archives inside archives.
fn follow(disc: &Path, address: &str) -> Result<Place, Fault> {
    let (mut key, mut archive) = on_disc(disc)?;
    let mut address = address.to_owned();
    loop {
        if let Some(index) = archive.find(&address) {
            return Ok(Place::Member(archive, index, key));
        }
        let ends = address.match_indices('/').map(|(at, _)| at);
        let inner = ends.clone().find_map(|end| {
            let index = archive.find(address.get(..end)?)?;
            Some((end, index))
        });
        let Some((end, index)) = inner else {
            return Ok(Place::Folder(archive, address));
        };
        let (own, rest) = (
            address.get(..end).unwrap_or_default(),
            address.get(end + 1..).unwrap_or_default(),
        );
        key = Key {
            path: key.path.join(own),
            ..key
        };
        archive = remembered(&key, || archive.inner(index))?;
        address = rest.to_owned();
    }
}

/// Opens the member that `path` leads to through an archive; `None` where the path goes through no
/// file at all.
pub(crate) fn open_member(path: &Path) -> Option<Result<Arc<MemberBytes>, Fault>> {
    let (disc, address) = through(path)?;
    Some(follow(disc, &address).and_then(|place| match place {
        Place::Member(archive, index, _) => member(&archive, index),
        Place::Folder(..) => Err(not_found()),
    }))
}

fn member(archive: &Archive, index: usize) -> Result<Arc<MemberBytes>, Fault> {
    let key = (archive.id, index);
    if LEASES.load(Ordering::SeqCst) == 0 {
        return archive.open(index).map(Arc::new);
    }
    let mut members = lock(&MEMBERS);
    if let Some(place) = members.iter().position(|(known, _)| *known == key) {
        let known = members.remove(place);
        let bytes = known.1.clone();
        members.push(known);
        return Ok(bytes);
    }
    let bytes = Arc::new(archive.open(index)?);
    if matches!(*bytes, MemberBytes::Deflated(_)) {
        members.push((key, bytes.clone()));
    }
    let mut held: u64 = members.iter().map(|(_, bytes)| bytes.held()).sum();
    while members.len() > MAX_MEMBERS || held > MAX_HELD && members.len() > 1 {
        held = held.saturating_sub(members.remove(0).1.held());
    }
    Ok(bytes)
}

/// What lies in the archive at `path`, or under the folder inside an archive that `path` leads to.
///
/// # Errors
/// Nothing there, no archive, a broken directory.
pub(crate) fn members_under(path: &Path) -> Result<Listing, Fault> {
    if std::fs::metadata(path).is_ok_and(|meta| meta.is_file()) {
        return Ok(on_disc(path)?.1.listing(path, ""));
    }
    let (disc, address) = through(path).ok_or_else(not_found)?;
    match follow(disc, &address)? {
        Place::Member(archive, index, key) => {
            let key = Key {
                path: path.to_path_buf(),
                ..key
            };
            let inner = remembered(&key, || archive.inner(index))?;
            Ok(inner.listing(path, ""))
        }
        Place::Folder(archive, rest) => {
            let prefix = format!("{rest}/");
            // the paths of a listing begin where the innermost archive does
            let up = rest.split('/').count();
            let home = path.ancestors().nth(up).unwrap_or(path);
            let listing = archive.listing(home, &prefix);
            if listing.files.is_empty() && listing.faults.is_empty() {
                return Err(not_found());
            }
            Ok(listing)
        }
    }
}
