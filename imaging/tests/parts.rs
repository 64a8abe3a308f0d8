//! Planes handed out while a series is loading.

mod shared;

use imaging::{LoadRequest, ScanOptions, load, load_in_parts, load_plane, scan};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use voxel::VoxelIndex;

/// Loads every image under `path` in parts and holds each part to the whole and to the plane alone.
fn parts_equal_the_whole(path: &Path) -> usize {
    let stop = AtomicBool::new(false);
    let found = scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    );
    let mut seen = 0;
    for entry in found.series.iter().filter(|entry| entry.is_image) {
        let parts = Mutex::new(BTreeMap::new());
        let first = entry.size[2] / 2;
        let order = Mutex::new(Vec::new());
        let whole = load_in_parts(
            entry,
            &LoadRequest {
                first_plane: first,
                progress: &|_| {},
                arrived: &|arrival| {
                    order.lock().unwrap().push(arrival.plane);
                    let part = arrival.loaded().expect("a decoded plane makes a volume");
                    assert!(parts.lock().unwrap().insert(arrival.plane, part).is_none());
                },
                cancel: &stop,
            },
        );
        let Ok(whole) = whole else { continue };
        let parts = parts.into_inner().unwrap();
        assert_eq!(parts.len(), entry.size[2], "{}", entry.id);
        for (k, part) in &parts {
            let alone = load_plane(entry, *k, &stop).unwrap();
            assert_eq!(
                part.volume.samples(),
                alone.volume.samples(),
                "{} {k}",
                entry.id
            );
            assert_eq!(part.volume.grid(), alone.volume.grid());
            assert_eq!(part.unit, alone.unit);
            let [columns, rows, _] = entry.size;
            for (i, j) in [(0, 0), (columns / 2, rows / 3), (columns - 1, rows - 1)] {
                let here = part.volume.value(VoxelIndex([i as i64, j as i64, 0]));
                let there = whole
                    .volume
                    .value(VoxelIndex([i as i64, j as i64, *k as i64]));
                assert_eq!(here.map(f64::to_bits), there.map(f64::to_bits));
            }
        }
        seen += 1;
    }
    seen
}

#[test]
fn every_plane_that_arrives_is_the_plane_of_the_whole() {
    let Some(data) = shared::data() else { return };
    for name in [
        "series/ct-head-64",
        "us",
        "pet-nm",
        "nifti/ct-small.nii.gz",
        "nrrd-mha/itk3d",
        "nrrd-mha/breast1_image.nrrd",
        "codecs",
    ] {
        assert!(parts_equal_the_whole(&data.join(name)) > 0, "{name}");
    }
}

#[test]
fn the_plane_that_is_looked_at_comes_first() {
    let Some(data) = shared::data() else { return };
    let stop = AtomicBool::new(false);
    let folder = data.join("series/ct-head-64");
    let found = scan(&[folder], &ScanOptions::default(), &|_| {}, &stop);
    let order = Mutex::new(Vec::new());
    let request = LoadRequest {
        first_plane: 60,
        progress: &|_| {},
        arrived: &|arrival| order.lock().unwrap().push(arrival.plane),
        cancel: &stop,
    };
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap()
        .install(|| load_in_parts(&found.series[0], &request).unwrap());
    let order = order.into_inner().unwrap();
    assert_eq!(order[..5], [60, 59, 61, 58, 62]);
}

#[test]
fn a_stop_while_planes_arrive_ends_the_load_soon() {
    let Some(data) = shared::data() else { return };
    let stop = AtomicBool::new(false);
    let folder = data.join("series/ct-head-64");
    let found = scan(&[folder], &ScanOptions::default(), &|_| {}, &stop);
    let count = std::sync::atomic::AtomicUsize::new(0);
    let request = LoadRequest {
        first_plane: 0,
        progress: &|_| {},
        arrived: &|_| {
            count.fetch_add(1, Ordering::Relaxed);
            stop.store(true, Ordering::Relaxed);
        },
        cancel: &stop,
    };
    let outcome = load_in_parts(&found.series[0], &request);
    assert_eq!(outcome.err(), Some(imaging::Error::Cancelled));
    assert!(count.into_inner() <= rayon::current_num_threads());
}

#[test]
fn a_load_without_an_audience_is_the_same_load() {
    let Some(data) = shared::data() else { return };
    let stop = AtomicBool::new(false);
    let folder = data.join("series/ct-head-64");
    let found = scan(&[folder], &ScanOptions::default(), &|_| {}, &stop);
    let request = LoadRequest {
        first_plane: 7,
        progress: &|_| {},
        arrived: &|_| {},
        cancel: &stop,
    };
    let parts = load_in_parts(&found.series[0], &request).unwrap();
    let whole = load(&found.series[0], &|_| {}, &stop).unwrap();
    assert_eq!(parts.volume, whole.volume);
}
