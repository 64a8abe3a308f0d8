//! CSV of a single command's result (`--csv`).

use super::tables::table;
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
