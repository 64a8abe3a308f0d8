//! JPEG files made for one question each: flat blocks of 8 × 8, which the coding keeps.

mod pictures;

use jpeg_encoder::{ColorType, Encoder};
use pictures::{codes, colours, folder, found, jpeg_blocks, numbers, only, refusal, write};

fn near(seen: &[f64], places: &[usize], expected: &[f64]) {
    for (place, expected) in places.iter().zip(expected) {
        let value = seen[*place];
        assert!(
            (value - expected).abs() <= 2.0,
            "{value} instead of {expected} at {place}"
        );
    }
}

/// Puts an EXIF block with an orientation behind the first marker.
fn turned(stream: &[u8], value: u8, big_endian: bool) -> Vec<u8> {
    let mut exif = b"\xFF\xE1\0\x22Exif\0\0".to_vec();
    if big_endian {
        exif.extend(b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
        exif.extend([value, 0, 0, 0, 0, 0, 0]);
    } else {
        exif.extend(b"II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0");
        exif.extend([value, 0, 0, 0, 0, 0, 0, 0]);
    }
    [&stream[..2], &exif, &stream[2..]].concat()
}

#[test]
fn grey_and_colour_come_out_in_baseline_and_progressive_coding() {
    let (entry, loaded) = only(&jpeg_blocks(24, 16, &[10, 50, 90, 130, 170, 210]));
    assert_eq!(entry.size, [24, 16, 1]);
    assert_eq!((entry.channels, entry.bits_stored), (1, 8));
    near(
        &numbers(&loaded),
        &[0, 8, 23, 24 * 8, 24 * 15 + 15, 24 * 16 - 1],
        &[10.0, 50.0, 90.0, 130.0, 170.0, 210.0],
    );
    for is_progressive in [false, true] {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, 100);
        encoder.set_progressive(is_progressive);
        let colour = [200, 40, 90];
        encoder
            .encode(&colour.repeat(64), 8, 8, ColorType::Rgb)
            .expect("it can be coded");
        let (entry, loaded) = only(&out);
        assert_eq!(
            entry.transfer_syntax.ends_with("progressive"),
            is_progressive
        );
        for pixel in colours(&loaded) {
            let worst = (0..3).map(|c| pixel[c].abs_diff(colour[c])).max();
            assert!(worst <= Some(2), "{pixel:?}");
        }
        assert_eq!(codes(&loaded), [""; 0]);
    }
}

#[test]
fn adobes_inverted_inks_become_light_in_both_writings() {
    // cyan 255, magenta 100, yellow 0, black 51: light is (255 - ink) × 204 / 255
    let inks = [255, 100, 0, 51];
    for kind in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        let mut out = Vec::new();
        Encoder::new(&mut out, 100)
            .encode(&inks.repeat(64), 8, 8, kind)
            .expect("it can be coded");
        let (_, loaded) = only(&out);
        let pixel = colours(&loaded)[0];
        let worst = (0..3).map(|c| pixel[c].abs_diff([0, 124, 204][c])).max();
        assert!(worst <= Some(3), "{kind:?}: {pixel:?}");
    }
}

#[test]
fn exif_turns_the_picture_by_each_of_its_values() {
    // six blocks `a b c / d e f`, stored as each value asks
    let grey = |letter: u8| (letter - b'a') * 40 + 20;
    for (value, columns, stored) in [
        (1, 24, b"abcdef"),
        (2, 24, b"cbafed"),
        (3, 24, b"fedcba"),
        (4, 24, b"defabc"),
        (5, 16, b"adbecf"),
        (6, 16, b"cfbead"),
        (7, 16, b"fcebda"),
        (8, 16, b"daebfc"),
    ] {
        let stream = jpeg_blocks(columns, 384 / columns, &stored.map(grey));
        let (entry, loaded) = only(&turned(&stream, value, value % 2 == 0));
        assert_eq!(entry.size, [24, 16, 1], "{value}");
        near(
            &numbers(&loaded),
            &[0, 8, 16, 24 * 8, 24 * 8 + 8, 24 * 8 + 16],
            &[20.0, 60.0, 100.0, 140.0, 180.0, 220.0],
        );
    }
}

#[test]
fn codings_that_are_not_read_are_named() {
    let stream = jpeg_blocks(8, 8, &[40]);
    let frame = stream
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a frame");
    for (at, value, name) in [
        (frame + 4, 12, "12 bit"),
        (frame + 1, 0xC3, "Lossless"),
        (frame + 1, 0xC9, "arithmetic"),
    ] {
        let mut changed = stream.clone();
        changed[at] = value;
        let (code, text) = refusal(&changed);
        assert_eq!(code, "unsupported_coding");
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn a_cut_picture_is_refused_or_said_to_be_damaged() {
    let stream = jpeg_blocks(64, 64, &(0..64).map(|n| n * 3).collect::<Vec<u8>>());
    let scan = stream
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .expect("a scan");
    let folder = folder();
    for length in 3..stream.len() - 1 {
        let path = write(folder.path(), "a.jpg", &stream[..length]);
        let result = found(&path);
        let Some(entry) = result.series.first() else {
            assert!(!result.skipped[0].expected);
            continue;
        };
        assert!(length > scan, "the header is cut at {length}");
        match imaging::load(entry, &|_| {}, &std::sync::atomic::AtomicBool::new(false)) {
            Ok(loaded) => assert_eq!(codes(&loaded), ["picture_damaged"], "cut at {length}"),
            Err(error) => assert_eq!(error.code(), "decode"),
        }
    }
}

#[test]
fn a_size_that_the_bytes_cannot_hold_is_refused() {
    let mut stream = jpeg_blocks(8, 8, &[40]);
    let frame = stream
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a frame");
    stream[frame + 5..frame + 9].copy_from_slice(&[0x3A, 0x98, 0x3A, 0x98]);
    assert_eq!(refusal(&stream).0, "pixel_data_too_short");
    stream[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    assert_eq!(refusal(&stream).0, "limit");
}

proptest::proptest! {
    #[test]
    fn a_file_with_changed_bytes_is_read_or_refused(
        changes in proptest::collection::vec((2_usize..700, proptest::num::u8::ANY), 1..6),
    ) {
        let mut bytes = jpeg_blocks(16, 16, &[40, 200, 90, 10]);
        for (at, value) in changes {
            let end = bytes.len() - 1;
            bytes[at.min(end)] = value;
        }
        let folder = folder();
        let path = write(folder.path(), "a.jpg", &bytes);
        for entry in &found(&path).series {
            let _ = imaging::load(entry, &|_| {}, &std::sync::atomic::AtomicBool::new(false));
        }
    }
}
