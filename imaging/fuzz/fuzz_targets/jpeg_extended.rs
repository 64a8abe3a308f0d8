//! JPEG Extended frames of 8 and 12 bits; the attributes agree with the frame header.
#![no_main]

use imaging_fuzz::stream::of_jpeg;

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([choice], frame)) = imaging_fuzz::split(data) else {
        return;
    };
    let Some(picture) = of_jpeg(".4.51", frame) else {
        return;
    };
    imaging_fuzz::read(&picture.varied(choice).encapsulated(&[frame]));
});
