//! Frames of one series at the same orientation and spacing, split until every stack has one plane
//! per place (conformance §1.3, §1.4).

use super::functional_groups::{FrameInfo, Marks};
use super::geometry::place;

/// Frames whose places differ by less than this share a place.
const SAME_PLACE_MM: f64 = 5e-3;

/// A frame of the cluster: which instance, which of its frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameRef<'a> {
    /// Index of the instance in its series.
    pub(crate) instance: usize,
    /// The frame.
    pub(crate) info: &'a FrameInfo,
}

/// How the frames of a stack hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// One plane per place, in order along the normal.
    ByPlace,
    /// No places, or places that repeat: planes in order of time, without common geometry.
    Planes,
}

/// Frames that form one entry.
#[derive(Debug, Clone)]
pub(crate) struct Stack<'a> {
    /// What tells it from its sisters, or empty.
    pub(crate) label: String,
    /// Its frames in plane order.
    pub(crate) frames: Vec<FrameRef<'a>>,
    /// What the order is.
    pub(crate) order: Order,
}

/// Marks in the order in which they are tried.
const RULES: [Rule; 8] = [
    Rule::Segment,
    Rule::Stack,
    Rule::Kind,
    Rule::Echo,
    Rule::BValue,
    Rule::Temporal,
    Rule::Acquisition,
    Rule::Trigger,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Segment,
    Stack,
    Kind,
    Echo,
    BValue,
    Temporal,
    Acquisition,
    Trigger,
}

impl Rule {
    fn value(self, marks: &Marks) -> &str {
        match self {
            Rule::Segment => &marks.segment,
            Rule::Stack => &marks.stack,
            Rule::Kind => &marks.kind,
            Rule::Echo => &marks.echo,
            Rule::BValue => &marks.b_value,
            Rule::Temporal => &marks.temporal,
            Rule::Acquisition => &marks.acquisition,
            Rule::Trigger => &marks.trigger,
        }
    }

    fn label(self, value: &str) -> String {
        match self {
            Rule::Segment => format!("segment {value}"),
            Rule::Stack => format!("stack {value}"),
            Rule::Kind => value.to_owned(),
            Rule::Echo => format!("echo {value}"),
            Rule::BValue => format!("b={value}"),
            Rule::Temporal => format!("time {value}"),
            Rule::Acquisition => format!("acquisition {value}"),
            Rule::Trigger => format!("trigger {value} ms"),
        }
    }
}

/// Splits frames of one orientation and spacing into stacks.
pub(crate) fn split<'a>(mut frames: Vec<FrameRef<'a>>) -> Vec<Stack<'a>> {
    if frames.iter().any(|frame| place(frame.info).is_none()) {
        frames.sort_by(compare_time);
        return vec![Stack {
            label: String::new(),
            frames,
            order: Order::Planes,
        }];
    }
    frames.sort_by(|a, b| {
        let places = [a, b].map(|frame| place(frame.info).unwrap_or(0.0));
        places[0].total_cmp(&places[1])
    });
    let mut stacks = Vec::new();
    split_by(frames, &RULES, String::new(), &mut stacks);
    stacks
}

/// Splits by the first rule of `rules` that divides every place evenly; then the rest.
fn split_by<'a>(
    frames: Vec<FrameRef<'a>>,
    rules: &[Rule],
    label: String,
    stacks: &mut Vec<Stack<'a>>,
) {
    let slots = slots_of(&frames);
    if slots.iter().all(|slot| slot.len() == 1) {
        stacks.push(Stack {
            label,
            frames,
            order: Order::ByPlace,
        });
        return;
    }
    for (index, rule) in rules.iter().enumerate() {
        // several images at one place are no volumes, unless they are segments or named stacks
        if slots.len() == 1 && !matches!(rule, Rule::Segment | Rule::Stack) {
            break;
        }
        let Some(parts) = partition(&frames, &slots, *rule) else {
            continue;
        };
        let rest = rules.get(index + 1..).unwrap_or_default();
        for (value, part) in parts {
            let name = [label.as_str(), &rule.label(&value)]
                .join(" ")
                .trim()
                .to_owned();
            split_by(part, rest, name, stacks);
        }
        return;
    }
    by_rank(frames, slots, label, stacks);
}

/// Frames by place; the input is sorted by place.
fn slots_of<'a>(frames: &[FrameRef<'a>]) -> Vec<Vec<FrameRef<'a>>> {
    let mut slots: Vec<(f64, Vec<FrameRef<'a>>)> = Vec::new();
    for frame in frames {
        let here = place(frame.info).unwrap_or(0.0);
        match slots.last_mut() {
            Some((first, slot)) if here - *first < SAME_PLACE_MM => slot.push(*frame),
            _ => slots.push((here, vec![*frame])),
        }
    }
    slots.into_iter().map(|(_, slot)| slot).collect()
}

/// Frames by the rule's value, if it has several and each occurs equally often at each place.
/// Segments may lie anywhere, so for them any division will do.
fn partition<'a>(
    frames: &[FrameRef<'a>],
    slots: &[Vec<FrameRef<'a>>],
    rule: Rule,
) -> Option<Vec<(String, Vec<FrameRef<'a>>)>> {
    let mut values: Vec<&str> = frames
        .iter()
        .map(|frame| rule.value(&frame.info.marks))
        .collect();
    values.sort_by(|a, b| compare_text(a, b));
    values.dedup();
    if values.len() < 2 {
        return None;
    }
    let first_slot = slots.first()?;
    let share = first_slot.len() / values.len();
    let is_even = slots.iter().all(|slot| {
        values.iter().all(|value| {
            let count = slot
                .iter()
                .filter(|frame| rule.value(&frame.info.marks) == *value)
                .count();
            count == share && share > 0
        })
    });
    if !is_even && rule != Rule::Segment {
        return None;
    }
    let part_of = |value: &str| {
        frames
            .iter()
            .filter(|frame| rule.value(&frame.info.marks) == value)
            .copied()
            .collect()
    };
    Some(
        values
            .into_iter()
            .map(|value| (value.to_owned(), part_of(value)))
            .collect(),
    )
}

/// The last resort: the first, second, … frame at each place in order of time form a stack each, if
/// every place has equally many and there is more than one place.
fn by_rank<'a>(
    frames: Vec<FrameRef<'a>>,
    mut slots: Vec<Vec<FrameRef<'a>>>,
    label: String,
    stacks: &mut Vec<Stack<'a>>,
) {
    let count = slots.first().map_or(0, Vec::len);
    if slots.len() < 2 || slots.iter().any(|slot| slot.len() != count) {
        let mut frames = frames;
        frames.sort_by(compare_time);
        stacks.push(Stack {
            label,
            frames,
            order: Order::Planes,
        });
        return;
    }
    for slot in &mut slots {
        slot.sort_by(compare_time);
    }
    for rank in 0..count {
        let name = format!("volume {} of {count}", rank + 1);
        stacks.push(Stack {
            label: [label.as_str(), &name].join(" ").trim().to_owned(),
            frames: slots
                .iter()
                .filter_map(|slot| slot.get(rank).copied())
                .collect(),
            order: Order::ByPlace,
        });
    }
}

fn compare_time(a: &FrameRef<'_>, b: &FrameRef<'_>) -> std::cmp::Ordering {
    let (x, y) = (&a.info.marks, &b.info.marks);
    compare_text(&x.temporal, &y.temporal)
        .then_with(|| compare_text(&x.trigger, &y.trigger))
        .then_with(|| compare_text(&x.acquisition, &y.acquisition))
        .then_with(|| compare_text(&x.time, &y.time))
        .then_with(|| x.instance.cmp(&y.instance))
        .then_with(|| a.instance.cmp(&b.instance))
        .then_with(|| a.info.frame.cmp(&b.info.frame))
}

/// Numbers as numbers, everything else as text.
fn compare_text(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    }
}
