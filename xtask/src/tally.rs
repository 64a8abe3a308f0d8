//! Counts what a test run printed: passed, failed, and skipped with the reason.

use std::collections::BTreeMap;

/// Results of one or more test programs.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
    /// Reason to number of tests that said `SKIPPED: reason`.
    pub(crate) skipped: BTreeMap<String, u64>,
}

impl Tally {
    /// Takes one printed line.
    pub(crate) fn take(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("test result: ") {
            self.passed += number_before(rest, " passed");
            self.failed += number_before(rest, " failed");
        } else if let Some((_, reason)) = line.split_once("SKIPPED: ") {
            *self.skipped.entry(reason.trim().to_owned()).or_default() += 1;
        }
    }

    /// Skipped tests in all.
    pub(crate) fn skips(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Reasons that name one of the things that must be there.
    pub(crate) fn not_allowed<'a>(
        &'a self,
        required: &'a [String],
    ) -> impl Iterator<Item = &'a str> {
        self.skipped
            .keys()
            .map(String::as_str)
            .filter(|reason| required.iter().any(|thing| reason.contains(thing.as_str())))
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    let Some((before, _)) = text.split_once(word) else {
        return 0;
    };
    before
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_and_skips_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured",
            "SKIPPED: shared data not found",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored",
            "SKIPPED: shared data not found",
        ] {
            tally.take(line);
        }
        assert_eq!((tally.passed, tally.failed, tally.skips()), (15, 2, 2));
    }

    #[test]
    fn a_skip_of_something_required_is_not_allowed() {
        let mut tally = Tally::default();
        tally.take("SKIPPED: no display for the window");
        assert_eq!(tally.not_allowed(&["window".into()]).count(), 1);
        assert_eq!(tally.not_allowed(&["shared".into()]).count(), 0);
    }
}
