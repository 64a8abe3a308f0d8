//! The key chart: every key with what it does, grouped as it is used; on the screen, and on paper as HTML.

use super::{Action, Binding, Context, Keymap};
use crate::language::Words;

/// A key and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartRow {
    /// The keys, as they stand on the keyboard.
    pub keys: String,
    /// What they do.
    pub name: String,
}

/// Keys that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartGroup {
    /// The key of its title.
    pub title_key: &'static str,
    /// Its keys, in the order of the table.
    pub rows: Vec<ChartRow>,
}

/// All keys that have something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The groups, in the order of reading.
    pub groups: Vec<ChartGroup>,
}

/// The titles of the groups, in the order of reading.
const TITLES: [&str; 10] = [
    "chart-global",
    "chart-hold",
    "chart-slices",
    "chart-view",
    "chart-labels",
    "chart-tools",
    "chart-findings",
    "chart-case",
    "chart-adjudicate",
    "chart-list",
];

fn title_of(binding: &Binding) -> &'static str {
    use Action as A;
    match (binding.action.context(), binding.action) {
        _ if binding.is_held => "chart-hold",
        (Context::Global, _) => "chart-global",
        (Context::Adjudicate, _) => "chart-adjudicate",
        (Context::List, _) => "chart-list",
        (_, A::Label(_) | A::Relabel(_)) => "chart-labels",
        (_, A::Tool(_) | A::SmallerBrush | A::LargerBrush) => "chart-tools",
        (_, A::LowerThreshold | A::RaiseThreshold) => "chart-tools",
        (_, A::PreviousSlice | A::NextSlice | A::TenBack | A::TenOn) => "chart-slices",
        (_, A::FirstSlice | A::LastSlice | A::PreviousFrame | A::NextFrame) => "chart-slices",
        (_, A::PreviousUnseen | A::NextUnseen | A::WheelStep) => "chart-slices",
        (_, A::PreviousFinding | A::NextFinding | A::Attributes | A::DeleteFinding) => {
            "chart-findings"
        }
        (_, A::CopyFinding | A::PasteFinding | A::Solo | A::Lock) => "chart-findings",
        (_, A::Submit | A::NextCase | A::PreviousCase | A::Hold | A::Flag | A::NoFinding) => {
            "chart-case"
        }
        _ => "chart-view",
    }
}

impl Chart {
    /// The chart of a table of keys.
    #[must_use]
    pub fn new(keys: &Keymap, words: &Words) -> Self {
        let group = |title_key: &'static str| ChartGroup {
            title_key,
            rows: Vec::new(),
        };
        let mut groups: Vec<ChartGroup> = TITLES.into_iter().map(group).collect();
        for binding in keys.bindings().iter().filter(|row| row.chord.is_some()) {
            let title = title_of(binding);
            let Some(group) = groups.iter_mut().find(|group| group.title_key == title) else {
                continue;
            };
            let name = binding.action.name(words);
            // an act with two keys stands once
            match group.rows.iter_mut().find(|row| row.name == name) {
                Some(row) => row.keys = format!("{} / {}", row.keys, binding.text()),
                None => group.rows.push(ChartRow {
                    keys: binding.text().to_owned(),
                    name,
                }),
            }
        }
        for group in &mut groups {
            gather_digits(group, words);
        }
        groups.retain(|group| !group.rows.is_empty());
        Self { groups }
    }

    /// The chart as a page of its own: no picture, script or style from elsewhere.
    #[must_use]
    pub fn html(&self, words: &Words) -> String {
        let language = words.language().code();
        let title = escaped(&words.t("chart-title"));
        let mut body = String::new();
        for group in &self.groups {
            let head = escaped(&words.t(group.title_key));
            body.push_str(&format!("<section><h2>{head}</h2><table>\n"));
            for row in &group.rows {
                let (keys, name) = (escaped(&row.keys), escaped(&row.name));
                body.push_str(&format!(
                    "<tr><td>{name}</td><td><kbd>{keys}</kbd></td></tr>\n"
                ));
            }
            body.push_str("</table></section>\n");
        }
        let note = escaped(&words.t("chart-note"));
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <h1>{title}</h1>\n<main>\n{body}</main>\n<p>{note}</p>\n</body>\n</html>\n"
        )
    }
}

/// Nine rows of labels that have the digits with the same keys held become one.
fn gather_digits(group: &mut ChartGroup, words: &Words) {
    for (first, all) in [
        (Action::Label(1), "chart-label-all"),
        (Action::Relabel(1), "chart-relabel-all"),
    ] {
        let name_of = |digit: u8| match first {
            Action::Relabel(_) => Action::Relabel(digit).name(words),
            _ => Action::Label(digit).name(words),
        };
        let keys_of = |digit: u8| {
            let name = name_of(digit);
            let row = group.rows.iter().position(|row| row.name == name)?;
            let keys = &group.rows.get(row)?.keys;
            let head = keys.strip_suffix(&digit.to_string())?;
            Some((row, head.to_owned()))
        };
        let found: Option<Vec<_>> = (1..=9).map(keys_of).collect();
        let Some(found) = found else { continue };
        let Some((place, head)) = found.first().cloned() else {
            continue;
        };
        if found.iter().any(|(_, other)| *other != head) {
            continue;
        }
        let names: Vec<String> = (2..=9).map(name_of).collect();
        if let Some(row) = group.rows.get_mut(place) {
            row.keys = format!("{head}1–9");
            row.name = words.t(all);
        }
        group.rows.retain(|row| !names.contains(&row.name));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// One sheet of A4 in three columns, black on white.
const STYLE: &str = "@page { size: A4 landscape; margin: 10mm; }
body { font-family: \"Noto Sans JP\", \"Noto Sans CJK JP\", \"Yu Gothic\", \"Hiragino Sans\", sans-serif;
  font-size: 9pt; color: #000; background: #fff; margin: 12px; }
h1 { font-size: 14pt; margin: 0 0 6px; }
main { columns: 3; column-gap: 10mm; }
section { break-inside: avoid; margin: 0 0 8px; }
h2 { font-size: 10pt; margin: 0; border-bottom: 1px solid #000; }
table { width: 100%; border-collapse: collapse; }
td { padding: 1px 0; border-bottom: 1px solid #ddd; }
td + td { text-align: right; white-space: nowrap; }
kbd { font-family: inherit; border: 1px solid #888; border-radius: 3px; padding: 0 4px; }
p { font-size: 8pt; margin: 4px 0 0; }
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use std::collections::BTreeMap;

    fn chart(language: Language, changed: &[(&str, &str)]) -> (Chart, Words) {
        let words = Words::new(language);
        let changed: BTreeMap<_, _> = changed
            .iter()
            .map(|(id, keys)| ((*id).to_owned(), (*keys).to_owned()))
            .collect();
        let keys = Keymap::new(&changed, language);
        (Chart::new(&keys, &words), words)
    }

    fn keys_of(chart: &Chart, name: &str) -> Vec<String> {
        let rows = chart.groups.iter().flat_map(|group| &group.rows);
        rows.filter(|row| row.name == name)
            .map(|row| row.keys.clone())
            .collect()
    }

    #[test]
    fn every_key_of_the_table_is_on_the_chart_once() {
        for language in Language::ALL {
            let keys = Keymap::new(&BTreeMap::new(), language);
            let (chart, words) = chart(language, &[]);
            for row in keys.bindings().iter().filter(|row| row.chord.is_some()) {
                let name = match row.action {
                    Action::Label(_) => words.t("chart-label-all"),
                    Action::Relabel(_) => words.t("chart-relabel-all"),
                    other => other.name(&words),
                };
                let found = keys_of(&chart, &name);
                assert_eq!(found.len(), 1, "{name}");
                if !matches!(row.action, Action::Label(_) | Action::Relabel(_)) {
                    assert!(found[0].contains(row.text()), "{name}: {found:?}");
                }
            }
        }
    }

    #[test]
    fn labels_stand_in_one_row_only_while_they_have_the_digits() {
        let (whole, words) = chart(Language::En, &[]);
        let all = words.t("chart-label-all");
        assert_eq!(keys_of(&whole, &all), ["1–9"]);
        let (apart, words) = chart(Language::En, &[("label_3", "F9")]);
        assert!(keys_of(&apart, &all).is_empty());
        assert_eq!(keys_of(&apart, &Action::Label(3).name(&words)), ["F9"]);
        assert_eq!(keys_of(&apart, &Action::Label(4).name(&words)), ["4"]);
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_escapes_its_texts() {
        let (chart, words) = chart(Language::Ja, &[("submit", "Shift+Comma")]);
        let page = chart.html(&words);
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("lang=\"ja\""));
        for outside in ["http", "src=", "<script", "url(", "@import"] {
            assert!(!page.contains(outside), "{outside}");
        }
        let rows: usize = chart.groups.iter().map(|group| group.rows.len()).sum();
        assert_eq!(page.matches("<tr>").count(), rows);
        assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
    }
}
