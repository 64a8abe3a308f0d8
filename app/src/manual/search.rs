//! Search over headings and text of the manual.
//!
//! Width, capitals and the two kana do not matter (NFKC, small letters, hiragana), nor do spaces:
//! `ブラシ`, `ぶらし` and `ﾌﾞﾗｼ` find the same places.

use super::{Block, Page, Said, key_tables};
use crate::search::plain;

/// A place that was found: a heading with what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Place of the page among the pages.
    pub page: usize,
    /// Place of the heading among the page's blocks; none for what stands before the first.
    pub block: Option<usize>,
    /// The heading; the page's title before the first.
    pub heading: String,
    /// The first line that holds what was looked for.
    pub line: String,
}

/// A heading with what stands under it.
struct Section {
    block: Option<usize>,
    heading: String,
    lines: Vec<String>,
}

/// The sections that hold a text, or all its words: first those whose heading does, then those that hold
/// the text as it stands, then the others; each in the order of the pages. None for an empty text.
#[must_use]
pub fn search(pages: &[Page], text: &str, said: &Said<'_>) -> Vec<Hit> {
    let whole = folded(text);
    if whole.is_empty() {
        return Vec::new();
    }
    let words: Vec<String> = text.split_whitespace().map(folded).collect();
    let mut hits: Vec<(usize, Hit)> = Vec::new();
    for (page, of) in pages.iter().enumerate() {
        for section in sections(of, said) {
            let heading = folded(&section.heading);
            let lines: Vec<String> = section.lines.iter().map(|line| folded(line)).collect();
            let has = |word: &String| {
                heading.contains(word.as_str()) || lines.iter().any(|l| l.contains(word.as_str()))
            };
            let rank = if heading.contains(&whole) {
                0
            } else if lines.iter().any(|line| line.contains(&whole)) {
                1
            } else if words.iter().all(has) {
                2
            } else {
                continue;
            };
            let holds = |part: &String| lines.iter().position(|l| l.contains(part.as_str()));
            let line = holds(&whole).or_else(|| words.iter().find_map(holds));
            let line = section.lines.get(line.unwrap_or(0)).cloned();
            let hit = Hit {
                page,
                block: section.block,
                heading: section.heading,
                line: line.unwrap_or_default(),
            };
            hits.push((rank, hit));
        }
    }
    hits.sort_by_key(|(rank, _)| *rank);
    hits.into_iter().map(|(_, hit)| hit).collect()
}

fn sections(page: &Page, said: &Said<'_>) -> Vec<Section> {
    let mut sections = vec![Section {
        block: None,
        heading: page.title.clone(),
        lines: Vec::new(),
    }];
    for (place, block) in page.blocks.iter().enumerate() {
        if let Block::Heading { text, .. } = block {
            sections.push(Section {
                block: Some(place),
                heading: said.line(text),
                lines: Vec::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            section.lines.extend(lines_of(block, said));
        }
    }
    sections
}

/// The lines of a block; a row of a table is one.
fn lines_of(block: &Block, said: &Said<'_>) -> Vec<String> {
    let row = |cells: &Vec<super::Line>| {
        let cells: Vec<String> = cells.iter().map(|cell| said.line(cell)).collect();
        cells.join("  ")
    };
    match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => vec![said.line(text)],
        Block::List { items, .. } => items.iter().map(|item| said.line(item)).collect(),
        Block::Table { head, rows } => std::iter::once(head).chain(rows).map(row).collect(),
        Block::Keys => key_tables(said)
            .into_iter()
            .flat_map(|table| table.rows)
            .map(|row| format!("{}  {}", row.keys, row.act))
            .collect(),
    }
}

/// A text as it is compared: with its signs, which may be keys.
fn folded(text: &str) -> String {
    plain(text).filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keymap;
    use crate::language::{Language, Words};
    use crate::manual::reader;
    use std::collections::BTreeMap;

    const PAGE: &str = "# 描く\n\n塗った所は **すぐ** 保存されます。\n\n## ブラシ\n\n\
        - `{tool_brush}` でブラシを持ちます。\n- 消しゴムで消します。\n\n## Undo\n\nTake it back: `{undo}`.\n";

    fn found(text: &str) -> Vec<(Option<usize>, String)> {
        let words = Words::new(Language::Ja);
        let keys = Keymap::new(&BTreeMap::new(), Language::Ja);
        let said = Said {
            words: &words,
            keys: &keys,
        };
        let (page, _) = reader::read("drawing", PAGE);
        let hits = search(&[page], text, &said);
        hits.into_iter().map(|hit| (hit.block, hit.line)).collect()
    }

    #[test]
    fn width_capitals_kana_and_spaces_do_not_matter() {
        let brush = vec![(Some(1), "B でブラシを持ちます。".to_owned())];
        for text in ["ブラシ", "ぶらし", "ﾌﾞﾗｼ", " ブ ラシ "] {
            assert_eq!(found(text), brush, "{text}");
        }
        let undo = vec![(Some(3), "Take it back: Ctrl Z.".to_owned())];
        assert_eq!(found("ＵＮＤＯ"), undo);
    }

    #[test]
    fn keys_are_found_by_what_stands_on_them() {
        assert_eq!(found("ctrl z").len(), 1);
    }

    #[test]
    fn all_words_must_be_there() {
        assert_eq!(found("保存 すぐ").len(), 1);
        assert!(found("保存 消しゴム").is_empty());
        assert!(found("  ").is_empty());
    }

    #[test]
    fn a_heading_comes_before_a_text() {
        let page = "# A\n\n持つ。\n\n## B\n\n持つ。\n\n## 持つ\n\nC.\n";
        let words = Words::new(Language::Ja);
        let keys = Keymap::new(&BTreeMap::new(), Language::Ja);
        let said = Said {
            words: &words,
            keys: &keys,
        };
        let (page, _) = reader::read("drawing", page);
        let hits = search(&[page], "持つ", &said);
        let blocks: Vec<_> = hits.iter().map(|hit| hit.block).collect();
        assert_eq!(blocks, [Some(3), None, Some(1)]);
    }
}
