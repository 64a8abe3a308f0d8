//! The table of ratings: items by readers, as written in the CSV.

use crate::Error;
use std::collections::BTreeSet;
use voxel::Phrase;

/// Ratings of items (rows) by readers (columns); `None` is a missing rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingTable {
    /// Names of the readers.
    pub readers: Vec<String>,
    /// Name of the item of each row; repeated where an item was rated several times.
    pub items: Vec<String>,
    /// One rating per reader in each row, as written.
    pub rows: Vec<Vec<Option<String>>>,
    /// Name of the case of each row, where several rows may come from one case; intervals by case need
    /// it.
    pub cases: Option<Vec<String>>,
}

impl RatingTable {
    /// Reads UTF-8 CSV: a header, the item in the first column, one reader in each further one.
    /// Empty cells and `NA` are missing ratings; a byte order mark is skipped.
    ///
    /// # Errors
    /// [`Error::BadInput`] for rows of unequal length, no header or fewer than two readers.
    ///
    /// ```
    /// use agreement::RatingTable;
    /// let table = RatingTable::from_csv("item,r1,r2\n1,benign,NA\n").unwrap();
    /// assert_eq!(table.readers, ["r1", "r2"]);
    /// assert_eq!(table.rows[0], [Some("benign".to_owned()), None]);
    /// ```
    pub fn from_csv(text: &str) -> Result<Self, Error> {
        Self::from_csv_by_case(text, None)
    }

    /// As [`RatingTable::from_csv`], with the column that names the case of each row; it is no reader.
    ///
    /// # Errors
    /// [`Error::BadInput`] as above, and where there is no such column or one of its cells is empty.
    ///
    /// ```
    /// use agreement::RatingTable;
    /// let text = "finding,case,r1,r2\n1,C-01,a,b\n2,C-01,a,a\n";
    /// let table = RatingTable::from_csv_by_case(text, Some("case")).unwrap();
    /// assert_eq!(table.readers, ["r1", "r2"]);
    /// assert_eq!(table.cases.unwrap(), ["C-01", "C-01"]);
    /// ```
    pub fn from_csv_by_case(text: &str, case_column: Option<&str>) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .delimiter(delimiter(text))
            .from_reader(text.as_bytes());
        let bad = |error: csv::Error| Error::unparsed(&error);
        let header = reader.headers().map_err(bad)?.clone();
        let case_at = case_column
            .map(|name| place_of(&header, name))
            .transpose()?;
        let readers: Vec<String> = header
            .iter()
            .enumerate()
            .filter(|(at, _)| *at > 0 && case_at != Some(*at))
            .map(|(_, name)| name.to_owned())
            .collect();
        if readers.len() < 2 {
            let has = readers.join(", ");
            let why = format!("the table needs an item and two readers, it has: {has}");
            let said = Phrase::new("agree-table-small", why).with("has", has);
            return Err(Error::BadInput(said));
        }
        if let Some(n) = (1..readers.len()).find(|&n| readers[..n].contains(&readers[n])) {
            let reader = readers[n].as_str();
            let why = format!("the column {reader} stands there twice");
            let said = Phrase::new("agree-reader-twice", why).with("column", reader);
            return Err(Error::BadInput(said));
        }
        let mut table = Self {
            readers,
            items: Vec::new(),
            rows: Vec::new(),
            cases: case_at.map(|_| Vec::new()),
        };
        for record in reader.records() {
            let record = record.map_err(bad)?;
            let item = record.get(0).unwrap_or_default();
            if let (Some(at), Some(cases)) = (case_at, &mut table.cases) {
                let case = record.get(at).unwrap_or_default();
                if is_missing(case) {
                    return Err(no_case(item, case_column.unwrap_or_default()));
                }
                cases.push(case.to_owned());
            }
            let cells = record.iter().enumerate();
            let ratings = cells.filter(|(at, _)| *at > 0 && case_at != Some(*at));
            table.rows.push(
                ratings
                    .map(|(_, cell)| (!is_missing(cell)).then(|| cell.to_owned()))
                    .collect(),
            );
            table.items.push(item.to_owned());
        }
        Ok(table)
    }

    /// Refuses a table made by hand whose rows do not fit its readers and items.
    ///
    /// # Errors
    /// [`Error::BadInput`] as above.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let whole = self.readers.len() >= 2
            && self.items.len() == self.rows.len()
            && self.rows.iter().all(|row| row.len() == self.readers.len())
            && self
                .cases
                .as_ref()
                .is_none_or(|cases| cases.len() == self.rows.len());
        if whole {
            Ok(())
        } else {
            Err(Error::BadInput(Phrase::new(
                "agree-table-uneven",
                "rows, items and readers of the table do not fit",
            )))
        }
    }

    /// Number of missing ratings.
    #[must_use]
    pub fn n_missing(&self) -> usize {
        self.rows
            .iter()
            .flatten()
            .filter(|cell| cell.is_none())
            .count()
    }

    /// Categories that occur, numbers by value, else names by code point.
    #[must_use]
    pub fn observed_categories(&self) -> Vec<String> {
        let found: BTreeSet<&String> = self.rows.iter().flatten().flatten().collect();
        let mut categories: Vec<String> = found.into_iter().cloned().collect();
        let numbers: Option<Vec<f64>> = categories.iter().map(|name| number(name)).collect();
        if numbers.is_some() {
            let value = |name: &String| number(name).unwrap_or(0.0);
            categories.sort_by(|a, b| value(a).total_cmp(&value(b)));
        }
        categories
    }

    /// Ratings as positions in the list of categories.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a rating that is not in the list.
    pub(crate) fn coded(&self, categories: &[String]) -> Result<Vec<Vec<Option<usize>>>, Error> {
        self.read(|cell, item, reader| {
            let place = categories.iter().position(|category| category == cell);
            place.ok_or_else(|| {
                let why = format!("item {item}, {reader}: category not declared: {cell}");
                let said = Phrase::new("agree-no-category", why);
                Error::BadInput(
                    said.with("name", cell)
                        .with("row", item)
                        .with("column", reader),
                )
            })
        })
    }

    /// Ratings as numbers.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a rating that is not a finite number.
    pub(crate) fn numbers(&self) -> Result<Vec<Vec<Option<f64>>>, Error> {
        self.read(|cell, item, reader| number(cell).ok_or_else(|| no_number(cell, item, reader)))
    }

    /// Every rating, read with the item's and the reader's name for the sentence about it.
    fn read<T>(
        &self,
        of: impl Fn(&str, &str, &str) -> Result<T, Error>,
    ) -> Result<Vec<Vec<Option<T>>>, Error> {
        let named = self.items.iter().zip(&self.rows);
        named
            .map(|(item, row)| {
                row.iter()
                    .zip(&self.readers)
                    .map(|(cell, reader)| {
                        let cell = cell.as_deref();
                        cell.map(|cell| of(cell, item, reader)).transpose()
                    })
                    .collect()
            })
            .collect()
    }
}

/// What separates the columns: the comma, or what stands in a first line without one (tabs, semicolons).
pub(crate) fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let others = [b'\t', b';'];
    let other = others
        .into_iter()
        .find(|other| first.contains(char::from(*other)));
    match other {
        Some(other) if !first.contains(',') => other,
        _ => b',',
    }
}

/// Place of a named column.
///
/// # Errors
/// [`Error::BadInput`] without it.
pub(crate) fn place_of(header: &csv::StringRecord, name: &str) -> Result<usize, Error> {
    let place = header.iter().position(|field| field == name);
    place.ok_or_else(|| {
        let said = Phrase::new("agree-no-column", format!("no column named {name}"));
        Error::BadInput(said.with("name", name))
    })
}

/// A row whose case is not told.
fn no_case(row: &str, column: &str) -> Error {
    let why = format!("row {row}: the column {column} names no case");
    let said = Phrase::new("agree-no-case", why).with("row", row);
    Error::BadInput(said.with("column", column))
}

/// Names in a list with commas; a name with a comma stands in quotation marks.
///
/// ```
/// assert_eq!(agreement::list_of_names("a, \"b, c\",d"), ["a", "b, c", "d"]);
/// ```
#[must_use]
pub fn list_of_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = String::new();
    let mut is_quoted = false;
    for letter in text.chars() {
        match letter {
            '"' if is_quoted || name.trim().is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => names.push(std::mem::take(&mut name)),
            _ => name.push(letter),
        }
    }
    names.push(name);
    names.iter().map(|name| name.trim().to_owned()).collect()
}

fn is_missing(cell: &str) -> bool {
    cell.is_empty() || cell == "NA"
}

/// A finite number.
pub(crate) fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// A cell in which a number was expected.
pub(crate) fn no_number(text: &str, row: &str, column: &str) -> Error {
    let why = format!("row {row}, column {column}: not a number: {text}");
    let said = Phrase::new("agree-no-number", why).with("text", text);
    Error::BadInput(said.with("row", row).with("column", column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_sort_as_numbers_only_if_all_are() {
        let table = RatingTable::from_csv("i,a,b\n1,10,9\n2,1,\n").unwrap();
        assert_eq!(table.observed_categories(), ["1", "9", "10"]);
        let table = RatingTable::from_csv("i,a,b\n1,10,9\n2,x,\n").unwrap();
        assert_eq!(table.observed_categories(), ["10", "9", "x"]);
    }

    #[test]
    fn tabs_and_semicolons_separate_where_no_comma_does() {
        for text in [
            "i\ta\tb\n1\tx, y\tx\n",
            "i;a;b\n1;x, y;x\n",
            "i,a,b\n1,\"x, y\",x\n",
        ] {
            let table = RatingTable::from_csv(text).unwrap();
            assert_eq!(table.rows[0][0].as_deref(), Some("x, y"), "{text}");
        }
    }

    #[test]
    fn rows_of_unequal_length_are_refused() {
        let refused = RatingTable::from_csv("i,a,b\n1,x\n").unwrap_err();
        assert_eq!(refused.code(), "bad_input");
    }

    #[test]
    fn a_byte_order_mark_and_japanese_names_are_read() {
        let table = RatingTable::from_csv("\u{feff}症例,読影者1,読影者2\n1,良性,悪性\n").unwrap();
        assert_eq!(table.readers[0], "読影者1");
        assert_eq!(table.observed_categories(), ["悪性", "良性"]);
    }
}
