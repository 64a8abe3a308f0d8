//! Dokuei: a workstation on which physicians annotate medical images, and leads bring two readers to
//! one truth.
//!
//! This crate holds the window, the commands and what both do; every rule that another room could
//! hold lives there instead. It never parses a stranger's file and never writes SQL.
//!
//! Start with [`desk::Desk`] (the window's program), [`room::Room`] (the reading room below the
//! drawing), [`host::Program`] (what any window runs), [`player::Player`] (hands for tests and demo).

pub mod act;
pub mod agreement_view;
pub mod cli;
pub mod court;
pub mod desk;
pub mod host;
pub mod keys;
pub mod language;
pub mod manual;
pub mod play;
pub mod player;
pub mod room;
pub mod sample;
pub mod screens;
pub mod search;
pub(crate) mod sentence;
pub mod settings;
pub mod theme;
pub mod viewport;
pub mod widgets;

/// The folder of shared test data, where it is there: named by `DOKUEI_SHARED`, else beside the clone.
#[cfg(test)]
pub(crate) fn shared_data() -> Option<std::path::PathBuf> {
    let given = std::env::var_os("DOKUEI_SHARED").map(std::path::PathBuf::from);
    let shared = given
        .unwrap_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"));
    let data = shared.join("data");
    if data.is_dir() {
        return Some(data);
    }
    let mut out = std::io::stdout();
    // A skipped test says so; nothing hangs on the line being printed.
    let _ = std::io::Write::write_all(&mut out, b"SKIPPED: shared data not found\n");
    None
}
