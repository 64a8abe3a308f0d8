//! `cargo xtask test`: formatting, lints, every test, the main job in the window.

use crate::build::{FEATURES, Scope, build, cargo, program_path, root};
use crate::display::Display;
use crate::tally::Tally;
use crate::{packages, say};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs the checks; `true` when nothing failed. Further words are handed to the test programs as
/// filters. `DOKUEI_REQUIRE=window,shared` makes a skip for want of one of those a failure.
pub(crate) fn run(filters: &[String]) -> Result<bool, String> {
    let begun = Instant::now();
    packages::install_missing(packages::Purpose::Window)?;
    let mut faults = Vec::new();
    if !step("formatting", cargo()?.args(["fmt", "--all", "--check"])) {
        faults.push("formatting");
    }
    build(Scope::Everything)?;
    say(&format!(
        "built after {:.1} min",
        begun.elapsed().as_secs_f64() / 60.0
    ));
    let lints = ["clippy", "--locked", "--workspace", "--all-targets"];
    if !step(
        "lints",
        cargo()?
            .args(lints)
            .args(FEATURES)
            .args(["--", "-D", "warnings"]),
    ) {
        faults.push("lints");
    }
    let display = Display::find();
    say(&format!("window tests run {}", display.describe()));
    let tally = tests(filters, &display, &[])?;
    let required = required();
    let missing: Vec<&str> = tally.not_allowed(&required).collect();
    for reason in &missing {
        say(&format!("required, but skipped: {reason}"));
    }
    for (reason, count) in &tally.skipped {
        say(&format!("skipped {count}: {reason}"));
    }
    for fault in &faults {
        say(&format!("FAILED: {fault}"));
    }
    say(&format!(
        "test: {:.1} min",
        begun.elapsed().as_secs_f64() / 60.0
    ));
    let failed = tally.failed + faults.len() as u64 + missing.len() as u64;
    say(&format!(
        "{} passed, {failed} failed, {} skipped",
        tally.passed,
        tally.skips()
    ));
    Ok(failed == 0)
}

fn step(name: &str, command: &mut Command) -> bool {
    say(&format!("— {name}"));
    command.status().is_ok_and(|status| status.success())
}

/// The things whose absence must fail the run.
fn required() -> Vec<String> {
    std::env::var("DOKUEI_REQUIRE")
        .unwrap_or_default()
        .split(',')
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Runs the tests that the filters name, all without any; `rounds` are variables for the tests.
pub(crate) fn tests(
    filters: &[String],
    display: &Display,
    rounds: &[(&str, &str)],
) -> Result<Tally, String> {
    let mut command = cargo()?;
    command
        .args(["test", "--locked", "--workspace", "--no-fail-fast"])
        .args(FEATURES)
        .arg("--")
        .arg("--show-output")
        .args(filters)
        .env("DOKUEI_PROGRAM", program_path()?)
        .envs(rounds.iter().copied())
        .stdout(Stdio::piped());
    if std::env::var_os("DOKUEI_SHARED").is_none() {
        let beside: PathBuf = root().join("../shared");
        if beside.is_dir() {
            command.env("DOKUEI_SHARED", beside);
        }
    }
    display.prepare(&mut command);
    let mut child = command
        .spawn()
        .map_err(|e| format!("cargo does not start: {e}"))?;
    let mut tally = Tally::default();
    let Some(output) = child.stdout.take() else {
        return Err("no output of the tests".into());
    };
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|e| format!("the tests' output broke off: {e}"))?;
        tally.take(&line);
        say(&line);
    }
    let status = child
        .wait()
        .map_err(|e| format!("the tests did not end: {e}"))?;
    if !status.success() && tally.failed == 0 {
        // A program that crashed has printed no result.
        tally.failed += 1;
    }
    Ok(tally)
}
