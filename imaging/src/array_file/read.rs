//! The voxels of one volume of an array file, read straight into their final place.

use super::layout::{Piece, Wanted};
use super::sample::SampleType;
use super::source::Source;
use super::{ArrayFile, Encoding};
use crate::entry::SeriesEntry;
use crate::error::{Error, Fault};
use crate::load::{Decoding, Extras, Watch};
use crate::problem::Problem;
use std::path::Path;
use std::sync::Arc;
use voxel::{Phrase, Rescale, Samples, ValueRange};

/// Largest decoded volume in bytes.
const MAX_VOLUME_BYTES: u64 = 8 << 30;
/// Bytes between two looks at the stop flag.
const BLOCK: usize = 1 << 20;

/// Decodes the volume that `entry` names, or one plane of it. `file` is its header, read again.
///
/// # Errors
/// The file's fault, or the person's stop.
pub(crate) fn decode(
    file: &ArrayFile,
    entry: &SeriesEntry,
    plane: Option<usize>,
    watch: &Watch<'_>,
) -> Result<Decoding, Error> {
    let path = entry.files.first().map_or(Path::new(""), |path| path);
    let volume = entry.planes.first().map_or(0, |plane| plane.frame);
    if file.layout.size != entry.size || u64::from(volume) >= file.layout.volumes {
        let fault = Fault::Contradiction(Phrase::new(
            "contradiction-changed",
            "the file has changed since it was listed",
        ));
        return Err(fault.of(path));
    }
    let [columns, rows, planes] = file.layout.size;
    let planes = if plane.is_some() { 1 } else { planes };
    let mut reading = Reading {
        file,
        path,
        source: Source::new(file),
        volume: u64::from(volume),
        plane,
        voxels: columns.saturating_mul(rows).saturating_mul(planes),
        planes,
        in_plane: columns.saturating_mul(rows).max(1),
        watch,
    };
    let mut colour = None;
    let samples = if file.layout.is_colour {
        let (pixels, range) = reading.colours()?;
        colour = Some(range);
        Samples::Rgb8(Arc::new(pixels))
    } else {
        reading.grey()?
    };
    let mut problems = Vec::new();
    if plane.is_none() && reading.source.more_follows()? {
        problems.push(
            Problem::new(
                "trailing_data",
                "more data follow the voxels than the header tells; they are ignored",
            )
            .with("amount", Phrase::new("amount-unknown", "more data")),
        );
    }
    if file.layout.has_alpha() {
        problems.push(Problem::new(
            "alpha_ignored",
            "the transparency of the colours is not used",
        ));
    }
    let rescale = match colour {
        Some(_) => vec![Rescale::IDENTITY],
        None => vec![file.rescale],
    };
    Ok(Decoding {
        rescale,
        colour,
        problems,
        ..alone(file, samples)
    })
}

/// Grey samples with what the file says of them.
fn alone(file: &ArrayFile, samples: Samples) -> Decoding {
    Decoding {
        samples,
        rescale: vec![file.rescale],
        padding: None,
        unit: file.unit.clone(),
        colour: None,
        problems: Vec::new(),
        extras: Extras::default(),
    }
}

/// One volume (or plane) on its way from the file.
struct Reading<'a> {
    file: &'a ArrayFile,
    path: &'a Path,
    source: Source<'a>,
    volume: u64,
    plane: Option<usize>,
    voxels: usize,
    planes: usize,
    in_plane: usize,
    watch: &'a Watch<'a>,
}

impl Reading<'_> {
    fn grey(&mut self) -> Result<Samples, Error> {
        match self.file.sample {
            SampleType::U8 => self.values(Samples::U8, |[b]| b),
            SampleType::I8 => self.values(Samples::I8, i8::from_le_bytes),
            SampleType::U16 => self.values(Samples::U16, u16::from_le_bytes),
            SampleType::I16 => self.values(Samples::I16, i16::from_le_bytes),
            SampleType::U32 => self.values(Samples::U32, u32::from_le_bytes),
            SampleType::I32 => self.values(Samples::I32, i32::from_le_bytes),
            SampleType::F32 => self.values(Samples::F32, f32::from_le_bytes),
            SampleType::F64 => self.values(Samples::F64, f64::from_le_bytes),
            // 64-bit integers become doubles: exact up to 2^53, which no image exceeds
            SampleType::I64 => self.values(Samples::F64, |b| i64::from_le_bytes(b) as f64),
            SampleType::U64 => self.values(Samples::F64, |b| u64::from_le_bytes(b) as f64),
        }
    }

    /// All voxels, each from `N` bytes given in little-endian order; every plane is handed out when
    /// its last voxel has come.
    fn values<const N: usize, T: Clone>(
        &mut self,
        samples: fn(Arc<Vec<T>>) -> Samples,
        from_bytes: impl Fn([u8; N]) -> T,
    ) -> Result<Samples, Error> {
        let mut out = self.room::<T>()?;
        let is_turned = self.is_turned();
        let (file, watch, in_plane) = (self.file, self.watch, self.in_plane);
        self.run(N, |_, groups, group, wanted| {
            let (Wanted::One { at, .. } | Wanted::Three { at, .. }) = wanted;
            let before = out.len();
            let is_room = if group == N && !is_turned {
                // samples as they stand, one after the other
                let (samples, _) = groups.as_chunks::<N>();
                grow(&mut out, samples.iter().map(|sample| from_bytes(*sample)))
            } else {
                let groups = groups.chunks_exact(group);
                let values = groups.map(|group| from_bytes(sample(group, at, is_turned)));
                grow(&mut out, values)
            };
            for k in before / in_plane..out.len() / in_plane {
                let plane = out.get(k * in_plane..(k + 1) * in_plane);
                watch.plane_arrived(k, &|| {
                    let copy = plane.unwrap_or_default().to_vec();
                    alone(file, samples(Arc::new(copy)))
                });
            }
            is_room
        })?;
        Ok(samples(Arc::new(out)))
    }

    /// All voxels as colours of 8 bits, and the range of each channel in the file's own bits.
    fn colours(&mut self) -> Result<(Vec<[u8; 3]>, [ValueRange; 3]), Error> {
        match self.file.sample {
            SampleType::U16 => self.colours_of(u16::from_le_bytes, |value| (value >> 8) as u8),
            _ => self.colours_of(|[b]: [u8; 1]| u16::from(b), |value| value as u8),
        }
    }

    fn colours_of<const N: usize>(
        &mut self,
        from_bytes: impl Fn([u8; N]) -> u16,
        reduced: impl Fn(u16) -> u8,
    ) -> Result<(Vec<[u8; 3]>, [ValueRange; 3]), Error> {
        let mut out = self.room::<[u8; 3]>()?;
        let mut tallies = [Tally::default(); 3];
        let is_turned = self.is_turned();
        self.run(N, |voxel, groups, group, wanted| {
            let groups = groups.chunks_exact(group);
            match wanted {
                Wanted::Three { at, step } => grow(
                    &mut out,
                    groups.map(|group| {
                        let mut colour = [0; 3];
                        let places = (0..3).map(|channel| at + channel * step);
                        for ((to, tally), at) in colour.iter_mut().zip(&mut tallies).zip(places) {
                            let value = from_bytes(sample(group, at, is_turned));
                            tally.add(value);
                            *to = reduced(value);
                        }
                        colour
                    }),
                ),
                Wanted::One { at, channel } => {
                    // planes of one colour each: red makes the voxels, the others fill them
                    let missing = (voxel + groups.len()).saturating_sub(out.len());
                    let is_room = grow(&mut out, std::iter::repeat_n([0; 3], missing));
                    let voxels = out.iter_mut().skip(voxel);
                    for (colour, group) in voxels.zip(groups) {
                        let value = from_bytes(sample(group, at, is_turned));
                        if let Some(tally) = tallies.get_mut(channel) {
                            tally.add(value);
                        }
                        if let Some(to) = colour.get_mut(channel) {
                            *to = reduced(value);
                        }
                    }
                    is_room
                }
            }
        })?;
        let voxels = out.len();
        Ok((out, tallies.map(|tally| tally.range(voxels))))
    }

    fn is_turned(&self) -> bool {
        // text is made into little-endian samples
        self.file.big_endian && self.file.encoding != Encoding::Text
    }

    /// An empty vector, with room for all voxels where the data files bound their number.
    fn room<T>(&self) -> Result<Vec<T>, Error> {
        let bytes = (self.voxels as u64).saturating_mul(size_of::<T>() as u64);
        if bytes > MAX_VOLUME_BYTES {
            let fault = Fault::Limit {
                what: Phrase::new("count-volume-bytes", "the size of the volume in bytes"),
                limit: MAX_VOLUME_BYTES,
            };
            return Err(fault.of(self.path));
        }
        let mut out = Vec::new();
        if self.file.is_tightly_bounded() {
            out.try_reserve_exact(self.voxels)
                .map_err(|_| Fault::Memory(bytes).of(self.path))?;
        }
        Ok(out)
    }

    /// Reads all pieces in blocks of whole groups: `take` gets the block's first voxel, its bytes,
    /// the bytes of a group and what is wanted of it, and says whether there was room.
    fn run(
        &mut self,
        sample_bytes: usize,
        mut take: impl FnMut(usize, &[u8], usize, Wanted) -> bool,
    ) -> Result<(), Error> {
        let no_memory = |bytes: usize| Fault::Memory(bytes as u64).of(self.path);
        let mut block = Vec::new();
        for piece in self.file.layout.pieces(self.volume, self.plane) {
            let excerpt = Excerpt::of(&piece, sample_bytes);
            let mut done = 0;
            while done < piece.voxels {
                self.watch.check()?;
                let count = excerpt.groups.min(piece.voxels - done);
                let length = count * excerpt.length * sample_bytes;
                if block.len() < length {
                    let more = length - block.len();
                    block.try_reserve(more).map_err(|_| no_memory(length))?;
                    block.resize(length, 0);
                }
                let bytes = block.get_mut(..length).unwrap_or_default();
                let start = piece.start + (done * piece.group + excerpt.from) as u64;
                self.source.fill(start * sample_bytes as u64, bytes)?;
                let group = excerpt.length * sample_bytes;
                if !take(piece.voxel + done, bytes, group, excerpt.wanted) {
                    return Err(no_memory(self.voxels * sample_bytes));
                }
                done += count;
            }
            let is_early_channel = matches!(piece.wanted, Wanted::One { channel, .. } if channel < 2)
                && self.file.layout.is_colour;
            if !is_early_channel && (piece.voxel + piece.voxels).is_multiple_of(self.in_plane) {
                self.watch.plane_done(self.planes);
            }
        }
        Ok(())
    }
}

/// What is read of the groups of a piece: all of them, many at a time, unless they are so large that
/// one after the other only the wanted samples are sought.
struct Excerpt {
    /// First sample of a group that is read.
    from: usize,
    /// Samples of a group that are read.
    length: usize,
    /// Groups at a time.
    groups: usize,
    /// What is wanted of what is read.
    wanted: Wanted,
}

impl Excerpt {
    fn of(piece: &Piece, sample_bytes: usize) -> Self {
        let group = piece.group * sample_bytes;
        if group <= BLOCK {
            return Excerpt {
                from: 0,
                length: piece.group,
                groups: BLOCK / group,
                wanted: piece.wanted,
            };
        }
        let (from, length, wanted) = match piece.wanted {
            Wanted::One { at, channel } => (at, 1, Wanted::One { at: 0, channel }),
            Wanted::Three { at, step } => (at, 2 * step + 1, Wanted::Three { at: 0, step }),
        };
        Excerpt {
            from,
            length,
            groups: 1,
            wanted,
        }
    }
}

/// Sample `at` of a group, in little-endian order.
fn sample<const N: usize>(group: &[u8], at: usize, is_turned: bool) -> [u8; N] {
    let bytes = group.get(at * N..).and_then(|rest| rest.first_chunk::<N>());
    let mut value = bytes.copied().unwrap_or([0; N]);
    if is_turned {
        value.reverse();
    }
    value
}

/// Adds values if there is memory for them.
fn grow<T>(out: &mut Vec<T>, values: impl ExactSizeIterator<Item = T>) -> bool {
    let is_room = out.try_reserve(values.len()).is_ok();
    if is_room {
        out.extend(values);
    }
    is_room
}

/// What was seen of one channel.
#[derive(Clone, Copy)]
struct Tally {
    least: u16,
    most: u16,
    sum: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Tally {
            least: u16::MAX,
            most: 0,
            sum: 0,
        }
    }
}

impl Tally {
    fn add(&mut self, value: u16) {
        self.least = self.least.min(value);
        self.most = self.most.max(value);
        self.sum += u64::from(value);
    }

    fn range(self, voxels: usize) -> ValueRange {
        ValueRange {
            min: f64::from(self.least),
            max: f64::from(self.most),
            mean: self.sum as f64 / voxels.max(1) as f64,
        }
    }
}
