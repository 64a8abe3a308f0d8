//! The log of the program's own life, on the stream for notes.

use std::io::Write;
use tracing::level_filters::LevelFilter;

/// Begins the log, as talkative as `DOKUEI_LOG` says. A second start in one process keeps the first
/// one's log.
pub(super) fn begin() {
    let level = std::env::var("DOKUEI_LOG")
        .ok()
        .and_then(|level| level.parse::<LevelFilter>().ok());
    let log = tracing_subscriber::fmt()
        .with_writer(|| Forgiving(std::io::stderr()))
        .with_ansi(false)
        .with_max_level(level.unwrap_or(LevelFilter::WARN))
        // They would be printed where nothing can be printed, which ends the thread that logs.
        .log_internal_errors(false);
    let _ = log.try_init();
}

/// A stream whose lines may be lost: notes often go to a file on the very disc that is full, and a
/// note that finds no room must not end the work that it is about.
struct Forgiving<W>(W);

impl<W: Write> Write for Forgiving<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(self.0.write(bytes).unwrap_or(bytes.len()))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }
}
