//! Zip archives: looked into like folders, and hostile ones ended early.

mod made;
mod shared;
#[path = "made/zipped.rs"]
mod zipped;

use imaging::{ScanOptions, ScanResult, exists, load, open, read_bytes, scan};
use made::{Made, write};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use voxel::VoxelIndex;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;
use zipped::{Packed, archive, finish, listed};

fn scanned(paths: &[PathBuf]) -> ScanResult {
    scan(
        paths,
        &ScanOptions::default(),
        &|_| {},
        &AtomicBool::new(false),
    )
}

fn codes(found: &ScanResult) -> Vec<&str> {
    let skipped = found.skipped.iter();
    skipped
        .map(|skipped| skipped.reason.code.as_str())
        .collect()
}

/// The bytes of slice `number` of a made series, each voxel its number.
fn slice(number: u32) -> Vec<u8> {
    let data_set = Made::ct()
        .slice(number, f64::from(number))
        .words(0x7FE0, 0x0010, b"OW", &[number as u16; 12])
        .explicit();
    made::part10("1.2.840.10008.1.2.1", &data_set)
}

/// An archive by an independent writer: members by name, every second one deflated.
fn written(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (index, (name, bytes)) in members.iter().enumerate() {
        let method = if index % 2 == 0 {
            zip::CompressionMethod::Deflated
        } else {
            zip::CompressionMethod::Stored
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .large_file(index % 3 == 0);
        writer.start_file(*name, options).expect("a name");
        writer.write_all(bytes).expect("memory can be written");
    }
    writer.finish().expect("memory can be written").into_inner()
}

#[test]
fn a_series_in_an_archive_is_the_same_as_in_a_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let names = ["CT/one", "CT/two.dcm", "CT/deep/three"];
    let members: Vec<_> = (1..=3)
        .map(|number| (names[number as usize - 1], slice(number)))
        .collect();
    let home = write(folder.path(), "study.zip", &written(&members));
    let found = scanned(&[folder.path().to_path_buf()]);
    assert_eq!(codes(&found), Vec::<&str>::new());
    let entry = &found.series[0];
    assert_eq!((found.series.len(), entry.frames), (1, 3));
    let files: Vec<_> = names.iter().map(|name| home.join(name)).collect();
    assert_eq!(entry.files, files);
    let loaded = load(entry, &|_| {}, &AtomicBool::new(false)).expect("the series loads");
    let values: Vec<_> = (0..3)
        .map(|plane| loaded.volume.value(VoxelIndex([1, 1, plane])))
        .collect();
    assert_eq!(values, [Some(1.0), Some(2.0), Some(3.0)]);
    for (file, (_, bytes)) in files.iter().zip(&members) {
        assert!(exists(file));
        assert_eq!(&read_bytes(file).expect("the member reads"), bytes);
        let mut opened = open(file).expect("the member opens");
        opened.seek(SeekFrom::Start(128)).expect("it can be sought");
        let mut magic = [0; 4];
        opened.read_exact(&mut magic).expect("it can be read");
        assert_eq!(&magic, b"DICM");
        opened.seek(SeekFrom::End(-2)).expect("it can be sought");
        let mut last = Vec::new();
        opened.read_to_end(&mut last).expect("it can be read");
        assert_eq!(last, bytes[bytes.len() - 2..]);
    }
    assert!(!exists(&home.join("CT/four")));
    assert!(!exists(&home.join("CT")));
    assert!(!exists(&folder.path().join("nothing/here")));
}

#[test]
fn a_path_into_an_archive_is_scanned_from_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inner = written(&[("x", slice(3))]);
    let members = [
        ("CT/1", slice(1)),
        ("MR/a/2", slice(2)),
        ("MR/in.zip", inner),
    ];
    let home = write(folder.path(), "study.zip", &written(&members));
    let files = |path: PathBuf| -> Vec<PathBuf> {
        let found = scanned(&[path]);
        found
            .series
            .iter()
            .flat_map(|entry| entry.files.clone())
            .collect()
    };
    assert_eq!(files(home.join("CT")), [home.join("CT/1")]);
    assert_eq!(files(home.join("MR/a/2")), [home.join("MR/a/2")]);
    assert_eq!(files(home.join("MR/in.zip")), [home.join("MR/in.zip/x")]);
    let mut below = files(home.join("MR"));
    below.sort();
    assert_eq!(below, [home.join("MR/a/2"), home.join("MR/in.zip/x")]);
    let found = scanned(&[home.join("PT")]);
    assert_eq!(codes(&found), ["io"]);
}

#[test]
fn archives_in_archives_are_read_two_deep_and_told_beyond() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let third = written(&[("4", slice(4))]);
    let second = written(&[("3", slice(3)), ("third.zip", third)]);
    let first = written(&[("2", slice(2)), ("second.zip", second)]);
    let home = write(
        folder.path(),
        "a.zip",
        &written(&[("1", slice(1)), ("first.zip", first)]),
    );
    let found = scanned(std::slice::from_ref(&home));
    let files: Vec<_> = ["1", "first.zip/2", "first.zip/second.zip/3"]
        .iter()
        .map(|name| home.join(name))
        .collect();
    assert_eq!(found.series[0].files, files);
    let loaded = load(&found.series[0], &|_| {}, &AtomicBool::new(false)).expect("it loads");
    assert_eq!(loaded.volume.value(VoxelIndex([0, 0, 2])), Some(3.0));
    assert_eq!(codes(&found), ["archive"]);
    assert_eq!(
        found.skipped[0].file,
        home.join("first.zip/second.zip/third.zip")
    );
    assert_eq!(
        found.skipped[0].reason.text(),
        "cannot be read: the archive cannot be read: it lies in an archive inside 2 others; unpack it first"
    );
}

#[test]
fn names_in_the_code_page_of_japanese_windows_are_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // '患者Ａ/表紙ソ.dcm' by Python's cp932; ソ ends in the byte of a backslash
    let name = b"\x8a\xb3\x8e\xd2\x82\x60/\x95\x5c\x8e\x86\x83\x5c.dcm";
    let mut marked = Packed::deflated("患者Ｂ/胸.dcm".as_bytes(), &slice(2));
    marked.flags = 0x0800;
    let bytes = archive(&[Packed::stored(name, &slice(1)), marked]);
    let home = write(folder.path(), "ct.zip", &bytes);
    let found = scanned(std::slice::from_ref(&home));
    assert_eq!(
        found.series[0].files,
        [home.join("患者Ａ/表紙ソ.dcm"), home.join("患者Ｂ/胸.dcm")]
    );
}

#[test]
fn what_needs_a_password_or_another_method_is_told_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut members = vec![Packed::deflated(b"1", &slice(1))];
    for number in 0..5 {
        let mut locked = Packed::stored(format!("locked{number}").as_bytes(), b"secret");
        locked.flags = 1;
        let mut wide = Packed::stored(format!("wide{number}").as_bytes(), b"packed");
        wide.method = 9;
        members.extend([locked, wide]);
    }
    let home = write(folder.path(), "ct.zip", &archive(&members));
    let found = scanned(std::slice::from_ref(&home));
    assert_eq!(found.series.len(), 1);
    let said: Vec<_> = found.skipped.iter().map(|s| s.reason.text()).collect();
    assert_eq!(
        said,
        [
            "cannot be read: the archive cannot be read: 5 of its files need a password (locked0, …)",
            "cannot be read: the archive cannot be read: 5 of its files are compressed as Deflate64, which is not read (wide0, …)",
        ]
    );
    let error = read_bytes(&home.join("locked3")).expect_err("it is locked");
    assert_eq!(error.code(), "archive");
    assert!(error.to_string().ends_with("the file needs a password"));
}

#[test]
fn documents_that_are_archives_are_passed_over_in_silence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let marks = [
        "[Content_Types].xml",
        "META-INF/MANIFEST.MF",
        "net/data.pkl",
        "x.npy",
    ];
    for (index, mark) in marks.into_iter().enumerate() {
        let bytes = written(&[(mark, b"text".to_vec())]);
        write(folder.path(), &format!("{index}.bin"), &bytes);
    }
    // a model is not even looked into
    write(folder.path(), "net.pth", b"PK\x03\x04 cut");
    write(folder.path(), "empty.zip", &written(&[]));
    let found = scanned(&[folder.path().to_path_buf()]);
    assert_eq!(codes(&found), ["archive_document"; 5]);
    assert!(found.skipped.iter().all(|skipped| skipped.expected));
    assert!(found.series.is_empty());
}

#[test]
fn what_macos_keeps_beside_files_and_hidden_files_are_passed_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let members = [
        ("CT/1", slice(1)),
        ("__MACOSX/CT/._1", b"resource fork".to_vec()),
        ("CT/.DS_Store", b"finder".to_vec()),
        ("CT/empty.dcm", Vec::new()),
    ];
    let home = write(folder.path(), "ct.zip", &written(&members));
    let found = scanned(std::slice::from_ref(&home));
    assert_eq!(found.series[0].files, [home.join("CT/1")]);
    assert_eq!(codes(&found), ["empty"]);
}

#[test]
fn an_equal_file_in_folder_and_archive_is_taken_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "1.dcm", &slice(1));
    write(folder.path(), "2.dcm", &slice(2));
    let mut other = slice(2);
    *other.last_mut().expect("bytes") = 9;
    let members = [("1", slice(1)), ("2", other), ("3", slice(3))];
    let home = write(folder.path(), "ct.zip", &written(&members));
    let found = scanned(&[folder.path().to_path_buf()]);
    let entry = &found.series[0];
    assert_eq!(
        entry.files,
        [
            folder.path().join("1.dcm"),
            folder.path().join("2.dcm"),
            home.join("3")
        ]
    );
    assert_eq!(codes(&found), ["copy", "duplicate_instance"]);
    assert_eq!(found.skipped[0].file, home.join("1"));
    assert!(found.skipped[0].expected && !found.skipped[1].expected);
    assert_eq!(entry.problems[0].code, "duplicate_instance");
}

#[test]
fn a_pair_of_nifti_files_in_an_archive_finds_its_other_half() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // NIfTI-1 pair by the standard: 348 bytes, 2×2×1 voxels of 8 bits
    let mut header = vec![0_u8; 348];
    header[0..4].copy_from_slice(&348_i32.to_le_bytes());
    for (at, value) in [
        (40, 3_i16),
        (42, 2),
        (44, 2),
        (46, 1),
        (48, 1),
        (70, 2),
        (72, 8),
    ] {
        header[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }
    for at in [80, 84, 88, 112] {
        header[at..at + 4].copy_from_slice(&1_f32.to_le_bytes());
    }
    header[344..348].copy_from_slice(b"ni1\0");
    let members = [("t1.hdr", header), ("t1.img", vec![1, 2, 3, 4])];
    let home = write(folder.path(), "ni.zip", &written(&members));
    let found = scanned(std::slice::from_ref(&home));
    assert_eq!(codes(&found), ["pair_member"]);
    let loaded = load(&found.series[0], &|_| {}, &AtomicBool::new(false)).expect("it loads");
    assert_eq!(loaded.volume.value(VoxelIndex([1, 1, 0])), Some(4.0));
}

#[test]
fn an_archive_that_was_replaced_is_read_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = write(folder.path(), "ct.zip", &written(&[("a", slice(1))]));
    assert_eq!(scanned(std::slice::from_ref(&home)).series[0].frames, 1);
    let members = [("a", slice(1)), ("b", slice(2))];
    write(folder.path(), "ct.zip", &written(&members));
    assert_eq!(scanned(std::slice::from_ref(&home)).series[0].frames, 2);
}

#[test]
fn two_members_of_one_name_are_both_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let members = [
        Packed::stored(b"ct", &slice(1)),
        Packed::deflated(b"ct", &slice(2)),
    ];
    let home = write(folder.path(), "ct.zip", &archive(&members));
    let found = scanned(std::slice::from_ref(&home));
    assert_eq!(
        found.series[0].files,
        [home.join("ct"), home.join("ct (2)")]
    );
}

#[test]
fn a_member_that_names_a_way_out_stays_inside() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disc = folder.path().join("disc");
    std::fs::create_dir(&disc).expect("a folder");
    let names: [&[u8]; 3] = [b"../../x", b"/etc/passwd", b"..\\y"];
    let mut members = Vec::new();
    for (number, name) in (1..).zip(names) {
        members.push(Packed::deflated(name, &slice(number)));
    }
    let home = write(&disc, "ct.zip", &archive(&members));
    let found = scanned(std::slice::from_ref(&home));
    let files: Vec<_> = ["__/__/x", "etc/passwd", "__/y"]
        .iter()
        .map(|name| home.join(name))
        .collect();
    assert_eq!(found.series[0].files, files);
    assert!(!exists(&home.join("../../x")));
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        1
    );
}

#[test]
fn a_cut_or_damaged_archive_is_told_once_whatever_the_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let members = [
        Packed::deflated(b"1", &slice(1)),
        Packed::stored(b"2", &slice(2)),
    ];
    let whole = archive(&members);
    for cut in (4..whole.len()).step_by(13) {
        let home = write(folder.path(), "cut.zip", &whole[..cut]);
        let found = scanned(&[home]);
        assert_eq!(codes(&found), ["archive"], "cut at {cut}");
        assert!(found.series.is_empty());
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xFF;
        let home = write(folder.path(), "bent.zip", &bytes);
        let found = scanned(&[home]);
        for entry in &found.series {
            let _ = load(entry, &|_| {}, &AtomicBool::new(false));
        }
        assert!(found.skipped.len() < 4, "byte {at}");
    }
}

#[test]
fn a_directory_that_names_fewer_members_than_it_says_is_told_and_the_rest_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let member = Packed::deflated(b"1", &slice(1));
    let mut bytes = archive(std::slice::from_ref(&member));
    let at = bytes.len() - 22 + 10;
    bytes[at] = 7;
    let found = scanned(&[write(folder.path(), "ct.zip", &bytes)]);
    assert_eq!((found.series.len(), codes(&found)), (1, vec!["archive"]));
    assert!(
        found.skipped[0]
            .reason
            .text()
            .ends_with("its directory should name 7 members, but 1 are there")
    );
}

#[test]
fn a_wrong_checksum_makes_a_damaged_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut member = Packed::deflated(b"1", &slice(1));
    member.checksum ^= 1;
    let home = write(folder.path(), "ct.zip", &archive(&[member]));
    assert_eq!(codes(&scanned(std::slice::from_ref(&home))), ["inflate"]);
    let error = read_bytes(&home.join("1")).expect_err("the checksum is wrong");
    assert_eq!(error.code(), "inflate");
}

/// `mebibytes` of zeros as a deflate stream: one mebibyte that needs nothing before it, repeated.
fn zeros(mebibytes: usize) -> Vec<u8> {
    let mut packer = flate2::Compress::new(flate2::Compression::best(), false);
    let mut chunk = Vec::with_capacity(1 << 16);
    packer
        .compress_vec(&vec![0; 1 << 20], &mut chunk, flate2::FlushCompress::Full)
        .expect("zeros can be packed");
    let mut out = chunk.repeat(mebibytes);
    out.extend([3, 0]);
    out
}

#[test]
fn a_bomb_is_refused_or_read_no_further_than_its_header() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // as much as ten gigabytes of zeros in some ten megabytes, under three claims
    let bomb = zeros(10 << 10);
    assert!(bomb.len() < 16 << 20);
    let with_length = |name: &[u8], length: u32| Packed {
        method: 8,
        bytes: bomb.clone(),
        length,
        ..Packed::stored(name, b"")
    };
    let begun = Instant::now();
    let honest = with_length(b"large.dcm", 3 << 30);
    let within = with_length(b"within.dcm", 1 << 30);
    let home = write(folder.path(), "bomb.zip", &archive(&[honest, within]));
    let found = scanned(std::slice::from_ref(&home));
    assert_eq!(codes(&found), ["limit", "unknown_format"]);
    let small = Packed {
        bytes: bomb[..1000].to_vec(),
        ..with_length(b"claims.dcm", 1 << 30)
    };
    let lies = with_length(b"lies.dcm", 1000);
    let home = write(folder.path(), "lies.zip", &archive(&[small, lies]));
    let found = scanned(std::slice::from_ref(&home));
    assert_eq!(codes(&found), ["archive", "inflate"]);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn members_that_overlap_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let member = Packed::stored(b"kernel", &[0; 50_000]);
    let mut bytes = archive(std::slice::from_ref(&member));
    bytes.truncate(30 + 6 + 50_000);
    let directory: Vec<u8> = (0..500)
        .flat_map(|number| {
            let name = format!("{number:06}");
            let alias = Packed {
                name: name.into_bytes(),
                ..member.clone()
            };
            listed(&alias, 0)
        })
        .collect();
    let home = write(folder.path(), "quilt.zip", &finish(bytes, &directory, 500));
    let found = scanned(&[home]);
    assert_eq!(codes(&found), ["archive"]);
    assert!(found.skipped[0].reason.text().contains("overlap"));
}

#[test]
fn twenty_thousand_members_are_listed_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bytes = slice(1);
    let members: Vec<Packed> = (0..20_000)
        .map(|number| Packed::stored(format!("CT/{number:05}").as_bytes(), &bytes[..140]))
        .collect();
    let home = write(folder.path(), "many.zip", &archive(&members));
    let begun = Instant::now();
    let found = scanned(&[home]);
    assert_eq!(found.skipped.len(), 20_000);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_series_of_an_archive_in_the_shared_images_loads_like_its_folder() {
    let Some(data) = shared::data() else { return };
    let source = data.join("series/ct-head-64");
    let mut members = Vec::new();
    for entry in std::fs::read_dir(&source).expect("the series is there") {
        let path = entry.expect("the folder reads").path();
        let bytes = std::fs::read(&path).expect("the slice reads");
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        members.push((name, bytes));
    }
    let members: Vec<_> = members
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.clone()))
        .collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = write(folder.path(), "head.zip", &written(&members));
    let stop = AtomicBool::new(false);
    let of = |path: &Path| {
        let found = scanned(&[path.to_path_buf()]);
        let entry = found.series.into_iter().next().expect("a series");
        let loaded = load(&entry, &|_| {}, &stop).expect("it loads");
        (
            entry.size,
            entry.affine_lps,
            loaded.volume.range(),
            loaded.volume,
        )
    };
    let (zipped, plain) = (of(&home), of(&source));
    assert_eq!((zipped.0, zipped.1, zipped.2), (plain.0, plain.1, plain.2));
    for voxel in [[0, 0, 0], [31, 17, 5], [40, 50, 9]] {
        assert_eq!(
            zipped.3.value(VoxelIndex(voxel)),
            plain.3.value(VoxelIndex(voxel))
        );
    }
}
