//! Slices of a CT of 512 × 512 × 300, beside VTK's of the same planes.
//!
//! The peers' script writes the volume, so that both sides draw the same voxels; without it a made one is
//! drawn, and there is nothing to compare with.

use super::case::Case;
use super::peers;
use super::spread::Spread;
use crate::build::{Profile, Scope, build_as, built, root};
use crate::say;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A case: its name for people, and its name in the peers' script and in `render_bench`.
const CASES: [(&str, &str); 6] = [
    ("axial, linear", "reslice_axial_linear"),
    ("sagittal, linear", "reslice_sagittal_linear"),
    ("oblique, nearest", "reslice_oblique_nearest"),
    ("oblique, linear", "reslice_oblique_linear"),
    (
        "oblique, linear, window to RGBA",
        "reslice_oblique_linear_window_rgba",
    ),
    ("oblique, maximum of 20 mm", "reslice_oblique_slab20_mip"),
];
/// How often both sides draw each case; the middle round of each counts.
const ROUNDS: usize = 3;
/// Threads on both sides.
const THREADS: &str = "2";

/// Runs the peer and `render_bench` in turn, so that what else the machine does weighs on both alike.
pub(crate) fn measure(profile: Profile) -> Result<Vec<Case>, String> {
    build_as(Scope::RenderExamples, profile)?;
    let program = built(profile, "examples/render_bench")?;
    let data = scratch();
    std::fs::create_dir_all(&data)
        .map_err(|e| format!("{} cannot be made: {e}", data.display()))?;
    let pictures = data.join("pictures.raw");
    let mut cases = Vec::new();
    for (name, theirs) in CASES {
        let (mut ours, mut peers) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let folder = data.display().to_string();
            peers.extend(peers::run_with(
                "render_peers.py",
                theirs,
                &["--data", &folder],
            ));
            ours.push(drawn(
                &program,
                name,
                theirs,
                [&data.join("vol.npy"), &pictures],
            )?);
        }
        peers.retain(|peer| peer.name == theirs);
        let mut case = middle(ours, |case| case.median_s.unwrap_or(f64::NAN))
            .ok_or("no round was measured")?;
        case.peer = middle(peers, |peer| peer.median_s);
        let same = case
            .peer
            .is_some()
            .then(|| compared(&data, theirs, &pictures));
        if let Some(same) = same.flatten() {
            case.check = same;
        }
        cases.push(case);
    }
    // what is left of the pictures takes room and harms nobody
    let _ = std::fs::remove_file(&pictures);
    Ok(cases)
}

/// One run of `render_bench` on a volume; its pictures go into the other file.
fn drawn(
    program: &Path,
    name: &str,
    theirs: &str,
    [volume, pictures]: [&Path; 2],
) -> Result<Case, String> {
    let output = Command::new(program)
        .env("RAYON_NUM_THREADS", THREADS)
        .arg(volume)
        .arg(theirs)
        .arg(pictures)
        .output()
        .map_err(|e| format!("render_bench does not start: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    case(name, &text).ok_or_else(|| {
        let fault = String::from_utf8_lossy(&output.stderr);
        format!("render_bench said: {text}{fault}")
    })
}

/// The one of middle duration.
fn middle<T>(mut rounds: Vec<T>, duration_s: impl Fn(&T) -> f64) -> Option<T> {
    rounds.sort_by(|a, b| duration_s(a).total_cmp(&duration_s(b)));
    let at = rounds.len() / 2;
    (at < rounds.len()).then(|| rounds.swap_remove(at))
}

/// Where the volume lies; it is kept for the next run.
fn scratch() -> PathBuf {
    std::env::var_os("DOKUEI_BENCH_DATA").map_or_else(
        || std::env::temp_dir().join("dokuei-bench-render"),
        PathBuf::from,
    )
}

/// A line of `render_bench`: name, median, p50, p95 and p99 in ms, peak in MiB, mean grey level.
fn case(name: &str, line: &str) -> Option<Case> {
    let mut figures = line.trim().split('\t').skip(1);
    let mut next = || figures.next()?.parse::<f64>().ok();
    let mut case = Case::new("render", name, "");
    case.median_s = Some(next()? / 1e3);
    case.spread = Some(Spread {
        p50_ms: next()?,
        p95_ms: next()?,
        p99_ms: next()?,
    });
    case.peak_mib = Some(next()?);
    case.check = format!("mean level {:.1}", next()?);
    Some(case)
}

/// How far our pictures are from VTK's, in words; `None` where they cannot be compared.
fn compared(data: &Path, case: &str, pictures: &Path) -> Option<String> {
    let output = Command::new(std::env::var_os("DOKUEI_PEERS_PYTHON")?)
        .arg("-B")
        .arg(root().join("tests/independent/vtk_slices.py"))
        .args([&peers::folder(), data])
        .arg(case)
        .arg(pictures)
        .output()
        .ok()?;
    if !output.status.success() {
        let fault = String::from_utf8_lossy(&output.stderr);
        say(&format!("{case}: the pictures cannot be compared: {fault}"));
        return None;
    }
    same(&String::from_utf8_lossy(&output.stdout))
}

/// A line of `vtk_slices.py` in words: mean difference, share within a level, greatest difference.
fn same(line: &str) -> Option<String> {
    let mut figures = line.trim().split('\t').map(str::parse::<f64>);
    let mut next = || figures.next()?.ok();
    let (mean, within, most) = (next()?, next()?, next()?);
    Some(format!(
        "mean {mean:.2} of 255 from VTK's, {:.2} % within 1, at most {most}",
        within * 100.0
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_taken_from_the_line_and_the_comparison_is_put_in_words() {
        let case = case(
            "axial",
            "reslice_axial_linear\t2.5\t2.4\t3.0\t4.0\t154.0\t55.49",
        )
        .unwrap();
        assert_eq!(case.median_s, Some(0.0025));
        assert_eq!(case.spread.map(|spread| spread.p99_ms), Some(4.0));
        assert_eq!(
            (case.peak_mib, case.check.as_str()),
            (Some(154.0), "mean level 55.5")
        );
        assert!(super::case("axial", "no volume").is_none());
        assert_eq!(middle(vec![3.0, 1.0, 2.0], |s| *s), Some(2.0));
        assert_eq!(middle(Vec::new(), |s: &f64| *s), None);
        let words = same("0.0517\t0.999998\t39\n").unwrap();
        assert_eq!(
            words,
            "mean 0.05 of 255 from VTK's, 100.00 % within 1, at most 39"
        );
    }
}
