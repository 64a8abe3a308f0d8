//! The pixels of one photograph, slide or stack of pages.

use super::listing::PictureFormat;
use super::picture::Decoded;
use super::tiff_directory::TiffFile;
use super::tiff_image::PageJob;
use super::tiff_listing::{Pages, open};
use super::{bmp, jpeg, png_reader};
use crate::colour_sum::ColourSum;
use crate::entry::SeriesEntry;
use crate::error::{Error, Fault};
use crate::handle::Handle;
use crate::load::{Decoding, Extras, Watch};
use crate::picture_file::orientation::Orientation;
use crate::problem::push_once;
use std::io::Read;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use voxel::{Phrase, Rescale};

/// Decodes the planes of `entry`, or one of them.
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
    let of_path = |fault: Fault| fault.of(path);
    let frames: Vec<u32> = match plane {
        Some(k) => entry
            .planes
            .iter()
            .skip(k)
            .take(1)
            .map(|plane| plane.frame)
            .collect(),
        None => entry.planes.iter().map(|plane| plane.frame).collect(),
    };
    let source = Source::open(path).map_err(of_path)?;
    let [columns, rows, _] = entry.size;
    let mut joined: Option<Decoded> = None;
    for frame in &frames {
        watch.check()?;
        let (stored, orientation, decoded) = source.picture(path, *frame, watch)?;
        if orientation.size(stored) != [columns, rows] {
            return Err(of_path(Fault::Contradiction(Phrase::new(
                "contradiction-changed",
                "the file has changed since it was listed",
            ))));
        }
        let raster = decoded.raster.turned(stored, orientation);
        let Some(all) = &mut joined else {
            let mut first = Decoded { raster, ..decoded };
            let more = columns * rows * (frames.len() - 1);
            let memory = |()| of_path(Fault::Memory(more as u64));
            first.raster.reserve(more).map_err(memory)?;
            joined = Some(first);
            watch.plane_done(frames.len());
            continue;
        };
        if !all.raster.append(raster) {
            return Err(of_path(Fault::Contradiction(Phrase::new(
                "contradiction-images-differ",
                "the images of the series differ in size or kind",
            ))));
        }
        all.colour = all.colour.zip(decoded.colour).map(|(a, b)| a.join(b));
        for problem in decoded.problems {
            push_once(&mut all.problems, problem);
        }
        watch.plane_done(frames.len());
    }
    let joined = joined.ok_or_else(none)?;
    Ok(Decoding {
        samples: joined.raster.into_samples(),
        rescale: vec![Rescale::IDENTITY],
        padding: None,
        unit: None,
        colour: joined.colour.map(ColourSum::figures),
        problems: joined
            .problems
            .into_iter()
            .map(|problem| problem.in_file(path))
            .collect(),
        extras: Extras::default(),
    })
}

/// An opened file.
enum Source {
    Single(PictureFormat),
    Tiff(Box<TiffSource>),
}

struct TiffSource {
    file: Mutex<TiffFile<Handle>>,
    pages: Pages,
}

impl Source {
    fn open(path: &Path) -> Result<Self, Fault> {
        let mut first = Vec::new();
        Handle::open(path)?.take(64).read_to_end(&mut first)?;
        match PictureFormat::of(&first) {
            Some(PictureFormat::Tiff) => {
                let mut file = open(path)?;
                let pages = Pages::read(&mut file)?;
                Ok(Source::Tiff(Box::new(TiffSource {
                    file: Mutex::new(file),
                    pages,
                })))
            }
            Some(format) => Ok(Source::Single(format)),
            None => Err(Fault::UnknownFormat),
        }
    }

    /// One picture as it is stored, its size and how it was held.
    fn picture(
        &self,
        path: &Path,
        frame: u32,
        watch: &Watch<'_>,
    ) -> Result<([usize; 2], Orientation, Decoded), Error> {
        let both = match self {
            Source::Single(PictureFormat::Png) => {
                png_reader::read(path).and_then(|header| Ok((header, png_reader::decode(path)?)))
            }
            Source::Single(PictureFormat::Jpeg) => {
                jpeg::read(path).and_then(|header| Ok((header, jpeg::decode(path)?)))
            }
            Source::Single(_) => {
                bmp::read(path).and_then(|header| Ok((header, bmp::decode(path)?)))
            }
            Source::Tiff(source) => return source.picture(path, frame, watch),
        };
        let (header, decoded) = both.map_err(|fault| fault.of(path))?;
        Ok((header.stored, header.orientation, decoded))
    }
}

impl TiffSource {
    fn picture(
        &self,
        path: &Path,
        frame: u32,
        watch: &Watch<'_>,
    ) -> Result<([usize; 2], Orientation, Decoded), Error> {
        let page = self.pages.page(frame);
        let page = page.ok_or_else(|| Fault::NoImage.of(path))?;
        let big_endian = {
            let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.big_endian
        };
        let job = PageJob {
            path,
            file: &self.file,
            page,
            big_endian,
            frame: frame as usize + 1,
            watch,
        };
        Ok((page.size, page.orientation, job.decode()?))
    }
}
