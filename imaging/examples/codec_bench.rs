//! Milliseconds per frame of files, one thread: `codec_bench [repeats] FILE…`.
//!
//! Opening the file is part of it, as it is when a series is loaded; the least of all repeats is
//! told, since a busy machine only ever adds.
#![allow(clippy::print_stdout, reason = "the figures are the point")]

use imaging::{ScanOptions, load_plane, scan};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

fn main() {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let repeats = words.first().and_then(|word| word.parse::<usize>().ok());
    if repeats.is_some() {
        words.remove(0);
    }
    let stop = AtomicBool::new(false);
    for path in words.iter().map(PathBuf::from) {
        let found = scan(
            std::slice::from_ref(&path),
            &ScanOptions::default(),
            &|_| {},
            &stop,
        );
        for skipped in &found.skipped {
            println!("{}: {}", path.display(), skipped.reason.text());
        }
        for entry in found.series.iter().filter(|entry| entry.is_image) {
            let mut least = f64::INFINITY;
            let mut outcome = String::new();
            for _ in 0..repeats.unwrap_or(20) {
                let begun = Instant::now();
                match load_plane(entry, 0, &stop) {
                    Ok(_) => least = least.min(begun.elapsed().as_secs_f64() * 1000.0),
                    Err(error) => outcome = error.to_string(),
                }
            }
            let [columns, rows, planes] = entry.size;
            println!(
                "{}: {columns} × {rows} × {planes}, {least:.2} ms per frame {outcome}",
                path.display(),
            );
        }
    }
}
