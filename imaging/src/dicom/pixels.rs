//! The planes of an entry to one volume: files opened and frames decoded in parallel, each into its
//! own place, so memory is the volume plus one frame per thread.

use super::image_file::ImageFile;
use super::layout::{Kind, Layout, MAX_VOLUME_BYTES};
use super::photometric::{ColourSum, fill_colour};
use super::stored::{Sample, fill};
use crate::entry::{PlaneSource, SeriesEntry};
use crate::error::{Error, Fault};
use crate::load::{Decoding, Watch};
use crate::problem::push_once;
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;
use voxel::{Phrase, Rescale, Samples};

/// Decodes every plane of `entry`.
///
/// # Errors
/// The first file that cannot be read, or the person's stop.
pub(crate) fn decode(entry: &SeriesEntry, watch: &Watch<'_>) -> Result<Decoding, Error> {
    let files: Vec<ImageFile> = entry
        .files
        .par_iter()
        .map(|path| {
            watch.check()?;
            ImageFile::open(path).map_err(|fault| fault.of(path))
        })
        .collect::<Result<_, Error>>()?;
    let job = Job::new(entry, files, watch)?;
    let (samples, colour) = job.samples()?;
    let (rescale, unit) = job.rescale();
    let mut problems = Vec::new();
    for file in &job.files {
        for problem in &file.problems {
            push_once(&mut problems, problem.clone().in_file(&file.path));
        }
    }
    Ok(Decoding {
        samples,
        rescale,
        padding: job.first.padding.filter(|_| job.first_lut_is_absent()),
        unit,
        colour: colour.map(ColourSum::figures),
        problems,
    })
}

struct Job<'a> {
    entry: &'a SeriesEntry,
    files: Vec<ImageFile>,
    first: FirstFile,
    watch: &'a Watch<'a>,
}

/// What the first file says for all.
struct FirstFile {
    layout: Layout,
    padding: Option<(f64, f64)>,
    has_lut: bool,
}

impl<'a> Job<'a> {
    fn new(
        entry: &'a SeriesEntry,
        files: Vec<ImageFile>,
        watch: &'a Watch<'a>,
    ) -> Result<Self, Error> {
        let none = || Fault::NoImage.of(entry.files.first().map_or(Path::new(""), |p| p));
        let first = files.first().ok_or_else(none)?;
        let first = FirstFile {
            layout: first.layout.clone(),
            padding: first.padding,
            has_lut: first.modality_lut.is_some(),
        };
        for file in &files {
            let (a, b) = (&file.layout, &first.layout);
            let is_alike = (a.rows, a.columns, a.samples, a.allocated, a.signed, a.kind)
                == (b.rows, b.columns, b.samples, b.allocated, b.signed, b.kind)
                && [usize::from(a.columns), usize::from(a.rows)] == [entry.size[0], entry.size[1]]
                && a.photometric.is_colour() == b.photometric.is_colour()
                && file.modality_lut.is_some() == first.has_lut;
            if !is_alike {
                return Err(Fault::Contradiction(Phrase::new(
                    "contradiction-images-differ",
                    "the images of the series differ in size or kind",
                ))
                .of(&file.path));
            }
        }
        Ok(Job {
            entry,
            files,
            first,
            watch,
        })
    }

    fn first_lut_is_absent(&self) -> bool {
        !self.first.has_lut
    }

    fn file(&self, plane: PlaneSource) -> Result<&ImageFile, Error> {
        self.files
            .get(plane.file as usize)
            .ok_or_else(|| Fault::NoImage.of(Path::new("")))
    }

    fn samples(&self) -> Result<(Samples, Option<ColourSum>), Error> {
        let layout = &self.first.layout;
        if layout.photometric.is_colour() {
            let (pixels, sum) = self.colour()?;
            return Ok((Samples::Rgb8(Arc::new(pixels)), Some(sum)));
        }
        let samples = match (layout.kind, layout.allocated, layout.signed) {
            (Kind::Float32, ..) => {
                Samples::F32(Arc::new(self.float(4, |b| f32::from_bits(b as u32))?))
            }
            (Kind::Float64, ..) => Samples::F64(Arc::new(self.float(8, f64::from_bits)?)),
            _ if self.first.has_lut => Samples::U16(Arc::new(self.grey()?)),
            (_, 1, _) | (_, 8, false) => Samples::U8(Arc::new(self.grey()?)),
            (_, 8, true) => Samples::I8(Arc::new(self.grey()?)),
            (_, 16, false) => Samples::U16(Arc::new(self.grey()?)),
            (_, 16, true) => Samples::I16(Arc::new(self.grey()?)),
            (_, _, false) => Samples::U32(Arc::new(self.grey()?)),
            (_, _, true) => Samples::I32(Arc::new(self.grey()?)),
        };
        Ok((samples, None))
    }

    /// A buffer for all planes, allocated only after its size was checked.
    fn buffer<T: Clone>(&self, zero: T) -> Result<Vec<T>, Error> {
        let plane = self.first.layout.frame_pixels() as u64;
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
        let mut buffer = Vec::new();
        buffer
            .try_reserve_exact(count as usize)
            .map_err(|_| Fault::Memory(bytes).of(path))?;
        buffer.resize(count as usize, zero);
        Ok(buffer)
    }

    /// Runs `fill` for every plane in parallel.
    fn each_plane<T, R>(
        &self,
        buffer: &mut [T],
        fill: impl Fn(&mut [T], &ImageFile, u32) -> Result<R, Fault> + Sync,
    ) -> Result<Vec<R>, Error>
    where
        T: Send,
        R: Send,
    {
        let plane_pixels = self.first.layout.frame_pixels();
        buffer
            .par_chunks_mut(plane_pixels)
            .zip(&self.entry.planes)
            .map(|(out, plane)| {
                self.watch.check()?;
                let file = self.file(*plane)?;
                let result = fill(out, file, plane.frame).map_err(|fault| fault.of(&file.path))?;
                self.watch.plane_done(self.entry.planes.len());
                Ok(result)
            })
            .collect()
    }

    fn grey<T: Sample>(&self) -> Result<Vec<T>, Error> {
        let mut buffer = self.buffer(T::default())?;
        self.each_plane(&mut buffer, |out, file, frame| {
            let decoded = file.frame(frame)?;
            match &file.modality_lut {
                Some(table) => fill(out, &decoded, &file.layout, |value| {
                    i64::from(table.entry(value))
                }),
                None => fill(out, &decoded, &file.layout, |value| value),
            }
            Ok(())
        })?;
        Ok(buffer)
    }

    fn float<T: Copy + Default + Send>(
        &self,
        width: usize,
        from_bits: impl Fn(u64) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        let mut buffer = self.buffer(T::default())?;
        self.each_plane(&mut buffer, |out, file, frame| {
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
        Ok(buffer)
    }

    fn colour(&self) -> Result<(Vec<[u8; 3]>, ColourSum), Error> {
        let mut buffer = self.buffer([0_u8; 3])?;
        let sums = self.each_plane(&mut buffer, |out, file, frame| {
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
        let identity = Rescale {
            slope: 1.0,
            intercept: 0.0,
        };
        if self.first.layout.photometric.is_colour() || self.first.has_lut {
            return (vec![identity], None);
        }
        let frames = self.entry.planes.iter().map(|plane| {
            self.files
                .get(plane.file as usize)
                .and_then(|file| file.frames.get(plane.frame as usize))
        });
        let all: Vec<Rescale> = frames
            .clone()
            .map(|frame| frame.map_or(identity, |frame| frame.rescale))
            .collect();
        let unit = frames.flatten().next().and_then(|frame| frame.unit.clone());
        let is_one = all.windows(2).all(|pair| pair.first() == pair.last());
        match (all.first(), is_one) {
            (Some(first), true) => (vec![*first], unit),
            _ => (all, unit),
        }
    }
}
