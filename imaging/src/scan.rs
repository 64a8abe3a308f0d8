//! Files and folders to the series list: headers only, in parallel.

use crate::dicom::group;
use crate::dicom::header::{Content, Instance, read as read_dicom};
use crate::dicom::part10::looks_like_dicom;
use crate::entry::SeriesEntry;
use crate::error::Fault;
use crate::nifti_file::{header::looks_like_nifti, listing};
use crate::problem::Problem;
use crate::walk::files_under;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
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

    fn of_code(code: &str, english: impl Into<String>) -> Self {
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
    let outcomes: Vec<(PathBuf, Outcome)> = found
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
        .collect();
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

/// What one file turned out to be.
enum Outcome {
    Dicom(Box<Instance>),
    Entries(Vec<SeriesEntry>),
    Skip { reason: SkipReason, expected: bool },
}

impl Outcome {
    fn fault(fault: &Fault) -> Self {
        Outcome::Skip {
            reason: SkipReason::of_fault(fault),
            expected: false,
        }
    }

    fn expected(code: &str, text: &str) -> Self {
        Outcome::Skip {
            reason: SkipReason::of_code(code, text),
            expected: true,
        }
    }
}

/// Reads one file's header. A panic, which would be a fault of this program, stays with the file.
fn classify(path: &Path) -> Outcome {
    let outcome = std::panic::catch_unwind(|| classify_unguarded(path));
    match outcome {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(fault)) => Outcome::fault(&fault),
        Err(_) => Outcome::fault(&Fault::Structure {
            offset: 0,
            what: Phrase::new("structure-reader-failed", "the reader failed on it"),
        }),
    }
}

fn classify_unguarded(path: &Path) -> Result<Outcome, Fault> {
    let mut first = Vec::new();
    File::open(path)?.take(540).read_to_end(&mut first)?;
    if first.is_empty() {
        return Err(Fault::Empty);
    }
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    if let Some(outcome) = passed_over(path, &name) {
        return Ok(outcome);
    }
    let names_nifti = [".nii", ".nii.gz", ".hdr"]
        .iter()
        .any(|end| name.ends_with(end))
        && !looks_like_dicom(&first);
    if names_nifti || looks_like_nifti(&first) {
        if name.ends_with(".gz") && !first.starts_with(&[0x1F, 0x8B]) {
            return Err(Fault::Inflate(
                "the file is not gzip, as its name says".to_owned(),
            ));
        }
        return Ok(Outcome::Entries(listing::entries(path)?));
    }
    // a preamble may hold another format's first bytes, so that both kinds of reader open the file
    if first.get(128..132) != Some(b"DICM")
        && let Some(format) = other_format(&first, &name)
    {
        return Err(Fault::FormatLater(format));
    }
    match read_dicom(path)? {
        Content::Instance(instance) => Ok(Outcome::Dicom(instance)),
        Content::Directory => Ok(Outcome::expected(
            "dicomdir",
            "a DICOMDIR is an index; the files it names are read themselves",
        )),
    }
}

/// Files that are no images by design.
fn passed_over(path: &Path, name: &str) -> Option<Outcome> {
    if matches!(name, "thumbs.db" | "desktop.ini" | "ehthumbs.db") {
        return Some(Outcome::expected(
            "system_file",
            "a file of the operating system, not an image",
        ));
    }
    let stem = name
        .strip_suffix(".img.gz")
        .or_else(|| name.strip_suffix(".img"))?;
    let folder = path.parent()?;
    let has_header = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().to_lowercase() == format!("{stem}.hdr"));
    has_header.then(|| {
        Outcome::expected(
            "pair_member",
            "the voxels of a pair; they are read with the header (.hdr) beside them",
        )
    })
}

/// Formats that are known but read by a later version, told by their first bytes (or, where these
/// say nothing, by name).
fn other_format(first: &[u8], name: &str) -> Option<&'static str> {
    Some(match first {
        [0x89, b'P', b'N', b'G', ..] => "PNG",
        [0xFF, 0xD8, 0xFF, ..] => "JPEG",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "TIFF",
        [b'N', b'R', b'R', b'D', ..] => "NRRD",
        [b'B', b'M', ..] if name.ends_with(".bmp") => "BMP",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "MP4",
        [b'%', b'P', b'D', b'F', ..] => "PDF",
        _ if first.starts_with(b"ObjectType")
            || name.ends_with(".mha")
            || name.ends_with(".mhd") =>
        {
            "MetaImage"
        }
        _ => return None,
    })
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
fn same_bytes(a: &Path, b: &Path) -> std::io::Result<bool> {
    let (mut a, mut b) = (File::open(a)?, File::open(b)?);
    if a.metadata()?.len() != b.metadata()?.len() {
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
