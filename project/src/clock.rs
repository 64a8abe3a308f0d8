//! Time of day as text, and the project's own counter that orders rows when the clock jumps.

use std::cell::Cell;

use jiff::{Timestamp, Unit};

/// Now in UTC with milliseconds, for example `2026-11-21T09:30:00.123Z`.
pub(crate) fn now_text() -> String {
    let now = Timestamp::now();
    // Rounding fails only at the very end of representable time.
    now.round(Unit::Millisecond).unwrap_or(now).to_string()
}

/// Now in UTC as part of a file's name, `20261121T093000Z`.
pub(crate) fn name_time() -> String {
    Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Milliseconds since 1970, for the waits after a wrong passphrase.
pub(crate) fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// Counts events and edits of the project; never goes back while the project is open.
#[derive(Debug, Default)]
pub(crate) struct Sequence(Cell<i64>);

impl Sequence {
    pub(crate) fn after(last: i64) -> Self {
        Self(Cell::new(last))
    }

    pub(crate) fn next(&self) -> i64 {
        let next = self.0.get() + 1;
        self.0.set(next);
        next
    }
}
