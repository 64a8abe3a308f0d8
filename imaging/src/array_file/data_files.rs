//! The files that hold the samples: the header's own, or others beside it.
//!
//! A header is a stranger's: a data file that it names outside its own folder (by an absolute path
//! or by `..`) is refused by name, whatever it may be. Links that a person put into the folder are
//! followed.

use super::header_text::{invalid, wrong_count};
use crate::error::Fault;
use std::path::{Component, Path, PathBuf};
use voxel::Phrase;

/// Most data files of one header.
const MAX_FILES: usize = 65_536;

/// What is passed over before the samples of a file, after its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteSkip {
    /// So many bytes (of what was decoded, where the file is compressed).
    Bytes(u64),
    /// All but the samples, which end the file.
    ToEnd,
}

/// The files, each with an equal share of the samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFiles {
    /// In order of the samples.
    pub(crate) files: Vec<PathBuf>,
    /// First byte of the samples in the header's own file; `None` for other files.
    pub(crate) attached_at: Option<u64>,
    /// Lines passed over at the beginning of each.
    pub(crate) line_skip: u64,
    /// Bytes passed over then.
    pub(crate) byte_skip: ByteSkip,
    /// Compressed bytes, where the header tells.
    pub(crate) compressed_bytes: Option<u64>,
}

impl DataFiles {
    /// Samples behind the header in `path`.
    pub(crate) fn attached(path: &Path, at: u64) -> Self {
        DataFiles {
            attached_at: Some(at),
            ..Self::detached(vec![path.to_path_buf()])
        }
    }

    /// Samples in the files called `names` in the header at `path`.
    ///
    /// # Errors
    /// [`Fault::OutsideFolder`], an empty name, too many names.
    pub(crate) fn named(path: &Path, names: &[String]) -> Result<Self, Fault> {
        check_count(names.len())?;
        let files = names.iter().map(|name| beside(path, name));
        Ok(Self::detached(files.collect::<Result<Vec<_>, _>>()?))
    }

    fn detached(files: Vec<PathBuf>) -> Self {
        DataFiles {
            files,
            attached_at: None,
            line_skip: 0,
            byte_skip: ByteSkip::Bytes(0),
            compressed_bytes: None,
        }
    }
}

/// Refuses more files than could be looked at within a second.
fn check_count(count: usize) -> Result<(), Fault> {
    if count > MAX_FILES {
        return Err(Fault::Limit {
            what: Phrase::new("count-data-files", "the number of data files"),
            limit: MAX_FILES as u64,
        });
    }
    Ok(())
}

/// The file called `name` in the header at `header`.
///
/// # Errors
/// [`Fault::OutsideFolder`]; an empty name.
fn beside(header: &Path, name: &str) -> Result<PathBuf, Fault> {
    let folder = header.parent().unwrap_or(Path::new(""));
    // headers written on Windows part folders with a backslash
    let plain = name.trim().replace('\\', "/");
    let named = Path::new(&plain);
    let outside = || Fault::OutsideFolder {
        name: name.trim().chars().take(200).collect(),
    };
    let has_drive = plain.as_bytes().get(1) == Some(&b':');
    let inner = if named.is_absolute() {
        named.strip_prefix(folder).map_err(|_| outside())?
    } else {
        named
    };
    let mut path = folder.to_path_buf();
    for component in inner.components() {
        match component {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            _ => return Err(outside()),
        }
    }
    if has_drive {
        return Err(outside());
    }
    if path == folder {
        return Err(invalid("data file", name));
    }
    Ok(path)
}

/// A row of numbered names: `name%03d.raw`, first number, last number, step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbered {
    /// The name, with one `%d`.
    pub(crate) pattern: String,
    /// First number.
    pub(crate) first: i64,
    /// Last number.
    pub(crate) last: i64,
    /// From one number to the next.
    pub(crate) step: i64,
}

impl Numbered {
    /// The names, of which there must be `expected`.
    ///
    /// # Errors
    /// Another number of names; a pattern that is none.
    pub(crate) fn names(&self, expected: usize) -> Result<Vec<String>, Fault> {
        let span = i128::from(self.last) - i128::from(self.first);
        let step = i128::from(self.step);
        let count = match step {
            0 => 0,
            _ if span.signum() * step.signum() < 0 => 0,
            _ => span / step + 1,
        };
        if count != expected as i128 {
            let found = usize::try_from(count).unwrap_or(usize::MAX);
            return Err(wrong_count("data file", found, expected));
        }
        check_count(expected)?;
        (0..expected as i64)
            .map(|n| {
                let number = self.first.saturating_add(self.step.saturating_mul(n));
                numbered(&self.pattern, number).ok_or_else(|| invalid("data file", &self.pattern))
            })
            .collect()
    }
}

/// `pattern` with its one `%d` (or `%3d`, `%03d`) replaced by `number`.
fn numbered(pattern: &str, number: i64) -> Option<String> {
    let mut out = String::new();
    let mut used = false;
    let mut rest = pattern.chars().peekable();
    while let Some(letter) = rest.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        if rest.next_if_eq(&'%').is_some() {
            out.push('%');
            continue;
        }
        let zeros = rest.next_if_eq(&'0').is_some();
        let mut width = 0_usize;
        while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
            width = width * 10 + digit as usize;
            rest.next();
            if width > 64 {
                return None;
            }
        }
        if used || !matches!(rest.next(), Some('d' | 'i' | 'u')) {
            return None;
        }
        used = true;
        out += &match zeros {
            true => format!("{number:0width$}"),
            false => format!("{number:width$}"),
        };
    }
    used.then_some(out)
}

/// A data file that is not there.
pub(crate) fn missing(path: &Path) -> Fault {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Fault::Missing(
        Phrase::new(
            "part-data-file",
            format!("the data file {name}, which the header names,"),
        )
        .with("name", name.into_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::{Numbered, beside, numbered};
    use std::path::{Path, PathBuf};

    #[test]
    fn numbers_take_the_place_of_the_pattern_once() {
        assert_eq!(numbered("a%03d.raw", 7).as_deref(), Some("a007.raw"));
        assert_eq!(numbered("a%d.raw", 12).as_deref(), Some("a12.raw"));
        assert_eq!(numbered("100%%-%2d", 3).as_deref(), Some("100%- 3"));
        for pattern in ["a.raw", "a%s.raw", "%d%d", "%999999999d", "%n"] {
            assert_eq!(numbered(pattern, 1), None, "{pattern}");
        }
    }

    #[test]
    fn as_many_names_as_needed_or_none() {
        let row = |first, last, step| Numbered {
            pattern: "%d".to_owned(),
            first,
            last,
            step,
        };
        assert_eq!(row(5, 1, -2).names(3).unwrap(), ["5", "3", "1"]);
        assert!(row(1, 2_000_000_000, 1).names(2).is_err());
        assert!(row(1, 2, 0).names(2).is_err());
        assert!(row(i64::MIN, i64::MAX, 1).names(2).is_err());
    }

    #[test]
    fn a_data_file_lies_in_the_folder_of_its_header() {
        let header = Path::new("/images/a.nhdr");
        let found = |name: &str| beside(header, name).ok();
        assert_eq!(found("./a.raw"), Some(PathBuf::from("/images/a.raw")));
        assert_eq!(
            found("sub\\b.raw"),
            Some(PathBuf::from("/images/sub/b.raw"))
        );
        assert_eq!(found("/images/c.raw"), Some(PathBuf::from("/images/c.raw")));
        for name in [
            "../a.raw",
            "/etc/hostname",
            "sub/../../x",
            "C:\\x.raw",
            "",
            ".",
        ] {
            assert_eq!(found(name), None, "{name}");
        }
    }
}
