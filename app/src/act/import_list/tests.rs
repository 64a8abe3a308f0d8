//! Lists as people write them, against scans made by hand.

use super::*;
use imaging::{ScanResult, SeriesEntry, SkipReason, Skipped};
use serde_json::json;

/// A series of one study with its files.
fn entry(study: Option<&str>, series: &str, files: &[&str]) -> SeriesEntry {
    serde_json::from_value(json!({
        "id": series, "format": "dicom", "modality": "CT", "description": series, "stack": "",
        "series_uid": study.map(|_| series), "study_uid": study, "frame_of_reference_uid": null,
        "study_description": "", "study_date": "", "body_part": "", "series_number": null,
        "patient": {"id": "", "issuer": "", "name": {"alphabetic": "", "ideographic": "", "phonetic": ""},
            "sex": "", "birth_date": "", "age": ""},
        "files": files, "sop_class_uid": null, "sop_instance_uids": [], "planes": [], "frames": 1,
        "size": [1, 1, 1], "spacing_mm": null, "spacing_origin": null, "affine_lps": null,
        "affine_reason": null, "grid": null, "transfer_syntax": "", "photometric": "",
        "bits_stored": 8, "channels": 1, "windows": [], "problems": [], "is_image": true,
    }))
    .expect("an entry as it is stored")
}

/// Two series of study 1.1, one of study 1.2, a loose file, an object without image, a broken file.
fn found() -> ScanResult {
    let mut report = entry(Some("1.3"), "1.3.1", &["/d/sr/1"]);
    report.is_image = false;
    let broken = SkipReason {
        code: "truncated".to_owned(),
        phrase: Phrase::new("unreadable-empty", "the file is empty"),
    };
    ScanResult {
        series: vec![
            entry(Some("1.1"), "1.1.1", &["/d/山田/CT/1", "/d/山田/CT/2"]),
            entry(Some("1.1"), "1.1.2", &["/d/山田/MR/1"]),
            entry(Some("1.2"), "1.2.1", &["/d/b/1"]),
            entry(None, "hash", &["/d/loose.nii.gz"]),
            report,
        ],
        skipped: vec![Skipped {
            file: "/d/broken.dcm".into(),
            reason: broken,
            expected: false,
        }],
    }
}

fn planned(text: &str, known: &[KnownCase]) -> Vec<PlannedRow> {
    let lines = read(text.as_bytes()).expect("a list");
    plan(&lines, &["/d".into()], &found(), known)
}

/// What became of each line: series, or the code of the refusal.
fn fates(rows: &[PlannedRow]) -> Vec<String> {
    let one = |row: &PlannedRow| match &row.fate {
        Fate::New => format!("new {:?}", row.series),
        Fate::Known(number) => format!("known {number} {:?}", row.series),
        Fate::Refused(why) => why.key.to_string(),
    };
    rows.iter().map(one).collect()
}

#[test]
fn a_list_is_read_in_the_encodings_and_with_the_separators_of_spreadsheets() {
    let text = "パス;症例番号;群\r\n\"山田/CT\";１２;対照;余分\r\n;;\r\n'-x;#3;\r\n";
    let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(text);
    let with_mark = format!("\u{feff}{text}");
    let tabs = text.replace(';', "\t");
    let utf16: Vec<u8> = with_mark
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [
        text.as_bytes(),
        with_mark.as_bytes(),
        &cp932,
        tabs.as_bytes(),
        &utf16,
    ] {
        let lines = read(bytes).expect("a list");
        let first = Wanted {
            path: Some("山田/CT".into()),
            uid: None,
            number: Some(12),
            group: Some("対照".to_owned()),
        };
        assert_eq!(lines[0].wanted, Ok(first));
        assert_eq!((lines[0].line, lines[1].line), (2, 4));
        let second = lines[1].wanted.as_ref().expect("a line");
        assert_eq!(second.path.as_deref(), Some(Path::new("-x")));
        assert_eq!((second.number, lines.len()), (Some(3), 2));
    }
}

#[test]
fn a_list_that_cannot_be_understood_says_why() {
    let code = |bytes: &[u8]| read(bytes).expect_err("no list").key.to_string();
    assert_eq!(code(b"name,case\na,1\n"), "list-no-column");
    assert_eq!(code(b"path\n\x00\x01\x02\x03"), "list-encoding");
    assert_eq!(code(b"path\n\xff\xff\xff"), "list-encoding");
    let rows = planned("path,case\nb,zero\n,7\n", &[]);
    assert_eq!(fates(&rows), ["list-number", "list-names-nothing"]);
}

#[test]
fn lines_name_folders_files_and_identifiers() {
    let rows = planned(
        "path,uid,case\n./山田/../山田/CT,,1\n,1.1.2,1\n,1.2,\nloose.nii.gz,,5\n",
        &[],
    );
    assert_eq!(fates(&rows), ["new [0]", "new [1]", "new [2]", "new [3]"]);
    let cases = cases(&rows, &found().series, false);
    let told: Vec<_> = cases
        .iter()
        .map(|(lines, case)| (lines.clone(), case.number, case.series.len()))
        .collect();
    assert_eq!(
        told,
        [
            (vec![2, 3], Some(1), 2),
            (vec![4], None, 1),
            (vec![5], Some(5), 1)
        ]
    );
}

#[test]
fn a_line_that_names_nothing_or_contradicts_another_is_refused_in_words() {
    let rows = planned(
        "path,case,group\n山田/CT,1,A\nnothing,2,\nbroken.dcm,2,\nsr,2,\n山田,1,A\n山田/MR,9,A\n山田/MR,1,B\nb,1,\n.,3,\n",
        &[],
    );
    assert_eq!(
        fates(&rows),
        [
            "new [0]",
            "list-nothing",
            "list-unreadable",
            "list-no-image",
            "list-again",
            "list-two-numbers",
            "list-two-groups",
            "list-number-twice",
            "list-again",
        ]
    );
    let rows = planned("path,case\n.,3\n", &[]);
    assert_eq!(fates(&rows), ["list-several-studies"]);
    let rows = planned("path,group\n.,対照\n", &[]);
    assert_eq!(fates(&rows), ["new [0, 1, 2, 3]"]);
}

#[test]
fn the_project_is_asked_for_numbers_and_studies() {
    let known = [KnownCase {
        number: 4,
        group: Some("A".to_owned()),
        studies: ["1.1".to_owned()].into(),
    }];
    let of = |text: &str| fates(&planned(text, &known));
    assert_eq!(of("path,case\n山田,4\n"), ["known 4 [0, 1]"]);
    assert_eq!(of("path,case\n山田,5\n"), ["list-study-known"]);
    assert_eq!(of("path,case\nb,4\n"), ["list-number-known"]);
    assert_eq!(of("path,group\n山田,B\n"), ["list-group-known"]);
    assert_eq!(of("path,group\n山田,A\n"), ["known 4 [0, 1]"]);
    let without = plan_without_list(&found(), &known);
    assert_eq!(fates(&without), ["known 4 [0, 1]", "new [2]", "new [3]"]);
}

#[test]
fn refusals_become_a_table_in_which_nothing_is_a_formula() {
    let refusal = Refusal {
        file: "=cmd|' /C calc'!A0".to_owned(),
        line: Some(7),
        reason: "見つかりません".to_owned(),
    };
    let bytes = refusal_table(&[refusal]).to_bytes().expect("a table");
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert_eq!(
        text,
        "\u{feff}file,line,reason\r\n'=cmd|' /C calc'!A0,7,見つかりません\r\n"
    );
}
