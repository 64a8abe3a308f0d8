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
    /// The program and the examples, some of which measure.
    ProgramAndExamples,
    /// What measures the readers, which needs a small part of all when it is built for release.
    ReaderExamples,
    /// What measures pictures, likewise.
    RenderExamples,
    /// The program, all tests and examples.
    Everything,
}

impl Scope {
    /// The one room that is enough for it.
    const fn room(self) -> Option<&'static str> {
        match self {
            Self::ReaderExamples => Some("imaging"),
            Self::RenderExamples => Some("render"),
            Self::Program | Self::ProgramAndExamples | Self::Everything => None,
        }
    }
}

/// How it is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Profile {
    /// As demo, tests and lints: optimised, with every check on.
    Dev,
    /// As it is handed out; a build of its own.
    Release,
}

impl Profile {
    /// Its folder in the target directory, and its name.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
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
    build_as(scope, Profile::Dev)
}

/// Builds with a profile and returns the path of the program.
pub(crate) fn build_as(scope: Scope, profile: Profile) -> Result<PathBuf, String> {
    packages::install_missing(packages::Purpose::Build)?;
    let mut command = cargo()?;
    command.args(["build", "--locked"]);
    let room = scope.room().filter(|_| profile == Profile::Release);
    if let Some(room) = room {
        command.args(["--package", room]);
    } else {
        command.arg("--workspace").args(FEATURES);
    }
    match scope {
        Scope::Program => {}
        _ if room.is_some() => {
            command.arg("--examples");
        }
        Scope::ProgramAndExamples | Scope::ReaderExamples | Scope::RenderExamples => {
            command.args(["--bins", "--examples"]);
        }
        Scope::Everything => {
            command.arg("--all-targets");
        }
    }
    if profile == Profile::Release {
        command.arg("--release");
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
    built(profile, "dokuei")
}

/// Where the program of demo and tests lies.
pub(crate) fn program_path() -> Result<PathBuf, String> {
    built(Profile::Dev, "dokuei")
}

/// Where a built program lies; examples as `examples/NAME`.
pub(crate) fn built(profile: Profile, name: &str) -> Result<PathBuf, String> {
    Ok(target_dir()?
        .join(profile.folder())
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}
