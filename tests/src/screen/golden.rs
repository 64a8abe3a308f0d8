//! The tree of a screen with its rectangles, as text beside a golden file.
//!
//! `DOKUEI_BLESS=1` writes the golden files anew; the change is then read in the commit.

use super::plain::plain;
use super::{Area, Screen};
use std::path::{Path, PathBuf};

/// The tree as text: one widget a line, indented, with left, top, width and height. Texts that differ
/// from run to run stand for themselves in angle brackets, and their widths as `*`.
#[must_use]
pub fn text(screen: &Screen, folder: &Path) -> String {
    let mut text = String::new();
    let mut open: Vec<usize> = Vec::new();
    for control in &screen.controls {
        if control.name.is_empty() && control.value.is_none() && !control.acts {
            continue;
        }
        while open.last().is_some_and(|&depth| depth >= control.depth) {
            open.pop();
        }
        let name = plain(&control.name, folder);
        let value = control.value.as_ref().map(|value| plain(value, folder));
        let differs = name != control.name || (value != control.value && control.role == "label");
        text.push_str(&"  ".repeat(open.len()));
        text.push_str(&control.role);
        if !name.is_empty() {
            text.push_str(&format!(" {name:?}"));
        }
        if let Some(value) = value {
            text.push_str(&format!(" = {value:?}"));
        }
        if control.disabled {
            text.push_str(" (disabled)");
        }
        text.push_str(&place(control.rect, differs));
        open.push(control.depth);
    }
    text
}

fn place([left, top, right, bottom]: Area, differs: bool) -> String {
    let (width, height) = (right - left, bottom - top);
    if differs {
        return format!(" [* {top:.0} * {height:.0}]\n");
    }
    format!(" [{left:.0} {top:.0} {width:.0} {height:.0}]\n")
}

/// Where a screen's golden file lies.
#[must_use]
pub fn file(screen: &str, language: &str, [width, height]: [f32; 2]) -> PathBuf {
    let name = format!("{screen}.{language}.{width:.0}x{height:.0}.txt");
    crate::root().join("tests/screens").join(name)
}

/// Compares with the golden file, or writes it where `DOKUEI_BLESS` is set; the error shows the first
/// lines that differ.
///
/// # Errors
/// When there is no golden file, or it says something else.
pub fn compare(file: &Path, text: &str) -> Result<(), String> {
    if std::env::var_os("DOKUEI_BLESS").is_some_and(|value| value == "1") {
        let folder = file.parent().unwrap_or(file);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(file, text));
        return written.map_err(|error| format!("{}: {error}", file.display()));
    }
    let golden = std::fs::read_to_string(file)
        .map_err(|error| format!("{}: {error} (DOKUEI_BLESS=1 writes it)", file.display()))?;
    differences(&golden.replace("\r\n", "\n"), text)
        .map_or(Ok(()), |told| Err(format!("{}:\n{told}", file.display())))
}

/// Lines that are in one and not in the other, in order, at most a dozen.
fn differences(golden: &str, text: &str) -> Option<String> {
    if golden == text {
        return None;
    }
    let missing = golden
        .lines()
        .filter(|line| !text.lines().any(|other| other == *line));
    let added = text
        .lines()
        .filter(|line| !golden.lines().any(|other| other == *line));
    let mut told: Vec<String> = missing
        .map(|line| format!("- {line}"))
        .chain(added.map(|line| format!("+ {line}")))
        .take(12)
        .collect();
    if told.is_empty() {
        told.push("the same lines in another order".to_owned());
    }
    Some(told.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::Control;

    #[test]
    fn a_tree_is_told_with_places_and_a_difference_is_shown() {
        let control = |name: &str, depth, rect| Control {
            role: "button".into(),
            name: name.into(),
            value: None,
            rect,
            shown: rect,
            acts: true,
            disabled: depth == 2,
            depth,
            scrolls: false,
        };
        let screen = Screen {
            size: [100.0, 100.0],
            controls: vec![
                control("保存済み 12:00:00", 1, [1.0, 2.0, 11.0, 22.0]),
                control("開く", 2, [1.4, 2.0, 11.0, 22.0]),
            ],
            letters: vec![],
        };
        let told = text(&screen, Path::new("/tmp/x"));
        assert_eq!(
            told,
            "button \"保存済み <time>\" [* 2 * 20]\n  button \"開く\" (disabled) [1 2 10 20]\n"
        );
        assert_eq!(differences(&told, &told), None);
        let other = told.replace("開く", "閉じる");
        let shown = differences(&told, &other).expect("a difference");
        assert!(shown.contains("- ") && shown.contains("閉じる"), "{shown}");
    }
}
