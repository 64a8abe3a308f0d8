//! The view of files, and the sorting of values into tenths. (That of a project is tested with its screen.)

use super::*;
use crate::language::{Language, Words};
use std::path::PathBuf;

fn golden(name: &str) -> PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/golden/agreement/inputs")
        .join(name)
}

fn view(files: &[&str], chosen: &Chosen) -> View {
    let files: Vec<PathBuf> = files.iter().map(|name| golden(name)).collect();
    of_files(&Words::new(Language::En), &files, chosen).expect("files that can be compared")
}

#[test]
fn a_dice_of_one_belongs_to_the_last_tenth() {
    assert_eq!(
        tenths(&[0.0, 0.09, 0.1, 0.95, 1.0]),
        [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    );
}

#[test]
fn grades_of_two_readers_have_a_matrix_and_the_items_in_disagreement() {
    let view = view(&["ratings/birads_two.csv"], &Chosen::default());
    assert_eq!(view.field, "ordinal");
    let confusion = view.confusion.expect("two readers");
    let total: usize = confusion.counts.iter().flatten().sum();
    assert_eq!((confusion.names.len(), total), (5, 60));
    let apart: usize = (0..5)
        .flat_map(|a| (0..5).map(move |b| (a, b)))
        .filter(|(a, b)| a != b)
        .map(|(a, b)| confusion.counts[a][b])
        .sum();
    assert_eq!(view.rows.len(), apart);
    assert!(
        view.rows
            .iter()
            .all(|row| row.a != row.b && row.cell.is_some())
    );
}

#[test]
fn measurements_are_points_of_differences_and_the_scale_can_be_chosen() {
    let plain = view(&["ratings/bland_altman1986_pefr.csv"], &Chosen::default());
    assert_eq!(plain.field, "ratio");
    let differences = plain.differences.expect("measurements");
    assert_eq!(differences.points.len(), 17);
    let [low, bias, high] = differences.lines.expect("limits");
    assert!((bias + 2.117_647).abs() < 1e-5 && low < bias && bias < high);
    let chosen = Chosen {
        field: Some("nominal".to_owned()),
        ..Chosen::default()
    };
    assert!(
        view(&["ratings/bland_altman1986_pefr.csv"], &chosen)
            .confusion
            .is_some()
    );
}

#[test]
fn label_images_of_several_readers_have_a_matrix_of_pairs_and_a_row_for_each_label() {
    let files = ["r1", "r2", "r3"].map(|r| format!("masks/multilabel_three_{r}.nii.gz"));
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    let view = view(&names, &Chosen::default());
    let pairs = view.pairs.expect("three readers");
    // what the names have in common is left out: "multilabel_three_r" and ".nii.gz"
    assert_eq!(
        (pairs.names, pairs.values[0][0]),
        (["1", "2", "3"].map(str::to_owned).to_vec(), None)
    );
    assert_eq!(pairs.values[0][2], pairs.values[2][0]);
    assert_eq!(view.rows.len(), 3 * view.labels.len());
    assert!(
        view.rows
            .windows(2)
            .all(|rows| rows[0].dice.unwrap_or(2.0) <= rows[1].dice.unwrap_or(2.0))
    );
}

#[test]
fn a_list_of_findings_has_f1_of_each_pair() {
    let view = view(&["findings/points_k_of_4.json"], &Chosen::default());
    let pairs = view.pairs.expect("four readers");
    assert_eq!(pairs.names.len(), 4);
    assert!(pairs.values[1][0].is_some());
}

#[test]
fn a_file_that_is_not_there_is_said_with_its_name() {
    let refused = of_files(
        &Words::new(Language::En),
        &[golden("x.csv")],
        &Chosen::default(),
    );
    assert!(refused.unwrap_err().to_string().contains("x.csv"));
}
