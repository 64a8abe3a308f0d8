//! The peers' side: their script, run by the Python that `DOKUEI_PEERS_PYTHON` names.

use super::case::Peer;
use crate::build::root;
use crate::say;
use std::path::PathBuf;
use std::process::Command;

/// Runs cases of a peer script; empty, and said so, where there is no Python or script for it.
pub(crate) fn run(script: &str, cases: &str) -> Vec<Peer> {
    run_with(script, cases, &[])
}

/// The same with further arguments for the script.
pub(crate) fn run_with(script: &str, cases: &str, arguments: &[&str]) -> Vec<Peer> {
    let Some(python) = std::env::var_os("DOKUEI_PEERS_PYTHON") else {
        say("DOKUEI_PEERS_PYTHON is not set: the peers' columns stay empty");
        return Vec::new();
    };
    let script = folder().join(script);
    if !script.is_file() {
        say(&format!(
            "{} is not there: the peers' columns stay empty",
            script.display()
        ));
        return Vec::new();
    }
    let output = Command::new(python)
        .arg(script)
        .args(["--threads", "2", "--only", cases])
        .args(arguments)
        .output();
    match output {
        Ok(output) if output.status.success() => parse(&String::from_utf8_lossy(&output.stdout)),
        Ok(output) => {
            say(&format!(
                "the peers' script failed: {}",
                String::from_utf8_lossy(&output.stderr)
            ));
            Vec::new()
        }
        Err(why) => {
            say(&format!("DOKUEI_PEERS_PYTHON does not start: {why}"));
            Vec::new()
        }
    }
}

/// Where the peers' scripts lie.
pub(crate) fn folder() -> PathBuf {
    let shared =
        std::env::var_os("DOKUEI_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    shared.join("bench").join("peers")
}

/// Name, seconds and peak of every result: lines `"key": value` of an indented document.
fn parse(text: &str) -> Vec<Peer> {
    let mut peers: Vec<Peer> = Vec::new();
    for line in text.lines() {
        let Some((key, value)) = line.trim().trim_end_matches(',').split_once(": ") else {
            continue;
        };
        let value = value.trim_matches('"');
        match (key.trim_matches('"'), peers.last_mut()) {
            ("case", _) => peers.push(Peer {
                name: value.to_owned(),
                median_s: f64::NAN,
                peak_mib: None,
            }),
            ("seconds", Some(peer)) => peer.median_s = value.parse().unwrap_or(f64::NAN),
            ("peak_rss_mib", Some(peer)) => peer.peak_mib = value.parse().ok(),
            _ => {}
        }
    }
    peers.retain(|peer| peer.median_s.is_finite());
    peers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_with_an_error_instead_of_seconds_is_left_out() {
        let text = "{\n \"results\": [\n  {\n   \"case\": \"brush__numpy\",\n   \"rss_before_mib\": 1.0,\n   \
                    \"seconds\": 7.5e-05,\n   \"peak_rss_mib\": 254.0\n  },\n  {\n   \"case\": \"other\",\n   \
                    \"error\": \"none\"\n  }\n ]\n}";
        let peers = parse(text);
        assert_eq!(peers.len(), 1);
        assert_eq!(
            (peers[0].median_s, peers[0].peak_mib),
            (7.5e-5, Some(254.0))
        );
    }
}
