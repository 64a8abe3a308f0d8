//! Texts without what differs from run to run and from machine to machine: times, dates, paths, ids,
//! sizes and durations.

use std::path::Path;

/// Replaces what differs: `<folder>`, `<id>`, `<time>`, `<date>`, and numbers before a unit of time or
/// of storage by `#`.
pub(super) fn plain(text: &str, folder: &Path) -> String {
    let text = text.replace(&folder.display().to_string(), "<folder>");
    let text = text.replace(env!("CARGO_PKG_VERSION"), "<version>");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let word: &str = match rest.find(|c: char| !is_part(c)) {
            Some(0) => &rest[..first.len_utf8()],
            Some(end) => &rest[..end],
            None => rest,
        };
        rest = &rest[word.len()..];
        out.push_str(&word_as_told(word, rest));
    }
    // one run comes to a gigabyte where another does not
    out.replace("# GB", "# MB")
}

/// What belongs to a time, a date, an id or a number.
fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '.' | '/')
}

fn word_as_told(word: &str, rest: &str) -> String {
    let shape: String = word
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let is_uuid = word.len() == 36
        && word.bytes().all(|c| c.is_ascii_hexdigit() || c == b'-')
        && shape.matches('-').count() == 4;
    let is_uid = word.starts_with("2.25.") && word.len() > 20;
    if is_uuid || is_uid {
        return "<id>".to_owned();
    }
    match shape.as_str() {
        "00:00" | "0:00" | "00:00:00" => "<time>".to_owned(),
        "0000-00-00" | "0000/00/00" => "<date>".to_owned(),
        _ if is_number(word) && UNITS.iter().any(|unit| rest.starts_with(unit)) => "#".to_owned(),
        _ => word.to_owned(),
    }
}

const UNITS: [&str; 8] = [
    " ms", "\u{a0}ms", " MB", " GB", " KB", " MiB", " GiB", " kB",
];

fn is_number(word: &str) -> bool {
    word.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_replaced_and_nothing_else() {
        let folder = Path::new("/tmp/x1");
        let told = |text: &str| plain(text, folder);
        assert_eq!(told("保存済み 12:03:59"), "保存済み <time>");
        assert_eq!(told("/tmp/x1/sample"), "<folder>/sample");
        assert_eq!(
            told("書込確認済み（3.4\u{a0}ms）"),
            "書込確認済み（#\u{a0}ms）"
        );
        assert_eq!(told("Write checked (3.4 ms)"), "Write checked (# ms)");
        assert_eq!(told("約 190 MB・3 例"), "約 # MB・3 例");
        assert_eq!(told("Memory 1.2 GB"), told("Memory 950 MB"));
        assert_eq!(told("2026-11-21"), "<date>");
        assert_eq!(told("0198b1a2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"), "<id>");
        assert_eq!(told("C-0003 Dice 0.84"), "C-0003 Dice 0.84");
        assert_eq!(told("W 1500　C -600"), "W 1500　C -600");
    }
}
