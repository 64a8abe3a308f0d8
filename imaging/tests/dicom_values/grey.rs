//! Windows, grey tables and padding (conformance §3.3–§3.5).

use super::*;
use imaging::{GreyTable, WindowFunction};

#[test]
fn a_linear_window_below_one_is_read_as_exact_and_told() {
    let image = row(&[0, 1]).text(0x0028, 0x1050, b"DS", "0.5\\3\\9").text(
        0x0028,
        0x1051,
        b"DS",
        "0.25\\-4\\0",
    );
    let loaded = read(&image);
    assert_eq!(loaded.windows.len(), 1);
    assert_eq!(loaded.windows[0].function, WindowFunction::LinearExact);
    assert_eq!(codes(&loaded), ["window_narrow"]);
    let exact = image.text(0x0028, 0x1056, b"CS", "LINEAR_EXACT");
    assert!(codes(&read(&exact)).is_empty());
}

#[test]
fn planes_with_windows_of_their_own_keep_them_and_the_middle_one_stands_for_all() {
    let folder = folder();
    for (number, center) in [(1, "10"), (2, "40"), (3, "90")] {
        row(&[0])
            .slice(number, f64::from(number))
            .text(0x0028, 0x1050, b"DS", center)
            .text(0x0028, 0x1051, b"DS", "20")
            .write(folder.path(), center);
    }
    let loaded = opened(folder.path());
    assert_eq!(loaded.display.window.center, 40.0);
    let centers: Vec<f64> = loaded
        .plane_windows
        .iter()
        .map(|windows| windows[0].center)
        .collect();
    assert_eq!(centers, [10.0, 40.0, 90.0]);
}

#[test]
fn a_grey_table_is_offered_and_comes_first_where_there_is_no_window() {
    // −1024 HU, written as unsigned as most do; 12 bits of output
    let lut =
        table(&[4, 64512, 12], b"US", &[0, 1000, 3000, 4095]).text(0x0028, 0x3003, b"LO", "BONE");
    let image = row(&[0, 1, 2, 3])
        .text(0x0028, 0x1052, b"DS", "-1024")
        .text(0x0028, 0x1053, b"DS", "1")
        .word(0x0028, 0x0101, 12)
        .word(0x0028, 0x0102, 11)
        .bytes(0x0028, 0x3010, b"SQ", item(&lut));
    let loaded = read(&image);
    let [seen] = loaded.grey_tables.as_slice() else {
        panic!("{:?}", loaded.grey_tables);
    };
    assert_eq!(
        (seen.first, seen.bits, seen.name.as_str()),
        (-1024, 12, "BONE")
    );
    let grey = values(&loaded, 4)
        .into_iter()
        .map(|value| seen.apply(value));
    let expected = [0.0, 1000.0 / 4095.0, 3000.0 / 4095.0, 1.0];
    assert_eq!(grey.collect::<Vec<_>>(), expected);
    assert_eq!((seen.window().center, seen.window().width), (-1022.5, 3.0));
    assert!(loaded.display.table_first && !loaded.display.window_from_file);
    assert_eq!(codes(&loaded), ["voi_lut_not_applied"]);
    let with_window = image
        .text(0x0028, 0x1050, b"DS", "40")
        .text(0x0028, 0x1051, b"DS", "400");
    let loaded = read(&with_window);
    assert_eq!(loaded.grey_tables.len(), 1);
    assert!(!loaded.display.table_first && loaded.display.window_from_file);
    assert!(codes(&loaded).is_empty());
}

#[test]
fn a_grey_table_may_stand_in_the_group_of_the_frame_with_packed_bytes() {
    let lut = nothing().words(0x0028, 0x3002, b"US", &[3, 5, 8]).bytes(
        0x0028,
        0x3006,
        b"OW",
        vec![0, 51, 255, 0],
    );
    let voi = nothing().bytes(0x0028, 0x3010, b"SQ", item(&lut));
    let frame = item(&nothing().bytes(0x0028, 0x9132, b"SQ", item(&voi)));
    let loaded = read(&row(&[0]).bytes(0x5200, 0x9230, b"SQ", frame));
    let tables: Vec<GreyTable> = loaded.grey_tables;
    assert_eq!(tables[0].apply(6.0), 0.2);
}

#[test]
fn the_grey_table_of_a_real_file_has_the_entries_that_pydicom_reads() {
    let Some(data) = shared::data() else { return };
    let loaded = opened(&data.join("codecs/vlut.dcm"));
    let table = &loaded.grey_tables[0];
    assert_eq!((table.first, table.bits, table.entries.len()), (0, 16, 256));
    let seen = [0, 1, 100, 128, 255].map(|index| table.entries[index]);
    assert_eq!(seen, [0, 257, 25700, 32896, 65535]);
}

#[test]
fn the_presentation_shape_inverts_and_monochrome_1_stays_inverse() {
    let inverse = row(&[0, 1]).text(0x2050, 0x0020, b"CS", "INVERSE");
    assert!(read(&inverse).display.invert);
    let identity = row(&[0, 1]).text(0x2050, 0x0020, b"CS", "IDENTITY");
    assert!(!read(&identity).display.invert);
    let loaded = read(&identity.text(0x0028, 0x0004, b"CS", "MONOCHROME1"));
    assert!(loaded.display.invert);
    assert_eq!(codes(&loaded), ["presentation_contradicts"]);
}

#[test]
fn a_fitted_window_leaves_out_padding_and_what_lies_outside_a_round_field() {
    // 300 of 1000 pixels lie outside the field, with −2000 HU; the others run from −100 to 599
    let mut words = vec![(-2000_i16) as u16; 300];
    words.extend((-100..600_i16).map(|value| value as u16));
    let image = row(&words).word(0x0028, 0x0103, 1);
    let without_tag = read(&image).display.window;
    let with_tag = read(&image.word(0x0028, 0x0120, 63536)).display.window;
    assert_eq!(without_tag, with_tag);
    let (low, high) = (
        without_tag.center - without_tag.width / 2.0,
        without_tag.center + without_tag.width / 2.0,
    );
    // numpy: the values of rank 0.01 × 699 and 0.99 × 699, rounded
    assert_eq!((low, high), (-93.0, 592.0));
}

#[test]
fn padding_of_signed_bytes_and_ranges_is_compared_with_stored_values() {
    let image = bytes("MONOCHROME2", 2, vec![0x80, 5])
        .word(0x0028, 0x0103, 1)
        .word(0x0028, 0x0120, 0x80)
        .text(0x0028, 0x1052, b"DS", "1000")
        .text(0x0028, 0x1053, b"DS", "1");
    assert_eq!(read(&image).volume.padding(), Some((-128.0, -128.0)));
    let range = row(&[0, 1])
        .word(0x0028, 0x0120, 4000)
        .word(0x0028, 0x0121, 4090);
    assert_eq!(read(&range).volume.padding(), Some((4000.0, 4090.0)));
}
