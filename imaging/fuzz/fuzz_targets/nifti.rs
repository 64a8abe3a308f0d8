//! NIfTI-1 and NIfTI-2, plain and gzip, single files and pairs.
#![no_main]

use flate2::{Compression, write::GzEncoder};
use std::io::Write;

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([way], bytes)) = imaging_fuzz::split(data) else {
        return;
    };
    let read = imaging::fuzzing::read;
    let _ = match way % 4 {
        0 => read(&[("image.nii", bytes)]),
        1 => read(&[("image.nii.gz", bytes)]),
        2 => {
            let mut inner = GzEncoder::new(Vec::new(), Compression::fast());
            inner.write_all(bytes).expect("memory takes what is written");
            let inner = inner.finish().expect("memory takes what is written");
            read(&[("image.nii.gz", &inner)])
        }
        _ => {
            let (header, voxels) = bytes.split_at(bytes.len().min(352));
            read(&[("image.hdr", header), ("image.img", voxels)])
        }
    };
});
