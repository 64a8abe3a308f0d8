//! The program on files in a folder of its own.

use annotation_format::write::nifti::{LabelMap, MapLabel};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tests::calls::{say, text};
use voxel::{Grid, Mask};

/// The languages of pages.
pub(crate) const LANGUAGES: [&str; 2] = ["ja", "en"];

/// A folder, and the program with a home in it.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The document that a command answers, which must succeed.
    pub(crate) fn told(&self, args: &[&str]) -> Value {
        let mut command = tests::dokuei(&self.path("home"));
        let said = say(command.arg("--json").args(args));
        assert_eq!(said.exit, 0, "{args:?}: {}{}", said.results, said.notes);
        said.json()
    }

    /// The document of a command that also writes its page in a language.
    pub(crate) fn told_with_page(&self, args: &[&str], language: &str, page: &Path) -> Value {
        let before = ["--lang", language];
        let after = ["--report", text(page)];
        self.told(&[before.as_slice(), args, after.as_slice()].concat())
    }

    /// Writes a command's pages where someone wants to look at them.
    pub(crate) fn show(&self, name: &str, args: &[&str]) {
        let Some(folder) = std::env::var_os("DOKUEI_REPORT_OUT").map(PathBuf::from) else {
            return;
        };
        std::fs::create_dir_all(&folder).expect("a folder for pages");
        for language in LANGUAGES {
            let page = folder.join(format!("{name}-{language}.html"));
            self.told_with_page(args, language, &page);
        }
    }
}

/// Arguments of `agree`.
pub(crate) fn agree<'a>(files: &'a [PathBuf], options: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["agree"];
    args.extend(files.iter().map(|file| text(file)));
    args.extend_from_slice(options);
    args
}

/// Writes one mask as a label map with the value 1.
pub(crate) fn write_mask(path: &Path, grid: &Grid, mask: &Mask) {
    write_labels(path, grid, &[(1, mask)]);
}

/// Writes masks that do not overlap as a label map.
pub(crate) fn write_labels(path: &Path, grid: &Grid, labels: &[(u32, &Mask)]) {
    let labels = labels.iter().map(|&(value, mask)| MapLabel {
        value,
        masks: vec![mask],
        priority: 0,
    });
    let labels: Vec<MapLabel<'_>> = labels.collect();
    LabelMap::new(grid.size(), &labels)
        .and_then(|map| map.write(path, grid))
        .expect("a label map is written");
}
