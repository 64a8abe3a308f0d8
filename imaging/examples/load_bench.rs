//! Scans and loads each path given: seconds until the list is there, until the first picture, until all
//! is loaded, and the peak memory; one line each, tabs between.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use imaging::{LoadRequest, ScanOptions, load_in_parts, scan};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Peak resident memory of this process in MiB, where the system tells.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib / 1024.0)
}

fn main() {
    let stop = AtomicBool::new(false);
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let begun = Instant::now();
        let found = scan(
            std::slice::from_ref(&path),
            &ScanOptions::default(),
            &|_| {},
            &stop,
        );
        let scanned = begun.elapsed().as_secs_f64();
        let main = found.series.iter().filter(|entry| entry.is_image);
        let Some(entry) = main.max_by_key(|entry| entry.frames) else {
            println!("{}\tno image", path.display());
            continue;
        };
        let first: OnceLock<f64> = OnceLock::new();
        let loaded = load_in_parts(
            entry,
            &LoadRequest {
                first_plane: entry.size[2] / 2,
                progress: &|_| {},
                arrived: &|arrival| {
                    if first.get().is_none() && arrival.loaded().is_some() {
                        // whoever is second is not first
                        let _ = first.set(begun.elapsed().as_secs_f64());
                    }
                },
                cancel: &stop,
            },
        );
        let whole = begun.elapsed().as_secs_f64();
        let volume = match &loaded {
            Ok(loaded) => &loaded.volume,
            Err(error) => {
                println!("{}\t{error}", path.display());
                continue;
            }
        };
        let mib = volume.samples().bytes() as f64 / 1_048_576.0;
        let check: f64 = (0..volume.samples().len())
            .step_by(997)
            .filter_map(|at| volume.samples().number(at))
            .sum();
        println!(
            "{}\t{}\t{scanned:.4}\t{:.4}\t{whole:.4}\t{:.1}\t{mib:.1}\t{check}",
            path.file_name().unwrap_or_default().to_string_lossy(),
            entry.frames,
            first.get().copied().unwrap_or(f64::NAN),
            peak_mib()
        );
    }
}
