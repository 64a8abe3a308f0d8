//! Doors for the fuzz targets in `imaging/fuzz`: bytes in memory go through the readers as files do.
//! Compiled with the feature `fuzzing` alone.

use crate::archive::{Lease, members_under};
use crate::classify::{Outcome, classify_unguarded};
use crate::dicom::charset::{CharacterSets, TextKind, decode};
use crate::dicom::group;
use crate::entry::SeriesEntry;
use crate::load::{load, load_plane};
use crate::source_facts::source_facts;
use crate::structure_set::structure_set;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock};

/// Pictures of more samples than this are listed and not decoded: a target is to be quick. That
/// larger ones are bounded by their bytes is for the tests to show.
const MOST_SAMPLES: usize = 1 << 20;
/// Entries of one file that are decoded.
const MOST_ENTRIES: usize = 4;

/// Files that exist in memory only.
static FILES: RwLock<BTreeMap<PathBuf, Arc<[u8]>>> = RwLock::new(BTreeMap::new());

/// The bytes of a file in memory.
pub(crate) fn bytes_at(path: &Path) -> Option<Arc<[u8]>> {
    let files = FILES.read().unwrap_or_else(PoisonError::into_inner);
    files.get(path).cloned()
}

/// Lists and decodes the first of `files` (name and bytes each); the others lie beside it. A panic
/// of a reader is not caught. Returns how many of its series were decoded.
pub fn read(files: &[(&str, &[u8])]) -> usize {
    let path = |name: &str| Path::new("/memory").join(name);
    let placed = files
        .iter()
        .map(|(name, bytes)| (path(name), Arc::from(*bytes)));
    *FILES.write().unwrap_or_else(PoisonError::into_inner) = placed.collect();
    files.first().map_or(0, |(first, _)| read_at(&path(first)))
}

/// Looks into the zip archive at `path`, which lies on disc, and reads what it holds.
pub fn read_archive(path: &Path) -> usize {
    let _opened = Lease::new();
    let files = match members_under(path) {
        Ok(listing) => listing.files,
        Err(fault) => {
            assert!(!fault.to_string().is_empty(), "a fault says something");
            Vec::new()
        }
    };
    let members = files.iter().take(MOST_ENTRIES);
    members.map(|member| read_at(member)).sum()
}

fn read_at(path: &Path) -> usize {
    if let Ok(set) = structure_set(path) {
        let drawn = set.rois.iter().flat_map(|structure| &structure.contours);
        let points = drawn.flat_map(|contour| contour.points_mm.iter().flatten());
        assert!(points.into_iter().all(|v| v.is_finite()), "a wrong point");
    }
    let entries = match classify_unguarded(path) {
        Ok(Outcome::Dicom(instance)) => group::entries(vec![*instance]),
        Ok(Outcome::Entries(entries)) => entries,
        // an archive inside an archive
        Ok(Outcome::Archive) => {
            let _ = members_under(path);
            Vec::new()
        }
        Ok(_) => Vec::new(),
        Err(fault) => {
            assert!(!fault.to_string().is_empty(), "a fault says something");
            Vec::new()
        }
    };
    entries
        .iter()
        .take(MOST_ENTRIES)
        .map(|entry| usize::from(decoded(entry)))
        .sum()
}

/// Decodes an entry, whole and its last plane; true if a picture came out.
fn decoded(entry: &SeriesEntry) -> bool {
    let stop = AtomicBool::new(false);
    let _ = source_facts(entry);
    let samples = entry
        .size
        .iter()
        .try_fold(entry.channels.max(1) as usize, |product, n| {
            product.checked_mul(*n)
        });
    if !entry.is_image || samples.is_none_or(|samples| samples > MOST_SAMPLES) {
        return false;
    }
    let whole = load(entry, &|_| {}, &stop);
    if entry.size[2] > 1 {
        let _ = load_plane(entry, entry.size[2] - 1, &stop);
    }
    match whole {
        Ok(loaded) => {
            assert_eq!(loaded.volume.grid().size(), entry.size);
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty(), "an error says something");
            false
        }
    }
}

/// Decodes a text under a declaration of its character sets, as a name and as a plain text.
pub fn text(sets: &[u8], bytes: &[u8]) {
    let sets = CharacterSets::from_bytes(sets);
    for kind in [TextKind::Name, TextKind::Short] {
        let decoded = decode(bytes, &sets, kind);
        // a byte gives one character of at most four bytes
        assert!(decoded.text.len() <= 4 * bytes.len(), "a text grew");
    }
}
