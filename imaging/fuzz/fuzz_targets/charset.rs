//! A text under a declaration of its character sets; `|` divides them.
#![no_main]

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let at = data.iter().position(|byte| *byte == b'|');
    let (sets, text) = data.split_at(at.unwrap_or(0));
    imaging::fuzzing::text(sets, text.get(1..).unwrap_or_default());
});
