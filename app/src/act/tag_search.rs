//! Searching a file's header: which rows a person sees for a text, by the window and by commands.

use imaging::TagRow;
use unicode_normalization::UnicodeNormalization;

/// Letters alike in every width and case.
pub(crate) fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Whether a row holds the (folded) text in its tag, keyword, name, value or maker, or in the word by
/// which private ones are marked.
fn holds(row: &TagRow, wanted: &str, private: &str) -> bool {
    let creator = row.private_creator.as_deref().unwrap_or_default();
    let mark = row.private_creator.as_ref().map_or("", |_| private);
    let digits: String = row.tag.chars().filter(char::is_ascii_hexdigit).collect();
    [
        &row.tag,
        &digits,
        &row.keyword,
        &row.name,
        &row.value,
        creator,
        mark,
    ]
    .iter()
    .any(|text| folded(text).contains(wanted))
}

/// Indices of the rows that hold `text`, private ones also by the word `private`, each with the sequences and items around it; all for an empty text.
#[must_use]
pub fn found(rows: &[TagRow], text: &str, private: &str) -> Vec<usize> {
    let wanted = folded(text.trim());
    let mut kept = vec![false; rows.len()];
    // the row of each depth that the present one lies in
    let mut around: Vec<usize> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let is_item = row.keyword == "Item";
        around.retain(|other| {
            let above = &rows[*other];
            above.depth < row.depth
                || (above.depth == row.depth && !is_item && above.keyword == "Item")
        });
        if holds(row, &wanted, private) {
            kept[at] = true;
            for other in &around {
                kept[*other] = true;
            }
        }
        around.push(at);
    }
    (0..rows.len()).filter(|at| kept[*at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: &[TagRow], text: &str) -> Vec<usize> {
        super::found(rows, text, "private")
    }

    fn row(depth: usize, tag: &str, keyword: &str, value: &str) -> TagRow {
        TagRow {
            depth,
            tag: tag.to_owned(),
            keyword: keyword.to_owned(),
            value: value.to_owned(),
            ..TagRow::default()
        }
    }

    #[test]
    fn a_row_is_found_with_what_it_lies_in_and_nothing_beside() {
        let rows = [
            row(0, "(0008,0016)", "SOPClassUID", "1.2"),
            row(0, "(0008,1140)", "ReferencedImageSequence", "2 items"),
            row(1, "(FFFE,E000)", "Item", "1"),
            row(1, "(0008,1155)", "ReferencedSOPInstanceUID", "1.9"),
            row(1, "(FFFE,E000)", "Item", "2"),
            row(1, "(0008,1155)", "ReferencedSOPInstanceUID", "1.7"),
            row(0, "(0010,0010)", "PatientName", "ﾔﾏﾀﾞ^ﾀﾛｳ"),
        ];
        assert_eq!(found(&rows, "1.7"), [1, 4, 5]);
        assert_eq!(found(&rows, "00100010"), [6]);
        assert_eq!(found(&rows, "patientname"), [6]);
        assert_eq!(found(&rows, "ヤマダ"), [6]);
        assert_eq!(found(&rows, " "), [0, 1, 2, 3, 4, 5, 6]);
        assert!(found(&rows, "nothing").is_empty());
    }

    #[test]
    fn private_rows_are_found_by_their_maker_and_by_their_mark() {
        let mut private = row(0, "(0009,1001)", "", "x");
        private.private_creator = Some("GEMS_IDEN_01".to_owned());
        let rows = [row(0, "(0008,0016)", "SOPClassUID", "1.2"), private];
        assert_eq!(super::found(&rows, "プライベート", "プライベート"), [1]);
        assert_eq!(super::found(&rows, "PRIV", "private"), [1]);
        assert_eq!(super::found(&rows, "gems", "private"), [1]);
    }
}
