//! Decoded volumes kept while there is room: going back to a series, or on to the next case, then
//! needs no decoding.

use crate::entry::SeriesEntry;
use crate::load::Loaded;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Which volume: its files as they were when it was decoded, so that a changed file is read anew.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    id: String,
    files: Vec<(PathBuf, Option<(u64, SystemTime)>)>,
    planes: Vec<(u32, u32)>,
}

impl Key {
    fn of(entry: &SeriesEntry) -> Self {
        let stamp = |path: &PathBuf| {
            let meta = std::fs::metadata(path).ok()?;
            Some((meta.len(), meta.modified().ok()?))
        };
        Key {
            id: entry.id.clone(),
            files: entry
                .files
                .iter()
                .map(|path| (path.clone(), stamp(path)))
                .collect(),
            planes: entry
                .planes
                .iter()
                .map(|plane| (plane.file, plane.frame))
                .collect(),
        }
    }
}

/// Decoded volumes, the longest unused given up first, never more bytes of voxels than the budget.
///
/// It is shared between threads by reference; a volume that somebody still holds stays alive with
/// them after it was given up here.
#[derive(Debug)]
pub struct VolumeCache {
    budget: u64,
    /// The last one was used last.
    kept: Mutex<Vec<(Key, Arc<Loaded>)>>,
}

impl VolumeCache {
    /// An empty cache of at most `budget` bytes of voxels.
    pub fn new(budget: u64) -> Self {
        VolumeCache {
            budget,
            kept: Mutex::default(),
        }
    }

    /// The volume of `entry`, if it is kept and its files have not changed.
    pub fn get(&self, entry: &SeriesEntry) -> Option<Arc<Loaded>> {
        let key = Key::of(entry);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| *known == key)?;
        let found = kept.remove(at);
        let loaded = Arc::clone(&found.1);
        kept.push(found);
        Some(loaded)
    }

    /// Keeps the volume of `entry`; others make room. One that is larger than the whole budget is not
    /// kept.
    pub fn put(&self, entry: &SeriesEntry, loaded: Arc<Loaded>) {
        let key = Key::of(entry);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        if bytes_of(&loaded) > self.budget {
            return;
        }
        kept.push((key, loaded));
        let mut held: u64 = kept.iter().map(|(_, loaded)| bytes_of(loaded)).sum();
        while held > self.budget && !kept.is_empty() {
            let (_, oldest) = kept.remove(0);
            held = held.saturating_sub(bytes_of(&oldest));
        }
    }

    /// Bytes of voxels that are kept.
    pub fn bytes(&self) -> u64 {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().map(|(_, loaded)| bytes_of(loaded)).sum()
    }

    /// Gives up everything.
    pub fn clear(&self) {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn bytes_of(loaded: &Loaded) -> u64 {
    loaded.volume.bytes() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::DisplayDefaults;
    use crate::entry::{Format, Window};
    use voxel::{Affine, Grid, Rescale, Samples, Volume};

    fn entry(id: &str, file: &std::path::Path) -> SeriesEntry {
        SeriesEntry {
            files: vec![file.to_path_buf()],
            ..SeriesEntry::new(id.to_owned(), Format::Nifti)
        }
    }

    fn loaded(bytes: usize) -> Arc<Loaded> {
        let grid = Grid::new([bytes, 1, 1], Affine::scaling([1.0; 3])).unwrap();
        let samples = Samples::U8(Arc::new(vec![0; bytes]));
        let rescale = vec![Rescale {
            slope: 1.0,
            intercept: 0.0,
        }];
        Arc::new(Loaded {
            volume: Volume::new(grid, samples, rescale, None).unwrap(),
            windows: Vec::new(),
            plane_windows: Vec::new(),
            grey_tables: Vec::new(),
            value_maps: Vec::new(),
            overlays: Vec::new(),
            display: DisplayDefaults {
                window: Window::default(),
                window_from_file: false,
                table_first: false,
                invert: false,
            },
            colour_range: None,
            problems: Vec::new(),
            unit: None,
        })
    }

    #[test]
    fn the_longest_unused_volume_makes_room_and_the_budget_is_never_passed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::fs::write(&file, b"1").unwrap();
        let cache = VolumeCache::new(100);
        let [a, b, c] = ["a", "b", "c"].map(|id| entry(id, &file));
        cache.put(&a, loaded(40));
        cache.put(&b, loaded(40));
        assert!(cache.get(&a).is_some());
        cache.put(&c, loaded(40));
        assert!(cache.bytes() <= 100);
        assert!(cache.get(&b).is_none(), "b was used before a");
        assert!(cache.get(&a).is_some() && cache.get(&c).is_some());
    }

    #[test]
    fn a_volume_larger_than_the_budget_is_not_kept_and_drives_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::fs::write(&file, b"1").unwrap();
        let cache = VolumeCache::new(100);
        cache.put(&entry("a", &file), loaded(60));
        cache.put(&entry("b", &file), loaded(101));
        assert!(cache.get(&entry("a", &file)).is_some());
        assert!(cache.get(&entry("b", &file)).is_none());
    }

    #[test]
    fn a_changed_file_is_not_answered_from_the_cache() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::fs::write(&file, b"1").unwrap();
        let cache = VolumeCache::new(100);
        cache.put(&entry("a", &file), loaded(10));
        std::fs::write(&file, b"22").unwrap();
        assert!(cache.get(&entry("a", &file)).is_none());
    }
}
