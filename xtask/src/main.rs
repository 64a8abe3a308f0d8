//! `cargo xtask demo | test | bench | soak | setup | build`: set-up, the whole main job, the checks, the figures
//! and the long rounds, in one command each.
//!
//! Depends on the standard library only, so that Rust with a C toolchain is all that a fresh
//! clone needs: missing system packages are installed where that is allowed, else the one line to
//! run is printed. Every command builds with one profile and one feature selection into one target
//! directory outside the clone.

mod bench;
mod build;
mod demo;
mod display;
mod packages;
mod soak;
mod tally;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo    builds, then goes through the whole main job; pictures and exports in demo-out/
cargo xtask test    formatting, lints, all tests, the main job in the window
cargo xtask bench   [GROUP…] [--json FILE] [--dev]: figures of the groups load, render, edit and window
cargo xtask soak    [TEST…]: the long rounds: 200 kills while painting, 300 random works, 2,000 damaged streams
cargo xtask setup   installs the system packages that the two above need, nothing else
cargo xtask build   builds the program and prints where it lies
";

/// Writes a line to standard output.
fn say(line: &str) {
    use std::io::Write;
    // A closed terminal is no reason to stop the work.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let done = match command.as_str() {
        "demo" => demo::run(&rest),
        "test" => test::run(&rest),
        "bench" => bench::run(&rest),
        "soak" => soak::run(&rest),
        "setup" => packages::install_missing(packages::Purpose::Window).map(|()| true),
        "build" => build::build(build::Scope::Program).map(|program| {
            say(&program.display().to_string());
            true
        }),
        _ => {
            say(USAGE);
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            say(&format!("xtask: {why}"));
            ExitCode::FAILURE
        }
    }
}
