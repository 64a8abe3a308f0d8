//! The whole main job, done by the player in a real window and off screen, with exports that an
//! independent reader opens.

use std::path::Path;
use tests::{dokuei, has_display};

/// Pictures that each way of the play must leave.
const PICTURES: [&str; 8] = [
    "01_start",
    "02_sign_in",
    "03_import",
    "05a_worklist",
    "05c_reading_paint",
    "07_history",
    "09_adjudication",
    "12_export",
];

fn play(out: &Path, extra: &[&str], host: Option<&str>) {
    let mut command = dokuei(&out.join("outer-home"));
    command
        .args(["play", "main-job", "--out"])
        .arg(out.join("play"))
        .args(extra);
    if let Some(host) = host {
        command.env("DOKUEI_HOST", host);
    }
    let output = command.output().expect("the program starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let play = out.join("play");
    for name in PICTURES {
        let bytes = std::fs::metadata(play.join(format!("{name}.png")))
            .map(|file| file.len())
            .unwrap_or(0);
        assert!(bytes > 10_000, "{name}.png has {bytes} bytes");
    }
    let files: Vec<String> = std::fs::read_dir(play.join("exports/files"))
        .expect("exports are there")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    for ending in [".dcm", ".nii.gz", ".csv", ".json"] {
        assert!(
            files.iter().any(|file| file.ends_with(ending)),
            "no {ending} in {files:?}"
        );
    }
    let report =
        std::fs::read_to_string(play.join("exports/agreement.html")).expect("the report is there");
    assert!(report.contains("Dice"));
}

#[test]
fn the_main_job_runs_off_screen() {
    let out = tempfile::tempdir().expect("a temporary folder");
    play(out.path(), &["--offscreen"], None);
}

#[test]
fn the_main_job_runs_in_the_window() {
    if has_display() {
        let out = tempfile::tempdir().expect("a temporary folder");
        play(out.path(), &[], None);
    }
}
