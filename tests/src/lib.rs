//! What crosses rooms: the arrows between them, the main job in every kind of window, kill tests,
//! independent judges of exports. This library holds what these tests share: calls of the program
//! ([`calls`]), projects made by commands ([`scene`]), a window under orders ([`directed`]), a
//! hand on viewports ([`hand`]), and what is asked of every screen ([`screen`]).

pub mod calls;
pub mod directed;
pub mod hand;
pub mod scene;
pub mod screen;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the clone.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder of shared data beside the clone, or named by `DOKUEI_SHARED`; a test without it says so.
#[must_use]
pub fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("DOKUEI_SHARED").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| root().join("../shared"));
    if folder.join("data").is_dir() {
        return Some(folder);
    }
    skipped("shared data not found");
    None
}

/// The program under test: named by `DOKUEI_PROGRAM`, else the one built beside this test.
///
/// # Panics
/// When there is none: the workspace is built as a whole.
#[must_use]
pub fn program() -> PathBuf {
    if let Some(given) = std::env::var_os("DOKUEI_PROGRAM") {
        return PathBuf::from(given);
    }
    let test = std::env::current_exe().unwrap_or_default();
    let beside = test
        .ancestors()
        .nth(2)
        .map(|folder| folder.join(format!("dokuei{}", std::env::consts::EXE_SUFFIX)));
    beside
        .filter(|program| program.is_file())
        .unwrap_or_else(|| PathBuf::from("dokuei"))
}

/// A command of the program, in a home of its own.
#[must_use]
pub fn dokuei(home: &Path) -> Command {
    let mut command = Command::new(program());
    command
        .env("DOKUEI_HOME", home)
        .env("LANG", "C.UTF-8")
        .env_remove("DOKUEI_HOST");
    command
}

/// Says that a test was skipped and why; `cargo xtask test` counts these lines.
pub fn skipped(reason: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "SKIPPED: {reason}");
}

/// Says what was measured on the way: a figure that depends on the machine is told, not asserted.
pub fn measured(figure: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "MEASURED: {figure}");
}

/// Whether this process may do everything: permissions do not bind it, and it may mount.
#[must_use]
pub fn is_root() -> bool {
    let asked = Command::new("id").arg("-u").output();
    asked.is_ok_and(|told| told.stdout.trim_ascii() == b"0")
}

/// Whether a window can be opened here.
#[must_use]
pub fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
        return true;
    }
    skipped("no display for the window");
    false
}
