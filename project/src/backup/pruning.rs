//! Pruning: which generations are kept, and what nothing needs any more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::digest::hex;
use crate::error::{Error, Result};
use crate::project::Project;
use crate::session::{Act, Session};
use crate::store::backups;

use super::manifest::{Found, MANIFEST, Manifest};
use super::store::{Store, name_of};

/// Days, weeks and months of which the last generation is kept.
const DAYS: usize = 7;
const WEEKS: usize = 4;
const MONTHS: usize = 6;

/// What pruning did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// Generations of the project that are still there, the newest first.
    pub kept: Vec<PathBuf>,
    /// Generations that were removed.
    pub removed: Vec<PathBuf>,
    /// Bytes of them and of images that nothing needs any more.
    pub freed_bytes: u64,
}

/// A generation in the store.
struct Generation {
    folder: PathBuf,
    sha: String,
    made: Timestamp,
    manifest: Manifest,
}

impl Project {
    /// Removes old generations of this project from a folder (without one: the folder of the last
    /// backup): kept are the last of each of the 7 newest days, 4 newest weeks and 6 newest months
    /// (UTC) that have any. A generation that was found faulty when it was made is kept only while
    /// none that is sound is newer. Generations of other projects, damaged ones and everything else
    /// in the folder stay; images go when no generation of any project names them, and only if every
    /// manifest there can be read.
    ///
    /// # Errors
    /// [`Error::Refused`] unless an admin asks; [`Error::ReadOnly`], as it could not be recorded;
    /// [`Error::Busy`] while another process makes a backup there; errors of the disc.
    pub fn prune_backups(&self, session: &Session, place: Option<&Path>) -> Result<Pruned> {
        let grant = self.authorise(session, Act::Backup)?;
        if !self.is_writable() {
            return Err(Error::ReadOnly);
        }
        let last = || backups::last(&self.db, self.seal);
        let place = match place {
            Some(place) => Some(place.to_owned()),
            None => last()?.map(|row| PathBuf::from(row.place)),
        };
        let Some(place) = place.filter(|place| place.is_dir()) else {
            return Ok(Pruned::default());
        };
        let store = Store::open(&place)?;
        let (own, removed) = sorted_out(generations(&store, &self.facts.id)?);
        let mut pruned = Pruned::default();
        for old in &removed {
            pruned.freed_bytes += remove(&store, &old.folder)?;
            pruned.removed.push(old.folder.clone());
        }
        pruned.freed_bytes += collect_objects(&store)?;
        pruned.kept = own.into_iter().map(|kept| kept.folder).collect();
        let shas: Vec<&str> = removed.iter().map(|old| old.sha.as_str()).collect();
        if !shas.is_empty() {
            let body = serde_json::json!({"manifests_sha256": shas});
            self.write(grant.person(), |recorder| {
                recorder.note("backup_pruned", &body)
            })?;
        }
        Ok(pruned)
    }
}

/// Generations of a project whose manifests are as they were written, the newest first.
fn generations(store: &Store, project: &str) -> Result<Vec<Generation>> {
    let mut found = Vec::new();
    for folder in store.folders()? {
        let Ok((manifest, sha)) = Found::read(&folder).and_then(Found::sound) else {
            continue;
        };
        let Ok(made) = manifest.made.parse::<Timestamp>() else {
            continue;
        };
        if manifest.project == project {
            found.push(Generation {
                folder,
                sha: hex(&sha),
                made,
                manifest,
            });
        }
    }
    found.sort_by_key(|generation| {
        std::cmp::Reverse((generation.made, name_of(&generation.folder)))
    });
    Ok(found)
}

/// Divides generations, the newest first, into those kept and those to be removed.
fn sorted_out(all: Vec<Generation>) -> (Vec<Generation>, Vec<Generation>) {
    let sound: Vec<Timestamp> = all
        .iter()
        .filter(|generation| generation.manifest.sound)
        .map(|generation| generation.made)
        .collect();
    let keep = kept(&sound);
    let newest_sound = sound.first().copied();
    let mut place = 0;
    all.into_iter().partition(|generation| {
        if !generation.manifest.sound {
            return newest_sound.is_none_or(|newest| generation.made > newest);
        }
        place += 1;
        keep.contains(&(place - 1))
    })
}

/// Places of the times to keep, in a list with the newest first.
fn kept(times: &[Timestamp]) -> BTreeSet<usize> {
    let day = |time: &Timestamp| time.to_zoned(TimeZone::UTC).date();
    let week = |date: Date| {
        let week = date.iso_week_date();
        (i32::from(week.year()), i32::from(week.week()))
    };
    let month = |date: Date| (i32::from(date.year()), i32::from(date.month()));
    let days: Vec<Date> = times.iter().map(day).collect();
    let mut keep = last_of_each(days.iter().copied(), DAYS);
    keep.extend(last_of_each(days.iter().copied().map(week), WEEKS));
    keep.extend(last_of_each(days.iter().copied().map(month), MONTHS));
    keep
}

/// Places of the first of each of the first so many different spans.
fn last_of_each<T: PartialEq>(spans: impl Iterator<Item = T>, count: usize) -> BTreeSet<usize> {
    let mut keep = BTreeSet::new();
    let mut before = None;
    for (place, span) in spans.enumerate() {
        if keep.len() == count {
            break;
        }
        if before.as_ref() != Some(&span) {
            keep.insert(place);
            before = Some(span);
        }
    }
    keep
}

/// Removes a folder so that it is no generation from the first moment on; gives its bytes.
fn remove(store: &Store, folder: &Path) -> Result<u64> {
    let bytes = bytes_in(folder);
    let away = store.workplace()?.join("generation");
    fs::rename(folder, &away).map_err(Error::io("backup"))?;
    fs::remove_dir_all(away.parent().unwrap_or(&away)).map_err(Error::io("backup"))?;
    Ok(bytes)
}

fn bytes_in(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => bytes_in(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

/// Removes images that no generation names; gives their bytes. One manifest that cannot be read, and
/// all of them stay.
fn collect_objects(store: &Store) -> Result<u64> {
    let mut named = BTreeSet::new();
    for folder in store.folders()? {
        if !folder.join(MANIFEST).exists() {
            continue;
        }
        let Ok((manifest, _)) = Found::read(&folder).and_then(Found::sound) else {
            return Ok(0);
        };
        named.extend(manifest.objects.into_iter().map(|part| part.name));
    }
    let mut freed = 0;
    for fan in children(&store.place.join("objects")) {
        for object in children(&fan) {
            if named.contains(&name_of(&object)) {
                continue;
            }
            let bytes = object.metadata().map_or(0, |meta| meta.len());
            fs::remove_file(&object).map_err(Error::io("backup"))?;
            freed += bytes;
        }
    }
    Ok(freed)
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.flatten().map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    /// The rule by another way: of every span the newest one, the newest spans of each kind.
    fn by_the_rule(times: &[Timestamp]) -> BTreeSet<usize> {
        let mut keep = BTreeSet::new();
        let forms: [(&str, usize); 3] = [("%Y-%m-%d", 7), ("%G-%V", 4), ("%Y-%m", 6)];
        for (form, count) in forms {
            let mut newest = std::collections::BTreeMap::new();
            for (place, time) in times.iter().enumerate() {
                newest
                    .entry(time.strftime(form).to_string())
                    .or_insert(place);
            }
            keep.extend(newest.values().rev().take(count));
        }
        keep
    }

    #[test]
    fn seven_days_four_weeks_and_six_months_are_kept() {
        let newest: Timestamp = "2026-11-22T08:45:00Z".parse().unwrap();
        for (step_hours, count) in [(24, 400), (5, 900), (24 * 9, 60), (24 * 40, 20), (1, 3)] {
            let step = |n: i64| newest - SignedDuration::from_hours(step_hours * n);
            let times: Vec<Timestamp> = (0..count).map(step).collect();
            assert_eq!(kept(&times), by_the_rule(&times), "every {step_hours} h");
        }
        assert_eq!(kept(&[]), BTreeSet::new());
    }

    #[test]
    fn a_daily_backup_leaves_at_most_sixteen_and_always_the_newest() {
        let mut there: Vec<Timestamp> = Vec::new();
        let first: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
        for day in 0..800 {
            there.insert(0, first + SignedDuration::from_hours(24 * day));
            let keep = kept(&there);
            assert!(keep.contains(&0) && keep.len() <= DAYS + WEEKS + MONTHS);
            there = keep.into_iter().map(|place| there[place]).collect();
        }
        let oldest = there[there.len() - 1];
        let age = there[0].duration_since(oldest).as_hours() / 24;
        assert!((120..190).contains(&age), "the oldest is {age} days old");
    }
}
