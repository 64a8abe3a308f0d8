//! HTML and CSV of a single command's result (`--report`, `--csv`).

use super::page::page;
use super::tables::table;
use super::words::Language;
use crate::figure::Reason;
use maud::html;
use serde::Serialize;
use serde_json::Value;

/// One figure of a result: where it stands, its value as text, and why it is undefined.
struct Line {
    at: String,
    value: String,
    reason: String,
}

/// Figures of a result in the order of its JSON.
fn lines(result: &impl Serialize) -> Vec<Line> {
    let mut found = Vec::new();
    // a result is made of names, numbers and lists: it always is JSON
    if let Ok(value) = serde_json::to_value(result) {
        collect(&value, "", "", &mut found);
    }
    found
}

fn collect(value: &Value, at: &str, reason: &str, found: &mut Vec<Line>) {
    let below = |key: &str| {
        if at.is_empty() {
            key.to_owned()
        } else {
            format!("{at}/{key}")
        }
    };
    match value {
        Value::Object(fields) => {
            let reasons = fields.get("reasons");
            for (key, value) in fields.iter().filter(|(key, _)| *key != "reasons") {
                let why = reasons
                    .and_then(|reasons| reasons.get(key))
                    .and_then(Value::as_str);
                collect(value, &below(key), why.unwrap_or_default(), found);
            }
        }
        Value::Array(items) => {
            for (number, value) in items.iter().enumerate() {
                collect(value, &below(&number.to_string()), "", found);
            }
        }
        Value::Null => found.push(Line {
            at: at.to_owned(),
            value: String::new(),
            reason: reason.to_owned(),
        }),
        Value::String(text) => {
            found.push(Line {
                at: at.to_owned(),
                value: text.clone(),
                reason: String::new(),
            });
        }
        other => {
            found.push(Line {
                at: at.to_owned(),
                value: other.to_string(),
                reason: String::new(),
            });
        }
    }
}

/// Every figure of a result as `figure,value,reason`.
///
/// ```
/// use agreement::{RatingOptions, RatingTable, agree_ratings, report::result_csv};
/// let table = RatingTable::from_csv("item,a,b\n1,x,x\n2,x,x\n").unwrap();
/// let csv = result_csv(&agree_ratings(&table, &RatingOptions::default()).unwrap());
/// assert!(csv.contains("cohen_kappa/unweighted/estimate,,single_category\n"));
/// ```
#[must_use]
pub fn result_csv(result: &impl Serialize) -> String {
    let rows = lines(result)
        .into_iter()
        .map(|line| vec![line.at, line.value, line.reason]);
    table(&["figure", "value", "reason"], rows)
}

/// Every figure of a result as a readable page; `inputs` are named in its head.
#[must_use]
pub fn result_html(result: &impl Serialize, inputs: &[String], language: Language) -> String {
    let title = language.say("一致度の計算結果", "Agreement: computed figures");
    let body = html! {
        h1 { (title) }
        ul { @for input in inputs { li { (input) } } }
        table {
            thead {
                tr {
                    th scope="col" { (language.say("項目", "figure")) }
                    th scope="col" { (language.say("値", "value")) }
                    th scope="col" { (language.say("計算できない理由", "why undefined")) }
                }
            }
            tbody {
                @for line in lines(result) {
                    tr {
                        th scope="row" { (line.at) }
                        td.number { (readable(&line.value)) }
                        td { (reason(&line.reason, language)) }
                    }
                }
            }
        }
        p.note {
            (language.say(
                "単位は項目名の末尾（_mm、_mm2、_ml）。無いものは無次元、または入力の列の単位です。",
                "Units end the name of a figure (_mm, _mm2, _ml); others are dimensionless or in the unit of the input column.",
            ))
        }
    };
    page(title, language, &body)
}

/// Numbers with six digits behind the point; the JSON has all of them.
fn readable(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if value.contains('.') => format!("{number:.6}"),
        _ => value.to_owned(),
    }
}

fn reason(code: &str, language: Language) -> &str {
    Reason::ALL
        .into_iter()
        .find(|reason| reason.code() == code)
        .map_or(code, |reason| super::words::reason_text(reason, language))
}
