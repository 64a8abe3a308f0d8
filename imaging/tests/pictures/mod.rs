//! Photographs and slides made for one question each, and how they are read.
#![allow(dead_code, reason = "each test file uses its own part")]

use imaging::{Loaded, ScanOptions, ScanResult, SeriesEntry, load, scan};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use voxel::Samples;

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file can be written");
    path
}

pub(crate) fn found(path: &Path) -> ScanResult {
    let stop = AtomicBool::new(false);
    let paths = [path.to_path_buf()];
    scan(&paths, &ScanOptions::default(), &|_| {}, &stop)
}

pub(crate) fn loaded(entry: &SeriesEntry) -> Loaded {
    load(entry, &|_| {}, &AtomicBool::new(false)).expect("the picture can be read")
}

/// The only entry of a file, and its pixels.
pub(crate) fn only(bytes: &[u8]) -> (SeriesEntry, Loaded) {
    let folder = folder();
    let path = write(folder.path(), "a.picture", bytes);
    let mut result = found(&path);
    assert_eq!(result.skipped, []);
    assert_eq!(result.series.len(), 1);
    let entry = result.series.remove(0);
    let loaded = loaded(&entry);
    (entry, loaded)
}

/// Why a file cannot be shown: the code of its refusal at the scan or at the load.
pub(crate) fn refusal(bytes: &[u8]) -> (String, String) {
    let folder = folder();
    let path = write(folder.path(), "a.picture", bytes);
    let result = found(&path);
    if let Some(skipped) = result.skipped.first() {
        return (
            skipped.reason.code.clone(),
            skipped.reason.text().to_owned(),
        );
    }
    let outcome = load(&result.series[0], &|_| {}, &AtomicBool::new(false));
    let error = outcome.expect_err("the file is broken");
    (error.code().to_owned(), error.to_string())
}

pub(crate) fn codes(loaded: &Loaded) -> Vec<&str> {
    loaded
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect()
}

pub(crate) fn colours(loaded: &Loaded) -> Vec<[u8; 3]> {
    match loaded.volume.samples() {
        Samples::Rgb8(pixels) => pixels.to_vec(),
        other => panic!("no colours: {other:?}"),
    }
}

pub(crate) fn numbers(loaded: &Loaded) -> Vec<f64> {
    let samples = loaded.volume.samples();
    (0..samples.len())
        .filter_map(|at| samples.number(at))
        .collect()
}

/// How the numbers of a TIFF file are written.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) big_endian: bool,
    pub(crate) big_tiff: bool,
}

pub(crate) const LITTLE: Form = Form {
    big_endian: false,
    big_tiff: false,
};

impl Form {
    pub(crate) fn number(self, value: u64, width: usize) -> Vec<u8> {
        let mut bytes = value.to_le_bytes()[..width].to_vec();
        if self.big_endian {
            bytes.reverse();
        }
        bytes
    }

    pub(crate) fn words(self, values: &[u16]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| self.number(u64::from(*value), 2))
            .collect()
    }
}

/// One page of a made TIFF file.
#[derive(Clone)]
pub(crate) struct MadePage {
    tags: BTreeMap<u16, (u16, Vec<u64>)>,
    chunks: Vec<Vec<u8>>,
    below: Vec<MadePage>,
}

impl MadePage {
    /// One strip of grey samples.
    pub(crate) fn grey(columns: u64, rows: u64, bits: u64, pixels: Vec<u8>) -> Self {
        MadePage {
            tags: BTreeMap::new(),
            chunks: vec![pixels],
            below: Vec::new(),
        }
        .with(256, columns)
        .with(257, rows)
        .with(258, bits)
        .with(259, 1)
        .with(262, 1)
        .with(277, 1)
    }

    /// One strip of colours of 8 bits.
    pub(crate) fn rgb(columns: u64, rows: u64, pixels: Vec<u8>) -> Self {
        MadePage::grey(columns, rows, 8, pixels)
            .with(262, 2)
            .with(277, 3)
            .all(258, 3, &[8, 8, 8])
    }

    /// Tiles of colours of 8 bits, all of one colour.
    pub(crate) fn tiled(columns: u64, rows: u64, tile: u64, colour: [u8; 3]) -> Self {
        let count = columns.div_ceil(tile) * rows.div_ceil(tile);
        let one = colour.repeat((tile * tile) as usize);
        MadePage::rgb(columns, rows, Vec::new())
            .with(322, tile)
            .with(323, tile)
            .chunks(vec![one; count as usize])
    }

    /// Sets a number, short where it fits.
    pub(crate) fn with(self, tag: u16, value: u64) -> Self {
        let kind = if value < 1 << 16 { 3 } else { 4 };
        self.all(tag, kind, &[value])
    }

    /// Sets values of a kind; 5 is a pair for each value.
    pub(crate) fn all(mut self, tag: u16, kind: u16, values: &[u64]) -> Self {
        self.tags.insert(tag, (kind, values.to_vec()));
        self
    }

    pub(crate) fn text(self, text: &str) -> Self {
        let bytes: Vec<u64> = text.bytes().chain([0]).map(u64::from).collect();
        self.all(270, 2, &bytes)
    }

    pub(crate) fn chunks(mut self, chunks: Vec<Vec<u8>>) -> Self {
        self.chunks = chunks;
        self
    }

    pub(crate) fn below(mut self, page: MadePage) -> Self {
        self.below.push(page);
        self
    }

    /// Writes the page; gives its place, and the place of the pointer to the next one.
    fn write(&self, form: Form, out: &mut Vec<u8>) -> (u64, usize) {
        let below: Vec<u64> = self
            .below
            .iter()
            .map(|page| page.write(form, out).0)
            .collect();
        let mut page = self.clone();
        let offsets: Vec<u64> = self
            .chunks
            .iter()
            .map(|chunk| {
                let at = out.len() as u64;
                out.extend(chunk);
                at
            })
            .collect();
        let counts: Vec<u64> = self.chunks.iter().map(|chunk| chunk.len() as u64).collect();
        let tags = if self.tags.contains_key(&322) {
            (324, 325)
        } else {
            (273, 279)
        };
        page = page.all(tags.0, 4, &offsets).all(tags.1, 4, &counts);
        if !below.is_empty() {
            page = page.all(330, 4, &below);
        }
        let (room, pointer) = if form.big_tiff { (8, 8) } else { (4, 4) };
        let mut entries = Vec::new();
        for (tag, (kind, values)) in &page.tags {
            let width = match kind {
                1 | 2 | 7 => 1,
                3 => 2,
                12 => 8,
                _ => 4,
            };
            let count = if *kind == 5 {
                values.len() / 2
            } else {
                values.len()
            };
            let mut bytes: Vec<u8> = values.iter().flat_map(|v| form.number(*v, width)).collect();
            if bytes.len() > room {
                let at = out.len() as u64;
                out.extend(bytes);
                bytes = form.number(at, pointer);
            }
            bytes.resize(room, 0);
            entries.extend(form.number(u64::from(*tag), 2));
            entries.extend(form.number(u64::from(*kind), 2));
            entries.extend(form.number(count as u64, pointer));
            entries.extend(bytes);
        }
        let at = out.len() as u64;
        out.extend(form.number(page.tags.len() as u64, if form.big_tiff { 8 } else { 2 }));
        out.extend(entries);
        let next = out.len();
        out.extend(form.number(0, pointer));
        (at, next)
    }
}

/// A TIFF file of these pages.
pub(crate) fn tiff(form: Form, pages: &[MadePage]) -> Vec<u8> {
    let mut out = if form.big_endian {
        b"MM".to_vec()
    } else {
        b"II".to_vec()
    };
    let (pointer, mut next) = if form.big_tiff {
        for value in [43, 8, 0] {
            out.extend(form.number(value, 2));
        }
        (8, 8)
    } else {
        out.extend(form.number(42, 2));
        (4, 4)
    };
    out.extend(form.number(0, pointer));
    for page in pages {
        let (at, after) = page.write(form, &mut out);
        out.splice(next..next + pointer, form.number(at, pointer));
        next = after;
    }
    out
}

/// A flat JPEG stream: blocks of 8 × 8, each of one grey.
pub(crate) fn jpeg_blocks(columns: u16, rows: u16, greys: &[u8]) -> Vec<u8> {
    let across = usize::from(columns / 8);
    let pixels: Vec<u8> = (0..usize::from(rows))
        .flat_map(|y| (0..usize::from(columns)).map(move |x| (x / 8, y / 8)))
        .map(|(x, y)| greys[y * across + x])
        .collect();
    let mut out = Vec::new();
    jpeg_encoder::Encoder::new(&mut out, 100)
        .encode(&pixels, columns, rows, jpeg_encoder::ColorType::Luma)
        .expect("the picture can be coded");
    out
}
