//! CSV tables of findings, attributes and case forms.
//!
//! UTF-8 with a byte order mark (spreadsheets in Japan need it), comma, CRLF, RFC 4180 quoting. A text that a
//! spreadsheet would take for a formula gets an apostrophe in front; numbers are written as numbers.

use std::io::Write;
use std::path::Path;

use super::{Error, atomic};

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text; guarded against being taken for a formula.
    Text(String),
    /// A number, written with the fewest digits that read back as the same number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// Nothing: not asked, not known, not applicable.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        if text.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(text.to_owned())
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        if text.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(text)
        }
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Cell {
        Cell::Integer(i64::from(number))
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Cell {
        i64::try_from(number).map_or(Cell::Number(number as f64), Cell::Integer)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        if number.is_finite() {
            Cell::Number(number)
        } else {
            Cell::Empty
        }
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Cell::Text(text) => guarded(text),
            Cell::Number(number) => number.to_string(),
            Cell::Integer(number) => number.to_string(),
            Cell::Empty => String::new(),
        }
    }
}

/// A table: named columns, rows of as many cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: &[&'static str]) -> Table {
        Table {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; one that is too short is filled with empty cells, a longer one cut.
    pub fn push(&mut self, mut row: Vec<Cell>) {
        row.resize(self.columns.len(), Cell::Empty);
        self.rows.push(row);
    }

    /// Adds the rows of a table with the same columns.
    pub fn append(&mut self, other: Table) {
        self.rows.extend(other.rows);
    }

    /// Number of rows without the head.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as CSV bytes.
    ///
    /// # Errors
    /// [`Error::Csv`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = "\u{feff}".as_bytes().to_vec();
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut bytes);
        writer.write_record(&self.columns)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Cell::text))?;
        }
        writer.flush().map_err(|error| Error::Csv(error.into()))?;
        drop(writer);
        Ok(bytes)
    }

    /// Writes the table as a file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Csv`], [`Error::Io`].
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let bytes = self.to_bytes()?;
        atomic::write(path, |out| {
            out.write_all(&bytes)
                .map_err(|error| Error::io(path, error))
        })
    }
}

/// An apostrophe before a text that begins like a formula (OWASP, "CSV injection").
fn guarded(text: &str) -> String {
    let begins_like_a_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if begins_like_a_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(table: &Table) -> String {
        String::from_utf8(table.to_bytes().unwrap()).unwrap()
    }

    #[test]
    fn a_table_begins_with_the_byte_order_mark_and_quotes_what_needs_it() {
        let mut table = Table::new(&["name", "value"]);
        table.push(vec!["肺, 右\"上\"葉".into(), Cell::Number(-1.5)]);
        assert_eq!(
            lines(&table),
            "\u{feff}name,value\r\n\"肺, 右\"\"上\"\"葉\",-1.5\r\n"
        );
    }

    #[test]
    fn texts_that_look_like_formulas_are_guarded_and_numbers_are_not() {
        let mut table = Table::new(&["a", "b", "c", "d"]);
        table.push(vec![
            "=1+1".into(),
            "-x".into(),
            Cell::Integer(-3),
            "a=b".into(),
        ]);
        assert_eq!(lines(&table), "\u{feff}a,b,c,d\r\n'=1+1,'-x,-3,a=b\r\n");
    }

    #[test]
    fn short_rows_are_filled_and_undefined_numbers_are_empty() {
        let mut table = Table::new(&["a", "b", "c"]);
        table.push(vec![f64::NAN.into(), None::<f64>.into()]);
        assert_eq!(lines(&table), "\u{feff}a,b,c\r\n,,\r\n");
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn line_breaks_inside_a_text_survive() {
        let mut table = Table::new(&["comment"]);
        table.push(vec!["一行目\n二行目".into()]);
        let bytes = table.to_bytes().unwrap();
        let mut reader = csv::Reader::from_reader(&bytes[3..]);
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(&row[0], "一行目\n二行目");
    }
}
