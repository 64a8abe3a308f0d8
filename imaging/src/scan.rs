//! Files and folders to the series list: headers only, in parallel.

use crate::classify::{Outcome, classify};
use crate::companions;
use crate::dicom::group;
use crate::dicom::header::Instance;
use crate::entry::SeriesEntry;
use crate::error::Fault;
use crate::handle::Handle;
use crate::pool::in_pool;
use crate::problem::Problem;
use crate::walk::files_under;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use voxel::Phrase;

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

/// Finds every image series under `paths`. Nothing is decoded; a fault of one file never stops
/// the others. After a stop, what was finished is returned.
pub fn scan(
    paths: &[PathBuf],
    options: &ScanOptions,
    progress: &(dyn Fn(ScanProgress) + Sync),
    cancel: &AtomicBool,
) -> ScanResult {
    let mut found = files_under(paths, options.hidden, cancel);
    found.files.sort();
    found.files.dedup();
    let done = AtomicUsize::new(0);
    let total = found.files.len();
    let mut outcomes: Vec<(PathBuf, Outcome)> = in_pool(|| {
        found
            .files
            .into_par_iter()
            .filter_map(|path| {
                if cancel.load(Ordering::Relaxed) {
                    return None;
                }
                let outcome = classify(&path);
                progress(ScanProgress {
                    files_done: done.fetch_add(1, Ordering::Relaxed) + 1,
                    files_total: total,
                });
                Some((path, outcome))
            })
            .collect()
    });
    companions::pass_over(&mut outcomes);
    let mut result = ScanResult {
        series: Vec::new(),
        skipped: found.faults,
    };
    let mut instances = Vec::new();
    for (path, outcome) in outcomes {
        match outcome {
            Outcome::Dicom(instance) => instances.push(*instance),
            Outcome::Entries(entries) => result.series.extend(entries),
            Outcome::Skip { reason, expected } => result.skipped.push(Skipped {
                file: path,
                reason,
                expected,
            }),
        }
    }
    let instances = without_copies(instances, &mut result.skipped);
    result.series.extend(group::entries(instances));
    order(&mut result.series);
    number_stacks(&mut result.series);
    result
}

/// Keeps each SOP instance once: equal copies are passed over, different files of one identifier
/// are told.
fn without_copies(instances: Vec<Instance>, skipped: &mut Vec<Skipped>) -> Vec<Instance> {
    let mut kept: Vec<Instance> = Vec::new();
    let mut by_uid: BTreeMap<String, usize> = BTreeMap::new();
    for instance in instances {
        if instance.uid.is_empty() {
            kept.push(instance);
            continue;
        }
        let Some(first) = by_uid
            .get(&instance.uid)
            .and_then(|index| kept.get_mut(*index))
        else {
            by_uid.insert(instance.uid.clone(), kept.len());
            kept.push(instance);
            continue;
        };
        let is_equal = same_bytes(&first.path, &instance.path).unwrap_or(false);
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
        skipped.push(Skipped {
            file: instance.path,
            reason: SkipReason {
                phrase: reason.phrase.with("file", kept_file),
                ..reason
            },
            expected: is_equal,
        });
    }
    kept
}

/// Whether two files hold the same bytes.
fn same_bytes(a: &Path, b: &Path) -> Result<bool, Fault> {
    let (mut a, mut b) = (Handle::open(a)?, Handle::open(b)?);
    if a.length() != b.length() {
        return Ok(false);
    }
    let (mut x, mut y) = (Vec::new(), Vec::new());
    loop {
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
