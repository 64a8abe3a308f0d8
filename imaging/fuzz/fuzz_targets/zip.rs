//! A zip archive and what its members hold.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

/// Archives are read at places of a file, so that this one lies in one, in memory where there is such a
/// disc.
static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let shared = PathBuf::from("/dev/shm");
    let folder = if shared.is_dir() {
        shared
    } else {
        std::env::temp_dir()
    };
    folder.join(format!("dokuei-fuzz-{}.zip", std::process::id()))
});

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    std::fs::write(&*FILE, data).expect("the file can be written");
    imaging::fuzzing::read_archive(&FILE);
});
