//! The bundled pages: both languages say the same in the same order, nothing of them is unread, and the
//! keys and the words of the screen that they name are there.

use super::*;
use crate::keys::{Binding, Keymap};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn assets(folder: &str, language: Language) -> PathBuf {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    root.join(folder).join(language.code())
}

/// What a block is, without its words.
fn shape(block: &Block) -> String {
    match block {
        Block::Heading { level, .. } => format!("heading {level}"),
        Block::Paragraph(_) => "paragraph".to_owned(),
        Block::List { is_numbered, items } => format!("list {is_numbered} {}", items.len()),
        Block::Table { head, rows } => format!("table {} × {}", head.len(), rows.len()),
        Block::Keys => "keys".to_owned(),
    }
}

fn lines(page: &Page) -> Vec<&Line> {
    let mut lines = Vec::new();
    for block in &page.blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => lines.push(text),
            Block::List { items, .. } => lines.extend(items),
            Block::Table { head, rows } => lines.extend(head.iter().chain(rows.iter().flatten())),
            Block::Keys => {}
        }
    }
    lines
}

/// The keys that a page names, in no order.
fn named(page: &Page) -> Vec<&str> {
    let spans = lines(page).into_iter().flatten();
    let mut ids: Vec<&str> = spans
        .filter_map(|span| match span {
            Span::Key(id) => Some(id.as_str()),
            _ => None,
        })
        .collect();
    ids.sort_unstable();
    ids
}

#[test]
fn every_line_of_every_page_is_read() {
    for language in Language::ALL {
        for (id, text) in sources(language) {
            let (page, unread) = reader::read(id, text);
            assert_eq!(unread, Vec::<String>::new(), "{} {id}", language.code());
            assert!(!page.title.is_empty(), "{} {id}", language.code());
            let opens = matches!(page.blocks.first(), Some(Block::Paragraph(_)));
            assert!(
                opens,
                "{} {id} begins with what can be done",
                language.code()
            );
        }
    }
}

#[test]
fn every_file_of_the_folder_is_a_page() {
    for language in Language::ALL {
        let known: BTreeSet<String> = sources(language)
            .iter()
            .map(|(id, _)| format!("{id}.md"))
            .collect();
        let files: BTreeSet<String> = std::fs::read_dir(assets("manual", language))
            .expect("the folder of the pages")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(files, known);
    }
}

#[test]
fn both_languages_have_the_same_pages_headings_tables_and_keys() {
    let (japanese, english) = (pages(Language::Ja), pages(Language::En));
    assert_eq!(japanese.len(), english.len());
    for (ja, en) in japanese.iter().zip(english) {
        assert_eq!(ja.id, en.id);
        let shapes = |page: &Page| -> Vec<String> { page.blocks.iter().map(shape).collect() };
        assert_eq!(shapes(ja), shapes(en), "{}", ja.id);
        assert_eq!(named(ja), named(en), "{}", ja.id);
    }
}

#[test]
fn every_key_that_is_named_is_there_and_none_is_written_by_hand() {
    for language in Language::ALL {
        let keys = Keymap::new(&BTreeMap::new(), language);
        let chord = |row: &Binding| Some(row.chord?.text(language));
        let delivered: BTreeMap<&str, Option<String>> = keys
            .bindings()
            .iter()
            .map(|row| (row.id.as_str(), chord(row)))
            .collect();
        let is_key = |code: &String| delivered.values().flatten().any(|key| key == code);
        for page in pages(language) {
            for span in lines(page).into_iter().flatten() {
                match span {
                    Span::Key(id) => {
                        let key = delivered.get(id.as_str());
                        assert!(matches!(key, Some(Some(_))), "{}: {id}", page.id);
                    }
                    Span::Code(code) => assert!(!is_key(code), "{}: {code}", page.id),
                    _ => {}
                }
            }
        }
    }
}

/// What a page says in the quotation marks of its language: words that stand on the screen, or another
/// page's title.
fn quoted(text: &str, [opening, closing]: [char; 2]) -> Vec<&str> {
    let parts = text.split(opening).skip(1);
    parts
        .filter_map(|part| Some(part.split_once(closing)?.0))
        .collect()
}

#[test]
fn words_in_quotation_marks_stand_on_the_screen() {
    for (language, marks) in [(Language::Ja, ['「', '」']), (Language::En, ['“', '”'])] {
        let files = std::fs::read_dir(assets("strings", language)).expect("the string files");
        let screen: String = files
            .flatten()
            .filter_map(|entry| std::fs::read_to_string(entry.path()).ok())
            .collect();
        let is_title = |words: &str| pages(language).iter().any(|page| page.title == words);
        let missing: Vec<(&str, &str)> = sources(language)
            .iter()
            .flat_map(|(id, text)| {
                quoted(text, marks)
                    .into_iter()
                    .map(move |words| (*id, words))
            })
            .filter(|&(_, words)| !screen.contains(words) && !is_title(words))
            .collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }
}

#[test]
fn the_bundled_font_has_every_character_of_the_pages() {
    let context = egui::Context::default();
    crate::theme::install_fonts(&context).expect("the bundled fonts");
    let mut output = context.run_ui(egui::RawInput::default(), |_| {});
    output.textures_delta.clear();
    let font = egui::FontId::proportional(13.0);
    for language in Language::ALL {
        let used: BTreeSet<char> = sources(language)
            .iter()
            .flat_map(|(_, text)| text.chars())
            .filter(|c| !c.is_control())
            .collect();
        let missing: Vec<char> = context.fonts_mut(|fonts| {
            let is_missing = |c: &char| !fonts.has_glyph(&font, *c);
            used.into_iter().filter(is_missing).collect()
        });
        assert!(missing.is_empty(), "{}: {missing:?}", language.code());
    }
}
