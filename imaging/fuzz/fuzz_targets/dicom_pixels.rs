//! Plain pixels under every layout: bits, sign, planes, photometric interpretation, byte order.
#![no_main]

use imaging_fuzz::dicom::Picture;

const SYNTAXES: [&str; 4] = ["", ".1", ".2", ".1.98"];
const BITS: [u16; 6] = [1, 8, 12, 16, 32, 7];

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([syntax, bits, columns, rows, choice, frames], pixels)) = imaging_fuzz::split(data)
    else {
        return;
    };
    let bits = BITS[usize::from(bits) % BITS.len()];
    let (columns, rows) = (u16::from(columns), u16::from(rows));
    // the header stays explicit little endian: that it then contradicts two of the syntaxes is told
    let syntax = SYNTAXES[usize::from(syntax) % SYNTAXES.len()];
    let mut picture = Picture::grey(syntax, columns, rows, bits);
    if bits == 32 {
        picture.allocated = 32;
    }
    if choice & 0x80 != 0 {
        picture.samples = 3;
    }
    picture.frames = u16::from(frames);
    let picture = picture.varied(choice & 0x7F);
    let file = if syntax == ".1.98" {
        let middle = pixels.len() / 2;
        picture.encapsulated(&[&pixels[..middle], &pixels[middle..]])
    } else {
        picture.native(&[], pixels)
    };
    imaging_fuzz::read(&file);
});
