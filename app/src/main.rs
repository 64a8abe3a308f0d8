//! Dokuei: the program.

use std::process::ExitCode;

fn main() -> ExitCode {
    dokuei::cli::run(std::env::args_os())
}
