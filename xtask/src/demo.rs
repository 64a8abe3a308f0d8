//! `cargo xtask demo`: from nothing to pictures and exports of the whole main job.

use crate::build::{Scope, build, root};
use crate::display::Display;
use crate::{packages, say};
use std::process::Command;
use std::time::Instant;

/// Builds and runs the demo; `true` when it came through. `--offscreen` and `--virtual` choose the way.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let begun = Instant::now();
    let program = build(Scope::Program)?;
    let built = begun.elapsed();
    packages::install_missing(packages::Purpose::Window)?;
    let display = if arguments.iter().any(|a| a == "--offscreen") {
        Display::None
    } else if arguments.iter().any(|a| a == "--virtual") {
        Display::start_virtual().ok_or("Xvfb does not start")?
    } else {
        Display::find()
    };
    let out = root().join("demo-out");
    let mut command = Command::new(program);
    command
        .current_dir(root())
        .args(["play", "main-job", "--out"])
        .arg(&out);
    if matches!(display, Display::None) {
        command.arg("--offscreen");
    }
    display.prepare(&mut command);
    let status = command
        .status()
        .map_err(|e| format!("the program does not start: {e}"))?;
    say(&format!(
        "demo: built in {:.1} min, done after {:.1} min, {} in {} — {}",
        built.as_secs_f64() / 60.0,
        begun.elapsed().as_secs_f64() / 60.0,
        if status.success() {
            "screenshots and exports"
        } else {
            "FAILED, what there is"
        },
        out.display(),
        display.describe()
    ));
    Ok(status.success())
}
