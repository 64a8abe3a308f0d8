//! Structure sets made for one question each: what is said of a faulty structure, and what a hostile file costs.

mod made;
mod shared;

use imaging::{
    ContourKind, Error, PROBLEM_CODES, Structure, StructureFault, StructureSet, structure_set,
};
use made::{Made, nothing, part10, write};
use proptest::prelude::*;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use voxel::{Affine, ContourFault, Error as VoxelError, Grid};

const SQUARE: &str = r"1\1\2\5\1\2\5\5\2\1\5\2";

/// Items of a sequence, each of a defined length.
fn items(items: &[Made]) -> Vec<u8> {
    let mut out = Vec::new();
    for item in items {
        let body = item.explicit();
        out.extend([0xFE, 0xFF, 0, 0xE0]);
        out.extend((body.len() as u32).to_le_bytes());
        out.extend(body);
    }
    out
}

fn sequence(set: Made, group: u16, element: u16, content: &[Made]) -> Made {
    set.bytes(group, element, b"SQ", items(content))
}

fn contour(kind: &str, data: &str) -> Made {
    let points = data.split('\\').count() / 3;
    nothing()
        .text(0x3006, 0x0042, b"CS", kind)
        .text(0x3006, 0x0046, b"IS", &points.to_string())
        .text(0x3006, 0x0050, b"DS", data)
}

fn roi(number: &str, name: &str) -> Made {
    nothing()
        .text(0x3006, 0x0022, b"IS", number)
        .text(0x3006, 0x0026, b"LO", name)
}

fn drawn(number: &str, contours: &[Made]) -> Made {
    let item = nothing()
        .text(0x3006, 0x002A, b"IS", r"10\20\255")
        .text(0x3006, 0x0084, b"IS", number);
    sequence(item, 0x3006, 0x0040, contours)
}

/// A structure set of series 1.2.5 in frame of reference 1.2.6.
fn set(rois: &[Made], contours: &[Made]) -> Made {
    let series = nothing().text(0x0020, 0x000E, b"UI", "1.2.5");
    let study = sequence(nothing(), 0x3006, 0x0014, &[series]);
    let frame = sequence(
        nothing().text(0x0020, 0x0052, b"UI", "1.2.6"),
        0x3006,
        0x0012,
        &[study],
    );
    let set = nothing()
        .text(0x0008, 0x0016, b"UI", "1.2.840.10008.5.1.4.1.1.481.3")
        .text(0x0008, 0x0060, b"CS", "RTSTRUCT")
        .text(0x3006, 0x0002, b"SH", "made");
    let set = sequence(set, 0x3006, 0x0010, &[frame]);
    let set = sequence(set, 0x3006, 0x0020, rois);
    sequence(set, 0x3006, 0x0039, contours)
}

struct File {
    _folder: TempDir,
    path: PathBuf,
}

fn file(bytes: &[u8]) -> File {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write(folder.path(), "rs.dcm", bytes);
    File {
        _folder: folder,
        path,
    }
}

fn read_bytes(bytes: &[u8]) -> Result<StructureSet, Error> {
    structure_set(&file(bytes).path)
}

fn read(set: &Made) -> StructureSet {
    read_bytes(&part10("1.2.840.10008.1.2.1", &set.explicit())).expect("a readable structure set")
}

fn codes(structure: &Structure) -> Vec<&str> {
    let codes: Vec<&str> = structure
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect();
    assert!(
        codes.iter().all(|code| PROBLEM_CODES.contains(code)),
        "{codes:?}"
    );
    codes
}

fn fault_code(bytes: &[u8]) -> &'static str {
    match read_bytes(bytes) {
        Err(error) => error.code(),
        Ok(set) => panic!("{set:?}"),
    }
}

fn grid() -> Grid {
    Grid::new([8, 8, 4], Affine::scaling([1.0; 3])).expect("a grid")
}

#[test]
fn a_faulty_contour_is_told_at_its_structure_and_the_others_are_read() {
    let bad = [
        r"1\1\2\nan\1\2\5\5\2",
        r"1\1\2\5\1\2\5\5",
        r"1\1\2\inf\1\2\5\5\2",
        r"1\1\2\five\1\2\5\5\2",
        "",
    ];
    let bad = bad.map(|data| contour("CLOSED_PLANAR", data));
    let mut faulty = bad.to_vec();
    faulty.push(contour("CLOSED_PLANAR", SQUARE));
    faulty.push(contour("SPIRAL", SQUARE));
    let set = read(&set(
        &[roi("1", "good"), roi("2", "faulty"), roi("3", "also good")],
        &[
            drawn("1", &[contour("CLOSED_PLANAR", SQUARE)]),
            drawn("2", &faulty),
            drawn("3", &[contour("CLOSEDPLANAR_XOR", SQUARE)]),
        ],
    ));
    let [good, faulty, also_good] = set.rois.as_slice() else {
        panic!("{set:?}");
    };
    assert_eq!((faulty.contours.len(), faulty.unread_contours), (1, 6));
    assert_eq!(
        codes(faulty),
        ["contour_points_invalid", "contour_kind_unknown"]
    );
    assert!(
        faulty.problems[0].message.starts_with('5'),
        "{:?}",
        faulty.problems
    );
    for structure in [good, also_good] {
        assert_eq!((structure.unread_contours, codes(structure).len()), (0, 0));
        let mask = set.mask_on(structure, "1.2.5", &grid()).expect("a mask");
        assert_eq!((mask.count(), mask.count_in_plane(2, 2)), (16, 16));
    }
    let refused = set.mask_on(faulty, "1.2.5", &grid());
    assert_eq!(refused, Err(StructureFault::NotWhole { count: 6 }));
}

#[test]
fn points_and_open_lines_are_kept_as_what_they_are_and_have_no_mask() {
    let set = read(&set(
        &[
            roi("1", "isocentre"),
            roi("2", "catheter"),
            roi("3", "named only"),
            roi("4", "mixed"),
        ],
        &[
            drawn("1", &[contour("POINT", r"1.5\-2\3e1")]),
            drawn(
                "2",
                &[
                    contour("OPEN_NONPLANAR", SQUARE),
                    contour("OPEN_PLANAR", SQUARE),
                ],
            ),
            drawn(
                "4",
                &[
                    contour("POINT", r"0\0\0"),
                    contour("CLOSED_PLANAR_XOR", SQUARE),
                ],
            ),
        ],
    ));
    let kinds = |at: usize| -> Vec<ContourKind> {
        set.rois[at]
            .contours
            .iter()
            .map(|contour| contour.kind)
            .collect()
    };
    assert_eq!(kinds(0), [ContourKind::Point]);
    assert_eq!(set.rois[0].contours[0].points_mm, [[1.5, -2.0, 30.0]]);
    assert_eq!(
        kinds(1),
        [ContourKind::OpenNonplanar, ContourKind::OpenPlanar]
    );
    assert_eq!(kinds(2), []);
    assert_eq!(kinds(3), [ContourKind::Point, ContourKind::ClosedPlanarXor]);
    for at in 0..3 {
        let refused = set.mask_on(&set.rois[at], "1.2.5", &grid());
        assert_eq!(refused, Err(StructureFault::NoArea));
    }
    let mask = set.mask_on(&set.rois[3], "1.2.5", &grid()).expect("a mask");
    assert_eq!(mask.count(), 16);
}

#[test]
fn a_mask_is_made_on_the_series_alone_that_the_structure_was_drawn_on() {
    let set = read(&set(
        &[roi("1", "liver")],
        &[drawn("1", &[contour("CLOSED_PLANAR", SQUARE)])],
    ));
    assert_eq!(set.series_uids, ["1.2.5"]);
    assert_eq!(set.frame_of_reference_uids, ["1.2.6"]);
    let liver = &set.rois[0];
    assert_eq!(liver.frame_of_reference_uid.as_deref(), Some("1.2.6"));
    assert_eq!(liver.color, Some([10, 20, 255]));
    assert!(set.mask_on(liver, "1.2.5", &grid()).is_ok());
    assert_eq!(
        set.mask_on(liver, "1.2.7", &grid()),
        Err(StructureFault::OtherSeries)
    );
    let short = Grid::new([8, 8, 1], Affine::scaling([1.0; 3])).expect("a grid");
    let beyond = set
        .mask_on(liver, "1.2.5", &short)
        .expect_err("beyond the stack");
    let StructureFault::Contours(VoxelError::Contour { contour: 0, fault }) = &beyond else {
        panic!("{beyond:?}");
    };
    assert!(
        matches!(
            fault,
            ContourFault::OffPlane {
                axis: 2,
                plane: 0,
                ..
            }
        ),
        "{fault:?}"
    );
    assert_eq!(beyond.phrase().key, "roi-contour");
    assert!(beyond.to_string().contains("2.00 mm"), "{beyond}");
}

#[test]
fn structures_that_share_a_number_get_no_contours_and_strangers_are_told() {
    let square = || contour("CLOSED_PLANAR", SQUARE);
    let set = read(&set(
        &[roi("1", "liver"), roi("1", "heart"), roi("2", "lung")],
        &[
            drawn("1", &[square(), square()]),
            drawn("2", &[square()]),
            drawn("9", &[square(), square(), square()]),
        ],
    ));
    for at in [0, 1] {
        assert_eq!(codes(&set.rois[at]), ["structure_number_shared"]);
        assert_eq!(
            (set.rois[at].contours.len(), set.rois[at].unread_contours),
            (0, 2)
        );
    }
    assert_eq!(
        (set.rois[2].contours.len(), codes(&set.rois[2]).len()),
        (1, 0)
    );
    let told: Vec<_> = set
        .problems
        .iter()
        .map(|p| (p.code.as_str(), p.message.as_str()))
        .collect();
    assert!(
        matches!(told.as_slice(), [("structure_unlisted", said)] if said.starts_with('3')),
        "{told:?}"
    );
}

#[test]
fn the_points_that_are_there_count_and_another_number_is_told() {
    let line = contour("CLOSED_PLANAR", SQUARE).text(0x3006, 0x0046, b"IS", "2000000000");
    let structure = &read(&set(&[roi("1", "liver")], &[drawn("1", &[line])])).rois[0];
    assert_eq!(structure.contours[0].points_mm.len(), 4);
    assert_eq!(codes(structure), ["contour_count_differs"]);
    assert_eq!(structure.unread_contours, 0);
}

#[test]
fn contours_of_two_points_enclose_nothing() {
    let lines = [
        contour("CLOSED_PLANAR", r"1\1\2\5\5\2"),
        contour("CLOSED_PLANAR", SQUARE),
    ];
    let set = read(&set(&[roi("1", "liver")], &[drawn("1", &lines)]));
    let mask = set.mask_on(&set.rois[0], "1.2.5", &grid()).expect("a mask");
    assert_eq!(mask.count(), 16);
}

#[test]
fn names_are_read_in_the_character_set_of_the_file() {
    // half-width katakana and kanji by ISO 2022; the second byte of a Shift_JIS character may be a backslash
    let mut name = b"\x1b$B\x3e\x2e\x47\x3e\x1b(J".to_vec();
    name.resize(name.len().next_multiple_of(2), b' ');
    let lung = nothing()
        .text(0x3006, 0x0022, b"IS", "1")
        .bytes(0x3006, 0x0026, b"LO", name);
    let japanese = set(&[lung], &[]).text(0x0008, 0x0005, b"CS", r"\ISO 2022 IR 87");
    assert_eq!(read(&japanese).rois[0].name, "小脳");
    let utf8 = set(&[roi("1", "右肺 GTVp")], &[]).text(0x0008, 0x0005, b"CS", "ISO_IR 192");
    assert_eq!(read(&utf8).rois[0].name, "右肺 GTVp");
    let unknown = read(&set(&[roi("1", "a")], &[]).text(0x0008, 0x0005, b"CS", "KLINGON"));
    assert_eq!(unknown.problems[0].code, "charset_unknown");
}

#[test]
fn observations_give_types_and_names_that_are_missing() {
    let observation = nothing()
        .text(0x3006, 0x0084, b"IS", "1")
        .text(0x3006, 0x0085, b"SH", "label")
        .text(0x3006, 0x00A4, b"CS", "ORGAN");
    let without_type = nothing()
        .text(0x3006, 0x0084, b"IS", "2")
        .text(0x3006, 0x00A4, b"CS", "");
    let rois = [
        nothing().text(0x3006, 0x0022, b"IS", "1"),
        roi("2", "named"),
    ];
    let set = read(&sequence(
        set(&rois, &[]),
        0x3006,
        0x0080,
        &[observation, without_type],
    ));
    assert_eq!(
        (
            set.rois[0].name.as_str(),
            set.rois[0].interpreted_type.as_deref()
        ),
        ("label", Some("ORGAN"))
    );
    assert_eq!(
        (
            set.rois[1].name.as_str(),
            set.rois[1].interpreted_type.as_deref()
        ),
        ("named", None)
    );
}

#[test]
fn a_colour_that_is_none_is_left_out() {
    for color in [r"1\2", r"1\2\256", r"-1\0\0", r"1\2\x", ""] {
        let item = drawn("1", &[]).text(0x3006, 0x002A, b"IS", color);
        assert_eq!(
            read(&set(&[roi("1", "a")], &[item])).rois[0].color,
            None,
            "{color}"
        );
    }
}

#[test]
fn a_bare_data_set_is_read_like_a_file() {
    let made = set(
        &[roi("1", "liver")],
        &[drawn("1", &[contour("CLOSED_PLANAR", SQUARE)])],
    );
    let plain = read(&made);
    assert_eq!(plain.rois[0].contours.len(), 1);
    let bare = read_bytes(&made.explicit()).expect("a readable structure set");
    assert_eq!(bare.rois, plain.rois);
    assert_eq!(bare.problems[0].code, "no_meta_group");
}

#[test]
fn other_objects_and_sets_without_a_list_are_refused() {
    let image = part10("1.2.840.10008.1.2.1", &Made::ct().explicit());
    assert_eq!(fault_code(&image), "attribute_invalid");
    let without_list = set(&[], &[]).without(0x3006, 0x0020);
    let without_list = part10("1.2.840.10008.1.2.1", &without_list.explicit());
    assert_eq!(fault_code(&without_list), "attribute_missing");
    assert_eq!(fault_code(b"no DICOM at all, only words"), "unknown_format");
    assert!(structure_set("no such file".as_ref()).is_err());
}

/// The implicit data set up to a contour's data, whose length claims `length` bytes; sequences stay open.
fn claiming(length: u32) -> Vec<u8> {
    let head = |group: u16, element: u16, length: u32| {
        let mut out = group.to_le_bytes().to_vec();
        out.extend(element.to_le_bytes());
        out.extend(length.to_le_bytes());
        out
    };
    let open = |group, element| {
        [
            head(group, element, u32::MAX),
            head(0xFFFE, 0xE000, u32::MAX),
        ]
        .concat()
    };
    let mut out = set(&[roi("1", "liver")], &[])
        .without(0x3006, 0x0039)
        .without(0x3006, 0x0020);
    out = out.without(0x3006, 0x0010);
    let mut bytes = out.implicit();
    let list = nothing().text(0x3006, 0x0022, b"IS", "1").implicit();
    bytes.extend(head(0x3006, 0x0020, list.len() as u32 + 8));
    bytes.extend(head(0xFFFE, 0xE000, list.len() as u32));
    bytes.extend(list);
    bytes.extend(open(0x3006, 0x0039));
    bytes.extend(nothing().text(0x3006, 0x0084, b"IS", "1").implicit());
    bytes.extend(open(0x3006, 0x0040));
    bytes.extend(
        nothing()
            .text(0x3006, 0x0042, b"CS", "CLOSED_PLANAR")
            .implicit(),
    );
    bytes.extend(head(0x3006, 0x0050, length));
    part10("1.2.840.10008.1.2", &bytes)
}

/// Ends of the two items and sequences that `claiming` leaves open.
fn closing() -> Vec<u8> {
    let end = |element: u8| [0xFE, 0xFF, element, 0xE0, 0, 0, 0, 0];
    [end(0x0D), end(0xDD), end(0x0D), end(0xDD)].concat()
}

#[test]
fn contour_data_that_claim_a_gigabyte_are_refused_by_the_bytes_that_are_there() {
    let start = Instant::now();
    assert_eq!(fault_code(&claiming(1 << 30)), "length_beyond_end");
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_contour_of_many_points_is_read_whole_and_one_of_too_many_is_told() {
    // longer than values that are kept of other elements
    let points = 100_000;
    let data: String = (0..points)
        .map(|n| format!("{n}\\{}\\2\\", n % 7))
        .collect();
    let mut data = data.trim_end_matches('\\').as_bytes().to_vec();
    data.resize(data.len().next_multiple_of(2), b' ');
    let mut bytes = claiming(data.len() as u32);
    bytes.extend(&data);
    bytes.extend(closing());
    let whole = read_bytes(&bytes).expect("a readable structure set");
    assert_eq!(whole.rois[0].contours[0].points_mm.len(), points);
    // three million points fit, twice as many do not; 67 MB of text are passed over
    for (length, is_read) in [(18_000_000, true), (36_000_000, false), (70_000_000, false)] {
        let mut bytes = claiming(length);
        bytes.extend(b"1\\".iter().cycle().take(length as usize - 2).chain(b"1 "));
        bytes.extend(closing());
        let set = read_bytes(&bytes).expect("a readable structure set");
        let structure = &set.rois[0];
        assert_eq!(structure.unread_contours, usize::from(!is_read), "{length}");
        let expected: &[&str] = if is_read {
            &[]
        } else {
            &["contour_points_beyond_limit"]
        };
        assert_eq!(codes(structure), expected, "{length}");
    }
}

#[test]
fn millions_of_contours_end_at_the_limit_of_elements() {
    let mut bytes = claiming(6);
    bytes.extend(b"1\\2\\3 ");
    bytes.extend([0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0]);
    for _ in 0..1_100_000 {
        bytes.extend([0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0]);
    }
    let start = Instant::now();
    assert_eq!(fault_code(&bytes), "limit");
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_hundred_thousand_structures_of_one_number_are_read_in_one_go() {
    let list: Vec<Made> = (0..100_000).map(|_| roi("1", "a")).collect();
    let lines: Vec<Made> = (0..100_000)
        .map(|_| nothing().text(0x3006, 0x0084, b"IS", "1"))
        .chain([drawn("1", &[contour("CLOSED_PLANAR", SQUARE)])])
        .collect();
    let start = Instant::now();
    let found = read(&set(&list, &lines));
    assert_eq!(found.rois.len(), 100_000);
    assert_eq!(found.rois[99_999].unread_contours, 1);
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}

/// A real file, or a made one where the shared data are absent.
fn seed() -> Vec<u8> {
    let real = shared::data().map(|data| data.join("derived-objects/rtstruct-points.dcm"));
    real.and_then(|path| std::fs::read(path).ok())
        .unwrap_or_else(|| {
            let lines = [contour("CLOSED_PLANAR", SQUARE), contour("POINT", r"1\2\3")];
            set(&[roi("1", "liver")], &[drawn("1", &lines)]).explicit()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_damaged_file_gives_finite_points_or_a_refusal(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = seed();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(set) = read_bytes(&bytes) {
            for structure in &set.rois {
                let points = structure.contours.iter().flat_map(|contour| &contour.points_mm);
                prop_assert!(points.flatten().all(|number| number.is_finite()));
                prop_assert!(structure.contours.iter().all(|contour| !contour.points_mm.is_empty()));
                for uid in &set.series_uids {
                    let _ = set.mask_on(structure, uid, &grid());
                }
            }
        }
    }
}
