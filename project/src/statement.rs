//! SQL texts by name out of embedded files, looked up at compile time: a missing name does not build.

/// The statement `name` of an embedded file in which each statement follows a line `-- name: <name>`.
///
/// Used only in constants, so that the panic is a compile error.
pub(crate) const fn statement(file: &'static str, name: &str) -> &'static str {
    let text = file.as_bytes();
    let wanted = name.as_bytes();
    let mut at = 0;
    while at < text.len() {
        if starts_header(text, at) {
            let from = at + HEADER.len();
            let line_end = end_of_line(text, from);
            if same(text, from, line_end, wanted) {
                let start = line_end + 1;
                return slice(file, start, next_header(text, start));
            }
            at = line_end;
        }
        at += 1;
    }
    panic!("no statement of this name in the SQL file")
}

const HEADER: &[u8] = b"-- name: ";

const fn starts_header(text: &[u8], at: usize) -> bool {
    if at != 0 && text[at - 1] != b'\n' {
        return false;
    }
    let mut i = 0;
    while i < HEADER.len() {
        if at + i >= text.len() || text[at + i] != HEADER[i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn end_of_line(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < text.len() && text[at] != b'\n' {
        at += 1;
    }
    at
}

const fn next_header(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < text.len() && !starts_header(text, at) {
        at += 1;
    }
    at
}

const fn same(text: &[u8], from: usize, to: usize, wanted: &[u8]) -> bool {
    if to - from != wanted.len() {
        return false;
    }
    let mut i = 0;
    while i < wanted.len() {
        if text[from + i] != wanted[i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn slice(file: &'static str, from: usize, to: usize) -> &'static str {
    let (head, _) = file.split_at(to);
    let (_, part) = head.split_at(from);
    part
}

/// Names the SQL file of a store module and makes its statements constants.
macro_rules! statements {
    ($file:literal: $($constant:ident = $name:literal),* $(,)?) => {
        $(const $constant: &str =
            crate::statement::statement(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/sql/", $file)), $name);)*
    };
}
pub(crate) use statements;

#[cfg(test)]
mod tests {
    use super::statement;

    const FILE: &str = "-- name: one\nSELECT 1;\n\n-- name: two\nSELECT\n  2;\n";
    const ONE: &str = statement(FILE, "one");
    const TWO: &str = statement(FILE, "two");

    #[test]
    fn each_name_gives_the_text_up_to_the_next_header() {
        assert_eq!(ONE.trim(), "SELECT 1;");
        assert_eq!(TWO, "SELECT\n  2;\n");
    }
}
