//! Warnings in words about masks.

use super::label_map::{ReaderMap, ReaderPair};
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
            let (a, b) = (name(a), name(b));
            found.push(Warning::new(
                "identical_readers",
                "/readers",
                format!("{a} と {b} はボクセル単位で同一です。同じ読影を 2 回数えていないか確認してください。"),
                format!("{a} and {b} are the same voxel for voxel: is one reading counted twice?"),
            ));
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
