//! NRRD with attached and detached headers.
#![no_main]

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([way], bytes)) = imaging_fuzz::split(data) else {
        return;
    };
    let read = imaging::fuzzing::read;
    let _ = if way % 2 == 0 {
        read(&[("image.nrrd", bytes)])
    } else {
        let (header, voxels) = imaging_fuzz::split_after(bytes, b"\n\n");
        read(&[
            ("image.nhdr", header),
            ("image.raw", voxels),
            ("image1.raw", voxels),
            ("image2.raw", voxels),
        ])
    };
});
