//! Whether the content of real series tells a true common space from a false one.

#![allow(
    clippy::print_stderr,
    reason = "the table of figures is read by a person"
)]

mod shared;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use imaging::{ScanOptions, SeriesEntry, load, scan};
use voxel::{Affine, Grid, PatientVector, PlaceCheck, Rescale, Samples, Volume, compare_places};

/// Stacks looked at of one frame of reference: each echo or time point is one more.
const MOST_OF_ONE_FRAME: usize = 6;

fn entries(path: &Path) -> Vec<SeriesEntry> {
    let stop = AtomicBool::new(false);
    scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &stop,
    )
    .series
}

fn volume(entry: &SeriesEntry) -> Option<Volume> {
    let loaded = load(entry, &|_| {}, &AtomicBool::new(false)).ok()?;
    Some(loaded.volume)
}

fn check(a: &Volume, b: &Volume) -> PlaceCheck {
    compare_places(a, b, &AtomicBool::new(false))
}

/// The volume as a file would claim it that lost `by` mm of its place.
fn moved(volume: &Volume, by: [f64; 3]) -> Volume {
    let grid = volume.grid();
    let columns = [0, 1, 2].map(|axis| grid.affine().column(axis));
    let origin = grid.affine().origin() + PatientVector(by);
    let mut there = Grid::new(grid.size(), Affine::from_columns(columns, origin)).expect("a grid");
    if !grid.is_even() {
        let offsets = grid.plane_offsets_mm().to_vec();
        there = there
            .with_plane_offsets(offsets)
            .expect("they were good before");
    }
    let samples = volume.samples().clone();
    Volume::new(there, samples, volume.rescale().to_vec(), volume.padding()).expect("a volume")
}

/// 25, 40 and 70 mm along each axis, to and fro, and 40 mm along all.
fn moves() -> Vec<[f64; 3]> {
    let mut moves = vec![[40.0, -40.0, 40.0]];
    for length in [25.0, 40.0, 70.0] {
        for axis in 0..3 {
            for sign in [-1.0, 1.0] {
                let mut by = [0.0; 3];
                by[axis] = sign * length;
                moves.push(by);
            }
        }
    }
    moves
}

/// Found, found with another shift, and tried, by length in mm.
#[derive(Default)]
struct Table(BTreeMap<i64, [usize; 3]>);

impl Table {
    /// Tries all moves of `b` against `a`; returns how many were found.
    fn try_moves(&mut self, a: &Volume, b: &Volume) -> usize {
        let mut all = 0;
        for by in moves() {
            let row = self.0.entry(PatientVector(by).length() as i64).or_default();
            row[2] += 1;
            if let PlaceCheck::Apart { shift_mm, .. } = check(a, &moved(b, by)) {
                let off = (shift_mm - PatientVector(by)).length();
                row[usize::from(off > 10.0)] += 1;
                all += usize::from(off <= 10.0);
            }
        }
        all
    }

    fn print(&self, what: &str) {
        for (length, [found, otherwise, tried]) in &self.0 {
            eprintln!(
                "{what}: {length} mm: {found} of {tried} found, {otherwise} with another shift"
            );
        }
    }
}

fn is_apart(verdict: PlaceCheck) -> bool {
    matches!(verdict, PlaceCheck::Apart { .. })
}

#[test]
fn no_two_series_of_one_frame_of_reference_are_said_to_be_apart() {
    let Some(data) = shared::data() else { return };
    let mut frames: BTreeMap<(String, String), Vec<SeriesEntry>> = BTreeMap::new();
    for entry in entries(&data) {
        let uids = (
            entry.study_uid.clone(),
            entry.frame_of_reference_uid.clone(),
        );
        if let (Some(study), Some(frame)) = uids
            && entry.is_image
            && entry.modality != "SEG"
        {
            frames.entry((study, frame)).or_default().push(entry);
        }
    }
    let mut pairs = [0; 3];
    for list in frames.values().filter(|list| list.len() > 1) {
        let list = list.iter().take(MOST_OF_ONE_FRAME);
        let volumes: Vec<Volume> = list.filter_map(volume).collect();
        for (n, a) in volumes.iter().enumerate() {
            for b in &volumes[n + 1..] {
                let verdict = check(a, b);
                assert!(
                    !is_apart(verdict),
                    "{:?} and {:?}: {verdict:?}",
                    a.grid(),
                    b.grid()
                );
                pairs[usize::from(verdict == PlaceCheck::Agree)] += 1;
            }
        }
    }
    eprintln!(
        "pairs that agree {}, that do not tell {}",
        pairs[1], pairs[0]
    );
    assert!(pairs[1] >= 2, "CT agrees with PET and MR of the thigh");
}

#[test]
fn ct_pet_and_mr_of_one_thigh_agree_and_are_found_when_moved() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("modalities/pet-ct-mr/sts-008");
    let read = |modality: &str| {
        let mut list = entries(&folder).into_iter();
        let entry = list.find(|entry| entry.modality == modality && entry.is_image);
        volume(&entry.expect("a series of each")).expect("it can be read")
    };
    let (ct, pet, mr) = (read("CT"), read("PT"), read("MR"));
    assert_eq!(check(&ct, &pet), PlaceCheck::Agree);
    assert_eq!(check(&ct, &mr), PlaceCheck::Agree);
    assert!(!is_apart(check(&pet, &mr)));
    for (what, other, least) in [("CT and PET", &pet, 15), ("CT and MR", &mr, 12)] {
        let mut table = Table::default();
        let found = table.try_moves(&ct, other);
        table.print(what);
        assert!(found >= least, "{what}: {found}");
        assert!(
            table.0.values().all(|row| row[1] == 0),
            "{what}: another shift"
        );
    }
    let mut table = Table::default();
    table.try_moves(&pet, &mr);
    table.print("PET and MR");
}

#[test]
fn four_sequences_of_one_brain_agree_and_are_found_when_moved() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("modalities/brain-mr/tcga-du-7294");
    let read = |name: &str| {
        let list = entries(&folder.join(name));
        volume(&list[0]).expect("it can be read")
    };
    let volumes = ["fla.nii.gz", "t1.nii.gz", "t1c.nii.gz", "t2.nii.gz"].map(read);
    let mut table = Table::default();
    for (n, a) in volumes.iter().enumerate() {
        for b in &volumes[n + 1..] {
            assert_eq!(check(a, b), PlaceCheck::Agree);
            table.try_moves(a, b);
        }
    }
    table.print("brain");
    for (length, [found, otherwise, tried]) in table.0 {
        assert_eq!((found, otherwise), (tried, 0), "{length} mm");
    }
}

/// Values of another kind on a coarser grid that shows a part: folded at a level, shaded from side
/// to side, every second voxel along i and j, the first planes left out.
fn derived(volume: &Volume) -> Volume {
    let grid = volume.grid();
    let [columns, rows, planes] = grid.size();
    let range = volume.range().expect("values");
    let first = planes / 5;
    let mut values = Vec::new();
    for k in first..planes {
        let rescale = volume.rescale_of_plane(k);
        for j in (0..rows).step_by(2) {
            for i in (0..columns).step_by(2) {
                let stored = volume.samples().number(i + columns * (j + rows * k));
                let value = rescale.apply(stored.expect("a voxel of the volume"));
                let shade = 0.6 + 0.8 * i as f64 / columns as f64;
                values.push((1000.0 - (value.max(-1000.0) - range.mean).abs() * shade) as f32);
            }
        }
    }
    let affine = grid.affine();
    let steps = [2.0, 2.0, 1.0];
    let axes = [0, 1, 2].map(|axis| affine.column(axis) * steps[axis]);
    let origin = affine.origin() + affine.column(2) * first as f64;
    let size = [columns.div_ceil(2), rows.div_ceil(2), planes - first];
    let grid = Grid::new(size, Affine::from_columns(axes, origin)).expect("a grid");
    let samples = Samples::F32(Arc::new(values));
    Volume::new(grid, samples, vec![Rescale::IDENTITY], None).expect("a volume")
}

#[test]
fn real_volumes_agree_with_images_derived_from_them_and_are_found_when_moved() {
    let Some(data) = shared::data() else { return };
    let (mut table, mut agree, mut mirrored) = (Table::default(), 0, Vec::new());
    let paths = [
        "series/ct-chest-60",
        "series/ct-head-64",
        "nifti/ct-small.nii.gz",
        "nifti/ct-thorax-1p5mm.nii.gz",
        "nifti/mr-small.nii.gz",
        "series/mr-axial-oblique-10",
    ];
    for path in paths {
        let list = entries(&data.join(path));
        let whole = volume(&list[0]).expect("it can be read");
        let part = derived(&whole);
        let verdict = check(&whole, &part);
        assert!(!is_apart(verdict), "{path}: {verdict:?}");
        agree += usize::from(verdict == PlaceCheck::Agree);
        table.try_moves(&whole, &part);
        mirrored.push(check(&whole, &mirror(&whole)));
    }
    eprintln!("derived images that agree: {agree} of {}", paths.len());
    table.print("derived");
    eprintln!("mirrored left to right, which is not looked for: {mirrored:?}");
    let [found, otherwise, tried] = table
        .0
        .values()
        .fold([0; 3], |sum, row| std::array::from_fn(|n| sum[n] + row[n]));
    assert_eq!(agree, paths.len());
    assert!(4 * found >= 3 * tried, "{found} of {tried}");
    assert_eq!(otherwise, 0);
}

/// The same grid with its columns in reverse.
fn mirror(volume: &Volume) -> Volume {
    let columns = volume.grid().size()[0];
    let number = |n: usize| {
        let (row, i) = (n / columns, n % columns);
        let stored = volume.samples().number(row * columns + columns - 1 - i);
        stored.expect("a voxel of the volume") as f32
    };
    let samples = Samples::F32(Arc::new((0..volume.samples().len()).map(number).collect()));
    let rescale = volume.rescale().to_vec();
    Volume::new(volume.grid().clone(), samples, rescale, volume.padding()).expect("a volume")
}
