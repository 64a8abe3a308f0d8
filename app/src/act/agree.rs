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

/// Names of files without their folders, which may tell a person or a machine; as they were given where
/// that does not tell them apart.
#[must_use]
pub fn names_of(files: &[PathBuf]) -> Vec<String> {
    let last = |file: &PathBuf| {
        let name = file.file_name();
        name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    };
    let names: Vec<String> = files.iter().map(last).collect();
    let is_twice = (1..names.len()).any(|n| names[..n].contains(&names[n]));
    if is_twice || names.iter().any(String::is_empty) {
        return files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
    }
    names
}

/// The head of a report's page: what was compared, by which program, now.
#[must_use]
pub fn page_head(files: &[PathBuf]) -> PageHead {
    PageHead {
        inputs: names_of(files),
        program: format!("Dokuei {}", env!("CARGO_PKG_VERSION")),
        created_at: jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime("%Y-%m-%d %H:%M")
            .to_string(),
    }
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
