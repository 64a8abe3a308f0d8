//! Reading: a CT series of 300 slices in every coding, and as NIfTI, beside what the peers need for it.
//!
//! The peers' script writes the series, so that both sides read the same bytes; without it there is
//! nothing to read but the many small files, which are made here.

use super::case::{Case, Peer};
use super::{many_files, peers};
use crate::build::{Profile, Scope, build_as, built};
use crate::say;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A series: its name for people, where the script writes it, and the peers that read it.
const SERIES: [(&str, &str, &[&str]); 7] = [
    (
        "uncompressed",
        "raw",
        &["sitk__raw", "pydicom__raw", "pydicom_pool__raw"],
    ),
    (
        "RLE",
        "rle",
        &["sitk__rle", "pydicom__rle", "pydicom_pool__rle"],
    ),
    (
        "JPEG lossless",
        "jpegll",
        &["sitk__jpegll", "pydicom__jpegll", "pydicom_pool__jpegll"],
    ),
    (
        "JPEG-LS",
        "jpegls",
        &["sitk__jpegls", "pydicom__jpegls", "pydicom_pool__jpegls"],
    ),
    (
        "JPEG 2000",
        "j2k",
        &["sitk__j2k", "pydicom__j2k", "pydicom_pool__j2k"],
    ),
    (
        "NIfTI",
        "plain.nii",
        &["sitk__plain.nii", "nibabel__plain.nii"],
    ),
    (
        "NIfTI, gzip",
        "packed.nii.gz",
        &["sitk__packed.nii.gz", "nibabel__packed.nii.gz"],
    ),
];
/// Peers that only look at the headers.
const SCANS: [&str; 2] = ["scan_sitk_300_files", "scan_pydicom_300_files"];
/// Threads on both sides.
const THREADS: &str = "2";
/// How often our side reads each; the middle one counts.
const RUNS: usize = 3;

/// One reading of ours, in seconds from the start of the scan.
#[derive(Clone, Copy)]
struct Reading {
    scanned_s: f64,
    first_s: f64,
    whole_s: f64,
    peak_mib: f64,
}

/// Runs the peers on a series, then the reader of this project on what they wrote.
pub(crate) fn measure(profile: Profile) -> Result<Vec<Case>, String> {
    build_as(Scope::ReaderExamples, profile)?;
    let program = built(profile, "examples/load_bench")?;
    let data = scratch();
    std::fs::create_dir_all(&data)
        .map_err(|e| format!("{} cannot be made: {e}", data.display()))?;
    let folder = data.display().to_string();
    let ask = |cases: &str| peers::run_with("load_peers.py", cases, &["--data", &folder]);
    let mut cases = Vec::new();
    for (name, place, rivals) in SERIES {
        // one after the other, so that what else the machine does weighs on both sides alike
        let peers = ask(&format!("*__{place}"));
        let path = data.join(place);
        if !path.exists() {
            say(&format!(
                "{name}: {} is not there, not measured",
                path.display()
            ));
            continue;
        }
        let reading = middle(&program, &path)?;
        cases.extend(cases_of(name, reading, fastest(&peers, rivals)));
        if place == "raw" {
            let mut scan = Case::new("load", "scan of 300 files", "series and stacks told apart");
            scan.median_s = Some(reading.scanned_s);
            scan.peer = fastest(&ask("scan_*"), &SCANS);
            cases.push(scan);
        }
    }
    if cases.is_empty() {
        say("without the peers' script there is no series to read");
    }
    cases.push(many_files::measure(profile, &data)?);
    Ok(cases)
}

/// Where the files lie, 1.3 GB of them; they are kept for the next run.
fn scratch() -> PathBuf {
    std::env::var_os("DOKUEI_BENCH_DATA").map_or_else(
        || std::env::temp_dir().join("dokuei-bench-load"),
        PathBuf::from,
    )
}

/// The reading of middle duration among some.
fn middle(program: &Path, series: &Path) -> Result<Reading, String> {
    let mut readings = Vec::new();
    for _ in 0..RUNS {
        let output = Command::new(program)
            .env("RAYON_NUM_THREADS", THREADS)
            .arg(series)
            .output()
            .map_err(|e| format!("load_bench does not start: {e}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        readings.push(parse(&text).ok_or_else(|| format!("load_bench said: {text}"))?);
    }
    readings.sort_by(|a, b| a.whole_s.total_cmp(&b.whole_s));
    Ok(readings[RUNS / 2])
}

/// A line of `load_bench`: name, planes, seconds until scanned, first plane, all; peak MiB.
fn parse(line: &str) -> Option<Reading> {
    let mut figures = line.trim().split('\t').skip(2);
    let mut next = || figures.next()?.parse::<f64>().ok();
    Some(Reading {
        scanned_s: next()?,
        first_s: next()?,
        whole_s: next()?,
        peak_mib: next()?,
    })
}

fn cases_of(name: &str, reading: Reading, peer: Option<Peer>) -> [Case; 2] {
    let mut first = Case::new("load", &format!("{name}: first slice"), "budget 0.3 s");
    first.median_s = Some(reading.first_s);
    let mut whole = Case::new(
        "load",
        &format!("{name}: scan and all 300 slices"),
        "goal half of the faster peer",
    );
    whole.median_s = Some(reading.whole_s);
    whole.peak_mib = Some(reading.peak_mib);
    whole.peer = peer;
    [first, whole]
}

/// The fastest of some peers.
fn fastest(peers: &[Peer], names: &[&str]) -> Option<Peer> {
    let rivals = peers
        .iter()
        .filter(|peer| names.contains(&peer.name.as_str()));
    let best = rivals.min_by(|a, b| a.median_s.total_cmp(&b.median_s))?;
    Some(Peer {
        name: best.name.clone(),
        median_s: best.median_s,
        peak_mib: best.peak_mib,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_taken_from_the_line_and_the_fastest_peer_is_the_rival() {
        let reading = parse("raw\t300\t0.03\t0.05\t0.4\t157.5\t150.0\t12").unwrap();
        assert_eq!((reading.first_s, reading.whole_s), (0.05, 0.4));
        assert!(parse("raw\tno image").is_none());
        let peer = |name: &str, median_s| Peer {
            name: name.to_owned(),
            median_s,
            peak_mib: None,
        };
        let peers = [
            peer("sitk__raw", 0.7),
            peer("pydicom__raw", 0.5),
            peer("other", 0.1),
        ];
        let best = fastest(&peers, SERIES[0].2).unwrap();
        assert_eq!(best.name, "pydicom__raw");
    }
}
