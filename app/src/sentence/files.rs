//! Files: images that cannot be read, exports that cannot be written.

use super::Sentence;
use crate::language::Words;
use annotation_format::write::{self, manifest::Loss};
use imaging::io_phrase;
use std::path::{Path, PathBuf};

/// A path as a sentence shows it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

impl Sentence for imaging::Error {
    fn sentence(&self, words: &Words) -> String {
        let why = words.say(&self.phrase());
        match self.file() {
            Some(file) => words.f(
                "images-unreadable-file",
                &[("file", shown(file).into()), ("why", why.into())],
            ),
            None => words.f("images-unreadable", &[("why", why.into())]),
        }
    }
}

impl Sentence for std::io::Error {
    fn sentence(&self, words: &Words) -> String {
        let why = words.say(&io_phrase(self.kind()));
        words.f("file-refused", &[("why", why.into())])
    }
}

/// A text file (a script, a table, a protocol) that cannot be read.
#[derive(Debug)]
pub(crate) struct UnreadableText {
    /// The file.
    pub(crate) path: PathBuf,
    /// What the system said.
    pub(crate) kind: std::io::ErrorKind,
}

impl Sentence for UnreadableText {
    fn sentence(&self, words: &Words) -> String {
        let why = words.say(&io_phrase(self.kind));
        words.f(
            "file-unreadable",
            &[("path", shown(&self.path).into()), ("why", why.into())],
        )
    }
}

impl Sentence for Loss {
    fn sentence(&self, words: &Words) -> String {
        let key = format!("loss-{}", self.code);
        if !words.has(&key) {
            return self.message.clone();
        }
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        words.f(
            &key,
            &[
                ("format", self.format.to_uppercase().into()),
                ("case", text(&self.case).into()),
                ("reader", text(&self.reader).into()),
                ("count", self.count.unwrap_or(0).into()),
            ],
        )
    }
}

impl Sentence for write::Error {
    fn sentence(&self, words: &Words) -> String {
        use write::Error;
        let size = |[x, y, z]: [usize; 3]| format!("{x}×{y}×{z}");
        match self {
            Error::Io { path, source } => words.f(
                "write-io",
                &[
                    ("path", shown(path).into()),
                    ("why", words.say(&io_phrase(source.kind())).into()),
                ],
            ),
            Error::NothingToWrite => words.t("write-nothing"),
            Error::NoDicomSource => words.t("write-no-dicom"),
            Error::PlaneCount { expected, found } => words.f(
                "write-plane-count",
                &[("expected", (*expected).into()), ("found", (*found).into())],
            ),
            Error::SizeMismatch {
                segment,
                expected,
                found,
            } => words.f(
                "write-size",
                &[
                    ("segment", (*segment).into()),
                    ("expected", size(*expected).into()),
                    ("found", size(*found).into()),
                ],
            ),
            Error::UnevenPlanes => words.t("write-uneven"),
            Error::Sheared => words.t("write-sheared"),
            Error::NotSixteenBits { min, max } => words.f(
                "write-not-sixteen-bits",
                &[
                    ("min", (*min).to_string().into()),
                    ("max", (*max).to_string().into()),
                ],
            ),
            Error::TooLarge { value, limit, .. } => words.f(
                "write-too-large",
                &[("value", (*value).into()), ("limit", (*limit).into())],
            ),
            Error::NotOurs { path } => words.f("write-not-ours", &[("path", shown(path).into())]),
            Error::SampleType => words.t("write-sample-type"),
            Error::Format(why) => words.f("write-format", &[("why", why.as_str().into())]),
            Error::Dicom(why) => words.f("write-dicom", &[("why", why.to_string().into())]),
            Error::Csv(why) => words.f("write-table", &[("why", why.to_string().into())]),
            Error::Json(why) => words.f("write-json", &[("why", why.to_string().into())]),
            other => words.f("error-other", &[("what", other.to_string().into())]),
        }
    }
}
