//! NRRD and MetaImage files made for one question each. Affines and values that SimpleITK gave for
//! the same bytes are marked so.

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use imaging::{AffineReason, Loaded, ScanOptions, ScanResult, SeriesEntry, load, load_plane, scan};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use voxel::{VoxelIndex, VoxelPoint};

/// An NRRD header of 2 × 3 × 2 voxels, int16, at LPS (10, 20, 30), steps 2, 3, 4 mm.
const HEADER: &str = "NRRD0005
type: short
dimension: 3
space: left-posterior-superior
sizes: 2 3 2
space directions: (2,0,0) (0,3,0) (0,0,4)
space origin: (10,20,30)
endian: little
encoding: raw
";

/// A MetaImage header of the same image, without `ElementDataFile`.
const META: &str = "ObjectType = Image
NDims = 3
BinaryData = True
BinaryDataByteOrderMSB = False
CompressedData = False
TransformMatrix = 1 0 0 0 1 0 0 0 1
Offset = 10 20 30
ElementSpacing = 2 3 4
DimSize = 2 3 2
ElementType = MET_SHORT
";

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file can be written");
    path
}

/// Writes a header, a blank line (where `end` says so) and samples.
fn put(folder: &Path, name: &str, header: &str, end: &str, data: &[u8]) -> PathBuf {
    write(
        folder,
        name,
        &[header.as_bytes(), end.as_bytes(), data].concat(),
    )
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// 0, 1, 2, … as little-endian 16-bit samples.
fn shorts(values: std::ops::Range<i16>) -> Vec<u8> {
    values.flat_map(i16::to_le_bytes).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).expect("hexadecimal digits"))
        .collect()
}

fn found(path: &Path) -> ScanResult {
    let stop = AtomicBool::new(false);
    scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    )
}

/// Entries of a file that must be read.
fn entries(path: &Path) -> Vec<SeriesEntry> {
    let result = found(path);
    assert_eq!(result.skipped, [], "{}", path.display());
    result.series
}

/// Code of the refusal, at the scan or at the load.
fn refusal(path: &Path) -> String {
    let result = found(path);
    match result.skipped.first() {
        Some(skipped) => skipped.reason.code.clone(),
        None => {
            let read = load(&result.series[0], &|_| {}, &AtomicBool::new(false));
            read.expect_err("a refusal").code().to_owned()
        }
    }
}

fn codes(entry: &SeriesEntry) -> Vec<&str> {
    let codes = entry.problems.iter().map(|problem| problem.code.as_str());
    codes.collect()
}

/// The whole volume; every plane read alone must hold the same samples at the same place.
fn loaded(entry: &SeriesEntry) -> Loaded {
    let stop = AtomicBool::new(false);
    let whole = load(entry, &|_| {}, &stop).expect("the image can be read");
    let [columns, rows, planes] = entry.size;
    for k in 0..planes {
        let alone = load_plane(entry, k, &stop).expect("a plane can be read");
        for n in 0..columns * rows {
            assert_eq!(
                alone.volume.samples().number(n),
                whole.volume.samples().number(k * columns * rows + n)
            );
        }
        let place = |loaded: &Loaded, k: f64| {
            let grid = loaded.volume.grid();
            grid.patient_from_voxel(VoxelPoint([1.0, 1.0, k]))
        };
        let apart = place(&alone, 0.0).distance_mm(place(&whole, k as f64));
        assert!(apart < 1e-9, "plane {k} lies {apart} mm from its place");
    }
    assert!(load_plane(entry, planes, &stop).is_err());
    whole
}

/// All stored samples of the only entry of a file.
fn values(path: &Path) -> Vec<f64> {
    let entries = entries(path);
    assert_eq!(entries.len(), 1);
    values_of(&entries[0])
}

fn values_of(entry: &SeriesEntry) -> Vec<f64> {
    let volume = loaded(entry).volume;
    (0..volume.samples().len())
        .filter_map(|n| volume.samples().number(n))
        .collect()
}

fn counting(n: usize) -> Vec<f64> {
    (0..n).map(|n| n as f64).collect()
}

#[test]
fn every_encoding_gives_the_same_samples() {
    let folder = folder();
    let plain = shorts(0..12);
    let digits: String = plain.iter().map(|byte| format!("{byte:02x}\n")).collect();
    let text = b"0 1 2 3 4 5\n6, 7, 8\n9 10 11\n".to_vec();
    // bytes 0 to 23 by Python's bz2: samples 256, 770, …
    let bzip2 = hex(
        "425a6839314159265359f7cd3b6100000060007fffff802000228001a6864c85068d1a0c80d15cf84653a56d7c64343be748fc8bf177245385090f7cd3b610",
    );
    for (encoding, data) in [
        ("raw", plain.clone()),
        ("gzip", gzip(&plain)),
        ("gz", gzip(&plain)),
        ("hex", digits.into_bytes()),
        ("ascii", text.clone()),
        ("txt", text),
    ] {
        let header = HEADER.replace("encoding: raw", &format!("encoding: {encoding}"));
        let path = put(folder.path(), "a.nrrd", &header, "\n", &data);
        assert_eq!(values(&path), counting(12), "{encoding}");
    }
    let header = HEADER.replace("encoding: raw", "encoding: bzip2");
    let path = put(folder.path(), "a.nrrd", &header, "\n", &bzip2);
    let expected: Vec<f64> = (0..12).map(|n| f64::from(256 + 514 * n)).collect();
    assert_eq!(values(&path), expected);
}

#[test]
fn bzip2_of_several_blocks_and_streams_is_inflated_and_proved() {
    let folder = folder();
    // 300 000 bytes (i / 1000) mod 7 in blocks of 100 000, by Python's bz2
    let one = hex(
        "425a683131415926535938374aff000055c001ff00008000083000d831064c40da834014aa9fa8f547ea9d01d4984064065278406406527a406406526901901949f480c80ca4fc4062aac49c843cea4ea4ea4ea4ea4d49b01b01b01b01b01b0258800f17724538509038374aff",
    );
    let header = "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 1000 100 6\nencoding: bz2\n";
    let twice = [one.clone(), one.clone()].concat();
    let path = put(folder.path(), "a.nrrd", header, "\n", &twice);
    let expected: Vec<f64> = (0..600_000)
        .map(|n| f64::from(n % 300_000 / 1000 % 7))
        .collect();
    assert!(values(&path) == expected);
    // 777 times a, 4 times b, 5 times c: runs with and without a count
    let runs = hex(
        "425a6839314159265359d7cbacd4000004c100e04038000008200021b50c42180722549a24cb0acf177245385090d7cbacd4",
    );
    let header = "NRRD0004\ntype: uint8\ndimension: 1\nsizes: 786\nencoding: bz2\n";
    let path = put(folder.path(), "b.nrrd", header, "\n", &runs);
    let text = [vec![97.0; 777], vec![98.0; 4], vec![99.0; 5]].concat();
    assert_eq!(values(&path), text);
    for at in 4..runs.len() {
        let mut damaged = runs.clone();
        damaged[at] ^= 0x10;
        let path = put(folder.path(), "c.nrrd", header, "\n", &damaged);
        // a bit that no symbol uses changes nothing; every other one is found
        let read = load(&entries(&path)[0], &|_| {}, &AtomicBool::new(false));
        match read {
            Ok(read) => assert_eq!(read.volume.samples().number(780), Some(98.0), "{at}"),
            Err(error) => assert!(
                ["inflate", "pixel_data_too_short"].contains(&error.code()),
                "{at}: {error}"
            ),
        }
    }
}

#[test]
fn both_byte_orders_and_all_types_are_read() {
    let folder = folder();
    let types: [(&str, &str, Vec<u8>, f64); 10] = [
        ("signed char", "MET_CHAR", vec![0xFE], -2.0),
        ("uchar", "MET_UCHAR", vec![0xFE], 254.0),
        (
            "int16_t",
            "MET_SHORT",
            (-300_i16).to_be_bytes().into(),
            -300.0,
        ),
        (
            "ushort",
            "MET_USHORT",
            60_000_u16.to_be_bytes().into(),
            60_000.0,
        ),
        (
            "int",
            "MET_LONG",
            (-70_000_i32).to_be_bytes().into(),
            -70_000.0,
        ),
        ("uint32", "MET_UINT", 4e9_f64.to_le_bytes().into(), 0.0),
        (
            "long long",
            "MET_LONG_LONG",
            (-5_i64).to_be_bytes().into(),
            -5.0,
        ),
        (
            "uint64",
            "MET_ULONG_LONG",
            (1_u64 << 50).to_be_bytes().into(),
            (1_u64 << 50) as f64,
        ),
        (
            "float",
            "MET_FLOAT",
            0.1_f32.to_be_bytes().into(),
            f64::from(0.1_f32),
        ),
        ("double", "MET_DOUBLE", 0.1_f64.to_be_bytes().into(), 0.1),
    ];
    for (nrrd, meta, mut big, mut expected) in types {
        if nrrd == "uint32" {
            (big, expected) = (4_000_000_000_u32.to_be_bytes().into(), 4e9);
        }
        let mut little = big.clone();
        little.reverse();
        for (order, msb, bytes) in [("big", "True", big), ("little", "False", little)] {
            let header = format!(
                "NRRD0001\ntype: {nrrd}\ndimension: 1\nsizes: 1\nendian: {order}\nencoding: raw\n"
            );
            let path = put(folder.path(), "a.nrrd", &header, "\n", &bytes);
            assert_eq!(values(&path), [expected], "{nrrd} {order}");
            let header = format!(
                "NDims = 1\nDimSize = 1\nElementType = {meta}\nElementByteOrderMSB = {msb}\nElementDataFile = LOCAL\n"
            );
            let path = put(folder.path(), "a.mha", &header, "", &bytes);
            assert_eq!(values(&path), [expected], "{meta} {order}");
        }
    }
}

#[test]
fn every_space_becomes_lps_as_simple_itk_has_it() {
    let folder = folder();
    // rows of the affine by SimpleITK for steps (1.6,1.2,0) (-1.8,2.4,0) (0,0,4), origin (10,20,30)
    let lps = [
        [1.6, -1.8, 0.0, 10.0],
        [1.2, 2.4, 0.0, 20.0],
        [0.0, 0.0, 4.0, 30.0],
    ];
    let ras = [
        [-1.6, 1.8, 0.0, -10.0],
        [-1.2, -2.4, 0.0, -20.0],
        [0.0, 0.0, 4.0, 30.0],
    ];
    let las = [
        [1.6, -1.8, 0.0, 10.0],
        [-1.2, -2.4, 0.0, -20.0],
        [0.0, 0.0, 4.0, 30.0],
    ];
    for (space, expected) in [
        ("left-posterior-superior", lps),
        ("LPS", lps),
        ("right-anterior-superior", ras),
        ("RAS", ras),
        ("left-anterior-superior", las),
        ("scanner-xyz", lps),
    ] {
        let header = HEADER.replace("left-posterior-superior", space).replace(
            "(2,0,0) (0,3,0) (0,0,4)",
            "(1.6, 1.2, 0) (-1.8,2.4,0)  (0,0,4)",
        );
        let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
        let entry = &entries(&path)[0];
        let affine = entry.affine_lps.expect("an affine");
        for (row, expected) in affine.iter().zip(expected) {
            for (a, b) in row.iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{space}: {affine:?}");
            }
        }
        assert_eq!(
            codes(entry).contains(&"scanner_space"),
            space == "scanner-xyz"
        );
    }
    for space in ["3D-right-handed", "middle-earth"] {
        let header = HEADER.replace("left-posterior-superior", space);
        let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
        let found = found(&path);
        match found.series.first() {
            Some(entry) => {
                assert_eq!(entry.affine_reason, Some(AffineReason::NoGeometry));
                assert_eq!(entry.spacing_mm, Some([2.0, 3.0, 4.0]));
            }
            None => assert_eq!(found.skipped[0].reason.code, "attribute_invalid"),
        }
    }
}

#[test]
fn a_meta_image_matrix_holds_one_row_for_each_axis_of_the_image() {
    let folder = folder();
    let header = META.replace("1 0 0 0 1 0 0 0 1", "0.8 0.6 0 -0.6 0.8 0 0 0 1");
    let path = put(
        folder.path(),
        "a.mha",
        &header,
        "ElementDataFile = LOCAL\n",
        &shorts(0..12),
    );
    // SimpleITK: direction 0.8 -0.6 0, 0.6 0.8 0, 0 0 1; spacing 2 3 4; origin 10 20 30
    let expected = [
        [1.6, -1.8, 0.0, 10.0],
        [1.2, 2.4, 0.0, 20.0],
        [0.0, 0.0, 4.0, 30.0],
    ];
    let affine = entries(&path)[0].affine_lps.expect("an affine");
    for (row, expected) in affine.iter().zip(expected) {
        for (a, b) in row.iter().zip(expected) {
            assert!((a - b).abs() < 1e-12, "{affine:?}");
        }
    }
    // older names; SimpleITK: direction 0 0 1, 1 0 0, 0 1 0
    for (matrix, offset) in [("Orientation", "Position"), ("Rotation", "Origin")] {
        let header = META
            .replace(
                "TransformMatrix = 1 0 0 0 1 0 0 0 1",
                &format!("{matrix} = 0 1 0 0 0 1 1 0 0"),
            )
            .replace("Offset", offset)
            .replace("ElementSpacing", "CenterOfRotation = 5 6 7\nElementSize");
        let path = put(
            folder.path(),
            "b.mha",
            &header,
            "ElementDataFile = LOCAL\n",
            &shorts(0..12),
        );
        let affine = entries(&path)[0].affine_lps.expect("an affine");
        assert_eq!(
            affine[..3],
            [
                [0.0, 0.0, 4.0, 10.0],
                [2.0, 0.0, 0.0, 20.0],
                [0.0, 3.0, 0.0, 30.0]
            ]
        );
    }
}

#[test]
fn files_that_simple_itk_wrote_lie_where_it_put_them() {
    let folder = folder();
    // an image turned by 0.3 about y, written by SimpleITK 2.5
    let meta = "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = False\nTransformMatrix = 0.95533648912560598 0 -0.29552020666133955 0 1 0 0.29552020666133955 0 0.95533648912560598\nOffset = -10 20 -30\nCenterOfRotation = 0 0 0\nAnatomicalOrientation = RAI\nElementSpacing = 0.5 0.75 2\nDimSize = 4 3 2\nElementType = MET_SHORT\nElementDataFile = LOCAL\n";
    let nrrd = "NRRD0004\n# Complete NRRD file format specification at:\n# http://teem.sourceforge.net/nrrd/format.html\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: 4 3 2\nspace directions: (0.47766824456280299,0,-0.14776010333066977) (0,0.75,0) (0.59104041332267909,0,1.910672978251212)\nkinds: domain domain domain\nendian: little\nencoding: raw\nspace origin: (-10,20,-30)\n\n";
    let (cos, sin) = (0.3_f64.cos(), 0.3_f64.sin());
    let expected = [
        [0.5 * cos, 0.0, 2.0 * sin, -10.0],
        [0.0, 0.75, 0.0, 20.0],
        [-0.5 * sin, 0.0, 2.0 * cos, -30.0],
    ];
    for (name, header) in [("w.mha", meta), ("w.nrrd", nrrd)] {
        let path = put(folder.path(), name, header, "", &shorts(0..24));
        let affine = entries(&path)[0].affine_lps.expect("an affine");
        for (row, expected) in affine.iter().zip(expected) {
            for (a, b) in row.iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{name}: {affine:?}");
            }
        }
        assert_eq!(values(&path), counting(24));
    }
}

#[test]
fn sheared_directions_are_kept_and_lengths_converted() {
    let folder = folder();
    let header = HEADER.replace("(0,0,4)", "(0,1,4)") + "space units: \"cm\" \"cm\" \"cm\"\n";
    let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
    let entry = &entries(&path)[0];
    assert_eq!(codes(entry), ["length_unit", "sheared"]);
    let affine = entry.affine_lps.expect("an affine");
    assert_eq!(
        [affine[1][2], affine[2][2], affine[0][3]],
        [10.0, 40.0, 100.0]
    );
    let header = META.to_owned() + "DistanceUnits = um\n";
    let path = put(
        folder.path(),
        "a.mha",
        &header,
        "ElementDataFile = LOCAL\n",
        &shorts(0..12),
    );
    let spacing = entries(&path)[0].spacing_mm.expect("a spacing");
    assert!((spacing[2] - 0.004).abs() < 1e-15);
}

#[test]
fn without_a_place_there_is_spacing_and_without_spacing_there_are_pixels() {
    let folder = folder();
    let bare = "NRRD0002\ntype: short\ndimension: 3\nsizes: 2 3 2\nendian: little\nencoding: raw\n";
    let path = put(folder.path(), "a.nrrd", bare, "\n", &shorts(0..12));
    let entry = &entries(&path)[0];
    assert_eq!((entry.spacing_mm, entry.affine_lps), (None, None));
    assert_eq!(entry.affine_reason, Some(AffineReason::NoGeometry));
    assert_eq!(codes(entry), ["spacing_invalid", "no_orientation"]);
    let header = format!("{bare}spacings: 2 3 4\ncenters: cell cell cell\naxis mins: 5 5 5\n");
    let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
    let entry = &entries(&path)[0];
    assert_eq!(entry.spacing_mm, Some([2.0, 3.0, 4.0]));
    assert_eq!(codes(entry), ["no_orientation"]);
    for spacing in ["0 1 -1", "nan 1 1", "inf 1 1"] {
        let header = META.replace("2 3 4", spacing);
        let path = put(
            folder.path(),
            "a.mha",
            &header,
            "ElementDataFile = LOCAL\n",
            &shorts(0..12),
        );
        let entry = &entries(&path)[0];
        assert_eq!(
            (entry.spacing_mm, entry.affine_lps),
            (None, None),
            "{spacing}"
        );
    }
    let header = HEADER.replace("space origin: (10,20,30)\n", "");
    let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
    let entry = &entries(&path)[0];
    assert_eq!(codes(entry), ["no_origin"]);
    assert!(entry.affine_lps.is_some());
}

#[test]
fn a_single_oblique_plane_lies_in_space() {
    let folder = folder();
    let header = "NRRD0004\ntype: uchar\ndimension: 2\nspace: LPS\nsizes: 2 2\nspace directions: (0,2,0) (0,0,3)\nspace origin: (1,2,3)\nencoding: raw\n";
    let path = put(folder.path(), "a.nrrd", header, "\n", &[1, 2, 3, 4]);
    let entry = &entries(&path)[0];
    assert_eq!(entry.size, [2, 2, 1]);
    // the normal of y and z is x, 1 mm
    assert_eq!(
        entry.affine_lps.expect("an affine")[..3],
        [
            [0.0, 0.0, 1.0, 1.0],
            [2.0, 0.0, 0.0, 2.0],
            [0.0, 3.0, 0.0, 3.0]
        ]
    );
}

/// Colours of the only entry.
fn colours(path: &Path) -> Vec<[u8; 3]> {
    let entries = entries(path);
    assert_eq!((entries.len(), entries[0].channels), (1, 3));
    match loaded(&entries[0]).volume.samples() {
        voxel::Samples::Rgb8(pixels) => pixels.to_vec(),
        _ => panic!("grey"),
    }
}

#[test]
fn colours_are_colours_wherever_their_axis_stands() {
    let folder = folder();
    let colour = |n: u8| [n, 100 + n, 200 + n];
    let expected: Vec<[u8; 3]> = (0..12).map(colour).collect();
    let first: Vec<u8> = expected.iter().flatten().copied().collect();
    let last: Vec<u8> = (0..3)
        .flat_map(|c| expected.iter().map(move |rgb| rgb[c]))
        .collect();
    let middle: Vec<u8> = expected
        .chunks(2)
        .flat_map(|row| (0..3).flat_map(|c| row.iter().map(move |rgb| rgb[c])))
        .collect();
    for (sizes, kinds, data) in [
        ("3 2 3 2", "RGB-color domain domain domain", first.clone()),
        ("2 3 2 3", "domain domain domain RGB-color", last),
        ("2 3 3 2", "domain RGB-color domain domain", middle),
    ] {
        let header = format!(
            "NRRD0004\ntype: uchar\ndimension: 4\nsizes: {sizes}\nkinds: {kinds}\nencoding: raw\n"
        );
        let path = put(folder.path(), "a.nrrd", &header, "\n", &data);
        assert_eq!(colours(&path), expected, "{kinds}");
        let header = header.replace("raw", "gzip");
        let path = put(folder.path(), "b.nrrd", &header, "\n", &gzip(&data));
        assert_eq!(colours(&path), expected, "{kinds}");
    }
    let header = META.replace("MET_SHORT", "MET_UCHAR\nElementNumberOfChannels = 3");
    let path = put(
        folder.path(),
        "a.mha",
        &header,
        "ElementDataFile = LOCAL\n",
        &first,
    );
    assert_eq!(colours(&path), expected);
}

#[test]
fn transparency_is_told_and_colours_of_16_bits_keep_their_range() {
    let folder = folder();
    let header = "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 2 1\nkinds: RGBA-color domain domain\nencoding: raw\n";
    let path = put(
        folder.path(),
        "a.nrrd",
        header,
        "\n",
        &[1, 2, 3, 255, 4, 5, 6, 0],
    );
    assert_eq!(colours(&path), [[1, 2, 3], [4, 5, 6]]);
    let read = loaded(&entries(&path)[0]);
    assert!(
        read.problems
            .iter()
            .any(|problem| problem.code == "alpha_ignored")
    );
    let header = "NRRD0004\ntype: ushort\nendian: big\ndimension: 3\nsizes: 3 2 1\nkinds: RGB-color domain domain\nencoding: raw\n";
    let wide = [0x0100_u16, 0x0200, 0xFFFF, 0x0300, 0x0400, 0x8000];
    let data: Vec<u8> = wide.iter().flat_map(|n| n.to_be_bytes()).collect();
    let path = put(folder.path(), "b.nrrd", header, "\n", &data);
    assert_eq!(colours(&path), [[1, 2, 255], [3, 4, 128]]);
    let range = loaded(&entries(&path)[0]).colour_range.expect("colours");
    assert_eq!((range[0].mean, range[2].max), (512.0, 65535.0));
}

#[test]
fn further_axes_are_volumes_with_their_own_samples() {
    let folder = folder();
    // list last, list first: SimpleITK shows both as two components
    let four = "NRRD0005\ntype: short\ndimension: 4\nspace: LPS\nendian: little\nencoding: raw\nspace origin: (1,2,3)\n";
    let last = format!(
        "{four}sizes: 2 3 2 2\nspace directions: (2,0,0) (0,3,0) (0,0,4) none\nkinds: domain domain domain list\n"
    );
    let path = put(folder.path(), "last.nrrd", &last, "\n", &shorts(0..24));
    let series = entries(&path);
    assert_eq!(series.len(), 2);
    assert_eq!(series[1].stack, "volume 2 of 2");
    assert_eq!(values_of(&series[1])[..3], [12.0, 13.0, 14.0]);
    let first = format!(
        "{four}sizes: 2 2 3 2\nspace directions: none (2,0,0) (0,3,0) (0,0,4)\nkinds: vector domain domain domain\n"
    );
    let path = put(folder.path(), "first.nrrd", &first, "\n", &shorts(0..24));
    let series = entries(&path);
    assert_eq!(series[1].stack, "component 2 of 2");
    assert_eq!(values_of(&series[1])[..3], [1.0, 3.0, 5.0]);
    assert_eq!(series[0].affine_lps, series[1].affine_lps);
    // time as the fourth coordinate of a space
    let timed = format!(
        "{four}sizes: 2 3 2 2\nspace directions: (2,0,0,0) (0,3,0,0) (0,0,4,0) (0,0,0,5)\n"
    )
    .replace("space: LPS", "space: LPST")
    .replace("(1,2,3)", "(1,2,3,0)");
    let path = put(folder.path(), "timed.nrrd", &timed, "\n", &shorts(0..24));
    assert_eq!(entries(&path).len(), 2);
    assert_eq!(values_of(&entries(&path)[1])[0], 12.0);
    // MetaImage: two channels of three times
    let header = META
        .replace("NDims = 3", "NDims = 4")
        .replace("1 0 0 0 1 0 0 0 1", "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1")
        .replace("10 20 30", "10 20 30 0")
        .replace("2 3 4", "2 3 4 1")
        .replace(
            "DimSize = 2 3 2",
            "DimSize = 2 3 2 3\nElementNumberOfChannels = 2",
        );
    let path = put(
        folder.path(),
        "a.mha",
        &header,
        "ElementDataFile = LOCAL\n",
        &shorts(0..72),
    );
    let series = entries(&path);
    assert_eq!(series.len(), 6);
    assert_eq!(series[3].stack, "channel 2 of 2, volume 2 of 3");
    assert_eq!(values_of(&series[3])[..2], [25.0, 27.0]);
    assert_eq!(series[3].spacing_mm, Some([2.0, 3.0, 4.0]));
}

#[test]
fn volumes_are_told_apart_in_the_words_of_their_program() {
    let folder = folder();
    let head = "NRRD0005\ntype: uchar\ndimension: 4\nsizes: 3 1 1 1\nkinds: list domain domain domain\nencoding: raw\n";
    let stacks = |pairs: &str| -> Vec<String> {
        let path = put(
            folder.path(),
            "a.seg.nrrd",
            &format!("{head}{pairs}"),
            "\n",
            &[1, 2, 3],
        );
        entries(&path)
            .into_iter()
            .map(|entry| entry.stack)
            .collect()
    };
    // b grows with the square of the length: (1/2)² of 1000
    let diffusion = "modality:=DWMRI\nDWMRI_b-value:=1000\nDWMRI_gradient_0000:=0 0 0\nDWMRI_gradient_0001:=0 2 0\nDWMRI_gradient_0002:=0.6 0 0.8\n";
    let expected = ["b=0", "b=1000", "b=250"];
    for (n, (stack, weight)) in stacks(diffusion).iter().zip(expected).enumerate() {
        assert_eq!(*stack, format!("volume {} of 3, {weight}", n + 1));
    }
    let repeated = "DWMRI_b-value:=800\nDWMRI_gradient_0000:=0 0 0\nDWMRI_NEX_0000:=2\nDWMRI_gradient_0002:=1 0 0\n";
    assert_eq!(stacks(repeated)[1], "volume 2 of 3, b=0");
    let frames = "MultiVolume.FrameLabels:=0,50,100\nMultiVolume.FrameIdentifyingDICOMTagName:=TriggerTime\nMultiVolume.FrameIdentifyingDICOMTagUnits:=ms\n";
    assert_eq!(stacks(frames)[2], "volume 3 of 3, TriggerTime 100 ms");
    let segments = "Segment0_ID:=S0\nSegment0_Name:=肝\nSegment0_LabelValue:=1\nSegment0_Layer:=0\nSegment1_Name:=Tumour\nSegment1_LabelValue:=2\nSegment1_Layer:=0\nSegment2_Name:=Vessel\nSegment2_LabelValue:=1\nSegment2_Layer:=2\n";
    assert_eq!(
        stacks(segments),
        [
            "layer 1 of 3, 肝 (1), Tumour (2)",
            "layer 2 of 3",
            "layer 3 of 3, Vessel (1)"
        ]
    );
    let one = head.replace("3 1 1 1", "1 1 1 1") + segments;
    let path = put(folder.path(), "one.seg.nrrd", &one, "\n", &[1]);
    let entry = &entries(&path)[0];
    assert_eq!(
        (entry.description.as_str(), entry.stack.as_str()),
        ("one", "肝 (1), Tumour (2)")
    );
}

#[test]
fn detached_samples_are_found_in_one_file_or_several() {
    let folder = folder();
    let at = folder.path();
    write(at, "all.raw", &shorts(0..12));
    write(at, "all.raw.gz", &gzip(&shorts(0..12)));
    write(at, "s001.raw", &shorts(0..6));
    write(at, "s003.raw", &shorts(6..12));
    write(at, "with space.raw", &shorts(0..12));
    std::fs::create_dir(at.join("sub")).expect("a folder");
    write(at, "sub/all.raw", &shorts(0..12));
    for name in [
        "all.raw",
        "./all.raw",
        "sub/all.raw",
        "with space.raw",
        "s%03d.raw 1 3 2",
        "s%03d.raw 1 3 2 2",
        "LIST\ns001.raw\ns003.raw",
        "LIST 2\ns001.raw\ns003.raw",
        "LIST 3\ns001.raw\ns003.raw",
    ] {
        let path = put(at, "a.nhdr", HEADER, &format!("data file: {name}\n"), b"");
        assert_eq!(values(&path), counting(12), "{name}");
    }
    let header = HEADER.replace("raw", "gzip");
    let path = put(at, "a.nhdr", &header, "datafile: all.raw.gz\n", b"");
    assert_eq!(values(&path), counting(12));
    for name in [
        "all.raw",
        "sub\\all.raw",
        "with space.raw",
        "s%03d.raw 1 3 2",
        "s%03d.raw 1 3",
        "LIST\ns001.raw\ns003.raw",
        "LIST 2D\ns001.raw\ns003.raw",
    ] {
        let path = put(
            at,
            "a.mhd",
            META,
            &format!("ElementDataFile = {name}\n"),
            b"",
        );
        assert_eq!(values(&path), counting(12), "{name}");
    }
    // as many names as planes, or none
    for name in [
        "LIST\ns001.raw",
        "s%03d.raw 1 2000000000 1",
        "s%03d.raw 1 3 0",
    ] {
        let path = put(at, "b.nhdr", HEADER, &format!("data file: {name}\n"), b"");
        assert_eq!(refusal(&path), "contradiction", "{name}");
        let path = put(
            at,
            "b.mhd",
            META,
            &format!("ElementDataFile = {name}\n"),
            b"",
        );
        assert_eq!(refusal(&path), "contradiction", "{name}");
    }
}

#[test]
fn data_files_outside_the_folder_are_never_opened() {
    let folder = folder();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).expect("a folder");
    let outside = write(folder.path(), "outside.raw", &shorts(0..12));
    let absolute = outside.display().to_string();
    for name in [
        "../outside.raw",
        "x/../../outside.raw",
        absolute.as_str(),
        "C:\\outside.raw",
    ] {
        let path = put(
            &inner,
            "a.nhdr",
            HEADER,
            &format!("data file: {name}\n"),
            b"",
        );
        let skipped = found(&path).skipped;
        assert_eq!(skipped[0].reason.code, "outside_folder", "{name}");
        assert!(skipped[0].reason.text().contains("outside"), "{name}");
        let path = put(
            &inner,
            "a.mhd",
            META,
            &format!("ElementDataFile = {name}\n"),
            b"",
        );
        assert_eq!(refusal(&path), "outside_folder", "{name}");
    }
    let inside = write(&inner, "inside.raw", &shorts(0..12))
        .display()
        .to_string();
    let path = put(
        &inner,
        "a.nhdr",
        HEADER,
        &format!("data file: {inside}\n"),
        b"",
    );
    assert_eq!(values(&path), counting(12));
    let path = put(&inner, "b.nhdr", HEADER, "data file: absent.raw\n", b"");
    let skipped = found(&path).skipped;
    assert_eq!(skipped[0].reason.code, "attribute_missing");
    assert!(skipped[0].reason.text().contains("absent.raw"));
}

#[test]
fn bytes_and_lines_before_the_samples_are_passed_over() {
    let folder = folder();
    let at = folder.path();
    let before = [b"one\ntwo\nxyz".to_vec(), shorts(0..12)].concat();
    write(at, "a.raw", &before);
    for skip in [
        "line skip: 2\nbyte skip: 3",
        "byte skip: 11",
        "byte skip: -1",
    ] {
        let path = put(
            at,
            "a.nhdr",
            HEADER,
            &format!("{skip}\ndata file: a.raw\n"),
            b"",
        );
        assert_eq!(values(&path), counting(12), "{skip}");
    }
    let path = put(
        at,
        "a.nhdr",
        HEADER,
        "byte skip: -5\ndata file: a.raw\n",
        b"",
    );
    assert_eq!(refusal(&path), "attribute_invalid");
    // lines before what is compressed, bytes within it
    let packed = [b"line\n".to_vec(), gzip(&before)].concat();
    let header = HEADER.replace("raw", "gzip") + "line skip: 1\n";
    for skip in ["byte skip: 11", "byte skip: -1"] {
        let path = put(at, "b.nrrd", &format!("{header}{skip}\n"), "\n", &packed);
        assert_eq!(values(&path), counting(12), "{skip}");
    }
    for size in ["11", "-1"] {
        let end = format!("HeaderSize = {size}\nElementDataFile = a.raw\n");
        let path = put(at, "a.mhd", META, &end, b"");
        assert_eq!(values(&path), counting(12), "{size}");
    }
    let path = put(
        at,
        "b.mha",
        META,
        "HeaderSize = -1\nElementDataFile = LOCAL\n",
        &before,
    );
    assert_eq!(values(&path), counting(12));
}

#[test]
fn compressed_and_written_meta_images_are_read_and_their_values_scaled() {
    let folder = folder();
    let at = folder.path();
    let header = META.replace("CompressedData = False", "CompressedData = True");
    for packed in [zlib(&shorts(0..12)), gzip(&shorts(0..12))] {
        let size = format!("CompressedDataSize = {}\n", packed.len());
        for size in [size.as_str(), ""] {
            let end = format!("{size}ElementDataFile = LOCAL\n");
            let path = put(at, "a.mha", &header, &end, &packed);
            assert_eq!(values(&path), counting(12));
        }
        let end = "CompressedDataSize = 4000\nElementDataFile = LOCAL\n";
        let path = put(at, "a.mha", &header, end, &packed);
        assert_eq!(refusal(&path), "length_beyond_end");
    }
    let header = META.replace("BinaryData = True", "BinaryData = False");
    let path = put(
        at,
        "a.mha",
        &header,
        "ElementDataFile = LOCAL\n",
        b"0 1 2 3 4 5 6 7 8 9 10 11\n",
    );
    assert_eq!(values(&path), counting(12));
    let end = "Modality = MET_MOD_CT\nElementToIntensityFunctionSlope = 2\nElementToIntensityFunctionOffset = -5\nElementDataFile = LOCAL\n";
    let path = put(at, "a.mha", META, end, &shorts(0..12));
    let entry = &entries(&path)[0];
    assert_eq!(entry.modality, "CT");
    let value = loaded(entry).volume.value(VoxelIndex([1, 2, 1]));
    assert_eq!(value, Some(17.0));
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_allocated() {
    let folder = folder();
    let at = folder.path();
    let plain = shorts(0..12);
    let nrrd: [(&str, &str, &str); 14] = [
        ("type: short", "type: block", "unsupported_coding"),
        ("encoding: raw", "encoding: zrl", "unsupported_coding"),
        ("NRRD0005", "NRRD0009", "unsupported_coding"),
        ("endian: little\n", "", "attribute_missing"),
        ("encoding: raw\n", "", "attribute_missing"),
        ("sizes: 2 3 2", "sizes: 2 3 0", "attribute_invalid"),
        ("sizes: 2 3 2", "sizes: 2 3 -2", "attribute_invalid"),
        ("sizes: 2 3 2", "sizes: 2 3", "contradiction"),
        ("sizes: 2 3 2", "sizes: 99999999 99999999 99999999", "limit"),
        (
            "sizes: 2 3 2",
            "sizes: 1000 1000 1000",
            "pixel_data_too_short",
        ),
        ("dimension: 3", "dimension: 99", "attribute_invalid"),
        ("(2,0,0) (0,3,0)", "(2,0,0) (4,0,0)", "geometry"),
        ("(2,0,0) (0,3,0)", "(inf,0,0) (0,3,0)", "geometry"),
        (
            "sizes: 2 3 2",
            "sizes: 2 3 2\nsizes: 2 3 1",
            "contradiction",
        ),
    ];
    for (from, to, code) in nrrd {
        let path = put(at, "a.nrrd", &HEADER.replace(from, to), "\n", &plain);
        assert_eq!(refusal(&path), code, "{to}");
    }
    let header = HEADER
        .replace("raw", "gzip")
        .replace("2 3 2", "1000 1000 1000");
    let path = put(at, "bomb.nrrd", &header, "\n", &gzip(&plain));
    assert_eq!(refusal(&path), "pixel_data_too_short");
    let header = HEADER.replace("raw", "gzip").replace("2 3 2", "2 3 20");
    let path = put(at, "cut.nrrd", &header, "\n", &gzip(&plain));
    assert_eq!(refusal(&path), "pixel_data_too_short");
    let mut wrong = gzip(&plain);
    let end = wrong.len() - 6;
    wrong[end] ^= 1;
    let path = put(at, "sum.nrrd", &HEADER.replace("raw", "gzip"), "\n", &wrong);
    assert_eq!(refusal(&path), "inflate");
    let meta: [(&str, &str, &str); 9] = [
        ("MET_SHORT", "MET_BANANA", "unsupported_coding"),
        (
            "ObjectType = Image",
            "ObjectType = Tube",
            "unsupported_coding",
        ),
        ("DimSize = 2 3 2", "DimSize = 2 3 0", "attribute_invalid"),
        ("DimSize = 2 3 2", "DimSize = 2 3", "contradiction"),
        (
            "DimSize = 2 3 2",
            "DimSize = 2000000000 2000000000 2",
            "limit",
        ),
        ("DimSize = 2 3 2\n", "", "attribute_missing"),
        ("NDims = 3", "NDims = 0", "attribute_invalid"),
        ("1 0 0 0 1 0 0 0 1", "1 0 0 1 0 0 0 0 1", "geometry"),
        ("1 0 0 0 1 0 0 0 1", "1 0 0 1", "contradiction"),
    ];
    for (from, to, code) in meta {
        let header = META.replace(from, to);
        let path = put(at, "a.mha", &header, "ElementDataFile = LOCAL\n", &plain);
        assert_eq!(refusal(&path), code, "{to}");
    }
    let path = put(at, "none.mha", META, "", b"");
    assert_eq!(refusal(&path), "attribute_missing");
}

#[test]
fn a_data_file_beside_a_broken_header_is_no_second_fault() {
    let folder = folder();
    write(folder.path(), "a.raw", &shorts(0..12));
    let header = HEADER.replace("type: short", "type: block");
    put(folder.path(), "a.nhdr", &header, "data file: a.raw\n", b"");
    write(folder.path(), "b.raw", &shorts(0..12));
    let found = found(folder.path());
    let reasons = found.skipped.iter().map(|skipped| {
        let name = skipped.file.file_name().expect("a name").to_string_lossy();
        (name.into_owned(), skipped.reason.code.clone())
    });
    let expected = [("a.nhdr", "unsupported_coding"), ("a.raw", "pair_member")];
    let reasons: Vec<(String, String)> = reasons.collect();
    assert_eq!(reasons.len(), 3);
    for (name, code) in expected {
        let own = reasons.iter().find(|(own, _)| own == name).expect("listed");
        assert_eq!(own.1, code, "{name}");
    }
    // nobody names it: it is told
    let lone = reasons
        .iter()
        .find(|(own, _)| own == "b.raw")
        .expect("listed");
    assert_ne!(lone.1, "pair_member");
}

/// Reads what a made file gives, whatever it is.
fn try_all(path: &Path) {
    for entry in found(path).series.iter().take(3) {
        let stop = AtomicBool::new(false);
        let _ = load(entry, &|_| {}, &stop);
        let _ = load_plane(entry, 0, &stop);
    }
}

proptest::proptest! {
    #[test]
    fn a_header_with_changed_letters_is_read_or_refused(
        is_meta in proptest::bool::ANY,
        is_packed in proptest::bool::ANY,
        changes in proptest::collection::vec((5_usize..400, proptest::num::u8::ANY), 1..6),
    ) {
        let folder = folder();
        let header = match is_meta {
            true => META.replace("= False\nT", if is_packed { "= True\nT" } else { "= False\nT" })
                + "ElementDataFile = LOCAL\n",
            false => HEADER.replace("raw", if is_packed { "gzip" } else { "raw" }) + "\n",
        };
        let data = if is_packed { gzip(&shorts(0..12)) } else { shorts(0..12) };
        let mut bytes = [header.into_bytes(), data].concat();
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let name = if is_meta { "a.mha" } else { "a.nrrd" };
        try_all(&write(folder.path(), name, &bytes));
    }

    #[test]
    fn rubbish_behind_a_good_header_is_read_or_refused(
        encoding in 0_usize..5,
        data in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
    ) {
        let folder = folder();
        let encoding = ["raw", "gzip", "bzip2", "hex", "ascii"][encoding];
        let header = HEADER.replace("raw", encoding);
        // rubbish that begins like what it should be goes deeper
        for begin in [&b""[..], b"BZh91AY&SY", &[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0]] {
            let data = [begin, &data].concat();
            try_all(&put(folder.path(), "a.nrrd", &header, "\n", &data));
        }
    }

    #[test]
    fn a_header_of_rubbish_is_refused(text in "[ -~\n]{0,300}") {
        let folder = folder();
        try_all(&write(folder.path(), "a.nrrd", format!("NRRD0005\n{text}").as_bytes()));
        try_all(&write(folder.path(), "a.mha", text.as_bytes()));
    }
}
