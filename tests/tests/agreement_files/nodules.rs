//! Lung nodules that four radiologists outlined (LIDC-IDRI).

use crate::desk::{Desk, agree, write_mask};
use crate::expected::{Expected, counts, near, pairs};
use crate::{RECORDED, data};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tests::calls::list;
use voxel::{Affine, Grid, Mask};

/// Readers of each nodule.
const READERS: usize = 4;
/// Voxels between the nodule and the end of the image.
const MARGIN: i64 = 2;
/// Whether the pixels of outlines belong to the nodule: by the collection's rule they do not.
const EDGES: [(&str, bool); 2] = [("included", true), ("excluded", false)];
/// The files.
const PATIENTS: [&str; 4] = ["0013", "0018", "0051", "0053"];

/// Voxels of the four readers with and without outlines, and of their majority without, nodule by
/// nodule: filled by `binary_fill_holes` of scipy 1.17, slice by slice.
const FILLED: [([u64; READERS], [u64; READERS], u64); 8] = [
    ([693, 489, 671, 604], [523, 369, 489, 441], 387),
    ([2620, 2092, 2625, 2179], [2052, 1643, 2081, 1715], 1634),
    ([719, 629, 669, 896], [553, 477, 507, 663], 490),
    ([3082, 2023, 2725, 3486], [2550, 1631, 2313, 2957], 2139),
    ([744, 617, 686, 824], [558, 454, 508, 603], 485),
    ([802, 518, 738, 822], [583, 377, 531, 589], 488),
    ([5663, 4944, 5138, 5816], [4920, 4266, 4419, 5032], 4360),
    ([515, 396, 504, 772], [392, 289, 366, 580], 312),
];

type Pixels = BTreeSet<[i64; 2]>;
type Voxels = BTreeSet<[i64; 3]>;
/// What a reader's outlines stand for, with or without the pixels of the outlines themselves.
type Rule = fn(&[Outline], bool) -> Voxels;

/// One closed chain of pixels on a slice.
struct Outline {
    k: i64,
    is_hole: bool,
    pixels: Pixels,
}

impl Outline {
    fn of(told: &Value, slices_mm: &[f64]) -> Self {
        let z = told["z"].as_f64().expect("a place");
        let k = slices_mm.iter().position(|at| (at - z).abs() < 1e-3);
        let pixel = |pixel: &Value| [0_usize, 1].map(|axis| pixel[axis].as_i64().expect("a pixel"));
        Self {
            k: k.expect("a slice of the series") as i64,
            is_hole: told["inclusion"].as_bool() == Some(false),
            pixels: list(told, "coords").iter().map(pixel).collect(),
        }
    }

    /// The outline and what it surrounds: what a flood from beside it does not reach.
    fn enclosed(&self) -> Pixels {
        let [low, high] = frame(&self.pixels);
        let mut outside = Pixels::from([low]);
        let mut front = vec![low];
        while let Some([x, y]) = front.pop() {
            for next in [[x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]] {
                let is_near = (0..2).all(|axis| (low[axis]..=high[axis]).contains(&next[axis]));
                if is_near && !self.pixels.contains(&next) && outside.insert(next) {
                    front.push(next);
                }
            }
        }
        let inside = |pixel: &[i64; 2]| !outside.contains(pixel);
        rectangle([low, high]).filter(inside).collect()
    }
}

/// First and last pixel of the rectangle around pixels that is one wider on every side.
fn frame(pixels: &Pixels) -> [[i64; 2]; 2] {
    let along = |axis: usize| pixels.iter().map(move |pixel| pixel[axis]);
    let low = [0, 1].map(|axis| along(axis).min().unwrap_or(0) - 1);
    let high = [0, 1].map(|axis| along(axis).max().unwrap_or(0) + 1);
    [low, high]
}

fn rectangle([low, high]: [[i64; 2]; 2]) -> impl Iterator<Item = [i64; 2]> {
    (low[1]..=high[1]).flat_map(move |y| (low[0]..=high[0]).map(move |x| [x, y]))
}

/// What a reader outlined; holes are taken out with their outlines.
fn surrounded(outlines: &[Outline], with_edge: bool) -> Voxels {
    let mut voxels = Voxels::new();
    for outline in outlines.iter().filter(|outline| !outline.is_hole) {
        for [x, y] in outline.enclosed() {
            if with_edge || !outline.pixels.contains(&[x, y]) {
                voxels.insert([x, y, outline.k]);
            }
        }
    }
    for hole in outlines.iter().filter(|outline| outline.is_hole) {
        for [x, y] in hole.enclosed() {
            voxels.remove(&[x, y, hole.k]);
        }
    }
    voxels
}

/// The voxels that the recorded figures count. They were meant to be those of [`surrounded`], but the
/// flood behind them took nothing away: they are whole rectangles around the outlines of a slice, and
/// a slice with a hole is empty.
fn framed(outlines: &[Outline], with_edge: bool) -> Voxels {
    let mut edges: BTreeMap<i64, Pixels> = BTreeMap::new();
    for outline in outlines {
        edges.entry(outline.k).or_default().extend(&outline.pixels);
    }
    for hole in outlines.iter().filter(|outline| outline.is_hole) {
        edges.remove(&hole.k);
    }
    let mut voxels = Voxels::new();
    for (k, edge) in edges {
        let kept = rectangle(frame(&edge)).filter(|pixel| with_edge || !edge.contains(pixel));
        voxels.extend(kept.map(|[x, y]| [x, y, k]));
    }
    voxels
}

/// Figures of voxel sets, counted one voxel at a time.
fn counted(sets: &[Voxels]) -> Expected {
    let mut votes: BTreeMap<[i64; 3], usize> = BTreeMap::new();
    for voxel in sets.iter().flatten() {
        *votes.entry(*voxel).or_default() += 1;
    }
    let dice = |(a, b): (usize, usize)| {
        let both = sets[a].intersection(&sets[b]).count();
        Some(2.0 * both as f64 / (sets[a].len() + sets[b].len()) as f64)
    };
    let most = votes.values().filter(|n| 2 * **n > sets.len());
    Expected {
        counts: sets.iter().map(|set| set.len() as u64).collect(),
        dice: pairs(sets.len()).map(dice).collect(),
        majority: Some(most.count() as u64),
        within: 1e-12,
    }
}

/// A nodule of a patient.
struct Nodule {
    name: String,
    spacing_mm: [f64; 3],
    readers: Vec<Vec<Outline>>,
    truth: Value,
}

impl Nodule {
    /// All nodules with what is recorded of them.
    fn all(data: &Path, recorded: &Value) -> Vec<Self> {
        let of_patient = |patient: &str| {
            let file = format!("multi-reader/LIDC-IDRI-{patient}.json");
            let text = std::fs::read_to_string(data.join(&file)).expect("outlines");
            let told: Value = serde_json::from_str(&text).expect("outlines are JSON");
            let truths = list(&recorded[&file], "nodules");
            let nodules = list(&told, "nodules");
            assert_eq!(nodules.len(), truths.len(), "{file}");
            let both = nodules.iter().zip(truths);
            let both = both.map(|(nodule, truth)| Self::of(&told, patient, nodule, truth));
            both.collect::<Vec<Self>>()
        };
        PATIENTS.into_iter().flat_map(of_patient).collect()
    }

    fn of(told: &Value, patient: &str, nodule: &Value, truth: Value) -> Self {
        assert_eq!(nodule["nodule"], truth["nodule"]);
        let number = |value: &Value| value.as_f64().expect("a number");
        let slices_mm: Vec<f64> = list(told, "slice_z_mm").iter().map(number).collect();
        let pixel_mm = number(&told["pixel_spacing_mm"]);
        let outlines = |reader: &Value| {
            let outlines = list(reader, "outlines");
            let outlines = outlines.iter().map(|told| Outline::of(told, &slices_mm));
            outlines.collect::<Vec<Outline>>()
        };
        Self {
            name: format!("lidc-{patient}-{}", nodule["nodule"]),
            spacing_mm: [pixel_mm, pixel_mm, number(&truth["slice_distance_mm"])],
            readers: list(nodule, "readers").iter().map(outlines).collect(),
            truth,
        }
    }

    /// Each reader's voxels.
    fn sets(&self, rule: Rule, with_edge: bool) -> Vec<Voxels> {
        let readers = self.readers.iter();
        readers.map(|outlines| rule(outlines, with_edge)).collect()
    }

    /// Label maps of voxel sets on the box around all of them and a margin.
    fn write(&self, desk: &Desk, sets: &[Voxels]) -> Vec<PathBuf> {
        let along = |axis: usize| sets.iter().flatten().map(move |voxel| voxel[axis]);
        let low = [0, 1, 2].map(|axis| along(axis).min().unwrap_or(0) - MARGIN);
        let high = [0, 1, 2].map(|axis| along(axis).max().unwrap_or(0) + MARGIN);
        let size = [0, 1, 2].map(|axis: usize| (high[axis] - low[axis] + 1) as usize);
        let grid = Grid::new(size, Affine::scaling(self.spacing_mm)).expect("a grid");
        let written = sets.iter().enumerate().map(|(reader, set)| {
            let mask = Mask::from_fn(size, |at| {
                let [i, j, k] = at.0;
                set.contains(&[i + low[0], j + low[1], k + low[2]])
            });
            let path = desk.path(&format!("{}-{}.nii.gz", self.name, reader + 1));
            write_mask(&path, &grid, &mask);
            path
        });
        written.collect()
    }

    /// What is recorded of the voxel sets; their majority only without outlines.
    fn recorded(&self, edge: &str) -> Expected {
        let dice = &self.truth[format!("dice_{edge}")];
        let of_pair = |(a, b): (usize, usize)| {
            let key = format!("{}-{}", a + 1, b + 1);
            Some(dice[&key].as_f64().expect("a recorded pair"))
        };
        Expected {
            counts: counts(&self.truth[format!("voxels_outline_{edge}")]),
            dice: pairs(READERS).map(of_pair).collect(),
            majority: self.truth[format!("majority_3of4_voxels_{edge}")].as_u64(),
            within: RECORDED,
        }
    }
}

/// Asks every pair for the readers' volumes.
fn volumes_hold(told: &Value, volumes_mm3: &[f64]) {
    for ((a, b), pair) in pairs(volumes_mm3.len()).zip(list(told, "pairs")) {
        for (key, volume_mm3) in [
            ("volume_a_ml", volumes_mm3[a]),
            ("volume_b_ml", volumes_mm3[b]),
        ] {
            near(&pair[key], volume_mm3 / 1000.0, 1e-6 * volume_mm3);
        }
    }
}

#[test]
fn masks_of_four_radiologists_outlines_agree_as_counted_voxel_by_voxel() {
    let Some((data, recorded)) = data() else {
        return;
    };
    let desk = Desk::new();
    let nodules = Nodule::all(&data, &recorded);
    assert_eq!(nodules.len(), FILLED.len());
    for (nodule, (included, excluded, majority)) in nodules.iter().zip(FILLED) {
        for (edge, with_edge) in EDGES {
            let sets = nodule.sets(surrounded, with_edge);
            let expected = counted(&sets);
            let filled = if with_edge { included } else { excluded };
            assert_eq!(expected.counts, filled, "{} {edge}", nodule.name);
            if !with_edge {
                assert_eq!(expected.majority, Some(majority), "{}", nodule.name);
            }
            let files = nodule.write(&desk, &sets);
            let args = agree(&files, &[]);
            let told = desk.told(&args);
            expected.holds(&told);
            let voxel_mm3: f64 = nodule.spacing_mm.iter().product();
            let volumes = expected.counts.iter().map(|n| *n as f64 * voxel_mm3);
            volumes_hold(&told, &volumes.collect::<Vec<f64>>());
            if !with_edge {
                desk.show(&nodule.name, &args);
            }
        }
    }
}

#[test]
fn rectangles_around_four_radiologists_outlines_have_the_recorded_figures() {
    let Some((data, recorded)) = data() else {
        return;
    };
    let desk = Desk::new();
    for nodule in Nodule::all(&data, &recorded) {
        for (edge, with_edge) in EDGES {
            let files = nodule.write(&desk, &nodule.sets(framed, with_edge));
            let told = desk.told(&agree(&files, &[]));
            let expected = nodule.recorded(edge);
            assert_eq!(expected.majority.is_some(), !with_edge);
            expected.holds(&told);
            if !with_edge {
                let volumes = list(&nodule.truth, "volume_mm3_excluded");
                let volumes = volumes.iter().filter_map(Value::as_f64);
                volumes_hold(&told, &volumes.collect::<Vec<f64>>());
            }
        }
    }
}
