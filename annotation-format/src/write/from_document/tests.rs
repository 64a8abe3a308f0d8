use std::fs;
use std::path::Path;
use std::sync::Arc;

use voxel::{Affine, Grid, VoxelPoint};

use super::super::export_folder::ExportFolder;
use super::super::json::read_json;
use super::super::manifest::{ExportHead, Losses, Manifest};
use super::super::source::SourcePlane;
use super::*;
use crate::document::gesture::{self, Onto, Overlap, Place};
use crate::ids::{AttributeId, LabelId};
use crate::protocol::example;
use crate::value::Value;

const SERIES: &str = "1.2.3/1";

fn grid() -> Grid {
    Grid::new(
        [40, 30, 8],
        Affine {
            rows: [
                [0.7, 0.0, 0.0, -14.0],
                [0.0, 0.7, 0.0, -10.0],
                [0.0, 0.0, 2.5, 4.0],
            ],
        },
    )
    .unwrap()
}

fn series(is_dicom: bool) -> WorkSeries {
    let plane = |k: usize| SourcePlane {
        sop_class_uid: "1.2.840.10008.5.1.4.1.1.2".into(),
        sop_instance_uid: format!("2.25.{}", 100 + k),
        ..SourcePlane::default()
    };
    let planes = if is_dicom {
        (0..8).map(plane).collect()
    } else {
        Vec::new()
    };
    let (uid, study) = if is_dicom {
        ("2.25.9", "2.25.8")
    } else {
        ("", "")
    };
    WorkSeries {
        id: SERIES.into(),
        source: SourceSeries::new(uid, study, grid(), planes),
        volume: None,
    }
}

fn cube(from: i64, to: i64) -> Mask {
    Mask::from_fn(grid().size(), |v| {
        v.0.iter().all(|&c| (from..to).contains(&c))
    })
}

/// Two nodules, the solid part of the first, and a point.
fn document() -> Document {
    let mut document = Document::new(Arc::new(example("lung-nodule-ct")));
    let grid = grid();
    let place = Place {
        series: SERIES,
        grid: &grid,
    };
    let nodule = LabelId::from("nodule");
    let paint = |document: &mut Document, label: &LabelId, mask: &Mask| {
        let edit =
            gesture::add_mask(document, &place, label, &Onto::New, mask, Overlap::Keep).unwrap();
        document.apply(&edit).unwrap();
        edit.created().unwrap().clone()
    };
    let first = paint(&mut document, &nodule, &cube(0, 6));
    paint(&mut document, &LabelId::from("solid-part"), &cube(2, 4));
    paint(&mut document, &nodule, &cube(6, 8));
    let margin = Value::Codes(vec!["margin-lobulated".into(), "margin-spiculated".into()]);
    let answers = [
        ("density", Value::Code("density-part-solid".into())),
        ("solid_size", Value::Decimal(4.5)),
        ("margin", margin),
    ];
    for (name, value) in answers {
        let edit = gesture::set_attribute(&document, &first, &AttributeId::from(name), Some(value))
            .unwrap();
        document.apply(&edit).unwrap();
    }
    let edit = gesture::comment(&document, &first, "=辺縁に注意").unwrap();
    document.apply(&edit).unwrap();
    let point = VoxelPoint([20.0, 10.0, 5.0]);
    let edit = gesture::add_point(
        &document,
        &place,
        &LabelId::from("small-nodule"),
        &Onto::New,
        point,
    )
    .unwrap();
    document.apply(&edit).unwrap();
    document
}

fn work<'a>(document: &'a Document, series: &'a [WorkSeries]) -> Work<'a> {
    Work {
        document,
        series,
        facts: WorkFacts {
            project: "p".into(),
            case: "c".into(),
            reader: "r1".into(),
            round: 1,
            status: "submitted".into(),
            created_at: "2026-05-01T12:00:00+09:00".into(),
        },
        case_number: 1,
        lang: "ja",
        computed: BTreeMap::new(),
        date: "20260501".into(),
        time: "120000".into(),
    }
}

fn export(
    write: impl FnOnce(&mut ExportFolder) -> Result<(), super::super::Error>,
) -> (tempfile::TempDir, Manifest, Losses) {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("out");
    let mut folder = ExportFolder::begin(&target, ExportHead::default()).unwrap();
    write(&mut folder).unwrap();
    let manifest = folder.finish().unwrap();
    let losses = serde_json::from_slice(&fs::read(target.join("losses.json")).unwrap()).unwrap();
    (place, manifest, losses)
}

fn names(manifest: &Manifest) -> Vec<&str> {
    manifest
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect()
}

fn codes(losses: &Losses) -> Vec<&str> {
    losses
        .losses
        .iter()
        .map(|loss| loss.code.as_str())
        .collect()
}

fn rows(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = fs::read(folder.join("out").join(name)).unwrap();
    let mut reader = csv::Reader::from_reader(&bytes[3..]);
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn a_segmentation_has_a_segment_per_painted_finding_and_tells_what_it_leaves_out() {
    let (document, series) = (document(), [series(true)]);
    let (place, manifest, losses) = export(|folder| export_seg(folder, &work(&document, &series)));
    assert_eq!(names(&manifest), ["case-0001_desc-r1_seg.dcm"]);
    assert_eq!(
        codes(&losses),
        ["shapes", "attributes", "comments", "case_form"]
    );
    let file = dicom_object::open_file(place.path().join("out").join("case-0001_desc-r1_seg.dcm"))
        .unwrap();
    let segments = file
        .element(dicom_dictionary_std::tags::SEGMENT_SEQUENCE)
        .unwrap()
        .items()
        .unwrap();
    assert_eq!(segments.len(), 3);
    let tracking = segments[0]
        .element(dicom_dictionary_std::tags::TRACKING_UID)
        .unwrap()
        .to_str()
        .unwrap();
    let first = document.findings().next().unwrap();
    assert_eq!(
        tracking.trim_end_matches('\0'),
        super::super::uid::of_id(first.id.as_str())
    );
    assert_eq!(manifest.files[0].subject.source_sop_instance_uids.len(), 8);
}

#[test]
fn a_series_that_is_not_dicom_is_a_loss_of_the_segmentation() {
    let (document, series) = (document(), [series(false)]);
    let (_place, manifest, losses) = export(|folder| export_seg(folder, &work(&document, &series)));
    assert!(manifest.files.is_empty());
    assert_eq!(codes(&losses)[0], "no_dicom_source");
}

#[test]
fn overlapping_classes_have_maps_of_their_own_and_the_part_is_kept_in_the_common_one() {
    let (document, series) = (document(), [series(false)]);
    let (place, manifest, losses) =
        export(|folder| export_nifti(folder, &work(&document, &series)));
    let expected = [
        "case-0001_desc-r1-instances-2_dseg.json",
        "case-0001_desc-r1-instances-2_dseg.nii.gz",
        "case-0001_desc-r1-instances_dseg.json",
        "case-0001_desc-r1-instances_dseg.nii.gz",
        "case-0001_desc-r1-label-nodule_dseg.json",
        "case-0001_desc-r1-label-nodule_dseg.nii.gz",
        "case-0001_desc-r1-label-solid-part_dseg.json",
        "case-0001_desc-r1-label-solid-part_dseg.nii.gz",
        "case-0001_desc-r1_dseg.json",
        "case-0001_desc-r1_dseg.nii.gz",
    ];
    assert_eq!(names(&manifest), expected);
    let loss = &losses.losses[0];
    assert_eq!((loss.code.as_str(), loss.count), ("overlap", Some(8)));
    assert_eq!(
        loss.kept_in.as_deref(),
        Some("case-0001_desc-r1-label-nodule_dseg.nii.gz")
    );
    let text = fs::read(place.path().join("out").join(expected[8])).unwrap();
    let sidecar: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(sidecar["labels"][0]["value"], 1);
    assert_eq!(sidecar["labels"][0]["voxels"], 6 * 6 * 6 + 2 * 2 * 2);
    assert_eq!(sidecar["labels"][1]["label"], "solid-part");
}

#[test]
fn a_case_without_findings_has_an_empty_map() {
    let mut document = Document::new(Arc::new(example("lung-nodule-ct")));
    document
        .apply(&gesture::no_finding(&document, true).unwrap())
        .unwrap();
    let series = [series(true)];
    let (_place, manifest, _) = export(|folder| export_nifti(folder, &work(&document, &series)));
    assert_eq!(
        names(&manifest),
        [
            "case-0001_desc-r1_dseg.json",
            "case-0001_desc-r1_dseg.nii.gz"
        ]
    );
}

#[test]
fn uneven_planes_are_a_loss_of_the_label_map() {
    let document = document();
    let mut series = [series(true)];
    let offsets = vec![0.0, 2.5, 5.0, 9.0, 11.5, 14.0, 16.5, 19.0];
    series[0].source.grid = grid().with_plane_offsets(offsets).unwrap();
    let (_place, manifest, losses) =
        export(|folder| export_nifti(folder, &work(&document, &series)));
    assert!(manifest.files.is_empty());
    assert_eq!(codes(&losses)[0], "uneven_planes");
}

#[test]
fn tables_have_a_row_per_finding_answer_and_point() {
    let (document, series) = (document(), [series(true)]);
    let mut tables = Tables::new();
    tables.add(&work(&document, &series));
    let (place, manifest, _) = export(|folder| tables.export(folder));
    assert_eq!(
        names(&manifest),
        [
            "attributes.csv",
            "case_form.csv",
            "findings.csv",
            "shapes.csv"
        ]
    );
    let findings = rows(place.path(), "findings.csv");
    assert_eq!(findings.len(), 4);
    assert_eq!(
        (
            findings[0]["geometry"].as_str(),
            findings[0]["voxels"].as_str()
        ),
        ("mask", "216")
    );
    assert_eq!(findings[0]["comment"], "'=辺縁に注意");
    assert_eq!(findings[0]["centre_z_mm"], "10.25");
    let attributes = rows(place.path(), "attributes.csv");
    let margins = attributes.iter().filter(|row| row["attribute"] == "margin");
    assert_eq!(
        margins.map(|row| row["value"].as_str()).collect::<Vec<_>>(),
        ["margin-lobulated", "margin-spiculated"]
    );
    let size = attributes
        .iter()
        .find(|row| row["attribute"] == "solid_size")
        .unwrap();
    assert_eq!(
        (
            size["value"].as_str(),
            size["unit"].as_str(),
            size["method"].as_str()
        ),
        ("4.5", "mm", "entered")
    );
    assert!(
        attributes
            .iter()
            .any(|row| row["attribute"] == "long_axis" && row["method"] == "computed")
    );
    let shapes = rows(place.path(), "shapes.csv");
    assert_eq!((shapes.len(), shapes[0]["x_mm"].as_str()), (1, "0"));
}

#[test]
fn the_annotation_file_gives_the_same_document_back() {
    let (document, series) = (document(), [series(true)]);
    let (place, manifest, losses) =
        export(|folder| export_json(folder, &work(&document, &series), Vec::new()));
    assert_eq!(names(&manifest), ["case-0001_desc-r1_annotation.json"]);
    assert!(losses.losses.is_empty());
    let bytes = fs::read(
        place
            .path()
            .join("out")
            .join("case-0001_desc-r1_annotation.json"),
    )
    .unwrap();
    let file = read_json(&bytes).unwrap();
    assert_eq!(
        document_of(&file).unwrap().content_hash(),
        document.content_hash()
    );
    assert_eq!(file.series[0].size, [40, 30, 8]);
}

#[test]
fn an_annotation_file_with_an_unknown_label_is_refused() {
    let (document, series) = (document(), [series(true)]);
    let mut file = annotation_file(&work(&document, &series));
    file.findings[0].label = LabelId::from("elsewhere");
    assert!(document_of(&file).is_err());
}
