//! Figures between readers beside the public packages that compute the same: two masks, STAPLE of three,
//! and the bootstrap; masks in memory on both sides.

use super::case::{Case, Peer};
use super::peers::folder;
use crate::build::{Profile, Scope, build_as, built};
use crate::say;
use std::path::Path;
use std::process::Command;

/// A case of `agreement_bench`, its name for people, and the peer's row: how its name begins, its case.
const CASES: [(&str, &str, &str, &str); 5] = [
    (
        "pair-organ",
        "all figures of two masks, organ of 1.4 l",
        "surface-distance",
        "organ",
    ),
    (
        "pair-lesion",
        "all figures of two masks, lesion of 14 ml",
        "surface-distance",
        "lesion",
    ),
    (
        "staple-organ",
        "STAPLE of 3 readers, organ",
        "SimpleITK STAPLE",
        "organ",
    ),
    (
        "staple-lesion",
        "STAPLE of 3 readers, lesion",
        "SimpleITK STAPLE",
        "lesion",
    ),
    (
        "bootstrap",
        "percentile and BCa interval, 500 cases, 10,000 resamples",
        "scipy bootstrap",
        "-",
    ),
];
/// How often each side does each; the middle one counts.
const RUNS: &str = "3";
/// Threads on both sides.
const THREADS: &str = "2";

/// A row of the peers' file.
struct Row {
    peer: String,
    case: String,
    median_s: f64,
    peak_mib: Option<f64>,
}

/// Runs the peers, then our side, each case in a process of its own.
pub(crate) fn measure(profile: Profile) -> Result<Vec<Case>, String> {
    build_as(Scope::ProgramAndExamples, profile)?;
    let program = built(profile, "examples/agreement_bench")?;
    let rows = peers();
    CASES
        .iter()
        .map(|(id, name, peer, of)| {
            let mut case = ours(&program, id, name)?;
            case.peer = rows
                .iter()
                .find(|row| row.peer.starts_with(peer) && row.case == *of)
                .map(|row| Peer {
                    name: row.peer.clone(),
                    median_s: row.median_s,
                    peak_mib: row.peak_mib,
                });
            Ok(case)
        })
        .collect()
}

fn ours(program: &Path, id: &str, name: &str) -> Result<Case, String> {
    let output = Command::new(program)
        .args([id, RUNS])
        .env("RAYON_NUM_THREADS", THREADS)
        .output()
        .map_err(|e| format!("agreement_bench does not start: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text.trim_end().split('\t');
    let (Some(median_us), Some(peak)) = (words.next(), words.next()) else {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("agreement_bench {id}: {said}"));
    };
    let mut case = Case::new("agreement", name, words.next().unwrap_or_default());
    case.median_s = median_us.parse::<f64>().ok().map(|us| us / 1e6);
    case.peak_mib = peak.parse().ok();
    Ok(case)
}

/// The peers' rows; none, and said so, without a Python or the script for them.
fn peers() -> Vec<Row> {
    let Some(python) = std::env::var_os("DOKUEI_AGREEMENT_PYTHON") else {
        say("DOKUEI_AGREEMENT_PYTHON is not set: the peers' columns stay empty");
        return Vec::new();
    };
    let file = std::env::temp_dir().join(format!("dokuei-agreement-{}.json", std::process::id()));
    let mut chosen: Vec<&str> = CASES.iter().map(|(_, _, peer, _)| *peer).collect();
    chosen.dedup();
    let output = Command::new(python)
        .arg(folder().join("agreement_peers.py"))
        .args(["--reps", RUNS, "--threads", THREADS, "--skip-slow"])
        .args(["--only", &chosen.join(",")])
        .arg("--json")
        .arg(&file)
        .output();
    match output {
        Ok(output) if output.status.success() => {}
        Ok(output) => say(&format!(
            "the peers' script failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
        Err(why) => say(&format!("DOKUEI_AGREEMENT_PYTHON does not start: {why}")),
    }
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    // a file that was not made needs no removal
    let _ = std::fs::remove_file(&file);
    parse(&text)
}

/// The rows: lines `"key": value` of an indented document, each row beginning with its peer.
fn parse(text: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in text.lines() {
        let Some((key, value)) = line.trim().trim_end_matches(',').split_once(": ") else {
            continue;
        };
        let value = value.trim_matches('"');
        match (key.trim_matches('"'), rows.last_mut()) {
            ("peer", _) => rows.push(Row {
                peer: value.to_owned(),
                case: String::new(),
                median_s: f64::NAN,
                peak_mib: None,
            }),
            ("case", Some(row)) => row.case = value.to_owned(),
            ("median_s", Some(row)) => row.median_s = value.parse().unwrap_or(f64::NAN),
            ("peak_rss_so_far_mb", Some(row)) => row.peak_mib = value.parse().ok(),
            _ => {}
        }
    }
    rows.retain(|row| row.median_s.is_finite());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_peers_are_read_with_their_case_and_peak() {
        let text = "{\n \"rows\": [\n  {\n   \"peer\": \"SimpleITK STAPLE, 3 readers\",\n   \"case\": \"organ\",\n   \
                    \"seconds\": 7.6,\n   \"median_s\": 7.7,\n   \"peak_rss_so_far_mb\": 1177\n  }\n ]\n}";
        let rows = parse(text);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].case.as_str(), rows[0].median_s), ("organ", 7.7));
        assert_eq!(rows[0].peak_mib, Some(1177.0));
    }
}
