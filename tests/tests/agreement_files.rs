//! `dokuei agree` and `agree-ratings` on what readers really left behind: outlines and ratings of four
//! radiologists, vessels, cells, an organ without geometry, a tumour by six programs, sixty labels at
//! once. The expected figures were recorded by others beside the shared data, or are counted here voxel
//! by voxel. Where `DOKUEI_REPORT_OUT` names a folder, report pages are written there, to be looked at.

#[path = "agreement_files/desk.rs"]
mod desk;
#[path = "agreement_files/expected.rs"]
mod expected;
#[path = "agreement_files/gif.rs"]
mod gif;
#[path = "agreement_files/labels.rs"]
mod labels;
#[path = "agreement_files/nodules.rs"]
mod nodules;
#[path = "agreement_files/ratings.rs"]
mod ratings;

use desk::{Desk, agree, write_mask};
use expected::{Expected, near, readers, warnings};
use gif::Gif;
use serde_json::Value;
use std::path::{Path, PathBuf};
use voxel::{Affine, Grid, LabelMap, Mask, VoxelIndex};

/// Recorded figures have six digits.
const RECORDED: f64 = 1e-6;

/// Voxels of the tumour that are compared.
const TUMOUR: [(&str, &[&str]); 4] = [
    ("whole_tumour", &[]),
    ("label_1", &["--label", "1"]),
    ("label_2", &["--label", "2"]),
    ("label_4", &["--label", "4"]),
];

/// The shared data, and what others recorded of its files; a test without them says so.
fn data() -> Option<(PathBuf, Value)> {
    let data = tests::shared()?.join("data");
    let text = std::fs::read_to_string(data.join("TRUTH.json")).expect("recorded figures");
    // a broken file's spacing is recorded as a number that JSON does not have
    let text = text.replace("NaN", "null");
    let mut recorded: Value = serde_json::from_str(&text).expect("recorded figures are JSON");
    Some((data, recorded["entries"].take()))
}

/// The bright pixels of a picture as a label map of one slice.
fn write_bright(path: &Path, picture: &Gif) {
    let size = [picture.width, picture.height, 1];
    let grid = Grid::new(size, Affine::identity()).expect("a grid");
    // One reader's black is not quite black.
    let bright = picture.pixels.iter().map(|pixel| pixel[0] >= 128);
    let mask = Mask::from_dense(size, &bright.collect::<Vec<bool>>());
    write_mask(path, &grid, &mask);
}

#[test]
fn vessels_of_two_readers_have_the_recorded_overlap_and_kappa() {
    let Some((data, recorded)) = data() else {
        return;
    };
    let desk = Desk::new();
    let folder = data.join("modalities/multi-reader/drive");
    for eye in ["01", "02", "03", "04"] {
        let truth = &recorded[format!("modalities/multi-reader/drive/#{eye}")];
        let files = [1, 2].map(|reader| {
            let picture = folder.join(format!("reader{reader}/{eye}_manual{reader}.gif"));
            let picture = Gif::read(&std::fs::read(picture).expect("a picture"));
            let path = desk.path(&format!("{eye}-{reader}.nii.gz"));
            write_bright(&path, &picture);
            path
        });
        let args = agree(&files, &[]);
        let told = desk.told(&args);
        Expected::recorded(truth, &readers(truth)).holds(&told);
        desk.show(&format!("vessels-{eye}"), &args);
        let pair = &told["pair"];
        assert_eq!(pair["n_voxels_intersection"], truth["intersection"]);
        assert_eq!(pair["n_voxels_union"], truth["union"]);
        let kappa = truth["cohen_kappa_all_pixels"].as_f64().expect("a kappa");
        near(&pair["voxel_kappa"], kappa, RECORDED);
    }
}

#[test]
fn cells_of_five_annotators_have_the_recorded_overlap_and_a_copy_among_them_is_named() {
    let Some((data, recorded)) = data() else {
        return;
    };
    let desk = Desk::new();
    let folder = data.join("modalities/multi-reader/bu-bil");
    for cell in ["B01", "B03", "B04", "B05", "B06", "B07", "B08"] {
        let truth = &recorded[format!("modalities/multi-reader/bu-bil/#{cell}")];
        let people = readers(truth);
        let picture = |person: &str| folder.join(person).join(format!("seg_{cell}.png"));
        let mut files: Vec<PathBuf> = people.iter().map(|person| picture(person)).collect();
        // Black is the cell.
        let black = ["--label", "0"];
        let told = desk.told(&agree(&files, &black));
        Expected::recorded(truth, &people).holds(&told);
        assert!(warnings(&told, "identical_readers").is_empty(), "{cell}");
        assert_eq!(
            warnings(&told, "no_spacing").len(),
            1,
            "{cell}: a picture has no millimetres"
        );
        // What is published as the gold standard is the second annotator's picture once more.
        files.push(picture("gold"));
        let args = agree(&files, &black);
        let told = desk.told(&args);
        desk.show(&format!("cells-{cell}"), &args);
        let named = warnings(&told, "identical_readers");
        assert_eq!(named.len(), 1, "{cell}: {named:?}");
        for language in ["message_ja", "message_en"] {
            let message = named[0][language].as_str().unwrap_or_default();
            let names_both = message.contains("person2") && message.contains("gold");
            assert!(names_both, "{cell}: {message}");
        }
    }
}

/// A label map with columns and rows in reverse order, on a grid of the same size.
fn turned(map: &LabelMap, grid: &Grid) -> Mask {
    let [columns, rows, _] = grid.size().map(|n| n as i64);
    Mask::from_fn(grid.size(), |at| {
        let [i, j, k] = at.0;
        let there = VoxelIndex([columns - 1 - i, rows - 1 - j, k]);
        map.value(there).is_some_and(|label| label != 0)
    })
}

#[test]
fn an_organ_without_geometry_is_compared_by_index_with_a_warning_and_agrees_once_turned() {
    let Some((data, recorded)) = data() else {
        return;
    };
    let desk = Desk::new();
    let truth = &recorded["modalities/multi-reader/stapler/"];
    let people = readers(truth);
    let folder = data.join("modalities/multi-reader/stapler");
    let file = |person: &String| folder.join(format!("{person}.nii.gz"));
    let files: Vec<PathBuf> = people.iter().map(file).collect();
    let args = agree(&files, &[]);
    let told = desk.told(&args);
    Expected::recorded(truth, &people).holds(&told);
    desk.show("stapler", &args);
    assert!(!warnings(&told, "no_geometry").is_empty(), "{told}");

    // The second reader's file is stored with both axes reversed; all three go to the grid of the
    // first, so that nothing but the order of the voxels changes.
    let maps = files.iter().map(|file| imaging::load_label_map(file));
    let maps: Vec<LabelMap> = maps.map(|map| map.expect("a label map")).collect();
    let grid = maps[0].grid();
    let written = people.iter().zip(&maps).map(|(person, map)| {
        let mask = match person.as_str() {
            "seg_2" => turned(map, grid),
            _ => map.mask(|label| label != 0),
        };
        let path = desk.path(&format!("{person}-turned.nii.gz"));
        write_mask(&path, grid, &mask);
        path
    });
    let written: Vec<PathBuf> = written.collect();
    let told = desk.told(&agree(&written, &[]));
    let truth = &truth["after_reversing_i_and_j_of_seg_2"];
    Expected::recorded(truth, &people).holds(&told);
    assert!(warnings(&told, "no_geometry").is_empty(), "{told}");
}

#[test]
fn a_tumour_by_six_programs_has_the_recorded_overlap_as_a_whole_and_part_by_part() {
    let Some((data, recorded)) = data() else {
        return;
    };
    let desk = Desk::new();
    let truth = &recorded["modalities/brain-mr/tcga-du-7294/"];
    let programs = readers(truth);
    let folder = data.join("modalities/brain-mr/tcga-du-7294");
    let file = |program: &String| folder.join(format!("seg-{program}.nii.gz"));
    let files: Vec<PathBuf> = programs.iter().map(file).collect();
    for (part, label) in TUMOUR {
        let args = agree(&files, label);
        let told = desk.told(&args);
        Expected::recorded(&truth[part], &programs).holds(&told);
        // The enhancing part has 31 voxels at most, and half of the programs saw none.
        let is_small = !warnings(&told, "small_structure").is_empty();
        assert_eq!(is_small, part == "label_4", "{part}");
        desk.show(&format!("brain-{part}"), &args);
    }
}
