//! Figures and names as the screens show them.

use crate::language::Words;
use project::Role;
use std::collections::BTreeSet;

/// Bytes as people read them.
#[must_use]
pub fn size_text(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(value < 10.0 && unit > 0);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// A whole number with its thousands apart: `1,456`.
#[must_use]
pub fn grouped_text(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 && digits != "0" {
        text.insert(0, '-');
    }
    text
}

/// The time of day of an RFC 3339 time stamp, in the machine's zone.
#[must_use]
pub fn clock_text(at: &str) -> String {
    at.parse::<jiff::Timestamp>().map_or_else(
        |_| at.to_owned(),
        |stamp| {
            stamp
                .to_zoned(jiff::tz::TimeZone::system())
                .strftime("%H:%M:%S")
                .to_string()
        },
    )
}

/// A case's number as it is spoken.
#[must_use]
pub fn case_number_text(number: u32) -> String {
    format!("C-{number:04}")
}

/// Roles in words.
pub(super) fn roles_text(words: &Words, roles: &BTreeSet<Role>) -> String {
    let names: Vec<String> = roles
        .iter()
        .map(|role| {
            words.t(match role {
                Role::Reader => "role-reader",
                Role::Lead => "role-lead",
                Role::Admin => "role-admin",
            })
        })
        .collect();
    names.join(if words.code() == "ja" { "・" } else { ", " })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let shown = [0.0, 999.4, 1456.0, -1_234_567.0].map(grouped_text);
        assert_eq!(shown, ["0", "999", "1,456", "-1,234,567"]);
    }

    #[test]
    fn sizes_are_short_and_have_a_unit() {
        assert_eq!(size_text(999), "999 B");
        assert_eq!(size_text(4_200_000_000), "4.2 GB");
        assert_eq!(size_text(412_000_000_000), "412 GB");
    }
}
