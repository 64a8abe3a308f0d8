//! The lines of a text header, however long the file behind it is.

use crate::error::Fault;
use crate::handle::Handle;
use crate::part::Part;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use voxel::Phrase;

/// Longest header in bytes: thousands of gradients or frames with their transforms fit.
const MAX_HEADER_BYTES: u64 = 16 << 20;

/// A header.
#[derive(Debug)]
pub(crate) struct HeaderText {
    /// Its lines without their ends; bytes that are no UTF-8 are replaced.
    pub(crate) lines: Vec<String>,
    /// First byte after the line that ended it; `None` if the file ended first.
    pub(crate) end: Option<u64>,
}

/// Reads lines until `is_last` says so (that line is kept) or the file ends.
///
/// # Errors
/// [`Fault::Io`]; more than [`MAX_HEADER_BYTES`] without an end.
pub(crate) fn read_lines(
    path: &Path,
    mut is_last: impl FnMut(&str) -> bool,
) -> Result<HeaderText, Fault> {
    let mut reader = BufReader::new(Handle::open(path)?).take(MAX_HEADER_BYTES);
    let mut header = HeaderText {
        lines: Vec::new(),
        end: None,
    };
    let mut position = 0_u64;
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = reader.read_until(b'\n', &mut line)? as u64;
        position += count;
        if count == 0 {
            return if position == MAX_HEADER_BYTES {
                Err(Fault::Limit {
                    what: Phrase::new("count-header-bytes", "the size of the header in bytes"),
                    limit: MAX_HEADER_BYTES,
                })
            } else {
                Ok(header)
            };
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let ended = is_last(text);
        header.lines.push(text.to_owned());
        if ended {
            header.end = Some(position);
            return Ok(header);
        }
    }
}

impl HeaderText {
    /// First byte after the header.
    ///
    /// # Errors
    /// [`Fault::Truncated`] where the header has no end.
    pub(crate) fn end_or_fault(&self, path: &Path) -> Result<u64, Fault> {
        match self.end {
            Some(end) => Ok(end),
            None => Err(Fault::Truncated {
                offset: Handle::open(path)?.length(),
                inside: Part::Header.into(),
            }),
        }
    }
}

/// The numbers of a list separated by spaces (commas are taken for spaces).
///
/// # Errors
/// [`Fault::Invalid`] with the field's name.
pub(crate) fn numbers(field: &'static str, text: &str) -> Result<Vec<f64>, Fault> {
    text.split([' ', '\t', ','])
        .filter(|word| !word.is_empty())
        .map(|word| word.parse::<f64>().map_err(|_| invalid(field, text)))
        .collect()
}

/// The positive whole numbers of a list, as sizes.
///
/// # Errors
/// [`Fault::Invalid`] with the field's name.
pub(crate) fn sizes(field: &'static str, text: &str) -> Result<Vec<usize>, Fault> {
    text.split_whitespace()
        .map(|word| match word.parse::<usize>() {
            Ok(size) if size > 0 && size <= u32::MAX as usize => Ok(size),
            _ => Err(invalid(field, text)),
        })
        .collect()
}

/// A field whose value cannot be used.
pub(crate) fn invalid(field: &'static str, value: &str) -> Fault {
    Fault::Invalid {
        attribute: field,
        value: value.chars().take(80).collect(),
    }
}

/// A list that has another length than it must have.
pub(crate) fn wrong_count(field: &'static str, found: usize, expected: usize) -> Fault {
    Fault::Contradiction(
        Phrase::new(
            "contradiction-entries",
            format!("{field} has {found} entries, {expected} are needed"),
        )
        .with("field", field)
        .with("found", found)
        .with("expected", expected),
    )
}
