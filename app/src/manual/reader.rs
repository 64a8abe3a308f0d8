//! Reads the Markdown of the manual into blocks.
//!
//! The subset: one `#` title, `##` and `###` headings, a paragraph or an item a line, bullet and numbered
//! lists without nesting, tables with a head, `**bold**`, `` `code` `` and keys by their ids in the table of
//! keys (`` `{undo}` ``), and the line `{{keys}}`. Every other line is handed back as unread.

use crate::keys::Action;

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Words.
    Plain(String),
    /// Words that stand out.
    Strong(String),
    /// What is typed, or a name in a file.
    Code(String),
    /// A key, by the id of its row in the table of keys.
    Key(String),
}

/// A line of text, before it is wrapped.
pub type Line = Vec<Span>;

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 2 or 3; the page's title is 1.
        level: u8,
        /// Its words.
        text: Line,
    },
    /// A paragraph.
    Paragraph(Line),
    /// A list.
    List {
        /// Whether its items have numbers instead of bullets.
        is_numbered: bool,
        /// Its items.
        items: Vec<Line>,
    },
    /// A table; every row has as many cells as the head.
    Table {
        /// Titles of the columns.
        head: Vec<Line>,
        /// The rows.
        rows: Vec<Vec<Line>>,
    },
    /// The table of keys as they are now.
    Keys,
}

/// A page of the manual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its id: the name of its file.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// What stands on it.
    pub blocks: Vec<Block>,
}

/// Reads a page. Beside it the lines that do not belong to the subset, as they stand.
pub(super) fn read(id: &'static str, text: &str) -> (Page, Vec<String>) {
    let mut reader = Reader::default();
    for line in text.lines() {
        if reader.take(line).is_none() {
            reader.unread.push(line.to_owned());
        }
    }
    let page = Page {
        id,
        title: reader.title,
        blocks: reader.blocks,
    };
    (page, reader.unread)
}

#[derive(Default)]
struct Reader {
    title: String,
    blocks: Vec<Block>,
    unread: Vec<String>,
    /// The last line belongs to the last block, and the next may.
    goes_on: bool,
    /// The line between the head of the last table and its rows has come.
    is_ruled: bool,
}

impl Reader {
    /// Takes a line in; `None` where it is not of the subset.
    fn take(&mut self, line: &str) -> Option<()> {
        let goes_on = std::mem::replace(&mut self.goes_on, true);
        if line.is_empty() {
            self.goes_on = false;
            return Some(());
        }
        if line == "{{keys}}" {
            self.blocks.push(Block::Keys);
            self.goes_on = false;
        } else if let Some(title) = line.strip_prefix("# ") {
            if !(self.title.is_empty() && self.blocks.is_empty()) {
                return None;
            }
            title.clone_into(&mut self.title);
            self.goes_on = false;
        } else if let Some(text) = line.strip_prefix("## ") {
            self.heading(2, text)?;
        } else if let Some(text) = line.strip_prefix("### ") {
            self.heading(3, text)?;
        } else if let Some(item) = line.strip_prefix("- ") {
            self.item(false, item, goes_on)?;
        } else if let Some(item) = numbered(line) {
            self.item(true, item, goes_on)?;
        } else if line.starts_with('|') {
            self.row(line, goes_on)?;
        } else if !goes_on && !is_foreign(line) {
            self.blocks.push(Block::Paragraph(spans(line)?));
        } else {
            return None;
        }
        Some(())
    }

    fn heading(&mut self, level: u8, text: &str) -> Option<()> {
        let text = spans(text)?;
        self.blocks.push(Block::Heading { level, text });
        self.goes_on = false;
        Some(())
    }

    fn item(&mut self, numbers: bool, text: &str, goes_on: bool) -> Option<()> {
        let item = spans(text)?;
        match self.blocks.last_mut() {
            Some(Block::List { is_numbered, items }) if goes_on && *is_numbered == numbers => {
                items.push(item);
            }
            _ => self.blocks.push(Block::List {
                is_numbered: numbers,
                items: vec![item],
            }),
        }
        Some(())
    }

    fn row(&mut self, line: &str, goes_on: bool) -> Option<()> {
        let cells = line.strip_prefix('|')?.strip_suffix('|')?.split('|');
        let cells: Vec<&str> = cells.map(str::trim).collect();
        let is_rule = cells
            .iter()
            .all(|cell| cell.len() >= 3 && cell.chars().all(|c| c == '-'));
        match self.blocks.last_mut() {
            Some(Block::Table { head, rows }) if goes_on => {
                let fits = cells.len() == head.len() && is_rule != self.is_ruled;
                if !fits {
                    return None;
                }
                if is_rule {
                    self.is_ruled = true;
                } else {
                    let row: Option<Vec<Line>> = cells.into_iter().map(spans).collect();
                    rows.push(row?);
                }
            }
            _ if is_rule => return None,
            _ => {
                let head: Option<Vec<Line>> = cells.into_iter().map(spans).collect();
                self.is_ruled = false;
                self.blocks.push(Block::Table {
                    head: head?,
                    rows: Vec::new(),
                });
            }
        }
        Some(())
    }
}

/// The text of a numbered item.
fn numbered(line: &str) -> Option<&str> {
    let (number, text) = line.split_once(". ")?;
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    is_number.then_some(text)
}

/// Whether a line begins as Markdown that the manual does not use.
fn is_foreign(line: &str) -> bool {
    line.starts_with([' ', '\t', '#', '>', '+', '!', '<', '=', '[', '{'])
        || ["```", "---", "* ", "- "]
            .iter()
            .any(|mark| line.starts_with(mark))
}

/// The parts of a line; `None` where a mark is not closed or a key is none.
fn spans(text: &str) -> Option<Line> {
    if text.contains("](") {
        return None;
    }
    let mut line = Vec::new();
    let plain = |line: &mut Line, words: &str| {
        if !words.is_empty() {
            line.push(Span::Plain(words.to_owned()));
        }
    };
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*']) {
        let (before, marked) = rest.split_at(at);
        plain(&mut line, before);
        let mark = if marked.starts_with('`') { "`" } else { "**" };
        let (inner, after) = marked.strip_prefix(mark)?.split_once(mark)?;
        if inner.trim().is_empty() {
            return None;
        }
        line.push(match mark {
            "`" => code(inner)?,
            _ => Span::Strong(inner.to_owned()),
        });
        rest = after;
    }
    plain(&mut line, rest);
    Some(line)
}

/// What stands between backticks: `{undo}` is the key of an act, all else is as it is typed.
fn code(inner: &str) -> Option<Span> {
    let id = inner.strip_prefix('{').and_then(|id| id.strip_suffix('}'));
    match id {
        Some(id) => {
            // an act may have two rows
            let act = id.strip_suffix("_alt").unwrap_or(id);
            Action::of_id(act).map(|_| Span::Key(id.to_owned()))
        }
        None => Some(Span::Code(inner.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(words: &str) -> Line {
        vec![Span::Plain(words.to_owned())]
    }

    #[test]
    fn a_page_is_read_into_its_blocks() {
        let text = "# Saving\n\nFirst **now**, then `{undo}`.\n\n## Why\n- one\n- two\n1. first\n\n\
                    | a | b |\n|---|---|\n| `x y` | |\n\n### Keys\n{{keys}}\n";
        let (page, unread) = read("saving", text);
        assert_eq!(unread, Vec::<String>::new());
        assert_eq!(page.title, "Saving");
        let first = vec![
            Span::Plain("First ".to_owned()),
            Span::Strong("now".to_owned()),
            Span::Plain(", then ".to_owned()),
            Span::Key("undo".to_owned()),
            Span::Plain(".".to_owned()),
        ];
        let heading = |level, words| Block::Heading {
            level,
            text: plain(words),
        };
        let list = |is_numbered, items: &[&str]| Block::List {
            is_numbered,
            items: items.iter().map(|item| plain(item)).collect(),
        };
        let blocks = vec![
            Block::Paragraph(first),
            heading(2, "Why"),
            list(false, &["one", "two"]),
            list(true, &["first"]),
            Block::Table {
                head: vec![plain("a"), plain("b")],
                rows: vec![vec![vec![Span::Code("x y".to_owned())], Vec::new()]],
            },
            heading(3, "Keys"),
            Block::Keys,
        ];
        assert_eq!(page.blocks, blocks);
    }

    #[test]
    fn what_does_not_belong_to_the_subset_is_handed_back() {
        let lines = [
            "a second line of a paragraph",
            "#### too deep",
            "  - nested",
            "> quoted",
            "```",
            "![picture](a.png)",
            "[link](a.md)",
            "a [link](a.md)",
            "an **open mark",
            "a `lone backtick",
            "a key `{no_such_act}`",
            "|---|---|",
            "| no end",
        ];
        for line in lines {
            let before = if line.starts_with("a second") {
                "# T\nfirst line\n"
            } else {
                "# T\n\n"
            };
            let (_, unread) = read("start", &format!("{before}{line}\n"));
            assert_eq!(unread, [line]);
        }
    }

    #[test]
    fn a_row_of_another_width_is_not_taken() {
        let (page, unread) = read("start", "# T\n\n| a | b |\n|---|---|\n| 1 |\n| 2 | 3 |\n");
        assert_eq!(unread, ["| 1 |"]);
        assert!(matches!(page.blocks.as_slice(), [Block::Table { rows, .. }] if rows.len() == 1));
    }
}
