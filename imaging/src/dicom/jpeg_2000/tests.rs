//! Streams of another encoder (OpenJPEG 2.5.0), some rewritten by the rules of T.800, that together use
//! every part of the standard this decoder knows. Where they are without loss, the checksum is that of the
//! samples that were coded; the others are held to another reader.

use super::super::code_stream::{StreamInfo, jpeg2000_info};
use super::{Refusal, check_promises, decode};
use hayro_jpeg2000::{ComponentData, DecodeSettings, DecoderContext, Image};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

fn streams() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dicom/jpeg_2000/streams");
    let entries = std::fs::read_dir(folder).expect("the streams");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "j2k"));
    paths.sort();
    paths
}

fn read(path: &Path) -> (Vec<u8>, StreamInfo) {
    let stream = std::fs::read(path).expect("a stream");
    let info = jpeg2000_info(&stream).expect("a header");
    (stream, info)
}

/// What the decoder says, as numbers.
fn samples(stream: &[u8], info: &StreamInfo) -> Vec<i32> {
    let bytes = decode(stream, info).expect("a picture");
    if info.precision <= 8 {
        let number = |byte: &u8| match info.signed {
            true => i32::from(*byte as i8),
            false => i32::from(*byte),
        };
        return bytes.iter().map(number).collect();
    }
    let (words, _) = bytes.as_chunks::<2>();
    let number = |word: &[u8; 2]| match info.signed {
        true => i32::from(i16::from_le_bytes(*word)),
        false => i32::from(u16::from_le_bytes(*word)),
    };
    words.iter().map(number).collect()
}

/// What another reader says; it raises signed samples by half their range.
fn of_another_reader(stream: &[u8], info: &StreamInfo) -> Vec<i32> {
    let settings = DecodeSettings {
        resolve_palette_indices: false,
        strict: false,
        target_resolution: None,
    };
    let image = Image::new(stream, &settings).expect("a header");
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).expect("a picture");
    let planes: Vec<&[f32]> = decoded
        .components()
        .iter()
        .map(ComponentData::samples)
        .collect();
    let lift = if info.signed {
        1 << (info.precision - 1)
    } else {
        0
    };
    let most = (1 << info.precision) - 1;
    (0..planes[0].len())
        .flat_map(|at| planes.iter().map(move |plane| plane[at]))
        .map(|sample| (sample.round() as i32).clamp(0, most) - lift)
        .collect()
}

#[test]
fn streams_of_every_kind_give_the_samples_that_were_coded() {
    let mut proved = 0;
    for path in streams() {
        let (stream, info) = read(&path);
        assert_eq!(check_promises(&stream), Ok(()), "{}", path.display());
        let found = samples(&stream, &info);
        match std::fs::read_to_string(path.with_extension("sha256")) {
            Ok(expected) => {
                let bytes: Vec<u8> = found.iter().flat_map(|v| v.to_le_bytes()).collect();
                let sum: String = Sha256::digest(&bytes)
                    .iter()
                    .map(|b| format!("{b:02x}"))
                    .collect();
                assert_eq!(sum, expected.trim(), "{}", path.display());
                proved += 1;
            }
            Err(_) => {
                let other = of_another_reader(&stream, &info);
                assert_eq!(found.len(), other.len());
                let worst = found.iter().zip(&other).map(|(a, b)| (a - b).abs()).max();
                assert!(worst <= Some(1), "{}: {worst:?}", path.display());
            }
        }
    }
    assert_eq!(proved, 29);
}

/// Where a stream's bytes end early or change, there is an answer: a refusal, or a picture of the size told.
#[test]
fn damaged_streams_are_answered() {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    let mut refused = 0;
    for path in streams() {
        let (stream, _) = read(&path);
        for round in 0..40 {
            let mut damaged = stream.clone();
            if round % 4 == 0 {
                damaged.truncate(next() % stream.len());
            } else {
                for _ in 0..1 + round % 3 {
                    let place = next() % damaged.len();
                    damaged[place] ^= 1 << (next() % 8);
                }
            }
            let Some(info) = jpeg2000_info(&damaged)
                .filter(|info| u64::from(info.width) * u64::from(info.height) < 65_536)
            else {
                continue;
            };
            if check_promises(&damaged).is_err() {
                continue;
            }
            match decode(&damaged, &info) {
                Ok(bytes) => {
                    let samples = info.width * info.height * u32::from(info.components);
                    let wide = if info.precision > 8 { 2 } else { 1 };
                    assert_eq!(bytes.len(), samples as usize * wide);
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn a_stream_that_ends_between_two_packets_gives_what_its_packets_hold() {
    // one packet less: the tile part of open length is cut where its last packet begins
    let (stream, info) = read(
        &streams()
            .into_iter()
            .find(|p| p.ends_with("layers_lrcp.j2k"))
            .expect("it"),
    );
    let whole = samples(&stream, &info);
    let start = stream
        .windows(2)
        .position(|pair| pair == [0xFF, 0x93])
        .expect("data")
        + 2;
    let mut open = stream.clone();
    let part = stream
        .windows(2)
        .position(|pair| pair == [0xFF, 0x90])
        .expect("a tile part");
    open[part + 6..part + 10].fill(0);
    assert_eq!(samples(&open, &info), whole);
    let shorter = (start + 1..stream.len() - 2)
        .filter_map(|end| {
            let mut cut = open[..end].to_vec();
            cut.extend([0xFF, 0xD9]);
            decode(&cut, &info).ok()
        })
        .count();
    assert!(shorter >= 1);
}

/// A precinct costs more memory than the byte of its packet.
#[test]
fn a_precinct_for_every_sample_is_refused() {
    let picture = |exponents: u8| {
        let mut stream = vec![0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0];
        for number in [1024, 1024, 0, 0, 1024, 1024, 0, 0_u32] {
            stream.extend(number.to_be_bytes());
        }
        stream.extend([0, 1, 7, 1, 1]);
        // coding style: one layer, no decomposition, 5/3, precincts of this size; 8 exponent bits
        stream.extend([0xFF, 0x52, 0, 13, 1, 0, 0, 1, 0, 0, 4, 4, 0, 1, exponents]);
        stream.extend([0xFF, 0x5C, 0, 4, 0x40, 0x40]);
        stream.extend([0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0x93]);
        // packets that bring nothing
        stream.extend(vec![0; 20_000]);
        stream
    };
    let outcome = |stream: &[u8]| {
        assert_eq!(check_promises(stream), Ok(()));
        decode(stream, &jpeg2000_info(stream).expect("a header"))
    };
    let grey = outcome(&picture(0x88)).expect("a picture of nothing");
    assert!(grey.len() == 1 << 20 && grey.iter().all(|sample| *sample == 128));
    assert!(matches!(outcome(&picture(0x00)), Err(Refusal::Damaged(_))));
}

/// A packet header: after a byte of ones the next has seven bits.
#[derive(Default)]
struct HeaderWriter {
    bytes: Vec<u8>,
    bits: Vec<bool>,
}

impl HeaderWriter {
    fn put(&mut self, number: u32, count: u32) {
        for bit in (0..count).rev() {
            self.bits.push(number >> bit & 1 == 1);
            let wanted = if self.bytes.last() == Some(&0xFF) {
                7
            } else {
                8
            };
            if self.bits.len() == wanted {
                let byte = self
                    .bits
                    .drain(..)
                    .fold(0, |sum, bit| sum << 1 | u8::from(bit));
                self.bytes.push(byte);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        while !self.bits.is_empty() {
            self.put(0, 1);
        }
        self.bytes
    }
}

/// A picture of `size` in one packet that gives each of its blocks `passes` in no bytes.
fn picture_of_passes([width, height]: [u32; 2], passes: u32) -> Vec<u8> {
    let mut stream = vec![0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0];
    for number in [width, height, 0, 0, width, height, 0, 0_u32] {
        stream.extend(number.to_be_bytes());
    }
    stream.extend([0, 1, 15, 1, 1]);
    // coding style: one layer, no decomposition, blocks of 64 × 64, 5/3; 30 bit planes
    stream.extend([0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1]);
    stream.extend([0xFF, 0x5C, 0, 4, 7 << 5, 24 << 3]);
    stream.extend([0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0x93]);
    let mut header = HeaderWriter::default();
    header.put(1, 1);
    let mut told = std::collections::HashSet::new();
    for (row, column) in (0..height / 64).flat_map(|y| (0..width / 64).map(move |x| (y, x))) {
        let levels = (width / 64).max(height / 64).next_power_of_two().ilog2();
        let new = (0..=levels).filter(|level| told.insert((*level, row >> level, column >> level)));
        // in both trees each node is told once: it is here, and has no empty planes
        header.put(u32::MAX, 2 * new.count() as u32);
        header.put(0x1FF, 9);
        header.put(passes - 37, 7);
        header.put(0, 1 + 3 + passes.ilog2());
    }
    stream.extend(header.finish());
    stream
}

/// Time follows from passes and samples, not from bytes: 8192 blocks of 88 passes fit 30 kilobytes.
#[test]
fn passes_that_no_bytes_hold_are_refused() {
    let outcome = |stream: &[u8]| {
        assert_eq!(check_promises(stream), Ok(()));
        decode(stream, &jpeg2000_info(stream).expect("a header"))
    };
    let large = picture_of_passes([8192, 4096], 88);
    assert!(large.len() < 40_000);
    match outcome(&large) {
        Err(Refusal::Damaged(detail)) => assert!(detail.contains("passes"), "{detail}"),
        other => panic!("{}", other.is_ok()),
    }
    // what no byte tells is wrong only where there is much of it
    assert!(outcome(&picture_of_passes([256, 128], 88)).is_ok());
}
