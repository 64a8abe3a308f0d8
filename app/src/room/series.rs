//! A series of the case that is open.

use super::Pixels;
use imaging::SeriesEntry;
use voxel::Grid;

/// A series of the case.
pub struct RoomSeries {
    /// Its id in the project.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What was known before its pixels were read.
    pub entry: SeriesEntry,
    /// Its picture in the strip.
    pub thumbnail: Option<egui::TextureHandle>,
    /// What has been read of its pixels.
    pub pixels: Pixels,
    /// The earlier study that it belongs to: its place among [`Room::priors`].
    pub prior: Option<usize>,
}

impl RoomSeries {
    /// Whether its orientation in the patient is known.
    #[must_use]
    pub fn has_orientation(&self) -> bool {
        self.entry.affine_reason != Some(imaging::AffineReason::NoGeometry)
    }

    /// Whether it has values that grey levels are made of: a colour image has none, and one of which
    /// nothing is read yet is not known to have any.
    #[must_use]
    pub fn has_grey_values(&self) -> bool {
        let volume = self.pixels.drawn().map(|loaded| loaded.volume.samples());
        volume.is_some_and(|samples| !matches!(samples, voxel::Samples::Rgb8(_)))
    }

    /// Its grid: of its pixels, else as its files promise it.
    #[must_use]
    pub fn grid(&self) -> Option<&Grid> {
        match self.pixels.volume() {
            Some(volume) => Some(volume.grid()),
            None => self.entry.grid.as_ref(),
        }
    }
}
