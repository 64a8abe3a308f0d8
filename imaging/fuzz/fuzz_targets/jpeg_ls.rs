//! JPEG-LS frames; the attributes agree with the frame header.
#![no_main]

use imaging_fuzz::stream::of_jpeg;

const SYNTAXES: [&str; 2] = [".4.80", ".4.81"];

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([syntax, choice], frame)) = imaging_fuzz::split(data) else {
        return;
    };
    let syntax = SYNTAXES[usize::from(syntax) % SYNTAXES.len()];
    let Some(picture) = of_jpeg(syntax, frame) else {
        return;
    };
    imaging_fuzz::read(&picture.varied(choice).encapsulated(&[frame]));
});
