//! TIFF files made for one question each; what must come out is known by construction.

mod pictures;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use imaging::{AffineReason, load_plane};
use pictures::{
    Form, LITTLE, MadePage, codes, colours, folder, found, jpeg_blocks, loaded, numbers, only,
    refusal, tiff, write,
};
use std::io::Write;
use std::sync::atomic::AtomicBool;
use voxel::{Samples, VoxelIndex};

const FORMS: [Form; 4] = [
    LITTLE,
    Form {
        big_endian: true,
        big_tiff: false,
    },
    Form {
        big_endian: false,
        big_tiff: true,
    },
    Form {
        big_endian: true,
        big_tiff: true,
    },
];

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

#[test]
fn sixteen_bits_stay_sixteen_bits_in_both_orders_and_in_big_tiff() {
    let values = [0_u16, 1, 255, 256, 4095, 65535];
    for form in FORMS {
        let page = MadePage::grey(3, 2, 16, form.words(&values));
        let (entry, loaded) = only(&tiff(form, &[page]));
        assert_eq!(entry.size, [3, 2, 1]);
        assert_eq!(entry.bits_stored, 16);
        assert_eq!(entry.affine_reason, Some(AffineReason::NoGeometry));
        assert_eq!(entry.spacing_mm, None);
        assert!(matches!(loaded.volume.samples(), Samples::U16(all) if ***all == values));
    }
}

#[test]
fn signed_wide_and_float_samples_keep_their_values() {
    let put = |form: Form, values: &[u64], width| -> Vec<u8> {
        values.iter().flat_map(|v| form.number(*v, width)).collect()
    };
    for form in FORMS {
        for (bits, format, raw, expected) in [
            (8, 2, vec![0xFF, 0x80], [-1.0, -128.0]),
            (16, 2, vec![0xFFFF, 0x8000], [-1.0, -32768.0]),
            (32, 2, vec![0xFFFF_FFFF, 7], [-1.0, 7.0]),
            (32, 1, vec![0xFFFF_FFFF, 7], [4_294_967_295.0, 7.0]),
            (16, 3, vec![0x3C00, 0xC100], [1.0, -2.5]),
            (32, 3, vec![0x3F80_0000, 0xC020_0000], [1.0, -2.5]),
            (
                64,
                3,
                vec![1.5_f64.to_bits(), (-0.25_f64).to_bits()],
                [1.5, -0.25],
            ),
        ] {
            let pixels = put(form, &raw, bits as usize / 8);
            let page = MadePage::grey(2, 1, bits, pixels).with(339, format);
            let (_, loaded) = only(&tiff(form, &[page]));
            assert_eq!(numbers(&loaded), expected, "{bits} bit, format {format}");
        }
    }
}

#[test]
fn packed_samples_keep_their_small_numbers() {
    // rows end at whole bytes
    for (columns, rows, bits, bytes, expected) in [
        (
            5,
            2,
            1,
            vec![0b1011_0000, 0b0100_1000],
            vec![1, 0, 1, 1, 0, 0, 1, 0, 0, 1],
        ),
        (5, 1, 2, vec![0b0001_1011, 0b1100_0000], vec![0, 1, 2, 3, 3]),
        (3, 1, 4, vec![0x1F, 0x20], vec![1, 15, 2]),
        (2, 1, 12, vec![0xAB, 0xC1, 0x23], vec![0xABC, 0x123]),
    ] {
        let (_, loaded) = only(&tiff(LITTLE, &[MadePage::grey(columns, rows, bits, bytes)]));
        let seen: Vec<i32> = numbers(&loaded).iter().map(|v| *v as i32).collect();
        assert_eq!(seen, expected, "{bits} bit");
    }
}

#[test]
fn low_white_keeps_its_values_and_is_shown_inverted() {
    let page = MadePage::grey(2, 1, 8, vec![0, 200]).with(262, 0);
    let (_, loaded) = only(&tiff(LITTLE, &[page]));
    assert_eq!(numbers(&loaded), [0.0, 200.0]);
    assert!(loaded.display.invert);
}

#[test]
fn every_compression_gives_the_same_pixels() {
    let pixels: Vec<u8> = (0..64 * 5).map(|n: u32| (n * n / 7) as u8).collect();
    let mut lzw = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    // every row as one literal run
    let packed: Vec<u8> = pixels
        .chunks(64)
        .flat_map(|row| [&[63][..], row].concat())
        .collect();
    for (compression, bytes) in [
        (1, pixels.clone()),
        (5, lzw.encode(&pixels).expect("memory takes everything")),
        (8, deflated(&pixels)),
        (32_946, deflated(&pixels)),
        (32_773, packed),
    ] {
        let page = MadePage::grey(64, 5, 8, bytes).with(259, compression);
        let (_, loaded) = only(&tiff(LITTLE, &[page]));
        assert!(
            matches!(loaded.volume.samples(), Samples::U8(all) if ***all == pixels),
            "{compression}"
        );
    }
}

#[test]
fn differences_between_neighbours_are_summed_in_both_orders() {
    for form in FORMS {
        let differences = form.words(&[1000, 5, 65535, 2000, 1, 1]);
        let page = MadePage::grey(3, 2, 16, deflated(&differences))
            .with(259, 8)
            .with(317, 2);
        let (_, loaded) = only(&tiff(form, &[page]));
        let expected = [1000.0, 1005.0, 1004.0, 2000.0, 2001.0, 2002.0];
        assert_eq!(numbers(&loaded), expected);
    }
    let page = MadePage::rgb(2, 1, deflated(&[10, 20, 30, 1, 2, 3]))
        .with(259, 8)
        .with(317, 2);
    let (_, loaded) = only(&tiff(LITTLE, &[page]));
    assert_eq!(colours(&loaded), [[10, 20, 30], [11, 22, 33]]);
}

#[test]
fn a_fax_page_is_read_with_ink_as_one() {
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    let ink = [
        [0, 1, 1, 0, 0, 0, 1, 0, 1, 0],
        [0, 1, 0, 0, 1, 1, 1, 1, 0, 0],
    ];
    for row in ink {
        let colours = row.map(|bit| {
            if bit == 1 {
                fax::Color::Black
            } else {
                fax::Color::White
            }
        });
        let Ok(()) = encoder.encode_line(colours.into_iter(), 10);
    }
    let Ok(writer) = encoder.finish();
    let page = MadePage::grey(10, 2, 1, writer.finish())
        .with(259, 4)
        .with(262, 0);
    let (_, loaded) = only(&tiff(LITTLE, &[page]));
    let expected: Vec<f64> = ink.iter().flatten().map(|bit| f64::from(*bit)).collect();
    assert_eq!(numbers(&loaded), expected);
    assert!(loaded.display.invert);
}

#[test]
fn tiles_strips_and_planes_come_to_their_places() {
    // 5 × 3 pixels in tiles of 16, in strips of one row, and with channels apart
    let pixel = |x: u8, y: u8| [10 * x + y, 100 + x, 200 + y];
    let expected: Vec<[u8; 3]> = (0..3)
        .flat_map(|y| (0..5).map(move |x| pixel(x, y)))
        .collect();
    let flat = expected.as_flattened().to_vec();
    let strips = flat.chunks(15).map(<[u8]>::to_vec).collect();
    let rows = MadePage::rgb(5, 3, Vec::new()).with(278, 1).chunks(strips);
    let channels = (0..3)
        .map(|channel| flat.iter().skip(channel).step_by(3).copied().collect())
        .collect();
    let apart = MadePage::rgb(5, 3, Vec::new())
        .with(284, 2)
        .chunks(channels);
    for page in [rows, apart] {
        let (entry, loaded) = only(&tiff(LITTLE, &[page]));
        assert_eq!(colours(&loaded), expected);
        assert_eq!(entry.channels, 3);
        let red = loaded.colour_range.expect("colours")[0];
        assert_eq!((red.min, red.max, red.mean), (0.0, 42.0, 21.0));
    }
    // 20 × 18 in four tiles: the tile's number where its pixels are
    let tiles = (1..=4_u8).map(|n| vec![n; 256]).collect();
    let page = MadePage::grey(20, 18, 8, Vec::new())
        .with(322, 16)
        .with(323, 16)
        .chunks(tiles);
    let (_, loaded) = only(&tiff(LITTLE, &[page]));
    for (place, number) in [
        ([0, 0], 1.0),
        ([15, 15], 1.0),
        ([16, 15], 2.0),
        ([15, 16], 3.0),
    ] {
        let [x, y] = place;
        assert_eq!(loaded.volume.value(VoxelIndex([x, y, 0])), Some(number));
    }
    assert_eq!(loaded.volume.value(VoxelIndex([19, 17, 0])), Some(4.0));
}

#[test]
fn a_long_single_strip_is_read_whole() {
    let values: Vec<u16> = (0..1500_u32 * 1501).map(|n| (n % 65521) as u16).collect();
    let page = MadePage::grey(1500, 1501, 16, LITTLE.words(&values));
    let (_, loaded) = only(&tiff(LITTLE, &[page]));
    assert!(matches!(loaded.volume.samples(), Samples::U16(all) if **all == values));
}

#[test]
fn sixteen_bit_colours_keep_their_figures_and_become_eight_bits() {
    let pixels = LITTLE.words(&[0x1234, 0xFFFF, 0x0100, 0x1236, 0, 0]);
    let page = MadePage::rgb(2, 1, pixels).all(258, 3, &[16, 16, 16]);
    let (entry, loaded) = only(&tiff(LITTLE, &[page]));
    assert_eq!(colours(&loaded), [[0x12, 0xFF, 0x01], [0x12, 0, 0]]);
    let range = loaded.colour_range.expect("colours");
    assert_eq!((range[0].mean, range[1].max), (f64::from(0x1235), 65535.0));
    assert_eq!(entry.bits_stored, 16);
}

#[test]
fn palettes_of_sixteen_and_of_eight_bits_give_their_colours() {
    for (scale, shift) in [(257, 8), (1, 0)] {
        let mut map = vec![0; 48];
        for (channel, value) in [(0, 250), (1, 20), (2, 130)] {
            map[16 * channel + 3] = value * scale;
        }
        let page = MadePage::grey(2, 1, 4, vec![0x30])
            .with(262, 3)
            .all(320, 3, &map);
        let (entry, loaded) = only(&tiff(LITTLE, &[page]));
        assert_eq!(colours(&loaded), [[250, 20, 130], [0, 0, 0]]);
        assert_eq!(entry.bits_stored, 8 + shift);
    }
}

#[test]
fn transparency_is_not_used_and_that_is_told() {
    let page = MadePage::rgb(1, 1, vec![1, 2, 3, 77])
        .with(277, 4)
        .all(258, 3, &[8; 4])
        .with(338, 2);
    let (_, loaded) = only(&tiff(LITTLE, &[page]));
    assert_eq!(colours(&loaded), [[1, 2, 3]]);
    assert_eq!(codes(&loaded), ["alpha_ignored"]);
}

#[test]
fn inks_become_light() {
    let page = MadePage::rgb(2, 1, vec![255, 0, 0, 0, 0, 0, 0, 255])
        .with(262, 5)
        .with(277, 4)
        .all(258, 3, &[8; 4]);
    let (_, loaded) = only(&tiff(LITTLE, &[page]));
    assert_eq!(colours(&loaded), [[0, 255, 255], [0, 0, 0]]);
}

#[test]
fn a_jpeg_inside_is_decoded_with_the_tables_of_the_page() {
    let stream = jpeg_blocks(16, 8, &[40, 200]);
    let whole = MadePage::grey(16, 8, 8, stream.clone()).with(259, 7);
    // the tables are what stands between the first marker and the frame header
    let frame = stream
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a frame");
    let scan = stream
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .expect("a scan");
    let size = usize::from(u16::from_be_bytes([stream[frame + 2], stream[frame + 3]])) + 2;
    let tables = [&stream[..frame], &stream[frame + size..scan], &[0xFF, 0xD9]].concat();
    let rest = [&[0xFF, 0xD8], &stream[frame..frame + size], &stream[scan..]].concat();
    let tables: Vec<u64> = tables.into_iter().map(u64::from).collect();
    let split = MadePage::grey(16, 8, 8, rest)
        .with(259, 7)
        .all(347, 7, &tables);
    for page in [whole, split] {
        let (_, loaded) = only(&tiff(LITTLE, &[page]));
        let seen = numbers(&loaded);
        assert!(
            (seen[0] - 40.0).abs() <= 1.0 && (seen[15] - 200.0).abs() <= 1.0,
            "{seen:?}"
        );
    }
}

#[test]
fn the_orientation_tag_turns_the_picture() {
    // a b c / d e f, stored as each value asks
    for (value, columns, stored) in [
        (1, 3, b"abcdef"),
        (2, 3, b"cbafed"),
        (3, 3, b"fedcba"),
        (4, 3, b"defabc"),
        (5, 2, b"adbecf"),
        (6, 2, b"cfbead"),
        (7, 2, b"fcebda"),
        (8, 2, b"daebfc"),
    ] {
        let page = MadePage::grey(columns, 6 / columns, 8, stored.to_vec()).with(274, value);
        let (entry, loaded) = only(&tiff(LITTLE, &[page]));
        assert_eq!(entry.size, [3, 2, 1], "{value}");
        assert!(
            matches!(loaded.volume.samples(), Samples::U8(all) if ***all == *b"abcdef"),
            "{value}"
        );
    }
}

#[test]
fn equal_pages_are_planes_and_others_entries_of_their_own() {
    let page = |value: u8| MadePage::grey(2, 1, 8, vec![value, value + 1]);
    let other = MadePage::grey(1, 1, 8, vec![99]);
    let thumbnail = MadePage::grey(1, 1, 8, vec![77]).with(254, 1);
    let folder = folder();
    let pages = [page(10), page(20), other, page(30), thumbnail];
    let path = write(folder.path(), "stack.tif", &tiff(LITTLE, &pages));
    let result = found(&path);
    let stacks: Vec<&str> = result
        .series
        .iter()
        .map(|entry| entry.stack.as_str())
        .collect();
    assert_eq!(stacks, ["pages 1 to 4", "page 3", "thumbnail"]);
    let stack = &result.series[0];
    assert_eq!(
        (stack.size, stack.description.as_str()),
        ([2, 1, 3], "stack")
    );
    assert_eq!(
        numbers(&loaded(stack)),
        [10.0, 11.0, 20.0, 21.0, 30.0, 31.0]
    );
    let alone = load_plane(stack, 1, &AtomicBool::new(false)).expect("a plane can be read");
    assert_eq!(numbers(&alone), [20.0, 21.0]);
    assert_eq!(numbers(&loaded(&result.series[1])), [99.0]);
}

#[test]
fn dots_per_inch_are_no_scale_but_image_j_and_ome_give_one() {
    let page = || {
        MadePage::grey(2, 1, 8, vec![1, 2])
            .all(282, 5, &[4, 1])
            .all(283, 5, &[2, 1])
    };
    let (entry, _) = only(&tiff(LITTLE, &[page().with(296, 2)]));
    assert_eq!(entry.spacing_mm, None);
    let text = "ImageJ=1.53t\nimages=2\nslices=2\nunit=micron\nspacing=3.0\n";
    let (entry, _) = only(&tiff(LITTLE, &[page().text(text), page()]));
    let near = |seen: Option<[f64; 3]>, expected: [f64; 3]| {
        let seen = seen.expect("a scale");
        (0..3).all(|axis| (seen[axis] - expected[axis]).abs() < 1e-12)
    };
    assert!(
        near(entry.spacing_mm, [0.00025, 0.0005, 0.003]),
        "{:?}",
        entry.spacing_mm
    );
    let text = "<OME><Image><Pixels DimensionOrder='XYCZT' SizeC='2' SizeZ='1' SizeT='1' \
                PhysicalSizeX='0.5' PhysicalSizeY='2' PhysicalSizeYUnit='nm'/></Image></OME>";
    let folder = folder();
    let path = write(
        folder.path(),
        "a.ome.tif",
        &tiff(LITTLE, &[page().text(text), page()]),
    );
    let result = found(&path);
    assert_eq!(result.series.len(), 2);
    assert_eq!(result.series[1].stack, "channel 2 of 2");
    assert!(near(result.series[1].spacing_mm, [0.0005, 0.000_002, 1.0]));
}

#[test]
fn what_is_not_read_is_named() {
    let page = || MadePage::grey(2, 1, 8, vec![1, 2]);
    for (page, name) in [
        (page().with(259, 34_712), "JPEG 2000"),
        (page().with(259, 50_001), "WebP"),
        (page().with(259, 3), "CCITT group 3"),
        (page().with(262, 8).with(277, 3), "L*a*b*"),
        (
            MadePage::rgb(2, 2, vec![0; 12]).with(262, 6),
            "subsampled YCbCr",
        ),
    ] {
        let (code, text) = refusal(&tiff(LITTLE, &[page]));
        assert_eq!(code, "unsupported_coding");
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn sizes_and_counts_that_lie_are_refused_before_anything_is_allocated() {
    let page = || MadePage::grey(2, 1, 8, vec![1, 2]);
    for (page, code) in [
        (
            page().with(256, 60_000).with(257, 4_000),
            "pixel_data_too_short",
        ),
        (
            page().with(256, 60_000).with(257, 60_000),
            "pixel_data_too_short",
        ),
        (page().with(256, 0), "attribute_invalid"),
        (page().with(258, 0), "attribute_invalid"),
        (page().with(277, 40_000), "contradiction"),
        (page().with(278, 1).with(257, 9), "contradiction"),
        (page().with(322, 16).with(323, 0), "attribute_invalid"),
        (page().with(322, 16).with(323, 16), "pixel_data_too_short"),
    ] {
        assert_eq!(refusal(&tiff(LITTLE, &[page])).0, code);
    }
}

#[test]
fn directories_that_lead_in_a_circle_are_refused() {
    let mut bytes = tiff(LITTLE, &[MadePage::grey(2, 1, 8, vec![1, 2])]);
    let first = bytes[4..8].to_vec();
    let end = bytes.len() - 4;
    bytes.splice(end.., first);
    assert_eq!(refusal(&bytes).0, "structure");
}

#[test]
fn a_file_that_ends_early_is_refused_wherever_it_is_cut() {
    let page = MadePage::grey(4, 4, 16, LITTLE.words(&[7; 16]));
    let bytes = tiff(LITTLE, &[page]);
    for length in 4..bytes.len() - 4 {
        let (code, _) = refusal(&bytes[..length]);
        assert_ne!(code, "", "cut at {length}");
    }
}

#[test]
fn a_bomb_of_deflate_is_refused_by_the_number_of_its_pixels() {
    // 60 000 × 60 000 zeros in one strip that could hold them
    let page = MadePage::grey(60_000, 60_000, 8, vec![0; 4 << 20]).with(259, 8);
    let begun = std::time::Instant::now();
    assert_eq!(refusal(&tiff(LITTLE, &[page])).0, "limit");
    // minutes if what it claims were believed; a busy machine may take seconds
    assert!(begun.elapsed().as_secs() < 10);
}

#[test]
fn pages_that_share_long_values_or_overlap_take_no_memory_out_of_proportion() {
    // 3000 directories that all point at one text of 200 000 letters
    let mut bytes = b"II\x2A\0\x08\0\0\0".to_vec();
    let (count, entries) = (3000_u32, 8_u32);
    let size = 2 + 12 * entries + 4;
    let text = 8 + count * size;
    for index in 0..count {
        let next = if index + 1 < count {
            8 + (index + 1) * size
        } else {
            0
        };
        bytes.extend((entries as u16).to_le_bytes());
        let mut put = |tag: u16, kind: u16, many: u32, value: u32| {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(many.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        };
        for (tag, value) in [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1)] {
            put(tag, 3, 1, value);
        }
        put(270, 2, 200_000, text);
        put(273, 4, 1, 8);
        put(279, 4, 1, 1);
        bytes.extend(next.to_le_bytes());
    }
    bytes.extend(vec![b'a'; 200_000]);
    let begun = std::time::Instant::now();
    assert_eq!(refusal(&bytes).0, "limit");
    // minutes if what it claims were believed; a busy machine may take seconds
    assert!(begun.elapsed().as_secs() < 10);
}

#[test]
fn a_page_that_cannot_be_read_is_told_at_the_others() {
    let pages = [
        MadePage::grey(2, 1, 8, vec![1, 2]),
        MadePage::grey(2, 1, 8, vec![1, 2]).with(259, 34_712),
        MadePage::grey(2, 1, 8, vec![3, 4]),
    ];
    let (entry, loaded) = only(&tiff(LITTLE, &pages));
    assert_eq!(entry.size, [2, 1, 2]);
    assert_eq!(numbers(&loaded), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(codes(&loaded), ["pages_not_read"]);
}

proptest::proptest! {
    #[test]
    fn a_file_with_changed_bytes_is_read_or_refused(
        changes in proptest::collection::vec((0_usize..400, proptest::num::u8::ANY), 1..8),
        compression in proptest::sample::select(vec![1_u64, 4, 5, 7, 8, 32_773]),
    ) {
        let stream = jpeg_blocks(16, 8, &[40, 200]);
        let page = MadePage::grey(16, 8, 8, stream).with(259, compression);
        let mut bytes = tiff(LITTLE, &[page.clone(), page]);
        for (at, value) in changes {
            let end = bytes.len() - 1;
            bytes[at.min(end)] = value;
        }
        let folder = folder();
        let path = write(folder.path(), "a.tif", &bytes);
        for entry in found(&path).series.iter().take(2) {
            let _ = imaging::load(entry, &|_| {}, &AtomicBool::new(false));
        }
    }
}
