//! Times and how they are printed.

use std::hint::black_box;
use std::io::{self, Write};
use std::time::Instant;

/// Durations in microseconds.
#[derive(Default)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) fn take<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = black_box(work());
        self.add(started);
        result
    }

    pub(crate) fn add(&mut self, started: Instant) {
        self.0.push(started.elapsed().as_secs_f64() * 1e6);
    }

    fn sorted(mut self) -> Vec<f64> {
        self.0.sort_by(f64::total_cmp);
        self.0
    }
}

/// Rows for people, or plain lines for a program.
pub(crate) struct Table<W> {
    pub(crate) out: W,
    pub(crate) is_plain: bool,
}

impl<W: Write> Table<W> {
    pub(crate) fn head(&mut self, about: &str) -> io::Result<()> {
        if self.is_plain {
            return Ok(());
        }
        writeln!(self.out, "{about}\n")?;
        writeln!(
            self.out,
            "{:<58} {:>10} {:>10} {:>10}",
            "what", "best us", "median us", "p95 us"
        )
    }

    pub(crate) fn row(&mut self, what: &str, times: Times, check: &str) -> io::Result<()> {
        let sorted = times.sorted();
        let share = |s: f64| sorted[(s * (sorted.len() - 1) as f64).round() as usize]; // never empty
        let [best, median, p95] = [0.0, 0.5, 0.95].map(share);
        if self.is_plain {
            writeln!(self.out, "{what}\t{median:.3}\t{check}")
        } else {
            writeln!(
                self.out,
                "{what:<58} {best:>10.1} {median:>10.1} {p95:>10.1}  {check}"
            )
        }
    }

    pub(crate) fn line(&mut self, what: &str, text: &str) -> io::Result<()> {
        if self.is_plain {
            writeln!(self.out, "{what}\t\t{text}")
        } else {
            writeln!(self.out, "\n{what}: {text}")
        }
    }
}
