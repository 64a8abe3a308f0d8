//! Photographs: PNG, JPEG, TIFF, BMP.
#![no_main]

const NAMES: [&str; 5] = ["image.png", "image.jpg", "image.tif", "image.bmp", "image"];

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([kind], bytes)) = imaging_fuzz::split(data) else {
        return;
    };
    let name = NAMES[usize::from(kind) % NAMES.len()];
    imaging::fuzzing::read(&[(name, bytes)]);
});
