//! The reader beside `flate2`, which inflates by another crate.

use super::input::{COMMENT, EXTRA, HEADER_SUM, NAME};
use super::{HISTORY, InflateReader, STEP, WINDOW};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use flate2::{Compress, Compression, Crc, FlushCompress, GzBuilder};
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::{Error, ErrorKind, Read, Result as IoResult, Write};

/// A file that comes in pieces of these sizes, one after the other and over again; a piece of no bytes
/// is an interruption.
struct Dripping<'a> {
    bytes: &'a [u8],
    pieces: &'a [usize],
    next: usize,
}

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let piece = self.pieces[self.next % self.pieces.len()];
        self.next += 1;
        if piece == 0 {
            return Err(ErrorKind::Interrupted.into());
        }
        let count = piece.min(buffer.len());
        self.bytes.read(&mut buffer[..count])
    }
}

/// All that comes out, asked for in portions of these sizes, and the error that ends it.
fn inflated_in(bytes: &[u8], pieces: &[usize], portions: &[usize]) -> (Vec<u8>, Option<Error>) {
    let next = 0;
    let dripping = Dripping {
        bytes,
        pieces,
        next,
    };
    all_of(InflateReader::gzip(dripping), portions)
}

fn all_of(mut reader: impl Read, portions: &[usize]) -> (Vec<u8>, Option<Error>) {
    let mut out = Vec::new();
    for portion in portions.iter().cycle() {
        let before = out.len();
        out.resize(before + portion, 0);
        match reader.read(&mut out[before..]) {
            Ok(count) => {
                out.truncate(before + count);
                if count == 0 {
                    assert_eq!(reader.read(&mut [0]).expect("the end stays"), 0);
                    return (out, None);
                }
            }
            Err(error) => {
                out.truncate(before);
                let again = reader.read(&mut [0]).expect_err("an error stays");
                assert_eq!(again.kind(), error.kind());
                return (out, Some(error));
            }
        }
    }
    unreachable!("there are portions")
}

fn inflated(bytes: &[u8]) -> IoResult<Vec<u8>> {
    let (out, error) = inflated_in(bytes, &[usize::MAX], &[1 << 16]);
    error.map_or(Ok(out), Err)
}

fn by_flate2(bytes: &[u8]) -> IoResult<Vec<u8>> {
    let mut out = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut out)?;
    Ok(out)
}

fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::new(level));
    packer.write_all(bytes).expect("memory takes it");
    packer.finish().expect("memory takes it")
}

/// A member around deflate data that stand for `bytes`.
fn member(deflated: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(bytes);
    let mut out = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(deflated);
    out.extend(sum.sum().to_le_bytes());
    out.extend(sum.amount().to_le_bytes());
    out
}

/// Bytes of several kinds, mixed: noise, runs, repetitions from near and far, small differences.
fn varied(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut out = Vec::with_capacity(length);
    while out.len() < length {
        let (kind, value) = (next() % 5, next());
        let count = (next() % 4000) as usize;
        match kind {
            0 => out.extend((0..count).map(|_| next() as u8)),
            1 => out.extend(std::iter::repeat_n(value as u8, count)),
            2 => out.extend((0..count).map(|_| b"annotation"[(next() % 10) as usize])),
            3 => out.extend((0..count).flat_map(|_| [(next() % 16) as u8, 4])),
            _ => {
                let distance = 1 + value as usize % out.len().clamp(1, HISTORY);
                for _ in 0..count {
                    out.push(out.len().checked_sub(distance).map_or(7, |at| out[at]));
                }
            }
        }
    }
    out.truncate(length);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn what_flate2_packs_comes_out_whatever_the_portions(
        members in vec((any::<u64>(), 0_usize..120_000, 0_u32..10), 1..5),
        tiny in vec((any::<u64>(), 0_usize..12, 0_u32..10), 0..5),
        pieces in prop_oneof![Just(vec![1]), vec(0_usize..20, 2..9), vec(1_usize..90_000, 1..9)],
        portions in prop_oneof![Just(vec![1]), vec(1_usize..20, 1..9), vec(1_usize..400_000, 1..9)],
        zeros in 0_usize..20,
    ) {
        let (mut packed, mut plain) = (Vec::new(), Vec::new());
        for (seed, length, level) in members.into_iter().chain(tiny) {
            let bytes = varied(seed, length);
            packed.extend(gzip(&bytes, level));
            plain.extend(bytes);
        }
        prop_assert_eq!(&by_flate2(&packed).expect("flate2 reads what it wrote"), &plain);
        packed.resize(packed.len() + zeros, 0);
        let pieces = if pieces.iter().all(|piece| *piece == 0) { vec![1] } else { pieces };
        let (out, error) = inflated_in(&packed, &pieces, &portions);
        prop_assert!(error.is_none(), "{error:?}");
        prop_assert!(out == plain);
    }

    #[test]
    fn damaged_data_give_what_flate2_gives_or_an_error(
        seed in any::<u64>(),
        length in 0_usize..3000,
        level in 0_u32..10,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        piece in 1_usize..400,
    ) {
        let mut packed = gzip(&varied(seed, length), level);
        for (place, byte) in changes {
            let place = place.index(packed.len());
            packed[place] = byte;
        }
        let (out, error) = inflated_in(&packed, &[piece], &[777]);
        match by_flate2(&packed) {
            Ok(plain) => prop_assert!(error.is_none() && out == plain, "{error:?}"),
            Err(fault) => prop_assert!(error.is_some(), "{fault}"),
        }
    }

    #[test]
    fn any_bytes_end(bytes in vec(any::<u8>(), 0..400), piece in 1_usize..50) {
        let _ = inflated_in(&bytes, &[piece], &[100]);
        let _ = inflated_in(&member(&bytes, &[]), &[piece], &[100]);
    }
}

#[test]
fn a_member_may_end_at_every_place_of_the_input_buffer() {
    // stored blocks: the length of the file follows from the length of what it holds
    let plain = varied(3, 70_000);
    for length in 65_440..65_560 {
        let mut packed = gzip(&plain[..length], 0);
        let expected = [&plain[..length], b"more", b""].concat();
        packed.extend([gzip(b"more", 9), gzip(b"", 9)].concat());
        assert!(inflated(&packed).expect("readable") == expected, "{length}");
    }
    // an empty member's end consists of zeros alone, and its deflate data end in one
    for shift in 0..16 {
        let first = gzip(&plain[..65_536 - 100 + shift * 4], 0);
        let empty = member(&[3, 0], b"");
        let packed = [first, empty.clone(), empty.clone(), empty, gzip(b"end", 6)].concat();
        for pieces in [vec![1], vec![2], vec![3, 5], vec![65_536], vec![7, 1, 30]] {
            let (out, error) = inflated_in(&packed, &pieces, &[9999]);
            assert!(error.is_none() && out.ends_with(b"end"), "{error:?}");
        }
    }
}

#[test]
fn blocks_of_all_kinds_are_read_the_flushed_and_the_empty_ones_too() {
    let plain = varied(11, 3 * WINDOW);
    let mut packer = Compress::new(Compression::new(6), false);
    let mut deflated = Vec::with_capacity(4 * WINDOW);
    for (number, part) in plain.chunks(STEP / 3).enumerate() {
        let flush = [
            FlushCompress::Sync,
            FlushCompress::Partial,
            FlushCompress::Full,
        ];
        packer
            .compress_vec(part, &mut deflated, flush[number % 3])
            .expect("packs");
        // nothing new: an empty block alone
        packer
            .compress_vec(&[], &mut deflated, FlushCompress::Sync)
            .expect("packs");
    }
    packer
        .compress_vec(&[], &mut deflated, FlushCompress::Finish)
        .expect("packs");
    let packed = member(&deflated, &plain);
    for (pieces, portions) in [(1, 1 << 20), (1 << 20, 1), (13, 17)] {
        let (out, error) = inflated_in(&packed, &[pieces], &[portions]);
        assert!(error.is_none() && out == plain, "{error:?}");
    }
    // fixed codes, by hand: final block, literal `a`, end
    let fixed = [0x4B, 0x04, 0x00];
    assert_eq!(inflated(&member(&fixed, b"a")).expect("readable"), b"a");
    // many empty blocks before the last
    let mut empty = [0, 0, 0, 0xFF, 0xFF].repeat(50_000);
    empty.extend(fixed);
    assert_eq!(inflated(&member(&empty, b"a")).expect("readable"), b"a");
}

#[test]
fn a_distance_may_reach_32768_bytes_back_and_never_before_the_member() {
    // fixed codes: length 3 (symbol 257), distance 32768 (symbol 29, 13 bits 1), after stored bytes
    let plain = varied(5, 5 * HISTORY);
    let stored = |bytes: &[u8]| {
        let mut out = Vec::new();
        for part in bytes.chunks(60_000) {
            let length = part.len() as u16;
            out.push(0);
            out.extend(length.to_le_bytes());
            out.extend((!length).to_le_bytes());
            out.extend(part);
        }
        // 1 (last), 10 (fixed), 0000001 (257), 11101 (29), 13 times 1, 0000000 (end)
        let bits = ["1", "10", "0000001", "11101", "1111111111111", "0000000"].concat();
        let mut packed = vec![0_u8; bits.len().div_ceil(8)];
        for (place, bit) in bits.bytes().enumerate() {
            packed[place / 8] |= (bit - b'0') << (place % 8);
        }
        out.extend(packed);
        out
    };
    for length in [
        HISTORY,
        WINDOW - 2,
        WINDOW - 1,
        WINDOW,
        WINDOW + 1,
        5 * HISTORY - 1,
    ] {
        let bytes = &plain[..length.min(plain.len())];
        let from = bytes.len() - HISTORY;
        let expected = [bytes, &bytes[from..from + 3]].concat();
        let packed = member(&stored(bytes), &expected);
        assert_eq!(by_flate2(&packed).expect("readable"), expected);
        for (piece, portion) in [(9000, 1 << 20), (9000, 77), (1 << 20, 1 << 20)] {
            let (out, error) = inflated_in(&packed, &[piece], &[portion]);
            assert!(error.is_none() && out == expected, "{length} {error:?}");
        }
    }
    let before = gzip(&plain, 1);
    let short = &plain[..HISTORY - 1];
    let packed = [before, member(&stored(short), short)].concat();
    assert_eq!(kind(&packed), ErrorKind::InvalidData);
}

fn kind(bytes: &[u8]) -> ErrorKind {
    inflated(bytes).expect_err("refused").kind()
}

/// A member whose header has all fields.
fn with_all_fields(bytes: &[u8]) -> Vec<u8> {
    let builder = GzBuilder::new().mtime(7).extra(*b"ab\x02\0xy");
    let mut packer = builder
        .filename("name.nii")
        .comment("a comment")
        .write(Vec::new(), Compression::best());
    packer.write_all(bytes).expect("memory takes it");
    let mut out = packer.finish().expect("memory takes it");
    // the header's own sum, which flate2 does not write
    assert_eq!(out[3], EXTRA | NAME | COMMENT);
    out[3] |= HEADER_SUM;
    let end = 10 + 2 + 6 + "name.nii\0a comment\0".len();
    let mut sum = Crc::new();
    sum.update(&out[..end]);
    out.splice(end..end, (sum.sum() as u16).to_le_bytes());
    out
}

#[test]
fn every_field_of_a_header_is_passed_over_and_its_sum_is_proved() {
    let packed = with_all_fields(b"voxels");
    assert_eq!(by_flate2(&packed).expect("readable"), b"voxels");
    assert_eq!(inflated(&packed).expect("readable"), b"voxels");
    assert_eq!(
        inflated(&packed.repeat(3)).expect("readable"),
        b"voxels".repeat(3)
    );
    for (place, byte) in [
        (0, 0x1E),
        (1, 0x8C),
        (2, 7),
        (3, 0x20),
        (3, 0x80),
        (20, b'!'),
    ] {
        let mut wrong = packed.clone();
        wrong[place] = byte;
        assert_eq!(kind(&wrong), ErrorKind::InvalidData, "{place}");
    }
}

#[test]
fn a_cut_file_is_an_error_wherever_it_was_cut() {
    let plain = varied(23, 900);
    for level in [0, 1, 9] {
        for packed in [
            gzip(&plain, level),
            with_all_fields(&plain),
            gzip(b"", level),
        ] {
            for length in 0..packed.len() {
                assert_eq!(
                    kind(&packed[..length]),
                    ErrorKind::UnexpectedEof,
                    "{length}"
                );
                let (out, error) = inflated_in(&packed[..length], &[1], &[1]);
                assert!(error.is_some() && plain.starts_with(&out));
                // after a whole member all the more, but where nothing of the second is left
                if length > 0 {
                    let two = [&packed[..], &packed[..length]].concat();
                    assert_eq!(kind(&two), ErrorKind::UnexpectedEof, "{length}");
                }
            }
        }
    }
}

#[test]
fn a_turned_bit_is_an_error_or_changes_nothing() {
    let plain = varied(29, 700);
    for packed in [
        gzip(&plain, 0),
        gzip(&plain, 6),
        with_all_fields(&plain),
        gzip(b"x", 6),
    ] {
        let expected = by_flate2(&packed).expect("readable");
        let mut unseen = 0;
        for bit in 0..packed.len() * 8 {
            let mut turned = packed.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            match inflated(&turned) {
                Ok(out) => {
                    assert_eq!(out, expected, "bit {bit}");
                    unseen += 1;
                }
                Err(error) => assert!(
                    matches!(
                        error.kind(),
                        ErrorKind::InvalidData | ErrorKind::UnexpectedEof
                    ),
                    "bit {bit}: {error}"
                ),
            }
        }
        // time, system, hint, the text flag, and what fills up a last byte
        assert!(unseen <= 6 * 8 + 1 + 14, "{unseen}");
    }
}

#[test]
fn zeros_may_follow_and_nothing_else() {
    let packed = gzip(b"voxels", 6);
    for zeros in [1, 3, 4, 8, 511, 200_000] {
        let padded = [&packed[..], &vec![0; zeros]].concat();
        assert_eq!(inflated(&padded).expect("readable"), b"voxels");
        let two = [padded, packed.clone()].concat();
        assert_eq!(inflated(&two).expect("readable"), b"voxelsvoxels");
    }
    for garbage in [&b"x"[..], b"more than a header is", &[0, 0, 5]] {
        let followed = [&packed[..], garbage].concat();
        assert!(by_flate2(&followed).is_err());
        assert!(inflated(&followed).is_err());
    }
    assert_eq!(kind(b""), ErrorKind::UnexpectedEof);
    assert_eq!(kind(&[0; 30]), ErrorKind::InvalidData);
}

#[test]
fn what_comes_before_a_wrong_sum_is_handed_out_first() {
    let plain = varied(31, 100_000);
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::fast());
    deflated.write_all(&plain).expect("memory takes it");
    let deflated = deflated.finish().expect("memory takes it");
    let mut wrong = plain.clone();
    wrong[50] ^= 1;
    let (out, error) = inflated_in(&member(&deflated, &wrong), &[5000], &[999]);
    assert!(out == plain);
    let error = error.expect("the sum is wrong");
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.to_string().contains("100000 bytes"), "{error}");
}

#[test]
fn zlib_is_read_to_its_own_end_and_its_sum_is_proved() {
    let zlib = |bytes: &[u8], level: u32| {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::new(level));
        packer.write_all(bytes).expect("memory takes it");
        packer.finish().expect("memory takes it")
    };
    let inflated = |bytes: &[u8]| {
        let (out, error) = all_of(InflateReader::zlib(bytes), &[70_000, 3, 500]);
        error.map_or(Ok(out), Err)
    };
    for (seed, length) in [(1, 0), (2, 1), (3, 700), (4, HISTORY), (5, 3 * WINDOW + 7)] {
        let plain = varied(seed, length);
        for level in 0..10 {
            let packed = zlib(&plain, level);
            assert!(inflated(&packed).expect("readable") == plain);
            let followed = [&packed[..], b"what follows"].concat();
            assert!(inflated(&followed).expect("readable") == plain);
        }
    }
    let plain = varied(37, 800);
    let packed = zlib(&plain, 6);
    for length in 0..packed.len() {
        let error = inflated(&packed[..length]).expect_err("it is cut");
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{length}");
    }
    for bit in 0..packed.len() * 8 {
        let mut turned = packed.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        let mut expected = Vec::new();
        match ZlibDecoder::new(&turned[..]).read_to_end(&mut expected) {
            Ok(_) => assert_eq!(inflated(&turned).expect("readable"), expected, "{bit}"),
            Err(_) => assert!(inflated(&turned).is_err(), "{bit}"),
        }
    }
}
