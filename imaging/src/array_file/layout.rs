//! The axes of an array: which of them are space, colour or a choice of volume, and where in the
//! file the samples of one volume stand.

use crate::error::Fault;
use voxel::Phrase;

/// Most samples of one file.
const MAX_SAMPLES: u64 = 4_000_000_000;
/// Most axes.
pub(crate) const MAX_AXES: usize = 16;

/// What an axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Columns, rows or planes, in this order.
    Space,
    /// Red, green, blue (and transparency) of one voxel.
    Colour,
    /// Anything else: times, gradients, components, layers. Each value is a volume.
    Extra,
}

/// One axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axis {
    /// Samples along it, at least one.
    pub(crate) size: usize,
    /// What it counts.
    pub(crate) role: Role,
}

/// The axes of a file, the fastest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    axes: Vec<Axis>,
    /// Columns, rows, planes.
    pub(crate) size: [usize; 3],
    /// Product of the axes that are neither space nor colour.
    pub(crate) volumes: u64,
    /// Whether voxels are colours.
    pub(crate) is_colour: bool,
}

/// Where the wanted samples of a voxel stand among the samples of its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// One sample: the value of channel `channel` (0 for grey).
    One {
        /// Place in the group.
        at: usize,
        /// Which channel it is.
        channel: usize,
    },
    /// Red, green and blue, `step` apart.
    Three {
        /// Place of red.
        at: usize,
        /// Samples between two channels.
        step: usize,
    },
}

/// A stretch of voxels whose samples follow one another in the file, in groups of equal size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    /// First sample in the file.
    pub(crate) start: u64,
    /// Voxels.
    pub(crate) voxels: usize,
    /// Samples of a group; there is one group for each voxel.
    pub(crate) group: usize,
    /// Which samples of the group are wanted.
    pub(crate) wanted: Wanted,
    /// The first voxel's place in the volume, i fastest.
    pub(crate) voxel: usize,
}

impl Layout {
    /// Checks the axes.
    ///
    /// # Errors
    /// An axis without samples, more samples than [`MAX_SAMPLES`], more than three axes of space.
    pub(crate) fn new(axes: Vec<Axis>) -> Result<Self, Fault> {
        let too_many = |what: Phrase, limit: u64| Fault::Limit { what, limit };
        axes.iter()
            .try_fold(1_u64, |product, axis| product.checked_mul(axis.size as u64))
            .filter(|samples| *samples <= MAX_SAMPLES)
            .ok_or_else(|| {
                let what = Phrase::new("count-voxels", "the number of voxels");
                too_many(what, MAX_SAMPLES)
            })?;
        if axes.iter().any(|axis| axis.size == 0) {
            return Err(Fault::Invalid {
                attribute: "size",
                value: "0".to_owned(),
            });
        }
        let of = |role: Role| axes.iter().filter(move |axis| axis.role == role);
        if of(Role::Space).count() > 3 {
            let what = Phrase::new("count-space-axes", "the number of axes of space");
            return Err(too_many(what, 3));
        }
        let mut size = [1; 3];
        for (place, axis) in size.iter_mut().zip(of(Role::Space)) {
            *place = axis.size;
        }
        let volumes = of(Role::Extra).map(|axis| axis.size as u64).product();
        let is_colour = of(Role::Colour).next().is_some();
        Ok(Layout {
            axes,
            size,
            volumes,
            is_colour,
        })
    }

    /// Samples of the whole file.
    pub(crate) fn samples(&self) -> u64 {
        self.axes.iter().map(|axis| axis.size as u64).product()
    }

    /// Whether colours have a fourth channel.
    pub(crate) fn has_alpha(&self) -> bool {
        self.axes
            .iter()
            .any(|axis| axis.role == Role::Colour && axis.size == 4)
    }

    /// Place of `volume` along each extra axis, in order of the axes.
    pub(crate) fn place_of(&self, volume: u64) -> Vec<usize> {
        let mut rest = volume;
        let extras = self.axes.iter().filter(|axis| axis.role == Role::Extra);
        extras
            .map(|axis| {
                let place = rest % axis.size as u64;
                rest /= axis.size as u64;
                place as usize
            })
            .collect()
    }

    /// The stretches of `volume`, or of its plane `plane` alone, in order of the file. None of them
    /// is longer than a plane; their voxels count from the first that is wanted.
    pub(crate) fn pieces(
        &self,
        volume: u64,
        plane: Option<usize>,
    ) -> impl Iterator<Item = Piece> + use<> {
        Pieces::new(self, volume, plane)
    }

    /// First and last sample of the file between which all samples of `volume` stand.
    pub(crate) fn span(&self, volume: u64) -> (u64, u64) {
        let pieces = Pieces::new(self, volume, None);
        let turns = pieces.turns.iter();
        let behind: u64 = turns.map(|turn| (turn.count - 1) * turn.stride).sum();
        let first = pieces.first;
        let last = first.start + behind + (first.voxels * first.group) as u64 - 1;
        (first.start, last)
    }
}

/// An outer axis that is run through.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// How many of its values.
    count: u64,
    /// Samples in the file from one value to the next.
    stride: u64,
    /// Voxels in the volume from one value to the next; `None` for the axis of colours.
    voxels: Option<usize>,
}

/// Runs through the outer axes.
struct Pieces {
    turns: Vec<Turn>,
    first: Piece,
    next: u64,
    count: u64,
}

/// Pieces in the making: axes are taken in, the fastest first.
struct Maker {
    pieces: Pieces,
    /// Samples in the file from one value of the axis at hand to the next.
    stride: u64,
    /// Whether the stretch may still grow by the axis at hand.
    is_open: bool,
    /// Place of the wanted volume in a group.
    leading: u64,
    /// Samples from one channel to the next, where a group holds them all.
    colour_step: Option<u64>,
}

impl Maker {
    /// Whether no axis of the stretch has come yet: what comes now makes the groups.
    fn is_leading(&self) -> bool {
        self.is_open && self.pieces.first.voxels == 1
    }

    /// An axis of space, `voxels` apart in the volume. Planes never grow a stretch.
    fn space(&mut self, size: usize, voxels: usize, is_plane: bool) {
        if size == 1 {
            return;
        }
        if !self.is_open || is_plane {
            return self.turn(size as u64, Some(voxels));
        }
        if self.is_leading() {
            self.pieces.first.group = self.stride as usize;
        }
        self.pieces.first.voxels *= size;
    }

    /// A choice of volume, at `place`.
    fn extra(&mut self, size: usize, place: usize) {
        let at = place as u64 * self.stride;
        if self.is_leading() {
            self.leading += at;
        } else {
            self.is_open = self.is_open && size == 1;
            self.pieces.first.start += at;
        }
    }

    fn colour(&mut self) {
        if self.is_leading() {
            self.colour_step = Some(self.stride);
        } else {
            self.turn(3, None);
        }
    }

    fn turn(&mut self, count: u64, voxels: Option<usize>) {
        self.is_open = false;
        self.pieces.count *= count;
        self.pieces.turns.push(Turn {
            count,
            stride: self.stride,
            voxels,
        });
    }

    fn finish(mut self) -> Pieces {
        let first = &mut self.pieces.first;
        if first.voxels == 1 {
            // no stretch: one voxel at a time, wherever it stands
            first.start += self.leading;
            self.leading = 0;
            first.group = self.colour_step.map_or(1, |step| 2 * step as usize + 1);
        }
        let at = self.leading as usize;
        first.wanted = match self.colour_step {
            Some(step) => Wanted::Three {
                at,
                step: step as usize,
            },
            None => Wanted::One { at, channel: 0 },
        };
        self.pieces
    }
}

impl Pieces {
    fn new(layout: &Layout, volume: u64, plane: Option<usize>) -> Self {
        let [columns, rows, _] = layout.size;
        let mut places = layout.place_of(volume).into_iter();
        let mut spaces = [(1, false), (columns, false), (columns * rows, true)].into_iter();
        let mut maker = Maker {
            pieces: Pieces {
                turns: Vec::new(),
                first: Piece {
                    start: 0,
                    voxels: 1,
                    group: 1,
                    wanted: Wanted::One { at: 0, channel: 0 },
                    voxel: 0,
                },
                next: 0,
                count: 1,
            },
            stride: 1,
            is_open: true,
            leading: 0,
            colour_step: None,
        };
        for axis in &layout.axes {
            match axis.role {
                Role::Space => match (spaces.next(), plane) {
                    (Some((_, true)), Some(k)) => {
                        maker.pieces.first.start += k as u64 * maker.stride;
                    }
                    (Some((voxels, is_plane)), _) => maker.space(axis.size, voxels, is_plane),
                    (None, _) => {}
                },
                Role::Extra => maker.extra(axis.size, places.next().unwrap_or(0)),
                Role::Colour => maker.colour(),
            }
            maker.stride *= axis.size as u64;
        }
        maker.finish()
    }
}

impl Iterator for Pieces {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if self.next >= self.count {
            return None;
        }
        let mut rest = self.next;
        self.next += 1;
        let mut piece = self.first;
        for turn in &self.turns {
            let value = rest % turn.count;
            rest /= turn.count;
            piece.start += value * turn.stride;
            match (turn.voxels, &mut piece.wanted) {
                (Some(voxels), _) => piece.voxel += value as usize * voxels,
                (None, Wanted::One { channel, .. }) => *channel = value as usize,
                (None, Wanted::Three { .. }) => {}
            }
        }
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Layout, Role, Wanted};
    use proptest::prelude::*;

    /// What the pieces of a volume read from an array whose samples are their own places.
    fn read(layout: &Layout, volume: u64, plane: Option<usize>) -> Vec<[u64; 3]> {
        let [columns, rows, planes] = layout.size;
        let planes = if plane.is_some() { 1 } else { planes };
        let mut out = vec![[u64::MAX; 3]; columns * rows * planes];
        let mut before = 0;
        for piece in layout.pieces(volume, plane) {
            assert!(piece.start >= before, "the file is read forwards");
            before = piece.start;
            for voxel in 0..piece.voxels {
                let group = piece.start + (voxel * piece.group) as u64;
                match piece.wanted {
                    Wanted::One { at, channel } => {
                        out[piece.voxel + voxel][channel] = group + at as u64;
                    }
                    Wanted::Three { at, step } => {
                        out[piece.voxel + voxel] =
                            [0, 1, 2].map(|c| group + (at + c * step) as u64);
                    }
                }
            }
        }
        out
    }

    /// The same by walking over all samples of the file.
    fn walk(axes: &[Axis], volume: u64, plane: Option<usize>) -> Vec<[u64; 3]> {
        let total: usize = axes.iter().map(|axis| axis.size).product();
        let is_colour = axes.iter().any(|axis| axis.role == Role::Colour);
        let mut by_channel = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
        for sample in 0..total {
            let (mut rest, mut volume_rest, mut space, mut channel) = (sample, volume, 0, 0);
            let mut is_wanted = true;
            for axis in axes {
                let place = rest % axis.size;
                rest /= axis.size;
                match axis.role {
                    Role::Space => {
                        is_wanted &= space != 2 || plane.is_none_or(|k| k == place);
                        space += 1;
                    }
                    Role::Colour => channel = place,
                    Role::Extra => {
                        is_wanted &= place as u64 == volume_rest % axis.size as u64;
                        volume_rest /= axis.size as u64;
                    }
                }
            }
            if is_wanted {
                by_channel[channel].push(sample as u64);
            }
        }
        let [red, green, blue, _] = by_channel;
        (0..red.len())
            .map(|n| match is_colour {
                true => [red[n], green[n], blue[n]],
                false => [red[n], u64::MAX, u64::MAX],
            })
            .collect()
    }

    fn axes() -> impl Strategy<Value = Vec<Axis>> {
        let extras = proptest::collection::vec(1_usize..4, 0..3);
        let spaces = proptest::collection::vec(1_usize..5, 1..4);
        (
            extras,
            spaces,
            proptest::option::of(3_usize..5),
            any::<u64>(),
        )
            .prop_map(|(extras, spaces, colour, seed)| {
                let of = |role| move |size| Axis { size, role };
                let mut axes: Vec<Axis> = extras.into_iter().map(of(Role::Extra)).collect();
                axes.extend(colour.map(of(Role::Colour)));
                axes.extend(spaces.into_iter().map(of(Role::Space)));
                // any order: the roles decide, not the places
                let mut seed = seed;
                for n in (1..axes.len()).rev() {
                    axes.swap(n, (seed % (n as u64 + 1)) as usize);
                    seed /= n as u64 + 1;
                }
                axes
            })
    }

    proptest! {
        #[test]
        fn pieces_are_the_samples_of_their_volume_in_order_of_the_file(axes in axes()) {
            let layout = Layout::new(axes.clone()).unwrap();
            for volume in 0..layout.volumes {
                let (first, last) = layout.span(volume);
                let read_samples = read(&layout, volume, None);
                for sample in read_samples.iter().flatten().filter(|n| **n != u64::MAX) {
                    prop_assert!((first..=last).contains(sample));
                }
                prop_assert_eq!(read(&layout, volume, None), walk(&axes, volume, None));
                for k in 0..layout.size[2] {
                    prop_assert_eq!(read(&layout, volume, Some(k)), walk(&axes, volume, Some(k)));
                }
            }
        }
    }
}
