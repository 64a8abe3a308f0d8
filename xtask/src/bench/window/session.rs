//! The program in a window of a watched display, and what it says while it runs.

use super::display::Watched;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long the program may take to come to a place.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running window.
pub(crate) struct Session {
    program: Child,
    lines: Receiver<(Instant, String)>,
}

/// A rectangle of the window in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Place {
    /// Its middle.
    pub(crate) const fn centre(self) -> [u32; 2] {
        [self.x + self.width / 2, self.y + self.height / 2]
    }
}

/// How a window is started.
pub(crate) struct Start<'a> {
    pub(crate) program: &'a Path,
    pub(crate) home: &'a Path,
    pub(crate) arguments: Vec<String>,
}

impl Session {
    /// Opens a window on the display.
    pub(crate) fn start(start: &Start<'_>, display: &Watched) -> Result<Self, String> {
        let mut program = Command::new(start.program)
            .args(&start.arguments)
            .env("DISPLAY", &display.name)
            .env("DOKUEI_HOME", start.home)
            .env("DOKUEI_LOG", "debug")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the program does not start: {e}"))?;
        let (sender, lines) = channel();
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            program.stdout.take().map(|out| Box::new(out) as _),
            program.stderr.take().map(|out| Box::new(out) as _),
        ];
        for stream in streams.into_iter().flatten() {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    // Nobody listens any more: the lines are dropped.
                    let _ = sender.send((Instant::now(), line));
                }
            });
        }
        Ok(Self { program, lines })
    }

    /// Waits for a line that holds a word; when it came, and the line.
    pub(crate) fn line_with(&self, word: &str) -> Result<(Instant, String), String> {
        let begun = Instant::now();
        let mut last = String::new();
        while begun.elapsed() < PATIENCE {
            match self.lines.recv_timeout(Duration::from_millis(200)) {
                Ok((at, line)) if line.contains(word) => return Ok((at, line)),
                Ok((_, line)) => last = line,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Err(format!(
            "the program did not say “{word}”; its last line: {last}"
        ))
    }

    /// Forgets what was said so far.
    pub(crate) fn forget(&self) {
        while self.lines.try_recv().is_ok() {}
    }

    /// Waits until the play says where something is.
    pub(crate) fn place_of(&self, name: &str) -> Result<Place, String> {
        let (_, line) = self.line_with(&format!("place {name} "))?;
        let numbers: Vec<u32> = line
            .split(' ')
            .skip(2)
            .filter_map(|word| word.parse().ok())
            .collect();
        match numbers.as_slice() {
            [x, y, width, height] => Ok(Place {
                x: *x,
                y: *y,
                width: *width,
                height: *height,
            }),
            _ => Err(format!("a place that cannot be read: {line}")),
        }
    }

    /// Peak memory in MiB, where the system tells it.
    pub(crate) fn peak_mib(&self) -> Option<f64> {
        let status = std::fs::read_to_string(self.proc("status")).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib / 1024.0)
    }

    /// Ticks of a processor used so far.
    pub(crate) fn ticks(&self) -> Option<u64> {
        let stat = std::fs::read_to_string(self.proc("stat")).ok()?;
        let after_name = stat.rsplit(')').next()?;
        let mut words = after_name.split_whitespace().skip(11);
        let (user, system): (u64, u64) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(user + system)
    }

    fn proc(&self, file: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{file}", self.program.id()))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A measured window is ended without ceremony; its project lies in a temporary folder.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
