//! Bitmaps made for one question each.

mod pictures;

use pictures::{colours, numbers, only, refusal};

/// A bitmap of the 40-byte header; `rows` below zero: from the top.
fn bmp(
    columns: i32,
    rows: i32,
    bits: u16,
    coding: u32,
    palette: &[[u8; 4]],
    data: &[u8],
) -> Vec<u8> {
    let start = 54 + 4 * palette.len() as u32;
    let mut out = b"BM".to_vec();
    out.extend((start + data.len() as u32).to_le_bytes());
    out.extend([0; 4]);
    out.extend(start.to_le_bytes());
    out.extend(40_u32.to_le_bytes());
    out.extend(columns.to_le_bytes());
    out.extend(rows.to_le_bytes());
    out.extend(1_u16.to_le_bytes());
    out.extend(bits.to_le_bytes());
    out.extend(coding.to_le_bytes());
    out.extend([0; 12]);
    out.extend((palette.len() as u32).to_le_bytes());
    out.extend([0; 4]);
    out.extend(palette.as_flattened());
    out.extend(data);
    out
}

#[test]
fn rows_come_from_below_or_above_and_blue_comes_first() {
    let data = [3, 2, 1, 6, 5, 4, 0, 0, 9, 8, 7, 12, 11, 10, 0, 0];
    let (_, loaded) = only(&bmp(2, 2, 24, 0, &[], &data));
    assert_eq!(
        colours(&loaded),
        [[7, 8, 9], [10, 11, 12], [1, 2, 3], [4, 5, 6]]
    );
    let (_, loaded) = only(&bmp(2, -2, 24, 0, &[], &data));
    assert_eq!(colours(&loaded)[0], [1, 2, 3]);
}

#[test]
fn palettes_give_colours_and_a_ramp_of_greys_stays_grey() {
    let palette = [[1, 2, 3, 0], [40, 50, 60, 0]];
    let (_, loaded) = only(&bmp(3, 1, 1, 0, &palette, &[0b0110_0000, 0, 0, 0]));
    assert_eq!(colours(&loaded), [[3, 2, 1], [60, 50, 40], [60, 50, 40]]);
    let ramp: Vec<[u8; 4]> = (0..=255).map(|n| [n, n, n, 0]).collect();
    let (entry, loaded) = only(&bmp(2, 1, 8, 0, &ramp, &[7, 200, 0, 0]));
    assert_eq!(entry.channels, 1);
    assert_eq!(numbers(&loaded), [7.0, 200.0]);
}

#[test]
fn run_lengths_are_read() {
    let palette = [[0, 0, 0, 0], [9, 9, 9, 0]];
    let data = [3, 1, 1, 0, 0, 1];
    let (_, loaded) = only(&bmp(4, 1, 8, 1, &palette, &data));
    assert_eq!(colours(&loaded), [[9; 3], [9; 3], [9; 3], [0; 3]]);
}

#[test]
fn sizes_that_lie_and_cut_files_are_refused() {
    let whole = bmp(2, 2, 24, 0, &[], &[5; 16]);
    for length in 17..whole.len() {
        assert_ne!(refusal(&whole[..length]).0, "", "cut at {length}");
    }
    assert_eq!(
        refusal(&bmp(16_000, 16_000, 24, 0, &[], &[0; 16])).0,
        "pixel_data_too_short"
    );
    assert_eq!(
        refusal(&bmp(60_000, 60_000, 24, 0, &[], &[0; 16])).0,
        "limit"
    );
    assert_eq!(
        refusal(&bmp(0, 2, 24, 0, &[], &[0; 16])).0,
        "attribute_invalid"
    );
}
