use dicom_core::Tag;
use dicom_object::{InMemDicomObject, open_file};
use voxel::{Affine, Grid, VoxelIndex};

use super::super::source::{LossyCompression, PlaneGeometry, SourcePlane};
use super::*;

/// A sheared, anisotropic grid whose frames are not whole bytes.
fn source() -> SourceSeries {
    let rows = [
        [0.5, 0.0, 0.0, -10.0],
        [0.0, 0.25, 0.5, 7.0],
        [0.0, 0.0, 2.0, 1.0],
    ];
    let grid = Grid::new([23, 31, 5], Affine { rows }).unwrap();
    let plane = |k: usize| SourcePlane {
        sop_class_uid: uids::CT_IMAGE_STORAGE.into(),
        sop_instance_uid: format!("2.25.10{k}"),
        ..SourcePlane::default()
    };
    let mut source = SourceSeries::new("2.25.9", "2.25.8", grid, (0..5).map(plane).collect());
    source.patient.name = "Yamada^Taro=山田^太郎=やまだ^たろう".into();
    source.patient.id = "0001".into();
    source.frame_of_reference_uid = Some("2.25.7".into());
    source
}

fn segment(mask: &Mask) -> Segment<'_> {
    Segment {
        label: "肺結節 1".into(),
        description: "Lung nodule 1".into(),
        mask,
        category: Code::new("SCT", "49755003", "Morphologically Abnormal Structure"),
        property: Code::new("SCT", "27925004", "Nodule"),
        modifier: Some(Code::new("SCT", "7771000", "Left")),
        region: Some(Code::new("SCT", "39607008", "Lung")),
        algorithm: Algorithm::Manual,
        color: [255, 0, 0],
        tracking_id: "r1 nodule 1".into(),
        tracking_uid: "2.25.77".into(),
    }
}

fn description() -> Description {
    Description {
        sop_instance_uid: "2.25.1000".into(),
        series_uid: "2.25.1001".into(),
        series_number: 9001,
        content_label: "lung-nodule-ct".into(),
        creator: "r1".into(),
        date: "20260501".into(),
        time: "120000".into(),
        ..Description::default()
    }
}

fn written(source: &SourceSeries, segments: &[Segment]) -> InMemDicomObject {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seg.dcm");
    let objects = segmentations(source, segments, &description()).unwrap();
    assert_eq!(objects.len(), 1);
    objects[0].write(&path).unwrap();
    open_file(&path).unwrap().into_inner()
}

fn items(data: &InMemDicomObject, tag: Tag) -> &[InMemDicomObject] {
    data.element(tag).unwrap().items().unwrap()
}

fn text(data: &InMemDicomObject, tag: Tag) -> String {
    data.element(tag).unwrap().to_str().unwrap().into_owned()
}

fn numbers(data: &InMemDicomObject, tag: Tag) -> Vec<f64> {
    data.element(tag).unwrap().to_multi_float64().unwrap()
}

/// Reads the voxels back by position, as another program would: from the frames' places and bits alone.
fn masks_by_position(data: &InMemDicomObject, grid: &Grid, segments: usize) -> Vec<Mask> {
    let [columns, rows, _] = grid.size();
    let bits = data.element(tags::PIXEL_DATA).unwrap().to_bytes().unwrap();
    let shared = &items(data, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE)[0];
    let orientation = numbers(
        &items(shared, tags::PLANE_ORIENTATION_SEQUENCE)[0],
        tags::IMAGE_ORIENTATION_PATIENT,
    );
    let spacing = numbers(
        &items(shared, tags::PIXEL_MEASURES_SEQUENCE)[0],
        tags::PIXEL_SPACING,
    );
    let mut dense = vec![vec![false; grid.voxel_count() as usize]; segments];
    for (number, frame) in items(data, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
        .iter()
        .enumerate()
    {
        let position = numbers(
            &items(frame, tags::PLANE_POSITION_SEQUENCE)[0],
            tags::IMAGE_POSITION_PATIENT,
        );
        let identification = &items(frame, tags::SEGMENT_IDENTIFICATION_SEQUENCE)[0];
        let segment = numbers(identification, tags::REFERENCED_SEGMENT_NUMBER)[0] as usize - 1;
        for pixel in 0..rows * columns {
            let bit = number * rows * columns + pixel;
            if bits[bit / 8] >> (bit % 8) & 1 == 0 {
                continue;
            }
            let (i, j) = ((pixel % columns) as f64, (pixel / columns) as f64);
            let point = [0, 1, 2].map(|x| {
                position[x] + orientation[x] * spacing[1] * i + orientation[x + 3] * spacing[0] * j
            });
            let voxel = grid
                .voxel_from_patient(voxel::PatientPoint(point))
                .0
                .map(|v| v.round() as usize);
            dense[segment][voxel[0] + columns * (voxel[1] + rows * voxel[2])] = true;
        }
    }
    dense
        .into_iter()
        .map(|voxels| Mask::from_dense(grid.size(), &voxels))
        .collect()
}

fn ball(size: [usize; 3], centre: [i64; 3], radius: i64) -> Mask {
    Mask::from_fn(size, |VoxelIndex(v)| {
        (0..3)
            .map(|axis| (v[axis] - centre[axis]).pow(2))
            .sum::<i64>()
            <= radius * radius
    })
}

#[test]
fn voxels_come_back_by_position_from_a_sheared_series_with_frames_of_odd_size() {
    let source = source();
    let (a, b) = (
        ball(source.grid.size(), [4, 6, 1], 3),
        ball(source.grid.size(), [20, 28, 3], 4),
    );
    let data = written(&source, &[segment(&a), segment(&b)]);
    assert_eq!(masks_by_position(&data, &source.grid, 2), [a, b]);
}

#[test]
fn only_planes_with_voxels_become_frames() {
    let source = source();
    let mask = Mask::from_fn(source.grid.size(), |v| v.0[2] == 3 && v.0[0] < 2);
    let data = written(&source, &[segment(&mask)]);
    assert_eq!(text(&data, tags::NUMBER_OF_FRAMES), "1");
    let frame = &items(&data, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)[0];
    let derivation = &items(frame, tags::DERIVATION_IMAGE_SEQUENCE)[0];
    let image = &items(derivation, tags::SOURCE_IMAGE_SEQUENCE)[0];
    assert_eq!(
        text(image, tags::REFERENCED_SOP_INSTANCE_UID).trim_end_matches('\0'),
        "2.25.103"
    );
    let content = &items(frame, tags::FRAME_CONTENT_SEQUENCE)[0];
    assert_eq!(numbers(content, tags::DIMENSION_INDEX_VALUES), [1.0, 1.0]);
}

#[test]
fn texts_are_utf8_and_the_patient_is_the_sources() {
    let source = source();
    let mask = ball(source.grid.size(), [4, 6, 1], 3);
    let data = written(&source, &[segment(&mask)]);
    assert_eq!(text(&data, tags::SPECIFIC_CHARACTER_SET), "ISO_IR 192");
    assert_eq!(text(&data, tags::PATIENT_NAME), source.patient.name);
    let item = &items(&data, tags::SEGMENT_SEQUENCE)[0];
    assert_eq!(text(item, tags::SEGMENT_LABEL), "肺結節 1");
    assert_eq!(text(item, tags::SEGMENT_ALGORITHM_TYPE), "MANUAL");
    assert!(item.get(tags::SEGMENT_ALGORITHM_NAME).is_none());
    assert_eq!(text(&data, tags::CONTENT_CREATOR_NAME), "r1");
    assert_eq!(text(&data, tags::CONTENT_LABEL), "LUNG_NODULE_CT");
    assert_eq!(text(&data, tags::CONTENT_DATE), "20260501");
}

#[test]
fn a_plane_stands_where_its_file_says_even_if_the_grid_is_off() {
    let mut source = source();
    let position = [-10.001, 7.502, 3.003];
    source.planes[1].geometry = Some(PlaneGeometry {
        position,
        orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        pixel_spacing: [0.25, 0.5],
    });
    let mask = Mask::from_fn(source.grid.size(), |v| v.0 == [0, 0, 1]);
    let data = written(&source, &[segment(&mask)]);
    let frame = &items(&data, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)[0];
    assert_eq!(
        numbers(
            &items(frame, tags::PLANE_POSITION_SEQUENCE)[0],
            tags::IMAGE_POSITION_PATIENT
        ),
        position
    );
}

#[test]
fn lossy_sources_and_computed_strokes_are_told() {
    let mut source = source();
    source.lossy = Some(LossyCompression {
        ratios: vec![12.5],
        methods: vec!["ISO_10918_1".into()],
    });
    let mask = ball(source.grid.size(), [4, 6, 1], 3);
    let mut computed = segment(&mask);
    computed.algorithm = Algorithm::Semiautomatic("region_grow".into());
    let data = written(&source, &[computed]);
    assert_eq!(text(&data, tags::LOSSY_IMAGE_COMPRESSION), "01");
    let item = &items(&data, tags::SEGMENT_SEQUENCE)[0];
    assert_eq!(text(item, tags::SEGMENT_ALGORITHM_NAME), "region_grow");
}

#[test]
fn uneven_planes_have_no_spacing_between_slices_but_keep_their_places() {
    let mut source = source();
    source.grid = source
        .grid
        .with_plane_offsets(vec![0.0, 2.0, 4.0, 10.0, 12.0])
        .unwrap();
    let mask = ball(source.grid.size(), [10, 10, 3], 2);
    let data = written(&source, &[segment(&mask)]);
    let shared = &items(&data, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE)[0];
    let measures = &items(shared, tags::PIXEL_MEASURES_SEQUENCE)[0];
    assert!(measures.get(tags::SPACING_BETWEEN_SLICES).is_none());
    assert_eq!(masks_by_position(&data, &source.grid, 1), [mask]);
}

#[test]
fn images_without_a_place_give_one_object_each_with_the_segments_they_hold() {
    let mut source = source();
    source.in_patient_space = false;
    source.frame_of_reference_uid = None;
    let a = Mask::from_fn(source.grid.size(), |v| v.0[2] < 2 && v.0[0] == 1);
    let b = Mask::from_fn(source.grid.size(), |v| v.0[2] == 1 && v.0[0] == 2);
    let objects = segmentations(&source, &[segment(&a), segment(&b)], &description()).unwrap();
    assert_eq!(objects.len(), 2);
    assert_eq!(items(objects[0].data(), tags::SEGMENT_SEQUENCE).len(), 1);
    assert_eq!(items(objects[1].data(), tags::SEGMENT_SEQUENCE).len(), 2);
    assert!(
        objects
            .iter()
            .all(|object| object.data().get(tags::FRAME_OF_REFERENCE_UID).is_none())
    );
    assert_ne!(objects[0].sop_instance_uid, objects[1].sop_instance_uid);
    let frame = &items(
        objects[0].data(),
        tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
    )[0];
    assert!(frame.get(tags::PLANE_POSITION_SEQUENCE).is_none());
}

#[test]
fn frames_of_one_instance_are_named_by_their_numbers() {
    let mut source = source();
    for (k, plane) in source.planes.iter_mut().enumerate() {
        plane.sop_instance_uid = "2.25.55".into();
        plane.frame = Some(k as u32 + 1);
    }
    let mask = Mask::from_fn(source.grid.size(), |v| v.0[2] == 4);
    let data = written(&source, &[segment(&mask)]);
    let series = &items(&data, tags::REFERENCED_SERIES_SEQUENCE)[0];
    assert_eq!(items(series, tags::REFERENCED_INSTANCE_SEQUENCE).len(), 1);
    let frame = &items(&data, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)[0];
    let image = &items(
        &items(frame, tags::DERIVATION_IMAGE_SEQUENCE)[0],
        tags::SOURCE_IMAGE_SEQUENCE,
    )[0];
    assert_eq!(text(image, tags::REFERENCED_FRAME_NUMBER), "5");
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let source = source();
    let other = Mask::full([2, 2, 2]);
    assert!(matches!(
        segmentations(&source, &[], &description()),
        Err(Error::NothingToWrite)
    ));
    let wrong = segmentations(&source, &[segment(&other)], &description());
    assert!(matches!(wrong, Err(Error::SizeMismatch { segment: 1, .. })));
}
