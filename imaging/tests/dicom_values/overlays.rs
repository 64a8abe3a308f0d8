//! Overlay planes (conformance §4.6).

use super::*;
use imaging::{Overlay, OverlayKind};

/// CRC-32 as of zlib.
fn checksum(bytes: impl Iterator<Item = u8>) -> u32 {
    !bytes.fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            (sum >> 1) ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

/// The overlay as pydicom's `overlay_array` gives it, one byte for a bit.
fn array(overlay: &Overlay, k: usize) -> Vec<u8> {
    let bits = &overlay.planes[&k];
    (0..overlay.rows * overlay.columns)
        .map(|bit| bits[bit / 8] >> (bit % 8) & 1)
        .collect()
}

#[test]
fn the_overlays_of_real_files_are_those_of_pydicom() {
    let Some(data) = shared::data() else { return };
    let loaded = opened(&data.join("codecs/overlay.dcm"));
    let [overlay] = loaded.overlays.as_slice() else {
        panic!("{:?}", loaded.overlays);
    };
    assert_eq!(
        (overlay.columns, overlay.rows, overlay.origin),
        (484, 300, [0, 0])
    );
    assert_eq!(overlay.kind, OverlayKind::Graphics);
    assert_eq!(overlay.description, "Siemens MedCom Object Graphics");
    assert_eq!(overlay.count(0), 222);
    assert_eq!(checksum(array(overlay, 0).into_iter()), 0x626E_DA93);
    let loaded = opened(&data.join("xray/mg-overlay-out-of-bounds.dcm"));
    let seen: Vec<(u16, [i64; 2], u64)> = loaded
        .overlays
        .iter()
        .map(|overlay| (overlay.group, overlay.origin, overlay.count(0)))
        .collect();
    // Overlay Origin is row, column from 1
    assert_eq!(seen, [(0x6000, [408, 703], 201), (0x6002, [-26, -26], 201)]);
    for overlay in &loaded.overlays {
        assert_eq!(checksum(array(overlay, 0).into_iter()), 0xE512_25D0);
    }
    // a head without data is no overlay
    assert!(
        opened(&data.join("codecs/jpegll-signed-ct.dcm"))
            .overlays
            .is_empty()
    );
}

/// An overlay of 3 × 3 bits.
pub(crate) fn overlaid(image: Made, data: Vec<u8>) -> Made {
    image
        .word(0x6004, 0x0010, 3)
        .word(0x6004, 0x0011, 3)
        .text(0x6004, 0x0040, b"CS", "R")
        .words(0x6004, 0x0050, b"SS", &[1, 0])
        .word(0x6004, 0x0100, 1)
        .word(0x6004, 0x0102, 0)
        .text(0x6004, 0x1500, b"LO", "lesion")
        .bytes(0x6004, 0x3000, b"OW", data)
}

#[test]
fn frames_of_an_overlay_follow_each_other_within_bytes_and_begin_at_their_frame() {
    let image = row(&[0; 2])
        .text(0x0028, 0x0008, b"IS", "4")
        .words(0x7FE0, 0x0010, b"OW", &[0; 8]);
    // numpy.packbits([1,0,0,0,0,0,0,0,1, 0,1,1,0,0,0,0,0,0], bitorder="little")
    let data = vec![0b0000_0001, 0b0000_1101, 0b00, 0];
    let two = overlaid(image.clone(), data.clone())
        .text(0x6004, 0x0015, b"IS", "2")
        .word(0x6004, 0x0051, 2);
    let loaded = read(&two);
    let overlay = &loaded.overlays[0];
    assert_eq!(overlay.planes.keys().copied().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(array(overlay, 1), [1, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(array(overlay, 2), [0, 1, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(
        (overlay.kind, &*overlay.label),
        (OverlayKind::Region, "lesion")
    );
    assert_eq!(overlay.origin, [-1, 0]);
    assert!(!overlay.covers(1, 0, 0) && overlay.covers(1, 1, 2));
    // without a word of frames it lies over all of them
    let loaded = read(&overlaid(image, data));
    assert_eq!(loaded.overlays[0].planes.len(), 4);
    assert_eq!(loaded.overlays[0].count(3), 2);
}

#[test]
fn overlays_of_big_endian_words_and_of_unused_pixel_bits_are_read() {
    let folder = folder();
    let image = overlaid(row(&[0, 0]), vec![0b0000_0010, 1]);
    let big = part10("1.2.840.10008.1.2.2", &image.explicit_big());
    let loaded = opened(&write(folder.path(), "big", &big));
    assert_eq!(array(&loaded.overlays[0], 0), [0, 1, 0, 0, 0, 0, 0, 0, 1]);
    let embedded = row(&[0x1001, 0x0FFF, 0xE000])
        .word(0x0028, 0x0101, 12)
        .word(0x0028, 0x0102, 11)
        .word(0x6000, 0x0010, 1)
        .word(0x6000, 0x0011, 3)
        .text(0x6000, 0x0040, b"CS", "G")
        .words(0x6000, 0x0050, b"SS", &[1, 1])
        .word(0x6000, 0x0100, 16)
        .word(0x6000, 0x0102, 12);
    let loaded = read(&embedded);
    assert_eq!(values(&loaded, 3), [1.0, 4095.0, 0.0]);
    assert_eq!(array(&loaded.overlays[0], 0), [1, 0, 0]);
    let loaded = read(&embedded.word(0x6000, 0x0102, 13));
    assert_eq!(array(&loaded.overlays[0], 0), [0, 0, 1]);
}

#[test]
fn an_overlay_with_too_few_bits_is_told_and_the_image_is_read() {
    let loaded = read(&overlaid(row(&[0, 0]), vec![1]).text(0x6004, 0x0015, b"IS", "99999"));
    assert!(loaded.overlays.is_empty());
    assert_eq!(codes(&loaded), ["overlay_invalid"]);
}
