//! Frames of one series at the same orientation and spacing, split until every stack has one plane
//! per place (conformance §1.3, §1.4).

use super::functional_groups::FrameInfo;
use super::geometry::place;
use crate::stack_part::{SplitRule, StackPart};
use std::collections::BTreeMap;

/// Frames whose places differ by less than this share a place.
const SAME_PLACE_MM: f64 = 5e-3;
/// Most frames at one place among which copies are looked for.
const COMPARED_FRAMES: usize = 8;
/// Most pairs of frames whose pixels are compared.
const COMPARED_PAIRS: usize = 2000;

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
    /// No places: planes in order of time or of the file.
    Planes,
    /// Moments at one place, which their times tell apart.
    Moments,
    /// Places that repeat without anything that tells the frames apart: planes in order of time.
    Repeating,
}

/// Frames that form one entry.
#[derive(Debug, Clone)]
pub(crate) struct Stack<'a> {
    /// What tells it from its sisters.
    pub(crate) parts: Vec<StackPart>,
    /// Its frames in plane order.
    pub(crate) frames: Vec<FrameRef<'a>>,
    /// What the order is.
    pub(crate) order: Order,
    /// Frames that repeat a place with the same pixels and were left out.
    pub(crate) copies: Vec<FrameRef<'a>>,
    /// Places of the whole set, if this stack has fewer.
    pub(crate) of_places: Option<usize>,
}

/// Whether two frames show the same pixels.
pub(crate) type SamePixels<'f> = &'f dyn Fn(&FrameRef<'_>, &FrameRef<'_>) -> bool;

/// By what a set of frames is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Mark(SplitRule),
    /// One of the file's own dimensions.
    Dimension(usize),
}

/// Marks in the order in which they are tried.
const RULES: [By; 30] = [
    By::Mark(SplitRule::Segment),
    By::Mark(SplitRule::Stack),
    By::Mark(SplitRule::EnergyWindow),
    By::Mark(SplitRule::Detector),
    By::Mark(SplitRule::Component),
    By::Mark(SplitRule::ImageType),
    By::Mark(SplitRule::Echo),
    By::Mark(SplitRule::InversionTime),
    By::Mark(SplitRule::FlipAngle),
    By::Mark(SplitRule::BValue),
    By::Mark(SplitRule::DiffusionDirection),
    By::Mark(SplitRule::TubeVoltage),
    By::Mark(SplitRule::Kernel),
    By::Mark(SplitRule::Phase),
    By::Mark(SplitRule::Rotation),
    By::Mark(SplitRule::RrInterval),
    By::Mark(SplitRule::TimeSlot),
    By::Mark(SplitRule::CardiacPhase),
    By::Mark(SplitRule::Temporal),
    By::Mark(SplitRule::Acquisition),
    By::Mark(SplitRule::Trigger),
    By::Mark(SplitRule::FrameTime),
    By::Mark(SplitRule::AcquisitionTime),
    By::Mark(SplitRule::ContentTime),
    By::Dimension(0),
    By::Dimension(1),
    By::Dimension(2),
    By::Dimension(3),
    By::Dimension(4),
    By::Dimension(5),
];

/// Marks of time: frames at one place that differ in one of these are moments.
const TIMES: [SplitRule; 9] = [
    SplitRule::TimeSlot,
    SplitRule::CardiacPhase,
    SplitRule::Temporal,
    SplitRule::Trigger,
    SplitRule::FrameTime,
    SplitRule::Phase,
    SplitRule::AcquisitionTime,
    SplitRule::ContentTime,
    SplitRule::Acquisition,
];

impl By {
    fn value<'a>(self, frame: &FrameRef<'a>) -> &'a str {
        let marks = &frame.info.marks;
        match self {
            By::Mark(rule) => marks.get(rule),
            By::Dimension(index) => marks.dimensions.get(index).map_or("", String::as_str),
        }
    }

    fn part(self, value: &str) -> StackPart {
        match self {
            By::Mark(rule) => StackPart::new(rule, value),
            By::Dimension(_) => StackPart::new(SplitRule::Dimension, value),
        }
    }

    /// Whether frames at one single place are divided by it: segments and named stacks are, times
    /// and echoes at one place are shown one after another.
    fn divides_one_place(self) -> bool {
        matches!(self, By::Mark(SplitRule::Segment | SplitRule::Stack))
    }
}

/// Splits frames of one orientation and spacing into stacks.
pub(crate) fn split<'a>(
    mut frames: Vec<FrameRef<'a>>,
    same_pixels: SamePixels<'_>,
) -> Vec<Stack<'a>> {
    let mut splitting = Splitting {
        same_pixels,
        stacks: Vec::new(),
    };
    if frames.iter().any(|frame| place(frame.info).is_none()) {
        frames.sort_by(compare_time);
        splitting.without_place(frames);
    } else {
        let mut keyed: Vec<(f64, FrameRef<'a>)> = frames
            .into_iter()
            .map(|frame| (place(frame.info).unwrap_or(0.0), frame))
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let frames = keyed.into_iter().map(|(_, frame)| frame).collect();
        splitting.by_rules(frames, &RULES, Vec::new());
    }
    splitting.stacks
}

/// Stacks as they are found.
struct Splitting<'a, 'f> {
    same_pixels: SamePixels<'f>,
    stacks: Vec<Stack<'a>>,
}

/// Frames at one place.
type Slot<'a> = Vec<FrameRef<'a>>;
/// Frames with one value of a rule.
type Share<'a> = (&'a str, Vec<FrameRef<'a>>);

impl<'a> Splitting<'a, '_> {
    fn push(&mut self, parts: Vec<StackPart>, frames: Vec<FrameRef<'a>>, order: Order) {
        self.stacks.push(Stack {
            parts,
            frames,
            order,
            copies: Vec::new(),
            of_places: None,
        });
    }

    /// Planar images of nuclear medicine are divided by energy window and detector, if each part
    /// is a sequence; everything else stays in its order.
    fn without_place(&mut self, frames: Vec<FrameRef<'a>>) {
        for rule in [SplitRule::EnergyWindow, SplitRule::Detector] {
            let shares = shares_of(&frames, By::Mark(rule));
            let count = shares.first().map_or(0, |(_, part)| part.len());
            let is_even = shares.iter().all(|(_, part)| part.len() == count);
            if shares.len() < 2 || count < 2 || !is_even {
                continue;
            }
            for (value, part) in shares {
                let first = self.stacks.len();
                self.without_place(part);
                for stack in self.stacks.iter_mut().skip(first) {
                    stack.parts.insert(0, StackPart::new(rule, value));
                }
            }
            return;
        }
        self.push(Vec::new(), frames, Order::Planes);
    }

    /// Splits by the first rule that divides every place in the same way; then the rest.
    fn by_rules(&mut self, frames: Vec<FrameRef<'a>>, rules: &[By], parts: Vec<StackPart>) {
        let slots = slots_of(&frames);
        if slots.iter().all(|slot| slot.len() == 1) {
            self.push(parts, frames, Order::ByPlace);
            return;
        }
        for (index, rule) in rules.iter().enumerate() {
            if slots.len() == 1 && !rule.divides_one_place() {
                continue;
            }
            let shares = shares_of(&frames, *rule);
            if shares.len() < 2 || !divides_evenly(&slots, *rule) {
                continue;
            }
            let rest = rules.get(index + 1..).unwrap_or_default();
            for (value, share) in shares {
                let mut parts = parts.clone();
                parts.push(rule.part(value));
                self.by_rules(share, rest, parts);
            }
            return;
        }
        self.repeating(frames, slots, rules, parts);
    }

    /// Places that repeat and that no attribute divides evenly: copies, then sets of which one is
    /// incomplete, then volumes by time, then planes.
    fn repeating(
        &mut self,
        frames: Vec<FrameRef<'a>>,
        mut slots: Vec<Slot<'a>>,
        rules: &[By],
        parts: Vec<StackPart>,
    ) {
        for slot in &mut slots {
            slot.sort_by(compare_time);
        }
        let most = slots.iter().map(Vec::len).max().unwrap_or(0);
        if let Some((frames, copies)) = self.without_copies(&slots) {
            self.push(parts, frames, Order::ByPlace);
            if let Some(stack) = self.stacks.last_mut() {
                stack.copies = copies;
            }
            return;
        }
        if slots.len() > 1
            && (self.incomplete(&frames, &slots, most, rules, &parts)
                || self.by_rank(&slots, most, &parts)
                || self.by_run(&slots, &parts))
        {
            return;
        }
        let is_sequence = slots.len() == 1 && are_moments(&frames);
        let order = if is_sequence {
            Order::Moments
        } else {
            Order::Repeating
        };
        let mut frames = frames;
        frames.sort_by(compare_time);
        self.push(parts, frames, order);
    }

    /// The first frame at each place, and the others, if all of these show the same pixels: a
    /// picture or a series that was sent twice. Slices of two moments that are empty in both are
    /// no copies, for the slices beside them differ.
    fn without_copies(&self, slots: &[Slot<'a>]) -> Option<(Vec<FrameRef<'a>>, Slot<'a>)> {
        let (mut kept, mut copies) = (Vec::new(), Vec::new());
        for slot in slots {
            let (first, others) = slot.split_first()?;
            let is_much = others.len() >= COMPARED_FRAMES
                || copies.len().saturating_add(others.len()) > COMPARED_PAIRS;
            if is_much || !others.iter().all(|other| (self.same_pixels)(first, other)) {
                return None;
            }
            kept.push(*first);
            copies.extend_from_slice(others);
        }
        Some((kept, copies))
    }

    /// Divides by the first rule with just as many values as places repeat, if no part repeats a
    /// place: volumes of which some are shorter, such as the last one of a stopped scan.
    fn incomplete(
        &mut self,
        frames: &[FrameRef<'a>],
        slots: &[Slot<'a>],
        most: usize,
        rules: &[By],
        parts: &[StackPart],
    ) -> bool {
        for rule in rules {
            let shares = shares_of(frames, *rule);
            if shares.len() != most {
                continue;
            }
            let repeats = |share: &Share<'a>| slots_of(&share.1).iter().any(|slot| slot.len() > 1);
            if shares.iter().any(repeats) {
                continue;
            }
            for (value, share) in shares {
                let mut parts = parts.to_vec();
                parts.push(rule.part(value));
                let is_shorter = share.len() < slots.len();
                self.push(parts, share, Order::ByPlace);
                if let (true, Some(stack)) = (is_shorter, self.stacks.last_mut()) {
                    stack.of_places = Some(slots.len());
                }
            }
            return true;
        }
        false
    }

    /// The first, second, … frame at each place in order of time form a stack each, if every place
    /// has equally many.
    fn by_rank(&mut self, slots: &[Slot<'a>], most: usize, parts: &[StackPart]) -> bool {
        if slots.iter().any(|slot| slot.len() != most) {
            return false;
        }
        for rank in 0..most {
            let frames = slots.iter().filter_map(|slot| slot.get(rank).copied());
            let mut parts = parts.to_vec();
            let value = format!("{}/{most}", rank + 1);
            parts.push(StackPart::new(SplitRule::Volume, value));
            self.push(parts, frames.collect(), Order::ByPlace);
        }
        true
    }

    /// Frames in order of time, cut where a place comes again: volumes, if all but the last are
    /// complete.
    fn by_run(&mut self, slots: &[Slot<'a>], parts: &[StackPart]) -> bool {
        let mut keyed: Vec<(usize, FrameRef<'a>)> = slots
            .iter()
            .enumerate()
            .flat_map(|(index, slot)| slot.iter().map(move |frame| (index, *frame)))
            .collect();
        keyed.sort_by(|a, b| compare_time(&a.1, &b.1));
        let mut runs: Vec<Vec<(usize, FrameRef<'a>)>> = Vec::new();
        for run in keyed.chunks(slots.len().max(1)) {
            let whole = run.len();
            let mut run = run.to_vec();
            run.sort_by_key(|(slot, _)| *slot);
            run.dedup_by_key(|(slot, _)| *slot);
            if run.len() < whole {
                return false;
            }
            runs.push(run);
        }
        let count = runs.len();
        for (index, run) in runs.into_iter().enumerate() {
            let mut parts = parts.to_vec();
            let value = format!("{}/{count}", index + 1);
            parts.push(StackPart::new(SplitRule::Volume, value));
            let is_shorter = run.len() < slots.len();
            let frames = run.into_iter().map(|(_, frame)| frame).collect();
            self.push(parts, frames, Order::ByPlace);
            if let (true, Some(stack)) = (is_shorter, self.stacks.last_mut()) {
                stack.of_places = Some(slots.len());
            }
        }
        true
    }
}

/// Whether one mark of time is another for each of these frames.
fn are_moments(frames: &[FrameRef<'_>]) -> bool {
    TIMES.iter().any(|rule| {
        let shares = shares_of(frames, By::Mark(*rule));
        shares.len() == frames.len()
    }) || frames
        .iter()
        .all(|frame| Some(frame.instance) == frames.first().map(|first| first.instance))
}

/// Frames by place; the input is sorted by place.
fn slots_of<'a>(frames: &[FrameRef<'a>]) -> Vec<Slot<'a>> {
    let mut slots: Vec<(f64, Slot<'a>)> = Vec::new();
    for frame in frames {
        let here = place(frame.info).unwrap_or(0.0);
        match slots.last_mut() {
            Some((first, slot)) if here - *first < SAME_PLACE_MM => slot.push(*frame),
            _ => slots.push((here, vec![*frame])),
        }
    }
    slots.into_iter().map(|(_, slot)| slot).collect()
}

/// Frames by the rule's value, in order of the values.
fn shares_of<'a>(frames: &[FrameRef<'a>], rule: By) -> Vec<Share<'a>> {
    let mut shares: BTreeMap<&'a str, Vec<FrameRef<'a>>> = BTreeMap::new();
    for frame in frames {
        shares.entry(rule.value(frame)).or_default().push(*frame);
    }
    let mut shares: Vec<Share<'a>> = shares.into_iter().collect();
    shares.sort_by(|a, b| compare_text(a.0, b.0));
    shares
}

/// Whether each value occurs equally often at every place. Segments may lie anywhere, so for them
/// any division will do.
fn divides_evenly(slots: &[Slot<'_>], rule: By) -> bool {
    if rule == By::Mark(SplitRule::Segment) {
        return true;
    }
    let counts = |slot: &Slot<'_>| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for frame in slot {
            *counts.entry(rule.value(frame).to_owned()).or_default() += 1;
        }
        counts
    };
    let Some((first, others)) = slots.split_first() else {
        return false;
    };
    let expected = counts(first);
    others.iter().all(|slot| counts(slot) == expected)
}

fn compare_time(a: &FrameRef<'_>, b: &FrameRef<'_>) -> std::cmp::Ordering {
    let (x, y) = (&a.info.marks, &b.info.marks);
    let by = |rule: SplitRule| compare_text(x.get(rule), y.get(rule));
    by(SplitRule::Temporal)
        .then_with(|| by(SplitRule::TimeSlot))
        .then_with(|| by(SplitRule::CardiacPhase))
        .then_with(|| by(SplitRule::Trigger))
        .then_with(|| by(SplitRule::FrameTime))
        .then_with(|| by(SplitRule::Acquisition))
        .then_with(|| compare_text(&x.time, &y.time))
        .then_with(|| x.instance.cmp(&y.instance))
        .then_with(|| a.instance.cmp(&b.instance))
        .then_with(|| a.info.frame.cmp(&b.info.frame))
        .then_with(|| a.info.tile.cmp(&b.info.tile))
}

/// Nothing first, then by the numbers with which the texts begin, then the other texts.
fn compare_text(a: &str, b: &str) -> std::cmp::Ordering {
    let number = |text: &str| {
        if text.is_empty() {
            return Some(f64::NEG_INFINITY);
        }
        let text = text.strip_prefix("TE ").unwrap_or(text);
        text.split([' ', ':']).next()?.parse::<f64>().ok()
    };
    match (number(a), number(b)) {
        (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}
