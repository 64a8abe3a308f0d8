//! The manual: its pages in both languages, read from Markdown that is part of the program, and searched.
//!
//! A page names a key by the id of its act (`` `{undo}` ``), so that it tells the key that the person has
//! given to it and never one that is not there; the line `{{keys}}` stands for the whole table of keys.

mod keys;
mod reader;
mod said;
mod search;

pub use keys::{KeyRow, KeyTable, key_tables};
pub use reader::{Block, Line, Page, Span};
pub use said::Said;
pub use search::{Hit, search};

use crate::language::Language;
use std::sync::OnceLock;

/// The pages in their order: the id, which is the file's name, and the text in both languages.
macro_rules! pages {
    ($($id:literal),+ $(,)?) => {
        const JA: &[(&str, &str)] = &[
            $(($id, include_str!(concat!("../../../assets/manual/ja/", $id, ".md")))),+
        ];
        const EN: &[(&str, &str)] = &[
            $(($id, include_str!(concat!("../../../assets/manual/en/", $id, ".md")))),+
        ];
    };
}

pages!(
    "start",
    "worklist",
    "reading",
    "drawing",
    "findings",
    "saving",
    "double-reading",
    "keys",
    "mouse",
    "commands",
    "files",
    "trouble",
);

/// The pages of a language, in their order; read once.
#[must_use]
pub fn pages(language: Language) -> &'static [Page] {
    static READ: [OnceLock<Vec<Page>>; 2] = [OnceLock::new(), OnceLock::new()];
    let [japanese, english] = &READ;
    let read = match language {
        Language::Ja => japanese,
        Language::En => english,
    };
    read.get_or_init(|| sources(language).iter().map(read_page).collect())
}

/// Ids and texts of the pages.
const fn sources(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::Ja => JA,
        Language::En => EN,
    }
}

/// Reads a page; what cannot be read is left out and logged, and a test shows that there is none of it.
fn read_page(&(id, text): &(&'static str, &'static str)) -> Page {
    let (page, unread) = reader::read(id, text);
    if !unread.is_empty() {
        tracing::error!(
            id,
            ?unread,
            "a page of the manual has lines that are not read"
        );
    }
    page
}

#[cfg(test)]
mod tests;
