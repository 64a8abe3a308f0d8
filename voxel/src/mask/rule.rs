use super::brick::Words;
use super::{BRICK, Brick, BrickIndex, Mask, MaskChange, Span};
use crate::space::VoxelIndex;
use crate::volume::Volume;

/// Where the values come from that a [`ValueGate`] asks for.
#[derive(Clone, Copy)]
pub enum GateValues<'a> {
    /// The modality values of a volume on the mask's grid: looked at row by row.
    Volume(&'a Volume),
    /// A voxel's value, `None` where there is no image: asked voxel by voxel.
    Each(&'a dyn Fn(VoxelIndex) -> Option<f64>),
}

/// Only voxels whose value lies in a range.
#[derive(Clone, Copy)]
pub struct ValueGate<'a> {
    /// The lowest and the highest value, both inside.
    pub range: [f64; 2],
    /// The values.
    pub values: GateValues<'a>,
}

/// Which voxels below a brush may change: all of the rules at once.
///
/// Masks are asked brick by brick, 32 voxels at a time, and only where paint would change something;
/// values only for what the masks leave.
#[derive(Clone, Copy, Default)]
pub struct PaintRule<'a> {
    /// Only inside this mask.
    pub within: Option<&'a Mask>,
    /// In none of these masks.
    pub without: &'a [&'a Mask],
    /// Only values in this range.
    pub gate: Option<ValueGate<'a>>,
}

impl PaintRule<'_> {
    /// Whether the rule lets this voxel change: the rule itself, one voxel at a time.
    pub fn admits(&self, voxel: VoxelIndex) -> bool {
        let in_range = |gate: &ValueGate| {
            let value = match gate.values {
                GateValues::Volume(volume) => volume.value(voxel),
                GateValues::Each(values) => values(voxel),
            };
            value.is_some_and(|value| gate.range[0] <= value && value <= gate.range[1])
        };
        self.within.is_none_or(|mask| mask.get(voxel))
            && !self.without.iter().any(|mask| mask.get(voxel))
            && self.gate.as_ref().is_none_or(in_range)
    }

    /// What the masks let through of a brick.
    pub(super) fn allowed(&self, index: BrickIndex) -> Allowed {
        let within = match self.within.map(|mask| mask.brick(index)) {
            None | Some(Brick::Full) => None,
            Some(Brick::Empty) => return Allowed::Nothing,
            Some(Brick::Bits(words)) => Some(Box::new(**words)),
        };
        let mut allowed = within;
        for mask in self.without {
            match mask.brick(index) {
                Brick::Empty => {}
                Brick::Full => return Allowed::Nothing,
                Brick::Bits(taken) => {
                    let allowed =
                        allowed.get_or_insert_with(|| Box::new([u32::MAX; BRICK * BRICK]));
                    for (word, taken) in allowed.iter_mut().zip(taken.iter()) {
                        *word &= !taken;
                    }
                }
            }
        }
        allowed.map_or(Allowed::All, Allowed::Words)
    }

    /// Which of these bits have a value in the range; bit 0 is the voxel `first`.
    pub(super) fn in_range(&self, bits: u32, first: [i64; 3]) -> u32 {
        match self.gate {
            None => bits,
            Some(ValueGate {
                range,
                values: GateValues::Volume(volume),
            }) => bits & volume.bits_in_range(first, range),
            Some(ValueGate {
                range,
                values: GateValues::Each(values),
            }) => kept_bits(bits, first, |voxel| {
                values(voxel).is_some_and(|value| range[0] <= value && value <= range[1])
            }),
        }
    }
}

/// The bits for which `keep` holds; bit 0 is the voxel `first`.
pub(super) fn kept_bits(
    bits: u32,
    first: [i64; 3],
    mut keep: impl FnMut(VoxelIndex) -> bool,
) -> u32 {
    let [i, j, k] = first;
    let mut kept = 0;
    let mut left = bits;
    while left != 0 {
        let bit = left.trailing_zeros();
        left &= left - 1;
        kept |= u32::from(keep(VoxelIndex([i + i64::from(bit), j, k]))) << bit;
    }
    kept
}

/// What may change of a brick.
pub(super) enum Allowed {
    All,
    Nothing,
    Words(Box<Words>),
}

impl Allowed {
    /// The bits that may change in a word.
    pub(super) fn word(&self, number: usize) -> u32 {
        match self {
            Allowed::All => u32::MAX,
            Allowed::Nothing => 0,
            Allowed::Words(words) => words[number],
        }
    }
}

impl Mask {
    /// As [`Mask::paint`], but only where the rule admits it: the same as
    /// [`Mask::paint_where`] with [`PaintRule::admits`], without asking every mask for every voxel.
    ///
    /// # Panics
    /// If a mask of the rule, or its volume, is of another size.
    pub fn paint_by(&self, spans: &[Span], value: bool, rule: &PaintRule<'_>) -> MaskChange {
        let masks = rule.within.iter().chain(rule.without);
        for mask in masks {
            assert_eq!(mask.size(), self.size(), "masks of different grids");
        }
        if let Some(GateValues::Volume(volume)) = rule.gate.map(|gate| gate.values) {
            assert_eq!(
                volume.grid().size(),
                self.size(),
                "a volume of another grid"
            );
        }
        self.paint_words(
            spans,
            value,
            |index| rule.allowed(index),
            |bits, first| rule.in_range(bits, first),
        )
    }

    /// The voxels of any of these masks. Built in one pass: for 200 masks far cheaper than one
    /// [`Mask::union`] after the other, and what a rule should be given that holds for a whole stroke.
    ///
    /// # Panics
    /// If a mask is of another size.
    pub fn union_of<'a>(size: [usize; 3], masks: impl IntoIterator<Item = &'a Mask>) -> Mask {
        let mut bricks: Vec<(BrickIndex, &Brick)> = Vec::new();
        for mask in masks {
            assert_eq!(mask.size(), size, "masks of different grids");
            bricks.extend(mask.bricks());
        }
        bricks.sort_by_key(|(index, _)| *index); // runs that are sorted already: a merge
        let merged = bricks.chunk_by(|a, b| a.0 == b.0).filter_map(|same| {
            let [(index, first), rest @ ..] = same else {
                return None;
            };
            Some((*index, united(first, rest)))
        });
        Mask::of_sorted(size, merged.collect())
    }
}

fn united(first: &Brick, rest: &[(BrickIndex, &Brick)]) -> Brick {
    if rest.is_empty() {
        return first.clone();
    }
    if matches!(first, Brick::Full) || rest.iter().any(|(_, brick)| matches!(brick, Brick::Full)) {
        return Brick::Full;
    }
    let mut words = *first.words();
    for (_, brick) in rest {
        for (word, more) in words.iter_mut().zip(brick.words()) {
            *word |= more;
        }
    }
    Brick::from_words(words)
}
