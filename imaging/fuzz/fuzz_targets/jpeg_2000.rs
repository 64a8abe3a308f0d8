//! JPEG 2000 and High-Throughput JPEG 2000 frames; the attributes agree with the SIZ segment.
#![no_main]

use imaging_fuzz::stream::of_jpeg_2000;

const SYNTAXES: [&str; 5] = [".4.90", ".4.91", ".4.201", ".4.202", ".4.203"];

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([syntax, choice], frame)) = imaging_fuzz::split(data) else {
        return;
    };
    let syntax = SYNTAXES[usize::from(syntax) % SYNTAXES.len()];
    let Some(picture) = of_jpeg_2000(syntax, frame) else {
        return;
    };
    imaging_fuzz::read(&picture.varied(choice).encapsulated(&[frame]));
});
