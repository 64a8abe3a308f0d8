//! What one file is: told by its first bytes, its name only where these say nothing.

use crate::archive::looks_like_zip;
use crate::dicom::header::{Content, Instance, read as read_dicom};
use crate::dicom::part10::looks_like_dicom;
use crate::dicom::source::HEAD_BYTES;
use crate::entry::SeriesEntry;
use crate::error::Fault;
use crate::foreign::{Foreign, foreign};
use crate::handle::{Handle, names_in};
use crate::meta_image_file::{self, looks_like_meta_image};
use crate::nifti_file::{header::looks_like_nifti, listing};
use crate::nrrd_file::{self, looks_like_nrrd};
use crate::picture_file::listing::{PictureFormat, entries as picture_entries};
use crate::scan::SkipReason;
use std::io::{BufReader, Read};
use std::path::Path;
use voxel::Phrase;

/// What one file turned out to be.
pub(crate) enum Outcome {
    Dicom(Box<Instance>),
    /// An index (DICOMDIR) and the files it names, each as the parts of its path.
    Index(Vec<Vec<String>>),
    /// A zip archive, to be looked into.
    Archive,
    Entries(Vec<SeriesEntry>),
    Skip {
        reason: SkipReason,
        expected: bool,
    },
}

impl Outcome {
    fn fault(fault: &Fault) -> Self {
        Outcome::Skip {
            reason: SkipReason::of_fault(fault),
            expected: false,
        }
    }

    pub(crate) fn expected(code: &str, text: &str) -> Self {
        Outcome::Skip {
            reason: SkipReason::of_code(code, text),
            expected: true,
        }
    }

    /// Something that holds no image; passed over unless it was named itself.
    fn document(kind: &str) -> Self {
        let mut reason =
            SkipReason::of_code("document", format!("a document ({kind}), not an image"));
        reason.phrase = reason.phrase.with("kind", kind);
        Outcome::Skip {
            reason,
            expected: true,
        }
    }
}

/// Reads one file's header. A panic, which would be a fault of this program, stays with the file.
pub(crate) fn classify(path: &Path) -> Outcome {
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

/// [`classify`] for those who want to see a panic.
pub(crate) fn classify_unguarded(path: &Path) -> Result<Outcome, Fault> {
    // one reading of the file's beginning serves the classification and the header
    let mut reader = BufReader::with_capacity(HEAD_BYTES, Handle::open(path)?);
    let first = first_bytes(&mut reader)?;
    if first.is_empty() {
        return Err(Fault::Empty);
    }
    let is_dicom_file = first.get(128..132) == Some(b"DICM");
    if looks_like_zip(&first) && !is_dicom_file {
        return Ok(Outcome::Archive);
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
    if !is_dicom_file {
        if looks_like_nrrd(&first) {
            return Ok(Outcome::Entries(nrrd_file::entries(path)?));
        }
        if looks_like_meta_image(&first, &name) {
            return Ok(Outcome::Entries(meta_image_file::entries(path)?));
        }
        if let Some(format) = PictureFormat::of(&first) {
            return Ok(Outcome::Entries(picture_entries(path, format)?));
        }
        match foreign(&first, &name) {
            Some(Foreign::Film(format)) => return Err(Fault::Film(format)),
            Some(Foreign::Image(format)) => return Err(Fault::FormatLater(format)),
            Some(Foreign::Document(kind)) => return Ok(Outcome::document(kind)),
            None => {}
        }
    }
    match read_dicom(path, reader)? {
        Content::Instance(instance) => Ok(Outcome::Dicom(instance)),
        Content::Directory(named) => Ok(Outcome::Index(named)),
    }
}

/// The first 540 bytes (a NIfTI-2 header), fewer only where there are no more. The reader stays where
/// it was.
fn first_bytes(reader: &mut BufReader<Handle>) -> Result<Vec<u8>, Fault> {
    let mut first = Vec::with_capacity(540);
    reader.by_ref().take(540).read_to_end(&mut first)?;
    reader.seek_relative(-(first.len() as i64))?;
    Ok(first)
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
    let has_header = names_in(folder)
        .iter()
        .any(|entry| entry.name.to_string_lossy().to_lowercase() == format!("{stem}.hdr"));
    has_header.then(|| {
        Outcome::expected(
            "pair_member",
            "the voxels of a pair; they are read with the header (.hdr) beside them",
        )
    })
}
