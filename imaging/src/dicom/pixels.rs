//! The planes of an entry to one volume: files opened and frames decoded in parallel, each into its
//! own place, so memory is the volume plus one frame per thread.

use super::extras::extras;
use super::image_file::ImageFile;
use super::layout::{Kind, Layout, MAX_VOLUME_BYTES};
use super::photometric::fill_colour;
use super::stored::{Sample, fill};
use crate::colour_sum::ColourSum;
use crate::entry::{PlaneSource, SeriesEntry};
use crate::error::{Error, Fault};
use crate::load::{Decoding, Extras, Watch};
use crate::problem::push_once;
use rayon::prelude::*;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use voxel::{Phrase, Rescale, Samples};

/// Decodes every plane of `entry`.
///
/// # Errors
/// The first file that cannot be read, or the person's stop.
pub(crate) fn decode(entry: &SeriesEntry, watch: &Watch<'_>) -> Result<Decoding, Error> {
    watch.check()?;
    let job = Job::new(entry, watch)?;
    let (samples, colour) = job.samples()?;
    let (rescale, unit) = job.rescale();
    // every file holds a plane, so by now all are opened
    let files: Vec<&ImageFile> = job.opened().collect();
    let mut problems = Vec::new();
    for file in &files {
        for problem in &file.problems {
            push_once(&mut problems, problem.clone().in_file(&file.path));
        }
    }
    let extras = extras(entry, &files, &rescale, &mut problems, watch)?;
    Ok(Decoding {
        samples,
        rescale,
        padding: job.padding(),
        unit,
        colour: colour.map(ColourSum::figures),
        problems,
        extras,
    })
}

/// A file's header, read when the first of its planes is wanted.
type Lazy = OnceLock<Result<ImageFile, Fault>>;

struct Job<'a> {
    entry: &'a SeriesEntry,
    files: Vec<Lazy>,
    first: FirstFile,
    watch: &'a Watch<'a>,
}

/// What the first file says for all.
struct FirstFile {
    layout: Layout,
    padding: Option<(f64, f64)>,
    has_lut: bool,
    is_inverse: bool,
    is_mosaic: bool,
}

impl FirstFile {
    fn of(file: &ImageFile) -> Self {
        FirstFile {
            layout: file.layout.clone(),
            padding: file.padding,
            has_lut: file.has_lut(),
            is_inverse: file.is_inverse,
            is_mosaic: file.mosaic.is_some(),
        }
    }

    /// Whether `file` can stand in one volume with the first.
    fn is_like(&self, file: &ImageFile, size: [usize; 3]) -> bool {
        let (a, b) = (&file.layout, &self.layout);
        (a.rows, a.columns, a.samples, a.allocated, a.signed, a.kind)
            == (b.rows, b.columns, b.samples, b.allocated, b.signed, b.kind)
            && picture_size(file) == [size[0], size[1]]
            && a.photometric.is_colour() == b.photometric.is_colour()
            && file.has_lut() == self.has_lut
    }
}

impl<'a> Job<'a> {
    /// Opens the file of the plane that is looked at: the rest must be like it.
    fn new(entry: &'a SeriesEntry, watch: &'a Watch<'a>) -> Result<Self, Error> {
        let first_plane = watch.first_plane.min(entry.planes.len().saturating_sub(1));
        let index = entry.planes.get(first_plane).map_or(0, |plane| plane.file) as usize;
        let path = entry
            .files
            .get(index)
            .ok_or_else(|| Fault::NoImage.of(Path::new("")))?;
        let file = ImageFile::open(path).map_err(|fault| fault.of(path))?;
        let first = FirstFile::of(&file);
        let files: Vec<Lazy> = entry.files.iter().map(|_| Lazy::new()).collect();
        if let Some(place) = files.get(index) {
            // an empty cell takes its first value
            let _ = place.set(Ok(file));
        }
        Ok(Job {
            entry,
            files,
            first,
            watch,
        })
    }

    /// Values that mean "nothing here"; a table has mapped them to something.
    fn padding(&self) -> Option<(f64, f64)> {
        self.first.padding.filter(|_| !self.first.has_lut)
    }

    /// The files that were opened.
    fn opened(&self) -> impl Iterator<Item = &ImageFile> {
        self.files
            .iter()
            .filter_map(|file| file.get()?.as_ref().ok())
    }

    /// The file of a plane, opened once.
    fn file(&self, plane: PlaneSource) -> Result<&ImageFile, Error> {
        let index = plane.file as usize;
        let (Some(lazy), Some(path)) = (self.files.get(index), self.entry.files.get(index)) else {
            return Err(Fault::NoImage.of(Path::new("")));
        };
        let file = lazy
            .get_or_init(|| ImageFile::open(path))
            .as_ref()
            .map_err(|fault| fault.clone().of(path))?;
        if !self.first.is_like(file, self.entry.size) {
            return Err(Fault::Contradiction(Phrase::new(
                "contradiction-images-differ",
                "the images of the series differ in size or kind",
            ))
            .of(path));
        }
        Ok(file)
    }

    fn samples(&self) -> Result<(Samples, Option<ColourSum>), Error> {
        let layout = &self.first.layout;
        if layout.photometric.is_colour() {
            let (pixels, sum) = self.colour()?;
            return Ok((Samples::Rgb8(Arc::new(pixels)), Some(sum)));
        }
        let samples = match (layout.kind, layout.allocated, layout.signed) {
            (Kind::Float32, ..) => self.float(4, Samples::F32, |b| f32::from_bits(b as u32))?,
            (Kind::Float64, ..) => self.float(8, Samples::F64, f64::from_bits)?,
            _ if self.first.has_lut => self.grey::<u16>()?,
            (_, 1, _) | (_, 8, false) => self.grey::<u8>()?,
            (_, 8, true) => self.grey::<i8>()?,
            (_, 12 | 16, false) => self.grey::<u16>()?,
            (_, 12 | 16, true) => self.grey::<i16>()?,
            (_, _, false) => self.grey::<u32>()?,
            (_, _, true) => self.grey::<i32>()?,
        };
        Ok((samples, None))
    }

    /// A buffer for all planes, allocated only after its size was checked.
    fn buffer<T: Clone>(&self, zero: T) -> Result<Vec<T>, Error> {
        let plane = self.plane_pixels() as u64;
        let count = plane.saturating_mul(self.entry.planes.len() as u64);
        let bytes = count.saturating_mul(size_of::<T>() as u64);
        let path = self.entry.files.first().map_or(Path::new(""), |p| p);
        if bytes > MAX_VOLUME_BYTES {
            return Err(Fault::Limit {
                what: Phrase::new(
                    "count-volume-bytes",
                    "the size of the decoded volume in bytes",
                ),
                limit: MAX_VOLUME_BYTES,
            }
            .of(path));
        }
        // asked for in vain, memory must be refused and not end the program
        let mut probe: Vec<T> = Vec::new();
        probe
            .try_reserve_exact(count as usize)
            .map_err(|_| Fault::Memory(bytes).of(path))?;
        drop(probe);
        // zeros come from the system page by page as they are written, by all threads
        let buffer = vec![zero; count as usize];
        Ok(buffer)
    }

    /// Pixels of one plane: of a frame, or of a mosaic's tile.
    fn plane_pixels(&self) -> usize {
        self.entry.size[0] * self.entry.size[1]
    }

    /// Runs `fill` for every plane in parallel, the plane that is looked at first; `samples` turns a
    /// copy of one plane into what is handed out while others are still to come.
    fn each_plane<T, R>(
        &self,
        buffer: &mut [T],
        samples: impl Fn(Vec<T>) -> Samples + Sync,
        fill: impl Fn(&mut [T], &ImageFile, u32) -> Result<R, Fault> + Sync,
    ) -> Result<Vec<R>, Error>
    where
        T: Copy + Default + Send + Sync,
        R: Send,
    {
        if self.first.is_mosaic {
            return self.each_mosaic(buffer, samples, fill);
        }
        let mut parts: Vec<(usize, &mut [T], PlaneSource)> = buffer
            .chunks_mut(self.plane_pixels())
            .zip(&self.entry.planes)
            .enumerate()
            .map(|(k, (out, plane))| (k, out, *plane))
            .collect();
        let first = self.watch.first_plane;
        parts.sort_by_key(|(k, ..)| k.abs_diff(first));
        // a bridge hands the parts to the threads in their order, which splitting would not
        parts
            .into_iter()
            .par_bridge()
            .map(|(k, out, plane)| {
                self.watch.check()?;
                let file = self.file(plane)?;
                let result = fill(out, file, plane.frame).map_err(|fault| fault.of(&file.path))?;
                self.watch
                    .plane_arrived(k, &|| self.alone(plane, samples(out.to_vec())));
                self.watch.plane_done(self.entry.planes.len());
                Ok(result)
            })
            .collect()
    }

    /// One plane as a decoding of its own.
    fn alone(&self, plane: PlaneSource, samples: Samples) -> Decoding {
        let (rescale, unit) = self.rescale_of(&[plane]);
        Decoding {
            samples,
            rescale,
            padding: self.padding(),
            unit,
            colour: None,
            problems: Vec::new(),
            extras: Extras {
                is_inverse: Some(self.first.is_inverse),
                ..Extras::default()
            },
        }
    }

    /// The same for tiles of mosaics: each large frame is decoded once and cut.
    fn each_mosaic<T, R>(
        &self,
        buffer: &mut [T],
        samples: impl Fn(Vec<T>) -> Samples,
        fill: impl Fn(&mut [T], &ImageFile, u32) -> Result<R, Fault> + Sync,
    ) -> Result<Vec<R>, Error>
    where
        T: Copy + Default,
    {
        let mut whole = vec![T::default(); self.first.layout.frame_pixels()];
        let mut results = Vec::new();
        let mut decoded = None;
        let parts = buffer.chunks_mut(self.plane_pixels());
        for (k, (out, plane)) in parts.zip(&self.entry.planes).enumerate() {
            self.watch.check()?;
            let file = self.file(*plane)?;
            let Some(mosaic) = &file.mosaic else {
                return Err(Fault::NoImage.of(&file.path));
            };
            if decoded != Some((plane.file, plane.frame)) {
                let filled = fill(&mut whole, file, plane.frame);
                results.push(filled.map_err(|fault| fault.of(&file.path))?);
                decoded = Some((plane.file, plane.frame));
            }
            mosaic.copy(&whole, plane.tile, out);
            self.watch
                .plane_arrived(k, &|| self.alone(*plane, samples(out.to_vec())));
            self.watch.plane_done(self.entry.planes.len());
        }
        Ok(results)
    }

    fn grey<T: Sample>(&self) -> Result<Samples, Error> {
        let mut buffer = self.buffer(T::default())?;
        self.each_plane(&mut buffer, T::samples, |out, file, frame| {
            let decoded = file.frame(frame)?;
            match file.modality_luts.of(frame) {
                Some(table) => fill(out, &decoded, &file.layout, |value| {
                    i64::from(table.entry(value))
                }),
                // the volume holds what the tables of the other frames give
                None if self.first.has_lut => {
                    return Err(Fault::missing("Modality LUT"));
                }
                None => fill(out, &decoded, &file.layout, |value| value),
            }
            Ok(())
        })?;
        Ok(T::samples(buffer))
    }

    fn float<T: Copy + Default + Send + Sync>(
        &self,
        width: usize,
        samples: fn(Arc<Vec<T>>) -> Samples,
        from_bits: impl Fn(u64) -> T + Sync,
    ) -> Result<Samples, Error> {
        let mut buffer = self.buffer(T::default())?;
        let copied = |plane| samples(Arc::new(plane));
        self.each_plane(&mut buffer, copied, |out, file, frame| {
            let decoded = file.frame(frame)?;
            for (place, chunk) in out.iter_mut().zip(decoded.bytes.chunks_exact(width)) {
                let mut wide = [0_u8; 8];
                for (to, from) in wide.iter_mut().zip(chunk) {
                    *to = *from;
                }
                *place = from_bits(u64::from_le_bytes(wide));
            }
            Ok(())
        })?;
        Ok(samples(Arc::new(buffer)))
    }

    fn colour(&self) -> Result<(Vec<[u8; 3]>, ColourSum), Error> {
        let mut buffer = self.buffer([0_u8; 3])?;
        let copied = |plane| Samples::Rgb8(Arc::new(plane));
        let sums = self.each_plane(&mut buffer, copied, |out, file, frame| {
            let decoded = file.frame(frame)?;
            Ok(fill_colour(
                out,
                &decoded,
                &file.layout,
                file.palette.as_ref(),
            ))
        })?;
        let sum = sums.into_iter().fold(ColourSum::default(), ColourSum::join);
        Ok((buffer, sum))
    }

    /// Rescale of every plane (one, if all are equal), and the unit.
    fn rescale(&self) -> (Vec<Rescale>, Option<String>) {
        self.rescale_of(&self.entry.planes)
    }

    fn rescale_of(&self, planes: &[PlaneSource]) -> (Vec<Rescale>, Option<String>) {
        let identity = Rescale::IDENTITY;
        if self.first.layout.photometric.is_colour() {
            return (vec![identity], None);
        }
        let frames = planes.iter().map(|plane| {
            let file = self.files.get(plane.file as usize)?.get()?;
            file.as_ref().ok()?.frames.get(plane.frame as usize)
        });
        let all: Vec<Rescale> = frames
            .clone()
            .map(|frame| frame.map_or(identity, |frame| frame.rescale))
            .collect();
        let unit = frames.flatten().next().and_then(|frame| frame.unit.clone());
        if self.first.has_lut {
            return (vec![identity], unit);
        }
        let is_one = all.windows(2).all(|pair| pair.first() == pair.last());
        match (all.first(), is_one) {
            (Some(first), true) => (vec![*first], unit),
            _ => (all, unit),
        }
    }
}

/// Columns and rows of a picture of `file`: of its frames, or of its mosaic's tiles.
fn picture_size(file: &ImageFile) -> [usize; 2] {
    let frame = [file.layout.columns, file.layout.rows].map(usize::from);
    file.mosaic.map_or(frame, |mosaic| mosaic.size)
}
