//! Prints how fast the figures between readers are: one case a call, so that its peak of memory is
//! its own. `cargo xtask bench agreement` runs all of them beside the peers.
//!
//! `agreement_bench CASE [REPEATS]` prints `median in us<TAB>peak in MiB<TAB>check`.

mod solids;

use agreement::{PairOptions, SummaryOptions, multi, pair, summarise};
use solids::{grid, lesion, organ};
use std::hint::black_box;
use std::io::{self, Write};
use std::time::Instant;
use voxel::Mask;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let case = words.next().unwrap_or_default();
    let repeats = words.next().map_or(Ok(5), |n| n.parse())?;
    let readers = |of: fn(usize) -> Mask| -> Vec<Mask> { (0..3).map(of).collect() };
    let measured = match case.as_str() {
        "pair-organ" => of_pair(&readers(organ), repeats)?,
        "pair-lesion" => of_pair(&readers(lesion), repeats)?,
        "staple-organ" => of_staple(&readers(organ), repeats)?,
        "staple-lesion" => of_staple(&readers(lesion), repeats)?,
        "bootstrap" => of_bootstrap(repeats),
        other => return Err(format!("no case is called {other}").into()),
    };
    let (median_us, check) = measured;
    let peak = peak_mib().map_or_else(String::new, |mib| format!("{mib:.1}"));
    writeln!(io::stdout(), "{median_us:.1}\t{peak}\t{check}")?;
    Ok(())
}

/// Duration in microseconds, and what shows that the right thing was computed.
type Measured = (f64, String);

/// The middle one of several runs, and the last result.
fn median_us<T>(repeats: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut times = Vec::with_capacity(repeats);
    let mut last = None;
    for _ in 0..repeats.max(1) {
        let started = Instant::now();
        last = Some(black_box(work()));
        times.push(started.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    let middle = times[times.len() / 2];
    // there is at least one run
    (middle, last.expect("one run"))
}

/// Everything that the report shows of two masks.
fn of_pair(masks: &[Mask], repeats: usize) -> Result<Measured, agreement::Error> {
    let options = PairOptions::default();
    let work = || pair(&masks[0], &masks[1], &grid(), &options);
    let (us, figures) = median_us(repeats, work);
    let figures = figures?;
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.6}"));
    let nsd: Vec<String> = figures
        .distance
        .nsd
        .iter()
        .map(|s| shown(s.value))
        .collect();
    let check = format!(
        "dice {} hd {} hd95 {} nsd {} voxels {} {}",
        shown(figures.overlap.dice),
        shown(figures.distance.hd_mm),
        shown(figures.distance.hd95_mm),
        nsd.join(" "),
        figures.overlap.n_voxels_a,
        figures.overlap.n_voxels_b,
    );
    Ok((us, check))
}

fn of_staple(masks: &[Mask], repeats: usize) -> Result<Measured, agreement::Error> {
    let readers: Vec<&Mask> = masks.iter().collect();
    let (us, result) = median_us(repeats, || multi(&readers, &grid()));
    let staple = result?.staple;
    let sensitivity: Vec<String> = staple
        .sensitivity
        .iter()
        .map(|p| p.map_or_else(|| "-".to_owned(), |p| format!("{p:.6}")))
        .collect();
    Ok((us, format!("sensitivity {}", sensitivity.join(" "))))
}

/// Percentile and BCa interval of the mean of 500 values.
fn of_bootstrap(repeats: usize) -> Measured {
    let values: Vec<f64> = (0..500_u32)
        .map(|n| 1.0 - f64::from(n * 7919 % 500) * f64::from(n * 104_729 % 311) / 400_000.0)
        .collect();
    let (us, summary) = median_us(repeats, || {
        summarise(&values, None, SummaryOptions::default())
    });
    let limit = |value: Option<Option<f64>>| value.flatten().unwrap_or(f64::NAN);
    let check = format!(
        "percentile {:.6} {:.6} BCa {:.6} {:.6}",
        limit(summary.percentile_ci_low),
        limit(summary.percentile_ci_high),
        limit(summary.bca_ci_low),
        limit(summary.bca_ci_high)
    );
    (us, check)
}

/// Most memory that this process has had, where the system tells it.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kb: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kb / 1024.0)
}
