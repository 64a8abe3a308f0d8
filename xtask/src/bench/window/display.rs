//! A virtual display whose pixels can be read from outside while a program draws on them.

use super::session::Place;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Bytes of a pixel: 24 bits of colour in 32.
const PIXEL: u64 = 4;

/// Xvfb with its picture in a file.
pub(crate) struct Watched {
    server: Child,
    /// Its name for `DISPLAY`.
    pub(crate) name: String,
    picture: File,
    begins: u64,
    row: u64,
}

impl Watched {
    /// Starts the server; the picture's file lies in `folder`.
    pub(crate) fn start(folder: &Path) -> Result<Self, String> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1000x24"])
            .args(["-nolisten", "tcp", "-noreset", "-dpi", "96", "-fbdir"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("Xvfb does not start: {e}"))?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            BufReader::new(output)
                .read_line(&mut number)
                .map_err(|e| format!("Xvfb says nothing: {e}"))?;
        }
        let picture = File::open(folder.join("Xvfb_screen0"))
            .map_err(|e| format!("the display's picture cannot be read: {e}"))?;
        // The head of an X window dump: size of the head, bytes of a row, colours of the map.
        let word = |at: u64| {
            let mut bytes = [0; 4];
            picture
                .read_exact_at(&mut bytes, 4 * at)
                .map(|()| u64::from(u32::from_be_bytes(bytes)))
                .map_err(|e| format!("the display's picture has no head: {e}"))
        };
        let (head, row, colours) = (word(0)?, word(12)?, word(19)?);
        Ok(Self {
            server,
            name: format!(":{}", number.trim()),
            begins: head + 12 * colours,
            row,
            picture,
        })
    }

    /// Pixels of one row.
    pub(crate) fn row(&self, x: u32, y: u32, width: usize) -> Vec<[u8; 4]> {
        let mut bytes = vec![0; width * PIXEL as usize];
        let at = self.begins + u64::from(y) * self.row + u64::from(x) * PIXEL;
        if self.picture.read_exact_at(&mut bytes, at).is_err() {
            return Vec::new();
        }
        bytes
            .chunks_exact(PIXEL as usize)
            .map(|p| [p[0], p[1], p[2], p[3]])
            .collect()
    }

    /// One pixel.
    pub(crate) fn pixel(&self, [x, y]: [u32; 2]) -> [u8; 4] {
        self.row(x, y, 1).first().copied().unwrap_or_default()
    }

    /// Every fourth row of a place: enough to tell one picture or one text from another.
    pub(crate) fn part(&self, place: Place) -> Vec<[u8; 4]> {
        (place.y..place.y + place.height)
            .step_by(4)
            .flat_map(|y| self.row(place.x, y, place.width as usize))
            .collect()
    }
}

/// Ticks in which this machine wanted to run and another on the same processors ran instead; 0 where no
/// system tells it. Much of it in a run says that its figures are not the program's.
pub(crate) fn stolen_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let of_all = stat.lines().next().unwrap_or_default();
    // cpu user nice system idle iowait irq softirq steal
    let steal = of_all.split_whitespace().nth(8);
    steal.and_then(|ticks| ticks.parse().ok()).unwrap_or(0)
}

impl Drop for Watched {
    fn drop(&mut self) {
        // The server may have gone already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
