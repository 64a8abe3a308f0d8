//! Where the shared test images lie, and their truth.
#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::path::PathBuf;

/// The folder `data` of the shared images, or `None` with a word where it is absent.
pub(crate) fn data() -> Option<PathBuf> {
    let shared = std::env::var_os("DOKUEI_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let data = shared.join("data");
    if data.join("TRUTH.json").is_file() {
        return Some(data);
    }
    eprintln!("SKIPPED: shared data not found");
    None
}

/// A JSON file of the shared folder.
pub(crate) fn json(name: &str) -> Option<serde_json::Value> {
    let text =
        std::fs::read_to_string(data()?.join(name)).expect("the file was found a moment ago");
    // the truth spells what is undefined as Python does
    let text = text.replace("NaN", "null");
    Some(serde_json::from_str(&text).expect("the shared JSON is valid"))
}

/// Says that a test cannot be run here, and why.
pub(crate) fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}
