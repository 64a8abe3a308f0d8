//! Every transfer syntax that is read, every one that is named instead, and streams that somebody
//! damaged.
#![allow(
    clippy::print_stderr,
    reason = "what became of the damaged streams is worth seeing"
)]

mod made;
mod shared;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use imaging::{Loaded, ScanOptions, ScanResult, load, load_plane, scan};
use made::{Made, part10, write};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use voxel::VoxelIndex;

const SYNTAXES: &str = "1.2.840.10008.1.2.";

/// Files that no other reader decodes, and the same picture in a syntax that they do.
const SISTERS: &[(&str, &str)] = &[(
    "codecs/bits1-deflate-frame.dcm",
    "codecs/bits1-nonaligned.dcm",
)];

/// Per syntax, as its number ends, a real file whose values independent readers agree on.
const REAL: &[(&str, &str)] = &[
    ("4.50", "codecs/jpeg-baseline-mono.dcm"),
    ("4.50", "codecs/rgb-jpeg-app14.dcm"),
    ("4.51", "codecs/jpeg-extended-12bit.dcm"),
    ("4.51", "codecs/jpeg-extended-color8.dcm"),
    ("4.57", "codecs/jpeg-lossless-p14.dcm"),
    ("4.70", "codecs/jpeg-lossless-sv1-16.dcm"),
    ("4.80", "codecs/jls-lossless-ct.dcm"),
    ("4.80", "codecs/jls-7bit.dcm"),
    ("4.80", "codecs/jls-15bit-signed.dcm"),
    ("4.80", "codecs/jls-rgb-ilv0.dcm"),
    ("4.80", "codecs/jls-rgb-ilv1.dcm"),
    ("4.80", "codecs/jls-rgb-ilv2.dcm"),
    ("4.81", "codecs/jls-near-mr.dcm"),
    ("4.81", "codecs/jls-near-16.dcm"),
    ("4.90", "codecs/j2k-lossless-ct.dcm"),
    ("4.90", "codecs/j2k-rct-us.dcm"),
    ("4.91", "codecs/j2k-lossy-ct.dcm"),
    ("4.91", "codecs/j2k-ict-us.dcm"),
    ("4.201", "codecs/htj2k-lossless-rgb.dcm"),
    ("4.203", "codecs/htj2k-lossy-rgb.dcm"),
    ("5", "codecs/rle-ct.dcm"),
    ("8.1", "codecs/bits1-deflate-frame.dcm"),
];

fn found(path: &Path) -> ScanResult {
    let stop = AtomicBool::new(false);
    scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    )
}

fn only(path: &Path) -> Loaded {
    let result = found(path);
    assert_eq!(
        result.series.len(),
        1,
        "{}: {:?}",
        path.display(),
        result.skipped
    );
    load(&result.series[0], &|_| {}, &AtomicBool::new(false))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file of one frame in one fragment.
fn encapsulated(image: &Made, syntax: &str, frame: &[u8]) -> Vec<u8> {
    let mut bytes = image.clone().without(0x7FE0, 0x0010).explicit();
    bytes.extend([0xE0, 0x7F, 0x10, 0, b'O', b'B', 0, 0, 255, 255, 255, 255]);
    bytes.extend([0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0]);
    let padded = frame.len().next_multiple_of(2);
    bytes.extend([0xFE, 0xFF, 0, 0xE0]);
    bytes.extend((padded as u32).to_le_bytes());
    bytes.extend(frame);
    bytes.resize(bytes.len() + padded - frame.len(), 0);
    bytes.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    part10(syntax, &bytes)
}

/// The sentence with which a made file of this syntax is refused.
fn refusal(syntax: &str, frame: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write(
        folder.path(),
        "image",
        &encapsulated(&Made::ct(), syntax, frame),
    );
    let result = found(&path);
    let Some(entry) = result.series.first() else {
        return result.skipped[0].reason.text().to_owned();
    };
    load(entry, &|_| {}, &AtomicBool::new(false))
        .expect_err("the syntax is not read")
        .to_string()
}

/// Whether least, greatest and mean are those of the truth.
fn agrees(loaded: &Loaded, truth: &Value, least: f64) -> bool {
    let close = |seen: f64, told: &Value| (seen - told.as_f64().unwrap_or(f64::NAN)).abs() <= least;
    match (&loaded.colour_range, loaded.volume.range()) {
        (Some(colour), _) => (0..3).all(|n| {
            close(colour[n].mean, &truth["rgb_mean"][n])
                && close(colour[n].min, &truth["rgb_min"][n])
                && close(colour[n].max, &truth["rgb_max"][n])
        }),
        (None, Some(range)) => {
            let told = &truth["rescaled"];
            close(range.min, &told["min"])
                && close(range.max, &told["max"])
                && close(range.mean, &told["mean"])
        }
        _ => false,
    }
}

#[test]
fn each_syntax_gives_the_values_that_independent_readers_see() {
    let (Some(data), Some(truth)) = (shared::data(), shared::json("TRUTH.json")) else {
        return;
    };
    for (tail, name) in REAL {
        let truth = &truth["entries"][*name];
        assert_eq!(
            truth["transfer_syntax"],
            format!("{SYNTAXES}{tail}"),
            "{name}"
        );
        if truth.get("pixels").is_some_and(Value::is_null) {
            // no other reader decodes it: its sister holds the same picture in another syntax
            let sister = SISTERS.iter().find(|(of, _)| of == name).expect("a sister");
            let (one, other) = (only(&data.join(name)), only(&data.join(sister.1)));
            assert_eq!(one.volume.samples(), other.volume.samples(), "{name}");
            continue;
        }
        let is_lossy = ["4.50", "4.51", "4.91", "4.203"].contains(tail);
        let least = if is_lossy { 1.5 } else { 1e-4 };
        assert!(agrees(&only(&data.join(name)), truth, least), "{name}");
    }
}

#[test]
fn the_progressive_order_of_high_throughput_jpeg_2000_is_read_like_the_others() {
    let (Some(data), Some(truth)) = (shared::data(), shared::json("TRUTH.json")) else {
        return;
    };
    let name = "codecs/htj2k-lossless-rgb.dcm";
    let mut bytes = std::fs::read(data.join(name)).expect("the file is there");
    let uid = b"1.2.840.10008.1.2.4.201";
    let at = bytes.windows(uid.len()).position(|part| part == uid);
    bytes[at.expect("its syntax stands in its head") + uid.len() - 1] = b'2';
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write(folder.path(), "image", &bytes);
    assert!(agrees(&only(&path), &truth["entries"][name], 1e-4));
}

#[test]
fn frames_in_run_lengths_deflated_and_as_they_are_come_out_alike() {
    let values: [u16; 12] = [7, 7, 7, 7, 300, 301, 302, 65_535, 0, 0, 0, 9];
    let native: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    // two segments, the high bytes first: runs and literals
    let mut lengths = [2_u32, 64, 76].map(u32::to_le_bytes).concat();
    lengths.resize(64, 0);
    lengths.extend([0xFD, 0, 3, 1, 1, 1, 0xFF, 0xFD, 0, 128, 128, 128]);
    lengths.extend([0xFD, 7, 3, 44, 45, 46, 0xFF, 0xFE, 0, 0, 9]);
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
    deflated.write_all(&native).expect("memory takes it");
    let deflated = deflated.finish().expect("memory takes it");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (tail, frame) in [("5", lengths), ("8.1", deflated), ("1.98", native)] {
        let file = encapsulated(&Made::ct(), &format!("{SYNTAXES}{tail}"), &frame);
        let loaded = only(&write(folder.path(), tail, &file));
        let found: Vec<u16> = (0..12)
            .map(|n| {
                let value = loaded.volume.value(VoxelIndex([n % 4, n / 4, 0]));
                value.expect("inside the grid") as u16
            })
            .collect();
        assert_eq!(found, values, "{tail}");
    }
}

/// 5 × 3 grey samples of 16 bits, 1000·y + 37·x², from a lossless encoder.
const GREY_XL: &[u8] = &[
    255, 10, 16, 0, 8, 224, 7, 40, 110, 4, 8, 2, 1, 0, 8, 3, 75, 24, 155, 156, 113, 132, 3, 56,
    128, 3, 56, 32, 74, 192, 57, 5, 1, 0, 32, 68, 128, 8, 16, 1, 34, 64, 132, 255, 255, 63, 248,
    255, 255, 162, 62, 198, 24, 115, 174, 181, 247, 222, 231, 156, 115, 14, 1, 69, 68, 68, 68, 68,
    100, 102, 102, 222, 247, 126, 85, 85, 85, 21, 252, 255, 255, 193, 255, 255, 23, 245, 49, 198,
    152, 115, 173, 189, 247, 62, 231, 156, 115, 8, 40, 34, 34, 34, 34, 34, 51, 51, 243, 190, 247,
    171, 170, 170, 170, 224, 255, 255, 15, 254, 255, 191, 168, 143, 49, 198, 156, 107, 237, 189,
    247, 57, 231, 156, 67, 64, 17, 17, 17, 17, 17, 153, 153, 153, 247, 189, 95, 85, 85, 85, 5, 255,
    255, 127, 240, 255, 255, 69, 125, 140, 49, 230, 92, 107, 239, 189, 207, 57, 231, 28, 2, 138,
    136, 136, 136, 136, 200, 204, 204, 188, 239, 253, 170, 170, 170, 170, 225, 40, 215, 251, 144,
    123, 26, 120, 65, 127, 148, 235, 125, 200, 61, 13, 188, 160, 63, 202, 245, 62, 228, 158, 6, 0,
];
/// 4 × 2 pixels of red 9·n, green 200 − 3·n, blue n², from a lossless encoder.
const COLOUR_XL: &[u8] = &[
    255, 10, 8, 0, 6, 128, 72, 8, 2, 1, 0, 212, 2, 75, 24, 155, 156, 113, 132, 3, 56, 128, 3, 56,
    32, 74, 192, 57, 5, 1, 0, 32, 68, 128, 8, 16, 1, 34, 64, 132, 255, 247, 239, 249, 239, 161, 49,
    231, 156, 107, 237, 115, 111, 146, 36, 9, 1, 85, 85, 85, 85, 85, 213, 255, 255, 255, 115, 239,
    235, 238, 238, 238, 134, 255, 247, 239, 249, 239, 161, 49, 231, 156, 107, 237, 115, 111, 146,
    36, 9, 1, 85, 85, 85, 85, 85, 213, 255, 255, 255, 115, 239, 235, 238, 238, 238, 134, 255, 247,
    239, 249, 239, 161, 49, 231, 156, 107, 237, 115, 111, 146, 36, 9, 1, 85, 85, 85, 85, 85, 213,
    255, 255, 255, 115, 239, 235, 238, 238, 238, 134, 255, 247, 239, 249, 239, 161, 49, 231, 156,
    107, 237, 115, 111, 146, 36, 9, 1, 85, 85, 85, 85, 85, 213, 255, 255, 255, 115, 239, 235, 238,
    238, 238, 62, 0, 23, 210, 44, 212, 49, 22, 12, 148, 197, 34, 60, 63, 32, 251, 137, 153, 179,
    204, 77, 206, 2,
];

#[test]
fn jpeg_xl_gives_the_samples_that_were_coded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let grey = Made::ct().word(0x0028, 0x0011, 5);
    for tail in ["4.110", "4.112"] {
        let file = encapsulated(&grey, &format!("{SYNTAXES}{tail}"), GREY_XL);
        let loaded = only(&write(folder.path(), tail, &file));
        for n in 0..15 {
            let (x, y) = (n % 5, n / 5);
            let value = loaded.volume.value(VoxelIndex([x, y, 0]));
            assert_eq!(value, Some((1000 * y + 37 * x * x) as f64), "{x} {y}");
        }
    }
    let colour = Made::ct()
        .word(0x0028, 0x0002, 3)
        .text(0x0028, 0x0004, b"CS", "RGB")
        .word(0x0028, 0x0006, 0)
        .word(0x0028, 0x0010, 2)
        .word(0x0028, 0x0100, 8)
        .word(0x0028, 0x0101, 8)
        .word(0x0028, 0x0102, 7);
    let file = encapsulated(&colour, &format!("{SYNTAXES}4.110"), COLOUR_XL);
    let [red, green, blue] = only(&write(folder.path(), "colour", &file))
        .colour_range
        .expect("it has colours");
    assert_eq!((red.min, red.max), (0.0, 63.0));
    assert_eq!((green.min, green.max), (179.0, 200.0));
    assert_eq!((blue.min, blue.max, blue.mean), (0.0, 49.0, 17.5));
}

#[test]
fn films_and_codings_that_are_not_read_are_named_in_one_sentence() {
    let named = [
        ("4.100", "MPEG2"),
        ("4.100.1", "MPEG2"),
        ("4.101", "MPEG2"),
        ("4.101.1", "MPEG2"),
        ("4.102", "H.264"),
        ("4.103", "H.264"),
        ("4.104", "H.264"),
        ("4.105", "H.264"),
        ("4.106", "H.264"),
        ("4.107", "HEVC"),
        ("4.108", "HEVC"),
        ("4.111", "JPEG XL"),
        ("4.94", "JPIP"),
    ];
    for (tail, name) in named {
        let syntax = format!("{SYNTAXES}{tail}");
        let sentence = refusal(&syntax, &[0, 0, 1, 0xB3]);
        assert!(
            sentence.contains(name) && sentence.contains(&syntax) && !sentence.contains('\n'),
            "{tail}: {sentence}"
        );
    }
}

#[test]
fn a_frame_that_claims_more_than_its_bytes_can_hold_is_refused_at_once() {
    let begun = Instant::now();
    let huge = Made::ct()
        .word(0x0028, 0x0010, 60_000)
        .word(0x0028, 0x0011, 60_000);
    // an all-black picture of that size in JPEG-LS and in JPEG 2000, as far as their heads go
    let jls = [
        &[
            0xFF, 0xD8, 0xFF, 0xF7, 0, 11, 16, 0xEA, 0x60, 0xEA, 0x60, 1, 1, 0x11, 0,
        ][..],
        &[0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0xFF, 0x7F, 0xFF, 0x7F],
    ]
    .concat();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = encapsulated(&huge, &format!("{SYNTAXES}4.80"), &jls);
    let path = write(folder.path(), "image", &file);
    let entry = &found(&path).series[0];
    let error = load_plane(entry, 0, &AtomicBool::new(false)).expect_err("a trap");
    let said = error.to_string();
    let is_refused = ["cannot hold", "too short"]
        .iter()
        .any(|words| said.contains(words));
    assert!(is_refused, "{said}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// Numbers that look random and are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// Changes up to eight bytes from `start` on, half of them near it, where headers lie; sometimes
/// cuts the file.
fn damage(bytes: &mut Vec<u8>, start: usize, dice: &mut Dice) {
    for _ in 0..=dice.below(8) {
        let room = bytes.len() - start;
        let near = if dice.below(2) == 0 {
            room.min(300)
        } else {
            room
        };
        let place = start + dice.below(near);
        bytes[place] = match dice.below(4) {
            0 => 0xFF,
            1 => 0,
            2 => bytes[place] ^ 1 << dice.below(8),
            _ => dice.below(256) as u8,
        };
    }
    if dice.below(10) == 0 {
        let length = start + dice.below(bytes.len() - start);
        bytes.truncate(length);
    }
}

/// Peak memory of this process in bytes, where the system tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[test]
fn damaged_streams_end_with_a_picture_or_a_sentence_in_bounded_time_and_memory() {
    let Some(data) = shared::data() else { return };
    let rounds = std::env::var("DOKUEI_MUTATIONS").ok();
    let rounds = rounds.and_then(|text| text.parse().ok()).unwrap_or(100);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stop = AtomicBool::new(false);
    let mut dice = Dice(0x2026_1121);
    for (tail, name) in REAL {
        let bytes = std::fs::read(data.join(name)).expect("the file is there");
        let path = write(folder.path(), "image.dcm", &bytes);
        let result = found(&path);
        let entry = result.series.first().expect("the sound file is an image");
        let head = [0xE0, 0x7F, 0x10, 0x00, b'O'];
        let start = bytes.windows(5).position(|part| part == head);
        let start = start.expect("it has pixels") + 12;
        let (mut pictures, mut slowest) = (0, Duration::ZERO);
        for _ in 0..rounds {
            let mut damaged = bytes.clone();
            damage(&mut damaged, start, &mut dice);
            std::fs::write(&path, &damaged).expect("the folder takes it");
            let begun = Instant::now();
            pictures += usize::from(load_plane(entry, 0, &stop).is_ok());
            slowest = slowest.max(begun.elapsed());
        }
        eprintln!(
            "{tail} {name}: {pictures} of {rounds} still give a picture, {slowest:?} at most"
        );
        assert!(slowest < Duration::from_secs(10), "{name}: {slowest:?}");
    }
    if let Some(peak) = peak_memory() {
        assert!(peak < 1 << 30, "{peak} bytes");
    }
}
