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
    fn sizes_are_short_and_have_a_unit() {
        assert_eq!(size_text(999), "999 B");
        assert_eq!(size_text(4_200_000_000), "4.2 GB");
        assert_eq!(size_text(412_000_000_000), "412 GB");
    }
}
