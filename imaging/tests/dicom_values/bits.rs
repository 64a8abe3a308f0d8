//! Stored and modality values (conformance §3.1, §3.2).

use super::*;

#[test]
fn pixels_of_12_bits_are_unpacked_from_three_bytes_for_two() {
    // 0x123, 0xABC, 0xFFF, 0x001; two frames of three pixels, the second beginning inside a byte
    let packed = [0x23, 0xC1, 0xAB, 0xFF, 0x1F, 0x00, 0x56, 0x94, 0x78];
    let image = row(&[0; 3])
        .text(0x0028, 0x0008, b"IS", "2")
        .word(0x0028, 0x0100, 12)
        .word(0x0028, 0x0101, 12)
        .word(0x0028, 0x0102, 11)
        .bytes(0x7FE0, 0x0010, b"OW", [packed.as_slice(), &[0]].concat());
    let loaded = read(&image);
    let seen: Vec<f64> = (0..6)
        .filter_map(|n| loaded.volume.samples().number(n))
        .collect();
    let expected = [0x123, 0xABC, 0xFFF, 0x001, 0x456, 0x789].map(f64::from);
    assert_eq!(seen, expected);
}

#[test]
fn a_real_image_of_12_packed_bits_has_the_values_that_simpleitk_sees() {
    let Some(data) = shared::data() else { return };
    let loaded = opened(&data.join("codecs/bits12-packed.dcm"));
    // row 128 of SimpleITK's array
    let expected = [5.0, 8.0, 1.0, 5.0, 9.0, 4.0, 3.0, 1.0, 15.0, 6.0, 5.0, 7.0];
    let seen: Vec<f64> = (0..12)
        .filter_map(|i| loaded.volume.value(VoxelIndex([i, 128, 0])))
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn stored_bits_may_lie_anywhere_in_the_word() {
    // 10 bits below bit 13, rubbish above and below: (raw >> 4) & 0x3FF
    let image = row(&[0xFFFF, 0x400F, 0x2010, 0x0008])
        .word(0x0028, 0x0101, 10)
        .word(0x0028, 0x0102, 13);
    assert_eq!(values(&read(&image), 4), [1023.0, 0.0, 513.0, 0.0]);
    let signed = image.word(0x0028, 0x0103, 1);
    assert_eq!(values(&read(&signed), 4), [-1.0, 0.0, -511.0, 0.0]);
}

#[test]
fn numbers_of_8_and_32_bits_keep_their_sign() {
    let image = bytes("MONOCHROME2", 4, vec![0, 127, 128, 255]).word(0x0028, 0x0103, 1);
    assert_eq!(values(&read(&image), 4), [0.0, 127.0, -128.0, -1.0]);
    let wide: Vec<u8> = [-2_000_000_000_i32, 5]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let image = row(&[0, 0])
        .word(0x0028, 0x0100, 32)
        .word(0x0028, 0x0101, 32)
        .word(0x0028, 0x0102, 31)
        .bytes(0x7FE0, 0x0010, b"OW", wide);
    assert_eq!(values(&read(&image), 2), [2_294_967_296.0, 5.0]);
    let signed = image.word(0x0028, 0x0103, 1);
    assert_eq!(values(&read(&signed), 2), [-2_000_000_000.0, 5.0]);
}

#[test]
fn float_and_double_pixels_are_read_with_padding_of_their_own() {
    let float: Vec<u8> = [0.25_f32, -1e30]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let image = row(&[0, 0])
        .without(0x7FE0, 0x0010)
        .word(0x0028, 0x0100, 32)
        .bytes(0x0028, 0x0122, b"FL", (-1e30_f32).to_le_bytes().to_vec())
        .bytes(0x7FE0, 0x0008, b"OF", float);
    let loaded = read(&image);
    assert_eq!(values(&loaded, 1), [0.25]);
    assert!(loaded.volume.is_padding(f64::from(-1e30_f32)));
    let double: Vec<u8> = [0.1_f64, 9e99]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let image = row(&[0, 0])
        .without(0x7FE0, 0x0010)
        .word(0x0028, 0x0100, 64)
        .bytes(0x7FE0, 0x0009, b"OD", double);
    assert_eq!(values(&read(&image), 2), [0.1, 9e99]);
}

#[test]
fn bytes_in_big_endian_words_are_turned_in_pairs() {
    let folder = folder();
    // pixels 1 2 3 as OW: in the file 02 01 00 03, as pydicom reads them
    let image = bytes("MONOCHROME2", 3, vec![1, 2, 3, 0]);
    let words = image.clone().bytes(0x7FE0, 0x0010, b"OW", vec![1, 2, 3, 0]);
    for (name, image) in [("bytes", image), ("words", words)] {
        let data_set = image.explicit_big();
        let path = write(
            folder.path(),
            name,
            &part10("1.2.840.10008.1.2.2", &data_set),
        );
        assert_eq!(values(&opened(&path), 3), [1.0, 2.0, 3.0], "{name}");
    }
}

#[test]
fn a_modality_table_begins_at_a_signed_value_and_names_its_unit() {
    let lut = table(&[3, 65534, 16], b"SS", &[500, 600, 700]).text(0x0028, 0x3004, b"LO", "OD");
    let image = row(&[0xFFF0, 0xFFFE, 0xFFFF, 0, 9])
        .word(0x0028, 0x0103, 1)
        .bytes(0x0028, 0x3000, b"SQ", item(&lut));
    let loaded = read(&image);
    assert_eq!(values(&loaded, 5), [500.0, 500.0, 600.0, 700.0, 700.0]);
    assert_eq!(loaded.unit.as_deref(), Some("OD"));
}

#[test]
fn frames_may_have_modality_tables_of_their_own() {
    let frame = |entry: u16| {
        let lut = table(&[1, 0, 16], b"US", &[entry]);
        let group = nothing().bytes(0x0028, 0x3000, b"SQ", item(&lut));
        item(&nothing().bytes(0x0028, 0x9145, b"SQ", item(&group)))
    };
    let image = row(&[0])
        .text(0x0028, 0x0008, b"IS", "2")
        .bytes(0x5200, 0x9230, b"SQ", [frame(11), frame(22)].concat())
        .words(0x7FE0, 0x0010, b"OW", &[0, 0]);
    let loaded = read(&image);
    let seen = [0, 1].map(|k| loaded.volume.value(VoxelIndex([0, 0, k])));
    assert_eq!(seen, [Some(11.0), Some(22.0)]);
}
