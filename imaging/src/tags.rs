//! What the header of one file says, row by row, as a tag browser lists it.

use crate::dicom;
use crate::error::{Error, Fault};
use crate::handle::Handle;
use crate::nifti_file::{self, header::looks_like_nifti};
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
    if looks_like_nifti(&first) || name.ends_with(".nii.gz") {
        return Ok(HeaderKind::Nifti);
    }
    Ok(HeaderKind::Dicom)
}
