//! The voxels of one volume of a NIfTI file.

use super::header::{DataType, Header, read};
use super::stream::ByteStream;
use crate::entry::SeriesEntry;
use crate::error::{Error, Fault};
use crate::load::{Decoding, Extras, Watch};
use crate::part::Part;
use crate::problem::Problem;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{channel, sync_channel};
use voxel::{Phrase, Rescale, Samples, ValueRange};

/// Largest decoded volume in bytes.
const MAX_VOLUME_BYTES: u64 = 8 << 30;
/// Voxels between two looks at the stop flag.
const BLOCK_VOXELS: usize = 1 << 20;

/// Decodes the volume that `entry` names, or one plane of it.
///
/// # Errors
/// The file's fault, or the person's stop.
pub(crate) fn decode(
    entry: &SeriesEntry,
    plane: Option<usize>,
    watch: &Watch<'_>,
) -> Result<Decoding, Error> {
    let none = || Fault::NoImage.of(Path::new(""));
    let path = entry.files.first().ok_or_else(none)?;
    let volume = entry.planes.first().map_or(0, |plane| plane.frame);
    let header = read(path).map_err(|fault| fault.of(path))?;
    if header.size != entry.size {
        let fault = Fault::Contradiction(Phrase::new(
            "contradiction-changed",
            "the file has changed since it was listed",
        ));
        return Err(fault.of(path));
    }
    // a pair whose files lie elsewhere by now: the listed image file is the one meant
    let data_file = entry.files.get(1).unwrap_or(&header.data_file);
    let mut reader = VoxelReader::open(&header, data_file, volume, plane)
        .map_err(|fault| fault.of(data_file))?;
    let samples = reader.samples(watch, data_file)?;
    let decoding = alone(&header, samples);
    let problems = reader.finish(volume).map_err(|fault| fault.of(data_file))?;
    Ok(Decoding {
        problems,
        ..decoding
    })
}

/// Reads the voxels of a header's volume in order.
struct VoxelReader<'a> {
    header: &'a Header,
    stream: ByteStream,
    /// Voxels to be read.
    count: usize,
    /// Whether they end with the volume.
    is_whole: bool,
    problems: Vec<Problem>,
}

impl<'a> VoxelReader<'a> {
    fn open(
        header: &'a Header,
        data_file: &Path,
        volume: u32,
        plane: Option<usize>,
    ) -> Result<Self, Fault> {
        let mut stream = ByteStream::open(data_file)?;
        if header.end() > stream.bound {
            return Err(Fault::PixelDataTooShort {
                needed: header.end(),
                present: stream.bound,
            });
        }
        let start = header
            .volume_bytes()
            .saturating_mul(u64::from(volume))
            .saturating_add(header.offset);
        let [columns, rows, planes] = header.size;
        let in_plane = columns.saturating_mul(rows);
        let skipped = (plane.unwrap_or(0) as u64)
            .saturating_mul(in_plane as u64)
            .saturating_mul(header.data_type.bytes());
        stream.go_to(start.saturating_add(skipped))?;
        Ok(VoxelReader {
            header,
            stream,
            count: in_plane.saturating_mul(if plane.is_some() { 1 } else { planes }),
            is_whole: plane.is_none(),
            problems: Vec::new(),
        })
    }

    fn samples(&mut self, watch: &Watch<'_>, path: &Path) -> Result<Samples, Error> {
        match self.header.data_type {
            DataType::U8 => self.read(watch, path, Samples::U8, |[b]| b),
            DataType::I8 => self.read(watch, path, Samples::I8, i8::from_le_bytes),
            DataType::U16 => self.read(watch, path, Samples::U16, u16::from_le_bytes),
            DataType::I16 => self.read(watch, path, Samples::I16, i16::from_le_bytes),
            DataType::U32 => self.read(watch, path, Samples::U32, u32::from_le_bytes),
            DataType::I32 => self.read(watch, path, Samples::I32, i32::from_le_bytes),
            DataType::F32 => self.read(watch, path, Samples::F32, f32::from_le_bytes),
            DataType::F64 => self.read(watch, path, Samples::F64, f64::from_le_bytes),
            // 64-bit integers become doubles: exact up to 2^53, which no image exceeds
            DataType::I64 => self.read(watch, path, Samples::F64, |b| i64::from_le_bytes(b) as f64),
            DataType::U64 => self.read(watch, path, Samples::F64, |b| u64::from_le_bytes(b) as f64),
            DataType::Rgb24 => self.read(watch, path, Samples::Rgb8, |rgb: [u8; 3]| rgb),
            DataType::Rgba32 => {
                self.problems.push(Problem::new(
                    "alpha_ignored",
                    "the transparency of the colours is not used",
                ));
                self.read(watch, path, Samples::Rgb8, |[r, g, b, _]: [u8; 4]| {
                    [r, g, b]
                })
            }
        }
    }

    /// All voxels of the volume, each from `N` bytes given in little-endian order; every plane is
    /// handed out when its last voxel has come.
    fn read<const N: usize, T: Clone>(
        &mut self,
        watch: &Watch<'_>,
        path: &Path,
        samples: fn(Arc<Vec<T>>) -> Samples,
        from_bytes: impl Fn([u8; N]) -> T,
    ) -> Result<Samples, Error> {
        let total = self.count;
        let bytes = (total as u64).saturating_mul(size_of::<T>() as u64);
        if bytes > MAX_VOLUME_BYTES {
            let fault = Fault::Limit {
                what: Phrase::new("count-volume-bytes", "the size of the volume in bytes"),
                limit: MAX_VOLUME_BYTES,
            };
            return Err(fault.of(path));
        }
        let turned = self.header.big_endian && !self.header.data_type.is_colour();
        let in_plane = self.in_plane().max(1);
        let header = self.header;
        let mut out = Vec::new();
        let take = |part: &[u8]| {
            watch.check()?;
            let before = out.len();
            let missing = total - before;
            out.try_reserve_exact((part.len() / N).max(missing.min(4 * BLOCK_VOXELS)))
                .map_err(|_| Fault::Memory(bytes).of(path))?;
            let (voxels, _) = part.as_chunks::<N>();
            if turned {
                out.extend(voxels.iter().map(|voxel| {
                    let mut voxel = *voxel;
                    voxel.reverse();
                    from_bytes(voxel)
                }));
            } else {
                out.extend(voxels.iter().map(|voxel| from_bytes(*voxel)));
            }
            for k in before / in_plane..out.len() / in_plane {
                let plane = out.get(k * in_plane..(k + 1) * in_plane);
                watch.plane_arrived(k, &|| {
                    let copy = plane.unwrap_or_default().to_vec();
                    alone(header, samples(Arc::new(copy)))
                });
                watch.plane_done(total / in_plane);
            }
            Ok(())
        };
        blocks(&mut self.stream, (total, N), path, take)?;
        Ok(samples(Arc::new(out)))
    }

    fn in_plane(&self) -> usize {
        let [columns, rows, _] = self.header.size;
        columns.saturating_mul(rows)
    }

    /// After the last volume the stream must end (gzip then proves its checksum) or more follows,
    /// which is told.
    fn finish(mut self, volume: u32) -> Result<Vec<Problem>, Fault> {
        if self.is_whole && self.stream.is_gzip && u64::from(volume) + 1 == self.header.volumes {
            let mut more = [0_u8; 1024];
            let count = self.stream.read(&mut more)?;
            if count == more.len() {
                self.problems.push(
                    Problem::new(
                        "trailing_data",
                        "more data follow the voxels than the header tells; they are ignored",
                    )
                    .with("amount", Phrase::new("amount-unknown", "more data")),
                );
            }
        }
        Ok(self.problems)
    }
}

/// Samples with what the header says of them.
fn alone(header: &Header, samples: Samples) -> Decoding {
    let colour = match &samples {
        Samples::Rgb8(pixels) => Some(colour_range(pixels)),
        _ => None,
    };
    let (slope, intercept) = header
        .scaling
        .filter(|_| colour.is_none())
        .unwrap_or((1.0, 0.0));
    Decoding {
        samples,
        rescale: vec![Rescale { slope, intercept }],
        padding: None,
        unit: None,
        colour,
        problems: Vec::new(),
        extras: Extras::default(),
    }
}

/// Hands the bytes of `total` voxels of `width` bytes to `take`, block by block. Inflating costs more
/// than everything else, so it runs ahead on a thread of its own.
fn blocks(
    stream: &mut ByteStream,
    (total, width): (usize, usize),
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let counts = (0..total.div_ceil(BLOCK_VOXELS))
        .map(|block| BLOCK_VOXELS.min(total - block * BLOCK_VOXELS) * width);
    let room = width * BLOCK_VOXELS.min(total);
    if !stream.is_gzip || total <= BLOCK_VOXELS {
        let mut block = vec![0_u8; room];
        for count in counts {
            let part = block.get_mut(..count).unwrap_or_default();
            stream
                .fill(part, Part::Voxels)
                .map_err(|fault| fault.of(path))?;
            take(part)?;
        }
        return Ok(());
    }
    let (full, filled) = sync_channel::<Result<Vec<u8>, Fault>>(2);
    let (empty, emptied) = channel::<Vec<u8>>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for count in counts {
                let mut block = emptied.try_recv().unwrap_or_default();
                block.resize(count, 0);
                let outcome = stream.fill(&mut block, Part::Voxels).map(|()| block);
                let has_failed = outcome.is_err();
                // nobody takes blocks any more once the load has ended with a fault or a stop
                if full.send(outcome).is_err() || has_failed {
                    return;
                }
            }
        });
        for block in filled {
            let block = block.map_err(|fault| fault.of(path))?;
            take(&block)?;
            // the other side may have ended: then the block is simply given up
            let _ = empty.send(block);
        }
        Ok(())
    })
}

fn colour_range(pixels: &[[u8; 3]]) -> [ValueRange; 3] {
    let range = |channel: fn(&[u8; 3]) -> u8| {
        let mut range = (u8::MAX, u8::MIN, 0_u64);
        for value in pixels.iter().map(channel) {
            range = (
                range.0.min(value),
                range.1.max(value),
                range.2 + u64::from(value),
            );
        }
        ValueRange {
            min: f64::from(range.0),
            max: f64::from(range.1),
            mean: range.2 as f64 / pixels.len().max(1) as f64,
        }
    };
    [
        range(|[r, _, _]| *r),
        range(|[_, g, _]| *g),
        range(|[_, _, b]| *b),
    ]
}
