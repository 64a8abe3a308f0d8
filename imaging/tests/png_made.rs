//! PNG files made for one question each.

mod pictures;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pictures::{codes, colours, folder, found, numbers, only, refusal, write};
use png::{BitDepth, ColorType, Encoder};
use std::io::Write;
use voxel::Samples;

fn png(size: [u32; 2], colour: ColorType, depth: BitDepth, data: &[u8]) -> Vec<u8> {
    with(size, colour, depth, data, |_| {})
}

fn with(
    [columns, rows]: [u32; 2],
    colour: ColorType,
    depth: BitDepth,
    data: &[u8],
    set: impl FnOnce(&mut Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, columns, rows);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    set(&mut encoder);
    let mut writer = encoder.write_header().expect("the header is valid");
    writer
        .write_image_data(data)
        .expect("the data fit the header");
    writer.finish().expect("memory takes everything");
    out
}

/// A chunk with its checksum.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    let length = (data.len() as u32).to_be_bytes();
    [&length[..], kind, data, &sum.sum().to_be_bytes()].concat()
}

/// A file of hand-made chunks.
fn by_hand(header: [u8; 13], others: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    out.extend(chunk(b"IHDR", &header));
    others.iter().for_each(|other| out.extend(other));
    out.extend(chunk(b"IEND", b""));
    out
}

fn header(columns: u32, rows: u32, depth: u8, colour: u8, interlace: u8) -> [u8; 13] {
    let mut header = [0; 13];
    header[..4].copy_from_slice(&columns.to_be_bytes());
    header[4..8].copy_from_slice(&rows.to_be_bytes());
    header[8..].copy_from_slice(&[depth, colour, 0, 0, interlace]);
    header
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

#[test]
fn grey_keeps_its_numbers_in_every_depth() {
    for (depth, data, expected) in [
        (BitDepth::One, vec![0b1010_0000], [1.0, 0.0, 1.0]),
        (BitDepth::Two, vec![0b1101_1000], [3.0, 1.0, 2.0]),
        (BitDepth::Four, vec![0xF1, 0x70], [15.0, 1.0, 7.0]),
        (BitDepth::Eight, vec![255, 1, 9], [255.0, 1.0, 9.0]),
        (
            BitDepth::Sixteen,
            vec![0xFF, 0xFE, 0, 1, 1, 0],
            [65534.0, 1.0, 256.0],
        ),
    ] {
        let (entry, loaded) = only(&png([3, 1], ColorType::Grayscale, depth, &data));
        assert_eq!(numbers(&loaded), expected);
        assert_eq!(entry.bits_stored, depth as u32);
        let is_wide = matches!(loaded.volume.samples(), Samples::U16(_));
        assert_eq!(is_wide, depth == BitDepth::Sixteen);
        assert_eq!(entry.spacing_mm, None);
    }
}

#[test]
fn colours_and_palettes_come_out_and_transparency_is_told() {
    let (_, loaded) = only(&png([1, 1], ColorType::Rgb, BitDepth::Eight, &[9, 8, 7]));
    assert_eq!(colours(&loaded), [[9, 8, 7]]);
    assert!(loaded.problems.is_empty());
    let (_, loaded) = only(&png(
        [1, 1],
        ColorType::Rgba,
        BitDepth::Eight,
        &[9, 8, 7, 0],
    ));
    assert_eq!(colours(&loaded), [[9, 8, 7]]);
    assert_eq!(codes(&loaded), ["alpha_ignored"]);
    let sixteen = [0x12, 0x34, 0xFF, 0xFF, 0, 0];
    let (_, loaded) = only(&png([1, 1], ColorType::Rgb, BitDepth::Sixteen, &sixteen));
    assert_eq!(colours(&loaded), [[0x12, 0xFF, 0]]);
    assert_eq!(
        loaded.colour_range.expect("colours")[0].mean,
        f64::from(0x1234)
    );
    let grey = [200, 0, 100, 255];
    let (_, loaded) = only(&png(
        [2, 1],
        ColorType::GrayscaleAlpha,
        BitDepth::Eight,
        &grey,
    ));
    assert_eq!(numbers(&loaded), [200.0, 100.0]);
    let palette = with(
        [3, 1],
        ColorType::Indexed,
        BitDepth::Two,
        &[0b0110_0000],
        |encoder| {
            encoder.set_palette(vec![1, 2, 3, 4, 5, 6, 7, 8, 9]);
            encoder.set_trns(vec![255, 0]);
        },
    );
    let (_, loaded) = only(&palette);
    assert_eq!(colours(&loaded), [[4, 5, 6], [7, 8, 9], [1, 2, 3]]);
    assert_eq!(codes(&loaded), ["alpha_ignored"]);
}

#[test]
fn an_interlaced_picture_comes_to_its_places() {
    // of the seven passes over `a b c / d e f`, the first has a, the fourth c, the sixth b and the
    // seventh the second row; the others are empty
    let passes: &[&[u8]] = &[b"\0a", b"\0c", b"\0b", b"\0def"];
    let data = chunk(b"IDAT", &deflated(&passes.concat()));
    let (_, loaded) = only(&by_hand(header(3, 2, 8, 0, 1), &[data]));
    let seen: Vec<u8> = numbers(&loaded).iter().map(|v| *v as u8).collect();
    assert_eq!(seen, b"abcdef");
}

#[test]
fn exif_turns_the_picture_and_dots_per_metre_are_no_scale() {
    let exif = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let dots = chunk(b"pHYs", &[0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1]);
    let data = chunk(b"IDAT", &deflated(b"\0cf\0be\0ad"));
    let bytes = by_hand(header(2, 3, 8, 0, 0), &[dots, chunk(b"eXIf", exif), data]);
    let (entry, loaded) = only(&bytes);
    assert_eq!(entry.size, [3, 2, 1]);
    assert_eq!(entry.spacing_mm, None);
    let seen: Vec<u8> = numbers(&loaded).iter().map(|v| *v as u8).collect();
    assert_eq!(seen, b"abcdef");
}

#[test]
fn of_an_animation_the_first_picture_is_shown_and_that_is_told() {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 1, 1);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_animated(2, 0).expect("two pictures");
    let mut writer = encoder.write_header().expect("the header is valid");
    writer.write_image_data(&[11]).expect("the first picture");
    writer.write_image_data(&[22]).expect("the second picture");
    writer.finish().expect("memory takes everything");
    let (_, loaded) = only(&out);
    assert_eq!(numbers(&loaded), [11.0]);
    assert_eq!(codes(&loaded), ["first_picture_only"]);
}

#[test]
fn each_photograph_of_a_folder_is_an_entry_named_after_its_file() {
    let folder = folder();
    let bytes = png([1, 1], ColorType::Grayscale, BitDepth::Eight, &[1]);
    for name in ["眼底 右.png", "b.PNG", "no-ending"] {
        write(folder.path(), name, &bytes);
    }
    let result = found(folder.path());
    let names: Vec<&str> = result
        .series
        .iter()
        .map(|entry| entry.description.as_str())
        .collect();
    assert_eq!(names, ["b", "no-ending", "眼底 右"]);
}

#[test]
fn damaged_files_are_refused_wherever_they_are_cut_or_changed() {
    let bytes = png([5, 5], ColorType::Grayscale, BitDepth::Eight, &[7; 25]);
    // the last chunk says only that the file ends
    for length in 4..bytes.len() - 12 {
        assert_ne!(refusal(&bytes[..length]).0, "", "cut at {length}");
    }
    // a checksum of the header, and one of the data
    for at in [29, bytes.len() - 13] {
        let mut wrong = bytes.clone();
        wrong[at] ^= 0xFF;
        assert_ne!(refusal(&wrong).0, "", "changed at {at}");
    }
    let (code, _) = refusal(&by_hand(header(0, 5, 8, 0, 0), &[chunk(b"IDAT", &[])]));
    assert_ne!(code, "");
}

#[test]
fn a_bomb_is_refused_by_its_size_at_once() {
    let begun = std::time::Instant::now();
    let small = chunk(b"IDAT", &deflated(&[0; 100_000]));
    let (code, _) = refusal(&by_hand(header(60_000, 60_000, 8, 0, 0), &[small]));
    assert_eq!(code, "limit");
    let small = chunk(b"IDAT", &deflated(&[0; 100_000]));
    let (code, _) = refusal(&by_hand(header(16_000, 16_000, 8, 2, 0), &[small]));
    assert_eq!(code, "pixel_data_too_short");
    // minutes if what it claims were believed; a busy machine may take seconds
    assert!(begun.elapsed().as_secs() < 10);
}

proptest::proptest! {
    #[test]
    fn a_file_with_changed_bytes_is_read_or_refused(
        changes in proptest::collection::vec((8_usize..80, proptest::num::u8::ANY), 1..4),
    ) {
        let mut bytes = png([5, 5], ColorType::Rgb, BitDepth::Eight, &[7; 75]);
        for (at, value) in changes {
            let end = bytes.len() - 1;
            bytes[at.min(end)] = value;
        }
        let folder = folder();
        let path = write(folder.path(), "a.png", &bytes);
        for entry in &found(&path).series {
            let _ = imaging::load(entry, &|_| {}, &std::sync::atomic::AtomicBool::new(false));
        }
    }
}
