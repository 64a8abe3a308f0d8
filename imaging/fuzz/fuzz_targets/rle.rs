//! RLE Lossless frames.
#![no_main]

use imaging_fuzz::dicom::Picture;

const BITS: [u16; 4] = [1, 8, 16, 32];

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([bits, columns, rows, choice], frame)) = imaging_fuzz::split(data) else {
        return;
    };
    let bits = BITS[usize::from(bits) % BITS.len()];
    let mut picture = Picture::grey(".5", u16::from(columns), u16::from(rows), bits.min(16));
    (picture.allocated, picture.stored) = (bits, bits);
    if choice & 0x80 != 0 {
        picture.samples = 3;
    }
    imaging_fuzz::read(&picture.varied(choice & 0x7F).encapsulated(&[frame]));
});
