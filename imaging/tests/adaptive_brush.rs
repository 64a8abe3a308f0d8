//! The adaptive brush against what readers drew, beside the plain brush of the same size.
//!
//! Real images with readers' masks: the trachea (two readers), a sarcoma on CT and on MR (one physician), the
//! aorta (labelled by a program). Lung nodules: the outlines of four radiologists are real, the CT is not among
//! the shared files, so its values are made: lung and nodule with the noise and blur of a CT.
#![allow(
    clippy::print_stderr,
    reason = "the table of figures is read by a person"
)]

mod shared;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use imaging::{ScanOptions, SeriesEntry, load, load_label_map, scan, structure_set};
use serde_json::Value;
use voxel::{
    AdaptiveBrush, AdaptiveOptions, Affine, BrushShape, Grid, Mask, PatientPoint, StrokePoint,
    Volume, VoxelIndex, stroke_spans,
};

fn series(path: &Path) -> (SeriesEntry, Volume) {
    let stop = AtomicBool::new(false);
    let paths = [path.to_path_buf()];
    let mut found = scan(&paths, &ScanOptions::default(), &|_| {}, &stop).series;
    let entry = found.swap_remove(0);
    let loaded = load(&entry, &|_| {}, &stop).expect("it is read");
    (entry, loaded.volume)
}

fn dice(a: &Mask, b: &Mask) -> f64 {
    2.0 * a.intersection_count(b) as f64 / (a.count() + b.count()) as f64
}

/// A stamp that reaches all of what the readers drew: a brush as a hand would choose it.
struct Stamp {
    at: PatientPoint,
    radius_mm: f64,
    shape: BrushShape,
}

impl Stamp {
    /// At the voxel of the mask nearest to its middle; wide enough for its last voxel.
    fn over(grid: &Grid, mask: &Mask, shape: BrushShape) -> Stamp {
        let middle = grid.patient_from_voxel(mask.centroid().expect("a mask with voxels"));
        let mut centres: Vec<PatientPoint> = Vec::new();
        mask.for_each_run(|run| {
            let row = (run.i0..run.i1).map(|i| VoxelIndex([i, run.j, run.k]));
            centres.extend(row.map(|voxel| grid.patient_from_voxel(voxel.centre())));
        });
        let near = |a: &&PatientPoint, b: &&PatientPoint| {
            a.distance_mm(middle).total_cmp(&b.distance_mm(middle))
        };
        let at = *centres.iter().min_by(near).expect("a mask with voxels");
        let radius_mm = centres
            .iter()
            .map(|c| c.distance_mm(at))
            .fold(0.0, f64::max);
        Stamp {
            at,
            radius_mm,
            shape,
        }
    }

    fn plain(&self, grid: &Grid) -> Mask {
        let spans = stroke_spans(grid, self.shape, self.radius_mm, &[self.at]);
        Mask::from_spans(grid.size(), &spans)
    }

    fn adaptive(&self, grid: &Grid, values: &dyn Fn(VoxelIndex) -> Option<f64>) -> Mask {
        let point = StrokePoint {
            at: self.at,
            radius_mm: self.radius_mm,
        };
        let options = AdaptiveOptions::default();
        let brush = AdaptiveBrush::begin(grid, self.shape, point, options, values);
        let spans = brush.expect("a value").spans(grid, point, point, values);
        Mask::from_spans(grid.size(), &spans)
    }

    /// The largest overlap that a plain brush of any size has from here.
    fn best_plain(&self, grid: &Grid, truth: &Mask) -> f64 {
        let sizes = (1..=20).map(|n| Stamp {
            radius_mm: self.radius_mm * f64::from(n) / 20.0,
            ..*self
        });
        let dices = sizes.map(|stamp| dice(&stamp.plain(grid), truth));
        dices.fold(0.0, f64::max)
    }
}

/// Says the figures against each reader; the mean overlap of the adaptive and of the plain brush.
fn compare(
    what: &str,
    grid: &Grid,
    values: &dyn Fn(VoxelIndex) -> Option<f64>,
    shape: BrushShape,
    readers: &[Mask],
) -> (f64, f64) {
    let all = Mask::union_of(grid.size(), readers);
    let stamp = Stamp::over(grid, &all, shape);
    let (adaptive, plain) = (stamp.adaptive(grid, values), stamp.plain(grid));
    let mean =
        |of: &dyn Fn(&Mask) -> f64| readers.iter().map(of).sum::<f64>() / readers.len() as f64;
    let [ours, same, best] = [
        mean(&|reader| dice(&adaptive, reader)),
        mean(&|reader| dice(&plain, reader)),
        mean(&|reader| stamp.best_plain(grid, reader)),
    ];
    eprintln!(
        "{what}: brush of {:.1} mm, {} readers: adaptive {ours:.3}, plain {same:.3} (plain of the best size \
         {best:.3})",
        2.0 * stamp.radius_mm,
        readers.len(),
    );
    (ours, same)
}

#[test]
fn on_the_trachea_the_brush_is_nearer_to_both_readers_than_the_plain_one() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("modalities/multi-reader/trachea");
    let (_, volume) = series(&folder.join("slice.dcm"));
    let grid = volume.grid();
    // the masks are burnt into the pixels, inside this window (TRUTH.json)
    let readers =
        [("slice_User1.dcm", 1666.0), ("slice_User2.dcm", 2359.0)].map(|(name, value)| {
            let (_, drawn) = series(&folder.join(name));
            Mask::from_fn(grid.size(), |v| {
                let [i, j, _] = v.0;
                let is_in_window = (217..=266).contains(&i) && (252..=301).contains(&j);
                is_in_window && drawn.stored(v) == Some(value)
            })
        });
    assert_eq!(readers.each_ref().map(Mask::count), [68, 47]);
    let shape = BrushShape::Disc {
        normal: grid.normal(),
    };
    let values = |v| volume.value(v);
    let (adaptive, plain) = compare("trachea, CT", grid, &values, shape, &readers);
    assert!(adaptive > plain);
}

#[test]
fn on_a_sarcoma_the_brush_is_nearer_to_the_physician_than_the_plain_one() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("modalities/pet-ct-mr/sts-008");
    for kind in ["CT", "MR_T1"] {
        let (entry, volume) = series(&folder.join(format!("{kind}-image")));
        let set = structure_set(&folder.join(format!("{kind}-mask/RS.dcm"))).expect("it is read");
        let grid = volume.grid();
        let uid = entry.series_uid.as_deref().expect("a series of DICOM");
        let mask = set.mask_on(&set.rois[0], uid, grid);
        let mask = mask.expect("drawn on this series");
        let values = |v| volume.value(v);
        let what = format!("sarcoma, {kind}");
        let (adaptive, plain) = compare(&what, grid, &values, BrushShape::Ball, &[mask]);
        assert!(adaptive > plain);
    }
}

#[test]
fn on_the_aorta_the_brush_is_nearer_to_the_label_than_the_plain_one() {
    let Some(data) = shared::data() else { return };
    let map = load_label_map(&data.join("nifti/ct-small-labels.nii.gz")).expect("it is read");
    let grid = map.grid();
    let (_, volume) = series(&data.join("nifti/ct-small.nii.gz"));
    assert!(volume.grid().same_space(grid, 1e-3));
    let planes = grid.size()[2];
    let is_aorta = |v: VoxelIndex| map.value(v) == Some(52);
    let shape = BrushShape::Disc {
        normal: grid.normal(),
    };
    let values = |v| volume.value(v);
    let (mut adaptive, mut plain, mut count) = (0.0, 0.0, 0.0);
    for plane in (0..planes as i64).step_by(5) {
        let mask = Mask::from_fn(grid.size(), |v| v.0[2] == plane && is_aorta(v));
        if mask.count() < 12 {
            continue;
        }
        let what = format!("aorta, CT, plane {plane}");
        let dices = compare(&what, grid, &values, shape, &[mask]);
        adaptive += dices.0;
        plain += dices.1;
        count += 1.0;
    }
    eprintln!(
        "aorta, {count} planes: adaptive {:.3}, plain {:.3}",
        adaptive / count,
        plain / count
    );
    assert!(adaptive > plain);
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_f64).collect()
}

/// The voxels inside the outlines of one reader; the outline itself lies outside the nodule.
fn drawn_by(reader: &Value, grid: &Grid, z_mm: &[f64]) -> Mask {
    let mut mask = Mask::empty(grid.size());
    for outline in reader["outlines"].as_array().expect("outlines") {
        let z = outline["z"].as_f64().expect("z");
        let near = |a: &f64, b: &f64| (a - z).abs().total_cmp(&(b - z).abs());
        let k = (0..z_mm.len())
            .min_by(|a, b| near(&z_mm[*a], &z_mm[*b]))
            .expect("slices");
        let points: Vec<VoxelIndex> = outline["coords"]
            .as_array()
            .expect("coords")
            .iter()
            .map(numbers)
            .map(|at| VoxelIndex([at[0] as i64, at[1] as i64, k as i64]))
            .collect();
        let places: Vec<PatientPoint> = points
            .iter()
            .map(|v| grid.patient_from_voxel(v.centre()))
            .collect();
        let filled = Mask::from_contours(grid, &[places]).unwrap_or(Mask::empty(grid.size()));
        let line = points.iter().map(|v| voxel::Span {
            j: v.0[1],
            k: v.0[2],
            i0: v.0[0],
            i1: v.0[0] + 1,
        });
        let line = Mask::from_spans(grid.size(), &line.collect::<Vec<_>>());
        mask = if outline["inclusion"] == Value::Bool(true) {
            mask.union(&filled.difference(&line))
        } else {
            mask.difference(&filled.union(&line))
        };
    }
    mask
}

/// Lung and nodule as a CT would show them: blurred over 3×3 pixels, with noise of 30 HU.
fn made_value(inside: &Mask, v: VoxelIndex) -> f64 {
    let [i, j, k] = v.0;
    let around = (-1..=1).flat_map(|dj| (-1..=1).map(move |di| VoxelIndex([i + di, j + dj, k])));
    let share = around.filter(|v| inside.get(*v)).count() as f64 / 9.0;
    let mut x = (i + 1000 * (j + 1000 * k)) as u64;
    let mut next = || {
        x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = x;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    // twelve even numbers make a normal one
    let normal = (0..12).map(|_| next()).sum::<f64>() - 6.0;
    (-850.0 + 880.0 * share + 30.0 * normal).round()
}

#[test]
fn on_nodules_of_four_radiologists_shape_the_brush_is_nearer_to_them_than_the_plain_ball() {
    let (mut adaptive, mut plain, mut count) = (0.0, 0.0, 0.0);
    for case in ["0013", "0018", "0051", "0053"] {
        let Some(file) = shared::json(&format!("multi-reader/LIDC-IDRI-{case}.json")) else {
            return;
        };
        let z_mm = numbers(&file["slice_z_mm"]);
        let step = (z_mm[z_mm.len() - 1] - z_mm[0]).abs() / (z_mm.len() - 1) as f64;
        let pixel = file["pixel_spacing_mm"].as_f64().expect("pixel spacing");
        let size = [512, 512, z_mm.len()];
        let grid = Grid::new(size, Affine::scaling([pixel, pixel, step])).expect("a grid");
        for nodule in file["nodules"].as_array().expect("nodules") {
            let readers: Vec<Mask> = nodule["readers"]
                .as_array()
                .expect("readers")
                .iter()
                .map(|reader| drawn_by(reader, &grid, &z_mm))
                .collect();
            // the made nodule is what three of the four drew
            let three = (0..4).map(|without| {
                let rest = (0..4).filter(|n| *n != without);
                rest.fold(Mask::full(size), |all, n| all.intersection(&readers[n]))
            });
            let inside = three.fold(Mask::empty(size), |all, one| all.union(&one));
            let what = format!("nodule {} of {case}, made values", nodule["nodule"]);
            let values = |v| Some(made_value(&inside, v));
            let dices = compare(&what, &grid, &values, BrushShape::Ball, &readers);
            assert!(dices.0 > dices.1);
            adaptive += dices.0;
            plain += dices.1;
            count += 1.0;
        }
    }
    eprintln!(
        "{count} nodules: adaptive {:.3}, plain {:.3}",
        adaptive / count,
        plain / count
    );
}
