//! The text of an NRRD header: its fields, key/value pairs and the names after `data file: LIST`.

use crate::array_file::header_text::{invalid, read_lines};
use crate::error::Fault;
use std::collections::BTreeMap;
use std::path::Path;
use voxel::Phrase;

/// Newest version that is read.
const NEWEST: u32 = 5;

/// What stands in a header.
#[derive(Debug)]
pub(crate) struct Fields {
    /// Fields by name: small letters, no spaces.
    fields: BTreeMap<String, String>,
    /// Key/value pairs.
    pub(crate) pairs: BTreeMap<String, String>,
    /// Names that follow `data file: LIST`.
    pub(crate) list: Vec<String>,
    /// First byte after the blank line, where there is one.
    pub(crate) end: Option<u64>,
}

impl Fields {
    /// Reads the header at `path`.
    ///
    /// # Errors
    /// No NRRD, a version that is not known, a line that is none, a field that is there twice.
    pub(crate) fn read(path: &Path) -> Result<Self, Fault> {
        let text = read_lines(path, str::is_empty)?;
        let mut lines = text.lines.iter().map(String::as_str);
        let version = lines
            .next()
            .and_then(|line| line.trim().strip_prefix("NRRD"));
        let version = version.ok_or(Fault::UnknownFormat)?;
        // NRRD00.01 is the first one as early programs wrote it
        let number = version.replace('.', "").parse::<u32>().unwrap_or(u32::MAX);
        if number == 0 || number > NEWEST {
            return Err(Fault::Unsupported {
                uid: version.chars().take(20).collect(),
                name: "NRRD version".to_owned(),
            });
        }
        let mut header = Fields {
            fields: BTreeMap::new(),
            pairs: BTreeMap::new(),
            list: Vec::new(),
            end: text.end,
        };
        let mut in_list = false;
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if in_list {
                header.list.push(line.trim().to_owned());
            } else {
                in_list = header.take(line)?;
            }
        }
        Ok(header)
    }

    /// Takes one line in; true if names of data files follow.
    fn take(&mut self, line: &str) -> Result<bool, Fault> {
        let Some((name, value)) = line.split_once(':') else {
            // without a blank line, samples are met here
            return match self.end {
                Some(_) => Err(invalid("NRRD field", line)),
                None => Ok(false),
            };
        };
        if let Some(value) = value.strip_prefix('=') {
            self.pairs.insert(name.trim().to_owned(), unescaped(value));
            return Ok(false);
        }
        let mut name: String = name
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        name.make_ascii_lowercase();
        let name = match name.as_str() {
            "centerings" => "centers",
            other => other,
        };
        let value = value.trim().to_owned();
        let is_list = name == "datafile" && value.split_whitespace().next() == Some("LIST");
        if let Some(known) = self.fields.get(name).filter(|known| **known != value) {
            return Err(Fault::Contradiction(
                Phrase::new(
                    "contradiction-twice",
                    format!("{name} is there twice: {known} and {value}"),
                )
                .with("field", name),
            ));
        }
        self.fields.insert(name.to_owned(), value);
        Ok(is_list)
    }

    /// The field `name`, written small and without spaces.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// The field `name`, which `shown` is called in messages.
    ///
    /// # Errors
    /// [`Fault::Missing`].
    pub(crate) fn needed(&self, name: &str, shown: &str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| Fault::missing(shown))
    }
}

/// A value with its line ends and backslashes restored.
fn unescaped(value: &str) -> String {
    let mut out = String::new();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            _ => out.push(letter),
        }
    }
    out.trim().to_owned()
}
