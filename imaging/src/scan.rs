//! Files and folders to the series list: headers only, in parallel.

use crate::archive::{Lease, is_document_name, members_under};
use crate::classify::{Outcome, classify};
use crate::companions;
use crate::dicom::directory::follow;
use crate::dicom::group;
use crate::dicom::header::Instance;
use crate::entry::SeriesEntry;
use crate::error::Fault;
use crate::handle::Handle;
use crate::pool::in_pool;
use crate::problem::Problem;
use crate::walk::{files_under, is_hidden_below};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use voxel::Phrase;

/// Files that are looked at together.
const BATCH: usize = 4096;

/// What a scan may do.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ScanOptions {
    /// Also look into folders and files whose names begin with a dot.
    pub hidden: bool,
}

/// How far a scan has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanProgress {
    /// Files looked at.
    pub files_done: usize,
    /// Files found.
    pub files_total: usize,
}

/// Why a file is in no series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkipReason {
    /// Stable code, one of [`crate::ERROR_CODES`].
    pub code: String,
    /// The words, under the key `unreadable-<code>`.
    pub phrase: Phrase,
}

impl SkipReason {
    pub(crate) fn of_fault(fault: &Fault) -> Self {
        let mut phrase = fault.phrase();
        phrase.message = format!("cannot be read: {fault}");
        SkipReason {
            code: fault.code().to_owned(),
            phrase,
        }
    }

    pub(crate) fn of_code(code: &str, english: impl Into<String>) -> Self {
        SkipReason {
            code: code.to_owned(),
            phrase: Phrase::new(format!("unreadable-{code}"), english),
        }
    }

    /// One English sentence.
    pub fn text(&self) -> &str {
        &self.phrase.message
    }
}

/// A file that is in no series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The file.
    pub file: PathBuf,
    /// Why.
    pub reason: SkipReason,
    /// True for files that are passed over by design (an index, a second copy).
    pub expected: bool,
}

/// What a scan found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ScanResult {
    /// One entry per stack, in order of study, series number and name.
    pub series: Vec<SeriesEntry>,
    /// Files in no series.
    pub skipped: Vec<Skipped>,
}

/// Finds every image series under `paths`. Zip archives are looked into like folders, their files
/// named by paths through them; a DICOMDIR is followed. Nothing is decoded; a fault of one file never
/// stops the others. `progress` is called from several threads, one at a time, never backwards; the
/// total grows as archives are opened. After a stop, what was finished is returned.
pub fn scan(
    paths: &[PathBuf],
    options: &ScanOptions,
    progress: &(dyn Fn(ScanProgress) + Sync),
    cancel: &AtomicBool,
) -> ScanResult {
    let _opened = Lease::new();
    let found = files_under(paths, options.hidden, cancel);
    let meter = Meter::new(progress);
    let mut search = Search {
        hidden: options.hidden,
        rounds: Vec::new(),
        next: found.files,
        instances: Vec::new(),
        result: ScanResult {
            series: Vec::new(),
            skipped: found.faults,
        },
    };
    while !search.next.is_empty() && !cancel.load(Ordering::Relaxed) {
        search.round(&meter, cancel);
    }
    let Search {
        instances,
        mut result,
        ..
    } = search;
    for skipped in &mut result.skipped {
        // what a person named is answered, what a folder holds beside images is not
        if skipped.reason.code == "document" && paths.contains(&skipped.file) {
            skipped.expected = false;
        }
    }
    let instances = without_copies(instances, &mut result.skipped, cancel);
    result.series.extend(group::entries(instances));
    order(&mut result.series);
    number_stacks(&mut result.series);
    result
}

/// What became of one file of a round. Instances lie side by side here: a box each would leave as
/// much memory again in holes.
#[allow(
    clippy::large_enum_variant,
    reason = "nearly all files of a large scan are of the large kind"
)]
enum Looked {
    Instance(Instance),
    Other(Outcome),
    Stopped,
}

/// Looks at one file, unless the person has stopped the scan.
fn look_at(path: &Path, meter: &Meter<'_>, cancel: &AtomicBool) -> Looked {
    if cancel.load(Ordering::Relaxed) {
        return Looked::Stopped;
    }
    let outcome = classify(path);
    meter.one_done();
    match outcome {
        Outcome::Dicom(instance) => Looked::Instance(*instance),
        other => Looked::Other(other),
    }
}

/// A scan under way. Archives and indices lead to more files, which are looked at in a further round.
struct Search {
    hidden: bool,
    /// Files of the rounds that are done, each in order.
    rounds: Vec<Vec<PathBuf>>,
    /// Files of the next round.
    next: Vec<PathBuf>,
    instances: Vec<Instance>,
    result: ScanResult,
}

impl Search {
    /// Looks at the files of the next round.
    fn round(&mut self, meter: &Meter<'_>, cancel: &AtomicBool) {
        let mut files = std::mem::take(&mut self.next);
        files.par_sort_unstable_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
        files.dedup();
        meter.expect(files.len());
        let mut others = Vec::new();
        // in batches, so that a stop leaves nothing to clear away
        for batch in files.chunks(BATCH) {
            if cancel.load(Ordering::Relaxed) {
                break;
            }
            let looked: Vec<Looked> = in_pool(|| {
                let paths = batch.par_iter();
                paths.map(|path| look_at(path, meter, cancel)).collect()
            });
            for (file, looked) in batch.iter().zip(looked) {
                match looked {
                    Looked::Instance(instance) => self.instances.push(instance),
                    Looked::Other(outcome) => others.push((file.clone(), outcome)),
                    Looked::Stopped => {}
                }
            }
        }
        companions::pass_over(&mut others);
        self.rounds.push(files);
        for (file, outcome) in others {
            self.take(file, outcome);
        }
    }

    /// Files one outcome.
    fn take(&mut self, file: PathBuf, outcome: Outcome) {
        match outcome {
            Outcome::Dicom(instance) => self.instances.push(*instance),
            Outcome::Entries(entries) => self.result.series.extend(entries),
            Outcome::Skip { reason, expected } => self.skip(file, reason, expected),
            Outcome::Archive => self.take_archive(&file),
            Outcome::Index(named) => self.take_index(file, &named),
        }
    }

    fn skip(&mut self, file: PathBuf, reason: SkipReason, expected: bool) {
        self.result.skipped.push(Skipped {
            file,
            reason,
            expected,
        });
    }

    /// What lies in an archive is looked at next, unless it is a document of another kind.
    fn take_archive(&mut self, archive: &Path) {
        let listing = if is_document_name(archive) {
            None
        } else {
            match members_under(archive) {
                Ok(listing) => Some(listing).filter(|listing| !listing.is_document),
                Err(fault) => {
                    let reason = SkipReason::of_fault(&fault);
                    return self.skip(archive.to_path_buf(), reason, false);
                }
            }
        };
        let Some(listing) = listing else {
            let reason = SkipReason::of_code(
                "archive_document",
                "a document or a program in the form of an archive, not images",
            );
            return self.skip(archive.to_path_buf(), reason, true);
        };
        for fault in &listing.faults {
            self.skip(archive.to_path_buf(), SkipReason::of_fault(fault), false);
        }
        let hidden = self.hidden;
        let files = listing.files.into_iter();
        self.next
            .extend(files.filter(|file| hidden || !is_hidden_below(archive, file)));
    }

    /// Files that an index names and the walk did not find are looked at next; those that are not
    /// there are told.
    fn take_index(&mut self, index: PathBuf, named: &[Vec<String>]) {
        let followed = follow(&index, named);
        let is_known = |file: &PathBuf| {
            self.rounds.iter().any(|files| {
                files
                    .binary_search_by(|known| known.as_os_str().cmp(file.as_os_str()))
                    .is_ok()
            })
        };
        let new: Vec<PathBuf> = followed
            .found
            .into_iter()
            .filter(|file| !is_known(file))
            .collect();
        self.next.extend(new);
        if followed.absent == 0 {
            let reason = SkipReason::of_code(
                "dicomdir",
                "a DICOMDIR is an index; the files it names are read themselves",
            );
            return self.skip(index, reason, true);
        }
        let mut names = followed.absent_names.join(", ");
        if followed.absent > followed.absent_names.len() {
            names.push_str(", …");
        }
        let reason = SkipReason::of_code(
            "dicomdir_incomplete",
            format!(
                "{} of the {} files that this DICOMDIR names are not there: {names}",
                followed.absent,
                named.len()
            ),
        );
        let phrase = reason
            .phrase
            .with("absent", followed.absent as u64)
            .with("total", named.len() as u64)
            .with("names", names);
        let code = reason.code;
        self.skip(index, SkipReason { code, phrase }, false);
    }
}

/// Tells how far the scan is: some thousand times at most, never backwards.
struct Meter<'a> {
    progress: &'a (dyn Fn(ScanProgress) + Sync),
    done: AtomicUsize,
    total: AtomicUsize,
    /// What was told last.
    told: Mutex<usize>,
}

impl<'a> Meter<'a> {
    fn new(progress: &'a (dyn Fn(ScanProgress) + Sync)) -> Self {
        Meter {
            progress,
            done: AtomicUsize::new(0),
            total: AtomicUsize::new(0),
            told: Mutex::new(0),
        }
    }

    /// So many files more were found.
    fn expect(&self, files: usize) {
        self.total.fetch_add(files, Ordering::Relaxed);
        self.tell(self.done.load(Ordering::Relaxed));
    }

    fn one_done(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let total = self.total.load(Ordering::Relaxed);
        if done == total || done.is_multiple_of((total / 1000).max(1)) {
            self.tell(done);
        }
    }

    fn tell(&self, done: usize) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if done < *told {
            return;
        }
        *told = done;
        (self.progress)(ScanProgress {
            files_done: done,
            files_total: self.total.load(Ordering::Relaxed),
        });
    }
}

/// Keeps each SOP instance once: equal copies are passed over, different files of one identifier
/// are told.
fn without_copies(
    instances: Vec<Instance>,
    skipped: &mut Vec<Skipped>,
    cancel: &AtomicBool,
) -> Vec<Instance> {
    let mut firsts: HashMap<&str, usize> = HashMap::with_capacity(instances.len());
    // (index of the first file of an identifier, index of another), in order of the latter
    let mut again: Vec<(usize, usize)> = Vec::new();
    for (index, instance) in instances.iter().enumerate() {
        if !instance.uid.is_empty() {
            let first = *firsts.entry(&instance.uid).or_insert(index);
            if first != index {
                again.push((first, index));
            }
        }
    }
    if again.is_empty() {
        return instances;
    }
    // `None` after a stop
    let are_equal: Vec<Option<bool>> = again
        .par_iter()
        .map(|(first, second)| {
            let pair = instances.get(*first).zip(instances.get(*second));
            let is_equal = pair.is_some_and(|(a, b)| same_bytes(a, b, cancel).unwrap_or(false));
            (!cancel.load(Ordering::Relaxed)).then_some(is_equal)
        })
        .collect();
    let mut again = again.into_iter().zip(are_equal).peekable();
    // where the first files have gone in `kept`
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut kept: Vec<Instance> = Vec::with_capacity(instances.len());
    for (index, instance) in instances.into_iter().enumerate() {
        match again.next_if(|((_, second), _)| *second == index) {
            Some(((first, _), is_equal)) => {
                let first = places.get(&first).and_then(|place| kept.get_mut(*place));
                if let (Some(first), Some(is_equal)) = (first, is_equal) {
                    skipped.push(copy_of(first, instance, is_equal));
                }
            }
            None => {
                places.insert(index, kept.len());
                kept.push(instance);
            }
        }
    }
    kept
}

/// What is told of a second file with the identifier of `first`.
fn copy_of(first: &mut Instance, instance: Instance, is_equal: bool) -> Skipped {
    let (kept_file, file) = (
        first.path.display().to_string(),
        instance.path.display().to_string(),
    );
    let reason = if is_equal {
        SkipReason::of_code("copy", format!("a copy of {kept_file}"))
    } else {
        first.problems.push(
            Problem::new(
                "duplicate_instance",
                format!("{file} carries the same identifier and differs"),
            )
            .with("file", file),
        );
        SkipReason::of_code(
            "duplicate_instance",
            format!(
                "carries the identifier of {kept_file} but differs from it; the first was kept"
            ),
        )
    };
    Skipped {
        file: instance.path,
        reason: SkipReason {
            phrase: reason.phrase.with("file", kept_file),
            ..reason
        },
        expected: is_equal,
    }
}

/// Whether two files hold the same bytes.
fn same_bytes(a: &Instance, b: &Instance, cancel: &AtomicBool) -> Result<bool, Fault> {
    if cancel.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let (mut a, mut b) = (Handle::open(&a.path)?, Handle::open(&b.path)?);
    if a.length() != b.length() {
        return Ok(false);
    }
    let (mut x, mut y) = (Vec::new(), Vec::new());
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Ok(false);
        }
        x.clear();
        y.clear();
        (&mut a).take(64 << 10).read_to_end(&mut x)?;
        (&mut b).take(64 << 10).read_to_end(&mut y)?;
        if x != y {
            return Ok(false);
        }
        if x.is_empty() {
            return Ok(true);
        }
    }
}

/// By study, series number, description, then path: the same on every run.
fn order(series: &mut [SeriesEntry]) {
    series.sort_by(|a, b| {
        (&a.study_date, &a.study_uid, a.series_number, &a.description)
            .cmp(&(&b.study_date, &b.study_uid, b.series_number, &b.description))
            .then_with(|| a.files.first().cmp(&b.files.first()))
    });
}

/// Entries that share an id get `/1`, `/2`, … in their order.
fn number_stacks(series: &mut [SeriesEntry]) {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for entry in series.iter() {
        counts.entry(entry.id.clone()).or_default().0 += 1;
    }
    for entry in series.iter_mut() {
        if let Some((total, used)) = counts.get_mut(&entry.id)
            && *total > 1
        {
            *used += 1;
            entry.id = format!("{}/{used}", entry.id);
        }
    }
}
