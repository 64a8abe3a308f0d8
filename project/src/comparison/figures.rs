//! Figures of labels and of findings, computed by `agreement`.

use std::collections::BTreeMap;

use agreement::{PairOptions, PairResult, Reasons, overlap, pair};
use annotation_format::measure;
use annotation_format::protocol::AgreeBy;
use annotation_format::{Finding, Label, LabelId, Tolerance};
use voxel::{Affine, Grid, Mask};

use super::pairing::Group;
use super::{FindingRow, LabelRow, MatchKind, Material, Reading, answers, geometry, letter};
use crate::error::{Error, Result};

fn failed(error: &agreement::Error) -> Error {
    Error::Agreement(error.code().to_owned())
}

fn codes(reasons: &Reasons) -> BTreeMap<String, String> {
    reasons
        .iter()
        .map(|(key, reason)| (key.to_owned(), reason.code().to_owned()))
        .collect()
}

/// One row per label and pair of readers. Labels without masks have counts only.
pub(super) fn label_rows(material: &Material, groups: &[Group]) -> Result<Vec<LabelRow>> {
    let mut rows = Vec::new();
    let readers = material.readings.len();
    for label in &material.protocol.labels {
        for first in 0..readers {
            for second in first + 1..readers {
                rows.extend(pair_rows(material, groups, label, (first, second))?);
            }
        }
    }
    Ok(rows)
}

/// Rows of one label and pair: one for each series that carries masks, else one without figures.
fn pair_rows(
    material: &Material,
    groups: &[Group],
    label: &Label,
    (first, second): (usize, usize),
) -> Result<Vec<LabelRow>> {
    let (Some(a), Some(b)) = (material.readings.get(first), material.readings.get(second)) else {
        return Ok(Vec::new());
    };
    let counted = LabelRow {
        label: label.id.to_string(),
        pair: (material.readings.len() > 2).then(|| format!("{}-{}", a.letter, b.letter)),
        ..counts(groups, &label.id, (first, second))
    };
    let [masks_a, masks_b] = [a, b].map(|reading| masks_of(reading, &label.id));
    let mut series: Vec<&String> = masks_a.keys().chain(masks_b.keys()).collect();
    series.sort();
    series.dedup();
    if series.is_empty() {
        return Ok(vec![without_masks(counted, label)]);
    }
    let mut rows = Vec::with_capacity(series.len());
    for series in series {
        let row = LabelRow {
            series: Some(series.clone()),
            ..counted.clone()
        };
        let sides = (masks_a.get(series), masks_b.get(series));
        rows.push(with_masks(row, sides, material.grids.get(series))?);
    }
    Ok(rows)
}

fn counts(groups: &[Group], label: &LabelId, (first, second): (usize, usize)) -> LabelRow {
    let mut row = LabelRow::default();
    for group in groups
        .iter()
        .filter(|group| group.first().is_some_and(|f| f.label == *label))
    {
        let has = |place: usize| group.members.get(place).is_some_and(Option::is_some);
        row.n_findings_a += usize::from(has(first));
        row.n_findings_b += usize::from(has(second));
        row.n_matched += usize::from(has(first) && has(second));
    }
    let all = row.n_findings_a + row.n_findings_b;
    if all == 0 {
        row.reasons.insert("f1".to_owned(), "both_empty".to_owned());
    } else {
        row.f1 = Some(2.0 * row.n_matched as f64 / all as f64);
    }
    row
}

/// Union of all masks of a label, per series.
pub(crate) fn masks_of(reading: &Reading, label: &LabelId) -> BTreeMap<String, Mask> {
    let mut masks: BTreeMap<String, Mask> = BTreeMap::new();
    for finding in reading.document.findings_of(label) {
        let Some(mask) = &finding.mask else { continue };
        masks
            .entry(finding.series.clone())
            .and_modify(|all| {
                if all.size() == mask.size() {
                    *all = all.union(mask);
                }
            })
            .or_insert_with(|| mask.clone());
    }
    masks
}

const MASK_KEYS: [&str; 5] = ["dice", "iou", "voxel_kappa", "hd95_mm", "assd_mm"];
const MM_KEYS: [&str; 4] = ["hd95_mm", "assd_mm", "volume_a_ml", "volume_b_ml"];

fn without_masks(mut row: LabelRow, label: &Label) -> LabelRow {
    let paintable = label.can_be_painted() || label.is_derived();
    let why = if paintable { "both_empty" } else { "no_mask" };
    for key in MASK_KEYS {
        row.reasons.insert(key.to_owned(), why.to_owned());
    }
    if paintable {
        row.volume_a_ml = Some(0.0);
        row.volume_b_ml = Some(0.0);
    } else {
        for key in ["volume_a_ml", "volume_b_ml"] {
            row.reasons.insert(key.to_owned(), why.to_owned());
        }
    }
    row
}

fn with_masks(
    mut row: LabelRow,
    (a, b): (Option<&Mask>, Option<&Mask>),
    grid: Option<&Grid>,
) -> Result<LabelRow> {
    let Some(size) = a.or(b).map(Mask::size) else {
        return Ok(row);
    };
    let empty = Mask::empty(size);
    let (a, b) = (a.unwrap_or(&empty), b.unwrap_or(&empty));
    if let Some(grid) = grid {
        let figures = pair(a, b, grid, &PairOptions::default()).map_err(|error| failed(&error))?;
        fill(&mut row, &figures);
        return Ok(row);
    }
    // Without geometry there are voxels but no millimetres.
    let unit = unit_grid(size)?;
    let counted = overlap(a, b, &unit).map_err(|error| failed(&error))?;
    row.dice = counted.figures.dice;
    row.iou = counted.figures.iou;
    row.voxel_kappa = counted.figures.voxel_kappa;
    let mut reasons = codes(&counted.reasons);
    reasons.retain(|key, _| MASK_KEYS.contains(&key.as_str()));
    for key in MM_KEYS {
        reasons.insert(key.to_owned(), "no_geometry".to_owned());
    }
    row.reasons.extend(reasons);
    Ok(row)
}

fn unit_grid(size: [usize; 3]) -> Result<Grid> {
    Grid::new(size, Affine::scaling([1.0; 3]))
        .map_err(|error| Error::Damaged(format!("a mask without a possible grid: {error}")))
}

fn fill(row: &mut LabelRow, figures: &PairResult) {
    row.dice = figures.overlap.dice;
    row.iou = figures.overlap.iou;
    row.voxel_kappa = figures.overlap.voxel_kappa;
    row.hd95_mm = figures.distance.hd95_mm;
    row.assd_mm = figures.distance.assd_mm;
    row.volume_a_ml = Some(figures.overlap.volume_a_ml);
    row.volume_b_ml = Some(figures.overlap.volume_b_ml);
    row.approximate = figures.approximate;
    let mut reasons = codes(&figures.reasons);
    reasons.retain(|key, _| MASK_KEYS.contains(&key.as_str()));
    row.reasons.extend(reasons);
}

/// One row per group of findings.
pub(super) fn finding_rows(material: &Material, groups: &[Group]) -> Result<Vec<FindingRow>> {
    groups
        .iter()
        .filter_map(|group| finding_row(material, group).transpose())
        .collect()
}

fn finding_row(material: &Material, group: &Group) -> Result<Option<FindingRow>> {
    let Some(first) = group.first() else {
        return Ok(None);
    };
    let present = group.present().count();
    let matched = match present {
        n if n == group.members.len() => MatchKind::Matched,
        1 => MatchKind::Unmatched,
        _ => MatchKind::Partial,
    };
    let attributes = answers::answer_rows(material, group);
    let mut row = FindingRow {
        id: group.id(),
        label: first.label.clone(),
        series: first.series.clone(),
        members: group
            .members
            .iter()
            .enumerate()
            .map(|(place, member)| (letter(place), member.as_ref().map(|f| f.id.clone())))
            .collect(),
        matched,
        iou: None,
        dice: None,
        distance_mm: None,
        hd95_mm: None,
        numbers: group
            .present()
            .map(|(place, f)| (letter(place), f.number))
            .collect(),
        volumes_ml: group
            .present()
            .map(|(place, f)| (letter(place), volume(material, f)))
            .collect(),
        attributes,
        agreed: false,
        decision: None,
        reasons: BTreeMap::new(),
    };
    measure_pairs(material, group, &mut row)?;
    row.agreed = matched == MatchKind::Matched
        && geometry_agrees(material, &row)
        && answers_agree(material, &row);
    Ok(Some(row))
}

fn volume(material: &Material, finding: &Finding) -> Option<f64> {
    let grid = material.grids.get(&finding.series)?;
    finding
        .mask
        .as_ref()
        .map(|mask| measure::volume_ml(mask, grid))
}

/// The rule by which pairs of a label agree.
fn agree_rule(material: &Material, label: &LabelId) -> Option<(AgreeBy, f64)> {
    match material.protocol.tolerance_of(label) {
        Some(Tolerance::Label {
            agree,
            agree_threshold,
            ..
        }) => Some(((*agree)?, (*agree_threshold)?)),
        _ => None,
    }
}

/// Distances between two surfaces are worked out in the box that holds both masks; a box of more voxels
/// than this would keep the comparison waiting for seconds.
const MOST_VOXELS: usize = 64 << 20;

/// The 95th percentile of the surface distances of two masks; `None` without geometry and where the
/// masks reach over too great a box.
fn hd95_mm(one: &Mask, other: &Mask, grid: &Grid) -> Result<Option<f64>> {
    let boxes = one.bounding_box().zip(other.bounding_box());
    let Some(joint) = boxes.map(|(one, other)| one.union(&other)) else {
        return Ok(None);
    };
    let voxels: usize = joint.size().iter().product();
    if voxels > MOST_VOXELS {
        return Ok(None);
    }
    let figures =
        pair(one, other, grid, &PairOptions::default()).map_err(|error| failed(&error))?;
    Ok(figures.distance.hd95_mm)
}

/// Worst figures over every two members.
fn measure_pairs(material: &Material, group: &Group, row: &mut FindingRow) -> Result<()> {
    for (place, a) in group.present() {
        for (_, b) in group.present().filter(|(other, _)| *other > place) {
            row.iou = worse(row.iou, geometry::iou(a, b), f64::min);
            row.distance_mm = worse(
                row.distance_mm,
                geometry::distance_mm(a, b, &material.grids),
                f64::max,
            );
            let (Some(one), Some(other)) = (&a.mask, &b.mask) else {
                continue;
            };
            let both = 2.0 * one.intersection_count(other) as f64;
            let dice = both / (one.count() + other.count()).max(1) as f64;
            row.dice = worse(row.dice, Some(dice), f64::min);
            let grid = material
                .grids
                .get(&a.series)
                .filter(|grid| grid.size() == one.size() && grid.size() == other.size());
            if let Some(grid) = grid {
                row.hd95_mm = worse(row.hd95_mm, hd95_mm(one, other, grid)?, f64::max);
            }
        }
    }
    let alone = group.present().count() < 2;
    for (key, value) in [
        ("iou", row.iou),
        ("dice", row.dice),
        ("distance_mm", row.distance_mm),
    ] {
        if value.is_none() {
            let why = if alone { "no_match" } else { "no_geometry" };
            row.reasons.insert(key.to_owned(), why.to_owned());
        }
    }
    Ok(())
}

fn worse(known: Option<f64>, new: Option<f64>, choose: fn(f64, f64) -> f64) -> Option<f64> {
    match (known, new) {
        (Some(known), Some(new)) => Some(choose(known, new)),
        (known, new) => known.or(new),
    }
}

/// Without a rule of its own a matched pair agrees: the matching rule is the tolerance.
fn geometry_agrees(material: &Material, row: &FindingRow) -> bool {
    match agree_rule(material, &row.label) {
        None => true,
        Some((AgreeBy::Dice, least)) => row.dice.or(row.iou).is_some_and(|dice| dice >= least),
        Some((AgreeBy::Iou, least)) => row.iou.is_some_and(|iou| iou >= least),
        Some((AgreeBy::Hd95Mm, most)) => row.hd95_mm.is_some_and(|hd95| hd95 <= most),
    }
}

fn answers_agree(material: &Material, row: &FindingRow) -> bool {
    row.attributes.iter().all(|answer| {
        answer.within_tolerance
            || material
                .protocol
                .attribute(&answer.name)
                .is_none_or(|attribute| !answers::counts(&material.protocol, attribute))
    })
}
