//! Palettes, plain and segmented, and modality tables around a picture of four pixels.
#![no_main]

use imaging_fuzz::dicom::Picture;

libfuzzer_sys::fuzz_target!(init: imaging_fuzz::start(), |data: &[u8]| {
    let Some(([choice, c0, c1, f0, f1, bits], table)) = imaging_fuzz::split(data) else {
        return;
    };
    let descriptor = [c0, c1, f0, f1, bits % 17, 0];
    let wide = if choice & 2 == 0 { 8 } else { 16 };
    let mut picture = Picture::grey(".1", 2, 2, wide);
    picture.signed = choice & 4 != 0;
    let pixels = [0, 1, 0x80, 0xFF, 0xFF, 0x7F, 3, 0];
    let pixels = &pixels[..usize::from(wide) / 2];
    let file = if choice & 1 == 0 {
        picture.photometric = "PALETTE COLOR";
        let data = if choice & 8 == 0 { 0x1220 } else { 0x1200 };
        let tables = [1, 2, 3].map(|n| (0x0028, 0x1100 + n, b"US", &descriptor[..]));
        let entries = [1, 2, 3].map(|n| (0x0028, data + n, b"OW", table));
        picture.native(&[tables, entries].concat(), pixels)
    } else {
        let mut item = vec![0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF];
        item.extend(b"\x28\x00\x02\x30US\x06\x00");
        item.extend(descriptor);
        item.extend(b"\x28\x00\x06\x30OW\x00\x00");
        item.extend((table.len() as u32).to_le_bytes());
        item.extend(table);
        item.extend([0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0]);
        picture.native(&[(0x0028, 0x3000, b"SQ", &item)], pixels)
    };
    imaging_fuzz::read(&file);
});
