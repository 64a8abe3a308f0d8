//! The mask: painting, undo, copies and memory at the budget's size, and a peer's stroke.

use super::case::{Case, Peer};
use super::peers;
use crate::build::{Profile, Scope, build_as, built};
use std::process::Command;

/// Our case and the peer's for the same: 200 stamps of a ball of 15 voxels, per stamp; and one undo state.
const SAME: [(&str, &str); 2] = [
    (
        "stamp of a ball of 15 voxels radius",
        "brush_ball_r15__numpy",
    ),
    (
        "snapshot of the mask before a stroke",
        "undo_full_copy__numpy",
    ),
];

/// Runs `mask_bench` and the peers.
pub(crate) fn measure(profile: Profile) -> Result<Vec<Case>, String> {
    build_as(Scope::ProgramAndExamples, profile)?;
    let output = Command::new(built(profile, "examples/mask_bench")?)
        .arg("--plain")
        .output()
        .map_err(|e| format!("mask_bench does not start: {e}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let peers = peers::run("edit_peers.py", "*__numpy");
    let text = String::from_utf8_lossy(&output.stdout);
    let cases: Vec<Case> = text.lines().filter_map(|line| case(line, &peers)).collect();
    if cases.is_empty() {
        return Err("mask_bench said nothing".to_owned());
    }
    Ok(cases)
}

/// A line of `mask_bench --plain`: name, median and p95 in microseconds, check; tabs between.
fn case(line: &str, peers: &[Peer]) -> Option<Case> {
    let mut words = line.split('\t');
    let (name, median_us) = (words.next()?, words.next()?);
    let mut case = Case::new("edit", name, words.next().unwrap_or_default());
    case.median_s = median_us.parse::<f64>().ok().map(|us| us / 1e6);
    let same = SAME.iter().find(|(ours, _)| *ours == name);
    if let Some(peer) = same.and_then(|(_, theirs)| peers.iter().find(|peer| peer.name == *theirs))
    {
        case.peer = Some(Peer {
            name: peer.name.clone(),
            median_s: peer.median_s,
            peak_mib: peer.peak_mib,
        });
    }
    Some(case)
}
