//! Deflated data sets, deflated frames, and a data set that is deflated before it is read, so that
//! mutation reaches what lies inside.
#![no_main]

use flate2::{Compression, write::DeflateEncoder};
use imaging_fuzz::dicom::Picture;
use std::io::Write;

/// Preamble and meta group of a deflated file.
fn head() -> Vec<u8> {
    let mut out = vec![0; 128];
    out.extend(b"DICM\x02\x00\x10\x00UI\x16\x001.2.840.10008.1.2.1.99");
    out
}

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([way, columns, rows, choice], bytes)) = imaging_fuzz::split(data) else {
        return;
    };
    match way % 3 {
        0 => {
            let mut file = head();
            file.extend(bytes);
            imaging_fuzz::read(&file);
        }
        1 => {
            let mut inner = DeflateEncoder::new(head(), Compression::fast());
            inner.write_all(bytes).expect("memory takes what is written");
            imaging_fuzz::read(&inner.finish().expect("memory takes what is written"));
        }
        _ => {
            let bits = if choice & 0x80 == 0 { 8 } else { 16 };
            let picture = Picture::grey(".8.1", u16::from(columns), u16::from(rows), bits);
            imaging_fuzz::read(&picture.varied(choice & 0x7F).encapsulated(&[bytes]));
        }
    }
});
