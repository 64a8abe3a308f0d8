//! Agreement of files: label maps, ratings, findings, without a project.

use agreement::report::PageHead;
use agreement::{AgreeOptions, AgreeResult, FindingList, FindingResult, ReaderMap};
use std::path::{Path, PathBuf};

/// Why files have no agreement.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A text file cannot be read.
    #[error("{}: {why}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// A label map cannot be read.
    #[error(transparent)]
    Images(#[from] imaging::Error),
    /// The content is not usable.
    #[error(transparent)]
    Input(#[from] agreement::Error),
}

impl Fault {
    /// Code of the golden contract.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Text { .. } | Self::Images(_) => "unreadable",
            Self::Input(error) => error.code(),
        }
    }
}

/// The text of a file.
///
/// # Errors
/// [`Fault::Text`].
pub fn text_of(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|why| Fault::Text {
        path: path.to_path_buf(),
        why,
    })
}

/// What kind of comparison files ask for by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Label images.
    Maps,
    /// A table of ratings or measurements.
    Table,
    /// A list of findings.
    Findings,
}

/// The kind of comparison of these files.
#[must_use]
pub fn kind_of(files: &[PathBuf]) -> Compared {
    let [file] = files else {
        return Compared::Maps;
    };
    let ending = file.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("json") => Compared::Findings,
        Some("csv" | "tsv" | "txt") => Compared::Table,
        _ => Compared::Maps,
    }
}

/// Names of files without their folders, which may tell a person or a machine; with as many of them as
/// are needed to tell the files apart.
///
/// ```
/// use dokuei::act::agree::names_of;
/// let files = ["/study/reader 1/liver.nii", "/study/reader 2/liver.nii"].map(Into::into);
/// assert_eq!(names_of(&files), ["reader 1/liver.nii", "reader 2/liver.nii"]);
/// ```
#[must_use]
pub fn names_of(files: &[PathBuf]) -> Vec<String> {
    let parts = |file: &PathBuf| -> Vec<String> {
        let named = file.components();
        named
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect()
    };
    let parts: Vec<Vec<String>> = files.iter().map(parts).collect();
    let longest = parts.iter().map(Vec::len).max().unwrap_or(0);
    let names = |depth: usize| -> Vec<String> {
        let last = |parts: &Vec<String>| parts[parts.len().saturating_sub(depth)..].join("/");
        parts.iter().map(last).collect()
    };
    let are_different =
        |names: &[String]| (1..names.len()).all(|n| !names[..n].contains(&names[n]));
    // files that are given twice cannot be told apart
    let depth = (1..=longest).find(|depth| are_different(&names(*depth)));
    names(depth.unwrap_or(1))
}

/// The head of a report's page: what was compared, by which program, now.
#[must_use]
pub fn page_head(files: &[PathBuf]) -> PageHead {
    PageHead {
        inputs: names_of(files),
        program: format!("Dokuei {}", env!("CARGO_PKG_VERSION")),
        created_at: local_time(),
    }
}

/// Now, as a report prints it: the time of this place and its distance to UTC.
pub(super) fn local_time() -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::system());
    now.strftime("%Y-%m-%d %H:%M (UTC%:z)").to_string()
}

/// Agreement of two or more label maps.
///
/// # Errors
/// A file that cannot be read, grids that differ, options that are not possible.
pub fn of_label_maps(files: &[PathBuf], options: &AgreeOptions) -> Result<AgreeResult, Fault> {
    let loaded = files
        .iter()
        .map(|file| Ok(imaging::load_label_file(file)?))
        .collect::<Result<Vec<_>, Fault>>()?;
    let names = names_of(files);
    let maps: Vec<ReaderMap<'_>> = names
        .iter()
        .zip(&loaded)
        .map(|(name, file)| ReaderMap {
            name,
            map: &file.map,
            has_place: file.has_place,
            has_spacing: file.has_spacing,
            rounded: file.rounded,
        })
        .collect();
    Ok(agreement::agree(&maps, options)?)
}

/// Agreement of a list of findings; label maps it names lie beside it.
///
/// # Errors
/// As [`of_label_maps`].
pub fn of_findings(file: &Path) -> Result<(FindingList, FindingResult), Fault> {
    let list = FindingList::from_json(&text_of(file)?)?;
    let beside = file.parent().unwrap_or(Path::new(""));
    let result = agreement::agree_findings(&list, |name| {
        Ok::<_, Fault>(imaging::load_label_map(&beside.join(name))?)
    })?;
    Ok((list, result))
}
