//! Canonical JSON (RFC 8785): one writing for equal values, so that a hash names a content.

use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

/// The value without blanks, keys sorted by UTF-16 code units, numbers as ECMAScript writes them.
pub fn to_string(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// SHA-256 of the canonical writing, hexadecimal in lower case.
pub fn sha256_hex(value: &Value) -> String {
    hex(&Sha256::digest(to_string(value).as_bytes()))
}

/// Bytes as hexadecimal digits in lower case.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let written = write!(text, "{byte:02x}");
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
        text
    })
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => text.push_str(&number_text(number)),
        // serde_json escapes exactly what RFC 8785 §3.2.2.2 asks for.
        Value::String(string) => text.push_str(&Value::String(string.clone()).to_string()),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            text.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&Value::String(key.clone()).to_string());
                text.push(':');
                write(map.get(key).unwrap_or(&Value::Null), text);
            }
            text.push('}');
        }
    }
}

/// Numbers by ECMAScript's Number::toString (RFC 8785 §3.2.2.3).
fn number_text(number: &Number) -> String {
    if let Some(whole) = number.as_i64() {
        return whole.to_string();
    }
    if let Some(whole) = number.as_u64() {
        return whole.to_string();
    }
    number
        .as_f64()
        .map_or_else(|| "null".to_owned(), float_text)
}

fn float_text(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    // Rust's `{:e}` gives the shortest digits that read back to the same number, as ECMAScript asks.
    let scientific = format!("{:e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let point = exponent + 1;
    let sign = if value < 0.0 { "-" } else { "" };
    let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
    let body = if (count..=21).contains(&point) {
        format!("{digits}{}", zeros(point - count))
    } else if (1..=21).contains(&point) {
        let (whole, rest) = digits.split_at(usize::try_from(point).unwrap_or(0));
        format!("{whole}.{rest}")
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let plus = if exponent < 0 { "-" } else { "+" };
        format!("{first}{dot}{rest}e{plus}{}", exponent.abs())
    };
    format!("{sign}{body}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Pairs from RFC 8785 appendix B and ECMAScript's rules.
    #[test]
    fn numbers_are_written_as_ecmascript_writes_them() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (3.0, "3"),
            (-600.0, "-600"),
            (0.05, "0.05"),
            (4.5, "4.5"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (5e-324, "5e-324"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"),
            (333_333_333.333_333_3, "333333333.3333333"),
            (-1e23, "-1e+23"),
        ] {
            assert_eq!(float_text(value), text);
        }
    }

    #[test]
    fn keys_are_sorted_by_utf_16_units_and_blanks_are_gone() {
        let value = json!({"peach": 1, "\u{20ac}": "Euro", "\r": "CR", "\u{1F600}": [1.0, true, null], "a": {"b": "\u{1}\n\""}});
        assert_eq!(
            to_string(&value),
            "{\"\\r\":\"CR\",\"a\":{\"b\":\"\\u0001\\n\\\"\"},\"peach\":1,\"€\":\"Euro\",\"😀\":[1,true,null]}"
        );
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_keys() {
        assert_eq!(
            sha256_hex(&json!({"a": 1, "b": 2.0})),
            sha256_hex(&json!({"b": 2, "a": 1.0}))
        );
        assert_eq!(hex(&[0, 255, 16]), "00ff10");
    }
}
