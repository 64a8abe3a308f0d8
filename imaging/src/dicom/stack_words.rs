//! What tells the stacks of one series apart (conformance §1.5), in as few attributes as needed:
//! kind, direction, matrix, … are named only among stacks that no attribute of their frames tells
//! apart already.

use super::geometry::normal_of;
use super::header::Instance;
use super::stacks::Stack;
use crate::stack_part::{SplitRule, StackPart};
use std::collections::BTreeMap;

/// Attributes in the order in which they are tried.
const RULES: [SplitRule; 8] = [
    SplitRule::Kind,
    SplitRule::Orientation,
    SplitRule::Matrix,
    SplitRule::Spacing,
    SplitRule::Colour,
    SplitRule::FrameOfReference,
    SplitRule::SopClass,
    SplitRule::Image,
];

/// Adds to each stack's parts what it needs to differ from the others.
pub(crate) fn tell_apart(members: &[Instance], stacks: &mut [Stack<'_>]) {
    if stacks.len() < 2 {
        return;
    }
    let frames_of_reference = frames_of_reference(members);
    let mut added: Vec<Vec<StackPart>> = vec![Vec::new(); stacks.len()];
    for rule in RULES {
        let mut alike: BTreeMap<Vec<StackPart>, Vec<usize>> = BTreeMap::new();
        for (index, (stack, added)) in stacks.iter().zip(&added).enumerate() {
            let label = added.iter().chain(&stack.parts).cloned().collect();
            alike.entry(label).or_default().push(index);
        }
        for group in alike.into_values().filter(|group| group.len() > 1) {
            let values: Vec<String> = group
                .iter()
                .filter_map(|index| stacks.get(*index))
                .map(|stack| value(members, stack, rule, &frames_of_reference))
                .collect();
            if values.windows(2).all(|pair| pair.first() == pair.last()) {
                continue;
            }
            for (index, value) in group.iter().zip(values) {
                if let (Some(parts), false) = (added.get_mut(*index), value.is_empty()) {
                    parts.push(StackPart::new(rule, value));
                }
            }
        }
    }
    for (stack, mut parts) in stacks.iter_mut().zip(added) {
        parts.append(&mut stack.parts);
        stack.parts = parts;
    }
}

/// The identifiers that occur, in order of the files.
fn frames_of_reference(members: &[Instance]) -> Vec<&str> {
    let mut known: Vec<&str> = Vec::new();
    for instance in members.iter().filter(|instance| instance.layout.is_some()) {
        if !known.contains(&instance.frame_of_reference.as_str()) {
            known.push(&instance.frame_of_reference);
        }
    }
    known
}

/// The value of `rule` for the first frame of a stack; empty where there is nothing to say.
fn value(
    members: &[Instance],
    stack: &Stack<'_>,
    rule: SplitRule,
    frames_of_reference: &[&str],
) -> String {
    let Some(frame) = stack.frames.first() else {
        return String::new();
    };
    let Some(instance) = members.get(frame.instance) else {
        return String::new();
    };
    match rule {
        SplitRule::Kind => kind_of(instance).to_owned(),
        SplitRule::Orientation => frame.info.orientation.map_or("", plane_of).to_owned(),
        SplitRule::Matrix => {
            let [columns, rows] = instance.picture_size;
            format!("{columns}×{rows}")
        }
        SplitRule::Spacing => frame
            .info
            .spacing
            .map(|[row, column]| format!("{column}×{row}"))
            .unwrap_or_default(),
        SplitRule::Colour => instance.photometric.clone(),
        SplitRule::FrameOfReference => {
            let number = frames_of_reference
                .iter()
                .position(|uid| *uid == instance.frame_of_reference);
            number.map_or(String::new(), |number| {
                format!("{}/{}", number + 1, frames_of_reference.len())
            })
        }
        SplitRule::SopClass => instance.class.clone(),
        _ => match frame.info.marks.instance {
            0 => String::new(),
            number => number.to_string(),
        },
    }
}

fn kind_of(instance: &Instance) -> &'static str {
    let has = |name: &str| instance.image_type.iter().any(|value| value.contains(name));
    if has("LOCALIZER") {
        "localizer"
    } else if has("MPR") || has("PROJECTION") {
        "reformat"
    } else {
        ""
    }
}

/// The plane of the patient that is nearest to an Image Orientation.
fn plane_of(orientation: [f64; 6]) -> &'static str {
    let [x, y, z] = normal_of(orientation).map(f64::abs);
    if z >= x && z >= y {
        "axial"
    } else if y >= x {
        "coronal"
    } else {
        "sagittal"
    }
}
