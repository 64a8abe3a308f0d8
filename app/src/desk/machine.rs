//! What is said of this machine on the start screen: renderer, a real write.

use super::{Desk, clock_text};
use crate::host::{RendererInfo, RendererKind};
use crate::language::Words;
use crate::screens::start::MachineRow;
use std::io::Write;
use std::time::Instant;

/// What was found when the machine was checked.
#[derive(Default)]
pub(super) struct Machine {
    /// When.
    pub(super) checked_at: String,
    /// Milliseconds that a small file took to reach the disc; `None` if it did not.
    write_ms: Option<f64>,
    is_checked: bool,
    /// A picture of the sample.
    pub(super) sample_picture: Option<egui::TextureHandle>,
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
            let value = format!("{}（{adapter}）", words.t(renderer.kind.key()));
            rows.push(MachineRow {
                name: "start-row-renderer",
                value,
                is_fit: renderer.kind != RendererKind::Offscreen,
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

impl Desk {
    /// Checks the machine beside the window.
    pub(super) fn check_machine(&mut self) {
        let home = self.settings.home().map(std::path::Path::to_path_buf);
        self.background.spawn(
            "machine-check",
            move |_| {
                let write_ms = home.as_deref().and_then(probe_write);
                (write_ms, clock_text(&jiff::Timestamp::now().to_string()))
            },
            |desk, (write_ms, at)| {
                desk.machine.write_ms = write_ms;
                desk.machine.checked_at = at.get(..5).unwrap_or(&at).to_owned();
                desk.machine.is_checked = true;
            },
        );
    }
}
