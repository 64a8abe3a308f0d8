//! What tells the volumes of an NRRD file apart, in the words of the programs that wrote them:
//! diffusion weighting (NA-MIC), times (3D Slicer's MultiVolume), segments (3D Slicer's `.seg.nrrd`).

use super::axes::Axes;
use super::fields::Fields;
use crate::array_file::layout::{Layout, Role};
use crate::array_file::listing::MAX_LISTED;
use crate::stack_part::{SplitRule, StackPart};
use std::collections::BTreeMap;

/// Most segments of a layer that are named.
const MAX_NAMED: usize = 8;

/// A label for each volume that is listed; empty where there is only one and nothing to say.
pub(crate) fn labels(fields: &Fields, axes: &Axes, layout: &Layout) -> Vec<Vec<StackPart>> {
    let segments = segments(fields, layout.volumes);
    let extras: Vec<(usize, &str)> = axes
        .axes
        .iter()
        .zip(&axes.kinds)
        .filter(|(axis, _)| axis.role == Role::Extra)
        .map(|(axis, kind)| (axis.size, kind.as_str()))
        .collect();
    // meanings belong to the one axis that counts them
    let lists = extras.iter().filter(|(size, _)| *size > 1).count();
    let meanings = if lists == 1 && segments.is_empty() {
        meanings(fields, layout.volumes)
    } else {
        BTreeMap::new()
    };
    (0..layout.volumes.min(MAX_LISTED))
        .map(|volume| {
            let mut parts: Vec<StackPart> = layout
                .place_of(volume)
                .into_iter()
                .zip(&extras)
                .filter(|(_, (size, _))| *size > 1)
                .map(|(place, (size, kind))| {
                    let rule = rule_of(kind, !segments.is_empty());
                    StackPart::new(rule, format!("{}/{size}", place + 1))
                })
                .collect();
            parts.extend(meanings.get(&volume).cloned());
            let layer = if layout.volumes > 1 { volume } else { 0 };
            let names = segments.get(&layer);
            parts.extend(names.into_iter().flat_map(|names| listed(names)));
            parts
        })
        .collect()
}

/// What one value along an axis of this kind is.
fn rule_of(kind: &str, has_segments: bool) -> SplitRule {
    match kind {
        _ if has_segments => SplitRule::Layer,
        "" | "list" | "time" | "domain" | "space" | "???" | "none" | "point" => SplitRule::Volume,
        _ => SplitRule::VectorComponent,
    }
}

/// Names with their numbers, the first few of them.
fn listed(names: &[String]) -> Vec<StackPart> {
    let shown: Vec<&str> = names.iter().take(MAX_NAMED).map(String::as_str).collect();
    let mut parts = vec![StackPart::new(SplitRule::Named, shown.join(", "))];
    let more = names.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        parts.push(StackPart::new(SplitRule::MoreNames, more.to_string()));
    }
    parts
}

/// What each volume is, where the header tells.
fn meanings(fields: &Fields, volumes: u64) -> BTreeMap<u64, StackPart> {
    let weights = diffusion_weights(fields, volumes);
    if weights.is_empty() {
        return frame_labels(fields);
    }
    weights
        .into_iter()
        .map(|(volume, weight)| {
            let part = StackPart::new(SplitRule::BValue, weight.to_string());
            (volume, part)
        })
        .collect()
}

/// The b-value of each volume in s/mm². The b-value of the header belongs to the longest gradient;
/// it grows with the square of a gradient's length (NA-MIC, “NRRD format for DWI”). Lengths do not
/// turn, so that the measurement frame is not needed.
fn diffusion_weights(fields: &Fields, volumes: u64) -> BTreeMap<u64, f64> {
    let mut squares = BTreeMap::new();
    let nominal = fields.pairs.get("DWMRI_b-value");
    let Some(nominal) = nominal.and_then(|text| text.trim().parse::<f64>().ok()) else {
        return BTreeMap::new();
    };
    let numbered = |prefix: &'static str| {
        fields.pairs.iter().filter_map(move |(key, value)| {
            let number = key.strip_prefix(prefix)?.parse::<u64>().ok()?;
            Some((number, value.as_str()))
        })
    };
    for (volume, text) in numbered("DWMRI_gradient_").filter(|(volume, _)| *volume < volumes) {
        let gradient: Option<Vec<f64>> = text
            .split_whitespace()
            .map(|word| word.parse().ok())
            .collect();
        if let Some(gradient) = gradient.filter(|gradient| gradient.len() == 3) {
            let square = gradient.iter().map(|x| x * x).sum::<f64>();
            squares.insert(volume, square);
        }
    }
    // a gradient that was repeated is written once, with the number of its repetitions
    for (volume, text) in numbered("DWMRI_NEX_") {
        let count = text.trim().parse::<u64>().unwrap_or(1);
        if let Some(square) = squares.get(&volume).copied() {
            let end = volume.saturating_add(count).min(volumes);
            squares.extend((volume + 1..end).map(|repeated| (repeated, square)));
        }
    }
    let longest = squares.values().copied().fold(0.0, f64::max);
    if !nominal.is_finite() || nominal < 0.0 || !longest.is_finite() || longest <= 0.0 {
        return BTreeMap::new();
    }
    squares
        .into_iter()
        .map(|(volume, square)| (volume, (nominal * square / longest).round()))
        .collect()
}

/// The labels of a MultiVolume: what its tag says of each frame.
fn frame_labels(fields: &Fields) -> BTreeMap<u64, StackPart> {
    let pair = |name: &str| fields.pairs.get(name).map(String::as_str);
    let Some(labels) = pair("MultiVolume.FrameLabels") else {
        return BTreeMap::new();
    };
    let name = pair("MultiVolume.FrameIdentifyingDICOMTagName").unwrap_or_default();
    let unit = pair("MultiVolume.FrameIdentifyingDICOMTagUnits").unwrap_or_default();
    (0..)
        .zip(labels.split(',').map(str::trim))
        .filter(|(_, label)| !label.is_empty())
        .map(|(volume, label)| {
            let text = [name, label, unit].join(" ");
            (volume, StackPart::new(SplitRule::Named, text.trim()))
        })
        .collect()
}

/// The segments of each layer, as `name (value)`.
fn segments(fields: &Fields, volumes: u64) -> BTreeMap<u64, Vec<String>> {
    let mut names: BTreeMap<u64, &str> = BTreeMap::new();
    for (key, value) in &fields.pairs {
        let number = key
            .strip_prefix("Segment")
            .and_then(|rest| rest.strip_suffix("_Name").or(rest.strip_suffix("_ID")))
            .and_then(|number| number.parse::<u64>().ok());
        if let Some(number) = number {
            let is_name = key.ends_with("_Name");
            let known = names.entry(number).or_insert(value);
            if is_name && !value.is_empty() {
                *known = value;
            }
        }
    }
    let of = |number: u64, what: &str| {
        let text = fields.pairs.get(&format!("Segment{number}_{what}"))?;
        text.trim().parse::<u64>().ok()
    };
    let mut layers: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (number, name) in names {
        // before layers were shared, each segment had its own and the value 1
        let alone = if volumes > 1 { number } else { 0 };
        let layer = of(number, "Layer").unwrap_or(alone);
        let value = of(number, "LabelValue").unwrap_or(1);
        layers
            .entry(layer)
            .or_default()
            .push(format!("{name} ({value})"));
    }
    layers
}
