//! Samples of NRRD and MetaImage files made for one question each: codings, data files, bounds.

mod arrays;

use arrays::{
    HEADER, META, counting, entries, folder, found, gzip, hex, loaded, put, refusal, shorts,
    values, write, zlib,
};
use imaging::{load, load_plane};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use voxel::VoxelIndex;

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
