//! Colour, palettes and what is remarked on images (conformance §4).

use super::*;

/// Palette indices 0 to 3 with segmented tables; the green table has `green` instead.
pub(crate) fn segmented(descriptor: &[u16; 3], tokens: &[u8], indices: Vec<u8>) -> Made {
    let columns = indices.len() as u16;
    (1..=3).fold(
        bytes("PALETTE COLOR", columns, indices),
        |image, channel| {
            image
                .words(0x0028, 0x1100 + channel, b"US", descriptor)
                .bytes(0x0028, 0x1220 + channel, b"OW", tokens.to_vec())
        },
    )
}

pub(crate) fn words_of(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

#[test]
fn segmented_palettes_are_written_out() {
    // pydicom writes it out as 10 300 400 500 600 700 65535 43690 21845 0
    let tokens = words_of(&[0, 2, 10, 300, 1, 4, 700, 0, 1, 65535, 1, 3, 0]);
    let loaded = read(&segmented(&[10, 0, 16], &tokens, (0..10).collect()));
    let expected = [10, 300, 400, 500, 600, 700, 65535, 43690, 21845, 0];
    let high_bytes: Vec<[u8; 3]> = expected.map(|v: u16| [(v >> 8) as u8; 3]).to_vec();
    assert_eq!(pixels(&loaded), high_bytes);
    // the mean of the entries
    close(loaded.colour_range.expect("colour")[1].mean, 13358.0);
}

#[test]
fn segmented_palettes_of_8_bits_are_bytes_in_words_of_either_order() {
    // pydicom: 5 10 15 20 200 255, then by hand the ramp at byte 3 again, from 255 to 20
    let tokens = vec![0, 1, 5, 1, 3, 20, 0, 2, 200, 255, 2, 1, 3, 0, 0, 0];
    let image = segmented(&[9, 0, 8], &tokens, (0..9).collect());
    let expected = [5, 10, 15, 20, 200, 255, 177, 98, 20].map(|v| [v; 3]);
    assert_eq!(pixels(&read(&image)), expected);
    let folder = folder();
    let big = part10("1.2.840.10008.1.2.2", &image.explicit_big());
    assert_eq!(
        pixels(&opened(&write(folder.path(), "big", &big))),
        expected
    );
    // some writers give each token a word
    let words = words_of(&[0, 1, 5, 1, 3, 20]);
    let loaded = read(&segmented(&[4, 0, 8], &words, vec![0, 3]));
    assert_eq!(pixels(&loaded), [[5; 3], [20; 3]]);
}

#[test]
fn entries_of_8_bits_may_be_packed_and_indices_are_clamped() {
    let image = (1..=3_u16).fold(bytes("PALETTE COLOR", 4, vec![0, 7, 8, 99]), |image, n| {
        image.words(0x0028, 0x1100 + n, b"US", &[3, 6, 8]).bytes(
            0x0028,
            0x1200 + n,
            b"OW",
            vec![10, 20, 30, 0],
        )
    });
    assert_eq!(pixels(&read(&image)), [10, 20, 30, 30].map(|v| [v; 3]));
}

#[test]
fn colours_of_few_bits_reach_white_and_those_of_many_keep_their_high_byte() {
    let image = bytes("RGB", 1, vec![31, 16, 0])
        .word(0x0028, 0x0101, 5)
        .word(0x0028, 0x0102, 4);
    assert_eq!(pixels(&read(&image)), [[255, 131, 0]]);
    let deep = bytes("RGB", 1, words_of(&[0xFFFF, 0x1234, 0x00FF]))
        .word(0x0028, 0x0100, 16)
        .word(0x0028, 0x0101, 16)
        .word(0x0028, 0x0102, 15);
    let loaded = read(&deep);
    assert_eq!(pixels(&loaded), [[255, 0x12, 0]]);
    assert_eq!(
        loaded.colour_range.expect("colour")[1].mean,
        f64::from(0x1234)
    );
}

#[test]
fn planes_of_colour_are_interleaved_for_16_bits_and_left_alone_in_run_length_coding() {
    let planar = bytes(
        "RGB",
        2,
        words_of(&[0x100, 0x200, 0x300, 0x400, 0x500, 0x600]),
    )
    .word(0x0028, 0x0006, 1)
    .word(0x0028, 0x0100, 16)
    .word(0x0028, 0x0101, 16)
    .word(0x0028, 0x0102, 15);
    assert_eq!(pixels(&read(&planar)), [[1, 3, 5], [2, 4, 6]]);
    // run-length coding is by planes whatever Planar Configuration says: three literal segments
    let mut frame = 3_u32.to_le_bytes().to_vec();
    for start in [64_u32, 68, 72] {
        frame.extend(start.to_le_bytes());
    }
    frame.resize(64, 0);
    for plane in [[1, 2], [3, 4], [5, 6]] {
        frame.extend([1, plane[0], plane[1], 0]);
    }
    for planar in [0, 1] {
        let image = bytes("RGB", 2, Vec::new()).word(0x0028, 0x0006, planar);
        let loaded = encapsulated(&image, "1.2.840.10008.1.2.5", &frame);
        assert_eq!(pixels(&loaded), [[1, 3, 5], [2, 4, 6]]);
    }
}

/// The image read back with its one frame in a fragment of syntax `syntax`.
fn encapsulated(image: &Made, syntax: &str, frame: &[u8]) -> Loaded {
    let mut data_set = image.clone().without(0x7FE0, 0x0010).explicit();
    data_set.extend([0xE0, 0x7F, 0x10, 0, b'O', b'B', 0, 0, 255, 255, 255, 255]);
    data_set.extend([0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0, 0xE0]);
    data_set.extend((frame.len() as u32).to_le_bytes());
    data_set.extend(frame);
    data_set.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    let folder = folder();
    opened(&write(folder.path(), "image", &part10(syntax, &data_set)))
}

#[test]
fn uncompressed_frames_in_fragments_share_their_chroma_as_native_ones_do() {
    let image = bytes("YBR_FULL_422", 2, Vec::new());
    let loaded = encapsulated(&image, "1.2.840.10008.1.2.1.98", &[10, 200, 128, 128]);
    assert_eq!(pixels(&loaded), [[10; 3], [200; 3]]);
}

#[test]
fn old_video_colours_of_reduced_range_reach_black_and_white() {
    // by BT.601: Y 16 is black, 235 white
    let image = bytes("YBR_PARTIAL_422", 2, vec![16, 235, 128, 128]);
    assert_eq!(pixels(&read(&image)), [[0; 3], [255; 3]]);
}

#[test]
fn the_last_pixel_of_an_odd_number_in_422_keeps_its_brightness() {
    let image = bytes("YBR_FULL_422", 3, vec![10, 20, 128, 128, 30, 128]);
    assert_eq!(pixels(&read(&image)), [[10; 3], [20; 3], [30; 3]]);
}

#[test]
fn colours_amid_grey_values_stay_grey_and_are_told() {
    let image = row(&[0, 4096]).text(0x0008, 0x9205, b"CS", "COLOR").words(
        0x0028,
        0x1101,
        b"US",
        &[256, 4096, 16],
    );
    let loaded = read(&image);
    assert!(!loaded.volume.is_colour());
    assert_eq!(codes(&loaded), ["supplemental_palette"]);
}

#[test]
fn a_colour_profile_is_told_only_where_it_is_not_srgb() {
    let Some(data) = shared::data() else { return };
    for (file, told) in [
        ("vl-wsi/wsi-tiles-jls.dcm", false),
        ("modalities/pathology/openslide/boxes_0.dcm", false),
        ("derived-objects/seg-labelmap-palette.dcm", false),
    ] {
        let found = entries(&data.join(file));
        let problems = found.iter().flat_map(|entry| &entry.problems);
        let is_told = problems
            .map(|p| p.code.as_str())
            .any(|code| code == "icc_profile");
        assert_eq!(is_told, told, "{file}");
    }
}

#[test]
fn burned_in_texts_and_faces_are_told() {
    let image = row(&[0])
        .text(0x0028, 0x0301, b"CS", "YES")
        .text(0x0028, 0x0302, b"CS", "YES");
    let told = ["burned_in_annotation", "recognizable_features"];
    assert_eq!(codes(&read(&image)), told);
}

#[test]
fn loss_is_known_with_ratio_and_method_or_by_the_coding() {
    let Some(data) = shared::data() else { return };
    let lossy = |file: &str| entries(&data.join(file))[0].lossy.clone();
    // as pydicom reads the file
    let said = lossy("modalities/pathology/openslide/boxes_0.dcm").expect("it was lossy");
    assert_eq!(said.ratios, [2.92]);
    assert_eq!(said.methods, ["ISO_10918_1"]);
    assert_eq!(lossy("vl-wsi/wsi-tiles-jls.dcm"), None);
    let by_coding = lossy("codecs/jpeg-baseline-mono.dcm").expect("JPEG baseline loses");
    assert_eq!(by_coding.methods, ["ISO_10918_1"]);
}
