//! One profile, one feature selection, one target directory outside the clone.

use crate::{packages, say};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The one feature selection: the accessibility tree can be read from outside.
pub(crate) const FEATURES: [&str; 2] = ["--features", "dokuei/inspection"];

/// What to build.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    /// The program.
    Program,
    /// The program, all tests and examples.
    Everything,
}

/// The root of the clone.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The caller's `CARGO_TARGET_DIR`, else a folder in the user's cache.
pub(crate) fn target_dir() -> Result<PathBuf, String> {
    if let Some(given) = std::env::var_os("CARGO_TARGET_DIR").filter(|v| !v.is_empty()) {
        return Ok(PathBuf::from(given));
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .filter(|v| !v.is_empty())
        .or_else(|| std::env::var_os("LOCALAPPDATA"))
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .ok_or("neither CARGO_TARGET_DIR nor HOME is set; set one of them")?;
    Ok(cache.join("dokuei").join("target"))
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Result<Command, String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target_dir()?);
    Ok(command)
}

/// Builds and returns the path of the program.
pub(crate) fn build(scope: Scope) -> Result<PathBuf, String> {
    packages::install_missing(packages::Purpose::Build)?;
    let mut command = cargo()?;
    command
        .args(["build", "--locked", "--workspace"])
        .args(FEATURES);
    if matches!(scope, Scope::Everything) {
        command.arg("--all-targets");
    }
    say(&format!(
        "building into {} (the first time takes up to 40 minutes on two cores)",
        target_dir()?.display()
    ));
    let status = command
        .status()
        .map_err(|e| format!("cargo does not start: {e}"))?;
    if !status.success() {
        return Err("the build failed".into());
    }
    program_path()
}

/// Where the built program lies.
pub(crate) fn program_path() -> Result<PathBuf, String> {
    Ok(target_dir()?
        .join("debug")
        .join(format!("dokuei{}", std::env::consts::EXE_SUFFIX)))
}
