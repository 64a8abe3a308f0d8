//! What `info` finds, in words: one block per series.

use super::failure::Failure;
use super::shell::Shell;
use super::{Answer, args::InfoArgs};
use crate::act::import::{patient_name, series_name, shown_text};
use crate::act::tag_search::found;
use crate::language::Words;
use imaging::{Problem, SeriesEntry, TagRow, tags};
use serde_json::{Value, json};

/// Longest value of a line of `--tags` on a terminal.
const SHOWN_CHARACTERS: usize = 96;

/// Problems of a series in words.
pub(super) fn remarks(words: &Words, problems: &[Problem]) -> Vec<String> {
    let said = |problem: &Problem| words.say(&problem.phrase());
    problems.iter().map(said).collect()
}

/// One series as a block of lines; `range` is the JSON of the same series where it was asked for.
pub(super) fn block(
    words: &Words,
    entry: &SeriesEntry,
    range: &Value,
    remarks: &[String],
) -> String {
    let mut lines = vec![head(entry, words)];
    let mut add = |key: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("  {}: {value}", words.t(key)));
        }
    };
    add("cli-info-id", entry.id.clone());
    add("cli-info-patient", patient(entry));
    add("cli-info-study", shown_text(&entry.study_description));
    if entry.is_image {
        add("cli-info-size", size_text(words, entry));
        add("cli-info-spacing", spacing_text(words, entry));
        add("cli-info-place", place_text(words, entry));
        add("cli-info-coding", coding_text(entry));
        add("cli-info-range", range_text(range));
    } else {
        add("cli-info-size", words.t("cli-info-no-image"));
    }
    add(
        "cli-info-files",
        words.f(
            "cli-info-files-count",
            &[("count", entry.files.len().into())],
        ),
    );
    lines.extend(remarks.iter().map(|remark| format!("  ! {remark}")));
    lines.push(String::new());
    lines.join("\n") + "\n"
}

fn head(entry: &SeriesEntry, words: &Words) -> String {
    let parts = [entry.modality.as_str(), &series_name(entry, words)];
    let mut parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.dedup();
    parts.join(" · ")
}

fn patient(entry: &SeriesEntry) -> String {
    let name = patient_name(entry);
    let parts = [entry.patient.id.as_str(), name.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("  ")
}

fn size_text(words: &Words, entry: &SeriesEntry) -> String {
    let [columns, rows, planes] = entry.size;
    words.f(
        "cli-info-size-voxels",
        &[
            ("columns", columns.to_string().into()),
            ("rows", rows.to_string().into()),
            ("planes", planes.to_string().into()),
        ],
    )
}

fn spacing_text(words: &Words, entry: &SeriesEntry) -> String {
    match entry.spacing_mm {
        Some([x, y, z]) => format!("{} × {} × {} mm", short(x), short(y), short(z)),
        None => words.t("cli-info-spacing-unknown"),
    }
}

/// A length with as many digits as can be meant.
fn short(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn place_text(words: &Words, entry: &SeriesEntry) -> String {
    match (entry.affine_lps, entry.affine_reason) {
        (Some(affine), _) => {
            let origin = [0, 1, 2].map(|row| short(affine[row][3]));
            words.f(
                "cli-info-place-origin",
                &[("origin", origin.join(", ").into())],
            )
        }
        (None, Some(imaging::AffineReason::UnevenSpacing)) => words.t("cli-info-place-uneven"),
        (None, _) => words.t("cli-info-place-unknown"),
    }
}

fn coding_text(entry: &SeriesEntry) -> String {
    let bits = format!("{} bit", entry.bits_stored);
    [
        entry.transfer_syntax.as_str(),
        entry.photometric.as_str(),
        bits.as_str(),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("  ")
}

fn range_text(range: &Value) -> String {
    let text = |part: &Value| match part {
        Value::Array(channels) => channels
            .iter()
            .filter_map(Value::as_f64)
            .map(short)
            .collect::<Vec<_>>()
            .join(" / "),
        other => other.as_f64().map_or_else(String::new, short),
    };
    if range.is_null() {
        return String::new();
    }
    format!(
        "{} … {}  (x̄ {})",
        text(&range["min"]),
        text(&range["max"]),
        text(&range["mean"])
    )
}

/// `info FILE --tags`.
pub(super) fn header(shell: &Shell<'_, '_>, args: &InfoArgs) -> Result<Answer, Failure> {
    let [path] = args.paths.as_slice() else {
        return Err(Failure::usage("bad_arguments", "cli-tags-one-file", &[]));
    };
    if path.is_dir() {
        return Err(Failure::usage("bad_arguments", "cli-tags-one-file", &[]));
    }
    let rows = tags(path)?;
    let wanted = args.filter.as_deref().unwrap_or_default();
    let shown = found(&rows, wanted, &shell.words.t("import-tags-private"));
    let chosen: Vec<&TagRow> = shown.iter().filter_map(|at| rows.get(*at)).collect();
    let lines: Vec<String> = chosen.iter().map(|row| line(&shell.words, row)).collect();
    let json = json!({"file": path, "tags": chosen, "total": rows.len()});
    Ok(Answer::new(json, lines.join("\n")))
}

/// One element: indented by its depth, its value on one line.
fn line(words: &Words, row: &TagRow) -> String {
    let indent = "  ".repeat(row.depth);
    let name = match &row.private_creator {
        Some(creator) if creator.is_empty() => words.t("cli-info-tag-private"),
        Some(creator) => words.f(
            "cli-info-tag-private-of",
            &[("creator", creator.as_str().into())],
        ),
        None => row.name.clone(),
    };
    let value = row
        .said
        .as_ref()
        .map_or_else(|| row.value.clone(), |said| words.say(said))
        .replace(['\r', '\n'], " ");
    let mut shown: String = value.chars().take(SHOWN_CHARACTERS).collect();
    let count = row.cut_from.unwrap_or_else(|| value.chars().count());
    if count > SHOWN_CHARACTERS {
        let cut = words.f("cli-info-tag-cut", &[("count", count.into())]);
        shown = format!("{}… {cut}", shown.trim_end_matches('…'));
    }
    let head: Vec<&str> = [row.tag.as_str(), &row.vr, &name]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    format!("{indent}{} = {shown}", head.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_with_the_digits_that_are_meant() {
        assert_eq!(short(0.703125), "0.7031");
        assert_eq!(short(5.0), "5");
        assert_eq!(short(-120.0), "-120");
    }

    #[test]
    fn ranges_of_grey_and_of_colour_are_one_line() {
        let grey = json!({"min": -1024.0, "max": 3071.0, "mean": 1.25});
        assert_eq!(range_text(&grey), "-1024 … 3071  (x̄ 1.25)");
        let colour = json!({"min": [0, 1, 2], "max": [9, 9, 9], "mean": [3.5, 4, 5]});
        assert_eq!(
            range_text(&colour),
            "0 / 1 / 2 … 9 / 9 / 9  (x̄ 3.5 / 4 / 5)"
        );
        assert_eq!(range_text(&Value::Null), "");
    }
}
