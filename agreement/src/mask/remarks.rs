//! Warnings in words about masks.

use super::label_map::{ReaderMap, ReaderPair};
use super::multilabel::LabelFigures;
use super::pair::PairResult;
use crate::warning::{FEW_VOXELS, Warning};

/// Warnings about two masks.
pub(crate) fn of_pair(pair: &PairResult, names: &[String]) -> Vec<Warning> {
    let one = [(0, 1, pair)];
    of_pairs(one.into_iter(), names)
}

/// Warnings about the pairs of several masks.
pub(crate) fn of_reader_pairs(pairs: &[ReaderPair], names: &[String]) -> Vec<Warning> {
    of_pairs(pairs.iter().map(|p| (p.a, p.b, &p.figures)), names)
}

fn of_pairs<'a>(
    pairs: impl Iterator<Item = (usize, usize, &'a PairResult)> + Clone,
    names: &[String],
) -> Vec<Warning> {
    let mut found = Vec::new();
    let name = |reader: usize| names.get(reader).map_or("", String::as_str);
    for (a, b, pair) in pairs.clone() {
        let overlap = &pair.overlap;
        if overlap.n_voxels_union > 0 && overlap.n_voxels_union == overlap.n_voxels_intersection {
            found.push(identical(name(a), name(b)));
        }
    }
    let mut readers: Vec<(usize, u64, u64)> = pairs
        .flat_map(|(a, b, pair)| {
            let overlap = &pair.overlap;
            let total = overlap.n_voxels_total;
            [
                (a, overlap.n_voxels_a, total),
                (b, overlap.n_voxels_b, total),
            ]
        })
        .collect();
    readers.sort_unstable();
    readers.dedup();
    for &(reader, n, total) in &readers {
        if n > 0 && n < FEW_VOXELS {
            let reader = name(reader);
            found.push(Warning::new(
                "small_structure",
                "/readers",
                format!("{reader} は {n} ボクセルしかありません。Dice と IoU は 1 ボクセルで大きく変わるため、距離と個数を見てください。"),
                format!("{reader} has only {n} voxels: one voxel changes Dice and IoU much; read distances and counts."),
            ));
        } else if n == total && n > 0 {
            let reader = name(reader);
            found.push(Warning::new(
                "covers_image",
                "/readers",
                format!("{reader} は画像全体を占めています。背景がないか、別のラベルを指定する必要があります。"),
                format!("{reader} covers the whole image: it has no background, or another label is meant."),
            ));
        }
    }
    found
}

/// Labels that a warning lists before it says how many more there are.
const LISTED: usize = 12;

fn list(labels: &[i64]) -> [String; 2] {
    let first: Vec<String> = labels
        .iter()
        .take(LISTED)
        .map(ToString::to_string)
        .collect();
    let first = first.join(", ");
    match labels.len().saturating_sub(LISTED) {
        0 => [first.clone(), first],
        more => [
            format!("{first} ほか {more}"),
            format!("{first} and {more} more"),
        ],
    }
}

/// Labels that one map has and another has not. `labelled`: the readers with all numbers of their maps;
/// `label`: the only one that is compared, if it is one.
pub(crate) fn of_labels(
    labelled: &[(&str, Vec<i64>)],
    label: Option<i64>,
    each_by_itself: bool,
) -> Vec<Warning> {
    let own = |labels: &[i64]| -> Vec<i64> { labels.iter().copied().filter(|n| *n != 0).collect() };
    let mut all: Vec<i64> = labelled
        .iter()
        .flat_map(|(_, labels)| own(labels))
        .collect();
    all.sort_unstable();
    all.dedup();
    let missing = |labels: &[i64]| -> Vec<i64> {
        all.iter()
            .copied()
            .filter(|label| !labels.contains(label))
            .collect()
    };
    let mut found = Vec::new();
    for (name, labels) in labelled {
        let has = own(labels);
        if let Some(label) = label.filter(|label| !labels.contains(label)) {
            let [ja, en] = list(&has);
            found.push(Warning::new(
                "label_absent",
                "/readers",
                format!("{name} にラベル {label} はありません（含まれるラベル：{ja}）。描画なしとして数えます。"),
                format!("{name} has no label {label} (it has: {en}). It counts as not drawn."),
            ));
        } else if label.is_none() && each_by_itself && !missing(labels).is_empty() {
            let [ja, en] = list(&missing(labels));
            found.push(Warning::new(
                "label_absent",
                "/multilabel/labels",
                format!("{name} にラベル {ja} はありません（ほかの読影にはあります）。描画なしとして数えます。"),
                format!("{name} has no label {en}, which another reading has. It counts as not drawn."),
            ));
        }
    }
    let is_pooled = label.is_none() && !each_by_itself && all.len() > 1;
    // a mask may be 1 in one file and 255 in the other
    let is_one_each = labelled.iter().all(|(_, labels)| own(labels).len() <= 1);
    if is_pooled
        && !is_one_each
        && labelled
            .iter()
            .any(|(_, labels)| !missing(labels).is_empty())
    {
        let of_all: [String; 2] = list(&all);
        let [ja, en] = of_all;
        found.push(Warning::new(
            "labels_pooled",
            "/readers",
            format!("読影によって含まれるラベルが異なります（全体で {ja}）。0 以外をすべて前景とみなしています。ラベルを指定するか、ラベルごとに比較してください。"),
            format!("The readings have different labels (in all: {en}). Everything but 0 counts as foreground: choose a label, or compare each by itself."),
        ));
    }
    found
}

/// An estimation that ended before it stood still.
pub(crate) fn of_staple(converged: bool, rounds: u32, at: &'static str) -> Option<Warning> {
    let is_open = !converged && rounds > 0;
    is_open.then(|| {
        Warning::new(
            "not_converged",
            at,
            format!("STAPLE は {rounds} 回で収束しませんでした。感度と特異度は途中の値です。読影の一致がごく低いか、読影が対称なときに起こります。"),
            format!("STAPLE did not converge in {rounds} rounds: sensitivity and specificity are values on the way. This happens where readers hardly agree, or in symmetric ways."),
        )
    })
}

/// What must be known of labels that are compared one by one.
pub(crate) fn of_each_label(figures: &[LabelFigures], names: &[String]) -> Vec<Warning> {
    let small: Vec<i64> = figures
        .iter()
        .filter(|label| {
            let sizes = label.pairs.iter().flat_map(|pair| {
                let overlap = &pair.figures.overlap;
                [overlap.n_voxels_a, overlap.n_voxels_b]
            });
            sizes.into_iter().any(|n| n > 0 && n < FEW_VOXELS)
        })
        .map(|label| label.label)
        .collect();
    let mut found = Vec::new();
    if !small.is_empty() {
        let [ja, en] = list(&small);
        found.push(Warning::new(
            "small_structure",
            "/multilabel/per_label",
            format!("ラベル {ja} には 100 ボクセル未満の読影があります。Dice と IoU は 1 ボクセルで大きく変わるため、距離と個数を見てください。"),
            format!("Labels {en}: a reading has fewer than 100 voxels. One voxel changes Dice and IoU much; read distances and counts."),
        ));
    }
    let pairs = figures.first().map_or(&[][..], |label| &label.pairs);
    for (place, pair) in pairs.iter().enumerate() {
        let is_same = |label: &LabelFigures| {
            let overlap = &label.pairs[place].figures.overlap;
            overlap.n_voxels_union == overlap.n_voxels_intersection
        };
        if figures.iter().all(is_same) {
            found.push(identical(&names[pair.a], &names[pair.b]));
        }
    }
    found
}

fn identical(a: &str, b: &str) -> Warning {
    Warning::new(
        "identical_readers",
        "/readers",
        format!(
            "{a} と {b} はボクセル単位で同一です。同じ読影を 2 回数えていないか確認してください。"
        ),
        format!("{a} and {b} are the same voxel for voxel: is one reading counted twice?"),
    )
}

/// Files that do not tell where their image lies or how large a voxel is.
pub(crate) fn of_places(maps: &[ReaderMap<'_>]) -> Vec<Warning> {
    let names = |is_missing: fn(&ReaderMap<'_>) -> bool| -> String {
        let missing = maps.iter().filter(|reader| is_missing(reader));
        missing
            .map(|reader| reader.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    // a picture of one plane has no place in a patient anyway
    let placeless = names(|reader| !reader.has_place && reader.map.grid().size()[2] > 1);
    let sizeless = names(|reader| !reader.has_spacing);
    let mut found = Vec::new();
    if !placeless.is_empty() {
        found.push(Warning::new(
            "no_geometry",
            "/readers",
            format!("{placeless}：画像の位置と向きがファイルにありません。格子の番号どおりに比較しており、向きが反転していても検出できません。"),
            format!("{placeless}: the file does not say how the image lies in the patient. Voxels are compared by their number in the grid; a mirrored image goes unnoticed."),
        ));
    }
    for (name, value) in maps.iter().filter_map(|map| Some((map.name, map.rounded?))) {
        // as many digits as a stored value of four bytes has
        let value = value as f32;
        found.push(Warning::new(
            "values_rounded",
            "/readers",
            format!("{name} には整数でない値（{value} など）があり、最も近い整数に丸めました。確率の画像であれば 0.5 以上が前景になります。"),
            format!("{name} has values that are no whole numbers (such as {value}): each was rounded to the nearest. Of an image of probabilities 0.5 and more become foreground."),
        ));
    }
    if !sizeless.is_empty() {
        found.push(Warning::new(
            "no_spacing",
            "/spacing_mm",
            format!("{sizeless}：画素の大きさがファイルにありません。1 mm とみなすため、距離と体積は画素単位です。"),
            format!("{sizeless}: the file does not say how large a pixel is. It is taken as 1 mm: distances and volumes are in pixels."),
        ));
    }
    found
}

/// A map that was brought to the grid of the first: its volume before and after.
pub(crate) struct Brought {
    pub(crate) name: String,
    pub(crate) before_ml: f64,
    pub(crate) after_ml: f64,
}

/// Maps that were brought to the grid of the first, each with what it lost or gained.
pub(crate) fn of_resampling(brought: &[Brought], first: &str) -> Vec<Warning> {
    let warning = |map: &Brought| {
        let (name, before, after) = (&map.name, map.before_ml, map.after_ml);
        Warning::new(
            "resampled",
            "/resampled",
            format!(
                "{name} は {first} の格子に最近傍法で再標本化しました：前景の体積は {before:.3} ml から {after:.3} ml になりました。{first} の撮影範囲の外は失われ、細かい構造は消えることがあります。"
            ),
            format!(
                "{name} was brought to the grid of {first} by nearest neighbour: its foreground went from {before:.3} ml to {after:.3} ml. What lies outside the field of view of {first} is lost, and small structures may vanish."
            ),
        )
    };
    brought.iter().map(warning).collect()
}
