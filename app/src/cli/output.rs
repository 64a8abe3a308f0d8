//! Where commands write: one place for results, one for everything else.

use std::io::Write;

/// The two streams of a command. A stream that was closed by its reader is no fault.
pub struct Output<'a> {
    results: &'a mut dyn Write,
    notes: &'a mut dyn Write,
    /// Whether a person watches the notes, so that bars may move and passphrases may be asked.
    pub(crate) is_watched: bool,
}

impl<'a> Output<'a> {
    /// An output nobody watches: for tests and pipes.
    pub fn new(results: &'a mut dyn Write, notes: &'a mut dyn Write) -> Self {
        Self {
            results,
            notes,
            is_watched: false,
        }
    }

    /// An output on a terminal.
    pub(crate) fn watched(results: &'a mut dyn Write, notes: &'a mut dyn Write) -> Self {
        Self {
            results,
            notes,
            is_watched: true,
        }
    }

    /// A line of the result.
    pub(crate) fn result(&mut self, text: &str) {
        line(self.results, text);
    }

    /// A line beside the result.
    pub(crate) fn note(&mut self, text: &str) {
        line(self.notes, text);
    }
}

fn line(stream: &mut dyn Write, text: &str) {
    // Nobody is left to be told when the stream itself is gone.
    let _ = writeln!(stream, "{}", text.trim_end_matches('\n'));
    let _ = stream.flush();
}
