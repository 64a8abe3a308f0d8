//! Headers as rows, against what pydicom 3 lists for the same files.

mod shared;

use imaging::{TagRow, tags};

fn row<'a>(rows: &'a [TagRow], tag: &str) -> &'a TagRow {
    rows.iter()
        .find(|row| row.tag == tag)
        .unwrap_or_else(|| panic!("{tag} is not listed"))
}

#[test]
fn a_japanese_header_is_listed_in_file_order_with_its_texts_decoded() {
    let Some(data) = shared::data() else { return };
    let rows = tags(&data.join("text/chrH31.dcm")).unwrap();
    assert_eq!(rows[0].tag, "(0002,0000)");
    assert_eq!(rows.last().map(|row| row.tag.as_str()), Some("(7FE0,0010)"));
    let name = row(&rows, "(0010,0010)");
    assert_eq!(
        (name.vr.as_str(), name.name.as_str(), name.value.as_str()),
        ("PN", "Patient Name", "Yamada^Tarou=山田^太郎=やまだ^たろう")
    );
    assert_eq!(row(&rows, "(0028,0010)").value, "32");
    assert_eq!(row(&rows, "(7FE0,0010)").value, "1024 bytes");
}

#[test]
fn items_are_indented_and_private_elements_name_their_maker() {
    let Some(data) = shared::data() else { return };
    let rows = tags(&data.join("hostile/real-priv-sq.dcm")).unwrap();
    let private = rows.iter().filter(|row| row.private_creator.is_some());
    assert!(private.count() > 0);
    let rows = tags(&data.join("codecs/bits1-seg.dcm")).unwrap();
    assert_eq!(rows[0].depth, 0);
    let sequence = rows
        .iter()
        .position(|row| row.tag == "(0062,0002)")
        .unwrap();
    assert_eq!(rows[sequence].vr, "SQ");
    assert_eq!(
        (
            rows[sequence + 1].depth,
            rows[sequence + 1].keyword.as_str()
        ),
        (1, "Item")
    );
    assert!(rows[sequence + 2].depth == 1 && rows[sequence + 2].tag.starts_with("(0062"));
}

#[test]
fn a_nifti_header_has_its_fields_and_a_broken_file_its_fault() {
    let Some(data) = shared::data() else { return };
    let rows = tags(&data.join("nifti/ct-small.nii.gz")).unwrap();
    let field = |name: &str| rows.iter().find(|row| row.keyword == name).unwrap();
    assert_eq!(field("dim").value, "122\\101\\30\\1");
    assert_eq!(field("datatype").value, "int16");
    assert_eq!(field("sform_code").value, "2");
    for entry in std::fs::read_dir(data.join("hostile")).unwrap().flatten() {
        // an answer of either kind, and never a panic
        drop(tags(&entry.path()));
    }
}

/// The value of a field of a header without tags.
fn field<'a>(rows: &'a [TagRow], name: &str) -> &'a str {
    let row = rows.iter().find(|row| row.name == name);
    row.map_or("", |row| row.value.as_str())
}

#[test]
fn headers_of_other_formats_are_listed_field_by_field() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("nrrd-mha");
    let rows = tags(&folder.join("pynrrd/BallBinary30x30x30.nrrd")).unwrap();
    assert_eq!(field(&rows, "sizes"), "30 30 30");
    assert_eq!(field(&rows, "encoding"), "raw");
    let rows = tags(&folder.join("itk/BrainProtonDensity3Slices.mha")).unwrap();
    assert_eq!(field(&rows, "DimSize"), "181 217 3");
    assert_eq!(
        field(&rows, "ElementDataFile"),
        "BrainProtonDensity3Slices.raw"
    );
    let rows = tags(&folder.join("itk/BrainProtonDensitySliceBorder20.png")).unwrap();
    assert_eq!(
        (field(&rows, "width"), field(&rows, "height")),
        ("221", "257")
    );
    assert_eq!(field(&rows, "bits per sample"), "8");
}
