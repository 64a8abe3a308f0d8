//! Values of attributes and form fields, and which of them an attribute accepts.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use voxel::Phrase;

use crate::error::Error;
use crate::protocol::{Attribute, AttributeKind};
use crate::text::Text;

/// Longest free text in characters.
pub const LONGEST_TEXT: usize = 10_000;

/// An answer. `Code` serves coded and ordinal attributes; the string is the choice's id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number in the attribute's unit; always finite.
    Decimal(f64),
    /// Free text.
    Text(String),
    /// Id of one choice.
    Code(String),
    /// Ids of several choices, in the protocol's order, each once.
    Codes(Vec<String>),
    /// A day as `YYYY-MM-DD`.
    Date(String),
}

impl Value {
    /// The value as commands and exports write it: a plain bool, number, string or list of strings.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Bool(value) => Json::from(*value),
            Value::Integer(value) => Json::from(*value),
            Value::Decimal(value) => Json::from(*value),
            Value::Text(text) | Value::Code(text) | Value::Date(text) => Json::from(text.as_str()),
            Value::Codes(ids) => Json::from(ids.clone()),
        }
    }

    /// The number of an integer or decimal.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Integer(value) => Some(*value as f64),
            Value::Decimal(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether it is one of the types an answer of this kind may have.
    fn is_of(&self, kind: AttributeKind) -> bool {
        matches!(
            (self, kind),
            (Value::Bool(_), AttributeKind::Bool)
                | (Value::Integer(_), AttributeKind::Integer)
                | (Value::Decimal(_), AttributeKind::Decimal)
                | (Value::Text(_), AttributeKind::Text)
                | (Value::Code(_), AttributeKind::Code | AttributeKind::Ordinal)
                | (Value::Codes(_), AttributeKind::Codes)
                | (Value::Date(_), AttributeKind::Date)
        )
    }
}

impl Attribute {
    /// The answer in normal form, if the attribute accepts it: type, choices, range, length; decimals are rounded to
    /// the attribute's, several choices come in the protocol's order.
    ///
    /// # Errors
    /// [`Error::Value`] with what is wrong.
    pub fn accept(&self, value: Value) -> Result<Value, Error> {
        if !value.is_of(self.kind) {
            return Err(self.mistyped());
        }
        match value {
            Value::Integer(number) => {
                self.in_range(number as f64)?;
                Ok(value)
            }
            Value::Decimal(number) => self.decimal(number),
            Value::Code(ref id) => {
                self.known(id)?;
                Ok(value)
            }
            Value::Codes(ids) => self.several(&ids),
            Value::Text(ref text) if text.chars().count() > LONGEST_TEXT => Err(self.refusal(
                Phrase::new(
                    "value-too-long",
                    format!("longer than {LONGEST_TEXT} characters"),
                )
                .with("count", LONGEST_TEXT),
            )),
            Value::Date(ref text) if !is_day(text) => {
                Err(self.refusal(Phrase::new("value-day", "a day is written YYYY-MM-DD")))
            }
            fine => Ok(fine),
        }
    }

    /// The answer of a script or form: a bool, a number, a string or a list of strings. A number for a coded or
    /// ordinal attribute names the choice whose id ends in `-number`, else the choice at that place, from 1.
    ///
    /// # Errors
    /// [`Error::Value`] with what is wrong.
    pub fn accept_json(&self, json: &Json) -> Result<Value, Error> {
        let value = match (self.kind, json) {
            (AttributeKind::Bool, Json::Bool(value)) => Value::Bool(*value),
            (AttributeKind::Integer, Json::Number(number)) => {
                Value::Integer(whole(number).ok_or_else(|| self.mistyped())?)
            }
            (AttributeKind::Decimal, Json::Number(number)) => {
                Value::Decimal(number.as_f64().ok_or_else(|| self.mistyped())?)
            }
            (AttributeKind::Text, Json::String(text)) => Value::Text(text.clone()),
            (AttributeKind::Date, Json::String(text)) => Value::Date(text.clone()),
            (AttributeKind::Code | AttributeKind::Ordinal, json) => {
                Value::Code(self.choice_of_json(json)?)
            }
            (AttributeKind::Codes, Json::Array(items)) => {
                let ids: Result<Vec<String>, Error> =
                    items.iter().map(|item| self.choice_of_json(item)).collect();
                Value::Codes(ids?)
            }
            (AttributeKind::Codes, one @ Json::String(_)) => {
                Value::Codes(vec![self.choice_of_json(one)?])
            }
            _ => return Err(self.mistyped()),
        };
        self.accept(value)
    }

    /// The answer in words of a language, with its unit: what lists and reports show.
    pub fn in_words(&self, value: &Value, lang: &str) -> String {
        let choice = |id: &String| {
            self.choice(id)
                .map_or_else(|| id.clone(), |choice| choice.name.get(lang).to_owned())
        };
        let number = |text: String| match &self.unit {
            Some(unit) => format!("{text} {}", unit.ucum),
            None => text,
        };
        match value {
            Value::Bool(true) => Text::new("はい", "yes").get(lang).to_owned(),
            Value::Bool(false) => Text::new("いいえ", "no").get(lang).to_owned(),
            Value::Integer(value) => number(value.to_string()),
            Value::Decimal(value) => number(match self.decimals {
                Some(decimals) => format!("{value:.*}", decimals as usize),
                None => value.to_string(),
            }),
            Value::Text(text) | Value::Date(text) => text.clone(),
            Value::Code(id) => choice(id),
            Value::Codes(ids) => {
                let names: Vec<String> = ids.iter().map(choice).collect();
                names.join(if lang.starts_with("ja") { "、" } else { ", " })
            }
        }
    }

    fn decimal(&self, number: f64) -> Result<Value, Error> {
        if !number.is_finite() {
            return Err(self.mistyped());
        }
        let rounded = self
            .decimals
            .map_or(number, |decimals| round(number, decimals));
        self.in_range(rounded)?;
        Ok(Value::Decimal(rounded))
    }

    fn several(&self, ids: &[String]) -> Result<Value, Error> {
        for id in ids {
            self.known(id)?;
        }
        if ids.is_empty() {
            return Err(self.refusal(Phrase::new("value-no-choice", "at least one choice")));
        }
        let ordered = self.values.iter().map(|choice| &choice.id);
        Ok(Value::Codes(
            ordered.filter(|id| ids.contains(id)).cloned().collect(),
        ))
    }

    fn known(&self, id: &str) -> Result<(), Error> {
        if self.choice(id).is_some() {
            return Ok(());
        }
        let ids: Vec<&str> = self
            .values
            .iter()
            .map(|choice| choice.id.as_str())
            .collect();
        let known = ids.join(", ");
        let why = Phrase::new("value-unknown", format!("{id:?} is none of {known}"));
        Err(self.refusal(why.with("value", id).with("known", known)))
    }

    fn in_range(&self, number: f64) -> Result<(), Error> {
        match self.range {
            Some([min, max]) if !(min..=max).contains(&number) => {
                let why = Phrase::new(
                    "value-range",
                    format!("{number} is not within {min} to {max}"),
                );
                Err(self.refusal(why.with("number", number).with("min", min).with("max", max)))
            }
            _ => Ok(()),
        }
    }

    fn choice_of_json(&self, json: &Json) -> Result<String, Error> {
        match json {
            Json::String(id) => Ok(id.clone()),
            Json::Number(number) => {
                let number = whole(number).ok_or_else(|| self.mistyped())?;
                self.choice_of_number(number).ok_or_else(|| {
                    let why = format!("there is no choice {number}");
                    self.refusal(Phrase::new("value-no-number", why).with("number", number))
                })
            }
            _ => Err(self.mistyped()),
        }
    }

    fn choice_of_number(&self, number: i64) -> Option<String> {
        let ending = format!("-{number}");
        let mut named = self
            .values
            .iter()
            .filter(|choice| choice.id.ends_with(&ending));
        if let (Some(one), None) = (named.next(), named.next()) {
            return Some(one.id.clone());
        }
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        self.values.get(place).map(|choice| choice.id.clone())
    }

    fn mistyped(&self) -> Error {
        let kind = self.kind.phrase();
        let why = Phrase::new("value-kind", format!("{kind} expected"));
        self.refusal(why.with("kind", kind))
    }

    fn refusal(&self, why: Phrase) -> Error {
        Error::Value {
            name: self.id.to_string(),
            why,
        }
    }
}

impl AttributeKind {
    /// What an answer of this kind is.
    fn phrase(self) -> Phrase {
        match self {
            AttributeKind::Bool => Phrase::new("kind-bool", "true or false"),
            AttributeKind::Integer => Phrase::new("kind-integer", "a whole number"),
            AttributeKind::Decimal => Phrase::new("kind-decimal", "a number"),
            AttributeKind::Text => Phrase::new("kind-text", "a text"),
            AttributeKind::Code | AttributeKind::Ordinal => {
                Phrase::new("kind-choice", "the id of one choice")
            }
            AttributeKind::Codes => Phrase::new("kind-choices", "a list of choices"),
            AttributeKind::Date => Phrase::new("kind-date", "a day as YYYY-MM-DD"),
        }
    }
}

/// A number rounded to some decimals, halves away from zero.
pub(crate) fn round(number: f64, decimals: u32) -> f64 {
    let factor = 10_f64.powi(i32::try_from(decimals).unwrap_or(i32::MAX));
    let scaled = number * factor;
    if scaled.is_finite() {
        scaled.round() / factor
    } else {
        number
    }
}

/// The whole number that a JSON number is: `4` and `4.0` are, `4.5` is not.
fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let value = number.as_f64()?;
        let fits = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
        fits.then_some(value as i64)
    })
}

/// Whether the text is a day of the Gregorian calendar as `YYYY-MM-DD`.
fn is_day(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |length: usize| {
        parts
            .next()
            .filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|part| part.parse::<u32>().ok())
    };
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    parts.next().is_none() && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Protocol, example};
    use serde_json::json;

    fn attribute<'a>(protocol: &'a Protocol, id: &str) -> &'a Attribute {
        let all = protocol.attributes.iter().chain(&protocol.case_form);
        all.into_iter().find(|a| a.id.as_str() == id).unwrap()
    }

    #[test]
    fn a_number_names_the_choice_that_ends_in_it_else_the_place() {
        let lung = example("lung-nodule-ct");
        let malignancy = attribute(&lung, "malignancy");
        assert_eq!(
            malignancy.accept_json(&json!(4)).unwrap(),
            Value::Code("lidc-malignancy-4".into())
        );
        assert!(malignancy.accept_json(&json!(6)).is_err());
        assert!(malignancy.accept_json(&json!(4.5)).is_err());
        let density = attribute(&lung, "density");
        assert_eq!(
            density.accept_json(&json!(2)).unwrap(),
            Value::Code("density-part-solid".into())
        );
        let colon = example("colonoscopy-polyp");
        assert_eq!(
            attribute(&colon, "bbps").accept_json(&json!(0)).unwrap(),
            Value::Code("bbps-0".into())
        );
    }

    #[test]
    fn several_choices_are_kept_once_in_the_order_of_the_protocol() {
        let lung = example("lung-nodule-ct");
        let margin = attribute(&lung, "margin");
        assert_eq!(
            margin
                .accept_json(&json!([
                    "margin-irregular",
                    "margin-smooth",
                    "margin-smooth"
                ]))
                .unwrap(),
            Value::Codes(vec!["margin-smooth".into(), "margin-irregular".into()])
        );
        assert!(margin.accept_json(&json!([])).is_err());
        assert!(margin.accept_json(&json!(["no-such-margin"])).is_err());
    }

    #[test]
    fn decimals_are_rounded_and_held_to_their_range() {
        let lung = example("lung-nodule-ct");
        let size = attribute(&lung, "solid_size");
        assert_eq!(
            size.accept(Value::Decimal(4.26)).unwrap(),
            Value::Decimal(4.3)
        );
        assert_eq!(size.accept_json(&json!(4)).unwrap(), Value::Decimal(4.0));
        for impossible in [0.5, 100.1, f64::NAN, f64::INFINITY] {
            assert!(size.accept(Value::Decimal(impossible)).is_err());
        }
        assert!(size.accept(Value::Text("4".into())).is_err());
    }

    #[test]
    fn a_day_exists_in_the_calendar() {
        for day in ["2024-02-29", "2000-02-29", "1999-12-31"] {
            assert!(is_day(day), "{day}");
        }
        for no_day in [
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-1-1",
            "2024-01-00",
            "",
            "2024-01-01-",
        ] {
            assert!(!is_day(no_day), "{no_day}");
        }
    }

    #[test]
    fn answers_are_shown_in_the_words_of_the_language() {
        let lung = example("lung-nodule-ct");
        let size = attribute(&lung, "solid_size");
        assert_eq!(size.in_words(&Value::Decimal(4.0), "ja"), "4.0 mm");
        let result = attribute(&lung, "result");
        let none = Value::Code("result-none".into());
        assert_eq!(result.in_words(&none, "ja"), "所見のない症例");
        assert_eq!(result.in_words(&none, "en"), "Case without finding");
    }
}
