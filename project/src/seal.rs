//! The seal: every edit body, brick, free text, name and image object passes it on its way to and
//! from disc, and the row keeps the number of the scheme. Scheme 0 is plain; an encrypting scheme
//! adds a variant here and changes neither schema nor callers.

use std::io::Write;

use crate::error::{Error, Result};

/// Number of a sealing scheme as it stands on rows.
pub(crate) type Scheme = i64;

/// What is sealed: the scheme binds the content to its table and row, so that sealed content moved
/// to another row does not open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// Table that holds the content.
    pub(crate) table: &'static str,
    /// Its row.
    pub(crate) row: &'a str,
}

/// The project's present way to seal; rows of every known scheme can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// Scheme 0: the content as it is.
    Plain,
}

impl Seal {
    /// The scheme that new rows carry.
    pub(crate) fn scheme(self) -> Scheme {
        match self {
            Self::Plain => 0,
        }
    }

    pub(crate) fn close(self, _place: Place<'_>, content: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => content.to_vec(),
        }
    }

    /// Opens content of any scheme that this version knows.
    pub(crate) fn open(self, place: Place<'_>, scheme: Scheme, stored: Vec<u8>) -> Result<Vec<u8>> {
        match scheme {
            0 => Ok(stored),
            other => Err(Error::Damaged(format!(
                "unknown seal {other} in {} {}",
                place.table, place.row
            ))),
        }
    }

    pub(crate) fn close_text(self, place: Place<'_>, text: &str) -> Vec<u8> {
        self.close(place, text.as_bytes())
    }

    pub(crate) fn open_text(
        self,
        place: Place<'_>,
        scheme: Scheme,
        stored: Vec<u8>,
    ) -> Result<String> {
        let bytes = self.open(place, scheme, stored)?;
        String::from_utf8(bytes)
            .map_err(|_| Error::Damaged(format!("text of {} {}", place.table, place.row)))
    }

    /// Wraps the file of an image object while it is written.
    pub(crate) fn object_writer<'a, W: Write + 'a>(self, file: W) -> Box<dyn Write + 'a> {
        match self {
            Self::Plain => Box::new(file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_content_passes_unchanged_and_unknown_schemes_are_refused() {
        let place = Place {
            table: "edit",
            row: "1",
        };
        let stored = Seal::Plain.close(place, b"body");
        assert_eq!(Seal::Plain.open(place, 0, stored.clone()).unwrap(), b"body");
        let error = Seal::Plain.open(place, 7, stored).unwrap_err();
        assert_eq!(error.code(), "damaged");
    }
}
