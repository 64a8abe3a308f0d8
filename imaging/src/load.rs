//! One entry to a volume with what its display needs.

use crate::archive::Lease;
use crate::dicom;
use crate::display::{DisplayDefaults, display_defaults};
use crate::entry::{Format, SeriesEntry, Window};
use crate::error::Error;
use crate::grey_table::GreyTable;
use crate::overlay::Overlay;
use crate::pool::in_pool;
use crate::problem::{Problem, push_once};
use crate::value_map::ValueMap;
use crate::{meta_image_file, nifti_file, nrrd_file, picture_file};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use voxel::{Grid, Rescale, Samples, ValueRange, Volume};

/// How far a load has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadProgress {
    /// Planes decoded.
    pub planes_done: usize,
    /// Planes in all.
    pub planes_total: usize,
}

/// A decoded series.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The voxels on their grid; values after [`Volume::value`] are modality values.
    pub volume: Volume,
    /// Windows of the file, the first is the default. Where the planes have different ones, those of
    /// the plane in the middle.
    pub windows: Vec<Window>,
    /// The windows of each plane, where the planes have different ones; else empty.
    pub plane_windows: Vec<Vec<Window>>,
    /// Grey tables of the file (VOI LUT), an alternative to its windows; those of the plane in the
    /// middle.
    pub grey_tables: Vec<GreyTable>,
    /// Quantities into which stored values can be turned beside the modality value: real-world values
    /// and standardized uptake.
    pub value_maps: Vec<ValueMap>,
    /// Overlay planes. They can hold the patient's name.
    pub overlays: Vec<Overlay>,
    /// How the picture is first shown.
    pub display: DisplayDefaults,
    /// Least, greatest and mean of red, green, blue in the file's own bits (a 16-bit palette:
    /// 0 to 65535), before colours were reduced to 8 bits; `None` for grey images.
    pub colour_range: Option<[ValueRange; 3]>,
    /// What was noticed, those of the entry included.
    pub problems: Vec<Problem>,
    /// Unit of the modality values (`HU`, `BQML`, …), if the file says.
    pub unit: Option<String>,
}

/// What a reader of one format hands over.
pub(crate) struct Decoding {
    pub(crate) samples: Samples,
    pub(crate) rescale: Vec<Rescale>,
    pub(crate) padding: Option<(f64, f64)>,
    pub(crate) unit: Option<String>,
    pub(crate) colour: Option<[ValueRange; 3]>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) extras: Extras,
}

/// What a format can say of its values beside the voxels; nothing by default.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    pub(crate) grey_tables: Vec<GreyTable>,
    pub(crate) plane_windows: Vec<Vec<Window>>,
    pub(crate) value_maps: Vec<ValueMap>,
    pub(crate) overlays: Vec<Overlay>,
    /// Whether low values are white; unknown where the photometric interpretation says it.
    pub(crate) is_inverse: Option<bool>,
}

/// What a load is asked for.
pub struct LoadRequest<'a> {
    /// The plane that is looked at: it is decoded first, then its neighbours outwards. Formats that
    /// can only be read from the front ignore it.
    pub first_plane: usize,
    /// Called after every plane, from several threads.
    pub progress: &'a (dyn Fn(LoadProgress) + Sync),
    /// Called with every plane as soon as it is decoded, from several threads, in no strict order.
    pub arrived: &'a (dyn Fn(Arrival<'_>) + Sync),
    /// Set to stop.
    pub cancel: &'a AtomicBool,
}

/// A plane that is decoded while others are still to come. Making a picture of it copies the plane
/// alone, so whoever does not ask pays nothing.
pub struct Arrival<'a> {
    /// Which plane, from 0.
    pub plane: usize,
    make: &'a dyn Fn() -> Option<Loaded>,
}

impl Arrival<'_> {
    /// The plane as a volume of one plane at its place, as [`load_plane`] gives it.
    pub fn loaded(&self) -> Option<Loaded> {
        (self.make)()
    }
}

/// Takes a decoded plane's number and the way to a copy of it.
type Arrived<'a> = dyn Fn(usize, &dyn Fn() -> Decoding) + Sync + 'a;

/// Progress and stop of one load, shared by its threads.
pub(crate) struct Watch<'a> {
    progress: &'a (dyn Fn(LoadProgress) + Sync),
    cancel: &'a AtomicBool,
    done: AtomicUsize,
    /// The plane to begin with.
    pub(crate) first_plane: usize,
    arrived: Option<&'a Arrived<'a>>,
}

impl Watch<'_> {
    /// Stops the work if the person asked for it.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        Ok(())
    }

    /// Counts one plane of `total`.
    pub(crate) fn plane_done(&self, total: usize) {
        let planes_done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.progress)(LoadProgress {
            planes_done,
            planes_total: total,
        });
    }

    /// Tells that plane `k` is decoded; `copy` gives it alone.
    pub(crate) fn plane_arrived(&self, k: usize, copy: &dyn Fn() -> Decoding) {
        if let Some(arrived) = self.arrived {
            arrived(k, copy);
        }
    }
}

/// Reads and decodes a series. `progress` is called from several threads.
///
/// # Errors
/// [`Error::Unreadable`] with the first file at fault, [`Error::Cancelled`].
pub fn load(
    entry: &SeriesEntry,
    progress: &(dyn Fn(LoadProgress) + Sync),
    cancel: &AtomicBool,
) -> Result<Loaded, Error> {
    let watch = Watch {
        progress,
        cancel,
        done: AtomicUsize::new(0),
        first_plane: 0,
        arrived: None,
    };
    let _opened = Lease::new();
    let grid = grid_of(entry)?.clone();
    let decoding = in_pool(|| decode(entry, None, &watch))?;
    finish(entry, grid, decoding, &watch)
}

/// Reads and decodes a series, handing out planes as they come.
///
/// # Errors
/// [`Error::Unreadable`] with the first file at fault, [`Error::Cancelled`].
pub fn load_in_parts(entry: &SeriesEntry, request: &LoadRequest<'_>) -> Result<Loaded, Error> {
    let grid = grid_of(entry)?;
    let quiet = Watch {
        progress: &|_| {},
        cancel: request.cancel,
        done: AtomicUsize::new(0),
        first_plane: 0,
        arrived: None,
    };
    let arrived = |plane: usize, copy: &dyn Fn() -> Decoding| {
        let make = || finish(entry, grid.single_plane(plane)?, copy(), &quiet).ok();
        (request.arrived)(Arrival { plane, make: &make });
    };
    let watch = Watch {
        progress: request.progress,
        cancel: request.cancel,
        done: AtomicUsize::new(0),
        first_plane: request.first_plane,
        arrived: Some(&arrived),
    };
    let decoding = in_pool(|| decode(entry, None, &watch))?;
    finish(entry, grid.clone(), decoding, &watch)
}

/// Reads and decodes plane `k` of a series alone: a volume of one plane on its own place, for a picture
/// of a series that nobody has opened yet. Windows are those of the file, else fitted to this plane.
///
/// # Errors
/// [`Error::Unreadable`] with the file at fault or where there is no such plane, [`Error::Cancelled`].
pub fn load_plane(entry: &SeriesEntry, k: usize, cancel: &AtomicBool) -> Result<Loaded, Error> {
    let watch = Watch {
        progress: &|_| {},
        cancel,
        done: AtomicUsize::new(0),
        first_plane: 0,
        arrived: None,
    };
    watch.check()?;
    let _opened = Lease::new();
    let grid = grid_of(entry)?
        .single_plane(k)
        .ok_or_else(|| no_image(entry))?;
    let decoding = decode(entry, Some(k), &watch)?;
    finish(entry, grid, decoding, &watch)
}

/// All planes of `entry`, or plane `k` alone.
fn decode(entry: &SeriesEntry, k: Option<usize>, watch: &Watch<'_>) -> Result<Decoding, Error> {
    match (entry.format, k) {
        (Format::Dicom, None) => dicom::pixels::decode(entry, watch),
        (Format::Dicom, Some(k)) => {
            let alone = entry.of_plane(k).ok_or_else(|| no_image(entry))?;
            dicom::pixels::decode(&alone, watch)
        }
        (Format::Nifti, k) => nifti_file::read::decode(entry, k, watch),
        (Format::Nrrd, k) => nrrd_file::decode(entry, k, watch),
        (Format::MetaImage, k) => meta_image_file::decode(entry, k, watch),
        (Format::Picture, k) => picture_file::read::decode(entry, k, watch),
    }
}

fn grid_of(entry: &SeriesEntry) -> Result<&Grid, Error> {
    match (&entry.grid, entry.is_image) {
        (Some(grid), true) => Ok(grid),
        _ => Err(no_image(entry)),
    }
}

fn no_image(entry: &SeriesEntry) -> Error {
    Error::Unreadable {
        file: entry.files.first().cloned().unwrap_or_default(),
        fault: crate::error::Fault::NoImage,
    }
}

fn finish(
    entry: &SeriesEntry,
    grid: Grid,
    decoding: Decoding,
    watch: &Watch<'_>,
) -> Result<Loaded, Error> {
    let volume = Volume::new(grid, decoding.samples, decoding.rescale, decoding.padding).map_err(
        |error| Error::Volume {
            series: entry.id.clone(),
            detail: error.to_string(),
        },
    )?;
    watch.check()?;
    let mut problems = entry.problems.clone();
    for problem in decoding.problems {
        push_once(&mut problems, problem);
    }
    let extras = decoding.extras;
    Ok(Loaded {
        display: display_defaults(entry, &volume, &extras),
        windows: entry.windows.clone(),
        plane_windows: extras.plane_windows,
        grey_tables: extras.grey_tables,
        value_maps: extras.value_maps,
        overlays: extras.overlays,
        colour_range: decoding.colour,
        unit: decoding.unit,
        volume,
        problems,
    })
}
