//! A whole DICOM file: structure, texts, geometry, then its pixels.
#![no_main]

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    imaging_fuzz::read(data);
});
