//! How fast a folder is scanned: `scan_bench FOLDER [THREADS]` prints one line of JSON with files,
//! seconds, files per second and the peak of resident memory (where the system tells it).
#![allow(clippy::print_stdout, reason = "the line is the point of the example")]

use imaging::{ScanOptions, scan};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

/// A figure of `/proc/self/status` in kilobytes.
fn status(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    if let Some(threads) = arguments.next() {
        let threads = threads.to_string_lossy().parse()?;
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()?;
    }
    let files = AtomicUsize::new(0);
    let before = status("VmRSS:");
    let begun = Instant::now();
    let found = scan(
        &[folder],
        &ScanOptions::default(),
        &|progress| files.store(progress.files_total, Ordering::Relaxed),
        &AtomicBool::new(false),
    );
    let seconds = begun.elapsed().as_secs_f64();
    let files = files.into_inner();
    println!(
        "{}",
        serde_json::json!({
            "files": files,
            "seconds": seconds,
            "files_per_second": files as f64 / seconds,
            "series": found.series.len(),
            "skipped": found.skipped.len(),
            "threads": rayon::current_num_threads(),
            "resident_kb_before": before,
            "peak_resident_kb": status("VmHWM:"),
        })
    );
    Ok(())
}
