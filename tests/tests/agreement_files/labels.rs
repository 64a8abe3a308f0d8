//! Sixty labels at once, in both languages.

use crate::data;
use crate::desk::{Desk, LANGUAGES, agree, write_labels};
use crate::expected::{near, pairs};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use tests::calls::list;
use voxel::{Grid, LabelMap, Mask};

/// Labels that are compared.
const LABELS: usize = 60;
/// Added to the label of a structure's half with the higher columns: no label map of the shared data
/// has sixty labels, but the halves of the organs of one are more than that.
const OTHER_HALF: i64 = 200;
/// Shares of two whole numbers on both sides.
const WITHIN: f64 = 1e-12;

/// A label map's values, each structure halved, all but the largest halves taken away; and the labels
/// that are left, the largest first.
fn halved(map: &LabelMap) -> (Vec<i64>, Vec<i64>) {
    let boxes = map.boxes();
    let columns = map.grid().size()[0];
    let voxels: usize = map.grid().size().iter().product();
    let half = |position: usize| {
        let label = map.at(position).expect("a voxel");
        let around = &boxes[&label];
        let middle = (around.min[0] + around.max[0]) / 2;
        match label {
            0 => 0,
            _ if position % columns < middle => label,
            _ => label + OTHER_HALF,
        }
    };
    let mut values: Vec<i64> = (0..voxels).map(half).collect();
    let mut sizes: BTreeMap<i64, u64> = BTreeMap::new();
    for label in values.iter().filter(|label| **label != 0) {
        *sizes.entry(*label).or_default() += 1;
    }
    let mut kept: Vec<i64> = sizes.keys().copied().collect();
    kept.sort_by_key(|label| (Reverse(sizes[label]), *label));
    kept.truncate(LABELS);
    for value in &mut values {
        if !kept.contains(value) {
            *value = 0;
        }
    }
    (values, kept)
}

/// Odd labels one voxel further along the columns, even ones without about an eighth of their voxels.
fn disturbed(values: &[i64], columns: usize) -> Vec<i64> {
    let is_odd = |label: i64| label % 2 == 1;
    // A fixed hash of the place: the same voxels are gone on every machine.
    let is_gone =
        |position: usize| (position as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61 == 0;
    let value = |position: usize| {
        if !position.is_multiple_of(columns) && is_odd(values[position - 1]) {
            return values[position - 1];
        }
        let own = values[position];
        if is_odd(own) || is_gone(position) {
            0
        } else {
            own
        }
    };
    (0..values.len()).map(value).collect()
}

fn write(desk: &Desk, name: &str, grid: &Grid, values: &[i64], labels: &[i64]) -> PathBuf {
    let map = LabelMap::new(grid.clone(), values.iter().copied()).expect("a label map");
    let mask = |label: &i64| map.mask(|value| value == *label);
    let masks: Vec<Mask> = labels.iter().map(mask).collect();
    let value = |label: &i64| u32::try_from(*label).expect("a label from 1");
    let labels: Vec<(u32, &Mask)> = labels.iter().map(value).zip(&masks).collect();
    let path = desk.path(&format!("{name}.nii.gz"));
    write_labels(&path, grid, &labels);
    path
}

/// Voxels of a label in two maps and in both, counted one by one.
fn counted(a: &[i64], b: &[i64], label: i64) -> [u64; 3] {
    let mut counts = [0; 3];
    for (a, b) in a.iter().zip(b) {
        let (in_a, in_b) = (*a == label, *b == label);
        counts[0] += u64::from(in_a);
        counts[1] += u64::from(in_b);
        counts[2] += u64::from(in_a && in_b);
    }
    counts
}

/// Asks the figures of a label for what is counted; answers Dice of the pairs.
fn label_holds(told: &Value, label: i64, readers: &[Vec<i64>]) -> Vec<Option<f64>> {
    assert_eq!(told["label"], label);
    let told_pairs = list(told, "pairs");
    assert_eq!(told_pairs.len(), pairs(readers.len()).count());
    let mut dice = Vec::new();
    for ((a, b), pair) in pairs(readers.len()).zip(&told_pairs) {
        let [in_a, in_b, in_both] = counted(&readers[a], &readers[b], label);
        assert_eq!(pair["a"], a);
        assert_eq!(pair["b"], b);
        assert_eq!(pair["n_voxels_a"], in_a, "label {label}: {pair}");
        assert_eq!(pair["n_voxels_b"], in_b, "label {label}: {pair}");
        assert_eq!(
            pair["n_voxels_intersection"], in_both,
            "label {label}: {pair}"
        );
        let share = (in_a + in_b > 0).then(|| 2.0 * in_both as f64 / (in_a + in_b) as f64);
        match share {
            Some(share) => near(&pair["dice"], share, WITHIN),
            None => assert!(pair["dice"].is_null(), "label {label}: {pair}"),
        }
        dice.push(share);
    }
    let defined: Vec<f64> = dice.iter().copied().flatten().collect();
    let mean = defined.iter().sum::<f64>() / defined.len() as f64;
    near(&told["mean_pairwise_dice"], mean, WITHIN);
    dice
}

/// A page that needs nothing from elsewhere, in its language, and has every label.
fn page_holds(page: &str, language: &str, labels: &[i64]) {
    for foreign in ["<script", "http"] {
        assert!(!page.contains(foreign), "{language}: {foreign}");
    }
    assert!(page.contains(&format!("lang=\"{language}\"")), "{language}");
    let (_, body) = page.split_once("<body").expect("a body");
    let numbers: BTreeSet<&str> = body.split(|c: char| !c.is_ascii_digit()).collect();
    for label in labels {
        let label = label.to_string();
        assert!(
            numbers.contains(label.as_str()),
            "{language}: label {label}"
        );
    }
}

#[test]
fn sixty_labels_of_three_readers_agree_as_counted_and_have_a_page_in_both_languages() {
    let Some((data, _)) = data() else {
        return;
    };
    let desk = Desk::new();
    let organs = data.join("nifti/ct-small-labels.nii.gz");
    let organs = imaging::load_label_map(&organs).expect("a label map");
    let grid = organs.grid();
    let (first, mut labels) = halved(&organs);
    assert_eq!(labels.len(), LABELS);
    let second = disturbed(&first, grid.size()[0]);
    // A large, a middling and the smallest structure were overlooked.
    let missing = [labels[5], labels[30], labels[LABELS - 1]];
    let mut third = first.clone();
    for value in third.iter_mut().filter(|value| missing.contains(value)) {
        *value = 0;
    }
    labels.sort_unstable();
    let readers = [first, second, third];
    let named = ["first", "second", "third"].into_iter().zip(&readers);
    let files = named.map(|(name, values)| write(&desk, name, grid, values, &labels));
    let files: Vec<PathBuf> = files.collect();
    let args = agree(&files, &["--multilabel"]);
    let told = LANGUAGES.map(|language| {
        let page = desk.path(&format!("labels-{language}.html"));
        let told = desk.told_with_page(&args, language, &page);
        let page = std::fs::read_to_string(page).expect("a page");
        page_holds(&page, language, &labels);
        told
    });
    let [told, in_english] = &told;
    assert!(told == in_english, "the document has no language");
    let told = &told["multilabel"];
    assert_eq!(told["labels"], json!(labels));
    let per_label = list(told, "per_label");
    assert_eq!(per_label.len(), labels.len());
    for (told, label) in per_label.iter().zip(&labels) {
        let dice = label_holds(told, *label, &readers);
        let [beside_second, beside_third, last] = dice[..] else {
            panic!("three pairs: {dice:?}");
        };
        let is_disturbed = beside_second.is_some_and(|dice| dice > 0.0 && dice < 1.0);
        assert!(is_disturbed, "label {label}: {dice:?}");
        if missing.contains(label) {
            assert_eq!(
                (beside_third, last),
                (Some(0.0), Some(0.0)),
                "label {label}"
            );
        } else {
            assert_eq!(
                (beside_third, last),
                (Some(1.0), beside_second),
                "label {label}"
            );
        }
    }
    desk.show("labels-60", &args);
}
