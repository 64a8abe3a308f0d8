//! Ratings of lung nodules by four radiologists (LIDC-IDRI), against coefficients computed here pair by
//! pair, straight from their definitions.

use crate::data;
use crate::desk::Desk;
use crate::expected::{near, pairs};
use std::collections::BTreeMap;
use tests::calls::text;

/// Readers of each nodule; their numbers say nothing of who they are.
const READERS: usize = 4;
/// Nodules.
const ITEMS: usize = 894;
/// The highest category; the lowest is 1.
const HIGHEST: u32 = 5;
/// Both sides round in their own order.
const WITHIN: f64 = 1e-9;

/// An item's ratings.
type Row = [u32; READERS];

/// A column of the table of one line a rating, as one row an item.
fn pivoted(table: &str, column: &str) -> BTreeMap<String, Row> {
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let place = |name: &str| {
        let place = header.iter().position(|cell| *cell == name);
        place.expect("a column")
    };
    let item = ["patient_id", "scan_id", "nodule"].map(place);
    let (slot, rating) = (place("reader_slot"), place(column));
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let name = item.map(|at| cells[at]).join("/");
        let reader: usize = cells[slot].parse().expect("a reader's number");
        let row = rows.entry(name).or_default();
        row[reader - 1] = cells[rating].parse().expect("a rating");
    }
    rows
}

/// Rows as the program reads them.
fn csv(rows: &BTreeMap<String, Row>) -> String {
    let mut lines = vec!["item,r1,r2,r3,r4".to_owned()];
    let line = |(item, [a, b, c, d]): (&String, &Row)| format!("{item},{a},{b},{c},{d}");
    lines.extend(rows.iter().map(line));
    lines.join("\n") + "\n"
}

/// The mean share of pairs of readers who chose the same.
fn observed_agreement(rows: &[Row]) -> f64 {
    let share = |row: &Row| {
        let same = pairs(READERS).filter(|&(a, b)| row[a] == row[b]).count();
        same as f64 / pairs(READERS).count() as f64
    };
    rows.iter().map(share).sum::<f64>() / rows.len() as f64
}

/// Agreement beyond that of readers who choose by chance with the common shares.
fn fleiss_kappa(rows: &[Row]) -> f64 {
    let all = (rows.len() * READERS) as f64;
    let share = |category: u32| {
        let chosen = rows.iter().flatten().filter(|r| **r == category).count();
        chosen as f64 / all
    };
    let by_chance: f64 = (1..=HIGHEST).map(|category| share(category).powi(2)).sum();
    (observed_agreement(rows) - by_chance) / (1.0 - by_chance)
}

/// Krippendorff's alpha: the mean difference of two ratings of one item against that of any two.
fn alpha(rows: &[Row], difference: impl Fn(u32, u32) -> f64) -> f64 {
    let of_pairs = |ratings: &[u32]| {
        let each = pairs(ratings.len()).map(|(a, b)| difference(ratings[a], ratings[b]));
        // Pairs are ordered in the definition.
        2.0 * each.sum::<f64>()
    };
    let all: Vec<u32> = rows.iter().flatten().copied().collect();
    let n = all.len() as f64;
    let of_item = |row: &Row| of_pairs(row) / (READERS - 1) as f64;
    let observed = rows.iter().map(of_item).sum::<f64>() / n;
    let expected = of_pairs(&all) / (n * (n - 1.0));
    1.0 - observed / expected
}

/// The squared number of ratings between the middles of two categories.
fn rank_difference(rows: &[Row]) -> impl Fn(u32, u32) -> f64 {
    let chosen = |category: u32| rows.iter().flatten().filter(|r| **r == category).count() as f64;
    let n: Vec<f64> = (0..=HIGHEST).map(chosen).collect();
    move |a: u32, b: u32| {
        let (low, high) = (a.min(b) as usize, a.max(b) as usize);
        let from_to: f64 = n[low..=high].iter().sum();
        (from_to - (n[low] + n[high]) / 2.0).powi(2)
    }
}

/// The share of the variance that lies between items, by one-way analysis.
fn icc_1_1(rows: &[Row]) -> f64 {
    let (n, k) = (rows.len() as f64, READERS as f64);
    let mean = |row: &Row| row.iter().map(|r| f64::from(*r)).sum::<f64>() / k;
    let grand = rows.iter().map(mean).sum::<f64>() / n;
    let between = rows.iter().map(|row| (mean(row) - grand).powi(2));
    let between = k * between.sum::<f64>() / (n - 1.0);
    let within = rows.iter().flat_map(|row| {
        let mean = mean(row);
        row.iter().map(move |r| (f64::from(*r) - mean).powi(2))
    });
    let within = within.sum::<f64>() / (n * (k - 1.0));
    (between - within) / (between + (k - 1.0) * within)
}

#[test]
fn ratings_of_894_nodules_have_the_coefficients_of_their_definitions() {
    let Some((data, _)) = data() else {
        return;
    };
    let desk = Desk::new();
    let table = data.join("multi-reader/lidc-ratings-4readers.csv");
    let table = std::fs::read_to_string(table).expect("ratings");
    for column in ["malignancy", "texture"] {
        let rows = pivoted(&table, column);
        let file = desk.path(&format!("{column}.csv"));
        std::fs::write(&file, csv(&rows)).expect("a table is written");
        let rows: Vec<Row> = rows.into_values().collect();
        assert_eq!(rows.len(), ITEMS);
        let is_rated = |rating: &u32| (1..=HIGHEST).contains(rating);
        assert!(rows.iter().flatten().all(is_rated), "{column}");
        let told = |scale: &str, more: &[&str]| {
            let args = ["agree-ratings", text(&file), "--scale", scale];
            let args = [args.as_slice(), more].concat();
            desk.show(&format!("lidc-{column}-{scale}"), &args);
            let told = desk.told(&args);
            assert_eq!(told["n_items"], ITEMS);
            assert_eq!(told["n_readers"], READERS);
            assert_eq!(told["n_missing"], 0);
            told
        };
        let nominal = |a: u32, b: u32| f64::from(u8::from(a != b));
        let interval = |a: u32, b: u32| f64::from(a.abs_diff(b)).powi(2);
        let alphas = [
            ("nominal", alpha(&rows, nominal)),
            ("ordinal", alpha(&rows, rank_difference(&rows))),
        ];
        for (scale, alpha) in alphas {
            let told = told(scale, &["--categories", "1,2,3,4,5"]);
            let observed = observed_agreement(&rows);
            near(&told["observed_agreement"], observed, WITHIN);
            let kappa = fleiss_kappa(&rows);
            near(&told["fleiss_kappa"]["estimate"], kappa, WITHIN);
            near(&told["krippendorff_alpha"]["estimate"], alpha, WITHIN);
        }
        let told = told("interval", &[]);
        assert_eq!(told["n_items_complete"], ITEMS);
        near(&told["icc"]["icc_1_1"]["estimate"], icc_1_1(&rows), WITHIN);
        let alpha = alpha(&rows, interval);
        near(&told["krippendorff_alpha"]["estimate"], alpha, WITHIN);
    }
}
