//! `cargo xtask soak`: the long rounds of what `test` does in short ones.

use crate::build::{Scope, build};
use crate::display::Display;
use crate::{packages, say, test};
use std::time::Instant;

/// How long the rounds are, by the variables that the tests read.
const ROUNDS: [(&str, &str); 3] = [
    ("DOKUEI_KILL_ROUNDS", "300"),
    ("DOKUEI_RANDOM_WORKS", "300"),
    ("DOKUEI_MUTATIONS", "2000"),
];

/// The tests that have long rounds, by parts of their names.
const LONG: [&str; 5] = [
    "outlive_a_kill",
    "nothing_that_was_saved_is_lost",
    "the_fold_of_the_journal",
    "a_window_that_follows_the_storage",
    "damaged_streams_end",
];

/// Runs them, or those of them that the words name; `true` when nothing failed.
pub(crate) fn run(filters: &[String]) -> Result<bool, String> {
    let begun = Instant::now();
    packages::install_missing(packages::Purpose::Window)?;
    build(Scope::Everything)?;
    let all: Vec<String> = LONG.map(str::to_owned).to_vec();
    let filters = if filters.is_empty() { &all } else { filters };
    for (name, value) in ROUNDS {
        say(&format!("{name}={value}"));
    }
    let tally = test::tests(filters, &Display::find(), &ROUNDS)?;
    for (reason, count) in &tally.skipped {
        say(&format!("skipped {count}: {reason}"));
    }
    say(&format!(
        "soak: {} passed, {} failed, {:.1} min",
        tally.passed,
        tally.failed,
        begun.elapsed().as_secs_f64() / 60.0
    ));
    Ok(tally.failed == 0 && tally.passed > 0)
}
