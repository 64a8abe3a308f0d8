//! What is said of this machine on the start screen: renderer, free space, a real write.

use super::{Desk, clock_text, size_text};
use crate::host::{RendererInfo, RendererKind};
use crate::language::Words;
use crate::screens::start::MachineRow;
use std::io::Write;
use std::time::Instant;

/// Less room than this is told as a warning: a CT study and its masks still fit.
const LEAST_SPACE: u64 = 5_000_000_000;

/// What was found when the machine was checked.
#[derive(Default)]
pub(super) struct Machine {
    /// When.
    pub(super) checked_at: String,
    /// Milliseconds that a small file took to reach the disc; `None` if it did not.
    write_ms: Option<f64>,
    /// Bytes free and in all on the disc of the settings and the sample, where the system tells.
    space: Option<[u64; 2]>,
    is_checked: bool,
}

impl Machine {
    /// The rows of the start screen.
    pub(super) fn rows(&self, words: &Words, renderer: Option<&RendererInfo>) -> Vec<MachineRow> {
        let mut rows = Vec::new();
        if let Some(renderer) = renderer {
            let why = words.t(renderer.why.key());
            let adapter = if renderer.adapter.is_empty() {
                why
            } else {
                format!("{why}・{}", renderer.adapter)
            };
            let told = [
                ("kind", words.t(renderer.kind.key()).into()),
                ("why", adapter.into()),
            ];
            let value = words.f("start-renderer", &told);
            rows.push(MachineRow {
                name: "start-row-renderer",
                value,
                is_fit: renderer.kind != RendererKind::Offscreen,
            });
        }
        if let Some([free, all]) = self.space {
            let sizes = [
                ("free", size_text(free).into()),
                ("all", size_text(all).into()),
            ];
            rows.push(MachineRow {
                name: "start-row-space",
                value: words.f("start-space", &sizes),
                is_fit: free >= LEAST_SPACE,
            });
        }
        if self.is_checked {
            let value = match self.write_ms {
                Some(ms) => words.f("start-save-ok", &[("ms", format!("{ms:.1}").into())]),
                None => words.t("start-save-bad"),
            };
            rows.push(MachineRow {
                name: "start-row-save",
                value,
                is_fit: self.write_ms.is_some(),
            });
        }
        rows.push(MachineRow {
            name: "start-row-network",
            value: words.t("start-network-none"),
            is_fit: true,
        });
        rows
    }
}

/// A real write, sync and read in the folder for projects.
fn probe_write(folder: &std::path::Path) -> Option<f64> {
    std::fs::create_dir_all(folder).ok()?;
    let file = folder.join("write-probe.tmp");
    let begun = Instant::now();
    let write = || -> std::io::Result<bool> {
        let mut out = std::fs::File::create(&file)?;
        out.write_all(b"dokuei")?;
        out.sync_all()?;
        Ok(std::fs::read(&file)? == b"dokuei")
    };
    let is_right = write().unwrap_or(false);
    let elapsed = begun.elapsed().as_secs_f64() * 1000.0;
    // The probe is of no use to anybody; a leftover is overwritten next time.
    let _ = std::fs::remove_file(&file);
    is_right.then_some(elapsed)
}

/// Bytes free for this user and in all, of the disc that holds a folder.
#[cfg(unix)]
fn space_of(folder: &std::path::Path) -> Option<[u64; 2]> {
    let disc = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(disc.f_frsize);
    Some([bytes(disc.f_bavail), bytes(disc.f_blocks)])
}

/// The standard library has no such call; the row is left out.
#[cfg(not(unix))]
fn space_of(_folder: &std::path::Path) -> Option<[u64; 2]> {
    None
}

impl Desk {
    /// Checks the machine beside the window.
    pub(super) fn check_machine(&mut self) {
        let home = self.settings.home().map(std::path::Path::to_path_buf);
        self.background.spawn(
            "machine-check",
            move |_| {
                let write_ms = home.as_deref().and_then(probe_write);
                let space = home.as_deref().and_then(space_of);
                let at = clock_text(&jiff::Timestamp::now().to_string());
                (write_ms, space, at)
            },
            |desk, (write_ms, space, at)| {
                desk.machine.write_ms = write_ms;
                desk.machine.space = space;
                desk.machine.checked_at = at.get(..5).unwrap_or(&at).to_owned();
                desk.machine.is_checked = true;
            },
        );
    }
}
