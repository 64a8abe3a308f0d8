//! What the fuzz targets share: the start of a run, and DICOM files made around mutated bytes.

pub mod dicom;
pub mod stream;

use std::collections::BTreeSet;
use std::panic::{PanicHookInfo, set_hook};
use std::sync::{Mutex, PoisonError};

/// Prepares a run: work stays on the calling thread, and a panic is left to whoever catches it (the
/// hook of libFuzzer would end the process first). What nobody catches ends the process all the same.
pub fn start() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    let built = pool.use_current_thread().build_global();
    built.expect("no pool was built before");
    set_hook(Box::new(note));
}

/// Panics seen, by the place in the code: each is told once.
static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn note(info: &PanicHookInfo<'_>) {
    let place = info
        .location()
        .map_or_else(String::new, ToString::to_string);
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.insert(place) {
        eprintln!("PANIC (caught, unless the run ends here): {info}");
    }
}

/// Reads a made file as the program would.
pub fn read(file: &[u8]) {
    imaging::fuzzing::read(&[("image", file)]);
}

/// The first `N` bytes, which choose, and the rest, which is tried.
pub fn split<const N: usize>(data: &[u8]) -> Option<([u8; N], &[u8])> {
    data.split_first_chunk::<N>()
        .map(|(choice, rest)| (*choice, rest))
}

/// `data` cut after the first `mark`: a header and what it describes; all is header where there is none.
pub fn split_after<'a>(data: &'a [u8], mark: &[u8]) -> (&'a [u8], &'a [u8]) {
    let found = data.windows(mark.len()).position(|part| part == mark);
    data.split_at(found.map_or(data.len(), |at| at + mark.len()))
}
