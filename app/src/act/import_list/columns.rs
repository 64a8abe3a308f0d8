//! From the bytes of a list to its lines: the encodings and separators of spreadsheets in Japan and elsewhere.

use super::{ListLine, Wanted};
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8};
use std::path::PathBuf;
use unicode_normalization::UnicodeNormalization;
use voxel::Phrase;

/// Names of the columns, folded by [`folded`].
const PATH: [&str; 7] = [
    "path",
    "file",
    "folder",
    "パス",
    "ファイル",
    "フォルダー",
    "フォルダ",
];
const UID: [&str; 7] = [
    "uid",
    "series_uid",
    "study_uid",
    "id",
    "シリーズuid",
    "検査uid",
    "スタディuid",
];
const NUMBER: [&str; 5] = ["case", "case_number", "number", "症例番号", "症例"];
const GROUP: [&str; 3] = ["group", "群", "グループ"];

/// Which column holds what.
struct Columns {
    path: Option<usize>,
    uid: Option<usize>,
    number: Option<usize>,
    group: Option<usize>,
}

/// The lines of a list: UTF-8 (with or without byte order mark), UTF-16 with one, or CP932; commas, semicolons or tabs;
/// columns by the names in their head.
///
/// # Errors
/// Text in no known encoding, a head that names neither a path nor a UID.
pub fn read(bytes: &[u8]) -> Result<Vec<ListLine>, Phrase> {
    let text = decoded(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let broken = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let said = Phrase::new("list-broken", format!("line {line} is no row of a table"));
        said.with("line", line)
    };
    let head = reader.headers().map_err(|error| broken(&error))?.clone();
    let columns = Columns::of(&head)?;
    let mut lines = Vec::new();
    let mut counted = LineCount::default();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = counted.of(text.as_bytes(), record.position());
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            lines.push(columns.line(line, &record));
        }
    }
    Ok(lines)
}

/// Lines as an editor counts them: the table's reader passes over empty ones and counts ends late.
#[derive(Default)]
struct LineCount {
    /// Bytes and line ends that lie behind.
    at: usize,
    ends: u64,
}

impl LineCount {
    /// The line on which a record begins; records come in their order.
    fn of(&mut self, text: &[u8], position: Option<&csv::Position>) -> u64 {
        let start = position.map_or(0, |position| position.byte() as usize);
        let start = start.min(text.len());
        let empty = text[start..].iter().take_while(|byte| **byte == b'\n');
        let start = start + empty.count();
        let passed = text.get(self.at..start).unwrap_or_default();
        self.ends += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = self.at.max(start);
        self.ends + 1
    }
}

fn decoded(bytes: &[u8]) -> Result<String, Phrase> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let candidates = match marked {
        Some(encoding) => vec![encoding],
        None => vec![UTF_8, SHIFT_JIS],
    };
    for encoding in candidates {
        let (text, _, is_damaged) = encoding.decode(bytes);
        if !is_damaged && !text.contains('\0') {
            // one kind of line end, so that lines are counted as an editor shows them
            return Ok(text.replace("\r\n", "\n").replace('\r', "\n"));
        }
    }
    Err(Phrase::new(
        "list-encoding",
        "the list is no text in UTF-8, UTF-16 or CP932",
    ))
}

/// The separator that the head uses most, quoted parts aside.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for letter in text.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '\n' if !is_quoted => break,
            _ if is_quoted => {}
            other => {
                let found = counts
                    .iter_mut()
                    .find(|(sign, _)| char::from(*sign) == other);
                if let Some((_, count)) = found {
                    *count += 1;
                }
            }
        }
    }
    // of equal counts the first
    let mut best = counts[0];
    for count in counts {
        if count.1 > best.1 {
            best = count;
        }
    }
    best.0
}

/// A column's name without differences of case, width and blanks.
fn folded(name: &str) -> String {
    let name: String = name.nfkc().flat_map(char::to_lowercase).collect();
    name.trim().replace([' ', '-'], "_")
}

impl Columns {
    fn of(head: &csv::StringRecord) -> Result<Columns, Phrase> {
        let place = |names: &[&str]| {
            head.iter()
                .position(|name| names.contains(&folded(name).as_str()))
        };
        let columns = Columns {
            path: place(&PATH),
            uid: place(&UID),
            number: place(&NUMBER),
            group: place(&GROUP),
        };
        if columns.path.is_none() && columns.uid.is_none() {
            return Err(Phrase::new(
                "list-no-column",
                "the list has neither a column path nor a column uid",
            ));
        }
        Ok(columns)
    }

    fn line(&self, line: u64, record: &csv::StringRecord) -> ListLine {
        let cell = |place: Option<usize>| {
            let cell = unguarded(record.get(place?)?.trim());
            (!cell.is_empty()).then(|| cell.to_owned())
        };
        let (path, uid) = (cell(self.path), cell(self.uid));
        let named = [path.clone(), uid.clone()];
        let text: Vec<String> = named.into_iter().flatten().collect();
        let number = cell(self.number).map(|text| number_of(&text)).transpose();
        let wanted = number.and_then(|number| {
            if path.is_none() && uid.is_none() {
                return Err(Phrase::new(
                    "list-names-nothing",
                    "the line names neither a path nor a UID",
                ));
            }
            Ok(Wanted {
                path: path.as_deref().map(path_of),
                uid,
                number,
                group: cell(self.group),
            })
        });
        ListLine {
            line,
            text: text.join(" "),
            wanted,
        }
    }
}

/// A text without the apostrophe that guards it against being taken for a formula.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}

/// A path as the list's writer wrote it, also on Windows.
fn path_of(text: &str) -> PathBuf {
    if cfg!(windows) {
        PathBuf::from(text)
    } else {
        PathBuf::from(text.replace('\\', "/"))
    }
}

/// A case number: a whole number from 1, full-width digits and `#` allowed.
fn number_of(text: &str) -> Result<u32, Phrase> {
    let folded: String = text.nfkc().collect();
    let number = folded.trim().trim_start_matches('#').parse::<u32>();
    number.ok().filter(|number| *number > 0).ok_or_else(|| {
        Phrase::new(
            "list-number",
            format!("the case number “{text}” is no whole number from 1"),
        )
        .with("value", text)
    })
}
