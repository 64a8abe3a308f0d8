//! What the header of one file says, row by row, as a tag browser lists it.

use crate::array_file::header_text::read_lines;
use crate::dicom;
use crate::error::{Error, Fault};
use crate::handle::Handle;
use crate::meta_image_file::looks_like_meta_image;
use crate::nifti_file::{self, header::looks_like_nifti};
use crate::nrrd_file::looks_like_nrrd;
use crate::picture_file::listing::{PictureFormat, entries as picture_entries};
use serde::Serialize;
use std::io::Read;
use std::path::Path;
use voxel::Phrase;

/// Longest value that is listed, in characters; longer ones are cut.
pub(crate) const SHOWN_CHARACTERS: usize = 1024;

/// One element of a header.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TagRow {
    /// How many sequences it lies in.
    pub depth: usize,
    /// `(GGGG,EEEE)` of DICOM; empty in formats without tags.
    pub tag: String,
    /// Value representation of DICOM, or the type of the field.
    pub vr: String,
    /// Keyword of the standard's dictionary (PS3.6), or the field's name; empty if unknown.
    pub keyword: String,
    /// The keyword in words: `Patient ID`.
    pub name: String,
    /// Private creator of a private element, the name of its maker; empty if it names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_creator: Option<String>,
    /// The value as text, decoded, several values parted by `\`; what is no text as `n bytes`.
    pub value: String,
    /// The words of a value that is no text, to be said in any language.
    #[serde(skip)]
    pub said: Option<Phrase>,
    /// Characters of the whole value where it was cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_from: Option<usize>,
}

impl TagRow {
    /// A field of a format without tags.
    pub(crate) fn field(name: &str, vr: &str, value: impl Into<String>) -> Self {
        TagRow {
            vr: vr.to_owned(),
            keyword: name.to_owned(),
            name: name.to_owned(),
            ..TagRow::default()
        }
        .with_value(value.into())
    }

    /// The same with words instead of a value.
    #[must_use]
    pub(crate) fn with_words(self, said: Phrase) -> Self {
        TagRow {
            value: said.message.clone(),
            said: Some(said),
            ..self
        }
    }

    /// The same with a value, cut where it is too long to be listed.
    #[must_use]
    pub(crate) fn with_value(mut self, value: String) -> Self {
        let end = value.char_indices().nth(SHOWN_CHARACTERS);
        self.value = match end.and_then(|(end, _)| value.get(..end)) {
            Some(shown) => {
                self.cut_from = Some(value.chars().count());
                format!("{shown}…")
            }
            None => value,
        };
        self
    }
}

/// Which reader lists a file's header.
enum HeaderKind {
    Nifti,
    Nrrd,
    MetaImage,
    Picture(PictureFormat),
    Dicom,
}

/// The header of `path` in file order. DICOM: everything up to the pixel data, nested items indented by
/// [`TagRow::depth`].
///
/// # Errors
/// [`Error::Unreadable`] as for a scan of the file.
pub fn tags(path: &Path) -> Result<Vec<TagRow>, Error> {
    rows(path).map_err(|fault| fault.of(path))
}

fn rows(path: &Path) -> Result<Vec<TagRow>, Fault> {
    match kind_of(path)? {
        HeaderKind::Nifti => nifti_file::tags::rows(path),
        HeaderKind::Nrrd => nrrd_rows(path),
        HeaderKind::MetaImage => meta_image_rows(path),
        HeaderKind::Picture(format) => picture_rows(path, format),
        HeaderKind::Dicom => dicom::tags::rows(path),
    }
}

/// By the first bytes; by name only where gzip hides them.
fn kind_of(path: &Path) -> Result<HeaderKind, Fault> {
    let mut first = Vec::new();
    Handle::open(path)?.take(540).read_to_end(&mut first)?;
    if first.is_empty() {
        return Err(Fault::Empty);
    }
    let name = path.to_string_lossy().to_lowercase();
    if first.get(128..132) == Some(b"DICM") {
        return Ok(HeaderKind::Dicom);
    }
    if looks_like_nrrd(&first) {
        return Ok(HeaderKind::Nrrd);
    }
    if looks_like_meta_image(&first, &name) {
        return Ok(HeaderKind::MetaImage);
    }
    if let Some(format) = PictureFormat::of(&first) {
        return Ok(HeaderKind::Picture(format));
    }
    if looks_like_nifti(&first) || name.ends_with(".nii.gz") {
        return Ok(HeaderKind::Nifti);
    }
    Ok(HeaderKind::Dicom)
}

/// The lines of an NRRD header: fields, and keys of the writer's own.
fn nrrd_rows(path: &Path) -> Result<Vec<TagRow>, Fault> {
    let lines = read_lines(path, str::is_empty)?.lines;
    let row = |line: &String| {
        if let Some((key, value)) = line.split_once(":=") {
            return Some(TagRow::field(key.trim(), "key", value.trim()));
        }
        let (field, value) = line.split_once(':')?;
        (!line.starts_with('#')).then(|| TagRow::field(field.trim(), "field", value.trim()))
    };
    Ok(lines.iter().filter_map(row).collect())
}

/// The lines of a MetaImage header.
fn meta_image_rows(path: &Path) -> Result<Vec<TagRow>, Fault> {
    let is_last = |line: &str| line.trim_start().starts_with("ElementDataFile");
    let lines = read_lines(path, is_last)?.lines;
    let row = |line: &String| {
        let (field, value) = line.split_once('=')?;
        Some(TagRow::field(field.trim(), "field", value.trim()))
    };
    Ok(lines.iter().filter_map(row).collect())
}

/// What a photograph or slide says of its pictures.
fn picture_rows(path: &Path, format: PictureFormat) -> Result<Vec<TagRow>, Fault> {
    let mut rows = Vec::new();
    for entry in picture_entries(path, format)? {
        let [columns, lines, pages] = entry.size;
        let mut field = |name: &str, value: String| {
            if !value.is_empty() {
                rows.push(TagRow::field(name, "", value));
            }
        };
        field("coding", entry.transfer_syntax.clone());
        field("picture", entry.stack.clone());
        field("width", columns.to_string());
        field("height", lines.to_string());
        field("pages", pages.to_string());
        field("channels", entry.channels.to_string());
        field("bits per sample", entry.bits_stored.to_string());
        field("photometric", entry.photometric.clone());
        if let Some([x, y, _]) = entry.spacing_mm {
            field("pixel size in mm", format!("{x}\\{y}"));
        }
    }
    Ok(rows)
}
